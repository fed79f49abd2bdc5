"""Changes, identities, errors and row clocks: the words that every floor shares."""

from __future__ import annotations

import time
from dataclasses import FrozenInstanceError

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop_crm.foundation.changes import Change, ChangeKind, Changes
from desktop_crm.foundation.errors import Bug, CrmError, Refusal, Trouble
from desktop_crm.foundation.hlc import make_stamp
from desktop_crm.foundation.ids import OpId, RowId, TxId, new_device_id, new_id, new_row_id
from desktop_crm.foundation.versions import (
    NO_VERSION,
    Version,
    newest,
    read_clock,
    stamped,
    version_of,
    write_clock,
)


def change(entity: str, row: str, kind: ChangeKind = ChangeKind.UPDATED) -> Change:
    return Change(entity=entity, row_id=RowId(row), kind=kind, fields=frozenset({"name"}))


ONE = Changes(tx_id=TxId("t1"), items=(change("account", "a"), change("contact", "c")))
TWO = Changes(tx_id=TxId("t2"), items=(change("account", "b"),), remote=True)


def test_changes_know_what_they_touch() -> None:
    assert ONE
    assert ONE.touches("account")
    assert ONE.touches("quote", "contact")
    assert not ONE.touches("quote")
    assert not ONE.touches()
    assert ONE.rows("account") == {"a"}
    assert ONE.rows("quote") == frozenset()


def test_nothing_is_nothing() -> None:
    nothing = Changes.none()
    assert not nothing
    assert not nothing.touches("account")
    assert ONE.join(nothing) is ONE
    assert nothing.join(ONE) is ONE
    assert Changes.joined([]) == nothing


def test_joined_changes_cannot_be_undone_as_one() -> None:
    both = Changes.joined([ONE, TWO])
    assert both.rows("account") == {"a", "b"}
    assert both.tx_id is None
    assert not both.remote
    assert Changes.joined([TWO, TWO]).remote
    assert Changes.joined([ONE]).tx_id == "t1"


def test_changes_are_frozen() -> None:
    with pytest.raises(FrozenInstanceError):
        ONE.remote = True


def test_ids_sort_by_the_time_they_were_made() -> None:
    first = new_id()
    deadline = time.monotonic() + 1
    while (later := new_id())[:13] == first[:13]:
        assert time.monotonic() < deadline
    assert first < later
    assert len({new_row_id() for _ in range(2000)}) == 2000


def test_a_device_id_is_short_because_every_stamp_carries_it() -> None:
    device = new_device_id()
    assert len(device) == 12
    assert int(device, 16) >= 0
    assert "-" not in device


@pytest.mark.parametrize(("branch", "code"), [(Refusal, 1), (Trouble, 3), (Bug, 3)])
def test_each_branch_has_its_exit_code(branch: type[CrmError], code: int) -> None:
    error = branch("account.move.circle", path="A › B")
    assert error.exit_code == code
    assert error.code == "account.move.circle"
    assert error.params == {"path": "A › B"}
    assert str(error) == "account.move.circle(path='A › B')"


def version(millis: int, device: str = "aaaaaaaaaaaa", op: str = "op") -> Version:
    return Version(make_stamp(millis, 0, device), OpId(f"{op}{millis}"))


def test_a_new_row_has_one_version_for_all_its_fields() -> None:
    clock = stamped(None, ["name", "industry"], version(1))
    assert read_clock(clock) == {"": str(version(1))}
    assert version_of(read_clock(clock), "name") == version(1)
    assert version_of(read_clock(clock), "never written") == version(1)


def test_a_later_field_stands_beside_the_rows_version() -> None:
    clock = stamped(stamped(None, [], version(1)), ["name"], version(2))
    assert version_of(read_clock(clock), "name") == version(2)
    assert version_of(read_clock(clock), "industry") == version(1)
    assert newest(read_clock(clock)) == version(2)


def test_a_field_that_equals_the_rows_version_takes_no_room() -> None:
    assert read_clock(write_clock({"": str(version(1)), "name": str(version(1))})) == {"": str(version(1))}


def test_a_row_without_a_clock_has_no_version() -> None:
    assert read_clock(None) == {}
    assert version_of({}, "name") == NO_VERSION
    assert newest({}) == NO_VERSION
    assert version(1) > NO_VERSION


def test_elements_of_a_set_do_not_make_a_row_newer() -> None:
    assert newest({"": str(version(1)), "tags/vip": str(version(9))}) == version(1)


@given(st.lists(st.tuples(st.sampled_from(["name", "industry", "tier"]), st.integers(1, 99)), max_size=12))
def test_the_last_writer_of_a_field_is_the_one_who_wrote_last(writes: list[tuple[str, int]]) -> None:
    clock, expected = stamped(None, [], version(0)), {}
    for field, millis in writes:
        clock = stamped(clock, [field], version(millis))
        expected[field] = version(millis)
    for field in ("name", "industry", "tier"):
        assert version_of(read_clock(clock), field) == expected.get(field, version(0))
