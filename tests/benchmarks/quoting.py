"""Our side of work on a quote of 1,000 lines: one changed and all priced, explained, committed; all pasted; two versions compared."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

from desktop_crm.domain.quotes import edits
from desktop_crm.domain.quotes.approvals.needs import ConcessionMemory
from desktop_crm.domain.quotes.compare import Offer, compare
from desktop_crm.domain.quotes.draft import LOOSE, Party, QuoteDraft, QuoteLine, QuoteSection
from desktop_crm.domain.quotes.pricing import LineMemory, explain, price
from desktop_crm.domain.schema.approval_options import ApproverKind
from desktop_crm.foundation.ids import new_row_id
from desktop_crm.security.secrets import MemoryStore
from desktop_crm.services import quotes
from desktop_crm.services.workspace import init_workspace
from tests.benchmarks.floors import quote as floor
from tests.benchmarks.measure import Act, Job, stopwatch

_NOBODY = Party(name="")
RULES = (
    ("Discount", "discount > 5"),
    ("One line", "line_discount >= 15"),
    ("Margin", "margin < 60"),
    ("Large", "amount >= 1000 KRW"),
)
"""What the quote needs approval for: each holds for it, so that each is worked out."""


@contextmanager
def editing(folder: Path, lines: int) -> Iterator[Act]:
    """The program's own save, with every total, every step of every price and the approvals that it needs."""
    workspace = init_workspace(folder / "ours.crm", name="w", secrets=MemoryStore())
    with workspace.closing():
        with workspace.write("benchmark") as work:
            account = work.insert("account", {"name": "한빛전자"})
        for name, when in RULES:
            quotes.save_rule(
                workspace, name=name, conditions=when, steps=[quotes.StepFields(approver=ApproverKind.OWNERS_MANAGER)]
            )
        made = quotes.create(workspace, account_id=account, sections=(with_lines(lines),))
        held = [quotes.open_quote(workspace, made.id).draft]
        basis, memory, given = quotes.approval_basis(workspace, account), LineMemory(), ConcessionMemory()

        def change(number: int) -> float:
            before = held[0]
            line = before.sections[0].lines[lines // 2]
            with stopwatch() as seconds:
                after = edits.set_line(before, replace(line, quantity=Decimal(number % 90 + 1)))
                priced, steps = explain(after, memory)
                needs = basis.needs(after, priced, given)
                quotes.save(workspace, before, after, priced)
            assert len(steps) > lines
            assert len(needs) == len(RULES)
            held[0] = after
            return seconds()

        yield change


def with_lines(count: int) -> QuoteSection:
    """The loose lines of a quote."""
    return QuoteSection(id=LOOSE, lines=tuple(_line(number) for number in range(count)))


def _line(number: int) -> QuoteLine:
    return QuoteLine(
        id=new_row_id(),
        name=f"제품 Product {number:04d}",
        quantity=Decimal(1 + number % 9),
        unit_price=Decimal("100.50") + number % 50,
        discount_percent=Decimal(number % 4 * 5),
        cost=Decimal("60.25"),
    )


@contextmanager
def edited(folder: Path, floors_alone: bool) -> Iterator[Job]:
    """One of 1,000 lines changed, against the bare file."""
    with closing(floor.file(folder / "floor.sqlite")) as bare:
        if floors_alone:
            yield Job(ours=None, floor=lambda number: floor.edit(bare, number), rounds=60)
            return
        with editing(folder, floor.LINES) as change:
            yield Job(ours=change, floor=lambda number: floor.edit(bare, number), rounds=60)


@contextmanager
def grown(folder: Path, floors_alone: bool) -> Iterator[Job]:
    """One of 10,000 lines changed, against one of 1,000."""
    (folder / "short").mkdir()
    with editing(folder / "short", floor.LINES) as short:
        if floors_alone:
            yield Job(ours=None, floor=short, rounds=15)
            return
        (folder / "long").mkdir()
        with editing(folder / "long", 10 * floor.LINES) as change:
            yield Job(ours=change, floor=short, rounds=15)


@contextmanager
def compared(folder: Path, floors_alone: bool) -> Iterator[Job]:
    """Two versions of 1,000 lines compared (one line of ten at another price, one of 25 moved), against their fields side by side."""
    lines = tuple(_line(number) for number in range(floor.LINES))
    moved = [replace(one, unit_price=Decimal(7)) if place % 10 == 0 else one for place, one in enumerate(lines)]
    for place in range(0, floor.LINES, 25):
        moved.append(moved.pop(place))
    old, new = (Offer.of(_draft(some)) for some in (lines, tuple(moved)))

    def bare(_number: int) -> float:
        with stopwatch() as seconds:
            before = {one.id: one for one in lines}
            found = [one.id for one in moved if before[one.id] != one]
        assert len(found) == floor.LINES // 10
        return seconds()

    def ours(_number: int) -> float:
        with stopwatch() as seconds:
            compare(old, new)
        return seconds()

    yield Job(ours=None if floors_alone else ours, floor=bare, rounds=30)


@contextmanager
def pasted(folder: Path, floors_alone: bool) -> Iterator[Job]:
    """1,000 lines put on an empty quote, priced and saved with their history, against bare rows committed."""
    with closing(floor.file(folder / "floor.sqlite")) as bare:
        if floors_alone:
            yield Job(ours=None, floor=lambda number: floor.paste(bare, number), rounds=9)
            return
        workspace = init_workspace(folder / "ours.crm", name="w", secrets=MemoryStore())
        with workspace.closing():

            def ours(_number: int) -> float:
                made = quotes.create(workspace, account_id=None)
                empty = quotes.open_quote(workspace, made.id).draft
                lines = tuple(_line(number) for number in range(floor.LINES))
                with stopwatch() as seconds:
                    after = edits.add_lines(empty, lines)
                    quotes.save(workspace, empty, after, price(after))
                return seconds()

            yield Job(ours=ours, floor=lambda number: floor.paste(bare, number), rounds=9)


def _draft(lines: tuple[QuoteLine, ...]) -> QuoteDraft:
    section = QuoteSection(id=LOOSE, lines=lines)
    return QuoteDraft(id=new_row_id(), supplier=_NOBODY, customer=_NOBODY, currency="KRW", sections=(section,))
