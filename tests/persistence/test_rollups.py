"""Exact sums up the tree: after any history of moves, deletes, restores, edits and bulk writes they equal a naive sum."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from desktop_crm.foundation.ids import new_row_id
from desktop_crm.persistence.stores.sums import rollups
from desktop_crm.services import history
from tests.persistence.random_work import (
    AMOUNTS,
    CURRENCIES,
    PROBABILITIES,
    STAGE_KINDS,
    fresh_workspace,
    naive_beside,
    naive_totals,
    stored_beside,
    stored_totals,
)

INDEX = st.integers(min_value=0, max_value=10_000)
HIERARCHIES = st.sampled_from(["ownership", "ownership", "territory"])
BESIDE = st.sampled_from(["contract", "quote", "contact", "activity", "employment"])
BESIDE_ALL = ("hierarchy_link", "contract", "quote", "quote_line", "contact", "activity", "employment", "employment")


class SumsUpTheTree(RuleBasedStateMachine):
    """Every rule is one transaction; sync may bring circles and rows whose parents are not here, so bulk writes do, too."""

    @initialize(stages=st.lists(st.tuples(STAGE_KINDS, PROBABILITIES), min_size=2, max_size=4))
    def begin(self, stages):
        self.workspace, self.folder = fresh_workspace()
        self.accounts, self.deals, self.transactions = [], [], []
        self.beside = {
            entity: []
            for entity in ("hierarchy_link", "contract", "quote", "quote_line", "contact", "activity", "employment")
        }
        with self.workspace.write("test") as work:
            rollups.count_for(work.connection, date(2026, 11, 23))
            self.stages = [work.insert("stage", {"name": "s", "kind": k, "probability": p}) for k, p in stages]
        self.absent = new_row_id()

    def teardown(self):
        if hasattr(self, "workspace"):
            self.workspace.close()
            self.folder.cleanup()

    def write(self):
        return _Kept(self)

    def pick(self, rows, index):
        return rows[index % len(rows)] if rows else None

    @rule(parent=st.none() | INDEX)
    def add_account(self, parent):
        with self.write() as work:
            above = None if parent is None else self.pick(self.accounts, parent)
            self.accounts.append(work.insert("account", {"name": "a", "parent_id": above}))

    @rule(which=INDEX, parent=st.none() | INDEX)
    def move(self, which, parent):
        self.move_many([which], parent)

    @rule(which=st.lists(INDEX, min_size=1, max_size=4), parent=st.none() | INDEX)
    def move_many(self, which, parent):
        above = None if parent is None else self.pick([*self.accounts, self.absent], parent)
        ids = {self.pick(self.accounts, index) for index in which} - {None}
        with self.write() as work:
            work.bulk("account", updates=[(node, {"parent_id": above}) for node in sorted(ids)])

    @rule(which=INDEX)
    def delete_account(self, which):
        self.delete("account", self.accounts, which)

    @rule(which=INDEX)
    def restore_account(self, which):
        self.restore("account", self.accounts, which)

    @rule(account=INDEX, stage=INDEX, amount=AMOUNTS, currency=CURRENCIES)
    def add_deal(self, account, stage, amount, currency):
        with self.write() as work:
            fields = {"name": "d", "amount": amount, "currency": currency}
            fields["account_id"] = self.pick([*self.accounts, None, self.absent], account)
            fields["stage_id"] = self.pick([*self.stages, None], stage)
            self.deals.append(work.insert("opportunity", fields))

    @rule(which=INDEX, amount=AMOUNTS, currency=CURRENCIES)
    def edit_deal(self, which, amount, currency):
        self.edit(which, {"amount": amount, "currency": currency})

    @rule(which=INDEX, stage=INDEX)
    def move_deal_on(self, which, stage):
        self.edit(which, {"stage_id": self.pick([*self.stages, None], stage)})

    @rule(which=INDEX, account=INDEX)
    def give_deal_to_another_account(self, which, account):
        self.edit(which, {"account_id": self.pick([*self.accounts, None, self.absent], account)})

    @rule(which=INDEX)
    def delete_deal(self, which):
        self.delete("opportunity", self.deals, which)

    @rule(which=INDEX)
    def restore_deal(self, which):
        self.restore("opportunity", self.deals, which)

    @rule(which=INDEX, kind=STAGE_KINDS, probability=PROBABILITIES)
    def weigh_a_stage_anew(self, which, kind, probability):
        with self.write() as work:
            work.update("stage", self.pick(self.stages, which), {"kind": kind, "probability": probability})

    @rule(
        deals=st.lists(st.tuples(INDEX, AMOUNTS, CURRENCIES, INDEX), max_size=6),
        moves=st.lists(st.tuples(INDEX, INDEX), max_size=3),
        gone=st.lists(INDEX, max_size=2),
    )
    def everything_at_once(self, deals, moves, gone):
        with self.write() as work:
            made = [
                {
                    "name": "d",
                    "amount": amount,
                    "currency": currency,
                    "account_id": self.pick(self.accounts, account),
                    "stage_id": self.pick(self.stages, account),
                }
                for account, amount, currency, _ in deals
            ]
            self.deals += work.bulk("opportunity", inserts=made)
            updates = [(self.pick(self.deals, deal), {"amount": amount}) for _, amount, _, deal in deals if self.deals]
            work.bulk("opportunity", updates=list(dict(updates).items()))
            links = {self.pick(self.accounts, a): {"parent_id": self.pick(self.accounts, b)} for a, b in moves}
            links.pop(None, None)
            dying = {self.pick(self.accounts, index) for index in gone} - {None, *links}
            work.bulk("account", updates=list(links.items()), deletes=sorted(dying))

    @precondition(lambda self: self.transactions)
    @rule(which=INDEX)
    def undo_something(self, which):
        reverted = history.revert(self.workspace, self.pick(self.transactions, which))
        if reverted.changes.tx_id:
            self.transactions.append(reverted.changes.tx_id)

    @rule()
    def the_absent_parent_arrives(self):
        with self.workspace.read() as session:
            here = session.connection().exec_driver_sql("SELECT 1 FROM account WHERE id=?", (self.absent,)).scalar()
        if not here:
            with self.write() as work:
                self.accounts.append(work.insert("account", {"name": "late"}, self.absent))

    @rule(
        hierarchy=HIERARCHIES,
        pairs=st.lists(st.tuples(INDEX, INDEX), min_size=1, max_size=3),
    )
    def link(self, hierarchy, pairs):
        """Several owners, circles, the same link twice, an account that holds itself, an owner who is not here."""
        with self.write() as work:
            for below, above in pairs:
                account = self.pick(self.accounts, below)
                if account:
                    parent = self.pick([*self.accounts, self.absent, None], above)
                    fields = {"hierarchy": hierarchy, "account_id": account, "parent_id": parent}
                    self.beside["hierarchy_link"].append(work.insert("hierarchy_link", fields))

    @rule(which=INDEX, above=INDEX, hierarchy=st.none() | HIERARCHIES)
    def link_elsewhere(self, which, above, hierarchy):
        link = self.pick(self.beside["hierarchy_link"], which)
        fields = {"parent_id": self.pick(self.accounts, above)} | ({"hierarchy": hierarchy} if hierarchy else {})
        with self.write() as work:
            work.bulk("hierarchy_link", updates=[(link, fields)] if link else [])

    @rule(
        account=INDEX, amount=AMOUNTS, currency=CURRENCIES, status=st.sampled_from(["draft", "active", "ended", None])
    )
    def add_contract(self, account, amount, currency, status):
        self.add("contract", {"name": "c", "amount": amount, "currency": currency, "status": status}, account)

    @rule(account=INDEX, currency=st.sampled_from(["KRW", "USD"]), price=AMOUNTS, quantity=st.integers(0, 5))
    def add_quote(self, account, currency, price, quantity):
        quote = self.add("quote", {"number": "Q", "currency": currency, "grand_total": Decimal(7)}, account)
        with self.write() as work:
            line = {
                "quote_id": quote,
                "name": "l",
                "quantity": Decimal(quantity),
                "unit_price": price,
                "order_key": "a",
            }
            self.beside["quote_line"].append(work.insert("quote_line", line))

    @rule(which=INDEX, status=st.sampled_from(["draft", "issued", "sent", "accepted", "rejected", "expired"]))
    def settle_a_quote(self, which, status):
        self.set("quote", which, {"status": status})

    @rule(which=INDEX, quantity=st.integers(0, 9))
    def edit_a_line_of_a_quote(self, which, quantity):
        self.set("quote_line", which, {"quantity": Decimal(quantity)})

    @rule(account=INDEX)
    def meet_somebody(self, account):
        self.add("contact", {"name": "p"}, account)

    @rule(person=INDEX, account=INDEX)
    def work_elsewhere_too(self, person, account):
        """In another account of the group or outside of it, at one's own once more, at one that is not here."""
        contact = self.pick(self.beside["contact"], person)
        if contact:
            self.add("employment", {"contact_id": contact}, account)

    @rule(which=INDEX, day=st.none() | st.integers(1, 28))
    def stop_working_there(self, which, day):
        self.set("employment", which, {"ended_on": day and date(2026, 11, day)})

    @rule(which=INDEX, person=INDEX)
    def it_was_somebody_else(self, which, person):
        contact = self.pick(self.beside["contact"], person)
        if contact:
            self.set("employment", which, {"contact_id": contact})

    @rule(account=INDEX, day=st.integers(1, 28))
    def speak(self, account, day):
        self.add("activity", {"subject": "s", "occurred_at": datetime(2026, 11, day, tzinfo=UTC)}, account)

    @rule(which=INDEX, day=st.integers(1, 28))
    def it_was_another_day(self, which, day):
        self.set("activity", which, {"occurred_at": datetime(2026, 11, day, tzinfo=UTC)})

    @rule(which=INDEX, account=INDEX, entity=BESIDE)
    def give_to_another_account(self, which, account, entity):
        self.set(entity, which, {"account_id": self.pick([*self.accounts, self.absent], account)})

    @rule(
        which=INDEX,
        entity=st.sampled_from([*BESIDE_ALL]),
    )
    def delete_something(self, which, entity):
        self.delete(entity, self.beside[entity], which)

    @rule(
        which=INDEX,
        entity=st.sampled_from([*BESIDE_ALL]),
    )
    def restore_something(self, which, entity):
        self.restore(entity, self.beside[entity], which)

    @rule(which=INDEX, year=st.sampled_from([2025, 2026]))
    def close_in_a_year(self, which, year):
        self.edit(which, {"close_date": date(year, 12, 31)})

    def add(self, entity, fields, account):
        with self.write() as work:
            made = work.insert(entity, fields | {"account_id": self.pick([*self.accounts, None, self.absent], account)})
        self.beside[entity].append(made)
        return made

    def set(self, entity, which, fields):
        row = self.pick(self.beside[entity], which)
        with self.write() as work:
            work.bulk(entity, updates=[(row, fields)] if row else [])

    def edit(self, which, fields):
        deal = self.pick(self.deals, which)
        with self.write() as work:
            work.bulk("opportunity", updates=[(deal, fields)] if deal else [])

    def delete(self, entity, rows, which):
        with self.write() as work:
            work.bulk(entity, deletes=[self.pick(rows, which)] if rows else [])

    def restore(self, entity, rows, which):
        with self.write() as work:
            if rows:
                work.restore(entity, self.pick(rows, which))

    @invariant()
    def the_sums_are_right(self):
        if hasattr(self, "workspace"):
            with self.workspace.read() as session:
                assert stored_totals(session) == naive_totals(session)
                assert stored_beside(session) == naive_beside(session)


