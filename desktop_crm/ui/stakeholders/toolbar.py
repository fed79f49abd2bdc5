"""The header of a map: where it belongs, its name, layouts, undo, redo, align, export, add. On a tab the names are left out.

Signals: `layout_wanted(layout)`, `add_wanted()`, `align_wanted()`, `export_wanted(screen place)`, `more_wanted(screen place)`,
`time_wanted()`, `rename_wanted(name)`, `back_wanted()`.
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPoint, QSize, Qt, Signal, Slot
from PySide6.QtGui import QIcon, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from desktop_crm.domain.schema.options import MapLayout
from desktop_crm.domain.stakeholders.values import MapView
from desktop_crm.i18n import tr
from desktop_crm.ui.runtime.context import UiContext
from desktop_crm.ui.stakeholders import words
from desktop_crm.ui.stakeholders.map_name import MapNameEditor
from desktop_crm.ui.theme import Mood, current, icon
from desktop_crm.ui.theme.tokens import ICON_SIZE
from desktop_crm.ui.widgets.buttons import button, icon_button, primary, tell
from desktop_crm.ui.widgets.field_marks import ConflictNote
from desktop_crm.ui.widgets.header import Crumb, PageHeader
from desktop_crm.ui.widgets.labels import restyle
from desktop_crm.ui.widgets.presence import PresenceNote
from desktop_crm.ui.widgets.segmented import SegmentedControl

NAME_ROOM = 180
"""A long name of a map gives way to the words of the layouts; the rest of it is told on hover."""


class MapToolbar(QWidget):
    """Follows the map that is shown and the workspace's undo stack."""

    layout_wanted = Signal(object)
    add_wanted = Signal()
    align_wanted = Signal()
    export_wanted = Signal(QPoint)
    time_wanted = Signal()
    more_wanted = Signal(QPoint)
    rename_wanted = Signal(str)
    back_wanted = Signal()

    def __init__(self, context: UiContext, *, tab: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._tab = tab
        self._view: MapView | None = None
        self._gain = 0
        """How much narrower the short form is than the long one; 0 in the long form."""
        self.layouts = SegmentedControl(tuple((one.value, words.layout_short(one)) for one in MapLayout))
        for one in MapLayout:
            tell(self.layouts.choice(one.value), words.layout_word(one))
        self.layouts.setAccessibleName(tr("Layout"))
        self.layouts.chosen.connect(self._on_layout)
        self.undo_button = icon_button("undo", tr("Undo"), context.undo.undo, framed=True)
        self.redo_button = icon_button("redo", tr("Redo"), context.undo.redo, framed=True)
        self.align_button = button(tr("Align"), self.align_wanted.emit)
        self.time_button = icon_button("clock", tr("Look back in time"), self.time_wanted.emit, framed=True)
        self.export_button = button(tr("Export"), self._on_export, tip=tr("Export, print, present"))
        self.more_button = icon_button("more", tr("More"), self._on_more, framed=True)
        self.add_button = primary(tr("Add a person"), self.add_wanted.emit, icon_name="plus")
        self.onlookers = PresenceNote(context, "stakeholder_map", self)
        self.conflicts = ConflictNote(context, self)
        actions = () if tab else (self.conflicts, self.onlookers, *self._actions())
        self.header = PageHeader(tr("Stakeholder map"), actions=actions, title_room=NAME_ROOM)
        self.setMinimumWidth(1)  # the long form never holds a window wide; the short one comes instead
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        if tab:
            self.header.hide()
            self.setProperty("role", "surface")
            self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
            row = QHBoxLayout()
            row.setContentsMargins(18, 8, 18, 8)
            row.setSpacing(8)
            row.addWidget(self.layouts)
            row.addStretch(1)
            row.addWidget(self.conflicts)
            row.addWidget(self.onlookers)
            for action in self._actions()[1:]:
                row.addWidget(action)
            box.addLayout(row)
        else:
            box.addWidget(self.header)
        self.name_editor = MapNameEditor(self.header.title_label, self)
        self.name_editor.committed.connect(self.rename_wanted)
        context.undo.changed.connect(self._on_stack)
        self._on_stack()

    def show_map(self, view: MapView) -> None:
        """Follow another map value."""
        if self._view is None or self._view.id != view.id:
            self.onlookers.show_row(view.id)
            self.conflicts.show_map(view.id)
        self._view = view
        self.name_editor.name = view.name
        self.layouts.choose(view.layout.value)
        self.align_button.setEnabled(view.layout is MapLayout.FREE)
        self._tell_align()
        for part in (self.layouts, self.export_button, self.time_button):
            part.setEnabled(bool(view.nodes))
        if self._tab:
            return
        crumbs: list[Crumb] = [(tr("Stakeholder maps"), self.back_wanted.emit)]
        if view.account_id is not None and view.account_name:
            crumbs.append((view.account_name, self._open_account))
        if view.opportunity_name:
            crumbs.append((view.opportunity_name, None))
        self.header.set_crumbs(tuple(crumbs))
        self.header.set_title(view.name or tr("Stakeholder map"))
        self.header.set_pills(*(((tr("Private"), Mood.warn),) if view.private else ()))
        self._fit()

    def begin_rename(self) -> None:
        """Edit the map's name in place."""
        self.name_editor.edit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def event(self, event: QEvent) -> bool:
        handled = super().event(event)
        if event.type() == QEvent.Type.LayoutRequest:
            self._fit()
        return handled

    def _fit(self) -> None:
        """Where room is scarce the lesser buttons show only their icons, so that the layouts keep their words."""
        row = self.layout() if self._tab else self.header.layout()
        if row is None:
            return
        needed = row.minimumSize().width() + self._gain
        short = needed > self.width()
        if short == bool(self._gain):
            return
        self._say(short=short)
        row.invalidate()
        row.activate()
        self._gain = max(needed - row.minimumSize().width(), 1) if short else 0

    def _say(self, *, short: bool) -> None:
        look = current()
        self.align_button.setHidden(short)  # it stands in the further menu too
        for part, text, icon_name in (
            (self.align_button, tr("Align"), "columns"),
            (self.export_button, tr("Export"), "export"),
        ):
            part.setProperty("kind", "square" if short else "plain")
            restyle(part)
            part.setText("" if short else text)
            part.setIcon(icon(icon_name, look.ink_2, look.ink_3) if short else QIcon())
            part.setIconSize(QSize(ICON_SIZE, ICON_SIZE))
        self.add_button.setText(tr("Add") if short else tr("Add a person"))
        self.add_button.setToolTip(tr("Add a person") if short else "")
        self._tell_align()

    def _tell_align(self) -> None:
        free = self._view is None or self._view.layout is MapLayout.FREE
        reason = tr("The layout keeps the cards in line; free cards can be aligned.")
        tell(self.align_button, tr("Align") if free else reason)

    def _actions(self) -> tuple[QWidget, ...]:
        return (
            self.layouts,
            self.undo_button,
            self.redo_button,
            self.time_button,
            self.align_button,
            self.export_button,
            self.more_button,
            self.add_button,
        )

    def _on_export(self) -> None:
        self.export_wanted.emit(self.export_button.mapToGlobal(QPoint(0, self.export_button.height())))

    def _on_more(self) -> None:
        self.more_wanted.emit(self.more_button.mapToGlobal(QPoint(0, self.more_button.height())))

    def _on_layout(self, key: str) -> None:
        if self._view is not None:
            self.layouts.choose(self._view.layout.value)  # the button follows the map, not the press
        self.layout_wanted.emit(MapLayout(key))

    @Slot()
    def _on_stack(self) -> None:
        acts = self._context.undo
        undo, redo = acts.next_undo(), acts.next_redo()
        self.undo_button.setEnabled(bool(undo))
        self.redo_button.setEnabled(bool(redo))
        tell(self.undo_button, tr("Undo: {act}", act=undo) if undo else tr("Undo"), "Ctrl+Z")
        tell(self.redo_button, tr("Redo: {act}", act=redo) if redo else tr("Redo"), "Ctrl+Shift+Z")

    def _open_account(self) -> None:
        if self._view is not None and self._view.account_id is not None:
            self._context.routes.open("account", self._view.account_id)
