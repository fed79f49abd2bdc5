"""Two open workspaces and a real server: what one writes appears in the other without a press and long before the next run is due."""

from __future__ import annotations

import pytest

from desktop_crm.services import records, sync
from desktop_crm.ui.runtime.context import connected

PATIENCE = 30_000


@pytest.fixture
def two(qtbot, theme, new_workspace, join, settings):
    """Both laptops of a team, open and online."""
    made = []
    for name in ("kim", "park"):
        workspace = new_workspace(name)
        join(workspace, name)
        made.append(connected(workspace, settings))
    yield made
    for context in made:
        context.lanes.stop()


def online(qtbot, context) -> None:
    context.sync.begin()
    qtbot.waitUntil(lambda: context.sync.watch.listens and not context.sync.state.running, timeout=PATIENCE)


def test_a_colleagues_edit_appears_by_itself(qtbot, two) -> None:
    mine, theirs = two
    for context in two:
        online(qtbot, context)
    made = records.create(theirs.workspace, "account", {"name": "한빛전자"})
    theirs.hub.announce(made.changes)

    def here() -> bool:
        page = records.list_rows(mine.workspace, "account")
        return [row.fields["name"] for row in page.records] == ["한빛전자"]

    qtbot.waitUntil(here, timeout=PATIENCE)
    runs = len(sync.runs(mine.workspace))
    qtbot.wait(300)
    assert len(sync.runs(mine.workspace)) - runs <= 1, "one's own news do not call for another run and another"


def test_offline_nothing_is_heard_and_online_again_it_is(qtbot, two) -> None:
    mine, theirs = two
    online(qtbot, mine)
    mine.sync.set_offline(True)
    assert not mine.sync.watch.listens
    made = records.create(theirs.workspace, "account", {"name": "한빛전자"})
    sync.sync_now(theirs.workspace)
    assert records.count(mine.workspace, "account") == 0
    mine.sync.set_offline(False)
    qtbot.waitUntil(lambda: mine.sync.watch.listens, timeout=PATIENCE)
    assert records.get(mine.workspace, "account", made.id).fields["name"] == "한빛전자"
