"""Writes the demo into a workspace: what is small month by month, as its people would have; what is large in bulk."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

from desktop_crm.domain.schema.options import UserRole
from desktop_crm.foundation.clock import Clock
from desktop_crm.foundation.ids import RowId, UserId
from desktop_crm.i18n import speaking, tr
from desktop_crm.security.secrets import SecretStore
from desktop_crm.services import blobs, pipeline
from desktop_crm.services.demo import (
    account_plans,
    approving,
    companies,
    daily,
    deals,
    events,
    maps,
    people,
    quoting,
    writings,
)
from desktop_crm.services.demo.catalogue import catalogue
from desktop_crm.services.demo.deals import Deal
from desktop_crm.services.demo.dice import Dice, Row
from desktop_crm.services.demo.events import Rows
from desktop_crm.services.demo.pens import Pens
from desktop_crm.services.journal import begin_here
from desktop_crm.services.workspace import Workspace, init_workspace

SEED = 20_260
ACCOUNTS = 300
_LIVED = 2_000
"""Up to so many accounts the two years are written month by month, so that the history can be read; above, at once."""
_CHUNK = 20_000
_DAYS = 760

_STOCK = ("team", "user", "supplier", "product", "price_book", "price_book_entry", "account", "contact")
"""What was there before the two years began."""
_LATER = (*account_plans.ENTITIES, *writings.ENTITIES, *approving.ENTITIES)
"""What was made at their end."""

Progress = Callable[[float], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoReport:
    """What was written: records by entity, and as whom the workspace is opened."""

    counts: Mapping[str, int]
    user_id: str
    user_name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _World:
    rows: Rows
    deals: list[Deal]


def make(
    path: Path,
    *,
    accounts: int = ACCOUNTS,
    seed: int = SEED,
    passphrase: str | None = None,
    secrets: SecretStore | None = None,
    clock: Clock | None = None,
    progress: Progress | None = None,
) -> DemoReport:
    """A new workspace file with the demo in it; nothing is left behind when that fails. Raises as `init_workspace` does."""
    made = init_workspace(path, name=tr("Demo"), passphrase=passphrase, secrets=secrets, clock=clock)
    try:
        with made.closing():
            return fill(made, accounts=accounts, seed=seed, progress=progress)
    except BaseException:
        for leftover in path.parent.glob(f"{path.name}*"):
            if leftover.is_file():
                leftover.unlink()
        raise


def fill(
    workspace: Workspace,
    *,
    accounts: int = ACCOUNTS,
    seed: int = SEED,
    today: date | None = None,
    progress: Progress | None = None,
) -> DemoReport:
    """Write the demo into an empty workspace and open it as one of its people. The same seed and day give the same records.

    `progress` is told how much is done, from 0 to 1.
    """
    tell = progress or _nobody
    dice = Dice(seed, today or workspace.today())
    world = _make(dice, accounts)
    tell(0.2)
    lived = accounts <= _LIVED
    _write(workspace, dice, world, lived=lived, tell=tell)
    me = world.rows["user"][0]
    workspace.act_as(UserId(me["id"]))
    attached = account_plans.files(dice, world.rows)
    _attach(workspace, attached)
    begin_here(workspace)
    tell(1.0)
    counts = {entity: len(rows) for entity, rows in world.rows.items()}
    return DemoReport(
        counts=counts | {"opportunity": len(world.deals), "attachment": len(attached)},
        user_id=me["id"],
        user_name=me["name"],
    )


def _make(dice: Dice, count: int) -> _World:
    """All records. What a person reads grows slower than the accounts, so that a hundred thousand fit into minutes."""
    teams, users = people.ours(dice)
    sellers = people.sellers(users)
    goods = catalogue(dice)
    accounts = companies.accounts(dice, count, sellers)
    contacts = people.contacts(dice, accounts, min(count * 5, 1500 + count))
    found = deals.deals(dice, accounts, contacts, goods.products, min(count * 2, 600 + count // 2))
    offers = quoting.quotes(dice, found, goods, users, min(count // 2 + 1, 150 + count // 500))
    charts = maps.maps(dice, accounts, contacts, found, min(count // 20 + 1, 15 + count // 2000))
    rows: Rows = {
        "team": teams,
        "user": users,
        "supplier": [quoting.supplier(dice)],
        "product": goods.products,
        "price_book": goods.books,
        "price_book_entry": goods.entries,
        "account": accounts,
        "contact": contacts,
        "stakeholder_map": charts.maps,
        "map_node": charts.nodes,
        "map_edge": charts.edges,
        "quote": offers.quotes,
        "quote_section": offers.sections,
        "quote_line": offers.lines,
        "quote_version": offers.versions,
        "activity": daily.activities(dice, found, contacts, min(count * 8, 2400 + count // 2)),
        "task": daily.tasks(dice, found, min(count, 300 + count // 100)),
        "contract": daily.contracts(dice, found, min(count // 4 + 1, 75 + count // 200)),
        "order": daily.orders(dice, offers),
        "lead": daily.leads(dice, sellers, min(count // 2, 150 + count // 100)),
        "ticket": daily.tickets(dice, contacts, min(count // 3, 100 + count // 100)),
    }
    rows |= account_plans.looked_after(dice, rows)
    rows |= writings.written(dice, rows)
    return _World(rows=rows | approving.approving(dice, users), deals=found)


def _attach(workspace: Workspace, files: list[account_plans.File]) -> None:
    """Files lie encrypted beside the workspace, each content once."""
    kept = [(one, content := one.text.encode(), blobs.put(workspace, content, "text/plain")) for one in files]
    with workspace.write("demo") as work:
        for one, content, digest in kept:
            fields = {
                "name": one.name,
                "account_id": one.account_id,
                "owner_id": workspace.author.user_id,
                "added_at": one.added_at,
                "size": len(content),
                "mime": "text/plain",
                "content": digest,
            }
            work.insert("attachment", fields, RowId(one.id))


def _write(workspace: Workspace, dice: Dice, world: _World, *, lived: bool, tell: Progress) -> None:
    administrator = next(row["id"] for row in world.rows["user"] if row["role"] == UserRole.ADMINISTRATOR)
    pens = Pens(workspace, administrator, dice.today - timedelta(days=_DAYS))
    with pens.work(administrator, pens.start) as begin, speaking("ko"):
        pipeline.make_first(begin)
    stock = [(entity, world.rows[entity]) for entity in _STOCK]
    later = [(entity, world.rows[entity]) for entity in _LATER]
    rest = [(entity, rows) for entity, rows in world.rows.items() if entity not in (*_STOCK, *_LATER)]
    whole = sum(map(len, world.rows.values())) + len(world.deals)
    done = _in_bulk(pens, pens.start, stock, lambda n: tell(0.2 + 0.8 * n / whole))
    if lived:
        happenings = events.events(world.rows, world.deals, dice.today)
        pens.write_down(happenings, lambda share: tell(0.2 + 0.8 * (done + share * (whole - done)) / whole))
        _in_bulk(pens, workspace.clock.now(), later, _nobody)
        return
    deals_and_rest = [("opportunity", [deal.row for deal in world.deals]), *rest, *later]
    _in_bulk(pens, workspace.clock.now(), deals_and_rest, lambda n: tell(0.2 + 0.8 * (done + n) / whole))


def _in_bulk(pens: Pens, at: datetime, tables: list[tuple[str, list[Row]]], tell: Callable[[int], None]) -> int:
    """Write tables in large pieces; how many records that were."""
    done = 0
    for entity, rows in tables:
        for start in range(0, len(rows), _CHUNK):
            piece = rows[start : start + _CHUNK]
            with pens.work(pens.administrator, at) as work:
                work.bulk(entity, inserts=piece)
            done += len(piece)
            tell(done)
    return done


def _nobody(_share: float) -> None:
    """Progress that nobody listens to."""
