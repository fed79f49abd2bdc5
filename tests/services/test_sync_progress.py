"""How far a long sync is: shares, time left, what has arrived, nothing when none runs."""

from __future__ import annotations

import pytest

from desktop_crm.foundation.changes import Change, ChangeKind, Changes
from desktop_crm.services import sync_progress
from desktop_crm.services.sync_progress import Stage


class Watch:
    now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def way(workspace):
    watch = Watch()
    yield watch, sync_progress.teller(workspace, watch)
    sync_progress.forget(workspace)


def test_a_file_on_its_way_is_half_and_its_rows_are_the_rest(workspace, way):
    watch, tell = way
    assert sync_progress.progress(workspace) is None
    tell(Stage.FETCHING, 500, 1000, Changes.none())
    assert sync_progress.progress(workspace).share == 0.25
    tell(Stage.LAYING, 0, 80, Changes.none())
    watch.now += 3
    tell(Stage.LAYING, 20, 80, Changes.none())
    said = sync_progress.progress(workspace)
    assert (said.share, said.rows, said.left) == (0.625, 20, 9.0)
    tell(Stage.LAYING, 80, 80, Changes.none())
    assert sync_progress.progress(workspace).share == 1.0
    sync_progress.forget(workspace)
    assert sync_progress.progress(workspace) is None


def test_of_pages_nobody_knows_how_many_follow(workspace, way):
    _, tell = way
    tell(Stage.PAGES, 2000, 0, Changes.none())
    said = sync_progress.progress(workspace)
    assert (said.share, said.rows, said.left) == (None, 2000, None)


def test_what_arrived_is_told_once(workspace, way):
    _, tell = way
    item = Change(entity="account", row_id="one", kind=ChangeKind.CREATED, fields=frozenset({"name"}))
    tell(Stage.LAYING, 1, 2, Changes(tx_id=None, items=(item,), remote=True))
    assert sync_progress.take_arrived(workspace).rows("account") == {"one"}
    assert not sync_progress.take_arrived(workspace)
