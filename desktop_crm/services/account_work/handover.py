"""Handing an account over: owner, team and what is open move in one act; what was done keeps its names; a paper tells the rest."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from desktop_crm.documents.handover_document import HandoverDocument
from desktop_crm.domain.quotes.paper import PaperKind
from desktop_crm.domain.schema.options import ActivityKind, MemberRole
from desktop_crm.exchange.whole_files import write_whole
from desktop_crm.foundation.changes import Changes
from desktop_crm.foundation.errors import Refusal
from desktop_crm.i18n import tr
from desktop_crm.persistence.engine import Session
from desktop_crm.persistence.stores import account_page as page_store
from desktop_crm.persistence.stores import accounts as account_store
from desktop_crm.persistence.stores import handover as store
from desktop_crm.persistence.stores import records as record_store
from desktop_crm.persistence.unit_of_work import UnitOfWork
from desktop_crm.services import health, records, working_papers
from desktop_crm.services.privacy import hidden_fields
from desktop_crm.services.workspace import Workspace

TALKS = 10
_OPEN_WORK = ("opportunity", "quote", "contract")


@dataclass(frozen=True, slots=True, kw_only=True)
class Handed:
    """What moved: accounts, open tasks, and open deals, quotes and contracts; the paper as it stood just after."""

    accounts: int
    tasks: int
    deals: int
    quotes: int
    contracts: int
    document: HandoverDocument
    changes: Changes


@dataclass(frozen=True, slots=True, kw_only=True)
class Coming:
    """What would move: the owner of now, how many accounts below are theirs too, and what is open."""

    owner: str
    owner_id: str
    below: int
    tasks: int
    deals: int
    quotes: int
    contracts: int


def coming(workspace: Workspace, account_id: str) -> Coming:
    """What a hand-over with everything below would move. Raises Refusal `record.missing`."""
    with workspace.read() as session:
        record = record_store.get(session, "account", account_id)
        owner = str(record.fields.get("owner_id") or "")
        ids = _accounts(session, account_id, owner, with_below=True)
        moving = {entity: len(store.moving(session, entity, ids, owner)) for entity in ("task", *_OPEN_WORK)}
        return Coming(
            owner=record.titles.get("owner_id", ""),
            owner_id=owner,
            below=len(ids) - 1,
            tasks=moving["task"],
            deals=moving["opportunity"],
            quotes=moving["quote"],
            contracts=moving["contract"],
        )


def hand_over(
    workspace: Workspace,
    account_id: str,
    user_id: str,
    *,
    memo: str = "",
    with_below: bool = True,
    with_open_work: bool = True,
) -> Handed:
    """Make somebody else responsible, in one act that undo takes back as a whole.

    Open tasks of the former owner move; with `with_open_work` open deals, running quotes and contracts in force too. What is
    done or closed keeps its names. The team gets its new account manager, the timeline a note with the memo.
    Raises Refusal `record.missing`, `reference.missing`, `handover.same`.
    """
    with workspace.write("accounts.hand_over") as work:
        session = work.session
        account = record_store.get(session, "account", account_id)
        owner = str(account.fields.get("owner_id") or "")
        name = record_store.titles(session, "user", [user_id]).get(user_id)
        if name is None:
            raise Refusal("reference.missing", entity="account", field="owner_id", id=user_id)
        if owner == user_id:
            raise Refusal("handover.same", name=name)
        ids = _accounts(session, account_id, owner, with_below=with_below)
        moving = {"task": store.moving(session, "task", ids, owner)}
        moving |= {entity: store.moving(session, entity, ids, owner) if with_open_work else () for entity in _OPEN_WORK}
        work.bulk("account", updates=[(one, {"owner_id": user_id}) for one in ids])
        for entity, rows in moving.items():
            work.bulk(entity, updates=[(one, {"owner_id": user_id}) for one in rows])
        _change_team(work, workspace, account_id, owner, user_id)
        before = account.titles.get("owner_id", "")
        subject = tr("Handed over: {before} → {after}", before=before or "–", after=name)
        note: dict[str, Any] = {
            "kind": ActivityKind.NOTE.value,
            "subject": subject,
            "body": memo or None,
            "account_id": account_id,
            "owner_id": workspace.author.user_id,
            "occurred_at": workspace.clock.now(),
        }
        work.insert("activity", note)
        document = _document(session, workspace, account_id, before=before, after=name, memo=memo)
    return Handed(
        accounts=len(ids),
        tasks=len(moving["task"]),
        deals=len(moving["opportunity"]),
        quotes=len(moving["quote"]),
        contracts=len(moving["contract"]),
        document=working_papers.dressed(workspace, document, PaperKind.HANDOVER),
        changes=work.changes,
    )


def document(workspace: Workspace, account_id: str, after: str = "", memo: str = "") -> HandoverDocument:
    """The paper as things stand, without handing anything over. Raises Refusal `record.missing`."""
    with workspace.read() as session:
        record = record_store.get(session, "account", account_id)
        before = record.titles.get("owner_id", "")
        found = _document(session, workspace, account_id, before=before, after=after, memo=memo)
    return working_papers.dressed(workspace, found, PaperKind.HANDOVER)


def print_to(paper: HandoverDocument, target: Path, locale: str) -> int:
    """Write the paper as a PDF; returns its size. Raises Trouble `export.file.unwritable`."""
    from desktop_crm.documents import handover_pdf

    data = handover_pdf.render(paper, locale)
    write_whole(target, data)
    return len(data)


def join(workspace: Workspace, account_id: str, user_id: str, role: str) -> records.Created:
    """Put somebody on the account's team from today. Raises Refusal `reference.missing`."""
    fields = {"account_id": account_id, "user_id": user_id, "member_role": role, "since_on": workspace.today()}
    return records.create(workspace, "account_member", fields)


