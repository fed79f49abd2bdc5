"""The administrator's bad day, with real processes: a backup is put back, or the laptops are sent to a new server."""

from __future__ import annotations

import shutil

import pytest

from desktop_crm.services import quotes, records
from tests.support.terminal import running
from tests.sync.test_processes import PEOPLE, Pair, make, opened


def quote(laptop, account):
    with opened(laptop) as workspace:
        return quotes.create(workspace, account_id=account, currency="KRW", sections=()).number


def nearly_use_up(laptop):
    """So that the next sync leases another block."""
    with opened(laptop) as workspace, workspace.database.writing() as connection:
        connection.exec_driver_sql("UPDATE number_lease SET next=until-1 WHERE kind='leased'")


@pytest.fixture
def place(tmp_path):
    with running(tmp_path) as server:
        yield Pair(tmp_path, server)


def backup(server):
    server.stop()
    copy = server.folder.with_name("backup")
    shutil.copytree(server.folder, copy)
    server.start()
    return copy


def restore(server, copy):
    server.stop()
    shutil.rmtree(server.folder)
    shutil.copytree(copy, server.folder)
    server.start()


def test_after_a_restored_backup_nothing_is_lost_and_no_number_is_given_twice(place):
    account = make(place["first"], "account", name="한빛")
    numbers = [quote(place["first"], account)]
    place.sync("first", "second", "first", "second")
    numbers.append(quote(place["second"], account))
    place.sync("second", "second")
    copy = backup(place.server)
    for name in PEOPLE:
        nearly_use_up(place[name])
        place.sync(name)
        nearly_use_up(place[name])
        numbers += [quote(place[name], account) for _ in range(4)]
        place.sync(name)
    late = make(place["second"], "account", name="after the backup")
    place.sync("second")
    restore(place.server, copy)
    for name in PEOPLE:
        assert place.sync(name)["reset"]
        numbers += [quote(place[name], account) for _ in range(4)]
    level = place.assert_level()
    assert late in level["account"]
    assert sorted(row["number"] for row in level["quote"].values()) == sorted(numbers)
    assert len(set(numbers)) == len(numbers)
    assert place["first"].ask("conflicts") == []


def test_sent_to_a_new_server_the_laptops_bring_everything_and_what_was_deleted_stays_so(place, tmp_path):
    account, gone = (make(place["first"], "account", name=name) for name in ("한빛", "gone"))
    quote(place["first"], account)
    place.sync("first", "second", "first")
    numbers = {quote(place["first"], account)}
    with opened(place["second"]) as workspace:
        records.delete(workspace, "account", gone)
        records.set_fields(workspace, "account", account, {"industry": "철강"})
    place.sync("second")
    with running(tmp_path / "new") as other:
        for name, person in PEOPLE.items():
            file = other.folder.parent / f"{person}.password"
            done = place[name].ask("sync", "--server", other.address, "--user", person, "--password-file", file)
            assert done["reset"]
        place.sync("first", "second")
        level = place.assert_level()
        assert (gone in level["account"], level["account"][account]["industry"]) == (False, "철강")
        assert len(level["quote"]) == 2
        for name in PEOPLE:
            numbers |= {quote(place[name], account), quote(place[name], account)}
        assert len(numbers) == 5
        assert [one for one in place["first"].ask("conflicts") if one["entity"] == "account"] == []
