"""The journal: what this user did here, which of it can be undone, undo and redo of any of it, also after a restart.

Read from the change log alone. One `Journal` a session: it remembers how far it has read, and which acts refused to be undone.
Thread-safe; turning belongs on the thread that writes.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from threading import RLock

from desktop_crm.domain.journal import Act, Ledger
from desktop_crm.domain.schema import REGISTRY, FieldType
from desktop_crm.foundation.changes import ChangeKind, Changes
from desktop_crm.foundation.errors import Refusal
from desktop_crm.foundation.hlc import Stamp, stamp_time
from desktop_crm.i18n.acts import Facts
from desktop_crm.persistence.engine import Session
from desktop_crm.persistence.facts import read_facts, write_fact
from desktop_crm.persistence.stores import imports
from desktop_crm.persistence.stores import journal as store
from desktop_crm.persistence.stores.history import Deed, deeds
from desktop_crm.persistence.stores.stakeholders import map_of
from desktop_crm.persistence.tables import ROWS
from desktop_crm.services.history import refuse_ruled, revert
from desktop_crm.services.record_rules import refuse_final
from desktop_crm.services.standing import Kept, plan
from desktop_crm.services.standing_words import refusal_for
from desktop_crm.services.workspace import Workspace

_BEGINS = "journal.begins"
_TOLD_BY = 40
"""Operations of an act that are read to tell it."""
_TRIED = 400
"""Larger acts are not tried beforehand: something of them always stands."""
_APART = frozenset({"own_field", "open_reference", "imported_file", "conflict", "duplicate_set", "merge"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Stack:
    """Where the user stands: how many acts can be undone and redone, and what the next of each did."""

    done: int = 0
    undone: int = 0
    next_undo: Facts | None = None
    next_redo: Facts | None = None

    def count(self) -> int:
        """All acts that undo and redo can reach."""
        return self.done + self.undone

    def index(self) -> int:
        """How many of them stand."""
        return self.done


@dataclass(frozen=True, slots=True, kw_only=True)
class Turned:
    """An act that was undone or redone, what that wrote, and what it left alone."""

    act: str
    facts: Facts
    undone: bool
    changes: Changes
    kept: tuple[Kept, ...]
    stack: Stack = field(default_factory=Stack)
    on_map: tuple[str, str] | None = None
    """The stakeholder map, by id and name, on which all of it happened."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One act as the journal shows it. `refusal`: why it cannot be turned now; `transactions`: its own and its turns'."""

    id: str
    at: datetime
    who: str
    facts: Facts
    undone: bool
    transactions: tuple[str, ...]
    refusal: Refusal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Reader:
    """Asks the rules beforehand."""

    session: Session


def begin_here(workspace: Workspace) -> None:
    """What was written until now is the workspace's furniture and no act of anybody's: undo never reaches it."""
    with workspace.database.writing() as connection:
        write_fact(connection, _BEGINS, str(store.newest(connection)))


