"""A small group of companies, and the accounts page over it."""

from __future__ import annotations

from decimal import Decimal

import pytest

from desktop_crm.services import accounts, pipeline, records
from desktop_crm.ui.accounts.page import AccountsPage

ENTITIES = ("account", "contact", "opportunity", "quote", "contract", "activity", "task")


@pytest.fixture
def stages(workspace):
    return {stage.kind: stage.id for stage in pipeline.ensure_pipeline(workspace).pipeline.stages}


@pytest.fixture
def group(workspace, stages):
    """한빛그룹 › 한빛전자 › 구미사업장, 한빛화학 beside it, and 대양중공업 alone; one deal each at 구미 and 화학."""
    made = {}
    rows = (
        ("한빛그룹", None),
        ("한빛전자", "한빛그룹"),
        ("구미사업장", "한빛전자"),
        ("한빛화학", "한빛그룹"),
        ("대양중공업", None),
    )
    for name, parent in rows:
        made[name] = accounts.create(workspace, name, made.get(parent), kind="company").id
    for name, kind, amount in (("구미사업장", "open", 310_000_000), ("한빛화학", "won", 620_000_000)):
        fields = {"name": f"{name} 증설", "account_id": made[name], "stage_id": stages[kind]}
        records.create(workspace, "opportunity", fields | {"amount": Decimal(amount), "currency": "KRW"})
    return made


@pytest.fixture
def page(context, show, qtbot, group):
    for entity in ENTITIES:
        context.routes.register(entity, entity)
    made = show(AccountsPage(context), 1250, 810)
    qtbot.waitUntil(lambda: made.model.rowCount() == 2 and made.detail.header.title() != "")
    return made


@pytest.fixture
def outline(page, qtbot):
    """`outline()` opens every branch and gives back the tree's names, indented; with a wish it waits for just that."""

    def look(parent, depth):
        lines = []
        for row in range(page.model.rowCount(parent)):
            child = page.model.index(row, 0, parent)
            lines.append("  " * depth + child.data())
            page.tree.expand(child)
            lines += look(child, depth + 1)
        return lines

    def whole(parent=None):
        index = parent if parent is not None else page.tree.rootIndex()
        children = [page.model.index(row, 0, index) for row in range(page.model.rowCount(index))]
        return all(not page.model.hasChildren(c) or (page.model.rowCount(c) and whole(c)) for c in children)

    def read(wish=None):
        def done():
            lines = look(page.tree.rootIndex(), 0)
            return whole() and (wish is None or lines == wish)

        qtbot.waitUntil(done)
        return look(page.tree.rootIndex(), 0)

    return read
