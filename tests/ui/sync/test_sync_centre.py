"""The sync centre over a real server: waiting changes, a conflict decided with the mouse, joining, working offline."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from urllib.parse import parse_qs, urlsplit
from urllib.request import urlopen

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit, QPushButton

from desktop_crm import i18n
from desktop_crm.domain.quotes.draft import QuoteLine, QuoteSection
from desktop_crm.domain.schema.approval_options import ApproverKind
from desktop_crm.foundation.ids import new_row_id
from desktop_crm.services import employments, quotes, records, sync
from desktop_crm.services.duplicates.merging import merge
from desktop_crm.services.sync_progress import Stage
from desktop_crm.ui.runtime.context import connected
from desktop_crm.ui.shell.sync_watch import said
from desktop_crm.ui.sync.cards import ConflictCard, ManyCard, OverusedCard
from desktop_crm.ui.sync.page import SyncCentrePage
from desktop_crm.ui.theme import Scheme, Theme
from desktop_crm.ui.widgets.ask_form import JoinForm


@pytest.fixture
def two(new_workspace, join):
    """Two laptops that know the same account and have both changed its industry."""
    mine, theirs = new_workspace("mine"), new_workspace("theirs")
    made = records.create(mine, "account", {"name": "한빛전자", "industry": "neutral"})
    join(mine, "kim")
    join(theirs, "park")
    records.set_fields(theirs, "account", made.id, {"industry": "against"})
    sync.sync_now(theirs)
    records.set_fields(mine, "account", made.id, {"industry": "in favour"})
    return mine, theirs, made.id


@pytest.fixture
def my_context(qtbot, theme, two, settings):
    context = connected(two[0], settings)
    yield context
    context.lanes.stop()


def press(qtbot, widget, name: str) -> None:
    qtbot.mouseClick(widget.findChild(QPushButton, name), Qt.MouseButton.LeftButton)


def test_a_conflict_shows_three_values_and_one_press_decides_it(qtbot, show, two, my_context) -> None:
    mine, _, account = two
    page = show(SyncCentrePage(my_context))
    qtbot.waitUntil(lambda: page.view() is not None)
    assert page.view().pending_count == 1
    assert page.view().pending[0].title == "한빛전자"
    my_context.sync.begin()
    qtbot.waitUntil(lambda: page.view().conflict_count == 1)
    (conflict,) = page.view().conflicts
    assert {side.value for side in conflict.sides} == {"neutral", "in favour", "against"}
    card = page.findChild(ConflictCard)
    press(qtbot, card, "use:lost")
    qtbot.waitUntil(lambda: page.view().conflict_count == 0)
    assert records.get(mine, "account", account).fields["industry"] == "against"
    my_context.undo.undo()
    qtbot.waitUntil(lambda: page.view().conflict_count == 1)
    assert records.get(mine, "account", account).fields["industry"] == "in favour"


def test_an_envelope_that_two_laptops_used_up_is_shown_until_it_is_taken_back(qtbot, show, two, my_context) -> None:
    mine, theirs, account = two
    step = quotes.StepFields(approver=ApproverKind.USER, user_id=mine.author.user_id)
    quotes.save_rule(mine, name="lead", conditions="line_discount > 10", steps=(step,), own_allowed=True)
    granted = quotes.grant(
        mine, account_id=account, products=(), limit_percent=Decimal(12), expires_on=mine.today(), max_uses=1
    )
    for workspace in (mine, theirs, mine, theirs):
        sync.sync_now(workspace)
    for workspace in (mine, theirs):  # neither knows of the other
        line = QuoteLine(
            id=new_row_id(), name="센서", quantity=Decimal(1), unit_price=Decimal(900), discount_percent=Decimal(12)
        )
        section = QuoteSection(id=new_row_id(), lines=(line,))
        made = quotes.create(workspace, account_id=account, sections=(section,))
        quotes.issue(workspace, made.id, granted.id)
    for workspace in (mine, theirs, mine):
        sync.sync_now(workspace)
    page = show(SyncCentrePage(my_context))
    qtbot.waitUntil(lambda: page.view() is not None)
    (overused,) = page.view().overused
    assert (overused.id, overused.versions.count("v1")) == (granted.id, 2)
    press(qtbot, page.findChild(OverusedCard), "revoke")
    qtbot.waitUntil(lambda: page.view().overused == ())


def test_working_offline_sends_nothing_until_it_ends(qtbot, show, two, my_context) -> None:
    page = show(SyncCentrePage(my_context))
    qtbot.waitUntil(lambda: page.view() is not None)
    qtbot.mouseClick(page.offline, Qt.MouseButton.LeftButton)
    my_context.sync.begin()
    qtbot.waitUntil(lambda: my_context.sync.state.status is not None)
    assert my_context.sync.state.offline
    assert not page.now.isEnabled()
    assert sync.status(two[0]).pending == 1
    qtbot.mouseClick(page.offline, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: sync.status(two[0]).pending == 0)


def test_a_workspace_without_a_server_can_join_from_here(qtbot, show, context, server) -> None:
    page = show(SyncCentrePage(context))
    qtbot.waitUntil(lambda: page._form is not None)
    for name, text in (("server", server), ("user", "kim"), ("password", "wrong password")):
        qtbot.keyClicks(page._form.findChild(QLineEdit, name), text)
    qtbot.keyClick(page._form.findChild(QLineEdit, "password"), Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: bool(page._form.word()))
    password = page._form.findChild(QLineEdit, "password")
    password.selectAll()
    qtbot.keyClicks(password, "long enough password")
    qtbot.keyClick(password, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: page.view().joined)
    assert page.view().user == "kim"
    assert page._has_keyboard()


def test_a_laptop_that_came_back_from_a_backup_signs_in_again(qtbot, show, two, my_context) -> None:
    mine, _, _ = two
    mine.secrets._secrets.clear()
    page = show(SyncCentrePage(my_context))
    my_context.sync.begin()
    qtbot.waitUntil(lambda: page.findChild(JoinForm) is not None)
    form = page.findChild(JoinForm)
    assert form.findChild(QLineEdit, "user").text() == "kim"
    password = form.findChild(QLineEdit, "password")
    qtbot.keyClicks(password, "wrong words")
    form.answer()
    qtbot.waitUntil(lambda: bool(form.word()))
    password.clear()
    qtbot.keyClicks(password, "long enough password")
    form.answer()
    qtbot.waitUntil(lambda: page.view() is not None and page.findChild(JoinForm) is None)
    qtbot.waitUntil(lambda: page.view().pending_count == 0)


def test_a_slow_sign_in_says_what_it_does(qtbot, theme, show) -> None:
    form = show(JoinForm(), 480, 420)
    for name, text in (("server", "crm.example.com"), ("user", "kim"), ("password", "long enough")):
        qtbot.keyClicks(form.findChild(QLineEdit, name), text)
    form.go.setFocus()
    qtbot.keyClick(form.go, Qt.Key.Key_Space)
    assert not form.go.isEnabled()
    assert not form.progress.isVisible()  # a quick one says nothing
    qtbot.waitUntil(form.progress.isVisible)
    assert form.progress.accessibleName().startswith("Signing in")
    form.tell("That was not it.")
    assert not form.progress.isVisible()
    assert form.window().focusWidget() is form.go


def test_a_server_that_is_away_is_said_and_nothing_is_lost(qtbot, show, theme, new_workspace, join, server, settings):
    workspace = new_workspace("away")
    join(workspace, "kim")
    with workspace.database.writing() as connection:
        from desktop_crm.persistence import outbox

        outbox.save(connection, url="http://127.0.0.1:9")
    records.create(workspace, "task", {"subject": "Call"})
    context = connected(workspace, settings)
    page = show(SyncCentrePage(context))
    reports = []
    context.reporter.reported.connect(reports.append)
    context.sync.begin()
    qtbot.waitUntil(lambda: context.sync.state.failure is not None)
    assert reports == []
    qtbot.waitUntil(lambda: page.view() is not None and page.view().pending_count == 1)
    context.lanes.stop()


def test_it_opens_in_both_languages_and_themes(qtbot, qapp, show, two, my_context) -> None:
    sync.sync_now(two[0])
    for language in ("ko", "en"):
        for scheme in (Scheme.light, Scheme.dark):
            i18n.use(language)
            Theme(qapp, scheme)
            page = show(SyncCentrePage(my_context), 1280, 720)
            qtbot.waitUntil(lambda page=page: page.view() is not None and page.view().conflict_count == 1)
            assert not page.grab().isNull()
            page.close()


def test_two_records_with_one_key_are_closed_by_merging_them(qtbot, show, two, my_context) -> None:
    mine, theirs, _ = two
    key = "123-45-67890"
    one = records.create(theirs, "account", {"name": "갑", "business_registration_number": key}).id
    sync.sync_now(theirs)
    other = records.create(mine, "account", {"name": "을", "business_registration_number": key}).id
    my_context.sync.begin()
    page = show(SyncCentrePage(my_context))
    qtbot.waitUntil(lambda: page.view() is not None and any(view.merge for view in page.view().conflicts))
    card = next(card for card in page.findChildren(ConflictCard) if card.findChild(QPushButton, "merge"))
    assert card.findChild(QPushButton, "use:lost") is None
    gone = []
    my_context.routes.arrived.connect(gone.append)
    press(qtbot, card, "merge")
    assert set(gone[0].row_id.partition(":")[2].split(",")) == {one, other}
    merge(mine, "account", one, [other])
    page.refresh()
    qtbot.waitUntil(lambda: not any(view.merge for view in page.view().conflicts))
    assert "duplicate" not in {line.kind for line in sync.conflicts(mine)}


def test_a_pull_keeps_where_one_was_unless_somebody_wrote_it_down(new_workspace, join):
    mine, theirs = new_workspace("mine"), new_workspace("theirs")
    first, second = (str(records.create(mine, "account", {"name": name}).id) for name in ("한빛전자", "두빛화학"))
    people = [str(records.create(mine, "contact", {"name": name, "account_id": first}).id) for name in ("갑", "을")]
    join(mine, "kim")
    join(theirs, "park")
    with theirs.write("another program") as work:
        work.update("contact", people[0], {"account_id": second})
    records.set_fields(theirs, "contact", people[1], {"account_id": second})
    sync.sync_now(theirs)
    found = sync.sync_now(mine)
    assert found.changes.touches("employment")
    for one in people:
        former = [line for line in employments.of_contact(mine, one) if line.ended_on]
        assert [line.account for line in former] == ["한빛전자"]
    sync.sync_now(mine)
    sync.sync_now(theirs)
    former = [line for line in employments.of_contact(theirs, people[0]) if line.ended_on]
    assert [line.account for line in former] == ["한빛전자"]


def test_several_conflicts_of_an_account_are_decided_by_one_press(qtbot, show, two, my_context) -> None:
    mine, theirs, account = two
    records.set_fields(theirs, "account", account, {"website": "theirs.example"})
    sync.sync_now(theirs)
    records.set_fields(mine, "account", account, {"website": "mine.example"})
    page = show(SyncCentrePage(my_context))
    my_context.sync.begin()
    qtbot.waitUntil(lambda: page.view() is not None and page.view().conflict_count == 2)
    qtbot.waitUntil(lambda: page.findChild(ManyCard) is not None)
    press(qtbot, page.findChild(ManyCard), "all:theirs")
    qtbot.waitUntil(lambda: page.view().conflict_count == 0)
    fields = records.get(mine, "account", account).fields
    assert (fields["industry"], fields["website"]) == ("against", "theirs.example")
    my_context.undo.undo()
    qtbot.waitUntil(lambda: page.view().conflict_count == 2)
    assert records.get(mine, "account", account).fields["website"] == "mine.example"
    assert page.findChild(ManyCard) is not None


def test_a_first_sync_says_how_far_it_is(qtbot, my_context):
    page = SyncCentrePage(my_context)
    qtbot.addWidget(page)
    page.show()
    assert not page.first.isVisible()
    runner = my_context.sync
    far = sync.Progress(stage=Stage.LAYING, share=0.75, rows=12_000, left=125.0)
    runner.changed.emit(replace(runner.state, running=True, progress=far))
    assert page.first.isVisible()
    assert page.first.bar.value() == 750
    with i18n.speaking("ko"):
        runner.changed.emit(replace(runner.state, running=True, progress=far))
        assert page.first.bar.accessibleName() == "첫 동기화: 기록 12,000건 도착 · 약 2분 남음"
        assert said(
            replace(runner.state, status=sync.status(my_context.workspace), running=True, progress=far)
        ).text == ("첫 동기화 75%")
    runner.changed.emit(replace(runner.state, running=False, progress=None))
    assert not page.first.isVisible()


def test_people_join_by_the_browser_or_stop_waiting_for_it(qtbot, show, context, monkeypatch):
    from desktop_crm.services import sync, sync_browser
    from desktop_crm.sync.client.engine import RunReport
    from desktop_crm.sync.protocol import BrowserOffer, Tokens

    shown, came = [], Tokens(access="a", refresh="r", expires_in=9, user="u", name="minji", role="member")
    offer = BrowserOffer(address="https://id.example.com/ask", client="crm", scope="openid")
    monkeypatch.setattr("desktop_crm.sync.client.transport.HttpTransport.browser_offer", lambda _self: offer)
    monkeypatch.setattr("desktop_crm.sync.client.transport.HttpTransport.browser_sign_in", lambda *_: came)
    monkeypatch.setattr(sync_browser, "open_page", shown.append)
    monkeypatch.setattr(sync, "_run", lambda *_more, **_named: sync.told(RunReport()))
    page = show(SyncCentrePage(context))
    qtbot.waitUntil(lambda: page.findChild(JoinForm) is not None)
    form = page.findChild(JoinForm)
    qtbot.keyClick(form.browser, Qt.Key.Key_Space)
    assert "address" in form.word()  # only that is asked for
    form.findChild(QLineEdit, "server").setText("127.0.0.1:1")
    qtbot.keyClick(form.browser, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: bool(shown))
    assert form.browser.text() == "Stop waiting"
    assert not form.go.isEnabled()
    qtbot.keyClick(form.browser, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: "called off" in form.word())
    assert form.browser.text() == "Sign in with the browser"
    monkeypatch.setattr(sync_browser, "open_page", answer_as_the_provider)
    qtbot.keyClick(form.browser, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: page.view() is not None and page.view().joined)
    assert page.view().user == "minji"


def answer_as_the_provider(address: str) -> None:
    asked = parse_qs(urlsplit(address).query)
    urlopen(f"{asked['redirect_uri'][0]}?code=c&state={asked['state'][0]}").read()
