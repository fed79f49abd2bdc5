"""Several companies in one database: each statement names its tenant, nobody reads another's rows, and PostgreSQL stands behind it."""

from __future__ import annotations

import re
from contextlib import contextmanager

import httpx
import pytest
from sqlalchemy import create_engine, event, text

from desktop_crm.domain.schema.options import UserRole
from desktop_crm.foundation.clock import FixedClock
from desktop_crm.foundation.errors import Refusal
from desktop_crm.sync.protocol import (
    START,
    Hello,
    HelloAnswer,
    Lease,
    Operation,
    Pull,
    Push,
    SignIn,
    Tokens,
    pack,
    unpack,
)
from desktop_crm.sync.server import office, tables
from desktop_crm.sync.server.core import Server
from desktop_crm.sync.server.purge import purge
from desktop_crm.sync.server.store import Store
from tests.support import postgres
from tests.sync.listening import listening
from tests.sync.peers import BEGIN

PASSWORD = "long enough"
NEEDS_POSTGRES = pytest.mark.skipif(postgres.BINARIES is None, reason="data absent: PostgreSQL is not installed")


def sign_in(server: Server, user: str, device: str):
    tokens = server.people.sign_in(SignIn(user=user, password=PASSWORD, device=device))
    return server.conversation(server.people.session(tokens.access))


def account(name: str, row: str) -> Operation:
    return Operation(id=f"op-{name}", stamp="018bcfe568000000-aa", entity="account", row=row, fields={"name": name})


@pytest.fixture(scope="module")
def cluster():
    with postgres.cluster() as url:
        yield url


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=NEEDS_POSTGRES)])
def store(request, tmp_path):
    if request.param == "sqlite":
        made = Store(f"sqlite:///{tmp_path / 'server.sqlite'}")
    else:
        made = Store(plain_user(postgres.empty_database(request.getfixturevalue("cluster"))))
    yield made
    made.close()


