"""Erasing a person's card reaches every book: the server's log, quarantine, conflicts and ready files, and the other laptops."""

from __future__ import annotations

import pytest

from desktop_crm.domain.stakeholders.erased import THOUGHTS
from desktop_crm.persistence import erasing
from desktop_crm.sync.protocol import START, SnapshotAsk
from desktop_crm.sync.server import snapshots, tables
from tests.sync.peers import BEGIN, assert_level, team

SECRETS = ("wants to leave", "afraid of the board", "golfs with the rival", "said in confidence")


@pytest.fixture
def made(monkeypatch):
    monkeypatch.setattr(snapshots, "WORTH_IT", 1)
    with team("a", "b") as those:
        yield those


def everything(made):
    """All that the server's database holds, as bytes."""
    return made.server.store.engine.raw_connection().driver_connection.serialize()


def erase(made, node):
    a = made["a"]
    evidence = list(a.rows("map_evidence"))
    with a.work("stakeholders.erase_person") as work:
        work.update("map_node", node, dict.fromkeys(THOUGHTS) | {"erased_at": BEGIN})
        for row in evidence:
            work.update("map_evidence", row, {"value": None, "body": None})
            work.delete("map_evidence", row)
    with a.database.writing() as connection:
        erasing.scrub(connection, [node])


def test_no_book_holds_what_was_thought(made):
    a, b = made["a"], made["b"]
    account = a.make("account", name="한빛")
    board = a.make("stakeholder_map", name="map", account_id=account)
    node = a.make("map_node", map_id=board, label="stays", note=SECRETS[0])
    other = a.make("map_node", map_id=board, label="another", note="may stay")
    a.make("map_evidence", map_id=board, node_id=node, topic="goals", value="v", body=SECRETS[3])
    made.sync("a", "b")
    a.set("map_node", node, goals=SECRETS[1])
    b.set("map_node", node, goals=SECRETS[2])
    made.sync("a", "b", "a")
    assert b.conflicts()
    with made.server.store.writing() as books:
        body = books.one(tables.op, op_id=books.all(tables.op)[0]["op_id"])["body"].replace(account, node)
        body = body.replace('"e":"account"', '"e":"map_node"').replace('"name":"한빛"', f'"note":"{SECRETS[0]}"')
        books.put(tables.quarantine, op_id="refused", user_id="user-b", reason="r", at="t", body=body)
    offered = made.server.conversation(made.session(b)).snapshot(SnapshotAsk(hw=START))
    assert offered.id
    before = everything(made)
    assert all(secret.encode() in before for secret in SECRETS)

    erase(made, node)
    made.sync("a", "b")
    with made.server.store.reading() as books:
        rows = [
            str(dict(line))
            for table in tables.METADATA.sorted_tables
            if "tenant_id" in table.c
            for line in books.all(table)
        ]
        assert not books.all(tables.snapshot)
    assert not [secret for secret in SECRETS if any(secret in row for row in rows)]
    assert any("may stay" in row for row in rows)
    assert_level(made)
    assert made.server_rows("map_node")[node]["label"] == "stays"
    assert made.server_rows("map_node")[other]["note"] == "may stay"
    assert not b.conflicts(open_only=False)
    with b.database.read() as session:
        changes = session.connection().exec_driver_sql("SELECT before, after FROM change").all()
    assert not [secret for secret in SECRETS if any(secret in str(line) for line in changes)]


def test_an_operation_whose_body_was_emptied_is_still_known_when_it_comes_again(made):
    a = made["a"]
    made.sync("a")
    board = a.make("stakeholder_map", name="map", account_id=a.make("account", name="한빛"))
    node = a.make("map_node", map_id=board, label="stays", note=SECRETS[0])
    with a.database.read() as session:
        outbox = session.connection().exec_driver_sql("SELECT * FROM sync_outbox").all()
    made.sync("a")
    erase(made, node)
    made.sync("a")
    with a.database.writing() as connection:
        marks = ",".join("?" * len(outbox[0]))
        connection.exec_driver_sql(f"INSERT INTO sync_outbox VALUES ({marks})", [tuple(row) for row in outbox])
    made.sync("a")
    assert a.refused() == []
    assert "note" not in made.server_rows("map_node")[node]
