"""Comments on the screen: names are offered after @, what is new is marked once, and the day tells what was said to one."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton

from desktop_crm import bootstrap, i18n
from desktop_crm.foundation.ids import UserId
from desktop_crm.services import comments, records
from desktop_crm.ui.activities.discussion import DiscussionPanel
from desktop_crm.ui.activities.said_card import SaidCard
from desktop_crm.ui.theme import Theme
from desktop_crm.ui.widgets.pill import Pill
from desktop_crm.ui.widgets.record_panel import RecordPanel
from tests.ui.conftest import both_ways


@pytest.fixture
def people(workspace):
    made = {name: records.create(workspace, "user", {"name": name, "active": True}).id for name in ("김하나", "박서준")}
    workspace.act_as(UserId(made["김하나"]))
    return made


@pytest.fixture
def deal(workspace, people):
    return records.create(workspace, "opportunity", {"name": "HC-900"}).id


@pytest.fixture
def panel(context, show, qtbot, deal):
    made = show(DiscussionPanel(context, "opportunity"), 340, 620)
    made.show_row(deal)
    qtbot.waitUntil(lambda: made.box.names != {})
    return made


def pills(widget):
    return [one.text() for one in widget.findChildren(Pill) if one.isVisible()]


def test_a_name_is_offered_taken_and_sent_by_keys(panel, qtbot, workspace, deal, people):
    panel.box.setFocus()
    panel.box.insertPlainText("확인 부탁 @ㅂㅅ")
    qtbot.waitUntil(lambda: panel.box.offered() == ["박서준"])
    qtbot.keyClick(panel.box, Qt.Key.Key_Return)
    assert panel.box.toPlainText() == "확인 부탁 @박서준 "
    assert panel.box.offered() == []
    qtbot.keyClick(panel.box, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: panel.box.toPlainText() == "")
    (said,) = comments.discussion(workspace, "opportunity", deal).comments
    assert said.mentions == (people["박서준"],)
    qtbot.waitUntil(lambda: panel.follow.text() == "Follow no longer")
    panel.follow.click()
    qtbot.waitUntil(lambda: panel.follow.text() == "Follow")


def test_what_is_new_is_marked_and_counts_as_seen(panel, qtbot, workspace, deal, people):
    panel.hide()
    comments.look(workspace, "opportunity", deal)
    workspace.act_as(UserId(people["박서준"]))
    comments.say(workspace, "opportunity", deal, "@김하나 가격이 바뀌었어요")
    records.set_fields(workspace, "opportunity", deal, {"next_step": "시연"})
    workspace.act_as(UserId(people["김하나"]))
    panel.show()
    qtbot.waitUntil(lambda: {"New", "You"} <= set(pills(panel)) and panel.news.count.text() == "1 change")
    qtbot.waitUntil(lambda: comments.discussion(workspace, "opportunity", deal).unread == 0)
    panel.refresh()
    qtbot.waitUntil(lambda: "New" in pills(panel))
    other = records.create(workspace, "opportunity", {"name": "other"}).id
    panel.show_row(other)
    qtbot.waitUntil(lambda: "New" not in pills(panel))


def test_the_day_tells_what_was_said_to_one(context, show, qtbot, workspace, deal, people):
    workspace.act_as(UserId(people["박서준"]))
    comments.say(workspace, "opportunity", deal, "@김하나 봐 주세요")
    workspace.act_as(UserId(people["김하나"]))
    context.routes.register("opportunity", "opportunity")
    card = SaidCard(context)
    show(card, 480, 200)
    qtbot.waitUntil(lambda: card.count.text() == "1 new")
    card.rows.itemAt(0).widget().open()
    assert context.routes.here.row_id == deal


@pytest.mark.parametrize(("language", "scheme"), both_ways())
def test_every_record_has_comments_in_both_languages_and_themes(
    context, qapp, show, qtbot, workspace, deal, people, language, scheme
):
    i18n.use(language)
    Theme(qapp, scheme)
    context.routes.tabs_of_all = bootstrap.tabs_of_all
    comments.say(workspace, "opportunity", deal, "@박서준 단가를 다시 확인해 주세요. 고객이 5 % 할인을 원합니다.")
    fields = {"opportunity_id": deal, "user_id": people["박서준"], "deal_role": "legal", "duty": "계약서 검토"}
    records.create(workspace, "deal_member", fields)
    panel = show(RecordPanel(context, "opportunity"), 340, 700)
    panel.show_row(deal)
    named = "댓글" if language == "ko" else "Comments"
    next(one for one in panel._tabs.findChildren(QPushButton) if one.text() == named).click()
    discussion = panel.findChild(DiscussionPanel)
    qtbot.waitUntil(lambda: discussion.said.count() > 0 and discussion.team.isVisible() and bool(pills(discussion)))
