"""What of the team's work lies on this laptop: which accounts' files, how much history, how large; what is fetched, what may go.

Records always come whole, as far as one's rights go: only files are fetched at will. The choice is this laptop's own.
"""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass, replace
from datetime import UTC, date, timedelta
from typing import Final

from desktop_crm.foundation.errors import Refusal, Trouble
from desktop_crm.foundation.hlc import Stamp, stamp_time
from desktop_crm.persistence.facts import read_fact, write_fact
from desktop_crm.persistence.stores import offline as store
from desktop_crm.persistence.stores.offline import AccountFiles
from desktop_crm.services import blobs
from desktop_crm.services.agenda import agenda
from desktop_crm.services.sync_account import account_of
from desktop_crm.services.workspace import Workspace

__all__ = ["AccountFiles", "Held", "Profile"]

_FACT: Final = "offline"
_ROOM: Final = 50 * 1024 * 1024
"""Bytes that are left free whatever is fetched."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """`everything`: every file comes by itself; else those of `accounts`, which are kept, some until a day."""

    everything: bool = True
    accounts: tuple[tuple[str, str], ...] = ()
    """(account, last day as ISO text or nothing)"""

    @property
    def ids(self) -> frozenset[str]:
        """The accounts whose files are kept here."""
        return frozenset(account for account, _ in self.accounts)


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """How much is here; sizes in bytes. `since`: since when this laptop knows who changed what."""

    profile: Profile
    accounts: int
    activities: int
    history: int
    since: date | None
    workspace: int
    files: int
    files_size: int
    away: int
    away_size: int
    kept: tuple[AccountFiles, ...]
    free: int


def profile(workspace: Workspace) -> Profile:
    """What this laptop keeps; accounts that were kept until a day that is past are left out."""
    with workspace.read() as session:
        text = read_fact(session.connection(), _FACT)
    held = json.loads(text) if text else {}
    today = workspace.today().isoformat()
    accounts = tuple((one, until) for one, until in held.get("accounts", ()) if not until or until >= today)
    return Profile(everything=bool(held.get("everything", True)), accounts=accounts)


def keep_everything(workspace: Workspace, on: bool) -> Profile:
    """From now on fetch every file by itself, or those of the chosen accounts alone."""
    return _keep(workspace, replace(profile(workspace), everything=on))


def keep_account(workspace: Workspace, account_id: str, *, on: bool, until: date | None = None) -> Profile:
    """Keep the files of an account on this laptop, or no longer."""
    held = profile(workspace)
    others = tuple(one for one in held.accounts if one[0] != account_id)
    mine = ((account_id, until.isoformat() if until else ""),) if on else ()
    return _keep(workspace, replace(held, accounts=others + mine))


def take_tomorrow(workspace: Workspace) -> tuple[AccountFiles, ...]:
    """Keep the files of all accounts that are visited tomorrow until that day is over; they come with the next sync."""
    tomorrow = workspace.today() + timedelta(days=1)
    here = workspace.clock.now().astimezone().tzinfo or UTC
    booked = agenda(workspace, tomorrow, tomorrow, here, kinds=("visit", "meeting"))
    with workspace.read() as session:
        wanted = store.accounts_of(session.connection(), [one.id for one in booked])
    held = profile(workspace)
    lasting = {account for account, until in held.accounts if not until or until > tomorrow.isoformat()}
    rest = tuple(one for one in held.accounts if one[0] not in wanted or one[0] in lasting)
    more = tuple((account, tomorrow.isoformat()) for account in sorted(wanted - lasting))
    _keep(workspace, replace(held, accounts=rest + more))
    with workspace.read() as session:
        return store.by_account(session.connection(), wanted)


def held(workspace: Workspace) -> Held:
    """What lies here, and how large it is."""
    mine = profile(workspace)
    with workspace.read() as session:
        connection = session.connection()
        accounts, activities, history, oldest = store.counts(connection)
        files, files_size, away, away_size = store.sizes(connection)
        kept = store.by_account(connection, mine.ids)
    return Held(
        profile=mine,
        accounts=accounts,
        activities=activities,
        history=history,
        since=stamp_time(Stamp(oldest)).astimezone().date() if oldest else None,
        workspace=workspace.path.stat().st_size,
        files=files,
        files_size=files_size,
        away=away,
        away_size=away_size,
        kept=kept,
        free=_free(workspace),
    )


def kept_files(workspace: Workspace, account_id: str) -> tuple[bool, AccountFiles]:
    """Whether the files of an account are kept here by choice, and how many there are. Raises Refusal `record.missing`."""
    mine = profile(workspace)
    with workspace.read() as session:
        found = store.by_account(session.connection(), [account_id])
    if not found:
        raise Refusal("record.missing", entity="account", id=account_id)
    return account_id in mine.ids, found[0]


def left_out(workspace: Workspace) -> frozenset[str]:
    """Hashes of files that do not come by themselves."""
    mine = profile(workspace)
    if mine.everything:
        return frozenset()
    with workspace.read() as session:
        return frozenset(store.attached_apart_from(session.connection(), mine.ids))


def make_room(workspace: Workspace) -> int:
    """Take files off this laptop that are not kept and that the server has; how many went. Raises Refusal `offline.everything`."""
    mine = profile(workspace)
    if mine.everything:
        raise Refusal("offline.everything")
    with workspace.read() as session:
        going = store.attached_apart_from(session.connection(), mine.ids, "sent")
    for digest in going:
        blobs.let_go(workspace, digest)
    return len(going)


def refuse_full(workspace: Workspace, size: int) -> None:
    """Raises Trouble `disk.full` when a file of that size would fill the disk."""
    if size and _free(workspace) < size + _ROOM:
        raise Trouble("disk.full", file=str(workspace.files))


def fetch(workspace: Workspace, digest: str, size: int = 0) -> None:
    """Bring one file from the server now; runs on the network lane.

    Raises Refusal `offline.alone` without a server; Trouble `file.missing` when the server has it not either, `disk.full`.
    """
    from desktop_crm.persistence.stores import sync as sync_store

    account = account_of(workspace)
    if account is None:
        raise Refusal("offline.alone")
    refuse_full(workspace, size)
    from desktop_crm.sync.client.transport import HttpTransport

    transport = HttpTransport(account.url, account)
    try:
        found = transport.get_blob(digest)
    finally:
        transport.close()
    if found is None:
        raise Trouble("file.missing", hash=digest)
    blobs.put(workspace, found, "")
    with workspace.database.writing() as connection:
        sync_store.note_sent(connection, digest)


def _keep(workspace: Workspace, wanted: Profile) -> Profile:
    text = json.dumps({"everything": wanted.everything, "accounts": wanted.accounts})
    with workspace.database.writing() as connection:
        write_fact(connection, _FACT, text)
    return wanted


def _free(workspace: Workspace) -> int:
    return shutil.disk_usage(workspace.path.parent).free
