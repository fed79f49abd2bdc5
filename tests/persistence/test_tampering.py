"""A file that was changed from outside is never read as if nothing had happened: flipped bytes, cuts, swapped pages and salts."""

from __future__ import annotations

import random

import pytest

from desktop_crm.domain.schema import REGISTRY
from desktop_crm.foundation.errors import CrmError, Trouble
from desktop_crm.persistence.cipher import PAGE_BYTES, SALT_BYTES, is_ours
from desktop_crm.services import records
from desktop_crm.services.safety.checking import check
from desktop_crm.services.workspace import init_workspace, open_workspace

TOLD = {"workspace.damaged", "workspace.needs_passphrase", "workspace.wrong_key", "workspace.not_one"}


@pytest.fixture
def file(tmp_path, secrets):
    path = tmp_path / "w.crm"
    with init_workspace(path, name="w", secrets=secrets).closing() as workspace, workspace.write("test") as work:
        work.bulk("account", inserts=[{"name": f"계정 {n:04d}", "note": "x" * 300} for n in range(400)])
    return path


def read_all(path, secrets):
    """Every record, as a page of a list reads it, and what a check finds."""
    with open_workspace(path, secrets=secrets).closing() as workspace:
        found = {one.code for one in check(workspace).found}
        for entity in REGISTRY.names():
            records.list_rows(workspace, entity, records.ListQuery(limit=1000))
    return found


def outcome(path, secrets):
    try:
        found = read_all(path, secrets)
    except CrmError as error:
        return error.code
    return ", ".join(sorted(found))


def test_an_untouched_file_has_nothing_to_say(file, secrets):
    assert outcome(file, secrets) == ""


def test_a_flipped_byte_anywhere_is_told(file, secrets):
    good = file.read_bytes()
    dice = random.Random(6)
    places = [0, SALT_BYTES - 1, SALT_BYTES, 100, PAGE_BYTES - 1, PAGE_BYTES, len(good) - 1]
    for place in [*places, *(dice.randrange(len(good)) for _ in range(12))]:
        bad = bytearray(good)
        bad[place] ^= 1 << dice.randrange(8)
        file.write_bytes(bad)
        told = outcome(file, secrets)
        assert told in TOLD or "check.file.pages" in told, (place, told)
        assert file.read_bytes() == bytes(bad)
    file.write_bytes(good)
    assert outcome(file, secrets) == ""


@pytest.mark.parametrize("share", [0.1, 0.5, 0.97])
@pytest.mark.parametrize("odd", [0, 333])
def test_a_cut_is_refused_at_the_door(file, secrets, share, odd):
    content = file.read_bytes()
    file.write_bytes(content[: int(len(content) * share) // PAGE_BYTES * PAGE_BYTES + odd])
    with pytest.raises(Trouble, match=r"workspace\.damaged"):
        open_workspace(file, secrets=secrets)


def test_pages_that_changed_places_are_told(file, secrets):
    content = file.read_bytes()
    last = len(content) // PAGE_BYTES - 1
    one, two = (content[n * PAGE_BYTES : (n + 1) * PAGE_BYTES] for n in (last - 3, last))
    file.write_bytes(
        content[: (last - 3) * PAGE_BYTES] + two + content[(last - 2) * PAGE_BYTES : last * PAGE_BYTES] + one
    )
    told = outcome(file, secrets)
    assert told == "workspace.damaged" or "check.file.pages" in told


def test_the_salt_of_another_workspace_opens_nothing(file, tmp_path, secrets):
    other = tmp_path / "other.crm"
    init_workspace(other, name="other", secrets=secrets).close()
    file.write_bytes(other.read_bytes()[:SALT_BYTES] + file.read_bytes()[SALT_BYTES:])
    assert outcome(file, secrets) in TOLD


def test_a_wrong_key_is_told_from_a_damaged_first_page(file):
    salt = file.read_bytes()[:SALT_BYTES]
    assert not is_ours(file, bytes(32), salt)
    file.write_bytes(b"")
    assert not is_ours(file, bytes(32), salt)
