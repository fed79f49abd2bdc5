"""Sign-in through a company's own identity provider (OpenID Connect): authorization code with PKCE, exchanged here.

1.  The laptop sends the browser to the provider and brings the code, its verifier and its nonce. The code is exchanged here, so the
    provider's secret, where there is one, never leaves the server.
2.  The id token must be signed by a key of the provider, name this issuer, this audience and the laptop's nonce, and be in its time.
3.  Who it is, is the provider's subject. A subject that is not known yet is bound once, as the tenant's policy says (`Match`).
4.  A second factor is the provider's affair; who is locked out here, or whose laptop is, stays out.
"""

from __future__ import annotations

import secrets
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote, urlsplit

import msgspec
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import JWKRegistry, KeySet

from desktop_crm.domain.schema.options import UserRole
from desktop_crm.foundation.clock import Clock
from desktop_crm.foundation.errors import Refusal, Trouble
from desktop_crm.sync.protocol import BrowserOffer, BrowserSignIn, Tokens
from desktop_crm.sync.server import tables
from desktop_crm.sync.server.audit_log import note
from desktop_crm.sync.server.books import Books
from desktop_crm.sync.server.gate import Gate
from desktop_crm.sync.server.people import People
from desktop_crm.sync.server.store import Store

if TYPE_CHECKING:
    import httpx

SETTING: Final = "oidc"
SCOPE: Final = "openid email"
_ALGORITHMS: Final = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"]
"""Signatures by a key pair alone: a shared secret could be known to others."""
_WAYS: Final = "token_endpoint_auth_methods_supported"
_LEEWAY: Final = 60
_LARGEST: Final = 2**20
_LONGEST: Final = 2048
_KNOWN_FOR: Final = timedelta(minutes=10)
_A_MINUTE: Final = 120
"""So many sign-ins ask the provider in a minute, for a whole tenant."""


class Match(StrEnum):
    """Who may come in the first time: whom an administrator bound by subject; also whose user name is the verified e-mail; also
    strangers of the named mail domains, as new members.
    """

    LINKED = "linked"
    EMAIL = "email"
    CREATE = "create"


@dataclass(frozen=True, slots=True, kw_only=True)
class Provider:
    """A tenant's provider, as its administrator declared it."""

    issuer: str
    client: str
    secret: str = ""
    match: Match = Match.EMAIL
    domains: tuple[str, ...] = ()


def provider_of(books: Books) -> Provider | None:
    """The tenant's provider; None where people sign in by password alone."""
    line = books.one(tables.setting, name=SETTING)
    return msgspec.json.decode(line["value"], type=Provider) if line is not None and line["value"] else None


def set_provider(books: Books, clock: Clock, provider: Provider | None, *, by: str = "") -> None:
    """Declare the provider, or none. Raises Refusal `server.oidc.settings`."""
    if provider is not None:
        open_door = provider.match is Match.CREATE and not provider.domains
        if not provider.client or not _is_safe(provider.issuer) or provider.issuer.endswith("/.") or open_door:
            raise Refusal("server.oidc.settings")
    value = msgspec.json.encode(provider).decode() if provider is not None else ""
    books.put(tables.setting, name=SETTING, value=value)
    note(books, clock, "setting.oidc", by=by, what=provider.match.value if provider is not None else "off")


def link(books: Books, clock: Clock, user_id: str, subject: str, *, by: str = "") -> None:
    """From now on this subject of the provider is this user. Raises Refusal `server.oidc.off`, `server.oidc.settings`."""
    provider = provider_of(books)
    if provider is None:
        raise Refusal("server.oidc.off")
    if not 0 < len(subject) <= 255 or not subject.isprintable():
        raise Refusal("server.oidc.settings")
    books.upsert(
        tables.identity,
        [{"tenant_id": books.tenant, "issuer": provider.issuer, "subject": subject, "user_id": user_id}],
    )
    note(books, clock, "user.linked", by=by, what=user_id)


