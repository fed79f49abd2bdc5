"""The bare door to an encrypted file: driver, key and format version. Light, so that a first look needs no more than this.

Knows no table. Everything but a first look goes through `engine`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import sqlcipher3.dbapi2 as driver

FILE_VERSION = 2
"""`PRAGMA user_version` of a file this program writes; Alembic brings older files up to it."""

SALT_BYTES = 16


def connector(path: str, key: bytes, salt: bytes) -> Callable[[], Any]:
    """Makes connections to the file, in autocommit mode, with the key set and nothing read yet."""
    pragma = f"""PRAGMA key = "x'{key.hex()}{salt.hex()}'" """

    def connect() -> Any:
        connection = driver.connect(path, check_same_thread=False, isolation_level=None, timeout=10)
        connection.execute(pragma)
        return connection

    return connect
