"""The tree by mouse and keyboard: opening, choosing, moving, renaming, deleting, undoing, narrowing."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QMimeData, QModelIndex, Qt
from PySide6.QtTest import QAbstractItemModelTester
from PySide6.QtWidgets import QLineEdit

from desktop_crm import i18n
from desktop_crm.services import accounts, records
from desktop_crm.ui.accounts.dialogs import NameDialog
from desktop_crm.ui.accounts.lazy_tree import FIRST_ROWS
from desktop_crm.ui.accounts.model import HIT_ROLE, NAME, OPEN, WEIGHTED, WON, AccountTreeModel, carried_ids
from desktop_crm.ui.theme import Scheme
from tests.ui.conftest import both_ways

WHOLE = ["대양중공업", "한빛그룹", "  한빛전자", "    구미사업장", "  한빛화학"]


def cell(page, account_id, column, role=Qt.ItemDataRole.DisplayRole):
    return page.model.index_of(account_id, column).data(role)


def choose(page, qtbot, group, *names):
    page.open_row(group[names[0]])
    qtbot.waitUntil(lambda: page.tree.current_id() == group[names[0]])
    for name in names[1:]:
        index = page.model.index_of(group[name])
        page.tree.selectionModel().select(
            index,
            page.tree.selectionModel().SelectionFlag.Select | page.tree.selectionModel().SelectionFlag.Rows,
        )


def test_the_tree_opens_level_by_level(page, outline):
    assert outline() == WHOLE


def test_sums_hold_everything_below_and_are_exact_on_hover(page, group, outline):
    outline()
    top = group["한빛그룹"]
    with i18n.speaking("ko"):
        assert [cell(page, top, column) for column in (OPEN, WEIGHTED, WON)] == ["₩3.10억", "₩2.33억", "₩6.20억"]
    hover = cell(page, top, OPEN, Qt.ItemDataRole.ToolTipRole)
    assert "₩310,000,000" in hover
    assert "–" in hover.splitlines()[1]
    assert cell(page, group["대양중공업"], OPEN) == "–"


def test_the_model_keeps_qts_rules(page, group, outline, qtbot, context):
    tester = QAbstractItemModelTester(page.model, QAbstractItemModelTester.FailureReportingMode.Warning)
    outline()
    for target, parent in (("한빛전자", "대양중공업"), ("한빛전자", None), ("한빛화학", "한빛전자")):
        context.lanes.write(
            lambda t=target, p=parent: accounts.move(context.workspace, [group[t]], group.get(p)), initiator=None
        )
    outline(["대양중공업", "한빛그룹", "한빛전자", "  구미사업장", "  한빛화학"])
    assert tester.model() is page.model


def test_a_drop_moves_every_chosen_account_and_undo_brings_them_back(page, group, outline, qtbot, context):
    outline()
    carried = page.model.mimeData([page.model.index_of(group[n]) for n in ("구미사업장", "한빛화학")])
    assert carried_ids(carried) == (group["구미사업장"], group["한빛화학"])
    target = page.model.index_of(group["대양중공업"])
    assert page.model.canDropMimeData(carried, Qt.DropAction.MoveAction, -1, -1, target)
    page.model.dropMimeData(carried, Qt.DropAction.MoveAction, -1, -1, target)
    outline(["대양중공업", "  구미사업장", "  한빛화학", "한빛그룹", "  한빛전자"])
    context.undo.undo()
    outline(WHOLE)
    context.undo.redo()
    outline(["대양중공업", "  구미사업장", "  한빛화학", "한빛그룹", "  한빛전자"])


def test_a_drop_that_closes_a_circle_is_refused_with_the_way(page, group, outline, qtbot, context):
    outline()
    context.reporter.setProperty("expected", 1)
    told = []
    context.reporter.reported.connect(told.append)
    carried = page.model.mimeData([page.model.index_of(group["한빛그룹"])])
    page.model.dropMimeData(carried, Qt.DropAction.MoveAction, -1, -1, page.model.index_of(group["구미사업장"]))
    qtbot.waitUntil(lambda: len(told) == 1)
    assert "한빛그룹 › 한빛전자 › 구미사업장" in told[0].happened
    assert outline() == WHOLE


def test_nothing_is_dropped_on_itself_or_from_elsewhere(page, group, outline):
    outline()
    index = page.model.index_of(group["한빛그룹"])
    carried = page.model.mimeData([index])
    assert not page.model.canDropMimeData(carried, Qt.DropAction.MoveAction, -1, -1, index)
    assert not page.model.canDropMimeData(QMimeData(), Qt.DropAction.MoveAction, -1, -1, index)
    assert page.model.canDropMimeData(carried, Qt.DropAction.MoveAction, -1, -1, QModelIndex())


def test_indent_and_outdent_by_keyboard_keep_the_account_chosen(page, group, outline, qtbot):
    outline()
    choose(page, qtbot, group, "한빛화학")
    held = Qt.KeyboardModifier.AltModifier | Qt.KeyboardModifier.ShiftModifier
    qtbot.keyClick(page.tree, Qt.Key.Key_Right, held)
    inside = ["대양중공업", "한빛그룹", "  한빛전자", "    구미사업장", "    한빛화학"]
    outline(inside)
    qtbot.waitUntil(lambda: page.tree.current_id() == group["한빛화학"])
    qtbot.keyClick(page.tree, Qt.Key.Key_Left, held)
    outline(WHOLE)
    qtbot.waitUntil(lambda: page.tree.current_id() == group["한빛화학"])
    assert page.model.index_of(group["한빛전자"]).isValid()


def test_renaming_in_place(page, group, outline, qtbot, context):
    outline()
    choose(page, qtbot, group, "한빛화학")
    qtbot.keyClick(page.tree, Qt.Key.Key_F2)
    editor = page.tree.findChild(QLineEdit)
    assert editor.text() == "한빛화학"
    editor.selectAll()
    qtbot.keyClicks(editor, "Aurora")
    qtbot.keyClick(editor, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: cell(page, group["한빛화학"], NAME) == "Aurora")
    assert outline() == ["대양중공업", "한빛그룹", "  Aurora", "  한빛전자", "    구미사업장"]
    context.undo.undo()
    outline(WHOLE)


def highlighted(page):
    return [index.data() for index in page.tree.selectionModel().selectedRows(NAME)]


def test_a_renamed_account_stays_highlighted_through_undo_and_redo(page, group, outline, qtbot, context):
    outline()
    choose(page, qtbot, group, "한빛화학")
    qtbot.keyClick(page.tree, Qt.Key.Key_F2)
    editor = page.tree.findChild(QLineEdit)
    editor.selectAll()
    qtbot.keyClicks(editor, "Aurora")
    qtbot.keyClick(editor, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: highlighted(page) == ["Aurora"])
    context.undo.undo()
    qtbot.waitUntil(lambda: highlighted(page) == ["한빛화학"])
    context.undo.redo()
    qtbot.waitUntil(lambda: highlighted(page) == ["Aurora"])
    assert page.tree.current_id() == group["한빛화학"]


def test_after_a_delete_the_neighbour_is_highlighted_and_undo_goes_back(page, group, outline, qtbot, context):
    outline()
    choose(page, qtbot, group, "한빛화학")
    qtbot.keyClick(page.tree, Qt.Key.Key_Delete)
    qtbot.waitUntil(lambda: highlighted(page) == ["한빛전자"])
    context.undo.undo()
    qtbot.waitUntil(lambda: highlighted(page) == ["한빛화학"])
    assert page.tree.current_id() == group["한빛화학"]


def test_after_the_only_child_its_parent_is_chosen(page, group, outline, qtbot, context):
    outline()
    choose(page, qtbot, group, "구미사업장")
    qtbot.keyClick(page.tree, Qt.Key.Key_Delete)
    outline(["대양중공업", "한빛그룹", "  한빛전자", "  한빛화학"])
    qtbot.waitUntil(lambda: highlighted(page) == ["한빛전자"])
    context.undo.undo()
    outline(WHOLE)
    qtbot.waitUntil(lambda: highlighted(page) == ["구미사업장"])


def test_an_equal_name_changes_nothing(page, group, outline, context):
    outline()
    assert not page.model.setData(page.model.index_of(group["한빛화학"]), "한빛화학")
    assert context.undo.count() == 0


@pytest.mark.parametrize("name", ["", "   "])
def test_an_empty_name_is_refused_in_words(page, group, outline, name, context, qtbot):
    outline()
    context.reporter.setProperty("expected", 1)
    with qtbot.waitSignal(context.reporter.reported) as told:
        page.model.setData(page.model.index_of(group["한빛화학"]), name)
    assert "name" in told.args[0].happened
    assert told.args[0].next_step
    assert outline() == WHOLE
    assert context.undo.count() == 0


def test_deleting_lifts_those_below_and_is_undone(page, group, outline, qtbot, context):
    outline()
    choose(page, qtbot, group, "한빛전자")
    qtbot.keyClick(page.tree, Qt.Key.Key_Delete)
    outline(["대양중공업", "한빛그룹", "  구미사업장", "  한빛화학"])
    context.undo.undo()
    outline(WHOLE)


def test_the_menu_names_every_act_and_deletes_with_all_below(page, group, outline, qtbot):
    outline()
    choose(page, qtbot, group, "한빛전자")
    acts = {action.text(): action for action in page.tree.menu().actions()}
    assert len(acts) == 7
    assert not acts["Move below the one above"].isEnabled()
    acts["Delete with all below"].trigger()
    outline(["대양중공업", "한빛그룹", "  한빛화학"])


def test_a_new_account_below_is_asked_for_made_and_chosen(page, group, outline, qtbot, context):
    outline()
    choose(page, qtbot, group, "한빛전자")
    qtbot.keyClick(page.tree, Qt.Key.Key_Insert)
    dialog = page.findChild(NameDialog)
    assert not dialog.go.isEnabled()
    qtbot.keyClicks(dialog.line, "Vietnam")
    qtbot.keyClick(dialog.line, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: page.tree.currentIndex().data() == "Vietnam")
    assert page.tree.currentIndex().parent().data() == "한빛전자"
    assert context.undo.count() == 1


def test_narrowing_keeps_the_way_and_clearing_brings_the_tree_back(page, group, outline, qtbot):
    page.hierarchy.search.setText("구미")
    qtbot.waitUntil(lambda: page.model.narrowed)
    assert outline() == ["한빛그룹", "  한빛전자", "    구미사업장"]
    assert cell(page, group["구미사업장"], NAME, HIT_ROLE)
    assert not cell(page, group["한빛그룹"], NAME, HIT_ROLE)
    page.hierarchy.search.setText("nobody")
    qtbot.waitUntil(lambda: page.model.rowCount() == 0)
    page.hierarchy.search.clear()
    qtbot.waitUntil(lambda: page.model.rowCount() == 2)
    assert outline() == WHOLE


def test_an_edit_elsewhere_is_seen_in_every_sum_above(page, group, outline, qtbot, context, workspace):
    outline()
    condition = records.Filter(field="account_id", value=group["구미사업장"])
    deal = records.list_rows(workspace, "opportunity", records.ListQuery(filters=(condition,))).records[0].id
    context.lanes.write(lambda: records.delete(workspace, "opportunity", deal))
    names = ("구미사업장", "한빛전자", "한빛그룹")
    qtbot.waitUntil(lambda: [cell(page, group[name], OPEN) for name in names] == ["–"] * 3)


def test_strays_and_circles_stand_at_the_top(page, group, outline, qtbot, context, workspace):
    def sync():
        with workspace.write("sync") as work:
            one, two = (work.insert("account", {"name": name}) for name in ("원 A", "원 B"))
            work.bulk("account", updates=[(one, {"parent_id": two}), (two, {"parent_id": one})])
        return work.changes

    context.lanes.write(sync)
    qtbot.waitUntil(lambda: page.model.rowCount() == 3)
    assert outline() == ["원 A", "  원 B", *WHOLE]


def test_a_level_of_a_thousand_comes_in_pages(page, group, qtbot, context, workspace):
    def fill():
        with workspace.write("import") as work:
            rows = [{"name": f"지점 {n:04}", "parent_id": group["대양중공업"]} for n in range(1200)]
            work.bulk("account", inserts=rows + [{"name": f"힣 {n:04}"} for n in range(700)])
        return work.changes

    context.lanes.write(fill)
    inner = lambda: page.model.index_of(group["대양중공업"])
    qtbot.waitUntil(lambda: page.model.hasChildren(inner()))
    page.tree.expand(inner())
    qtbot.waitUntil(lambda: page.model.rowCount(inner()) == 1200)
    page.tree.scrollToBottom()
    while page.model.canFetchMore(QModelIndex()):
        page.model.fetchMore(QModelIndex())
        qtbot.wait(20)
    qtbot.waitUntil(lambda: page.model.rowCount() == 702)


@pytest.mark.parametrize(("language", "scheme"), both_ways())
def test_the_page_opens_in_both_languages_and_themes(context, theme, show, qtbot, group, language, scheme):
    from desktop_crm.ui.accounts.page import AccountsPage

    theme.choose(Scheme(scheme))
    i18n.use(language)
    page = show(AccountsPage(context), 1250, 810)
    qtbot.waitUntil(lambda: page.detail.header.title() != "")
    assert page.model.headerData(OPEN, Qt.Orientation.Horizontal) == {"ko": "진행", "en": "Open"}[language]
    assert not page.grab().isNull()


def test_an_empty_workspace_says_what_belongs_here(context, show, qtbot):
    from desktop_crm.ui.accounts.page import AccountsPage

    page = show(AccountsPage(context))
    qtbot.waitUntil(lambda: page.hierarchy._states._stack.currentWidget() is page.hierarchy._empty)
    assert "No accounts yet" in page.hierarchy._empty.accessibleName()


def test_all_accounts_stand_in_a_list_too_and_enter_leads_into_the_tree(qtbot, page, group, context) -> None:
    page.show_view("list")
    listed = page.list
    qtbot.waitUntil(lambda: listed.table.records.total > 0 and listed.table.current_id() is not None)
    assert listed.isVisible()
    assert context.settings.get("accounts.view") == "list"
    row_id = listed.table.current_id()
    listed.table.setFocus()
    qtbot.keyClick(listed.table, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: page.tree.isVisible() and page.detail.isVisible())
    assert not listed.isVisible()
    assert row_id
    page.refresh()


def test_the_first_paint_needs_few_of_the_top_and_the_others_follow_by_themselves(qtbot, workspace, context):
    with workspace.write("test") as work:
        work.bulk("account", inserts=[{"name": f"계정 {n:03}"} for n in range(FIRST_ROWS + 30)])
    model = AccountTreeModel(context)
    told = []
    model.loaded.connect(told.append)
    model.ask()
    qtbot.waitUntil(lambda: bool(told))
    assert told == [FIRST_ROWS + 30]
    assert model.rowCount() == FIRST_ROWS
    qtbot.waitUntil(lambda: model.rowCount() == FIRST_ROWS + 30)
    names = [model.index(row, NAME).data() for row in range(model.rowCount())]
    assert names == [f"계정 {n:03}" for n in range(FIRST_ROWS + 30)]
