"""The server alone: repeats, pages, rights, sign-in, bad input. By the protocol in-process, and by HTTP against the application."""

from __future__ import annotations

import hashlib
import threading
from datetime import timedelta

import pytest
import zstandard

from desktop_crm.domain.schema.options import UserRole
from desktop_crm.foundation.clock import FixedClock
from desktop_crm.foundation.errors import Refusal
from desktop_crm.foundation.hlc import make_stamp
from desktop_crm.foundation.ids import new_id
from desktop_crm.sync.protocol import (
    OPS_PER_PUSH,
    START,
    Hello,
    Lease,
    Operation,
    OpKind,
    Pull,
    Push,
    SignIn,
    Standing,
    pack,
)
from desktop_crm.sync.server import tables
from desktop_crm.sync.server.core import Server
from desktop_crm.sync.server.scopes import TEAM
from desktop_crm.sync.server.store import Store
from desktop_crm.sync.server.upcasters import upcast
from tests.sync.listening import listening
from tests.sync.peers import BEGIN

PASSWORD = "long enough"
MILLIS = int(BEGIN.timestamp() * 1000)


class Rig:
    def __init__(self, url="sqlite://"):
        self.clock = FixedClock(BEGIN)
        self.server = Server(Store(url), self.clock)
        self.user = self.server.people.add_user("minji", UserRole.MANAGER, PASSWORD)
        self.count = 0

    def talk(self, device="aa", user="minji"):
        tokens = self.server.people.sign_in(SignIn(user=user, password=PASSWORD, device=device))
        return self.server.conversation(self.server.people.session(tokens.access))

    def op(self, seen=None, kind=OpKind.SET, entity="account", row=None, op_id=None, **fields):
        self.count += 1
        stamp = make_stamp(MILLIS + self.count, 0, "aa")
        return Operation(
            id=op_id or new_id(),
            stamp=stamp,
            entity=entity,
            row=row or new_id(),
            kind=kind,
            fields=fields,
            seen=seen or {},
        )


@pytest.fixture
def rig():
    made = Rig()
    yield made
    made.server.store.close()


def push(talk, *ops, hw=START):
    return talk.push(Push(hw=hw, schema_v=1, ops=list(ops)))


def pull_all(talk, limit=2000):
    cursors, pages = {}, []
    while True:
        page = talk.pull(Pull(hw=START, cursors=cursors, limit=limit))
        pages.append(page)
        cursors = page.cursors
        if not page.more:
            return pages


def test_an_operation_that_comes_again_gets_the_same_verdict_and_no_new_commit(rig):
    talk, op = rig.talk(), rig.op(name="한빛")
    first = push(talk, op)
    again = push(talk, op, op)
    assert again.results == first.results
    assert again.hw == first.hw
    other = Operation(id=op.id, stamp=op.stamp, entity="account", row=op.row, fields={"name": "other"})
    altered = push(talk, other).results[op.id]
    assert (altered.reason, altered.refused) == ("sync.refused.altered", True)
    assert [row.fields["name"] for row in pull_all(talk)[-1].rows if row.entity == "account"] == ["한빛"]


def test_anothers_operation_cannot_be_replayed_or_read_back(rig):
    op = rig.op(name="한빛")
    push(rig.talk(), op)
    rig.server.people.add_user("junho", UserRole.MEMBER, PASSWORD)
    assert push(rig.talk("bb", "junho"), op).results[op.id].refused


def test_commit_numbers_have_no_gaps_and_pages_never_split_a_commit(rig):
    talk = rig.talk()
    sizes = [1, 5, 2, 7, 1]
    for size in sizes:
        push(talk, *(rig.op(name=str(n)) for n in range(size)))
    for limit in (1, 2, 3, 100):
        pages = pull_all(talk, limit)
        seen = [row.seq for page in pages for row in page.rows if row.entity == "account"]
        assert sorted(seen) == [seq for seq, size in enumerate(sizes, start=2) for _ in range(size)]
        for page in pages:
            whole = {row.seq for row in page.rows}
            others = {row.seq for other in pages if other is not page for row in other.rows}
            assert not whole & others


