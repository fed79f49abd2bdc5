"""Exchange rates as the workspace has stored them: asked for a pair and a day, set by hand; files of them come by the import."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from desktop_crm.domain.lists.filters import Filter
from desktop_crm.domain.lists.query import ListQuery
from desktop_crm.domain.money import known_currency
from desktop_crm.domain.rates import Quotation, Rate, RateBook
from desktop_crm.foundation.errors import Refusal
from desktop_crm.persistence.stores import settings as store
from desktop_crm.services import records
from desktop_crm.services.records import Created
from desktop_crm.services.workspace import Workspace


def book(workspace: Workspace) -> RateBook:
    """All stored rates, to ask for many amounts at once."""
    with workspace.read() as session:
        return RateBook(store.rates(session), workspace.currency)


def stored(workspace: Workspace) -> tuple[Rate, ...]:
    """All stored rates, the newest first."""
    with workspace.read() as session:
        return tuple(sorted(store.rates(session), key=lambda one: one.on, reverse=True))


def rate(workspace: Workspace, of: str, to: str, on: date | None = None) -> Quotation:
    """What one unit of `of` was worth in `to` on a day, today when none is named. Raises Refusal `currency.unknown`, `rate.missing`."""
    return book(workspace).rate(known_currency(of), known_currency(to), on or workspace.today())


def put(workspace: Workspace, of: str, to: str, number: Decimal, on: date, source: str = "") -> Created:
    """Store a rate; one of the same pair and day is changed. Raises Refusal `currency.unknown`, `rate.not_positive`, `rate.same`."""
    of, to = known_currency(of, "from_currency"), known_currency(to, "to_currency")
    if of == to:
        raise Refusal("rate.same", currency=of)
    if number <= 0:
        raise Refusal("rate.not_positive", rate=number)
    pair = (("from_currency", of), ("to_currency", to), ("valid_on", on))
    query = ListQuery(filters=tuple(Filter(field=name, value=value) for name, value in pair), limit=1)
    fields = {**dict(pair), "rate": number, "source": source.strip() or None}
    found = records.list_rows(workspace, "exchange_rate", query).records
    if found:
        return Created(id=found[0].id, changes=records.set_fields(workspace, "exchange_rate", found[0].id, fields))
    return records.create(workspace, "exchange_rate", {name: one for name, one in fields.items() if one is not None})
