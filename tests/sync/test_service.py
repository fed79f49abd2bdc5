"""Sync as the app uses it: services on real encrypted workspaces, a real server on a port of loopback."""

from __future__ import annotations

import hashlib
import json
import socket
import threading
from datetime import timedelta
from decimal import Decimal
from types import SimpleNamespace

import pytest
import uvicorn

from desktop_crm import i18n
from desktop_crm.cli import sync as terminal
from desktop_crm.domain.schema.options import UserRole
from desktop_crm.foundation.clock import SystemClock
from desktop_crm.foundation.errors import Refusal, Trouble
from desktop_crm.i18n.labels import field_label, option_label
from desktop_crm.persistence.stores import sync as store
from desktop_crm.services import blobs, history, offline, records
from desktop_crm.services import sync as service
from desktop_crm.services.safety import checking
from desktop_crm.services.sync import Keep
from desktop_crm.sync.server.api import application
from desktop_crm.sync.server.core import Server
from desktop_crm.sync.server.scopes import TEAM
from desktop_crm.sync.server.store import Store

PASSWORD = "long enough"


@pytest.fixture
def server(tmp_path):
    made = Server(Store(f"sqlite:///{tmp_path / 'server.sqlite'}"), SystemClock())
    made.ids = {
        name: made.people.add_user(name, role, PASSWORD)
        for name, role in (("minji", UserRole.MANAGER), ("junho", UserRole.MEMBER))
    }
    listening = socket.create_server(("127.0.0.1", 0))
    made.url = f"http://127.0.0.1:{listening.getsockname()[1]}"
    serving = uvicorn.Server(uvicorn.Config(application(made), log_level="error", lifespan="off"))
    thread = threading.Thread(target=serving.run, kwargs={"sockets": [listening]})
    thread.start()
    yield made
    serving.should_exit = True
    thread.join(15)
    listening.close()
    made.store.close()


@pytest.fixture
def pair(server, new_workspace):
    first, second = new_workspace("first"), new_workspace("second")
    service.join(first, server.url, "minji", PASSWORD)
    service.join(second, server.url, "junho", PASSWORD)
    service.sync_now(first)
    return first, second


def meet(*workspaces):
    for workspace in (*workspaces, *workspaces):
        service.sync_now(workspace)


def test_joining_makes_the_user_the_author_and_brings_the_rows_along(server, new_workspace):
    workspace = new_workspace()
    made = records.create(workspace, "account", {"name": "한빛"})
    assert not service.status(workspace).joined
    report = service.join(workspace, server.url, "minji", PASSWORD)
    assert (report.pushed, workspace.author.user_id) == (1, server.ids["minji"])
    status = service.status(workspace)
    assert (status.url, status.user, status.pending, status.scopes) == (server.url, "minji", 0, (TEAM,))
    assert status.last_run.error is None
    records.set_fields(workspace, "account", made.id, {"industry": "철강"})
    (waiting,) = service.pending(workspace)
    assert (waiting.title, waiting.fields, waiting.is_new) == ("한빛", {"industry": "철강"}, False)
    assert records.history(workspace, "account", made.id)[-1].actor == server.ids["minji"]


def test_a_conflict_is_decided_either_way_and_decided_anew(pair):
    first, second = pair
    row = records.create(first, "opportunity", {"name": "증설", "amount": Decimal(10), "currency": "KRW"}).id
    meet(first, second)
    records.set_fields(first, "opportunity", row, {"amount": Decimal(20), "currency": "USD"})
    records.set_fields(second, "opportunity", row, {"amount": Decimal(30), "currency": "EUR"})
    meet(first, second)
    found = service.conflicts(first)
    assert {(c.field, c.kept, c.lost) for c in found} == {("amount", 30, 20), ("currency", "EUR", "USD")}
    assert {(c.kept_by_name, c.lost_by_name, c.title) for c in found} == {("junho", "minji", "증설")}
    service.resolve(first, found[0].id, Keep.LOST)
    meet(first, second)
    values = records.get(second, "opportunity", row).fields
    assert (values["amount"], values["currency"]) == (Decimal(20), "USD")
    assert service.conflicts(second) == ()
    assert {c.state for c in service.conflicts(second, open_only=False)} == {"taken_back"}
    service.resolve(second, found[0].id, Keep.BEFORE)
    meet(first, second)
    assert records.get(first, "opportunity", row).fields["amount"] == Decimal(10)
    service.resolve(second, found[0].id, "kept")
    with pytest.raises(Refusal) as caught:
        service.resolve(first, "nothing", Keep.KEPT)
    assert caught.value.code == "sync.conflict.unknown"


