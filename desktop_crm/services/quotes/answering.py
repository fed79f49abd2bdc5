"""What becomes of an issued quote: sent, seen, rejected, expired; accepted, which makes an order and the draft of a contract."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from desktop_crm.domain.quotes import answers
from desktop_crm.domain.schema.options import ContractStatus, OrderStatus, QuoteStatus
from desktop_crm.foundation.changes import Changes
from desktop_crm.foundation.errors import Refusal
from desktop_crm.foundation.hlc import Stamp, stamp_time
from desktop_crm.foundation.ids import RowId
from desktop_crm.persistence.engine import Session
from desktop_crm.persistence.numbers import next_number
from desktop_crm.persistence.tables.people import UserRow
from desktop_crm.persistence.unit_of_work import UnitOfWork
from desktop_crm.services import records
from desktop_crm.services.quotes import issuing, reading
from desktop_crm.services.quotes.alternatives import turn_down
from desktop_crm.services.record_rules import refuse_broken
from desktop_crm.services.workspace import Workspace


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """What was done. `order_id`, `order_number` and `contract_id` are there when the quote was accepted."""

    status: QuoteStatus
    changes: Changes
    order_id: RowId | None = None
    order_number: str = ""
    contract_id: RowId | None = None
    turned_down: tuple[str, ...] = ()
    """Numbers of the alternatives that were rejected because this one was accepted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A state the quote came into: when, and by whom (empty where nobody is named)."""

    status: QuoteStatus
    at: datetime
    by: str


def mark(workspace: Workspace, quote_id: str, status: QuoteStatus) -> Answered:
    """Put the newest issued version into that state; accepted makes an order and a contract draft in the same act.

    The alternatives beside an accepted one are rejected. Raises Refusal `record.missing`, `quote.answer.draft`, `record.state`,
    `quote.version.undecided`, `quote.alternative.accepted`.
    """
    quote = reading.open_quote(workspace, quote_id)
    if quote.undecided:
        labels = ", ".join(one.label for one in quote.undecided)
        raise Refusal("quote.version.undecided", number=quote.number, versions=labels)
    before = QuoteStatus.DRAFT if quote.is_draft else quote.status
    answers.refuse(quote.number, before, status)
    with workspace.write(f"quotes.{status.value}") as work:
        refuse_broken(work, "quote", quote_id, {"status": status.value})
        work.update("quote", quote_id, {"status": status.value})
        accepted = status is QuoteStatus.ACCEPTED
        turned_down = turn_down(work, quote) if accepted else ()
        made = _bought(workspace, work, quote) if accepted else (None, "", None)
    order_id, number, contract_id = made
    return Answered(
        status=status,
        changes=work.changes,
        order_id=order_id,
        order_number=number,
        contract_id=contract_id,
        turned_down=turned_down,
    )


def steps(workspace: Workspace, quote_id: str) -> tuple[Step, ...]:
    """The states the quote came into, the first one first, as its history tells them. Raises Refusal `record.missing`."""
    told = [one for one in records.history(workspace, "quote", quote_id) if one.after.get("status")]
    with workspace.read() as session:
        names = {one: user_name(session, one) for one in {entry.actor for entry in told} if one}
    return tuple(
        Step(
            status=QuoteStatus(one.after["status"]), at=stamp_time(Stamp(one.stamp)), by=names.get(one.actor or "", "")
        )
        for one in told
    )


def user_name(session: Session, user_id: str) -> str:
    """What a user is called; empty for one who is not here."""
    row = session.get(UserRow, user_id)
    return (row.name or "") if row is not None else ""


def _bought(workspace: Workspace, work: UnitOfWork, quote: reading.OpenQuote) -> tuple[RowId, str, RowId]:
    """An order of what the newest version came to, and the draft of the contract that goes with it."""
    content = issuing.version(workspace, str(quote.draft.id), quote.versions[0].id).content
    today = workspace.today()
    bought = {
        "account_id": content.draft.account_id,
        "quote_id": quote.draft.id,
        "owner_id": workspace.author.user_id,
        "amount": content.amounts.grand_total,
        "currency": content.amounts.currency,
    }
    number = next_number(work, "order", today)
    order = {"number": number, "status": OrderStatus.RECEIVED.value, "ordered_on": today}
    term = answers.term_of(content.draft, today)
    contract = {
        "name": content.draft.name or content.number,
        "status": ContractStatus.DRAFT.value,
        "amount": content.amounts.net_amount,
        "start_date": term.starts_on or today,
        "end_date": term.ends_on,
        "renewal_date": term.ends_on,
    }
    return work.insert("order", {**bought, **order}), number, work.insert("contract", {**bought, **contract})
