"""What laptop and server say to each other: typed messages, their JSON form, and the protocol both sides implement.

Operations go up, states come down (../shared/SYNC.md, "Protocol"). This room holds no rule and does no I/O.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from enum import StrEnum
from typing import Any, Final, Protocol, TypeVar

import msgspec
from msgspec import Struct, field

PROTOCOL_VERSION: Final = 1
OPS_PER_PUSH: Final = 1000
ROWS_PER_PAGE: Final = 2000
BODY_BYTES: Final = 16 * 1024 * 1024
"""The largest body, unpacked, that a server takes."""
BLOB_BYTES: Final = 64 * 1024 * 1024
BLOB_PART: Final = 4 * 1024 * 1024
"""The largest part in which a file may be sent."""
ARRIVED: Final = "upload-offset"
"""The header in which the server says how much of a file is there already, when it is not whole."""
DELETED: Final = "_deleted"
"""The clock key under which a row's deletion is versioned."""

Token = tuple[int, str]
"""(commit number, salt): a point in a server's history."""
START: Final[Token] = (0, "")


class OpKind(StrEnum):
    """What an operation means to do."""

    SET = "set"
    DELETE = "del"
    UNDELETE = "undel"
    ADD = "add"
    REMOVE = "rm"
    LEDGER = "led"
    ISSUE = "issue"


class Operation(
    Struct,
    frozen=True,
    kw_only=True,
    omit_defaults=True,
    rename={
        "id": "i",
        "stamp": "h",
        "tx": "tx",
        "entity": "e",
        "row": "r",
        "kind": "k",
        "fields": "f",
        "seen": "b",
    },
):
    """One intent. `fields`: new values in the registry's JSON form. `seen`: for each field, the operation whose value was seen.

    An empty `seen` says that the row was made here. For REMOVE, `seen["tags/x"]` names the additions of x that were seen; for
    DELETE, `seen` is the row's whole clock without stamps.
    """

    id: str
    stamp: str
    entity: str
    row: str
    kind: OpKind = OpKind.SET
    tx: str = ""
    fields: dict[str, Any] = field(default_factory=dict)
    seen: dict[str, str] = field(default_factory=dict)


class WireRow(
    Struct,
    frozen=True,
    kw_only=True,
    omit_defaults=True,
    rename={
        "entity": "e",
        "id": "r",
        "fields": "f",
        "clocks": "c",
        "scope": "s",
        "seq": "q",
        "deleted": "d",
        "by": "u",
    },
):
    """A row as it stands at the server. `clocks`: "" and the fields that differ from it, each "stamp operation".

    `by`: the user who changed it last; empty for the server itself.
    """

    entity: str
    id: str
    fields: dict[str, Any]
    clocks: dict[str, str]
    scope: str
    seq: int
    deleted: bool = False
    by: str = ""


class WireExit(
    Struct, frozen=True, kw_only=True, omit_defaults=True, rename={"entity": "e", "id": "r", "scope": "s", "seq": "q"}
):
    """A row has left a scope."""

    entity: str
    id: str
    scope: str
    seq: int


class Standing(StrEnum):
    """How the server stands to a caller's history."""

    OK = "ok"
    RESET = "reset"
    UPGRADE_REQUIRED = "upgrade_required"


class Limits(Struct, frozen=True, kw_only=True):
    """What the server takes at once."""

    ops_per_push: int = OPS_PER_PUSH
    rows_per_page: int = ROWS_PER_PAGE
    body_bytes: int = BODY_BYTES
    blob_bytes: int = BLOB_BYTES


