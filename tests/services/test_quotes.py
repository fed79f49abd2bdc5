"""Quotes on a real encrypted file: making, editing side by side, issuing, reprinting, and what may never change again."""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from desktop_crm import i18n
from desktop_crm.domain.lists.query import Selection
from desktop_crm.domain.quotes import versions
from desktop_crm.domain.quotes.draft import QuoteLine, QuoteSection
from desktop_crm.domain.quotes.pricing import price
from desktop_crm.domain.schema.options import QuoteStatus
from desktop_crm.foundation.clock import FixedClock
from desktop_crm.foundation.errors import Refusal, Trouble
from desktop_crm.foundation.ids import RowId, new_row_id
from desktop_crm.i18n.error_texts import explain
from desktop_crm.services import bulk, exporting, history, quotes, records
from desktop_crm.services.quotes import SupplierFields
from tests.documents.reading import page_texts

NOON = datetime(2026, 11, 23, 3, tzinfo=UTC)


@pytest.fixture
def workspace(new_workspace):
    return new_workspace(clock=FixedClock(NOON))


@pytest.fixture
def account(workspace):
    with workspace.write("test") as work:
        return work.insert("account", {"name": "한빛전자(주)", "address_city": "구미시", "phone": "054-000-0000"})


def refused(code):
    return pytest.raises(Refusal, match=code.replace(".", r"\."))


def line(name, quantity="1", price_text="1000", **more):
    return QuoteLine(id=new_row_id(), name=name, quantity=Decimal(quantity), unit_price=Decimal(price_text), **more)


def section(name, *lines):
    return QuoteSection(id=new_row_id(), name=name, lines=lines)


@pytest.fixture
def quote(workspace, account):
    sections = (
        section("설비", line("펌프", "2", "1250000"), line("밸브", "4", "80000"), line("센서", "8", "15500")),
        section("용역", line("설치", "3", "650000"), line("교육")),
    )
    return quotes.create(workspace, account_id=account, name="증설", sections=sections).id


def names(workspace, quote):
    return [(s.name, [one.name for one in s.lines]) for s in quotes.open_quote(workspace, quote).draft.sections]


def test_a_new_quote_has_a_number_a_customer_and_defaults(workspace, account, quote):
    found = quotes.open_quote(workspace, quote)
    assert (found.number, found.status, found.draft_version) == ("Q-2026-0001", QuoteStatus.DRAFT, 1)
    assert found.draft.customer.name == "한빛전자(주)"
    assert found.draft.supplier.name == "first"
    assert found.draft.valid_until == date(2026, 12, 23)
    assert found.draft.tax_rate == 10
    assert names(workspace, quote) == [("설비", ["펌프", "밸브", "센서"]), ("용역", ["설치", "교육"])]
    (summary,) = quotes.list_quotes(workspace)
    assert (
        summary.grand_total
        == price(found.draft).grand_total
        == (2500000 + 320000 + 124000 + 1950000 + 1000) * Decimal("1.1")
    )
    assert quotes.find(workspace, "q-2026-0001") == quote
    assert quotes.create(workspace, account_id=account).number == "Q-2026-0002"


def test_a_quote_needs_a_known_account_number_and_currency(workspace, account):
    with refused("quote.number.unknown"):
        quotes.find(workspace, "Q-1999-0001")
    with refused("quote.account.unknown"):
        quotes.account_named(workspace, "없는회사")
    for code in ("원", "WON", "XXX"):
        with refused("currency.unknown"):
            quotes.create(workspace, account_id=account, currency=code)
    with refused("reference.missing"):
        quotes.create(workspace, account_id="nobody")
    with workspace.write("test") as work:
        work.insert("account", {"name": "한빛전자(주)"})
    with refused("quote.account.several"):
        quotes.account_named(workspace, "한빛전자(주)")
    assert quotes.list_quotes(workspace) == (), "nothing was left behind by what was refused"


def test_a_save_writes_only_what_changed(workspace, quote):
    before = quotes.open_quote(workspace, quote).draft
    first = before.sections[0]
    changed = replace(first, lines=(replace(first.lines[0], quantity=Decimal(3)), *first.lines[1:]))
    changes = quotes.save(workspace, before, replace(before, sections=(changed, before.sections[1])))
    fields = {(item.entity, item.row_id): item.fields for item in changes.items}
    assert fields == {
        ("quote_line", first.lines[0].id): {"quantity"},
        ("quote", quote): {"grand_total"},
    }
    assert not quotes.save(workspace, before, before)


