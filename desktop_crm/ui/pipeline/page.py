"""The page of opportunities: the list to search and edit in, and the board to see where each deal stands."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QStackedLayout, QWidget

from desktop_crm.i18n import tr
from desktop_crm.i18n.labels import entity_label, entity_word
from desktop_crm.ui.pipeline.board import PipelineBoard
from desktop_crm.ui.runtime.context import UiContext
from desktop_crm.ui.runtime.routes import Tab
from desktop_crm.ui.widgets.buttons import primary
from desktop_crm.ui.widgets.header import PageHeader
from desktop_crm.ui.widgets.record_page import ListDescription, RecordListPage
from desktop_crm.ui.widgets.record_panel import Begin
from desktop_crm.ui.widgets.segmented import SegmentedControl

SETTING = "opportunities.view"
LIST, BOARD = "list", "board"


class OpportunitiesPage(QWidget):
    """`begin` says with which pipeline and stage a new deal begins."""

    def __init__(
        self,
        context: UiContext,
        begin: Begin | None = None,
        tabs: tuple[Tab, ...] = (),
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._context = context
        many, one = entity_label("opportunity", plural=True), entity_word("opportunity")
        empty = tr("A deal that may be won stands here, from the first talk to the order.")
        self.list = RecordListPage(
            context,
            "opportunity",
            ListDescription(
                sort="close_date", descending=True, icon="opportunity", empty=empty, begin=begin, more=tabs
            ),
        )
        new = primary(tr("New {entity}", entity=one), partial(self.begin_new, {}), icon_name="plus")
        self.board = PipelineBoard(context, PageHeader(many, actions=(new,)))
        self._switches = []
        for header in (self.list.header, self.board.header):
            switch = SegmentedControl(((LIST, tr("List")), (BOARD, tr("Board"))))
            switch.chosen.connect(self.show_view)
            header.add_action(switch)
            self._switches.append(switch)
        self._stack = QStackedLayout(self)
        self._stack.addWidget(self.list)
        self._stack.addWidget(self.board)
        self.list.setFocusProxy(None)  # type: ignore[arg-type]
        self.setFocusProxy(self.list.table)
        self.show_view(str(context.settings.get(SETTING, LIST)))

    def title(self) -> str:
        return entity_label("opportunity", plural=True)

    @Slot(str)
    def show_view(self, key: str) -> None:
        """List or board; the choice is remembered."""
        for switch in self._switches:
            switch.choose(key)
        if key == BOARD:
            self.board.refresh()
        self._stack.setCurrentWidget(self.board if key == BOARD else self.list)
        self._context.settings.put(SETTING, key)

    def open_row(self, row_id: str | None) -> None:
        if row_id:
            self._show_list()
            self.list.open_row(row_id)

    def begin_new(self, fields: Mapping[str, Any]) -> None:
        self._show_list()
        self.list.begin_new(fields)

    def draft(self) -> dict[str, Any] | None:
        """The new deal that is being made, as `begin_new` takes it."""
        return self.list.draft()

    def refresh(self) -> None:
        self.list.refresh()
        self.board.refresh()

    def _show_list(self) -> None:
        for switch in self._switches:
            switch.choose(LIST)
        self._stack.setCurrentWidget(self.list)
