"""Sync as the user knows it: join a server, sync now, what waits, what came into conflict, what was refused.

One run at a time per workspace; a run may be called from any thread, edits go on meanwhile. What goes wrong is a Refusal or a
Trouble and leaves everything saved before as it was.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final
from weakref import WeakKeyDictionary

from desktop_crm import __version__
from desktop_crm.domain.schema import REGISTRY
from desktop_crm.domain.schema.codec import decode, misfit
from desktop_crm.domain.stakeholders.erased import CARD
from desktop_crm.foundation import logs
from desktop_crm.foundation.changes import Changes
from desktop_crm.foundation.collector import resting
from desktop_crm.foundation.errors import CrmError, Refusal
from desktop_crm.foundation.hlc import Stamp, stamp_time
from desktop_crm.i18n import tr
from desktop_crm.persistence import outbox
from desktop_crm.persistence.stores import sync as store
from desktop_crm.persistence.stores.sync import ConflictLine, PendingLine, RefusedLine
from desktop_crm.persistence.tables import ROWS
from desktop_crm.persistence.unit_of_work import UnitOfWork
from desktop_crm.services.circles import refuse_circles
from desktop_crm.services.employments import keep_former_after
from desktop_crm.services.sync_account import Account, account_of, sign_in
from desktop_crm.services.sync_browser import ByBrowser
from desktop_crm.services.sync_progress import Progress, forget, progress, take_arrived, teller
from desktop_crm.services.workspace import Workspace
from desktop_crm.sync.client.schedule import Schedule

if TYPE_CHECKING:
    from desktop_crm.sync.client.engine import RunReport

__all__ = ["Account", "ByBrowser", "Progress", "Schedule", "account_of", "progress", "take_arrived"]

_LOG = logs.get("desktop_crm.services.sync")
STUCK_AFTER: Final = timedelta(minutes=10)
_DELETED: Final = "_deleted"


class Keep(StrEnum):
    """Which value of a conflict is to stand."""

    KEPT = "kept"  # the one that stands: the server's, the later one
    LOST = "lost"  # the other one
    BEFORE = "before"  # what both started from


@dataclass(frozen=True, slots=True, kw_only=True)
class SyncReport:
    """What a run did. `pushed`: changes the server took. `pulled`: records changed here by others. `cursor`: the newest commit."""

    pushed: int
    pulled: int
    conflicts: int
    refused: int
    cursor: int
    was_reset: bool
    changes: Changes


@dataclass(frozen=True, slots=True, kw_only=True)
class RunSummary:
    """One run of the past."""

    at: datetime
    pushed: int
    pulled: int
    conflicts: int
    duration: timedelta
    error: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SyncStatus:
    """How things stand. `url` is empty for a workspace without a server."""

    url: str
    user: str
    pending: int
    conflicts: int
    refused: int
    scopes: tuple[str, ...]
    running: bool
    last_run: RunSummary | None
    last_success: datetime | None
    is_stuck: bool

    @property
    def joined(self) -> bool:
        return bool(self.url)


@dataclass(frozen=True, slots=True, kw_only=True)
class PendingChange:
    """A change that waits to be sent. `title`: the record's; `kind`: set, issue, del, undel; `fields` in JSON form."""

    op_id: str
    at: datetime
    entity: str
    row_id: str
    title: str
    kind: str
    fields: Mapping[str, Any]
    is_new: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Conflict:
    """A value that was typed and does not stand. Values are the registry's; people are ids of users, with their names where known.

    `names`: what the records are called that the values refer to, by id.
    """

    id: str
    entity: str
    row_id: str
    title: str
    field: str
    kind: str
    before: Any
    kept: Any
    kept_by: str | None
    kept_by_name: str
    kept_at: datetime | None
    lost: Any
    lost_by: str | None
    lost_by_name: str
    lost_at: datetime | None
    state: str
    names: Mapping[str, str]
    account_id: str = ""
    account_title: str = ""

    @property
    def is_deletion(self) -> bool:
        return self.field == _DELETED


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    """What deciding many conflicts changed. `refused`: those that stay open, by id, with why."""

    changes: Changes
    refused: Mapping[str, Refusal]


