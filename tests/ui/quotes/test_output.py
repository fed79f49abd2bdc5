"""The other ways out of the builder: files are written where they were asked for, and paper is drawn on."""

from __future__ import annotations

from PySide6.QtGui import QDesktopServices
from PySide6.QtPrintSupport import QPrinter

from desktop_crm.services import quotes


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


def test_the_page_is_drawn_on_a_printer(qtbot, builder, tmp_path):
    printer = QPrinter()
    printer.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
    printer.setOutputFileName(str(tmp_path / "printed.pdf"))
    with qtbot.waitSignal(builder.output.told):
        builder.output.print_on(printer)
    assert (tmp_path / "printed.pdf").read_bytes().startswith(b"%PDF")
