"""The app around a workspace's safety: several of them, a damaged one, the locked screen, a file replaced under the open window."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QDialog, QLabel, QLineEdit, QPushButton

from desktop_crm import i18n
from desktop_crm.foundation.errors import Trouble
from desktop_crm.services import records
from desktop_crm.services.safety import backups
from desktop_crm.services.workspace import init_workspace, open_workspace
from desktop_crm.ui.runtime.preferences import Replacing
from desktop_crm.ui.shell import daily_backup
from desktop_crm.ui.shell.idle_lock import AFTER
from desktop_crm.ui.shell.recent import note, recent
from desktop_crm.ui.signin.forms import UnlockForm
from desktop_crm.ui.signin.lock_screen import LockScreen
from desktop_crm.ui.signin.recent_list import RecentList
from desktop_crm.ui.signin.restoring import RestoreForm
from desktop_crm.ui.theme import Theme
from desktop_crm.ui.widgets.error_dialog import ErrorDialog
from tests.ui.conftest import both_ways

WORDS = "correct horse"


def press(qtbot, widget) -> None:
    qtbot.mouseClick(widget, Qt.MouseButton.LeftButton)


def buttons(widget) -> dict[str, QPushButton]:
    return {one.text(): one for one in widget.findChildren(QPushButton)}


def names(workspace) -> set[str]:
    return {str(row.fields["name"]) for row in records.list_rows(workspace, "account").records}


@pytest.fixture
def backed_up(crm_file, secrets):
    """The team's file, with a backup and an account made after it."""
    with open_workspace(crm_file, secrets=secrets).closing() as workspace:
        made = backups.make(workspace)
        records.create(workspace, "account", {"name": "나중"})
    return made


@pytest.fixture
def locked_file(tmp_path, secrets):
    path = tmp_path / "locked.crm"
    init_workspace(path, name="Locked", passphrase=WORDS, secrets=secrets).close()
    return path


# several workspaces


def test_what_was_open_lately_is_remembered_newest_first(settings, tmp_path) -> None:
    for name in ("a", "b", "c", "a"):
        note(settings, tmp_path / f"{name}.crm", name)
    assert [one.name for one in recent(settings)] == ["a", "c", "b"]
    settings.put("workspace.recent", ["rubbish", {"name": "no path"}])
    assert recent(settings) == ()


def test_the_start_screen_opens_one_of_late_with_a_press(qtbot, run, crm_file, settings) -> None:
    note(settings, crm_file, "Sales team 1")
    running = run()
    lately = running._start.findChild(RecentList)
    press(qtbot, buttons(lately)["Sales team 1"])
    qtbot.waitUntil(lambda: running.context is not None)
    assert running.context.workspace.path == crm_file


def test_the_menu_switches_to_another_workspace(qtbot, run, crm_file, locked_file, settings) -> None:
    note(settings, locked_file, "Locked")
    running = run(crm_file)
    entries = {action.text(): action for action in running.window.frame.top.me.menu().actions()}
    assert "Sales team 1" not in entries
    entries["Locked"].trigger()
    qtbot.waitUntil(lambda: isinstance(running._start and running._start.page(), UnlockForm))
    qtbot.keyClicks(running._start.page().findChild(QLineEdit, "passphrase"), WORDS)
    running._start.page().answer()
    qtbot.waitUntil(lambda: running.context is not None)
    assert running.context.workspace.name == "Locked"
    assert [one.name for one in recent(settings)] == ["Locked", "Sales team 1"]


def test_one_that_is_open_elsewhere_says_so(qtbot, run, crm_file, secrets) -> None:
    with open_workspace(crm_file, secrets=secrets).closing():
        running = run()
        running.open_file(crm_file, None)
        qtbot.waitUntil(lambda: running.window.findChild(ErrorDialog) is not None)
        told = [label.text() for label in running.window.findChild(ErrorDialog).findChildren(QLabel)]
        assert "The workspace is open elsewhere" in told
        running.window.findChild(ErrorDialog).close()
    assert running.context is None


# a damaged one


