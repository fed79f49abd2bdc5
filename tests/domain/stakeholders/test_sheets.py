"""Sheets of paper along one side of a map: they end between cards, cover all, and every card is whole on one of them."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from desktop_crm.domain.stakeholders.sheets import Strip, strips


def test_what_fits_is_one_sheet():
    assert strips([(0, 90)], 100, 100) == (Strip(0, 100),)


def test_a_sheet_ends_at_the_last_gap_between_cards():
    assert strips([(0, 30), (40, 70), (80, 110)], 110, 100) == (Strip(0, 80), Strip(80, 110))


def test_cards_in_steps_leave_no_gap_and_the_ones_that_did_not_fit_are_on_the_next_sheet():
    spans = [(0, 40), (30, 70), (60, 105), (95, 140)]
    assert strips(spans, 140, 100) == (Strip(0, 100), Strip(60, 140))


def test_a_gap_far_from_the_end_of_a_sheet_is_not_taken():
    assert strips([(0, 20), (30, 60), (60, 120)], 120, 100) == (Strip(0, 60), Strip(60, 120))
    assert strips([(0, 20), (30, 70), (50, 120)], 120, 100) == (Strip(0, 100), Strip(50, 120))


@given(
    lefts=st.lists(st.floats(0, 5000), max_size=40),
    wide=st.floats(1, 200),
    room=st.floats(200, 1500),
)
def test_every_card_is_whole_on_a_sheet_and_sheets_cover_all(lefts, wide, room):
    spans = [(left, left + wide) for left in lefts]
    length = max((right for _, right in spans), default=0.0) + 32.0
    made = strips(spans, length, room)
    assert all(any(strip.holds(*span) for strip in made) for span in spans if span[1] - span[0] <= room)
    assert (made[0].start, made[-1].end) == (0.0, length)
    for one, two in pairwise(made):
        assert one.start < two.start <= one.end
        assert one.end - one.start <= room * (1 + 1e-9)
