"""The help: a page for every page of the app in both languages, links and pictures that are there, F1 everywhere."""

from __future__ import annotations

import ast
import re

import pytest
from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QImage, QTextDocument
from PySide6.QtWidgets import QApplication, QDialog

from desktop_crm import bootstrap, i18n
from desktop_crm.foundation.paths import resources
from desktop_crm.ui.shell.help_window import FIRST, LAST, PICTURE_WIDTH, HelpBrowser, HelpWindow, title_of
from desktop_crm.ui.widgets.help_key import explained_by
from tests.support.source_tree import ROOT

KEYS = tuple(row.key for row in bootstrap.pages())
LANGUAGES = ("ko", "en")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("key", [*KEYS, FIRST, *LAST])
def test_every_page_has_help_with_a_heading_and_a_few_lines(language, key) -> None:
    lines = resources("help", language, f"{key}.md").read_text(encoding="utf-8").splitlines()
    assert lines[0].startswith("# ")
    assert 3 <= len(lines) <= 30
    assert bool(re.search("[가-힣]", "".join(lines[1:]).replace("ㅎㅂㅈㅈ", ""))) == (language == "ko")


@pytest.mark.parametrize("language", LANGUAGES)
def test_links_and_pictures_are_there_and_none_is_left_over(language) -> None:
    folder = resources("help", language)
    text = "".join(page.read_text(encoding="utf-8") for page in folder.glob("*.md"))
    named = set(re.findall(r"\]\(([^)]+)\)", text))
    assert {name for name in named if not (folder / name).is_file()} == set()
    assert {one.name for one in folder.glob("*.png")} == {name for name in named if name.endswith(".png")}


@pytest.mark.parametrize("language", LANGUAGES)
def test_titles_are_those_of_the_navigation(language) -> None:
    i18n.use(language)
    assert {row.key: row.title for row in bootstrap.pages()} == {
        row.key: title_of(row.key) for row in bootstrap.pages()
    }


def test_both_languages_say_the_same_things() -> None:
    for page in resources("help", "ko").glob("*.md"):
        other = resources("help", "en", page.name).read_text(encoding="utf-8")
        mine = page.read_text(encoding="utf-8")
        for sign in (r"(?m)^- ", r"(?m)^\d\. ", r"(?m)^\| ", r"\]\(", r"\.png"):
            assert len(re.findall(sign, mine)) == len(re.findall(sign, other)), (page.name, sign)


def test_f1_opens_the_help_of_the_page_one_is_on(qtbot, run, crm_file) -> None:
    running = run(crm_file)
    window = running.window
    for key in KEYS:
        running.context.routes.go(key)
        window.activateWindow()
        qtbot.waitUntil(window.isActiveWindow)
        qtbot.keyClick(window, Qt.Key.Key_F1)
        qtbot.waitUntil(lambda: window.frame._help is not None and window.frame._help.isVisible())
        assert window.frame._help.topic() == key
        window.frame._help.close()


def test_the_help_follows_links_and_escape_closes_it(qtbot, run, crm_file) -> None:
    running = run(crm_file)
    running.window.frame.show_help()
    shown = running.window.frame._help
    qtbot.waitUntil(shown.isVisible)
    shown.show_topic("start")
    shown.page.anchorClicked.emit(QUrl("import.md"))
    assert shown.topic() == "import"
    assert "dry run" in shown.page.toPlainText()
    shown.show_topic("no such page")
    assert shown.topic() == "start"
    qtbot.keyClick(shown, Qt.Key.Key_Escape)
    assert not shown.isVisible()


def test_another_language_brings_another_help(qtbot, run, crm_file) -> None:
    running = run(crm_file)
    running.window.frame.show_help()
    running.window.use_language("ko")
    qtbot.waitUntil(lambda: running.window.frame._help is None)
    running.window.frame.show_help()
    assert running.window.frame._help.windowTitle() == "도움말"
    assert running.window.frame._help.page.toPlainText().startswith("계정")


