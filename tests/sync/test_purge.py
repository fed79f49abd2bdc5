"""What was deleted long ago goes for good, and whoever was away meanwhile begins anew without losing what he typed."""

from __future__ import annotations

from datetime import timedelta

import pytest

from desktop_crm.sync.protocol import Hello, Pull, Push, Standing
from desktop_crm.sync.server import tables
from desktop_crm.sync.server.purge import KEPT, purge
from tests.sync.peers import Team, assert_level, team

HALF_A_YEAR = KEPT.total_seconds() + 86400


def purged(made: Team, kept: timedelta = KEPT) -> int:
    with made.server.store.writing() as books:
        return purge(books, made.clock.now(), kept)


def left_of(made: Team, row: str) -> int:
    with made.server.store.reading() as books:
        return len(books.rows("account", [row])) + len(books.all(tables.feed, row_id=row))


def test_a_deleted_row_goes_after_half_a_year_and_not_before():
    with team() as made:
        row, stays = made["a"].make("account", name="gone"), made["a"].make("account", name="stays")
        made.settle()
        made["a"].delete("account", row)
        made.settle()
        made.later(KEPT.total_seconds() - 86400)
        assert purged(made) == 0
        made.later(2 * 86400)
        assert purged(made) == 1
        assert purged(made) == 0
        assert left_of(made, row) == 0
        assert set(made.server_rows("account")) == {stays}
        assert_level(made)


def test_who_was_away_meanwhile_begins_anew_and_what_he_typed_is_kept():
    with team("a", "b", "c") as made:
        row, other = made["a"].make("account", name="gone"), made["a"].make("account", name="other")
        made.settle()
        made["a"].delete("account", row)
        made.sync("a", "c")
        made["b"].set("account", row, industry="철강")
        made["b"].set("account", other, industry="철강")
        new = made["b"].make("account", name="made meanwhile")
        made.later(HALF_A_YEAR)
        purged(made)
        made["a"].make("account", name="after")
        made.sync("a")
        report = made.sync("b")
        assert report.was_reset
        assert [(line.reason, line.fields) for line in made["b"].refused()] == [
            ("sync.refused.purged", {"industry": "철강"})
        ]
        assert row not in made["b"].rows("account")
        assert_level(made)
        assert made["c"].read("account", other)["industry"] == "철강"
        assert made["c"].read("account", new) is not None
        assert not made.sync("b").was_reset


def test_who_heard_of_the_deletion_goes_on_as_ever():
    with team() as made:
        row = made["a"].make("account", name="gone")
        made.settle()
        made["a"].delete("account", row)
        made.settle()
        made.later(HALF_A_YEAR)
        purged(made)
        assert not made.sync("a").was_reset
        assert not made.sync("b").was_reset


def test_what_something_living_hangs_on_stays():
    with team() as made:
        account = made["a"].make("account", name="한빛")
        quote = made["a"].make("quote", number="Q-1", account_id=account, status="draft")
        line = made["a"].make("quote_line", quote_id=quote, description="pump")
        made.settle()
        made["a"].delete("quote", quote)
        made.settle()
        made.later(HALF_A_YEAR)
        assert purged(made) == 0
        made["a"].delete("quote_line", line)
        made.settle()
        made.later(HALF_A_YEAR)
        assert purged(made) == 2
        assert_level(made)


def test_conflicts_about_a_row_go_with_it():
    with team() as made:
        row = made["a"].make("account", name="한빛")
        made.settle()
        made["a"].set("account", row, name="one")
        made.later()
        made["b"].set("account", row, name="two")
        made.settle()
        assert len(made["a"].conflicts()) == 1
        made["a"].delete("account", row)
        made.settle()
        made.later(HALF_A_YEAR)
        purged(made)
        with made.server.store.reading() as books:
            assert books.all(tables.ENTITIES["conflict"]) == []


@pytest.mark.parametrize("word", ["hello", "push", "pull"])
def test_every_door_tells_a_laptop_that_is_behind(word):
    with team() as made:
        row = made["a"].make("account", name="gone")
        made.settle()
        old = made.server.head()
        with made.server.store.reading() as books:
            token = books.head().token
        made["a"].delete("account", row)
        made.settle()
        made.later(HALF_A_YEAR)
        purged(made)
        assert old == token[0]
        talk = made.server.conversation(made.session(made["b"]))
        said = {
            "hello": lambda: talk.hello(Hello(device=made["b"].device, app_v="x", schema_v=2, hw=token)),
            "push": lambda: talk.push(Push(hw=token, schema_v=2, ops=[])),
            "pull": lambda: talk.pull(Pull(hw=token, cursors={"team": token[0]})),
        }
        assert said[word]().standing is Standing.RESET
