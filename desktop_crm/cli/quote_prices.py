"""`quote price FILE`: documents from a file priced without a workspace; `quote rules`: the order of the pricing rules."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import click

from desktop_crm.cli.door import emit, without_workspace, workspace_options
from desktop_crm.domain.quotes.draft import QuoteDraft
from desktop_crm.domain.quotes.invoices import Terms, price_invoice
from desktop_crm.domain.quotes.pricing import explain
from desktop_crm.domain.schema.codec import plain
from desktop_crm.domain.schema.options import RoundingLevel, RoundingPolicy
from desktop_crm.foundation.errors import Refusal
from desktop_crm.i18n import tr
from desktop_crm.services import quotes as services
from desktop_crm.services.workspace import Workspace


@click.command("price")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option(
    "--rounding", type=click.Choice([one.value for one in RoundingPolicy]), default="half_up", show_default=True
)
@click.option("--level", type=click.Choice([one.value for one in RoundingLevel]), default="tax", show_default=True)
@click.option("--tax-included", is_flag=True, help="The prices hold the tax.")
@click.option("--keep-printed", is_flag=True, help="Printed amounts of lines stand; differences are told.")
@without_workspace
def price(file: Path, rounding: str, level: str, *, tax_included: bool, keep_printed: bool, as_json: bool) -> None:
    """Price the document in FILE (JSON: one invoice or a list of them) and print every figure and how it came about."""
    terms = Terms(
        policy=RoundingPolicy(rounding),
        level=RoundingLevel(level),
        tax_included=tax_included,
        keep_printed=keep_printed,
    )
    content = _read(file)
    if isinstance(content, dict) and isinstance(content.get("invoices"), list):
        content = content["invoices"]
    found = [price_invoice(one, terms) for one in (content if isinstance(content, list) else [content])]
    emit(_json(found if isinstance(content, list) else found[0]), lambda: _text(found), as_json=as_json)


@click.command("rules")
@click.option("--order", "wanted", metavar="RULE,RULE,…", help="The order for new quotes, all rules by name.")
@workspace_options
def rules(wanted: str | None, *, workspace: Workspace, as_json: bool) -> None:
    """Show the order in which the pricing rules are applied, or set it for new quotes."""
    if wanted is not None:
        services.set_pricing_order(workspace, [one.strip() for one in wanted.split(",")])
    order = services.pricing_order(workspace)
    emit({"order": list(order)}, "\n".join(order), as_json=as_json)


def told_steps(draft: QuoteDraft) -> list[dict[str, Any]]:
    """Every step of a quote's prices, as JSON can hold it."""
    _, steps = explain(draft)
    return [
        {
            "line": step.line_id,
            "section": step.section_id,
            "rule": str(step.rule),
            "source": step.source,
            "date": step.day.isoformat() if step.day is not None else None,
            "amount": plain(step.amount),
        }
        for step in steps
    ]


def _read(file: Path) -> Any:
    """The file's JSON, its numbers exact. Raises Refusal `invoice.unreadable`."""
    try:
        return json.loads(file.read_text(encoding="utf-8-sig"), parse_float=Decimal)
    except (OSError, ValueError, RecursionError) as error:
        raise Refusal("invoice.unreadable", file=file.name) from error


def _json(value: Any) -> Any:
    """Plain JSON again: exact numbers that were passed through as they were written."""
    if isinstance(value, dict):
        return {name: _json(one) for name, one in value.items()}
    if isinstance(value, list):
        return [_json(one) for one in value]
    return format(value, "f") if isinstance(value, Decimal) else value


def _text(found: list[dict[str, Any]]) -> str:
    rows: list[str] = []
    for one in found:
        totals = one["totals"]
        rows += [f"{step['line'] or ''}\t{step['rule']}\t{step['source']}\t{step['amount']}" for step in one["trace"]]
        rows.append(
            f"{tr('Net amount')} {totals['tax_exclusive']}  {tr('VAT')} {one['vat_total']}  "
            f"{tr('Grand total')} {totals['payable']} {one['currency']}"
        )
        rows += [f"{row['field']}: {row['printed']} ≠ {row['computed']}" for row in one["differences"]]
    return "\n".join(rows)
