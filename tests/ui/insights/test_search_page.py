"""The search page: words and filters typed by keys, hits opened, files read while one looks, both looks."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QAbstractItemModelTester
from PySide6.QtWidgets import QLabel

from desktop_crm import i18n
from desktop_crm.services import activities, blobs, records
from desktop_crm.ui.insights.search_page import SearchPage
from desktop_crm.ui.theme import Scheme
from tests.ui.conftest import both_ways

NOON = datetime(2026, 11, 20, 3, tzinfo=UTC)


@pytest.fixture
def account(workspace):
    made = records.create(workspace, "account", {"name": "Hanbit"}).id
    activities.log(workspace, "note", "talk", body="the budget is fixed in October", occurred_at=NOON, account_id=made)
    activities.log(workspace, "visit", "plant", body="budget talk", occurred_at=NOON, account_id=made)
    digest = blobs.put(workspace, b"capacity of the budget line", "text/plain")
    fields = {"name": "plan.txt", "account_id": made, "content": digest, "added_at": NOON}
    records.create(workspace, "attachment", fields)
    return made


@pytest.fixture
def page(context, show, qtbot, account):
    for entity in ("activity", "account", "attachment"):
        context.routes.register(entity, entity)
    made = show(SearchPage(context), 900, 600)
    QAbstractItemModelTester(made.model, QAbstractItemModelTester.FailureReportingMode.Warning)
    return made


def titles(page):
    return [page.model.found(row).title for row in range(page.model.rowCount())]


def test_words_and_filters_are_typed_and_a_hit_is_opened(page, qtbot, context):
    page.field.setFocus()
    qtbot.keyClicks(page.field, "budget kind:note")
    qtbot.waitUntil(lambda: titles(page) == ["talk"])
    assert "Kind: note" in [label.text() for label in page.chips.findChildren(QLabel)]
    assert "1 hit" in page.header._subtitle.whole()
    went = []
    context.routes.arrived.connect(went.append)
    page.list.setCurrentIndex(page.model.index(0))
    qtbot.keyClick(page.list, Qt.Key.Key_Return)
    page.open_row("plant")
    qtbot.waitUntil(lambda: titles(page) == ["plant"])
    page.list.setCurrentIndex(page.model.index(0))
    qtbot.keyClick(page.list, Qt.Key.Key_Return)
    assert [place.page for place in went] == ["activity", "visit"]
    page.field.clear()
    qtbot.waitUntil(lambda: not page.chips.isVisible())


def test_files_are_read_while_the_page_is_open(page, qtbot):
    def found():
        page.open_row("capacity")
        return titles(page) == ["plan.txt"]

    qtbot.waitUntil(found)
    page.open_row("nowhere to be found")
    qtbot.waitUntil(lambda: page._word.isVisible() and not titles(page))


@pytest.mark.parametrize(("language", "scheme"), both_ways())
def test_it_opens_in_both_languages_and_themes(context, theme, show, qtbot, account, language, scheme):
    theme.choose(Scheme(scheme))
    i18n.use(language)
    page = show(SearchPage(context), 900, 600)
    page.open_row("budget amount:<1억 after:지난달")
    qtbot.waitUntil(page.chips.isVisible)
    page.open_row("budget")
    qtbot.waitUntil(lambda: len(titles(page)) >= 2)
    assert not page.grab().isNull()
