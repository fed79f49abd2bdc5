"""The rescue bundle: what is only on one laptop, encrypted, read back once, anywhere; nothing else opens it."""

from __future__ import annotations

import json

import pytest

from desktop_crm.foundation.errors import Refusal, Trouble
from desktop_crm.persistence import outbox
from desktop_crm.persistence.outbox import Waiting
from desktop_crm.services import records, rescue, sealed_file

SECRET = "four words that last"


@pytest.fixture
def laptop(new_workspace):
    """A laptop that belongs to a server which it can reach no more: everything waits."""
    made = new_workspace("laptop")
    with made.database.writing() as connection:
        outbox.save(connection, server_id="gone", user_name="kim")
    account = records.create(made, "account", {"name": "한빛전자", "tags": ["vip"]}).id
    other = records.create(made, "account", {"name": "to go"}).id
    records.set_fields(made, "account", account, {"industry": "소재"})
    records.delete(made, "account", other)
    return made, account, other


def test_a_bundle_holds_what_waits_and_is_read_back_elsewhere(laptop, new_workspace, tmp_path):
    mine, account, other = laptop
    path = tmp_path / "a.crmrescue"
    written = rescue.write(mine, path, SECRET)
    assert len(written.waiting) == 4
    assert "한빛전자".encode() not in path.read_bytes()
    assert rescue.read(path, SECRET) == written
    fresh = new_workspace("fresh")
    done = rescue.take_back(fresh, path, SECRET)
    assert (done.taken, done.known) == (4, 0)
    found = records.get(fresh, "account", account).fields
    assert (found["name"], found["industry"], list(found["tags"])) == ("한빛전자", "소재", ["vip"])
    with pytest.raises(Refusal):
        records.get(fresh, "account", other)
    assert {item.row_id for item in done.changes.items} == {account, other}


def test_a_bundle_is_taken_once(laptop, new_workspace, tmp_path):
    mine, account, _ = laptop
    path = tmp_path / "a.crmrescue"
    rescue.write(mine, path, SECRET)
    assert rescue.take_back(mine, path, SECRET).known == 4  # it waits here already
    fresh = new_workspace("fresh")
    rescue.take_back(fresh, path, SECRET)
    records.set_fields(fresh, "account", account, {"industry": "later"})
    again = rescue.take_back(fresh, path, SECRET)
    assert (again.taken, again.known) == (0, 4)
    assert records.get(fresh, "account", account).fields["industry"] == "later"


def test_what_was_refused_is_in_it_too(laptop, new_workspace, tmp_path):
    mine, account, _ = laptop
    with mine.database.writing() as connection:
        op = outbox.waiting(connection, 1, 10**6)[0]
        late = Waiting(**{**{f: getattr(op, f) for f in op.__slots__}, "fields": {"name": "refused name"}})
        outbox.quarantine(connection, [(late, "sync.refused.rights")], mine.clock.now())
    path = tmp_path / "a.crmrescue"
    written = rescue.write(mine, path, SECRET)
    assert (len(written.waiting), len(written.refused)) == (3, 1)
    fresh = new_workspace("fresh")
    assert rescue.take_back(fresh, path, SECRET).taken == 4
    assert records.get(fresh, "account", account).fields["industry"] == "소재"


@pytest.mark.parametrize("harm", ["passphrase", "byte", "cut", "kind", "absent"])
def test_what_is_no_such_file_changes_nothing(laptop, new_workspace, tmp_path, harm):
    mine, _, _ = laptop
    path = tmp_path / "a.crmrescue"
    rescue.write(mine, path, SECRET)
    whole, secret = bytearray(path.read_bytes()), SECRET
    if harm == "passphrase":
        secret = "another passphrase"
    elif harm == "byte":
        whole[-9] ^= 1
    elif harm == "cut":
        whole = whole[:30]
    elif harm == "kind":
        whole[:5] = b"other"
    path.write_bytes(bytes(whole))
    if harm == "absent":
        path.unlink()
    fresh = new_workspace("fresh")
    with pytest.raises((Refusal, Trouble)) as caught:
        rescue.take_back(fresh, path, secret)
    assert caught.value.code.startswith("sealed.")
    assert records.count(fresh, "account") == 0


def test_a_short_passphrase_and_a_place_that_is_none_are_refused(laptop, tmp_path):
    mine, _, _ = laptop
    with pytest.raises(Refusal) as caught:
        rescue.write(mine, tmp_path / "a.crmrescue", "short")
    assert caught.value.code == "passphrase.too_short"
    with pytest.raises(Trouble) as caught:
        rescue.write(mine, tmp_path / "nowhere" / "a.crmrescue", SECRET)
    assert caught.value.code == "sealed.unwritable"
    assert list(tmp_path.glob("*.crmrescue")) == []


def test_other_content_under_the_right_passphrase_is_damaged(tmp_path):
    path = tmp_path / "a.crmrescue"
    sealed_file.write(path, rescue.KIND, json.dumps({"workspace": 1}).encode(), SECRET)
    with pytest.raises(Trouble) as caught:
        rescue.read(path, SECRET)
    assert caught.value.code == "sealed.damaged"
