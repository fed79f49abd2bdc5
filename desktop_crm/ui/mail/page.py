"""The mail page: how every account stands, mails to decide on, mails that go out, and an exchange when one is opened.

`open_row(activity_id)` opens the exchange of a mail of the timeline. Servers are spoken to on the network lane alone.
"""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QTimer, Slot
from PySide6.QtWidgets import QMenu, QStackedWidget, QVBoxLayout, QWidget

from desktop_crm.domain.mail.outgoing import OutState
from desktop_crm.foundation.changes import Changes
from desktop_crm.foundation.errors import Refusal
from desktop_crm.i18n import formats, tr
from desktop_crm.i18n.error_texts import explain
from desktop_crm.services.mail import accounts, outbox, threads, working, writing
from desktop_crm.services.mail.accounts import MailAccount
from desktop_crm.services.mail.outbox import Letter, Outgoing
from desktop_crm.services.mail.threads import Thread, ThreadFile
from desktop_crm.services.mail.working import MailState, MailView
from desktop_crm.services.mail.writing import Template
from desktop_crm.services.workspace import Workspace
from desktop_crm.ui.mail.account_dialog import AccountDialog
from desktop_crm.ui.mail.file_dialog import FileDialog
from desktop_crm.ui.mail.letter_dialog import LetterDialog
from desktop_crm.ui.mail.never_dialog import NeverDialog
from desktop_crm.ui.mail.panels import DecidePanel, OutPanel
from desktop_crm.ui.mail.thread_view import ThreadView
from desktop_crm.ui.runtime.context import UiContext
from desktop_crm.ui.widgets.buttons import button, primary
from desktop_crm.ui.widgets.flow_row import FlowRow
from desktop_crm.ui.widgets.header import PageHeader
from desktop_crm.ui.widgets.labels import clear, label
from desktop_crm.ui.widgets.segmented import SegmentedControl
from desktop_crm.ui.widgets.states import EmptyState, StateStack

DECIDE, OUT = "decide", "out"
DRAFT = "draft:"
"""Before the id of a draft it names the place where that is written on."""
PAUSE_MS = 200
Shown = LetterDialog | AccountDialog | NeverDialog | FileDialog
Begun = tuple[Outgoing, tuple[MailAccount, ...], tuple[Template, ...]]


