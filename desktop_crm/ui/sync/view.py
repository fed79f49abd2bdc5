"""What the sync centre shows, as frozen words: made on the read lane from what the sync service says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from desktop_crm.domain.schema import REGISTRY, FieldType
from desktop_crm.domain.schema.codec import decode
from desktop_crm.foundation.errors import CrmError, Refusal
from desktop_crm.i18n import formats, ntr, tr
from desktop_crm.i18n.error_texts import explain
from desktop_crm.i18n.labels import entity_label, field_label
from desktop_crm.ui.widgets.cells import shown

if TYPE_CHECKING:
    from desktop_crm.services.sync import Conflict, PendingChange, Progress, RefusedChange, RunSummary
    from desktop_crm.services.workspace import Workspace

SHOWN_PENDING = 60
SHOWN_RUNS = 18


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """One value of a conflict: where it is from, the value, when and by whom."""

    name: str
    value: str
    by: str
    keep: str
    chosen: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ConflictView:
    """One conflict in words."""

    id: str
    entity: str
    row_id: str
    title: str
    text: str
    sides: tuple[Side, ...]
    account_id: str = ""
    account: str = ""
    merge: str = ""
    """Two records that carry the same key, as the page of duplicates puts them side by side."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PendingView:
    """One waiting change in words."""

    entity: str
    row_id: str
    kind: str
    title: str
    what: str
    time: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RefusedView:
    """One refused change in words."""

    op_id: str
    entity: str
    row_id: str
    title: str
    reason: str
    what: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OverusedView:
    """An approval in advance that several laptops used more often together than it allows."""

    id: str
    account_id: str
    title: str
    text: str
    versions: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RunView:
    """One run: how much went over the wire, and a line about it."""

    amount: int
    text: str
    failed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SyncView:
    """Everything on the page."""

    joined: bool
    server: str = ""
    user: str = ""
    pending_count: int = 0
    conflict_count: int = 0
    refused_count: int = 0
    accounts: int = 0
    scopes: int = 0
    conflicts: tuple[ConflictView, ...] = ()
    decided: tuple[ConflictView, ...] = ()
    pending: tuple[PendingView, ...] = ()
    refused: tuple[RefusedView, ...] = ()
    runs: tuple[RunView, ...] = ()
    overused: tuple[OverusedView, ...] = ()


def view_of(workspace: Workspace) -> SyncView:
    """Ask the service and word what it says; runs on the read lane."""
    from desktop_crm.services import records, sync

    status = sync.status(workspace)
    if not status.joined:
        return SyncView(joined=False, pending_count=status.pending)
    every = sync.conflicts(workspace, open_only=False)
    words = Words(workspace)
    return SyncView(
        joined=True,
        server=status.url,
        user=status.user,
        pending_count=status.pending,
        conflict_count=status.conflicts,
        refused_count=status.refused,
        accounts=records.count(workspace, "account"),
        scopes=len(status.scopes),
        conflicts=tuple(words.conflict(one) for one in every if one.state == "open"),
        decided=tuple(words.conflict(one) for one in every if one.state != "open")[:5],
        pending=tuple(words.pending(one) for one in sync.pending(workspace, SHOWN_PENDING)),
        refused=tuple(words.refused(one) for one in sync.quarantined(workspace)),
        runs=tuple(run_of(run, workspace.clock.now()) for run in reversed(sync.runs(workspace, SHOWN_RUNS))),
        overused=_overused(workspace),
    )


def _overused(workspace: Workspace) -> tuple[OverusedView, ...]:
    """Until somebody takes the envelope back: then it was seen."""
    from desktop_crm.services import quotes

    return tuple(
        OverusedView(
            id=one.id,
            account_id=one.account_id,
            title=one.account_name,
            text=tr(
                "Approved in advance by {name} for {most} versions; {used} were issued, on laptops that did not know of each other.",
                name=one.granted_by,
                most=one.max_uses,
                used=len(one.uses),
            ),
            versions=", ".join(f"{number} v{version} ({by})" for number, version, _, by in one.uses),
        )
        for one in quotes.list_envelopes(workspace)
        if one.overused and one.problem != "envelope.revoked"
    )


