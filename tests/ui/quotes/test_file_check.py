"""Verifying a file from the page of quotes: the word, the reasons, the way to the quote."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QLabel

from desktop_crm.services import quotes
from desktop_crm.ui.quotes.file_check import FileCheckDialog


@pytest.fixture
def printed(workspace, quote, tmp_path):
    quotes.issue(workspace, quote)
    path = tmp_path / "quote.pdf"
    quotes.print_to(workspace, quote, None, "ko", path)
    return path


def looked_at(qtbot, page, path):
    page.verify_file(str(path))
    dialog = page.findChild(FileCheckDialog)
    qtbot.waitUntil(lambda: dialog.verdict.text() != "Looking…")
    return dialog


def words(dialog):
    return " | ".join(part.text() for part in dialog.findChildren(QLabel))


def test_a_whole_file_leads_to_its_quote(qtbot, page, printed, quote):
    dialog = looked_at(qtbot, page, printed)
    assert dialog.verdict.text() == "Unaltered"
    assert "This is the issued version" in words(dialog)
    assert dialog.open_quote.isVisible()
    with qtbot.waitSignal(dialog.open_wanted) as wanted:
        dialog.open_quote.click()
    assert wanted.args == ["quote", quote]


def test_an_altered_file_says_what_was_altered(qtbot, page, printed):
    printed.write_bytes(printed.read_bytes() + b" ")
    dialog = looked_at(qtbot, page, printed)
    assert dialog.verdict.text() == "Altered"
    assert "appended" in words(dialog)
    dialog.reject()


def test_a_letter_is_no_quotation(qtbot, page, tmp_path):
    path = tmp_path / "letter.pdf"
    path.write_bytes(b"no pdf at all")
    dialog = looked_at(qtbot, page, path)
    assert dialog.verdict.text() == "Cannot be verified"
    dialog.reject()