def test_a_damaged_file_offers_its_backups_and_one_press_brings_it_back(qtbot, run, crm_file, backed_up) -> None:
    crm_file.write_bytes(crm_file.read_bytes()[:-4096])
    running = run()
    running.open_file(crm_file, None)
    qtbot.waitUntil(lambda: isinstance(running._start.page(), RestoreForm))
    form = running._start.page()
    assert "The workspace file is damaged" in [label.text() for label in form.findChildren(QLabel)]
    qtbot.waitUntil(lambda: form.findChild(QPushButton, str(backed_up.path)) is not None)
    press(qtbot, form.findChild(QPushButton, str(backed_up.path)))
    qtbot.waitUntil(lambda: running.context is not None)
    assert names(running.context.workspace) == {"한빛그룹", "한빛전자"}
    assert {one.kind.value for one in backups.backups_of(crm_file)} == {"hand", "aside"}


def test_one_of_late_that_is_gone_offers_its_backups_too(qtbot, run, crm_file, backed_up, settings) -> None:
    note(settings, crm_file, "Sales team 1")
    crm_file.unlink()
    running = run()
    running.open_file(crm_file, None)
    qtbot.waitUntil(lambda: isinstance(running._start.page(), RestoreForm))
    assert "The workspace was not found" in [label.text() for label in running._start.page().findChildren(QLabel)]


def test_a_backup_with_a_passphrase_asks_for_it(qtbot, run, locked_file, secrets) -> None:
    with open_workspace(locked_file, passphrase=WORDS, secrets=secrets).closing() as workspace:
        made = backups.make(workspace)
    running = run()
    running._start.ask_backup(str(locked_file))
    running._start.want_backup(str(made.path))
    qtbot.waitUntil(lambda: isinstance(running._start.page(), UnlockForm))
    for words in ("wrong words", WORDS):
        qtbot.keyClicks(running._start.page().findChild(QLineEdit, "passphrase"), words)
        page = running._start.page()
        page.answer()
        qtbot.waitUntil(lambda: running._start is None or isinstance(running._start.page(), UnlockForm))
    qtbot.waitUntil(lambda: running.context is not None)
    assert running.context.workspace.has_passphrase


def test_without_backups_it_says_so_and_the_ways_in_are_one_key_away(qtbot, run, tmp_path) -> None:
    running = run()
    running._start.ask_backup(str(tmp_path / "none.crm"))
    form = running._start.page()
    qtbot.waitUntil(form.empty.isVisible)
    qtbot.keyClick(form, Qt.Key.Key_Escape)
    assert running._start.page() is running._start.tiles


# the locked screen


def test_locking_covers_everything_and_unlocking_brings_back_what_was_typed(qtbot, run, locked_file, secrets) -> None:
    running = run()
    running.open_file(locked_file, WORDS)
    qtbot.waitUntil(lambda: running.context is not None)
    search = running.window.frame.top.search
    qtbot.keyClicks(search, "half a wor")
    dialog = QDialog(running.window)
    dialog.open()
    running.context.preferences.lock_wanted.emit()
    screen = running.window.findChild(LockScreen)
    assert screen.isVisible()
    assert not running.window.frame.isVisible()
    assert not dialog.isVisible()
    for words in ("wrong words", WORDS):
        line = screen.findChild(QLineEdit, "passphrase")
        line.clear()
        qtbot.keyClicks(line, words)
        qtbot.keyClick(line, Qt.Key.Key_Return)
        qtbot.waitUntil(lambda: not running._lock.is_locked or bool(screen.form.word()))
        assert running._lock.is_locked == (words != WORDS)
    assert running.window.frame.isVisible()
    assert dialog.isVisible()
    assert search.text() == "half a wor"
    dialog.close()


def test_no_shortcut_reaches_through_the_locked_screen(qtbot, run, crm_file) -> None:
    running = run(crm_file)
    here = running.context.routes.here
    running._lock.lock()
    qtbot.keyClick(running.window, Qt.Key.Key_Comma, Qt.KeyboardModifier.ControlModifier)
    qtbot.keyClick(running.window, "z", Qt.KeyboardModifier.ControlModifier)
    assert running.context.routes.here == here
    running.window.findChild(LockScreen).form.answer()
    qtbot.waitUntil(lambda: not running._lock.is_locked)


