"""Warns while a new record is typed that there is one like it already, with the reasons, and opens it. It stands in nobody's way.

Only accounts and contacts have such a warning; for others it stays hidden and asks nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from desktop_crm.i18n import tr
from desktop_crm.ui.runtime.context import UiContext
from desktop_crm.ui.theme import Mood
from desktop_crm.ui.widgets.buttons import button
from desktop_crm.ui.widgets.labels import clear, label
from desktop_crm.ui.widgets.pill import Pill

if TYPE_CHECKING:
    from desktop_crm.services.workspace import Workspace

ENTITIES = frozenset({"account", "contact"})
PAUSE_MS = 250
_SHOWN = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Lookalike:
    """One record like the one that is typed."""

    row_id: str
    name: str
    likely: str
    why: str


class LookalikesNote(QFrame):
    """`ask()` after each key: it looks when the typing pauses. `values` gives what is typed so far."""

    def __init__(
        self, context: UiContext, entity: str, values: Callable[[], Mapping[str, Any]], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._context, self._entity, self._values = context, entity, values
        self._slot = context.lanes.slot()
        self.setProperty("role", "well")
        self.setAccessibleName(tr("Similar records"))
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(12, 9, 12, 10)
        self._column.setSpacing(4)
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(PAUSE_MS)
        self._pause.timeout.connect(self._look)
        self.hide()

    def ask(self) -> None:
        """Something was typed."""
        if self._entity in ENTITIES:
            self._pause.start()

    def forget(self) -> None:
        """Another record is begun."""
        self._pause.stop()
        self._slot.cancel()
        self.hide()

    def _look(self) -> None:
        work = partial(_similar, self._context.workspace, self._entity, dict(self._values()))
        self._slot.read(work, self._show, self._context.reporter.report)

    def _show(self, found: tuple[Lookalike, ...]) -> None:
        clear(self._column)
        if found:
            self._column.addWidget(label(tr("There is something like it already"), "label"))
        for one in found[:_SHOWN]:
            head = QHBoxLayout()
            head.setSpacing(8)
            show = partial(self._context.routes.open, self._entity, one.row_id)
            opened = button(one.name, show, kind="link", tip=tr("Open {name}", name=one.name))
            opened.setObjectName(f"similar:{one.row_id}")
            head.addWidget(opened, 1)
            head.addWidget(Pill(one.likely, Mood.warn))
            self._column.addLayout(head)
            self._column.addWidget(label(one.why, "hint", wrap=True))
        self.setVisible(bool(found))


def _similar(workspace: Workspace, entity: str, values: Mapping[str, Any]) -> tuple[Lookalike, ...]:
    from desktop_crm.services.duplicates import words
    from desktop_crm.services.duplicates.finding import similar

    return tuple(
        Lookalike(row_id=row_id, name=name or "…", likely=words.likelihood(one), why=words.reasons_text(one))
        for one in similar(workspace, entity, values, limit=_SHOWN)
        for row_id, name in one.names.items()
    )