@dataclass(frozen=True, slots=True, kw_only=True)
class RefusedChange:
    """A change that the server refused: the reason's code, and what was typed."""

    op_id: str
    at: datetime
    reason: str
    entity: str
    row_id: str
    title: str
    fields: Mapping[str, Any]

    @property
    def refusal(self) -> Refusal:
        """The reason as an error: of a value that does not fit, with its field."""
        if self.entity not in REGISTRY:
            return Refusal(self.reason)
        return misfit(REGISTRY[self.entity], self.fields, self.reason)


_LOCKS: WeakKeyDictionary[Workspace, threading.Lock] = WeakKeyDictionary()
_LOCKS_LOCK = threading.Lock()


def connect(
    workspace: Workspace,
    url: str,
    user: str,
    password: str,
    code: str = "",
    browser: ByBrowser | None = None,
    pin: str = "",
) -> None:
    """Sign in alone: the first sync is the next run's, so that people can work while it goes on.

    Raises Refusal `sync.url`, `sync.plain_http`, `sync.sign_in`; Trouble `sync.server.…`.
    """
    from desktop_crm.sync.client.transport import checked_url

    with _one_run(workspace):
        sign_in(workspace, checked_url(url), user, password, code, browser, pin)


def join(
    workspace: Workspace,
    url: str,
    user: str,
    password: str,
    code: str = "",
    browser: ByBrowser | None = None,
    pin: str = "",
) -> SyncReport:
    """Sign in and sync for the first time. A workspace that began alone brings its rows along. `code`: of the second factor.
    `browser`: sign in there, and not by name and password. `pin`: the fingerprint by which the server is known.

    Raises Refusal `sync.url`, `sync.plain_http`, `sync.sign_in`, `sync.browser.…`; Trouble `sync.browser.late`, and as `sync_now`.
    """
    from desktop_crm.sync.client.transport import checked_url

    whole = checked_url(url)
    with _one_run(workspace):
        sign_in(workspace, whole, user, password, code, browser, pin)
        return _run(workspace, whole, let_leave=False)


def sync_now(
    workspace: Workspace, *, url: str | None = None, let_leave: bool = False, files: bool = True
) -> SyncReport:
    """Send what waits, take what came. `url`: the server has moved there, which is kept when it answers.
    `let_leave`: records may leave in any number. `files`: send and fetch files too; without, they wait (a metered connection).

    Raises Refusal `sync.not_joined`, `sync.running`, `sync.sign_in_again`, `sync.many_leaving`, `sync.upgrade_required`;
    Trouble `sync.server.…`, `disk.…`.
    """
    known = account_of(workspace)
    if known is None:
        raise Refusal("sync.not_joined")
    from desktop_crm.sync.client.transport import checked_url

    whole = checked_url(url) if url else known.url
    with _one_run(workspace):
        report = _run(workspace, whole, let_leave=let_leave, files=files)
        former = keep_former_after(workspace, report.changes)
        report = replace(report, changes=report.changes.join(replace(former, tx_id=None, remote=True)))
        if whole != known.url:
            known.move(whole)
        return report


def status(workspace: Workspace) -> SyncStatus:
    """How things stand."""
    known = account_of(workspace)
    with workspace.read() as session:
        connection = session.connection()
        waiting = outbox.count(connection)
        oldest = outbox.waiting(connection, 1, 0)
        runs = [_summary(line) for line in store.read_runs(connection, 50)]
        contact = outbox.read_contact(connection)
        conflicts_open = len(store.read_conflicts(connection, open_only=True))
        refused = len(store.read_refused(connection))
    now = workspace.clock.now()
    return SyncStatus(
        url=known.url if known else "",
        user=known.user if known else "",
        pending=waiting,
        conflicts=conflicts_open,
        refused=refused,
        scopes=tuple(sorted(contact.grants)),
        running=_lock(workspace).locked(),
        last_run=runs[0] if runs else None,
        last_success=next((run.at for run in runs if run.error is None), None),
        is_stuck=bool(oldest) and now - stamp_time(Stamp(oldest[0].hlc)) > STUCK_AFTER,
    )


