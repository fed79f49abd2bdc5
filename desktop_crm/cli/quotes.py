"""Quotes on the terminal: new from a file of lines, issue, show, PDF."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import click

from desktop_crm.cli import (
    quote_alternatives,
    quote_approvals,
    quote_compare,
    quote_files,
    quote_past,
    quote_prices,
)
from desktop_crm.cli.door import VersionName, emit, workspace_options
from desktop_crm.domain.money import known_currency
from desktop_crm.domain.quotes.draft import QuoteDraft
from desktop_crm.domain.quotes.pricing import PricedQuote, price
from desktop_crm.domain.schema.codec import plain
from desktop_crm.i18n import formats, tr
from desktop_crm.i18n.labels import version_state_label
from desktop_crm.services import quotes as services
from desktop_crm.services.workspace import Workspace


@click.group("quote")
def quote() -> None:
    """Make, issue and print quotes."""


@quote.command("new")
@click.option("--account", "account_name", required=True, metavar="NAME", help="The account the quote is for.")
@click.option("--lines", "lines_file", type=click.Path(path_type=Path, dir_okay=False), help="A CSV file.")
@click.option("--like", metavar="NUMBER", help="Instead of a file: a quote to begin from, with today's prices.")
@click.option("--currency", metavar="CODE", help="ISO 4217 code; the workspace's, or that of the other quote.")
@workspace_options
def new(
    account_name: str,
    lines_file: Path | None,
    like: str | None,
    currency: str | None,
    *,
    workspace: Workspace,
    as_json: bool,
) -> None:
    """Make a quote from the lines of a file, or with structure and clauses of another quote."""
    if like is not None and lines_file is None:
        _new_like(workspace, account_name, like, currency, as_json=as_json)
        return
    if lines_file is None or like is not None:
        raise click.UsageError(tr("Name a file with --lines, or a quote with --like."))
    code = known_currency(currency or workspace.currency)
    account_id = services.account_named(workspace, account_name)
    sections = services.lines_from_file(workspace, lines_file, code, account_id)
    made = services.create(workspace, account_id=account_id, currency=code, sections=sections)
    found = services.open_quote(workspace, made.id)
    amounts = price(found.draft)
    rate = found.draft.exchange_rate
    value = {"id": made.id, "number": made.number, "version": found.draft_version, "totals": totals(amounts)}
    value["exchange_rate"] = plain(rate) if rate else None
    words = [_told(made.number, found.draft_version, amounts)]
    if not rate and code != workspace.currency:
        words.append(tr("no exchange rate for {currency}", currency=code))
    emit(value, "\n".join(words), as_json=as_json)


def _new_like(workspace: Workspace, account_name: str, like: str, currency: str | None, *, as_json: bool) -> None:
    account_id = services.account_named(workspace, account_name)
    code = known_currency(currency) if currency else None
    made = services.create_like(workspace, services.find(workspace, like), account_id=account_id, currency=code)
    amounts = price(services.open_quote(workspace, made.id).draft)
    head = {"id": made.id, "number": made.number, "version": 1, "totals": totals(amounts)}
    words = f"{_told(made.number, 1, amounts)}\n{quote_past.begun_words(made)}"
    emit(head | {"like": quote_past.begun_value(made)}, words, as_json=as_json)


@quote.command("issue")
@click.argument("number")
@click.option(
    "--envelope", metavar="ID", help="The approval in advance to use; without it the first that covers the quote."
)
@workspace_options
def issue(number: str, envelope: str | None, *, workspace: Workspace, as_json: bool) -> None:
    """Freeze the draft of quote NUMBER (or its id) as its next version."""
    done = services.issue(workspace, services.find(workspace, number), envelope)
    content = done.version.content
    value = {
        "number": content.number,
        "version": content.version,
        "hash": done.version.hash,
        "issued_at": content.issued_at.isoformat().replace("+00:00", "Z"),
        "totals": totals(content.amounts),
    }
    emit(value, lambda: _told(content.number, content.version, content.amounts), as_json=as_json)


@quote.command("show")
@click.argument("number")
@click.option("--version", type=VersionName(), help="A version, by number or hash; without it the newest issued one.")
@workspace_options
def show(number: str, version: str | None, *, workspace: Workspace, as_json: bool) -> None:
    """Show quote NUMBER (or its id): the newest issued version, or the draft while there is none."""
    quote_id = services.find(workspace, number)
    found = services.open_quote(workspace, quote_id)
    if found.means_draft(version):
        draft, amounts, shown = found.draft, price(found.draft), found.draft_version
        mark: dict[str, Any] = {"status": "draft", "hash": None, "issued_at": None, "issued_on": None}
        label = f"v{shown}"
    else:
        past = services.version(workspace, quote_id, version)
        draft, amounts, shown = past.content.draft, past.content.amounts, past.content.version
        at = past.content.issued_at.isoformat().replace("+00:00", "Z")
        on = past.content.issued_on.isoformat()
        summary = next(one for one in found.versions if one.hash == past.hash)
        mark = {"status": found.state_of(summary), "hash": past.hash, "issued_at": at, "issued_on": on}
        label = summary.label
    value = {
        "id": quote_id,
        "number": found.number,
        "version": shown,
        "label": label,
        **mark,
        "draft_version": found.draft_version if found.is_draft else None,
        "versions": [
            {
                "version": one.version,
                "label": one.label,
                "status": found.state_of(one),
                "hash": one.hash,
                "issued_at": one.issued_at.isoformat().replace("+00:00", "Z"),
            }
            for one in found.versions
        ],
        "account": draft.customer.name,
        "currency": draft.currency,
        "rounding_policy": str(draft.rounding_policy),
        "discount_percent": plain(draft.discount_percent),
        "discount_amount": plain(draft.discount_amount),
        "tax_rate": plain(draft.tax_rate),
        "valid_until": draft.valid_until.isoformat() if draft.valid_until else None,
        "payment_terms": draft.payment_terms,
        "remarks": draft.remarks,
        "lines": lines(draft, amounts),
        "totals": totals(amounts),
        "trace": quote_prices.told_steps(draft),
    }
    emit(value, lambda: _shown(value, amounts), as_json=as_json)


@quote.command("pdf")
@click.argument("number")
@click.option("--version", type=VersionName(), help="A version, by number or hash; without it the newest issued one.")
@click.option(
    "--locale", type=click.Choice(["ko", "en"]), default="ko", show_default=True, help="The language of the page."
)
@click.option("--output", required=True, type=click.Path(path_type=Path, dir_okay=False), help="The file to write.")
@workspace_options
def pdf(number: str, version: str | None, locale: str, output: Path, *, workspace: Workspace, as_json: bool) -> None:
    """Write the PDF of quote NUMBER (or its id); a quote that was never issued is printed as a marked draft."""
    quote_id = services.find(workspace, number)
    printed = services.print_to(workspace, quote_id, version, locale, output)
    value = {
        "number": services.open_quote(workspace, quote_id).number,
        "version": printed.version,
        "hash": printed.hash,
        "locale": locale,
        "issued": printed.issued,
        "output": str(output),
    }
    emit(value, tr("Written: {file}", file=str(output)), as_json=as_json)


def totals(amounts: PricedQuote) -> dict[str, Any]:
    """The amounts of a quote as JSON can hold them."""
    return {
        "currency": amounts.currency,
        "subtotal": plain(amounts.subtotal),
        "discount_amount": plain(amounts.discount_amount),
        "net_amount": plain(amounts.net_amount),
        "taxes": [
            {"rate": plain(tax.rate), "base": plain(tax.base), "amount": plain(tax.amount)} for tax in amounts.taxes
        ],
        "tax_amount": plain(amounts.tax_amount),
        "grand_total": plain(amounts.grand_total),
    }


def lines(draft: QuoteDraft, amounts: PricedQuote) -> list[dict[str, Any]]:
    """The lines in order, with the amount of each."""
    found = []
    for section, priced in zip(draft.sections, amounts.sections, strict=True):
        for line, amount in zip(section.lines, priced.lines, strict=True):
            found.append(
                {
                    "id": line.id,
                    "section": section.name,
                    "product_id": line.product_id,
                    "name": line.name,
                    "name_en": line.name_en,
                    "spec": line.spec,
                    "unit": line.unit,
                    "quantity": plain(line.quantity),
                    "unit_price": plain(line.unit_price),
                    "discount_percent": plain(line.discount_percent),
                    "tax_rate": plain(draft.tax_rate if line.tax_rate is None else line.tax_rate),
                    "amount": plain(amount.net),
                }
            )
    return found


def _told(number: str, version: int, amounts: PricedQuote) -> str:
    return f"{number} v{version}  {_money(amounts.grand_total, amounts)}"


def _shown(value: dict[str, Any], amounts: PricedQuote) -> str:
    status = version_state_label(value["status"])
    rows = [f"{value['number']} {value['label']}  {value['account']}  {status}"]
    if value["issued_on"]:
        rows.append(tr("issued {date}", date=value["issued_on"]))
    if value["versions"] and value["draft_version"]:
        rows.append(f"v{value['draft_version']}: {tr('Draft in work')}")
    section = ""
    for row in value["lines"]:
        if row["section"] != section:
            section = row["section"]
            rows.append(f"[{section}]")
        off = f"  −{row['discount_percent']} %" if row["discount_percent"] != "0" else ""
        price, amount = (_money(Decimal(row[name]), amounts) for name in ("unit_price", "amount"))
        rows.append(f"  {row['name']}  {row['quantity']} {row['unit']} × {price}{off}  {amount}")
    if amounts.discount_amount:
        percent = f" {value['discount_percent']} %" if value["discount_amount"] == "0" else ""
        rows.append(f"{tr('Discount')}{percent}  −{_money(amounts.discount_amount, amounts)}")
    if len(value["versions"]) > 1:
        rows.append("  ".join(one["label"] for one in value["versions"]))
    rows += [
        f"{tr('Net amount')} {_money(amounts.net_amount, amounts)}",
        f"{tr('VAT')} {_money(amounts.tax_amount, amounts)}",
        f"{tr('Grand total')} {_money(amounts.grand_total, amounts)}",
    ]
    return "\n".join(rows)


def _money(amount: Decimal, amounts: PricedQuote) -> str:
    return formats.money(amount, amounts.currency)


for command in (
    quote_prices.price,
    quote_prices.rules,
    quote_compare.compare,
    quote_compare.rounds,
    quote_compare.mark,
    quote_past.similar,
    quote_alternatives.alternative,
    quote_alternatives.alternatives,
    quote_alternatives.decide,
    quote_files.verify,
    quote_files.trust,
    quote_files.export,
    quote_files.mail,
    quote_files.certificate,
    *quote_approvals.commands,
):
    quote.add_command(command)
commands = (quote,)
