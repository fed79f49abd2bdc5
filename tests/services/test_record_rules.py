"""The rules of the trade hold at every door: an edit of fields, the quote builder, undo and redo, an import and its undo."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from sqlalchemy import event

from desktop_crm import i18n
from desktop_crm.domain.money import CURRENCIES
from desktop_crm.domain.quotes.draft import QuoteLine, QuoteSection
from desktop_crm.domain.schema import REGISTRY, FieldType
from desktop_crm.domain.schema.options import QuoteStatus
from desktop_crm.foundation.clock import FixedClock
from desktop_crm.foundation.errors import Refusal
from desktop_crm.foundation.ids import new_row_id
from desktop_crm.i18n.error_texts import explain
from desktop_crm.security.secrets import MemoryStore
from desktop_crm.services import history, importing, quotes, records
from desktop_crm.services.record_rules import broken, broken_field
from desktop_crm.services.workspace import init_workspace

NOON = datetime(2026, 11, 23, 3, tzinfo=UTC)
CURRENCY_FIELDS = [
    (entity.name, field.name) for entity in REGISTRY for field in entity.fields if field.type is FieldType.CURRENCY
]


@pytest.fixture
def workspace(new_workspace):
    return new_workspace(clock=FixedClock(NOON))


def refused(code):
    return pytest.raises(Refusal, match=code.replace(".", r"\."))


def line(name, price="1000"):
    return QuoteLine(id=new_row_id(), name=name, quantity=Decimal(1), unit_price=Decimal(price))


@pytest.fixture
def quote(workspace):
    account = records.create(workspace, "account", {"name": "한빛전자"}).id
    sections = (QuoteSection(id=new_row_id(), name="설비", lines=(line("펌프"), line("밸브"))),)
    return quotes.create(workspace, account_id=account, sections=sections).id


def draft_of(workspace, quote):
    return quotes.open_quote(workspace, quote).draft


def save(workspace, quote, **fields):
    before = draft_of(workspace, quote)
    return quotes.save(workspace, before, replace(before, **fields))


def stored(workspace, entity, row_id):
    return records.get(workspace, entity, row_id).fields


class TestTheBuilder:
    def test_the_currency_of_an_issued_quote_stays(self, workspace, quote):
        save(workspace, quote, currency="USD")
        quotes.issue(workspace, quote)
        with refused("quote.currency.final"):
            save(workspace, quote, currency="KRW", remarks="x")
        assert (draft_of(workspace, quote).currency, draft_of(workspace, quote).remarks) == ("USD", "")
        save(workspace, quote, remarks="x")

    def test_a_currency_that_there_is_not_is_refused(self, workspace, quote):
        with refused("currency.unknown"):
            save(workspace, quote, currency="XXX")

    def test_an_accepted_quote_takes_nothing(self, workspace, quote):
        quotes.issue(workspace, quote)
        quotes.mark(workspace, quote, QuoteStatus.ACCEPTED)
        before = draft_of(workspace, quote)
        for change in ({"remarks": "x"}, {"sections": ()}, {"discount_percent": Decimal(5)}):
            with refused("quote.closed"):
                quotes.save(workspace, before, replace(before, **change))
        with refused("quote.closed"):
            quotes.restore_version(workspace, quote, 1)
        assert draft_of(workspace, quote) == before

    def test_an_accepted_quote_is_not_issued_again(self, workspace, quote):
        quotes.issue(workspace, quote)
        save(workspace, quote, remarks="later")
        prepared = quotes.prepare_issue(workspace, quote)
        with workspace.write("quotes.accepted") as work:  # as it comes from another laptop
            work.update("quote", quote, {"status": "accepted"})
        with refused("record.state"):
            quotes.finish_issue(workspace, prepared, (b"", b""))
        assert stored(workspace, "quote", quote)["status"] == "accepted"


class TestUndo:
    def test_the_currency_does_not_go_back_behind_an_issue(self, workspace, quote):
        changed = save(workspace, quote, currency="USD")
        quotes.issue(workspace, quote)
        with refused("quote.currency.final") as refusal:
            history.revert(workspace, changed.tx_id)
        assert draft_of(workspace, quote).currency == "USD"
        with i18n.speaking("en"):
            assert "Q-2026-0001" in explain(refusal.value).happened

    def test_before_the_issue_it_does(self, workspace, quote):
        changed = save(workspace, quote, currency="USD")
        history.revert(workspace, changed.tx_id)
        assert draft_of(workspace, quote).currency == "KRW"

    def test_a_state_that_may_not_follow_is_told_in_words(self, workspace, quote):
        quotes.issue(workspace, quote)
        accepted = quotes.mark(workspace, quote, QuoteStatus.ACCEPTED).changes
        with refused("record.state") as refusal:
            history.revert(workspace, accepted.tx_id)
        assert stored(workspace, "quote", quote)["status"] == "accepted"
        for language, words in (("en", ("Accepted", "Issued", "Status")), ("ko", ("수락", "발행", "상태"))):
            with i18n.speaking(language):
                told = explain(refusal.value).happened
            assert all(word in told for word in words), told

    @pytest.mark.parametrize(
        ("entity", "before", "after", "may"),
        [
            ("order", "received", "delivered", False),
            ("order", "received", "cancelled", True),
            ("lead", "working", "sales_qualified", True),
            ("lead", "new", "sales_qualified", False),
            ("contract", "draft", "ended", False),
            ("contract", "active", "ended", True),
        ],
    )
    def test_each_workflow_says_which_way_leads_back(self, workspace, entity, before, after, may):
        title = {"order": "number"}.get(entity, "name")
        made = records.create(workspace, entity, {title: "x", "status": before}).id
        changed = records.set_fields(workspace, entity, made, {"status": after})
        if may:
            back = history.revert(workspace, changed.tx_id)
            assert stored(workspace, entity, made)["status"] == before
            history.revert(workspace, back.changes.tx_id)
            assert stored(workspace, entity, made)["status"] == after
        else:
            with refused("record.state"):
                history.revert(workspace, changed.tx_id)
            assert stored(workspace, entity, made)["status"] == after

    def test_lines_of_an_accepted_quote_neither_change_nor_come_nor_go(self, workspace, quote):
        (section,) = draft_of(workspace, quote).sections
        dearer = tuple(replace(one, unit_price=Decimal(5)) for one in section.lines)
        changed = save(workspace, quote, sections=(replace(section, lines=dearer),))
        added = save(workspace, quote, sections=(replace(section, lines=(*dearer, line("센서"))),))
        dropped = save(workspace, quote, sections=(replace(section, lines=dearer[1:]),))
        quotes.issue(workspace, quote)
        quotes.mark(workspace, quote, QuoteStatus.ACCEPTED)
        before = draft_of(workspace, quote)
        for act in (changed, added, dropped):
            with refused("quote.closed"):
                history.revert(workspace, act.tx_id)
        assert draft_of(workspace, quote) == before

    def test_a_quote_that_was_issued_is_not_made_undone(self, workspace):
        account = records.create(workspace, "account", {"name": "한빛전자"}).id
        sections = (QuoteSection(id=new_row_id(), name="", lines=(line("펌프"),)),)
        made = quotes.create(workspace, account_id=account, sections=sections)
        quotes.issue(workspace, made.id)
        with refused("undo.issued"):
            history.revert(workspace, made.changes.tx_id)
        assert quotes.find(workspace, made.number) == made.id

    def test_a_draft_is_made_undone_and_done_again(self, workspace):
        made = quotes.create(workspace, account_id=None)
        gone = history.revert(workspace, made.changes.tx_id)
        with refused("quote.number.unknown"):
            quotes.find(workspace, made.number)
        history.revert(workspace, gone.changes.tx_id)
        assert quotes.find(workspace, made.number) == made.id

    def test_a_refused_undo_changes_nothing_of_its_act(self, workspace, quote):
        """One act over two records: the order may not go back, so the lead stays as well."""
        order = records.create(workspace, "order", {"number": "O-1", "status": "received"}).id
        lead = records.create(workspace, "lead", {"name": "x", "status": "new"}).id
        with workspace.write("both") as work:
            work.update("lead", lead, {"name": "y"})
            work.update("order", order, {"status": "delivered"})
        with refused("record.state"):
            history.revert(workspace, work.changes.tx_id)
        assert stored(workspace, "lead", lead)["name"] == "y"
        assert stored(workspace, "order", order)["status"] == "delivered"

    def test_what_was_edited_since_is_kept_and_asked_no_rule(self, workspace):
        order = records.create(workspace, "order", {"number": "O-1", "status": "received"}).id
        changed = records.set_fields(workspace, "order", order, {"status": "cancelled", "number": "O-2"})
        records.set_fields(workspace, "order", order, {"status": "received"})
        records.set_fields(workspace, "order", order, {"status": "delivered"})
        back = history.revert(workspace, changed.tx_id)
        assert [one.field for one in back.kept] == ["status"]
        assert stored(workspace, "order", order)["number"] == "O-1"


class TestImport:
    def run(self, workspace, tmp_path, kind, text):
        path = tmp_path / f"{kind}.csv"
        path.write_text(text, encoding="utf-8")
        return importing.run(workspace, importing.inspect([path], kind, None))

    def test_a_state_that_may_not_follow_is_listed_and_the_rest_goes_in(self, workspace, tmp_path):
        mail = {"a": "a@example.test", "b": "b@example.test"}
        for name, status in (("a", "sales_qualified"), ("b", "new")):
            records.create(workspace, "lead", {"name": name, "email": mail[name], "status": status})
        text = "name,email,status\n" + "".join(f"{name},{mail[name]},new\n" for name in "ab")
        text = text.replace("b@example.test,new", "b@example.test,working")
        report = self.run(workspace, tmp_path, "lead", text)
        (file,) = report.files
        assert [(one.row, one.code) for one in file.problems] == [(2, "record.state")]
        found = {one.fields["name"]: one.fields["status"] for one in records.list_rows(workspace, "lead").records}
        assert found == {"a": "sales_qualified", "b": "working"}

    def test_the_undo_of_an_import_keeps_what_a_rule_holds(self, workspace, tmp_path):
        mail = "a@example.test"
        lead = records.create(workspace, "lead", {"name": "a", "email": mail, "status": "new", "source": "web"}).id
        report = self.run(workspace, tmp_path, "lead", f"name,email,status,source\na,{mail},sales_qualified,fair\n")
        assert stored(workspace, "lead", lead)["status"] == "sales_qualified"
        undone = importing.undo_import(workspace, report.import_id)
        assert {one.field for one in undone.kept} == {"status", "source"}
        assert stored(workspace, "lead", lead)["status"] == "sales_qualified"

    @pytest.mark.parametrize(
        ("kind", "text"),
        [
            ("product", "name,code,list price,currency\nPump,P-1,100,{}\n"),
            ("opportunity", "opportunity,account,amount,currency\nDeal,Acme,100,{}\n"),
            ("account", "account,revenue,revenue currency\nAcme,100,{}\n"),
        ],
    )
    def test_a_currency_that_there_is_not_is_listed_with_its_column(self, workspace, tmp_path, kind, text):
        (file,) = self.run(workspace, tmp_path, kind, text.format("XYZ")).files
        assert [(one.row, one.code) for one in file.problems] == [(2, "import.cell.currency")]
        assert "currency" in file.problems[0].column
        (file,) = self.run(workspace, tmp_path, kind, text.format("usd")).files
        assert file.problems == ()


class TestCurrencies:
    @pytest.mark.parametrize(("entity", "field"), CURRENCY_FIELDS)
    def test_every_field_of_currency_takes_codes_of_the_standard_only(self, entity, field):
        for code in ("XXX", "won", "usd", "원", "US$", "KRW "):
            refusal = broken_field(entity, {}, {field: code})
            assert refusal is not None, code
            assert (refusal.code, refusal.params["field"], refusal.params["currency"]) == (
                "currency.unknown",
                field,
                code,
            )
        assert all(broken_field(entity, {}, {field: code}) is None for code in CURRENCIES)
        assert broken_field(entity, {}, {field: None}) is None
        assert broken_field(entity, {field: "DEM"}, {field: "DEM"}) is None, "what came from elsewhere may stand"

    @pytest.mark.parametrize("code", ["WON", "", "KR", "원화"])
    def test_no_workspace_is_made_in_one_that_there_is_not(self, tmp_path, code):
        path = tmp_path / "w.crm"
        with refused("currency.unknown") as refusal:
            init_workspace(path, name="w", currency=code, secrets=MemoryStore())
        assert refusal.value.params["field"] == "currency"
        assert list(tmp_path.iterdir()) == []

    def test_small_letters_are_meant_as_large_ones(self, tmp_path):
        with init_workspace(tmp_path / "w.crm", name="w", currency="usd", secrets=MemoryStore()).closing() as made:
            assert made.currency == "USD"

    def test_a_record_is_neither_made_nor_set_in_one(self, workspace):
        with refused("currency.unknown"):
            records.create(workspace, "product", {"name": "p", "list_price": Decimal(1), "currency": "XXX"})
        made = records.create(workspace, "product", {"name": "p"}).id
        with refused("currency.unknown"):
            records.set_fields(workspace, "product", made, {"currency": "ABC"})


def test_changes_without_a_rule_ask_the_file_nothing(workspace):
    ids = [records.create(workspace, "account", {"name": f"{n}"}).id for n in range(20)]
    opportunity = records.create(workspace, "opportunity", {"name": "x", "currency": "KRW"}).id
    asked = []
    with workspace.write("test") as work:
        event.listen(work.connection, "before_cursor_execute", lambda *facts: asked.append(facts[2]))
        assert list(broken(work, "account", [(one, {"name": "y", "industry": "z"}) for one in ids])) == []
        assert list(broken(work, "opportunity", [(opportunity, {"name": "y"})])) == []
        assert asked == []
        assert list(broken(work, "account", [(one, {"annual_revenue_currency": "USD"}) for one in ids])) == []
        assert len(asked) == 1, "many rows are read at once"


def test_every_broken_row_is_named(workspace):
    ids = [records.create(workspace, "order", {"number": f"{n}", "status": "delivered"}).id for n in range(3)]
    with workspace.write("test") as work:
        found = list(
            broken(work, "order", [(ids[0], {"status": "received"}), (ids[1], {}), (ids[2], {"status": None})])
        )
    assert [row_id for row_id, _ in found] == [ids[0], ids[2]]
    assert {refusal.code for _, refusal in found} == {"record.state"}
    assert QuoteStatus.ACCEPTED == "accepted"


def test_a_quote_takes_only_forms_that_there_are(workspace, quote):
    mine = quotes.save_template(workspace, None, "우리 양식", quotes.templates(workspace)[0].paper).key
    for key in ("detailed", mine, None):
        records.set_fields(workspace, "quote", quote, {"template": key})
        assert stored(workspace, "quote", quote)["template"] == key
    for key in ("UNKNOWN", "redline"):
        with refused("value.not_an_option") as no:
            records.set_fields(workspace, "quote", quote, {"template": key})
        assert (no.value.params["field"], "우리 양식" in no.value.params["options"]) == ("template", True)
        assert "quotation, detailed, wide, summary" in explain(no.value).happened
