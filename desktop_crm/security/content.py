"""Encryption of files that lie beside the workspace (issued PDFs, photos), with the workspace's own content key."""

from __future__ import annotations

import os

from desktop_crm.foundation.errors import Trouble

_NONCE_BYTES = 12


def seal(key: bytes, name: str, content: bytes) -> bytes:
    """Encrypt under a 32-byte key; the name is bound in, so that files cannot be swapped."""
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    nonce = os.urandom(_NONCE_BYTES)
    return nonce + AESGCM(key).encrypt(nonce, content, name.encode())


def unseal(key: bytes, name: str, sealed: bytes) -> bytes:
    """The content back. Raises Trouble `file.damaged` when a byte was changed or the key is another."""
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    try:
        return AESGCM(key).decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], name.encode())
    except (InvalidTag, ValueError) as error:  # a nonce that was cut is a ValueError
        raise Trouble("file.damaged", file=name) from error
