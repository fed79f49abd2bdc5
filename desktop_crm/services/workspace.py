"""Opening, making and closing a workspace: file, key, lock, clock and author in one handle that every service takes first.

Thread-safe: reads may run side by side, writes queue. It holds no session.
"""

from __future__ import annotations

import hmac
import json
import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import date
from pathlib import Path

from desktop_crm.domain.money import CURRENCIES, known_currency
from desktop_crm.foundation.changes import Change, ChangeKind, Changes
from desktop_crm.foundation.clock import Clock, SystemClock
from desktop_crm.foundation.errors import Refusal, Trouble
from desktop_crm.foundation.hlc import HybridClock
from desktop_crm.foundation.ids import DeviceId, RowId, UserId, new_device_id
from desktop_crm.i18n.labels import call_own
from desktop_crm.persistence import change_log, swapping
from desktop_crm.persistence.change_log import Author
from desktop_crm.persistence.cipher import PAGE_BYTES, is_ours
from desktop_crm.persistence.engine import Database, Session
from desktop_crm.persistence.facts import read_facts, write_fact
from desktop_crm.persistence.file_lock import FileLock
from desktop_crm.persistence.schema_file import bring_up_to_date, create_schema
from desktop_crm.persistence.stores.own_fields import OwnField, described, index, lacking_indexes
from desktop_crm.persistence.stores.settings import shared
from desktop_crm.persistence.stores.sums import rollups
from desktop_crm.persistence.unit_of_work import UnitOfWork
from desktop_crm.security import keys
from desktop_crm.security.secrets import KeyringStore, SecretStore

SUFFIX = ".crm"
_HEADER = b"SQLite format 3\x00"


class Workspace:
    """One open workspace. Made by `open_workspace` or `init_workspace`; `close` gives the file back."""

    def __init__(
        self,
        path: Path,
        database: Database,
        lock: FileLock,
        clock: Clock,
        secrets: SecretStore,
        *,
        has_passphrase: bool = False,
    ) -> None:
        self.path = path
        self.database = database
        self.clock = clock
        self.secrets = secrets
        self.has_passphrase = has_passphrase
        self.leaving = threading.Event()
        """Set when the workspace is about to be closed: long reading work (a backup, a check) stops."""
        self.at_hand: dict[str, object] = {}
        """What services keep of the open file so as not to read it again; each knows how long its own holds."""
        self._lock = lock
        with database.read() as session:
            facts = read_facts(session.connection())
            last = change_log.last_stamp(session.connection())
            own = described(session)
            chosen = shared(session)
        call_own({(one.entity, one.name): (one.label, one.label_en) for one in own})
        self.name = facts["name"]
        self.currency = _currencies(chosen.get("currency"), facts["currency"])[0]
        self.first_currency = facts["currency"]
        """The main currency that the workspace was made with."""
        self.currencies = _currencies(chosen.get("currencies"))
        self.content_key = bytes.fromhex(facts["content_key"])
        device = DeviceId(facts["device_id"])
        self.author = Author(user_id=UserId(facts["user_id"]) if facts.get("user_id") else None, device_id=device)
        self.stamps = HybridClock(device, clock, last)
        self._settle_year()
        self._settle_indexes(own)

    def read(self) -> AbstractContextManager[Session]:
        """A read-only session on a snapshot of its own."""
        return self.database.read()

    def write(self, cause: str) -> UnitOfWork:
        """A unit of work in this user's name; `cause` says what for ("accounts.move")."""
        return UnitOfWork(self.database, self.author, self.stamps, cause)

    def today(self) -> date:
        """The calendar day where the user is."""
        return self.clock.now().astimezone().date()

    def turn_year(self) -> Changes:
        """To be asked now and then while the workspace stays open: tells of the sums when another fiscal year has begun."""
        if not self._settle_year():
            return Changes.none()
        year = Change(entity="workspace_setting", row_id=RowId("fiscal"), fields=frozenset(), kind=ChangeKind.UPDATED)
        deals = Change(entity="opportunity", row_id=RowId("fiscal"), fields=frozenset(), kind=ChangeKind.UPDATED)
        return Changes(items=(year, deals), remote=True)

    def _settle_year(self) -> bool:
        """Sums know what was won this year: when another fiscal year has begun, they are worked out again."""
        with self.database.read() as session:
            counted = rollups.is_counted_for(session.connection(), self.today())
        if not counted:
            with self.database.writing() as connection:
                rollups.count_for(connection, self.today())
        return not counted

    def _settle_indexes(self, own: tuple[OwnField, ...]) -> None:
        """Fields of one's own that other laptops, an import or an archive brought are indexed at the next opening."""
        typed = [one for one in own if "." in one.name and not one.retired]
        with self.database.read() as session:
            missing = lacking_indexes(session.connection(), typed) if typed else ()
        if missing:
            with self.database.writing() as connection:
                for one in missing:
                    index(connection, one.entity, one.name)

    def act_as(self, user_id: UserId) -> None:
        """From now on write in this user's name, also after the next start."""
        with self.database.writing() as connection:
            write_fact(connection, "user_id", user_id)
        self.author = Author(user_id=user_id, device_id=self.author.device_id)

    @property
    def files(self) -> Path:
        """The folder of encrypted files beside the workspace."""
        return files_of(self.path)

    def is_opened_by(self, passphrase: str | None) -> bool:
        """Whether this passphrase, or without one the keyring, opens the file: for unlocking what is open already."""
        salt = self.database.salt
        key = keys.derive(passphrase, salt) if passphrase else keys.find_key(self.secrets, salt)
        return key is not None and hmac.compare_digest(key, self.database.key)

    def close(self) -> None:
        """Give the file back."""
        self.leaving.set()
        self.database.close()
        self._lock.release()

    @contextmanager
    def closing(self) -> Iterator[Workspace]:
        """The workspace for one block, closed at its end."""
        try:
            yield self
        finally:
            self.close()