def test_it_locks_after_the_chosen_time_and_a_touch_puts_it_off(qtbot, run, crm_file, settings, monkeypatch) -> None:
    running = run(crm_file)
    lock = running._lock
    assert not lock._timer.isActive()
    running.context.preferences.lock_after_wanted.emit(15)
    assert settings.get(AFTER) == 15
    assert lock._timer.interval() == 15 * 60_000
    before = lock._touched
    monkeypatch.setattr("desktop_crm.ui.shell.idle_lock.time.time", lambda: before + 60)
    qtbot.keyClick(running.window, Qt.Key.Key_Shift)
    assert lock._touched == before + 60
    monkeypatch.setattr("desktop_crm.ui.shell.idle_lock.time.time", lambda: before + 60 + 16 * 60)
    qtbot.keyClick(running.window, Qt.Key.Key_Shift)  # the first touch after the machine slept
    assert lock.is_locked
    monkeypatch.undo()
    running.window.findChild(LockScreen).form.answer()
    qtbot.waitUntil(lambda: not lock.is_locked)
    lock._timer.timeout.emit()
    assert lock.is_locked
    running.context.preferences.lock_after_wanted.emit(0)


def test_closing_while_locked_leaves_nothing_behind(qtbot, run, crm_file) -> None:
    running = run(crm_file)
    running._lock.lock()
    running.leave()
    assert running._lock is None
    assert running._start.isVisible()
    assert QApplication.activePopupWidget() is None


# a file replaced under the open window


def test_the_file_is_replaced_and_opened_again_also_when_it_failed(qtbot, run, crm_file) -> None:
    running = run(crm_file)
    seen = []
    running.context.preferences.replacing_wanted.emit(Replacing(act=lambda: seen.append(crm_file), words="…"))
    qtbot.waitUntil(lambda: running.context is None)
    qtbot.waitUntil(lambda: running.context is not None)
    assert seen == [crm_file]

    def fails() -> None:
        raise Trouble("disk.full", file="x")

    running.context.preferences.replacing_wanted.emit(Replacing(act=fails, words="…"))
    qtbot.waitUntil(lambda: running.window.findChild(ErrorDialog) is not None)
    qtbot.waitUntil(lambda: running.context is not None)
    running.window.findChild(ErrorDialog).close()


# the daily backup


def test_the_daily_backup_is_made_beside_the_work(qtbot, run, crm_file) -> None:
    running = run(crm_file)
    assert running._daily._timer.isActive()
    running._daily.begin()
    qtbot.waitUntil(lambda: running._daily._timer.interval() == daily_backup.AGAIN_MS)
    assert [one.kind.value for one in backups.backups_of(crm_file)] == ["daily"]


def test_one_that_cannot_be_made_is_told_once(qtbot, run, crm_file, monkeypatch) -> None:
    running = run(crm_file)
    told = []
    running.context.reporter.reported.disconnect(running.window.show_report)
    running.context.reporter.reported.connect(told.append)

    def full(_workspace, _settings):
        raise Trouble("disk.full", file="x")

    monkeypatch.setattr(daily_backup, "make_daily", full)
    for _ in range(2):
        running._daily._timer.stop()
        running._daily.begin()
        qtbot.waitUntil(running._daily._timer.isActive)
    assert [report.title for report in told] == ["The disk is full"]


@pytest.mark.parametrize(("language", "scheme"), both_ways())
def test_the_screens_open_in_both_languages_and_themes(qtbot, qapp, context, show, tmp_path, language, scheme) -> None:
    i18n.use(language)
    Theme(qapp, scheme)
    for screen in (RestoreForm(context.lanes, tmp_path / "w.crm"), LockScreen(context.workspace, context.lanes)):
        assert not show(screen, 560, 400).grab().isNull()
