"""A file for one's own or one's team's eyes: packed, encrypted under a passphrase, written whole or not at all.

It begins with what it is and its salt; the rest cannot be read, nor altered unseen, without the passphrase.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

import zstandard

from desktop_crm.foundation.errors import Refusal, Trouble
from desktop_crm.security import keys
from desktop_crm.security.content import seal, unseal

_LARGEST: Final = 2 * 1024**3


def write(path: Path, kind: str, content: bytes, passphrase: str) -> None:
    """Raises Refusal `passphrase.too_short`; Trouble `sealed.unwritable`."""
    keys.check_new(passphrase)
    salt = keys.new_salt()
    packed = zstandard.ZstdCompressor(level=6).compress(content)
    whole = _head(kind) + salt + seal(keys.derive(passphrase, salt), kind, packed)
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        beside.write_bytes(whole)
        with beside.open("rb+") as written:
            os.fsync(written.fileno())
        beside.replace(path)
    except OSError as error:
        beside.unlink(missing_ok=True)
        raise Trouble("sealed.unwritable", file=str(path), reason=error.strerror or "") from error


def read(path: Path, kind: str, passphrase: str) -> bytes:
    """The content back. Raises Refusal `sealed.other_kind`; Trouble `sealed.damaged` (also for another passphrase), `sealed.unreadable`."""
    try:
        whole = path.read_bytes()
    except OSError as error:
        raise Trouble("sealed.unreadable", file=str(path), reason=error.strerror or "") from error
    head = _head(kind)
    if not whole.startswith(head):
        raise Refusal("sealed.other_kind", file=path.name)
    body = whole[len(head) :]
    salt, sealed = body[: keys.SALT_BYTES], body[keys.SALT_BYTES :]
    try:
        packed = unseal(keys.derive(passphrase, salt.ljust(keys.SALT_BYTES, b"\0")), kind, sealed)
        return zstandard.ZstdDecompressor().decompress(packed, max_output_size=_LARGEST)
    except (Trouble, zstandard.ZstdError) as error:
        raise Trouble("sealed.damaged", file=path.name) from error


def _head(kind: str) -> bytes:
    return f"desktop-crm {kind} 1\n".encode()
