"""A laptop that has not met its server for too long is locked until it does; its clock does not help, and nothing is lost."""

from __future__ import annotations

from datetime import timedelta

import pytest
from PySide6.QtCore import Qt

from desktop_crm.foundation.errors import Refusal
from desktop_crm.persistence import outbox
from desktop_crm.services import records, sync_lock
from desktop_crm.services import sync as service
from desktop_crm.sync.server import desk
from desktop_crm.ui.runtime.lanes import Lanes
from desktop_crm.ui.signin.lock_screen import LockScreen
from tests.sync.test_service import PASSWORD, server

__all__ = ["server"]


class Later:
    """The workspace's own clock, some days on."""

    def __init__(self, clock) -> None:
        self._clock, self.days = clock, 0.0

    def now(self):
        return self._clock.now() + timedelta(days=self.days)


@pytest.fixture
def away(server, new_workspace):
    workspace = new_workspace("mine")
    with server.store.writing() as books:
        desk.set_lock_days(books, server.clock, 7)
    service.join(workspace, server.url, "minji", PASSWORD)
    workspace.clock = Later(workspace.clock)
    return workspace


def test_it_is_locked_after_the_days_and_free_after_the_next_contact(away, server):
    away.clock.days = 6.9
    assert sync_lock.days_over(away) == 0
    away.clock.days = 8
    assert sync_lock.days_over(away) == 8
    with pytest.raises(Refusal) as caught:
        sync_lock.check(away)
    assert caught.value.code == "sync.locked"
    records.create(away, "account", {"name": "typed before the lock was seen"})
    service.sync_now(away)
    assert sync_lock.days_over(away) == 0
    with server.store.writing() as books:
        desk.set_lock_days(books, server.clock, 0)
    service.sync_now(away)
    away.clock.days = 400
    assert sync_lock.days_over(away) == 0


def test_a_clock_turned_back_does_not_help(away):
    later = f"{int((away.clock.now() + timedelta(days=9)).timestamp() * 1000):012x}0000-abc"
    with away.database.writing() as connection:
        outbox.save(connection, hlc_last=later)
    assert sync_lock.days_over(away) >= 8


def test_the_screen_opens_when_the_server_is_met(qtbot, qapp, away, server):
    lanes = Lanes()
    try:
        screen = LockScreen(away, lanes, away=8)
        qtbot.addWidget(screen)
        screen.show()
        assert screen.form.go.text() in {"Connect and unlock", "연결하고 잠금 풀기"}
        with away.database.writing() as connection:
            outbox.save(connection, url="http://127.0.0.1:9")
        qtbot.mouseClick(screen.form.go, Qt.MouseButton.LeftButton)
        qtbot.waitUntil(lambda: screen.form.word() != "")
        with away.database.writing() as connection:
            outbox.save(connection, url=server.url)
        with qtbot.waitSignal(screen.unlocked):
            qtbot.mouseClick(screen.form.go, Qt.MouseButton.LeftButton)
    finally:
        lanes.stop()
