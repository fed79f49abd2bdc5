"""A workspace from making to closing: name, currency, who writes, whose clock, who may read at the same time."""

from __future__ import annotations

import threading
from datetime import UTC, datetime

import pytest

from desktop_crm.foundation.clock import FixedClock
from desktop_crm.foundation.errors import Refusal, Trouble
from desktop_crm.security.secrets import MemoryStore
from desktop_crm.services import records
from desktop_crm.services.workspace import init_workspace, open_workspace

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


def test_a_new_workspace_is_empty_and_remembers_its_name_and_currency(tmp_path, secrets):
    path = tmp_path / "deep" / "er" / "w.crm"
    with init_workspace(path, name="영업1팀", currency="USD", secrets=secrets).closing() as made:
        assert (made.name, made.currency) == ("영업1팀", "USD")
        device = made.author.device_id
        assert records.count(made, "account") == 0
    with open_workspace(path, secrets=secrets).closing() as again:
        assert (again.name, again.currency, again.author.device_id) == ("영업1팀", "USD", device)
        assert len(again.content_key) == 32
        assert again.files.name == "w.crm.files"


def test_two_workspaces_are_two_devices_with_keys_of_their_own(new_workspace):
    one, two = new_workspace("one"), new_workspace("two")
    assert one.author.device_id != two.author.device_id
    assert one.content_key != two.content_key


def test_whoever_acts_signs_also_after_the_next_start(tmp_path, secrets):
    path = tmp_path / "w.crm"
    with init_workspace(path, name="w", secrets=secrets).closing() as workspace:
        assert workspace.author.user_id is None
        user = records.create(workspace, "user", {"name": "김하늘"}).id
        workspace.act_as(user)
    with open_workspace(path, secrets=secrets).closing() as again:
        assert again.author.user_id == user
        account = records.create(again, "account", {"name": "a"}).id
        assert records.history(again, "account", account)[0].actor == user


def test_stamps_go_on_above_those_in_the_file_even_when_the_clock_went_back(tmp_path, secrets):
    path = tmp_path / "w.crm"
    with init_workspace(path, name="w", secrets=secrets, clock=FixedClock(NOON)).closing() as workspace:
        account = records.create(workspace, "account", {"name": "a"}).id
    early = FixedClock(NOON.replace(year=2020))
    with open_workspace(path, secrets=secrets, clock=early).closing() as again:
        records.set_fields(again, "account", account, {"name": "b"})
        first, second = records.history(again, "account", account)
        assert first.stamp < second.stamp


def test_today_is_the_day_where_the_user_is(tmp_path, secrets, monkeypatch):
    clock = FixedClock(datetime(2026, 11, 23, 20, tzinfo=UTC))
    with init_workspace(tmp_path / "w.crm", name="w", secrets=secrets, clock=clock).closing() as workspace:
        assert workspace.today() == clock.at.astimezone().date()


def test_reads_run_beside_a_write_and_see_the_last_committed_state(workspace):
    records.create(workspace, "account", {"name": "first"})
    seen, errors = [], []

    def look():
        try:
            for _ in range(30):
                seen.append(records.count(workspace, "account"))
        except Exception as error:  # noqa: BLE001 - told by the assertion below
            errors.append(error)

    readers = [threading.Thread(target=look) for _ in range(3)]
    with workspace.write("test") as work:
        work.bulk("account", inserts=[{"name": f"a {n}"} for n in range(200)])
        for reader in readers:
            reader.start()
        for reader in readers:
            reader.join()
    assert errors == []
    assert set(seen) == {1}
    assert records.count(workspace, "account") == 201


def test_writers_take_turns_and_lose_nothing(workspace):
    def write(name):
        for n in range(20):
            records.create(workspace, "account", {"name": f"{name} {n}"})

    writers = [threading.Thread(target=write, args=(name,)) for name in "abcd"]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert records.count(workspace, "account") == 80


def test_making_one_without_a_keyring_says_so_and_leaves_no_file(tmp_path):
    class NoKeyring(MemoryStore):
        def put(self, name, secret):
            raise Trouble("keyring.absent", reason="none")

    with pytest.raises(Trouble, match=r"keyring\.absent"):
        init_workspace(tmp_path / "w.crm", name="w", secrets=NoKeyring())
    assert list(tmp_path.glob("*.crm")) == []
    with init_workspace(tmp_path / "w.crm", name="w", passphrase="열려라 참깨 2026", secrets=NoKeyring()).closing():
        pass


def test_a_folder_that_cannot_be_made_is_a_trouble(tmp_path, secrets):
    (tmp_path / "file").write_text("x", encoding="utf-8")
    with pytest.raises(Trouble, match=r"disk\.failed"):
        init_workspace(tmp_path / "file" / "w.crm", name="w", secrets=secrets)


def test_a_workspace_that_is_open_is_not_opened_again(workspace, secrets):
    with pytest.raises(Refusal, match=r"workspace\.in_use"):
        open_workspace(workspace.path, secrets=secrets)