class Doorway:
    """One tenant's way in through its provider. Thread-safe. `wire`: makes the client that the provider is asked with."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        people: People,
        tenant: str,
        wire: Callable[[], httpx.Client] | None = None,
    ) -> None:
        self._store, self._clock, self._people, self._tenant = store, clock, people, tenant
        self._wire = wire or _client
        self._gate = Gate(clock, _A_MINUTE)
        self._lock = threading.Lock()
        self._described: dict[str, tuple[datetime, Mapping[str, Any]]] = {}

    def offer(self) -> BrowserOffer:
        """Where the laptop sends the browser. Raises Refusal `server.oidc.off`; Trouble `server.oidc.provider`."""
        provider = self._provider()
        with self._wire() as wire:
            described = self._description(wire, provider.issuer)
        return BrowserOffer(address=described["authorization_endpoint"], client=provider.client, scope=SCOPE)

    def sign_in(self, ask: BrowserSignIn) -> Tokens:
        """Tokens for a code that the provider gave.

        Raises Refusal `server.oidc.off`, `server.oidc.refused`, `server.oidc.user`, `server.device.revoked`, `server.too_often`;
        Trouble `server.oidc.provider`.
        """
        if not all(0 < len(part) <= _LONGEST for part in (ask.code, ask.verifier, ask.nonce, ask.back)):
            raise Refusal("server.oidc.refused")
        provider = self._provider()
        self._gate.take("oidc")
        with self._wire() as wire:
            described = self._description(wire, provider.issuer)
            token = _exchanged(wire, described, provider, ask)
            keys = _keys(_asked(wire, "GET", described["jwks_uri"]))
        claims = _checked(token, keys, provider, ask.nonce, self._clock.now())
        with self._store.writing(self._tenant) as books:
            books.lock_head()
            user_id = self._person(books, provider, claims)
            return self._people.admit(books, user_id, ask.device, ask.device_name)

    def _person(self, books: Books, provider: Provider, claims: Mapping[str, Any]) -> str:
        subject = str(claims["sub"])
        known = books.one(tables.identity, issuer=provider.issuer, subject=subject)
        if known is not None:
            return str(known["user_id"])
        mail = str(claims.get("email") or "").strip()
        if provider.match is Match.LINKED or claims.get("email_verified") is not True or "@" not in mail:
            raise Refusal("server.oidc.user")
        found = [one for one in books.all(tables.user) if one["name"].casefold() == mail.casefold()]
        if len(found) == 1:
            user_id = str(found[0]["user_id"])
        elif not found and provider.match is Match.CREATE and _domain(mail) in provider.domains:
            user_id = self._people.add_within(books, mail, UserRole.MEMBER, secrets.token_urlsafe(24), by="")
        else:
            raise Refusal("server.oidc.user")
        if books.one(tables.identity, issuer=provider.issuer, user_id=user_id) is not None:
            raise Refusal("server.oidc.user")  # the address belongs to another account of the provider now
        link(books, self._clock, user_id, subject)
        return user_id

    def _provider(self) -> Provider:
        with self._store.reading(self._tenant) as books:
            provider = provider_of(books)
        if provider is None:
            raise Refusal("server.oidc.off")
        return provider

    def _description(self, wire: httpx.Client, issuer: str) -> Mapping[str, Any]:
        now = self._clock.now()
        with self._lock:
            until, held = self._described.get(issuer, (now, {}))
        if until > now:
            return held
        self._gate.take("description")
        told = _asked(wire, "GET", f"{issuer.rstrip('/')}/.well-known/openid-configuration")
        places = ("authorization_endpoint", "token_endpoint", "jwks_uri")
        if told.get("issuer") != issuer or not all(_is_safe(told.get(place)) for place in places):
            raise Trouble("server.oidc.provider")
        with self._lock:
            self._described = {issuer: (now + _KNOWN_FOR, told)}
        return told


def _domain(mail: str) -> str:
    return mail.rpartition("@")[2].casefold()


def _is_safe(address: object) -> bool:
    """https; plain http within this machine alone."""
    try:
        parts = urlsplit(address) if isinstance(address, str) else urlsplit("")
        host = parts.hostname or ""
    except ValueError:
        return False
    return bool(host) and (parts.scheme == "https" or (parts.scheme == "http" and host in {"127.0.0.1", "localhost"}))


def _client() -> httpx.Client:
    import httpx  # where nobody signs in this way it is never loaded

    return httpx.Client(timeout=10, follow_redirects=False)


def _asked(wire: httpx.Client, method: str, address: str, **sent: Any) -> Mapping[str, Any]:
    import httpx

    try:
        with wire.stream(method, address, headers={"accept": "application/json"}, **sent) as answer:
            body = bytearray()
            for part in answer.iter_bytes():
                body += part
                if len(body) > _LARGEST:
                    raise Trouble("server.oidc.provider")
        if 400 <= answer.status_code < 500 and method == "POST":
            raise Refusal("server.oidc.refused")
        if answer.status_code != 200:
            raise Trouble("server.oidc.provider")
        return msgspec.json.decode(bytes(body), type=dict[str, Any])
    except (httpx.HTTPError, msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise Trouble("server.oidc.provider") from error


def _exchanged(wire: httpx.Client, described: Mapping[str, Any], provider: Provider, ask: BrowserSignIn) -> str:
    """The id token for a code. The secret goes in the header, as the standard has it, or in the form where only that is taken."""
    form = {
        "grant_type": "authorization_code",
        "code": ask.code,
        "redirect_uri": ask.back,
        "client_id": provider.client,
        "code_verifier": ask.verifier,
    }
    sent: dict[str, Any] = {"data": form}
    if provider.secret and "client_secret_basic" in described.get(_WAYS, ("client_secret_basic",)):
        sent["auth"] = (quote(provider.client, safe=""), quote(provider.secret, safe=""))
    elif provider.secret:
        form["client_secret"] = provider.secret
    told = _asked(wire, "POST", described["token_endpoint"], **sent)
    return str(told.get("id_token") or "")


def _keys(told: Mapping[str, Any]) -> KeySet:
    """The provider's public keys; those of kinds that sign nothing here are passed over."""
    keys = []
    for one in told.get("keys") or ():
        if not isinstance(one, dict) or one.get("kty") == "oct" or one.get("use", "sig") != "sig":
            continue
        try:
            keys.append(JWKRegistry.import_key(one))
        except (JoseError, ValueError, KeyError, TypeError):
            continue
    if not keys:
        raise Trouble("server.oidc.provider")
    return KeySet(keys)


def _checked(token: str, keys: KeySet, provider: Provider, nonce: str, now: datetime) -> Mapping[str, Any]:
    rules = jwt.JWTClaimsRegistry(
        now=lambda: int(now.timestamp()),
        leeway=_LEEWAY,
        iss={"essential": True, "value": provider.issuer},
        aud={"essential": True, "value": provider.client},
        nonce={"essential": True, "value": nonce},
        exp={"essential": True},
        iat={"essential": True},
        sub={"essential": True},
    )
    try:
        claims = jwt.decode(token, keys, algorithms=_ALGORITHMS).claims
        rules.validate(claims)
    except (JoseError, ValueError, KeyError, TypeError) as error:
        raise Refusal("server.oidc.refused") from error
    others = claims["aud"] if isinstance(claims["aud"], list) else []
    if claims.get("azp", provider.client if len(others) < 2 else "") != provider.client:
        raise Refusal("server.oidc.refused")
    if not isinstance(claims["sub"], str) or not 0 < len(claims["sub"]) <= 255 or "\0" in claims["sub"]:
        raise Refusal("server.oidc.refused")
    return claims
