"""The two lists of the mail page with what can be done to their rows: mails to decide on, mails that go out."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from PySide6.QtCore import QModelIndex, Signal, Slot
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QVBoxLayout, QWidget

from desktop_crm.domain.mail.outgoing import WRITABLE, OutState
from desktop_crm.domain.schema import REGISTRY
from desktop_crm.foundation.errors import CrmError
from desktop_crm.i18n import tr
from desktop_crm.i18n.error_texts import explain
from desktop_crm.services.mail import deciding, outbox
from desktop_crm.services.mail.working import Outgoing, WaitingMail
from desktop_crm.ui.mail.tables import MailRows, outgoing_heads, outgoing_row, waiting_heads, waiting_row
from desktop_crm.ui.runtime.context import UiContext
from desktop_crm.ui.widgets.buttons import button
from desktop_crm.ui.widgets.flow_row import FlowRow
from desktop_crm.ui.widgets.labels import label
from desktop_crm.ui.widgets.plain_table import PlainTable
from desktop_crm.ui.widgets.reference_editor import ReferenceEditor


class _Panel(QWidget):
    """A table, a word below it, and what can be done."""

    def __init__(self, context: UiContext, table: PlainTable, acts: tuple[QWidget, ...]) -> None:
        super().__init__()
        self._context = context
        self.table = table
        self.word = label("", "error", wrap=True)
        self.word.setContentsMargins(18, 6, 18, 0)
        self.word.hide()
        row = FlowRow()
        row.setContentsMargins(18, 8, 18, 10)
        for one in acts:
            row.addWidget(one)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(0)
        box.addWidget(table, 1)
        box.addWidget(self.word)
        box.addLayout(row)
        self.setFocusProxy(table)

    def tell(self, text: str) -> None:
        self.word.setText(text)
        self.word.setVisible(bool(text))

    def run(self, work: Callable[[], Any], done: Callable[[Any], None]) -> None:
        """A writing act; what a rule refuses is said below the table."""
        self._context.lanes.write(work, done, self._on_failed, self)

    def _on_failed(self, error: BaseException) -> None:
        if not isinstance(error, CrmError):
            self._context.reporter.report(error)
            return
        words = explain(error)
        self.tell(" ".join(part for part in (words.happened, words.next_step) if part))


class DecidePanel(_Panel):
    """Signals: `decided(fetch)`; `fetch` when the mails are to be brought now."""

    decided = Signal(bool)

    def __init__(self, context: UiContext) -> None:
        self.rows = MailRows(waiting_heads())
        self.account = ReferenceEditor(context, REGISTRY["activity"].field("account_id"))
        self.account.line.setMinimumWidth(220)
        self.account.line.setAccessibleName(tr("The account they belong to"))
        self.put = button(tr("Put with this account"), self._on_put)
        self.drop = button(tr("Leave out"), partial(self._drop, sender_too=False))
        self.never = button(tr("Never ask about this sender"), partial(self._drop, sender_too=True))
        table = _table(self.rows, tr("Mails to decide on"), (230, 420, 180), 1)
        super().__init__(context, table, (self.account, self.put, self.drop, self.never))
        self.rows.setParent(self)
        table.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)

    def show_mails(self, mails: tuple[WaitingMail, ...]) -> None:
        self.rows.show_rows(tuple(map(waiting_row, mails)))

    def _keys(self) -> list[str]:
        return [self.rows.key(index.row()) for index in self.table.selectionModel().selectedRows()]

    def _on_put(self) -> None:
        try:
            account_id = self.account.value()
        except CrmError as error:
            self._on_failed(error)
            return
        keys = self._keys()
        if not account_id or not keys:
            self.tell(tr("Choose mails and the account they belong to."))
            return
        self.run(partial(deciding.put_with, self._context.workspace, keys, account_id), partial(self._done, True))

    def _drop(self, *, sender_too: bool) -> None:
        keys = self._keys()
        if not keys:
            self.tell(tr("Choose mails first."))
            return
        work = partial(deciding.drop, self._context.workspace, keys, sender_too=sender_too)
        self.run(work, partial(self._done, False))

    def _done(self, fetch: bool, _count: int) -> None:
        self.tell("")
        self.decided.emit(fetch)


class OutPanel(_Panel):
    """Signals: `open_wanted(id)` for a mail that can still be changed; `changed(send)` when one was settled or thrown away."""

    open_wanted = Signal(str)
    changed = Signal(bool)

    def __init__(self, context: UiContext) -> None:
        self.rows = MailRows(outgoing_heads())
        self._mails: tuple[Outgoing, ...] = ()
        self.opening = button(tr("Open"), self._on_open)
        self.arrived = button(tr("It arrived"), partial(self._settle, True))
        self.again = button(tr("Send again"), partial(self._settle, False))
        self.throw = button(tr("Throw away"), self._on_throw)
        table = _table(self.rows, tr("Outgoing mails"), (190, 200, 240, 170, 260), 4)
        super().__init__(context, table, (self.opening, self.arrived, self.again, self.throw))
        self.rows.setParent(self)
        self.why = label("", "body2", wrap=True)
        self.why.setContentsMargins(18, 6, 18, 0)
        box = self.layout()
        assert isinstance(box, QVBoxLayout)
        box.insertWidget(1, self.why)
        table.doubleClicked.connect(self._on_pressed)
        table.selectionModel().selectionChanged.connect(self._on_chosen)
        self._on_chosen()

    def show_mails(self, mails: tuple[Outgoing, ...]) -> None:
        chosen = self.chosen()
        self._mails = mails
        self.rows.show_rows(tuple(map(outgoing_row, mails)))
        if chosen is not None and self.rows.row_of(chosen.id) >= 0:
            self.table.selectRow(self.rows.row_of(chosen.id))
        elif mails and mails[0].error is not None:
            self.table.selectRow(0)
        self._on_chosen()

    def chosen(self) -> Outgoing | None:
        rows = self.table.selectionModel().selectedRows()
        key = self.rows.key(rows[0].row()) if rows else ""
        return next((one for one in self._mails if one.id == key), None)

    @Slot()
    def _on_chosen(self, *_change: object) -> None:
        """Only what can be done with the chosen mail can be pressed; its cause stands below in full."""
        chosen = self.chosen()
        state = chosen.state if chosen is not None else None
        self.opening.setEnabled(state in WRITABLE)
        self.throw.setEnabled(state in {*WRITABLE, OutState.SENT})
        for one in (self.arrived, self.again):
            one.setEnabled(state is OutState.UNCLEAR)
        text = outgoing_row(chosen)[1][-1].text if chosen is not None else ""
        self.why.setText(text)
        self.why.setVisible(bool(text))

    @Slot(QModelIndex)
    def _on_pressed(self, _index: QModelIndex) -> None:
        self._on_open()

    def _on_open(self) -> None:
        chosen = self.chosen()
        if chosen is not None and chosen.state in WRITABLE:
            self.open_wanted.emit(chosen.id)

    def _settle(self, arrived: bool) -> None:
        chosen = self.chosen()
        if chosen is not None:
            work = partial(outbox.settle, self._context.workspace, chosen.id, arrived=arrived)
            self.run(work, partial(self._done, True))

    def _on_throw(self) -> None:
        chosen = self.chosen()
        if chosen is not None:
            self.run(partial(outbox.drop, self._context.workspace, chosen.id), partial(self._done, False))

    def _done(self, send: bool, _result: object) -> None:
        self.tell("")
        self.changed.emit(send)


def _table(model: MailRows, name: str, widths: tuple[int, ...], wide: int) -> PlainTable:
    made = PlainTable()
    made.setModel(model)
    made.setAccessibleName(name)
    for column, width in enumerate(widths):
        made.setColumnWidth(column, width)
    made.horizontalHeader().setSectionResizeMode(wide, QHeaderView.ResizeMode.Stretch)
    return made