def test_lines_and_sections_move_come_and_go(workspace, quote):
    before = quotes.open_quote(workspace, quote).draft
    left, right = before.sections
    moved = replace(left, lines=(left.lines[2], left.lines[0]))
    grown = replace(right, name="용역·교육", lines=(right.lines[1], left.lines[1], right.lines[0], line("출장")))
    fresh = section("유지보수", line("골드"))
    after = replace(before, sections=(fresh, grown, moved))
    changes = quotes.save(workspace, before, after)
    assert names(workspace, quote) == [
        ("유지보수", ["골드"]),
        ("용역·교육", ["교육", "밸브", "설치", "출장"]),
        ("설비", ["센서", "펌프"]),
    ]
    history.revert(workspace, changes.tx_id)
    assert names(workspace, quote) == [("설비", ["펌프", "밸브", "센서"]), ("용역", ["설치", "교육"])]


def test_lines_without_a_heading_stand_first(workspace, account):
    loose = QuoteSection(id=quotes.LOOSE, lines=(line("하나"), line("둘")))
    made = quotes.create(workspace, account_id=account, sections=(loose, section("가", line("셋"))))
    before = quotes.open_quote(workspace, made.id).draft
    assert names(workspace, made.id) == [("", ["하나", "둘"]), ("가", ["셋"])]
    turned = replace(before.sections[0], lines=before.sections[0].lines[::-1])
    quotes.save(workspace, before, replace(before, sections=(turned, before.sections[1])))
    assert names(workspace, made.id) == [("", ["둘", "하나"]), ("가", ["셋"])]


def test_two_editors_of_one_draft_keep_both_edits(workspace, quote):
    seen = quotes.open_quote(workspace, quote).draft
    left, right = seen.sections
    mine = replace(seen, remarks="내 비고", sections=(replace(left, lines=(*left.lines, line("내 것"))), right))
    theirs = replace(
        seen,
        payment_terms="30일",
        sections=(
            replace(left, lines=(replace(left.lines[0], unit_price=Decimal(9)), *left.lines[1:], line("남의 것"))),
            right,
        ),
    )
    quotes.save(workspace, seen, theirs)
    quotes.save(workspace, seen, mine)
    both = quotes.open_quote(workspace, quote).draft
    assert (both.remarks, both.payment_terms) == ("내 비고", "30일")
    assert both.sections[0].lines[0].unit_price == 9
    assert {one.name for one in both.sections[0].lines} == {"펌프", "밸브", "센서", "내 것", "남의 것"}
    (summary,) = quotes.list_quotes(workspace)
    assert summary.grand_total == price(both).grand_total


def test_an_edited_line_comes_back_when_someone_else_deleted_it(workspace, quote):
    seen = quotes.open_quote(workspace, quote).draft
    left, right = seen.sections
    without = replace(seen, sections=(replace(left, lines=left.lines[1:]), right))
    dearer = replace(left, lines=(replace(left.lines[0], unit_price=Decimal(7)), *left.lines[1:]))
    quotes.save(workspace, seen, without)
    quotes.save(workspace, seen, seen)
    assert names(workspace, quote)[0][1] == ["밸브", "센서"], "a line that was not touched here stays deleted"
    quotes.save(workspace, seen, replace(seen, sections=(dearer, right)))
    back = quotes.open_quote(workspace, quote).draft.sections[0].lines
    assert {(one.name, one.unit_price) for one in back} >= {("펌프", 7)}


def test_issuing_freezes_a_version_with_hash_and_files(workspace, quote):
    draft = quotes.open_quote(workspace, quote).draft
    issued = quotes.issue(workspace, quote)
    content = issued.version.content
    assert (content.number, content.version, content.issued_at) == ("Q-2026-0001", 1, NOON)
    assert content.draft == draft
    found = quotes.open_quote(workspace, quote)
    assert (found.status, found.draft_version) == (QuoteStatus.ISSUED, 2)
    assert [(v.version, v.hash) for v in found.versions] == [(1, issued.version.hash)]
    assert quotes.version(workspace, quote) == issued.version
    for locale, words in (("ko", "견적서"), ("en", "Quotation")):
        printed = quotes.reprint(workspace, quote, 1, locale)
        assert words in page_texts(printed)[0]
        assert issued.version.hash[:16] in page_texts(printed)[0]
        assert quotes.reprint(workspace, quote, None, locale) == printed


