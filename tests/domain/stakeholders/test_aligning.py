"""Each alignment by hand, and for any cards: on one line, none covers another, who is not chosen stays."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop_crm.domain.stakeholders.aligning import LEAST, Alignment, lined_up
from desktop_crm.domain.stakeholders.geometry import CARD_HEIGHT, CARD_WIDTH, SIBLING_GAP, Point, overlap

THREE = {"a": Point(0, 0), "b": Point(100, 300), "c": Point(400, 200)}


@pytest.mark.parametrize(
    ("wanted", "places"),
    [
        (Alignment.LEFT, {"b": (0, 300), "c": (0, 200)}),
        (Alignment.CENTRE, {"a": (200, 0), "b": (200, 300), "c": (200, 200)}),
        (Alignment.RIGHT, {"a": (400, 0), "b": (400, 300)}),
        (Alignment.DOWN, {"b": (100, 300), "c": (400, 150)}),
        (Alignment.ACROSS, {"b": (200, 300)}),
    ],
)
def test_worked_by_hand(wanted, places):
    moved = lined_up(THREE, THREE, wanted)
    assert moved == {one: Point(*place) for one, place in places.items() if Point(*place) != THREE[one]}


def test_cards_that_would_cover_each_other_make_room():
    stacked = {"a": Point(0, 0), "b": Point(300, 10)}
    assert lined_up(stacked, stacked, Alignment.LEFT) == {"b": Point(0, CARD_HEIGHT + SIBLING_GAP)}
    beside = {"a": Point(0, 0), "b": Point(50, 300)}
    assert lined_up(beside, beside, Alignment.TOP) == {"b": Point(CARD_WIDTH + SIBLING_GAP, 0)}


def test_a_card_that_is_not_chosen_is_not_covered():
    three = {"a": Point(0, 0), "b": Point(300, 200), "c": Point(310, 0)}
    room = CARD_WIDTH + SIBLING_GAP
    assert lined_up(three, ["a", "b"], Alignment.TOP) == {"b": Point(310 + room, 0)}


def test_too_few_cards_stay():
    assert lined_up(THREE, ["a"], Alignment.LEFT) == {}
    assert lined_up(THREE, ["a", "b"], Alignment.ACROSS) == {}
    assert lined_up(THREE, ["a", "unknown"], Alignment.TOP) == {}


spots = st.builds(Point, st.integers(-2000, 2000), st.integers(-2000, 2000))


@given(st.dictionaries(st.sampled_from("abcdefgh"), spots, min_size=3), st.sampled_from(Alignment))
def test_any_cards_are_on_one_line_or_at_equal_distances(corners, wanted):
    chosen = sorted(corners)[:-1] if len(corners) > 3 else sorted(corners)
    moved = lined_up(corners, chosen, wanted)
    assert set(moved) <= set(chosen)
    after = [(corners | moved)[one] for one in chosen]
    sideways = wanted in {Alignment.LEFT, Alignment.CENTRE, Alignment.RIGHT, Alignment.ACROSS}
    along = sorted(place.x if sideways else place.y for place in after)
    if wanted in LEAST:
        steps = [b - a for a, b in itertools.pairwise(along)]
        assert max(steps) - min(steps) < 1e-6
    else:
        assert len(set(along)) == 1
        rest = [corners[one] for one in corners if one not in chosen]
        assert not any(overlap(one, other) for one, other in itertools.combinations(after, 2))
        assert not any(overlap(one, other) for one in after for other in rest)
    assert lined_up(corners | moved, chosen, wanted) == {} or wanted in LEAST
