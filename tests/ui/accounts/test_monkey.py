"""Random work on accounts by others while the tree is open: it always shows what the workspace holds."""

from __future__ import annotations

import random

import pytest
from PySide6.QtTest import QAbstractItemModelTester

from desktop_crm.foundation.errors import Refusal
from desktop_crm.services import accounts, history

STEPS = 30


def some_work(workspace, rng, past):
    """One random act; a refused one changes nothing."""
    rows = accounts.tree(workspace)
    ids = [row.id for row in rows]
    act = rng.choice(["create", "create", "move", "move", "rename", "delete", "undo"])
    if act == "create" or len(ids) < 3:
        return accounts.create(
            workspace, f"{rng.choice('가나다ABC')}{rng.randrange(100)}", rng.choice([*ids, None])
        ).changes
    if act == "undo" and past:
        return history.revert(workspace, rng.choice(past)).changes
    if act == "rename":
        return accounts.rename(workspace, rng.choice(ids), f"{rng.choice('가나다abc')}{rng.randrange(100)}")
    if act == "delete":
        return accounts.delete(workspace, rng.sample(ids, 1), with_children=rng.random() < 0.2)
    try:
        return accounts.move(workspace, rng.sample(ids, rng.randrange(1, 3)), rng.choice([*ids, None]))
    except Refusal:
        return None


def whole(workspace):
    return sorted((row.id, row.parent_id or "", row.name) for row in accounts.tree(workspace))


def shown(page):
    """Every account in the model with the one it stands below, branches opened as it goes."""
    found, waiting = [], [page.tree.rootIndex()]
    while waiting:
        parent = waiting.pop()
        above = page.model.node(parent)
        for row in range(page.model.rowCount(parent)):
            index = page.model.index(row, 0, parent)
            node = page.model.node(index)
            found.append((node.id, above.id if above else "", node.name))
            page.tree.expand(index)
            waiting.append(index)
    return sorted(found)


@pytest.mark.parametrize("seed", range(4))
def test_the_tree_shows_what_the_workspace_holds(page, qtbot, context, workspace, seed):
    rng = random.Random(seed)
    tester = QAbstractItemModelTester(page.model, QAbstractItemModelTester.FailureReportingMode.Warning)
    past = []

    def act():
        changes = some_work(workspace, rng, past)
        if changes is not None and changes.tx_id is not None:
            past.append(changes.tx_id)
        return changes

    for step in range(STEPS):
        context.lanes.write(act)
        if step % 5 == 4:  # several acts come in one go before the tree is looked at
            context.lanes.write(lambda: None, lambda _done: past.append(past[-1]))
            known = len(past)
            qtbot.waitUntil(lambda n=known: len(past) > n)
            qtbot.waitUntil(lambda: shown(page) == whole(workspace))
    assert tester.model() is page.model
