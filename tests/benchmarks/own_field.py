"""A list of accounts filtered and sorted by a field of one's own: its whole order, ours and a raw indexed query's over the same values."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from decimal import Decimal
from pathlib import Path

from desktop_crm.domain.lists.filters import Filter, Test
from desktop_crm.domain.lists.query import ListQuery
from desktop_crm.services import lists, own_fields
from desktop_crm.services.workspace import Workspace
from tests.benchmarks.floors import indexed
from tests.benchmarks.measure import Job, stopwatch
from tests.benchmarks.standing_files import OWN_FIELD, fill_own_numbers, kept_workspace

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
        with kept_workspace(folder, "own-numbers", count, fill_own_numbers).closing() as workspace:
            query = _asked(workspace)

            def ours(_: int) -> float:
                with stopwatch() as seconds:
                    found = lists.order(workspace, "account", query).keys
                assert len(found) == len(indexed.numbers(bare, LEAST))
                return seconds()

            yield Job(ours=ours, floor=floor, rounds=15, warm_up=2)


def _asked(workspace: Workspace) -> ListQuery:
    """The question asked of the field."""
    (name,) = (one.name for one in own_fields.all_fields(workspace) if one.label == OWN_FIELD)
    asked = Filter(field=name, test=Test.AT_LEAST, value=Decimal(LEAST))
    return ListQuery(filters=(asked,), sort=name)