def runs(workspace: Workspace, most: int = 14) -> tuple[RunSummary, ...]:
    """The newest runs, newest first."""
    with workspace.read() as session:
        return tuple(_summary(line) for line in store.read_runs(session.connection(), most))


def pending(workspace: Workspace, most: int = 200) -> tuple[PendingChange, ...]:
    """The newest changes that wait, newest first."""
    with workspace.read() as session:
        lines = store.read_pending(session.connection(), most)
        titles = store.titles(session.connection(), [(line.entity, line.row_id) for line in lines])
    return tuple(_pending(line, titles) for line in lines)


def conflicts(workspace: Workspace, *, open_only: bool = True) -> tuple[Conflict, ...]:
    """Values that were typed and do not stand, newest first."""
    with workspace.read() as session:
        connection = session.connection()
        lines = store.read_conflicts(connection, open_only=open_only)
        people = [("user", by) for line in lines for by in (line.kept_by, line.lost_by) if by]
        meant = [key for line in lines for key in _meant(line)]
        rows = [(line.entity, line.row_id) for line in lines]
        accounts = store.accounts_of(connection, rows)
        titles = store.titles(connection, rows + people + meant + [("account", one) for one in accounts.values()])
    return tuple(_conflict(line, titles, accounts.get((line.entity, line.row_id), "")) for line in lines)


def quarantined(workspace: Workspace) -> tuple[RefusedChange, ...]:
    """Changes that the server refused, newest first."""
    with workspace.read() as session:
        lines = store.read_refused(session.connection())
        titles = store.titles(session.connection(), [(line.entity, line.row_id) for line in lines])
    return tuple(_refused(line, titles) for line in lines)


def resolve(workspace: Workspace, conflict_id: str, keep: Keep | str) -> Changes:
    """Decide a conflict: let the standing value be, or take another back as a new change. It can be decided anew later.

    Fields that were lost in one act (amount and currency) come back together. Raises Refusal `sync.conflict.unknown`,
    `sync.conflict.duplicate`, `record.missing`, and what `circles` refuses.
    """
    choice = Keep(keep)
    with workspace.write(f"sync.resolve:{conflict_id}") as work:
        line = store.read_conflict(work.connection, conflict_id)
        if line is None:
            raise Refusal("sync.conflict.unknown", id=conflict_id)
        together = store.lost_together(work.connection, line)
        if choice is not Keep.KEPT:
            _write_back(work, together, choice)
        state = "kept" if choice is Keep.KEPT else "taken_back"
        for one in together:
            work.update("conflict", one.id, {"state": state})
    return work.changes


def resolve_all(workspace: Workspace, account_id: str, *, mine: bool) -> Decided:
    """Decide all open conflicts of an account and its records at once, in one act: for what was typed by this user, or by the others.

    Two records with one key are left: nobody's value can be taken for them. So is what would close a circle: see `refused`.
    """
    refused: dict[str, Refusal] = {}
    me = str(workspace.author.user_id or "")
    found = [one for one in conflicts(workspace) if one.account_id == account_id and one.kind != "duplicate"]
    with workspace.write(f"sync.resolve_all:{account_id}") as work:
        decided = set[str]()
        for one in reversed(found):  # the oldest first, as they were typed
            if one.id in decided or one.id in refused:
                continue
            takes_lost = (one.lost_by == me) is mine and me in {one.lost_by, one.kept_by}
            line = store.read_conflict(work.connection, one.id)
            together = store.lost_together(work.connection, line) if line is not None else []
            try:
                if takes_lost:
                    _write_back(work, together, Keep.LOST)
            except Refusal as refusal:
                refused |= {part.id: refusal for part in together}
                continue
            for part in together:
                decided.add(part.id)
                work.update("conflict", part.id, {"state": "taken_back" if takes_lost else "kept"})
    return Decided(changes=work.changes, refused=refused)


