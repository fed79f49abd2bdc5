"""Files of quotes on the terminal: is a PDF what it says it is."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from desktop_crm.cli.door import VersionName, emit, guarded, opened_for_command, workspace_options
from desktop_crm.domain.mail.outgoing import OutState
from desktop_crm.domain.quotes.paper import PaperKind
from desktop_crm.i18n import formats, tr
from desktop_crm.i18n.labels import entity_label
from desktop_crm.i18n.verify_words import alteration_words, signature_words, standing_words
from desktop_crm.services import quotes as services
from desktop_crm.services.quotes import giving, signing, trusting
from desktop_crm.services.quotes.giving import Shape
from desktop_crm.services.quotes.verifying import Verified
from desktop_crm.services.workspace import Workspace


@click.command("verify")
@click.argument("file", metavar="FILE.pdf", type=click.Path(path_type=Path, dir_okay=False, exists=True))
@click.option(
    "--workspace",
    "workspace_file",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Also ask this workspace whether it issued that version.",
)
@click.option(
    "--passphrase-file", type=click.Path(path_type=Path, dir_okay=False), help="A file whose first line is it."
)
@click.option("--json", "as_json", is_flag=True, help="Print nothing but JSON.")
def verify(file: Path, workspace_file: Path | None, passphrase_file: Path | None, *, as_json: bool) -> None:
    """Tell which quotation or proposal FILE.pdf is, whether it is as it was made, and what was altered. Ends with 1 when it was."""

    def run() -> Verified:
        if workspace_file is None:
            return services.verify(file)
        with opened_for_command(workspace_file, passphrase_file).closing() as workspace:
            return services.verify(file, workspace)

    found = guarded(run, as_json=as_json)
    emit(told(found), lambda: _shown(found), as_json=as_json)
    if not found.genuine:
        raise click.exceptions.Exit(1)


@click.command("export")
@click.argument("number", required=False)
@click.option("--all", "every", is_flag=True, help="The newest issued version of every quote, into a folder.")
@click.option("--version", type=VersionName(), help="A version, by number or hash; without it the newest issued one.")
@click.option("--format", "shape", type=click.Choice([one.value for one in Shape]), default="pdf", show_default=True)
@click.option(
    "--locale", type=click.Choice(["ko", "en"]), default="ko", show_default=True, help="The language of the page."
)
@click.option("--output", required=True, type=click.Path(path_type=Path), help="The file or the folder to write.")
@workspace_options
def export(
    number: str | None,
    every: bool,
    version: str | None,
    shape: str,
    locale: str,
    output: Path,
    *,
    workspace: Workspace,
    as_json: bool,
) -> None:
    """Write quote NUMBER (or every quote) as PDF, as a workbook that calculates, or as UBL 2.1."""
    if every == bool(number):
        raise click.UsageError(tr("Name one quote, or say --all."))
    if every:
        output.mkdir(parents=True, exist_ok=True)
        written = giving.write_all(workspace, output, Shape(shape), locale)
    else:
        quote_id = services.find(workspace, str(number))
        written = (giving.write_as(workspace, quote_id, version, locale, Shape(shape), output),)
    value = [{"output": str(one.path), "version": one.version, "issued": not one.draft} for one in written]
    shown = "\n".join(tr("Written: {file}", file=str(one.path)) for one in written)
    emit(value, shown, as_json=as_json)


@click.command("mail")
@click.argument("number")
@click.option(
    "--locale", type=click.Choice(["ko", "en"]), default="ko", show_default=True, help="The language of the mail."
)
@click.option("--output", type=click.Path(path_type=Path, dir_okay=False), help="The .eml file to write.")
@click.option("--send", is_flag=True, help="Send it by our own mail account; without a line it waits in the outbox.")
@workspace_options
def mail(number: str, locale: str, output: Path | None, *, send: bool, workspace: Workspace, as_json: bool) -> None:
    """Write the draft of a mail with the newest issued PDF of quote NUMBER and note it in the timeline, or send it."""
    if send == (output is not None):
        raise click.UsageError(tr("Name a file to write, or say --send."))
    if output is None:
        send_letter(workspace, services.find(workspace, number), locale, as_json=as_json)
        return
    done = giving.mail_draft(workspace, services.find(workspace, number), locale, output)
    emit(
        {"output": str(done.path), "activity_id": done.activity_id},
        tr("Written: {file}", file=str(output)),
        as_json=as_json,
    )


def send_letter(workspace: Workspace, row_id: str, locale: str, *, as_json: bool, entity: str = "quote") -> None:
    """Send the mail of a quote or a proposal, or say that it waits."""
    from desktop_crm.services.mail import outbox, quote_mails

    held = quote_mails.to_outbox(workspace, row_id, locale, entity=entity)
    outbox.send_due(workspace, asked=True)
    found = outbox.one(workspace, held.id)
    to = ", ".join(found.letter.to)
    sent = found.state is OutState.SENT
    text = tr("Sent to {list}", list=to) if sent else tr("Waits in the outbox for {list}", list=to)
    emit({"mail": found.id, "state": found.state.value, "to": list(found.letter.to)}, text, as_json=as_json)


@click.command("certificate")
@click.argument("container", required=False, type=click.Path(path_type=Path, dir_okay=False, exists=True))
@click.option(
    "--certificate-passphrase", envvar="DESKTOP_CRM_CERTIFICATE_PASSPHRASE", default="", help="Of the container."
)
@click.option("--remove", is_flag=True, help="Sign no more on this laptop.")
@workspace_options
def certificate(
    container: Path | None, certificate_passphrase: str, remove: bool, *, workspace: Workspace, as_json: bool
) -> None:
    """Sign issued quotations with the PKCS#12 CONTAINER from now on; without one, say which certificate signs."""
    if remove:
        signing.remove_certificate(workspace)
    elif container is not None:
        signing.set_certificate(workspace, container.read_bytes(), certificate_passphrase)
    found = signing.certificate(workspace)
    value = {"name": found.name, "issuer": found.issuer, "until": found.until.isoformat()} if found else None
    text = (
        tr("Signed with the certificate of {name}, until {date}.", name=found.name, date=found.until.date().isoformat())
        if found
        else tr("Nothing is signed.")
    )
    emit(value, text, as_json=as_json)


