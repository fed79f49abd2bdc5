"""The server without what carries it: for each signed-in caller, the protocol's implementation."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from desktop_crm.foundation.clock import Clock
from desktop_crm.foundation.errors import Refusal
from desktop_crm.foundation.ids import new_id
from desktop_crm.sync.protocol import (
    OPS_PER_PUSH,
    PROTOCOL_VERSION,
    Hello,
    HelloAnswer,
    Lease,
    LeaseAnswer,
    Limits,
    Look,
    Looking,
    PartAnswer,
    Pull,
    PullAnswer,
    Push,
    PushAnswer,
    SnapshotAnswer,
    SnapshotAsk,
    SnapshotPart,
    Standing,
)
from desktop_crm.sync.server import files, snapshots, tables
from desktop_crm.sync.server.books import Books
from desktop_crm.sync.server.gate import REQUESTS_A_MINUTE, Gate
from desktop_crm.sync.server.metrics import Metrics
from desktop_crm.sync.server.news import News
from desktop_crm.sync.server.office import scopes_of
from desktop_crm.sync.server.people import LOCK_DAYS, People
from desktop_crm.sync.server.presence import Board
from desktop_crm.sync.server.pull import answer_pull
from desktop_crm.sync.server.purge import is_behind
from desktop_crm.sync.server.push import NothingNewError, PushWork
from desktop_crm.sync.server.scopes import Scopes
from desktop_crm.sync.server.session import Session
from desktop_crm.sync.server.store import DEFAULT_TENANT, Store, retrying

if TYPE_CHECKING:
    from desktop_crm.sync.server.oidc import Doorway

_LEASE_MOST: Final = 1000
_HIGHEST: Final = 999_999_999
"""A laptop that claims to know a higher number is not believed."""
_SKIPPED: Final = 1000
"""So many numbers of each series are passed over when the server finds that it was restored: they may be out on laptops."""


class Server:
    """One store, its people, and who waits for news. Thread-safe."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        scopes: Scopes | None = None,
        tenant: str = DEFAULT_TENANT,
        salt: Callable[[], str] = lambda: secrets.token_hex(8),
    ) -> None:
        self.store, self.clock, self.tenant = store, clock, tenant
        self._scopes = scopes
        self.new_salt = salt
        store.prepare(tenant)
        self.people = People(store, clock, tenant)
        self._doorway: Doorway | None = None
        self.board = Board(store, clock, tenant)
        self.news = News(self.head, self.board.look_around)
        self.gate = Gate(clock, REQUESTS_A_MINUTE)
        self.metrics = Metrics()
        self._tenants: dict[str, Server] = {tenant: self}

    def head(self) -> int:
        """The newest commit's number."""
        with self.store.reading(self.tenant) as books:
            return books.head().seq

    def of(self, tenant: str) -> Server:
        """The same for another tenant of this database. Raises Refusal `server.not_found` for one that was never opened."""
        if tenant not in self._tenants:
            with self.store.reading(tenant) as books:
                if books.one(tables.head) is None:
                    raise Refusal("server.not_found")
            made = Server(self.store, self.clock, self._scopes, tenant, self.new_salt)
            made.gate, made.metrics = self.gate, self.metrics
            self._tenants[tenant] = made
        return self._tenants[tenant]

    def doorway(self) -> Doorway:
        """The way in through the tenant's identity provider."""
        if self._doorway is None:
            from desktop_crm.sync.server.oidc import Doorway

            self._doorway = Doorway(self.store, self.clock, self.people, self.tenant)
        return self._doorway

    def opened(self) -> list[Server]:
        """The tenants that were spoken with here."""
        return list(self._tenants.values())

    def scopes(self, books: Books) -> Scopes:
        """The rule that holds at this moment."""
        return self._scopes or scopes_of(books)

    def conversation(self, session: Session) -> Conversation:
        """The protocol, as spoken with this caller."""
        return Conversation(self, session)


