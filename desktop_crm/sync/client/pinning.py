"""A server that is known by its fingerprint: the SHA-256 of its certificate, or of its public key, which outlives certificates.

The fingerprint takes the place of the authorities: a certificate of one's own is enough, and one that an authority gave to somebody
else is not. It is compared when the line is up and before a word has been said over it.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import os
import ssl
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Final

import httpx

from desktop_crm.foundation.errors import Refusal

_HEX: Final = 64
_STARTED: Final = ".start_tls.started"
_DONE: Final = ".start_tls.complete"


def checked_pin(text: str) -> str:
    """A fingerprint in its plain form, 64 hex digits; "" for none. Takes what `openssl` and browsers print. Raises Refusal `sync.pin.form`."""
    plain = text.strip()
    for name in ("sha256 fingerprint=", "sha-256", "sha256"):
        if plain.lower().startswith(name):
            plain = plain[len(name) :].lstrip(":/= ")
            break
    digits = plain.replace(":", "").replace(" ", "").lower()
    if not digits:
        return ""
    if len(digits) == _HEX and all(sign in "0123456789abcdef" for sign in digits):
        return digits
    try:
        raw = base64.b64decode(plain, validate=True)
    except (binascii.Error, ValueError):
        raw = b""
    if len(raw) != _HEX // 2:
        raise Refusal("sync.pin.form")
    return raw.hex()


class Pinned:
    """What a client needs to know one server by: `context` for its lines, and `trace`, which looks at each new one."""

    def __init__(self, url: str, host: str, pin: str) -> None:
        self._url, self._host, self._pin = url, host, pin
        self._asked = ""
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        self.context.check_hostname = False
        self.context.verify_mode = ssl.CERT_NONE
        self.context.minimum_version = ssl.TLSVersion.TLSv1_2

    def trace(self, event: str, info: Mapping[str, Any]) -> None:
        """Called by the client as a line comes up. Raises Refusal `sync.pin.wrong`."""
        if event.endswith(_STARTED):
            self._asked = str(info.get("server_hostname") or "")
        elif event.endswith(_DONE) and self._asked == self._host:
            wire = info["return_value"].get_extra_info("ssl_object")
            certificate = wire.getpeercert(True) if wire is not None else b""
            if not any(hmac.compare_digest(self._pin, one) for one in fingerprints(certificate or b"")):
                info["return_value"].close()
                raise Refusal("sync.pin.wrong", url=self._url)


def fingerprints(certificate: bytes) -> tuple[str, ...]:
    """Of a certificate (DER): its own, and its public key's."""
    from cryptography import x509
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

    try:
        key = x509.load_der_x509_certificate(certificate).public_key()
    except ValueError:
        return ()
    plain = key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return hashlib.sha256(certificate).hexdigest(), hashlib.sha256(plain).hexdigest()


def options(url: str, host: str, pin: str, *, trust_env: bool) -> tuple[dict[str, Any], dict[str, Any]]:
    """What a client (`httpx.Client`) and each of its requests are given: whom to trust, by a pin or by the authorities.

    `trust_env`: proxies and authorities of the system's settings are obeyed.
    """
    if not pin:
        told = (os.environ.get("SSL_CERT_FILE", ""), os.environ.get("SSL_CERT_DIR", "")) if trust_env else ("", "")
        return {"trust_env": trust_env, "verify": _authorities(*told)}, {}
    pinned = Pinned(url, host, pin)
    return {"trust_env": trust_env, "verify": pinned.context}, {"extensions": {"trace": pinned.trace}}


@lru_cache(maxsize=4)
def _authorities(file: str, folder: str) -> ssl.SSLContext:
    """The authorities known here, read once: reading them costs more than a whole run that finds little to do."""
    return httpx.create_ssl_context(trust_env=bool(file or folder))
