"""The other ways out of the builder: files are written where they were asked for, and paper is drawn on."""

from __future__ import annotations

from PySide6.QtGui import QDesktopServices
from PySide6.QtPrintSupport import QPrinter

from desktop_crm.documents import preview, quote_pdf
from desktop_crm.domain.mail.outgoing import OutState
from desktop_crm.domain.quotes.paper import Paper
from desktop_crm.services import blobs, quotes
from desktop_crm.services.mail import accounts, outbox
from desktop_crm.ui.mail.page import MailPage
from desktop_crm.ui.quotes.printout import Printout
from tests.documents.test_archive import issued
from tests.domain.quotes.samples import long_draft
from tests.support.mail_servers import account_at


def test_a_workbook_and_xml_are_written_beside_the_pdf(qtbot, builder, tmp_path):
    for kind, start in (("xlsx", b"PK"), ("ubl", b"<?xml")):
        path = tmp_path / f"quote.{kind}"
        with qtbot.waitSignal(builder.output.told):
            builder.output.write(kind, str(path))
        assert path.read_bytes().startswith(start)


def test_a_mail_needs_an_issued_version_and_opens_in_the_mail_program(
    qtbot, builder, workspace, quote, tmp_path, monkeypatch
):
    opened = []
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: opened.append(url.toLocalFile()) or True)
    assert not builder.output.acts["mail"].isEnabled()
    with qtbot.waitSignal(builder.editor.issued):
        builder.issue_now()
    qtbot.waitUntil(builder.output.acts["mail"].isEnabled)
    path = tmp_path / "quote.eml"
    with qtbot.waitSignal(builder.output.told):
        builder.output.write("mail", str(path))
    assert opened == [str(path)]
    assert quotes.open_quote(workspace, quote).number.encode() in path.read_bytes()


def test_a_mail_is_written_on_the_mail_page_and_waits_there_until_it_is_sent(
    qtbot, builder, context, workspace, quote, show
):
    assert not builder.output.acts["send"].isEnabled()
    accounts.save(workspace, account_at(None))
    with qtbot.waitSignal(builder.editor.issued):
        builder.issue_now()
    qtbot.waitUntil(builder.output.acts["send"].isEnabled)
    with qtbot.waitSignal(context.routes.arrived) as gone:
        builder.output.acts["send"].trigger()
    (place,) = gone.args
    (held,) = outbox.outgoing(workspace)
    assert (place.page, place.row_id, held.state) == ("mail", f"draft:{held.id}", OutState.DRAFT)
    page = show(MailPage(context))
    page.open_row(place.row_id)
    qtbot.waitUntil(lambda: page.dialog is not None)
    (file,) = page.dialog.letter().files
    assert blobs.get(workspace, file.content) == quotes.reprint(workspace, quote, 1, "en")
    page.dialog.reject()
    qtbot.waitUntil(lambda: page.dialog is None)
    outbox.drop(workspace, held.id) if outbox.outgoing(workspace) else None
    page.open_row(place.row_id)
    qtbot.waitUntil(lambda: page._stack.currentIndex() == 0)
    assert page.dialog is None, "what was dropped since opens no letter"


def test_the_page_is_drawn_on_a_printer(qtbot, builder, tmp_path):
    printer = QPrinter()
    printer.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
    printer.setOutputFileName(str(tmp_path / "printed.pdf"))
    with qtbot.waitSignal(builder.output.told):
        builder.output.print_on(printer)
    assert (tmp_path / "printed.pdf").read_bytes().startswith(b"%PDF")


def test_the_pages_that_were_asked_for_are_printed_one_by_one_and_turned_as_the_paper_is(qtbot, context, tmp_path):
    wide = quote_pdf.render(issued(long_draft(60), Paper(landscape=True)), "ko")
    whole = preview.page_count(wide)
    assert whole > 3
    printer = QPrinter()
    printer.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
    printer.setOutputFileName(str(tmp_path / "printed.pdf"))
    printer.setResolution(72)
    printer.setFromTo(2, 3)
    out = Printout(context, printer, wide)
    with qtbot.waitSignal(out.printed, timeout=60_000):
        pass
    pages = preview.page_pictures((tmp_path / "printed.pdf").read_bytes(), 0.3)
    assert len(pages) == 2
    assert all(page.width > page.height for page in pages)


def test_a_file_that_cannot_be_read_is_told(qtbot, context):
    context.reporter.setProperty("expected", 1)
    with qtbot.waitSignal(context.lanes.troubled, timeout=60_000):
        Printout(context, QPrinter(), b"no pdf")
