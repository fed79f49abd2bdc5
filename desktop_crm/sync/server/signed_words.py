"""Short-lived words that this server signs and knows again (JWT, HS256). The library is loaded with the first of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


class SignedWords:
    """Thread-safe. One key for all tenants of a database."""

    def __init__(self, secret: bytes) -> None:
        self._secret = secret
        self._key: Any = None

    def write(self, claims: Mapping[str, Any]) -> str:
        """A word that says this."""
        from joserfc import jwt

        return jwt.encode({"alg": "HS256"}, dict(claims), self._known())

    def read(self, word: str) -> Mapping[str, Any]:
        """What a word says; nothing when it is none of ours."""
        from joserfc import jwt
        from joserfc.errors import JoseError

        try:
            return jwt.decode(word, self._known(), algorithms=["HS256"]).claims
        except (JoseError, ValueError, KeyError, TypeError):
            return {}

    def _known(self) -> Any:
        if self._key is None:
            from joserfc.jwk import OctKey

            self._key = OctKey.import_key(self._secret)
        return self._key
