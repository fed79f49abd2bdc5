"""What of a map is shown: without people, one department, without thoughts."""

from __future__ import annotations

from dataclasses import replace

from desktop_crm.domain.schema.options import BuyingRole, EdgeKind, Support
from desktop_crm.domain.stakeholders.showing import departments, of_department, without, without_thoughts
from desktop_crm.domain.stakeholders.values import TieView
from tests.domain.stakeholders.makers import a_map, line, people


def small():
    nodes = people(
        None, 0, 1, 1, department=["A", "B", "B", ""], support=Support.ENEMY, buying_role=BuyingRole.COACH, influence=5
    )
    ties = (TieView(id="t", node_id="n00002", competitor="x"),)
    return replace(a_map(nodes, [line(2, 3), line(3, 0, EdgeKind.ASSISTANT_OF)]), ties=ties)


def test_who_reported_to_somebody_hidden_reports_to_the_next_boss():
    view = without(small(), ["n00001"])
    assert view.bosses() == {"n00000": None, "n00002": "n00000", "n00003": "n00000"}
    assert without(small(), ()) == small()
    alone = without(small(), ["n00002"])
    assert ([edge.id for edge in alone.edges], alone.ties) == ([small().edges[1].id], ())


def test_a_department_is_shown_with_those_above_it():
    assert departments(small()) == ("A", "B")
    assert [node.id for node in of_department(small(), "B").nodes] == ["n00000", "n00001", "n00002"]
    assert of_department(small(), "") == small()
    assert of_department(small(), "C").nodes == ()


def test_facts_alone_say_no_word_of_attitude():
    view = without_thoughts(small())
    assert all(node.support is None and node.buying_role is None and node.influence is None for node in view.nodes)
    assert view.bosses() == small().bosses()
    assert [edge.kind for edge in view.edges] == [EdgeKind.ASSISTANT_OF]
    assert view.ties == ()
