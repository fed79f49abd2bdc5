"""Undo and redo for the whole workspace. What comes next is decided by the journal, on the write lane, from the change log.

So an undo waits its turn behind acts that are still being written, every way of writing counts as an act, and a restart
forgets nothing. This room keeps only what is shown: how many acts there are, and what the next ones are called.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal, Slot

from desktop_crm.foundation.changes import Changes
from desktop_crm.foundation.errors import CrmError
from desktop_crm.i18n import tr
from desktop_crm.ui.runtime.lanes import Done, Failed, Lanes, changes_of

if TYPE_CHECKING:
    from desktop_crm.services.journal import Entry, Journal, Stack, Turned
    from desktop_crm.services.workspace import Workspace

_NOTHING = frozenset({"undo.nothing", "redo.nothing"})


class Undo(QObject):
    """Undo and redo; lives on the GUI thread.

    Signals: `acted(text)` after an act was done by the user and can be undone; `turned(text, undone)` after one was undone or
    redone; `kept(count)` after that left values alone that somebody changed since; `changed()` when `stack` is another.
    """

    acted = Signal(str)
    turned = Signal(str, bool)
    turned_on_map = Signal(str)
    kept = Signal(int)
    changed = Signal()

    def __init__(self, lanes: Lanes, workspace: Workspace, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.acts = Acts(workspace)
        self.stack: Stack | None = None
        self._lanes = lanes
        lanes.wrote.connect(self._on_wrote)

    def run(
        self,
        text: str,
        fn: Callable[[], Any],
        done: Done | None = None,
        failed: Failed | None = None,
        initiator: object = None,
        *,
        quiet: bool = False,
    ) -> None:
        """Do something on the write lane as one act; `text` says it in the user's language, for now.

        `quiet`: no word about it is shown, as for typing into a cell, which is seen anyway.
        """
        self._lanes.write(partial(self.acts.do, fn), partial(self._did, text, done, quiet), failed, initiator)

    def undo(self) -> None:
        """Take the last act back. What is still being written counts, so a quick hand never undoes the act before."""
        self._lanes.write(partial(self.acts.undo, None), self._on_turned, self._on_refused)

    def redo(self) -> None:
        """Do again what was undone last."""
        self._lanes.write(partial(self.acts.redo, None), self._on_turned, self._on_refused)

    def turn(self, act_id: str, *, undone: bool) -> None:
        """Undo or redo one act of the journal, on which nothing later may stand."""
        step = self.acts.undo if undone else self.acts.redo
        self._lanes.write(partial(step, act_id), self._on_turned, self._on_refused)

    def restore(self) -> None:
        """Take in what was done before this start."""
        self._lanes.write(self.acts.restore, self._show)

    def clear(self) -> None:
        """Forget everything done so far."""
        self._lanes.write(self.acts.forget, self._show)

    def count(self) -> int:
        """How many acts undo and redo can reach."""
        return self.stack.count() if self.stack is not None else 0

    def index(self) -> int:
        """How many of them stand."""
        return self.stack.index() if self.stack is not None else 0

    def next_undo(self) -> str:
        """What undo would take back, in words; empty when there is nothing."""
        return _words(self.stack.next_undo if self.stack is not None else None)

    def next_redo(self) -> str:
        """What redo would do again, in words; empty when there is nothing."""
        return _words(self.stack.next_redo if self.stack is not None else None)

    def _did(self, text: str, done: Done | None, quiet: bool, acted: Acted) -> None:
        self._show(acted.stack)
        if changes_of(acted.result).tx_id is not None and not quiet:
            self.acted.emit(text)
        if done is not None:
            done(acted.result)

    def _on_turned(self, turned: Turned) -> None:
        self._show(turned.stack)
        text = _words(turned.facts)
        if turned.on_map is not None and turned.on_map[1]:
            text = tr("{act} (map: {name})", act=text, name=turned.on_map[1])
        self.turned.emit(text, turned.undone)
        if turned.on_map is not None:
            self.turned_on_map.emit(turned.on_map[0])
        if turned.kept:
            self.kept.emit(len(turned.kept))

    def _on_refused(self, error: BaseException) -> None:
        self._lanes.write(self.acts.look, self._show)
        if not (isinstance(error, CrmError) and error.code in _NOTHING):
            self._lanes.troubled.emit(error)

    def _show(self, stack: Stack) -> None:
        if stack != self.stack:
            self.stack = stack
            self.changed.emit()

    @Slot(object, object)
    def _on_wrote(self, changes: Changes, _initiator: object) -> None:
        """Something was written past `run`: an import, the issue of a quote."""
        if changes.tx_id is not None and not self.acts.told_of(changes.tx_id):
            self._lanes.write(self.acts.look, self._show)


@dataclass(frozen=True, slots=True, kw_only=True)
class Acted:
    """What an act gave back, and where the user stands after it."""

    result: Any
    stack: Stack
    changes: Changes = field(default_factory=Changes.none)


class Acts:
    """The workspace's journal, made at the first act: importing it takes longer than the first window may."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._journal: Journal | None = None
        self._told: set[str] = set()

    @property
    def journal(self) -> Journal:
        if self._journal is None:
            from desktop_crm.services.journal import Journal

            self._journal = Journal(self._workspace, restored=False)
        return self._journal

    def do(self, fn: Callable[[], Any]) -> Acted:
        """Run an act; on the write lane, as everything here."""
        self.journal.begin()
        result = fn()
        changes = self._tell(changes_of(result))
        return Acted(result=result, changes=changes, stack=self.journal.look())

    def undo(self, act_id: str | None) -> Turned:
        turned = self.journal.undo(act_id)
        self._tell(turned.changes)
        return turned

    def redo(self, act_id: str | None) -> Turned:
        turned = self.journal.redo(act_id)
        self._tell(turned.changes)
        return turned

    def restore(self) -> Stack:
        return self.journal.restore()

    def look(self) -> Stack:
        return self.journal.look()

    def entries(self) -> tuple[Entry, ...]:
        """The acts as the journal lists them; for the read lane."""
        return self.journal.entries()

    def forget(self) -> Stack:
        self.journal.forget()
        return self.journal.look()

    def told_of(self, tx_id: str) -> bool:
        """Whether the stack after that transaction is on its way already, asked once of each; on the GUI thread."""
        known = tx_id in self._told
        self._told.discard(tx_id)
        return known

    def _tell(self, changes: Changes) -> Changes:
        if changes.tx_id is not None:
            self._told.add(changes.tx_id)
        return changes


def _words(facts: Any) -> str:
    from desktop_crm.i18n.acts import act_text

    return act_text(facts) if facts is not None else ""
