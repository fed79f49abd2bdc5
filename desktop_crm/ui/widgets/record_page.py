"""A page for any entity of the registry: a list that searches, sorts and filters, and a panel to edit and to make records."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QComboBox, QFrame, QHBoxLayout, QLineEdit, QSplitter, QVBoxLayout, QWidget

from desktop_crm.domain.schema import REGISTRY, Field, FieldType
from desktop_crm.foundation.errors import CrmError
from desktop_crm.i18n import formats, ntr, tr
from desktop_crm.i18n.error_texts import explain
from desktop_crm.i18n.labels import entity_label, entity_word, field_label, option_label
from desktop_crm.ui.runtime.context import UiContext
from desktop_crm.ui.runtime.reporter import as_bug
from desktop_crm.ui.widgets.buttons import icon_button, primary
from desktop_crm.ui.widgets.cells import columns_of
from desktop_crm.ui.widgets.header import PageHeader
from desktop_crm.ui.widgets.record_panel import WIDTH, Begin, RecordPanel, delete_record
from desktop_crm.ui.widgets.record_source import Wish
from desktop_crm.ui.widgets.record_table import RecordTable
from desktop_crm.ui.widgets.search_field import SearchField
from desktop_crm.ui.widgets.states import EmptyState, StateStack


@dataclass(frozen=True, slots=True, kw_only=True)
class ListDescription:
    """What a list page shows beyond what the registry says; all of it may be left out."""

    columns: tuple[str, ...] = ()
    sort: str = ""
    descending: bool = False
    icon: str = ""
    crumb: str = ""
    empty: str = ""
    """What belongs here and why, for the empty page."""
    begin: Begin | None = None
    """What a new record starts with, beside its owner."""


PLAIN = ListDescription()


class RecordListPage(QWidget):
    """`RecordListPage(context, "contact")`."""

    def __init__(
        self,
        context: UiContext,
        entity: str,
        description: ListDescription = PLAIN,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._context = context
        self._entity = entity
        self.setProperty("role", "surface")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        many = entity_label(entity, plural=True)
        self._new = primary(
            tr("New {entity}", entity=entity_word(entity)), self._begin_new, icon_name="plus", shortcut="Ctrl+N"
        )
        crumbs = ((description.crumb, None),) if description.crumb else ()
        self.header = PageHeader(many, crumbs=crumbs, actions=(self._new,))
        wish = Wish(entity=entity, sort=description.sort, descending=description.descending)
        self.table = RecordTable(context, wish, columns_of(entity, description.columns), entity)
        self.table.setAccessibleName(many)
        self.panel = RecordPanel(context, entity, description.begin)
        hint = description.empty or tr("Records you make or import appear here.")
        first = primary(tr("New {entity}", entity=entity_word(entity)), self._begin_new, icon_name="plus")
        self._empty = EmptyState(
            tr("No {entities} yet", entities=entity_word(entity, plural=True)),
            hint,
            (first,),
            icon_name=description.icon or "sparkle",
        )
        self._states = StateStack(self.table, self._empty)
        self._build()
        self._wire()
        self.setFocusProxy(self.table)
        self._states.show_loading()
        self.table.ask(wish)

    def _build(self) -> None:
        self.search = SearchField(tr("Search in this list"))
        self.search.setMaximumWidth(300)
        self._filters: dict[str, QComboBox] = {}
        bar = QFrame()
        bar.setProperty("role", "header")
        row = QHBoxLayout(bar)
        row.setContentsMargins(18, 8, 18, 8)
        row.setSpacing(8)
        row.addWidget(self.search, 1)
        for field in REGISTRY[self._entity].fields:
            if field.type is FieldType.OPTION and len(self._filters) < 2:
                self._filters[field.name] = self._filter(field)
                row.addWidget(self._filters[field.name])
        row.addStretch(1)
        row.addWidget(icon_button("columns", tr("Columns"), self.table.choose_columns, framed=True))
        self._split = QSplitter(Qt.Orientation.Horizontal)
        self._split.setChildrenCollapsible(False)
        self._split.addWidget(self._states)
        self._split.addWidget(self.panel)
        self._split.setStretchFactor(0, 1)
        self._split.setStretchFactor(1, 0)
        self.panel.setMinimumWidth(300)
        width = int(self._context.settings.get("panel.width", WIDTH))
        self._split.setSizes([2000, width])
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(0)
        box.addWidget(self.header)
        box.addWidget(bar)
        box.addWidget(self._split, 1)

    def _filter(self, field: Field) -> QComboBox:
        combo = QComboBox()
        name = field_label(self._entity, field.name)
        combo.setAccessibleName(tr("Filter by {field}", field=name))
        combo.addItem(tr("{field}: all", field=name), None)
        for option in field.options or ():
            combo.addItem(option_label(field.name, str(option)), str(option))
        combo.activated.connect(self._on_filter)
        return combo

    def _wire(self) -> None:
        self.search.searched.connect(self._on_search)
        self.search.left.connect(self.table.setFocus)
        self.table.picked.connect(self.panel.show_row)
        self.table.opened.connect(self._on_opened)
        self.table.records.loaded.connect(self._on_loaded)
        self.table.records.failed.connect(self._on_failed)
        self._states.failed.retried.connect(self.refresh)
        self.panel.created.connect(self._on_created)
        self.panel.closed.connect(self._on_closed)
        self.panel.deletion_requested.connect(self._delete)
        self._split.splitterMoved.connect(self._on_split)
        find = QShortcut(QKeySequence.StandardKey.Find, self)
        find.activated.connect(self.search.setFocus)
        remove = QShortcut(QKeySequence(Qt.Key.Key_Delete), self.table)
        remove.setContext(Qt.ShortcutContext.WidgetShortcut)
        remove.activated.connect(self._delete_current)

    # what the shell asks of a page

    def title(self) -> str:
        return entity_label(self._entity, plural=True)

    def open_row(self, row_id: str | None) -> None:
        """Choose one row; None leaves what is chosen."""
        if row_id is None:
            return
        self.table.select_id(row_id)
        self.panel.show_row(row_id)

    def refresh(self) -> None:
        self.table.ask(self.table.records.wish)

    def begin_new(self, fields: Mapping[str, Any]) -> None:
        """Start a new record with some fields filled in; keys that end in `_title` name what a reference points to."""
        known = REGISTRY[self._entity]
        values = {name: value for name, value in fields.items() if known.has(name)}
        titles = {name.removesuffix("_title"): str(v) for name, v in fields.items() if name.endswith("_title")}
        self.panel.begin_new(values, titles)

    # acts

    def _begin_new(self) -> None:
        self.begin_new({})

    def _on_search(self, text: str) -> None:
        self.table.ask(replace(self.table.records.wish, text=text))

    def _on_filter(self, _place: int) -> None:
        chosen = tuple(
            (name, combo.currentData()) for name, combo in self._filters.items() if combo.currentData() is not None
        )
        self.table.ask(replace(self.table.records.wish, filters=chosen))

    @Slot(int)
    def _on_loaded(self, total: int) -> None:
        wish = self.table.records.wish
        narrowed = bool(wish.text or wish.filters)
        count = formats.number(total)
        self.header.set_subtitle(
            ntr("{count} match", "{count} match", total, count=count)
            if narrowed
            else ntr("{count} record", "{count} records", total, count=count)
        )
        if total:
            self._states.show_content()
            if not self.table.selectionModel().hasSelection() and not self.panel.making_new():
                self.table.selectRow(max(self.table.currentIndex().row(), 0))
                self._take_keyboard()
            return
        if narrowed:
            self._empty.tell(tr("Nothing matches"), tr("Search for another word or set the filters to all."))
        self._states.show_empty()
        if not self.panel.making_new():
            self.panel.show_nothing()

    def _take_keyboard(self) -> None:
        """A page that has just come up gives the keyboard to its list, unless somebody types elsewhere."""
        window = self.window()
        if self.isVisible() and not isinstance(window.focusWidget(), QLineEdit):
            self.table.setFocus()

    @Slot(object)
    def _on_failed(self, error: BaseException) -> None:
        text = explain(error if isinstance(error, CrmError) else as_bug(error))
        self._states.show_failed(text.title, text.happened, text.kept, text.next_step)

    @Slot(str)
    def _on_opened(self, row_id: str) -> None:
        self.panel.show_row(row_id)
        self.panel.form.focus_first()

    @Slot(str)
    def _on_created(self, row_id: str) -> None:
        self.panel.show_row(row_id)
        self.table.select_id(row_id)

    @Slot()
    def _on_closed(self) -> None:
        row_id = self.table.current_id()
        if row_id:
            self.panel.show_row(row_id)
        self.table.setFocus()

    @Slot(str)
    def _delete(self, row_id: str) -> None:
        delete_record(self._context, self._entity, row_id)

    def _delete_current(self) -> None:
        row_id = self.table.current_id()
        if row_id:
            self._delete(row_id)

    def _on_split(self, _place: int, _handle: int) -> None:
        self._context.settings.put("panel.width", self.panel.width())
