"""First start: the ways in, passphrases, and what goes wrong on the way."""

from __future__ import annotations

import zipfile

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QFrame, QLabel, QLineEdit, QPushButton

from desktop_crm import bootstrap, i18n
from desktop_crm.foundation.errors import Refusal, Trouble
from desktop_crm.services.workspace import init_workspace, open_workspace
from desktop_crm.ui.shell.application import Opening, Running
from desktop_crm.ui.shell.recent import note
from desktop_crm.ui.signin.forms import NewForm, PassphraseForm, UnlockForm
from desktop_crm.ui.signin.recent_list import RecentList
from desktop_crm.ui.signin.start import StartScreen
from desktop_crm.ui.theme import Theme
from desktop_crm.ui.widgets.ask_form import JoinForm
from desktop_crm.ui.widgets.error_dialog import ErrorDialog
from desktop_crm.ui.widgets.states import EmptyState
from tests.ui.conftest import both_ways


def line(running, key: str) -> QLineEdit:
    return running._start.page().findChild(QLineEdit, key)


def test_a_fresh_machine_offers_four_ways_in(qtbot, run) -> None:
    running = run()
    ways = [tile.objectName() for tile in running._start.tiles.findChildren(QFrame) if tile.objectName()]
    assert ways == ["demo", "import", "join", "open"]


def test_the_keyboard_begins_on_the_first_way_in(qtbot, context, show) -> None:
    screen = show(StartScreen(context.lanes))
    first = screen.window().focusWidget()
    assert first.objectName() == "demo"
    with qtbot.waitSignal(screen.wanted) as told:
        qtbot.keyClick(first, Qt.Key.Key_Return)
    assert told.args[0].kind == "demo"


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
    qtbot.waitUntil(lambda: running.context is not None)
    assert running.context.workspace.name == "Team"
    assert settings.get("workspace.path") == str(running.context.workspace.path)


@pytest.mark.parametrize(("name", "kind"), [("team.crm", "open"), ("team.zip", "archive"), ("TEAM.ZIP", "archive")])
def test_a_chosen_file_is_opened_or_made_of_its_archive(qtbot, context, show, monkeypatch, name, kind) -> None:
    screen = show(StartScreen(context.lanes))
    offered = []

    def choose(*arguments: object) -> tuple[str, str]:
        offered.append(arguments[-1])
        return f"/somewhere/{name}", ""

    monkeypatch.setattr("desktop_crm.ui.signin.start.QFileDialog.getOpenFileName", choose)
    with qtbot.waitSignal(screen.wanted) as told:
        screen.ask_file()
    assert (told.args[0].kind, told.args[0].path) == (kind, f"/somewhere/{name}")
    assert "*.crm *.zip" in offered[0]


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
    qtbot.waitUntil(lambda: running.context is not None)
    assert running.context.workspace.name == "Locked"


def test_what_a_passphrase_opened_asks_for_it_at_the_next_start_and_no_keyring(
    qtbot, run, settings, tmp_path, secrets
) -> None:
    path = tmp_path / "locked.crm"
    init_workspace(path, name="Locked", passphrase="correct horse", secrets=secrets).close()
    running = run()
    running.open_file(path, "correct horse")
    qtbot.waitUntil(lambda: running.context is not None)
    running.window.close()
    running.stop()
    again = run()
    assert isinstance(again._start.page(), UnlockForm)
    qtbot.keyClicks(line(again, "passphrase"), "correct horse")
    qtbot.keyClick(line(again, "passphrase"), Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: again.context is not None)


def test_a_file_that_is_no_workspace_is_told_and_the_ways_in_stay(qtbot, run, tmp_path) -> None:
    path = tmp_path / "letter.crm"
    path.write_text("Dear you")
    running = run()
    told = []
    running.reporter.reported.connect(told.append)
    running.open_file(path, None)
    qtbot.waitUntil(lambda: len(told) == 1)
    assert running._start.page() is running._start.tiles
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


class NoKeyring:
    """A system without a keyring, as KeyringStore tells it."""

    def get(self, name: str) -> str | None:
        raise Trouble("keyring.absent", reason="none")

    def put(self, name: str, secret: str) -> None:
        raise Trouble("keyring.absent", reason="none")

    def remove(self, name: str) -> None:
        raise Trouble("keyring.absent", reason="none")


