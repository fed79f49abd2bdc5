"""Mail accounts of this laptop: kept in the workspace beside the shared records, never synced; passwords in the keyring alone."""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from datetime import date
from typing import Any

from desktop_crm.domain.mail.account import MailAccount, MailServer, Security
from desktop_crm.foundation.errors import Refusal
from desktop_crm.foundation.ids import new_id
from desktop_crm.persistence.facts import read_fact, write_fact
from desktop_crm.services.workspace import Workspace

__all__ = ["MailAccount", "MailServer", "Security"]

_FACT = "mail.accounts"
RECEIVE, SEND = "imap", "smtp"


def accounts(workspace: Workspace) -> tuple[MailAccount, ...]:
    """The accounts, in the order in which they were added."""
    with workspace.read() as session:
        held = read_fact(session.connection(), _FACT)
    return tuple(_account(one) for one in json.loads(held or "[]"))


def account(workspace: Workspace, wanted: str) -> MailAccount:
    """By id or address; the only one when nothing is named. Raises Refusal `mail.account.unknown`, `mail.account.none`."""
    every = accounts(workspace)
    if not every:
        raise Refusal("mail.account.none")
    if not wanted and len(every) == 1:
        return every[0]
    found = next((one for one in every if wanted and wanted.casefold() in {one.id, one.address.casefold()}), None)
    if found is None:
        raise Refusal("mail.account.unknown", name=wanted)
    return found


def save(workspace: Workspace, wanted: MailAccount, password: str = "", smtp_password: str = "") -> MailAccount:
    """Keep an account, new (without an id) or changed. An empty password leaves the one that is kept.

    Raises Refusal `mail.account.incomplete`, `mail.open`, `mail.account.twice`; Trouble `keyring.absent`.
    """
    if "@" not in wanted.address or not wanted.imap.host or not wanted.imap.user or not wanted.folders:
        raise Refusal("mail.account.incomplete")
    for server in filter(None, (wanted.imap, wanted.smtp)):
        if server.open_to_all:
            raise Refusal("mail.open", host=server.host)
    kept = replace(wanted, id=wanted.id or new_id())
    every = accounts(workspace)
    if any(one.address.casefold() == kept.address.casefold() and one.id != kept.id for one in every):
        raise Refusal("mail.account.twice", address=kept.address)
    for door, secret in ((RECEIVE, password), (SEND, smtp_password or password)):
        if secret:
            workspace.secrets.put(_secret(workspace, kept.id, door), secret)
    known = any(one.id == kept.id for one in every)
    _write(workspace, [kept if one.id == kept.id else one for one in every] if known else [*every, kept])
    return kept


def remove(workspace: Workspace, account_id: str) -> None:
    """Take an account away with its passwords and what waited for a decision. Mails in the timeline stay."""
    from desktop_crm.persistence.stores import mail as store

    found = account(workspace, account_id)
    for door in (RECEIVE, SEND):
        workspace.secrets.remove(_secret(workspace, found.id, door))
    _write(workspace, [one for one in accounts(workspace) if one.id != found.id])
    with workspace.database.writing() as connection:
        store.forget_account(connection, found.id)
        for name in ("cursors", "state"):
            write_fact(connection, f"mail.{name}:{found.id}", "{}")


def password(workspace: Workspace, of: MailAccount, door: str) -> str:
    """What signs in at a door. Raises Refusal `mail.password`; Trouble `keyring.absent`."""
    held = workspace.secrets.get(_secret(workspace, of.id, door))
    if not held:
        raise Refusal("mail.password", address=of.address)
    return held


def try_out(
    workspace: Workspace, wanted: MailAccount, password_typed: str = "", smtp_typed: str = ""
) -> tuple[str, ...]:
    """Sign in at both servers and leave; the folders there are. Raises what `mailbox.doors.told` raises."""
    from desktop_crm.mailbox.imap import looking
    from desktop_crm.mailbox.smtp import reaching

    with looking(wanted.imap, password_typed or password(workspace, wanted, RECEIVE)) as box:
        folders = box.folders()
    if wanted.smtp is not None:
        secret = smtp_typed or password_typed or password(workspace, wanted, SEND)
        with reaching(wanted.smtp, secret):
            pass
    return folders


def _secret(workspace: Workspace, account_id: str, door: str) -> str:
    return f"mail:{workspace.author.device_id}:{account_id}:{door}"


def _write(workspace: Workspace, every: list[MailAccount]) -> None:
    rows = [asdict(one) | {"since": one.since.isoformat() if one.since else None} for one in every]
    with workspace.database.writing() as connection:
        write_fact(connection, _FACT, json.dumps(rows, ensure_ascii=False))


def _account(held: dict[str, Any]) -> MailAccount:
    since = held.get("since")
    return MailAccount(
        id=held["id"],
        address=held["address"],
        name=held.get("name", ""),
        imap=_server(held["imap"]),
        smtp=_server(held["smtp"]) if held.get("smtp") else None,
        folders=tuple(held.get("folders") or ("INBOX",)),
        since=date.fromisoformat(since) if since else None,
        minutes=int(held.get("minutes", 15)),
    )


def _server(held: dict[str, Any]) -> MailServer:
    return MailServer(host=held["host"], port=int(held["port"]), security=Security(held["security"]), user=held["user"])
