"""Who looks at what: told to those who may read it, gone after a minute, written nowhere."""

from __future__ import annotations

import queue
import threading
from datetime import timedelta

import pytest

from desktop_crm.foundation.errors import Refusal
from desktop_crm.services import presence, records
from desktop_crm.services import sync as service
from desktop_crm.services.sync_news import Listening
from desktop_crm.sync.protocol import Look
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
