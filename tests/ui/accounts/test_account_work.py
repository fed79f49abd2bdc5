"""Work on an account from its page, by mouse and keys: figures lead to lists, white space, next actions, plan, files, team."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pypdfium2
import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent, QFontMetrics
from PySide6.QtTest import QAbstractItemModelTester
from PySide6.QtWidgets import QDialog, QLabel, QPushButton

from desktop_crm.domain.accounts.facts import Gap
from desktop_crm.domain.accounts.health import Evidence, health
from desktop_crm.domain.accounts.white_space import Offered, Unit
from desktop_crm.domain.accounts.white_space import white_space as laid_out
from desktop_crm.domain.lists.filters import Filter, Test
from desktop_crm.domain.schema.options import PlanItemKind as Kind
from desktop_crm.domain.schema.options import ProductUsage as Usage
from desktop_crm.services import accounts, records
from desktop_crm.services.account_work import plans, white_space
from desktop_crm.ui.accounts.cell_dialog import CellDialog
from desktop_crm.ui.accounts.handover_dialog import HandoverDialog
from desktop_crm.ui.accounts.health_dialog import WIDTH, HealthDialog
from desktop_crm.ui.accounts.openable import ActRow
from desktop_crm.ui.accounts.plan_dialogs import ItemDialog, PlanPdfDialog
from desktop_crm.ui.accounts.white_space import HEAD_LINES, HEAD_PAD, USAGE_ROLE, WhiteSpaceGrid, fitted
from desktop_crm.ui.widgets.card import KpiCard
from desktop_crm.ui.widgets.new_record_dialog import NewRecordDialog
from tests.ui.conftest import both_ways


def texts(widget):
    return [label.text() for label in widget.findChildren(QLabel) if label.text()]


def opened(page, qtbot, group, name):
    page.open_row(group[name])
    qtbot.waitUntil(lambda: page.detail.header.title() == name)
    return page.detail


def add(workspace, entity, **fields):
    return records.create(workspace, entity, fields).id


def dialog(parent, kind, qtbot):
    """The dialog of that kind, when it is up."""
    found = []

    def up():
        found[:] = [one for one in parent.findChildren(kind) if one.isVisible()]
        return bool(found)

    qtbot.waitUntil(up)
    return found[0]


def press(qtbot, parent, text):
    (found,) = [one for one in parent.findChildren(QPushButton) if one.text() == text and one.isVisible()]
    qtbot.mouseClick(found, Qt.MouseButton.LeftButton)


def row_named(parent, begins):
    return next(one for one in parent.findChildren(ActRow) if one.accessibleName().startswith(begins))


@pytest.fixture
def product(workspace):
    return add(workspace, "product", name="제어기", code="CTL", list_price=Decimal(2600), currency="KRW", active=True)


@pytest.fixture
def detail(page, group, qtbot, product, workspace, context):
    """한빛그룹 with a controller offered at 한빛전자."""
    deal = {"name": "제어기 교체", "account_id": group["한빛전자"], "product_id": product}
    context.lanes.write(lambda: records.create(workspace, "opportunity", deal))
    made = opened(page, qtbot, group, "한빛그룹")
    qtbot.waitUntil(lambda: bool(made.overview.grid.grid_model.grid.products))
    return made


# figures lead to the lists behind them


@pytest.mark.parametrize(("card", "expected"), [("open", "구미사업장 증설"), ("won", "한빛화학 증설")])
def test_a_figure_opens_the_deals_it_counts_with_all_below(detail, qtbot, card, expected):
    qtbot.mouseClick(getattr(detail.overview, card), Qt.MouseButton.LeftButton)
    assert detail.tabs.current() == "opportunity"
    tab = detail.panel("opportunity")
    qtbot.waitUntil(
        lambda: [tab.table.records.index(r, 0).data() for r in range(tab.table.records.rowCount())] == [expected]
    )
    assert tab.scope.current() == "whole"
    assert tab.list.is_narrowed()  # the chip above the list says what it holds, and takes it off


def test_the_scope_of_a_tab_is_the_account_or_all_below(detail, qtbot):
    detail.show_tab("opportunity")
    tab = detail.panel("opportunity")
    qtbot.waitUntil(lambda: tab.table.records.whole and tab.table.records.rowCount() == 0)
    tab.scope.findChild(QPushButton, "whole").click()
    qtbot.waitUntil(lambda: tab.table.records.rowCount() == 3)
    tab.scope.findChild(QPushButton, "own").click()
    qtbot.waitUntil(lambda: tab.table.records.rowCount() == 0)


def test_the_renewal_opens_the_contracts_to_renew(detail, group, qtbot, context, workspace):
    soon = workspace.today() + timedelta(days=30)
    for name, day in (("유지보수", soon), ("지난 계약", soon - timedelta(days=400))):
        fields = {"name": name, "account_id": group["한빛전자"], "renewal_date": day, "status": "active"}
        context.lanes.write(lambda fields=fields: records.create(workspace, "contract", fields))
    qtbot.waitUntil(lambda: "30 days" in texts(detail.overview.renewal))
    detail.overview.renewal.setFocus()
    qtbot.keyClick(detail.overview.renewal, Qt.Key.Key_Return)
    tab = detail.panel("contract")
    qtbot.waitUntil(lambda: tab.table.records.rowCount() == 1 and tab.table.records.index(0, 0).data() == "유지보수")


def test_the_score_opens_its_parts_and_evidence_opens_its_record(detail, group, qtbot, context, workspace):
    fields = {"name": "최민아", "title": "상무", "account_id": group["구미사업장"]}
    context.lanes.write(lambda: records.create(workspace, "contact", fields))
    qtbot.waitUntil(lambda: "0 / 100" in texts(detail.overview.health))
    visit = {
        "subject": "방문",
        "kind": "visit",
        "occurred_at": workspace.clock.now(),
        "account_id": group["구미사업장"],
    }
    boss = records.list_rows(workspace, "contact").records[0].id
    context.lanes.write(lambda: records.create(workspace, "activity", {**visit, "contact_id": boss}))
    qtbot.waitUntil(lambda: "100 / 100" in texts(detail.overview.health))
    qtbot.mouseClick(detail.overview.health, Qt.MouseButton.LeftButton)
    shown = dialog(detail, HealthDialog, qtbot)
    assert "Talks by seniority (25)" in texts(shown)
    assert "Executives: last spoken with 최민아 today" in texts(shown)
    with qtbot.waitSignal(context.routes.opened) as went:
        qtbot.keyClick(row_named(shown, "Executives"), Qt.Key.Key_Return)
    assert went.args == ["contact", boss]


def test_a_card_without_a_list_behind_it_cannot_be_pressed(qtbot, theme, show):
    card = show(KpiCard("Figure", "3"), 200, 90)
    heard = []
    card.opened.connect(lambda: heard.append(1))
    qtbot.mouseClick(card, Qt.MouseButton.LeftButton)
    assert heard == []
    card.leads_to("Show three")
    qtbot.mouseClick(card, Qt.MouseButton.LeftButton)
    qtbot.keyClick(card, Qt.Key.Key_Space)
    assert heard == [1, 1]


# white space


def test_the_grid_tells_each_cell_and_is_gone_through_by_keys(detail, qtbot, group, product):
    grid: WhiteSpaceGrid = detail.overview.grid
    QAbstractItemModelTester(grid.grid_model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    told = {
        grid.grid_model.index(r, 0).data(): grid.grid_model.index(r, 1).data()
        for r in range(grid.grid_model.rowCount())
    }
    assert told == {"한빛전자": "◐", "한빛화학": "○", "한빛그룹 itself": "○"}
    place = grid.take(group["한빛전자"], product)
    assert place.data(Qt.ItemDataRole.AccessibleTextRole) == "한빛전자, 제어기: Proposed"
    assert "1 open deal" in place.data(Qt.ItemDataRole.ToolTipRole)
    qtbot.keyClick(grid, Qt.Key.Key_Down)
    assert grid.currentIndex().row() == place.row() + 1
    qtbot.keyClick(grid, Qt.Key.Key_Return)
    shown = dialog(detail, CellDialog, qtbot)
    qtbot.waitUntil(lambda: shown.windowTitle() == "한빛화학 × 제어기")


def test_a_cell_is_written_by_a_press_and_undo_takes_it_back(detail, qtbot, group, product, context, workspace):
    detail.open_cell(group["한빛화학"], product)
    shown = dialog(detail, CellDialog, qtbot)
    qtbot.waitUntil(lambda: shown.windowTitle() != "")
    qtbot.mouseClick(shown.usage.findChild(QPushButton, "not_applicable"), Qt.MouseButton.LeftButton)
    place = detail.overview.grid.take(group["한빛화학"], product)
    qtbot.waitUntil(lambda: place.data(USAGE_ROLE) == Usage.NOT_APPLICABLE)
    shown.competitor.line.setFocus()
    qtbot.keyClicks(shown.competitor.line, "Rival Ltd")
    qtbot.keyClick(shown.competitor.line, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: records.count(workspace, "competitor") == 1)
    context.undo.undo()
    qtbot.waitUntil(lambda: records.count(workspace, "competitor") == 0)
    context.undo.undo()
    qtbot.waitUntil(lambda: place.data(USAGE_ROLE) == Usage.OPEN)


def test_naming_a_competitor_where_nothing_was_written_marks_the_cell(detail, qtbot, group, product, workspace):
    detail.open_cell(group["한빛화학"], product)
    shown = dialog(detail, CellDialog, qtbot)
    qtbot.waitUntil(lambda: shown.windowTitle() != "")
    qtbot.keyClicks(shown.competitor.line, "Rival Ltd")
    qtbot.keyClick(shown.competitor.line, Qt.Key.Key_Return)
    place = detail.overview.grid.take(group["한빛화학"], product)
    qtbot.waitUntil(lambda: place.data(USAGE_ROLE) == Usage.COMPETITOR)
    shown.note.setFocus()
    qtbot.keyClicks(shown.note.target(), "until 2027")
    qtbot.keyClick(shown.note.target(), Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(
        lambda: white_space.cell(workspace, group["한빛그룹"], group["한빛화학"], product).note == "until 2027"
    )


def test_a_quote_and_an_opportunity_start_from_a_cell(detail, qtbot, group, product, context, workspace):
    detail.open_cell(group["한빛화학"], product)
    shown = dialog(detail, CellDialog, qtbot)
    qtbot.waitUntil(lambda: shown.windowTitle() != "")
    with qtbot.waitSignal(context.routes.creation_requested) as wished:
        qtbot.mouseClick(shown.deal, Qt.MouseButton.LeftButton)
    entity, fields = wished.args
    assert (entity, fields["account_id"], fields["product_id"]) == ("opportunity", group["한빛화학"], product)
    detail.open_cell(group["한빛화학"], product)
    again = dialog(detail, CellDialog, qtbot)
    qtbot.waitUntil(lambda: again.windowTitle() != "")
    with qtbot.waitSignal(context.routes.opened) as went:
        qtbot.mouseClick(again.quote, Qt.MouseButton.LeftButton)
    assert went.args[0] == "quote"
    assert records.get(workspace, "quote", went.args[1]).fields["account_id"] == group["한빛화학"]


# next actions


def test_suggestions_lead_to_where_they_are_done(detail, qtbot, group, context, workspace):
    late = workspace.today() - timedelta(days=3)
    deal = {"name": "늦은 건", "account_id": group["한빛전자"], "close_date": late}
    context.lanes.write(lambda: records.create(workspace, "opportunity", deal))
    qtbot.waitUntil(lambda: "늦은 건 should have closed 3 days ago" in texts(detail.overview.next))
    row = row_named(detail.overview.next, "Deal: 늦은 건")
    with qtbot.waitSignal(context.routes.opened) as went:
        qtbot.mouseClick(row, Qt.MouseButton.LeftButton)
    assert went.args[0] == "opportunity"
    with qtbot.waitSignal(context.routes.creation_requested) as wished:
        qtbot.keyClick(row_named(detail.overview.next, "Gap: No person is known"), Qt.Key.Key_Return)
    assert (wished.args[0], wished.args[1]["account_id"]) == ("contact", group["한빛그룹"])


@pytest.mark.parametrize("gap", list(Gap))
def test_every_gap_has_a_first_step(detail, qtbot, context, gap):
    asked = []
    context.routes.creation_requested.connect(lambda entity, _fields: asked.append(entity))
    detail._take_step(gap)
    assert asked or detail.tabs.current() in {"details", "map"}


# the plan


@pytest.fixture
def plan_tab(detail, qtbot):
    press(qtbot, detail.header, "Account plan")
    tab = detail.panel("plan")
    qtbot.waitUntil(
        lambda: any(one.text() == "Begin a plan" and one.isVisible() for one in tab.findChildren(QPushButton))
    )
    press(qtbot, tab, "Begin a plan")
    qtbot.waitUntil(lambda: tab.choice.count() == 1 and tab.choice.isVisible())
    return tab


def typed(qtbot, line, text):
    line.setFocus()
    qtbot.keyClicks(line, text)
    qtbot.keyClick(line, Qt.Key.Key_Return)


def lines_of(tab, kind):
    return [one for one in texts(tab.lists[kind]) if one]


def test_a_plan_is_begun_and_lines_are_typed(plan_tab, qtbot, workspace, context):
    for kind, text in ((Kind.GOAL, "Be the standard"), (Kind.STRENGTH, "Installed base"), (Kind.THREAT, "Price war")):
        typed(qtbot, plan_tab.lists[kind].line, text)
        qtbot.waitUntil(lambda kind=kind, text=text: text in lines_of(plan_tab, kind))
    typed(qtbot, plan_tab.lists[Kind.COMPETITOR].line, "Rival")
    qtbot.waitUntil(lambda: records.count(workspace, "competitor") == 1)
    typed(qtbot, plan_tab.lists[Kind.GOAL].line, "   ")
    assert records.count(workspace, "plan_item") == 4
    context.undo.undo()
    qtbot.waitUntil(lambda: "Rival" not in lines_of(plan_tab, Kind.COMPETITOR))


def test_the_chooser_grows_with_the_name_of_its_plan(plan_tab, qtbot, workspace, context):
    name = "Plan of the year 2026 for the plant in Gumi"
    plan = str(plan_tab.choice.currentData())
    context.lanes.write(lambda: records.set_fields(workspace, "account_plan", plan, {"name": name}), lambda _: None)
    qtbot.waitUntil(lambda: plan_tab.choice.currentText() == name)
    room = QFontMetrics(plan_tab.choice.font()).horizontalAdvance(name)
    qtbot.waitUntil(lambda: plan_tab.choice.width() > room)


def test_an_objective_gets_an_action_with_its_fields_and_can_be_removed(plan_tab, qtbot, workspace):
    objectives = plan_tab.lists[Kind.OBJECTIVE]
    typed(qtbot, objectives.line, "Win the plant")
    qtbot.waitUntil(lambda: "Win the plant" in texts(objectives))
    press(qtbot, objectives, "+")
    shown = dialog(plan_tab, ItemDialog, qtbot)
    subject = shown.form.row_of("subject").editor.target()
    qtbot.waitUntil(lambda: subject.text() == "New action")
    subject.selectAll()
    qtbot.keyClicks(subject, "Meet the CFO")
    qtbot.keyClick(subject, Qt.Key.Key_Return)
    progress = shown.form.row_of("progress").editor.target()
    progress.setFocus()
    qtbot.keyClicks(progress, "50")
    qtbot.keyClick(progress, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: "Meet the CFO" in texts(objectives) and texts(objectives).count("50 %") == 2)
    press(qtbot, shown, "Done")
    qtbot.mouseClick(row_named(objectives, "Meet the CFO"), Qt.MouseButton.LeftButton)
    again = dialog(plan_tab, ItemDialog, qtbot)
    press(qtbot, again, "Remove")
    qtbot.waitUntil(lambda: "Meet the CFO" not in texts(objectives))


def test_a_product_is_added_to_the_grid_of_the_plan(plan_tab, qtbot, workspace, detail):
    service = add(workspace, "product", name="Service", code="SVC", active=True)
    line = plan_tab.product.line
    line.setFocus()
    qtbot.keyClicks(line, "Serv")
    qtbot.waitUntil(lambda: plan_tab.product._ids == {"Service": service})
    line.setText("Service")
    plan_tab.product.committed.emit()
    qtbot.waitUntil(lambda: "Service" in [one.name for one in plan_tab.grid.grid_model.grid.products])
    place = plan_tab.grid.take(detail.account_id, service)
    with qtbot.waitSignal(plan_tab.cell_wanted):
        qtbot.mouseClick(
            plan_tab.grid.viewport(), Qt.MouseButton.LeftButton, pos=plan_tab.grid.visualRect(place).center()
        )
    dialog(detail, CellDialog, qtbot)


def test_the_plan_is_exported_in_the_language_that_was_chosen(plan_tab, qtbot, workspace, tmp_path):
    typed(qtbot, plan_tab.lists[Kind.GOAL].line, "Be the standard")
    qtbot.waitUntil(lambda: records.count(workspace, "plan_item") == 1)
    asked = plan_tab.ask_for_pdf()
    assert isinstance(asked, PlanPdfDialog)
    qtbot.mouseClick(asked.language.findChild(QPushButton, "ko"), Qt.MouseButton.LeftButton)
    asked.wanted.disconnect()
    with qtbot.waitSignal(asked.wanted) as wanted:
        press(qtbot, asked, "Export")
    assert wanted.args == ["ko", workspace.today() - timedelta(days=30)]
    target = tmp_path / "plan.pdf"
    plan_tab.export(target, *wanted.args)
    qtbot.waitUntil(lambda: "Saved as plan.pdf" in texts(plan_tab))
    with pypdfium2.PdfDocument(target) as file:
        assert "계정 계획" in file[0].get_textpage().get_text_bounded()


def test_a_plan_written_elsewhere_appears(plan_tab, qtbot, workspace, context):
    plan = plans.page(workspace, plan_tab._account).plan.id
    context.lanes.write(lambda: plans.add(workspace, plan, Kind.GOAL, "from elsewhere"))
    qtbot.waitUntil(lambda: "from elsewhere" in lines_of(plan_tab, Kind.GOAL))


# files


def test_a_file_dropped_on_the_tab_is_kept_and_written_elsewhere(detail, qtbot, tmp_path, workspace):
    detail.show_tab("attachment")
    tab = detail.panel("attachment")
    source = tmp_path / "layout.txt"
    source.write_text("walls")
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(source))])
    where = QPointF(tab.rect().center())
    drop = QDropEvent(where, Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier)
    tab.dropEvent(drop)
    qtbot.waitUntil(lambda: tab.table.records.rowCount() == 1 and tab.table.records.row_id(0) is not None)
    qtbot.waitUntil(lambda: detail.tabs._buttons["attachment"].text() == "Files 1")
    copy = tmp_path / "copy.txt"
    tab.write_copy(tab.table.records.row_id(0), copy)
    qtbot.waitUntil(copy.exists)
    assert copy.read_text() == "walls"


# the team, and handing over


def test_the_team_is_shown_added_to_and_ended(detail, group, qtbot, context, workspace):
    users = {name: add(workspace, "user", name=name) for name in ("김하늘", "이도윤")}
    fields = {"account_id": group["한빛그룹"], "user_id": users["이도윤"], "member_role": "presales"}
    context.lanes.write(lambda: records.create(workspace, "account_member", fields))
    qtbot.waitUntil(lambda: {"이도윤", "Technical sales"} <= set(texts(detail.overview.team)))
    (end,) = [
        b for b in detail.overview.team.findChildren(QPushButton) if b.accessibleName() == "End the role of 이도윤"
    ]
    qtbot.mouseClick(end, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: "이도윤" not in texts(detail.overview.team))
    press(qtbot, detail.overview.team, "Add")
    shown = dialog(detail, NewRecordDialog, qtbot)
    assert shown.form.row_of("account_id").editor.value() == group["한빛그룹"]
    shown.reject()


def test_an_account_is_handed_over_by_the_dialog_and_undone(detail, group, qtbot, context, workspace, tmp_path):
    old, new = (add(workspace, "user", name=name) for name in ("Jiho", "Haneul"))
    mine = {"owner_id": old}
    context.lanes.write(lambda: records.set_fields(workspace, "account", group["한빛그룹"], mine))
    task = add(workspace, "task", subject="납기 회신", account_id=group["한빛그룹"], **mine)
    qtbot.waitUntil(lambda: "Jiho" in texts(detail.overview.team))
    press(qtbot, detail.overview.team, "Hand over…")
    shown = dialog(detail, HandoverDialog, qtbot)
    qtbot.waitUntil(lambda: any(one.startswith("Responsible now: Jiho · 1 open task") for one in texts(shown)))
    press(qtbot, shown, "Hand over")
    assert "Choose who takes the account over." in texts(shown)
    qtbot.keyClicks(shown.to.line, "Han")
    qtbot.waitUntil(lambda: shown.to._ids == {"Haneul": new})
    shown.to._completer.popup().hide()
    shown.to.line.setText("Haneul")
    press(qtbot, shown, "Hand over")
    qtbot.waitUntil(lambda: "한빛그룹 is now with Haneul. 1 open task moved." in texts(shown))
    assert records.get(workspace, "task", task).fields["owner_id"] == new
    target = tmp_path / "paper.pdf"
    shown.save(target)
    qtbot.waitUntil(target.exists)
    shown.close()
    context.undo.undo()
    qtbot.waitUntil(lambda: records.get(workspace, "task", task).fields["owner_id"] == old)
    qtbot.waitUntil(lambda: "Jiho" in texts(detail.overview.team))


@pytest.mark.parametrize(("language", "scheme"), both_ways())
def test_every_new_dialog_opens_in_both_languages_and_themes(
    page, detail, group, qtbot, theme, product, workspace, language, scheme
):
    from desktop_crm import i18n

    i18n.use(language)
    theme.choose(scheme)
    detail.overview._on_figure(detail.overview.health)
    detail.open_cell(group["한빛화학"], product)
    detail._hand_over()
    shown = [dialog(detail, kind, qtbot) for kind in (HealthDialog, CellDialog, HandoverDialog)]
    shown.append(PlanPdfDialog(date(2026, 11, 23), detail))
    assert all(isinstance(one, QDialog) and one.windowTitle() is not None for one in shown)
    for one in shown:
        one.close()


def test_a_filter_within_a_tree_finds_what_lies_below(workspace, group):
    within = Filter(field="account_id", test=Test.WITHIN, value=group["한빛그룹"])
    found = records.list_rows(workspace, "opportunity", records.ListQuery(filters=(within,))).records
    assert {one.fields["name"] for one in found} == {"구미사업장 증설", "한빛화학 증설"}
    with workspace.write("test") as work:
        work.update("account", group["한빛그룹"], {"parent_id": group["구미사업장"]})
    assert records.list_rows(workspace, "opportunity", records.ListQuery(filters=(within,))).total == 2
    assert accounts.find(workspace, "대양중공업") == group["대양중공업"]


def test_all_competitors_have_a_list_behind_the_plan(page, workspace, qtbot):
    from desktop_crm.services import records

    records.create(workspace, "competitor", {"name": "누리솔루션", "strengths": "가격"})
    page.open_row("competitors")
    qtbot.waitUntil(lambda: page.rivals.isVisible() and page.rivals.list.table.records.total == 1)
    page.refresh()
    page.show_view("tree")
    assert page.hierarchy.isVisible()


def test_heads_of_the_grid_are_broken_into_lines_that_fit_and_the_whole_name_is_told(qtbot, show):
    names = ("Enterprise Security Gateway", "초고속광대역통신장비유지보수계약", "제어기", "A" * 200)
    units = (Unit(id="u", name="한빛" * 60),)
    products = tuple(Offered(id=str(n), name=name) for n, name in enumerate(names))
    grid = show(WhiteSpaceGrid(), 330, 200)
    grid.show_grid(laid_out(units, products, {}, {}, None))
    head = grid.horizontalHeader()
    metrics = QFontMetrics(head.font())
    for place, name in enumerate([one.name for one in grid.grid_model.grid.products], 1):
        told = grid.grid_model.headerData(place, Qt.Orientation.Horizontal)
        lines = told.split("\n")
        assert len(lines) <= HEAD_LINES
        assert all(metrics.horizontalAdvance(line) <= grid.columnWidth(place) - HEAD_PAD + 1 for line in lines)
        assert told.replace("\n", "").replace(" ", "").rstrip("…") in name.replace(" ", "")
        assert grid.grid_model.headerData(place, Qt.Orientation.Horizontal, Qt.ItemDataRole.ToolTipRole) == name
    grid.setFixedWidth(240)  # now it moves sideways, and the bar stands below the rows
    qtbot.waitUntil(lambda: grid.horizontalScrollBar().maximum() > 0)
    assert grid.viewport().height() >= grid.rowHeight(0)
    assert fitted("", head.font(), 50) == ""


def test_dialogs_of_an_account_with_a_long_name_keep_their_width(qtbot, workspace, show, context):
    dialog = HealthDialog(context, "한빛그룹 " * 40, health(Evidence(), workspace.today()))
    qtbot.addWidget(dialog)
    dialog.show()
    assert dialog.width() == WIDTH
