"""The timeline on the screen: it grows as one scrolls, is narrowed, opens what it stands for, and follows changes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QAbstractItemModelTester

from desktop_crm import i18n
from desktop_crm.services import activities, records
from desktop_crm.ui.activities.stream_model import FIRST
from desktop_crm.ui.activities.stream_panel import StreamPanel
from desktop_crm.ui.contracts.page import contracts_page
from desktop_crm.ui.theme import Scheme
from tests.ui.conftest import both_ways

NOON = datetime(2026, 11, 23, 3, tzinfo=UTC)


@pytest.fixture
def account(workspace):
    made = records.create(workspace, "account", {"name": "한빛전자"}).id
    rows = [
        {
            "kind": ("visit", "call", "mail", "note")[n % 4],
            "subject": f"이야기 {n}",
            "body": "예산은 10월에 확정",
            "account_id": made,
            "occurred_at": NOON - timedelta(hours=n),
            "thread_id": "t" if n % 4 == 2 and n < 10 else None,
        }
        for n in range(150)
    ]
    with workspace.write("test") as work:
        work.bulk("activity", inserts=rows)
    return made


@pytest.fixture
def panel(context, show, qtbot, account):
    for entity in ("task", "activity", "account", "quote"):
        context.routes.register(entity, entity)
    made = show(StreamPanel(context, "account"), 520, 600)
    QAbstractItemModelTester(made.model, QAbstractItemModelTester.FailureReportingMode.Warning)
    made.show_row(account)
    qtbot.waitUntil(lambda: made.model.rowCount() >= FIRST)
    return made


def test_it_reads_a_screen_and_grows_to_its_end(panel, qtbot):
    assert panel.model.rowCount() < 150
    bar = panel.list.verticalScrollBar()

    def at_the_end():
        bar.setValue(bar.maximum())
        return panel.model.rowCount() == 150

    qtbot.waitUntil(at_the_end)
    assert panel.model.entry(149).title == "이야기 149"
    assert "2026" in panel._count.text()


def test_a_kind_words_and_exchanges_narrow_it(panel, qtbot):
    panel.sort.setCurrentIndex(panel.sort.findData("call"))
    panel.sort.activated.emit(panel.sort.currentIndex())
    qtbot.waitUntil(lambda: {panel.model.entry(n).sort for n in range(panel.model.rowCount())} == {"call"})
    panel.sort.setCurrentIndex(0)
    panel.search.setText("이야기 77")
    qtbot.waitUntil(lambda: panel.model.rowCount() == 1)
    panel.search.setText("없는 말")
    qtbot.waitUntil(panel._nothing.isVisible)
    panel.search.clear()
    panel.grouped.click()
    qtbot.waitUntil(lambda: panel.model.rowCount() >= FIRST and panel.model.entry(2).among == 2)
    panel.list.setCurrentIndex(panel.model.index(2))
    qtbot.keyClick(panel.list, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: panel.model.rowCount() == 2)
    panel.back.click()
    qtbot.waitUntil(lambda: panel.model.rowCount() >= FIRST)


def test_an_entry_opens_its_record(panel, qtbot, context):
    went = []
    context.routes.arrived.connect(went.append)
    for row in (0, 1):
        panel.list.setCurrentIndex(panel.model.index(row))
        qtbot.keyClick(panel.list, Qt.Key.Key_Return)
    assert [place.page for place in went] == ["visit", "activity"]


def test_what_is_written_down_appears(panel, qtbot, context, workspace, account):
    at = NOON + timedelta(days=1)
    context.lanes.write(lambda: activities.log(workspace, "note", "방금", account_id=account, occurred_at=at))
    qtbot.waitUntil(lambda: panel.model.entry(0).title == "방금")


def test_a_panel_of_a_list_has_it_as_a_tab(context, show, qtbot, workspace, account):
    contract = records.create(workspace, "contract", {"name": "유지보수", "account_id": account}).id
    page = show(contracts_page(context, (("Timeline", lambda given: StreamPanel(given, "contract")),)))
    page.panel.show_row(contract)
    assert not page.panel.findChildren(StreamPanel)
    page.panel._tabs.choice("own0").click()
    (shown,) = page.panel.findChildren(StreamPanel)
    qtbot.waitUntil(shown._nothing.isVisible)
    context.lanes.write(lambda: records.set_fields(workspace, "contract", contract, {"status": "active"}))
    qtbot.waitUntil(lambda: shown.model.rowCount() == 1)


@pytest.mark.parametrize(("language", "scheme"), both_ways())
def test_it_opens_in_both_languages_and_themes(context, theme, show, qtbot, account, language, scheme):
    theme.choose(Scheme(scheme))
    i18n.use(language)
    page = show(StreamPanel(context, "account"), 360, 500)
    page.show_row(account)
    qtbot.waitUntil(lambda: page.model.rowCount() > 0)
    assert not page.grab().isNull()
