"""Files that are sent part by part: a cut line costs one part, a later run goes on, and nobody spoils another's."""

from __future__ import annotations

import hashlib
import random
from datetime import timedelta

import pytest

from desktop_crm.domain.schema.options import UserRole
from desktop_crm.foundation.clock import FixedClock
from desktop_crm.foundation.errors import Refusal, Trouble
from desktop_crm.sync.client import transport as speaking
from desktop_crm.sync.client.transport import HttpTransport
from desktop_crm.sync.protocol import ARRIVED
from desktop_crm.sync.server import desk, files, tables
from desktop_crm.sync.server.core import Server
from desktop_crm.sync.server.store import Store
from desktop_crm.sync.server.tidying import tidy
from tests.sync.faulty import proxy
from tests.sync.listening import listening
from tests.sync.peers import BEGIN
from tests.sync.test_files import PASSWORD, signed_in, talk

DATA = random.Random(7).randbytes(600_000)
DIGEST = hashlib.sha256(DATA).hexdigest()
PART = 50_000


class Signed:
    def __init__(self, access: str) -> None:
        self._access = access

    def access(self):
        return self._access

    def refresh(self):
        return ""

    def keep(self, tokens):
        raise AssertionError(tokens)


@pytest.fixture
def server(tmp_path):
    """In a file: it is looked into while it serves."""
    made = Server(Store(f"sqlite:///{tmp_path / 'server.sqlite'}"), FixedClock(BEGIN))
    for name in ("minji", "junho"):
        made.people.add_user(name, UserRole.MEMBER, PASSWORD)
    yield made
    made.store.close()


@pytest.fixture
def parts(monkeypatch):
    monkeypatch.setattr(speaking, "_SENT_PART", PART)


def send(address, access):
    line = HttpTransport(str(address), Signed(access), pause=lambda _seconds: None)
    try:
        if not line.has_blob(DIGEST):
            line.put_blob(DIGEST, DATA)
    finally:
        line.close()


def held(server):
    with server.store.reading() as books:
        return sum(len(line["data"]) for line in books.all(tables.upload))


def test_an_upload_that_is_cut_again_and_again_goes_on_where_it_stopped(server, parts):
    """Forty cuts at any byte: each costs less than a part and its head, and a later run ends it."""
    dice = random.Random(11)
    access, seen, told = signed_in(server, "minji").access, [], set()
    lengths = iter([dice.randrange(1, PART + PART // 2) for _ in range(40)])
    with listening(server) as web, proxy(str(web.base_url), sent=lengths) as line:
        for _ in range(40):
            seen.append(held(server))
            try:
                send(line.address, access)
            except Trouble as trouble:
                told.add(trouble.code)
            else:
                break
        assert line.connections > 12
        assert line.passed < len(DATA) + line.connections * (PART + 2_000)
    assert told == {"sync.server.cut"}
    assert seen == sorted(seen)
    assert len(set(seen)) > 3  # later runs began where earlier ones stopped
    assert talk(server, "minji").get_blob(DIGEST) == DATA
    assert held(server) == 0


def test_a_small_file_and_a_server_of_before_are_sent_whole(server, parts, monkeypatch):
    access = signed_in(server, "minji").access
    with listening(server) as web:
        line = HttpTransport(str(web.base_url), Signed(access))
        monkeypatch.setattr(HttpTransport, "_arrived", lambda *_: None)
        line.put_blob(DIGEST, DATA)
        line.close()
    assert talk(server, "minji").get_blob(DIGEST) == DATA


def test_a_repeated_part_is_not_taken_twice_and_says_where_to_go_on(server):
    first = DATA[:1000]
    assert talk(server, "minji").put_part(DIGEST, 0, len(DATA), first) == 1000
    with pytest.raises(Refusal) as caught:
        talk(server, "minji").put_part(DIGEST, 0, len(DATA), first)
    assert (caught.value.code, caught.value.params["offset"]) == ("server.upload.offset", 1000)
    with pytest.raises(Refusal):
        talk(server, "minji").put_part(DIGEST, 2000, len(DATA), first)
    with listening(server) as web:
        web.headers["authorization"] = f"Bearer {signed_in(server, 'minji').access}"
        path = f"/sync/v1/blob/{DIGEST}"
        assert web.head(path).headers[ARRIVED] == "1000"
        for odd in ("bytes 1000-1001/9", "bytes 5-4/9", "bytes */9", "lines 1-2/9", "bytes 1000-1999/" + "9" * 18):
            assert web.put(path, content=b"x" * 1000, headers={"content-range": odd}).status_code in {400, 409, 413}
        answer = web.put(path, content=DATA[1000:2000], headers={"content-range": f"bytes 1000-1999/{len(DATA)}"})
        assert (answer.status_code, answer.headers[ARRIVED]) == (202, "2000")


def test_nobody_spoils_or_sees_what_another_sends(server):
    talk(server, "junho").put_part(DIGEST, 0, 2000, b"\0" * 1000)
    assert talk(server, "minji").blob_arrived(DIGEST) == 0
    with pytest.raises(Refusal) as caught:
        talk(server, "junho").put_part(DIGEST, 1000, 2000, b"\0" * 1000)
    assert caught.value.code == "server.blob.hash"
    assert held(server) == 0
    small = DATA[:3000]
    digest = hashlib.sha256(small).hexdigest()
    for start in range(0, 3000, 1000):
        talk(server, "minji").put_part(digest, start, 3000, small[start : start + 1000])
    assert talk(server, "minji").get_blob(digest) == small
    assert not talk(server, "junho").has_blob(digest)


def test_what_is_begun_has_bounds_in_size_number_and_time(server):
    with server.store.writing() as books:
        desk.set_quota(books, server.clock, 1)
    for data, whole in ((b"", 10), (b"x" * 20, 10), (b"x", 2**30), (b"x" * (files.PART + 1), 2**25)):
        with pytest.raises(Refusal) as caught:
            talk(server, "minji").put_part(DIGEST, 0, whole, data)
        assert caught.value.code == "server.too_large"
    with pytest.raises(Refusal) as caught:
        talk(server, "minji").put_part(DIGEST, 0, 2**21, b"x")
    assert caught.value.code == "server.quota"
    for number in range(9):
        server.clock.at += timedelta(seconds=1)
        talk(server, "minji").put_part(f"{number}" * 64, 0, 10, b"x")
    with server.store.reading() as books:
        assert {line["hash"][0] for line in books.all(tables.upload)} == {"5", "6", "7", "8"}
    server.clock.at += timedelta(days=8)
    tidy(server)
    assert held(server) == 0
