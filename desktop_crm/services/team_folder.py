"""Sync without a server: the team's state travels as one encrypted, signed file in a shared folder or on a stick.

1.  The file is what a server would hold. Who exchanges opens it in memory, lets the real server take the operations of this laptop,
    takes what the others changed by the real engine, and writes the next file: the same operations, the same merge, idempotent.
2.  Files are numbered. Two who write at once both write the same number; the second sees that, and begins again on the first's.
3.  A file that is older, or that went another way on another stick, is a server that was restored: what it lacks is sent again.
4.  It is encrypted under the team's passphrase and signed by the laptop that wrote it. The first signature of a laptop is believed;
    one that does not fit it later is refused.
5.  A file holds what is new since the last whole one, and names it; where that is much, the next whole one is written. What is
    signed is the whole state either way.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from desktop_crm import __version__
from desktop_crm.foundation.errors import Refusal, Trouble
from desktop_crm.persistence import facts
from desktop_crm.security import signatures
from desktop_crm.services import sealed_file
from desktop_crm.services.page_changes import applied, difference
from desktop_crm.services.sync import SyncReport, told
from desktop_crm.services.sync_account import account_of
from desktop_crm.services.sync_files import exchange_files, refill_numbers
from desktop_crm.services.workspace import Workspace
from desktop_crm.sync.client.drive import drive
from desktop_crm.sync.client.engine import SyncEngine

if TYPE_CHECKING:
    from desktop_crm.sync.server.core import Conversation, Server

KIND: Final = "team"
SUFFIX: Final = ".crmteam"
_KEPT: Final = 3
_TRIES: Final = 5
_MUCH: Final = 0.5
"""From this share of the whole on, what is new is not worth a file of its own."""
_NAME: Final = re.compile(r"team-(\d{6,12})\.crmteam")
_KEY: Final = "folder_key"
_BELIEVED: Final = "folder_believed"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Found:
    """The newest file that can be read: the folder's highest number, what it holds, and the keys of the laptops that wrote before.

    `base`: the whole file that the next one builds on: its number (0 for none) and what it holds.
    """

    number: int
    data: bytes = b""
    keys: dict[str, str] | None = None
    base: tuple[int, bytes] = (0, b"")


def exchange(workspace: Workspace, folder: Path, passphrase: str, *, let_leave: bool = False) -> SyncReport:
    """Take what others left in the folder, and leave there what was typed here.

    Raises Refusal `sync.folder.joined`, `passphrase.too_short`, `sync.many_leaving`; Trouble `sync.folder.missing`,
    `sync.folder.forged`, `sealed.…`.
    """
    if account_of(workspace) is not None:
        raise Refusal("sync.folder.joined")
    if not folder.is_dir():
        raise Trouble("sync.folder.missing", file=str(folder))
    for _ in range(_TRIES):
        found = _newest(workspace, folder, passphrase)
        report, data = _meet(workspace, found, let_leave=let_leave)
        if data == found.data or _left(workspace, folder, passphrase, found, data):
            _tidy(folder, found.base[0])
            return report
    raise Trouble("sync.server.busy", url=str(folder), status="")


def _meet(workspace: Workspace, found: _Found, *, let_leave: bool) -> tuple[SyncReport, bytes]:
    from desktop_crm.sync.server.core import Server
    from desktop_crm.sync.server.scopes import TEAM
    from desktop_crm.sync.server.session import READ_WRITE, Session
    from desktop_crm.sync.server.store import Store

    store = Store("sqlite://")
    try:
        if found.data:
            _database(store).deserialize(found.data)
        server = Server(store, workspace.clock)
        before = _state(server)
        user = str(workspace.author.user_id or workspace.author.device_id)
        session = Session(
            tenant=server.tenant, user_id=user, device=workspace.author.device_id, grants={TEAM: READ_WRITE}
        )
        conversation = server.conversation(session)
        report = _run(workspace, conversation, let_leave=let_leave)
        changed = _state(server) != before or not found.data
        return report, _database(store).serialize() if changed else found.data
    finally:
        store.close()


def _run(workspace: Workspace, conversation: Conversation, *, let_leave: bool) -> SyncReport:
    engine = SyncEngine(workspace.database, workspace.stamps, workspace.clock, __version__)
    report = drive(engine.run(let_leave=let_leave), conversation)
    refill_numbers(workspace, conversation)
    exchange_files(workspace, conversation)
    return told(report)


def _state(server: Server) -> tuple[object, ...]:
    """What changes when anybody brings anything: commits and files."""
    from desktop_crm.sync.server import files

    with server.store.reading() as books:
        return (books.head().token, files.total(books))


def _database(store: Any) -> Any:
    return store.engine.raw_connection().driver_connection


def _numbered(folder: Path) -> list[tuple[int, Path]]:
    """The team's files, the newest first."""
    named = ((_NAME.fullmatch(path.name), path) for path in folder.iterdir())
    return sorted(((int(name[1]), path) for name, path in named if name), reverse=True)


