"""Exchange rates on the terminal: list them, ask for one, store one by hand, bring a file of them. Knows no source of rates."""

from __future__ import annotations

import sys
from datetime import datetime
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

import click

from desktop_crm.cli.door import emit, workspace_options
from desktop_crm.cli.importing import as_text
from desktop_crm.domain.rates import Rate
from desktop_crm.i18n import tr
from desktop_crm.services import importing, rates
from desktop_crm.services.workspace import Workspace

_DAY = click.DateTime(formats=["%Y-%m-%d"])


class Number(click.ParamType[Decimal]):
    """An exact number above all doubts: figures, at most one point, no separators."""

    name = "number"

    def convert(self, value: str | Decimal, param: click.Parameter | None, ctx: click.Context | None) -> Decimal:
        try:
            number = Decimal(value)
        except InvalidOperation:
            number = Decimal("NaN")
        if not number.is_finite():
            self.fail(tr("a number such as 1380.50"), param, ctx)
        return number


@click.group("rate")
def rate() -> None:
    """Exchange rates: list, ask, store, import."""


@rate.command("list")
@click.argument("currency", required=False, default="")
@workspace_options
def list_rates(currency: str, *, workspace: Workspace, as_json: bool) -> None:
    """List the stored rates, the newest first; with CURRENCY only those of it."""
    wanted = currency.upper()
    found = [one for one in rates.stored(workspace) if wanted in {"", one.of, one.to}]
    text = "\n".join(f"{one.on}  1 {one.of} = {one.rate:f} {one.to}  {one.source}".rstrip() for one in found)
    emit([_plain(one) for one in found], text or tr("No rate is stored."), as_json=as_json)


@rate.command("get")
@click.argument("of")
@click.argument("to", required=False, default="")
@click.option("--on", type=_DAY, metavar="YYYY-MM-DD", help="The day, today if not given.")
@workspace_options
def get_rate(of: str, to: str, on: datetime | None, *, workspace: Workspace, as_json: bool) -> None:
    """What one unit of OF was worth in TO (the workspace's currency if not given) on a day, and where that comes from."""
    found = rates.rate(workspace, of, to or workspace.currency, on.date() if on else None)
    plain = {"rate": f"{found.rate:f}", "on": found.on.isoformat(), "source": found.source, "through": found.through}
    emit(plain, f"{found.rate:f}  {found.on}  {found.source}".rstrip(), as_json=as_json)


@rate.command("set")
@click.argument("of")
@click.argument("to")
@click.argument("number", type=Number())
@click.option("--on", type=_DAY, metavar="YYYY-MM-DD", help="The day, today if not given.")
@click.option(
    "--per", type=click.IntRange(1, 1_000_000), metavar="N", default=1, help="For how many units of OF; 1 if not given."
)
@click.option("--source", default="", help="Who published it.")
@workspace_options
def set_rate(
    of: str,
    to: str,
    number: Decimal,
    on: datetime | None,
    per: int,
    source: str,
    *,
    workspace: Workspace,
    as_json: bool,
) -> None:
    """Store what OF was worth in TO on a day; a rate of the same pair and day is changed."""
    day = on.date() if on else workspace.today()
    made = rates.put(workspace, of, to, number / per, day, source)
    text = tr(
        "Stored: 1 {of} = {rate} {to} on {day}",
        of=of.upper(),
        rate=f"{number / per:f}",
        to=to.upper(),
        day=day.isoformat(),
    )
    emit({"id": made.id, "tx_id": made.changes.tx_id, "rate": f"{number / per:f}"}, text, as_json=as_json)


@rate.command("import")
@click.argument("path", type=click.Path(path_type=Path))
@workspace_options
def import_rates(path: Path, *, workspace: Workspace, as_json: bool) -> None:
    """Bring a file of rates (CSV or a workbook); rates quoted for 100 units, as JPY(100), are stored for one."""
    plan = importing.with_saved(workspace, importing.inspect([path], "exchange_rates"), "exchange_rates")
    if not plan.usable and plan.files[0].refusal is not None:
        raise plan.files[0].refusal.error()
    report = importing.run(workspace, plan)
    emit(report.as_json(), lambda: as_text(report), as_json=as_json)
    if not report.took_any:
        sys.exit(1)


def _plain(one: Rate) -> dict[str, Any]:
    return {"of": one.of, "to": one.to, "rate": f"{one.rate:f}", "on": one.on.isoformat(), "source": one.source}


commands = (rate,)
