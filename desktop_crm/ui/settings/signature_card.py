"""The card of the company's certificate: whose it is, until when, another one, none. What is issued is signed with it on this laptop."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QVBoxLayout, QWidget

from desktop_crm.foundation.errors import CrmError
from desktop_crm.i18n import formats, tr
from desktop_crm.i18n.error_texts import explain
from desktop_crm.ui.runtime.context import UiContext
from desktop_crm.ui.widgets.ask_form import AskForm
from desktop_crm.ui.widgets.buttons import button
from desktop_crm.ui.widgets.card import Card
from desktop_crm.ui.widgets.form_dialog import FormDialog
from desktop_crm.ui.widgets.labels import ElidedLabel, fill, label

if TYPE_CHECKING:
    from desktop_crm.documents.signing import Certificate, Root


class CertificateForm(AskForm):
    """The passphrase of a container that was chosen."""

    def __init__(self, file: str) -> None:
        text = tr(
            "Quotations issued on this laptop are signed with the certificate in this file. The file is kept in the encrypted "
            "workspace, its passphrase in this computer's keyring; neither is sent to other laptops."
        )
        super().__init__(file, text, tr("Sign with it"))
        self.line("passphrase", tr("Passphrase of the certificate"), secret=True)
        self.finish()


class SignatureCard(Card):
    """Asks for the file and its passphrase; says at once what is wrong with them."""

    def __init__(self, context: UiContext, parent: QWidget | None = None) -> None:
        super().__init__(tr("Digital signature"), parent=parent)
        self._context = context
        self._slot = context.lanes.slot()
        self._roots = context.lanes.slot()
        self.says = label("", wrap=True)
        self.wrong = label("", "error", wrap=True)
        self.wrong.hide()
        self.choose = button(tr("Choose a certificate…"), self.ask_file, icon_name="key")
        self.remove = button(tr("Sign no more"), self._on_remove)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.choose)
        row.addWidget(self.remove)
        row.addStretch(1)
        self.add(
            label(tr("PDFs of issued quotations are signed with the company's certificate (PAdES)."), "hint", wrap=True)
        )
        for part in (self.says, self.wrong):
            self.add(part)
        self.add(row)
        self.add(label(tr("Trusted when files are verified"), "label"))
        self.trusted = QVBoxLayout()
        self.trusted.setSpacing(2)
        self.body.addLayout(self.trusted)
        self.trust = button(tr("Trust a certificate…"), self.ask_root, kind="small")
        self.body.addWidget(self.trust, 0, Qt.AlignmentFlag.AlignLeft)

    def refresh(self) -> None:
        """Read which certificate signs."""
        self._slot.read(partial(_held, self._context), self._show, self._on_refused)
        self._roots.read(partial(_roots, self._context), self._show_roots, self._on_refused)

    def ask_file(self) -> None:
        """Ask which file holds the certificate."""
        dialog = QFileDialog(self, tr("Choose a certificate"), "", tr("Certificates (*.p12 *.pfx)"))
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(self.ask_passphrase)
        dialog.open()

    def ask_root(self) -> None:
        """Ask which file holds certificates whose word counts."""
        dialog = QFileDialog(self, tr("Trust a certificate…"), "", tr("Certificates (*.pem *.crt *.cer *.der)"))
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(self.trust_file)
        dialog.open()

    def trust_file(self, path: str) -> None:
        """Let the certificates of that file count."""
        self._context.lanes.write(partial(_trust, self._context, Path(path)), self._show_roots, self._on_refused)

    def _distrust(self, digest: str) -> None:
        self._context.lanes.write(partial(_distrust, self._context, digest), self._show_roots, self._on_refused)

    def _show_roots(self, found: tuple[Root, ...]) -> None:
        self.wrong.hide()
        rows: list[QWidget] = []
        for one in found:
            row = QWidget()
            line = QHBoxLayout(row)
            line.setContentsMargins(0, 0, 0, 0)
            text = tr("{name}, until {date}", name=one.name, date=formats.date(one.until.date()))
            line.addWidget(ElidedLabel(text), 1)
            line.addWidget(button(tr("Trust no more"), partial(self._distrust, one.digest), kind="link"))
            rows.append(row)
        fill(self.trusted, rows, tr("Nobody is trusted yet."))

    def ask_passphrase(self, path: str) -> None:
        """Ask for the passphrase of that file."""
        dialog = FormDialog(CertificateForm(Path(path).name), "backups", self)
        dialog.answered.connect(partial(self._on_answered, Path(path)))
        dialog.open()

    def _on_answered(self, path: Path, values: dict[str, str]) -> None:
        fn = partial(_set, self._context, path, values["passphrase"])
        self._context.lanes.write(fn, self._show, self._on_refused)

    def _on_remove(self) -> None:
        self._context.lanes.write(partial(_remove, self._context), self._show, self._on_refused)

    def _show(self, found: Certificate | None) -> None:
        self.wrong.hide()
        self.remove.setVisible(found is not None)
        if found is None:
            self.says.setText(tr("Nothing is signed."))
            return
        day = formats.date(found.until.date())
        self.says.setText(
            tr("Signed as {name}, until {date}; certified by {issuer}.", name=found.name, date=day, issuer=found.issuer)
        )

    def _on_refused(self, error: BaseException) -> None:
        if not isinstance(error, CrmError):
            self._context.lanes.troubled.emit(error)
            return
        text = explain(error)
        self.wrong.setText(f"{text.title} {text.next_step}".strip())
        self.wrong.show()


def _roots(context: UiContext) -> tuple[Root, ...]:
    from desktop_crm.services.quotes import trusting

    return trusting.roots(context.workspace)


def _trust(context: UiContext, path: Path) -> tuple[Root, ...]:
    from desktop_crm.services.quotes import trusting

    return trusting.trust(context.workspace, path.read_bytes())


def _distrust(context: UiContext, digest: str) -> tuple[Root, ...]:
    from desktop_crm.services.quotes import trusting

    return trusting.distrust(context.workspace, digest)


def _held(context: UiContext) -> Certificate | None:
    from desktop_crm.services.quotes import signing

    return signing.certificate(context.workspace)


def _set(context: UiContext, path: Path, passphrase: str) -> Certificate:
    from desktop_crm.services.quotes import signing

    return signing.set_certificate(context.workspace, path.read_bytes(), passphrase)


def _remove(context: UiContext) -> None:
    from desktop_crm.services.quotes import signing

    signing.remove_certificate(context.workspace)
