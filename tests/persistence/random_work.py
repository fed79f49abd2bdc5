"""Random but legal work on a workspace, for tests that compare what is stored with what it should be. Seeds come from Hypothesis."""

from __future__ import annotations

import functools
import shutil
import tempfile
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

from hypothesis import strategies as st

from desktop_crm.foundation.clock import FixedClock
from desktop_crm.persistence.tables import ROWS
from desktop_crm.security.secrets import MemoryStore
from desktop_crm.services.workspace import init_workspace, open_workspace

AMOUNTS = st.one_of(
    st.none(),
    st.decimals(min_value=-(10**6), max_value=10**6, places=2),
    st.sampled_from([Decimal(0), Decimal("0.01"), Decimal(10) ** 15, -(Decimal(10) ** 15), Decimal("1E+3")]),
)
CURRENCIES = st.sampled_from(["KRW", "USD", "EUR", None])
PROBABILITIES = st.sampled_from([None, Decimal(0), Decimal("0.1"), Decimal("0.333"), Decimal("0.75"), Decimal(1)])
STAGE_KINDS = st.sampled_from(["open", "won", "lost"])
CLOCK = FixedClock(datetime(2026, 11, 23, tzinfo=UTC))


@functools.cache
def _empty_file():
    """An empty workspace, made once a run and copied for each example."""
    folder = tempfile.TemporaryDirectory()
    secrets = MemoryStore()
    path = Path(folder.name) / "empty.crm"
    init_workspace(path, name="w", secrets=secrets, clock=CLOCK).close()
    return path, secrets, folder


def fresh_workspace():
    """An open, empty workspace and the temporary folder it lies in."""
    path, secrets, _ = _empty_file()
    folder = tempfile.TemporaryDirectory()
    copy = Path(folder.name) / "w.crm"
    shutil.copy(path, copy)
    return open_workspace(copy, secrets=secrets, clock=CLOCK), folder


def live(session, *entities):
    """Every row that is not deleted: (entity, id) → fields."""
    found = {}
    for entity in entities:
        table = ROWS[entity]
        for row in session.query(table).where(table.row_deleted.is_(None)):
            found[entity, row.id] = {name: value for name, value in row.field_values().items() if value is not None}
    return found


def stored_totals(session):
    """What `account_total` says: (account, currency) → six amounts, rows of nothing left out."""
    rows = session.connection().exec_driver_sql(
        "SELECT account_id, currency, own_open, own_weighted, own_won, open, weighted, won FROM account_total"
    )
    found = {(row[0], row[1]): tuple(Decimal(value) for value in row[2:]) for row in rows}
    return {key: amounts for key, amounts in found.items() if any(amounts)}


def naive_totals(session):
    """The same from the rows alone, in the plainest way: each opportunity is carried up to everything above its account."""
    query = session.connection().exec_driver_sql
    accounts = {row[0]: (row[1], row[2]) for row in query("SELECT id, parent_id, _deleted FROM account")}
    stages = {row[0]: (row[1], Decimal(row[2] or 0)) for row in query("SELECT id, kind, probability FROM stage")}
    links = {
        node: parent
        for node, (parent, gone) in accounts.items()
        if gone is None and parent in accounts and accounts[parent][1] is None
    }
    for node in list(links):
        circle = _circle(node, links)
        if circle:
            links.pop(min(circle), None)
    totals = {}
    deals = query("SELECT account_id, stage_id, amount, currency FROM opportunity WHERE _deleted IS NULL")
    for account, stage, amount, currency in deals:
        if account not in accounts or not amount:
            continue
        part = _part(stages.get(stage, ("open", Decimal(0))), Decimal(amount))
        node, first, seen = account, True, set()
        while node is not None and node not in seen:
            seen.add(node)
            values = totals.setdefault((node, currency or "XXX"), [Decimal(0)] * 6)
            for place, value in enumerate(part):
                values[place + 3] += value
                if first:
                    values[place] += value
            first = False
            node = links.get(node)
    return {key: tuple(values) for key, values in totals.items() if any(values)}


def _part(stage, amount):
    kind, probability = stage
    if kind == "won":
        return Decimal(0), Decimal(0), amount
    if kind == "lost":
        return Decimal(0), Decimal(0), Decimal(0)
    return amount, amount * probability, Decimal(0)


def _circle(start, links):
    """The circle that `start` lies on, if any."""
    way, node = [], start
    while node in links and node not in way:
        way.append(node)
        node = links[node]
    return set(way) if node == start and way else set()
