"""The company's certificate for signing what is issued: its container lies in the encrypted file, its passphrase in the keyring."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Final

from desktop_crm.foundation.errors import Refusal
from desktop_crm.i18n import formats, speaking, tr
from desktop_crm.persistence.facts import read_fact, write_fact
from desktop_crm.services.workspace import Workspace

if TYPE_CHECKING:
    from desktop_crm.documents.signing import Certificate

_FACT: Final = "signing.container"


def set_certificate(workspace: Workspace, container: bytes, passphrase: str) -> Certificate:
    """Sign with this PKCS#12 container from now on, on this laptop. Raises Refusal `signing.container`, `signing.expired`."""
    from desktop_crm.documents import signing

    found = signing.certificate_of(container, passphrase)
    if found.until <= workspace.clock.now():
        raise Refusal("signing.expired", name=found.name)
    workspace.secrets.put(_secret(workspace), passphrase)
    with workspace.database.writing() as connection:
        write_fact(connection, _FACT, base64.b64encode(container).decode())
    return found


def certificate(workspace: Workspace) -> Certificate | None:
    """The certificate that is signed with; None where nothing is signed."""
    held = _held(workspace)
    if held is None:
        return None
    from desktop_crm.documents import signing

    return signing.certificate_of(*held)


def remove_certificate(workspace: Workspace) -> None:
    """Sign no more on this laptop."""
    with workspace.database.writing() as connection:
        write_fact(connection, _FACT, "")
    workspace.secrets.remove(_secret(workspace))


def sign_issued(workspace: Workspace, pdfs: tuple[bytes, ...]) -> tuple[bytes, ...]:
    """The files of a version, in the order of their languages, signed, where a certificate is set; else as they are. Raises Refusal `signing.container`, `signing.expired`."""
    held = _held(workspace)
    if held is None:
        return pdfs
    from desktop_crm.documents import quote_pdf, signing

    found = signing.certificate_of(*held)
    if found.until <= workspace.clock.now():
        raise Refusal("signing.expired", name=found.name)
    files: list[bytes] = []
    for locale, pdf in zip(quote_pdf.LOCALES, pdfs, strict=True):
        with speaking(locale):
            day = formats.date(workspace.today())
            said = tr("Digitally signed: {name}, {date}", name=found.name, date=day)
        files.append(signing.signed(pdf, *held, said=said))
    return tuple(files)


def _held(workspace: Workspace) -> tuple[bytes, str] | None:
    with workspace.read() as session:
        text = read_fact(session.connection(), _FACT)
    if not text:
        return None
    passphrase = workspace.secrets.get(_secret(workspace))
    if passphrase is None:
        raise Refusal("signing.container")
    return base64.b64decode(text), passphrase


def _secret(workspace: Workspace) -> str:
    return f"signing {workspace.database.salt.hex()}"
