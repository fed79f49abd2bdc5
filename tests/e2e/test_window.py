"""The window over what the terminal made, and the terminal over what the window made: one file, real keys and clicks."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit

from desktop_crm import bootstrap, i18n
from desktop_crm.foundation.settings import Settings
from desktop_crm.services import stakeholders
from desktop_crm.services.workspace import Workspace, open_workspace
from desktop_crm.ui.quotes.model import Column
from desktop_crm.ui.shell.application import Opening, Running
from tests.support.terminal import PASSPHRASE, Laptop

pytestmark = pytest.mark.timeout(600)
CTRL = Qt.KeyboardModifier.ControlModifier
CUSTOMERS = (("회사명", "모회사", "업종"), ("가온소재", "", "소재"), ("가온소재 울산공장", "가온소재", "소재"))
LINES = (
    ("name", "unit", "quantity", "unit_price", "discount_percent", "section"),
    ("진공 펌프", "EA", "4", "12800000", "5", "설비"),
    ("설치", "식", "1", "9000000", "", "용역"),
)


@pytest.fixture
def laptop(tmp_path: Path) -> Laptop:
    """A laptop with two accounts and an issued quote, all made from the terminal."""
    made = Laptop.at(tmp_path / "laptop")
    assert made.run("init", made.workspace, "--name", "Window", "--currency", "KRW").returncode == 0
    made.ask("import", written(made.home / "customers.csv", CUSTOMERS, "cp949"), "--kind", "accounts")
    lines = written(made.home / "lines.csv", LINES, "utf-8")
    quote = made.ask("quote", "new", "--account", "가온소재", "--lines", lines)
    made.ask("quote", "issue", quote["number"])
    return made


def written(path: Path, rows: tuple[tuple[str, ...], ...], encoding: str) -> Path:
    with path.open("w", encoding=encoding, newline="") as file:
        csv.writer(file).writerows(rows)
    return path


@pytest.fixture
def start(qtbot, qapp, tmp_path: Path) -> Iterator[Callable[[Path], Running]]:
    """`start(file)` opens the app on it; it is closed, and the file given back, by `close_app`."""
    started: list[Running] = []
    before = i18n.current()

    def opened(file: Path, _passphrase: str | None) -> Workspace:
        return open_workspace(file, passphrase=PASSPHRASE)

    def begin(file: Path) -> Running:
        settings = Settings(tmp_path / "settings.json")
        settings.put("language", "en")
        running = Running(qapp, settings, bootstrap.pages, Opening(open_file=opened, make=bootstrap.make))
        started.append(running)
        running.begin(file)
        qtbot.waitExposed(running.window)
        qtbot.waitUntil(lambda: running.context is not None)
        return running

    yield begin
    for running in started:
        close_app(running)
        running.window.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    i18n.use(before)


def close_app(running: Running) -> None:
    running.window.close()
    running.stop()


def sought(qtbot, running: Running, text: str, title: str) -> None:
    """Ctrl+K, the words, Enter."""
    qtbot.keyClick(running.window, Qt.Key.Key_K, CTRL)
    field, palette = running.window.frame.top.search, running.window.frame.palette_
    qtbot.waitUntil(field.hasFocus)
    field.insert(text)
    first = 1  # below the head of its group
    qtbot.waitUntil(lambda: palette.entries.rowCount() > first and title in str(palette.entries.entry(first).title))
    qtbot.keyClick(field, Qt.Key.Key_Return)


def test_the_window_and_the_terminal_work_on_one_file(qtbot, laptop: Laptop, start: Callable[[Path], Running]) -> None:
    number = laptop.export("quotes")[0]["number"]
    running = start(laptop.workspace)
    frame = running.window.frame
    qtbot.waitUntil(lambda: frame.navigation.button("account").count_text() == "2")

    sought(qtbot, running, "ㄱㅇㅅㅈ ㅇㅅ", "가온소재 울산공장")
    assert running.context.routes.here.page == "account"

    sought(qtbot, running, number, number)
    qtbot.waitUntil(lambda: running.context.routes.here.page == "quote")
    builder = frame.pages.currentWidget().builder
    qtbot.waitUntil(lambda: builder.grid.lines.rowCount() > 4)
    builder.grid.setFocus()
    builder.grid.setCurrentIndex(builder.grid.lines.index(1, Column.QUANTITY))
    QTest.keyClicks(builder.grid, "6")
    (editor,) = (one for one in builder.grid.findChildren(QLineEdit) if one.isVisible())
    QTest.keyClick(editor, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: builder.editor.saved)
    with qtbot.waitSignal(builder.editor.issued):
        qtbot.mouseClick(builder.issue, Qt.MouseButton.LeftButton)

    close_app(running)
    shown = laptop.ask("quote", "show", number)
    assert shown["version"] == 2
    first = laptop.ask("quote", "show", number, "--version", 1)
    assert first["version"] == 1
    assert shown["totals"] != first["totals"]


def test_a_map_drawn_by_hand_is_in_the_file(qtbot, laptop: Laptop, start: Callable[[Path], Running]) -> None:
    account = next(row["id"] for row in laptop.export("accounts") if row["name"] == "가온소재")
    running = start(laptop.workspace)
    drawn = stakeholders.open_map(running.context.workspace, account_id=account).map_id
    running.context.routes.open("stakeholder_map", drawn)
    panel = running.window.frame.pages.currentWidget().panel
    qtbot.waitUntil(panel.stage.empty.isVisible)
    QTest.mouseClick(panel.stage.start, Qt.MouseButton.LeftButton)
    panel.stage.add_panel.line.insert("박서연")  # the test's keyboard types no Hangul
    qtbot.waitUntil(lambda: panel.stage.add_panel.list.count() > 0)
    QTest.keyClick(panel.stage.add_panel.line, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: len(stakeholders.view(running.context.workspace, drawn).nodes) == 1)

    qtbot.keyClick(running.window, Qt.Key.Key_Z, CTRL)
    qtbot.waitUntil(lambda: not stakeholders.view(running.context.workspace, drawn).nodes)
    qtbot.keyClick(running.window, Qt.Key.Key_Z, CTRL | Qt.KeyboardModifier.ShiftModifier)
    qtbot.waitUntil(lambda: len(stakeholders.view(running.context.workspace, drawn).nodes) == 1)

    close_app(running)
    assert [row["name"] for row in laptop.export("contacts")] == ["박서연"]