class _Kept:
    """A unit of work whose transaction is remembered, to be undone later."""

    def __init__(self, machine):
        self.machine = machine

    def __enter__(self):
        self.work = self.machine.workspace.write("test")
        return self.work.__enter__()

    def __exit__(self, *error):
        self.work.__exit__(*error)
        if self.work.changes.tx_id:
            self.machine.transactions.append(self.work.changes.tx_id)


SumsUpTheTree.TestCase.settings = settings(
    max_examples=30, stateful_step_count=30, deadline=None, suppress_health_check=list(HealthCheck)
)
TestSumsUpTheTree = SumsUpTheTree.TestCase


@pytest.fixture
def won(workspace):
    with workspace.write("test") as work:
        return work.insert("stage", {"name": "won", "kind": "won", "probability": Decimal(1)})


def totals(workspace):
    with workspace.read() as session:
        assert stored_totals(session) == naive_totals(session)
        assert stored_beside(session) == naive_beside(session)
        return {key: tuple(map(str, amounts)) for key, amounts in stored_totals(session).items()}


def test_a_move_takes_the_sums_along(workspace, won):
    with workspace.write("test") as work:
        group = work.insert("account", {"name": "그룹"})
        other = work.insert("account", {"name": "다른 그룹"})
        company = work.insert("account", {"name": "전자", "parent_id": group})
        work.insert(
            "opportunity",
            {"name": "d", "account_id": company, "stage_id": won, "amount": Decimal("1200.50"), "currency": "USD"},
        )
    assert totals(workspace)[group, "USD"][8] == "1200.50"
    with workspace.write("test") as work:
        work.update("account", company, {"parent_id": other})
    after = totals(workspace)
    assert (group, "USD") not in after
    assert after[other, "USD"][8] == "1200.50"