def test_a_token_the_server_does_not_know_means_reset(rig):
    talk = rig.talk()
    answer = push(talk, rig.op(name="x"))
    for token in [(answer.seq, "f" * 16), (answer.seq + 5, answer.salt), (-1, "x"), (2**70, "x"), (1, "a\0b")]:
        assert push(talk, rig.op(name="y"), hw=token).standing is Standing.RESET
        assert talk.pull(Pull(hw=token, cursors={})).standing is Standing.RESET
        assert talk.hello(Hello(device="aa", app_v="1", schema_v=1, hw=token)).standing is Standing.RESET
    assert push(talk, rig.op(name="y"), hw=answer.hw).standing is Standing.OK
    assert talk.hello(Hello(device="aa", app_v="1", schema_v=1, server_id="other")).standing is Standing.RESET
    assert talk.hello(Hello(device="aa", app_v="1", schema_v=0)).standing is Standing.UPGRADE_REQUIRED


BAD_OPS = {
    "unknown entity": ({"entity": "planet", "name": "x"}, "sync.refused.unknown_entity"),
    "wrong type": ({"employees": "many"}, "value.unreadable"),
    "wrong date": ({"entity": "quote", "valid_until": "tomorrow"}, "value.unreadable"),
    "infinite": ({"annual_revenue": "Infinity"}, "value.unreadable"),
    "nothing in text": ({"name": "a\0b"}, "value.unreadable"),
    "too long": ({"note": "x" * (4 * 1024 * 1024 + 1)}, "sync.refused.too_long"),
    "huge number": ({"employees": 2**64}, "value.unreadable"),
    "list in text": ({"name": ["a"]}, "value.unreadable"),
    "dict": ({"x_own": {"a": 1}}, "value.unreadable"),
    "key column": ({"tenant_id": "other"}, "sync.refused.malformed"),
    "own column": ({"_seq": 1}, "sync.refused.malformed"),
    "the servers own": ({"entity": "conflict", "lost": "x"}, "sync.refused.server_made"),
    "no set": ({"kind": OpKind.ADD, "name": ["x"]}, "sync.refused.not_a_set"),
}


@pytest.mark.parametrize("name", BAD_OPS)
def test_a_bad_operation_is_refused_with_a_reason_and_the_rest_goes_on(rig, name):
    fields, reason = BAD_OPS[name]
    bad, good = rig.op(**fields), rig.op(name="good")
    results = push(rig.talk(), bad, good).results
    assert results[bad.id].reason == reason
    assert results[good.id].reason == ""
    with rig.server.store.reading() as books:
        kept = {line["op_id"]: line["reason"] for line in books.all(tables.quarantine)}
    assert kept == {bad.id: reason}


@pytest.mark.parametrize("bad", ["", "a b", "a\0b", "x" * 300, "줄\n"])
def test_names_that_are_no_names_are_not_even_kept(rig, bad):
    for field in ("id", "row", "entity", "stamp"):
        made = {"id": new_id(), "row": new_id(), "entity": "account", "stamp": make_stamp(MILLIS, 0, "aa"), field: bad}
        op = Operation(fields={"name": "x"}, **made)
        assert push(rig.talk(), op).results[op.id].refused


def test_stamps_of_1970_and_2100_and_of_no_form_are_taken(rig):
    stamps = [make_stamp(0, 0, "aa"), make_stamp(4_102_444_800_000, 0, "aa"), "zzzz"]
    for stamp in stamps:
        op = Operation(id=new_id(), stamp=stamp, entity="account", row=new_id(), fields={"name": "x"})
        verdict = push(rig.talk(), op).results[op.id]
        assert verdict.reason == ""
        assert verdict.stamp <= make_stamp(MILLIS + 300_000, 0xFFFF, "g")


def test_a_lie_about_scopes_shows_nothing(rig):
    push(rig.talk(), rig.op(name="x"))
    with rig.server.store.writing() as books:
        books.revoke(rig.user, TEAM)
    page = rig.talk().pull(Pull(hw=START, cursors={TEAM: 0, "territory:KR": 0}))
    assert (page.rows, page.cursors, page.purge) == ([], {}, [TEAM, "territory:KR"])


