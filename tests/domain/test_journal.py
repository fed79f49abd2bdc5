"""The ledger of acts: folded from transactions alone, in the order in which they were written."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from desktop_crm.domain.journal import LIMIT, Ledger, Line


def fold(*causes: str) -> Ledger:
    """Transactions t0, t1, … with these causes."""
    ledger = Ledger()
    for n, cause in enumerate(causes):
        ledger.take(Line(tx_id=f"t{n}", cause=cause, stamp=f"{n:012x}", last=n))
    return ledger


def ids(acts) -> list[str]:
    return [act.id for act in acts]


def test_an_undo_and_its_undo_turn_the_act_they_name() -> None:
    ledger = fold("account.set", "revert:t0", "revert:t1")
    assert ids(ledger.done) == ["t0"]
    assert (ledger.acts["t0"].head, ledger.acts["t0"].undone) == ("t2", False)
    assert ledger.acts["t0"].transactions == ["t0", "t1", "t2"]


def test_a_new_act_ends_what_could_be_redone_but_leaves_it_in_the_journal() -> None:
    ledger = fold("account.set", "revert:t0", "account.set")
    assert (ids(ledger.done), ids(ledger.undone)) == (["t2"], [])
    assert ledger.acts["t0"].undone


def test_what_is_undone_last_is_redone_first() -> None:
    ledger = fold("a", "b", "c", "revert:t2", "revert:t0")
    assert (ids(ledger.done), ids(ledger.undone)) == (["t1"], ["t2", "t0"])


def test_an_import_takes_the_answers_to_its_open_names_with_it_and_brings_them_back() -> None:
    ledger = fold("import:7", "import:7:accepted", "account.set", "import.undo:7")
    assert (ids(ledger.done), ids(ledger.undone)) == (["t2"], ["t0"])
    ledger.take(Line(tx_id="t4", cause="revert:t3", stamp="4", last=4))
    assert ids(ledger.done) == ["t2", "t0", "t1"]
    assert not ledger.undone


def test_a_turn_of_an_act_that_is_forgotten_is_passed_over() -> None:
    ledger = fold("revert:long ago", "import.undo:9", "a")
    assert ids(ledger.done) == ["t2"]


def test_the_last_hundred_are_remembered() -> None:
    ledger = fold(*["a"] * (LIMIT + 20))
    assert ids(ledger.done) == [f"t{n}" for n in range(20, LIMIT + 20)]
    ledger.take(Line(tx_id="late", cause="revert:t19", stamp="9", last=9))  # forgotten: nothing is turned
    assert not ledger.undone
    ledger.take(Line(tx_id="later", cause="revert:t20", stamp="9", last=9))
    assert ids(ledger.undone) == ["t20"]


@given(st.lists(st.sampled_from(["act", "undo", "redo"]), max_size=80))
def test_it_is_the_stack_that_people_know(steps: list[str]) -> None:
    ledger, done, undone = Ledger(), [], []
    for n, step in enumerate(steps):
        tx_id, cause = f"t{n}", "account.set"
        if step == "act":
            done.append(tx_id)
            undone.clear()
        else:
            source, goal = (done, undone) if step == "undo" else (undone, done)
            if not source:
                continue
            goal.append(source.pop())
            cause = f"revert:{ledger.acts[goal[-1]].head}"
        ledger.take(Line(tx_id=tx_id, cause=cause, stamp=str(n), last=n))
    assert (ids(ledger.done), ids(ledger.undone)) == (done, undone)
