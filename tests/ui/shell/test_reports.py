"""Faults in the app: the dialog, the file that is kept, the list of reports, and the safe start."""

from __future__ import annotations

import zipfile

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QMessageBox, QPushButton

from desktop_crm import bootstrap, i18n
from desktop_crm.foundation import reports
from desktop_crm.foundation.errors import Refusal
from desktop_crm.foundation.settings import SafeSettings, Settings
from desktop_crm.services.workspace import open_workspace
from desktop_crm.ui.runtime.reporter import ErrorReporter
from desktop_crm.ui.shell.application import Opening, Running, wants_safe_start
from desktop_crm.ui.shell.reports_dialog import ReportsDialog
from desktop_crm.ui.theme import Scheme
from desktop_crm.ui.widgets.error_dialog import ErrorDialog
from tests.ui.conftest import both_ways

SECRET = "한빛전자 480000000 minji@hanbit.example"


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("DESKTOP_CRM_HOME", str(tmp_path / "home"))


def fault() -> BaseException:
    try:
        int(SECRET)
    except ValueError as error:
        return error
    raise AssertionError


def told(error: BaseException):
    heard = []
    reporter = ErrorReporter()
    reporter.reported.connect(heard.append)
    reporter.report(error)
    return heard[0]


@pytest.mark.expect_log("bug")
def test_a_fault_is_kept_as_a_report_without_customer_data(theme, show) -> None:
    report = told(fault())
    assert reports.listed()[0].name == report.file
    assert not any(part in reports.read(report.file) for part in SECRET.split())
    dialog = show(ErrorDialog(report), 520, 400)
    assert not any(part in dialog.text() for part in SECRET.split())
    assert all((report.title, report.happened, report.kept, report.next_step, report.details))


def test_a_refusal_leaves_no_report(theme) -> None:
    assert told(Refusal("account.move.circle")).file == ""
    assert reports.listed() == ()


@pytest.mark.expect_log("bug")
@pytest.mark.parametrize(("language", "scheme"), both_ways())
def test_the_reports_are_listed_copied_and_handed_over(qtbot, show, theme, tmp_path, language, scheme) -> None:
    i18n.use(language)
    theme.choose(scheme)
    names = [told(fault()).file for _ in range(2)]
    dialog = show(ReportsDialog(ErrorReporter()), 760, 460)
    assert dialog.list.count() == 2
    assert dialog.text.toPlainText() == reports.read(names[1])
    qtbot.keyClick(dialog.list, Qt.Key.Key_Down)
    assert dialog.text.toPlainText() == reports.read(names[0])
    qtbot.mouseClick(dialog.copy, Qt.MouseButton.LeftButton)
    assert QGuiApplication.clipboard().text() == reports.read(names[0])
    dialog.save(tmp_path / "all.zip")
    assert str(tmp_path / "all.zip") in dialog.word.text()
    assert len(zipfile.ZipFile(tmp_path / "all.zip").namelist()) == 3


def test_a_place_that_cannot_be_written_is_told(qtbot, show, tmp_path, theme) -> None:
    reporter = ErrorReporter()
    dialog = show(ReportsDialog(reporter), 760, 460)
    assert not dialog.copy.isEnabled()
    with qtbot.waitSignal(reporter.reported) as heard:
        dialog.save(tmp_path / "absent" / "all.zip")
    assert heard.args[0].title == i18n.tr("The file cannot be written")


def test_one_failed_start_asks_nothing(qapp) -> None:
    assert not wants_safe_start(0)
    assert not wants_safe_start(1)


@pytest.mark.parametrize("safe", [True, False])
def test_after_two_failed_starts_a_safe_one_is_offered(qtbot, qapp, safe) -> None:
    seen = []

    def answer() -> None:
        box = QApplication.activeModalWidget()
        assert isinstance(box, QMessageBox)
        seen.append((box.text(), box.informativeText()))
        wanted = box.defaultButton() if safe else next(one for one in box.buttons() if one is not box.defaultButton())
        qtbot.mouseClick(wanted, Qt.MouseButton.LeftButton)

    QTimer.singleShot(0, answer)
    assert wants_safe_start(2) is safe
    assert all(seen[0])


def test_a_safe_start_looks_like_the_first_day_does_not_sync_and_says_so(
    qtbot, qapp, crm_file, secrets, tmp_path
) -> None:
    path = tmp_path / "settings.json"
    usual = Settings(path)
    for name, value in {"theme": "dark", "language": "ko", "window.page": "quote"}.items():
        usual.put(name, value)

    def opened(file, passphrase):
        return open_workspace(file, passphrase=passphrase, secrets=secrets)

    running = Running(qapp, SafeSettings(path), bootstrap.pages, Opening(open_file=opened, make=None))
    try:
        qtbot.addWidget(running.window)
        running.begin(crm_file)
        qtbot.waitUntil(lambda: running.context is not None)
        qtbot.waitUntil(running.window.frame.toast.isVisible)
        assert "안전 시작" in running.window.frame.toast.accessibleName()
        assert "안전 시작" in running.window.windowTitle()
        assert running.theme.scheme is Scheme.system
        assert running.context.routes.here.page == "account"
        assert running.context.sync.state.offline
    finally:
        running.window.close()
        running.stop()
    assert Settings(path).get("theme") == "dark"
    assert Settings(path).get("window.page") == "quote"


def test_the_reports_are_reached_from_the_palette_and_the_menu(qtbot, run, crm_file) -> None:
    running = run(crm_file)
    window = running.window
    (row,) = [row for row in window._actions if row.key == "reports"]
    texts = [action.text() for action in window.frame.top.me.menu().actions()]
    assert row.text in texts
    row.act()
    qtbot.waitUntil(lambda: isinstance(QApplication.activeWindow(), ReportsDialog) or bool(_dialogs()))
    dialog = _dialogs()[0]
    qtbot.mouseClick(dialog.findChildren(QPushButton)[-1], Qt.MouseButton.LeftButton)


def _dialogs() -> list[ReportsDialog]:
    return [one for one in QApplication.topLevelWidgets() if isinstance(one, ReportsDialog)]