def retry(workspace: Workspace, op_id: str, edited: Mapping[str, Any] | None = None) -> Changes:
    """Make a refused change again, as a new one. `edited`: values (the registry's) that take the place of what was typed.

    Raises Refusal `sync.refused_unknown`, `record.missing`, and what `circles` refuses.
    """
    with workspace.write(f"sync.retry:{op_id}") as work:
        line = _refused_line(store.read_refused(work.connection), op_id)
        fields = _decoded(line.entity, line.fields) | dict(edited or {})
        row = work.session.get(ROWS[line.entity], line.row_id) if line.entity in ROWS else None
        if row is None:
            work.insert(line.entity, fields)
        else:
            refuse_circles(work, line.entity, line.row_id, fields)
            work.update(line.entity, line.row_id, fields)
        store.drop_refused(work.connection, op_id)
    return work.changes


def give_up(workspace: Workspace, op_id: str) -> None:
    """Let a refused change go. Raises Refusal `sync.refused_unknown`."""
    with workspace.database.writing() as connection:
        if not store.drop_refused(connection, op_id):
            raise Refusal("sync.refused_unknown", id=op_id)


def _run(workspace: Workspace, url: str, *, let_leave: bool, files: bool = True) -> SyncReport:
    # What speaks with a server is loaded when there is one: a workspace without holds none of it.
    from desktop_crm.services.sync_files import exchange_files, refill_numbers
    from desktop_crm.sync.client.drive import drive
    from desktop_crm.sync.client.engine import RunReport, SyncEngine
    from desktop_crm.sync.client.transport import HttpTransport

    account = account_of(workspace)
    assert account is not None
    started, at = time.monotonic(), workspace.clock.now()
    report, failure = RunReport(), ""
    transport = HttpTransport(url, account, pin=account.pin)
    try:
        engine = SyncEngine(workspace.database, workspace.stamps, workspace.clock, __version__)
        with resting():  # thousands of operations are decoded: walks through them find nothing
            report = drive(engine.run(let_leave=let_leave, tell=teller(workspace)), transport)
        refill_numbers(workspace, transport)
        if files:
            exchange_files(workspace, transport)
    except CrmError as error:
        failure = error.code
        raise
    finally:
        transport.close()
        forget(workspace)
        line = store.RunLine(
            at=at.isoformat(),
            pushed=report.pushed,
            pulled=report.pulled,
            conflicts=report.conflicts,
            millis=int((time.monotonic() - started) * 1000),
            error=failure or None,
        )
        with workspace.database.writing() as connection:
            store.write_run(connection, line)
        counts = {"pushed": line.pushed, "pulled": line.pulled, "conflicts": line.conflicts, "millis": line.millis}
        if report.refetched:
            _LOG.info("sync.audit.differs", count=report.refetched)
        _LOG.info("sync.failed" if failure else "sync.done", **counts, **({"error": failure} if failure else {}))
    return told(report)


def told(report: RunReport) -> SyncReport:
    """What an engine's run did, for whoever asked for it."""
    return SyncReport(
        pushed=report.pushed,
        pulled=report.pulled,
        conflicts=report.conflicts,
        refused=report.refused,
        cursor=report.cursor,
        was_reset=report.was_reset,
        changes=report.changes,
    )


class _one_run:  # noqa: N801 - reads as a word in a with statement
    """Refuses a second run beside the first. Raises Refusal `sync.running`."""

    def __init__(self, workspace: Workspace) -> None:
        self._lock = _lock(workspace)

    def __enter__(self) -> None:
        if not self._lock.acquire(blocking=False):
            raise Refusal("sync.running")

    def __exit__(self, *_: object) -> None:
        self._lock.release()


def _lock(workspace: Workspace) -> threading.Lock:
    with _LOCKS_LOCK:
        return _LOCKS.setdefault(workspace, threading.Lock())


def _write_back(work: UnitOfWork, lines: list[ConflictLine], choice: Keep) -> None:
    line = lines[0]
    if line.kind == "duplicate":
        raise Refusal("sync.conflict.duplicate")
    if line.field == _DELETED:
        if choice is Keep.LOST and line.lost:
            _delete(work, line)
        return
    fields = _decoded(line.entity, {one.field: one.lost if choice is Keep.LOST else one.before for one in lines})
    refuse_circles(work, line.entity, line.row_id, fields)
    work.update(line.entity, line.row_id, fields)