@click.command("trust")
@click.argument("file", required=False, type=click.Path(path_type=Path, dir_okay=False, exists=True))
@click.option("--remove", metavar="SHA256", help="A certificate that counts no more, by the beginning of its SHA-256.")
@workspace_options
def trust(file: Path | None, remove: str | None, *, workspace: Workspace, as_json: bool) -> None:
    """Let the certificates in FILE (PEM or DER) count when signatures are verified; without a file, list those that do."""
    if remove is not None:
        found = trusting.distrust(workspace, remove)
    else:
        found = trusting.trust(workspace, file.read_bytes()) if file is not None else trusting.roots(workspace)
    value = [{"name": one.name, "until": one.until.isoformat(), "sha256": one.digest} for one in found]
    lines = [f"{one.digest[:16]}  {one.until.date().isoformat()}  {one.name}" for one in found]
    emit(value, "\n".join(lines) or tr("Nobody is trusted yet."), as_json=as_json)


def told(found: Verified) -> dict[str, Any]:
    """The finding as JSON can hold it."""
    report = found.report
    value: dict[str, Any] = {
        "genuine": found.genuine,
        "number": found.number,
        "version": found.version,
        "workspace": found.standing.value if found.standing is not None else None,
        "newest_version": found.newest if found.standing is not None else None,
        "alterations": [],
        "signatures": [],
    }
    if report is not None:
        value |= {
            "kind": report.kind.value,
            "hash": report.version_hash,
            "copy_hash": report.copy_hash,
            "locale": report.locale,
            "issued_on": report.issued_on.isoformat(),
            "customer": report.customer,
            "grand_total": str(report.grand_total) if report.grand_total is not None else None,
            "currency": report.currency,
            "alterations": [
                {"part": one.part.value, "page": one.page, "was": one.was, "now": one.now} for one in report.alterations
            ],
            "signatures": [
                {
                    "by": one.by,
                    "at": one.at,
                    "whole": one.whole,
                    "trusted": one.trusted,
                    "issuer": one.issuer,
                    "own": one.own,
                }
                for one in report.signatures
            ],
        }
    return value


def _shown(found: Verified) -> str:
    report = found.report
    rows = [f"{found.number} v{found.version}"]
    if report is None:
        rows.append(tr("Made by an earlier program; its bytes are the ones that were issued."))
    else:
        kind = entity_label("quote" if report.kind is PaperKind.QUOTATION else "proposal")
        total = formats.money(report.grand_total, report.currency) if report.grand_total is not None else ""
        rows[0] = f"{kind} {rows[0]}  {report.customer}  {total}".rstrip()
        rows.append(
            tr("Unaltered: the pages are what the copy inside makes.") if report.intact else tr("The file was altered.")
        )
        rows += [f"  {alteration_words(one.part.value, one.page, one.was, one.now)}" for one in report.alterations]
        rows += [
            signature_words(one.by, one.at, one.issuer, whole=one.whole, trusted=one.trusted, own=one.own)
            for one in report.signatures
        ]
        rows.append(tr("Hash of the copy inside: {hash}", hash=report.copy_hash))
    if found.standing is not None:
        rows.append(standing_words(found.standing.value, intact=found.genuine))
    return "\n".join(rows)
