"""The certificates whose word counts when a signature is verified: chosen by a person, kept in this laptop's encrypted file.

None come with the program: who vouches for a company is for the company to say.
"""

from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING, Final

from desktop_crm.foundation.errors import Refusal
from desktop_crm.persistence.facts import read_fact, write_fact
from desktop_crm.services.workspace import Workspace

if TYPE_CHECKING:
    from desktop_crm.documents.signing import Root

_FACT: Final = "signing.roots"
_MOST: Final = 200


def roots(workspace: Workspace) -> tuple[Root, ...]:
    """All of them, by name."""
    held = _held(workspace)
    if not held:
        return ()
    from desktop_crm.documents import signing

    found = [root for text in held for root in signing.roots_in(base64.b64decode(text))]
    return tuple(sorted(found, key=lambda one: (one.name, one.digest)))


def trust(workspace: Workspace, file: bytes) -> tuple[Root, ...]:
    """Let the certificates of a file (PEM or DER) count; what is there already stays once. Raises Refusal `signing.root`."""
    from desktop_crm.documents import signing

    fresh = [base64.b64encode(one.der).decode() for one in signing.roots_in(file)]
    every = list(dict.fromkeys([*_held(workspace), *fresh]))
    if len(every) > _MOST:
        raise Refusal("signing.root")
    _keep(workspace, every)
    return roots(workspace)


def distrust(workspace: Workspace, digest: str) -> tuple[Root, ...]:
    """Let one count no more, by the beginning of its SHA-256. Raises Refusal `signing.root.unknown`."""
    known = roots(workspace)
    gone = [one for one in known if digest and one.digest.startswith(digest.lower())]
    if len(gone) != 1:
        raise Refusal("signing.root.unknown", digest=digest)
    _keep(workspace, [base64.b64encode(one.der).decode() for one in known if one != gone[0]])
    return roots(workspace)


def _held(workspace: Workspace) -> list[str]:
    with workspace.read() as session:
        text = read_fact(session.connection(), _FACT)
    return list(json.loads(text)) if text else []


def _keep(workspace: Workspace, held: list[str]) -> None:
    with workspace.database.writing() as connection:
        write_fact(connection, _FACT, json.dumps(held))
