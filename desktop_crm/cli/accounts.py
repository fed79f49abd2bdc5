"""The account tree on the terminal."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import click

from desktop_crm.cli.door import emit, workspace_options
from desktop_crm.domain.accounts.health import Health
from desktop_crm.domain.accounts.sums import CurrencySums
from desktop_crm.domain.schema.codec import plain
from desktop_crm.foundation.errors import Refusal
from desktop_crm.i18n import current, formats, health_words, tr
from desktop_crm.i18n.labels import option_label
from desktop_crm.services import accounts as services
from desktop_crm.services import health as health_services
from desktop_crm.services.account_work import handover, plans
from desktop_crm.services.workspace import Workspace

_SUMS = ("open", "weighted", "won")


@click.group("accounts")
def accounts() -> None:
    """Look at accounts."""


@accounts.command("tree")
@workspace_options
def tree(*, workspace: Workspace, as_json: bool) -> None:
    """Print the account tree with exact sums, parents before children."""
    rows = services.tree(workspace)
    emit([as_plain(row) for row in rows], lambda: "\n".join(as_line(row) for row in rows), as_json=as_json)


@accounts.command("health")
@click.argument("name")
@workspace_options
def health(name: str, *, workspace: Workspace, as_json: bool) -> None:
    """Print how healthy the relation with an account is, with the reasons. NAME is its name or id."""
    account_id = services.find(workspace, name)
    found = health_services.of(workspace, account_id)
    emit({"id": account_id, **health_as_plain(found)}, lambda: "\n".join(health_lines(found)), as_json=as_json)


@accounts.command("team")
@click.argument("name")
@workspace_options
def team(name: str, *, workspace: Workspace, as_json: bool) -> None:
    """Print who works for an account. NAME is its name or id."""
    found = services.team(workspace, services.find(workspace, name))
    plain = [{"user_id": one.user_id, "name": one.name, "role": one.role} for one in found]
    emit(
        plain,
        lambda: "\n".join(f"{one.name}  {option_label('member_role', one.role)}" for one in found),
        as_json=as_json,
    )


@accounts.command("hand-over")
@click.argument("name")
@click.option("--to", "user", required=True, help="Who takes it over: name, address or id of a user.")
@click.option("--memo", default="", help="What the next one must know.")
@click.option("--only-this", is_flag=True, help="Leave the accounts below it with their owner.")
@click.option("--only-tasks", is_flag=True, help="Move open tasks, but no opportunities, quotes and contracts.")
@click.option("--pdf", type=click.Path(path_type=Path, dir_okay=False), help="Write the paper of the hand-over there.")
@click.option("--locale", "language", type=click.Choice(("ko", "en")), help="The language of the paper.")
@workspace_options
def hand_over(
    name: str,
    *,
    user: str,
    memo: str,
    only_this: bool,
    only_tasks: bool,
    pdf: Path | None,
    language: str | None,
    workspace: Workspace,
    as_json: bool,
) -> None:
    """Make somebody else responsible for an account. NAME is its name or id."""
    account_id = services.find(workspace, name)
    done = handover.hand_over(
        workspace,
        account_id,
        handover.user_named(workspace, user),
        memo=memo,
        with_below=not only_this,
        with_open_work=not only_tasks,
    )
    if pdf is not None:
        handover.print_to(done.document, pdf, language or current().value)
    moved = {entity: getattr(done, entity) for entity in ("accounts", "tasks", "deals", "quotes", "contracts")}
    plain = {"id": account_id, "owner": done.document.after, "moved": moved, "pdf": str(pdf) if pdf else None}
    text = tr("{account} is now with {name}.", account=done.document.account, name=done.document.after)
    emit(plain, text, as_json=as_json)


@accounts.command("plan")
@click.argument("name")
@click.option("--pdf", type=click.Path(path_type=Path, dir_okay=False), required=True, help="Write the plan there.")
@click.option("--since", type=click.DateTime(["%Y-%m-%d"]), help="Mark what changed since that day.")
@click.option("--locale", "language", type=click.Choice(("ko", "en")), help="The language of the paper.")
@workspace_options
def plan(
    name: str, *, pdf: Path, since: datetime | None, language: str | None, workspace: Workspace, as_json: bool
) -> None:
    """Write the newest plan of an account as a PDF. NAME is its name or id."""
    found = plans.page(workspace, services.find(workspace, name)).plan
    if found is None:
        raise Refusal("plan.missing", name=name)
    day = since.date() if since else None
    size = plans.print_to(workspace, found.id, pdf, language or current().value, day)
    emit({"id": found.id, "pdf": str(pdf), "bytes": size}, str(pdf), as_json=as_json)


def health_as_plain(found: Health) -> dict[str, Any]:
    """A score with its parts as JSON can hold it; `text` says the evidence in the current language."""
    parts = [
        {
            "part": part.part.value,
            "weight": part.weight,
            "score": part.score,
            "reasons": [
                {"code": one.code, "good": one.good, "text": health_words.reason_text(one.code, one.values)}
                | ({"entity": one.entity, "id": one.row_id} if one.row_id else {})
                for one in part.reasons
            ],
        }
        for part in found.parts
    ]
    return {"score": found.score, "parts": parts}


def health_lines(found: Health) -> list[str]:
    """A score with its parts as people read it."""
    lines = [health_words.score_text(found.score)]
    for part in found.parts:
        weight = tr("weight {n}", n=part.weight)
        lines.append(f"{health_words.part_label(part.part.value)}: {health_words.score_text(part.score)} ({weight})")
        lines += [f"  {health_words.reason_text(one.code, one.values)}" for one in part.reasons]
    return lines


def as_plain(row: services.TreeRow) -> dict[str, Any]:
    """One account of the tree as JSON can hold it; amounts of zero are left out."""
    return {
        "id": row.id,
        "name": row.name,
        "parent_id": row.parent_id,
        "depth": row.depth,
        "own": {name: _amounts((s.currency, getattr(s.own, name)) for s in row.sums) for name in _SUMS},
        "total": {name: _amounts((s.currency, getattr(s.total, name)) for s in row.sums) for name in _SUMS},
    }


def as_line(row: services.TreeRow) -> str:
    """One account of the tree as people read it."""
    parts = [_told(tr("open"), row.sums, "open"), _told(tr("won"), row.sums, "won")]
    return "  ".join(["  " * row.depth + row.name, *(part for part in parts if part)])


def _amounts(values: Iterable[tuple[str, Decimal]]) -> list[dict[str, str]]:
    return [{"currency": currency, "amount": plain(amount)} for currency, amount in values if amount]


def _told(word: str, sums: tuple[CurrencySums, ...], name: str) -> str:
    amounts = [formats.money(getattr(s.total, name), s.currency) for s in sums if getattr(s.total, name)]
    return f"{word} {' + '.join(amounts)}" if amounts else ""


commands = (accounts,)
