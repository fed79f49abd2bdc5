"""The second factor: six digits that change every half minute (RFC 6238, SHA-1 as authenticator apps expect it)."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
import struct
from datetime import datetime
from typing import Final
from urllib.parse import quote

_STEP: Final = 30
_DIGITS: Final = 6


def new_secret() -> str:
    """A fresh secret, as apps take it."""
    return base64.b32encode(secrets.token_bytes(20)).decode()


def address(secret: str, name: str) -> str:
    """What an app reads as a QR code or a link."""
    return f"otpauth://totp/Desktop%20CRM:{quote(name)}?secret={secret}&issuer=Desktop%20CRM"


def code_at(secret: str, step: int) -> str:
    """The digits of a half minute."""
    digest = hmac.new(base64.b32decode(secret), struct.pack(">Q", step), hashlib.sha1).digest()
    start = digest[-1] & 0x0F
    number = struct.unpack(">I", digest[start : start + 4])[0] & 0x7FFFFFFF
    return f"{number % 10**_DIGITS:0{_DIGITS}d}"


def step_at(now: datetime) -> int:
    """Which half minute it is."""
    return int(now.timestamp()) // _STEP


def accepted_step(kept: str, code: str, now: datetime) -> int | None:
    """The half minute whose code this is, one to either side allowed, none twice. `kept`: "secret" or "secret last-step"."""
    secret, _, last = kept.partition(" ")
    for step in (step_at(now), step_at(now) - 1, step_at(now) + 1):
        if step > int(last or 0) and hmac.compare_digest(code_at(secret, step).encode(), code.strip().encode()):
            return step
    return None
