"""The filter of a list as chips: each says one condition or some joined ones; a press changes it, its cross takes it away.

Signals: `changed(group)` when the user changed the filter.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QWidget

from desktop_crm.domain.lists.filters import NOTHING, Group, Part
from desktop_crm.i18n import tr
from desktop_crm.ui.runtime.context import UiContext
from desktop_crm.ui.widgets.buttons import button, icon_button
from desktop_crm.ui.widgets.filter_editor import FilterEditor
from desktop_crm.ui.widgets.filter_words import ids_in, part_text
from desktop_crm.ui.widgets.flow_row import FlowRow
from desktop_crm.ui.widgets.record_source import titles_by_entity

LONGEST = 60
"""Letters of a chip."""


class Chip(QFrame):
    """Signals: `pressed()`, `crossed()`. Delete and Backspace cross it too."""

    pressed = Signal()
    crossed = Signal()

    def __init__(self, text: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "chip")
        row = QHBoxLayout(self)
        row.setContentsMargins(4, 0, 2, 0)
        row.setSpacing(0)
        short = text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"
        self.word = button(short, self.pressed.emit, kind="chip", tip=text)
        self.word.setAccessibleName(tr("Filter: {text}", text=text))
        self.cross = icon_button("close", tr("Remove this filter"), self.crossed.emit)
        self.cross.setProperty("kind", "cross")
        row.addWidget(self.word)
        row.addWidget(self.cross)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in {Qt.Key.Key_Delete, Qt.Key.Key_Backspace}:
            self.crossed.emit()
        else:
            super().keyPressEvent(event)


class FilterBar(QWidget):
    """Hidden while nothing is filtered."""

    changed = Signal(object)

    def __init__(self, context: UiContext, entity: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context, self._entity = context, entity
        self._where = NOTHING
        self._titles: dict[str, str] = {}
        self._own: Mapping[str, str] = {}
        self._slot = context.lanes.slot()
        self.chips: list[Chip] = []
        self.joint: QPushButton | None = None
        self._row = FlowRow(self)
        self._row.setContentsMargins(18, 8, 18, 8)
        self.hide()

    @property
    def where(self) -> Group:
        return self._where

    def name_own_fields(self, own: Mapping[str, str]) -> None:
        self._own = own
        self._draw()

    def show_filter(self, where: Group) -> None:
        """Show a filter without telling."""
        self._where = where
        self._draw()
        unknown = {target: frozenset(ids - set(self._titles)) for target, ids in ids_in(self._entity, where).items()}
        if any(unknown.values()):
            self._slot.read(partial(titles_by_entity, self._context.workspace, unknown), self._name)

    def begin(self, below: QWidget) -> None:
        """Ask for one more condition."""
        self._edit(None, below)

    def _name(self, titles: dict[str, str]) -> None:
        self._titles |= titles
        self._draw()

    def _draw(self) -> None:
        self._row.clear()
        self.chips, self.joint = [], None
        for place, part in enumerate(self._where.parts):
            if place == 1:
                self.joint = button(self._joint_text(), self._turn_joint, kind="quiet", tip=tr("And, or"))
                self._row.addWidget(self.joint)
            elif place > 1:
                self._row.addWidget(self._word())
            chip = Chip(part_text(self._entity, part, self._titles, self._own))
            chip.pressed.connect(partial(self._edit, place, chip))
            chip.crossed.connect(partial(self._remove, place))
            self._row.addWidget(chip)
            self.chips.append(chip)
        if self._where.parts:
            self._row.addWidget(button(tr("Clear all"), self._clear, kind="quiet"))
        self.setVisible(bool(self._where.parts))

    def _joint_text(self) -> str:
        return (tr(" or ") if self._where.any else tr(" and ")).strip()

    def _word(self) -> QPushButton:
        made = button(self._joint_text(), kind="quiet")
        made.setEnabled(False)
        return made

    def _edit(self, place: int | None, below: QWidget) -> None:
        part = None if place is None else self._where.parts[place]
        editor = FilterEditor(self._context, self._entity, self._own, part, self._titles, self)
        editor.decided.connect(partial(self._put, place))
        if place is not None:
            editor.removed.connect(partial(self._remove, place))
        editor.pop_up(below)

    def _put(self, place: int | None, part: Part, titles: dict[str, str]) -> None:
        self._titles |= titles
        parts = list(self._where.parts)
        if place is None:
            parts.append(part)
        else:
            parts[place] = part
        self._tell(replace(self._where, parts=tuple(parts)))

    def _remove(self, place: int) -> None:
        parts = self._where.parts
        self._tell(replace(self._where, parts=parts[:place] + parts[place + 1 :]))

    def _turn_joint(self) -> None:
        self._tell(replace(self._where, any=not self._where.any))

    def _clear(self) -> None:
        self._tell(NOTHING)

    def _tell(self, where: Group) -> None:
        self._where = where if len(where.parts) > 1 else replace(where, any=False)
        self._draw()
        self.changed.emit(self._where)
