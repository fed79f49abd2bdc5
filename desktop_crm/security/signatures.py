"""Signatures (Ed25519) of approvals given in advance. Serves laptop and server; keeps no key and opens no file.

Keys and signatures are hex: 32 bytes a private key (its seed) and a public one, 64 a signature.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyPair:
    """A new key; `private` goes to the keyring and nowhere else."""

    private: str
    public: str


def new_pair() -> KeyPair:
    """A random key."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    key = Ed25519PrivateKey.generate()
    return KeyPair(private=key.private_bytes_raw().hex(), public=key.public_key().public_bytes_raw().hex())


def sign(private: str, text: str) -> str:
    """The signature of a text."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    return Ed25519PrivateKey.from_private_bytes(bytes.fromhex(private)).sign(text.encode()).hex()


def is_signed(public: str, text: str, signature: str) -> bool:
    """Whether the holder of that key signed that text. Keys and signatures that are none sign nothing."""
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    try:
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(public)).verify(bytes.fromhex(signature), text.encode())
    except (InvalidSignature, ValueError):
        return False
    return True
