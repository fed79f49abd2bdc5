"""Alternatives side by side and the decision between two versions of one number, on screen."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from PySide6.QtWidgets import QApplication, QPushButton

from desktop_crm.domain.quotes import versions
from desktop_crm.services import quotes, records
from desktop_crm.ui.quotes.alternatives import AlternativesDialog
from desktop_crm.ui.quotes.comparing import CompareDialog
from desktop_crm.ui.widgets.pill import Pill


@pytest.fixture
def other(workspace, quote):
    """An alternative with a deeper discount."""
    made = quotes.create_alternative(workspace, quote).id
    seen = quotes.open_quote(workspace, made).draft
    quotes.save(workspace, seen, replace(seen, discount_percent=Decimal(10)))
    return made


def dialog_of(kind):
    return next(one for one in QApplication.topLevelWidgets() if isinstance(one, kind) and one.isVisible())


def test_a_new_alternative_is_begun_from_the_builder(qtbot, builder, workspace, quote):
    builder.versions.alternatives.click()
    dialog = dialog_of(AlternativesDialog)
    assert not dialog.compare.isEnabled()
    with qtbot.waitSignal(dialog.finished):
        dialog.add.click()
    assert [one.label for one in quotes.alternatives(workspace, quote)] == ["A", "B"]


def test_they_stand_side_by_side(qtbot, context, show, workspace, quote, other):
    dialog = show(AlternativesDialog(context, quotes.open_quote(workspace, quote), None), 980, 640)
    qtbot.waitUntil(lambda: dialog.table.model().rowCount() > 0)
    rows = {row[0]: row[1:] for row in dialog.table.model().texts()}
    assert rows["Net amount"] == ("₩4,770,000", "₩4,293,000")
    assert rows["Overall discount"] == ("–", "₩477,000")
    assert rows["펌프"] == ("2 × ₩1,250,000 = ₩2,500,000", "2 × ₩1,250,000 = ₩2,250,000")
    assert [
        dialog.table.model().headerData(column, dialog.table.horizontalHeader().orientation()) for column in (1, 2)
    ] == ["A", "B"]


def test_two_of_them_are_compared(qtbot, context, show, workspace, quote, other):
    dialog = show(AlternativesDialog(context, quotes.open_quote(workspace, quote), None), 980, 640)
    qtbot.waitUntil(dialog.compare.isEnabled)
    dialog.compare.click()
    found = dialog_of(CompareDialog)
    qtbot.waitUntil(lambda: ("The whole quote", "Overall discount (%)", "10%", "0%", "") in found.lines.texts())
    assert found.old.currentText().startswith("B · ")
    found.close()


def test_a_quote_beside_others_says_so(qtbot, builder, workspace, quote, other):
    builder.editor.refresh()
    qtbot.waitUntil(lambda: builder.editor.quote.alternative == "A")
    qtbot.waitUntil(lambda: "Alternative A" in {one.text() for one in builder.header.findChildren(Pill)})


def test_two_versions_of_one_number_wait_for_a_decision(qtbot, builder, workspace, quote, context):
    quotes.issue(workspace, quote)
    mine = quotes.version(workspace, quote)
    row = records.get(workspace, "quote_version", quotes.version_summary(workspace, quote).id).fields
    theirs = versions.freeze(
        replace(mine.content.draft, discount_percent=Decimal(12)),
        number=mine.content.number,
        version=1,
        issued_at=mine.content.issued_at,
        issued_on=mine.content.issued_on,
        issued_by="동료",
    )
    with workspace.write("sync") as work:
        work.insert("quote_version", {**row, "snapshot": theirs.snapshot, "snapshot_hash": theirs.hash})
    builder.editor.refresh()
    qtbot.waitUntil(builder.twins.isVisible)
    press = next(one for one in builder.twins.findChildren(QPushButton) if one.text() == "v1-B holds")
    press.click()
    qtbot.waitUntil(lambda: not builder.twins.isVisible())
    assert quotes.open_quote(workspace, quote).draft.discount_percent == 12
    assert [one.label for one in builder.editor.quote.versions] == ["v1-B", "v1"]
    context.undo.undo()
    qtbot.waitUntil(builder.twins.isVisible)
