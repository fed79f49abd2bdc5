"""The first look for the window: what a workspace shows at once, found before the database's libraries are imported.

Never refuses and never asks: None means that the workspace has to be opened in the ordinary way first, which says why.
"""

from __future__ import annotations

from pathlib import Path

from desktop_crm.foundation.errors import Trouble
from desktop_crm.persistence.cipher import SALT_BYTES
from desktop_crm.persistence.first_look import FirstLook, look
from desktop_crm.security.secrets import SecretStore

__all__ = ["SHOWN", "FirstLook", "first_look"]

SHOWN = 60
"""As many accounts as a tall window shows, and some to scroll."""


def first_look(path: Path, secrets: SecretStore, limit: int = SHOWN) -> FirstLook | None:
    """The facts and the top of the account tree of a workspace whose key lies in the keyring."""
    from desktop_crm.security.keys import find_key

    try:
        with path.open("rb") as file:
            salt = file.read(SALT_BYTES)
        key = find_key(secrets, salt)
    except (OSError, Trouble):
        return None
    return None if key is None or len(salt) < SALT_BYTES else look(path, key, salt, limit)
