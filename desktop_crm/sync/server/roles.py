"""What each role may write, by kind of record and by field. Where a row lies is another question (`server.scopes`).

1.  As long as a tenant has no administrator, its work is not divided and everybody may write everything.
2.  People and teams are the administrator's.
3.  What holds for everybody (catalogue, price books, stages, rates, shared settings, fields of one's own, our own companies) is
    the managers' and the administrator's.
4.  Marketing reads quotes, proposals, orders and contracts, and writes none.
5.  An account goes to another owner by its owner's hand, or a manager's; one without an owner is free.
6.  A private map is opened, or given another keeper, by its keeper or a manager.
7.  A comment is its author's: others neither change it nor speak in another's name.
"""

from __future__ import annotations

from typing import Any, Final

from desktop_crm.domain.schema.options import UserRole
from desktop_crm.sync.merge import RowState
from desktop_crm.sync.protocol import Operation
from desktop_crm.sync.server import tables
from desktop_crm.sync.server.books import Books
from desktop_crm.sync.server.session import Session

REFUSED: Final = "sync.refused.role"
OFFICE: Final = frozenset({UserRole.MANAGER.value, UserRole.ADMINISTRATOR.value})
_PEOPLE: Final = frozenset({"user", "team"})
_FOR_ALL: Final = frozenset(
    "product price_book price_book_entry bundle_item pipeline stage supplier exchange_rate own_field workspace_setting".split()
)
_SALES: Final = frozenset(
    "quote quote_section quote_line quote_version order contract proposal proposal_block proposal_version".split()
)


def is_divided(books: Books) -> bool:
    """Whether the tenant has an administrator."""
    return bool(books.all(tables.user, role=UserRole.ADMINISTRATOR.value, disabled=False))


def refusal(session: Session, op: Operation, before: RowState) -> str:
    """Why the caller's role does not allow the operation; empty when it does."""
    if not session.divided or session.role == UserRole.ADMINISTRATOR:
        return ""
    if op.entity in _PEOPLE or (op.entity in _FOR_ALL and session.role not in OFFICE):
        return REFUSED
    if session.role == UserRole.MARKETING and op.entity in _SALES:
        return REFUSED
    return "" if session.role in OFFICE or _is_own(session, op, before) else REFUSED


def _is_own(session: Session, op: Operation, before: RowState) -> bool:
    """Rules 5, 6 and 7."""
    held: dict[str, Any] = before.fields
    owner = held.get("owner_id")
    changed = {name for name, value in op.fields.items() if held.get(name) != value}
    if op.entity == "comment":
        author = held.get("author_id") or op.fields.get("author_id")
        return author in {None, session.user_id} and op.fields.get("author_id", author) == author
    if op.entity == "account" and "owner_id" in changed:
        return owner in {None, session.user_id}
    if op.entity == "stakeholder_map" and held.get("private") and changed & {"private", "owner_id"}:
        return owner in {None, session.user_id}
    return True
