"""The panel beside a list: the form of the chosen record, its history, and the making of a new one.

Signals: `created(row_id)`, `closed()` when a new record was given up, `deletion_requested(row_id)`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from desktop_crm.domain.schema import REGISTRY
from desktop_crm.i18n import tr
from desktop_crm.i18n.labels import entity_word
from desktop_crm.ui.runtime.context import UiContext
from desktop_crm.ui.runtime.routes import Tab
from desktop_crm.ui.widgets.buttons import button, icon_button, primary
from desktop_crm.ui.widgets.history_list import HistoryList
from desktop_crm.ui.widgets.labels import ElidedLabel, label
from desktop_crm.ui.widgets.lookalikes import LookalikesNote
from desktop_crm.ui.widgets.record_form import RecordForm
from desktop_crm.ui.widgets.record_source import Beginning, beginning_of
from desktop_crm.ui.widgets.scrolled import scrolled
from desktop_crm.ui.widgets.segmented import TabRow
from desktop_crm.ui.widgets.states import EmptyState

if TYPE_CHECKING:
    from desktop_crm.services.records import Record
    from desktop_crm.services.workspace import Workspace

Begin = Callable[["Workspace"], Beginning]
"""What a page adds to the beginning of a new record."""

WIDTH = 340


class RecordPanel(QFrame):
    created = Signal(str)
    closed = Signal()
    deletion_requested = Signal(str)

    def __init__(
        self,
        context: UiContext,
        entity: str,
        begin: Begin | None = None,
        tabs: tuple[Tab, ...] = (),
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setProperty("role", "panel")
        self._context = context
        self._begin = begin
        self._own = {f"own{number}": tab for number, tab in enumerate((*tabs, *context.routes.tabs_of_all(entity)))}
        self._built: dict[str, QWidget] = {}
        self._slot = context.lanes.slot()
        self._entity = entity
        self._stack = QStackedWidget()
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(0)
        outer.addWidget(self._stack)
        name = entity_word(entity)
        self._nothing = EmptyState(
            tr("Nothing chosen"), tr("Choose a row to see and edit it here."), icon_name="eye", parent=self
        )
        self._stack.addWidget(self._nothing)
        self._stack.addWidget(self._details())
        self._new_form = RecordForm(context, entity)
        self._new_form.created.connect(self.created)
        self.note = LookalikesNote(context, entity, self._new_form.so_far)
        self._new_form.typed.connect(self.note.ask)
        self._stack.addWidget(self._making(name))

    def _details(self) -> QWidget:
        page = QWidget()
        box = QVBoxLayout(page)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(0)
        head = QHBoxLayout()
        head.setContentsMargins(16, 12, 10, 2)
        self._name = ElidedLabel("", "section")
        head.addWidget(self._name, 1)
        self._delete = icon_button("trash", tr("Delete"), self._ask_deletion)
        head.addWidget(self._delete)
        box.addLayout(head)
        own = tuple((key, words) for key, (words, _make) in self._own.items())
        self._tabs = TabRow((("form", tr("Details")), *own, ("history", tr("History"))))
        box.addWidget(self._tabs)
        self.form = RecordForm(self._context, self._entity)
        self.form.shown.connect(self._on_shown)
        self.form.missing.connect(self.show_nothing)
        self._history = HistoryList(self._context, self._entity)
        self._inner = QStackedWidget()
        self._places: dict[str, QWidget] = {
            "form": scrolled(self.form),
            "history": scrolled(self._history, name=tr("History")),
        }
        for place in self._places.values():
            self._inner.addWidget(place)
        box.addWidget(self._inner, 1)
        self._tabs.chosen.connect(self._on_tab)
        return page

    def _making(self, name: str) -> QWidget:
        page = QWidget()
        box = QVBoxLayout(page)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(0)
        head = label(tr("New {entity}", entity=name), "section")
        head.setContentsMargins(16, 14, 16, 6)
        box.addWidget(head)
        around = QVBoxLayout()
        around.setContentsMargins(16, 0, 16, 4)
        around.addWidget(self.note)
        box.addLayout(around)
        box.addWidget(scrolled(self._new_form), 1)
        foot = QFrame()
        foot.setProperty("role", "footer")
        row = QHBoxLayout(foot)
        row.setContentsMargins(16, 10, 16, 10)
        row.addStretch(1)
        row.addWidget(button(tr("Cancel"), self._give_up))
        row.addWidget(primary(tr("Create"), self._new_form.make, shortcut="Ctrl+Return"))
        box.addWidget(foot)
        return page

    def show_nothing(self) -> None:
        self._stack.setCurrentIndex(0)

    def show_row(self, row_id: str) -> None:
        self._stack.setCurrentIndex(1)
        self.form.show_row(row_id)
        self._show_tab(row_id)

    def begin_new(self, values: Mapping[str, Any] | None = None, titles: Mapping[str, str] | None = None) -> None:
        self._stack.setCurrentIndex(2)
        self.note.forget()
        self._new_form.begin_new(values, titles)
        work = partial(beginning_of, self._context.workspace, self._entity, self._begin)
        self._slot.read(work, self._on_beginning)

    def _on_beginning(self, found: Beginning) -> None:
        if self.making_new():
            self._new_form.suggest(found.values, found.titles)

    @property
    def new_form(self) -> RecordForm:
        return self._new_form

    def making_new(self) -> bool:
        return self._stack.currentIndex() == 2

    def _on_shown(self, record: Record) -> None:
        self._name.set_text(str(record.fields.get(REGISTRY[self._entity].title) or "–"))

    def _on_tab(self, key: str) -> None:
        if key not in self._places:
            self._build_own(key)
        self._inner.setCurrentWidget(self._places[key])
        if self.form.row_id is not None:
            self._show_tab(self.form.row_id)

    def _build_own(self, key: str) -> None:
        """A tab of its own is made when it is first looked at; what scrolls by itself gets no other scroll area."""
        made = self._built[key] = self._own[key][1](self._context)
        self._places[key] = made if made.property("scrolls") else scrolled(made)
        self._inner.addWidget(self._places[key])

    def _show_tab(self, row_id: str) -> None:
        shown = self._built.get(self._tabs.current(), self._history if self._tabs.current() == "history" else None)
        show_row = getattr(shown, "show_row", None)
        if show_row is not None:
            show_row(row_id)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Escape gives up what is typed and goes back to the list."""
        if event.key() != Qt.Key.Key_Escape:
            super().keyPressEvent(event)
        elif self.making_new():
            self._give_up()
        else:
            self.form.give_up()
            self.closed.emit()

    def _ask_deletion(self) -> None:
        if self.form.row_id is not None:
            self.deletion_requested.emit(self.form.row_id)

    def _give_up(self) -> None:
        self.show_nothing()
        self.closed.emit()


def delete_record(context: UiContext, entity: str, row_id: str) -> None:
    """Delete a record as an act; the shell's toast offers to undo it."""
    from desktop_crm.ui.widgets.record_source import deleting

    text = tr("Delete {entity}", entity=entity_word(entity))
    context.undo.run(text, partial(deleting(context.workspace, entity, row_id)))
