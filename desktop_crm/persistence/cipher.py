"""The bare door to an encrypted file: driver, key and format version. Light, so that a first look needs no more than this.

Knows no table. Everything but a first look goes through `engine`.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import sqlcipher3.dbapi2 as driver

FILE_VERSION = 2
"""`PRAGMA user_version` of a file this program writes; Alembic brings older files up to it."""

SALT_BYTES = 16
PAGE_BYTES = 4096
_PROBED = 16
_TAG_BYTES = 64
"""Each page ends in a random start value and an HMAC-SHA512 of the rest and the page's number (SQLCipher 4)."""


def connector(path: str, key: bytes, salt: bytes) -> Callable[[], Any]:
    """Makes connections to the file, in autocommit mode, with the key set and nothing read yet."""
    pragma = f"""PRAGMA key = "x'{key.hex()}{salt.hex()}'" """

    def connect() -> Any:
        connection = driver.connect(path, check_same_thread=False, isolation_level=None, timeout=10)
        connection.execute(pragma)
        connection.execute("PRAGMA cipher_log_level=NONE")  # what is wrong is said in our words, not on standard error
        return connection

    return connect


def is_ours(path: Path, key: bytes, salt: bytes) -> bool:
    """Whether any of the first pages was written under this key: if not, the key is wrong; if so, what is wrong is the file.

    Source: SQLCipher's design notes, "Per-Page HMAC". Raises OSError.
    """
    import hashlib  # not at the top: a good start never asks, and OpenSSL takes longer to load than the first rows to read

    secret = hashlib.pbkdf2_hmac("sha512", key, bytes(byte ^ 0x3A for byte in salt), 2, len(key))
    with path.open("rb") as file:
        pages = [file.read(PAGE_BYTES) for _ in range(_PROBED)]
    return any(_fits(page, secret, number) for number, page in enumerate(pages, 1) if len(page) == PAGE_BYTES)


def _fits(page: bytes, secret: bytes, number: int) -> bool:
    import hmac

    content = page[SALT_BYTES if number == 1 else 0 : -_TAG_BYTES]
    expected = hmac.digest(secret, content + number.to_bytes(4, "little"), "sha512")
    return hmac.compare_digest(expected, page[-_TAG_BYTES:])