def in_conflict(first, second):
    """An account and one of its deals, changed on both laptops; another account too, which stays out of it."""
    ours, other = (records.create(first, "account", {"name": name}).id for name in ("한빛", "다른 곳"))
    deal = records.create(
        first, "opportunity", {"name": "증설", "account_id": ours, "amount": Decimal(1), "currency": "KRW"}
    )
    meet(first, second)
    for workspace, name, amount in ((first, "first", 20), (second, "second", 30)):
        records.set_fields(workspace, "account", ours, {"industry": name})
        records.set_fields(workspace, "account", other, {"industry": name})
        records.set_fields(workspace, "opportunity", deal.id, {"amount": Decimal(amount), "currency": "USD"})
    meet(first, second)
    return ours, other, deal.id


@pytest.mark.parametrize("mine", [True, False])
def test_all_conflicts_of_an_account_are_decided_in_one_act_that_can_be_taken_back(pair, mine):
    first, second = pair
    ours, other, deal = in_conflict(first, second)
    assert {one.account_title for one in service.conflicts(first)} == {"한빛", "다른 곳"}
    decided = service.resolve_all(first, ours, mine=mine)
    assert not decided.refused
    meet(first, second)
    wanted = ("first", Decimal(20)) if mine else ("second", Decimal(30))
    for workspace in pair:
        found = (
            records.get(workspace, "account", ours).fields["industry"],
            records.get(workspace, "opportunity", deal).fields["amount"],
        )
        assert found == wanted
        assert {one.row_id for one in service.conflicts(workspace)} == {other}
    history.revert(first, decided.changes.tx_id)
    meet(first, second)
    assert {one.row_id for one in service.conflicts(second)} == {ours, other, deal}
    assert records.get(second, "account", ours).fields["industry"] == "second"


def crossed(first, second, entity, field, names, **fields):
    """Two rows, each put below the other on another laptop: the server keeps one of both, the other is in conflict."""
    rows = [records.create(first, entity, {"label" if "map_id" in fields else "name": n} | fields).id for n in names]
    meet(first, second)
    for workspace, row, above in ((first, *rows), (second, *reversed(rows))):
        records.set_fields(workspace, entity, row, {field: above})
    meet(first, second)
    (conflict,) = (one for one in service.conflicts(first) if one.field == field)
    return conflict


@pytest.mark.parametrize("kind", ["account", "map_node"])
def test_deciding_a_conflict_closes_no_circle(pair, kind):
    first, second = pair
    ours = records.create(first, "account", {"name": "한빛"}).id
    board = records.create(first, "stakeholder_map", {"name": "m", "account_id": ours}).id
    names = ("이지원", "최재석")
    if kind == "account":
        conflict = crossed(first, second, "account", "parent_id", names)
        code = "account.move.circle"
    else:
        conflict = crossed(first, second, "map_node", "reports_to_id", names, map_id=board)
        code = "stakeholder.reports_to.circle"
    assert conflict.lost
    with pytest.raises(Refusal) as caught:
        service.resolve(first, conflict.id, Keep.LOST)
    assert caught.value.code == code
    assert all(name in caught.value.params["path"] for name in names)
    loser = next(one for one in pair if one.author.user_id == conflict.lost_by)
    decided = service.resolve_all(loser, conflict.account_id, mine=True)
    assert {one: refusal.code for one, refusal in decided.refused.items()} == {conflict.id: code}
    assert conflict.id in {one.id for one in service.conflicts(loser)}
    assert not checking.check(first).found
    service.resolve(first, conflict.id, Keep.KEPT)
    assert not service.conflicts(first)


@pytest.mark.parametrize("language", ["ko", "en"])
def test_a_conflict_is_told_with_names_labels_people_and_times(pair, language):
    first, second = pair
    people = [records.create(first, "user", {"name": name}).id for name in ("김하나", "이두리")]
    row = records.create(first, "account", {"name": "한빛", "annual_revenue": Decimal(10)}).id
    meet(first, second)
    records.set_fields(
        first, "account", row, {"owner_id": people[0], "tier": "key", "annual_revenue": Decimal(480000000)}
    )
    records.set_fields(second, "account", row, {"owner_id": people[1], "tier": "managed", "annual_revenue": None})
    meet(first, second)
    with i18n.speaking(language):
        told = terminal.told(service.conflicts(first))
        named = {field: (field_label("account", field), option_label(field, "key")) for field in ("owner_id", "tier")}
    assert "None" not in told
    assert row not in told
    assert not any(person in told for person in people)
    for part in (
        f"한빛 — {named['owner_id'][0]}",
        "김하나",
        "이두리",
        f"한빛 — {named['tier'][0]}",
        named["tier"][1],
        "480,000,000",
    ):
        assert part in told
    assert told.count("minji") == told.count("junho") == 3
    assert str(service.conflicts(first)[0].kept_at.year) in told


