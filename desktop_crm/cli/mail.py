"""Mail at the terminal: accounts of this laptop, what comes in and waits for a decision, what is written and goes out."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from desktop_crm.cli.door import emit, workspace_options
from desktop_crm.cli.field_files import FILES, take_files
from desktop_crm.cli.password_file import password_from
from desktop_crm.domain.mail.account import MailAccount, MailServer, Security
from desktop_crm.domain.mail.outgoing import OutState, addresses
from desktop_crm.i18n import formats, ntr, tr
from desktop_crm.i18n.error_texts import explain
from desktop_crm.i18n.mail_words import state_word
from desktop_crm.services import accounts as company_service
from desktop_crm.services import mail_files
from desktop_crm.services.mail import accounts, deciding, outbox, syncing, writing
from desktop_crm.services.mail.outbox import Outgoing
from desktop_crm.services.workspace import Workspace

_SECURITY = click.Choice([one.value for one in Security])
_PORTS = {("imap", "tls"): 993, ("imap", "starttls"): 143, ("smtp", "tls"): 465, ("smtp", "starttls"): 587}
_HERE = tuple(
    one.value for one in (OutState.DRAFT, OutState.WAITING, OutState.HANDING, OutState.UNCLEAR, OutState.FAILED)
)


@click.group("mail")
def mail() -> None:
    """Mail accounts, mails in and out."""


@mail.command("import")
@click.argument("files", nargs=-1, required=True, type=FILES)
@workspace_options
def mail_import(files: tuple[Path, ...], *, workspace: Workspace, as_json: bool) -> None:
    """Take in .eml and .mbox files; each mail finds its account by address, domain or exchange."""
    names = ("created", "known", "matched", "files", "files_left")
    take_files(workspace, files, mail_files.import_mail, names, as_json=as_json)


@mail.group("account")
def account() -> None:
    """The mail accounts of this laptop."""


@account.command("list")
@workspace_options
def account_list(*, workspace: Workspace, as_json: bool) -> None:
    """List them."""
    found = accounts.accounts(workspace)
    emit([_plain(one) for one in found], lambda: "\n".join(map(_told, found)) or tr("No mail account"), as_json=as_json)


@account.command("add")
@click.argument("address")
@click.option("--name", default="", help="The name that recipients see.")
@click.option("--imap", "imap_host", required=True, help="The server to receive from.")
@click.option("--imap-port", type=int, help="Its port.")
@click.option("--imap-security", type=_SECURITY, default="tls", show_default=True, help="How it is kept secret.")
@click.option("--smtp", "smtp_host", default="", help="The server to send with.")
@click.option("--smtp-port", type=int, help="Its port.")
@click.option("--smtp-security", type=_SECURITY, default="tls", show_default=True, help="How it is kept secret.")
@click.option("--user", default="", help="Who signs in; without it the address.")
@click.option("--password-file", required=True, type=FILES, help="A file whose first line is it.")
@click.option("--folder", "folders", multiple=True, default=("INBOX",), help="A folder to read; may be repeated.")
@click.option("--since", type=click.DateTime(("%Y-%m-%d",)), help="Nothing older than this day.")
@click.option(
    "--minutes", type=click.IntRange(1, 1440), default=15, show_default=True, help="Minutes between two looks."
)
@workspace_options
def account_add(
    address: str,
    name: str,
    imap_host: str,
    imap_port: int | None,
    imap_security: str,
    smtp_host: str,
    smtp_port: int | None,
    smtp_security: str,
    user: str,
    password_file: Path,
    folders: tuple[str, ...],
    since: datetime | None,
    minutes: int,
    *,
    workspace: Workspace,
    as_json: bool,
) -> None:
    """Add an account, or change the one of that address. Its password goes to the keyring and nowhere else."""

    def server(kind: str, host: str, port: int | None, security: str) -> MailServer:
        known = _PORTS.get((kind, security), 143 if kind == "imap" else 25)
        return MailServer(host=host, port=port or known, security=Security(security), user=user or address)

    held = next((one for one in accounts.accounts(workspace) if one.address.casefold() == address.casefold()), None)
    wanted = MailAccount(
        id=held.id if held is not None else "",
        address=address,
        name=name,
        imap=server("imap", imap_host, imap_port, imap_security),
        smtp=server("smtp", smtp_host, smtp_port, smtp_security) if smtp_host else None,
        folders=folders,
        since=since.date() if since is not None else None,
        minutes=minutes,
    )
    kept = accounts.save(workspace, wanted, password_from(password_file))
    emit(_plain(kept), tr("Kept: {address}", address=kept.address), as_json=as_json)


@account.command("try")
@click.argument("address", default="")
@workspace_options
def account_try(address: str, *, workspace: Workspace, as_json: bool) -> None:
    """Sign in at its servers and list the folders there are."""
    folders = accounts.try_out(workspace, accounts.account(workspace, address))
    emit({"folders": list(folders)}, "\n".join(folders), as_json=as_json)


@account.command("remove")
@click.argument("address")
@workspace_options
def account_remove(address: str, *, workspace: Workspace, as_json: bool) -> None:
    """Take it away with its password; mails in the timeline stay."""
    accounts.remove(workspace, address)
    emit({"removed": address}, tr("Removed: {address}", address=address), as_json=as_json)


@mail.command("sync")
@click.argument("address", default="")
@workspace_options
def mail_sync(address: str, *, workspace: Workspace, as_json: bool) -> None:
    """Look into the mailboxes; nothing there is changed, not even marked as read."""
    every = accounts.accounts(workspace)
    chosen = every if every and not address else (accounts.account(workspace, address),)
    runs = syncing.sync_all(workspace, chosen)
    rows = [
        {
            "account": run.account.address,
            "looked_at": run.looked_at,
            "taken": run.taken,
            "known": run.known,
            "files": run.files,
            "waiting": run.waiting,
            "gone": run.gone,
            "notes": [list(note) for note in run.notes],
            "error": run.error.code if run.error is not None else None,
        }
        for run in runs
    ]
    emit(rows, lambda: "\n".join(map(_told_run, runs)), as_json=as_json)
    failed = [run.error for run in runs if run.error is not None]
    if failed:
        raise SystemExit(max(error.exit_code for error in failed))


@mail.command("status")
@workspace_options
def mail_status(*, workspace: Workspace, as_json: bool) -> None:
    """How every account stands, and what goes out."""
    found = syncing.states(workspace)
    going = [one for one in outbox.outgoing(workspace) if one.state is not OutState.SENT]
    rows = {
        "accounts": [
            {
                "account": one.account.address,
                "last_run": _iso(one.last_run),
                "last_good": _iso(one.last_good),
                "next_run": _iso(one.next_run),
                "waiting": one.waiting,
                "error": one.error.code if one.error is not None else None,
            }
            for one in found
        ],
        "outgoing": [_plain_outgoing(one) for one in going],
    }
    emit(rows, lambda: "\n".join([*map(_told_state, found), *map(_told_outgoing, going)]), as_json=as_json)


@mail.command("waiting")
@workspace_options
def mail_waiting(*, workspace: Workspace, as_json: bool) -> None:
    """List mails that belong to nobody known; the team sees nothing of them until you decide."""
    found = deciding.waiting(workspace)
    rows = [{"key": one.key, "at": _iso(one.at), "sender": one.sender, "subject": one.subject} for one in found]
    lines = [
        f"{formats.datetime(one.at) if one.at else '–'}  {one.sender}  {one.subject}\n  {one.key}" for one in found
    ]
    emit(rows, "\n".join(lines) or tr("Nothing waits"), as_json=as_json)


@mail.command("put")
@click.argument("keys", nargs=-1, required=True)
@click.option("--account", "name", required=True, metavar="NAME", help="The account they belong to.")
@workspace_options
def mail_put(keys: tuple[str, ...], name: str, *, workspace: Workspace, as_json: bool) -> None:
    """Put waiting mails with an account; the next sync brings them."""
    count = deciding.put_with(workspace, keys, company_service.find(workspace, name))
    emit(
        {"put": count},
        ntr("{n} mail comes with the next sync", "{n} mails come with the next sync", count),
        as_json=as_json,
    )


@mail.command("drop")
@click.argument("keys", nargs=-1, required=True)
@click.option("--sender", is_flag=True, help="Never ask about these senders again.")
@workspace_options
def mail_drop(keys: tuple[str, ...], *, sender: bool, workspace: Workspace, as_json: bool) -> None:
    """Leave waiting mails out."""
    count = deciding.drop(workspace, keys, sender_too=sender)
    emit({"dropped": count}, ntr("{n} mail left out", "{n} mails left out", count), as_json=as_json)


@mail.command("never")
@workspace_options
def mail_never(*, workspace: Workspace, as_json: bool) -> None:
    """List the senders nothing is asked about."""
    found = deciding.never(workspace)
    emit({"senders": list(found)}, "\n".join(found) or tr("Every sender is asked about"), as_json=as_json)


@mail.command("ask-again")
@click.argument("senders", nargs=-1, required=True)
@workspace_options
def mail_ask_again(senders: tuple[str, ...], *, workspace: Workspace, as_json: bool) -> None:
    """Ask about these senders again; mails of theirs that come from now on wait for you."""
    deciding.ask_again(workspace, *(one.lower() for one in senders))
    emit({"asked": list(senders)}, tr("Asked about again: {senders}", senders=", ".join(senders)), as_json=as_json)


@mail.command("write")
@click.option("--from", "address", default="", help="The mail account to send with.")
@click.option("--to", "to", default="", help="Recipients, with commas between.")
@click.option("--cc", "cc", default="", help="Further recipients.")
@click.option("--bcc", "bcc", default="", help="Recipients whom the others do not see.")
@click.option("--subject", default="", help="The subject.")
@click.option("--body-file", type=FILES, help="A file with the text (UTF-8).")
@click.option("--attach", "files", multiple=True, type=FILES, help="A file to go with it; may be repeated.")
@click.option("--reply", metavar="ACTIVITY_ID", help="Answer this mail of the timeline.")
@click.option("--forward", metavar="ACTIVITY_ID", help="Pass this mail of the timeline on.")
@click.option("--contact", metavar="CONTACT_ID", help="To this person.")
@click.option("--template", metavar="ID", help="A mail template of the content library.")
@click.option("--draft", "as_draft", is_flag=True, help="Keep it as a draft; else it is queued.")
@workspace_options
def mail_write(
    address: str,
    to: str,
    cc: str,
    bcc: str,
    subject: str,
    body_file: Path | None,
    files: tuple[Path, ...],
    reply: str | None,
    forward: str | None,
    contact: str | None,
    template: str | None,
    *,
    as_draft: bool,
    workspace: Workspace,
    as_json: bool,
) -> None:
    """Write a mail, answer one or pass one on. It is queued; `mail send` hands it over."""
    letter = writing.Letter()
    if reply:
        letter = writing.answer(workspace, reply)
    elif forward:
        letter = writing.forward(workspace, forward)
    elif contact:
        letter = writing.to_contact(workspace, contact)
    if body_file is not None:
        letter = replace(letter, body=f"{body_file.read_text(encoding='utf-8-sig').rstrip()}\n{letter.body}")
    missing: tuple[str, ...] = ()
    if template:
        letter, missing = writing.from_template(workspace, letter, template)
    letter = replace(
        letter,
        to=addresses(to) or letter.to,
        cc=addresses(cc) or letter.cc,
        bcc=addresses(bcc),
        subject=subject or letter.subject,
        files=(*letter.files, *(writing.attach(workspace, path) for path in files)),
    )
    kept = outbox.draft(workspace, address, letter)
    if not as_draft:
        kept = outbox.queue(workspace, kept.id)
    text = _told_outgoing(kept)
    if missing:
        text += "\n" + tr("Without a value: {fields}", fields=", ".join(missing))
    emit(_plain_outgoing(kept) | {"missing": list(missing)}, text, as_json=as_json)


@mail.command("send")
@click.argument("mail_id", default="")
@click.option("--settle", type=click.Choice(("arrived", "again")), help="Of an unclear mail: what became of it.")
@workspace_options
def mail_send(mail_id: str, settle: str | None, *, workspace: Workspace, as_json: bool) -> None:
    """Hand over what waits; a draft that is named is queued first."""
    if settle:
        outbox.settle(workspace, mail_id, arrived=settle == "arrived")
    elif mail_id:
        outbox.queue(workspace, mail_id)
    run = outbox.send_due(workspace, asked=True)
    left = [one for one in outbox.outgoing(workspace) if one.state.value in _HERE and one.state is not OutState.DRAFT]
    told = ntr("{n} mail sent", "{n} mails sent", run.sent)
    value = {
        "sent": run.sent,
        "waiting": run.waiting,
        "failed": run.failed,
        "unclear": run.unclear,
        "left": [_plain_outgoing(one) for one in left],
    }
    emit(value, "\n".join([told, *map(_told_outgoing, left)]), as_json=as_json)
    if run.waiting or run.failed or run.unclear:
        raise SystemExit(3)


def _plain(one: MailAccount) -> dict[str, Any]:
    return {
        "id": one.id,
        "address": one.address,
        "imap": f"{one.imap.host}:{one.imap.port}",
        "smtp": f"{one.smtp.host}:{one.smtp.port}" if one.smtp else None,
        "folders": list(one.folders),
        "minutes": one.minutes,
    }


def _told(one: MailAccount) -> str:
    smtp = f"{one.smtp.host}:{one.smtp.port}" if one.smtp else "–"
    return f"{one.address}  {one.imap.host}:{one.imap.port}  {smtp}  {', '.join(one.folders)}"


def _told_run(run: syncing.MailRun) -> str:
    text = tr(
        "{address}: {taken} taken, {known} known, {waiting} to decide",
        address=run.account.address,
        taken=run.taken,
        known=run.known,
        waiting=run.waiting,
    )
    lines = [text, *(f"  {subject}: {note}" for subject, note in run.notes)]
    if run.error is not None:
        words = explain(run.error)
        lines += [f"  {line}" for line in (words.title, words.happened, words.next_step) if line]
    return "\n".join(lines)


def _told_state(one: syncing.MailState) -> str:
    last = formats.datetime(one.last_run) if one.last_run else "–"
    following = formats.datetime(one.next_run) if one.next_run else "–"
    text = tr("{address}: last {last}, next {next}", address=one.account.address, last=last, next=following)
    lines = [text]
    if one.waiting:
        lines.append("  " + ntr("{n} mail to decide", "{n} mails to decide", one.waiting))
    if one.error is not None:
        words = explain(one.error)
        lines += [f"  {line}" for line in (words.happened, words.next_step) if line]
    return "\n".join(lines)


def _plain_outgoing(one: Outgoing) -> dict[str, Any]:
    return {
        "id": one.id,
        "state": one.state.value,
        "to": list(one.letter.to),
        "subject": one.letter.subject,
        "tries": one.tries,
        "next_at": _iso(one.next_at),
        "error": one.error.code if one.error is not None else None,
    }


def _told_outgoing(one: Outgoing) -> str:
    lines = [f"{state_word(one.state)}: {one.letter.subject} → {', '.join(one.letter.to) or '–'}  ({one.id})"]
    if one.error is not None:
        words = explain(one.error)
        lines += [f"  {line}" for line in (words.happened, words.next_step) if line]
    return "\n".join(lines)


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment is not None else None


commands = (mail,)
