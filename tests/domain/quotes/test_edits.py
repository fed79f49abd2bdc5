"""Edits of drafts: what was meant happens, nothing else does, and no line is ever lost or doubled."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from desktop_crm.domain.quotes import edits
from desktop_crm.domain.quotes.draft import LOOSE, QuoteDraft, QuoteSection
from desktop_crm.domain.quotes.pricing import price
from desktop_crm.foundation.ids import RowId
from tests.domain.quotes.samples import CUSTOMER, SUPPLIER, korean_draft, line


def shape(draft: QuoteDraft) -> list[tuple[str, list[str]]]:
    return [(section.id, [item.id[-1] for item in section.lines]) for section in draft.sections]


def test_a_line_is_set_and_added_where_it_was_meant() -> None:
    draft = korean_draft()
    dearer = replace(draft.sections[0].lines[0], unit_price=Decimal(1))
    assert edits.find_line(edits.set_line(draft, dearer), dearer.id) == dearer
    assert edits.set_line(draft, dearer).sections[1] is draft.sections[1], "what did not change is shared"
    new = line(9, "new", "1", "1")
    assert shape(edits.add_line(draft, new, RowId("line-00001")))[0] == ("section-1", ["1", "9", "2"])
    assert shape(edits.add_line(draft, new, RowId("section-2")))[1] == ("section-2", ["9", "3", "4"])
    assert shape(edits.add_line(draft, new))[2] == ("section-3", ["5", "9"])
    assert shape(edits.add_line(replace(draft, sections=()), new)) == [(LOOSE, ["9"])]


def test_lines_of_a_heading_that_goes_join_what_stands_above() -> None:
    draft = korean_draft()
    assert shape(edits.remove(draft, {RowId("section-2")})) == [
        ("section-1", ["1", "2", "3", "4"]),
        ("section-3", ["5"]),
    ]
    assert shape(edits.remove(draft, {RowId("section-1")}))[0] == (LOOSE, ["1", "2"])
    assert shape(edits.remove(draft, {RowId("line-00005"), RowId("line-00001")})) == [
        ("section-1", ["2"]),
        ("section-2", ["3", "4"]),
        ("section-3", []),
    ]


def test_lines_move_within_and_between_sections() -> None:
    draft = korean_draft()
    assert shape(edits.move_line(draft, RowId("line-00005"), RowId("line-00002")))[0] == ("section-1", ["1", "5", "2"])
    assert shape(edits.move_line(draft, RowId("line-00001"), RowId("section-3")))[1] == ("section-2", ["3", "4", "1"])
    assert shape(edits.move_line(draft, RowId("line-00001"), None))[2] == ("section-3", ["5", "1"])
    assert shape(edits.move_line(draft, RowId("line-00005"), RowId("section-1")))[0] == (LOOSE, ["5"])
    assert edits.move_line(draft, RowId("line-00005"), RowId("line-00005")) == draft
    assert edits.move_line(draft, RowId("nothing"), None) == draft


def test_sections_move_with_their_lines() -> None:
    draft = korean_draft()
    assert [name for name, _ in shape(edits.move_section(draft, RowId("section-3"), RowId("line-00002")))] == [
        "section-3",
        "section-1",
        "section-2",
    ]
    assert [name for name, _ in shape(edits.move_section(draft, RowId("section-1"), None))][-1] == "section-1"
    assert edits.move_section(draft, RowId("section-1"), RowId("line-00002")) == draft
    renamed = edits.rename_section(draft, RowId("section-1"), "새 이름")
    assert renamed.sections[0].name == "새 이름"
    added = edits.add_section(draft, QuoteSection(id=RowId("new")), RowId("line-00003"))
    assert [name for name, _ in shape(added)] == ["section-1", "section-2", "new", "section-3"]


class Editing(RuleBasedStateMachine):
    """Any edits in any order, beside a plain model: the set of lines that must be there."""

    def __init__(self) -> None:
        super().__init__()
        self.draft = QuoteDraft(id=RowId("q"), supplier=SUPPLIER, customer=CUSTOMER, currency="KRW")
        self.lines: set[str] = set()
        self.count = 0

    def pick(self, number: int) -> RowId | None:
        rows = [*edits.row_ids(self.draft), None]
        return rows[number % len(rows)]

    @rule(at=st.integers(0, 99))
    def add_line(self, at: int) -> None:
        self.count += 1
        new = line(self.count, "x", "1", "1000")
        self.draft = edits.add_line(self.draft, new, self.pick(at))
        self.lines.add(new.id)

    @rule(at=st.integers(0, 99))
    def add_section(self, at: int) -> None:
        self.count += 1
        new = QuoteSection(id=RowId(f"section-{self.count}"), name="s")
        self.draft = edits.add_section(self.draft, new, self.pick(at))

    @rule(at=st.integers(0, 99))
    def remove(self, at: int) -> None:
        row = self.pick(at)
        if row is not None:
            self.draft = edits.remove(self.draft, {row})
            self.lines.discard(row)

    @rule(what=st.integers(0, 99), to=st.integers(0, 99))
    def move(self, what: int, to: int) -> None:
        row, before = self.pick(what), self.pick(to)
        if row is not None:
            self.draft = edits.move_line(edits.move_section(self.draft, row, before), row, before)

    @invariant()
    def nothing_is_lost_or_doubled(self) -> None:
        ids = [item.id for item in self.draft.lines()]
        assert len(ids) == len(set(ids))
        assert set(ids) == self.lines
        assert price(self.draft).subtotal == 1000 * len(ids)
        heads = [section.id for section in self.draft.sections]
        assert len(heads) == len(set(heads))
        assert LOOSE not in heads[1:]


Editing.TestCase.settings = settings(max_examples=40, stateful_step_count=30, deadline=None)
TestEditing = Editing.TestCase
