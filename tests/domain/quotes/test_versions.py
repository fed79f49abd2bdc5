"""Issued versions: one value, one text, one hash; what was issued comes back as it was, or is refused."""

from __future__ import annotations

import hashlib
import json
import unicodedata
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from hypothesis import given

from desktop_crm.domain.quotes import canonical
from desktop_crm.domain.quotes.draft import QuoteDraft, QuoteSection
from desktop_crm.domain.quotes.pricing import price
from desktop_crm.domain.quotes.readiness import obstacles
from desktop_crm.domain.quotes.versions import QuoteVersion, freeze, from_snapshot
from desktop_crm.foundation.errors import Refusal, Trouble
from tests.domain.quotes.samples import drafts, korean_draft, line, long_draft

AT = datetime(2026, 11, 23, 1, 2, 3, tzinfo=UTC)


def frozen(draft: QuoteDraft, version: int = 1) -> QuoteVersion:
    return freeze(draft, number="Q-2026-0187", version=version, issued_at=AT, issued_on=AT.date(), issued_by="김하늘")


def test_a_version_comes_back_as_it_was_issued() -> None:
    version = frozen(korean_draft())
    again = from_snapshot(version.snapshot, version.hash)
    assert again == version
    assert again.content.draft == korean_draft()
    assert again.content.amounts == price(korean_draft())
    assert version.hash == hashlib.sha256(version.snapshot.encode()).hexdigest()


@given(draft=drafts())
def test_any_draft_survives_its_snapshot(draft: QuoteDraft) -> None:
    version = frozen(draft)
    again = from_snapshot(version.snapshot, version.hash)
    assert again == version
    assert price(again.content.draft).grand_total == version.content.amounts.grand_total
    assert frozen(again.content.draft).hash == version.hash


def test_the_same_content_gives_the_same_hash_however_it_was_typed() -> None:
    draft = korean_draft()
    retyped = replace(draft, discount_percent=Decimal("3.00"), name=unicodedata.normalize("NFD", draft.name))
    assert frozen(draft).hash == frozen(retyped).hash
    elsewhere = AT.astimezone(timezone(timedelta(hours=9)))
    assert (
        freeze(
            draft, number="Q-2026-0187", version=1, issued_at=elsewhere, issued_on=AT.date(), issued_by="김하늘"
        ).hash
        == frozen(draft).hash
    )


def test_any_change_gives_another_hash() -> None:
    draft = korean_draft()
    first = draft.sections[0]
    repriced = replace(first, lines=(replace(first.lines[0], quantity=Decimal(13)), *first.lines[1:]))
    swapped = replace(first, lines=first.lines[::-1])
    others = [
        replace(draft, sections=(repriced, *draft.sections[1:])),
        replace(draft, sections=(swapped, *draft.sections[1:])),
        replace(draft, remarks=draft.remarks + " "),
        replace(draft, valid_until=date(2026, 12, 23)),
        replace(draft, supplier=replace(draft.supplier, representative="강윤아")),
    ]
    hashes = {frozen(draft).hash, frozen(draft, 2).hash, *(frozen(other).hash for other in others)}
    assert len(hashes) == len(others) + 2


def test_a_changed_snapshot_is_not_shown_as_that_version() -> None:
    version = frozen(korean_draft())
    with pytest.raises(Trouble) as altered:
        from_snapshot(version.snapshot.replace("8200000", "8200001"), version.hash)
    assert altered.value.code == "quote.snapshot.altered"
    for broken in (
        "{}",
        "[]",
        "null",
        "not json",
        version.snapshot.replace('"KRW"', "7", 1).replace('"12"', '"zwölf"'),
    ):
        with pytest.raises(Trouble) as unreadable:
            from_snapshot(broken, hashlib.sha256(broken.encode()).hexdigest())
        assert unreadable.value.code == "quote.snapshot.unreadable"


def test_the_snapshot_is_canonical_json() -> None:
    snapshot = frozen(korean_draft()).snapshot
    value = json.loads(snapshot)
    assert json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")) == snapshot
    assert value["draft"]["sections"][0]["lines"][0]["unit_price"] == "8200000"
    assert value["issued_at"] == "2026-11-23T01:02:03Z"
    assert value["amounts"]["grand_total"] == "163215789"


@pytest.mark.parametrize(
    ("value", "text"),
    [("1.50", "1.5"), ("1E+3", "1000"), ("-0", "0"), ("0.000", "0"), ("-12.30", "-12.3"), ("0.01", "0.01")],
)
def test_decimals_have_one_text(value: str, text: str) -> None:
    assert canonical.decimal_text(Decimal(value)) == text


@pytest.mark.parametrize(("number", "version"), [("", 1), ("Q-2026-0001", 0)])
def test_a_version_has_a_number_and_counts_from_one(number: str, version: int) -> None:
    with pytest.raises(Refusal):
        freeze(korean_draft(), number=number, version=version, issued_at=AT, issued_on=AT.date(), issued_by="")