def plain_user(url: str) -> str:
    """The database's owner is somebody whom walls hold, as it should be where people work."""
    admin = create_engine(url.replace("postgresql://", "postgresql+psycopg://"), isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        if not connection.execute(text("SELECT 1 FROM pg_roles WHERE rolname='plain'")).first():
            connection.execute(text("CREATE ROLE plain LOGIN"))
        connection.execute(text("GRANT ALL ON SCHEMA public TO plain"))
    admin.dispose()
    return url.replace("crm@", "plain@")


def two_tenants(store: Store) -> tuple[Server, Server]:
    one = Server(store, FixedClock(BEGIN), tenant="main")
    store.prepare("acme")
    two = one.of("acme")
    for server in (one, two):
        server.people.add_user("minji", UserRole.ADMINISTRATOR, PASSWORD)
    return one, two


@contextmanager
def statements(store: Store):
    said: list[tuple[str, object]] = []

    def note(_connection, _cursor, statement, parameters, _context, _many):
        said.append((statement, parameters))

    event.listen(store.engine, "before_cursor_execute", note)
    try:
        yield said
    finally:
        event.remove(store.engine, "before_cursor_execute", note)


def work_through(server: Server, name: str) -> None:
    """Everything that a laptop and an administrator do."""
    talk = sign_in(server, "minji", f"{name}1")
    talk.hello(Hello(device=f"{name}1", app_v="1", schema_v=2))
    row = f"row-{name}"
    talk.push(Push(hw=START, schema_v=2, ops=[account(name, row)]))
    talk.push(Push(hw=START, schema_v=2, ops=[account(name, row)]))
    talk.pull(Pull(hw=START, cursors={}, audit=["account"]))
    talk.lease(Lease(device=f"{name}1", series="Q", count=2))
    with server.store.writing(server.tenant) as books:
        office.set_territories(books, server.clock, "country")
        user = books.all(tables.user)[0]["user_id"]
        office.grant(books, user, "territory:KR", "rw")
        office.share(books, server.clock, row, user, "rw")
        purge(books, server.clock.now())


def test_every_statement_names_its_tenant(store):
    one, two = two_tenants(store)
    with statements(store) as said:
        work_through(one, "a")
        work_through(two, "b")
    assert len(said) > 50
    walled = {table.name for table in tables.METADATA.sorted_tables if "tenant_id" in table.c}
    for statement, parameters in said:
        named = {name for name in walled if re.search(rf'(FROM|INTO|UPDATE|JOIN) "?{name}"?\b', statement)}
        if named:
            assert "tenant_id" in statement, statement
            assert "main" in repr(parameters) or "acme" in repr(parameters), statement


def test_tenants_do_not_meet(store):
    one, two = two_tenants(store)
    work_through(one, "a")
    work_through(two, "b")
    for server, own in ((one, "a"), (two, "b")):
        rows = sign_in(server, "minji", f"{own}1").pull(Pull(hw=START, cursors={})).rows
        assert {row.fields["name"] for row in rows if row.entity == "account"} == {own}
    stolen = one.people.sign_in(SignIn(user="minji", password=PASSWORD, device="a1")).access
    with pytest.raises(Refusal) as caught:
        two.people.session(stolen)
    assert caught.value.code == "server.token"
    with pytest.raises(Refusal) as caught:
        one.of("nobody")
    assert caught.value.code == "server.not_found"


def test_each_tenant_has_its_own_address(store):
    one, _two = two_tenants(store)
    with listening(one) as client:
        their_addresses(client)


def their_addresses(client: httpx.Client) -> None:
    def ask(path: str, body: object, token: str = "") -> httpx.Response:
        return client.post(path, content=pack(body), headers={"authorization": f"Bearer {token or None}"})

    who = SignIn(user="minji", password=PASSWORD, device="a1")
    there = unpack(ask("/t/acme/auth/v1/token", who).content, Tokens).access
    here = unpack(ask("/auth/v1/token", who).content, Tokens).access
    hello = Hello(device="a1", app_v="1", schema_v=2)
    places = (("/sync/v1/hello", here), ("/t/acme/sync/v1/hello", there))
    ids = {unpack(ask(path, hello, token).content, HelloAnswer).server_id for path, token in places}
    assert len(ids) == 2
    assert ask("/t/acme/sync/v1/hello", hello, here).status_code == 401
    assert ask("/sync/v1/hello", hello, there).status_code == 401
    assert ask("/t/nobody/auth/v1/token", who).status_code == 404


@NEEDS_POSTGRES
def test_row_level_security_is_a_second_wall(cluster):
    url = plain_user(postgres.empty_database(cluster))
    store = Store(url)
    one, two = two_tenants(store)
    work_through(one, "a")
    work_through(two, "b")
    careless = create_engine(url.replace("postgresql://", "postgresql+psycopg://"))
    with careless.connect() as connection:
        count = text("SELECT count(*) FROM account")
        assert connection.execute(count).scalar_one() == 0
        connection.execute(text("SELECT set_config('crm.tenant', 'acme', false)"))
        assert connection.execute(text("SELECT name FROM account")).all() == [("b",)]
        assert connection.execute(text("UPDATE account SET name='x' WHERE tenant_id='main'")).rowcount == 0
        with pytest.raises(Exception, match="row-level security"):
            connection.execute(text("INSERT INTO sync_share VALUES ('main', 'x', 'y', 'r')"))
    careless.dispose()
    store.close()


@NEEDS_POSTGRES
def test_rows_are_looked_up_by_a_key_that_begins_with_the_tenant(cluster):
    """As a distributed database needs it: the plan of a look-up uses the key, tenant first."""
    store = Store(postgres.empty_database(cluster))
    Server(store, FixedClock(BEGIN))
    with store.writing() as books:
        books.connection.exec_driver_sql("SET LOCAL enable_seqscan = off")
        plan = books.connection.exec_driver_sql(
            "EXPLAIN SELECT * FROM json_array_elements_text('[\"a\"]'::json) AS wanted (key)"
            " JOIN account AS found ON found.tenant_id = 'main' AND found.id = wanted.key"
        ).all()
    said = "\n".join(row[0] for row in plan)
    assert re.search(r"Index.*account_pkey", said), said
    assert "tenant_id = 'main'" in said
    store.close()
