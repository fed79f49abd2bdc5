"""Undo by revert: any transaction can be taken back, and the undo too; what somebody wrote later stays and is named."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from desktop_crm.foundation.errors import Refusal
from desktop_crm.services import history, records
from tests.persistence.random_work import AMOUNTS, CURRENCIES, fresh_workspace, live

INDEX = st.integers(min_value=0, max_value=1000)
TEXT = st.text(max_size=8) | st.none()
ENTITIES = ("account", "opportunity")
ACTS = st.one_of(
    st.tuples(st.just("add"), st.sampled_from(ENTITIES), TEXT),
    st.tuples(st.just("name"), st.sampled_from(ENTITIES), INDEX, TEXT),
    st.tuples(st.just("amount"), INDEX, AMOUNTS, CURRENCIES),
    st.tuples(st.just("own_field"), INDEX, TEXT),
    st.tuples(st.just("tags"), INDEX, st.sets(st.sampled_from("가나다라"))),
    st.tuples(st.just("delete"), st.sampled_from(ENTITIES), INDEX),
    st.tuples(st.just("restore"), st.sampled_from(ENTITIES), INDEX),
    st.tuples(st.just("bulk"), st.sampled_from(ENTITIES), INDEX, TEXT, INDEX),
)
TRANSACTION = st.lists(ACTS, min_size=1, max_size=5)
EASY = settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))


class Writer:
    """Does random transactions on a workspace and remembers every row it made."""

    def __init__(self, workspace):
        self.workspace = workspace
        self.rows = {entity: [] for entity in ENTITIES}

    def do(self, acts):
        with self.workspace.write("test") as work:
            for act in acts:
                getattr(self, act[0])(work, *act[1:])
        return work.changes.tx_id

    def state(self):
        with self.workspace.read() as session:
            return live(session, *ENTITIES)

    def there(self, work, entity, index):
        rows = [row for row in self.rows[entity] if (entity, row) in live(work.session, entity)]
        return rows[index % len(rows)] if rows else None

    def add(self, work, entity, name):
        self.rows[entity].append(work.insert(entity, {"name": name}))

    def name(self, work, entity, index, name):
        self.set(work, entity, index, {"name": name})

    def amount(self, work, index, amount, currency):
        self.set(work, "opportunity", index, {"amount": amount, "currency": currency})

    def own_field(self, work, index, text):
        self.set(work, "account", index, {"x_grade": text})

    def tags(self, work, index, words):
        self.set(work, "account", index, {"tags": tuple(sorted(words)) or None})

    def set(self, work, entity, index, fields):
        row = self.there(work, entity, index)
        if row:
            work.update(entity, row, fields)

    def delete(self, work, entity, index):
        row = self.there(work, entity, index)
        if row:
            work.delete(entity, row)

    def restore(self, work, entity, index):
        if self.rows[entity]:
            work.restore(entity, self.rows[entity][index % len(self.rows[entity])])

    def bulk(self, work, entity, index, name, other):
        made = work.bulk(entity, inserts=[{"name": name}, {"name": "둘째"}])
        self.rows[entity] += made
        row, gone = self.there(work, entity, index), self.there(work, entity, other)
        updates = [(row, {"name": name})] if row else []
        work.bulk(entity, updates=updates, deletes=[gone] if gone and gone != row else [])


@EASY
@given(before=st.lists(TRANSACTION, max_size=3), acts=TRANSACTION)
def test_an_undo_gives_back_what_was_and_a_redo_what_came(before, acts):
    workspace, folder = fresh_workspace()
    with folder, workspace.closing():
        writer = Writer(workspace)
        for transaction in before:
            writer.do(transaction)
        was = writer.state()
        tx_id = writer.do(acts)
        became = writer.state()
        if tx_id is None:
            assert was == became
            return
        undone = history.revert(workspace, tx_id)
        assert (writer.state(), undone.kept) == (was, ())
        if undone.changes.tx_id is not None:
            redone = history.revert(workspace, undone.changes.tx_id)
            assert (writer.state(), redone.kept) == (became, ())


@EASY
@given(transactions=st.lists(TRANSACTION, min_size=1, max_size=5))
@example([[("add", "account", None)], [("delete", "account", 0), ("restore", "account", 0)]])
def test_undoing_everything_backwards_leaves_nothing(transactions):
    workspace, folder = fresh_workspace()
    with folder, workspace.closing():
        writer = Writer(workspace)
        done = []
        for acts in transactions:
            done.append((writer.state(), writer.do(acts)))
        for was, tx_id in reversed(done):
            if tx_id is not None:
                assert history.revert(workspace, tx_id).kept == ()
            assert writer.state() == was


@pytest.fixture
def account(workspace):
    return records.create(workspace, "account", {"name": "한빛전자", "industry": "전자"}).id


def test_a_later_edit_of_the_same_field_stays_and_is_named(workspace, account):
    first = records.set_fields(
        workspace, "account", account, {"name": "한빛", "industry": "전자부품", "employees": 8200}
    )
    records.set_fields(workspace, "account", account, {"industry": "반도체"})
    undone = history.revert(workspace, first.tx_id)
    assert [(kept.entity, kept.row_id, kept.field) for kept in undone.kept] == [("account", account, "industry")]
    fields = records.get(workspace, "account", account).fields
    assert (fields["name"], fields["industry"], fields["employees"]) == ("한빛전자", "반도체", None)


def test_an_issued_version_is_not_taken_back(workspace, account):
    with workspace.write("quote.issue") as work:
        quote = work.insert("quote", {"number": "Q-1", "account_id": account})
        work.insert("quote_version", {"quote_id": quote, "version": 1, "snapshot": "{}", "snapshot_hash": "0"})
    with pytest.raises(Refusal, match=r"undo\.issued"):
        history.revert(workspace, work.changes.tx_id)


def test_a_transaction_that_the_log_does_not_hold_is_refused(workspace):
    with pytest.raises(Refusal, match=r"undo\.unknown"):
        history.revert(workspace, "01990000-0000-7000-8000-000000000000")


def test_a_large_transaction_comes_back_whole(workspace):
    with workspace.write("import:1") as work:
        ids = work.bulk("account", inserts=[{"name": f"회사 {n}"} for n in range(1200)])
    with workspace.write("import:2") as work:
        work.bulk("account", updates=[(row, {"name": "같은 이름", "employees": 7}) for row in ids])
    history.revert(workspace, work.changes.tx_id)
    names = {r.fields["name"] for r in records.list_rows(workspace, "account", records.ListQuery(limit=2000)).records}
    assert names == {f"회사 {n}" for n in range(1200)}


def test_an_undo_is_history_too(workspace, account):
    changed = records.set_fields(workspace, "account", account, {"employees": 10})
    history.revert(workspace, changed.tx_id)
    told = [(entry.cause, dict(entry.after)) for entry in records.history(workspace, "account", account)]
    assert told[-2:] == [("account.set", {"employees": 10}), (f"revert:{changed.tx_id}", {"employees": None})]
    assert Decimal(records.count(workspace, "account")) == 1


def test_a_row_brought_back_and_changed_in_one_act_is_undone_and_redone_whole(workspace, account):
    records.delete(workspace, "account", account)
    with workspace.write("test") as work:
        work.restore("account", account)
        work.update("account", account, {"name": "새 이름"})
    undone = history.revert(workspace, work.changes.tx_id)
    with pytest.raises(Refusal, match=r"record\.missing"):
        records.get(workspace, "account", account)
    history.revert(workspace, undone.changes.tx_id)
    assert records.get(workspace, "account", account).fields["name"] == "새 이름"
