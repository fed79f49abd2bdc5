"""Sign-in: users, passwords, access and refresh tokens, devices.

Passwords are kept as argon2id. An access token lives fifteen minutes. A refresh token is used once; when an old one comes again
after its successor was used, somebody copied it, and the whole family of tokens ends.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from desktop_crm.domain.schema.options import UserRole
from desktop_crm.foundation.clock import Clock
from desktop_crm.foundation.errors import Refusal
from desktop_crm.foundation.ids import new_id
from desktop_crm.sync.protocol import SignIn, Tokens
from desktop_crm.sync.server import roles, tables
from desktop_crm.sync.server.audit_log import note
from desktop_crm.sync.server.books import Books
from desktop_crm.sync.server.gate import WRONG_PASSWORDS, Gate
from desktop_crm.sync.server.own_work import own_work
from desktop_crm.sync.server.reach import reach
from desktop_crm.sync.server.scopes import TEAM, Scopes
from desktop_crm.sync.server.second_factor import accepted_step
from desktop_crm.sync.server.session import READ_WRITE, Session
from desktop_crm.sync.server.signed_words import SignedWords
from desktop_crm.sync.server.store import DEFAULT_TENANT, Store, retrying

ACCESS_LIFE: Final = timedelta(minutes=15)
REFRESH_LIFE: Final = timedelta(days=90)
ADMIN_LIFE: Final = timedelta(minutes=30)
LOCK_DAYS: Final = "lock_days"
"""The setting that says after how many days without contact a laptop has to sign in again; 0 for never."""
_SHORTEST_PASSWORD: Final = 4
_LONGEST_PASSWORD: Final = 1024
_LONGEST_NAME: Final = 120


class People:
    """The server's doorkeeper. Thread-safe."""

    def __init__(self, store: Store, clock: Clock, tenant: str = DEFAULT_TENANT) -> None:
        self._store, self._clock, self._tenant = store, clock, tenant
        self._hasher = PasswordHasher()
        self._wrong = Gate(clock, WRONG_PASSWORDS)
        self._nobody = self._hasher.hash(secrets.token_hex(8))
        self._words = SignedWords(self._secret())

    def add_user(self, name: str, role: UserRole, password: str) -> str:
        """A new user with the team's scope, and a row for him that laptops see. Says his id.

        Raises Refusal `server.user.exists`, `server.user.name`, `server.user.password`.
        """
        hashed = self._hashed(name, password)
        for attempt in retrying():
            with attempt, self._store.writing(self._tenant) as books:
                user_id = self._added(books, name.strip(), role, hashed, "")
        return user_id

    def add_within(self, books: Books, name: str, role: UserRole, password: str, *, by: str) -> str:
        """The same within a transaction, as somebody's act."""
        return self._added(books, name.strip(), role, self._hashed(name, password), by)

    def _hashed(self, name: str, password: str) -> str:
        name = name.strip()
        if not name or len(name) > _LONGEST_NAME or not name.isprintable():
            raise Refusal("server.user.name", name=name[:_LONGEST_NAME])
        if not _SHORTEST_PASSWORD <= len(password) <= _LONGEST_PASSWORD:
            raise Refusal("server.user.password", least=_SHORTEST_PASSWORD)
        return self._hasher.hash(password)

    def _added(self, books: Books, name: str, role: UserRole, hashed: str, by: str) -> str:
        if books.one(tables.user, name=name) is not None:
            raise Refusal("server.user.exists", name=name)
        user_id = new_id()
        books.put(tables.user, user_id=user_id, name=name, role=role.value, password=hashed, disabled=False)
        books.give(user_id, TEAM, READ_WRITE)
        self._publish(books, user_id, name, role)
        note(books, self._clock, "user.added", by=by, what=f"{user_id} {role.value}")
        return user_id

    def admin_word(self, user_id: str) -> str:
        """What an administrator's browser holds for half an hour. No laptop's token, and none is one."""
        until = int((self._clock.now() + ADMIN_LIFE).timestamp())
        claims = {"adm": user_id, "tid": self._tenant, "exp": until, "jti": secrets.token_hex(8)}
        return self._words.write(claims)

    def admin_of(self, word: str) -> str:
        """Whose word it is; empty for one that is none any more."""
        claims = self._words.read(word)
        try:
            user_id, until = str(claims["adm"]), float(claims["exp"])
        except (ValueError, KeyError, TypeError):
            return ""
        return user_id if until >= self._clock.now().timestamp() and claims.get("tid") == self._tenant else ""

    def set_password(self, name: str, password: str) -> None:
        """A new password; signs the user out everywhere. Raises Refusal `server.user.unknown`, `server.user.password`."""
        if not _SHORTEST_PASSWORD <= len(password) <= _LONGEST_PASSWORD:
            raise Refusal("server.user.password", least=_SHORTEST_PASSWORD)
        hashed = self._hasher.hash(password)
        with self._store.writing(self._tenant) as books:
            user = books.one(tables.user, name=name)
            if user is None:
                raise Refusal("server.user.unknown", name=name)
            books.change(tables.user, {"user_id": user["user_id"]}, password=hashed)
            books.change(tables.refresh, {"user_id": user["user_id"]}, revoked=True)
            note(books, self._clock, "user.password", what=user["user_id"])

    def sign_in(self, ask: SignIn) -> Tokens:
        """Tokens for a name and its password, and the code where there is a second factor.

        Raises Refusal `server.sign_in`, whichever was wrong; `server.code`, `server.device.revoked`, `server.too_often`.
        """
        user = self.checked(ask)
        with self._store.writing(self._tenant) as books:
            return self.admit(books, user["user_id"], ask.device, ask.device_name)

    def admit(self, books: Books, user_id: str, device: str, device_name: str) -> Tokens:
        """Tokens for somebody who has shown who he is. Raises Refusal `server.sign_in`, `server.device.revoked`."""
        user, known = books.one(tables.user, user_id=user_id), books.one(tables.device, device_id=device)
        if user is None or user["disabled"] or not _is_device(device):
            raise Refusal("server.sign_in")
        if known is not None and known["revoked"]:
            raise Refusal("server.device.revoked")
        self._seen(books, device, user_id, device_name.replace("\0", "")[:_LONGEST_NAME])
        note(books, self._clock, "sign_in.done", by=user_id, device=device)
        return self._tokens(books, user, device, family=new_id())

    def checked(self, ask: SignIn) -> Mapping[str, Any]:
        """The user with that name and password. Raises as `sign_in`."""
        self._wrong.look(ask.user)
        with self._store.reading(self._tenant) as books:
            user = books.one(tables.user, name=ask.user.strip()) if "\0" not in ask.user else None
        if not self._is_right(user, ask.password) or user is None or user["disabled"] or not _is_device(ask.device):
            self._wrong.take(ask.user)
            with self._store.writing(self._tenant) as books:
                note(books, self._clock, "sign_in.wrong", by=user["user_id"] if user else "")
            raise Refusal("server.sign_in")
        if user["totp"]:
            self._check_code(user, ask)
        return user

    def _check_code(self, user: Mapping[str, Any], ask: SignIn) -> None:
        if not ask.code:
            raise Refusal("server.code")
        with self._store.writing(self._tenant) as books:
            books.lock_head()
            kept = books.one(tables.user, user_id=user["user_id"])
            step = accepted_step(kept["totp"], ask.code, self._clock.now()) if kept and kept["totp"] else None
            if step is not None and kept is not None:
                secret = kept["totp"].partition(" ")[0]
                books.change(tables.user, {"user_id": user["user_id"]}, totp=f"{secret} {step}")
                return
        self._wrong.take(ask.user)
        raise Refusal("server.code")

    def refresh(self, token: str) -> Tokens:
        """The next pair of tokens. Raises Refusal `server.sign_in_again`."""
        stolen = False
        with self._store.writing(self._tenant) as books:
            line = books.one(tables.refresh, hash=_hash(token))
            user = books.one(tables.user, user_id=line["user_id"]) if line else None
            if line is None or user is None or user["disabled"] or line["revoked"] or self._is_over(line["expires"]):
                raise Refusal("server.sign_in_again")
            if self._was_away(books, line["device_id"]):
                raise Refusal("server.sign_in_again")
            if line["successor"] is not None:
                heir = books.one(tables.refresh, hash=line["successor"])
                stolen = heir is None or heir["successor"] is not None or heir["revoked"]
                if stolen:
                    books.change(tables.refresh, {"family": line["family"]}, revoked=True)
                    note(books, self._clock, "token.stolen", by=line["user_id"], device=line["device_id"])
                else:
                    books.change(tables.refresh, {"hash": line["successor"]}, revoked=True)
            if not stolen:
                return self._tokens(books, user, line["device_id"], family=line["family"], before=line["hash"])
        raise Refusal("server.sign_in_again")

    def sign_out(self, token: str) -> None:
        """End this token and all of its family."""
        with self._store.writing(self._tenant) as books:
            line = books.one(tables.refresh, hash=_hash(token))
            if line is not None:
                books.change(tables.refresh, {"family": line["family"]}, revoked=True)
                note(books, self._clock, "sign_out", by=line["user_id"], device=line["device_id"])

    def session(self, access: str) -> Session:
        """Who holds this access token, with today's grants. Raises Refusal `server.token`."""
        claims = self._words.read(access)
        try:
            user_id, device, until = str(claims["sub"]), str(claims["dev"]), float(claims["exp"])
        except (ValueError, KeyError, TypeError) as error:
            raise Refusal("server.token") from error
        if until < self._clock.now().timestamp() or claims.get("tid") != self._tenant:
            raise Refusal("server.token")
        with self._store.reading(self._tenant) as books:
            user = books.one(tables.user, user_id=user_id)
            known = books.one(tables.device, device_id=device)
            if user is None or user["disabled"] or known is None or known["revoked"]:
                raise Refusal("server.token")
            grants, divided = reach(books, user_id), roles.is_divided(books)
        return Session(
            tenant=self._tenant, user_id=user_id, device=device, role=user["role"], divided=divided, grants=grants
        )

    def _secret(self) -> bytes:
        with self._store.writing(self._tenant) as books:
            line = {"name": "token_key", "value": secrets.token_hex(32)}
            books.upsert(tables.fact, [line], keep=True)
            held = books.fact("token_key")
        return bytes.fromhex(held)

    def _is_right(self, user: Mapping[str, Any] | None, password: str) -> bool:
        """Takes the same time whether there is such a user or not."""
        try:
            self._hasher.verify(user["password"] if user else self._nobody, password[:_LONGEST_PASSWORD])
        except (VerificationError, InvalidHashError, UnicodeError):
            return False
        return user is not None

    def _tokens(self, books: Books, user: Mapping[str, Any], device: str, *, family: str, before: str = "") -> Tokens:
        now = self._clock.now()
        refresh = secrets.token_urlsafe(32)
        books.put(
            tables.refresh,
            hash=_hash(refresh),
            family=family,
            user_id=user["user_id"],
            device_id=device,
            expires=(now + REFRESH_LIFE).isoformat(),
            successor=None,
            revoked=False,
        )
        if before:
            books.change(tables.refresh, {"hash": before}, successor=_hash(refresh))
        until = int((now + ACCESS_LIFE).timestamp())
        claims = {"sub": user["user_id"], "dev": device, "tid": self._tenant, "exp": until, "jti": secrets.token_hex(8)}
        access = self._words.write(claims)
        return Tokens(
            access=access,
            refresh=refresh,
            expires_in=int(ACCESS_LIFE.total_seconds()),
            user=user["user_id"],
            name=user["name"],
            role=user["role"],
        )

    def _seen(self, books: Books, device: str, user_id: str, name: str) -> None:
        now = self._clock.now().isoformat()
        line = {"user_id": user_id, "name": name, "app_v": "", "seen_at": now, "revoked": False}
        books.put(tables.device, device_id=device, **line)

    def _was_away(self, books: Books, device: str) -> bool:
        """Whether the device has been out of touch for longer than the tenant allows; then it has to sign in again."""
        line, days = books.one(tables.device, device_id=device), books.one(tables.setting, name=LOCK_DAYS)
        if line is None or days is None or not int(days["value"]):
            return False
        return self._clock.now() - datetime.fromisoformat(line["seen_at"]) > timedelta(days=int(days["value"]))

    def _is_over(self, moment: str) -> bool:
        return datetime.fromisoformat(moment) < self._clock.now()

    def _publish(self, books: Books, user_id: str, name: str, role: UserRole) -> None:
        """The user's row, as an operation of the server's own."""
        with own_work(books, self._clock, Scopes()) as ledger:
            fields = {"name": name, "role": role.value, "active": True}
            ledger.write_own(ledger.row("user", user_id), fields, "user")


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def _is_device(name: str) -> bool:
    return 0 < len(name) <= 64 and name.isalnum()
