"""Who looks at what: told to those who may read it in every process, gone after a minute, in no history."""

from __future__ import annotations

import queue
import threading
from datetime import timedelta

import pytest

from desktop_crm.foundation.errors import Refusal
from desktop_crm.services import presence, records
from desktop_crm.services import sync as service
from desktop_crm.services.sync_news import Listening
from desktop_crm.sync.client.news import NewsLine
from desktop_crm.sync.client.transport import HttpTransport
from desktop_crm.sync.protocol import START, Look, Looking, Operation, Push, SignIn
from tests.support.terminal import Server, running
from tests.sync.peers import team
from tests.sync.test_service import pair, server

__all__ = ["pair", "server"]
PATIENCE = 30


def names(looking):
    return [(one.user, one.field) for one in looking.people]


@pytest.fixture
def made():
    with team("a", "b", "c") as those:
        those.account = those["a"].make("account", name="한빛")
        those.other = those["a"].make("account", name="other")
        those.sync("a")
        yield those


def look(made, name, row=None, **more):
    talk = made.server.conversation(made.session(made[name]))
    return names(talk.look(Look(entity="account", row=row or made.account, **more)))


def test_each_sees_the_others_at_the_same_record(made):
    assert look(made, "a") == []
    assert look(made, "b", field="industry") == [("user-a", "")]
    assert look(made, "a") == [("user-b", "industry")]
    assert look(made, "c", made.other) == []
    assert look(made, "b", made.other) == [("user-c", "")]  # one is at one record at a time
    assert look(made, "a") == []
    assert look(made, "c", made.other, gone=True) == [("user-b", "")]
    assert look(made, "b", made.other) == []


def test_who_says_nothing_for_a_minute_is_gone(made):
    look(made, "a")
    made.clock.at += timedelta(seconds=59)
    assert look(made, "b") == [("user-a", "")]
    made.clock.at += timedelta(seconds=2)
    assert look(made, "b") == []


def test_who_may_not_read_a_record_neither_says_nor_hears(made):
    look(made, "a")
    with made.server.store.writing() as books:
        books.revoke("user-b", "team")
    for row, entity in ((made.account, "account"), ("nothing", "account"), (made.account, "nothing")):
        talk = made.server.conversation(made.session(made["b"]))
        with pytest.raises(Refusal) as caught:
            talk.look(Look(entity=entity, row=row))
        assert caught.value.code == "server.not_found"
    assert not made.server.conversation(made.session(made["b"])).told_of("team")
    assert look(made, "a") == []


def test_only_changes_are_told_and_nothing_is_stored(made):
    heard = []
    before = made.server.head()
    stop = made.server.board.listen(heard.append)
    look(made, "a")
    look(made, "a")
    assert heard == [("account", made.account, "team")]
    look(made, "a", field="industry")
    look(made, "a", made.other)
    assert heard[2:] == sorted([("account", made.account, "team"), ("account", made.other, "team")])
    stop()
    look(made, "a", gone=True)
    assert len(heard) == 4
    assert made.server.head() == before


def test_it_goes_over_the_stream_of_news(pair):
    first, second = pair
    account = records.create(first, "account", {"name": "한빛"}).id
    service.sync_now(first)
    service.sync_now(second)
    met, line = queue.Queue(), Listening(first)
    ready = threading.Event()
    thread = threading.Thread(target=line.run, args=(lambda _head: ready.set(), met.put))
    thread.start()
    try:
        assert ready.wait(PATIENCE)
        assert presence.look(second, "account", account).people == ()
        told = met.get(timeout=PATIENCE)
        assert (told.entity, told.row_id, [one.name for one in told.people]) == ("account", account, ["junho"])
        assert [one.name for one in presence.look(first, "account", account, "industry").people] == ["junho"]
        presence.look(second, "account", account, gone=True)
        while told.people:
            told = met.get(timeout=PATIENCE)
        assert told.people == ()
    finally:
        line.stop()
        thread.join(PATIENCE)
    assert presence.look(first, "account", "nothing").people == ()
    assert not thread.is_alive()


def test_without_a_server_nobody_is_asked(workspace):
    assert presence.look(workspace, "account", "one").people == ()


def test_processes_that_serve_one_database_know_of_each_others_callers(tmp_path):
    """Two server processes: who looks through one is seen, and heard of, through the other."""
    with running(tmp_path) as one:
        two = Server(one.folder)
        two.start()
        try:
            at = {name: signed_in(server, name) for name, server in (("minji", one), ("junho", two))}
            row = made_by(at["minji"])
            heard = queue.Queue()
            line = NewsLine(one.address, at["minji"][1])
            thread = threading.Thread(target=lambda: [heard.put(told) for told in line.tidings()])
            thread.start()
            try:
                assert isinstance(heard.get(timeout=PATIENCE), int)
                assert at["junho"][0].look(Look(entity="account", row=row, field="name")).people == []
                told = heard.get(timeout=PATIENCE)
                while not isinstance(told, Looking):
                    told = heard.get(timeout=PATIENCE)
                assert names(told) == [(at["junho"][2], "name")]
                assert names(at["minji"][0].look(Look(entity="account", row=row))) == [(at["junho"][2], "name")]
                assert names(at["junho"][0].look(Look(entity="account", row=row, gone=True))) == [(at["minji"][2], "")]
                while told.people:
                    told = heard.get(timeout=PATIENCE)
                assert names(at["minji"][0].look(Look(entity="account", row=row))) == []
            finally:
                line.stop()
                thread.join(PATIENCE)
                for transport, _, _ in at.values():
                    transport.close()
        finally:
            two.stop()


class Held:
    """The tokens of one laptop."""

    def __init__(self, access):
        self._access = access

    def access(self):
        return self._access

    def refresh(self):
        return ""

    def keep(self, tokens):
        raise AssertionError(tokens)


def signed_in(server, name):
    first = HttpTransport(server.address)
    tokens = first.sign_in(SignIn(user=name, password=(f"{name}'s own words"), device=f"{name}1", device_name=name))
    first.close()
    held = Held(tokens.access)
    return HttpTransport(server.address, held), held, tokens.user


def made_by(laptop):
    op = Operation(id="op1", stamp="018bcfe568000000-aa", entity="account", row="한", fields={"name": "한빛"})
    answer = laptop[0].push(Push(hw=START, schema_v=2, ops=[op]))
    assert not answer.results["op1"].reason
    return "한"
