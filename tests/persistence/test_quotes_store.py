"""Queries of quotes on rows as they come by sync and import: with holes, strangers, ties and deleted parents."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from desktop_crm.domain.quotes.draft import LOOSE
from desktop_crm.domain.schema.options import QuoteStatus, RoundingPolicy
from desktop_crm.persistence.stores import quotes as store

TODAY = date(2026, 11, 23)


@pytest.fixture
def put(workspace):
    def insert(entity, **fields):
        with workspace.write("test") as work:
            return work.insert(entity, fields)

    return insert


@pytest.fixture
def ask(workspace):
    def query(fn, *arguments):
        with workspace.read() as session:
            return fn(session, *arguments)

    return query


def shape(found):
    return [(section.name, [line.name for line in section.lines]) for section in found.draft.sections]


def test_a_bare_row_becomes_a_draft_with_defaults(put, ask):
    found = ask(store.stored, put("quote"))
    draft = found.draft
    assert (found.number, found.status, found.draft_version) == ("", QuoteStatus.DRAFT, 1)
    assert (draft.currency, draft.rounding_policy, draft.tax_rate) == ("KRW", RoundingPolicy.HALF_UP, 0)
    assert (draft.customer.name, draft.supplier.name, draft.sections) == ("", "", ())
    assert ask(store.stored, "nothing") is None


def test_lines_stand_by_key_then_id_and_without_a_key_first(put, ask):
    quote = put("quote")
    head = put("quote_section", quote_id=quote, name="머리", order_key="a1")
    for name, key in (("c", "a2"), ("a", None), ("b", "a0"), ("d", "a2")):
        put("quote_line", quote_id=quote, section_id=head, name=name, order_key=key)
    found = ask(store.stored, quote)
    assert shape(found) == [("머리", ["a", "b", "c", "d"])]
    assert set(found.keys.values()) == {"a0", "a1", "a2"}


def test_lines_of_no_or_a_deleted_section_are_loose_and_not_lost(workspace, put, ask):
    quote = put("quote")
    kept = put("quote_section", quote_id=quote, name="남음", order_key="a1")
    gone = put("quote_section", quote_id=quote, name="지움", order_key="a0")
    for name, section in (("x", kept), ("y", gone), ("z", None), ("w", "of another world")):
        put("quote_line", quote_id=quote, section_id=section, name=name, order_key=f"a{name}")
    with workspace.write("test") as work:
        work.delete("quote_section", gone)
    found = ask(store.stored, quote)
    assert shape(found) == [("", ["w", "y", "z"]), ("남음", ["x"])]
    assert found.draft.sections[0].id == LOOSE


def test_lines_of_other_quotes_and_deleted_ones_stay_away(workspace, put, ask):
    quote, other = put("quote"), put("quote")
    put("quote_line", quote_id=other, name="fremd", order_key="a0")
    gone = put("quote_line", quote_id=quote, name="weg", order_key="a0")
    put("quote_line", quote_id=quote, name="da", order_key="a1")
    with workspace.write("test") as work:
        work.delete("quote_line", gone)
        assert store.deleted_rows(work.session, "quote_line", [gone, "nothing"]) == {gone}
        assert store.deleted_rows(work.session, "quote_line", []) == frozenset()
    assert shape(ask(store.stored, quote)) == [("", ["da"])]


def test_the_customer_is_the_account_with_its_contact(workspace, put, ask):
    account = put(
        "account",
        name="한빛전자(주)",
        business_registration_number="514-81-00231",
        address_city="구미시",
        address_line="수출대로 152",
        phone="054-1",
    )
    contact = put(
        "contact", name="이정훈", title="부장", department="설비팀", email="lee@example.com", account_id=account
    )
    opportunity = put("opportunity", name="설비 증설", account_id=account)
    quote = put("quote", account_id=account, contact_id=contact, opportunity_id=opportunity)
    found = ask(store.stored, quote)
    customer = found.draft.customer
    assert (customer.name, customer.registration_number, customer.address) == (
        "한빛전자(주)",
        "514-81-00231",
        "구미시 수출대로 152",
    )
    assert (customer.contact, customer.contact_title, customer.department) == ("이정훈", "부장", "설비팀")
    assert (found.account_name, found.opportunity_name) == ("한빛전자(주)", "설비 증설")
    with workspace.write("test") as work:
        work.delete("account", account)
        work.delete("contact", contact)
    left = ask(store.stored, quote)
    assert left.draft.customer.name == ""
    assert left.draft.account_id == account, "the reference is kept, for the account may come back"


def test_the_supplier_is_the_first_row_and_the_writer_the_owner(put, ask):
    assert ask(store.supplier_id) is None
    first = put("supplier", name="(주)온누리", representative="강윤우")
    put("supplier", name="또 하나")
    owner = put("user", name="김하늘")
    found = ask(store.stored, put("quote", owner_id=owner)).draft.supplier
    assert (found.name, found.representative, found.contact) == ("(주)온누리", "강윤우", "김하늘")
    assert ask(store.supplier_id) == first


def test_the_list_is_newest_first_with_the_newest_version(put, ask):
    account = put("account", name="한빛전자")
    old = put(
        "quote", number="Q-2026-0001", account_id=account, grand_total=Decimal(5), currency="KRW", status="issued"
    )
    new = put("quote", number="Q-2026-0002", valid_until=date(2026, 12, 1), draft_version=3)
    for version in (1, 2):
        put(
            "quote_version",
            quote_id=old,
            number="Q-2026-0001",
            version=version,
            issued_at=datetime(2026, 1, version, tzinfo=UTC),
            grand_total=Decimal(5),
        )
    listed = ask(store.summaries)
    assert [one.id for one in listed] == [new, old]
    assert [(one.version, one.draft_version, one.status) for one in listed] == [
        (0, 3, QuoteStatus.DRAFT),
        (2, 1, QuoteStatus.ISSUED),
    ]
    assert [one.id for one in ask(store.summaries, "", 1)] == [new]
    assert [one.id for one in ask(store.summaries, "한빛")] == [old]
    assert [one.id for one in ask(store.summaries, "", 10, account)] == [old]
    assert ask(store.summaries, "nowhere") == ()


def test_a_total_in_the_list_is_the_engines_however_stale_the_stored_one_is(put, ask):
    quote = put("quote", grand_total=Decimal(1), currency="USD", tax_rate=Decimal(10), discount_percent=Decimal(50))
    put("quote_line", quote_id=quote, name="x", quantity=Decimal(3), unit_price=Decimal("33.335"))
    bare = put("quote", grand_total=Decimal(7), currency="KRW")
    assert {one.id: one.grand_total for one in ask(store.summaries)} == {quote: Decimal("55.00"), bare: 7}


def test_versions_of_two_laptops_with_one_number_are_both_shown(put, ask):
    quote = put("quote", number="Q-1")
    user = put("user", name="김하늘")
    at = datetime(2026, 11, 23, tzinfo=UTC)
    for digest in ("aa", "bb"):
        put(
            "quote_version",
            quote_id=quote,
            version=1,
            issued_at=at,
            issued_by_id=user,
            snapshot_hash=digest,
            snapshot="{}",
        )
    put("quote_version", quote_id=quote, version=2, snapshot_hash="unfinished")
    shown = ask(store.versions, quote)
    assert [(one.version, one.hash, one.issued_by) for one in shown] == [(1, "bb", "김하늘"), (1, "aa", "김하늘")]
    assert ask(store.snapshot, shown[0].id) == ("{}", "bb")
    assert ask(store.snapshot, "nothing") is None


def test_numbers_and_names_are_found_in_either_case(workspace, put, ask):
    quote = put("quote", number="Q-2026-K7QM-0001")
    assert ask(store.quote_ids_of, " q-2026-k7qm-0001 ") == (quote,)
    assert ask(store.quote_ids_of, "Q") == ()
    left, right = put("account", name="GTX Pro"), put("account", name="gtx pro")
    assert set(ask(store.account_ids_of, "GTX PRO")) == {left, right}
    with workspace.write("test") as work:
        work.delete("quote", quote)
        work.delete("account", right)
    assert ask(store.quote_ids_of, "Q-2026-K7QM-0001") == ()
    assert ask(store.account_ids_of, "gtx pro") == (left,)


def test_products_are_matched_by_code_before_name_and_the_first_of_twins(put, ask):
    by_name = put("product", code="X", name="HC-900")
    by_code = put("product", code="HC-900", name="본체", list_price=Decimal("1.5"), currency="USD", tax_rate=Decimal(0))
    found = ask(store.products_named, ["hc-900", "본체", "nothing"], TODAY)
    assert found["hc-900"].id == by_code
    assert found["본체"].id == by_code
    assert (found["본체"].list_price, found["본체"].currency, found["본체"].tax_rate) == (Decimal("1.5"), "USD", 0)
    assert "nothing" not in found
    twin = put("product", code="Y", name="HC-900")
    assert ask(store.products_named, ["HC-900"], TODAY)["hc-900"].id == by_code
    assert by_name < twin


def test_products_to_choose_from_come_by_fit_and_not_when_deleted(workspace, put, ask):
    best = put("product", code="P-1", name="진공 펌프")
    put("product", code="P-2", name="진공 펌프 부품 세트")
    gone = put("product", code="P-3", name="진공 펌프 구형")
    put("account", name="진공기술")
    with workspace.write("test") as work:
        work.delete("product", gone)
    found = ask(store.product_choices, "진공 펌프", 10, TODAY)
    assert found[0].id == best
    assert len(found) == 2
    assert [one.code for one in ask(store.product_choices, "", 1, TODAY)] == ["P-1"]
