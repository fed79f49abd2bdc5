"""The account tree on the terminal."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

import click

from desktop_crm.cli.door import emit, workspace_options
from desktop_crm.domain.accounts.health import Health
from desktop_crm.domain.accounts.sums import CurrencySums
from desktop_crm.domain.schema.codec import plain
from desktop_crm.i18n import formats, health_words, tr
from desktop_crm.services import accounts as services
from desktop_crm.services import health as health_services
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
