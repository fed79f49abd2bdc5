"""The account page opened, on the screen: to its first paint with the account's name and figures, and until all of it is painted.

Two accounts of 1,000 activities, 50 contacts and 30 deals, opened in turn, in a workspace of many more.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

from PySide6.QtWidgets import QApplication

from desktop_crm.foundation.settings import Settings
from desktop_crm.services.workspace import Workspace
from desktop_crm.ui.accounts.detail import AccountDetail
from desktop_crm.ui.accounts.timeline import TimelineRow
from desktop_crm.ui.runtime.context import connected
from desktop_crm.ui.theme import Scheme, Theme
from tests.benchmarks.floors import account as floor
from tests.benchmarks.large_workspace import large_workspace
from tests.benchmarks.measure import Act, Job, stopwatch
from tests.benchmarks.trees import until

OTHERS, ACTIVITIES, CONTACTS, DEALS = 2_000, 1_000, 50, 30
FIRST_PAINT = 0.050
"""Seconds until the first paint that people take for at once."""
Rows = dict[str, list[dict[str, object]]]


def _rows(account: str, chance: random.Random, stages: list[str], products: list[str], user: str) -> Rows:
    """What one account holds."""
    today, now = date(2026, 11, 23), datetime(2026, 11, 23, 6, tzinfo=UTC)
    key = lambda kind, n: f"{account[-12:]}-{kind}-{n:05}"
    titles = ("상무", "구매팀장", "부장", "과장", "대리")
    contacts = [
        {
            "id": key("c", n),
            "account_id": account,
            "name": f"사람 {n:03}",
            "title": titles[n % 5],
            "phone": f"02-{n:04}",
        }
        for n in range(CONTACTS)
    ]
    activities = [
        {
            "id": key("v", n),
            "account_id": account,
            "contact_id": key("c", chance.randrange(CONTACTS)),
            "owner_id": user,
            "kind": ("visit", "call", "mail")[n % 3],
            "subject": f"만남 {n}",
            "body": "예산은 10월에 확정된다고 함.",
            "occurred_at": now - timedelta(hours=7 * n),
        }
        for n in range(ACTIVITIES)
    ]
    deals = [
        {
            "id": key("o", n),
            "account_id": account,
            "product_id": products[n % len(products)],
            "stage_id": stages[n % len(stages)],
            "name": f"영업기회 {n}",
            "amount": Decimal(1_000_000 * (n + 1)),
            "currency": "KRW",
            "close_date": today + timedelta(days=n * 3),
        }
        for n in range(DEALS)
    ]
    tasks = [
        {"id": key("t", n), "account_id": account, "subject": f"할 일 {n}", "due_on": today, "done": False}
        for n in range(8)
    ]
    tickets = [
        {"id": key("k", n), "account_id": account, "subject": f"문의 {n}", "status": "solved", "opened_on": today}
        for n in range(5)
    ]
    contract = {
        "id": key("r", 0),
        "account_id": account,
        "name": "유지보수",
        "status": "active",
        "renewal_date": today + timedelta(41),
    }
    chart = {"id": key("m", 0), "account_id": account, "name": "맵"}
    roles = ("economic_buyer", "decision_maker", "champion", "technical_evaluator", "user_buyer")
    nodes = [
        {
            "id": key("n", n),
            "map_id": chart["id"],
            "contact_id": key("c", n),
            "label": f"사람 {n}",
            "buying_role": role,
            "coverage": "brief",
        }
        for n, role in enumerate(roles)
    ]
    return {
        "contact": contacts, "activity": activities, "opportunity": deals, "task": tasks, "ticket": tickets,
        "contract": [contract], "stakeholder_map": [chart], "map_node": nodes,
    }  # fmt: skip


def _filled(workspace: Workspace, seed: int) -> tuple[str, Rows]:
    """A new account with all it holds."""
    chance = random.Random(seed)
    with workspace.read() as session:
        stages = [row[0] for row in session.connection().exec_driver_sql("SELECT id FROM stage ORDER BY id")]
    with workspace.write("benchmark.account") as work:
        user = work.insert("user", {"name": f"담당 {seed}"})
        products = [work.insert("product", {"name": f"품목 {seed} {n}"}) for n in range(4)]
        account = work.insert(
            "account", {"name": f"큰 계정 {seed}", "owner_id": user, "tier": "key", "industry": "전자"}
        )
        rows = _rows(account, chance, stages, list(products), user)
        for entity, some in rows.items():
            work.bulk(entity, inserts=some)
    return account, {"account": [{"id": account, "name": f"큰 계정 {seed}"}], **rows}


def _bare(rows: Rows) -> dict[str, list[tuple[object, ...]]]:
    """The same rows for the floor's tables."""
    found: dict[str, list[tuple[object, ...]]] = {}
    for table, columns in floor.TABLES.items():
        names = ["id", *(name.strip() for name in columns.split(","))]
        some = rows.get(table, [])
        account = rows["account"][0]["id"]
        plain = [{**row, "account_id": account, "stage": row.get("stage_id")} for row in some]
        found[table] = [tuple(_stored(row.get(name)) for name in names) for row in plain]
    return found


