"""Desktop notices: told once, only when wanted, followed by a press; silent where the system has no place for them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
from PySide6.QtWidgets import QSystemTrayIcon, QWidget

from desktop_crm import i18n
from desktop_crm.foundation.clock import FixedClock
from desktop_crm.foundation.errors import Refusal
from desktop_crm.services import activities, records
from desktop_crm.ui.shell.notices import SETTING, DesktopNotices, Tray

NOON = datetime(2026, 11, 23, 3, tzinfo=UTC)


class Desk:
    def __init__(self) -> None:
        self.said: list[tuple[str, str]] = []
        self.acts = []
        self.left = False

    def show(self, title, text, act) -> None:
        self.said.append((title, text))
        self.acts.append(act)

    def leave(self) -> None:
        self.left = True


@pytest.fixture
def workspace(new_workspace):
    return new_workspace(clock=FixedClock(NOON))


@pytest.fixture
def notices(qtbot, context):
    window = QWidget()
    qtbot.addWidget(window)
    made = DesktopNotices(context, window, Desk())
    yield made
    made.stop()
    assert made._desk.left


def looked(qtbot, notices) -> list[tuple[str, str]]:
    done = []
    real = notices._on_looked
    notices._on_looked = lambda found: (real(found), done.append(1))
    notices.look()
    qtbot.waitUntil(lambda: bool(done))
    notices._on_looked = real
    return notices._desk.said


def test_due_tasks_are_told_once_a_day(qtbot, context, workspace, notices) -> None:
    assert looked(qtbot, notices) == []
    for subject, days in (("자료 보내기", 0), ("전화", -2), ("나중", 5)):
        activities.promise(workspace, subject, due_on=workspace.today() + timedelta(days=days))
    assert looked(qtbot, notices) == [("Your day", "2 tasks are due today or late.")]
    assert len(looked(qtbot, notices)) == 1


def test_a_visit_about_to_begin_is_told_once_in_words_of_now(qtbot, context, workspace, notices) -> None:
    i18n.use("ko")
    account = records.create(workspace, "account", {"name": "한빛전자"}).id
    for minutes, kind in ((12, "visit"), (14, "call"), (40, "visit"), (-5, "visit")):
        fields = {"kind": kind, "subject": f"{minutes}", "occurred_at": NOON + timedelta(minutes=minutes)}
        records.create(workspace, "activity", {**fields, "account_id": account})
    said = looked(qtbot, notices)
    assert [title for title, _ in said] == ["12분 후 방문"]
    assert said[0][1].startswith("12 · 한빛전자")
    assert len(looked(qtbot, notices)) == 1


def test_a_press_on_a_notice_goes_to_the_record(qtbot, context, workspace, notices) -> None:
    context.routes.register("activity", "activity")
    fields = {"kind": "meeting", "subject": "회의", "occurred_at": NOON + timedelta(minutes=1)}
    row_id = records.create(workspace, "activity", fields).id
    looked(qtbot, notices)
    notices._desk.acts[0]()
    assert (context.routes.here.page, context.routes.here.row_id) == ("activity", row_id)


def test_switched_off_nothing_is_said(qtbot, context, workspace, notices) -> None:
    context.settings.put(SETTING, False)
    activities.promise(workspace, "전화", due_on=workspace.today())
    notices.look()
    notices._on_sync(state(conflicts=1))
    assert notices._desk.said == []


def state(conflicts=0, failure=None):
    status = SimpleNamespace(joined=True, pending=0, conflicts=conflicts, refused=0, is_stuck=False, last_success=None)
    return SimpleNamespace(status=status, offline=False, running=False, failure=failure)


def test_sync_is_told_when_it_comes_to_need_somebody_and_not_before_nor_again(notices) -> None:
    notices._on_sync(state())
    assert notices._desk.said == []
    notices._on_sync(state(conflicts=2))
    notices._on_sync(state(conflicts=2))
    assert [title for title, _ in notices._desk.said] == ["2 to decide"]
    notices._on_sync(state())
    notices._on_sync(state(failure=Refusal("sync.signed_out")))
    assert notices._desk.said[-1][0] == "Sync needs you"


def test_without_a_tray_nothing_is_shown_and_nothing_fails(qapp, monkeypatch) -> None:
    monkeypatch.setattr(QSystemTrayIcon, "isSystemTrayAvailable", staticmethod(lambda: False))
    tray = Tray(qapp)
    tray.show("Your day", "1 task", lambda: None)
    assert tray._icon is None
    tray.leave()


def test_with_a_tray_the_notice_is_handed_to_it_and_a_press_acts(qapp, theme, monkeypatch) -> None:
    monkeypatch.setattr(QSystemTrayIcon, "isSystemTrayAvailable", staticmethod(lambda: True))
    monkeypatch.setattr(QSystemTrayIcon, "supportsMessages", staticmethod(lambda: True))
    shown, acted = [], []
    monkeypatch.setattr(QSystemTrayIcon, "show", lambda _self: None)
    monkeypatch.setattr(QSystemTrayIcon, "showMessage", lambda _self, *said: shown.append(said[:2]))
    tray = Tray(qapp)
    tray.show("Your day", "1 task", lambda: acted.append(1))
    assert shown == [("Your day", "1 task")]
    tray._icon.messageClicked.emit()
    assert acted == [1]
    tray.leave()
    tray._icon.deleteLater()


def test_what_began_while_the_laptop_slept_is_told_and_so_is_each_of_a_series(
    qtbot, context, workspace, notices
) -> None:
    repeats = "DTSTART:20261123T031000Z\nRRULE:FREQ=DAILY"
    fields = {"kind": "meeting", "subject": "회의", "occurred_at": NOON + timedelta(minutes=10), "repeats": repeats}
    records.create(workspace, "activity", fields)
    looked(qtbot, notices)
    workspace.clock.at = NOON + timedelta(days=1, minutes=35)
    notices._seen = NOON
    said = looked(qtbot, notices)
    assert [title for title, _ in said] == ["Meeting in 10 minutes", "Meeting began 25 minutes ago"]
    assert len(looked(qtbot, notices)) == 2