class Journal:
    """The acts of the workspace's author on this laptop. `restored`: with those of earlier sessions."""

    def __init__(self, workspace: Workspace, *, restored: bool = True) -> None:
        self._workspace = workspace
        self._lock = RLock()
        self._ledger = Ledger()
        self._passed: set[str] = set()
        self._read: int | None = None
        self._restored = restored

    def restore(self) -> Stack:
        """Take in the acts of earlier sessions too."""
        with self._lock:
            self._restored, self._read = True, None
            return self.look()

    def begin(self) -> None:
        """Before the first act of a session that restored nothing: what was written until now is not its business."""
        with self._lock:
            if self._read is None:
                self.look()

    def forget(self) -> None:
        """Begin anew: nothing of what was done so far can be undone."""
        with self._lock:
            self._ledger, self._read, self._restored = Ledger(), None, False
            self.look()

    def look(self) -> Stack:
        """Read what was written since, and say where the user stands."""
        with self._lock, self._workspace.read() as session:
            self._catch_up(session)
            return self._stack(session)

    def undo(self, act_id: str | None = None) -> Turned:
        """Undo the last act, or any one on which nothing later stands.

        Raises Refusal `undo.nothing`, `undo.unknown`, `undo.already`, and the reasons of `standing_words`.
        """
        return self._turn(act_id, undone=True)

    def redo(self, act_id: str | None = None) -> Turned:
        """Do again what was undone last, or any one that was undone. Raises as `undo`, and Refusal `redo.nothing`, `redo.already`."""
        return self._turn(act_id, undone=False)

    def entries(self, limit: int = 100) -> tuple[Entry, ...]:
        """The last acts, the newest first."""
        with self._lock, self._workspace.read() as session:
            self._catch_up(session)
            names = _names(session, self._workspace.author.user_id)
            return tuple(
                self._entry(session, act, names) for act in list(self._ledger.acts.values())[: -limit - 1 : -1]
            )

    def _catch_up(self, session: Session) -> None:
        connection = session.connection()
        actor = self._workspace.author.user_id
        if self._read is not None:
            lines, self._read = store.lines_after(connection, self._read, actor)
        elif self._restored:
            self._ledger = Ledger()
            floor = int(read_facts(connection).get(_BEGINS, "0"))
            lines, self._read = store.last_lines(connection, actor, floor)
        else:
            lines, self._read = (), store.newest(connection)
        for line in lines:
            self._ledger.take(line)

    def _stack(self, session: Session) -> Stack:
        done, undone = self._reachable(self._ledger.done), self._reachable(self._ledger.undone)
        return Stack(
            done=len(done),
            undone=len(undone),
            next_undo=_facts(session, done[-1]) if done else None,
            next_redo=_facts(session, undone[-1]) if undone else None,
        )

    def _reachable(self, acts: Sequence[Act]) -> list[Act]:
        return [act for act in acts if act.id not in self._passed]

    def _turn(self, act_id: str | None, *, undone: bool) -> Turned:
        with self._lock:
            with self._workspace.read() as session:
                self._catch_up(session)
                act = self._chosen(act_id, undone=undone)
                next_ones = self._reachable(self._ledger.done if undone else self._ledger.undone)
                is_next = bool(next_ones) and act is next_ones[-1]
                facts = _facts(session, act)
                refusal = self._refusal(session, act, strict=True) if not is_next else None
            try:
                changes, kept = self._written(act, refusal)
            except Refusal:
                if is_next:
                    self._passed.add(act.id)
                raise
            self._passed.discard(act.id)
            with self._workspace.read() as session:
                on_map = map_of(session, {item.entity: changes.rows(item.entity) for item in changes.items})
            turned = Turned(act=act.id, facts=facts, undone=undone, changes=changes, kept=kept, stack=self.look())
            return replace(turned, on_map=on_map)

    def _written(self, act: Act, refusal: Refusal | None) -> tuple[Changes, tuple[Kept, ...]]:
        """Turn the act, or raise why it cannot be."""
        if refusal is not None:
            raise refusal
        changes, kept = self._write(act)
        if changes.tx_id is None:
            with self._workspace.read() as session:
                mine = self._workspace.author.user_id
                raise refusal_for(session, mine, act.head, kept[0]) if kept else Refusal("undo.nothing_left")
        return changes, kept

    def _write(self, act: Act) -> tuple[Changes, tuple[Kept, ...]]:
        if act.import_id and not act.undone:
            from desktop_crm.services.importing.undoing import undo_import  # brings all that reads files

            taken = undo_import(self._workspace, act.import_id)
            return taken.changes, taken.kept
        done = revert(self._workspace, act.head)
        return done.changes, done.kept

    def _chosen(self, act_id: str | None, *, undone: bool) -> Act:
        if act_id is None:
            acts = self._reachable(self._ledger.done if undone else self._ledger.undone)
            if acts:
                return acts[-1]
            raise Refusal("undo.nothing") if undone else Refusal("redo.nothing")
        found = [act for act in self._ledger.acts.values() if act_id in act.transactions]
        if not found:
            raise Refusal("undo.unknown", tx=act_id)
        if found[0].undone is undone:
            raise Refusal("undo.already") if undone else Refusal("redo.already")
        return found[0]

    def _refusal(self, session: Session, act: Act, *, strict: bool) -> Refusal | None:
        """Why an act cannot be turned; `strict`: it is not the next one, so nothing later may stand on it."""
        if act.under is not None and act.under.undone:
            return Refusal("undo.with_import")
        if act.import_id and not act.undone:
            return None
        past = deeds(session, act.head)
        if not past:
            return Refusal("undo.unknown", tx=act.head)
        made = plan(session, past)
        try:
            refuse_final((deed.entity, deed.after) for deed in past)
            refuse_ruled(_Reader(session=session), made)
        except Refusal as refusal:
            return refusal
        if made.kept and (strict or made.empty):
            return refusal_for(session, self._workspace.author.user_id, act.head, made.kept[0])
        return None

    def _entry(self, session: Session, act: Act, names: Callable[[], str]) -> Entry:
        tops = [pile[-1] for pile in (self._ledger.done, self._ledger.undone) if pile]
        small = store.size(session.connection(), act.head) <= _TRIED
        return Entry(
            id=act.id,
            at=stamp_time(Stamp(act.stamp)),
            who=names(),
            facts=_facts(session, act),
            undone=act.undone or (act.under is not None and act.under.undone),
            transactions=tuple(act.transactions),
            refusal=self._refusal(session, act, strict=act not in tops) if small else None,
        )