def test_two_records_with_one_key_are_told_by_name(pair):
    first, second = pair
    for workspace, name in ((first, "하나"), (second, "둘")):
        records.create(workspace, "account", {"name": name, "business_registration_number": "123-45-67890"})
    meet(first, second)
    (conflict,) = service.conflicts(first)
    told = terminal.told((conflict,))
    assert ("하나" in told, "둘" in told, str(conflict.kept) in told) == (True, True, False)


def test_a_deletion_that_was_undone_can_be_done_again(pair):
    first, second = pair
    row = records.create(first, "account", {"name": "한빛"}).id
    meet(first, second)
    records.delete(first, "account", row)
    records.set_fields(second, "account", row, {"industry": "철강"})
    service.sync_now(second)
    meet(first, second)
    (conflict,) = service.conflicts(first)
    assert (conflict.kind, conflict.lost) == ("delete", True)
    service.resolve(first, conflict.id, Keep.LOST)
    meet(first, second)
    assert records.count(second, "account") == 0


def test_an_act_undone_here_is_undone_there(pair):
    first, second = pair
    made = records.create(first, "account", {"name": "한빛"})
    changes = records.set_fields(first, "account", made.id, {"name": "other", "tags": ("vip",)})
    meet(first, second)
    history.revert(first, changes.tx_id)
    meet(first, second)
    values = records.get(second, "account", made.id).fields
    assert (values["name"], values["tags"] or ()) == ("한빛", ())


def test_refused_changes_are_shown_made_again_or_let_go(pair, server):
    first, second = pair
    row = records.create(first, "account", {"name": "한빛"}).id
    meet(first, second)
    with server.store.writing() as books:
        books.give(server.ids["junho"], TEAM, "r")
    records.set_fields(second, "account", row, {"industry": "철강"})
    records.create(second, "account", {"name": "새 계정"})
    report = service.sync_now(second)
    assert (report.pushed, report.refused) == (0, 2)
    assert "industry" not in {k for k, v in records.get(second, "account", row).fields.items() if v}
    refused = {line.fields.get("name", "edit"): line for line in service.quarantined(second)}
    assert refused["edit"].reason == "sync.refused.scope"
    with server.store.writing() as books:
        books.give(server.ids["junho"], TEAM, "rw")
    service.retry(second, refused["edit"].op_id)
    service.retry(second, refused["새 계정"].op_id)
    meet(second, first)
    assert records.get(first, "account", row).fields["industry"] == "철강"
    assert records.count(first, "account") == 2
    assert service.quarantined(second) == ()
    with pytest.raises(Refusal):
        service.give_up(second, refused["edit"].op_id)


def test_issued_documents_travel_with_their_versions(pair):
    first, second = pair
    content = b"%PDF-1.7 issued"
    digest = blobs.put(first, content, "application/pdf")
    quote = records.create(first, "quote", {"number": "Q-1"}).id
    with first.write("test") as work:
        work.insert("quote_version", {"quote_id": quote, "version": 1, "pdf_ko": digest})
    meet(first, second)
    assert blobs.get(second, digest) == content
    assert hashlib.sha256(content).hexdigest() == digest


def test_attached_files_travel_with_their_records(pair):
    first, second = pair
    content = b"a floor plan"
    digest = blobs.put(first, content, "image/png")
    account = records.create(first, "account", {"name": "한빛전자"}).id
    fields = {"name": "plan.png", "account_id": account, "content": digest, "mime": "image/png", "size": len(content)}
    records.create(first, "attachment", fields)
    meet(first, second)
    assert blobs.get(second, digest) == content
    with second.read() as session:
        kinds = session.connection().exec_driver_sql("SELECT mime FROM blob WHERE hash=?", (digest,)).scalar()
    assert kinds == "image/png"


def test_numbers_are_leased_in_blocks_that_never_meet(pair):
    first, second = pair
    for workspace in pair:
        with workspace.database.writing() as connection:
            connection.exec_driver_sql(
                "INSERT INTO number_lease (series, kind, next) VALUES ('quote:2026','offline',1)"
            )
    meet(first, second)
    blocks = []
    for workspace in pair:
        with workspace.read() as session:
            line = (
                session.connection().exec_driver_sql("SELECT next, until FROM number_lease WHERE kind='leased'").first()
            )
        blocks.append(set(range(line[0], line[1] + 1)))
    assert blocks[0]
    assert blocks[1]
    assert not blocks[0] & blocks[1]
    with first.read() as session:
        assert store.low_series(session.connection(), 5) == []


def test_without_a_keyring_the_tokens_lie_in_the_encrypted_workspace(server, new_workspace, monkeypatch):
    workspace = new_workspace()

    def absent(*_):
        raise Trouble("keyring.absent", reason="test")

    monkeypatch.setattr(workspace.secrets, "put", absent)
    service.join(workspace, server.url, "minji", PASSWORD)
    monkeypatch.setattr(workspace.secrets, "get", absent)
    assert service.sync_now(workspace).refused == 0
    assert PASSWORD.encode() not in workspace.path.read_bytes()


