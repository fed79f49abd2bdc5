"""`quote alternative`, `alternatives`, `decide`: offers side by side, and which of two versions of one number holds."""

from __future__ import annotations

from typing import Any

import click

from desktop_crm.cli.door import VersionName, emit, workspace_options
from desktop_crm.domain.schema.codec import plain
from desktop_crm.i18n import formats, tr
from desktop_crm.i18n.labels import version_state_label
from desktop_crm.services import quotes as services
from desktop_crm.services.quotes import Alternative
from desktop_crm.services.workspace import Workspace


@click.command("alternative")
@click.argument("number")
@click.option(
    "--version", type=VersionName(), help="Begin from this version; without it from the draft, or the newest."
)
@click.option("--label", default="", help="What it is called; the next letter without it.")
@workspace_options
def alternative(number: str, version: str | None, label: str, *, workspace: Workspace, as_json: bool) -> None:
    """Make a new offer beside quote NUMBER, for the same customer, of which he takes one."""
    made = services.create_alternative(workspace, services.find(workspace, number), version, label)
    called = services.open_quote(workspace, made.id).alternative
    value = {"id": made.id, "number": made.number, "alternative": called, "beside": number}
    emit(value, f"{made.number}  {tr('Alternative {label}', label=called)}", as_json=as_json)


@click.command("alternatives")
@click.argument("number")
@workspace_options
def alternatives(number: str, *, workspace: Workspace, as_json: bool) -> None:
    """List the offers that stand side by side with quote NUMBER, and which one was accepted."""
    found = services.alternatives(workspace, services.find(workspace, number))
    words = "\n".join(_words(one) for one in found) or tr("This quote stands alone.")
    emit([_value(one) for one in found], words, as_json=as_json)


@click.command("decide")
@click.argument("number")
@click.argument("version", type=VersionName())
@workspace_options
def decide(number: str, version: str, *, workspace: Workspace, as_json: bool) -> None:
    """Say which of two versions holds that two laptops issued under one number; the other one is kept."""
    quote_id = services.find(workspace, number)
    chosen = services.version_summary(workspace, quote_id, version)
    services.decide(workspace, quote_id, chosen.id)
    value = {"number": number, "version": chosen.version, "label": chosen.label, "hash": chosen.hash}
    emit(value, f"{number}  {tr('{label} holds', label=chosen.label)}", as_json=as_json)


def _value(one: Alternative) -> dict[str, Any]:
    amounts = one.offer.amounts
    return {
        "id": one.quote_id,
        "number": one.number,
        "alternative": one.label,
        "status": one.status.value,
        "version": one.version,
        "currency": amounts.currency,
        "net_amount": plain(amounts.net_amount),
        "grand_total": plain(amounts.grand_total),
        "margin": None if amounts.margin is None else plain(amounts.margin),
    }


def _words(one: Alternative) -> str:
    total = formats.money(one.offer.amounts.grand_total, one.offer.draft.currency)
    return f"{one.label}  {one.number} {one.version}  {version_state_label(one.status.value)}  {total}"
