"""White space: what was written stands, else the records tell, else there is room; the products most is known about first."""

from __future__ import annotations

import pytest

from desktop_crm.domain.accounts.white_space import Offered, Trace, Unit, Written, told, white_space
from desktop_crm.domain.schema.options import ProductUsage as Usage

UNITS = (Unit(id="gumi", name="구미사업장"), Unit(id="hq", name="본사", alone=True))
PRODUCTS = (Offered(id="a", name="제어기"), Offered(id="b", name="유지보수"), Offered(id="c", name="교육"))


@pytest.mark.parametrize(
    ("trace", "usage"),
    [
        (Trace(), Usage.OPEN),
        (Trace(open=1), Usage.PROPOSED),
        (Trace(running=2), Usage.PROPOSED),
        (Trace(won=1, open=3), Usage.INSTALLED),
        (Trace(accepted=1), Usage.INSTALLED),
    ],
)
def test_the_records_tell_where_nothing_is_written(trace, usage):
    assert told(trace) is usage


def test_the_grid_has_a_cell_for_each_pair_and_what_is_written_stands():
    traces = {("gumi", "b"): Trace(won=1), ("hq", "b"): Trace(open=2), ("gumi", "a"): Trace(won=1)}
    written = {
        ("hq", "a"): Written(id="w", usage=Usage.COMPETITOR, competitor="가나다"),
        ("gumi", "b"): Written(id="v", usage=None, note="노후"),
    }
    grid = white_space(UNITS, PRODUCTS, traces, written)
    assert [one.id for one in grid.products] == ["b", "a", "c"]  # most is known about b; then by name
    assert [[cell.usage for cell in row] for row in grid.cells] == [
        [Usage.INSTALLED, Usage.INSTALLED, Usage.OPEN],
        [Usage.PROPOSED, Usage.COMPETITOR, Usage.OPEN],
    ]
    noted, beaten = grid.cells[0][0], grid.cells[1][1]
    assert (noted.written_id, noted.note, noted.trace.won) == ("v", "노후", 1)
    assert (beaten.written_id, beaten.competitor) == ("w", "가나다")


def test_what_is_not_applicable_is_no_room_and_few_columns_can_be_asked_for():
    written = {("gumi", "c"): Written(id="w", usage=Usage.NOT_APPLICABLE)}
    grid = white_space(UNITS, PRODUCTS, {("gumi", "a"): Trace(won=1)}, written)
    assert grid.covered == (1, 5)
    assert [one.id for one in white_space(UNITS, PRODUCTS, {}, {}, 2).products] == ["c", "b"]
    assert white_space(UNITS, (), {}, {}).cells == ((), ())
