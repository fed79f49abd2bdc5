"""The board: a column for each stage; a card is dragged, or stepped by keyboard, to another stage as one act."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from desktop_crm.foundation.changes import Changes
from desktop_crm.i18n import formats, ntr, tr
from desktop_crm.i18n.labels import entity_label
from desktop_crm.services import pipeline
from desktop_crm.services.pipeline import Board
from desktop_crm.ui.pipeline.column import StageColumn
from desktop_crm.ui.runtime.context import UiContext
from desktop_crm.ui.widgets.buttons import primary
from desktop_crm.ui.widgets.header import PageHeader
from desktop_crm.ui.widgets.labels import clear
from desktop_crm.ui.widgets.states import EmptyState, StateStack

_ENTITIES = ("opportunity", "stage", "pipeline", "account", "user")


class PipelineBoard(QWidget):
    def __init__(self, context: UiContext, header: PageHeader, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self.header = header
        self._slot = context.lanes.slot()
        self.columns: list[StageColumn] = []
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        holder = QWidget()
        holder.setProperty("role", "clear")
        self._row = QHBoxLayout(holder)
        self._row.setContentsMargins(16, 14, 16, 14)
        self._row.setSpacing(10)
        area.setWidget(holder)
        begin = primary(tr("Make the usual stages"), self._begin, icon_name="plus")
        empty = EmptyState(
            tr("No stages yet"),
            tr(
                "A deal moves from stage to stage until it is won or lost. Start with six usual ones; you can change them."
            ),
            (begin,),
            icon_name="opportunity",
        )
        self._states = StateStack(area, empty)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(0)
        box.addWidget(header)
        box.addWidget(self._states, 1)
        self._states.failed.retried.connect(self.refresh)
        context.hub.changed.connect(self._on_changed)

    def refresh(self) -> None:
        """Read the board again."""
        self._slot.read(partial(pipeline.board, self._context.workspace), self._show, self._states.show_failed)

    def _show(self, board: Board | None) -> None:
        if board is None:
            self._states.show_empty()
            return
        if [column.stage_id for column in self.columns] != [c.stage.id for c in board.columns]:
            self._build(board)
        for column, data in zip(self.columns, board.columns, strict=True):
            column.show_column(data)
        count = sum(c.count for c in board.columns if c.stage.kind == "open")
        deals = ntr("{count} open deal", "{count} open deals", count, count=formats.number(count))
        self.header.set_subtitle(f"{board.pipeline.name} · {deals}")
        self._states.show_content()

    def _build(self, board: Board) -> None:
        clear(self._row)
        self.columns = []
        now = self._context.workspace.clock.now()
        for data in board.columns:
            column = StageColumn(data, now, self._context.workspace.currency)
            column.moved.connect(self.move_deals)
            column.stepped.connect(partial(self._step, len(self.columns)))
            column.opened.connect(self._open)
            self._row.addWidget(column, 1)
            self.columns.append(column)

    @Slot(object, str)
    def move_deals(self, ids: Sequence[str], stage_id: str) -> None:
        """Bring deals into a stage, as one act."""
        text = ntr("Move {n} deal to another stage", "Move {n} deals to another stage", len(ids))
        work = partial(pipeline.move_stage, self._context.workspace, tuple(ids), stage_id)
        self._context.undo.run(text, work, None, self._context.reporter.report)

    def _step(self, place: int, ids: Sequence[str], by: int) -> None:
        if 0 <= place + by < len(self.columns):
            self.move_deals(ids, self.columns[place + by].stage_id)

    @Slot(str)
    def _open(self, row_id: str) -> None:
        self._context.routes.open("opportunity", row_id)

    def _begin(self) -> None:
        work = partial(pipeline.ensure_pipeline, self._context.workspace)
        self._context.undo.run(tr("Make stages"), work, None, self._context.reporter.report)

    @Slot(object, object)
    def _on_changed(self, changes: Changes, _initiator: object) -> None:
        if changes.touches(*_ENTITIES) and self.isVisible():
            self.refresh()

    def title(self) -> str:
        return entity_label("opportunity", plural=True)
