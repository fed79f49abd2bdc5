"""The check: sound files are called sound, each damage made on purpose is found by its code, and repair mends what it says it mends."""

from __future__ import annotations

from decimal import Decimal

import pytest

from desktop_crm.foundation.errors import Refusal
from desktop_crm.persistence.cipher import PAGE_BYTES
from desktop_crm.services import blobs, history, records
from desktop_crm.services import sync as service
from desktop_crm.services.pipeline import ensure_pipeline, pipelines
from desktop_crm.services.safety import backups
from desktop_crm.services.safety.checking import check
from desktop_crm.services.workspace import files_of, open_workspace
from tests.sync.test_service import PASSWORD, meet, pair, server

__all__ = ["pair", "server"]


@pytest.fixture
def filled(workspace):
    """Accounts with opportunities, a contact, tags, an own field, a deleted row, an undone act, a file."""
    ensure_pipeline(workspace)
    stage = pipelines(workspace)[0].stages[0]
    group = records.create(workspace, "account", {"name": "한빛그룹", "tags": ["vip", "제조"]}).id
    one = records.create(workspace, "account", {"name": "한빛전자", "parent_id": group, "x_code": "A-7"}).id
    records.create(workspace, "contact", {"name": "김하늘", "account_id": one})
    for amount in (Decimal("12.50"), Decimal(30)):
        deal = {"name": "증설", "account_id": one, "stage_id": stage.id, "amount": amount, "currency": "KRW"}
        records.create(workspace, "opportunity", deal)
    gone = records.create(workspace, "account", {"name": "없어짐"}).id
    records.delete(workspace, "account", gone)
    changes = records.set_fields(workspace, "account", one, {"industry": "전자", "tags": ["a"], "x_code": "B"})
    history.revert(workspace, changes.tx_id)
    workspace.group, workspace.one = group, one
    workspace.digest = blobs.put(workspace, b"%PDF issued", "application/pdf")
    return workspace


def damage(workspace, *statements):
    with workspace.database.writing() as connection:
        for statement in statements:
            connection.exec_driver_sql(statement)


def codes(findings):
    return {one.code: one.count for one in findings}


def test_a_sound_workspace_is_called_sound(filled):
    report = check(filled)
    assert report.found == report.left == ()
    assert report.sound
    assert (report.files, report.changes > 8, report.records > 8) == (1, True, True)


def test_an_empty_one_too(workspace):
    assert check(workspace).sound


def test_after_syncs_with_conflicts_and_refusals_both_laptops_are_sound(pair, server):
    first, second = pair
    row = records.create(first, "account", {"name": "한빛", "tags": ["x"]}).id
    meet(first, second)
    records.set_fields(first, "account", row, {"industry": "a", "tags": ["x", "y"]})
    records.set_fields(second, "account", row, {"industry": "b", "tags": []})
    meet(first, second)
    records.delete(second, "account", row)
    records.set_fields(first, "account", row, {"industry": "c"})
    meet(second, first)
    records.create(first, "account", {"name": "waits"})
    records.set_fields(first, "account", row, {"industry": "d"})
    for workspace in pair:
        assert codes(check(workspace).found) == {}
    assert service.status(first).pending == 2
    assert PASSWORD


MENDED = {
    "check.sums": ("UPDATE account_total SET weighted='99999'",),
    "check.search": ("DELETE FROM search_title WHERE kind=1",),
    "check.file.schema": ("DROP INDEX ix_account_place", "DROP TRIGGER guard_account_update"),
}


@pytest.mark.parametrize("code", MENDED)
def test_what_can_be_made_anew_is_found_and_mended(filled, code):
    damage(filled, *MENDED[code])
    report = check(filled)
    assert codes(report.found).keys() == {code}
    assert report.left == report.found
    assert all(one.mendable and one.places for one in report.found)
    report = check(filled, repair=True)
    assert codes(report.mended).keys() == {code}
    assert report.sound
    assert check(filled).sound


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE search_title SET plain='other'",
        "UPDATE search_title SET place=place+100 WHERE kind=0",
        "INSERT INTO search_title SELECT kind, place+100, plain FROM search_title LIMIT 1",
        "DELETE FROM search_text WHERE rowid=(SELECT max(rowid) FROM search_text)",
        "INSERT INTO search_text (rowid, words, initials) VALUES (77, 'zz', 'zz')",
        "INSERT INTO search_text(search_text) VALUES ('delete-all')",
    ],
)
def test_any_breach_of_the_search_index_is_found_and_mended(filled, statement):
    damage(filled, statement)
    assert codes(check(filled).found).keys() == {"check.search"}
    assert check(filled, repair=True).sound


