"""Reordering: the wanted order comes out, and as few keys change as can be."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from desktop_crm.domain.quotes.order_keys import keys_between
from desktop_crm.domain.quotes.reordering import keys_for_edit


def new_keys(order: list[str], keys: dict[str, str], suffix: str) -> dict[str, str]:
    """Of an editor who saw the rows as they stand."""
    return keys_for_edit(sorted(keys, key=lambda row: (keys[row], row)), order, keys, suffix)


def ordered(keys: dict[str, str]) -> list[str]:
    return sorted(keys, key=lambda row: (keys[row], row))


@given(order=st.permutations("abcdefghij"), new=st.sets(st.sampled_from("abcdefghij")))
def test_any_order_comes_out(order: list[str], new: set[str]) -> None:
    start = dict(zip("abcdefghij", keys_between(None, None, 10, "5"), strict=True))
    keys = {row: key for row, key in start.items() if row not in new}
    changed = new_keys(order, keys, "x7")
    assert ordered(keys | changed) == list(order)
    assert new <= set(changed)


def test_one_move_changes_one_key() -> None:
    keys = dict(zip("abcdefgh", keys_between(None, None, 8), strict=True))
    assert set(new_keys(list("bcdefgah"), keys, "5")) == {"a"}
    assert set(new_keys(list("habcdefg"), keys, "5")) == {"h"}
    assert new_keys(list("abcdefgh"), keys, "5") == {}
    assert new_keys(list("abdefgh"), keys, "5") == {}


def test_rows_with_one_key_are_told_apart_when_something_comes_between() -> None:
    keys = {"a": "a0", "b": "a0", "c": "a0"}
    assert new_keys(["a", "b", "c"], keys, "5") == {}
    changed = new_keys(["a", "new", "b", "c"], keys, "5")
    assert ordered(keys | changed) == ["a", "new", "b", "c"]


def test_new_rows_alone() -> None:
    changed = new_keys(["x", "y"], {}, "5")
    assert ordered(changed) == ["x", "y"]
    assert new_keys([], {}, "5") == {}


def test_an_edit_gives_keys_only_to_what_it_moved() -> None:
    keys = {"a": "a1", "b": "a2", "c": "Zz"}  # someone else moved c to the top
    made = keys_for_edit(["a", "b", "c"], ["a", "b", "new", "c"], keys, "V")
    assert set(made) == {"new"}
    assert sorted([*keys, "new"], key=lambda row: {**keys, **made}[row]) == ["c", "a", "b", "new"]


@given(st.permutations(range(8)), st.integers(0, 8))
def test_an_edit_alone_gives_the_order_it_wants(order: list[int], dropped: int) -> None:
    was = [str(number) for number in range(8)]
    keys = dict(zip(was, keys_between(None, None, 8, "V"), strict=True))
    wanted = [str(number) for number in order if number != dropped] + ["new"]
    made = keys_for_edit(was, wanted, {row: key for row, key in keys.items() if row != str(dropped)}, "V")
    assert sorted(wanted, key=lambda row: {**keys, **made}[row]) == wanted
