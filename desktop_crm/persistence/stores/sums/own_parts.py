"""What the records of one transaction change in their accounts' own sums: amounts, people known, and the last contact.

Reads the records and the rows beside them; who stands above whom, and what is stored of sums, is `rollups`' and `linked`'s.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.orm import Session

from desktop_crm.domain.accounts.rollup import (
    NO_CURRENCY,
    StageWeight,
    Year,
    fiscal_year,
    is_open,
    of_contract,
    of_opportunity,
    of_quote,
)
from desktop_crm.domain.accounts.sums import Sums
from desktop_crm.domain.schema import codec
from desktop_crm.persistence import plain
from desktop_crm.persistence.change_log import Record
from desktop_crm.persistence.facts import read_fact
from desktop_crm.persistence.stores.sums import people

YEAR_FACT = "sums.year"
"""The first day of the fiscal year that "won this year" is counted for."""

_FIELDS = {
    "opportunity": ("account_id", "stage_id", "amount", "currency", "close_date"),
    "contract": ("account_id", "status", "amount", "currency"),
    "activity": ("account_id", "occurred_at"),
}
_QUOTE_PARTS = {"quote": None, "quote_line": "quote_id", "quote_section": "quote_id"}
_QUOTE_FIELDS = frozenset(
    {
        "account_id",
        "status",
        "currency",
        "grand_total",
        "rounding_policy",
        "discount_percent",
        "discount_amount",
        "tax_rate",
    }
)

Own = dict[tuple[str, str], Sums]


@dataclass(slots=True, kw_only=True)
class Differences:
    """What comes to accounts' own sums. `spoke`: newer contacts; `quieter`: accounts whose last contact may have gone."""

    amounts: Own = field(default_factory=lambda: defaultdict(Sums.none))
    people: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    placed: set[str] = field(default_factory=set)
    """People whose places changed."""
    spoke: dict[str, str] = field(default_factory=dict)
    quieter: set[str] = field(default_factory=set)

    def drop(self, account: str) -> None:
        """Forget what was noted for an account that is counted whole instead."""
        for key in [key for key in self.amounts if key[0] == account]:
            del self.amounts[key]
        self.people.pop(account, None)
        self.spoke.pop(account, None)
        self.quieter.discard(account)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """What counts how much: the stages' weights and the fiscal year."""

    weights: Mapping[str, StageWeight] = field(default_factory=dict)
    year: Year | None = None


def rules(connection: Connection) -> Rules:
    """As the file has them now."""
    first = read_fact(connection, YEAR_FACT)
    begins = date.fromisoformat(first) if first else None
    year = fiscal_year(begins, begins.month) if begins else None
    return Rules(weights=stage_weights(connection), year=year)


def weigh(records: Sequence[Record]) -> bool:
    """Whether any of these counts by what the stages and the year say."""
    return any(record.entity == "opportunity" for record in records)


def stage_weights(connection: Connection) -> dict[str, StageWeight]:
    """Kind and probability of every stage."""
    rows = connection.exec_driver_sql("SELECT id, kind, probability FROM stage")
    return {row[0]: StageWeight(kind=row[1], probability=Decimal(row[2] or 0)) for row in rows}


def is_counted(record: Record) -> bool:
    """Whether the record may change sums of its account."""
    names = _FIELDS.get(record.entity)
    if names is not None:
        return record.turned or not record.after.keys().isdisjoint(names)
    if record.entity == "quote":
        return record.turned or not record.after.keys().isdisjoint(_QUOTE_FIELDS)
    if record.entity in people.ENTITIES:
        return people.is_counted(record)
    return record.entity in _QUOTE_PARTS


def differences(connection: Connection, records: Sequence[Record], rules: Rules) -> Differences:
    """What the counted records change."""
    found = Differences()
    quotes: set[str] = set()
    for record in records:
        if record.entity in _QUOTE_PARTS:
            quotes |= _quotes_of(record)
        elif record.entity in _FIELDS:
            _note(found, record, rules)
    if quotes:
        for key, sums in _settle_quotes(connection, quotes).items():
            found.amounts[key] += sums
    found.amounts = {key: sums for key, sums in found.amounts.items() if sums}
    found.people, found.placed = people.differences(connection, records)
    return found


def _note(found: Differences, record: Record, rules: Rules) -> None:
    names = _FIELDS[record.entity]
    after = {name: record.row.get(name) for name in names}
    before = after | {name: record.before[name] for name in names if name in record.before}
    there = not record.gone
    was_there = not there if record.turned else there
    for values, present, sign in ((before, was_there, -1), (after, there, 1)):
        account = values["account_id"]
        if not present or not account:
            continue
        if record.entity == "activity":
            _note_contact(found, account, values["occurred_at"], sign)
        else:
            part = _part(record.entity, values, rules)
            if part:
                key = (account, values["currency"] or NO_CURRENCY)
                found.amounts[key] = found.amounts[key] + part if sign > 0 else found.amounts[key] - part


def _note_contact(found: Differences, account: str, moment: datetime | None, sign: int) -> None:
    if moment is None:
        return
    if sign < 0:
        found.quieter.add(account)
    else:
        found.spoke[account] = max(found.spoke.get(account, ""), moment_text(moment))


def moment_text(moment: datetime) -> str:
    """A moment as its column holds it, so that the greater text is the later."""
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _part(entity: str, values: Mapping[str, Any], rules: Rules) -> Sums | None:
    if entity == "contract":
        return of_contract(values["status"], values["amount"])
    return of_opportunity(
        rules.weights.get(values["stage_id"] or ""), values["amount"], values["close_date"], rules.year
    )