class MailPage(QWidget):
    """`MailPage(context)`."""

    def __init__(self, context: UiContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._slot, self._exchange_slot = context.lanes.slot(), context.lanes.slot()
        self._view: MailView | None = None
        self._opened = ""
        self.dialog: Shown | None = None
        self.now = button(tr("Look and send now"), context.mail.run_now, icon_name="sync")
        self.more = button(tr("Mail accounts"), icon_name="settings")
        self._menu = QMenu(self)
        self.more.setMenu(self._menu)
        self.new = primary(tr("New mail"), partial(self.begin_letter, Letter()), icon_name="plus")
        self.header = PageHeader(tr("Mail"), actions=(self.more, self.now, self.new), title_room=120)
        self.lines = QVBoxLayout()
        self.lines.setContentsMargins(18, 8, 18, 4)
        self.lines.setSpacing(2)
        self.tabs = SegmentedControl(((DECIDE, tr("To decide")), (OUT, tr("Outgoing"))), DECIDE)
        self.add = button(tr("Add the first mail account"), partial(self.edit_account, None), icon_name="plus")
        self.decide, self.out = DecidePanel(context), OutPanel(context)
        self.decide_states = StateStack(self.decide, self._nothing_to_decide())
        said = tr("Mails that you write stand here until they are sent.")
        self.out_states = StateStack(self.out, EmptyState(tr("Nothing goes out"), said, icon_name="mail"))
        self.exchange = ThreadView()
        self._lists, self._stack = QStackedWidget(), QStackedWidget()
        self._lay_out()
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.setInterval(PAUSE_MS)
        self._connect()
        self.decide_states.show_loading()
        self.refresh()

    def title(self) -> str:
        return tr("Mail")

    @Slot()
    def refresh(self) -> None:
        """Read again how everything stands."""
        self._slot.read(partial(working.view, self._context.workspace), self._show, self.decide_states.show_failed)
        if self._opened:
            self._read_exchange()

    def open_row(self, activity_id: str | None) -> None:
        """Open the exchange of a mail, or a draft by `draft:` and its id; nothing named shows the lists."""
        place = activity_id or ""
        if place.startswith(DRAFT):
            work = partial(_draft, self._context.workspace, place.removeprefix(DRAFT))
            self._context.lanes.read(work, self._on_begun, self._on_no_draft)
            place = ""
        self._opened = place
        if self._opened:
            self._read_exchange()
        else:
            self._stack.setCurrentIndex(0)
            self.new.show()

    def edit_account(self, held: MailAccount | None) -> None:
        """Open the settings of an account, or of a new one."""
        dialog = AccountDialog(self._context, held, self)
        dialog.saved.connect(self._context.mail.run_now)
        dialog.removed.connect(self.refresh)
        self._open_dialog(dialog)

    def show_never(self) -> None:
        """Open the list of senders nothing is asked about."""
        self._open_dialog(NeverDialog(self._context, self))

    @Slot(object)
    def open_file(self, file: ThreadFile) -> None:
        """Look at a file of a mail."""
        self._open_dialog(FileDialog(self._context, file, self))

    def begin_letter(self, letter: Letter) -> None:
        """Write a mail that begins so."""
        work = partial(_begun, self._context.workspace, letter)
        self._context.lanes.write(work, self._on_begun, self._context.reporter.report, self)

    def _lay_out(self) -> None:
        lists = QWidget()
        column = QVBoxLayout(lists)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(self.lines)
        bar = FlowRow()
        bar.setContentsMargins(18, 6, 18, 8)
        bar.addWidget(self.tabs)
        column.addLayout(bar)
        self._lists.addWidget(self.decide_states)
        self._lists.addWidget(self.out_states)
        column.addWidget(self._lists, 1)
        self._stack.addWidget(lists)
        self._stack.addWidget(self.exchange)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(0)
        box.addWidget(self.header)
        box.addWidget(self._stack, 1)

    def _connect(self) -> None:
        self.tabs.chosen.connect(self._on_tab)
        self.decide.decided.connect(self._on_acted)
        self.out.changed.connect(self._on_acted)
        self.out.open_wanted.connect(self._on_open)
        self.exchange.left.connect(partial(self.open_row, None))
        self.exchange.answer_wanted.connect(self._on_answer)
        self.exchange.forward_wanted.connect(self._on_forward)
        self.exchange.file_wanted.connect(self.open_file)
        self.exchange.account_wanted.connect(partial(self._context.routes.open, "account"))
        self.decide_states.failed.retried.connect(self.refresh)
        self._later.timeout.connect(self.refresh)
        self._context.mail.changed.connect(self.refresh)
        self._context.hub.changed.connect(self._on_changed)

    def _nothing_to_decide(self) -> EmptyState:
        text = tr(
            "Mails of people who are known come by themselves. Others are asked about here before the team sees anything of them."
        )
        return EmptyState(tr("Nothing to decide"), text, (self.add,), icon_name="mail")

    def _show(self, view: MailView) -> None:
        self._view = view
        self._show_lines(view.states)
        self._show_menu([one.account for one in view.states])
        self.tabs.set_text(DECIDE, _counted(tr("To decide"), view.waiting_count))
        going = sum(one.state is not OutState.SENT for one in view.outgoing)
        self.tabs.set_text(OUT, _counted(tr("Outgoing"), going))
        self.now.setEnabled(bool(view.states) and not self._context.mail.running)
        self.new.setEnabled(bool(view.states))
        self.add.setVisible(not view.states)
        self.decide.show_mails(view.waiting)
        _show_or_empty(self.decide_states, bool(view.waiting))
        self.out.show_mails(view.outgoing)
        _show_or_empty(self.out_states, bool(view.outgoing))

    def _show_lines(self, states: tuple[MailState, ...]) -> None:
        clear(self.lines)
        for one in states:
            self.lines.addWidget(label(_state_line(one, running=self._context.mail.running), "hint", wrap=True))
            if one.error is not None:
                words = explain(one.error)
                text = " ".join(part for part in (words.happened, words.next_step) if part)
                self.lines.addWidget(label(text, "error", wrap=True))

    def _show_menu(self, every: list[MailAccount]) -> None:
        self._menu.clear()
        for one in every:
            self._menu.addAction(one.address, partial(self.edit_account, one))
        if every:
            self._menu.addSeparator()
        self._menu.addAction(tr("Add a mail account…"), partial(self.edit_account, None))
        self._menu.addAction(tr("Senders never asked about…"), self.show_never)

    def _read_exchange(self) -> None:
        work = partial(threads.thread, self._context.workspace, self._opened)
        self._exchange_slot.read(work, self._show_exchange, self._context.reporter.report)

    def _show_exchange(self, thread: Thread) -> None:
        if thread.opened == self._opened:
            self.exchange.show_thread(thread)
            self.new.hide()  # a page has one filled button, and here it answers
            self._stack.setCurrentIndex(1)

    def _on_begun(self, begun: Begun) -> None:
        dialog = LetterDialog(self._context, *begun, self)
        dialog.queued.connect(self._context.mail.run_now)
        dialog.kept.connect(self._later.start)
        self._open_dialog(dialog)

    def _on_no_draft(self, _error: BaseException) -> None:
        """It was sent or dropped since, and somebody went back to its place."""
        self.refresh()

    def _open_dialog(self, dialog: Shown) -> None:
        self.dialog = dialog
        dialog.finished.connect(dialog.deleteLater)
        dialog.finished.connect(self._on_finished)
        dialog.open()

    @Slot(int)
    def _on_finished(self, _result: int) -> None:
        self.dialog = None
        self.refresh()

    @Slot(str, bool)
    def _on_answer(self, activity_id: str, everyone: bool) -> None:
        work = partial(writing.answer, self._context.workspace, activity_id, everyone=everyone)
        self._context.lanes.read(work, self.begin_letter, self._context.reporter.report)

    @Slot(str)
    def _on_forward(self, activity_id: str) -> None:
        work = partial(writing.forward, self._context.workspace, activity_id)
        self._context.lanes.read(work, self.begin_letter, self._context.reporter.report)

    @Slot(str)
    def _on_open(self, row_id: str) -> None:
        work = partial(_begun_before, self._context.workspace, row_id)
        self._context.lanes.read(work, self._on_begun, self._context.reporter.report)

    @Slot(bool)
    def _on_acted(self, run: bool) -> None:
        if run:
            self._context.mail.run_now()
        self.refresh()

    @Slot(str)
    def _on_tab(self, key: str) -> None:
        self._lists.setCurrentIndex(int(key == OUT))

    @Slot(object, object)
    def _on_changed(self, changes: Changes, _initiator: object) -> None:
        if self.isVisible() and changes.touches("activity", "attachment", "account", "contact"):
            self._later.start()


def _begun(workspace: Workspace, letter: Letter) -> Begun:
    """A draft that begins so, by the first account. Raises Refusal `mail.account.none`."""
    every = accounts.accounts(workspace)
    return _begun_before(workspace, outbox.draft(workspace, every[0].id if every else "", letter).id)


def _draft(workspace: Workspace, row_id: str) -> Begun:
    found = _begun_before(workspace, row_id)
    if found[0].state is not OutState.DRAFT:
        raise Refusal("mail.outgoing.fixed")
    return found


def _begun_before(workspace: Workspace, row_id: str) -> Begun:
    return outbox.one(workspace, row_id), accounts.accounts(workspace), writing.templates(workspace)


def _show_or_empty(states: StateStack, full: bool) -> None:
    if full:
        states.show_content()
    else:
        states.show_empty()


def _counted(text: str, count: int) -> str:
    return f"{text} ({formats.number(count)})" if count else text


def _state_line(one: MailState, *, running: bool) -> str:
    if running:
        return tr("{address}: looking…", address=one.account.address)
    if one.last_run is None:
        return tr("{address}: not looked yet", address=one.account.address)
    following = formats.datetime(one.next_run) if one.next_run is not None else tr("when you say so")
    return tr(
        "{address}: last {last}, next {next}",
        address=one.account.address,
        last=formats.datetime(one.last_run),
        next=following,
    )
