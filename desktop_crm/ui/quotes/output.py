"""The other ways out of a quote: Excel, UBL, a mail draft with the file, paper. The button beside “Save PDF”.

Signals: `told(text)` with what was done, in words.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QUrl, Signal
from PySide6.QtGui import QAction, QDesktopServices
from PySide6.QtWidgets import QFileDialog, QMenu, QPushButton, QWidget

from desktop_crm.i18n import tr
from desktop_crm.ui.quotes.editor import QuoteEditor
from desktop_crm.ui.runtime.context import UiContext
from desktop_crm.ui.widgets.buttons import tell

if TYPE_CHECKING:
    from PySide6.QtPrintSupport import QPrinter

    from desktop_crm.services.quotes.giving import Given, Mailed


class OutputButton(QPushButton):
    """`spoken`: tells the language of the page."""

    told = Signal(str)

    def __init__(
        self, context: UiContext, editor: QuoteEditor, spoken: Callable[[], str], parent: QWidget | None = None
    ) -> None:
        super().__init__(tr("More"), parent)
        self.setProperty("kind", "plain")
        tell(self, tr("Other files, mail and print"))
        self._context = context
        self._editor = editor
        self._spoken = spoken
        menu = QMenu(self)
        self.acts: dict[str, QAction] = {}
        for key, text, act in (
            ("xlsx", tr("Save as Excel…"), partial(self._ask, "xlsx")),
            ("ubl", tr("Save as UBL (XML)…"), partial(self._ask, "ubl")),
            ("send", tr("Write a mail with the PDF…"), self.write_mail),
            ("mail", tr("Mail draft with the PDF…"), partial(self._ask, "mail")),
            ("print", tr("Print…"), self.ask_for_printer),
        ):
            self.acts[key] = QAction(text, menu)
            self.acts[key].triggered.connect(act)
            menu.addAction(self.acts[key])
        self.setMenu(menu)
        for told in (editor.opened, editor.drafted, editor.settled):
            told.connect(self.refresh)

    def refresh(self) -> None:
        """A mail takes the issued file, so there has to be one."""
        quote = self._editor.quote
        for key in ("send", "mail"):
            self.acts[key].setEnabled(quote is not None and bool(quote.versions))

    def write(self, kind: str, path: str) -> None:
        """Write that file."""
        quote = self._editor.quote
        if quote is None:
            return
        quote_id, target = str(quote.draft.id), Path(path)
        if kind == "mail":
            fn = partial(_mail, self._context, quote_id, self._spoken(), target)
            self._context.lanes.write(fn, self._on_mailed)
        else:
            version = self._editor.printed_hash
            wanted = version if version is not None else quote.draft_version
            given = partial(_write, self._context, quote_id, wanted, self._spoken(), kind, target)
            self._context.lanes.read(given, self._on_given)

    def write_mail(self, _checked: bool = False) -> None:
        """Begin a mail with the newest issued file, and open it on the mail page; it goes out when it is sent there."""
        quote = self._editor.quote
        if quote is not None:
            begin_mail(self._context, "quote", str(quote.draft.id), self._spoken())

    def ask_for_printer(self, _checked: bool = False) -> None:
        """Ask for a printer and print what is shown."""
        from PySide6.QtPrintSupport import QPrintDialog, QPrinter

        printer = QPrinter(QPrinter.PrinterMode.HighResolution)
        dialog = QPrintDialog(printer, self)
        if dialog.exec() == QPrintDialog.DialogCode.Accepted:
            self.print_on(printer)

    def print_on(self, printer: QPrinter) -> None:
        """Print on that printer."""
        quote = self._editor.quote
        if quote is not None:
            fn = partial(_file, self._context, str(quote.draft.id), self._editor.printed_hash, self._spoken())
            self._context.lanes.read(fn, partial(self._on_file, printer))

    def _ask(self, kind: str, _checked: bool = False) -> None:
        quote = self._editor.quote
        if quote is None:
            return
        version = self._editor.printed_version or quote.draft_version
        suffix, filters = {
            "xlsx": ("xlsx", "Excel (*.xlsx)"),
            "ubl": ("xml", "UBL 2.1 (*.xml)"),
            "mail": ("eml", "EML (*.eml)"),
        }[kind]
        dialog = QFileDialog(self, self.acts[kind].text(), f"{quote.number}-v{version}.{suffix}", filters)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix(suffix)
        dialog.fileSelected.connect(partial(self.write, kind))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _on_given(self, given: Given) -> None:
        self.told.emit(tr("Saved as {file}", file=given.path.name))

    def _on_mailed(self, mailed: Mailed) -> None:
        self.told.emit(tr("Saved as {file}", file=mailed.path.name))
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(mailed.path)))

    def _on_file(self, printer: QPrinter, pdf: bytes) -> None:
        from desktop_crm.ui.quotes.printout import Printout

        Printout(self._context, printer, pdf, self).printed.connect(self._on_printed)

    def _on_printed(self) -> None:
        self.told.emit(tr("Sent to the printer"))


def begin_mail(context: UiContext, entity: str, row_id: str, locale: str) -> None:
    """Begin the mail of a quote or a proposal, and go where it is written on and sent."""
    fn = partial(_begun, context, entity, row_id, locale)
    context.lanes.write(fn, partial(context.routes.go, "mail"), context.reporter.report)


def _begun(context: UiContext, entity: str, row_id: str, locale: str) -> str:
    from desktop_crm.services.mail import quote_mails

    return f"draft:{quote_mails.begin(context.workspace, entity, row_id, locale).id}"


def _write(context: UiContext, quote_id: str, wanted: str | int, locale: str, kind: str, path: Path) -> Given:
    from desktop_crm.services.quotes import giving

    return giving.write_as(context.workspace, quote_id, wanted, locale, giving.Shape(kind), path)


def _mail(context: UiContext, quote_id: str, locale: str, path: Path) -> Mailed:
    from desktop_crm.services.quotes import giving

    return giving.mail_draft(context.workspace, quote_id, locale, path)


def _file(context: UiContext, quote_id: str, version: str | None, locale: str) -> bytes:
    from desktop_crm.documents import quote_pdf
    from desktop_crm.services import quotes

    if version is not None:
        return quotes.reprint(context.workspace, quote_id, version, locale)
    return quote_pdf.render(quotes.preview_document(context.workspace, quote_id), locale)
