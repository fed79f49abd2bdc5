"""The cards of backups and locks: made, listed, checked, repaired; another key and a restore are wished for with what they need."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QLabel, QLineEdit, QPushButton

from desktop_crm import i18n
from desktop_crm.services import records
from desktop_crm.services.safety import backups
from desktop_crm.services.workspace import open_workspace
from desktop_crm.ui.settings.backups_card import BackupsCard, restored
from desktop_crm.ui.settings.lock_card import LockCard, changed_key
from desktop_crm.ui.settings.passphrase_forms import CopyForm, KeyringForm, RekeyForm, RestoreAskForm
from desktop_crm.ui.theme import Theme
from desktop_crm.ui.widgets.form_dialog import FormDialog
from tests.ui.conftest import both_ways

WORDS = "correct horse"


def words(widget) -> str:
    return "\n".join(label.text() for label in widget.findChildren(QLabel))


def press(qtbot, widget) -> None:
    qtbot.mouseClick(widget, Qt.MouseButton.LeftButton)


@pytest.fixture
def card(context, show):
    made = show(BackupsCard(context), 720, 600)
    made.refresh()
    return made


def test_a_backup_is_made_and_listed_with_what_is_newer(qtbot, card, workspace) -> None:
    press(qtbot, card.now)
    qtbot.waitUntil(lambda: "as it is now" in words(card))
    (made,) = backups.backups_of(workspace.path)
    assert str(made.path) in words(card)
    records.create(workspace, "account", {"name": "한빛"})
    card.refresh()
    qtbot.waitUntil(lambda: "1 change since" in words(card))
    assert card.now.isEnabled()


def test_everything_is_checked_and_what_is_wrong_is_repaired(qtbot, card, workspace) -> None:
    press(qtbot, card.checks)
    qtbot.waitUntil(lambda: "All is well" in words(card))
    records.create(workspace, "account", {"name": "한빛"})
    with workspace.database.writing() as connection:
        connection.exec_driver_sql("DELETE FROM search_title")
    press(qtbot, card.checks)
    qtbot.waitUntil(lambda: "The search index is out of date" in words(card))
    repair = next(one for one in card.findChildren(QPushButton) if one.text() == "Repair")
    press(qtbot, repair)
    qtbot.waitUntil(lambda: "Repaired: The search index is out of date" in words(card))
    assert "All is well" in words(card)


def test_a_copy_for_elsewhere_gets_a_passphrase_of_its_own(qtbot, card, workspace, tmp_path, monkeypatch) -> None:
    target = tmp_path / "stick" / "copy.crm"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(target), ""))
    press(qtbot, card.elsewhere)
    dialog = card.findChild(FormDialog)
    line, again = (dialog.findChild(QLineEdit, name) for name in ("passphrase", "again"))
    dialog.form.answer()
    assert dialog.form.word()
    qtbot.keyClicks(line, WORDS)
    qtbot.keyClicks(again, WORDS)
    qtbot.keyClick(again, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: str(target) in words(card))
    with open_workspace(target, passphrase=WORDS).closing() as copy:
        assert copy.name == workspace.name


def test_a_failure_is_reported_and_the_card_can_be_used_again(qtbot, card, workspace, context) -> None:
    context.reporter.setProperty("expected", 1)
    backups.folder_of(workspace.path).write_text("a file where the folder should be", encoding="utf-8")
    with qtbot.waitSignal(context.reporter.reported) as told:
        press(qtbot, card.now)
    assert told.args[0].title == "The file cannot be written"
    assert card.now.isEnabled()


def test_a_restore_is_wished_for_and_the_wish_does_it(qtbot, card, context, workspace, secrets) -> None:
    made = backups.make(workspace)
    records.create(workspace, "account", {"name": "나중"})
    card.refresh()
    qtbot.waitUntil(lambda: card.findChild(QPushButton, str(made.path)) is not None)
    press(qtbot, card.findChild(QPushButton, str(made.path)))
    with qtbot.waitSignal(context.preferences.replacing_wanted) as wished:
        card.findChild(FormDialog).form.answer()
    context.lanes.stop()
    workspace.close()
    assert wished.args[0].act() is None
    with open_workspace(workspace.path, secrets=secrets).closing() as back:
        assert records.count(back, "account") == 0


def test_a_backup_from_before_there_was_a_passphrase_comes_back_too(new_workspace, secrets) -> None:
    workspace = new_workspace("older")
    made = backups.make(workspace)
    workspace.close()
    assert restored(made.path, workspace.path, WORDS, secrets) is None


def test_it_says_what_opens_the_file(context, show) -> None:
    assert "this computer's keyring" in words(show(LockCard(context), 720, 300))


def test_another_key_is_wished_for_and_the_wish_makes_it(qtbot, context, workspace, secrets, show) -> None:
    card = show(LockCard(context), 720, 300)
    press(qtbot, card.change)
    dialog = card.findChild(FormDialog)
    for name in ("passphrase", "again"):
        qtbot.keyClicks(dialog.findChild(QLineEdit, name), WORDS)
    with qtbot.waitSignal(context.preferences.replacing_wanted) as wished:
        dialog.form.answer()
    context.lanes.stop()
    workspace.close()
    assert wished.args[0].act() == WORDS
    with open_workspace(workspace.path, passphrase=WORDS, secrets=secrets).closing() as back:
        assert back.has_passphrase
    assert changed_key(workspace.path, WORDS, None, secrets) is None
    open_workspace(workspace.path, secrets=secrets).close()


@pytest.mark.parametrize(("language", "scheme"), both_ways())
def test_the_forms_open_in_both_languages_and_themes(qtbot, qapp, context, show, language, scheme) -> None:
    i18n.use(language)
    Theme(qapp, scheme)
    forms = (
        CopyForm("a.crm", must=True),
        CopyForm("a.crm", must=False),
        RestoreAskForm(ask=True),
        RekeyForm(present=True),
        KeyringForm(),
    )
    for form in forms:
        dialog = show(FormDialog(form, "backups"), 480, 320)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, on=False)
        assert dialog.windowTitle()
        assert not dialog.grab().isNull()
