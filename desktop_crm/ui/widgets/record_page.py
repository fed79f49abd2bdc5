"""A page for any entity of the registry: a list that searches, sorts and filters, and a panel to edit and to make records."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QSplitter, QVBoxLayout, QWidget

from desktop_crm.domain.schema import REGISTRY
from desktop_crm.i18n import formats, ntr, tr
from desktop_crm.i18n.labels import entity_label, entity_word
from desktop_crm.ui.runtime.context import UiContext
from desktop_crm.ui.runtime.routes import Tab
from desktop_crm.ui.widgets.buttons import primary
from desktop_crm.ui.widgets.header import PageHeader
from desktop_crm.ui.widgets.record_list import ListSetup, RecordList
from desktop_crm.ui.widgets.record_panel import WIDTH, Begin, RecordPanel, delete_record
from desktop_crm.ui.widgets.states import EmptyState


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
    opens: Callable[[str], object] | None = None
    """What Enter does with a row; it goes into the form when nothing is said."""
    tab: Tab | None = None
    """A tab of the panel beside details and history."""
    more: tuple[Tab, ...] = ()
    """Others after it."""
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
        self._opens = description.opens
        self.setProperty("role", "surface")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        many = entity_label(entity, plural=True)
        self._new = primary(
            tr("New {entity}", entity=entity_word(entity)), self._begin_new, icon_name="plus", shortcut="Ctrl+N"
        )
        crumbs = ((description.crumb, None),) if description.crumb else ()
        self.header = PageHeader(many, crumbs=crumbs, actions=(self._new,))
        tabs = ((description.tab,) if description.tab else ()) + description.more
        self.panel = RecordPanel(context, entity, description.begin, tabs)
        hint = description.empty or tr("Records you make or import appear here.")
        first = primary(tr("New {entity}", entity=entity_word(entity)), self._begin_new, icon_name="plus")
        empty = EmptyState(
            tr("No {entities} yet", entities=entity_word(entity, plural=True)),
            hint,
            (first,),
            icon_name=description.icon or "sparkle",
        )
        setup = ListSetup(
            entity=entity, columns=description.columns, sort=description.sort, descending=description.descending
        )
        self.list = RecordList(context, setup, empty)
        self.list.keyboard_taken = self.panel.making_new
        self.table, self.search = self.list.table, self.list.search
        self._build()
        self._wire()
        self.setFocusProxy(self.table)
        self.list.begin()

    def _build(self) -> None:
        self._split = QSplitter(Qt.Orientation.Horizontal)
        self._split.setChildrenCollapsible(False)
        self._split.addWidget(self.list)
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
        box.addWidget(self._split, 1)

    def _wire(self) -> None:
        self.table.picked.connect(self._on_picked)
        self.table.opened.connect(self._on_opened)
        self.table.records.loaded.connect(self._on_loaded)
        self.panel.created.connect(self._on_created)
        self.panel.closed.connect(self._on_closed)
        self.panel.deletion_requested.connect(self._delete)
        self._split.splitterMoved.connect(self._on_split)

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
        self.list.refresh()

    def begin_new(self, fields: Mapping[str, Any]) -> None:
        """Start a new record with some fields filled in; keys that end in `_title` name what a reference points to."""
        known = REGISTRY[self._entity]
        values = {name: value for name, value in fields.items() if known.has(name)}
        titles = {name.removesuffix("_title"): str(v) for name, v in fields.items() if name.endswith("_title")}
        self.panel.begin_new(values, titles)

    def draft(self) -> dict[str, Any] | None:
        """The new record that is being made, as `begin_new` takes it."""
        return self.panel.new_form.draft() if self.panel.making_new() else None

    # acts

    def _begin_new(self) -> None:
        self.begin_new({})

    @Slot(str)
    def _on_picked(self, row_id: str) -> None:
        """What the list takes by itself once it has loaded leaves a new record that is being made alone."""
        if not (self.table.settling and self.panel.making_new()):
            self.panel.show_row(row_id)

    @Slot(int)
    def _on_loaded(self, total: int) -> None:
        narrowed, count = self.list.is_narrowed(), formats.number(total)
        self.header.set_subtitle(
            ntr("{count} match", "{count} match", total, count=count)
            if narrowed
            else ntr("{count} record", "{count} records", total, count=count)
        )
        if not total and not self.panel.making_new():
            self.panel.show_nothing()

    @Slot(str)
    def _on_opened(self, row_id: str) -> None:
        if self._opens is not None:
            self._opens(row_id)
            return
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

    def _on_split(self, _place: int, _handle: int) -> None:
        self._context.settings.put("panel.width", self.panel.width())
