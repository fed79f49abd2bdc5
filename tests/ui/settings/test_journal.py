"""The journal page: what was done, newest first, a button to undo or redo each, or the reason why not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QPushButton

from desktop_crm import i18n
from desktop_crm.services import accounts, records
from desktop_crm.ui.settings.journal import JournalPage
from desktop_crm.ui.theme import Theme
from desktop_crm.ui.widgets.labels import ElidedLabel
from tests.ui.conftest import both_ways


@dataclass
class Hand:
    """Does acts through the page's own stack and waits for the page."""

    qtbot: Any
    context: Any
    page: Any

    def do(self, fn):
        done = []
        self.context.undo.run("x", fn, done.append)
        self.qtbot.waitUntil(lambda: bool(done))
        return done[0]

    def acts(self) -> list[str]:
        return [one.whole() for one in self.page._area.findChildren(ElidedLabel)]

    def shows(self, *texts: str) -> None:
        self.qtbot.waitUntil(lambda: self.acts() == list(texts))

    def buttons(self) -> list[QPushButton]:
        return [one for one in self.page.findChildren(QPushButton) if one.objectName().startswith("turn:")]


@pytest.fixture
def hand(qtbot, context, show) -> Hand:
    return Hand(qtbot, context, show(JournalPage(context)))


def test_an_empty_journal_says_what_belongs_here(hand) -> None:
    hand.qtbot.waitUntil(hand.page.states.empty.isVisible)
    assert not hand.page.undo_last.isEnabled()
    assert not hand.page.redo_last.isEnabled()


def test_acts_are_listed_and_any_of_them_undone(hand, workspace) -> None:
    one = hand.do(lambda: accounts.create(workspace, "한빛전자")).id
    hand.do(lambda: records.set_fields(workspace, "account", one, {"phone": "1"}))
    hand.do(lambda: records.set_fields(workspace, "account", one, {"industry": "전자"}))
    texts = ("Edit account: 한빛전자 – Industry", "Edit account: 한빛전자 – Phone", "New account: 한빛전자")
    hand.shows(*texts)
    hand.qtbot.waitUntil(lambda: len(hand.buttons()) == 2)
    assert any("changed later" in label.text() for label in hand.page.findChildren(QLabel))
    middle = next(one for one in hand.buttons() if one.accessibleName() == f"Undo: {texts[1]}")
    middle.setFocus()
    name = middle.objectName()
    hand.qtbot.keyClick(middle, Qt.Key.Key_Space)
    hand.qtbot.waitUntil(lambda: records.get(workspace, "account", one).fields["phone"] is None)
    hand.qtbot.waitUntil(lambda: any(b.accessibleName() == f"Redo: {texts[1]}" for b in hand.buttons()))
    assert hand.page.focusWidget().objectName() == name
    again = next(b for b in hand.buttons() if b.accessibleName() == f"Redo: {texts[1]}")
    hand.qtbot.mouseClick(again, Qt.MouseButton.LeftButton)
    hand.qtbot.waitUntil(lambda: records.get(workspace, "account", one).fields["phone"] == "1")


def test_the_head_undoes_and_redoes_the_last(hand, workspace) -> None:
    hand.do(lambda: accounts.create(workspace, "한빛전자"))
    hand.qtbot.waitUntil(hand.page.undo_last.isEnabled)
    hand.qtbot.mouseClick(hand.page.undo_last, Qt.MouseButton.LeftButton)
    hand.qtbot.waitUntil(lambda: records.count(workspace, "account") == 0)
    hand.qtbot.waitUntil(hand.page.redo_last.isEnabled)
    hand.qtbot.mouseClick(hand.page.redo_last, Qt.MouseButton.LeftButton)
    hand.qtbot.waitUntil(lambda: records.count(workspace, "account") == 1)


def test_what_is_written_past_the_stack_is_an_act_too(hand, context, workspace) -> None:
    hand.do(lambda: accounts.create(workspace, "한빛전자"))
    context.lanes.write(lambda: accounts.create(workspace, "대양"))
    hand.shows("New account: 대양", "New account: 한빛전자")
    hand.qtbot.waitUntil(lambda: context.undo.count() == 2)
    assert context.undo.next_undo() == "New account: 대양"


@pytest.mark.parametrize(("language", "scheme"), both_ways())
def test_it_opens_in_both_languages_and_themes(qtbot, context, show, theme: Theme, workspace, language, scheme) -> None:
    theme.choose(scheme)
    i18n.use(language)
    context.undo.restore()
    accounts.create(workspace, "한빛전자")
    page = show(JournalPage(context))
    words = {"ko": "새 계정: 한빛전자", "en": "New account: 한빛전자"}[language]
    qtbot.waitUntil(lambda: [one.whole() for one in page._area.findChildren(ElidedLabel)] == [words])
    assert page.title() == {"ko": "작업 내역", "en": "Journal"}[language]