def _delete(work: UnitOfWork, line: ConflictLine) -> None:
    """Delete the record after all; a card of a map with what hangs on it, as the map itself does."""
    if line.entity != CARD:
        work.delete(line.entity, line.row_id)
        return
    from desktop_crm.services.stakeholders import take_off

    card = work.session.get(ROWS[CARD], line.row_id)
    if card is not None and card.row_deleted is None:
        take_off(work, str(card.field_value("map_id")), [line.row_id])


def _decoded(entity: str, fields: Mapping[str, Any]) -> dict[str, Any]:
    kinds = REGISTRY[entity]
    return {
        name: decode(kinds.field(name), value) if kinds.has(name) or "." in name else value
        for name, value in fields.items()
    }


def _refused_line(lines: list[RefusedLine], op_id: str) -> RefusedLine:
    for line in lines:
        if line.op_id == op_id:
            return line
    raise Refusal("sync.refused_unknown", id=op_id)


def _summary(line: store.RunLine) -> RunSummary:
    return RunSummary(
        at=datetime.fromisoformat(line.at),
        pushed=line.pushed,
        pulled=line.pulled,
        conflicts=line.conflicts,
        duration=timedelta(milliseconds=line.millis),
        error=line.error,
    )


def _pending(line: PendingLine, titles: Mapping[tuple[str, str], str]) -> PendingChange:
    return PendingChange(
        op_id=line.op_id,
        at=stamp_time(Stamp(line.hlc)),
        entity=line.entity,
        row_id=line.row_id,
        title=titles.get((line.entity, line.row_id), ""),
        kind=line.kind,
        fields=line.fields,
        is_new=line.is_new,
    )


def _meant(line: ConflictLine) -> list[tuple[str, str]]:
    """The records that the values of a conflict refer to; a duplicate's values are the two records themselves."""
    if line.kind == "duplicate":
        target: str | None = line.entity
    elif line.entity in REGISTRY and line.field != _DELETED:
        target = REGISTRY[line.entity].field(line.field).target
    else:
        target = None
    return [(target, str(value)) for value in (line.before, line.kept, line.lost) if value] if target else []


def _conflict(line: ConflictLine, titles: Mapping[tuple[str, str], str], account_id: str) -> Conflict:
    field = REGISTRY[line.entity].field(line.field) if line.entity in REGISTRY else None
    plain = field is None or line.field == _DELETED or line.kind == "duplicate"

    def value(raw: Any) -> Any:
        return raw if plain or field is None else decode(field, raw)

    return Conflict(
        id=line.id,
        entity=line.entity,
        row_id=line.row_id,
        title=titles.get((line.entity, line.row_id), ""),
        field=line.field,
        kind=line.kind,
        before=value(line.before),
        kept=value(line.kept),
        kept_by=line.kept_by,
        kept_by_name=titles.get(("user", line.kept_by or ""), "") or ("" if line.kept_by else _put_back(line)),
        kept_at=_moment(line.kept_at),
        lost=value(line.lost),
        lost_by=line.lost_by,
        lost_by_name=titles.get(("user", line.lost_by or ""), ""),
        lost_at=_moment(line.lost_at),
        state=line.state,
        names={row_id: titles.get((entity, row_id), "") for entity, row_id in _meant(line)},
        account_id=account_id,
        account_title=titles.get(("account", account_id), ""),
    )


def _put_back(line: ConflictLine) -> str:
    """Nobody typed the value that stands after a circle or a deletion was taken back: the server wrote it."""
    return tr("Server") if line.kind in {"tree", "circle", "delete"} else ""


def _refused(line: RefusedLine, titles: Mapping[tuple[str, str], str]) -> RefusedChange:
    return RefusedChange(
        op_id=line.op_id,
        at=datetime.fromisoformat(line.at),
        reason=line.reason,
        entity=line.entity,
        row_id=line.row_id,
        title=titles.get((line.entity, line.row_id), ""),
        fields=line.fields,
    )


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
