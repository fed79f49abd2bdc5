"""First start: the ways in, passphrases, and what goes wrong on the way."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QLineEdit

from desktop_crm import i18n
from desktop_crm.services.workspace import init_workspace
from desktop_crm.ui.signin.forms import NewForm, PassphraseForm, UnlockForm
from desktop_crm.ui.signin.start import StartScreen
from desktop_crm.ui.theme import Theme
from desktop_crm.ui.widgets.ask_form import JoinForm
from tests.ui.conftest import both_ways


def line(running, key: str) -> QLineEdit:
    return running._start.page().findChild(QLineEdit, key)


def test_a_fresh_machine_offers_four_ways_in(qtbot, run) -> None:
    running = run()
    ways = [tile.objectName() for tile in running._start.tiles.findChildren(QFrame) if tile.objectName()]
    assert ways == ["demo", "import", "join", "open"]


def test_a_new_workspace_is_made_with_the_keyboard(qtbot, run, settings) -> None:
    running = run()
    tile = running._start.tiles.findChild(QFrame, "import")
    tile.setFocus()
    qtbot.keyClick(tile, Qt.Key.Key_Return)
    assert isinstance(running._start.page(), NewForm)
    qtbot.keyClick(line(running, "name"), Qt.Key.Key_Return)
    assert running._start.page().word()
    qtbot.keyClicks(line(running, "name"), "Team")
    qtbot.keyClick(line(running, "name"), Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: running.context is not None, timeout=10_000)
    assert running.context.workspace.name == "Team"
    assert settings.get("workspace.path") == str(running.context.workspace.path)


def test_a_locked_workspace_asks_for_its_passphrase_until_it_is_right(qtbot, run, tmp_path, secrets) -> None:
    path = tmp_path / "locked.crm"
    init_workspace(path, name="Locked", passphrase="correct horse", secrets=secrets).close()
    running = run()
    running.open_file(path, None)
    qtbot.waitUntil(lambda: isinstance(running._start.page(), UnlockForm))
    qtbot.keyClicks(line(running, "passphrase"), "wrong horse")
    qtbot.keyClick(line(running, "passphrase"), Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: isinstance(running._start.page(), UnlockForm) and bool(running._start.page().word()))
    qtbot.keyClicks(line(running, "passphrase"), "correct horse")
    qtbot.keyClick(line(running, "passphrase"), Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: running.context is not None, timeout=10_000)
    assert running.context.workspace.name == "Locked"


def test_a_file_that_is_no_workspace_is_told_and_the_ways_in_stay(qtbot, run, tmp_path) -> None:
    path = tmp_path / "letter.crm"
    path.write_text("Dear you")
    running = run()
    told = []
    running.reporter.reported.connect(told.append)
    running.open_file(path, None)
    qtbot.waitUntil(lambda: len(told) == 1)
    assert running._start.page() is running._start.tiles
    from desktop_crm.ui.widgets.error_dialog import ErrorDialog

    dialog = running.window.findChild(ErrorDialog)
    if dialog is not None:
        qtbot.keyClick(dialog, Qt.Key.Key_Escape)


def test_the_join_form_completes_the_address(qtbot, theme, show) -> None:
    form = show(JoinForm(), 500, 400)
    answers = []
    form.answered.connect(answers.append)
    qtbot.keyClicks(form.findChild(QLineEdit, "server"), "crm.example.com/")
    qtbot.keyClick(form.findChild(QLineEdit, "server"), Qt.Key.Key_Return)
    assert form.word()
    qtbot.keyClicks(form.findChild(QLineEdit, "user"), "kim")
    qtbot.keyClicks(form.findChild(QLineEdit, "password"), "secret")
    qtbot.keyClick(form.findChild(QLineEdit, "password"), Qt.Key.Key_Return)
    assert answers[0]["server"] == "https://crm.example.com"
    assert answers[0]["name"] == "crm.example.com"


def test_a_passphrase_is_typed_twice(qtbot, theme, show) -> None:
    form = show(PassphraseForm(), 500, 400)
    first, again = form.findChild(QLineEdit, "passphrase"), form.findChild(QLineEdit, "again")
    qtbot.keyClicks(first, "short")
    qtbot.keyClick(first, Qt.Key.Key_Return)
    assert "8" in form.word()
    qtbot.keyClicks(first, " no more")
    qtbot.keyClick(again, Qt.Key.Key_Return)
    assert form.word()
    qtbot.keyClicks(again, "short no more")
    with qtbot.waitSignal(form.answered):
        qtbot.keyClick(again, Qt.Key.Key_Return)


@pytest.mark.parametrize(("language", "scheme"), both_ways())
def test_the_start_screen_and_its_forms_open_in_both_languages_and_themes(qtbot, qapp, context, show, language, scheme):
    i18n.use(language)
    Theme(qapp, scheme)
    screen = show(StartScreen(context.lanes))
    for act in (screen.ask_new, screen.ask_join, screen.ask_new_passphrase, lambda: screen.ask_passphrase("a.crm")):
        act()
        assert not screen.grab().isNull()
        screen.stop_waiting()
