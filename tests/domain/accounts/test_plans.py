"""Account plans: how far they are, and what changed between two states of their lines."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop_crm.domain.accounts.plans import Mark, Plan, PlanItem, changed_since, late, plan_progress, progress_of
from desktop_crm.domain.schema.options import PlanItemKind as Kind

TODAY = date(2026, 11, 23)


def item(key, kind=Kind.OBJECTIVE, **more):
    return PlanItem(id=key, kind=kind, subject=key, **more)


def plan(*items):
    return Plan(id="p", name="2026", account_id="a", account="한빛전자", items=items)


def test_an_objective_is_as_far_as_it_says_else_as_its_actions():
    own, told = item("own", progress=30), item("told")
    actions = (
        item("x", Kind.ACTION, objective_id="told", progress=100),
        item("y", Kind.ACTION, objective_id="told"),
        item("z", Kind.ACTION, objective_id="own", progress=100),
        item("loose", Kind.ACTION, objective_id="gone", progress=100),
    )
    whole = plan(own, told, *actions)
    assert (progress_of(whole, own), progress_of(whole, told), plan_progress(whole)) == (30, 50, 40)
    assert [one.id for one in whole.actions_of("")] == ["loose"]
    assert plan_progress(plan(item("g", Kind.GOAL))) is None
    assert progress_of(plan(item("many", progress=900)), item("many", progress=900)) == 100


@pytest.mark.parametrize(
    ("due", "progress", "expected"),
    [(None, 0, False), (date(2026, 11, 22), 0, True), (date(2026, 11, 22), 100, False), (TODAY, 0, False)],
)
def test_a_line_is_late_after_its_day_unless_it_is_done(due, progress, expected):
    assert late(item("a", due_on=due, progress=progress), TODAY) is expected


def test_lines_are_new_changed_or_gone_and_their_order_is_no_change():
    was = (item("stays", order_key="a"), item("moves", due_on=TODAY), item("goes"))
    now = (item("stays", order_key="z"), item("moves", measure="3억"), item("comes"))
    found = changed_since(was, now)
    assert [(one.mark, one.item.id, one.fields) for one in found] == [
        (Mark.CHANGED, "moves", ("due_on", "measure")),
        (Mark.NEW, "comes", ()),
        (Mark.REMOVED, "goes", ()),
    ]
    assert found[0].before.due_on == TODAY


lines = st.lists(
    st.builds(
        PlanItem,
        id=st.sampled_from("abcdef"),
        kind=st.sampled_from(list(Kind)),
        subject=st.text(max_size=3),
        progress=st.none() | st.integers(-5, 200),
        measure=st.text(max_size=2),
    ),
    max_size=6,
    unique_by=lambda one: one.id,
)


@given(was=lines, now=lines)
def test_marks_tell_exactly_what_differs(was, now):
    marks = {one.item.id: one for one in changed_since(was, now)}
    old, new = {one.id: one for one in was}, {one.id: one for one in now}
    for key in old.keys() | new.keys():
        if key not in old:
            assert marks[key].mark is Mark.NEW
        elif key not in new:
            assert marks[key].mark is Mark.REMOVED
        else:
            same = replace(old[key], kind=new[key].kind) == new[key]
            assert (key not in marks) == same
    assert changed_since(now, now) == ()
