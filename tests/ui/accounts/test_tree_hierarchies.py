"""The tree in other hierarchies: switching, several places, circles, moves and their trial, columns, and opening everything."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QAbstractItemModelTester

from desktop_crm.services import accounts, hierarchies, rates, records
from desktop_crm.ui.accounts.delegate import badge
from desktop_crm.ui.accounts.model import CONTRACTS, KEYS, LAST, NAME, NODE_ROLE, OPEN, PEOPLE, QUOTES, WON_YEAR
from desktop_crm.ui.accounts.page import AccountsPage
from desktop_crm.ui.accounts.placing import PlaceDialog
from desktop_crm.ui.accounts.tree_columns import SHOWN, SORTED
from desktop_crm.ui.accounts.trying import TryDialog

OWN = "ownership"


@pytest.fixture
def owned(workspace, group):
    """한빛전자 and 한빛화학 hold each other and both hold 구미사업장; 대양중공업 holds 한빛전자."""
    for below, above, percent in (
        ("한빛화학", "한빛전자", "21.5"),
        ("한빛전자", "한빛화학", "5"),
        ("구미사업장", "한빛전자", "60"),
        ("구미사업장", "한빛화학", "40"),
        ("한빛전자", "대양중공업", "33.3"),
    ):
        hierarchies.link(workspace, OWN, group[below], group[above], Decimal(percent))
    return group


@pytest.fixture
def beside(page, owned, qtbot):
    page.hierarchy.desk.show_hierarchy(OWN)
    qtbot.waitUntil(lambda: [row.data() for row in top(page)] == ["대양중공업"])
    return page


def top(page, parent=None):
    index = page.tree.rootIndex() if parent is None else parent
    return [page.model.index(row, NAME, index) for row in range(page.model.rowCount(index))]


def opened(page, qtbot, *way):
    """The children of the account at the end of a way of names."""
    index = page.tree.rootIndex()
    for name in way:
        qtbot.waitUntil(lambda at=index, wanted=name: any(one.data() == wanted for one in top(page, at)))
        index = next(one for one in top(page, index) if one.data() == name)
        page.tree.expand(index)
        qtbot.waitUntil(lambda at=index: page.model.rowCount(at) > 0)
    return top(page, index)


def test_the_switch_shows_another_hierarchy_and_is_remembered(beside, qtbot, context):
    tester = QAbstractItemModelTester(beside.model, QAbstractItemModelTester.FailureReportingMode.Warning)
    assert beside.hierarchy.tools.which.text() == "Legal ownership"
    assert {one.data() for one in opened(beside, qtbot, "대양중공업", "한빛전자")} == {"한빛화학", "구미사업장"}
    again = AccountsPage(context)
    qtbot.addWidget(again)
    assert again.hierarchy.desk.beside == OWN
    action = next(one for one in beside.hierarchy.tools.which.menu().actions() if one.text() == "Home tree")
    action.trigger()
    qtbot.waitUntil(lambda: beside.model.rowCount() == 2)
    assert tester.model() is beside.model


def test_a_circle_ends_the_way_down_and_says_so(beside, qtbot):
    below = opened(beside, qtbot, "대양중공업", "한빛전자", "한빛화학")
    words = {one.data(): badge(one.data(NODE_ROLE))[0] for one in below}
    assert words == {"한빛전자": "Circle", "구미사업장": "40% · 2 owners"}
    closing = next(one for one in below if one.data() == "한빛전자")
    assert not beside.model.hasChildren(closing)


def test_a_drop_takes_one_place_along_and_leaves_the_other(beside, owned, qtbot, workspace, context):
    place = next(one for one in opened(beside, qtbot, "대양중공업", "한빛전자") if one.data() == "구미사업장")
    target = beside.model.index_of(owned["대양중공업"])
    beside.model.dropMimeData(beside.model.mimeData([place]), Qt.DropAction.MoveAction, -1, -1, target)

    def owners():
        found = hierarchies.links_of(workspace, owned["구미사업장"])
        return {one.name: one.percent for one in found}

    qtbot.waitUntil(lambda: owners() == {"대양중공업": Decimal(60), "한빛화학": Decimal(40)})
    context.undo.undo()
    qtbot.waitUntil(lambda: owners() == {"한빛전자": Decimal(60), "한빛화학": Decimal(40)})


def test_delete_takes_out_of_the_hierarchy_and_keeps_the_account(beside, owned, qtbot, workspace):
    place = next(one for one in opened(beside, qtbot, "대양중공업", "한빛전자") if one.data() == "구미사업장")
    beside.tree.setCurrentIndex(place)
    texts = [action.text() for action in beside.tree.menu().actions()]
    assert "Take out of this hierarchy" in texts
    assert "Delete with all below" not in texts
    qtbot.keyClick(beside.tree, Qt.Key.Key_Delete)
    qtbot.waitUntil(lambda: [one.name for one in hierarchies.links_of(workspace, owned["구미사업장"])] == ["한빛화학"])
    assert records.get(workspace, "account", owned["구미사업장"]).fields["name"] == "구미사업장"


def test_an_account_is_placed_with_its_share(beside, owned, qtbot, workspace, context):
    beside.tree.setCurrentIndex(top(beside)[0])
    beside.hierarchy.desk.place()
    dialog = beside.hierarchy.findChild(PlaceDialog)
    assert dialog.above.value() == owned["대양중공업"]
    dialog.account.show_reference(owned["한빛그룹"], "한빛그룹")
    dialog.percent.show_value(Decimal(51))
    dialog.go.click()
    qtbot.waitUntil(
        lambda: [one.percent for one in hierarchies.links_of(workspace, owned["한빛그룹"])] == [Decimal(51)]
    )


def test_the_filter_keeps_each_place_with_those_above(beside, owned, qtbot):
    beside.model.narrow("구미")
    qtbot.waitUntil(lambda: beside.model.narrowed)
    assert [one.data() for one in top(beside)] == ["대양중공업"]
    below = opened(beside, qtbot, "대양중공업", "한빛전자")
    assert {one.data() for one in below} == {"한빛화학", "구미사업장"}


def test_a_tried_move_shows_both_chains_and_waits_for_the_word(page, group, qtbot, workspace, context):
    page.hierarchy.tools.trying.setChecked(True)
    page.tree.moved.emit(((group["한빛화학"], group["한빛그룹"]),), group["대양중공업"])
    qtbot.waitUntil(lambda: page.hierarchy.findChild(TryDialog) is not None)
    dialog = page.hierarchy.findChild(TryDialog)
    texts = [child.text() for child in dialog.findChildren(type(page.hierarchy._count))]
    assert {"한빛그룹", "대양중공업"} < set(texts)
    assert records.get(workspace, "account", group["한빛화학"]).fields["parent_id"] == group["한빛그룹"]
    dialog.go.click()
    qtbot.waitUntil(
        lambda: records.get(workspace, "account", group["한빛화학"]).fields["parent_id"] == group["대양중공업"]
    )


def test_a_tried_move_that_closes_a_circle_is_refused(page, group, qtbot, context):
    context.reporter.setProperty("expected", 1)
    told = []
    context.reporter.reported.connect(told.append)
    page.hierarchy.tools.trying.setChecked(True)
    page.tree.moved.emit(((group["한빛그룹"], None),), group["구미사업장"])
    qtbot.waitUntil(lambda: len(told) == 1)
    assert "한빛그룹 › 한빛전자 › 구미사업장" in told[0].happened


def test_several_chosen_accounts_go_in_and_out_together(page, group, qtbot, workspace, outline):
    extra = accounts.create(workspace, "한빛화학 2", group["한빛그룹"]).id
    page.refresh()
    outline()
    qtbot.waitUntil(lambda: page.model.index_of(extra).isValid())
    flags = page.tree.selectionModel().SelectionFlag
    page.tree.setCurrentIndex(page.model.index_of(group["한빛화학"]))
    page.tree.selectionModel().select(page.model.index_of(extra), flags.Select | flags.Rows)
    qtbot.keyClick(page.tree, Qt.Key.Key_Right, Qt.KeyboardModifier.AltModifier | Qt.KeyboardModifier.ShiftModifier)

    def parents():
        return [records.get(workspace, "account", one).fields["parent_id"] for one in (group["한빛화학"], extra)]

    qtbot.waitUntil(lambda: parents() == [group["한빛전자"]] * 2)


def test_columns_are_chosen_sorted_and_remembered(page, group, qtbot, context, workspace):
    fields = {"name": "유지보수", "account_id": group["대양중공업"], "amount": Decimal(10**9), "currency": "KRW"}
    records.create(workspace, "contract", fields)
    records.create(workspace, "contact", {"name": "김", "account_id": group["대양중공업"]})
    page.window().resize(1900, 800)
    page.hierarchy._split.setSizes([1300, 500])
    menu = page.tree.columns.menu()
    words = [action.text() for action in menu.actions() if action.text()]
    assert {"Won this year", "Open quotes", "Contract value", "People known", "Last contact"} < set(words)
    for action in menu.actions():
        if action.isCheckable():
            action.setChecked(True)
    menu.deleteLater()
    shown = [column for column in range(len(KEYS)) if not page.tree.isColumnHidden(column)]
    assert shown == list(range(len(KEYS)))
    page.refresh()
    index = page.model.index_of
    qtbot.waitUntil(lambda: index(group["대양중공업"], PEOPLE).data() == "1")
    texts = [index(group["대양중공업"], column).data() for column in (OPEN, WON_YEAR, QUOTES, CONTRACTS, LAST)]
    assert (texts[0], texts[2], texts[4]) == ("–", "–", "–")
    assert texts[3].startswith("₩1")
    head = page.tree.header()
    at = QPoint(head.sectionViewportPosition(CONTRACTS) + 5, 5)
    qtbot.mouseClick(head.viewport(), Qt.MouseButton.LeftButton, pos=at)
    qtbot.waitUntil(lambda: [one.data() for one in top(page)] == ["대양중공업", "한빛그룹"])
    qtbot.mouseClick(head.viewport(), Qt.MouseButton.LeftButton, pos=at)
    qtbot.waitUntil(lambda: [one.data() for one in top(page)] == ["한빛그룹", "대양중공업"])
    assert context.settings.get(SORTED) == ["contracts", False]
    assert set(context.settings.get(SHOWN)) == set(KEYS[1:])
    page.tree.columns.reset()
    qtbot.waitUntil(lambda: page.tree.isColumnHidden(CONTRACTS))
    assert page.tree.columns.order.column == "name"


def test_everything_opens_without_holding_the_window_up(page, group, qtbot, workspace):
    """A thousand accounts, five deep, and the longest single go on the GUI thread."""
    with workspace.write("test") as work:
        tops = work.bulk("account", inserts=[{"name": f"그룹 {n:03}"} for n in range(600)])
        below = work.bulk("account", inserts=[{"name": "나", "parent_id": one} for one in tops[:200]])
        for _ in range(3):
            below = work.bulk("account", inserts=[{"name": "다", "parent_id": one} for one in below[:70]])
    page.refresh()
    qtbot.waitUntil(lambda: page.model.rowCount() >= 500)
    desk = page.hierarchy.desk
    told = []
    desk.unfolding.told.connect(lambda count, more: told.append((count, more)))
    desk.unfolding.start()
    qtbot.waitUntil(lambda: bool(told) and not told[-1][1])
    assert page.model.rowCount() == 602

    def everything(index):
        yield index
        for one in top(page, index):
            assert not page.model.hasChildren(one) or page.tree.isExpanded(one)
            yield from everything(one)

    assert sum(1 for _ in everything(page.tree.rootIndex())) == 1 + 600 + 200 + 70 * 3 + 5
    desk.unfolding.start()
    desk.unfolding.stop()
    assert not desk.unfolding.runs


def test_other_currencies_are_shown_in_the_home_currency_at_a_stored_rate(
    page, group, qtbot, workspace, stages, context
):
    fields = {"name": "d", "account_id": group["구미사업장"], "stage_id": stages["open"], "currency": "USD"}
    context.lanes.write(lambda: records.create(workspace, "opportunity", fields | {"amount": Decimal(100_000)}))
    index = page.model.index_of
    qtbot.waitUntil(lambda: index(group["한빛그룹"], OPEN).data() == "₩310M +1")
    assert "No stored rate: USD" in index(group["한빛그룹"], OPEN).data(Qt.ItemDataRole.ToolTipRole)
    context.lanes.write(lambda: rates.put(workspace, "USD", "KRW", Decimal(1400), date(2026, 1, 2)))
    qtbot.waitUntil(lambda: index(group["한빛그룹"], OPEN).data() == "≈ ₩450M")
    told = index(group["한빛그룹"], OPEN).data(Qt.ItemDataRole.ToolTipRole)
    assert "In KRW: ₩450,000,000" in told
    assert "USD at 1,400" in told


def test_the_links_stand_in_a_list(beside, owned, qtbot, workspace):
    beside.hierarchy.tools.listed.emit()
    assert beside.links.isVisible()
    qtbot.waitUntil(lambda: beside.links.table.model().rowCount() == 5)
    beside.show_view("tree")
    assert beside.hierarchy.isVisible()
