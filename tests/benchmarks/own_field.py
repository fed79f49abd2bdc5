"""A list of accounts filtered and sorted by a field of one's own: its whole order, ours and a raw indexed query's over the same values."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from decimal import Decimal
from pathlib import Path

from desktop_crm.domain.lists.filters import Filter, Test
from desktop_crm.domain.lists.query import ListQuery
from desktop_crm.domain.schema.fields import OwnKind
from desktop_crm.services import lists, own_fields
from desktop_crm.services.workspace import Workspace
from tests.benchmarks.floors import indexed
from tests.benchmarks.large_workspace import large_workspace
from tests.benchmarks.measure import Job, stopwatch

LEAST = 500
"""Half of the accounts have at least so much."""


@contextmanager
def ordered(folder: Path, floors_alone: bool, *, count: int) -> Iterator[Job]:
    with closing(indexed.opened(folder / "floor.sqlite", count)) as bare:

        def floor(_: int) -> float:
            return indexed.read(bare, LEAST)

        if floors_alone:
            yield Job(ours=None, floor=floor, rounds=15, warm_up=2)
            return
        workspace, _ = large_workspace(folder / "ours.crm", count)
        with workspace.closing():
            query = _filled(workspace)

            def ours(_: int) -> float:
                with stopwatch() as seconds:
                    found = lists.order(workspace, "account", query).keys
                assert len(found) == len(indexed.numbers(bare, LEAST))
                return seconds()

            yield Job(ours=ours, floor=floor, rounds=15, warm_up=2)


def _filled(workspace: Workspace) -> ListQuery:
    """The same numbers in a field of one's own; the question asked of it."""
    field, _ = own_fields.add(workspace, "account", "친밀도", OwnKind.NUMBER)
    with workspace.read() as session:
        ids = [row[0] for row in session.connection().exec_driver_sql("SELECT id FROM account ORDER BY id")]
    with workspace.write("benchmark.fill") as work:
        work.bulk("account", updates=[(one, {field.name: Decimal(indexed.value(n))}) for n, one in enumerate(ids)])
    asked = Filter(field=field.name, test=Test.AT_LEAST, value=Decimal(LEAST))
    return ListQuery(filters=(asked,), sort=field.name)
