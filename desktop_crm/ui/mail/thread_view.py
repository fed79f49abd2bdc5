"""An exchange on the screen: every mail as a card with why it stands here and its files; answer and pass on from any of them.

Signals: `answer_wanted(activity_id, everyone)`, `forward_wanted(activity_id)`, `left()`, `account_wanted(account_id)`,
`file_wanted(file)`.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from desktop_crm.i18n import formats, ntr, ptr, tr
from desktop_crm.i18n.mail_words import reason_words
from desktop_crm.services.mail.threads import Thread, ThreadFile, ThreadMail
from desktop_crm.ui.widgets.buttons import button, primary
from desktop_crm.ui.widgets.card import Card
from desktop_crm.ui.widgets.flow_row import FlowRow
from desktop_crm.ui.widgets.labels import ElidedLabel, clear, label

WIDEST = 940


class ThreadView(QWidget):
    """`show_thread(thread)`; the mail that was asked for is brought into view."""

    answer_wanted = Signal(str, bool)
    forward_wanted = Signal(str)
    account_wanted = Signal(str)
    file_wanted = Signal(object)
    left = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._thread: Thread | None = None
        self.back = button(tr("All mail"), self.left.emit, kind="small", icon_name="arrow_left", shortcut="Alt+Left")
        self.title = ElidedLabel("", "section")
        self.account = button("", self._open_account, kind="link")
        self.reply = primary(tr("Reply"), partial(self._answer, False), icon_name="mail", shortcut="Ctrl+R")
        self.reply_all = button(tr("Reply to all"), partial(self._answer, True), shortcut="Ctrl+Shift+R")
        self.forward = button(ptr("mail", "Forward"), self._forward, shortcut="Ctrl+Shift+F")
        head = QHBoxLayout()
        head.setContentsMargins(18, 10, 18, 10)
        head.setSpacing(8)
        head.addWidget(self.back)
        head.addWidget(self.title, 1)
        for one in (self.account, self.reply, self.reply_all, self.forward):
            head.addWidget(one)
        self._column = QWidget()
        self._column.setProperty("role", "clear")
        self._column.setMaximumWidth(WIDEST)
        self._cards = QVBoxLayout(self._column)
        self._cards.setContentsMargins(0, 0, 0, 0)
        self._cards.setSpacing(12)
        holder = QWidget()
        holder.setProperty("role", "clear")
        middle = QHBoxLayout(holder)
        middle.setContentsMargins(18, 6, 18, 18)
        middle.addWidget(self._column, 1, Qt.AlignmentFlag.AlignTop)
        self._area = QScrollArea()
        self._area.setWidgetResizable(True)
        self._area.setWidget(holder)
        self._area.setAccessibleName(tr("Exchange"))
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(0)
        box.addLayout(head)
        box.addWidget(self._area, 1)

    def show_thread(self, thread: Thread) -> None:
        same = self._thread is not None and self._thread.opened == thread.opened
        self._thread = thread
        count = len(thread.mails)
        title = thread.subject
        if count > 1:
            title += "  ·  " + ntr("{n} mail", "{n} mails", count, n=formats.number(count))
        self.title.set_text(title)
        names = {one.account_id: one.account for one in thread.mails if one.account_id}
        self.account.setText(next(iter(names.values()), ""))
        self.account.setVisible(bool(names))
        clear(self._cards)
        for one in thread.mails:
            self._cards.addWidget(_card(one, self.file_wanted.emit, opened=one.id == thread.opened))
        if not same:
            self.reply.setFocus()

    def _chosen(self) -> str:
        """The newest mail is answered: the exchange goes on where it ended."""
        assert self._thread is not None
        return self._thread.mails[-1].id

    def _answer(self, everyone: bool) -> None:
        if self._thread is not None:
            self.answer_wanted.emit(self._chosen(), everyone)

    def _forward(self) -> None:
        if self._thread is not None:
            self.forward_wanted.emit(self._thread.opened)

    def _open_account(self) -> None:
        if self._thread is not None:
            found = next((one.account_id for one in self._thread.mails if one.account_id), "")
            if found:
                self.account_wanted.emit(found)


def _card(mail: ThreadMail, open_file: Callable[[ThreadFile], None], *, opened: bool) -> Card:
    card = Card()
    if opened:
        card.setProperty("chosen", True)
    head = QHBoxLayout()
    head.setSpacing(8)
    head.addWidget(ElidedLabel(mail.sender or "–", "strong"), 1)
    head.addWidget(label(formats.datetime(mail.at), "hint"))
    card.add(head)
    to = ", ".join(mail.recipients)
    if to:
        card.add(ElidedLabel(tr("To {names}", names=to), "hint"))
    body = label(mail.text or tr("(no text)"), "body", wrap=True)
    body.setTextInteractionFlags(
        Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
    )
    card.add(body)
    if mail.files:
        row = FlowRow()
        for one in mail.files:
            words = f"{one.name} ({formats.number(max(1, one.size // 1024))} KB)"
            row.addWidget(button(words, partial(open_file, one), kind="small", icon_name="file"))
        card.add(row)
    why = reason_words(mail.reason, mail.contact, mail.account)
    card.add(label(tr("Why here: {reason}", reason=why), "hint", wrap=True))
    return card
