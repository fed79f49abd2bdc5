"""Quotes under any order of acts: two people edit one quote side by side, issue, restore and undo, beside a plain model.

After every act: sums in the list are the engine's, issued versions are what they were, no line is lost that nobody deleted.
"""

from __future__ import annotations

import tempfile
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from desktop_crm.domain.quotes import edits
from desktop_crm.domain.quotes.draft import LOOSE, QuoteDraft, QuoteLine, QuoteSection
from desktop_crm.domain.quotes.pricing import price
from desktop_crm.domain.schema.options import QuoteStatus
from desktop_crm.foundation.clock import FixedClock
from desktop_crm.foundation.errors import Refusal
from desktop_crm.foundation.ids import RowId, new_row_id
from desktop_crm.security.secrets import MemoryStore
from desktop_crm.services import history, quotes
from desktop_crm.services.workspace import init_workspace

PEOPLE = st.sampled_from(["mine", "theirs"])
PLACES = st.integers(0, 30)
PRICES = st.sampled_from([Decimal(0), Decimal(1), Decimal("999.5"), Decimal(1250000), Decimal(-300)])


class SideBySide(RuleBasedStateMachine):
    """Two editors hold what they last saw; each saves what they changed since."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        path = Path(self.folder.name) / "w.crm"
        clock = FixedClock(datetime(2026, 11, 23, tzinfo=UTC))
        self.workspace = init_workspace(path, name="w", secrets=MemoryStore(), clock=clock)
        self.seen: dict[str, QuoteDraft] = {}
        self.issued: dict[int, tuple[str, str]] = {}
        self.deleted: set[str] = set()
        self.added: set[str] = set()
        self.last_tx: str | None = None
        self.undone_lines: set[str] = set()

    @initialize()
    def begin(self) -> None:
        with self.workspace.write("test") as work:
            account = work.insert("account", {"name": "한빛전자"})
        section = QuoteSection(id=new_row_id(), name="설비", lines=(self.new_line(Decimal(1000)),))
        self.quote = quotes.create(self.workspace, account_id=account, sections=(section,)).id
        self.added = {line.id for line in section.lines}
        for person in ("mine", "theirs"):
            self.look(person)

    def teardown(self) -> None:
        self.workspace.close()
        self.folder.cleanup()

    def new_line(self, unit_price: Decimal) -> QuoteLine:
        return QuoteLine(id=new_row_id(), name="품목", quantity=Decimal(2), unit_price=unit_price)

    @property
    def now(self) -> QuoteDraft:
        return quotes.open_quote(self.workspace, self.quote).draft

    @rule(person=PEOPLE)
    def look(self, person: str) -> None:
        self.seen[person] = self.now

    def save(self, person: str, after: QuoteDraft) -> None:
        changes = quotes.save(self.workspace, self.seen[person], after)
        self.seen[person] = after
        if changes.tx_id is not None:
            self.last_tx = changes.tx_id

    def pick(self, person: str, place: int) -> RowId | None:
        rows = [*edits.row_ids(self.seen[person]), None]
        return rows[place % len(rows)]

    @rule(person=PEOPLE, place=PLACES, unit_price=PRICES)
    def add_a_line(self, person: str, place: int, unit_price: Decimal) -> None:
        line = self.new_line(unit_price)
        self.added.add(line.id)
        self.save(person, edits.add_line(self.seen[person], line, self.pick(person, place)))

    @rule(person=PEOPLE, place=PLACES)
    def add_a_section(self, person: str, place: int) -> None:
        section = QuoteSection(id=new_row_id(), name="구분")
        self.save(person, edits.add_section(self.seen[person], section, self.pick(person, place)))

    @rule(person=PEOPLE, place=PLACES, unit_price=PRICES, percent=st.sampled_from([0, 5, 100]))
    def change_a_line(self, person: str, place: int, unit_price: Decimal, percent: int) -> None:
        lines = list(self.seen[person].lines())
        if lines:
            line = replace(lines[place % len(lines)], unit_price=unit_price, discount_percent=Decimal(percent))
            before = edits.find_line(self.seen[person], line.id)
            self.save(person, edits.set_line(self.seen[person], line))
            if line != before:
                self.deleted.discard(line.id)  # an edited line comes back

    @rule(person=PEOPLE, place=PLACES)
    def delete_a_line(self, person: str, place: int) -> None:
        lines = list(self.seen[person].lines())
        if lines:
            line = lines[place % len(lines)]
            self.deleted.add(line.id)
            self.save(person, edits.remove(self.seen[person], {line.id}))

    @rule(person=PEOPLE, what=PLACES, to=PLACES)
    def move(self, person: str, what: int, to: int) -> None:
        row = self.pick(person, what)
        if row is not None:
            before = self.pick(person, to)
            after = edits.move_line(edits.move_section(self.seen[person], row, before), row, before)
            moved = {one.id for one in after.lines()} if after != self.seen[person] else set()
            self.save(person, after)
            if row in moved:
                self.deleted.discard(row)

    @rule(person=PEOPLE, percent=st.sampled_from([0, 3, 50]))
    def change_the_discount(self, person: str, percent: int) -> None:
        self.save(person, replace(self.seen[person], discount_percent=Decimal(percent)))

    @rule()
    def issue(self) -> None:
        try:
            done = quotes.issue(self.workspace, self.quote).version
        except Refusal as refusal:
            if refusal.code in {"quote.issue.no_lines", "quote.issue.unchanged"}:
                return
            raise
        number = done.content.version
        assert number == len(self.issued) + 1
        self.issued[number] = (done.hash, done.snapshot)

    @precondition(lambda self: self.issued)
    @rule(place=PLACES)
    def restore(self, place: int) -> None:
        number = place % len(self.issued) + 1
        quotes.restore_version(self.workspace, self.quote, number)
        past = quotes.version(self.workspace, self.quote, number).content.draft
        back = self.now
        assert price(back).grand_total == price(past).grand_total
        assert [line.name for line in back.lines()] == [line.name for line in past.lines()]
        lines = {line.id for line in back.lines()}
        self.deleted = {line for line in self.added if line not in lines}
        self.added |= lines
        for person in self.seen:
            self.look(person)
        self.last_tx = None

    @precondition(lambda self: self.last_tx)
    @rule()
    def undo_the_last_save(self) -> None:
        history.revert(self.workspace, self.last_tx)
        self.last_tx = None
        lines = {line.id for line in self.now.lines()}
        self.deleted = {line for line in self.added if line not in lines}
        for person in self.seen:
            self.look(person)

    @invariant()
    def the_list_shows_what_the_engine_computes(self) -> None:
        if not self.seen:
            return
        (summary,) = quotes.list_quotes(self.workspace)
        assert summary.grand_total == price(self.now).grand_total

    @invariant()
    def issued_versions_are_what_they_were(self) -> None:
        for number, (digest, snapshot) in self.issued.items():
            version = quotes.version(self.workspace, self.quote, number)
            assert (version.hash, version.snapshot) == (digest, snapshot)

    @invariant()
    def no_line_is_lost_that_nobody_deleted(self) -> None:
        if not self.seen:
            return
        lines = [line.id for line in self.now.lines()]
        assert len(lines) == len(set(lines))
        assert self.added - self.deleted <= set(lines)

    @invariant()
    def loose_lines_stand_first_and_headings_once(self) -> None:
        if not self.seen:
            return
        heads = [section.id for section in self.now.sections]
        assert len(heads) == len(set(heads))
        assert LOOSE not in heads[1:]

    @invariant()
    def the_state_fits_what_was_issued(self) -> None:
        if not self.seen:
            return
        found = quotes.open_quote(self.workspace, self.quote)
        assert found.draft_version == len(self.issued) + 1
        if found.status is QuoteStatus.ISSUED:
            past = quotes.version(self.workspace, self.quote).content
            assert price(found.draft).grand_total == past.amounts.grand_total


SideBySide.TestCase.settings = settings(
    max_examples=12, stateful_step_count=14, deadline=None, suppress_health_check=list(HealthCheck)
)
TestSideBySide = pytest.mark.timeout(280)(SideBySide.TestCase)
