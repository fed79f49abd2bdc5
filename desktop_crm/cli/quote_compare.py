"""`quote compare`, `rounds` and `mark`: what changed between versions, what each round cost, what became of the newest."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import click

from desktop_crm.cli.door import VersionName, emit, workspace_options
from desktop_crm.domain.quotes.compare import Comparison, FieldDifference, LineDifference
from desktop_crm.domain.schema.codec import plain
from desktop_crm.domain.schema.options import QuoteStatus
from desktop_crm.i18n import formats, ntr, tr
from desktop_crm.i18n.compare_words import amount_label, amount_text, aspect_label, difference_label, value_text
from desktop_crm.i18n.labels import option_label
from desktop_crm.services import quotes as services
from desktop_crm.services.quotes import Compared, Round
from desktop_crm.services.workspace import Workspace


@click.command("compare")
@click.argument("number")
@click.argument("old", type=VersionName())
@click.argument("new", type=VersionName())
@click.option(
    "--with", "other", metavar="NUMBER", help="NEW is a version of this other quote, an alternative for example."
)
@click.option("--pdf", type=click.Path(path_type=Path, dir_okay=False), help="Write a redlined PDF to this file too.")
@click.option(
    "--locale", type=click.Choice(["ko", "en"]), default="ko", show_default=True, help="The language of the page."
)
@workspace_options
def compare(
    number: str,
    old: str,
    new: str,
    other: str | None,
    pdf: Path | None,
    locale: str,
    *,
    workspace: Workspace,
    as_json: bool,
) -> None:
    """Show what changed in quote NUMBER from version OLD to version NEW; the number of the draft in work names the draft."""
    quote_id = services.find(workspace, number)
    there = services.find(workspace, other) if other else quote_id
    found = services.compare_offers(workspace, (quote_id, old), (there, new))
    if pdf is not None:
        services.redline_to(workspace, (quote_id, old), (there, new), locale, pdf)
    emit(_value(found), lambda: _words(found), as_json=as_json)


@click.command("rounds")
@click.argument("number")
@workspace_options
def rounds(number: str, *, workspace: Workspace, as_json: bool) -> None:
    """Show the issued versions of quote NUMBER as rounds of its negotiation, each with what it gave away."""
    found = services.rounds(workspace, services.find(workspace, number))
    emit([_round(one) for one in found], lambda: "\n".join(_round_words(one) for one in found), as_json=as_json)


@click.command("mark")
@click.argument("number")
@click.argument("status", type=click.Choice(["sent", "viewed", "accepted", "rejected", "expired"]))
@workspace_options
def mark(number: str, status: str, *, workspace: Workspace, as_json: bool) -> None:
    """Say what became of the newest issued version of quote NUMBER; accepted makes an order and a contract draft."""
    quote_id = services.find(workspace, number)
    done = services.mark(workspace, quote_id, QuoteStatus(status))
    value = {
        "number": number,
        "status": done.status.value,
        "order": {"id": done.order_id, "number": done.order_number} if done.order_id else None,
        "contract_id": done.contract_id,
        "steps": [
            {"status": one.status.value, "at": one.at.isoformat().replace("+00:00", "Z"), "by": one.by}
            for one in services.steps(workspace, quote_id)
        ],
    }
    words = f"{number}  {option_label('status', status)}"
    made = tr("Order {number} and the draft of a contract were made", number=done.order_number)
    emit(value, f"{words}\n{made}" if done.order_id else words, as_json=as_json)


def _value(found: Compared) -> dict[str, Any]:
    change = found.comparison
    return {
        "number": found.number,
        **{name: _side(side) for name, side in (("old", found.old), ("new", found.new))},
        "same": change.is_same,
        "quote": _fields(change.quote),
        "sections": [
            {"id": one.id, "name": one.name, "changes": list(one.aspects), "fields": _fields(one.fields)}
            for one in change.sections
        ],
        "lines": [_line(one) for one in change.lines],
        "repriced": change.repriced,
        "totals": {
            one.name: {"old": _plain(one.old), "new": _plain(one.new), "change": _plain(one.change)}
            for one in change.amounts
        },
    }


def _side(side: services.Side) -> dict[str, Any]:
    return {"version": side.version, "label": side.label, "hash": side.hash, "currency": side.currency}


def _line(one: LineDifference) -> dict[str, Any]:
    return {
        "id": one.id,
        "name": one.name,
        "changes": list(one.aspects),
        "fields": _fields(one.fields),
        "section": {"old": one.old_section, "new": one.new_section},
        "place": {"old": one.old_place, "new": one.new_place},
        "amount": {"old": _plain(one.old_amount), "new": _plain(one.new_amount)},
    }


def _fields(found: tuple[FieldDifference, ...]) -> dict[str, Any]:
    return {one.field: {"old": _plain(one.old), "new": _plain(one.new)} for one in found}


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return plain(value)
    if isinstance(value, date):
        return value.isoformat()
    return [_plain(one) for one in value] if isinstance(value, tuple) else value


def _words(found: Compared) -> str:
    change: Comparison = found.comparison
    currency = found.new.currency
    rows = [f"{found.number}  {found.old.label} → {found.new.label}"]
    if change.is_same:
        return "\n".join([*rows, tr("Nothing changed.")])
    rows += [_field_words("quote", one, currency) for one in change.quote]
    for section in change.sections:
        rows.append(f"[{section.name}] {_aspects(section.aspects)}")
        rows += ["  " + _field_words("quote_section", one, currency) for one in section.fields]
    for line in change.lines:
        rows.append(f"{line.name}: {_aspects(line.aspects)}")
        rows += ["  " + _field_words("quote_line", one, currency) for one in line.fields]
    if change.repriced:
        rows.append(ntr("{n} more line with another amount", "{n} more lines with another amount", change.repriced))
    rows += [
        f"{amount_label(one.name)}: {amount_text(one.name, one.old, found.old.currency)} → "
        f"{amount_text(one.name, one.new, currency)}"
        for one in change.amounts
        if one.old != one.new
    ]
    return "\n".join(rows)


def _aspects(aspects: tuple[str, ...]) -> str:
    return ", ".join(aspect_label(aspect) for aspect in aspects)


def _field_words(entity: str, one: FieldDifference, currency: str) -> str:
    if one.field.endswith("_id"):
        return difference_label(entity, one.field)
    old, new = (value_text(one.field, value, currency) for value in (one.old, one.new))
    return f"{difference_label(entity, one.field)}: {old} → {new}"


def _round(one: Round) -> dict[str, Any]:
    return {
        "version": one.version,
        "label": one.label,
        "issued_at": one.issued_at.isoformat().replace("+00:00", "Z"),
        "issued_by": one.issued_by,
        "currency": one.currency,
        "net_amount": plain(one.net_amount),
        "net_change": _plain(one.net_change),
        "margin": _plain(one.margin),
        "margin_change": _plain(one.margin_change),
        "changes": {aspect.value: count for aspect, count in one.counts},
    }


def _round_words(one: Round) -> str:
    parts = [f"{one.label}  {formats.date(one.issued_at)}  {formats.money(one.net_amount, one.currency)}"]
    if one.net_change is not None:
        parts.append(formats.money(one.net_change, one.currency))
    parts += [f"{aspect_label(aspect)} {count}" for aspect, count in one.counts]
    return "  ".join(parts)
