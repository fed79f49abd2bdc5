"""The workspace's data key: random in the keyring, or derived from a passphrase. Never in clear text on disk.

A file's first 16 bytes are SQLCipher's salt, in the clear; they name the file's key in the keyring and salt the passphrase, so
that the file needs nothing beside it.
"""

from __future__ import annotations

import os
import unicodedata

from desktop_crm.foundation.errors import Refusal, Trouble
from desktop_crm.security.secrets import SecretStore

KEY_BYTES = 32
SALT_BYTES = 16
_TIME_COST, _MEMORY_KIB, _LANES = 3, 64 * 1024, 2  # RFC 9106, second recommended setting, halved lanes for two cores
_SHORTEST = 8


def new_salt() -> bytes:
    """The salt of a new file."""
    return os.urandom(SALT_BYTES)


def new_key() -> bytes:
    """A random data key."""
    return os.urandom(KEY_BYTES)


def check_new(passphrase: str) -> None:
    """Raises Refusal `passphrase.too_short` under eight characters. Asked when a file is made, never when one is opened."""
    if len(passphrase) < _SHORTEST:
        raise Refusal("passphrase.too_short", least=_SHORTEST)


def derive(passphrase: str, salt: bytes) -> bytes:
    """The data key that a passphrase stands for."""
    from argon2.low_level import Type, hash_secret_raw

    return hash_secret_raw(
        unicodedata.normalize("NFC", passphrase).encode(),
        salt,
        time_cost=_TIME_COST,
        memory_cost=_MEMORY_KIB,
        parallelism=_LANES,
        hash_len=KEY_BYTES,
        type=Type.ID,
    )


def keep_new_key(store: SecretStore, salt: bytes) -> bytes:
    """Make a data key and keep it in the keyring under the file's salt. Raises Trouble `keyring.absent`."""
    key = new_key()
    store.put(_name(salt), key.hex())
    return key


def find_key(store: SecretStore, salt: bytes) -> bytes | None:
    """The data key that the keyring holds for this file, if any."""
    try:
        text = store.get(_name(salt))
    except Trouble:
        return None
    return bytes.fromhex(text) if text else None


def _name(salt: bytes) -> str:
    return f"workspace:{salt.hex()}"
