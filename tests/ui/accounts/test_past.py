"""The tree and an account as of another day on screen, and values brought back by a press."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from PySide6.QtCore import QDate, Qt
from PySide6.QtWidgets import QCalendarWidget, QPushButton

from desktop_crm import i18n
from desktop_crm.foundation.clock import FixedClock
from desktop_crm.services import accounts, as_of, records
from desktop_crm.ui.accounts.model import NAME, OPEN
from desktop_crm.ui.accounts.past_panel import PastPanel
from desktop_crm.ui.accounts.past_tabs import TABS, PastAccount
from desktop_crm.ui.theme import Theme
from desktop_crm.ui.widgets.history_list import HistoryList
from tests.ui.conftest import both_ways


@pytest.fixture
def later(page, group, workspace, qtbot, outline, context):
    """Ten days later 구미사업장 was moved, renamed, and its deal grew."""
    outline()
    day = workspace.today()
    workspace.clock = FixedClock(workspace.clock.now() + timedelta(days=10))
    workspace.stamps._clock = workspace.clock
    context.lanes.write(lambda: accounts.move(workspace, [group["구미사업장"]], group["대양중공업"]))
    context.lanes.write(lambda: accounts.rename(workspace, group["구미사업장"], "구미공장"))
    context.lanes.write(lambda: records.set_fields(workspace, "account", group["구미사업장"], {"industry": "전자"}))
    outline(["대양중공업", "  구미공장", "한빛그룹", "  한빛전자", "  한빛화학"])
    return day


@pytest.fixture
def past(page, later, outline, qtbot):
    page.hierarchy.desk.show_day(later)
    outline(["대양중공업", "한빛그룹", "  한빛전자", "    구미사업장", "  한빛화학"])
    return page


def test_a_past_day_is_read_only_and_goes_back_to_today(past, group, outline, qtbot):
    assert past.model.index_of(group["한빛전자"], OPEN).data() == "₩310M"
    index = past.model.index_of(group["구미사업장"], NAME)
    assert not past.model.flags(index) & past.model.flags(index).ItemIsEditable
    assert not past.model.flags(index) & past.model.flags(index).ItemIsDragEnabled
    assert "read only" in past.hierarchy.hint.text()
    past.hierarchy.tools.now.click()
    outline(["대양중공업", "  구미공장", "한빛그룹", "  한빛전자", "  한빛화학"])
    assert not past.hierarchy.tools.now.isVisible()


def test_the_filter_works_on_a_past_day(past, qtbot):
    past.model.narrow("구미")
    qtbot.waitUntil(lambda: past.model.narrowed and past.model.rowCount() == 1)
    assert past.model.index(0, NAME).data() == "한빛그룹"


def test_a_day_is_chosen_in_the_calendar(page, later, qtbot):
    page.hierarchy.tools._ask_day()
    calendar = page.hierarchy.tools.findChild(QCalendarWidget)
    calendar.activated.emit(QDate(later.year, later.month, later.day))
    qtbot.waitUntil(lambda: page.hierarchy.desk.day == later)
    calendar.parent().close()


def panel_of(page, group, qtbot, name):
    page.tree.setCurrentIndex(page.model.index_of(group["한빛화학"]))
    page.tree.setCurrentIndex(page.model.index_of(group[name]))
    qtbot.waitUntil(lambda: isinstance(page.hierarchy.shown.currentWidget(), PastAccount))
    panel = page.hierarchy.shown.currentWidget()
    qtbot.waitUntil(
        lambda: any(
            "구미공장" in button.accessibleName() or button.toolTip() for button in panel.findChildren(QPushButton)
        )
    )
    return panel


def test_values_then_and_now_stand_side_by_side_and_one_is_brought_back(past, group, qtbot, workspace, context):
    panel = panel_of(past, group, qtbot, "구미사업장")
    wanted = "Bring Account name back to 구미사업장"
    qtbot.waitUntil(lambda: any(one.accessibleName() == wanted for one in panel.findChildren(QPushButton)))
    next(one for one in panel.findChildren(QPushButton) if one.accessibleName() == wanted).click()

    def fields():
        return records.get(workspace, "account", group["구미사업장"]).fields

    qtbot.waitUntil(lambda: fields()["name"] == "구미사업장")
    assert fields()["industry"] == "전자"
    whole = "Bring the whole record back"
    qtbot.waitUntil(lambda: any(one.text() == whole and one.isEnabled() for one in panel.findChildren(QPushButton)))
    next(one for one in panel.findChildren(QPushButton) if one.text() == whole).click()
    qtbot.waitUntil(lambda: fields()["industry"] is None)
    assert fields()["parent_id"] == group["한빛전자"]
    context.undo.undo()
    qtbot.waitUntil(lambda: fields()["industry"] == "전자")


@pytest.mark.parametrize(("language", "scheme"), both_ways())
def test_the_panel_in_both_languages_and_themes(language, scheme, qapp, context, workspace, group, show, qtbot):
    i18n.use(language)
    Theme(qapp, scheme)
    records.set_fields(workspace, "account", group["한빛화학"], {"annual_revenue": Decimal(5), "note": "말"})
    past = as_of.tree(workspace, workspace.today())
    panel = show(PastPanel(context))
    panel.show_account(past.by_id[group["한빛화학"]], past.day)
    qtbot.waitUntil(lambda: len(panel.findChildren(QPushButton)) == 1)
    assert not panel.findChildren(QPushButton)[0].isEnabled()
    assert panel.widget().width() <= panel.viewport().width()


def test_the_history_brings_a_value_or_the_whole_record_back(context, workspace, group, show, qtbot):
    account = group["한빛화학"]
    records.set_fields(workspace, "account", account, {"industry": "화학"})
    records.set_fields(workspace, "account", account, {"industry": "제약", "country": "KR"})
    made = show(HistoryList(context, "account"))
    made.show_row(account)

    def press(name):
        def found():
            return [one for one in made.findChildren(QPushButton) if one.accessibleName() == name]

        qtbot.waitUntil(lambda: bool(found()))
        found()[0].click()

    def fields():
        return records.get(workspace, "account", account).fields

    press("Bring Industry back to 화학")
    qtbot.waitUntil(lambda: fields()["industry"] == "화학")
    assert fields()["country"] == "KR"
    press("Bring Industry back to –")
    qtbot.waitUntil(lambda: fields()["industry"] is None)
    wholes = [one for one in made.findChildren(QPushButton) if one.accessibleName().startswith("Bring the whole")]
    wholes[-1].click()
    qtbot.waitUntil(lambda: fields()["country"] is None)


def test_the_tabs_of_the_account_show_what_it_had_then(past, later, group, workspace, qtbot, context):
    account = group["한빛전자"]
    deals = records.list_rows(
        workspace,
        "opportunity",
        records.ListQuery(filters=(records.Filter(field="account_id", test=records.Test.IS, value=account),)),
    ).records
    context.lanes.write(lambda: records.create(workspace, "contact", {"name": "나중", "account_id": account}))
    for deal in deals:
        context.lanes.write(lambda one=deal: records.set_fields(workspace, "opportunity", one.id, {"name": "새 이름"}))
    qtbot.waitUntil(lambda: records.count(workspace, "contact") >= 1)
    past.hierarchy._show_account(account)
    panel = past.findChild(PastAccount)
    assert panel is not None
    for key in TABS:
        qtbot.mouseClick(panel.tabs.choice(key), Qt.MouseButton.LeftButton)
    qtbot.mouseClick(panel.tabs.choice("opportunity"), Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: panel.model.rowCount() == len(deals))
    assert sorted(row[0] for row in panel.model.texts()) == sorted(str(one.fields["name"]) for one in deals)
    qtbot.mouseClick(panel.tabs.choice("contact"), Qt.MouseButton.LeftButton)
    qtbot.waitUntil(panel.empty.isVisible)
    qtbot.mouseClick(panel.tabs.choice("account"), Qt.MouseButton.LeftButton)
    assert panel.record.isVisible()
