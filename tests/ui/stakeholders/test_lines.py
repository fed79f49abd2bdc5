"""The courses of lines: square, from border to border, never through the two cards they join."""

from __future__ import annotations

import itertools
import math

from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QPointF, QRectF

from desktop_crm.domain.stakeholders.geometry import CARD_HEIGHT, CARD_WIDTH, LEVEL_PITCH, ROW_PITCH
from desktop_crm.ui.stakeholders.lines import Curve, card_rect, report_course

SPOTS = st.tuples(st.integers(-900, 900), st.integers(-900, 900)).map(lambda pair: QPointF(*pair))


def apart(one, other):
    return not card_rect(one).intersects(card_rect(other))


def on_border(rect, point):
    inner = rect.adjusted(0.5, 0.5, -0.5, -0.5)
    return rect.adjusted(-0.5, -0.5, 0.5, 0.5).contains(point) and not inner.contains(point)


@given(SPOTS, SPOTS)
def test_a_report_line_is_square_and_runs_from_border_to_border(boss, person):
    course = report_course(boss, person)
    assert all(one.x() == other.x() or one.y() == other.y() for one, other in itertools.pairwise(course))
    if apart(boss, person):
        assert on_border(card_rect(boss), course[0])
        assert on_border(card_rect(person), course[-1])


@given(SPOTS, st.integers(-600, 600), st.integers(40, 700))
def test_to_somebody_below_it_leaves_downwards_and_arrives_from_above(boss, across, down):
    person = QPointF(boss.x() + across, boss.y() + CARD_HEIGHT + down)
    course = report_course(boss, person)
    assert course[0] == QPointF(boss.x() + CARD_WIDTH / 2, boss.y() + CARD_HEIGHT)
    assert course[-1] == QPointF(person.x() + CARD_WIDTH / 2, person.y())
    assert course[0].y() < course[1].y() < course[-1].y()


def test_siblings_share_one_bar():
    boss = QPointF(0, 0)
    bars = {report_course(boss, QPointF(x, LEVEL_PITCH))[1].y() for x in (-300, 0, 300)}
    assert bars == {CARD_HEIGHT + (LEVEL_PITCH - CARD_HEIGHT) / 2}


def test_to_the_second_row_of_a_team_it_runs_between_the_rows():
    first = QRectF(-218.0, LEVEL_PITCH, CARD_WIDTH, CARD_HEIGHT)
    course = report_course(QPointF(0, 0), QPointF(-218.0, LEVEL_PITCH + ROW_PITCH))
    across = course[1].y()
    assert first.bottom() < across < LEVEL_PITCH + ROW_PITCH


@given(SPOTS, SPOTS, st.integers(0, 4))
def test_a_curve_touches_both_cards_and_its_pill_lies_between(source, target, turn):
    if not apart(source, target):
        return
    curve = Curve(source, target, turn)
    assert card_rect(source).adjusted(-1, -1, 1, 1).contains(curve.start)
    assert card_rect(target).adjusted(-1, -1, 1, 1).contains(curve.end)
    whole = curve.path().boundingRect().adjusted(-1, -1, 1, 1)
    assert whole.contains(curve.point())


@given(SPOTS, SPOTS)
def test_two_lines_between_the_same_people_do_not_lie_on_each_other(source, target):
    gap = card_rect(source).center() - card_rect(target).center()
    if math.hypot(gap.x(), gap.y()) < 300:
        return
    middles = [Curve(source, target, turn).point() for turn in range(3)]
    for one, other in itertools.combinations(middles, 2):
        assert (one - other).manhattanLength() > 10


@given(SPOTS, SPOTS)
def test_a_straight_line_is_straight(source, target):
    if not apart(source, target):
        return
    curve = Curve(source, target, straight=True)
    along, middle = curve.end - curve.start, curve.point() - curve.start
    assert abs(along.x() * middle.y() - along.y() * middle.x()) < 0.01 * (1 + curve.length() ** 2)


def test_the_arrow_points_at_the_target():
    curve = Curve(QPointF(0, 0), QPointF(600, 0))
    arrow = curve.arrow()
    assert arrow[0] == curve.end
    assert all(arrow[index].x() < curve.end.x() for index in (1, 2))
