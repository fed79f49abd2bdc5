"""Looking back: the slider, the calendar, play, comparing two days; nothing can be changed on another day."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from PySide6.QtCore import QDate, QPointF, Qt
from PySide6.QtTest import QTest

from desktop_crm.domain.schema.options import MapLayout, NodeKind, Support
from desktop_crm.domain.stakeholders.past import Difference
from desktop_crm.services import stakeholders
from desktop_crm.ui.stakeholders import past_words
from desktop_crm.ui.stakeholders.card_painting import CardState
from desktop_crm.ui.stakeholders.time_bar import marks, thinned


@pytest.fixture
def bar(hand, hanbit):
    """A hostile turn, a newcomer, somebody gone; then the bar of time."""
    workspace, map_id = hand.context.workspace, hanbit.map_id
    stakeholders.set_fields(workspace, map_id, [hanbit.nodes[2]], {"support": Support.ENEMY})
    stakeholders.add_placeholder(workspace, map_id, label="법무", reports_to_id=hanbit.nodes[0])
    stakeholders.delete(workspace, map_id, [hanbit.nodes[5]])
    hand.editor.refresh()
    hand.rest()
    QTest.mouseClick(hand.panel.toolbar.time_button, Qt.MouseButton.LeftButton)
    found = hand.panel.time_bar
    hand.qtbot.waitUntil(lambda: found.ready)
    return found


def labels(hand):
    return {card.node.label for card in hand.scene.cards.values()}


def test_the_slider_shows_any_moment_and_escape_comes_back_to_today(hand, hanbit, bar):
    assert bar.what.text() == "The map of today"
    today = labels(hand)
    assert "오재석" not in today
    QTest.keyClick(bar.slider, Qt.Key.Key_Left)
    QTest.keyClick(bar.slider, Qt.Key.Key_Left)
    assert hand.editor.looking_back
    assert "오재석" in labels(hand)
    assert "법무" in bar.what.text()
    QTest.keyClick(bar.slider, Qt.Key.Key_Home)
    assert len(labels(hand)) < len(today)
    QTest.keyClick(bar, Qt.Key.Key_Escape)
    assert not hand.editor.looking_back
    assert labels(hand) == today
    assert bar.isHidden()


def test_nothing_is_changed_on_another_day(hand, hanbit, bar):
    hand.editor.set_layout(MapLayout.FREE)  # today is shown: this is taken
    hand.rest()
    hand.qtbot.waitUntil(lambda: bar.ready)
    bar.slider.setValue(bar.slider.maximum() - 2)
    hand.scene.settle()
    before, count = hand.view(), hand.context.undo.count()
    one = hanbit.nodes[3]
    stood = hand.scene.cards[one].pos()
    hand.drag(one, hand.scene.cards[one].middle() + QPointF(60, 90))
    hand.scene.settle()
    assert hand.scene.cards[one].pos() == stood
    hand.canvas.setFocus()
    hand.key(Qt.Key.Key_Delete)
    hand.key(Qt.Key.Key_Return)
    assert not hand.panel.stage.add_panel.isVisible()
    assert hand.view() == before
    assert hand.context.undo.count() == count


def test_the_calendar_goes_to_the_end_of_a_day(hand, bar):
    day = hand.context.workspace.today() - timedelta(days=1)
    bar.day.setDate(QDate(day.year, day.month, day.day))
    assert hand.editor.looking_back
    assert not hand.scene.cards
    today = hand.context.workspace.today()
    bar.day.setDate(QDate(today.year, today.month, today.day))
    assert not hand.editor.looking_back


def test_playing_goes_through_to_today(hand, bar):
    bar._timer.setInterval(0)
    QTest.mouseClick(bar.play, Qt.MouseButton.LeftButton)
    assert bar.slider.value() < bar.slider.maximum()
    hand.qtbot.waitUntil(lambda: not bar._timer.isActive())
    assert bar.slider.value() == bar.slider.maximum()
    assert not hand.editor.looking_back


def test_two_days_are_compared_as_a_picture_and_as_a_list(hand, hanbit, bar):
    QTest.mouseClick(bar.reviewed, Qt.MouseButton.LeftButton)
    hand.rest()
    hand.qtbot.waitUntil(lambda: bar.ready and bar.compare.count() == 6)
    stakeholders.set_fields(hand.context.workspace, hanbit.map_id, [hanbit.nodes[3]], {"support": Support.SUPPORTER})
    stakeholders.delete(hand.context.workspace, hanbit.map_id, [hanbit.nodes[4]])
    hand.editor.refresh()
    hand.rest()
    hand.qtbot.waitUntil(lambda: bar.ready)
    bar.compare.setCurrentIndex(1)
    bar.compare.activated.emit(1)
    assert CardState.TURNED in hand.scene.cards[hanbit.nodes[3]].state
    ghost = hand.scene.cards[hanbit.nodes[4]]
    assert CardState.GONE in ghost.state
    assert ghost.node.kind is NodeKind.DEPARTED
    other = hand.editor.difference
    assert [node.label for node in other.left] == ["박서연"]
    told = past_words.lines(hand.editor.view, other)
    assert ("한소라", "Support Neutral → Supporter", hanbit.nodes[3]) in told
    assert bar.what.text() == past_words.counts(other)
    bar.compare.setCurrentIndex(0)
    bar.compare.activated.emit(0)
    assert hand.scene.cards[hanbit.nodes[3]].state is CardState.PLAIN
    assert hand.editor.difference is None


def test_a_change_of_today_is_taken_while_looking_back(hand, hanbit, bar):
    bar.slider.setValue(bar.slider.maximum() - 1)
    stakeholders.add_placeholder(hand.context.workspace, hanbit.map_id, label="새 사람")
    hand.editor.refresh()
    hand.qtbot.waitUntil(lambda: bar.ready and not hand.editor.looking_back)
    hand.qtbot.waitUntil(lambda: "새 사람" in labels(hand))


def test_moments_are_thinned_from_the_end():
    begin = datetime(2026, 1, 1, tzinfo=UTC)
    moments = tuple(begin + timedelta(days=day) for day in range(10))
    assert thinned(moments, 20) == moments
    assert thinned(moments, 4) == (moments[0], moments[3], moments[6], moments[9])
    assert thinned((), 4) == ()
    assert marks(Difference()) == {}
    assert past_words.counts(Difference()).startswith("Nothing")
