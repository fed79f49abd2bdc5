"""The merge rules alone: joins that do not care about order or repetition, and operations applied to one row."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop_crm.domain.schema import REGISTRY, Entity, Field, FieldType
from desktop_crm.foundation.hlc import make_stamp
from desktop_crm.sync.merge import (
    Additions,
    LossKind,
    RowState,
    above,
    apply,
    is_ancestor,
    join_ledgers,
    make_version,
    merge_lines,
    newest,
    op_of,
    seen_of,
)
from desktop_crm.sync.protocol import Operation, OpKind

ACCOUNT, QUOTE, VERSION = REGISTRY["account"], REGISTRY["quote"], REGISTRY["quote_version"]
POINTS = Entity(
    name="point", plural="points", title="id", ledger=True, fields=(Field(name="n", type=FieldType.INTEGER),)
)
NOW = 1_800_000_000_000


class World:
    def __init__(self):
        self.known, self.ticks = {}, 0
        self.ceiling = make_stamp(NOW + 300_000, 0, "g")

    def tick(self):
        self.ticks += 1
        return make_stamp(NOW, self.ticks, "server")

    def operation(self, op_id):
        return self.known.get(op_id)

    def apply(self, state, op, entity=ACCOUNT):
        outcome = apply(entity, state, op, self)
        if not outcome.reason:
            self.known[op.id] = op
            self.known |= {made.id: made for made in outcome.made}
        return outcome


def stamp(n, device="aa"):
    return make_stamp(NOW - 1_000_000 + n, 0, device)


def op(op_id, at, seen=None, kind=OpKind.SET, **fields):
    return Operation(id=op_id, stamp=stamp(at), entity="account", row="r", kind=kind, fields=fields, seen=seen or {})


versions = st.builds(lambda n, name: make_version(stamp(n), name), st.integers(0, 5), st.sampled_from("abc"))
registers = st.tuples(versions, st.none()).map(lambda pair: (pair[0], pair[0]))
pairs = st.tuples(st.sampled_from("xyz"), st.sampled_from("123"))
additions = st.builds(Additions, st.frozensets(pairs), st.frozensets(pairs))
ledgers = st.dictionaries(st.sampled_from("abcdef"), st.none()).map(lambda found: {key: key * 2 for key in found})
texts = st.lists(st.sampled_from(["a", "b", "c", "d", ""]), max_size=6).map("\n".join)


@given(registers, registers, registers)
def test_registers_join_in_any_order_and_any_number_of_times(one, two, three):
    assert newest(one, two) == newest(two, one)
    assert newest(newest(one, two), three) == newest(one, newest(two, three))
    assert newest(one, one) == one


@given(additions, additions, additions)
def test_sets_join_in_any_order_and_any_number_of_times(one, two, three):
    assert one.join(two) == two.join(one)
    assert one.join(two).join(three) == one.join(two.join(three))
    assert one.join(one) == one
    assert set(one.join(two).elements) <= set(one.elements) | set(two.elements)


@given(ledgers, ledgers, ledgers)
def test_ledgers_join_in_any_order_and_any_number_of_times(one, two, three):
    assert join_ledgers(one, two) == join_ledgers(two, one)
    assert join_ledgers(join_ledgers(one, two), three) == join_ledgers(one, join_ledgers(two, three))
    assert join_ledgers(one, one) == one


@given(texts, texts, texts)
def test_texts_merge_the_same_on_every_side_and_keep_every_new_line(base, older, newer):
    merged, overlap = merge_lines(base, older, newer)
    assert merge_lines(base, older, newer) == (merged, overlap)
    assert merge_lines(base, older, older) == (older, False)
    assert merge_lines(base, base, newer)[0] == newer
    assert merge_lines(base, older, base)[0] == older
    new_lines = (set(older.split("\n")) | set(newer.split("\n"))) - set(base.split("\n")) - {""}
    assert new_lines <= set(merged.split("\n"))


def test_two_prices_on_one_line_both_stay():
    assert merge_lines("10k", "12k", "15k") == ("12k\n15k", True)


@given(st.permutations(range(4)), st.lists(st.integers(0, 9), min_size=4, max_size=4, unique=True))
def test_edits_that_have_not_seen_each_other_end_alike_in_any_order_and_every_other_value_is_kept(order, times):
    world = World()
    start = world.apply(RowState(), op("made", 0, name="base")).state
    edits = [op(f"op{n}", 10 + times[n], {"name": "made"}, name=f"value {n}") for n in range(4)]
    state, lost = start, set()
    for n in order:
        outcome = world.apply(state, edits[n])
        state = outcome.state
        lost |= {loss.lost for loss in outcome.losses}
    winner = max(edits, key=lambda one: make_version(one.stamp, one.id))
    assert state.fields["name"] == winner.fields["name"]
    assert lost == {one.fields["name"] for one in edits} - {winner.fields["name"]}


@given(st.permutations(range(4)), st.data())
def test_elements_added_and_removed_apart_end_alike_in_any_order(order, data):
    world = World()
    start = world.apply(RowState(), op("made", 0, name="n", tags=["x", "y"])).state
    seen = {"tags/x": "made", "tags/y": "made"}
    wanted = [data.draw(st.frozensets(st.sampled_from(["x", "y", "z"]))) for _ in range(4)]
    edits = [op(f"op{n}", 10 + n, seen, tags=sorted(wanted[n])) for n in range(4)]
    state = start
    for n in order:
        state = world.apply(state, edits[n]).state
    expected = {e for e in "xy" if all(e in one for one in wanted)} | {"z" for one in wanted if "z" in one}
    assert set(state.fields["tags"]) == expected


def test_a_chain_of_edits_wins_over_an_edit_it_grew_from_whatever_the_stamps_say():
    world = World()
    state = world.apply(RowState(), op("made", 500, name="base")).state
    outcome = world.apply(state, op("edit", 10, {"name": "made"}, name="after"))
    assert outcome.state.fields["name"] == "after"
    assert outcome.losses == ()
    assert outcome.stamp > stamp(500)


def test_a_value_that_its_own_author_has_replaced_is_no_loss():
    world = World()
    state = world.apply(RowState(), op("made", 0, name="base")).state
    late = op("one", 5, {"name": "made"}, name="one")
    state = world.apply(state, op("two", 6, {"name": "one"}, name="two")).state
    world.known["one"] = late
    outcome = world.apply(state, late)
    assert outcome.state.fields["name"] == "two"
    assert outcome.losses == ()


def test_a_derived_total_is_no_loss_and_the_discount_beside_it_is():
    world = World()
    state = world.apply(RowState(), op("1", 1, grand_total="10", discount_percent="0"), QUOTE).state
    seen = {"grand_total": "1", "discount_percent": "1"}
    state = world.apply(state, op("2", 2, seen=seen, grand_total="9", discount_percent="5"), QUOTE).state
    outcome = world.apply(state, op("3", 3, seen=seen, grand_total="8", discount_percent="6"), QUOTE)
    assert outcome.state.fields == {"grand_total": "8", "discount_percent": "6"}
    assert [loss.field for loss in outcome.losses] == ["discount_percent"]
    older = world.apply(state, op("4", 0, seen=seen, grand_total="7"), QUOTE)
    assert (older.state.fields["grand_total"], older.losses) == ("9", ())


def test_an_edit_that_comes_before_the_row_was_made_waits_for_the_rest():
    world = World()
    state = world.apply(RowState(), op("edit", 20, {"name": "made"}, name="edited")).state
    assert not state.complete
    state = world.apply(state, op("made", 10, name="first", industry="steel")).state
    assert state.complete
    assert state.fields == {"name": "edited", "industry": "steel"}


def test_a_stamp_from_tomorrow_or_of_no_form_is_replaced_by_the_servers():
    world = World()
    for bad in (make_stamp(NOW + 10**9, 0, "aa"), "nonsense", "zzzzzzzzzzzzzzzz-aa"):
        one = Operation(id="made", stamp=bad, entity="account", row="r", fields={"name": "n"})
        assert world.apply(RowState(), one).stamp.endswith("-server")


def test_units_are_decided_by_their_newest_field_and_every_lost_value_is_told():
    world = World()
    state = world.apply(RowState(), op("made", 0, address_line="1", address_city="Seoul")).state
    seen = {"address_line": "made", "address_city": "made"}
    state = world.apply(state, op("one", 20, seen, address_line="2", address_city="Busan")).state
    outcome = world.apply(state, op("two", 10, seen, address_line="3", address_city="Daegu"))
    assert (outcome.state.fields["address_line"], outcome.state.fields["address_city"]) == ("2", "Busan")
    assert {(loss.field, loss.lost) for loss in outcome.losses} == {("address_line", "3"), ("address_city", "Daegu")}


def test_issued_and_ledger_rows_are_made_once_and_empty_fields_filled_once():
    world = World()
    state = world.apply(RowState(), op("made", 0, version=1, snapshot_hash="h"), VERSION).state
    assert world.apply(state, op("x", 1, {"version": "made"}, version=2), VERSION).reason == "sync.refused.issued"
    assert world.apply(state, op("d", 1, {"": "made"}, OpKind.DELETE), VERSION).reason == "sync.refused.issued"
    filled = world.apply(state, op("p", 1, {"pdf_ko": "made"}, pdf_ko="blob"), VERSION)
    assert filled.state.fields["pdf_ko"] == "blob"
    point = world.apply(RowState(), op("led", 0, kind=OpKind.LEDGER, n=5), POINTS).state
    assert world.apply(point, op("led2", 1, {"n": "led"}, n=6), POINTS).reason == "sync.refused.ledger"


def test_a_step_that_the_workflow_does_not_know_is_refused_unless_it_would_lose():
    world = World()
    state = world.apply(RowState(), op("made", 0, status="accepted"), QUOTE).state
    late, early = op("l", 9, {"status": "?"}, status="sent"), op("e", -9, {"status": "?"}, status="sent")
    assert world.apply(state, late, QUOTE).reason == "sync.refused.state"
    assert world.apply(state, early, QUOTE).reason == ""


@pytest.mark.parametrize("order", list(itertools.permutations(["edit", "delete"])))
def test_delete_against_edit_ends_with_the_edit(order):
    world = World()
    start = state = world.apply(RowState(), op("made", 0, name="base")).state
    ops = {
        "edit": op("edit", 5, {"name": "made"}, name="edited"),
        "delete": op("delete", 9, seen_of(start.clocks), OpKind.DELETE),
    }
    kinds = []
    for name in order:
        outcome = world.apply(state, ops[name])
        state = outcome.state
        kinds += [loss.kind for loss in outcome.losses]
    assert not state.deleted
    assert state.fields["name"] == "edited"
    assert kinds == [LossKind.DELETE]


def test_an_edit_that_the_deletion_had_seen_does_not_bring_the_row_back_when_it_comes_late():
    world = World()
    made, edit = op("made", 0, name="base"), op("edit", 5, {"name": "made"}, name="edited")
    whole = World()
    state = whole.apply(whole.apply(RowState(), made).state, edit).state
    deletion = op("delete", 9, seen_of(state.clocks), OpKind.DELETE)
    late = world.apply(RowState(), deletion).state
    for one in (made, edit):
        late = world.apply(late, one).state
    assert late.deleted


def test_a_deletion_can_be_undone_and_done_again():
    world = World()
    state = world.apply(RowState(), op("made", 0, name="base")).state
    state = world.apply(state, op("d1", 1, seen_of(state.clocks), OpKind.DELETE)).state
    assert state.deleted
    state = world.apply(state, op("u", 2, {"_deleted": "d1"}, OpKind.UNDELETE)).state
    assert not state.deleted
    assert not world.apply(state, op("stale", 3, {"": "made"}, OpKind.DELETE)).state.deleted
    assert world.apply(state, op("d2", 3, seen_of(state.clocks), OpKind.DELETE)).state.deleted


def test_explicit_additions_and_removals_of_set_elements():
    world = World()
    state = world.apply(RowState(), op("made", 0, name="n", tags=["x"])).state
    state = world.apply(state, op("add", 1, kind=OpKind.ADD, tags=["x", "y"])).state
    state = world.apply(state, op("rm", 2, {"tags/x": "made"}, OpKind.REMOVE, tags=["x"])).state
    assert state.fields["tags"] == ["x", "y"]
    assert world.apply(state, op("bad", 3, kind=OpKind.ADD, name="x")).reason == "sync.refused.not_a_set"


def test_applying_an_operation_never_changes_the_state_it_was_given():
    world = World()
    state = world.apply(RowState(), op("made", 0, name="n", tags=["x"])).state
    before = (dict(state.fields), dict(state.clocks))
    world.apply(state, op("e", 1, {"name": "made", "tags/x": "made"}, name="m", tags=["y"]))
    assert (state.fields, state.clocks) == before


def test_above_is_the_least_higher_stamp_also_when_the_counter_is_full():
    assert above(make_version(make_stamp(5, 7, "zz"), "o"), "aa") == make_stamp(5, 8, "aa")
    assert above(make_version(make_stamp(5, 0xFFFF, "zz"), "o"), "aa") == make_stamp(6, 0, "aa")


def test_ancestry_follows_both_parents_of_a_merged_text_and_ends_in_circles():
    known = {
        "m": Operation(id="m", stamp="s", entity="account", row="r", seen={"note": "a b"}),
        "a": Operation(id="a", stamp="s", entity="account", row="r", seen={"": "root"}),
        "c": Operation(id="c", stamp="s", entity="account", row="r", seen={"note": "c"}),
    }
    assert is_ancestor("note", "root", "m", known.get)
    assert is_ancestor("note", "b", "m", known.get)
    assert not is_ancestor("note", "x", "c", known.get)
    assert op_of("stamp op") == "op"