# quotes: a total hangs on lines and sections, so what was counted of each is kept


def _quotes_of(record: Record) -> set[str]:
    link = _QUOTE_PARTS[record.entity]
    if link is None:
        return {record.row_id}
    return {str(one) for one in (record.row.get(link), record.before.get(link)) if one}


def touched_quotes(records: Iterable[Record]) -> set[str]:
    """The quotes whose totals may have changed."""
    return {one for record in records if record.entity in _QUOTE_PARTS for one in _quotes_of(record)}


def count_quotes(connection: Connection, quotes: Iterable[str] | None = None) -> None:
    """Bring what is counted of quotes up to date; of all of them from nothing when none are named."""
    if quotes is None:
        connection.exec_driver_sql("DELETE FROM quote_counted")
        quotes = [row[0] for row in connection.exec_driver_sql("SELECT id FROM quote WHERE _deleted IS NULL")]
    _settle_quotes(connection, quotes)


def _settle_quotes(connection: Connection, quotes: Iterable[str]) -> Own:
    ids = sorted(quotes)
    wanted = json.dumps(ids)
    held = {
        row[0]: row[1:]
        for row in connection.exec_driver_sql(
            "SELECT quote_id, account_id, currency, amount FROM quote_counted"
            " WHERE quote_id IN (SELECT value FROM json_each(?))",
            (wanted,),
        )
    }
    now = _open_quotes(connection, wanted)
    changed: Own = defaultdict(Sums.none)
    for quote in ids:
        was, will = held.get(quote), now.get(quote)
        if was == will:
            continue
        if was:
            changed[was[0], was[1]] -= of_quote(Decimal(was[2])) or Sums.none()
        if will:
            changed[will[0], will[1]] += of_quote(Decimal(will[2])) or Sums.none()
    gone = [(quote,) for quote in held if quote not in now]
    fresh = [(quote, *now[quote]) for quote in now if held.get(quote) != now[quote]]
    if gone:
        connection.exec_driver_sql("DELETE FROM quote_counted WHERE quote_id=?", gone)
    if fresh:
        connection.exec_driver_sql("INSERT OR REPLACE INTO quote_counted VALUES (?,?,?,?)", fresh)
    return changed


def _open_quotes(connection: Connection, wanted: str) -> dict[str, tuple[str, str, str]]:
    rows = connection.exec_driver_sql(
        "SELECT id, account_id, currency, status, grand_total FROM quote"
        " WHERE id IN (SELECT value FROM json_each(?)) AND _deleted IS NULL AND account_id IS NOT NULL",
        (wanted,),
    ).all()
    alive = [row for row in rows if is_open(row[3])]
    if not alive:
        return {}
    from desktop_crm.persistence.stores.quotes import totals_of  # pricing is not needed to open a workspace

    with Session(bind=connection, autoflush=False) as session:
        priced = totals_of(session, [row[0] for row in alive])
    found = {}
    for quote, account, currency, _, stored in alive:
        amount = priced.get(quote, Decimal(stored or 0))
        if amount:
            found[quote] = (account, currency or NO_CURRENCY, codec.plain(amount))
    return found


# from nothing


def all_amounts(connection: Connection, rules: Rules, account: str | None = None) -> Own:
    """The own amounts of every account that is named, or of one, from the rows; of quotes, from what is counted."""
    own: Own = {}
    _pile_deals(connection, own, rules, account)
    where, values = _whose(account)
    for whose, status, amount, currency in connection.exec_driver_sql(
        f"SELECT account_id, status, amount, currency FROM contract WHERE _deleted IS NULL AND {where}", values
    ):
        _pile(own, whose, currency, of_contract(status, Decimal(amount) if amount else None))
    for whose, currency, amount in connection.exec_driver_sql(
        f"SELECT account_id, currency, amount FROM quote_counted WHERE {where}", values
    ):
        _pile(own, whose, currency, of_quote(Decimal(amount)))
    return {key: sums for key, sums in own.items() if sums}


def _pile_deals(connection: Connection, own: Own, rules: Rules, account: str | None) -> None:
    where, values = _whose(account)
    stage_of: Callable[[str], StageWeight | None] = rules.weights.get
    for whose, stage, amount, currency, closed in plain.within(
        connection,
        f"SELECT account_id, stage_id, amount, currency, close_date FROM opportunity WHERE _deleted IS NULL AND {where}",
        values,
    ):
        if amount:
            weight = stage_of(stage)
            day = date.fromisoformat(closed) if closed and weight and weight.kind == "won" else None
            _pile(own, whose, currency, of_opportunity(weight, Decimal(amount), day, rules.year))


def _pile(own: Own, account: str, currency: str | None, part: Sums | None) -> None:
    if part:
        key = (account, currency or NO_CURRENCY)
        held = own.get(key)
        own[key] = part if held is None else held + part


def all_contacts(connection: Connection, account: str | None = None) -> dict[str, str]:
    """When somebody last spoke with every account, or with one."""
    where, values = _whose(account)
    rows = connection.exec_driver_sql(
        f"SELECT account_id, max(occurred_at) FROM activity WHERE _deleted IS NULL AND {where} GROUP BY account_id",
        values,
    )
    return {row[0]: row[1] for row in rows if row[1]}


def _whose(account: str | None) -> tuple[str, Sequence[str] | tuple[str, ...]]:
    return ("account_id IS NOT NULL", ()) if account is None else ("account_id=?", (account,))
