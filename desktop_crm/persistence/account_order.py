"""In which order the accounts of one level stand, as SQL text for `account_level`."""

from __future__ import annotations

from desktop_crm.domain.accounts.sums import Sums
from desktop_crm.domain.schema.options import Hierarchy
from desktop_crm.persistence.account_level import BY_NAME, people


def order(column: str, beside: str | None, home: str, *, descending: bool = False) -> str:
    """An ORDER BY of accounts `a`: by name, kind, tier, a sum in the home currency, people or the last contact; equals by name."""
    totals, tally = ("account_total", "account_tally") if beside is None else ("linked_total", "linked_tally")
    there = "" if beside is None else f" AND o.hierarchy='{Hierarchy(beside)}'"
    way = "DESC" if descending else "ASC"
    if column in Sums._fields and home.isalpha():
        amount = f"(SELECT o.{column} FROM {totals} o WHERE o.account_id=a.id{there} AND o.currency='{home}')"
        return f"coalesce(CAST({amount} AS REAL), 0) {way}, {BY_NAME}"
    if column in {"people", "last"}:
        name = "''" if beside is None else f"'{Hierarchy(beside)}'"
        shown = people("o", "a.id", name) if column == "people" else "o.last"
        value = f"(SELECT {shown} FROM {tally} o WHERE o.account_id=a.id{there})"
        return f"{value} IS NULL, {value} {way}, {BY_NAME}"
    if column in {"kind", "tier"}:
        return f"a.{column} IS NULL, a.{column} {way}, {BY_NAME}"
    return f"a.name COLLATE NOCASE {way}, a.id {way}" if descending else BY_NAME