def test_an_edit_after_the_issue_makes_version_two(workspace, quote):
    first = quotes.issue(workspace, quote).version
    with refused("quote.issue.unchanged"):
        quotes.issue(workspace, quote)
    before = quotes.open_quote(workspace, quote).draft
    quotes.save(workspace, before, replace(before, discount_percent=Decimal(3)))
    assert quotes.open_quote(workspace, quote).status is QuoteStatus.DRAFT
    second = quotes.issue(workspace, quote).version
    found = quotes.open_quote(workspace, quote)
    assert [v.version for v in found.versions] == [2, 1]
    assert quotes.version(workspace, quote, 1) == first
    assert quotes.version(workspace, quote, 2) == second
    assert second.content.number == first.content.number
    with refused("quote.version.unknown"):
        quotes.version(workspace, quote, 3)
    quotes.restore_version(workspace, quote, 1)
    assert quotes.open_quote(workspace, quote).draft == first.content.draft


def test_an_undo_that_reaches_behind_an_issue_leaves_a_draft(workspace, quote):
    before = quotes.open_quote(workspace, quote).draft
    quotes.issue(workspace, quote)
    cheaper = quotes.save(workspace, before, replace(before, discount_percent=Decimal(50)))
    quotes.issue(workspace, quote)
    history.revert(workspace, cheaper.tx_id)
    found = quotes.open_quote(workspace, quote)
    assert found.draft.discount_percent == 0
    assert found.is_draft, "it says something else than version 2"
    assert quotes.list_quotes(workspace)[0].status is QuoteStatus.DRAFT
    assert quotes.issue(workspace, quote).version.content.version == 3


def test_a_customer_that_moves_makes_no_draft_of_what_was_issued(workspace, account, quote):
    quotes.issue(workspace, quote)
    records.set_fields(workspace, "account", account, {"phone": "02-1", "name": "한빛전자 주식회사"})
    assert not quotes.open_quote(workspace, quote).is_draft
    assert quotes.version(workspace, quote).content.draft.customer.name == "한빛전자(주)"


def test_a_restored_version_brings_deleted_lines_back(workspace, quote):
    first = quotes.issue(workspace, quote).version.content.draft
    quotes.save(workspace, first, replace(first, sections=first.sections[1:]))
    assert len(names(workspace, quote)) == 1
    quotes.restore_version(workspace, quote, 1)
    assert names(workspace, quote) == [("설비", ["펌프", "밸브", "센서"]), ("용역", ["설치", "교육"])]
    assert price(quotes.open_quote(workspace, quote).draft).grand_total == price(first).grand_total


def issued_elsewhere(workspace, quote, **changes):
    """Version 1 as another laptop issued it, an hour before, and as sync brings it in."""
    mine = quotes.version(workspace, quote).content
    past = versions.freeze(
        replace(mine.draft, **changes),
        number=mine.number,
        version=1,
        issued_at=NOON - timedelta(hours=1),
        issued_on=mine.issued_on,
        issued_by="동료",
    )
    row = {"number": mine.number, "version": 1, "issued_at": past.content.issued_at, "currency": "KRW"}
    with workspace.write("sync") as work:
        total = past.content.amounts.grand_total
        row |= {"grand_total": total, "snapshot": past.snapshot, "snapshot_hash": past.hash}
        work.insert("quote_version", {"quote_id": quote} | row)
    return past


