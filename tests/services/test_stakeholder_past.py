"""Any date of a map's history, from the change log of a real file; and what is other between two of them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from desktop_crm.domain.schema.options import Coverage, EdgeKind, NodeKind, Support
from desktop_crm.domain.stakeholders.past import Difference, difference, with_those_who_left
from desktop_crm.foundation.clock import FixedClock
from desktop_crm.security.secrets import MemoryStore
from desktop_crm.services import history, stakeholder_facts, stakeholder_past, stakeholders
from desktop_crm.services.workspace import init_workspace

BEGIN = datetime(2026, 1, 1, 9, tzinfo=UTC)


@pytest.fixture
def clock():
    return FixedClock(BEGIN)


@pytest.fixture
def workspace(tmp_path, clock):
    with init_workspace(tmp_path / "w.crm", name="w", secrets=MemoryStore(), clock=clock).closing() as opened:
        yield opened


@pytest.fixture
def story(workspace, clock):
    """A map that changes on eight days; what it was at the end of each."""
    map_id = stakeholders.create_map(workspace, name="m").map_id
    seen = []

    def day(act):
        made = act()
        view = stakeholders.view(workspace, map_id)
        seen.append((clock.at, view))
        clock.at += timedelta(days=1)
        return made

    one = day(lambda: stakeholders.add_person(workspace, map_id, name="최민아")).id
    two = day(lambda: stakeholders.add_placeholder(workspace, map_id, label="법무", reports_to_id=one)).id
    day(lambda: stakeholders.set_fields(workspace, map_id, [two], {"support": Support.NEUTRAL, "influence": 7}))
    day(lambda: stakeholders.connect(workspace, map_id, one, two, EdgeKind.KNOWS))
    day(lambda: stakeholders.set_fields(workspace, map_id, [two], {"support": Support.ENEMY}))
    gone = day(lambda: stakeholders.delete(workspace, map_id, [two]))
    day(lambda: history.revert(workspace, gone.tx_id))
    day(lambda: stakeholder_facts.set_tie(workspace, map_id, one, competitor="한성", strength=3))
    return map_id, one, two, seen


def test_every_day_is_shown_as_it_was(workspace, story):
    map_id, _, _, seen = story
    past = stakeholder_past.past(workspace, map_id)
    for when, view in seen:
        assert past.at(when) == view
    assert past.at(BEGIN - timedelta(days=1)).nodes == ()
    assert past.at(seen[-1][0] + timedelta(days=400)) == past.now
    assert past.moments() == tuple(when for when, _ in seen)


def test_the_difference_of_two_days_names_who_came_left_and_turned(workspace, story):
    map_id, one, two, seen = story
    past = stakeholder_past.past(workspace, map_id)
    first, third, fourth, fifth, sixth = (seen[index][1] for index in (0, 2, 3, 4, 5))
    came = difference(first, third)
    assert ([node.id for node in came.came], came.left, came.turned) == ([two], (), ())
    turned = difference(third, fifth)
    assert [(turn.node_id, turn.field, turn.before, turn.after) for turn in turned.turned] == [
        (two, "support", Support.NEUTRAL, Support.ENEMY)
    ]
    assert [edge.kind for edge in turned.lines_came] == [EdgeKind.KNOWS]
    left = difference(fifth, sixth)
    assert ([node.id for node in left.left], [edge.kind for edge in left.lines_gone]) == ([two], [EdgeKind.KNOWS])
    assert not difference(fourth, fourth)
    assert difference(fourth, fourth) == Difference()
    assert past.now.node(one) is not None


def test_somebody_marked_as_having_left_is_gone_and_comes_back(workspace, story):
    _, _, two, seen = story
    view = seen[4][1]
    marked = replace(
        view, nodes=tuple(replace(node, kind=NodeKind.DEPARTED) if node.id == two else node for node in view.nodes)
    )
    assert [node.id for node in difference(view, marked).left] == [two]
    assert [node.id for node in difference(marked, view).came] == [two]


def test_those_who_left_can_be_shown_with_the_map_of_a_later_day(story):
    _, one, two, seen = story
    fifth, sixth = seen[4][1], seen[5][1]
    both = with_those_who_left(sixth, difference(fifth, sixth).left)
    ghost = both.node(two)
    assert (ghost.kind, ghost.reports_to_id) == (NodeKind.DEPARTED, one)
    assert with_those_who_left(fifth, fifth.nodes) == fifth


def test_rows_without_a_history_are_taken_to_have_stood(workspace, story):
    map_id, one, _, _ = story
    stakeholders.set_fields(workspace, map_id, [one], {"coverage": Coverage.BRIEF})
    with workspace.database.writing() as connection:
        connection.exec_driver_sql("DELETE FROM change")
    past = stakeholder_past.past(workspace, map_id)
    assert past.moments() == ()
    assert past.at(BEGIN - timedelta(days=900)) == past.now