def test_the_page_has_the_apps_type_and_pictures_fit(qtbot, theme) -> None:
    browser = HelpBrowser()
    qtbot.addWidget(browser)
    browser.resize(700, 500)
    browser.show_page(resources("help", "en", "account.md"))
    html = browser.toHtml()
    assert "xx-large" not in html
    kind = QTextDocument.ResourceType.ImageResource.value
    picture = browser.loadResource(kind, QUrl("account.png"))
    assert isinstance(picture, QImage)
    assert picture.width() / picture.devicePixelRatio() == PICTURE_WIDTH
    assert browser.document().idealWidth() <= 700


def test_everything_in_the_window_has_a_name(qtbot, theme) -> None:
    window = HelpWindow(KEYS)
    qtbot.addWidget(window)
    window.show_topic("quote")
    assert window.contents.accessibleName()
    assert window.page.accessibleName()
    assert window.contents.count() == len(KEYS) + 1 + len(LAST)
    assert QApplication.instance() is not None


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_sign_of_markdown_is_left_over_in_what_is_shown(qapp, language) -> None:
    for page in resources("help", language).glob("*.md"):
        shown = QTextDocument()
        shown.setMarkdown(page.read_text(encoding="utf-8"))
        assert not re.search(r"\*\*|\]\(|^#", shown.toPlainText()), page.name


def dialogs() -> list[tuple[str, str, str]]:
    """Every dialog of the app: its module, its name, and what it gives to `explained_by`."""
    found = []
    for path in sorted((ROOT / "desktop_crm" / "ui").rglob("*.py")):
        for made in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(made, ast.ClassDef) and any(ast.unparse(base) == "QDialog" for base in made.bases):
                topics = re.findall(r"explained_by\(self, (.+?)\)", ast.unparse(made))
                found.append((path.name, made.name, topics[0] if topics else ""))
    return found


def test_every_dialog_has_its_page_of_the_help() -> None:
    told = {name: topic for _, name, topic in dialogs() if name != "HelpWindow"}
    assert len(told) > 10
    assert {name for name, topic in told.items() if not topic} == set()
    known = {FIRST, *KEYS, *LAST}
    given = {"entity", "topic"}  # by who opens the dialog
    assert {topic for topic in told.values() if topic not in given and ast.literal_eval(topic) not in known} == set()
    opened = {
        ast.literal_eval(call.args[1])
        for path in (ROOT / "desktop_crm" / "ui").rglob("*.py")
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(call, ast.Call) and ast.unparse(call.func) == "FormDialog"
    }
    assert {"sync", "backups"} <= opened <= known


@pytest.mark.parametrize("modal", [True, False])
def test_f1_in_a_dialog_opens_its_own_page_which_can_be_used_while_the_dialog_waits(
    qtbot, run, crm_file, modal
) -> None:
    running = run(crm_file)
    dialog = QDialog(running.window.frame.pages)
    explained_by(dialog, "filters")
    dialog.setModal(modal)
    dialog.show()
    dialog.activateWindow()
    qtbot.waitUntil(dialog.isActiveWindow)
    qtbot.keyClick(dialog, Qt.Key.Key_F1)
    qtbot.waitUntil(lambda: any(one.isVisible() for one in dialog.findChildren(HelpWindow)))
    (shown,) = dialog.findChildren(HelpWindow)
    assert shown.topic() == "filters"
    shown.activateWindow()
    qtbot.waitUntil(shown.isActiveWindow)
    qtbot.keyClick(shown, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: not dialog.findChildren(HelpWindow))
    assert dialog.isVisible()
    dialog.close()


def test_f1_in_a_dialog_of_the_window_itself(qtbot, run, crm_file) -> None:
    running = run(crm_file)
    dialog = QDialog(running.window)
    explained_by(dialog, "problems")
    dialog.show()
    dialog.activateWindow()
    qtbot.waitUntil(dialog.isActiveWindow)
    qtbot.keyClick(dialog, Qt.Key.Key_F1)
    qtbot.waitUntil(lambda: [one.topic() for one in dialog.findChildren(HelpWindow)] == ["problems"])
    dialog.findChildren(HelpWindow)[0].close()
    dialog.close()
