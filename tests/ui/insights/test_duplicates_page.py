"""The page of duplicates: looked through, chosen, merged, put aside, parted, with mouse and keys, in both languages and themes."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton, QScrollArea

from desktop_crm import i18n
from desktop_crm.services import records
from desktop_crm.services.duplicates import finding
from desktop_crm.services.duplicates.merging import merge
from desktop_crm.ui.insights.page import DuplicatesPage
from desktop_crm.ui.runtime.audit_runner import AuditRunner
from desktop_crm.ui.runtime.context import connected
from desktop_crm.ui.theme import Theme
from tests.ui.conftest import both_ways


def make(workspace, entity="account", **fields):
    return str(records.create(workspace, entity, fields).id)


def press(qtbot, widget, name=None):
    target = widget.findChild(QPushButton, name) if name else widget
    qtbot.mouseClick(target, Qt.MouseButton.LeftButton)


@pytest.fixture
def two(workspace):
    first = make(workspace, name="㈜한빛전자", phone="02-1234-5678", tags=("vip",))
    second = make(workspace, name="한빛 전자", phone="+82 2-1234-5678", industry="전자", tags=("수출",))
    make(workspace, "contact", name="김민준", account_id=second)
    return first, second


@pytest.fixture
def page(qtbot, show, context, two):
    made = show(DuplicatesPage(context))
    qtbot.waitUntil(made.audit.isVisible)
    return made


def looked_through(qtbot, page):
    press(qtbot, page.audit)
    qtbot.waitUntil(lambda: page.panel.sheet() is not None and not page.runner.under_way)
    return page


def test_all_are_looked_through_in_the_worker_and_the_find_is_shown(qtbot, page, two):
    looked_through(qtbot, page)
    line = page.model.line(0)
    assert set(line.ids) == set(two)
    assert line.likely == "99%"
    assert "Phone: the same" in line.why
    assert set(page.panel.sheet().ids) == set(two)


def test_a_press_takes_a_value_and_one_merges(qtbot, workspace, page, two):
    looked_through(qtbot, page)
    survivor = page.panel.survivor()
    other = next(one for one in two if one != survivor)
    at = page.panel.sheet().ids.index(other)
    press(qtbot, page.panel, f"name:{at}")
    assert page.panel.values()["tags"] == ("vip", "수출")
    name = records.get(workspace, "account", other).fields["name"]
    press(qtbot, page.panel.merge)
    qtbot.waitUntil(lambda: page.model.rowCount() == 0)
    assert records.get(workspace, "account", survivor).fields["name"] == name
    assert records.count(workspace, "account") == 1
    page._context.undo.undo()
    qtbot.waitUntil(lambda: page.model.rowCount() == 1)
    assert records.count(workspace, "account") == 2


def test_a_set_is_joined_until_one_is_pressed_and_again_after(qtbot, page):
    looked_through(qtbot, page)
    press(qtbot, page.panel, "tags:0")
    assert len(page.panel.values()["tags"]) == 1
    press(qtbot, page.panel, "tags:0")
    assert page.panel.values()["tags"] == ("vip", "수출")


def test_another_survivor_brings_its_values(qtbot, page):
    looked_through(qtbot, page)
    sheet = page.panel.sheet()
    other = next(one for one in sheet.ids if one != page.panel.survivor())
    page.panel.choose_survivor(other)
    name = next(row for row in sheet.rows if row.field == "name")
    assert page.panel.values()["name"] == name.values[sheet.ids.index(other)]
    assert page.panel.values()["industry"] == "전자"


def test_what_is_not_the_same_goes_from_the_list(qtbot, workspace, page):
    looked_through(qtbot, page)
    press(qtbot, page.panel.dismiss)
    qtbot.waitUntil(lambda: page.model.rowCount() == 0)
    assert finding.overview(workspace, "account").groups == ()
    assert records.count(workspace, "account") == 2


def test_an_audit_can_be_stopped(qtbot, context, two):
    runner = AuditRunner(context)
    with qtbot.waitSignal(runner.stopped):
        runner.start("account")
        runner.cancel()
    assert not runner.under_way
    with qtbot.waitSignal(runner.finished):
        runner.start("account")
    runner.deleteLater()


def test_a_merge_is_undone_from_the_list_after_saying_what_stays(qtbot, workspace, show, context, two):
    (one,) = merge(workspace, "account", two[0], [two[1]]).merges
    make(workspace, "opportunity", name="나중 건", account_id=two[0])
    page = show(DuplicatesPage(context))
    press(qtbot, page.kinds, "merges")
    qtbot.waitUntil(lambda: page.past.findChild(QPushButton, f"foresee:{one}") is not None)
    press(qtbot, page.past, f"foresee:{one}")
    qtbot.waitUntil(lambda: page.past.findChild(QPushButton, f"part:{one}") is not None)
    press(qtbot, page.past, f"part:{one}")
    qtbot.waitUntil(lambda: records.count(workspace, "account") == 2)


def test_a_shared_key_is_offered_without_an_audit(qtbot, workspace, show, context):
    for name in ("두빛화학", "DB Chemical"):
        make(workspace, name=name, business_registration_number="220-81-62517")
    page = show(DuplicatesPage(context))
    qtbot.waitUntil(lambda: page.model.rowCount() == 1)
    assert page.model.line(0).why == "Business registration no.: the same"


@pytest.mark.parametrize(("language", "scheme"), both_ways())
def test_it_opens_in_both_languages_and_themes(qtbot, qapp, show, workspace, settings, two, language, scheme):
    i18n.use(language)
    Theme(qapp, scheme)
    finding.audit(workspace, "account")
    context = connected(workspace, settings)
    page = show(DuplicatesPage(context))
    qtbot.waitUntil(lambda: page.panel.sheet() is not None)
    assert page.title() == ("중복 정리" if language == "ko" else "Duplicates")
    context.lanes.stop()


def test_chosen_records_stand_side_by_side_and_are_merged(qtbot, workspace, context, page):
    first, second = (make(workspace, "contact", name=name) for name in ("박하나", "이둘"))
    context.routes.register("duplicates", "duplicates")
    page.open_row(f"contact:{first},{second}")
    qtbot.waitUntil(lambda: page.panel.sheet() is not None and set(page.panel.sheet().ids) == {first, second})
    assert page.entity == "contact"
    assert (page.model.line(0).why, page.model.line(0).likely) == ("Chosen to be compared", "")
    press(qtbot, page.panel.merge)
    qtbot.waitUntil(lambda: page.model.rowCount() == 0)
    assert records.count(workspace, "contact") == 2


def test_a_list_sends_its_chosen_rows_there(qtbot, show, workspace, context, two):
    from desktop_crm.ui.widgets.record_list import ListSetup, RecordList
    from desktop_crm.ui.widgets.states import EmptyState

    shown = show(RecordList(context, ListSetup(entity="account"), EmptyState("", "", ())))
    shown.begin()
    qtbot.waitUntil(lambda: shown.table.records.whole and shown.table.records.total == 2)
    shown.table.selectAll()
    menu = shown.show_menu(shown.mapToGlobal(shown.rect().center()))
    (act,) = (one for one in menu.actions() if one.text() == "Merge the chosen rows…")
    assert act.isEnabled()
    gone = []
    context.routes.arrived.connect(gone.append)
    act.trigger()
    menu.close()
    qtbot.waitUntil(lambda: bool(gone))
    assert gone[0].page == "duplicates"
    entity, _, ids = gone[0].row_id.partition(":")
    assert (entity, set(ids.split(","))) == ("account", set(two))


def test_long_names_stand_side_by_side_and_whole_in_the_tip(qtbot, workspace, context, show):
    long = [f"{name} {'아주 긴 이름 ' * 30}".strip() for name in ("㈜한빛전자", "한빛전자 주식회사")]
    made = [make(workspace, name=name, note=name, phone="02-1234-5678") for name in long]
    page = show(DuplicatesPage(context), 1080, 700)
    context.routes.register("duplicates", "duplicates")
    page.open_row(f"account:{','.join(made)}")
    qtbot.waitUntil(lambda: page.panel.sheet() is not None)
    cells = [page.panel.findChild(QPushButton, f"name:{at}") for at in range(2)]
    assert all(cell.text().endswith("…") for cell in cells)
    assert long[0] in {cell.toolTip().partition(": ")[2] for cell in cells}
    area = page.panel.findChild(QScrollArea)
    qtbot.waitUntil(lambda: area.horizontalScrollBar().maximum() == 0)
