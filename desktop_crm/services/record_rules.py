"""Rules of the trade that hold for any field-by-field edit: states follow each other, issued quotes keep what was printed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from desktop_crm.domain.money import CURRENCIES
from desktop_crm.domain.schema import REGISTRY, FieldType, MergeRule
from desktop_crm.domain.schema.options import QuoteStatus
from desktop_crm.domain.schema.workflows import may_follow
from desktop_crm.foundation.errors import Refusal
from desktop_crm.persistence.stores import quotes
from desktop_crm.persistence.stores.pipeline import pipelines
from desktop_crm.persistence.tables import ROWS
from desktop_crm.persistence.unit_of_work import UnitOfWork

_FINAL: Final = {"number": "quote.number.final", "currency": "quote.currency.final"}
_PARTS: Final = frozenset({"quote_section", "quote_line"})
_PRICED: Final = frozenset({"discount_percent", "tax_rate", "rounding_policy"})


def refuse_broken(work: UnitOfWork, entity: str, row_id: str | None, fields: Mapping[str, Any]) -> None:
    """Raises Refusal `record.state`, `currency.unknown`, `quote.number.final`, `quote.currency.final`, `quote.closed`."""
    row = work.session.get(ROWS[entity], row_id) if row_id else None
    before = row.field_values() if row is not None else {}
    for field in REGISTRY[entity].fields:
        old, new = before.get(field.name), fields.get(field.name)
        if field.merge is MergeRule.WORKFLOW and field.name in fields and not may_follow(entity, field.name, old, new):
            raise Refusal("record.state", entity=entity, field=field.name, before=old, after=new or "")
        if field.type is FieldType.CURRENCY and new and new != old and new not in CURRENCIES:
            raise Refusal("currency.unknown", currency=str(new)[:20])
    if entity == "quote" and row_id:
        _refuse_final(work, row_id, before, fields)
        if _PRICED & set(fields):
            _refuse_closed(work, row_id)
    elif entity in _PARTS:
        for quote_id in {before.get("quote_id"), fields.get("quote_id")} - {None}:
            _refuse_closed(work, str(quote_id))


def kept_together(work: UnitOfWork, entity: str, row_id: str | None, fields: Mapping[str, Any]) -> Mapping[str, Any]:
    """The fields to write, with what must go along: a stage brings its pipeline, another pipeline its first stage."""
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


def _refuse_final(work: UnitOfWork, quote_id: str, before: Mapping[str, Any], fields: Mapping[str, Any]) -> None:
    changed = [name for name in _FINAL if name in fields and fields[name] != before.get(name)]
    if changed and quotes.versions(work.session, quote_id):
        raise Refusal(_FINAL[changed[0]], number=before.get("number") or "")


def _refuse_closed(work: UnitOfWork, quote_id: str) -> None:
    quote = work.session.get(ROWS["quote"], quote_id)
    if quote is not None and quote.field_value("status") == QuoteStatus.ACCEPTED:
        raise Refusal("quote.closed", number=quote.field_value("number") or "")
