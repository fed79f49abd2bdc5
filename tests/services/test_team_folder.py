"""Two laptops without a server: over a folder and over a stick they agree, nothing is lost, nothing forged is taken."""

from __future__ import annotations

import contextlib
import hashlib
import json
import shutil

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop_crm.domain.schema import REGISTRY
from desktop_crm.foundation.errors import Refusal, Trouble
from desktop_crm.persistence import facts, outbox
from desktop_crm.security import keys
from desktop_crm.services import blobs, records, sealed_file, sync, team_folder
from desktop_crm.services.page_changes import applied, difference

SECRET = "the team's four words"


@pytest.fixture(autouse=True)
def quick_keys(monkeypatch):
    """The passphrase is not what is tested here."""
    monkeypatch.setattr(keys, "derive", lambda secret, salt: hashlib.sha256(secret.encode() + salt).digest())


@pytest.fixture
def two(new_workspace, tmp_path):
    folder = tmp_path / "shared"
    folder.mkdir()
    return new_workspace("mine"), new_workspace("theirs"), folder


def meet(folder, *workspaces):
    for workspace in workspaces:
        report = team_folder.exchange(workspace, folder, SECRET)
    return report


def everything(workspace):
    return {
        entity.name: sorted(
            (str(row.id), json.dumps(row.fields, default=str, sort_keys=True))
            for row in records.list_rows(workspace, entity.name, records.ListQuery(limit=1000)).records
        )
        for entity in REGISTRY
        if entity.name != "conflict"
    }


def test_two_laptops_agree_over_a_folder(two):
    mine, theirs, folder = two
    made = records.create(mine, "account", {"name": "한빛전자", "industry": "neutral"})
    records.create(theirs, "account", {"name": "다온로지스"})
    meet(folder, mine, theirs, mine)
    assert everything(mine) == everything(theirs)
    assert records.count(mine, "account") == 2
    assert "한빛전자".encode() not in b"".join(path.read_bytes() for path in folder.iterdir())
    records.set_fields(theirs, "account", made.id, {"industry": "against"})
    records.set_fields(mine, "account", made.id, {"industry": "in favour"})
    records.set_fields(mine, "account", made.id, {"tags": ["vip"]})
    meet(folder, theirs, mine, theirs)
    assert everything(mine) == everything(theirs)
    assert [one.field for one in sync.conflicts(mine)] == [one.field for one in sync.conflicts(theirs)] == ["industry"]
    assert sync.status(mine).pending == sync.status(theirs).pending == 0


def test_meeting_again_changes_nothing(two):
    mine, theirs, folder = two
    records.create(mine, "account", {"name": "한빛전자"})
    meet(folder, mine, theirs, mine)
    names, before = sorted(path.name for path in folder.iterdir()), everything(mine)
    for workspace in (mine, theirs, mine):
        report = team_folder.exchange(workspace, folder, SECRET)
        assert (report.pushed, report.pulled) == (0, 0)
    assert sorted(path.name for path in folder.iterdir()) == names
    assert everything(mine) == everything(theirs) == before


def test_files_of_records_travel_too(two):
    mine, theirs, folder = two
    account = records.create(mine, "account", {"name": "한빛전자"}).id
    digest = blobs.put(mine, b"a photo", "image/png")
    records.create(mine, "attachment", {"name": "photo", "account_id": account, "content": digest, "mime": "image/png"})
    meet(folder, mine, theirs)
    assert blobs.get(theirs, digest) == b"a photo"


def test_an_old_copy_on_another_stick_loses_nothing(two, tmp_path):
    mine, theirs, folder = two
    records.create(mine, "account", {"name": "first"})
    meet(folder, mine, theirs, mine)
    old = tmp_path / "old"
    shutil.copytree(folder, old)
    records.create(mine, "account", {"name": "second"})
    records.create(theirs, "account", {"name": "third"})
    meet(folder, mine, theirs)
    records.create(mine, "account", {"name": "fourth"})
    meet(old, mine, theirs, mine)  # the newer file was left at home
    meet(folder, theirs, mine, theirs, mine)
    assert everything(mine) == everything(theirs)
    names = {row.fields["name"] for row in records.list_rows(mine, "account", records.ListQuery(limit=10)).records}
    assert names == {"first", "second", "third", "fourth"}


