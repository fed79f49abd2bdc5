"""Conflicts where they are: a mark at the field and at the account, which lead to the sync centre; a refused change edited; files."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QLineEdit, QPushButton, QWidget

from desktop_crm.persistence import outbox
from desktop_crm.services import records, rescue, sync, team_folder
from desktop_crm.ui.accounts.detail import AccountDetail
from desktop_crm.ui.runtime.context import connected
from desktop_crm.ui.sync.edit_refused import EditRefused
from desktop_crm.ui.sync.page import SyncCentrePage
from desktop_crm.ui.sync.without_server import ByFilesCard, SecretForm
from desktop_crm.ui.widgets.field_marks import FieldMarks
from desktop_crm.ui.widgets.form_dialog import FormDialog
from desktop_crm.ui.widgets.help_key import HELP
from desktop_crm.ui.widgets.record_form import RecordForm

SECRET = "the team's four words"


@pytest.fixture
def disputed(new_workspace, tmp_path):
    """A laptop with one conflict, met in a folder."""
    mine, theirs = new_workspace("mine"), new_workspace("theirs")
    made = records.create(mine, "account", {"name": "한빛전자", "industry": "neutral"}).id
    for one in (mine, theirs):
        team_folder.exchange(one, tmp_path, SECRET)
    records.set_fields(theirs, "account", made, {"industry": "against"})
    team_folder.exchange(theirs, tmp_path, SECRET)
    records.set_fields(mine, "account", made, {"industry": "in favour"})
    team_folder.exchange(mine, tmp_path, SECRET)
    return mine, made


@pytest.fixture
def context(qtbot, theme, disputed, settings):
    made = connected(disputed[0], settings)
    yield made
    made.lanes.stop()


def test_a_mark_stands_at_the_field_and_leads_to_its_conflict(qtbot, context, disputed, show):
    mine, account = disputed
    form = RecordForm(context, "account")
    show(form)
    form.show_row(account)
    qtbot.waitUntil(lambda: form.marks.mark_of("industry") is not None)
    assert form.marks.mark_of("name") is None
    assert form.findChild(FieldMarks) is form.marks
    went = []
    context.routes.arrived.connect(went.append)
    qtbot.mouseClick(form.marks.mark_of("industry"), Qt.MouseButton.LeftButton)
    conflict = sync.conflicts(mine)[0]
    assert (went[0].page, went[0].row_id) == ("sync", conflict.id)
    context.undo.run("decide", lambda: sync.resolve(mine, conflict.id, sync.Keep.KEPT))
    qtbot.waitUntil(lambda: form.marks.mark_of("industry") is None)


def test_the_account_says_how_many(qtbot, context, disputed, show):
    detail = AccountDetail(context, {})
    show(detail)
    detail.show_account(disputed[1])
    qtbot.waitUntil(detail.conflicts.isVisible)
    assert detail.conflicts.text() == "1 conflict"
    went = []
    context.routes.arrived.connect(went.append)
    detail.conflicts.click()
    assert went[0].page == "sync"


def test_a_refused_change_is_edited_and_sent(qtbot, context, disputed):
    mine, account = disputed
    records.set_fields(mine, "account", account, {"industry": "refused value"})
    with mine.database.writing() as connection:
        op = outbox.waiting(connection, 1, 10**6)[0]
        outbox.quarantine(connection, [(op, "sync.refused.rights")], mine.clock.now())
    holder = QWidget()
    qtbot.addWidget(holder)
    dialog = EditRefused(context, sync.quarantined(mine)[0], holder)
    dialog.show()
    line = dialog.rows["industry"].editor.target()
    assert line.text() == "refused value"
    line.selectAll()
    qtbot.keyClicks(line, "allowed value")
    with qtbot.waitSignal(dialog.sent):
        qtbot.mouseClick(dialog.go, Qt.MouseButton.LeftButton)
    assert not sync.quarantined(mine)
    assert sync.pending(mine)[0].fields["industry"] == "allowed value"


def test_the_card_saves_a_bundle_reads_it_back_and_meets_in_a_folder(qtbot, context, disputed, tmp_path, monkeypatch):
    card = ByFilesCard(context, joined=False)
    qtbot.addWidget(card)
    path = tmp_path / "a.crmrescue"
    records.create(disputed[0], "account", {"name": "typed"})
    with qtbot.waitSignal(card.done):
        card.save_to(path, SECRET)
    assert card.said.text() == "2 entries saved in a.crmrescue"
    assert len(rescue.read(path, SECRET).waiting) == 1
    with qtbot.waitSignal(card.done):
        card.take_from(path, "another passphrase")
    assert "another passphrase" in card.said.text()
    with qtbot.waitSignal(card.done):
        card.take_from(path, SECRET)
    assert card.said.text() == "0 changes made here, 1 were here already"
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: str(tmp_path))
    card.ask_folder()
    dialog = card.findChild(FormDialog)
    assert dialog.property(HELP) == "sync"
    dialog.findChild(QLineEdit, name="passphrase").setText(SECRET)
    with qtbot.waitSignal(card.done):
        dialog.form.answer()
    assert card.said.text().startswith("1 changes sent")


def test_a_passphrase_is_typed_twice(qtbot):
    form = SecretForm("Title", "", "Go", new=True)
    qtbot.addWidget(form)
    assert form.wrong({"passphrase": "short", "again": "short"}) == "At least 8 characters"
    assert form.wrong({"passphrase": "long enough", "again": "other"}) == "The two are not the same"
    assert form.wrong({"passphrase": "long enough", "again": "long enough"}) == ""


def test_without_a_server_the_page_offers_the_folder(qtbot, context):
    page = SyncCentrePage(context)
    qtbot.addWidget(page)
    page.show()
    qtbot.waitUntil(lambda: page.findChild(ByFilesCard) is not None)
    texts = [one.text() for one in page.findChild(ByFilesCard).findChildren(QPushButton)]
    assert "Exchange through a folder…" in texts
