"""`quote similar`: won deals like one at hand, each with its reasons; and what a quote begun from one tells on the terminal."""

from __future__ import annotations

from typing import Any

import click

from desktop_crm.cli.door import emit, workspace_options
from desktop_crm.domain.quotes.canonical import decimal_text
from desktop_crm.domain.quotes.similar import Similar
from desktop_crm.domain.schema.codec import plain
from desktop_crm.foundation.errors import Refusal
from desktop_crm.i18n import formats, tr
from desktop_crm.i18n.compare_words import aspect_label
from desktop_crm.i18n.similar_words import reason_text
from desktop_crm.services import quotes as services
from desktop_crm.services.quotes import Begun, SimilarDeals
from desktop_crm.services.workspace import Workspace


@click.command("similar")
@click.argument("number", required=False)
@click.option("--account", "account_name", metavar="NAME", help="Instead of a quote: the customer of the deal at hand.")
@click.option(
    "--product", "codes", multiple=True, metavar="CODE", help="A product of it, by code or name; may be repeated."
)
@click.option("--limit", type=click.IntRange(1, 100), default=10, show_default=True, help="So many deals at most.")
@workspace_options
def similar(
    number: str | None,
    account_name: str | None,
    codes: tuple[str, ...],
    limit: int,
    *,
    workspace: Workspace,
    as_json: bool,
) -> None:
    """List won deals like quote NUMBER, or like a deal with an account, the most alike first."""
    if (number is None) == (account_name is None):
        raise click.UsageError(tr("Name a quote, or an account with --account."))
    if number is not None:
        found = services.similar_to(workspace, services.find(workspace, number), limit)
    else:
        account_id = services.account_named(workspace, account_name or "")
        known = services.products_named(workspace, codes)
        missing = [code for code in codes if code.lower() not in known]
        if missing:
            raise Refusal("quote.product.unknown", name=missing[0])
        ids = {one.id for one in known.values()}
        found = services.similar_deals(workspace, account_id=account_id, product_ids=ids, limit=limit)
    words = "\n".join(_line(one, found) for one in found.deals) or tr("No won deal is like this one.")
    emit([_value(one, found) for one in found.deals], words, as_json=as_json)


def begun_value(made: Begun) -> dict[str, Any]:
    """From what a quote was begun, and what is not as it was there."""
    return {
        "source": made.source,
        "changed": [
            {
                "line": one.name,
                "changes": list(one.aspects),
                "unit_price": next(
                    ({"old": plain(f.old), "new": plain(f.new)} for f in one.fields if f.field == "unit_price"), None
                ),
            }
            for one in made.changed
        ],
        "withdrawn": list(made.withdrawn),
        "unpriced": list(made.unpriced),
    }


def begun_words(made: Begun) -> str:
    """The same for a reader."""
    rows = [tr("Begun from {source}, with today's prices and without its discounts", source=made.source)]
    rows += [f"  {one.name}: {', '.join(aspect_label(aspect) for aspect in one.aspects)}" for one in made.changed]
    rows += [f"  {tr('No longer sold: {name}', name=name)}" for name in made.withdrawn]
    rows += [f"  {tr('No price today: {name}', name=name)}" for name in made.unpriced]
    return "\n".join(rows)


def _value(one: Similar, found: SimilarDeals) -> dict[str, Any]:
    return {
        "number": one.deal.number,
        "id": one.deal.quote_id,
        "account": one.deal.account_name,
        "name": one.deal.name,
        "won_on": one.deal.won_on.isoformat(),
        "points": decimal_text(one.points),
        "reasons": [
            {
                "kind": reason.kind.value,
                "points": decimal_text(reason.points),
                "names": [found.names.get(key, "") for key in reason.ids],
            }
            for reason in one.reasons
        ],
    }


def _line(one: Similar, found: SimilarDeals) -> str:
    reasons = ", ".join(
        reason_text(reason.kind, [found.names.get(key, "") for key in reason.ids], reason.figure)
        for reason in one.reasons
    )
    head = f"{one.deal.number}  {one.deal.account_name}  {formats.date(one.deal.won_on)}"
    return f"{head}  {formats.number(one.points)}\n    {reasons}"
