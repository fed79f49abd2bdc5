"""A mail account of this laptop: two servers, a password for the keyring, the folders that are read. Tried out before it is kept.

Signals: `saved()`, `removed()`.
"""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QDialog,
    QFormLayout,
    QHBoxLayout,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QVBoxLayout,
    QWidget,
)

from desktop_crm.domain.mail.account import PACES, MailAccount, MailServer, Security
from desktop_crm.foundation.errors import CrmError
from desktop_crm.i18n import ntr, tr
from desktop_crm.i18n.error_texts import explain
from desktop_crm.services.mail import accounts
from desktop_crm.ui.runtime.context import UiContext
from desktop_crm.ui.widgets.buttons import button, no_default, primary
from desktop_crm.ui.widgets.help_key import explained_by
from desktop_crm.ui.widgets.labels import label
from desktop_crm.ui.widgets.steady import SteadyComboBox, SteadySpinBox

WIDTH = 620
_PORTS = {
    "imap": {Security.TLS: 993, Security.STARTTLS: 143, Security.PLAIN: 143},
    "smtp": {Security.TLS: 465, Security.STARTTLS: 587, Security.PLAIN: 25},
}


class ServerRow(QWidget):
    """Where a server is: name, how it is kept secret, port."""

    def __init__(self, kind: str, name: str, held: MailServer | None) -> None:
        super().__init__()
        self.setProperty("role", "clear")
        self._ports = _PORTS[kind]
        self.host = QLineEdit(held.host if held is not None else "")
        self.host.setAccessibleName(name)
        self.security = SteadyComboBox()
        for one in Security:
            words = {Security.TLS: "TLS", Security.STARTTLS: "STARTTLS"}.get(one, tr("None (this machine only)"))
            self.security.addItem(words, one)
        self.security.setAccessibleName(tr("Encryption"))
        self.port = SteadySpinBox()
        self.port.setRange(1, 65535)
        self.port.setAccessibleName(tr("Port"))
        known = held.security if held is not None else Security.TLS
        self.security.setCurrentIndex(self.security.findData(known))
        self.port.setValue(held.port if held is not None else self._ports[known])
        self.security.activated.connect(self._on_security)
        box = QHBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(8)
        box.addWidget(self.host, 1)
        box.addWidget(self.security)
        box.addWidget(self.port)

    def server(self, user: str) -> MailServer | None:
        """What is set; none without a name."""
        host = self.host.text().strip()
        if not host:
            return None
        security = Security(self.security.currentData())
        return MailServer(host=host, port=self.port.value(), security=security, user=user)

    def _on_security(self, _place: int) -> None:
        self.port.setValue(self._ports[Security(self.security.currentData())])


