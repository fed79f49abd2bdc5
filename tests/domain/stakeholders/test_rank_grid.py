"""Seniority from titles, and the grid of departments."""

from __future__ import annotations

import pytest

from desktop_crm.domain.schema.options import MapLayout, NodeKind
from desktop_crm.domain.stakeholders import rank_grid
from desktop_crm.domain.stakeholders.geometry import Point, centre, overlap
from desktop_crm.domain.stakeholders.layout import arrange
from desktop_crm.domain.stakeholders.seniority import Seniority, seniority
from tests.domain.stakeholders.makers import a_map, people


@pytest.mark.parametrize(
    ("title", "level"),
    [
        ("대표이사", Seniority.CHIEF),
        ("부회장", Seniority.CHIEF),
        ("부사장", Seniority.CHIEF),
        ("CFO", Seniority.CHIEF),
        ("최고재무책임자", Seniority.CHIEF),
        ("최고기술책임자 (CTO)", Seniority.CHIEF),
        ("최고경영자", Seniority.CHIEF),
        ("최고 정보보호 책임자", Seniority.CHIEF),
        ("Managing Director", Seniority.CHIEF),
        ("상무", Seniority.DIRECTOR),
        ("전무이사", Seniority.DIRECTOR),
        ("생산본부장", Seniority.DIRECTOR),
        ("Vice President, Sales", Seniority.DIRECTOR),
        ("Head of Procurement", Seniority.DIRECTOR),
        ("부장", Seniority.MANAGER),
        ("구매팀장", Seniority.MANAGER),
        ("Plant manager", Seniority.MANAGER),
        ("책임", Seniority.STAFF),
        ("책임연구원", Seniority.STAFF),
        ("연구원", Seniority.STAFF),
        ("Senior engineer", Seniority.STAFF),
        ("", Seniority.UNKNOWN),
        ("xyz", Seniority.UNKNOWN),
    ],
)
def test_a_title_says_how_high_somebody_stands(title, level):
    assert seniority(title) is level


def test_departments_are_columns_in_the_order_they_came_and_rows_are_steps():
    nodes = people(
        None,
        None,
        None,
        None,
        title=["상무", "부장", "부장", ""],
        department=["생산", "재무", "생산", ""],
        influence=[9, 5, 3, None],
    )
    corners, frame = rank_grid.place(nodes)
    assert [one.key for one in frame.columns] == ["생산", "재무", ""]
    assert [one.key for one in frame.rows] == [Seniority.DIRECTOR, Seniority.MANAGER, Seniority.UNKNOWN]
    for node in nodes:
        assert frame.meaning(centre(corners[node.id])) == (seniority(node.title), node.department)
    assert corners["n00001"].y == corners["n00002"].y > corners["n00000"].y
    assert frame.meaning(Point(-500, 0)) is None


def test_a_newcomer_moves_nobody_to_another_row_or_column():
    nodes = people(None, None, title=["상무", "부장"], department=["생산", "재무"], influence=5)
    more = (*nodes, *people(None, None, None, title="부장", department="재무", influence=2)[2:])
    before, after = rank_grid.place(nodes)[0], rank_grid.place(more)[0]
    assert before.items() <= after.items()


def test_an_empty_map_and_one_of_strangers_have_a_grid_too():
    corners, frame = rank_grid.place(())
    assert (corners, [one.key for one in frame.columns]) == ({}, [""])
    view = a_map(people(*[None] * 40, kind=NodeKind.PLACEHOLDER), layout=MapLayout.SENIORITY_DEPARTMENT)
    placed = sorted(arrange(view).corners.values())
    assert len(placed) == 40
    assert not any(overlap(one, other) for i, one in enumerate(placed) for other in placed[i + 1 :])
