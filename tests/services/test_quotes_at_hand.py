"""A save need not read the quote again: what is kept of the last save is what lies in the file, or is not used."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from random import Random

import pytest
from sqlalchemy.engine.default import DefaultDialect

from desktop_crm.domain.quotes import edits
from desktop_crm.domain.quotes.draft import LOOSE, QuoteDraft, QuoteLine, QuoteSection
from desktop_crm.domain.quotes.pricing import price
from desktop_crm.foundation.ids import RowId, new_row_id
from desktop_crm.security.secrets import MemoryStore
from desktop_crm.services import history, quotes, records
from desktop_crm.services.quotes import at_hand, editing, reading
from desktop_crm.services.workspace import Workspace, init_workspace


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    workspace = init_workspace(tmp_path / "w.crm", name="w", secrets=MemoryStore())
    with workspace.closing():
        yield workspace


def new_line(price_: int) -> QuoteLine:
    return QuoteLine(id=new_row_id(), name="품목", quantity=Decimal(2), unit_price=Decimal(price_))


def begun(workspace: Workspace) -> QuoteDraft:
    with workspace.write("test") as work:
        account = work.insert("account", {"name": "한빛전자"})
    sections = (
        QuoteSection(id=LOOSE, lines=(new_line(5),)),
        QuoteSection(id=new_row_id(), name="설비", lines=tuple(new_line(100 + number) for number in range(4))),
    )
    made = quotes.create(workspace, account_id=account, sections=sections)
    return quotes.open_quote(workspace, made.id).draft


def reads(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The quotes that are read whole from now on."""
    seen: list[str] = []
    stored = reading.stored

    def noted(session: object, workspace: Workspace, quote_id: str) -> object:
        seen.append(quote_id)
        return stored(session, workspace, quote_id)  # type: ignore[arg-type]

    monkeypatch.setattr(reading, "stored", noted)
    return seen


def changed(dice: Random, draft: QuoteDraft) -> QuoteDraft:
    lines = list(draft.lines())
    if not lines:
        return edits.add_line(draft, new_line(7))
    one = dice.choice(lines)
    match dice.randrange(7):
        case 0:
            return edits.remove(draft, {one.id})
        case 1:
            return edits.move_line(draft, one.id, dice.choice([*edits.row_ids(draft), None]))
        case 2:
            return edits.add_lines(draft, [new_line(3), new_line(4)], one.id)
        case 3:
            return edits.add_section(draft, QuoteSection(id=new_row_id(), name="새 구분"), one.id)
        case 4:
            return edits.remove(draft, {dice.choice(draft.sections).id})
        case 5:
            return replace(draft, discount_percent=Decimal(dice.randrange(9)), remarks=str(dice.random()))
    return edits.set_line(draft, replace(one, quantity=Decimal(dice.randrange(1, 60))))


def test_what_is_kept_of_a_save_is_what_lies_in_the_file(workspace: Workspace) -> None:
    dice = Random(66)
    draft = begun(workspace)
    for _ in range(60):
        after = changed(dice, draft)
        quotes.save(workspace, draft, after, price(after))
        held = workspace.at_hand.get("quotes.saved_last")
        assert isinstance(held, at_hand._Held)
        with workspace.read() as session:
            lies = reading.stored(session, workspace, draft.id)
            told = session.connection().exec_driver_sql("SELECT grand_total FROM quote").scalar_one()
        assert Decimal(told) == price(lies.draft).grand_total
        rows = {line.id for line in lies.draft.lines()} | {one.id for one in lies.draft.sections if one.id != LOOSE}
        assert {row: held.stored.keys[row] for row in rows} == lies.keys
        assert replace(held.stored, keys={}) == replace(lies, keys={})
        draft = after


def test_the_next_save_reads_no_lines(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    first = begun(workspace)
    second = edits.add_line(first, new_line(1))
    quotes.save(workspace, first, second)
    seen = reads(monkeypatch)
    quotes.save(workspace, second, edits.add_line(second, new_line(2)))
    assert seen == []


@pytest.mark.parametrize("what", ["another record", "undo", "a line by itself", "raw"])
def test_whatever_else_is_written_it_is_read_again(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    first = begun(workspace)
    second = replace(first, remarks="one")
    tx = quotes.save(workspace, first, second).tx_id
    if what == "another record":
        records.create(workspace, "account", {"name": "다른 곳"})
    elif what == "undo":
        assert tx is not None
        history.revert(workspace, tx)
    elif what == "a line by itself":
        records.set_fields(workspace, "quote_line", next(second.lines()).id, {"quantity": Decimal(77)})
    else:
        with workspace.database.writing() as connection:  # as a sync writes
            connection.exec_driver_sql("UPDATE quote_line SET quantity='78'")
    seen = reads(monkeypatch)
    quotes.save(workspace, second, replace(second, payment_terms="30 days"))
    assert first.id in seen
    now = quotes.open_quote(workspace, first.id).draft
    wanted = {"a line by itself": Decimal(77), "raw": Decimal(78)}.get(what, Decimal(2))
    assert (next(now.lines()).quantity, now.payment_terms) == (wanted, "30 days")


def test_another_customer_is_read_with_the_next_save(workspace: Workspace) -> None:
    first = begun(workspace)
    other = records.create(workspace, "account", {"name": "다른 곳"}).id
    second = replace(first, account_id=RowId(other))
    quotes.save(workspace, first, second)
    assert workspace.at_hand == {}
    assert quotes.open_quote(workspace, first.id).draft.customer.name == "다른 곳"


def test_a_save_that_fails_leaves_nothing_at_hand(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    first = begun(workspace)
    second = replace(first, remarks="one")
    quotes.save(workspace, first, second)
    monkeypatch.setattr(editing, "_write_lines", lambda *_, **__: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        quotes.save(workspace, second, replace(second, remarks="two"))
    assert workspace.at_hand == {}


def test_a_save_of_one_line_asks_the_file_for_the_quote_once_and_for_no_other_line(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = begun(workspace)
    first = edits.set_line(before, replace(before.sections[1].lines[2], quantity=Decimal(8)))
    quotes.save(workspace, before, first)
    asked: list[str] = []
    execute = DefaultDialect.do_execute

    def noted(self: DefaultDialect, cursor: object, statement: str, *more: object) -> None:
        asked.append(statement)
        execute(self, cursor, statement, *more)  # type: ignore[arg-type]

    monkeypatch.setattr(DefaultDialect, "do_execute", noted)
    quotes.save(workspace, first, edits.set_line(first, replace(first.sections[1].lines[2], quantity=Decimal(9))))
    whole = [one for one in asked if one.startswith("SELECT quote.")]
    assert len(whole) == 1, asked
    assert sum(one.startswith("SELECT quote_line.") for one in asked) == 1
    assert not any("FROM stage" in one or "account_health" in one or "person_place" in one for one in asked)


def test_only_lines_that_are_another_value_are_looked_at() -> None:
    section = QuoteSection(id=RowId("a"), lines=tuple(new_line(number) for number in range(1, 5)))
    other = replace(section.lines[2], quantity=Decimal(7))
    edited = replace(section, lines=(*section.lines[:2], other, section.lines[3]))
    assert editing._told_apart(edited, section).lines == (other,)
    assert editing._told_apart(section, section).lines == ()
    turned = replace(section, lines=section.lines[::-1])
    assert editing._told_apart(turned, section) is turned, "lines that moved need their places"
    fewer = replace(section, lines=section.lines[1:])
    assert editing._told_apart(fewer, section) is fewer
    assert editing._told_apart(section, None) is section
