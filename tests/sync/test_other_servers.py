"""A server restored from its backup, and laptops that meet another server: nothing typed is lost, no number given twice."""

from __future__ import annotations

from contextlib import contextmanager
from decimal import Decimal
from unittest import mock

import pytest

from desktop_crm.persistence import outbox
from desktop_crm.persistence.stores import sync as sync_store
from desktop_crm.sync.client.engine import SyncEngine
from desktop_crm.sync.protocol import Lease
from tests.sync.peers import assert_level, team
from tests.sync.test_two_laptops import both_know


def forget_journal(*laptops):
    """As after ninety days."""
    for laptop in laptops:
        with laptop.database.writing() as connection:
            connection.exec_driver_sql("DELETE FROM sync_journal")


@contextmanager
def another_server(old):
    """The laptops of one team at a server that has never seen them."""
    with team(*old.laptops) as new:
        own, new.laptops = new.laptops, old.laptops
        new.clock.at = old.clock.at
        yield new
        new.laptops = own


def test_a_deletion_goes_along_to_another_server_and_holds_against_laptops_that_do_not_know_it():
    with team() as old:
        row = both_know(old, name="gone")
        stays = both_know(old, name="stays")
        old["a"].delete("account", row)
        old.sync("a")
        with another_server(old) as new:
            new.sync("a")
            assert new.sync("b").was_reset
            assert_level(new)
            assert set(new["b"].rows("account")) == {stays}
            assert new["b"].conflicts() == []


def test_what_is_older_than_the_journal_goes_along_too():
    with team() as old:
        row = both_know(old, name="한빛", tags=("vip",))
        old["b"].set("account", row, industry="철강", tags=("vip", "new"))
        old["b"].make("opportunity", name="증설", account_id=row, amount=Decimal(10), currency="KRW")
        old.settle()
        forget_journal(*old.laptops.values())
        old["a"].set("account", row, name="한빛전자")
        with another_server(old) as new:
            new.sync("a")
            told = {row: {"name": "한빛전자", "industry": "철강", "tags": ["new", "vip"]}}
            assert new.server_rows("account") == told
            assert len(new.server_rows("opportunity")) == 1
            old["b"].set("account", row, country="KR")
            assert_level(new)
            assert new["a"].read("account", row) == told[row] | {"country": "KR"}
            assert new["a"].conflicts() == []


def test_a_newer_value_here_goes_to_the_other_server_and_an_older_one_does_not():
    with team() as old:
        row = both_know(old, name="first")
        old["b"].set("account", row, industry="older")
        old.settle()
        old["a"].set("account", row, industry="newer")
        old.sync("a")
        forget_journal(*old.laptops.values())
        with another_server(old) as new:
            new.sync("b", "a")
            assert_level(new)
            assert new["b"].read("account", row)["industry"] == "newer"


def test_a_move_that_is_cut_short_after_the_pull_is_finished_by_the_next_run():
    with team() as old:
        row = both_know(old, name="한빛")
        forget_journal(*old.laptops.values())
        with another_server(old) as new:
            with mock.patch.object(SyncEngine, "_brings_along", side_effect=OSError), pytest.raises(OSError):
                new.sync("a")
            assert new["a"].read("account", row) == {"name": "한빛"}
            new.sync("a")
            assert new.server_rows("account") == {row: {"name": "한빛"}}
            assert_level(new)


def lease(made, name, above=0):
    laptop = made[name]
    talk = made.server.conversation(made.session(laptop))
    return talk.lease(Lease(device=laptop.device, series="quote:2026", count=20, above=above))


def test_numbers_that_were_leased_before_a_restore_are_never_leased_again():
    with team("a", "b", "c") as made:
        both_know(made, name="한빛")
        first = lease(made, "a")
        connection = made.server.store.engine.raw_connection()
        backup = connection.driver_connection.serialize()
        blocks = {}
        for name in ("a", "b"):
            blocks[name] = lease(made, name)
            with made[name].database.writing() as local:
                sync_store.take_block(local, "quote:2026", blocks[name].first, blocks[name].last)
                outbox.save_token(local, blocks[name].hw, made[name].stamps.last)
        connection.driver_connection.deserialize(backup)
        assert made.sync("a").was_reset
        fresh = lease(made, "a")
        assert made.sync("b").was_reset
        later = [fresh, lease(made, "b"), lease(made, "c")]
        given = [set(range(one.first, one.last + 1)) for one in (first, *blocks.values(), *later)]
        assert len(set.union(*given)) == sum(map(len, given))
        assert later[-1].last - fresh.first < 100, "numbers are passed over once for a restore, not once for a laptop"
        for name in ("a", "b"):
            with made[name].database.read() as session:
                row = session.connection().exec_driver_sql("SELECT next > until FROM number_lease WHERE kind='leased'")
                assert row.scalar() == 1, "what was leased and not used is given up"
        connection.close()


def test_a_block_is_leased_above_what_the_laptop_knows():
    with team() as made:
        assert lease(made, "a", above=500).first == 501
        assert lease(made, "b", above=10).first == 521
        assert lease(made, "b", above=10**15).first == 541
        assert lease(made, "b", above=-5).first == 561


def test_a_lease_is_a_commit_that_a_restore_loses():
    with team() as made:
        both_know(made, name="한빛")
        with made.server.store.reading() as books:
            before = books.head().token
        answer = lease(made, "a")
        assert answer.hw[0] == before[0] + 1
        with made.server.store.reading() as books:
            assert (books.head().token, books.knows(before), books.knows(answer.hw)) == (answer.hw, True, True)
        assert_level(made)
