"""The page of one account: head, tabs, figures, lists, timeline, and what it does when the world changes."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QLabel, QPushButton, QWidget

from desktop_crm import i18n
from desktop_crm.domain.accounts.facts import Gap
from desktop_crm.domain.accounts.sums import CurrencySums, Sums
from desktop_crm.domain.lists.filters import Filter, Group, Test
from desktop_crm.services import accounts, activities, pipeline, quotes, records
from desktop_crm.ui.accounts import words
from desktop_crm.ui.accounts.detail import AccountDetail
from desktop_crm.ui.accounts.next_actions import gap_text
from desktop_crm.ui.accounts.openable import OpenableRow
from desktop_crm.ui.accounts.timeline import TimelineRow
from desktop_crm.ui.widgets.header import PageHeader
from desktop_crm.ui.widgets.record_form import RecordForm


def texts(widget):
    return [label.text() for label in widget.findChildren(QLabel) if label.text()]


def opened(page, qtbot, group, name):
    page.open_row(group[name])
    qtbot.waitUntil(lambda: page.detail.header.title() == name)
    qtbot.waitUntil(lambda: page.tree.current_id() == group[name])
    return page.detail


def test_the_head_shows_the_way_the_tier_and_the_facts(page, group, qtbot, context, workspace):
    owner = records.create(workspace, "user", {"name": "김하늘"}).id
    fields = {"tier": "key", "industry": "전자부품", "employees": 8200, "owner_id": owner}
    context.lanes.write(lambda: records.set_fields(workspace, "account", group["한빛전자"], fields))
    detail = opened(page, qtbot, group, "한빛전자")
    qtbot.waitUntil(lambda: "Key account" in texts(detail.header))
    assert "전자부품 · 8,200 employees · owner 김하늘" in texts(detail.header)
    crumb = next(b for b in detail.header.findChildren(QWidget) if getattr(b, "text", lambda: "")() == "한빛그룹")
    qtbot.mouseClick(crumb, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: page.tree.current_id() == group["한빛그룹"])


def test_figures_hold_everything_below_and_are_exact_on_hover(page, group, qtbot):
    detail = opened(page, qtbot, group, "한빛그룹")
    qtbot.waitUntil(lambda: "₩310M" in texts(detail.overview.open))
    assert detail.overview.open.accessibleName() == "Open opportunities: ₩310,000,000"
    assert "₩620M" in texts(detail.overview.won)
    assert "with 3 accounts below" in detail.overview.won._hint.text()
    assert "–" in texts(detail.overview.renewal)
    qtbot.waitUntil(lambda: "구미사업장 증설" in texts(detail.overview.deals))


def test_tabs_carry_counts_and_show_the_accounts_rows(page, group, qtbot, context, workspace):
    with workspace.write("test") as work:
        for name in ("이정훈", "최민아"):
            work.insert("contact", {"name": name, "account_id": group["한빛전자"]})
        work.insert("contact", {"name": "박다른", "account_id": group["한빛화학"]})
    detail = opened(page, qtbot, group, "한빛전자")
    detail.refresh()
    qtbot.waitUntil(lambda: detail.tabs._buttons["contact"].text() == "Contacts 2")
    qtbot.mouseClick(detail.tabs._buttons["contact"], Qt.MouseButton.LeftButton)
    table = detail.panel("contact").table
    qtbot.waitUntil(lambda: table.records.rowCount() == 2)
    assert [table.records.index(row, 0).data() for row in range(2)] == ["이정훈", "최민아"]
    opened(page, qtbot, group, "한빛화학")
    qtbot.waitUntil(lambda: table.records.rowCount() == 1 and table.records.index(0, 0).data() == "박다른")


@pytest.mark.parametrize("key", ["contact", "opportunity", "quote", "contract", "activity", "details", "history"])
def test_every_tab_opens(page, group, qtbot, key):
    detail = opened(page, qtbot, group, "구미사업장")
    detail.show_tab(key)
    assert detail.tabs.current() == key
    assert detail.panel(key).isVisible()


def test_a_row_of_a_tab_opens_its_page(page, group, qtbot, context):
    detail = opened(page, qtbot, group, "구미사업장")
    detail.show_tab("opportunity")
    table = detail.panel("opportunity").table
    qtbot.waitUntil(lambda: table.records.rowCount() == 1 and table.records.row_id(0) is not None)
    went = []
    context.routes.arrived.connect(went.append)
    table.selectRow(0)
    qtbot.keyClick(table, Qt.Key.Key_Return)
    assert [place.page for place in went] == ["opportunity"]


def test_a_tab_is_filtered_within_the_account_and_keeps_its_views(page, group, qtbot, context, workspace):
    mine = quotes.create(workspace, account_id=group["한빛전자"]).id
    records.set_fields(workspace, "quote", mine, {"name": "서보 모터 교체"})
    quotes.create(workspace, account_id=group["한빛전자"])
    quotes.create(workspace, account_id=group["한빛화학"])
    detail = opened(page, qtbot, group, "한빛전자")
    detail.show_tab("quote")
    tab = detail.panel("quote")
    qtbot.waitUntil(lambda: tab.table.records.rowCount() == 2)
    named = Group(parts=(Filter(field="name", test=Test.CONTAINS, value="서보"),))
    tab.list.filter_bar.show_filter(named)
    tab.list.filter_bar.changed.emit(named)
    qtbot.waitUntil(lambda: tab.table.records.rowCount() == 1 and tab.table.records.row_id(0) == mine)
    assert tab.list.filter_bar.isVisible()
    opened(page, qtbot, group, "한빛화학")
    qtbot.waitUntil(lambda: tab.table.records.rowCount() == 0)
    assert tab.list.is_narrowed()
    assert {"Filter", "Columns"} <= {one.accessibleName() or one.text() for one in tab.findChildren(QPushButton)}
    qtbot.waitUntil(lambda: tab._name == "한빛화학")
    with qtbot.waitSignal(context.routes.creation_requested) as wished:
        tab._create()
    assert wished.args == ["quote", {"account_id": group["한빛화학"], "account_id_title": "한빛화학"}]


def test_the_form_edits_the_account_and_undo_takes_it_back(page, group, qtbot, context):
    detail = opened(page, qtbot, group, "한빛화학")
    detail.show_tab("details")
    form = detail.panel("details").findChild(RecordForm)
    line = form.row_of("industry").editor.line
    qtbot.waitUntil(lambda: form.row_of("name").editor.line.text() == "한빛화학")
    line.setFocus()
    qtbot.keyClicks(line, "Chemicals")
    qtbot.keyClick(line, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: any("Chemicals" in text for text in texts(detail.header)))
    context.undo.undo()
    qtbot.waitUntil(lambda: not any("Chemicals" in text for text in texts(detail.header)))


def test_other_features_panels_come_in_by_their_key_and_belong_to_one_account(context, show, qtbot, group):
    made = []

    def panel(_context, account_id):
        made.append((account_id, QWidget()))
        return made[-1][1]

    detail = show(AccountDetail(context, {"map": panel, "quote": panel}))
    detail.show_account(group["한빛전자"])
    qtbot.waitUntil(lambda: detail.header.title() == "한빛전자")
    assert made == []
    detail.show_tab("map")
    detail.show_tab("quote")
    detail.show_tab("map")
    assert [account for account, _ in made] == [group["한빛전자"]] * 2
    detail.show_account(group["한빛화학"])
    assert [account for account, _ in made][2:] == [group["한빛화학"]]


def test_actions_ask_for_new_records_of_this_account(page, group, qtbot, context):
    detail = opened(page, qtbot, group, "한빛전자")
    asked = []
    context.routes.creation_requested.connect(lambda entity, fields: asked.append((entity, fields["account_id"])))
    for button in detail.header.findChildren(QWidget):
        if getattr(button, "text", lambda: "")() in {"Log activity", "New quote"}:
            qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert asked == [(entity, group["한빛전자"]) for entity in ("activity", "quote")]


def test_the_timeline_shows_what_happened_and_opens_it(page, group, stages, qtbot, context, workspace):
    deal = records.list_rows(workspace, "opportunity").records[0]
    visit = activities.log(
        workspace, "visit", "설비팀 미팅", account_id=group["구미사업장"], body="예산은 10월 확정"
    ).id
    context.lanes.write(lambda: pipeline.move_stage(workspace, [deal.id], stages["lost"]))
    detail = opened(page, qtbot, group, "한빛그룹")
    timeline = detail.overview.timeline
    qtbot.waitUntil(lambda: len(timeline.findChildren(TimelineRow)) == 2)
    assert {"Visit", "Stage", "설비팀 미팅", "예산은 10월 확정", "Negotiation → Lost"} <= set(texts(timeline))
    row = next(r for r in timeline.findChildren(TimelineRow) if "설비팀 미팅" in texts(r))
    went = []
    context.routes.arrived.connect(went.append)
    row.setFocus()
    qtbot.keyClick(row, Qt.Key.Key_Return)
    qtbot.mouseClick(row, Qt.MouseButton.LeftButton)
    assert [(place.page, place.row_id) for place in went] == [("activity", visit)] * 2


def test_a_long_timeline_is_read_page_by_page(page, group, qtbot, context, workspace):
    with workspace.write("test") as work:
        now = workspace.clock.now()
        rows = [
            {
                "kind": "call",
                "subject": f"{n}",
                "occurred_at": now - timedelta(hours=n),
                "account_id": group["한빛전자"],
            }
            for n in range(20)
        ]
        work.bulk("activity", inserts=rows)
    timeline = opened(page, qtbot, group, "한빛전자").overview.timeline
    qtbot.waitUntil(lambda: len(timeline.findChildren(TimelineRow)) == 12)
    qtbot.mouseClick(timeline._more, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: len(timeline.findChildren(TimelineRow)) == 20)
    assert not timeline._more.isVisible()
    timeline._scope._buttons["own"].click()
    qtbot.waitUntil(lambda: len(timeline.findChildren(TimelineRow)) == 12)


def test_a_task_is_ticked_off_here_and_undone(page, group, qtbot, context, workspace):
    activities.promise(
        workspace, "견적 보내기", due_on=workspace.today() - timedelta(days=1), account_id=group["구미사업장"]
    )
    detail = opened(page, qtbot, group, "한빛전자")
    qtbot.waitUntil(lambda: "견적 보내기" in texts(detail.overview.tasks))
    assert "yesterday" in texts(detail.overview.tasks)
    detail.overview.tasks.findChild(QCheckBox).click()
    qtbot.waitUntil(lambda: "Nothing is promised here." in texts(detail.overview.tasks))
    context.undo.undo()
    qtbot.waitUntil(lambda: "견적 보내기" in texts(detail.overview.tasks))


def test_what_is_missing_is_said_and_goes_when_it_is_known(page, group, qtbot, context, workspace):
    detail = opened(page, qtbot, group, "구미사업장")
    qtbot.waitUntil(lambda: "No person is known here yet." in texts(detail.overview.next))
    fields = {"name": "이정훈", "account_id": group["구미사업장"]}
    context.lanes.write(lambda: records.create(workspace, "contact", fields))
    qtbot.waitUntil(lambda: "No person is known here yet." not in texts(detail.overview.next))


@pytest.mark.parametrize("language", ["ko", "en"])
@pytest.mark.parametrize("gap", list(Gap))
def test_every_gap_has_its_sentence(gap, language):
    with i18n.speaking(language):
        assert all(text.endswith((".", "다.", "요.")) for text in gap_text(gap))


def test_the_next_renewal_counts_down(page, group, qtbot, context, workspace):
    day = workspace.today() + timedelta(days=41)
    fields = {"name": "유지보수", "account_id": group["구미사업장"], "renewal_date": day}
    context.lanes.write(lambda: records.create(workspace, "contract", fields))
    detail = opened(page, qtbot, group, "한빛그룹")
    qtbot.waitUntil(lambda: "41 days" in texts(detail.overview.renewal))
    with i18n.speaking("ko"):
        detail.refresh()
        assert "soon" in texts(detail.overview.renewal)
    index = page.model.index_of(group["한빛그룹"], 4)
    qtbot.waitUntil(lambda: index.data() == "Due 1")


def test_an_account_deleted_elsewhere_leaves_an_invitation(page, group, qtbot, context, workspace):
    detail = opened(page, qtbot, group, "대양중공업")
    context.lanes.write(lambda: accounts.delete(workspace, [group["대양중공업"]]))
    qtbot.waitUntil(lambda: detail.account_id != group["대양중공업"])


@pytest.mark.parametrize("name", ["이" * 300, "🏭 \u202eלשון 주식회사"])
def test_any_name_fits(page, group, qtbot, context, workspace, name):
    context.lanes.write(lambda: accounts.rename(workspace, group["대양중공업"], name))
    page.open_row(group["대양중공업"])
    qtbot.waitUntil(lambda: page.detail.header.title() == name)
    assert page.detail.header.width() <= page.detail.width()


def sums(currency, amount):
    zero = Sums.none()
    return CurrencySums(currency=currency, own=zero, total=Sums(Decimal(amount), Decimal(amount), Decimal(amount)))


def test_three_currencies_are_named_home_first_and_never_added():
    values = words.amounts([sums("EUR", 5), sums("KRW", -482_000_000), sums("USD", "1200.5")], "open", "KRW")
    with i18n.speaking("ko"):
        assert words.short(values) == "−₩4.82억 +2"
        assert words.all_short(values) == "−₩4.82억 · €5.00 · $1,200.50"
        assert words.exact(values) == "−₩482,000,000\n€5.00\n$1,200.50"
        assert words.short(()) == "–"
    with i18n.speaking("en"):
        told = words.told((sums("XXX", 7),), "won", "KRW")
    assert told.splitlines() == ["Won sales, with all below: 7.00", "This account alone: –"]


def test_an_openable_row_without_a_page_stays_quiet(context, qtbot):
    row = OpenableRow(context, "nothing", "1")
    qtbot.addWidget(row)
    assert row.focusPolicy() is Qt.FocusPolicy.NoFocus
    row.open()
    assert context.routes.here is None
    assert isinstance(PageHeader("x"), QWidget)


def test_in_a_narrow_window_the_timeline_goes_below_the_cards_and_back(page, group, qtbot):
    overview = page.detail.overview

    def beside():
        return overview.timeline.geometry().top() == overview.white_space.geometry().top()

    page.resize(1900, 810)
    qtbot.waitUntil(beside)
    page.resize(1084, 810)
    qtbot.waitUntil(lambda: overview.timeline.geometry().top() > overview.team.geometry().bottom())
    assert overview.timeline.geometry().left() == overview.deals.geometry().left()
    page.resize(1900, 810)
    qtbot.waitUntil(beside)