def _names(session: Session, user_id: str | None) -> Callable[[], str]:
    row = session.get(ROWS["user"], user_id) if user_id else None
    name = str(row.field_value("name") or "") if row is not None else ""
    return lambda: name


def _facts(session: Session, act: Act) -> Facts:
    """What an act did, read from its first operations and the rows as they are called now."""
    count = store.size(session.connection(), act.id)
    some = deeds(session, act.id, _TOLD_BY)
    cause = _plain_cause(act.cause)
    if act.import_id:
        run = imports.past_run(session, act.import_id)
        files = [str(file["path"]).replace("\\", "/").rsplit("/", 1)[-1] for file in run.report["files"]] if run else []
        rows = sum(int(file["rows"]) for file in run.report["files"]) if run else count
        return Facts(cause=cause, kind=ChangeKind.CREATED, entity="account", count=rows, title=", ".join(files))
    main = _main(some)
    if main is None:
        return Facts(cause=cause, kind=ChangeKind.UPDATED, entity="", count=count, title="")
    same = [deed for deed in some if (deed.entity, deed.kind) == (main.entity, main.kind)]
    rows = len({deed.row_id for deed in same}) if count <= _TOLD_BY else count
    return Facts(
        cause=cause,
        kind=main.kind,
        entity=main.entity,
        count=1 if cause == "quotes.save" else rows,
        title=_title(session, main),
        fields=tuple(
            dict.fromkeys(name for deed in same for name in sorted(deed.after) if _is_told(deed.entity, name))
        ),
    )


def _plain_cause(cause: str) -> str:
    name, _, rest = cause.partition(":")
    return "import.settle" if name == "import" and ":" in rest else name


def _main(some: Sequence[Deed]) -> Deed | None:
    """The operation that tells most: the first one on a record that people see, rather than on a part of it."""
    told = [deed for deed in reversed(some) if deed.entity not in _APART] or list(reversed(some))
    telling = [
        deed for deed in told if deed.kind != ChangeKind.UPDATED or any(_is_told(deed.entity, f) for f in deed.after)
    ]
    whole = [deed for deed in telling if deed.kind != ChangeKind.UPDATED and REGISTRY[deed.entity].parent is None]
    return next(iter(whole or telling or told), None)


def _is_told(entity: str, name: str) -> bool:
    known = REGISTRY[entity].field(name)
    return not known.derived and known.type is not FieldType.ORDER_KEY and name != "draft_version"


def _title(session: Session, deed: Deed) -> str:
    """What the record is called; for a part of a quote, what the quote is called."""
    described = REGISTRY[deed.entity]
    values = {**deed.before, **{name: value for name, value in deed.after.items() if value is not None}}
    row = session.get(ROWS[deed.entity], deed.row_id)
    if row is not None:
        values = row.field_values()
    title = values.get(described.title) if described.has(described.title) else None
    if not title and values.get("contact_id"):
        contact = session.get(ROWS["contact"], str(values["contact_id"]))
        title = contact.field_value("name") if contact is not None else ""
    whole = described.field(described.parent).target if described.parent else None
    if whole and (deed.entity.startswith("quote") or not title):
        above = session.get(ROWS[whole], str(values.get(described.parent or "")))
        return str(above.field_value(REGISTRY[whole].title) or "") if above is not None else ""
    return str(title or "")
