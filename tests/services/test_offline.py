"""What lies on this laptop, what is chosen to lie here, and small pictures of files."""

from __future__ import annotations

import io
from datetime import timedelta

import pytest
from PIL import Image

from desktop_crm.documents.thumbnails import SIDE, thumbnail
from desktop_crm.foundation.errors import Refusal
from desktop_crm.services import blobs, offline, previews, records
from tests.conftest import ROOT


@pytest.fixture
def account(workspace):
    made = records.create(workspace, "account", {"name": "한빛전자"}).id
    digest = blobs.put(workspace, b"x" * 300, "text/plain")
    fields = {"name": "a.txt", "account_id": made, "content": digest, "mime": "text/plain", "size": 300}
    records.create(workspace, "attachment", fields)
    return made


def photo(size=(1600, 900)):
    out = io.BytesIO()
    Image.new("RGB", size, "teal").save(out, "JPEG")
    return out.getvalue()


def test_how_much_is_here_is_told(workspace, account):
    held = offline.held(workspace)
    assert (held.accounts, held.files, held.files_size, held.away) == (1, 1, 300, 0)
    assert held.profile.everything
    assert held.since == workspace.today()
    assert held.workspace > 10_000
    assert held.free > 0


def test_accounts_are_kept_by_choice_some_until_a_day(workspace, account):
    with pytest.raises(Refusal, match=r"offline\.everything"):
        offline.make_room(workspace)
    offline.keep_everything(workspace, on=False)
    offline.keep_account(workspace, account, on=True)
    on, files = offline.kept_files(workspace, account)
    assert (on, files.files, files.size, files.here) == (True, 1, 300, 1)
    assert offline.make_room(workspace) == 0  # the server never got it: it is the only one there is
    offline.keep_account(workspace, account, on=True, until=workspace.today() - timedelta(days=1))
    assert offline.profile(workspace).ids == frozenset()
    assert offline.make_room(workspace) == 0
    assert len(offline.left_out(workspace)) == 1
    with pytest.raises(Refusal, match=r"offline\.alone"):
        offline.fetch(workspace, "0" * 64)
    with pytest.raises(Refusal, match=r"record\.missing"):
        offline.kept_files(workspace, "nowhere")


def test_tomorrow_without_visits_takes_nothing(workspace, account):
    assert offline.take_tomorrow(workspace) == ()


def test_a_small_picture_is_kept_sealed_and_one_that_is_altered_is_not_there(workspace):
    assert previews.kept(workspace, "ab") is None
    small = thumbnail("image/jpeg", photo())
    with Image.open(io.BytesIO(small)) as picture:
        assert max(picture.size) == SIDE
    previews.keep(workspace, "ab", small)
    assert previews.kept(workspace, "ab") == small
    (file,) = workspace.files.glob("ab*")
    assert small[:40] not in file.read_bytes()
    file.write_bytes(file.read_bytes()[:-1])
    assert previews.kept(workspace, "ab") is None


def test_a_pdf_shows_its_first_page_and_what_is_none_shows_nothing():
    pdf = next(iter(sorted((ROOT / "tests").rglob("*.pdf"))), None)
    if pdf is not None:
        assert Image.open(io.BytesIO(thumbnail("application/pdf", pdf.read_bytes()))).height == SIDE
    assert thumbnail("application/pdf", b"no pdf") == b""
    assert thumbnail("image/png", b"no picture") == b""