def test_who_is_late_begins_again_on_the_others_file(two, monkeypatch):
    mine, theirs, folder = two
    records.create(mine, "account", {"name": "mine"})
    records.create(theirs, "account", {"name": "theirs"})
    meet(folder, mine, theirs)
    records.create(mine, "account", {"name": "mine too"})
    records.create(theirs, "account", {"name": "theirs too"})
    real, between = team_folder._left, []

    def left(workspace, *rest):
        if workspace is mine and not between:
            between.append(True)
            team_folder.exchange(theirs, folder, SECRET)
        return real(workspace, *rest)

    monkeypatch.setattr(team_folder, "_left", left)
    meet(folder, mine)
    monkeypatch.undo()
    monkeypatch.setattr(keys, "derive", lambda secret, salt: hashlib.sha256(secret.encode() + salt).digest())
    meet(folder, theirs)
    assert everything(mine) == everything(theirs)
    assert records.count(mine, "account") == 4


def test_a_file_cut_while_it_was_written_gives_way_to_the_one_before(two):
    mine, theirs, folder = two
    records.create(mine, "account", {"name": "one"})
    meet(folder, mine, theirs)
    records.create(mine, "account", {"name": "two"})
    meet(folder, mine)
    newest = max(folder.iterdir())
    newest.write_bytes(newest.read_bytes()[:200])
    meet(folder, theirs, mine, theirs)
    assert everything(mine) == everything(theirs)
    assert records.count(theirs, "account") == 2


def test_what_another_laptop_did_not_sign_is_refused(two):
    mine, theirs, folder = two
    records.create(mine, "account", {"name": "one"})
    meet(folder, mine, theirs)
    path = max(folder.iterdir())
    head, _, data = sealed_file.read(path, team_folder.KIND, SECRET).partition(b"\n")
    said = json.loads(head)
    altered = bytearray(data)
    altered[-1] ^= 1
    sealed_file.write(path, team_folder.KIND, head + b"\n" + bytes(altered), SECRET)
    with pytest.raises(Trouble) as caught:
        meet(folder, mine)
    assert caught.value.code == "sync.folder.forged"
    with theirs.read() as session:
        assert facts.read_fact(session.connection(), "folder_believed")
    said["keys"] = dict.fromkeys(said["keys"], "0" * 64)
    sealed_file.write(path, team_folder.KIND, json.dumps(said).encode() + b"\n" + data, SECRET)
    with pytest.raises(Trouble):
        meet(folder, mine)
    assert records.count(mine, "account") == 1


def test_refused_with_a_server_without_a_folder_and_with_another_passphrase(two):
    mine, _, folder = two
    with pytest.raises(Trouble) as caught:
        team_folder.exchange(mine, folder / "nowhere", SECRET)
    assert caught.value.code == "sync.folder.missing"
    records.create(mine, "account", {"name": "one"})
    meet(folder, mine)
    with pytest.raises(Trouble) as caught:
        team_folder.exchange(mine, folder, "another passphrase")
    assert caught.value.code == "sealed.damaged"
    with mine.database.writing() as connection:
        outbox.save(connection, url="https://crm.example")
    with pytest.raises(Refusal) as caught:
        meet(folder, mine)
    assert caught.value.code == "sync.folder.joined"


def sizes(folder):
    return {int(path.name[5:11]): path.stat().st_size for path in folder.iterdir()}


def test_a_file_holds_what_is_new_since_the_last_whole_one(two):
    mine, theirs, folder = two
    with mine.write("test") as work:
        work.bulk(
            "account", inserts=[{"name": f"계정 {n} {hashlib.sha256(b'%d' % n).hexdigest()}"} for n in range(1500)]
        )
    meet(folder, mine)
    (whole,) = sizes(folder).values()
    for number in range(5):
        records.create(mine, "account", {"name": f"later {number}"})
        meet(folder, mine)
    written = sizes(folder)
    assert 1 in written  # the whole one stays as long as others build on it
    assert sorted(written) == [1, *sorted(written)[-3:]]
    assert all(size < whole / 3 for number, size in written.items() if number > 1), written
    meet(folder, theirs, mine)
    assert everything(mine) == everything(theirs)
    assert records.count(theirs, "account") == 1505
    alone = folder.parent / "alone"
    alone.mkdir()
    newest = max(folder.iterdir())
    shutil.copy(newest, alone / newest.name)
    with pytest.raises(Trouble) as caught:
        meet(alone, theirs)
    assert caught.value.code == "sync.folder.base"
    shutil.copy(newest, alone / "team-000001.crmteam")  # something else under its name
    with pytest.raises(Trouble):
        meet(alone, theirs)


@given(st.binary(max_size=20_000), st.binary(max_size=20_000), st.binary(max_size=99))
def test_a_difference_is_put_together_again_and_garbage_is_refused(before, after, garbage):
    assert applied(before, difference(before, after)) == after
    with contextlib.suppress(ValueError):
        applied(before, garbage)
