"""Proposals on the terminal: new, issue, approve, PDF, compare, show."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from desktop_crm.cli.door import emit, workspace_options
from desktop_crm.i18n import tr
from desktop_crm.i18n.labels import option_label
from desktop_crm.i18n.proposal_words import change_words, field_words
from desktop_crm.services import proposals as services
from desktop_crm.services.proposals import OpenProposal
from desktop_crm.services.quotes import account_named
from desktop_crm.services.workspace import Workspace


@click.group("proposal")
def proposal() -> None:
    """Make, approve, issue, print and compare proposals."""


@proposal.command("new")
@click.option("--account", "account_name", required=True, metavar="NAME", help="The account the proposal is for.")
@click.option("--title", default="", help="The title of the proposal.")
@click.option("--locale", "language", type=click.Choice(("ko", "en")), help="The language of its texts.")
@click.option("--quote", metavar="NUMBER", help="The quote whose newest issued version gives the prices.")
@click.option("--like", metavar="NUMBER", help="A proposal whose outline and texts to begin with.")
@click.option("--similar", is_flag=True, help="Begin with the won proposal that is most alike.")
@workspace_options
def new(
    account_name: str,
    title: str,
    language: str | None,
    quote: str | None,
    like: str | None,
    *,
    similar: bool,
    workspace: Workspace,
    as_json: bool,
) -> None:
    """Make a proposal with the usual outline, or with that of another one."""
    account_id = account_named(workspace, account_name)
    version_id = _newest_version(workspace, quote) if quote else None
    reasons: tuple[str, ...] = ()
    source = services.find(workspace, like) if like else None
    if similar and source is None:
        found = services.similar_proposals(workspace, account_id=account_id, limit=1)
        if found.deals:
            source, reasons = found.deals[0].deal.quote_id, services.reasons_of(found, found.deals[0])
    if source is not None:
        made = services.create_like(workspace, source, account_id=account_id, name=title, quote_version_id=version_id)
    else:
        made = services.create(
            workspace, account_id=account_id, name=title, language=language or "", quote_version_id=version_id
        )
    shown = services.open_proposal(workspace, made.id)
    value = _value(shown) | {"like": source, "reasons": list(reasons)}
    emit(value, lambda: "\n".join([*_told(shown), *reasons]), as_json=as_json)


@proposal.command("show")
@click.argument("number")
@workspace_options
def show(number: str, *, workspace: Workspace, as_json: bool) -> None:
    """Show proposal NUMBER (or its id): its outline, its versions and what is missing."""
    shown = services.open_proposal(workspace, services.find(workspace, number))
    emit(_value(shown), lambda: "\n".join(_told(shown)), as_json=as_json)


@proposal.command("submit")
@click.argument("number")
@workspace_options
def submit(number: str, *, workspace: Workspace, as_json: bool) -> None:
    """Ask for approval of proposal NUMBER as it stands now."""
    proposal_id = services.find(workspace, number)
    services.submit(workspace, proposal_id)
    _state(workspace, proposal_id, as_json=as_json)


@proposal.command("approve")
@click.argument("number")
@workspace_options
def approve(number: str, *, workspace: Workspace, as_json: bool) -> None:
    """Approve proposal NUMBER, which somebody else submitted."""
    proposal_id = services.find(workspace, number)
    services.approve(workspace, proposal_id)
    _state(workspace, proposal_id, as_json=as_json)


@proposal.command("issue")
@click.argument("number")
@workspace_options
def issue(number: str, *, workspace: Workspace, as_json: bool) -> None:
    """Freeze the draft of proposal NUMBER as its next version."""
    done = services.issue(workspace, services.find(workspace, number))
    content = done.version.content
    value = {"number": content.number, "version": content.version, "hash": done.version.hash}
    words = tr(
        "{number} v{version} issued, {hash}", number=content.number, version=content.version, hash=done.version.hash
    )
    emit(value, words, as_json=as_json)


@proposal.command("answer")
@click.argument("number")
@click.option("--accepted/--rejected", required=True, default=None, help="What the customer said.")
@workspace_options
def answer(number: str, *, accepted: bool, workspace: Workspace, as_json: bool) -> None:
    """Write down what the customer said to proposal NUMBER."""
    proposal_id = services.find(workspace, number)
    services.answer(workspace, proposal_id, accepted=accepted)
    _state(workspace, proposal_id, as_json=as_json)


@proposal.command("restore")
@click.argument("number")
@click.argument("version")
@workspace_options
def restore(number: str, version: str, *, workspace: Workspace, as_json: bool) -> None:
    """Make what VERSION of proposal NUMBER says the draft again."""
    proposal_id = services.find(workspace, number)
    services.restore_version(workspace, proposal_id, version)
    shown = services.open_proposal(workspace, proposal_id)
    emit(_value(shown), lambda: "\n".join(_told(shown)), as_json=as_json)


@proposal.command("pdf")
@click.argument("number")
@click.option(
    "--output", "target", required=True, type=click.Path(path_type=Path, dir_okay=False), help="The file to write."
)
@click.option("--version", metavar="VERSION", help="A version by number or hash, or draft; without it the newest.")
@click.option("--locale", "language", type=click.Choice(("ko", "en")), help="Korean or English headings.")
@workspace_options
def pdf(
    number: str, target: Path, version: str | None, language: str | None, *, workspace: Workspace, as_json: bool
) -> None:
    """Write proposal NUMBER as a PDF: an issued version as it was issued, or the marked draft."""
    proposal_id = services.find(workspace, number)
    spoken = language or services.open_proposal(workspace, proposal_id).language
    size = services.print_to(workspace, proposal_id, target, version, spoken)
    emit({"file": str(target), "bytes": size}, str(target), as_json=as_json)


@proposal.command("mail")
@click.argument("number")
@click.option("--locale", "language", type=click.Choice(("ko", "en")), help="Korean or English headings.")
@click.option("--send", is_flag=True, help="Send it by our own mail account; without a line it waits in the outbox.")
@workspace_options
def mail(number: str, language: str | None, *, send: bool, workspace: Workspace, as_json: bool) -> None:
    """Begin a mail with the newest issued PDF of proposal NUMBER as a draft of the mail page, or send it."""
    from desktop_crm.cli.quote_files import send_letter
    from desktop_crm.services.mail import quote_mails

    proposal_id = services.find(workspace, number)
    spoken = language or services.open_proposal(workspace, proposal_id).language
    if send:
        send_letter(workspace, proposal_id, spoken, as_json=as_json, entity="proposal")
        return
    held = quote_mails.begin(workspace, "proposal", proposal_id, spoken)
    to = ", ".join(held.letter.to)
    emit(
        {"mail": held.id, "state": held.state.value, "to": list(held.letter.to)},
        tr("Draft for {list} kept on the mail page", list=to or "–"),
        as_json=as_json,
    )


@proposal.command("compare")
@click.argument("number")
@click.argument("old")
@click.argument("new")
@workspace_options
def compare(number: str, old: str, new: str, *, workspace: Workspace, as_json: bool) -> None:
    """Tell what changed in proposal NUMBER from version OLD to version NEW; "draft" is what stands there now."""
    found = services.compare(workspace, services.find(workspace, number), old, new)
    value = [
        {
            "change": one.change.value,
            "block": one.block_id,
            "title": one.title,
            "fields": list(one.fields),
            "lines": list(one.lines),
            "before": one.before,
            "after": one.after,
        }
        for one in found
    ]
    lines: list[str] = []
    for one in found:
        told = ", ".join(field_words(name) for name in one.fields)
        lines.append(f"{change_words(one.change.value)}: {one.title}" + (f" ({told})" if told else ""))
        lines += [f"  {line}" for line in one.lines]
        lines += [f"  {one.before} → {one.after}"] if one.before != one.after else []
    emit(value, "\n".join(lines) or tr("Nothing changed."), as_json=as_json)


def _newest_version(workspace: Workspace, number: str) -> str:
    from desktop_crm.services import quotes

    return quotes.version_summary(workspace, quotes.find(workspace, number)).id


def _state(workspace: Workspace, proposal_id: str, *, as_json: bool) -> None:
    found = services.open_proposal(workspace, proposal_id)
    words = f"{found.number}: {option_label('proposal_state', found.state.value)}"
    emit({"number": found.number, "state": found.state.value}, words, as_json=as_json)


def _value(found: OpenProposal) -> dict[str, Any]:
    return {
        "id": found.id,
        "number": found.number,
        "title": found.name,
        "state": found.state.value,
        "language": found.language,
        "account": found.account_name,
        "quote": found.quote_label or None,
        "draft_version": found.draft_version,
        "hash": found.said.hash,
        "blocks": [{"id": one.id, "kind": one.kind.value, "title": one.title} for one in found.said.blocks],
        "missing": [{"code": one.code, "block": one.block_id or None, "what": one.what} for one in found.missing],
        "versions": [{"version": one.version, "label": one.label, "hash": one.hash} for one in found.versions],
    }


def _told(found: OpenProposal) -> list[str]:
    lines = [
        f"{found.number} v{found.draft_version} · {found.name} · {option_label('proposal_state', found.state.value)}"
    ]
    lines += [f"  {place}. {one.title}" for place, one in enumerate(found.said.blocks, 1)]
    lines += [f"  ! {services.missing_words(one)}" for one in found.missing]
    return lines


commands: tuple[click.Command, ...] = (proposal,)
