"""What a write did, and the three branches of what can go wrong."""

from __future__ import annotations

import pickle

import pytest

from desktop_crm.foundation.changes import Change, ChangeKind, Changes
from desktop_crm.foundation.errors import Bug, CrmError, Refusal, Trouble
from desktop_crm.foundation.ids import RowId, TxId


def changes(*rows, tx="t", remote=False):
    items = tuple(Change(entity=entity, row_id=RowId(row), kind=ChangeKind.UPDATED) for entity, row in rows)
    return Changes(tx_id=TxId(tx), items=items, remote=remote)


def test_nothing_happened_is_false_and_touches_nothing():
    assert not Changes.none()
    assert not Changes.none().touches("account")
    assert Changes.joined([]) == Changes.none()


def test_changes_tell_which_rows_they_touched():
    some = changes(("account", "1"), ("account", "2"), ("contact", "1"))
    assert some.touches("contact", "quote")
    assert not some.touches("quote")
    assert some.rows("account") == {"1", "2"}
    assert some.rows("quote") == frozenset()


def test_joined_changes_have_no_transaction_of_their_own():
    one, two = changes(("account", "1"), remote=True), changes(("contact", "2"), remote=True)
    both = one.join(two)
    assert both.tx_id is None
    assert both.remote
    assert both.touches("account")
    assert both.touches("contact")
    assert not one.join(changes(("quote", "3"))).remote
    assert one.join(Changes.none()) is one
    assert Changes.none().join(one) is one
    assert len(Changes.joined([one, two, one]).items) == 3


@pytest.mark.parametrize(("branch", "code"), [(Refusal, 1), (Trouble, 3), (Bug, 3), (CrmError, 3)])
def test_an_error_carries_code_facts_and_exit_code(branch, code):
    error = branch("account.move.circle", path="a › b", n=2)
    assert (error.code, error.params, error.exit_code) == ("account.move.circle", {"path": "a › b", "n": 2}, code)
    assert str(error) == "account.move.circle(path='a › b', n=2)"


def test_an_error_comes_back_from_another_process_as_it_was() -> None:
    for kind in (Refusal, Trouble, Bug):
        back = pickle.loads(pickle.dumps(kind("a.code", row=3)))  # noqa: S301 - made here
        assert (type(back), back.code, back.params) == (kind, "a.code", {"row": 3})
