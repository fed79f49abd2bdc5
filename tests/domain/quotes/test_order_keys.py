"""Order keys: against the public vectors, and by property: always between, always room, never long at the ends."""

from __future__ import annotations

import json
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop_crm.domain.quotes.order_keys import DIGITS, key_between, keys_between
from desktop_crm.foundation.errors import Refusal

SUFFIXES = st.text(DIGITS, max_size=4).map(lambda text: text + "7")


def test_keys_agree_with_the_public_vectors(data: Any) -> None:
    vectors = json.loads(data("sync", "fractional_indexing.json").read_text(encoding="utf-8"))["vectors"][
        "generateKeyBetween_default"
    ]
    errors = 0
    for before, after, expected in vectors:
        if before is not None and after is not None and before >= after:
            with pytest.raises(Refusal):
                key_between(before, after)
        elif expected.startswith("invalid"):
            errors += 1
            with pytest.raises(Refusal):
                key_between(before, after)
        else:
            assert key_between(before, after) == expected, (before, after)
    assert errors >= 3


@given(choices=st.lists(st.tuples(st.integers(0, 10**6), SUFFIXES), min_size=1, max_size=60))
def test_any_order_of_insertions_stays_sorted(choices: list[tuple[int, str]]) -> None:
    keys: list[str] = []
    for number, suffix in choices:
        place = number % (len(keys) + 1)
        before = keys[place - 1] if place else None
        after = keys[place] if place < len(keys) else None
        key = key_between(before, after, suffix)
        assert before is None or before < key
        assert after is None or key < after
        keys.insert(place, key)
    assert keys == sorted(keys)
    assert len(set(keys)) == len(keys)


@given(before=SUFFIXES, left=SUFFIXES, right=SUFFIXES)
def test_two_laptops_in_one_gap_get_two_keys(before: str, left: str, right: str) -> None:
    low = key_between(None, None, before)
    high = key_between(low, None)
    mine, theirs = key_between(low, high, left), key_between(low, high, right)
    assert (mine == theirs) == (left == right)
    assert low < mine < high
    assert low < theirs < high


def test_a_suffix_never_jumps_over_the_next_key() -> None:
    assert key_between("Zz", "a01", "zz") < "a01"
    assert key_between("a0", "a0V1", "zz") < "a0V1"


def test_keys_at_the_end_stay_short() -> None:
    key = None
    for _ in range(5000):
        key = key_between(key, None)
    assert key is not None
    assert len(key) <= 4
    key = None
    for _ in range(5000):
        key = key_between(None, key)
    assert key is not None
    assert len(key) <= 4


@given(count=st.integers(0, 200), suffix=SUFFIXES)
def test_many_keys_at_once_are_in_order(count: int, suffix: str) -> None:
    for before, after in ((None, None), ("a0", None), (None, "a0"), ("a0", "a1")):
        keys = keys_between(before, after, count, suffix)
        whole = [key for key in (before, *keys, after) if key is not None]
        assert len(keys) == count
        assert all(left < right for left, right in pairwise(whole))
        assert all(len(key) <= 64 for key in keys)


@pytest.mark.parametrize("key", ["", "0", "a", "a00", "b1", "a1!", "한글", "A" + "0" * 26])
def test_a_text_that_is_no_key_is_refused(key: str) -> None:
    with pytest.raises(Refusal) as refused:
        key_between(key, None)
    assert refused.value.code == "order_key.invalid"


@pytest.mark.parametrize("suffix", ["a0", "-", " "])
def test_a_suffix_that_breaks_keys_is_refused(suffix: str) -> None:
    with pytest.raises(Refusal) as refused:
        key_between(None, None, suffix)
    assert refused.value.code == "order_key.suffix"


def test_the_very_ends_still_give_keys() -> None:
    last = "z" * 27
    assert key_between(last, None) > last
    first = "A" + "0" * 25 + "1"
    assert key_between(None, first) < first
    assert key_between(None, key_between(None, first)) < first
