"""A file looked at in the app: a photo, the pages of a PDF, one that is not on this laptop; and what lies here by choice."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from desktop_crm import i18n
from desktop_crm.services import blobs, offline, previews, records
from desktop_crm.ui.accounts.files_tab import FilesTab
from desktop_crm.ui.sync.offline_card import OfflineCard
from desktop_crm.ui.theme import Theme
from tests.ui.conftest import both_ways


def two_pages():
    out = io.BytesIO()
    pages = [Image.new("RGB", (600, 800), colour) for colour in ("white", "teal")]
    pages[0].save(out, "PDF", save_all=True, append_images=pages[1:])
    return out.getvalue()


def picture():
    out = io.BytesIO()
    Image.new("RGB", (900, 600), "orange").save(out, "PNG")
    return out.getvalue()


@pytest.fixture
def files(workspace):
    account = records.create(workspace, "account", {"name": "한빛전자"}).id
    made = {"": account}
    for name, mime, data in (
        ("계약서.pdf", "application/pdf", two_pages()),
        ("hall.png", "image/png", picture()),
        ("away.png", "image/png", b""),
    ):
        digest = blobs.put(workspace, data, mime) if data else "0" * 64
        fields = {"name": name, "account_id": account, "content": digest, "mime": mime, "size": len(data) or 4_200_000}
        made[name] = records.create(workspace, "attachment", fields | {"added_at": workspace.clock.now()}).id
    return made


@pytest.mark.parametrize(("language", "scheme"), both_ways()[:1] + both_ways()[3:])
def test_a_file_is_looked_at(context, qapp, show, qtbot, workspace, files, language, scheme):
    i18n.use(language)
    Theme(qapp, scheme)
    tab = show(FilesTab(context), 1000, 560)
    tab.show_account(files[""], "한빛전자")
    look = tab.preview
    qtbot.waitUntil(lambda: bool(look.name.whole()))  # the list shows its first row by itself
    look.show_file(files["계약서.pdf"])
    qtbot.waitUntil(lambda: look.counter.text() == "1 / 2" and not look.picture.pixmap().isNull())
    look.forth.click()
    qtbot.waitUntil(lambda: look.counter.text() == "2 / 2")
    assert not look.forth.isEnabled()
    digest = records.get(workspace, "attachment", files["hall.png"]).fields["content"]
    look.show_file(files["hall.png"])
    qtbot.waitUntil(lambda: look.name.whole() == "hall.png" and not look.picture.pixmap().isNull())
    assert look.picture.pixmap().toImage().pixelColor(5, 5).name() == "#ffa500"
    qtbot.waitUntil(lambda: previews.kept(workspace, digest) is not None)
    look.show_file(files["away.png"])
    qtbot.waitUntil(look.fetch.isVisible)
    assert look.picture.pixmap().isNull()
    look.fetch.click()
    word = "서버" if language == "ko" else "server"
    qtbot.waitUntil(lambda: word in look.facts.text() and look.fetch.isEnabled())


@pytest.mark.parametrize(("language", "scheme"), both_ways()[:1] + both_ways()[3:])
def test_the_card_tells_what_is_here_and_keeps_chosen_accounts(
    context, qapp, show, qtbot, workspace, files, language, scheme
):
    i18n.use(language)
    Theme(qapp, scheme)
    card = show(OfflineCard(context), 520, 320)
    qtbot.waitUntil(lambda: bool(card.files.text()))
    assert not card.room.isEnabled()
    card.everything.click()
    qtbot.waitUntil(lambda: not offline.profile(workspace).everything and card.room.isEnabled())
    offline.keep_account(workspace, files[""], on=True)
    card.refresh()
    qtbot.waitUntil(lambda: card.rows.count() == 1)
    card.tomorrow.click()
    qtbot.waitUntil(lambda: bool(card.said.text()))
