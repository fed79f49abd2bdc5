"""The journal on a real file: what can be undone, what says why not, and that a restart forgets nothing."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import replace
from decimal import Decimal

import pytest

from desktop_crm import i18n
from desktop_crm.foundation.errors import Refusal
from desktop_crm.foundation.ids import UserId
from desktop_crm.i18n.acts import act_text
from desktop_crm.services import accounts, importing, quotes, records, stakeholders
from desktop_crm.services.journal import Journal, begin_here
from desktop_crm.services.workspace import open_workspace


@pytest.fixture
def journal(workspace) -> Journal:
    return Journal(workspace)


@contextmanager
def another(workspace, name="이서연"):
    """Everything inside is written by a colleague, as a pull would."""
    me = workspace.author
    with workspace.write("sync") as work:
        colleague = work.insert("user", {"name": name})
    workspace.author = type(me)(user_id=UserId(colleague), device_id=me.device_id)
    try:
        yield
    finally:
        workspace.author = me


def texts(journal) -> list[str]:
    return [act_text(entry.facts) for entry in journal.entries()]


def reasons(journal) -> list[str | None]:
    return [entry.refusal.code if entry.refusal else None for entry in journal.entries()]


def field(workspace, row_id, name, entity="account"):
    return records.get(workspace, entity, row_id).fields[name]


def test_acts_are_undone_backwards_and_redone_forwards(workspace, journal) -> None:
    one = accounts.create(workspace, "한빛전자").id
    two = accounts.create(workspace, "한빛그룹").id
    accounts.rename(workspace, one, "한빛")
    accounts.move(workspace, [one], two)
    for _ in range(4):
        journal.undo()
    assert records.count(workspace, "account") == 0
    with pytest.raises(Refusal, match=r"undo\.nothing"):
        journal.undo()
    for _ in range(4):
        journal.redo()
    assert (field(workspace, one, "name"), field(workspace, one, "parent_id")) == ("한빛", two)
    with pytest.raises(Refusal, match=r"redo\.nothing"):
        journal.redo()


def test_a_restart_forgets_nothing_and_tells_it_in_the_language_of_now(new_workspace, secrets) -> None:
    workspace = new_workspace("kept")
    one = accounts.create(workspace, "한빛전자").id
    with i18n.speaking("en"):
        records.set_fields(workspace, "account", one, {"phone": "02-1234-5678", "industry": "전자"})
        Journal(workspace).undo()
    workspace.close()
    again = open_workspace(workspace.path, secrets=secrets)
    with again.closing():
        journal = Journal(again)
        with i18n.speaking("ko"):
            assert texts(journal) == ["계정 수정: 한빛전자 – 업종, 전화", "새 계정: 한빛전자"]
        with i18n.speaking("en"):
            assert texts(journal) == ["Edit account: 한빛전자 – Industry, Phone", "New account: 한빛전자"]
        assert [entry.undone for entry in journal.entries()] == [True, False]
        journal.redo()
        assert field(again, one, "phone") == "02-1234-5678"


def test_one_in_the_middle_is_undone_when_nothing_later_stands_on_it(workspace, journal) -> None:
    one = accounts.create(workspace, "한빛전자").id
    records.set_fields(workspace, "account", one, {"phone": "1"})
    records.set_fields(workspace, "account", one, {"industry": "전자"})
    records.set_fields(workspace, "account", one, {"industry": "반도체"})
    last, industry, phone, made = journal.entries()
    assert reasons(journal) == [None, "undo.changed_since", None, "undo.changed_since"]
    journal.undo(phone.id)
    assert field(workspace, one, "phone") is None
    with pytest.raises(Refusal, match=r"undo\.changed_since"):
        journal.undo(industry.id)
    journal.undo(last.id)
    journal.undo(industry.id)
    assert field(workspace, one, "industry") is None
    journal.redo(phone.id)
    assert field(workspace, one, "phone") == "1"
    with pytest.raises(Refusal, match=r"redo\.already"):
        journal.redo(phone.id)
    with pytest.raises(Refusal, match=r"undo\.already"):
        journal.undo(last.id)
    journal.undo(phone.id)
    journal.undo(made.id)
    assert records.count(workspace, "account") == 0


def test_what_is_used_since_stays_and_is_named(workspace, journal) -> None:
    one = accounts.create(workspace, "한빛전자").id
    records.create(workspace, "contact", {"name": "이정훈", "account_id": one})
    made = journal.entries()[-1]
    assert made.refusal.code == "undo.in_use"
    assert made.refusal.params["other"] == "이정훈"
    with pytest.raises(Refusal, match=r"undo\.in_use"):
        journal.undo(made.id)


def test_a_colleagues_later_edit_is_named_and_the_rest_goes_back(workspace, journal) -> None:
    one = accounts.create(workspace, "한빛전자").id
    records.set_fields(workspace, "account", one, {"phone": "1", "industry": "전자"})
    with another(workspace):
        records.set_fields(workspace, "account", one, {"phone": "2"})
    turned = journal.undo()
    assert [(kept.field, kept.row_id) for kept in turned.kept] == [("phone", one)]
    assert (field(workspace, one, "phone"), field(workspace, one, "industry")) == ("2", None)
    with pytest.raises(Refusal, match=r"undo\.changed_by") as told:
        journal.undo()
    assert (told.value.params["who"], told.value.params["field"]) == ("이서연", "phone")
    assert journal.look().count() == 1  # it was passed over; only the redo is left
    assert Journal(workspace).look().count() == 2  # after a restart it says why again


def test_an_issued_version_says_so_before_and_when_one_tries(workspace, journal) -> None:
    one = accounts.create(workspace, "한빛전자").id
    quote = quotes.create(workspace, account_id=one, name="센서").id
    with workspace.write("quotes.issue") as work:
        work.insert("quote_version", {"quote_id": quote, "version": 1, "snapshot": "{}", "snapshot_hash": "0"})
    assert reasons(journal)[0] == "undo.issued"
    with pytest.raises(Refusal, match=r"undo\.issued"):
        journal.undo()
    assert texts(journal)[0].startswith("Issue quote: Q-")


def test_a_move_that_would_close_a_circle_stays(workspace, journal) -> None:
    top, low = accounts.create(workspace, "위").id, accounts.create(workspace, "아래").id
    accounts.move(workspace, [low], top)
    accounts.move(workspace, [low], None)
    accounts.move(workspace, [top], low)
    up = journal.entries()[1]
    assert up.refusal.code == "undo.circle"
    with pytest.raises(Refusal, match=r"undo\.circle"):
        journal.undo(up.id)
    journal.undo()
    journal.undo(up.id)
    assert field(workspace, low, "parent_id") == top


def test_a_reference_to_what_was_deleted_since_stays(workspace, journal) -> None:
    old, new = accounts.create(workspace, "옛").id, accounts.create(workspace, "새").id
    person = records.create(workspace, "contact", {"name": "이정훈", "account_id": old}).id
    records.set_fields(workspace, "contact", person, {"account_id": new})
    accounts.delete(workspace, [old])
    moved = journal.entries()[1]
    assert moved.refusal.code == "undo.target_gone"
    journal.undo()
    journal.undo(moved.id)
    assert field(workspace, person, "account_id", "contact") == old


def test_an_edit_of_what_was_deleted_since_says_so(workspace, journal) -> None:
    one = accounts.create(workspace, "한빛전자").id
    accounts.rename(workspace, one, "한빛")
    accounts.delete(workspace, [one])
    assert reasons(journal)[:2] == [None, "undo.deleted_since"]
    with pytest.raises(Refusal, match=r"undo\.deleted_since"):
        journal.undo(journal.entries()[1].id)


def test_what_the_server_refused_says_so(workspace, journal) -> None:
    one = accounts.create(workspace, "한빛전자").id
    changes = records.set_fields(workspace, "account", one, {"phone": "1"})
    with workspace.write("sync") as work:
        work.update("account", one, {"phone": None})
        work.connection.exec_driver_sql(
            "INSERT INTO sync_quarantine (op_id, reason, at, body) SELECT op_id, 'rights', '', '{}' FROM change"
            " WHERE tx_id=?",
            (changes.tx_id,),
        )
    assert reasons(journal)[0] == "undo.server_refused"


def test_a_rule_of_the_trade_says_so_before_and_when_one_tries(workspace, journal) -> None:
    order = records.create(workspace, "order", {"number": "O-1", "status": "received"}).id
    records.set_fields(workspace, "order", order, {"status": "delivered"})
    assert reasons(journal)[0] == "record.state"
    with pytest.raises(Refusal, match=r"record\.state"):
        journal.undo()
    assert field(workspace, order, "status", "order") == "delivered"


def test_a_bulk_edit_is_one_act(workspace, journal) -> None:
    with workspace.write("lists.set_fields") as work:
        ids = work.bulk("account", inserts=[{"name": f"회사 {n}"} for n in range(700)])
    with workspace.write("lists.set_fields") as work:
        work.bulk("account", updates=[(one, {"industry": "전자"}) for one in ids])
    assert texts(journal) == ["Edit accounts (700) – Industry", "New accounts (700)"]
    assert len(journal.undo().changes.items) == 700
    assert len(journal.redo().changes.items) == 700


def test_an_import_is_undone_redone_and_undone_again(workspace, journal, tmp_path) -> None:
    file = tmp_path / "accounts.csv"
    file.write_text("account name,phone\n한빛전자,02-1\n대양,02-2\n", encoding="utf-8")
    importing.run(workspace, importing.inspect([file]))
    assert texts(journal) == ["Import: accounts.csv (2)"]
    for _ in range(2):
        journal.undo()
        assert records.count(workspace, "account") == 0
        assert importing.past_imports(workspace)[0].state == "undone"
        journal.redo()
        assert records.count(workspace, "account") == 2
        assert importing.past_imports(workspace)[0].state == "done"


def test_an_import_taken_back_on_its_own_page_is_undone_in_the_journal(workspace, journal, tmp_path) -> None:
    file = tmp_path / "accounts.csv"
    file.write_text("account name\n한빛전자\n", encoding="utf-8")
    report = importing.run(workspace, importing.inspect([file]))
    importing.undo_import(workspace, report.import_id)
    assert [entry.undone for entry in journal.entries()] == [True]
    journal.redo()
    assert records.count(workspace, "account") == 1


def test_edits_of_maps_and_quotes_are_acts(workspace, journal) -> None:
    one = accounts.create(workspace, "한빛전자").id
    plan = stakeholders.create_map(workspace, account_id=one, name="지도").map_id
    stakeholders.add_person(workspace, plan, name="이정훈")
    node = stakeholders.view(workspace, plan).nodes[0].id
    stakeholders.set_fields(workspace, plan, [node], {"influence": 3})
    quote = quotes.create(workspace, account_id=one, name="센서")
    draft = quotes.open_quote(workspace, quote.id).draft
    quotes.save(workspace, draft, replace(draft, payment_terms="30일"))
    with i18n.speaking("ko"):
        assert texts(journal)[:2] == [f"견적 수정: {quote.number} – 결제 조건", f"새 견적: {quote.number}"]
        assert texts(journal)[2] == "인물 카드 수정: 이정훈 – 영향력"
        assert texts(journal)[3] == "맵에 추가: 이정훈"
    while journal.look().done:
        journal.undo()
    assert records.count(workspace, "account") == records.count(workspace, "quote") == 0


def test_what_makes_a_workspace_is_nobodys_act(workspace) -> None:
    accounts.create(workspace, "한빛전자")
    begin_here(workspace)
    assert Journal(workspace).entries() == ()
    accounts.create(workspace, "대양")
    assert len(Journal(workspace).entries()) == 1


def test_others_acts_are_theirs(workspace) -> None:
    with another(workspace, "김하늘"):
        accounts.create(workspace, "한빛전자")
        with another(workspace):
            accounts.create(workspace, "대양")
            assert len(Journal(workspace).entries()) == 1
        assert len(Journal(workspace).entries()) == 1
    assert Journal(workspace).entries() == ()


def test_a_session_that_restores_nothing_begins_at_its_first_act(workspace) -> None:
    accounts.create(workspace, "한빛전자")
    journal = Journal(workspace, restored=False)
    journal.begin()
    accounts.create(workspace, "대양")
    assert journal.look().count() == 1
    assert journal.restore().count() == 2
    journal.forget()
    assert journal.look().count() == 0


def test_an_act_that_is_not_known_is_refused(journal) -> None:
    with pytest.raises(Refusal, match=r"undo\.unknown"):
        journal.undo("01990000-0000-7000-8000-000000000000")


def test_amounts_come_back_exactly(workspace, journal) -> None:
    deal = records.create(workspace, "opportunity", {"name": "증설", "amount": Decimal("10.50"), "currency": "USD"}).id
    records.set_fields(workspace, "opportunity", deal, {"amount": Decimal("0.1")})
    journal.undo()
    assert str(field(workspace, deal, "amount", "opportunity")) == "10.50"


def test_what_a_deleted_record_was_used_by_before_does_not_keep_it_from_being_deleted_again(workspace, journal) -> None:
    one = accounts.create(workspace, "한빛전자").id
    person = records.create(workspace, "contact", {"name": "이정훈", "account_id": one}).id
    accounts.delete(workspace, [one])
    journal.undo()
    journal.redo()
    assert records.count(workspace, "account") == 0
    journal.undo()
    records.set_fields(workspace, "contact", person, {"account_id": None})
    records.set_fields(workspace, "contact", person, {"account_id": one})
    deleted = journal.entries()[2]
    assert deleted.refusal.code == "undo.in_use"


def test_what_was_done_before_signing_in_can_still_be_undone(workspace, journal) -> None:
    one = accounts.create(workspace, "한빛전자").id
    accounts.rename(workspace, one, "한빛")
    me = workspace.author
    workspace.author = type(me)(user_id=UserId(one), device_id=me.device_id)  # as the first sign-in does
    signed_in = Journal(workspace)
    assert len(signed_in.entries()) == 2
    signed_in.undo()
    assert field(workspace, one, "name") == "한빛전자"
