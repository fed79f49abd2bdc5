"""The board: columns with exact sums, moves by drop and keyboard, undo; and the switch to the list."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from PySide6.QtCore import QMimeData, QModelIndex, QPoint, QPointF, Qt
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDropEvent
from PySide6.QtTest import QAbstractItemModelTester
from PySide6.QtWidgets import QApplication, QLabel

from desktop_crm import i18n
from desktop_crm.services import pipeline, records
from desktop_crm.ui.pipeline.page import OpportunitiesPage
from desktop_crm.ui.theme import Scheme
from tests.ui.conftest import both_ways


@pytest.fixture
def stages(workspace):
    return pipeline.ensure_pipeline(workspace).pipeline.stages


@pytest.fixture
def deals(workspace, stages):
    account = records.create(workspace, "account", {"name": "한빛전자"}).id
    made = {}
    for name, stage, amount, currency in (
        ("증설", 0, 1000, "KRW"),
        ("교체", 0, "9.50", "USD"),
        ("환불", 1, -200, "KRW"),
        ("조사", 4, None, None),
    ):
        fields = {"name": name, "stage_id": stages[stage].id, "account_id": account, "currency": currency}
        fields["amount"] = Decimal(amount) if amount is not None else None
        made[name] = records.create(workspace, "opportunity", fields).id
    return made


@pytest.fixture
def page(context, show, qtbot, deals):
    context.routes.register("opportunity", "opportunity")
    made = show(OpportunitiesPage(context), 1280, 800)
    made.show_view("board")
    qtbot.waitUntil(lambda: len(made.board.columns) == 6)
    return made


def names(page, place):
    model = page.board.columns[place].model
    return {model.index(row).data() for row in range(model.rowCount())}


def texts(widget):
    return [label.text() for label in widget.findChildren(QLabel) if label.text()]


def test_each_column_has_its_cards_count_and_sums(page):
    assert [names(page, place) for place in range(6)] == [{"증설", "교체"}, {"환불"}, set(), set(), {"조사"}, set()]
    first, second = page.board.columns[:2]
    assert "₩1,000 · $9.50" in texts(first)
    assert "2" in texts(first)
    assert "10% · weighted ₩100 · $0.95" in texts(first)
    assert "−₩200" in texts(second)
    assert "Sales pipeline · 3 open deals" in texts(page.board.header)


def test_a_drop_moves_the_cards_and_undo_brings_them_back(page, qtbot, context, deals, workspace, stages):
    source, target = page.board.columns[0].model, page.board.columns[2].model
    carried = source.mimeData([source.index(row) for row in range(2)])
    assert target.canDropMimeData(carried, Qt.DropAction.MoveAction, -1, -1, QModelIndex())
    assert not target.canDropMimeData(QMimeData(), Qt.DropAction.MoveAction, -1, -1, QModelIndex())
    target.dropMimeData(carried, Qt.DropAction.MoveAction, -1, -1, QModelIndex())
    qtbot.waitUntil(lambda: names(page, 2) == {"증설", "교체"} and names(page, 0) == set())
    assert [p.after for p in pipeline.passages(workspace, deals["증설"])] == [stages[0].name, stages[2].name]
    context.undo.undo()
    qtbot.waitUntil(lambda: names(page, 0) == {"증설", "교체"})
    context.undo.redo()
    qtbot.waitUntil(lambda: names(page, 2) == {"증설", "교체"})


def test_a_card_steps_on_and_back_by_keyboard(page, qtbot):
    held = Qt.KeyboardModifier.AltModifier | Qt.KeyboardModifier.ShiftModifier
    cards = page.board.columns[1].cards
    cards.setCurrentIndex(page.board.columns[1].model.index(0))
    qtbot.keyClick(cards, Qt.Key.Key_Right, held)
    qtbot.waitUntil(lambda: names(page, 2) == {"환불"})
    onward = page.board.columns[2].cards
    onward.setCurrentIndex(page.board.columns[2].model.index(0))
    qtbot.keyClick(onward, Qt.Key.Key_Left, held)
    qtbot.waitUntil(lambda: names(page, 1) == {"환불"})
    first = page.board.columns[0].cards
    first.setCurrentIndex(page.board.columns[0].model.index(0))
    qtbot.keyClick(first, Qt.Key.Key_Left, held)
    assert names(page, 0) == {"증설", "교체"}


def test_enter_opens_the_deal(page, qtbot, context, deals):
    went = []
    context.routes.arrived.connect(went.append)
    column = page.board.columns[1]
    column.cards.setCurrentIndex(column.model.index(0))
    qtbot.keyClick(column.cards, Qt.Key.Key_Return)
    assert [(place.page, place.row_id) for place in went] == [("opportunity", deals["환불"])]
    page.open_row(deals["환불"])
    assert page.list.isVisible()


def test_a_deal_that_stands_too_long_says_so(page, workspace, deals):
    delegate = page.board.columns[0].cards.itemDelegate()
    card = page.board.columns[0].model.index(0).data(Qt.ItemDataRole.UserRole + 1)
    assert delegate.standing(card) == ""
    delegate.now = card.entered_at + timedelta(days=delegate.stall_days + 1)
    assert delegate.standing(card) == f"stalled {delegate.stall_days + 1} d"
    delegate.stall_days = None
    assert delegate.standing(card) == ""


def test_a_column_keeps_qts_rules(page, qtbot, context, workspace, deals, stages):
    testers = [
        QAbstractItemModelTester(c.model, QAbstractItemModelTester.FailureReportingMode.Warning)
        for c in page.board.columns
    ]
    for stage in (stages[3], stages[0], stages[5]):
        context.lanes.write(lambda s=stage: pipeline.move_stage(workspace, list(deals.values()), s.id))
    qtbot.waitUntil(lambda: names(page, 5) == set(deals))
    assert len(testers) == 6


def test_the_view_is_remembered(page, context, show, settings):
    assert settings.get("opportunities.view") == "board"
    again = show(OpportunitiesPage(context))
    assert again._stack.currentWidget() is again.board
    again.show_view("list")
    assert again._stack.currentWidget() is again.list


def test_without_stages_it_offers_the_usual_ones(context, show, qtbot):
    made = show(OpportunitiesPage(context))
    made.show_view("board")
    empty = made.board._states.empty
    qtbot.waitUntil(empty.isVisible)
    button = next(b for b in empty.children() if getattr(b, "text", lambda: "")() == "Make the usual stages")
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: len(made.board.columns) == 6)
    context.undo.undo()
    qtbot.waitUntil(empty.isVisible)


@pytest.mark.parametrize(("language", "scheme"), both_ways())
def test_the_board_opens_in_both_languages_and_themes(context, theme, show, qtbot, deals, language, scheme):
    theme.choose(Scheme(scheme))
    i18n.use(language)
    page = show(OpportunitiesPage(context))
    page.show_view("board")
    qtbot.waitUntil(lambda: len(page.board.columns) == 6)
    assert not page.grab().isNull()


def test_the_stage_that_cards_are_dragged_over_stands_out(page, qtbot, deals):
    first, second = page.board.columns[0], page.board.columns[1]
    carried = first.model.mimeData([first.model.index(0, 0)])
    move, at = Qt.DropAction.MoveAction, QPoint(20, 20)
    held = (Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier)
    enter = QDragEnterEvent(at, move, carried, *held)
    QApplication.sendEvent(second.cards.viewport(), enter)
    assert second.property("target") is True
    QApplication.sendEvent(second.cards.viewport(), QDragLeaveEvent())
    assert second.property("target") is False
    QApplication.sendEvent(second.cards.viewport(), QDragEnterEvent(at, move, carried, *held))
    QApplication.sendEvent(second.cards.viewport(), QDropEvent(QPointF(at), move, carried, *held))
    assert second.property("target") is False