class Hello(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The laptop names itself and the newest point of history it ever received."""

    device: str
    app_v: str
    schema_v: int
    protocol_v: int = PROTOCOL_VERSION
    server_id: str = ""
    hw: Token = START
    history: str = ""


class HelloAnswer(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """`now` is the server's clock; `hw` its newest commit. `user` is the id of the signed-in user's row.

    `history` names what the server has lived through since it last lost some of it to a backup; the laptop says it back.
    """

    standing: Standing
    server_id: str
    hw: Token
    now: str
    grants: dict[str, str] = field(default_factory=dict)
    user: str = ""
    limits: Limits = field(default_factory=Limits)
    min_schema: int = 1
    history: str = ""
    lock_days: int = 0
    """After so many days without contact a laptop locks itself; 0 for never."""


class Push(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Operations in the order in which they were made."""

    hw: Token
    schema_v: int
    ops: list[Operation]
    device: str = ""


class Verdict(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What became of an operation. Without `reason` it is accepted; `stamp` is its stamp as the server keeps it.

    `refused`: not kept at all (the same id with other content); else what has a reason lies in the server's quarantine.
    """

    stamp: str = ""
    reason: str = ""
    refused: bool = False
    row: WireRow | None = None


class PushAnswer(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The commit that holds the push, and a verdict for each operation."""

    standing: Standing
    seq: int
    salt: str
    now: str
    results: dict[str, Verdict] = field(default_factory=dict)

    @property
    def hw(self) -> Token:
        """The commit as a history token."""
        return (self.seq, self.salt)


class Digest:
    """What one side holds of a scope: how many rows, and the XOR of their hashes; the order of rows does not matter."""

    __slots__ = ("count", "mixed")

    def __init__(self) -> None:
        self.count = self.mixed = 0

    def add(self, entity: str, row_id: str, fields: Mapping[str, Any]) -> None:
        """Take a living row in. A field without a value is no field, and so is an empty set."""
        held = {name: value for name, value in fields.items() if value is not None and value != []}
        data = canonical([entity, row_id, held])
        self.count += 1
        self.mixed ^= int.from_bytes(hashlib.blake2b(data, digest_size=8).digest(), "big")

    def told(self) -> tuple[int, str]:
        """As it goes over the wire; an empty scope tells no hash."""
        return (self.count, f"{self.mixed:016x}" if self.count else "")


Digests = dict[str, tuple[int, str]]
"""By scope."""


class Pull(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Asks for what happened after the cursors. `limit`: rows wanted in a page; a commit is never split for it.

    `audit`: the entities over which digests are wanted with the last page.
    """

    hw: Token
    cursors: dict[str, int]
    limit: int = ROWS_PER_PAGE
    device: str = ""
    audit: list[str] = field(default_factory=list)


class PullAnswer(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One page. `grants`: every scope the caller may read, with "r" or "rw". `purge`: scopes to forget.

    `digests`: what the server holds of each granted scope, when that was asked and nothing more follows.
    """

    standing: Standing
    hw: Token
    now: str
    grants: dict[str, str] = field(default_factory=dict)
    purge: list[str] = field(default_factory=list)
    rows: list[WireRow] = field(default_factory=list)
    exits: list[WireExit] = field(default_factory=list)
    cursors: dict[str, int] = field(default_factory=dict)
    more: bool = False
    digests: dict[str, tuple[int, str]] = field(default_factory=dict)


class SnapshotAsk(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Asks for everything the caller may read as one file, for a first sync."""

    hw: Token
    device: str = ""


class SnapshotAnswer(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A file that is ready: `id` is the SHA-256 of its `size` bytes; `cursors`: where the pages go on. Without `id`, pages do."""

    standing: Standing
    hw: Token
    now: str
    id: str = ""
    size: int = 0
    rows: int = 0
    cursors: dict[str, int] = field(default_factory=dict)


class SnapshotPart(Struct, frozen=True, kw_only=True):
    """Asks for the bytes `first` to `last` of a snapshot, both included."""

    id: str
    first: int
    last: int


class PartAnswer(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The bytes; none when the server has that snapshot no more."""

    data: bytes = b""


class Look(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Says that the caller looks at a row, and which field he is typing in; `gone`: he looks no more. Kept for a minute, in no history."""

    entity: str
    row: str
    field: str = ""
    gone: bool = False


class Onlooker(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Somebody else who looks at it."""

    user: str
    name: str
    field: str = ""


class Looking(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Who else looks at a row: the answer to `Look`, and what the stream of news tells those who may read the row."""

    entity: str
    row: str
    people: list[Onlooker] = field(default_factory=list)


class Lease(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Asks for a block of numbers of a series for one device. `above`: the highest number that the laptop knows of."""

    device: str
    series: str
    count: int
    above: int = 0


class LeaseAnswer(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Numbers `first` to `last`, both included, belong to the device for ever. `hw`: the commit that says so."""

    series: str
    first: int
    last: int
    hw: Token = START
    now: str = ""


class SignIn(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A user's name and password, and the laptop they sit at. `code`: the second factor, where the user has one."""

    user: str
    password: str
    device: str
    device_name: str = ""
    code: str = ""


class BrowserOffer(Struct, frozen=True, kw_only=True):
    """Where the browser signs people in: the provider's `address`, and what to ask there."""

    address: str
    client: str
    scope: str


class BrowserSignIn(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What came back from the browser: the code, and what only the laptop that asked for it knows (PKCE verifier, nonce).

    `back`: the loopback address to which the provider sent the browser.
    """

    code: str
    verifier: str
    nonce: str
    back: str
    device: str
    device_name: str = ""


class Refresh(Struct, frozen=True, kw_only=True):
    """A refresh token, used once."""

    refresh: str


class Tokens(Struct, frozen=True, kw_only=True):
    """`access` for the header, `refresh` for the next pair; `expires_in` seconds."""

    access: str
    refresh: str
    expires_in: int
    user: str
    name: str
    role: str


class ErrorAnswer(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Why a request was refused: a stable code and plain facts."""

    error: str
    facts: dict[str, str] = field(default_factory=dict)


class SyncProtocol(Protocol):
    """The conversation, without what carries it. The server implements it; so does the laptop's transport."""

    def hello(self, message: Hello) -> HelloAnswer: ...

    def push(self, message: Push) -> PushAnswer: ...

    def pull(self, message: Pull) -> PullAnswer: ...

    def snapshot(self, message: SnapshotAsk) -> SnapshotAnswer: ...

    def snapshot_part(self, message: SnapshotPart) -> PartAnswer: ...

    def lease(self, message: Lease) -> LeaseAnswer: ...

    def has_blob(self, digest: str) -> bool: ...

    def put_blob(self, digest: str, data: bytes) -> None: ...

    def get_blob(self, digest: str) -> bytes | None: ...


Message = TypeVar("Message", bound=Struct)
_ENCODER = msgspec.json.Encoder()
_SORTED = msgspec.json.Encoder(order="sorted")


def pack(message: Struct) -> bytes:
    """A message as JSON."""
    return _ENCODER.encode(message)


def canonical(value: object) -> bytes:
    """JSON with sorted keys: the form whose hash names an operation's content."""
    return _SORTED.encode(value)


def unpack(data: bytes, kind: type[Message]) -> Message:
    """A message back from JSON. Raises msgspec.ValidationError or msgspec.DecodeError for anything else."""
    return msgspec.json.decode(data, type=kind)
