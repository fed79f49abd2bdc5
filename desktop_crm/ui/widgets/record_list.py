"""A whole list of one entity: search, views, filter, groups and columns above, the table with its states, the line below.

Pages put it beside whatever else they show. Signals: `picked(row_id)`, `opened(row_id)` of its table.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial

from PySide6.QtCore import QPoint, Qt, Signal, Slot
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QComboBox, QFrame, QHBoxLayout, QLineEdit, QMenu, QVBoxLayout, QWidget

from desktop_crm.domain.lists.filters import Group
from desktop_crm.domain.lists.query import Sort
from desktop_crm.domain.lists.views import ListView
from desktop_crm.domain.schema import REGISTRY, FieldType
from desktop_crm.foundation.changes import Changes
from desktop_crm.i18n import tr
from desktop_crm.i18n.labels import entity_label, field_label
from desktop_crm.ui.runtime.context import UiContext
from desktop_crm.ui.widgets.buttons import button, icon_button
from desktop_crm.ui.widgets.cells import Column, columns_of, possible_columns
from desktop_crm.ui.widgets.columns_popup import ColumnsPopup
from desktop_crm.ui.widgets.filter_bar import FilterBar
from desktop_crm.ui.widgets.list_acts import MERGED, ListActs
from desktop_crm.ui.widgets.list_layout import TableState
from desktop_crm.ui.widgets.list_status import ListStatus
from desktop_crm.ui.widgets.record_source import Wish, own_fields_of
from desktop_crm.ui.widgets.record_table import RecordTable
from desktop_crm.ui.widgets.search_field import SearchField
from desktop_crm.ui.widgets.states import EmptyState, StateStack
from desktop_crm.ui.widgets.steady import SteadyComboBox
from desktop_crm.ui.widgets.view_button import ViewButton

_SEARCHED = frozenset({FieldType.TEXT, FieldType.LONG_TEXT, FieldType.REFERENCE, FieldType.SET})
_GROUPED = frozenset(
    {
        FieldType.TEXT,
        FieldType.REFERENCE,
        FieldType.OPTION,
        FieldType.CURRENCY,
        FieldType.BOOLEAN,
        FieldType.DATE,
        FieldType.DATETIME,
        FieldType.SET,
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ListSetup:
    """What a list shows at first. `name` is under which it remembers its columns and keeps its views."""

    entity: str
    name: str = ""
    columns: tuple[str, ...] = ()
    filters: tuple[tuple[str, object], ...] = ()
    sort: str = ""
    descending: bool = False
    editing: bool = True


class RecordList(QWidget):
    picked = Signal(str)
    opened = Signal(str)

    def __init__(self, context: UiContext, setup: ListSetup, empty: EmptyState, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context, self._setup = context, setup
        self._name = setup.name or setup.entity
        self._own: dict[str, str] = {}
        self.keyboard_taken: Callable[[], bool] = bool
        """Whether the page needs the keyboard elsewhere, when the list would take it."""
        self._empty_words = empty
        self._slot = context.lanes.slot()
        many = entity_label(setup.entity, plural=True)
        wish = Wish(entity=setup.entity, filters=setup.filters, sort=setup.sort, descending=setup.descending)
        columns = columns_of(setup.entity, setup.columns)
        self.table = RecordTable(context, wish, columns, self._name, editing=setup.editing)
        self.table.setAccessibleName(many)
        self.states = StateStack(self.table, empty)
        self.acts = ListActs(context, self.table, lambda: self._own)
        self.status = ListStatus(context, self.table)
        self.filter_bar = FilterBar(context, setup.entity)
        self.views = ViewButton(context, self._name, setup.entity, self.view_now)
        self._build(many)
        self._wire()
        self.states.show_loading()

    def _build(self, many: str) -> None:
        self.search = SearchField(tr("Search in this list"))
        self.search.setMaximumWidth(300)
        self.filter = button(tr("Filter"), self._on_filter, icon_name="filter", shortcut="Ctrl+Shift+F")
        self.group = SteadyComboBox()
        self.group.setAccessibleName(tr("Group by"))
        self.group.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self._fill_groups()
        self._columns = icon_button("columns", tr("Columns"), self.choose_columns, framed=True)
        self._more = icon_button("more", tr("More"), self._on_more, framed=True)
        bar = QFrame()
        bar.setProperty("role", "header")
        self.bar = QHBoxLayout(bar)
        self.bar.setContentsMargins(18, 8, 18, 8)
        self.bar.setSpacing(8)
        self.bar.addWidget(self.search, 1)
        for part in (self.views, self.filter, self.group):
            self.bar.addWidget(part)
        self.bar.addStretch(1)
        self.bar.addWidget(self._columns)
        self.bar.addWidget(self._more)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(0)
        box.addWidget(bar)
        box.addWidget(self.filter_bar)
        box.addWidget(self.states, 1)
        box.addWidget(self.status)

    def _wire(self) -> None:
        self.search.searched.connect(self._on_search)
        self.search.left.connect(self.table.setFocus)
        self.filter_bar.changed.connect(self._on_where)
        self.group.activated.connect(self._on_group)
        self.views.chosen.connect(self.show_view)
        self.views.first.connect(self._on_first_view)
        self.table.picked.connect(self.picked)
        self.table.opened.connect(self.opened)
        self.table.menu_wanted.connect(self.show_menu)
        self.table.deletion_wanted.connect(self.acts.delete)
        self.table.copied.connect(self.acts.copy)
        self.table.records.begun.connect(self.states.show_content)
        self.table.records.loaded.connect(self._on_loaded)
        self.table.records.failed.connect(self.states.show_failed)
        self.status.edit_wanted.connect(self.acts.edit)
        self.status.deletion_wanted.connect(self.acts.delete)
        self.acts.exported.connect(self.status.tell)
        self.states.failed.retried.connect(self.refresh)
        find = QShortcut(QKeySequence.StandardKey.Find, self)
        find.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        find.activated.connect(self.search.setFocus)
        self._context.hub.changed.connect(self._on_changed)

    # what pages ask

    def begin(self) -> None:
        """Read the list for the first time, with the view it opens with and in the order it was left in."""
        self._look_for_own_fields()
        self.views.look()

    def refresh(self) -> None:
        self.table.ask(self.table.records.wish)

    def narrow(self, filters: tuple[tuple[str, object], ...]) -> None:
        """Other filters of the page's own."""
        self.table.ask(replace(self._wish(), filters=filters))

    def view_now(self, name: str) -> ListView:
        """What is shown, as a view."""
        wish = self.table.records.wish
        return ListView(
            name=name,
            columns=self.table.shown_columns(),
            sorts=wish.sorts,
            group=wish.group,
            where=wish.where,
            text=self.search.text().strip(),
        )

    @Slot(object)
    def show_view(self, view: ListView | None) -> None:
        """Show a view; the list as it is proposed when there is none."""
        first = Sort(field=self._setup.sort, descending=self._setup.descending)
        view = view or ListView(name="", sorts=(first,) if self._setup.sort else ())
        self.table.arrange(TableState(columns=view.columns), self._own)
        self.filter_bar.show_filter(view.where)
        blocked = self.search.blockSignals(True)
        self.search.setText(view.text)
        self.search.blockSignals(blocked)
        self.group.setCurrentIndex(max(self.group.findData(view.group), 0))
        self.table.ask(_sorted(replace(self._wish(), where=view.where, group=view.group, text=view.text), view.sorts))

    def is_narrowed(self) -> bool:
        wish = self.table.records.wish
        return bool(wish.text or wish.where.parts)

    # acts

    def _wish(self) -> Wish:
        """The wish as it is, with the columns that are shown as those that are searched."""
        wish = self.table.records.wish
        known = REGISTRY[wish.entity]
        shown = [name for name in self.table.shown_columns() if known.field(name).type in _SEARCHED]
        title = [known.title] if known.has(known.title) else []
        return replace(wish, text_fields=tuple(dict.fromkeys([*title, *shown])))

    def _on_search(self, text: str) -> None:
        self.table.ask(replace(self._wish(), text=text))

    def _on_filter(self) -> None:
        self.filter_bar.begin(self.filter)

    @Slot(object)
    def _on_where(self, where: Group) -> None:
        self.table.ask(replace(self._wish(), where=where))
        if not where.parts:
            self.table.setFocus()

    def _on_group(self, _place: int) -> None:
        self.table.ask(replace(self._wish(), group=str(self.group.currentData() or "")))
        self.table.remember()

    @Slot(object)
    def _on_first_view(self, view: ListView | None) -> None:
        left = self.table.remembered
        if view is not None:
            self.show_view(view)
        elif left is not None and left.sorts is not None:
            self.group.setCurrentIndex(max(self.group.findData(left.group), 0))
            self.table.ask(_sorted(replace(self._wish(), group=str(self.group.currentData() or "")), left.sorts))
        else:
            self.table.ask(self._wish())

    def _possible(self) -> tuple[Column, ...]:
        return possible_columns(self._setup.entity, self._own)

    def choose_columns(self) -> ColumnsPopup:
        """The window to choose columns in."""
        known = REGISTRY[self._setup.entity]
        popup = ColumnsPopup(self._possible(), self.table.shown_columns(), known.title, self)
        popup.decided.connect(self._on_columns)
        popup.reset.connect(partial(self._on_columns, ()))
        popup.pop_up(self._columns)
        return popup

    def _on_columns(self, names: tuple[str, ...]) -> None:
        widths = self.table.arrangement().widths if names else {}
        self.table.arrange(TableState(columns=names, widths=widths), self._own)
        self.table.remember()

    def _fill_groups(self) -> None:
        chosen = self.group.currentData()
        self.group.clear()
        self.group.addItem(tr("No groups"), "")
        known = REGISTRY[self._setup.entity]
        for field in known.fields:
            if field.type in _GROUPED and field.name != known.title:
                name = field_label(known.name, field.name)
                self.group.addItem(tr("By {field}", field=name), field.name)
        for name, label in self._own.items():
            self.group.addItem(tr("By {field}", field=label), name)
        self.group.setCurrentIndex(max(self.group.findData(chosen), 0))

    def _on_more(self) -> None:
        self.show_menu(self._more.mapToGlobal(QPoint(0, self._more.height() + 2)))

    @Slot(QPoint)
    def show_menu(self, at: QPoint) -> QMenu:
        """What can be done with the chosen rows and with the list."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        several = self.table.selection_now().count > 1
        here = self.table.current_id() is not None
        grouped = bool(self.table.records.wish.group)
        mergeable = self.acts.entity in MERGED and self._setup.editing
        rows: tuple[tuple[str, str, Callable[[], object], bool] | None, ...] = (
            (tr("Open the record"), "Return", self._open_current, here),
            (tr("Edit the cell"), "F2", self._edit_cell, here),
            (tr("Edit the chosen records…"), "", self.acts.edit, here and self._setup.editing),
            *(((tr("Merge the chosen rows…"), "", self.acts.merge, self.acts.can_merge),) if mergeable else ()),
            None,
            (tr("Copy as a table"), "Ctrl+C", self.acts.copy, here),
            (tr("Choose all"), "Ctrl+A", self.table.selectAll, True),
            (tr("Delete all") if several else tr("Delete"), "Del", self.acts.delete, here and self._setup.editing),
            None,
            (tr("Export the list…"), "", self.acts.export, self.table.records.whole),
            None,
            (tr("Open all groups"), "", partial(self.table.records.turn_all, is_open=True), grouped),
            (tr("Close all groups"), "", partial(self.table.records.turn_all, is_open=False), grouped),
        )
        for row in rows:
            if row is None:
                menu.addSeparator()
                continue
            text, keys, act, enabled = row
            action = menu.addAction(text)
            if keys:
                action.setShortcut(QKeySequence(keys))
            action.setEnabled(enabled)
            action.triggered.connect(partial(_without_state, act))
        menu.popup(at)
        return menu

    def _open_current(self) -> None:
        row_id = self.table.current_id()
        if row_id:
            self.opened.emit(row_id)

    def _edit_cell(self) -> None:
        self.table.setFocus()
        self.table.edit(self.table.currentIndex())

    # answers

    @Slot(int)
    def _on_loaded(self, total: int) -> None:
        if total:
            self.states.show_content()
            if not self.table.selectionModel().hasSelection():
                self._take_first()
            return
        if self.is_narrowed():
            self._empty_words.tell(tr("Nothing matches"), tr("Search for another word or clear the filter."))
        self.states.show_empty()

    def _take_first(self) -> None:
        """Choose a row, and give a page that has just come up the keyboard, unless somebody types elsewhere."""
        row = max(self.table.currentIndex().row(), 0)
        self.table.settle_on(row if self.table.records.layout_of_rows.heap_at(row) is None else row + 1)
        typing = isinstance(self.window().focusWidget(), QLineEdit) or self.keyboard_taken()
        if self.isVisible() and not typing:
            self.table.setFocus()

    def _look_for_own_fields(self) -> None:
        work = partial(own_fields_of, self._context.workspace, self._setup.entity)
        self._slot.read(work, self._on_own_fields)

    def _on_own_fields(self, own: dict[str, str]) -> None:
        self._own = own
        self._fill_groups()
        self.filter_bar.name_own_fields(own)
        left = self.table.remembered
        if left is not None and set(left.columns) & set(own):
            self.table.arrange(left, own)

    @Slot(object, object)
    def _on_changed(self, changes: Changes, _initiator: object) -> None:
        if changes.touches("own_field"):
            self._look_for_own_fields()


def _sorted(wish: Wish, sorts: tuple[Sort, ...]) -> Wish:
    first = sorts[0] if sorts else Sort(field="")
    return replace(wish, sort=first.field, descending=first.descending, then=sorts[1:])


def _without_state(act: Callable[[], object], _checked: bool = False) -> None:
    act()