def test_two_versions_of_one_number_are_both_reached(workspace, quote, tmp_path):
    mine = quotes.issue(workspace, quote).version
    theirs = issued_elsewhere(workspace, quote, remarks="동료의 비고")
    found = quotes.open_quote(workspace, quote).versions
    assert [one.label for one in found] == ["v1-B", "v1"], "the later one first"
    assert quotes.version(workspace, quote, "1-b") == mine
    with refused("quote.version.several") as refusal:
        quotes.print_to(workspace, quote, 1, "ko", tmp_path / "x.pdf")
    assert refusal.value.params["hashes"] == f"{mine.hash[:8]}, {theirs.hash[:8]}"
    assert not (tmp_path / "x.pdf").exists()
    for one, row in ((mine, found[0]), (theirs, found[1])):
        assert quotes.version(workspace, quote, one.hash[:6]) == quotes.version(workspace, quote, row.id) == one
        printed = quotes.print_to(workspace, quote, one.hash[:6], "ko", tmp_path / "y.pdf")
        assert printed.hash == one.hash
        assert one.hash[:16] in page_texts((tmp_path / "y.pdf").read_bytes())[0]
    quotes.restore_version(workspace, quote, theirs.hash)
    assert quotes.open_quote(workspace, quote).draft_version == 2
    assert quotes.issue(workspace, quote).version.content.version == 2
    assert quotes.open_quote(workspace, quote).versions[0].label == "v2"


def test_an_issued_version_never_changes(workspace, quote):
    issued = quotes.issue(workspace, quote)
    version_id = quotes.version_summary(workspace, quote).id
    for fields in ({"grand_total": Decimal(1)}, {"snapshot": "{}"}, {"number": "Q-1"}):
        with refused("record.fixed"):
            records.set_fields(workspace, "quote_version", version_id, fields)
    with refused("record.fixed"):
        records.delete(workspace, "quote_version", version_id)
    with refused("undo.issued"):
        history.revert(workspace, issued.changes.tx_id)
    assert quotes.version(workspace, quote) == issued.version


def test_what_stands_in_the_way_is_named_with_its_line(workspace, account):
    empty = quotes.create(workspace, account_id=account).id
    with refused("quote.issue.no_lines"):
        quotes.issue(workspace, empty)
    loose = QuoteSection(id=quotes.LOOSE, lines=(line("a"), line("b", "0"), line("", "0")))
    bad = quotes.create(workspace, account_id=account, sections=(loose,)).id
    with refused("quote.issue.line_quantity") as refusal:
        quotes.issue(workspace, bad)
    params = refusal.value.params
    assert (params["line"], params["field"], params["count"]) == (2, "quantity", 3)
    nobody = quotes.create(workspace, account_id=None, sections=(section("s", line("a")),)).id
    with refused("quote.issue.no_customer"):
        quotes.issue(workspace, nobody)
    assert all(one.version == 0 for one in quotes.list_quotes(workspace))


def test_what_was_issued_keeps_number_and_currency_when_fields_are_set(workspace, quote):
    records.set_fields(workspace, "quote", quote, {"number": "Q-9", "currency": "USD"})
    quotes.issue(workspace, quote)
    for fields, code in (({"number": "Q-8"}, "quote.number.final"), ({"currency": "KRW"}, "quote.currency.final")):
        with refused(code):
            records.set_fields(workspace, "quote", quote, fields)
    records.set_fields(workspace, "quote", quote, {"number": "Q-9", "currency": "USD", "name": "이름"})
    assert quotes.open_quote(workspace, quote).draft.name == "이름"


def test_states_follow_the_table_when_fields_are_set(workspace, quote):
    quotes.issue(workspace, quote)
    row = quotes.open_quote(workspace, quote).draft.sections[0].lines[0].id
    quotes.mark(workspace, quote, QuoteStatus.ACCEPTED)
    with refused("record.state"):
        quotes.mark(workspace, quote, QuoteStatus.SENT)
    with refused("quote.closed"):
        records.set_fields(workspace, "quote_line", row, {"quantity": Decimal(7)})
    ended = records.create(workspace, "contract", {"name": "유지보수", "status": "ended"}).id
    with refused("record.state"):
        records.set_fields(workspace, "contract", ended, {"status": "draft"})
    records.set_fields(workspace, "contract", ended, {"status": "active"})


