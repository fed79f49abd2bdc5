"""The everyday of the demo: activities, tasks, contracts, orders, leads and tickets."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from desktop_crm.domain.schema.options import (
    ActivityKind,
    ContractStatus,
    LeadStatus,
    OrderStatus,
    Priority,
    QuoteStatus,
    TicketStatus,
)
from desktop_crm.services.demo import words
from desktop_crm.services.demo.deals import WON, Deal
from desktop_crm.services.demo.dice import Dice, Row, roman
from desktop_crm.services.demo.quoting import Quotes

_TOPICS = {
    ActivityKind.VISIT: words.VISIT_TOPICS,
    ActivityKind.CALL: words.CALL_TOPICS,
    ActivityKind.MAIL: words.MAIL_TOPICS,
    ActivityKind.MEETING: words.MEETING_TOPICS,
    ActivityKind.NOTE: words.NOTE_TOPICS,
}
_MINUTES = {ActivityKind.VISIT: (60, 180), ActivityKind.CALL: (3, 30), ActivityKind.MEETING: (30, 120)}


def activities(dice: Dice, deals: list[Deal], contacts: list[Row], count: int) -> list[Row]:
    """So many activities over two years, most of them about an opportunity while it was running; the oldest first."""
    lengths = [(deal.last_day(dice.today) - deal.way[0][0]).days + 1 for deal in deals]
    chosen = dice.random.choices(deals, lengths, k=count)
    rows = [
        _about_deal(dice, deal) if dice.chance(0.75) else _about_contact(dice, dice.pick(contacts)) for deal in chosen
    ]
    rows.sort(key=lambda row: (row["occurred_at"], row["id"]))
    return rows


def tasks(dice: Dice, deals: list[Deal], count: int) -> list[Row]:
    """So many tasks: most of them done, the open ones due around today."""
    running = [deal for deal in deals if deal.place < WON] or deals
    rows = []
    for deal in _many(dice, deals, count):
        done = dice.chance(0.65)
        about = deal if done else dice.pick(running)
        due = dice.day_before(400) if done else dice.today + timedelta(days=dice.number(-6, 21))
        rows.append(
            {
                "id": dice.id(),
                "subject": dice.pick(words.TASK_TOPICS),
                "due_on": due,
                "done": done,
                "priority": dice.weighted(tuple(Priority), (20, 60, 20)).value,
                "account_id": about.account["id"],
                "contact_id": about.row["contact_id"],
                "opportunity_id": about.row["id"],
                "owner_id": about.row["owner_id"],
                "note": None,
            }
        )
    return rows


def orders(dice: Dice, quotes: Quotes) -> list[Row]:
    """One order for each accepted quote, by the amount of its last version."""
    last = {row["quote_id"]: row for row in quotes.versions}
    rows: list[Row] = []
    for quote in quotes.quotes:
        if quote["status"] != QuoteStatus.ACCEPTED or quote["id"] not in last:
            continue
        version = last[quote["id"]]
        day: date = version["issued_at"].date()
        delivered = day < dice.today - timedelta(days=70)
        rows.append(
            {
                "id": dice.id(),
                "number": f"SO-{day.year}-{len(rows) + 1:04}",
                "account_id": quote["account_id"],
                "quote_id": quote["id"],
                "owner_id": quote["owner_id"],
                "status": (OrderStatus.DELIVERED if delivered else OrderStatus.RECEIVED).value,
                "amount": version["grand_total"],
                "currency": version["currency"],
                "ordered_on": day,
            }
        )
    return rows


def contracts(dice: Dice, deals: list[Deal], most: int) -> list[Row]:
    """A maintenance contract for a part of what was won, with its renewal and notice dates."""
    won = [deal for deal in deals if deal.place == WON]
    rows = []
    for deal in won[-most * 2 :: 2]:
        start = deal.way[-1][0].replace(day=1)
        years = dice.pick((1, 1, 2, 3))
        end = _years_later(start, years) - timedelta(days=1)
        over = end < dice.today
        rows.append(
            {
                "id": dice.id(),
                "name": f"{dice.pick(('골드', '실버'))} 유지보수 {start.year}",
                "account_id": deal.account["id"],
                "owner_id": deal.row["owner_id"],
                "status": (ContractStatus.ENDED if over else ContractStatus.ACTIVE).value,
                "amount": _tenth(deal.row["amount"], deal.row["currency"]),
                "currency": deal.row["currency"],
                "start_date": start,
                "end_date": end,
                "renewal_date": end + timedelta(days=1),
                "notice_date": end - timedelta(days=60),
                "uplift": Decimal(dice.pick((0, 2, 3, 3, 5))),
            }
        )
    return rows


def leads(dice: Dice, sellers: list[str], count: int) -> list[Row]:
    """So many leads from companies that are no accounts yet."""
    rows = []
    for place in range(count):
        name = dice.person()
        stem = dice.pick(words.STEM_FIRST) + dice.pick(words.STEM_SECOND)
        company = stem + dice.pick(dice.pick(words.INDUSTRIES).endings)
        rows.append(
            {
                "id": dice.id(),
                "name": name,
                "company": company,
                "email": f"{roman(name)}{place}@{roman(company)}.example",
                "phone": dice.mobile(),
                "source": dice.pick(words.LEAD_SOURCES),
                "status": dice.weighted(tuple(LeadStatus), (30, 25, 20, 10, 15)).value,
                "owner_id": dice.pick(sellers),
                "note": None,
            }
        )
    return rows


def tickets(dice: Dice, contacts: list[Row], count: int) -> list[Row]:
    """So many tickets of the last year."""
    rows = []
    for contact in (dice.pick(contacts) for _ in range(count)):
        opened = dice.day_before(360)
        fresh = opened > dice.today - timedelta(days=14)
        states = (TicketStatus.OPEN, TicketStatus.WAITING) if fresh else (TicketStatus.SOLVED,)
        rows.append(
            {
                "id": dice.id(),
                "subject": dice.pick(words.TICKET_TOPICS),
                "account_id": contact["account_id"],
                "contact_id": contact["id"],
                "owner_id": contact["owner_id"],
                "status": dice.pick(states).value,
                "priority": dice.weighted(tuple(Priority), (25, 55, 20)).value,
                "opened_on": opened,
                "body": None,
            }
        )
    return rows


def _many(dice: Dice, deals: list[Deal], count: int) -> list[Deal]:
    return [dice.pick(deals) for _ in range(count)] if deals else []


def _about_deal(dice: Dice, deal: Deal) -> Row:
    first = deal.way[0][0]
    day = first + timedelta(days=dice.number(0, max((deal.last_day(dice.today) - first).days, 0)))
    return _activity(dice, day, deal.account["id"], deal.row["contact_id"], deal.row["id"], deal.row["owner_id"])


def _about_contact(dice: Dice, contact: Row) -> Row:
    return _activity(dice, dice.day_before(730), contact["account_id"], contact["id"], None, contact["owner_id"])


def _activity(dice: Dice, day: date, account: str, contact: str | None, deal: str | None, owner: str) -> Row:
    kind = dice.weighted(tuple(_TOPICS), (22, 28, 26, 14, 10))
    minutes = _MINUTES.get(kind)
    return {
        "id": dice.id(),
        "kind": kind.value,
        "subject": dice.pick(_TOPICS[kind]),
        "body": dice.pick(words.BODIES),
        "occurred_at": dice.moment_on(_workday(min(day, dice.today - timedelta(days=1)))),
        "minutes": dice.number(*minutes) if minutes else None,
        "account_id": account,
        "contact_id": contact,
        "opportunity_id": deal,
        "quote_id": None,
        "owner_id": owner,
        "participants": (),
    }


def _workday(day: date) -> date:
    """The day itself, or the Friday before a weekend."""
    return day - timedelta(days=max(day.weekday() - 4, 0))


def _years_later(day: date, years: int) -> date:
    return day.replace(year=day.year + years)


def _tenth(amount: Decimal, currency: str) -> Decimal:
    """A tenth of an amount, in whole thousands of won or whole dollars."""
    step = Decimal(1000) if currency == "KRW" else Decimal(1)
    return (amount / 10 // step) * step