def _newest(workspace: Workspace, folder: Path, passphrase: str) -> _Found:
    """The newest file; one that was cut while it was written gives way to the one before it."""
    files = _numbered(folder)
    highest = files[0][0] if files else 0
    for place, (number, path) in enumerate(files):
        try:
            return _opened(workspace, path, passphrase, number, highest)
        except Trouble as trouble:
            if trouble.code not in {"sealed.damaged", "sync.folder.base"} or place + 1 == len(files):
                raise
    return _Found(number=0)


def _opened(workspace: Workspace, path: Path, passphrase: str, number: int, highest: int) -> _Found:
    head, _, data = sealed_file.read(path, KIND, passphrase).partition(b"\n")
    try:
        said = json.loads(head)
        device, signature, keys = said["device"], said["signature"], dict(said["keys"])
        base, base_hash = int(said.get("base", 0)), str(said.get("base_hash", ""))
        built_on = (base, _base(path.parent, base, base_hash, passphrase)) if base else (number, data)
        data = applied(built_on[1], data) if base else data
    except (ValueError, KeyError, TypeError) as error:
        raise Trouble("sealed.damaged", file=path.name) from error
    with workspace.read() as session:
        believed = json.loads(facts.read_fact(session.connection(), _BELIEVED) or "{}")
    contradicted = any(believed.get(name, key) != key for name, key in keys.items())
    if contradicted or not signatures.is_signed(keys.get(device, ""), _text(device, data, keys), signature):
        raise Trouble("sync.folder.forged", file=path.name)
    if keys.keys() - believed.keys():
        with workspace.database.writing() as connection:
            facts.write_fact(connection, _BELIEVED, json.dumps({**keys, **believed}, sort_keys=True))
    return _Found(number=highest, data=data, keys=keys, base=built_on)


def _base(folder: Path, number: int, digest: str, passphrase: str) -> bytes:
    """What the whole file holds that another one builds on. Raises Trouble `sync.folder.base` where it is not here, or is another."""
    path = folder / _file_name(number)
    try:
        data = sealed_file.read(path, KIND, passphrase).partition(b"\n")[2]
    except Trouble as trouble:
        raise Trouble("sync.folder.base", file=path.name) from trouble
    if hashlib.sha256(data).hexdigest() != digest:
        raise Trouble("sync.folder.base", file=path.name)
    return data


def _file_name(number: int) -> str:
    return f"team-{number:06}{SUFFIX}"


def _left(workspace: Workspace, folder: Path, passphrase: str, found: _Found, data: bytes) -> bool:
    """Write the next file; False when somebody else has written it meanwhile."""
    pair = _own_keys(workspace)
    device = str(workspace.author.device_id)
    keys = {**(found.keys or {}), device: pair["public"]}
    signature = signatures.sign(pair["private"], _text(device, data, keys))
    said: dict[str, Any] = {"device": device, "keys": keys, "signature": signature}
    base, whole = found.base
    new = difference(whole, data) if base else data
    if base and len(new) < len(data) * _MUCH:
        said |= {"base": base, "base_hash": hashlib.sha256(whole).hexdigest()}
    else:
        new = data
    head = json.dumps(said, sort_keys=True).encode()
    target = folder / _file_name(found.number + 1)
    beside = folder / f".{device}{SUFFIX}"
    sealed_file.write(beside, KIND, head + b"\n" + new, passphrase)
    try:
        os.link(beside, target)
    except FileExistsError:
        return False
    except OSError:  # a stick without links: nobody else writes to it now
        if target.exists():
            return False
        beside.rename(target)
    finally:
        beside.unlink(missing_ok=True)
    return True


def _tidy(folder: Path, base: int) -> None:
    """The newest files stay, and the whole one that they build on."""
    for number, path in _numbered(folder)[_KEPT:]:
        if number != base:
            path.unlink(missing_ok=True)


def _own_keys(workspace: Workspace) -> dict[str, str]:
    """The pair of this laptop; it lies in the encrypted workspace, which is here alone."""
    with workspace.database.writing() as connection:
        held = json.loads(facts.read_fact(connection, _KEY) or "{}")
        if held.get("device") != workspace.author.device_id:  # a workspace that was copied is another laptop
            pair = signatures.new_pair()
            held = {"device": workspace.author.device_id, "private": pair.private, "public": pair.public}
            facts.write_fact(connection, _KEY, json.dumps(held))
    return dict(held)


def _text(device: str, data: bytes, keys: dict[str, str]) -> str:
    return json.dumps([device, hashlib.sha256(data).hexdigest(), keys], sort_keys=True)
