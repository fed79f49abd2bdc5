"""Undo and redo for the whole workspace: a stack of acts that hold transaction ids, reverted by one service.

Redo is the revert of the revert, so both stand on the same rule: what was written must still stand. An act that can no
longer be reverted (someone changed the same field since) leaves the stack, and the reporter says why.
"""

from __future__ import annotations

import weakref
from collections.abc import Callable
from functools import partial
from typing import Any

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QUndoCommand, QUndoStack

from desktop_crm.foundation.changes import Changes
from desktop_crm.ui.runtime.lanes import Done, Failed, Lanes, changes_of

LIMIT = 200

Revert = Callable[[str], Any]
"""Takes a transaction back; its result is, or carries, what changed."""


class Undo(QObject):
    """The stack of acts.

    Signals: `acted(text)` after an act was done by the user and can be undone; `kept(count)` after an undo left values alone
    that somebody changed since.
    """

    acted = Signal(str)
    kept = Signal(int)

    def __init__(self, lanes: Lanes, revert: Revert, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.stack = QUndoStack(self)
        self.stack.setUndoLimit(LIMIT)
        self._lanes = lanes
        self._revert = revert
        # The stack gives its acts back while it stands: a collector that meets both at once would delete an act twice.
        lanes.stopped.connect(self.clear)

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
        """Do something on the write lane and remember it as one act; `text` says it in the user's language.

        `quiet`: no word about it is shown, as for typing into a cell, which is seen anyway.
        """
        self._lanes.write(fn, partial(self._did, text, done, quiet), failed, initiator)

    def record(self, text: str, changes: Changes, *, quiet: bool = False) -> None:
        """Remember something that was done already; changes without a transaction cannot be undone and are ignored."""
        if changes.tx_id is not None:
            self.stack.push(_Act(self, text, changes.tx_id))
            if not quiet:
                self.acted.emit(text)

    def undo(self) -> None:
        """Take the last act back: also one that is still being written, so that a quick hand never undoes the act before."""
        self._lanes.write(_nothing, self._step_back)

    def redo(self) -> None:
        self._lanes.write(_nothing, self._step_forward)

    def clear(self) -> None:
        self.stack.clear()

    def _did(self, text: str, done: Done | None, quiet: bool, result: object) -> None:
        self.record(text, changes_of(result), quiet=quiet)
        if done is not None:
            done(result)

    def turn(self, act: _Act, *, back: bool) -> None:
        """Revert what the act last wrote. Called by the act."""
        self._lanes.write(partial(self._turn, act), self._turned, partial(self._fell, act, back))

    def _step_back(self, _: object) -> None:
        self.stack.undo()

    def _step_forward(self, _: object) -> None:
        self.stack.redo()

    def _turned(self, result: object) -> None:
        left = getattr(result, "kept", ())
        if left:
            self.kept.emit(len(left))

    def _turn(self, act: _Act) -> Any:
        # On the write lane, so that a quick second undo or redo finds the transaction of the first.
        result = self._revert(act.tx_id)
        changes = changes_of(result)
        if changes.tx_id is not None:
            act.tx_id = changes.tx_id
        return result

    def _fell(self, act: _Act, back: bool, error: BaseException) -> None:
        act.drop()
        # Stepping over a dropped act takes it off the stack and leaves the index where it was.
        if back:
            self.stack.redo()
        else:
            self.stack.undo()
        self._lanes.troubled.emit(error)


def _nothing() -> None:
    """Stands in the write lane behind what was handed in before."""


class _Act(QUndoCommand):
    """One thing the user did."""

    def __init__(self, owner: Undo, text: str, tx_id: str) -> None:
        super().__init__(text)
        self.tx_id = tx_id
        self._owner = weakref.proxy(owner)
        self._fresh = True
        self._dropped = False

    def drop(self) -> None:
        self._dropped = True
        self.setObsolete(True)

    def undo(self) -> None:
        if not self._dropped:
            self._owner.turn(self, back=True)

    def redo(self) -> None:
        if self._fresh:  # the stack calls this when the act is pushed: it is done already
            self._fresh = False
        elif not self._dropped:
            self._owner.turn(self, back=False)