def _currencies(chosen: str | None, *others: str) -> tuple[str, ...]:
    """The currencies of a shared setting, where one was chosen and this version can read it; else the others."""
    try:
        held = json.loads(chosen) if chosen else []
    except ValueError:
        held = []
    codes = tuple(code for code in ([held] if isinstance(held, str) else held or []) if code in CURRENCIES)
    return codes or others


def init_workspace(
    path: Path,
    *,
    name: str,
    currency: str = "KRW",
    passphrase: str | None = None,
    secrets: SecretStore | None = None,
    clock: Clock | None = None,
) -> Workspace:
    """Make a new workspace file. Without a passphrase the key goes to the keyring.

    Raises Refusal `currency.unknown`, `workspace.exists`, `passphrase.too_short`; Trouble `keyring.absent`, `disk.failed`.
    """
    currency = known_currency(currency)
    secrets = secrets or KeyringStore()
    path = path.absolute()
    finish_swap(path)
    if path.exists():
        raise Refusal("workspace.exists", file=str(path))
    if passphrase:
        keys.check_new(passphrase)
    salt = keys.new_salt()
    key = keys.derive(passphrase, salt) if passphrase else keys.keep_new_key(secrets, salt)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise Trouble("disk.failed", file=str(path), reason=str(error)) from error
    lock = FileLock(path)
    draft = path.with_name(path.name + ".new")
    draft.unlink(missing_ok=True)
    database = Database(draft, key, salt)
    create_schema(database)
    with database.writing() as connection:
        for fact, value in (
            ("name", name),
            ("currency", currency),
            ("device_id", new_device_id()),
            ("content_key", keys.new_key().hex()),
            ("keyring", "" if passphrase else "yes"),
        ):
            write_fact(connection, fact, value)
    database.close()
    draft.replace(path)
    return Workspace(
        path, Database(path, key, salt), lock, clock or SystemClock(), secrets, has_passphrase=bool(passphrase)
    )


def open_workspace(
    path: Path,
    *,
    passphrase: str | None = None,
    secrets: SecretStore | None = None,
    clock: Clock | None = None,
    patience: float = 0.0,
) -> Workspace:
    """Open a workspace file with the keyring's key, or with the passphrase when one is given.

    `patience`: for how many seconds to wait for another program that is about to close it.

    Raises Refusal `workspace.missing`, `workspace.not_one`, `workspace.in_use`, `workspace.needs_passphrase`,
    `workspace.wrong_key`, `workspace.newer`; Trouble `workspace.damaged`, `disk.failed`.
    """
    secrets = secrets or KeyringStore()
    path = path.absolute()
    finish_swap(path)
    salt = read_salt(path)
    key = find_key(path, salt, passphrase, secrets)
    if path.stat().st_size % PAGE_BYTES and not has_log(path) and is_ours(path, key, salt):
        raise Trouble("workspace.damaged", file=str(path))  # cut off within a page, where SQLite would look past it
    lock = FileLock(path, patience)
    database = Database(path, key, salt)
    try:
        bring_up_to_date(database, path)
        return Workspace(path, database, lock, clock or SystemClock(), secrets, has_passphrase=bool(passphrase))
    except BaseException:
        database.close()
        lock.release()
        raise


def files_of(path: Path) -> Path:
    """The folder of encrypted files beside a workspace or a backup."""
    return path.with_name(path.name + ".files")


def finish_swap(path: Path) -> None:
    """End a restore or a change of passphrase that was killed at its last step. Raises Refusal `workspace.in_use`."""
    if swapping.is_pending(path):
        lock = FileLock(path)
        try:
            swapping.finish(path)
        finally:
            lock.release()


def find_key(path: Path, salt: bytes, passphrase: str | None, secrets: SecretStore) -> bytes:
    """The key that a passphrase stands for, or that lies in the keyring. Raises Refusal `workspace.needs_passphrase`."""
    key = keys.derive(passphrase, salt) if passphrase else keys.find_key(secrets, salt)
    if key is None:
        raise Refusal("workspace.needs_passphrase", file=str(path))
    return key


def read_salt(path: Path) -> bytes:
    """The salt at a file's head. Raises Refusal `workspace.missing`, `workspace.not_one`; Trouble `disk.failed`."""
    try:
        with path.open("rb") as file:
            head = file.read(len(_HEADER))
    except FileNotFoundError as error:
        raise Refusal("workspace.missing", file=str(path)) from error
    except OSError as error:
        raise Trouble("disk.failed", file=str(path), reason=str(error)) from error
    if len(head) < keys.SALT_BYTES or head == _HEADER:
        raise Refusal("workspace.not_one", file=str(path))
    return head


def has_log(path: Path) -> bool:
    """Whether a write-ahead log with something in it lies beside the file: pages of the file may be in it."""
    log = path.with_name(path.name + "-wal")
    return log.exists() and log.stat().st_size > 0