class Words:
    """Words for conflicts and changes; looks up the names of rows that waiting values refer to."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._me = str(workspace.author.user_id or "")
        self._titles: dict[str, str] = {}

    def conflict(self, one: Conflict) -> ConflictView:
        from desktop_crm.services import sync_words

        mine_lost = one.lost_by == self._me
        here, there = tr("This laptop"), tr("Server")
        lost_name, kept_name = (
            (here, there)
            if mine_lost
            else (there, here)
            if one.kept_by == self._me
            else (
                tr("Other value"),
                tr("Value now"),
            )
        )
        sides = [
            Side(name=tr("Before"), value=sync_words.conflict_value(one, one.before), by="", keep="before"),
            Side(
                name=lost_name,
                value=sync_words.conflict_value(one, one.lost),
                by=self._by(one.lost_at, one.lost_by_name),
                keep="lost",
            ),
            Side(
                name=kept_name,
                value=sync_words.conflict_value(one, one.kept),
                by=self._by(one.kept_at, one.kept_by_name),
                keep="kept",
                chosen=True,
            ),
        ]
        if not mine_lost and one.kept_by == self._me:
            sides[1], sides[2] = sides[2], sides[1]
        both = one.kind == "duplicate" and one.lost and one.kept
        return ConflictView(
            id=one.id,
            entity=one.entity,
            row_id=one.row_id,
            title=sync_words.conflict_title(one),
            text=sync_words.conflict_reason(one),
            sides=tuple(sides[1:] if both else sides),
            account_id=one.account_id if one.kind != "duplicate" else "",
            account=one.account_title,
            merge=f"{one.entity}:{one.kept},{one.lost}" if both else "",
        )

    def pending(self, one: PendingChange) -> PendingView:
        return PendingView(
            entity=one.entity,
            row_id=one.row_id,
            kind=entity_label(one.entity),
            title=tr("A decided conflict") if one.entity == "conflict" else one.title or "–",
            what="" if one.entity == "conflict" else self._what(one.entity, one.kind, one.fields, new=one.is_new),
            time=formats.time(one.at)
            if one.at.date() == self._workspace.clock.now().date()
            else formats.date_short(one.at),
        )

    def refused(self, one: RefusedChange) -> RefusedView:
        text = explain(one.refusal)
        return RefusedView(
            op_id=one.op_id,
            entity=one.entity,
            row_id=one.row_id,
            title=f"{entity_label(one.entity)} · {one.title or '–'}",
            reason=" ".join(part for part in (text.happened, text.next_step) if part),
            what=self._what(one.entity, "set", one.fields, new=False),
        )

    def _what(self, entity: str, kind: str, fields: Mapping[str, Any], *, new: bool) -> str:
        if kind == "del":
            return tr("deleted")
        if kind == "undel":
            return tr("restored")
        if kind == "issue":
            return tr("issued")
        if new:
            return tr("new")
        parts = [self._field(entity, name, raw) for name, raw in list(fields.items())[:2]]
        more = len(fields) - len(parts)
        if more > 0:
            parts.append(ntr("and {n} more", "and {n} more", more))
        return " · ".join(parts)

    def _field(self, entity: str, name: str, raw: Any) -> str:
        label = field_label(entity, name)
        field = REGISTRY[entity].field(name) if entity in REGISTRY else None
        if field is None or field.type in {FieldType.LONG_TEXT, FieldType.ORDER_KEY, FieldType.SET}:
            return label
        if field.type is FieldType.REFERENCE:
            if raw and field.target:
                self._look_up(field.target, {str(raw)})
            return f"{label}: {self._titles.get(str(raw), '–')}"
        try:
            value = decode(field, raw)
        except Refusal:
            value = raw
        return f"{label}: {shown(field, value)[0] if value is not None else '–'}"

    def _by(self, at: datetime | None, who: str) -> str:
        return " · ".join(
            part for part in (when(at, self._workspace.clock.now()) if at is not None else "", who) if part
        )

    def _look_up(self, entity: str, ids: set[str]) -> None:
        from desktop_crm.services import records

        missing = tuple(ids - self._titles.keys())
        if not missing or entity not in REGISTRY:
            return
        title = REGISTRY[entity].title
        condition = records.Filter(field="id", test=records.Test.ANY_OF, value=missing)
        page = records.list_rows(self._workspace, entity, records.ListQuery(filters=(condition,), limit=len(missing)))
        self._titles.update({str(r.id): str(r.fields.get(title) or "–") for r in page.records})


def progress_words(progress: Progress) -> str:
    """A first sync in words: what goes on, how many records are here, how long it still takes."""
    from desktop_crm.services.sync_progress import Stage

    if progress.stage is Stage.FETCHING:
        return tr("The records are on their way here.")
    count = ntr(
        "{count} record is here", "{count} records are here", progress.rows, count=formats.number(progress.rows)
    )
    return " · ".join(part for part in (count, _left(progress.left)) if part)


def _left(seconds: float | None) -> str:
    if seconds is None:
        return ""
    if seconds < 60:
        return tr("less than a minute left")
    minutes = round(seconds / 60)
    return ntr("about {n} minute left", "about {n} minutes left", minutes)


def when(at: datetime, now: datetime) -> str:
    """A moment as people say it: today's by the clock alone."""
    today = at.astimezone().date() == now.astimezone().date()
    return tr("today {time}", time=formats.time(at)) if today else formats.datetime(at)


def run_of(run: RunSummary, now: datetime) -> RunView:
    seconds = formats.number(_seconds(run), 1)
    if run.error is not None:
        text = explain(_as_refusal(run.error)).title
        return RunView(amount=0, text=f"{when(run.at, now)} · {text}", failed=True)
    text = tr(
        "{time} · received {pulled} · sent {pushed} · {seconds} s",
        time=when(run.at, now),
        pulled=formats.number(run.pulled),
        pushed=formats.number(run.pushed),
        seconds=seconds,
    )
    return RunView(amount=run.pulled + run.pushed, text=text, failed=False)


def _seconds(run: RunSummary) -> Any:
    from decimal import Decimal

    return Decimal(str(run.duration.total_seconds()))


def _as_refusal(code: str) -> CrmError:
    return Refusal(code)