class Conversation:
    """Implements SyncProtocol for one session."""

    def __init__(self, server: Server, session: Session) -> None:
        self._server, self._session = server, session
        self._store = server.store

    def hello(self, message: Hello) -> HelloAnswer:
        self._same_device(message.device)
        with self._store.reading(self._session.tenant) as books:
            head = books.head()
            ours = not message.server_id or message.server_id == head.server_id
            known = ours and books.knows(message.hw)
            standing = Standing.OK if known and not is_behind(head, message.hw) else Standing.RESET
        if message.schema_v < head.min_schema or message.protocol_v != PROTOCOL_VERSION:
            standing = Standing.UPGRADE_REQUIRED
        with self._store.writing(self._session.tenant) as books:
            if message.server_id == head.server_id and not known:
                books.note_loss(message.history, new_id(), _SKIPPED)
            history = books.history()
            locks = books.one(tables.setting, name=LOCK_DAYS)
            now = self._server.clock.now().isoformat()
            app_v = message.app_v.replace("\0", "")[:40]
            books.change(tables.device, {"device_id": self._session.device}, app_v=app_v, seen_at=now)
        return HelloAnswer(
            standing=standing,
            server_id=head.server_id,
            hw=head.token,
            now=head.clock,
            grants=dict(self._session.grants),
            user=self._session.user_id,
            limits=Limits(),
            min_schema=head.min_schema,
            history=history,
            lock_days=int(locks["value"]) if locks else 0,
        )

    def push(self, message: Push) -> PushAnswer:
        if len(message.ops) > OPS_PER_PUSH:
            raise Refusal("server.too_many", most=OPS_PER_PUSH)
        answer: PushAnswer | None = None
        for attempt in retrying():
            with attempt:
                answer, is_new = self._push_once(message)
        assert answer is not None
        if is_new:
            self._server.news.tell(answer.seq)
            refused = sum(bool(verdict.reason) for verdict in answer.results.values())
            self._server.metrics.pushed(accepted=len(answer.results) - refused, refused=refused)
        return answer

    def _push_once(self, message: Push) -> tuple[PushAnswer, bool]:
        server = self._server
        try:
            with self._store.writing(self._session.tenant) as books:
                work = PushWork(books, self._session, server.clock, server.scopes(books), server.new_salt)
                return work.run(message), True
        except NothingNewError as nothing:
            return nothing.answer, False

    def pull(self, message: Pull) -> PullAnswer:
        with self._store.reading(self._session.tenant) as books:
            return answer_pull(books, self._session, message)

    def snapshot(self, message: SnapshotAsk) -> SnapshotAnswer:
        return snapshots.offer(self._store, self._session, self._server.clock, message)

    def snapshot_part(self, message: SnapshotPart) -> PartAnswer:
        digest = _digest(message.id)
        with self._store.reading(self._session.tenant) as books:
            return PartAnswer(data=snapshots.read(books, self._session, digest, message.first, message.last))

    def look(self, message: Look) -> Looking:
        """Say who looks at what; says who else does. Raises Refusal `server.not_found` for what the caller may not read."""
        with self._store.reading(self._session.tenant) as books:
            rows = books.rows(message.entity, [message.row]) if message.entity in tables.ENTITIES else {}
            scope = rows[message.row].scope if message.row in rows else ""
            user = books.one(tables.user, user_id=self._session.user_id)
        if not self._session.may_read(scope):
            raise Refusal("server.not_found")
        return self._server.board.look(self._session, str(user["name"]) if user else "", scope, message)

    def told_of(self, scope: str) -> bool:
        """Whether the caller may hear of rows that lie there."""
        return self._session.may_read(scope)

    @property
    def device(self) -> str:
        return self._session.device

    def lease(self, message: Lease) -> LeaseAnswer:
        self._same_device(message.device)
        if not 1 <= message.count <= _LEASE_MOST or not message.series.isprintable() or not message.series:
            raise Refusal("server.malformed")
        above = message.above if 0 <= message.above <= _HIGHEST else 0
        for attempt in retrying():
            with attempt, self._store.writing(self._session.tenant) as books:
                head = books.take_head()
                first, last = books.lease(message.series[:80], message.count, message.device, above)
                hw = (head.seq, self._server.new_salt())
                at = self._server.clock.now().isoformat().replace("+00:00", "Z")
                facts = {"device": message.device, "user_id": self._session.user_id, "at": at, "n_ops": 0}
                books.close_commit(*hw, head.clock, facts)
        return LeaseAnswer(series=message.series, first=first, last=last, hw=hw, now=head.clock)

    def has_blob(self, digest: str) -> bool:
        return self.blob_size(digest) is not None

    def put_blob(self, digest: str, data: bytes) -> None:
        with self._store.writing(self._session.tenant) as books:
            files.keep(books, self._session, self._server.clock, _digest(digest), data)

    def blob_arrived(self, digest: str) -> int:
        """How many bytes of a file the caller has sent in parts so far."""
        with self._store.reading(self._session.tenant) as books:
            return files.arrived(books, self._session, _digest(digest))

    def put_part(self, digest: str, first: int, whole: int, data: bytes) -> int:
        """The next part of a file of `whole` bytes; says how much is here now. What turns out to be another file is let go."""
        name = _digest(digest)
        try:
            with self._store.writing(self._session.tenant) as books:
                return files.add(books, self._session, self._server.clock, name, first, whole, data)
        except Refusal as refusal:
            if refusal.code == "server.blob.hash":
                with self._store.writing(self._session.tenant) as books:
                    files.forget_begun(books, self._session, name)
            raise

    def get_blob(self, digest: str) -> bytes | None:
        size = self.blob_size(digest)
        return None if size is None else self.blob_range(digest, 0, size - 1)

    def blob_size(self, digest: str) -> int | None:
        """How large a file is; None when it is not there for this caller."""
        with self._store.reading(self._session.tenant) as books:
            return files.size(books, self._session, _digest(digest))

    def blob_range(self, digest: str, first: int, last: int) -> bytes:
        """The bytes of a file that is there, `first` and `last` included."""
        with self._store.reading(self._session.tenant) as books:
            return b"".join(files.read(books, _digest(digest), first, last))

    def _same_device(self, device: str) -> None:
        if device != self._session.device:
            raise Refusal("server.device.other")


def _digest(text: str) -> str:
    if len(text) != 64 or not all(sign in "0123456789abcdef" for sign in text):
        raise Refusal("server.malformed")
    return text