KEPT = {
    "check.history.values": "UPDATE account SET employees=7 WHERE name='한빛전자'",
    "check.history.unlogged": "DELETE FROM change WHERE entity='contact'",
    "check.history.lost": "DELETE FROM stage WHERE id=(SELECT max(id) FROM stage)",
    "check.references": None,
    "check.circles": "UPDATE account SET parent_id=(SELECT id FROM account WHERE name='한빛전자') WHERE name='한빛그룹'",
    "check.outbox": "INSERT INTO sync_outbox (op_id, tx_id, hlc, entity, row_id, body, schema_v, state, tries)"
    " VALUES ('o','t','h','account','r','{}',1,'waiting',0)",
}


@pytest.mark.parametrize("code", KEPT)
def test_what_was_typed_is_reported_and_never_changed(filled, code):
    if KEPT[code]:
        damage(filled, KEPT[code])
    else:
        with filled.write("test") as work:
            work.update("account", filled.one, {"owner_id": "nobody"})
    report = check(filled, repair=True)
    assert codes(report.found) == codes(report.left)
    assert code in codes(report.left)
    assert not next(one for one in report.left if one.code == code).mendable


def test_a_value_set_past_the_log_is_named(filled):
    damage(filled, f"UPDATE account SET industry='heimlich', _deleted='x' WHERE id='{filled.one}'")
    (finding,) = [one for one in check(filled).found if one.code == "check.history.values"]
    assert set(finding.places) == {f"account {filled.one} industry", f"account {filled.one} _deleted"}


@pytest.mark.parametrize(("act", "code"), [("remove", "check.files.missing"), ("flip", "check.files.damaged")])
def test_a_file_comes_back_from_a_backup_and_without_one_it_is_said(filled, act, code):
    file = filled.files / filled.digest

    def harm():
        if act == "remove":
            file.unlink()
        else:
            content = bytearray(file.read_bytes())
            content[-1] ^= 1
            file.write_bytes(content)

    harm()
    report = check(filled, repair=True)
    assert codes(report.left) == {code: 1}
    file.unlink(missing_ok=True)
    blobs.put(filled, b"%PDF issued", "application/pdf")
    backups.make(filled)
    harm()
    assert codes(check(filled).found) == {code: 1}
    report = check(filled, repair=True)
    assert (codes(report.mended), report.sound) == ({code: 1}, True)
    assert blobs.get(filled, filled.digest) == b"%PDF issued"


def test_two_files_that_were_swapped_are_damaged(filled):
    other = blobs.put(filled, b"%PDF other", "application/pdf")
    one, two = filled.files / filled.digest, filled.files / other
    first, second = one.read_bytes(), two.read_bytes()
    one.write_bytes(second)
    two.write_bytes(first)
    assert codes(check(filled).found) == {"check.files.damaged": 2}


def test_a_damaged_backup_is_not_where_files_come_from(filled):
    made = backups.make(filled)
    for folder in (filled.files, files_of(made.path)):
        (folder / filled.digest).write_bytes(b"rubbish")
    assert codes(check(filled, repair=True).left) == {"check.files.damaged": 1}


def test_a_file_the_server_has_is_fetched_again(pair, server):
    first, second = pair
    digest = blobs.put(first, b"%PDF-1.7 issued", "application/pdf")
    quote = records.create(first, "quote", {"number": "Q-1"}).id
    with first.write("test") as work:
        work.insert("quote_version", {"quote_id": quote, "version": 1, "pdf_ko": digest})
    meet(first, second)
    (first.files / digest).write_bytes(b"rubbish")
    assert codes(check(first, repair=True).mended) == {"check.files.damaged": 1}
    service.sync_now(first)
    assert blobs.get(first, digest) == b"%PDF-1.7 issued"
    assert check(first).sound


def test_damaged_pages_are_counted_and_nothing_more_is_asked(filled, secrets):
    path = filled.path
    with filled.read() as session:
        rows = session.connection().exec_driver_sql(
            "SELECT rootpage FROM sqlite_master WHERE type='table' AND name IN ('import_run','sync_run')"
        )
        pages = [row[0] for row in rows]
    filled.close()
    content = bytearray(path.read_bytes())
    for page in pages:
        content[4096 * (page - 1) + 17] ^= 1
    path.write_bytes(content)
    with open_workspace(path, secrets=secrets).closing() as workspace:
        report = check(workspace, repair=True)
        assert codes(report.left) == {"check.file.pages": 2}
        assert not report.left[0].mendable


def test_closing_the_workspace_stops_the_check(filled):
    filled.leaving.set()
    with pytest.raises(Refusal, match=r"check\.stopped"):
        check(filled)


def test_pages_that_lie_whole_in_the_log_are_no_damage_of_the_file(workspace) -> None:
    """As a power cut in the middle of folding leaves it: the file has grown, its new pages are empty."""
    for n in range(60):
        records.create(workspace, "account", {"name": f"회사 {n}", "note": "메모 " * 200})
    with workspace.path.open("ab") as file:
        file.write(bytes(3 * PAGE_BYTES))
    assert check(workspace).sound
