"""Rows under heads that open and close, against a plain list of what each row shows."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from desktop_crm.ui.widgets.row_layout import RowLayout


def test_without_groups_row_and_place_are_the_same() -> None:
    layout = RowLayout(5)
    assert (layout.rows, layout.grouped) == (5, False)
    assert [layout.place_at(row) for row in range(5)] == [layout.row_of(place) for place in range(5)] == list(range(5))
    assert layout.heap_at(2) is None


@given(st.lists(st.integers(1, 4), min_size=1, max_size=6), st.lists(st.integers(0, 5), max_size=8))
def test_heads_and_places_are_where_a_plain_list_has_them(counts, turned) -> None:
    layout = RowLayout(sum(counts), counts)
    is_open = [True] * len(counts)
    for wish in turned:
        heap = wish % len(counts)
        is_open[heap] = not is_open[heap]
        layout.turn(heap, is_open=is_open[heap])
    plain, place = [], 0
    for heap, count in enumerate(counts):
        plain.append(("head", heap))
        if is_open[heap]:
            plain += [("row", place + offset) for offset in range(count)]
        place += count
    assert layout.rows == len(plain)
    for row, (kind, value) in enumerate(plain):
        assert layout.heap_at(row) == (value if kind == "head" else None)
        assert layout.place_at(row) == (value if kind == "row" else None)
        if kind == "row":
            assert layout.row_of(value) == row
        else:
            assert layout.head_row(value) == row
            assert layout.span(value) == (row + 1, row + counts[value])
    shown = {value for kind, value in plain if kind == "row"}
    assert all((layout.row_of(place) is None) == (place not in shown) for place in range(sum(counts)))


def test_all_groups_open_and_close_at_once() -> None:
    layout = RowLayout(6, [2, 4])
    layout.turn_all(is_open=False)
    assert layout.rows == 2
    layout.turn_all(is_open=True)
    assert layout.rows == 8
