"""Rules of the trade that hold whoever writes: states follow each other, issued quotes keep what was printed.

Every way of writing a record asks here: an edit of its fields, the quote builder, undo and redo, an import and its undo. What
comes by sync was decided by the server and is not asked again.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any, Final, Protocol

from desktop_crm.domain.money import CURRENCIES
from desktop_crm.domain.quotes.basis import read_tiers
from desktop_crm.domain.quotes.bundles import refuse_circle
from desktop_crm.domain.quotes.order import checked
from desktop_crm.domain.quotes.paper import SHIPPED
from desktop_crm.domain.schema import REGISTRY, FieldType, MergeRule
from desktop_crm.domain.schema.limits import refuse_beyond
from desktop_crm.domain.schema.options import QuoteStatus
from desktop_crm.domain.schema.workflows import may_follow
from desktop_crm.domain.stakeholders.erased import CARD, MARK
from desktop_crm.foundation.errors import Refusal
from desktop_crm.persistence.engine import Session
from desktop_crm.persistence.stores import bundles, quotes
from desktop_crm.persistence.stores.pipeline import pipelines
from desktop_crm.persistence.stores.templates import templates
from desktop_crm.persistence.tables import ROWS

_FINAL: Final = {"number": "quote.number.final", "currency": "quote.currency.final"}
_PARTS: Final = frozenset({"quote_section", "quote_line"})
_PRICES: Final = frozenset({"price_book_entry", "bundle_item", "supplier"})
_PRICED: Final = frozenset(
    "discount_percent discount_amount tax_rate rounding_policy rounding_level tax_included prepaid exchange_rate "
    "pricing_order".split()
)
_RULED: Final = {
    entity.name: tuple(f for f in entity.fields if f.merge is MergeRule.WORKFLOW or f.type is FieldType.CURRENCY)
    for entity in REGISTRY
}
_CHUNK: Final = 500


class Asking(Protocol):
    """Whoever asks: a unit of work, or a reader who wants to know beforehand."""

    @property
    def session(self) -> Session: ...


Changed = tuple[str | None, Mapping[str, Any]]
"""A row's id (None for a new one) and the fields that are to be written."""


def refuse_broken(work: Asking, entity: str, row_id: str | None, fields: Mapping[str, Any]) -> None:
    """Raises Refusal `record.state`, `currency.unknown`, `quote.number.final`, `quote.currency.final`, `quote.closed`,
    `quote.part.elsewhere`, `value.below`, `value.above`.
    """
    refuse_beyond(REGISTRY[entity], fields)
    for _, refusal in broken(work, entity, [(row_id, fields)]):
        raise refusal


def refuse_unknown_form(work: Asking, entity: str, fields: Mapping[str, Any]) -> None:
    """Raises Refusal `value.not_an_option` for a form of quotations that there is not."""
    key = fields.get("template") if entity in {"quote", "supplier"} else None
    if not key or key in SHIPPED:
        return
    own = {row_id: name for row_id, name, _ in templates(work.session)}
    if key not in own:
        known = ", ".join([*SHIPPED, *(f"{row_id} ({name})" for row_id, name in own.items())])
        raise Refusal("value.not_an_option", entity=entity, field="template", value=str(key)[:80], options=known)


def refuse_turned(work: Asking, entity: str, comes: Mapping[str, bool]) -> None:
    """For rows that come back (True) or go as an act is undone. Raises Refusal `quote.closed`, `undo.issued`."""
    if entity in _PARTS:
        for _, refusal in broken(work, entity, [(row_id, {}) for row_id in comes]):
            raise refusal
    if entity == "quote" and any(quotes.versions(work.session, row_id) for row_id, here in comes.items() if not here):
        raise Refusal("undo.issued")


def refuse_final(past: Iterable[tuple[str, Mapping[str, Any]]]) -> None:
    """For an act as a whole, by entity and what it wrote: some leave nothing to come back to.

    Raises Refusal `undo.issued`, `undo.erased`.
    """
    for entity, after in past:
        if REGISTRY[entity].issued:
            raise Refusal("undo.issued")
        if entity == CARD and after.get(MARK):
            raise Refusal("undo.erased")


def broken(work: Asking, entity: str, changed: Collection[Changed]) -> Iterator[tuple[str | None, Refusal]]:
    """Every rule that these changes would break, by row. Changes of fields without a rule cost nothing."""
    watched = {field.name for field in _RULED[entity]} | (_FINAL.keys() | _PRICED if entity == "quote" else set())
    concerned = [one for one in changed if entity in _PARTS or entity in _PRICES or not watched.isdisjoint(one[1])]
    for start in range(0, len(concerned), _CHUNK):
        some = concerned[start : start + _CHUNK]
        table = ROWS[entity]
        ids = [row_id for row_id, _ in some if row_id]
        rows = {row.id: row for row in work.session.query(table).where(table.id.in_(ids))} if ids else {}
        for row_id, fields in some:
            row = rows.get(row_id or "")
            before = row.field_values() if row is not None else {}
            refusal = broken_field(entity, before, fields) or _broken_quote(work, entity, row_id, before, fields)
            if refusal is not None:
                yield row_id, refusal