@pytest.mark.parametrize("status", ["issued", "sent", "expired"])
def test_a_line_that_is_set_by_itself_makes_the_next_draft(workspace, quote, status):
    quotes.issue(workspace, quote)
    if status != "issued":
        quotes.mark(workspace, quote, QuoteStatus(status))
    row = quotes.open_quote(workspace, quote).draft.sections[0].lines[0].id
    assert not quotes.open_quote(workspace, quote).is_draft
    records.set_fields(workspace, "quote_line", row, {"quantity": Decimal(7)})
    found = quotes.open_quote(workspace, quote)
    assert (found.is_draft, found.draft_version) == (True, 2)
    assert quotes.list_quotes(workspace)[0].status is QuoteStatus.DRAFT
    assert quotes.issue(workspace, quote).version.content.version == 2


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"status": "sent"}, "record.acted"),
        ({"draft_version": 7}, "record.acted"),
        ({"standing_id": None, "draft_version": 1}, "record.acted"),
        ({"based_on_id": None, "name": "이름", "status": "viewed"}, "record.acted"),
        ({"grand_total": Decimal(1)}, "record.computed"),
    ],
)
def test_what_acts_or_sums_decide_is_not_set_by_hand(workspace, quote, fields, code):
    quotes.issue(workspace, quote)
    before = records.get(workspace, "quote", quote)
    with refused(code):
        records.set_fields(workspace, "quote", quote, fields)
    with refused(code):
        records.create(workspace, "quote", {"number": "Q-9", **fields})
    done = bulk.set_many(workspace, "quote", Selection.of(quote), fields)
    assert (done.changed, done.refused, done.named[0].refusal.code) == (0, 1, code)
    assert records.get(workspace, "quote", quote) == before
    for language, words in (("en", "Nothing was changed."), ("ko", "바뀐 것은 없습니다.")):
        with i18n.speaking(language):
            told = explain(Refusal(code, entity="quote", field=next(iter(fields))))
        assert told.kept == words
    kept = {name: before.fields[name] for name in ("status", "draft_version")}
    records.set_fields(workspace, "quote", quote, {**kept, "name": "그대로"})


def test_a_record_and_its_list_show_the_total_of_the_lines(workspace, quote):
    row = quotes.open_quote(workspace, quote).draft.sections[0].lines[0].id
    records.set_fields(workspace, "quote_line", row, {"quantity": Decimal(7)})
    total = price(quotes.open_quote(workspace, quote).draft).grand_total
    assert records.get(workspace, "quote", quote).fields["grand_total"] == total
    assert records.list_rows(workspace, "quote").records[0].fields["grand_total"] == total


def test_an_accepted_quote_is_closed(workspace, quote):
    quotes.issue(workspace, quote)
    quotes.mark(workspace, quote, QuoteStatus.ACCEPTED)
    draft = quotes.open_quote(workspace, quote).draft
    with refused("quote.closed"):
        quotes.save(workspace, draft, replace(draft, remarks="zu spät"))


def test_the_supplier_is_printed_and_issued_versions_keep_theirs(workspace, quote):
    fields = SupplierFields(name="(주)온누리", business_registration_number="123-81-45678", representative="강윤우")
    quotes.set_supplier(workspace, fields)
    assert quotes.supplier(workspace) == fields
    first = quotes.issue(workspace, quote).version
    assert first.content.draft.supplier.representative == "강윤우"
    quotes.set_supplier(workspace, replace(fields, representative="새대표"))
    assert quotes.version(workspace, quote, 1).content.draft.supplier.representative == "강윤우"
    assert quotes.open_quote(workspace, quote).draft.supplier.representative == "새대표"
    assert quotes.issue(workspace, quote).version.content.version == 2, "another representative is another offer"
    with refused("value.required"):
        quotes.set_supplier(workspace, SupplierFields(name=" "))


def test_files_beside_the_workspace_are_sealed_and_damage_is_told(workspace, quote):
    quotes.issue(workspace, quote)
    summary = quotes.version_summary(workspace, quote)
    path = workspace.files / summary.pdf_ko
    sealed = path.read_bytes()
    assert not sealed.startswith(b"%PDF")
    assert b"Pretendard" not in sealed
    path.write_bytes(sealed[:-1] + bytes([sealed[-1] ^ 1]))
    with pytest.raises(Trouble) as trouble:
        quotes.reprint(workspace, quote, 1, "ko")
    assert trouble.value.code == "file.damaged"


def test_a_version_without_its_file_is_printed_from_its_snapshot(workspace, quote):
    quotes.issue(workspace, quote)
    printed = quotes.reprint(workspace, quote, 1, "ko")
    (workspace.files / quotes.version_summary(workspace, quote).pdf_ko).unlink()
    assert quotes.reprint(workspace, quote, 1, "ko") == printed
    assert (workspace.files / quotes.version_summary(workspace, quote).pdf_ko).exists()


