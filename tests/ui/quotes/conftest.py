"""A workspace with a customer, a small catalogue and a quote, and the page over it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

import pytest

from desktop_crm.domain.quotes.draft import QuoteLine, QuoteSection
from desktop_crm.foundation.ids import RowId, new_row_id
from desktop_crm.services import quotes
from desktop_crm.ui.quotes.builder import QuoteBuilder
from desktop_crm.ui.quotes.page import QuotesPage

PRODUCTS = (
    ("HC-900", "제어기 본체", "24V", "EA", 6900000),
    ("PW-2", "이중화 전원", "", "EA", 900000),
    ("SV-1", "현장 설치", "", "일", 650000),
)


@pytest.fixture
def account(workspace) -> RowId:
    with workspace.write("test") as work:
        for code, name, spec, unit, price in PRODUCTS:
            fields = {
                "code": code,
                "name": name,
                "spec": spec,
                "unit": unit,
                "list_price": Decimal(price),
                "currency": "KRW",
            }
            work.insert("product", fields)
        return work.insert("account", {"name": "한빛전자(주)"})


def line(name: str, quantity: str = "1", price: str = "1000", **more) -> QuoteLine:
    return QuoteLine(id=new_row_id(), name=name, quantity=Decimal(quantity), unit_price=Decimal(price), **more)


@pytest.fixture
def quote(workspace, account) -> RowId:
    sections = (
        QuoteSection(id=new_row_id(), name="설비", lines=(line("펌프", "2", "1250000"), line("밸브", "4", "80000"))),
        QuoteSection(id=new_row_id(), name="용역", lines=(line("설치", "3", "650000"),)),
    )
    return quotes.create(workspace, account_id=account, name="증설", sections=sections).id


@pytest.fixture
def page(context, show, account) -> QuotesPage:
    return show(QuotesPage(context))


@pytest.fixture
def builder(qtbot, page, quote) -> QuoteBuilder:
    """The builder with the quote open and its page drawn."""
    with qtbot.waitSignal(page.builder.editor.opened):
        page.open_row(quote)
    return page.builder


@pytest.fixture
def stored(workspace, quote) -> Callable[[], list[tuple[str, list[tuple[str, Decimal]]]]]:
    """What lies in the file: sections with names and quantities of their lines."""

    def read() -> list[tuple[str, list[tuple[str, Decimal]]]]:
        draft = quotes.open_quote(workspace, quote).draft
        return [(section.name, [(one.name, one.quantity) for one in section.lines]) for section in draft.sections]

    return read


@pytest.fixture
def elsewhere(context, workspace, quote) -> Callable[..., None]:
    """`elsewhere(remarks="…")` changes the quote as another laptop would, and the change arrives."""

    def change(**fields) -> None:
        seen = quotes.open_quote(workspace, quote).draft
        changes = quotes.save(workspace, seen, replace(seen, **fields))
        context.hub.announce(replace(changes, remote=True))
        context.hub.flush()

    return change