class AccountDialog(QDialog):
    """`held`: the account that is changed; None for a new one."""

    saved = Signal()
    removed = Signal()

    def __init__(self, context: UiContext, held: MailAccount | None = None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        explained_by(self, "mail")
        self._context, self._held = context, held
        self.setWindowTitle(tr("Mail account"))
        self.setMinimumWidth(WIDTH)
        self.address, self.name, self.user = (QLineEdit() for _ in range(3))
        self.password = QLineEdit()
        self.password.setEchoMode(QLineEdit.EchoMode.Password)
        if held is not None:
            self.password.setPlaceholderText(tr("Kept in the keyring; leave empty to keep it"))
        self.imap = ServerRow("imap", tr("Receive (IMAP)"), held.imap if held is not None else None)
        self.smtp = ServerRow("smtp", tr("Send (SMTP)"), held.smtp if held is not None else None)
        self.pace = SteadyComboBox()
        for minutes in PACES:
            self.pace.addItem(ntr("every {n} minute", "every {n} minutes", minutes), minutes)
        self.folders = QListWidget()
        self.folders.setMaximumHeight(150)
        self.word = label("", "error", wrap=True)
        self.word.hide()
        self.said = label("", "hint", wrap=True)
        self._load()
        self._lay_out()
        self.address.editingFinished.connect(self._on_address)

    def wanted(self) -> MailAccount:
        """The account as it is typed."""
        held = self._held
        user = self.user.text().strip() or self.address.text().strip()
        nowhere = MailServer(host="", port=1, security=Security.TLS, user=user)
        chosen = [self.folders.item(row) for row in range(self.folders.count())]
        names = tuple(one.text() for one in chosen if one.checkState() is Qt.CheckState.Checked)
        return MailAccount(
            id=held.id if held is not None else "",
            address=self.address.text().strip(),
            name=self.name.text().strip(),
            imap=self.imap.server(user) or nowhere,
            smtp=self.smtp.server(user),
            folders=names,
            since=held.since if held is not None else None,
            minutes=int(self.pace.currentData()),
        )

    def try_out(self) -> None:
        """Sign in at both servers and show the folders there are."""
        self._tell("")
        self.said.setText(tr("Signing in…"))
        work = partial(accounts.try_out, self._context.workspace, self.wanted(), self.password.text())
        self._context.lanes.network(work, self._on_tried, self._on_failed)

    def save(self) -> None:
        """Keep the account; the password goes to the keyring."""
        self._tell("")
        work = partial(accounts.save, self._context.workspace, self.wanted(), self.password.text())
        self._context.lanes.write(work, self._on_saved, self._on_failed, self)

    def remove(self) -> None:
        """Take it away; mails in the timeline stay."""
        if self._held is not None:
            work = partial(accounts.remove, self._context.workspace, self._held.id)
            self._context.lanes.write(work, self._on_removed, self._on_failed, self)

    def _load(self) -> None:
        held = self._held
        self.pace.setCurrentIndex(max(0, self.pace.findData(held.minutes if held is not None else 15)))
        self._show_folders(held.folders if held is not None else ("INBOX",), ())
        if held is not None:
            self.address.setText(held.address)
            self.name.setText(held.name)
            self.user.setText(held.imap.user)

    def _show_folders(self, chosen: tuple[str, ...], known: tuple[str, ...]) -> None:
        self.folders.clear()
        for name in dict.fromkeys((*known, *chosen)):
            item = QListWidgetItem(name)
            item.setFlags(item.flags() | Qt.ItemFlag.ItemIsUserCheckable)
            item.setCheckState(Qt.CheckState.Checked if name in chosen else Qt.CheckState.Unchecked)
            self.folders.addItem(item)

    def _lay_out(self) -> None:
        form = QFormLayout()
        form.setHorizontalSpacing(12)
        form.setVerticalSpacing(8)
        for name, control in (
            (tr("Address"), self.address),
            (tr("Your name"), self.name),
            (tr("Receive (IMAP)"), self.imap),
            (tr("Send (SMTP)"), self.smtp),
            (tr("User"), self.user),
            (tr("Password"), self.password),
            (tr("Look"), self.pace),
            (tr("Folders"), self.folders),
        ):
            head = label(name, "label")
            head.setBuddy(control)
            if not control.accessibleName():
                control.setAccessibleName(name)
            form.addRow(head, control)
        text = tr(
            "Folders are only read; nothing in the mailbox changes, not even “unread”. The account stays on this laptop"
            " and the password in its keyring. Many servers want an app password."
        )
        foot = QHBoxLayout()
        foot.setSpacing(8)
        if self._held is not None:
            foot.addWidget(button(tr("Remove"), self.remove, kind="danger"))
        foot.addWidget(button(tr("Try and list folders"), self.try_out))
        foot.addStretch(1)
        foot.addWidget(button(tr("Cancel"), self.reject))
        self.go = primary(tr("Save"), self.save)
        foot.addWidget(self.go)
        box = QVBoxLayout(self)
        box.setContentsMargins(18, 16, 18, 16)
        box.setSpacing(10)
        box.addWidget(label(text, "body2", wrap=True))
        box.addLayout(form)
        box.addWidget(self.said)
        box.addWidget(self.word)
        box.addLayout(foot)
        no_default(self)

    def _on_address(self) -> None:
        """Servers are mostly called after the domain."""
        domain = self.address.text().strip().rpartition("@")[2]
        if domain and "." in domain:
            for row, kind in ((self.imap, "imap"), (self.smtp, "smtp")):
                if not row.host.text():
                    row.host.setText(f"{kind}.{domain}")

    def _on_tried(self, folders: tuple[str, ...]) -> None:
        self.said.setText(tr("It works. Choose the folders to read."))
        self._show_folders(self.wanted().folders, folders)

    def _on_saved(self, _kept: MailAccount) -> None:
        self.saved.emit()
        self.accept()

    def _on_removed(self, _nothing: object) -> None:
        self.removed.emit()
        self.accept()

    def _on_failed(self, error: BaseException) -> None:
        self.said.setText("")
        if not isinstance(error, CrmError):
            self._context.reporter.report(error)
            return
        words = explain(error)
        self._tell(" ".join(part for part in (words.happened, words.next_step) if part))

    def _tell(self, text: str) -> None:
        self.word.setText(text)
        self.word.setVisible(bool(text))
