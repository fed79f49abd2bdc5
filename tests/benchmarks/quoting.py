"""Our side of a quote's edit: one of 1,000 lines changed → all totals and the line's trace worked out, committed with its history."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

from desktop_crm.domain.quotes import edits
from desktop_crm.domain.quotes.draft import LOOSE, QuoteLine, QuoteSection
from desktop_crm.domain.quotes.pricing import explain
from desktop_crm.foundation.ids import new_row_id
from desktop_crm.security.secrets import MemoryStore
from desktop_crm.services import quotes
from desktop_crm.services.workspace import init_workspace
from tests.benchmarks.floors import quote as floor
from tests.benchmarks.measure import Act, Job, stopwatch


@contextmanager
def editing(folder: Path, lines: int) -> Iterator[Act]:
    """The program's own save, with every total and every step of every price."""
    workspace = init_workspace(folder / "ours.crm", name="w", secrets=MemoryStore())
    with workspace.closing():
        with workspace.write("benchmark") as work:
            account = work.insert("account", {"name": "한빛전자"})
        section = QuoteSection(id=LOOSE, lines=tuple(_line(number) for number in range(lines)))
        made = quotes.create(workspace, account_id=account, sections=(section,))
        held = [quotes.open_quote(workspace, made.id).draft]

        def change(number: int) -> float:
            before = held[0]
            line = before.sections[0].lines[lines // 2]
            with stopwatch() as seconds:
                after = edits.set_line(before, replace(line, quantity=Decimal(number % 90 + 1)))
                explain(after)
                quotes.save(workspace, before, after)
            held[0] = after
            return seconds()

        yield change


def _line(number: int) -> QuoteLine:
    return QuoteLine(
        id=new_row_id(),
        name=f"제품 Product {number:04d}",
        quantity=Decimal(1 + number % 9),
        unit_price=Decimal("100.50") + number % 50,
        discount_percent=Decimal(number % 4 * 5),
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