def test_currencies_never_meet(workspace, won):
    with workspace.write("test") as work:
        group = work.insert("account", {"name": "그룹"})
        for amount, currency in ((100, "KRW"), (7, "USD"), (-3, None)):
            work.insert(
                "opportunity",
                {"name": "d", "account_id": group, "stage_id": won, "amount": Decimal(amount), "currency": currency},
            )
    assert {key[1]: amounts[8] for key, amounts in totals(workspace).items()} == {"KRW": "100", "USD": "7", "XXX": "-3"}


def test_more_changes_than_are_worth_single_steps_give_the_same_sums(workspace, won, monkeypatch):
    rebuilt = []
    original = rollups.rebuild
    monkeypatch.setattr(rollups, "rebuild", lambda connection, **how: (rebuilt.append(1), original(connection, **how)))
    with workspace.write("test") as work:
        group = work.insert("account", {"name": "그룹"})
        units = work.bulk("account", inserts=[{"name": f"지점 {n}", "parent_id": group} for n in range(50)])
        deals = [
            {"name": "d", "account_id": units[n % 50], "stage_id": won, "amount": Decimal(n), "currency": "KRW"}
            for n in range(1000)
        ]
        work.bulk("opportunity", inserts=deals)
    assert rebuilt
    assert totals(workspace)[group, "KRW"][8] == str(sum(range(1000)))


def test_a_deep_tree_is_summed_to_its_top(workspace, won):
    with workspace.write("test") as work:
        above = None
        for depth in range(120):
            above = work.insert("account", {"name": str(depth), "parent_id": above})
        work.insert(
            "opportunity",
            {"name": "d", "account_id": above, "stage_id": won, "amount": Decimal(5), "currency": "KRW"},
        )
    found = totals(workspace)
    assert len(found) == 120
    assert {amounts[8] for amounts in found.values()} == {"5"}
