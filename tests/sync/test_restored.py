"""A synced laptop goes back to a backup, against a real server: nothing is lost, nothing doubled, no number or stamp given twice."""

from __future__ import annotations

from datetime import date

import pytest

from desktop_crm.foundation.errors import CrmError
from desktop_crm.persistence.numbers import next_number
from desktop_crm.services import records
from desktop_crm.services import sync as service
from desktop_crm.services.safety import backups, restoring
from desktop_crm.services.workspace import open_workspace
from tests.sync.test_service import PASSWORD, meet, pair, server

__all__ = ["pair", "server"]


def names(workspace):
    return sorted(str(row.fields["name"]) for row in records.list_rows(workspace, "account").records)


def add(workspace, name):
    return records.create(workspace, "account", {"name": name}).id


def number(workspace):
    with workspace.write("test") as work:
        given = next_number(work, "quote", date(2026, 5, 4))
        work.insert("quote", {"number": given})
    return given


def test_a_synced_laptop_restored_to_an_older_state_catches_up_and_nothing_is_lost_or_doubled(pair, server, secrets):
    first, second = pair
    add(first, "before the backup, sent")
    meet(first, second)
    kept = add(first, "before the backup, waiting in it")
    made = backups.make(first)
    records.set_fields(first, "account", kept, {"industry": "steel"})
    add(first, "after the backup, sent")
    add(second, "the other's")
    meet(first, second)
    unsent = add(first, "after the backup, unsent")
    told = restoring.newer_than(first, made)
    assert (told.unsent, told.changes > 2) == (1, True)
    first.close()

    done = restoring.restore(made.path, secrets=secrets)
    with open_workspace(first.path, secrets=secrets).closing() as restored:
        assert names(restored) == ["before the backup, sent", "before the backup, waiting in it"]
        assert service.status(restored).joined
        with pytest.raises(CrmError, match=r"sync\.sign_in_again"):
            service.sync_now(restored)
        service.join(restored, server.url, "minji", PASSWORD)
        meet(restored, second)
        level = ["after the backup, sent", "before the backup, sent", "before the backup, waiting in it", "the other's"]
        assert names(restored) == names(second) == level
        assert records.get(restored, "account", kept).fields["industry"] == "steel"
        assert service.conflicts(restored) == ()
        assert service.quarantined(restored) == ()

        with open_workspace(done.aside, secrets=secrets).closing() as aside:
            service.sync_now(aside)
            assert aside.author.device_id != restored.author.device_id
        meet(restored, second)
        level = sorted([*level, "after the backup, unsent"])
        assert names(restored) == names(second) == level
        assert records.get(second, "account", unsent).fields["name"] == "after the backup, unsent"


def test_a_restored_laptop_takes_new_numbers_while_the_one_set_aside_goes_on(pair, server, secrets):
    first, second = pair
    given = {number(first), number(second)}
    meet(first, second)
    given |= {number(first), number(second)}
    assert len(given) == 4
    made = backups.make(first)
    given |= {number(first) for _ in range(3)}
    meet(first, second)
    first.close()
    done = restoring.restore(made.path, secrets=secrets)
    with open_workspace(first.path, secrets=secrets).closing() as restored:
        alone = number(restored)
        assert alone not in given
        service.join(restored, server.url, "minji", PASSWORD)
        meet(restored, second)
        with open_workspace(done.aside, secrets=secrets).closing() as aside:
            more = [number(which) for which in (restored, second, aside, restored)]
        assert len({*given, alone, *more}) == len(given) + 1 + len(more)


def test_edits_of_a_restored_laptop_win_or_lose_like_any_others(pair, server, secrets):
    first, second = pair
    row = add(first, "한빛")
    meet(first, second)
    made = backups.make(first)
    records.set_fields(second, "account", row, {"industry": "철강"})
    meet(second, first)
    first.close()
    restoring.restore(made.path, secrets=secrets)
    with open_workspace(first.path, secrets=secrets).closing() as restored:
        records.set_fields(restored, "account", row, {"industry": "전자"})
        service.join(restored, server.url, "minji", PASSWORD)
        meet(restored, second)
        assert records.get(restored, "account", row).fields["industry"] == "전자"
        assert records.get(second, "account", row).fields["industry"] == "전자"
        (conflict,) = service.conflicts(restored)
        assert (conflict.field, conflict.lost) == ("industry", "철강")