def broken_field(entity: str, before: Mapping[str, Any], fields: Mapping[str, Any]) -> Refusal | None:
    """What the values themselves break: a state that may not follow, a currency that there is not."""
    for field in _RULED[entity]:
        if field.name not in fields:
            continue
        old, new = before.get(field.name), fields[field.name]
        if field.merge is MergeRule.WORKFLOW and not may_follow(entity, field.name, old, new):
            return Refusal("record.state", entity=entity, field=field.name, before=old, after=new or "")
        if field.type is FieldType.CURRENCY and new and new != old and new not in CURRENCIES:
            return Refusal("currency.unknown", currency=str(new)[:20], entity=entity, field=field.name)
    return broken_words(entity, fields) if entity in _PRICES else None


def broken_words(entity: str, fields: Mapping[str, Any]) -> Refusal | None:
    """Tiers that are none, pricing rules in no order."""
    try:
        if entity == "price_book_entry" and fields.get("tiers"):
            read_tiers(str(fields["tiers"]))
        if entity == "supplier" and fields.get("pricing_order"):
            checked(str(fields["pricing_order"]).split(","))
    except Refusal as refusal:
        return refusal
    return None


def _broken_quote(
    work: Asking, entity: str, row_id: str | None, before: Mapping[str, Any], fields: Mapping[str, Any]
) -> Refusal | None:
    if entity == "bundle_item" and fields.keys() & {"bundle_id", "product_id"}:
        return _broken_bundle(work, before, fields)
    if entity in _PARTS:
        of = before.get("quote_id") or fields.get("quote_id")
        return (_closed(work, str(of)) if of else None) or _elsewhere(work, entity, str(of), fields)
    if entity != "quote" or not row_id:
        return None
    final = next((name for name in _FINAL if name in fields and fields[name] != before.get(name)), None)
    if final and quotes.versions(work.session, row_id):
        return Refusal(_FINAL[final], number=before.get("number") or "", field=final)
    return _closed(work, row_id) if _PRICED & fields.keys() else None


def _elsewhere(work: Asking, entity: str, quote_id: str, fields: Mapping[str, Any]) -> Refusal | None:
    """A part that would hang under a section or line of another quote."""
    for field in REGISTRY[entity].references:
        if field.target in _PARTS and fields.get(field.name):
            above = work.session.get(ROWS[field.target], fields[field.name])
            if above is not None and above.field_value("quote_id") != quote_id:
                return Refusal("quote.part.elsewhere", entity=entity, field=field.name)
    return None


def _broken_bundle(work: Asking, before: Mapping[str, Any], fields: Mapping[str, Any]) -> Refusal | None:
    """A bundle within itself."""
    now = {**before, **fields}
    try:
        refuse_circle(str(now.get("bundle_id")), str(now.get("product_id")), bundles.parts(work.session))
    except Refusal as refusal:
        return refusal
    return None


def _closed(work: Asking, quote_id: str) -> Refusal | None:
    quote = work.session.get(ROWS["quote"], quote_id)
    if quote is None or quote.field_value("status") != QuoteStatus.ACCEPTED:
        return None
    return Refusal("quote.closed", number=quote.field_value("number") or "")


def kept_together(work: Asking, entity: str, row_id: str | None, fields: Mapping[str, Any]) -> Mapping[str, Any]:
    """The fields to write, with what must go along: a stage brings its pipeline, another pipeline its first stage.

    A quote line that gets another name loses its English one.
    """
    if entity == "quote_line" and row_id and "name" in fields and "name_en" not in fields:
        line = work.session.get(ROWS[entity], row_id)
        same = line is None or line.field_value("name") == fields["name"]
        return fields if same else {**fields, "name_en": None}
    if entity != "opportunity" or not fields.keys() & {"stage_id", "pipeline_id"}:
        return fields
    stage = work.session.get(ROWS["stage"], fields.get("stage_id") or "")
    if stage is not None:
        return {**fields, "pipeline_id": stage.field_value("pipeline_id")}
    row = work.session.get(ROWS[entity], row_id) if row_id else None
    wanted = fields.get("pipeline_id")
    if "stage_id" in fields or not wanted or (row is not None and row.field_value("pipeline_id") == wanted):
        return fields
    first = next((one.stages[0].id for one in pipelines(work.session) if one.id == wanted and one.stages), None)
    return {**fields, "stage_id": first}