def test_too_many_operations_at_once_are_refused(rig):
    op = rig.op(name="x")
    with pytest.raises(Refusal) as caught:
        push(rig.talk(), *[op] * (OPS_PER_PUSH + 1))
    assert caught.value.code == "server.too_many"


def test_leased_numbers_are_given_once(rig):
    talk = rig.talk()
    blocks = [talk.lease(Lease(device="aa", series="quote:2026", count=20)) for _ in range(3)]
    assert [(block.first, block.last) for block in blocks] == [(1, 20), (21, 40), (41, 60)]
    with pytest.raises(Refusal):
        talk.lease(Lease(device="other", series="quote:2026", count=1))
    with pytest.raises(Refusal):
        talk.lease(Lease(device="aa", series="quote:2026", count=10**9))


def test_files_are_kept_by_their_hash(rig):
    talk, data = rig.talk(), b"%PDF" * 2_000_000
    digest = hashlib.sha256(data).hexdigest()
    assert not talk.has_blob(digest)
    assert talk.get_blob(digest) is None
    talk.put_blob(digest, data)
    assert talk.has_blob(digest)
    assert talk.get_blob(digest) == data
    with pytest.raises(Refusal):
        talk.put_blob("0" * 64, data)
    with pytest.raises(Refusal):
        talk.get_blob("../../etc/passwd")


def test_passwords_tokens_and_devices(rig):
    people = rig.server.people
    for user, password in (("minji", "wrong"), ("nobody", PASSWORD), ("minji\0", PASSWORD), ("", "")):
        with pytest.raises(Refusal) as caught:
            people.sign_in(SignIn(user=user, password=password, device="aa"))
        assert caught.value.code == "server.sign_in"
    tokens = people.sign_in(SignIn(user="minji", password=PASSWORD, device="aa", device_name="laptop"))
    assert people.session(tokens.access).user_id == rig.user
    rig.clock.at += timedelta(minutes=16)
    for bad in (tokens.access, "nonsense", "", tokens.access[:-3] + "AAA"):
        with pytest.raises(Refusal) as caught:
            people.session(bad)
        assert caught.value.code == "server.token"
    renewed = people.refresh(tokens.refresh)
    assert people.session(renewed.access).device == "aa"
    with rig.server.store.writing() as books:
        books.change(tables.device, {"device_id": "aa"}, revoked=True)
    with pytest.raises(Refusal):
        people.session(renewed.access)
    with pytest.raises(Refusal) as caught:
        people.sign_in(SignIn(user="minji", password=PASSWORD, device="aa"))
    assert caught.value.code == "server.device.revoked"


def test_a_refresh_token_whose_answer_was_lost_works_once_more_and_a_stolen_one_ends_the_family(rig):
    people = rig.server.people
    first = people.sign_in(SignIn(user="minji", password=PASSWORD, device="aa"))
    people.refresh(first.refresh)
    second = people.refresh(first.refresh)
    third = people.refresh(second.refresh)
    with pytest.raises(Refusal):
        people.refresh(first.refresh)
    with pytest.raises(Refusal):
        people.refresh(third.refresh)


def test_users_are_named_once_and_have_a_row_that_laptops_see(rig):
    for name, password in (("minji", PASSWORD), ("", PASSWORD), ("x" * 200, PASSWORD), ("junho", "abc")):
        with pytest.raises(Refusal):
            rig.server.people.add_user(name, UserRole.MEMBER, password)
    (row,) = [row for row in pull_all(rig.talk())[-1].rows if row.entity == "user"]
    assert (row.id, row.fields) == (rig.user, {"name": "minji", "role": "manager", "active": True})
    rig.server.people.set_password("minji", "another one")
    with pytest.raises(Refusal):
        rig.talk()


def test_upcasters_take_an_old_operation_step_by_step(rig):
    old = rig.op(name="x")
    renamed = Operation(id=old.id, stamp=old.stamp, entity="account", row=old.row, fields={"name": "y"})
    assert upcast(old, 0, {0: lambda _op: renamed}) == renamed
    assert upcast(old, 1) is old


