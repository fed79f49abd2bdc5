"""The comparison of versions: opened from the card of versions, changed by its pickers, in words a reader knows."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QAbstractItemModelTester

from desktop_crm import i18n
from desktop_crm.services import quotes
from desktop_crm.ui.quotes.comparing import CompareDialog


@pytest.fixture
def negotiated(workspace, quote):
    """Version 1 issued, version 2 issued with a cheaper pump and no valve, a discount in work."""
    quotes.issue(workspace, quote)
    seen = quotes.open_quote(workspace, quote).draft
    pump = replace(seen.sections[0].lines[0], unit_price=Decimal(1200000))
    quotes.save(workspace, seen, replace(seen, sections=(replace(seen.sections[0], lines=(pump,)), *seen.sections[1:])))
    quotes.issue(workspace, quote)
    seen = quotes.open_quote(workspace, quote).draft
    quotes.save(workspace, seen, replace(seen, discount_percent=Decimal(10)))
    return quote


@pytest.fixture
def dialog(qtbot, negotiated, builder) -> CompareDialog:
    """Opened as a user opens it."""
    qtbot.waitUntil(builder.versions.compare.isVisible)
    qtbot.mouseClick(builder.versions.compare, Qt.MouseButton.LeftButton)
    found = builder.findChild(CompareDialog)
    qtbot.waitUntil(lambda: bool(found.lines.texts()) and bool(found.rounds.texts()))
    return found


def test_the_draft_is_compared_with_the_newest_version_first(dialog) -> None:
    assert (dialog.old.currentText(), dialog.new.currentText()) == ("v2", "v3, draft in work")
    assert dialog.lines.texts() == [("The whole quote", "Overall discount (%)", "0%", "10%", "")]
    assert [row[0] for row in dialog.rounds.texts()] == ["v1", "v2"]
    assert dialog.rounds.texts()[1][3] == "−₩420,000"
    QAbstractItemModelTester(dialog.lines, QAbstractItemModelTester.FailureReportingMode.Warning)


def test_other_versions_are_chosen_by_keyboard(qtbot, dialog) -> None:
    dialog.new.setFocus()
    qtbot.keyClick(dialog.old, Qt.Key.Key_Up)
    qtbot.keyClick(dialog.new, Qt.Key.Key_Up)
    qtbot.waitUntil(lambda: len(dialog.lines.texts()) == 2)
    price, gone = dialog.lines.texts()
    assert price == ("펌프", "Unit price", "₩1,250,000", "₩1,200,000", "₩2,500,000 → ₩2,400,000")
    assert gone == ("밸브", "Taken out", "Line 2, 설비", "–", "₩320,000")
    assert ("Net amount", "₩4,770,000", "₩4,350,000", "−₩420,000") in dialog.amounts.texts()
    assert "Net amount −₩420,000" in dialog.summary.text()


def test_the_same_version_twice_says_that_nothing_changed(qtbot, dialog) -> None:
    qtbot.keyClick(dialog.old, Qt.Key.Key_Down)
    qtbot.waitUntil(lambda: dialog.summary.text() == "Nothing changed.")
    assert dialog.lines.texts() == []


def test_in_korean(qtbot, negotiated, context, workspace) -> None:
    i18n.use("ko")
    found = CompareDialog(context, quotes.open_quote(workspace, negotiated))
    qtbot.addWidget(found)
    qtbot.waitUntil(lambda: bool(found.lines.texts()) and bool(found.rounds.texts()))
    assert found.lines.texts() == [("견적 전체", "전체 할인율(%)", "0%", "10%", "")]
    assert found.rounds.texts()[1][5] == "삭제 1, 가격 1"


def test_one_version_alone_has_nothing_to_be_compared_with(qtbot, builder) -> None:
    assert not builder.versions.compare.isVisible()


def test_the_comparison_is_written_as_a_redlined_pdf(qtbot, dialog, tmp_path):
    file = tmp_path / "redline.pdf"
    dialog.write_pdf(str(file))
    qtbot.waitUntil(lambda: dialog.summary.text() == "Saved as redline.pdf")
    assert file.read_bytes().startswith(b"%PDF")