def test_what_stands_in_the_way_of_issuing_is_told_all_at_once() -> None:
    draft = korean_draft()
    assert obstacles(draft) == ()
    assert obstacles(long_draft(200)) == ()
    bad_lines = (
        line(1, " ", "1", "1"),
        line(2, "a", "0", "1"),
        line(3, "b", "1", "1e15"),
        line(4, "c", "1", "1", "101"),
        line(5, "d", "1", "1", tax_rate=Decimal(-1)),
    )
    bad = replace(
        draft,
        customer=replace(draft.customer, name=" "),
        discount_percent=Decimal(101),
        tax_rate=Decimal(-1),
        sections=(QuoteSection(id=draft.sections[0].id, lines=bad_lines),),
    )
    codes = [(obstacle.code, obstacle.line_id) for obstacle in obstacles(bad)]
    assert [code for code, _ in codes] == [
        "quote.issue.no_customer",
        "quote.issue.discount",
        "quote.issue.tax",
        "quote.issue.line_name",
        "quote.issue.line_quantity",
        "quote.issue.line_too_dear",
        "quote.issue.line_discount",
        "quote.issue.line_tax",
    ]
    assert codes[4][1] == "line-00002"
    assert [obstacle.code for obstacle in obstacles(replace(draft, sections=()))] == ["quote.issue.no_lines"]


ISSUED_BY_VERSION_1 = (
    '{"amounts":{"currency":"KRW","discount_amount":"0","grand_total":"47080000","net_amount":"42800000","sections":[{"id":'
    '"01a2070a-813e-7215-888a-276ff8e57e94","lines":[{"gross":"42000000","id":"01a2070a-813e-7215-888a-276dd31236a0","net":'
    '"42000000","share":"0"},{"gross":"800000","id":"01a2070a-813e-7215-888a-276e1bac33da","net":"800000","share":"0"}],'
    '"net":"42800000"}],"subtotal":"42800000","tax_amount":"4280000","taxes":[{"amount":"4280000","base":"42800000","rate":'
    '"10"}]},"draft":{"account_id":"01a2070a-80cb-73f5-b2f5-fbb12b0eb482","contact_id":null,"currency":"KRW","customer":'
    '{"address":"","contact":"","contact_title":"","department":"","email":"","name":"한빛전자","phone":"",'
    '"registration_number":"1208147521","representative":""},"discount_percent":"0","id":'
    '"01a2070a-8116-756c-b4d4-646575736319","name":"","opportunity_id":null,"payment_terms":"","remarks":"",'
    '"rounding_policy":"half_up","sections":[{"id":"01a2070a-813e-7215-888a-276ff8e57e94","lines":[{"discount_percent":"0",'
    '"id":"01a2070a-813e-7215-888a-276dd31236a0","name":"제어기","product_id":"01a2070a-80e1-76b9-9f7d-40b247b2cbdc",'
    '"quantity":"12","remark":"","spec":"16ch","tax_rate":null,"unit":"EA","unit_price":"3500000"},{"discount_percent":"0",'
    '"id":"01a2070a-813e-7215-888a-276e1bac33da","name":"설치","product_id":null,"quantity":"1","remark":"","spec":"",'
    '"tax_rate":null,"unit":"식","unit_price":"800000"}],"name":"장비"}],"supplier":{"address":"","contact":"김하늘",'
    '"contact_title":"","department":"","email":"","name":"판매 1팀","phone":"","registration_number":"",'
    '"representative":""},"tax_rate":"10","valid_until":"2026-12-02"},"format":1,"issued_at":"2026-11-02T09:00:00Z",'
    '"issued_by":"김하늘","issued_on":"2026-11-02","number":"Q-2026-0001","version":1}'
)
HASH_BY_VERSION_1 = "76a7748056b2cfff22dd3a00a0d6d06aa4dd605f0d0c2021a64b27d01ea571e2"


def test_what_an_earlier_program_issued_stands_to_the_last_sign() -> None:
    """Fields that came later are left out of the text while they are empty."""
    past = from_snapshot(ISSUED_BY_VERSION_1, HASH_BY_VERSION_1).content
    assert [one.name_en for one in past.draft.lines()] == ["", ""]
    assert canonical.encode(past) == ISSUED_BY_VERSION_1
    again = freeze(
        past.draft,
        number=past.number,
        version=past.version,
        issued_at=past.issued_at,
        issued_on=past.issued_on,
        issued_by=past.issued_by,
    )
    assert again.hash == HASH_BY_VERSION_1


def test_an_english_name_is_part_of_what_was_issued() -> None:
    draft = korean_draft()
    (first, *_), named = draft.sections[0].lines, "Controller bundle"
    english = replace(draft, sections=(replace(draft.sections[0], lines=(replace(first, name_en=named),)),))
    plain = replace(draft, sections=(replace(draft.sections[0], lines=(first,)),))
    assert '"name_en":"Controller bundle"' in frozen(english).snapshot
    assert "name_en" not in frozen(plain).snapshot
    assert frozen(english).hash != frozen(plain).hash
    assert next(from_snapshot(frozen(english).snapshot, frozen(english).hash).content.draft.lines()).name_en == named


def test_only_a_field_that_came_later_may_be_absent() -> None:
    text = frozen(korean_draft()).snapshot.replace('"remark":"",', "")
    with pytest.raises(Trouble, match=r"quote\.snapshot\.unreadable"):
        from_snapshot(text, canonical.digest(text))


def test_another_name_takes_the_english_one_along() -> None:
    one = line(1, "제어기", "1", "1000", name_en="Controller")
    assert one.renamed("제어기") is one
    assert (one.renamed("제어반").name, one.renamed("제어반").name_en) == ("제어반", "")