@pytest.fixture
def web(rig):
    """The application on a port of loopback, and somebody who is signed in."""
    with listening(rig.server) as client:
        tokens = client.post("/auth/v1/token", json={"user": "minji", "password": PASSWORD, "device": "aa"}).json()
        client.headers["authorization"] = f"Bearer {tokens['access']}"
        yield client


def test_health_needs_no_sign_in_and_everything_else_does(rig, web):
    token = web.headers.pop("authorization")
    assert web.get("/health").json()["ok"]
    assert web.get("/ready").json()["head"] == 1
    for method, path in (("POST", "hello"), ("POST", "push"), ("POST", "pull"), ("POST", "numbers"), ("GET", "events")):
        answer = web.request(method, f"/sync/v1/{path}", content=b"{}")
        assert (answer.status_code, answer.json()["error"]) == (401, "server.token")
    assert web.put(f"/sync/v1/blob/{'0' * 64}", content=b"x").status_code == 401
    web.headers["authorization"] = token


GARBAGE = [
    b"",
    b"{",
    b"[]",
    b"null",
    b'{"hw": 1}',
    b"\xff\xfe",
    b"[" * 50_000,
    b'{"hw":[0,""],"schema_v":1,"ops":[{"i":1}]}',
]


@pytest.mark.parametrize("body", GARBAGE)
def test_garbage_is_refused_with_a_code(web, body):
    for path in ("/sync/v1/hello", "/sync/v1/push", "/sync/v1/pull", "/auth/v1/token", "/auth/v1/refresh"):
        answer = web.post(path, content=body)
        assert (answer.status_code, answer.json()["error"]) == (400, "server.malformed")


def test_bodies_that_are_too_large_even_when_packed_small_are_refused(web):
    bomb = zstandard.ZstdCompressor().compress(b" " * (200 * 1024 * 1024))
    assert len(bomb) < 1024 * 1024
    answer = web.post("/sync/v1/push", content=bomb, headers={"content-encoding": "zstd"})
    assert (answer.status_code, answer.json()["error"]) == (413, "server.too_large")
    answer = web.post("/sync/v1/push", content=b"x", headers={"content-encoding": "gzip"})
    assert answer.status_code == 400
    answer = web.post("/sync/v1/push", content=b"x", headers={"content-encoding": "zstd"})
    assert answer.status_code == 400
    answer = web.post("/sync/v1/push", content=b"x" * (17 * 1024 * 1024))
    assert answer.status_code == 413


def test_packed_bodies_and_unknown_paths(rig, web):
    body = pack(Push(hw=START, schema_v=1, ops=[rig.op(name=f"{n}") for n in range(50)]))
    packed = zstandard.ZstdCompressor().compress(body)
    answer = web.post("/sync/v1/push", content=packed, headers={"content-encoding": "zstd", "accept-encoding": "zstd"})
    assert answer.headers["content-encoding"] == "zstd"
    assert len(answer.json()["results"]) == 50
    assert web.get("/nowhere").json()["error"] == "server.not_found"
    assert web.get("/sync/v1/push").status_code == 405
    assert web.get("/sync/v1/blob/xyz").status_code == 400
    assert web.head(f"/sync/v1/blob/{'0' * 64}").status_code == 404


@pytest.mark.expect_log("server.failed")
def test_what_fails_inside_is_told_without_detail(rig, web):
    rig.server.clock = None
    answer = web.post("/sync/v1/push", content=pack(Push(hw=START, schema_v=1, ops=[rig.op(name="x")])))
    assert (answer.status_code, answer.json()) == (500, {"error": "server.failed"})


def test_news_are_told_to_those_who_listen(tmp_path):
    rig = Rig(f"sqlite:///{tmp_path / 'server.db'}")  # whoever looks has a connection of its own, other than in memory
    heard, told = [], threading.Event()

    def listener(head):
        heard.append(head)
        told.set()

    stop = rig.server.news.listen(listener)
    push(rig.talk(), rig.op(name="x"))
    assert told.wait(5)
    stop()
    push(rig.talk(), rig.op(name="y"))
    assert heard == [2]
    rig.server.store.close()
