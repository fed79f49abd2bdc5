"""The server's database through the versions, two processes on one database, and what the server says about itself."""

from __future__ import annotations

import sqlite3

import httpx
import pytest
from sqlalchemy import create_engine, inspect, text

from desktop_crm.foundation.clock import FixedClock
from desktop_crm.foundation.errors import Refusal, Trouble
from desktop_crm.services import records
from desktop_crm.services.workspace import open_workspace
from desktop_crm.sync.protocol import SignIn
from desktop_crm.sync.server import schema, tables
from desktop_crm.sync.server.core import Server
from desktop_crm.sync.server.gate import Gate
from desktop_crm.sync.server.store import Store
from tests.support import postgres
from tests.support.terminal import PASSPHRASE, Laptop
from tests.support.terminal import Server as Process
from tests.sync.listening import listening
from tests.sync.peers import BEGIN

NEW_TABLES = ("sync_share", "server_setting", "sync_purged", "audit", "blob_info")


def as_version_1(connection) -> None:
    """A database as the first version made it, with a file in it."""
    present = inspect(connection)
    columns = {(t.name, c["name"]) for t in tables.METADATA.sorted_tables for c in present.get_columns(t.name)}
    for name in NEW_TABLES:
        connection.execute(text(f"DROP TABLE {name}"))
    for table, column in (("sync_head", "purged_seq"), ("sync_user", "totp")):
        assert (table, column) in columns
        connection.execute(text(f"ALTER TABLE {table} DROP COLUMN {column}"))
    connection.execute(text("DELETE FROM server_fact WHERE name='version'"))
    connection.execute(text("INSERT INTO blob VALUES ('main', 'abc', 0, :data)"), {"data": b"12345"})


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_an_older_database_is_brought_up_and_keeps_its_rows(kind, tmp_path):
    if kind == "postgresql" and postgres.BINARIES is None:
        pytest.skip("data absent: PostgreSQL is not installed")
    if kind == "postgresql":
        with postgres.cluster() as url:
            brought_up(postgres.empty_database(url))
    else:
        brought_up(f"sqlite:///{tmp_path / 'server.sqlite'}")


def brought_up(url: str) -> None:
    first = Server(Store(url), FixedClock(BEGIN))
    first.people.add_user("minji", first_role(), "long enough")
    with first.store.writing() as books:
        as_version_1(books.connection)
    first.store.close()
    again = Server(Store(url), FixedClock(BEGIN))
    tokens = again.people.sign_in(SignIn(user="minji", password="long enough", device="aa"))
    assert tokens.name == "minji"
    with again.store.reading() as books:
        assert books.all(tables.blob_info)[0]["size"] == 5
        assert books.head().purged_seq == 0
        assert books.fact("version") == str(schema.VERSION)
        found = inspect(books.connection)
        for table in tables.METADATA.sorted_tables:
            assert {c["name"] for c in found.get_columns(table.name)} >= set(table.c.keys()), table.name
    again.store.close()


def first_role():
    from desktop_crm.domain.schema.options import UserRole

    return UserRole.MANAGER


def test_a_field_of_a_newer_registry_is_added(tmp_path):
    url = f"sqlite:///{tmp_path / 'server.sqlite'}"
    Store(url).prepare()
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.execute(text("ALTER TABLE account DROP COLUMN industry"))
    engine.dispose()
    store = Store(url)
    store.prepare()
    with store.reading() as books:
        assert "industry" in {c["name"] for c in inspect(books.connection).get_columns("account")}
    store.close()


def test_a_database_of_a_later_version_is_not_touched(tmp_path):
    url = f"sqlite:///{tmp_path / 'server.sqlite'}"
    Store(url).prepare()
    with sqlite3.connect(tmp_path / "server.sqlite") as file:
        file.execute("UPDATE server_fact SET value='99' WHERE name='version'")
    file.close()
    with pytest.raises(Trouble) as caught:
        Store(url).prepare()
    assert caught.value.code == "server.newer_database"


def make(laptop: Laptop) -> None:
    with open_workspace(laptop.workspace, passphrase=PASSPHRASE).closing() as workspace:
        records.create(workspace, "account", {"name": "한빛"})


def test_two_processes_on_one_database_tell_each_other_the_news(tmp_path):
    """Behind any proxy: one laptop speaks with the one, the other with the other."""
    first = Process(tmp_path / "server")
    second = Process(tmp_path / "server")
    for name, role in (("minji", "manager"), ("junho", "member")):
        first.add_user(name, role, f"{name}'s own words")
    first.start()
    second.start()
    try:
        laptops = {name: Laptop.at(tmp_path / name) for name in ("minji", "junho")}
        for (name, laptop), server in zip(laptops.items(), (first, second), strict=True):
            assert laptop.run("init", laptop.workspace, "--name", name, "--currency", "KRW").returncode == 0
            laptop.ask(
                "sync", "--server", server.address, "--user", name, "--password-file", tmp_path / f"{name}.password"
            )
        token = httpx.post(
            f"{second.address}/auth/v1/token",
            json={"user": "junho", "password": first.password("junho"), "device": "listener"},
        ).json()["access"]
        with httpx.stream(
            "GET", f"{second.address}/sync/v1/events", headers={"authorization": f"Bearer {token}"}, timeout=60
        ) as stream:
            lines = stream.iter_lines()
            heads = (int(line.removeprefix("data: ")) for line in lines if line.startswith("data: "))
            before = next(heads)
            make(laptops["minji"])
            laptops["minji"].ask("sync")
            assert next(heads) > before
        laptops["junho"].ask("sync")
        assert [one["name"] for one in laptops["junho"].export("accounts")] == ["한빛"]
        laptops["junho"].ask("sync", "--server", first.address)
    finally:
        first.stop()
        second.stop()


def test_the_server_counts_what_it_does_and_names_nobody():
    server = Server(Store("sqlite://"), FixedClock(BEGIN))
    server.people.add_user("minji", first_role(), "long enough")
    with listening(server) as client:
        client.post("/auth/v1/token", json={"user": "minji", "password": "wrong", "device": "aa"})
        client.get("/sync/v1/blob/" + "0" * 64)
        client.get("/t/acme/sync/v1/hello")
        client.get("/etc/minji")
        told = client.get("/metrics").text
    assert 'crm_requests_total{route="/auth/v1/token",status="401"} 1' in told
    assert 'crm_requests_total{route="/sync/v1/blob",status="401"} 1' in told
    assert "crm_head 1" in told
    assert "crm_streams 0" in told
    assert "minji" not in told
    assert "acme" not in told
    server.store.close()


def test_a_gate_fills_up_again():
    clock = FixedClock(BEGIN)
    gate = Gate(clock, 2)
    gate.take("a")
    gate.take("a")
    gate.take("b")
    with pytest.raises(Refusal) as caught:
        gate.take("a")
    assert caught.value.code == "server.too_often"
    clock.at = clock.at.replace(second=31)
    gate.take("a")


def test_passwords_are_not_guessed_by_the_thousand():
    server = Server(Store("sqlite://"), FixedClock(BEGIN))
    server.people.add_user("minji", first_role(), "long enough")
    codes = []
    for _ in range(12):
        with pytest.raises(Refusal) as caught:
            server.people.sign_in(SignIn(user="minji", password="wrong", device="aa"))
        codes.append(caught.value.code)
    assert codes[0] == "server.sign_in"
    assert codes[-1] == "server.too_often"
    server.store.close()