def _stored(value: object) -> object:
    return value if value is None or isinstance(value, str | int) else str(value)


def _opening(detail: AccountDetail, accounts: list[str], done: Callable[[str], bool]) -> Act:
    def one(number: int) -> float:
        account = accounts[number % 2]
        with stopwatch() as seconds:
            detail.show_account(account)
            until(lambda: done(account))
            detail.repaint()
        until(lambda: _whole(detail, account))
        return seconds()

    return one


def _named(detail: AccountDetail, account: str) -> bool:
    return detail.overview._account == account


def _whole(detail: AccountDetail, account: str) -> bool:
    rows = detail.overview.timeline.findChildren(TimelineRow)
    shown = [row for row in rows if row.isVisibleTo(detail)]
    return _named(detail, account) and bool(shown) and detail.overview.timeline._account == account


@contextmanager
def _pages(folder: Path) -> Iterator[tuple[AccountDetail, list[str], Rows]]:
    app = QApplication.instance() or QApplication([])
    Theme(app, Scheme.light)
    workspace, _ = large_workspace(folder / "ours.crm", OTHERS)
    with workspace.closing():
        made = [_filled(workspace, seed) for seed in (1, 2)]
        context = connected(workspace, Settings(folder / "settings.json"))
        detail = AccountDetail(context, {})
        detail.resize(720, 810)
        detail.show()
        try:
            yield detail, [account for account, _ in made], made[0][1]
        finally:
            detail.close()
            detail.deleteLater()
            context.lanes.stop()


@contextmanager
def first_paint(folder: Path, floors_alone: bool) -> Iterator[Job]:
    """To the first paint with the figures; the floor is the time that is taken for at once."""
    if floors_alone:
        yield Job(ours=None, floor=lambda _: FIRST_PAINT, rounds=1)
        return
    with _pages(folder) as (detail, accounts, _):
        yield Job(
            ours=_opening(detail, accounts, lambda a: _named(detail, a)),
            floor=lambda _: FIRST_PAINT,
            rounds=31,
            warm_up=4,
        )


@contextmanager
def whole_page(folder: Path, floors_alone: bool) -> Iterator[Job]:
    """All reads of the page, timeline included, against the same rows by the bare driver."""
    with (
        _pages(folder) as (detail, accounts, rows),
        closing(floor.file_of(folder / "floor.sqlite", _bare(rows))) as file,
    ):
        account = accounts[0]

        def bare(_: int) -> float:
            with stopwatch() as seconds:
                if floor.read(file, account) < ACTIVITIES // 100:
                    raise SystemExit("the floor reads nothing")
            return seconds()

        if floors_alone:
            yield Job(ours=None, floor=bare, rounds=31)
            return
        yield Job(ours=_reading(detail, accounts), floor=bare, rounds=31, warm_up=4)


def _reading(detail: AccountDetail, accounts: list[str]) -> Act:
    """What the lanes read when the page is opened, without drawing: the floor does not draw either."""
    from desktop_crm.services import accounts as services

    workspace = detail._context.workspace

    def one(number: int) -> float:
        account = accounts[number % 2]
        with stopwatch() as seconds:
            services.overview(workspace, account)
            services.timeline(workspace, account)
        return seconds()

    return one