def test_without_a_keyring_a_passphrase_is_asked_for_and_the_work_goes_on(qtbot, qapp, settings, tmp_path) -> None:
    def made(wanted):
        path = tmp_path / "made.crm"
        return init_workspace(path, name=wanted.name, passphrase=wanted.passphrase or None, secrets=NoKeyring())

    settings.put("language", "en")
    running = Running(qapp, settings, bootstrap.pages, Opening(open_file=None, make=made))
    qtbot.addWidget(running.window)
    running.begin(None)
    running._start.want_demo()
    qtbot.waitUntil(lambda: isinstance(running._start.page(), PassphraseForm))
    for key in ("passphrase", "again"):
        qtbot.keyClicks(line(running, key), "correct horse")
    qtbot.keyClick(line(running, "again"), Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: running.context is not None)
    assert running.context.workspace.name == "Demo"
    running.window.close()
    running.stop()


def test_a_server_is_joined_from_the_start_screen_and_a_wrong_password_is_told(qtbot, run) -> None:
    running = run()
    running._start.ask_join()
    for key, text in (("server", "http://127.0.0.1:9"), ("user", "kim"), ("password", "secret")):
        qtbot.keyClicks(line(running, key), text)
    wanted = []
    running._start.wanted.disconnect(running.make)
    running._start.wanted.connect(wanted.append)
    qtbot.keyClick(line(running, "password"), Qt.Key.Key_Return)
    assert (wanted[0].kind, wanted[0].server, wanted[0].user) == ("join", "http://127.0.0.1:9", "kim")
    running._on_not_open(Refusal("sync.sign_in"))
    assert running._start.page() is running._start.tiles
    dialog = running.window.findChild(ErrorDialog)
    assert dialog is not None
    qtbot.keyClick(dialog, Qt.Key.Key_Escape)


def test_the_language_changes_on_the_start_screen(qtbot, run) -> None:
    running = run()
    qtbot.mouseClick(running._start.language.findChild(QPushButton, "ko"), Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: str(i18n.current()) == "ko")
    words = [label.text() for label in running._start.findChildren(QLabel)]
    assert "데모로 둘러보기" in words


def test_escape_goes_back_to_the_ways_in(qtbot, run) -> None:
    running = run()
    for ask in (running._start.ask_new, running._start.ask_join):
        ask()
        page = running._start.page()
        qtbot.keyClick(page, Qt.Key.Key_Escape)
        assert running._start.page() is running._start.tiles


def test_file_names_of_new_workspaces_are_free_and_plain(tmp_path) -> None:
    assert bootstrap.free_path(tmp_path, "영업1팀").name == "영업1팀.crm"
    (tmp_path / "영업1팀.crm").touch()
    assert bootstrap.free_path(tmp_path, "영업1팀").name == "영업1팀 2.crm"
    assert bootstrap.free_path(tmp_path, "../../etc/passwd").parent == tmp_path
    assert bootstrap.free_path(tmp_path, "///").name == "workspace.crm"


def test_a_workspace_of_late_is_archived_without_opening_the_window_on_it(
    qtbot, run, settings, tmp_path, secrets, monkeypatch
) -> None:
    path, target = tmp_path / "locked.crm", tmp_path / "out" / "locked.zip"
    target.parent.mkdir()
    init_workspace(path, name="Locked", passphrase="correct horse", secrets=secrets).close()
    note(settings, path, "Locked")
    running = run()
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(target), ""))
    lately = running._start.tiles.findChild(RecentList)
    keeps = next(one for one in lately.findChildren(QPushButton) if one.accessibleName().startswith("Save Locked"))
    qtbot.mouseClick(keeps, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: isinstance(running._start.page(), UnlockForm))
    qtbot.keyClicks(line(running, "passphrase"), "correct horse")
    qtbot.keyClick(line(running, "passphrase"), Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: isinstance(running._start.page(), EmptyState))
    assert running.context is None
    assert "archive.json" in zipfile.ZipFile(target).namelist()
    assert list(target.parent.iterdir()) == [target]
    with open_workspace(path, passphrase="correct horse", secrets=secrets).closing():  # it was closed again
        pass
    qtbot.mouseClick(running._start.page().findChild(QPushButton), Qt.MouseButton.LeftButton)
    assert running._start.page() is running._start.tiles