def test_an_access_token_that_is_over_is_renewed_without_a_word(pair):
    first, _ = pair
    account = service.account_of(first)
    account._held()["access"] = "over"
    account._workspace.secrets.put(account._name, json.dumps(account._tokens))
    assert service.sync_now(first).refused == 0


def test_what_went_wrong_is_in_the_history_of_runs(pair):
    first, _ = pair
    with pytest.raises(Trouble):
        service.sync_now(first, url="http://127.0.0.1:9")
    newest = service.runs(first)[0]
    assert newest.error == "sync.server.unreachable"
    assert service.status(first).last_success < newest.at


def test_one_run_at_a_time(pair):
    first, _ = pair
    with service._one_run(first), pytest.raises(Refusal) as caught:
        service.sync_now(first)
    assert caught.value.code == "sync.running"


def test_a_workspace_alone_cannot_sync(workspace):
    with pytest.raises(Refusal) as caught:
        service.sync_now(workspace)
    assert caught.value.code == "sync.not_joined"


def test_an_address_that_does_not_answer_is_forgotten(pair):
    """A mistyped address costs one failed run; the next one goes to the server that is known."""
    first, _ = pair
    known = service.status(first).url
    with pytest.raises(Trouble):
        service.sync_now(first, url="http://127.0.0.1:9")
    assert service.status(first).url == known
    assert service.sync_now(first).refused == 0


def test_a_database_that_is_none_is_told():
    with pytest.raises(Trouble) as caught:
        Store("nonsense")
    assert caught.value.code == "server.database"


def test_only_files_of_chosen_accounts_come_by_themselves_and_others_when_asked(pair, monkeypatch):
    first, second = pair
    digests = {}
    for name in ("한빛전자", "대한"):
        account = records.create(first, "account", {"name": name}).id
        digests[name] = blobs.put(first, name.encode() * 50, "text/plain")
        fields = {"name": f"{name}.txt", "account_id": account, "content": digests[name], "mime": "text/plain"}
        records.create(first, "attachment", fields | {"size": len(name.encode()) * 50})
        records.create(
            first,
            "activity",
            {
                "kind": "visit",
                "subject": name,
                "account_id": account,
                "occurred_at": first.clock.now() + timedelta(days=1 if name == "대한" else 9),
            },
        )
    offline.keep_everything(second, on=False)
    meet(first, second)
    assert not any(blobs.is_here(second, one) for one in digests.values())
    held = offline.held(second)
    assert (held.away, held.files, held.accounts) == (2, 0, 2)
    (taken,) = offline.take_tomorrow(second)
    assert (taken.name, taken.files, taken.here) == ("대한", 1, 0)
    service.sync_now(second)
    assert [blobs.is_here(second, digests[name]) for name in ("한빛전자", "대한")] == [False, True]
    offline.fetch(second, digests["한빛전자"], 10)
    assert blobs.get(second, digests["한빛전자"]) == "한빛전자".encode() * 50
    assert offline.make_room(second) == 1
    assert [blobs.is_here(second, digests[name]) for name in ("한빛전자", "대한")] == [False, True]
    monkeypatch.setattr(offline.shutil, "disk_usage", lambda _path: SimpleNamespace(free=1000))
    with pytest.raises(Trouble, match=r"disk\.full"):
        offline.fetch(second, digests["한빛전자"], 10)


def test_what_the_server_put_back_itself_is_said_to_be_the_servers(pair):
    first, second = pair
    one, two = (records.create(first, "account", {"name": name}).id for name in ("가온", "나래"))
    meet(first, second)
    records.set_fields(first, "account", one, {"parent_id": two})
    records.set_fields(second, "account", two, {"parent_id": one})
    meet(first, second)
    (found,) = service.conflicts(first)
    with i18n.speaking("en"):
        (found,) = service.conflicts(second)
    assert (found.kind, found.kept_by_name, bool(found.lost_by_name)) == ("tree", "Server", True)


def test_what_was_typed_before_signing_in_is_its_users(server, new_workspace):
    first, second = new_workspace("first"), new_workspace("second")
    row = records.create(first, "account", {"name": "한빛", "note": "혼자"}).id
    service.join(first, server.url, "minji", PASSWORD)
    service.join(second, server.url, "junho", PASSWORD)
    records.set_fields(second, "account", row, {"name": "나중"})
    records.set_fields(first, "account", row, {"name": "다음"})
    meet(second, first)
    (found,) = service.conflicts(second)
    assert {found.kept_by_name, found.lost_by_name} == {"minji", "junho"}