def test_a_crash_before_the_commit_leaves_the_draft(workspace, quote, monkeypatch):
    def crash(*_arguments):
        raise sqlite3.OperationalError("killed")

    monkeypatch.setattr("desktop_crm.persistence.unit_of_work.change_log.append", crash)
    with pytest.raises(sqlite3.OperationalError):
        quotes.issue(workspace, quote)
    monkeypatch.undo()
    assert quotes.open_quote(workspace, quote).versions == ()
    assert quotes.issue(workspace, quote).version.content.version == 1


def test_numbers_with_a_server_come_from_the_lease_or_carry_the_laptops_code(workspace, account):
    with workspace.database.writing() as connection:
        connection.exec_driver_sql("INSERT INTO sync_state (name, value) VALUES ('server_id', 'x')")
        connection.exec_driver_sql(
            "INSERT INTO number_lease (series, kind, next, until) VALUES ('quote:2026','leased',51,52)"
        )
    given = [quotes.create(workspace, account_id=account).number for _ in range(4)]
    assert given[:2] == ["Q-2026-0051", "Q-2026-0052"]
    assert [number[:7] + number[-5:] for number in given[2:]] == ["Q-2026--0001", "Q-2026--0002"]
    assert len(set(given)) == 4
    assert given[2].split("-")[2].isalnum()


def test_numbers_pass_over_those_that_came_by_import(workspace, account):
    with workspace.write("test") as work:
        work.insert("quote", {"number": "Q-2026-0041", "account_id": account})
        work.insert("quote", {"number": "Q-2026-X", "account_id": account})
        work.insert("quote", {"number": "Q-2026-0043", "account_id": account})
    assert quotes.create(workspace, account_id=account).number == "Q-2026-0044"
    with workspace.write("test") as work:
        work.insert("quote", {"number": "Q-2026-0045", "account_id": account})
    assert quotes.create(workspace, account_id=account).number == "Q-2026-0046"


def test_products_are_found_by_name_code_and_initials(workspace):
    with workspace.write("test") as work:
        work.insert(
            "product", {"code": "HC-900", "name": "제어기 본체", "list_price": Decimal(6900000), "currency": "KRW"}
        )
        work.insert("product", {"code": "GT", "name": "유지보수 골드"})
    for typed in ("제어", "HC-900", "ㅈㅇㄱ"):
        assert [choice.name for choice in quotes.products(workspace, typed)] == ["제어기 본체"], typed
    assert len(quotes.products(workspace, "")) == 2


def test_the_list_is_searched_by_number_title_and_account(workspace, account, quote):
    other = quotes.create(workspace, account_id=None, name="다른 건").id
    assert [one.id for one in quotes.list_quotes(workspace)] == [other, quote]
    for typed in ("증설", "한빛", "0001"):
        assert [one.id for one in quotes.list_quotes(workspace, typed)] == [quote], typed
    assert [one.id for one in quotes.list_quotes(workspace, account_id=account)] == [quote]


LINES = 'product,quantity,unit_price,discount_percent,section\nHC-900,2,,5%,설비\n직접 입력,1.5,"1,000",,\n제어기 본체,1,7000000,,설비\n'


def test_lines_come_from_a_file(workspace, account, tmp_path):
    with workspace.write("test") as work:
        product = work.insert(
            "product",
            {
                "code": "HC-900",
                "name": "제어기 본체",
                "spec": "24V",
                "unit": "EA",
                "list_price": Decimal(6900000),
                "currency": "KRW",
            },
        )
    path = tmp_path / "lines.csv"
    path.write_bytes(LINES.encode("cp949"))
    loose, heading = quotes.lines_from_file(workspace, path, "KRW")
    assert (loose.name, [one.name for one in loose.lines], loose.lines[0].quantity) == (
        "",
        ["직접 입력"],
        Decimal("1.5"),
    )
    assert heading.name == "설비"
    assert [
        (one.name, one.spec, one.unit, one.unit_price, one.discount_percent, one.product_id) for one in heading.lines
    ] == [
        ("제어기 본체", "24V", "EA", 6900000, 5, product),
        ("제어기 본체", "24V", "EA", 7000000, 0, product),
    ]
    with refused("quote.lines.no_price"):
        quotes.lines_from_file(workspace, path, "USD")


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("quantity,unit_price\n1,2\n3,4\n", "quote.lines.columns"),
        ("name,quantity,unit_price\na,many,2\n", "quote.lines.value"),
        ("name,quantity,unit_price\na,1,2\n,1,2\n", "quote.lines.value"),
        ("name,quantity,unit_price\na,1,\n", "quote.lines.no_price"),
        ("", "import.file.empty"),
    ],
)
def test_a_file_that_is_no_list_of_lines_is_refused_with_its_place(workspace, tmp_path, text, code):
    path = tmp_path / "lines.csv"
    path.write_text(text, encoding="utf-8")
    with refused(code):
        quotes.lines_from_file(workspace, path, "KRW")