def leave(workspace: Workspace, member_id: str) -> Changes:
    """End somebody's role on a team today; the row stays as history. Raises Refusal `record.missing`."""
    return records.set_fields(workspace, "account_member", member_id, {"until_on": workspace.today()})


def user_named(workspace: Workspace, name: str) -> str:
    """The id of the user with that id, name or address. Raises Refusal `user.unknown`, `user.several`."""
    with workspace.read() as session:
        found = page_store.users_called(session, name.strip())
    if not found:
        raise Refusal("user.unknown", name=name)
    if len(found) > 1:
        raise Refusal("user.several", name=name, count=len(found), ids=", ".join(found))
    return found[0]


def _accounts(session: Session, account_id: str, owner: str, *, with_below: bool) -> tuple[str, ...]:
    """The account, and those below it that are the same person's."""
    if not with_below or not owner:
        return (account_id,)
    below = [one for one in account_store.below(session, account_id) if one != account_id]
    return (account_id, *store.owned_below(session, below, owner))


def _change_team(work: UnitOfWork, workspace: Workspace, account_id: str, owner: str, user_id: str) -> None:
    """The former account manager leaves the role today, the new one takes it."""
    today, manager = workspace.today(), MemberRole.ACCOUNT_MANAGER.value
    team = page_store.team(work.session, account_id)
    for member in team:
        if member.role == manager and member.user_id != user_id:
            work.update("account_member", member.id, {"until_on": today})
    if owner and not any(member.user_id == owner for member in team):
        past = {"account_id": account_id, "user_id": owner, "member_role": manager, "until_on": today}
        work.insert("account_member", past)
    if not any(member.user_id == user_id and member.role == manager for member in team):
        new = {"account_id": account_id, "user_id": user_id, "member_role": manager, "since_on": today}
        work.insert("account_member", new)


def _document(
    session: Session, workspace: Workspace, account_id: str, *, before: str, after: str, memo: str
) -> HandoverDocument:
    ids = account_store.below(session, account_id)
    path = account_store.path(session, account_id)
    return HandoverDocument(
        account=path[-1].name if path else "",
        path=" › ".join(step.name for step in path),
        before=before,
        after=after,
        memo=memo,
        team=tuple((one.name, one.role) for one in page_store.team(session, account_id)),
        score=health.judged(session, workspace, [account_id])[account_id].score,
        people=store.people(session, ids, hidden_fields(workspace, "map_node")),
        promises=store.promises(session, ids),
        deals=store.deals(session, ids),
        quotes=store.quotes(session, ids),
        renewals=store.renewals(session, ids),
        talks=store.talks(session, ids, TALKS),
        today=workspace.today(),
        company=workspace.name,
    )
