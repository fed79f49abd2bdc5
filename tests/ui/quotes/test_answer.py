"""The outcome of a quote by its button: what is offered, and an acceptance, which is asked about first."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMessageBox

from desktop_crm.domain.schema.options import QuoteStatus
from desktop_crm.services import quotes, records
from desktop_crm.services.records import ListQuery


@pytest.fixture
def answerable(qtbot, workspace, quote, builder):
    with qtbot.waitSignal(builder.editor.issued):
        builder.issue_now()
    qtbot.waitUntil(builder.answer.isVisible)
    return builder.answer


def offered(button) -> list[str]:
    return [action.text() for action in button.menu().actions()]


def test_a_draft_has_no_outcome(builder) -> None:
    assert not builder.answer.isVisible()


def test_what_may_follow_is_offered(qtbot, answerable, workspace, quote) -> None:
    assert offered(answerable) == ["Sent", "Accepted", "Accepted, signed here…", "Rejected", "Expired"]
    answerable.menu().actions()[0].trigger()
    seen = ["Seen by the customer", "Accepted", "Accepted, signed here…", "Rejected", "Expired"]
    qtbot.waitUntil(lambda: offered(answerable) == seen)
    assert quotes.open_quote(workspace, quote).status is QuoteStatus.SENT


def choose(qtbot, builder, name: str) -> QMessageBox:
    """Press an entry; the box that asks first."""
    next(action for action in builder.answer.menu().actions() if action.text() == name).trigger()
    return next(box for box in builder.answer.findChildren(QMessageBox) if box.isVisible())


def test_an_acceptance_is_asked_about_because_it_is_final(qtbot, answerable, builder, workspace, quote) -> None:
    box = choose(qtbot, builder, "Accepted")
    qtbot.mouseClick(box.button(QMessageBox.StandardButton.Cancel), Qt.MouseButton.LeftButton)
    assert quotes.open_quote(workspace, quote).status is QuoteStatus.ISSUED
    box = choose(qtbot, builder, "Accepted")
    with qtbot.waitSignal(answerable.answered) as told:
        qtbot.mouseClick(box.button(QMessageBox.StandardButton.Ok), Qt.MouseButton.LeftButton)
    assert "SO-" in told.args[0]
    qtbot.waitUntil(lambda: not answerable.isVisible())
    assert len(records.list_rows(workspace, "order", ListQuery()).records) == 1
    assert len(records.list_rows(workspace, "contract", ListQuery()).records) == 1