@pytest.mark.parametrize(
    "price", ["1.234.567,50", "1 234 567,50", "1'234'567.50", "1,234,567.50", "1\u202f234\u202f567,50"]
)
def test_how_a_file_writes_numbers_is_learnt_from_all_of_them(workspace, tmp_path, price):
    sign = price[-3]
    path = tmp_path / "lines.csv"
    path.write_text(f'name,quantity,unit_price\na,"1{sign}500","{price}"\nb,2,"0{sign}500"\n', encoding="utf-8")
    (section,) = quotes.lines_from_file(workspace, path, "USD")
    assert [(one.quantity, one.unit_price) for one in section.lines] == [
        (Decimal("1.5"), Decimal("1234567.5")),
        (2, Decimal("0.5")),
    ]


def test_a_dot_is_a_decimal_sign_where_nothing_tells_otherwise(workspace, tmp_path):
    path = tmp_path / "lines.csv"
    path.write_text("name,quantity,unit_price\na,1.250,33.335\n", encoding="utf-8")
    (section,) = quotes.lines_from_file(workspace, path, "USD")
    assert [(one.quantity, one.unit_price) for one in section.lines] == [(Decimal("1.25"), Decimal("33.335"))]


def test_a_number_in_another_writing_than_the_rest_is_told_with_its_place(workspace, tmp_path):
    path = tmp_path / "lines.csv"
    path.write_text('name,quantity,unit_price\na,1,"1.234,50"\nb,1,"2.345,00"\nc,12.5,1\n', encoding="utf-8")
    with pytest.raises(Refusal) as told:
        quotes.lines_from_file(workspace, path, "USD")
    assert told.value.code == "quote.lines.value"
    assert (told.value.params["row"], told.value.params["column"]) == (4, "quantity")


def test_a_missing_quote_is_told(workspace):
    with refused("record.missing"):
        quotes.open_quote(workspace, RowId("nothing"))


def test_an_export_says_the_total_that_the_list_says(workspace, quote):
    """A line that another laptop changed moves the total, though nobody saved the quote here."""
    changed = records.list_rows(workspace, "quote_line", records.ListQuery(sort="name")).records[0]
    before = quotes.list_quotes(workspace)[0].grand_total
    records.set_fields(workspace, "quote_line", changed.id, {"quantity": changed.fields["quantity"] + 1})
    (listed,) = quotes.list_quotes(workspace)
    (exported,) = exporting.plain_rows(workspace, "quote")
    assert listed.grand_total == before + changed.fields["unit_price"] * Decimal("1.1")
    assert Decimal(exported["grand_total"]) == listed.grand_total


def test_a_number_is_never_taken_for_the_beginning_of_a_hash(workspace, quote):
    issued = quotes.issue(workspace, quote).version
    assert quotes.version(workspace, quote, issued.hash[:4]) == issued
    with refused("quote.version.unknown"):
        quotes.version(workspace, quote, issued.hash[:3])


def test_a_total_that_no_file_can_hold_is_refused_where_it_arises(workspace, account, quote):
    huge = section("s", QuoteLine(id=new_row_id(), name="D", quantity=Decimal(10**9), unit_price=Decimal("1e20")))
    with refused("value.out_of_range"):
        quotes.create(workspace, account_id=account, sections=(huge,))
    before = quotes.open_quote(workspace, quote).draft
    with refused("value.out_of_range"):
        quotes.save(workspace, before, replace(before, sections=(*before.sections, huge)))
    assert quotes.open_quote(workspace, quote).draft == before
    assert len(quotes.list_quotes(workspace)) == 1
