"""Files at the server: who may read them, in parts, once, for how long, and how many."""

from __future__ import annotations

import hashlib
from datetime import timedelta

import pytest

from desktop_crm.domain.schema.options import UserRole
from desktop_crm.foundation.clock import FixedClock
from desktop_crm.foundation.errors import Refusal
from desktop_crm.persistence import outbox
from desktop_crm.sync.client.transport import HttpTransport
from desktop_crm.sync.protocol import START, Operation, Push, SignIn
from desktop_crm.sync.server import desk, files, tables
from desktop_crm.sync.server.core import Server
from desktop_crm.sync.server.store import Store
from desktop_crm.sync.server.tidying import kept_tidy, tidy
from tests.sync.listening import listening
from tests.sync.peers import BEGIN, team

PASSWORD = "long enough"
DATA = bytes(range(256)) * 40
DIGEST = hashlib.sha256(DATA).hexdigest()


@pytest.fixture
def server():
    made = Server(Store("sqlite://"), FixedClock(BEGIN))
    for name in ("minji", "junho"):
        made.people.add_user(name, UserRole.MEMBER, PASSWORD)
    yield made
    made.store.close()


def signed_in(server: Server, name: str):
    return server.people.sign_in(SignIn(user=name, password=PASSWORD, device=f"{name}1"))


def talk(server: Server, name: str):
    return server.conversation(server.people.session(signed_in(server, name).access))


def names_it(server: Server, digest: str = DIGEST, row: str = "one", **fields: object) -> None:
    op = Operation(
        id=f"op-{row}-{len(fields)}",
        stamp="018bcfe568000000-aa",
        entity="attachment",
        row=row,
        fields={"content": digest, **fields},
    )
    answer = talk(server, "minji").push(Push(hw=START, schema_v=2, ops=[op]))
    assert not any(verdict.reason for verdict in answer.results.values())


def test_a_file_is_read_by_who_may_read_a_row_that_names_it(server):
    talk(server, "minji").put_blob(DIGEST, DATA)
    assert talk(server, "minji").get_blob(DIGEST) == DATA
    assert talk(server, "junho").get_blob(DIGEST) is None
    assert not talk(server, "junho").has_blob(DIGEST)
    names_it(server)
    assert talk(server, "junho").get_blob(DIGEST) == DATA
    with server.store.writing() as books:
        books.revoke(desk.person(books, "junho")["user_id"], "team")
    assert talk(server, "junho").get_blob(DIGEST) is None


def test_a_file_is_kept_once_whoever_sends_it(server):
    talk(server, "minji").put_blob(DIGEST, DATA)
    talk(server, "junho").put_blob(DIGEST, DATA)
    with server.store.reading() as books:
        assert len(books.all(tables.blob)) == len(books.all(tables.blob_info)) == 1
    with pytest.raises(Refusal) as caught:
        talk(server, "junho").put_blob(DIGEST, b"something else")
    assert caught.value.code == "server.blob.hash"


def test_parts_are_read_over_http(server, monkeypatch):
    monkeypatch.setattr(files, "PART", 1000)
    talk(server, "minji").put_blob(DIGEST, DATA)
    with listening(server) as web:
        web.headers["authorization"] = f"Bearer {signed_in(server, 'minji').access}"
        path = f"/sync/v1/blob/{DIGEST}"
        assert int(web.head(path).headers["content-length"]) == len(DATA)
        assert web.get(path).content == DATA
        for asked, first, last in (
            ("bytes=0-0", 0, 0),
            ("bytes=999-1000", 999, 1000),
            ("bytes=10000-", 10000, len(DATA) - 1),
            ("bytes=-5", len(DATA) - 5, len(DATA) - 1),
            (f"bytes=5-{10**17}", 5, len(DATA) - 1),
        ):
            answer = web.get(path, headers={"range": asked})
            assert answer.status_code == 206
            assert answer.content == DATA[first : last + 1]
            assert answer.headers["content-range"] == f"bytes {first}-{last}/{len(DATA)}"
        for odd in ("bytes=", "bytes=a-b", "bytes=0-1,3-4", "lines=1-2", "bytes=-"):
            assert web.get(path, headers={"range": odd}).content == DATA
        assert web.get(path, headers={"range": f"bytes={len(DATA)}-"}).status_code == 416
        assert web.get(path, headers={"range": "bytes=9-3"}).status_code == 416


@pytest.mark.parametrize("part", [1, 4096, 5120, len(DATA), 10**6])
def test_the_laptop_fetches_part_by_part(server, monkeypatch, part):
    data = b"abc" if part == 1 else DATA
    digest = hashlib.sha256(data).hexdigest()
    monkeypatch.setattr("desktop_crm.sync.client.transport._PART", part)
    talk(server, "minji").put_blob(digest, data)
    access = signed_in(server, "minji").access

    class Credentials:
        def access(self):
            return access

        def refresh(self):
            return ""

        def keep(self, tokens):
            raise AssertionError(tokens)

    with listening(server) as web:
        transport = HttpTransport(str(web.base_url), Credentials())
        assert transport.get_blob(digest) == data
        assert transport.get_blob("0" * 64) is None
        transport.close()


def test_an_idle_file_goes_after_thirty_days(server):
    other = hashlib.sha256(b"named").hexdigest()
    for digest, data in ((DIGEST, DATA), (other, b"named")):
        talk(server, "minji").put_blob(digest, data)
    names_it(server, other)
    assert tidy(server) == (0, 0)
    server.clock.at += timedelta(days=20)
    names_it(server, DIGEST, "late")
    assert tidy(server) == (0, 0)
    with server.store.reading() as books:
        assert [one["idle_since"] for one in books.all(tables.blob_info)] == [None, None]
    with server.store.writing() as books:
        books.remove(tables.ENTITIES["attachment"], id="late")
    tidy(server)
    server.clock.at += timedelta(days=31)
    assert tidy(server) == (0, 1)
    assert talk(server, "minji").get_blob(DIGEST) is None
    assert talk(server, "minji").get_blob(other) == b"named"


def test_what_does_not_fit_is_refused(server):
    with server.store.writing() as books:
        desk.set_quota(books, server.clock, 1)
    large = b"x" * (2**20 - 5)
    talk(server, "minji").put_blob(hashlib.sha256(large).hexdigest(), large)
    with pytest.raises(Refusal) as caught:
        talk(server, "minji").put_blob(DIGEST, DATA)
    assert caught.value.code == "server.quota"
    with server.store.writing() as books:
        desk.set_quota(books, server.clock, 0)
    talk(server, "minji").put_blob(DIGEST, DATA)


def test_after_a_restore_laptops_offer_their_files_again():
    with team("a") as made, made["a"].database.writing() as connection:
        connection.exec_driver_sql(
            "INSERT INTO blob (hash, size, mime, path, state)"
            " VALUES ('a', 1, 'x', 'a', 'sent'), ('b', 1, 'x', 'b', 'wanted')"
        )
        outbox.start_again(connection, "server")
        states = connection.exec_driver_sql("SELECT hash, state FROM blob ORDER BY hash").all()
        assert [tuple(row) for row in states] == [("a", "here"), ("b", "wanted")]


def test_tidying_ends_with_the_server(server):
    with kept_tidy(server):
        pass
