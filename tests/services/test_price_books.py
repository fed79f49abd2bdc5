"""Catalogue and price books: books and contracts by account and its heads, tiers and bundles into lines, prices anew, what is refused."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from desktop_crm.domain.quotes import edits
from desktop_crm.domain.quotes.draft import LOOSE, Party, QuoteDraft, QuoteLine, QuoteSection
from desktop_crm.domain.quotes.order import DECLARED
from desktop_crm.domain.quotes.pricing import explain, price
from desktop_crm.domain.schema.options import Billing, BundlePrice, LifeCycle, RoundingLevel, TaxClass
from desktop_crm.foundation.errors import Refusal
from desktop_crm.foundation.ids import RowId, new_row_id
from desktop_crm.persistence.stores.quotes import supplier_id
from desktop_crm.services import quotes, records

D = Decimal


@pytest.fixture
def put(workspace):
    def insert(entity, **fields):
        return records.create(workspace, entity, fields).id

    return insert


@pytest.fixture
def accounts(put):
    group = put("account", name="한빛그룹")
    company = put("account", name="한빛전자", parent_id=group)
    return {"group": group, "company": company, "site": put("account", name="구미", parent_id=company)}


@pytest.fixture
def pump(put):
    return put(
        "product",
        code="P-1",
        name="펌프",
        list_price=D(120),
        currency="KRW",
        cost=D(60),
        floor_price=D(80),
        tax_rate=D(10),
    )


@pytest.fixture
def entry(put, pump):
    def make(amount, *, book, product=None, **more):
        fields = {"price_book_id": book, "product_id": product or pump, "unit_price": D(amount), **more}
        return put("price_book_entry", **fields)

    return make


def pick(workspace, account_id=None, book_id=None):
    (found,) = quotes.products(workspace, "펌프", price_book_id=book_id, account_id=account_id)
    return found


def test_a_book_of_an_account_holds_for_all_below_it(workspace, put, accounts, entry):
    entry(110, book=put("price_book", name="표준", currency="KRW"))
    entry(100, book=put("price_book", name="그룹 가격", currency="KRW", account_id=accounts["group"]))
    entry(95, book=put("price_book", name="구미 가격", currency="KRW", account_id=accounts["site"]))
    assert pick(workspace).price_in("KRW") == 110
    assert pick(workspace, accounts["group"]).price_in("KRW") == 100
    assert pick(workspace, accounts["company"]).price_in("KRW") == 100
    assert pick(workspace, accounts["site"]).price_in("KRW") == 95
    other = put("account", name="남")
    assert pick(workspace, other).price_in("KRW") == 110


def test_what_was_agreed_goes_before_any_book(workspace, put, accounts, entry):
    book = put("price_book", name="표준", currency="KRW", valid_from=date(2020, 1, 1))
    entry(110, book=book)
    contract = {"kind": "contract", "currency": "KRW", "account_id": accounts["company"]}
    entry(97, book=put("price_book", name="2026 계약", **contract))
    entry(50, book=put("price_book", name="끝난 계약", valid_until=date(2020, 1, 1), **contract))
    found = pick(workspace, accounts["site"], book)
    assert [(one.rule, one.price) for one in found.basis("KRW").sources] == [
        ("list", 120),
        ("book", 110),
        ("contract", 97),
    ]
    assert found.price_in("KRW") == 97
    assert found.basis("KRW").floor_price == 80
    assert pick(workspace, accounts["group"]).price_in("KRW") == 110
    names = [one.name for one in quotes.books(workspace, draft_of(accounts["site"]))]
    assert names == ["표준"]


def test_a_book_that_lacks_a_product_falls_back_to_the_one_above(workspace, put, entry):
    top = put("price_book", name="표준", currency="KRW")
    entry(110, book=top)
    below = put("price_book", name="단골", currency="KRW", parent_id=top)
    assert pick(workspace, book_id=below).price_in("KRW") == 110
    ended = put("price_book", name="작년", currency="KRW", valid_until=date(2020, 1, 1))
    entry(1, book=ended)
    assert pick(workspace, book_id=ended).price_in("KRW") == 110


def draft_of(account_id=None, *lines, **more):
    nobody = Party(name="x")
    fields = {"currency": "KRW", "tax_rate": D(10), "account_id": account_id, **more}
    section = QuoteSection(id=LOOSE, lines=lines)
    return QuoteDraft(id=RowId("q"), supplier=nobody, customer=nobody, sections=(section,) if lines else (), **fields)


def blank(quantity="1"):
    return QuoteLine(id=new_row_id(), name="", quantity=D(quantity), unit_price=D(0))


def test_a_picked_line_carries_tiers_cost_and_tax_class(workspace, put, entry):
    entry(100, book=put("price_book", name="표준", currency="KRW"), tiers="10=90;50=80", tier_mode="graduated")
    draft = draft_of()
    line = quotes.filled(blank("60"), pick(workspace), draft)
    assert (line.unit_price, line.cost, line.tax_class) == (100, 60, TaxClass.STANDARD)
    priced = price(draft_of(None, line))
    assert priced.subtotal == 1000 + 40 * 90 + 10 * 80
    assert priced.cost == 3600
    _, steps = explain(draft_of(None, line))
    assert [step.rule for step in steps if step.line_id == line.id][:4] == ["list", "book", "quantity", "tiers"]


def test_abroad_the_home_price_is_taken_by_the_stored_rate(workspace, pump):
    assert pump
    draft = draft_of(None, currency="USD")
    assert quotes.filled(blank(), pick(workspace), draft, "KRW").unit_price == 0
    rated = replace(draft, exchange_rate=D(1200))
    line = quotes.filled(blank(), pick(workspace), rated, "KRW")
    assert (line.unit_price, line.cost, line.price_basis.floor_price) == (D("0.10"), D("0.05"), D("0.07"))
    assert "KRW / 1200" in line.price_basis.sources[0].name


def test_prices_anew_leave_what_was_typed_and_tell_it(workspace, put, pump, entry):
    kept = entry(100, book=put("price_book", name="표준", currency="KRW"))
    draft = draft_of()
    taken = quotes.filled(blank("2"), pick(workspace), draft)
    typed = replace(quotes.filled(blank("3"), pick(workspace), draft), unit_price=D(93))
    free = replace(blank("1"), name="설치", unit_price=D(7))
    records.set_fields(workspace, "price_book_entry", kept, {"unit_price": D(105)})
    asked = quotes.reprice(workspace, draft_of(None, taken, typed, free))
    assert [one.unit_price for one in asked.draft.lines()] == [105, 93, 7]
    assert (asked.changed, asked.by_hand) == ((taken.id,), (typed.id,))
    all_new = quotes.reprice(workspace, draft_of(None, taken, typed, free), keep_by_hand=False)
    assert [one.unit_price for one in all_new.draft.lines()] == [105, 105, 7]
    records.set_fields(workspace, "product", pump, {"life_cycle": LifeCycle.WITHDRAWN.value})
    assert quotes.reprice(workspace, draft_of(None, taken)).withdrawn == (taken.id,)
    assert quotes.products(workspace, "펌프") == ()


@pytest.fixture
def bundle(put, pump):
    top = put("product", code="B", name="펌프 묶음", bundle_price="sum", currency="KRW")
    valve = put("product", code="V", name="밸브", list_price=D(30), currency="KRW")
    gauge = put("product", code="G", name="게이지", list_price=D(10), currency="KRW")
    put("bundle_item", bundle_id=top, product_id=pump, quantity=D(1), role="required", order_key="a1")
    put("bundle_item", bundle_id=top, product_id=valve, quantity=D(2), role="chosen", order_key="a2", choice="부속",
        choose_least=1, choose_most=1)  # fmt: skip
    put("bundle_item", bundle_id=top, product_id=gauge, quantity=D(1), role="optional", order_key="a3", choice="부속",
        excludes_id=valve)  # fmt: skip
    return {"top": top, "valve": valve, "gauge": gauge}


def test_a_bundle_comes_with_its_parts(workspace, put, accounts, bundle):
    del bundle
    made = quotes.create(workspace, account_id=accounts["company"])
    draft = quotes.open_quote(workspace, made.id).draft
    (product,) = quotes.products(workspace, "펌프 묶음")
    line = quotes.filled(blank("3"), product, draft)
    parts = quotes.bundle_lines(workspace, line, draft)
    assert [(one.name, one.quantity, one.parent_id == line.id) for one in parts] == [
        ("펌프", 3, True),
        ("밸브", 6, True),
    ]
    whole = edits.add_parts(edits.add_line(draft, line), line.id, parts)
    quotes.save(workspace, draft, whole)
    again = quotes.open_quote(workspace, made.id).draft
    assert price(again).subtotal == 3 * 120 + 6 * 30
    assert next(iter(again.lines())).bundle_price is BundlePrice.SUM
    assert quotes.issue(workspace, made.id).version.content.amounts.subtotal == 540


def test_a_bundle_that_does_not_hold_is_not_issued(workspace, accounts, bundle):
    made = quotes.create(workspace, account_id=accounts["company"])
    draft = quotes.open_quote(workspace, made.id).draft
    (product,) = quotes.products(workspace, "펌프 묶음")
    line = quotes.filled(blank(), product, draft)
    quotes.save(workspace, draft, edits.add_line(draft, line))
    with pytest.raises(Refusal) as refused:
        quotes.issue(workspace, made.id)
    assert (refused.value.code, refused.value.params["reason"]) == ("quote.issue.bundle", "bundle.required")
    assert bundle


def test_a_bundle_within_itself_is_refused(put, pump, bundle):
    inner = put("product", code="I", name="속", bundle_price="fixed")
    put("bundle_item", bundle_id=bundle["top"], product_id=inner)
    for wrong in (bundle["top"], inner):
        with pytest.raises(Refusal) as refused:
            put("bundle_item", bundle_id=inner, product_id=wrong)
        assert refused.value.code == "bundle.circle"
    put("bundle_item", bundle_id=inner, product_id=pump)


@pytest.mark.parametrize("text", ["10", "a=b"])
def test_tiers_that_are_none_are_refused_when_they_are_written(put, entry, text):
    with pytest.raises(Refusal) as refused:
        entry(1, book=put("price_book", name="표준", currency="KRW"), tiers=text)
    assert refused.value.code == "price.tiers"


def test_a_withdrawn_product_stops_the_issue_and_loses_nothing(workspace, accounts, pump):
    made = quotes.create(workspace, account_id=accounts["company"])
    draft = quotes.open_quote(workspace, made.id).draft
    line = quotes.filled(blank(), pick(workspace), draft)
    quotes.save(workspace, draft, edits.add_line(draft, line))
    records.set_fields(workspace, "product", pump, {"life_cycle": "withdrawn"})
    with pytest.raises(Refusal) as refused:
        quotes.issue(workspace, made.id)
    assert refused.value.code == "quote.issue.withdrawn"
    assert [one.name for one in quotes.open_quote(workspace, made.id).draft.lines()] == ["펌프"]


def test_our_companys_terms_go_into_new_quotes(workspace, accounts):
    quotes.set_supplier(workspace, quotes.SupplierFields(name="온누리"))
    with workspace.read() as session:
        row = supplier_id(session)
    turned = ",".join((*DECLARED[:6], "line_discount", "percent_of_total", *DECLARED[8:]))
    terms = {"rounding_policy": "down", "rounding_level": "document", "tax_included": True, "pricing_order": turned}
    records.set_fields(workspace, "supplier", row, terms)
    draft = quotes.open_quote(workspace, quotes.create(workspace, account_id=accounts["site"]).id).draft
    assert (draft.rounding_policy, draft.rounding_level, draft.tax_included) == ("down", RoundingLevel.DOCUMENT, True)
    assert ",".join(draft.pricing_order) == turned
    with pytest.raises(Refusal):
        records.set_fields(workspace, "supplier", row, {"pricing_order": "tax,list"})


def test_everything_of_a_draft_is_kept(workspace, accounts):
    made = quotes.create(workspace, account_id=accounts["site"], currency="USD")
    before = quotes.open_quote(workspace, made.id).draft
    top = QuoteSection(id=new_row_id(), name="가", discount_percent=D(3), discount_amount=D(1), hide_prices=True)
    line = replace(
        blank("2"),
        name="구독",
        billing=Billing.MONTHLY,
        term_months=36,
        starts_on=date(2026, 1, 16),
        ends_on=date(2027, 1, 1),
        ramp=(D(100), D("105.5")),
        optional=True,
        indent=2,
        cost=D(3),
        tax_class=TaxClass.EXEMPT,
        discount_amount=D(2),
        percent_of=D(7),
        percent_of_section=True,
    )
    below = QuoteSection(id=new_row_id(), name="나", parent_id=top.id, optional=True, hide_lines=True, lines=(line,))
    after = replace(
        before,
        sections=(top, below),
        rounding_level=RoundingLevel.LINE,
        tax_included=True,
        prepaid=D(5),
        exchange_rate=D("1385.5"),
        exchange_on=date(2026, 11, 20),
    )
    quotes.save(workspace, before, after)
    again = quotes.open_quote(workspace, made.id).draft
    assert again == replace(after, home_currency=workspace.currency)
    quotes.save(workspace, again, before)
    assert quotes.open_quote(workspace, made.id).draft == before


def test_a_file_is_told_which_book_has_run_out_and_when(workspace, put, entry, pump, tmp_path):
    for name, day in (("재작년", date(2019, 6, 30)), ("작년", date(2020, 1, 1))):
        entry(5, book=put("price_book", name=name, currency="USD", valid_until=day))
    path = tmp_path / "lines.csv"
    path.write_text("name,quantity\n펌프,1\n", encoding="utf-8")
    with pytest.raises(Refusal) as told:
        quotes.lines_from_file(workspace, path, "USD")
    assert told.value.code == "quote.lines.book_ended"
    assert (told.value.params["book"], told.value.params["until"]) == ("작년", "2020-01-01")
    with pytest.raises(Refusal) as told:
        quotes.lines_from_file(workspace, path, "EUR")
    assert told.value.code == "quote.lines.no_price"
    entry(7, book=put("price_book", name="올해", currency="USD"))
    (section,) = quotes.lines_from_file(workspace, path, "USD")
    assert section.lines[0].unit_price == 7
