"""The page, its list and the account's tab: in both languages and themes, with nobody, with long names, with 200 people."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QAbstractItemModelTester, QTest
from PySide6.QtWidgets import QPushButton

from desktop_crm import i18n
from desktop_crm.domain.schema.options import MapLayout
from desktop_crm.services import stakeholders, sync, sync_words
from desktop_crm.ui.stakeholders.page import MapListModel, StakeholdersPage, map_panel
from tests.ui.conftest import both_ways
from tests.ui.stakeholders.conftest import Hand, type_text


@pytest.mark.parametrize(("language", "scheme"), both_ways())
def test_a_map_opens_in_every_language_and_theme(qtbot, context, theme, show, hanbit, language, scheme):
    theme.choose(scheme)
    with i18n.speaking(language):
        page = show(StakeholdersPage(context))
        page.open_row(hanbit.map_id)
        hand = Hand(qtbot, context, page)
        hand.rest()
        for layout in (
            MapLayout.INFLUENCE_SUPPORT,
            MapLayout.SENIORITY_DEPARTMENT,
            MapLayout.FREE,
            MapLayout.ORG_CHART,
        ):
            hand.editor.set_layout(layout)
            hand.rest()
            picture = page.grab().toImage()
            ground = picture.pixelColor(hand.canvas.mapTo(page, hand.canvas.rect().center() * 0) + page.pos() * 0)
            assert ground.isValid()
        said = page.panel.toolbar.add_button.text() or page.panel.toolbar.add_button.toolTip()
        assert said in {"ko": ("사람 추가", "추가"), "en": ("Add a person", "Add")}[language]
        cards = picture.pixelColor(*page.panel.stage.mapTo(page, page.panel.stage.rect().topLeft()).toTuple())
        assert (cards.lightness() < 128) == (scheme == "dark")


def test_a_new_map_invites_to_the_first_step(qtbot, context, show, workspace, hanbit):
    map_id = stakeholders.create_map(workspace, account_id=hanbit.account_id, name="Empty").map_id
    page = show(StakeholdersPage(context))
    page.open_row(map_id)
    qtbot.waitUntil(page.panel.stage.empty.isVisible)
    assert not page.panel.inspector.isVisible()
    QTest.mouseClick(page.panel.stage.start, Qt.MouseButton.LeftButton)
    panel = page.panel.stage.add_panel
    assert panel.isVisible()
    qtbot.waitUntil(
        lambda: "남궁민수" in [panel.list.item(row).text().split("   ")[0] for row in range(panel.list.count())]
    )
    type_text(panel.line, "남궁")
    qtbot.waitUntil(lambda: "남궁" in panel.list.item(0).text())
    QTest.keyClick(panel.line, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: len(stakeholders.view(workspace, map_id).nodes) == 1)
    qtbot.waitUntil(lambda: not page.panel.stage.empty.isVisible())


def test_the_list_opens_a_map_and_the_crumb_leads_back(qtbot, context, show, hanbit):
    page = show(StakeholdersPage(context))
    qtbot.waitUntil(lambda: page.list.model.rowCount() == 1)
    table = page.list.table
    table.setFocus()
    table.selectRow(0)
    QTest.keyClick(table, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: page.panel.editor.view is not None)
    assert page.panel.isVisible()
    qtbot.waitUntil(lambda: bool(page.panel.scene.cards))
    crumb = next(one for one in page.panel.toolbar.findChildren(QPushButton) if one.text() == "Stakeholder maps")
    QTest.mouseClick(crumb, Qt.MouseButton.LeftButton)
    assert page.list.isVisible()


def test_the_list_follows_changes_and_is_narrowed_by_words(qtbot, context, show, workspace, hanbit):
    page = show(StakeholdersPage(context))
    qtbot.waitUntil(lambda: page.list.model.rowCount() == 1)
    QAbstractItemModelTester(page.list.model, QAbstractItemModelTester.FailureReportingMode.Warning)
    changes = stakeholders.create_map(workspace, account_id=hanbit.account_id, name="구매위원회").changes
    context.hub.announce(changes)
    qtbot.waitUntil(lambda: page.list.model.rowCount() == 2)
    page.list.search.setFocus()
    type_text(page.list.search, "위원회")
    qtbot.waitUntil(lambda: page.list.model.rowCount() == 1)
    assert page.list.model.index(0, 0).data() == "구매위원회"


def test_the_list_model_is_sound():
    model = MapListModel()
    QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Warning)
    model.show_maps([])
    assert model.rowCount() == 0
    assert model.headerData(3, Qt.Orientation.Horizontal) == "People"


def test_the_tab_of_an_account_writes_nothing_until_the_map_is_begun(qtbot, context, show, workspace):
    with workspace.write("test") as work:
        account_id = work.insert("account", {"name": "새회사"})
    tab = show(map_panel(context, account_id), 1000, 640)
    qtbot.waitUntil(tab.begin.isVisible)
    assert stakeholders.maps(workspace) == ()
    QTest.mouseClick(tab.begin, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(tab.panel.stage.add_panel.isVisible)
    assert len(stakeholders.maps(workspace, account_id)) == 1
    context.undo.undo()
    qtbot.waitUntil(tab.begin.isVisible)
    assert stakeholders.maps(workspace) == ()


def test_a_circle_that_slips_through_is_told_and_nothing_moves(qtbot, context, hand, hanbit):
    context.reporter.setProperty("expected", 1)
    before = hand.view()
    with qtbot.waitSignal(context.reporter.reported) as told:
        hand.editor.report_to([hanbit.nodes[0]], hanbit.nodes[4])
    assert "최민아 → 박서연 → 이정훈 → 최민아" in told.args[0].happened
    hand.rest()
    assert hand.view() == before


def test_a_missing_map_is_told(qtbot, context, page):
    context.reporter.setProperty("expected", 1)
    with qtbot.waitSignal(context.reporter.reported):
        page.open_row("not-there")


def test_a_map_deleted_elsewhere_leads_back_to_the_list(qtbot, context, hand, hanbit, workspace):
    context.hub.announce(stakeholders.delete_map(workspace, hanbit.map_id))
    qtbot.waitUntil(hand.page.list.isVisible)
    qtbot.waitUntil(lambda: hand.page.list.model.rowCount() == 0)


def test_changes_of_a_contact_reach_the_card(qtbot, context, hand, hanbit, workspace):
    contact = hand.view().nodes[0].contact_id
    with workspace.write("test") as work:
        work.update("contact", contact, {"name": "최민하"})
    context.hub.announce(work.changes)
    qtbot.waitUntil(lambda: hand.scene.cards[hanbit.nodes[0]].node.label == "최민하")


def test_the_own_echo_is_skipped(hand, hanbit, monkeypatch):
    reads = []
    original = hand.editor.refresh
    monkeypatch.setattr(hand.editor, "refresh", lambda: (reads.append(1), original())[1])
    hand.editor.set_fields([hanbit.nodes[0]], {"influence": 3})
    hand.rest()
    assert reads == []


def test_long_names_stay_inside_their_card(qtbot, context, hand, hanbit):
    long = "황보알렉산드라테레지아막시밀리아나 선우제갈"
    hand.editor.set_fields(
        [hanbit.nodes[2]], {"label": long, "title": "수석연구원", "department": "첨단소재융합기술전략연구소"}
    )
    hand.rest()
    card = hand.scene.cards[hanbit.nodes[2]]
    picture = hand.canvas.grab().toImage()
    corner = hand.canvas.mapFromScene(card.pos())
    right = [picture.pixelColor(corner.x() + 196, corner.y() + y).name() for y in range(6, 70)]
    look = hand.scene.look
    assert look.ink.name() not in right
    assert long in hand.editor.tip(hanbit.nodes[2])


def test_a_finding_of_a_missing_role_asks_for_a_person(hand):
    pill = next(
        one for one in hand.panel.coverage.findChildren(QPushButton) if one.objectName().startswith("role_missing")
    )
    QTest.mouseClick(pill, Qt.MouseButton.LeftButton)
    assert hand.panel.stage.add_panel.isVisible()


def test_the_overview_takes_the_view_along(hand):
    minimap = hand.panel.stage.minimap
    hand.canvas.zoom_by(2.0)
    QTest.mouseClick(minimap, Qt.MouseButton.LeftButton, pos=minimap.rect().bottomRight() / 4 * 3)
    one = hand.canvas.seen().center()
    QTest.mouseClick(minimap, Qt.MouseButton.LeftButton, pos=minimap.rect().center() / 2)
    other = hand.canvas.seen().center()
    assert other.x() < one.x()
    assert other.y() < one.y()


def test_two_hundred_people_open_and_are_laid_out(qtbot, context, show, workspace, hanbit):
    map_id = stakeholders.create_map(workspace, account_id=hanbit.account_id, name="Large").map_id
    with workspace.write("test") as work:
        ids = work.bulk("map_node", inserts=[{"map_id": map_id, "label": f"사람 {index}"} for index in range(200)])
        work.bulk(
            "map_node", updates=[(ids[index], {"reports_to_id": ids[(index - 1) // 9]}) for index in range(1, 180)]
        )
    page = show(StakeholdersPage(context))
    page.open_row(map_id)
    hand = Hand(qtbot, context, page)
    hand.qtbot.waitUntil(lambda: len(hand.scene.cards) == 200)
    assert hand.canvas.zoom == pytest.approx(0.5)
    hand.canvas.fit()
    assert hand.canvas.seen().contains(hand.scene.people_rect())
    hand.editor.set_layout(MapLayout.INFLUENCE_SUPPORT)
    hand.rest()
    assert len(hand.scene.reports) == 179


def test_a_new_map_is_asked_for_and_opened(qtbot, context, page, hanbit):
    QTest.mouseClick(page.list.new, Qt.MouseButton.LeftButton)
    form = page.list.form
    assert form.isVisible()
    QTest.mouseClick(form.make, Qt.MouseButton.LeftButton)
    assert form.isVisible()  # nothing was said yet
    name = form.rows["name"].editor.line
    name.setFocus()
    type_text(name, "컨소시엄")
    QTest.mouseClick(form.make, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: page.panel.editor.view is not None and page.panel.editor.view.name == "컨소시엄")
    assert page.panel.isVisible()
    page.begin_new({})
    assert form.isVisible()
    QTest.keyClick(form, Qt.Key.Key_Escape)
    assert not form.isVisible()


def test_a_new_map_for_an_account_opens_at_once(qtbot, context, page, hanbit):
    page.begin_new({"account_id": hanbit.account_id})
    qtbot.waitUntil(lambda: page.panel.editor.view is not None and page.panel.editor.view.id != hanbit.map_id)
    assert page.panel.editor.view.account_name == "한빛전자"
    context.undo.undo()
    qtbot.waitUntil(page.list.isVisible)


def test_the_tab_offers_the_maps_of_the_accounts_opportunities(qtbot, context, show, workspace, hanbit):
    with workspace.write("test") as work:
        deal = work.insert("opportunity", {"name": "설비 증설 2027", "account_id": hanbit.account_id})
    tab = show(map_panel(context, hanbit.account_id), 1000, 640)
    qtbot.waitUntil(lambda: tab.panel.editor.view is not None)
    assert not tab.chooser.isVisible()
    made = stakeholders.open_map(workspace, opportunity_id=deal)
    context.hub.announce(made.changes)
    qtbot.waitUntil(tab.chooser.isVisible)
    assert tab.panel.editor.view.id == hanbit.map_id
    tab.chooser.setFocus()
    QTest.keyClick(tab.chooser, Qt.Key.Key_Down)
    qtbot.waitUntil(lambda: tab.panel.editor.view is not None and tab.panel.editor.view.id == made.map_id)
    context.hub.announce(stakeholders.delete_map(workspace, hanbit.map_id))
    qtbot.waitUntil(lambda: not tab.chooser.isVisible())
    assert tab.panel.editor.view.id == made.map_id


def test_a_map_says_that_something_of_it_is_to_be_decided_and_leads_there(qtbot, hand, hanbit, context):
    note = hand.panel.toolbar.conflicts
    assert not note.isVisible()
    values = {"field": "_deleted", "kind": "delete", "lost": "true", "kept": "false", "state": "open"}

    def lose():
        with context.workspace.write("test") as work:
            work.insert("conflict", {"entity": "map_node", "row_id": hanbit.nodes[1]} | values)
        return work.changes

    with i18n.speaking("ko"):
        context.lanes.write(lose, lambda _changes: None)
        qtbot.waitUntil(note.isVisible)
        assert note.text() == "충돌 1건"
        found = sync.conflicts(context.workspace)[0]
        assert sync_words.conflict_title(found) == "이정훈 — 삭제"
        assert "관계선도 되살렸습니다" in sync_words.conflict_reason(found)
    note.click()
    assert (context.routes.here.page, context.routes.here.row_id) == ("sync", found.id)


def test_maps_are_found_by_initial_consonants(qtbot, hand, hanbit):
    model = hand.page.list.model
    model.show_maps(stakeholders.maps(hand.context.workspace))
    for text, count in (("ㅎㅂㅈㅈ", 1), ("한빛", 1), ("ㅋㅋㅋ", 0)):
        model.narrow(text)
        assert model.rowCount() == count


def test_undo_turns_the_tab_of_the_account_to_the_map_on_which_it_happened(qtbot, context, show, workspace, hanbit):
    with workspace.write("test") as work:
        deal = work.insert("opportunity", {"name": "설비 증설 2027", "account_id": hanbit.account_id})
    made = stakeholders.open_map(workspace, opportunity_id=deal)
    tab = show(map_panel(context, hanbit.account_id), 1000, 640)
    qtbot.waitUntil(lambda: tab.panel.editor.view is not None and tab.panel.editor.view.id == hanbit.map_id)
    tab.panel.editor.set_fields([hanbit.nodes[0]], {"influence": 3})
    qtbot.waitUntil(lambda: tab.panel.editor.idle and context.undo.next_undo() != "")
    tab.chooser.setFocus()
    QTest.keyClick(tab.chooser, Qt.Key.Key_Down)
    qtbot.waitUntil(lambda: tab.panel.editor.view is not None and tab.panel.editor.view.id == made.map_id)
    context.undo.undo()
    qtbot.waitUntil(lambda: tab.panel.editor.view is not None and tab.panel.editor.view.id == hanbit.map_id)
    assert tab.chooser.currentData() == hanbit.map_id
    qtbot.waitUntil(lambda: tab.panel.editor.view.node(hanbit.nodes[0]).influence == 10)
