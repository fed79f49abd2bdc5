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
from desktop_crm.persistence.stores.quotes import totals_of
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


NAMES = ("open", "weighted", "won", "won_year", "quotes", "contracts")


def stored_totals(session):
    """What `account_total` says: (account, currency) → six own amounts and six totals, rows of nothing left out."""
    names = ", ".join([*(f"own_{name}" for name in NAMES), *NAMES])
    rows = session.connection().exec_driver_sql(f"SELECT account_id, currency, {names} FROM account_total")
    found = {(row[0], row[1]): tuple(Decimal(value) for value in row[2:]) for row in rows}
    return {key: amounts for key, amounts in found.items() if any(amounts)}


def naive_totals(session):
    """The same from the rows alone, in the plainest way: each record is carried up to everything above its account."""
    accounts = _accounts(session)
    links = _home_links(accounts)
    totals = {}
    for account, currency, part in _parts(session):
        if account not in accounts:
            continue
        for place, node in enumerate(_way_up(account, links)):
            values = totals.setdefault((node, currency or "XXX"), [Decimal(0)] * 12)
            for step, value in enumerate(part):
                values[step + 6] += value
                if place == 0:
                    values[step] += value
    return {key: tuple(values) for key, values in totals.items() if any(values)}


def stored_beside(session):
    """Tallies of the home tree, and sums and tallies of the other hierarchies, rows of nothing left out."""
    query = session.connection().exec_driver_sql
    names = ", ".join(NAMES)
    often = {}
    for hierarchy, account, extra in query(
        "SELECT hierarchy, account_id, sum(extra) FROM person_overlap GROUP BY 1, 2"
    ):
        often[hierarchy or "home", account] = extra
    found = {
        ("home", row[0]): (row[1], row[2], row[3] - often.pop(("home", row[0]), 0), row[4])
        for row in query("SELECT * FROM account_tally")
    }
    for row in query(f"SELECT hierarchy, account_id, currency, {names} FROM linked_total"):
        found[tuple(row[:3])] = tuple(map(Decimal, row[3:]))
    for row in query("SELECT hierarchy, account_id, people, last FROM linked_tally"):
        found[tuple(row[:2])] = (row[2] - often.pop(tuple(row[:2]), 0), row[3])
    assert not often
    return {key: values for key, values in found.items() if any(values) or (len(key) == 2 and key[0] != "home")}


def naive_beside(session):
    """The same from the rows alone: everything below an account, each once, added up."""
    query = session.connection().exec_driver_sql
    accounts = _accounts(session)
    home = _home_links(accounts)
    people, last = _tallies(session)
    found = {}
    for account in accounts:
        below = [node for node in accounts if account in list(_way_up(node, home))]
        own = (len(people.get(account, ())), last.get(account))
        found["home", account] = (*own, *_together(below, people, last))
    parts = list(_parts(session))
    for hierarchy in ("ownership", "buying", "territory"):
        above = {}
        rows = query(
            "SELECT account_id, parent_id FROM hierarchy_link WHERE hierarchy=? AND _deleted IS NULL", (hierarchy,)
        )
        for account, parent in rows:
            if account != parent and all(one in accounts and accounts[one][1] is None for one in (account, parent)):
                above.setdefault(account, set()).add(parent)
        members = {*above, *(parent for some in above.values() for parent in some)}
        reach = {node: _all_above(node, above) for node in members}
        for node in members:
            below = [one for one in members if node in reach[one]]
            found[hierarchy, node] = _together(below, people, last)
            for account, currency, part in parts:
                if account in below:
                    key = (hierarchy, node, currency or "XXX")
                    found[key] = tuple(map(sum, zip(found.get(key, (Decimal(0),) * 6), part, strict=True)))
    return {key: values for key, values in found.items() if any(values) or (len(key) == 2 and key[0] != "home")}


def _together(nodes, people, last):
    moments = [last[node] for node in nodes if node in last]
    return len(set().union(*(people.get(node, ()) for node in nodes))), max(moments, default=None)


def _all_above(start, above):
    found, waiting = {start}, [start]
    while waiting:
        for node in above.get(waiting.pop(), ()):
            if node not in found:
                found.add(node)
                waiting.append(node)
    return found


def _accounts(session):
    rows = session.connection().exec_driver_sql("SELECT id, parent_id, _deleted FROM account")
    return {row[0]: (row[1], row[2]) for row in rows}


def _home_links(accounts):
    links = {
        node: parent
        for node, (parent, gone) in accounts.items()
        if gone is None and parent in accounts and accounts[parent][1] is None
    }
    for node in list(links):
        circle = _circle(node, links)
        if circle:
            links.pop(min(circle), None)
    return links


def _way_up(node, links):
    seen = set()
    while node is not None and node not in seen:
        seen.add(node)
        yield node
        node = links.get(node)


def _tallies(session):
    query = session.connection().exec_driver_sql
    people, last = {}, {}
    contacts = dict(query("SELECT id, account_id FROM contact WHERE _deleted IS NULL").all())
    known = list(contacts.items())
    known += query("SELECT contact_id, account_id FROM employment WHERE _deleted IS NULL AND ended_on IS NULL")
    for person, account in known:
        if person in contacts:
            people.setdefault(account, set()).add(person)
    for account, moment in query("SELECT account_id, occurred_at FROM activity WHERE _deleted IS NULL"):
        if moment:
            last[account] = max(last.get(account, ""), moment)
    return people, last


def _parts(session):
    """(account, currency, six amounts) of every record that counts."""
    query = session.connection().exec_driver_sql
    stages = {row[0]: (row[1], Decimal(row[2] or 0)) for row in query("SELECT id, kind, probability FROM stage")}
    year = query("SELECT value FROM workspace_fact WHERE name='sums.year'").scalar()
    zero = Decimal(0)
    for account, stage, stored, currency, closed in query(
        "SELECT account_id, stage_id, amount, currency, close_date FROM opportunity WHERE _deleted IS NULL"
    ):
        kind, probability = stages.get(stage, ("open", zero))
        amount = Decimal(stored or 0)
        won = amount if kind == "won" else zero
        open_ = amount if kind == "open" else zero
        this_year = won if closed and year and closed[:4] == year[:4] else zero
        yield account, currency, (open_, open_ * probability, won, this_year, zero, zero)
    for account, currency, amount, status in query(
        "SELECT account_id, currency, amount, status FROM contract WHERE _deleted IS NULL"
    ):
        counted = Decimal(amount or 0) if status in {None, "active"} else zero
        yield account, currency, (zero, zero, zero, zero, zero, counted)
    for quote, account, currency, status, stored in query(
        "SELECT id, account_id, currency, status, grand_total FROM quote WHERE _deleted IS NULL"
    ):
        if status in {None, "draft", "issued", "sent"}:
            total = totals_of(session, [quote]).get(quote, Decimal(stored or 0))
            yield account, currency, (zero, zero, zero, zero, total, zero)


def _circle(start, links):
    """The circle that `start` lies on, if any."""
    way, node = [], start
    while node in links and node not in way:
        way.append(node)
        node = links[node]
    return set(way) if node == start and way else set()
