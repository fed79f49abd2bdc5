"""The moments at which a fault strikes, each an act of the real services that says what it has reported as saved.

An act runs in a process of its own (`zygote.py`) and calls `say` after every service call that returned. `promised` then looks
whether everything said is there, and `sound` whether the workspace opens, whole.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

from desktop_crm.domain.quotes.draft import QuoteLine, QuoteSection
from desktop_crm.foundation.errors import CrmError
from desktop_crm.foundation.ids import new_row_id
from desktop_crm.persistence import copying
from desktop_crm.security import keys
from desktop_crm.services import blobs, importing, quotes, records
from desktop_crm.services.safety import backups, checking, rekeying, restoring
from desktop_crm.services.workspace import Workspace, init_workspace, open_workspace, read_salt

Say = Callable[[str], None]
ROWS = 200
NAME = "team.crm"
OLD_FILE = Path(__file__).resolve().parents[2] / "data" / "version-1.crm"
OLD_PASSPHRASE = "열려라 참깨 2026"


class Keys:
    """Secrets in a file beside the workspace: several processes share them, as they share a keyring."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / "keys.json"

    def get(self, name: str) -> str | None:
        return self._held().get(name)

    def put(self, name: str, secret: str) -> None:
        draft = self._file.with_suffix(".new")
        draft.write_text(json.dumps({**self._held(), name: secret}), encoding="utf-8")
        draft.replace(self._file)

    def remove(self, name: str) -> None:
        raise AssertionError(name)

    def _held(self) -> dict[str, str]:
        return json.loads(self._file.read_text(encoding="utf-8")) if self._file.exists() else {}


@dataclass(frozen=True, slots=True, kw_only=True)
class ShiftedClock:
    """The machine's clock, wrong by some time."""

    by: timedelta

    def now(self) -> datetime:
        return datetime.now(UTC) + self.by


def make_scene(home: Path, work: Path) -> Path:
    """A workspace in `work` with an account, a quote, a stored file and a backup; its keys and an import file lie in `home`."""
    path = work / NAME
    with init_workspace(path, name="team", secrets=Keys(home)).closing() as workspace:
        account = records.create(workspace, "account", {"name": "한빛", "note": "0"}).id
        line = QuoteLine(id=new_row_id(), name="펌프", quantity=Decimal(2), unit_price=Decimal(1250000))
        section = QuoteSection(id=new_row_id(), name="설비", lines=(line,))
        quotes.create(workspace, account_id=account, name="증설", sections=(section,))
        blobs.put(workspace, b"%PDF stored", "application/pdf")
        backups.make(workspace)
    lines = ["name,industry,employees", *(f"대량 {n:04d},제조,{n + 1}" for n in range(ROWS))]
    (home / "rows.csv").write_text("\n".join(lines), encoding="utf-8")
    return path


def make_old_scene(home: Path, work: Path) -> Path:
    """A file that the program of version 1 wrote."""
    path = work / NAME
    shutil.copyfile(OLD_FILE, path)
    salt = read_salt(path)
    Keys(home).put(f"workspace:{salt.hex()}", keys.derive(OLD_PASSPHRASE, salt).hex())
    return path


def opened(path: Path, home: Path, shift: timedelta = timedelta()) -> Workspace:
    return open_workspace(path, secrets=Keys(home), clock=ShiftedClock(by=shift))


# --- acts: (workspace file, home, clock shift, say)


def edit(path: Path, home: Path, shift: timedelta, say: Say) -> None:
    with opened(path, home, shift).closing() as workspace:
        row = row_named(workspace, "한빛")
        first = int(str(records.get(workspace, "account", row).fields["note"]))
        for number in range(first + 1, first + 41):
            records.set_fields(workspace, "account", row, {"note": str(number)})
            say(f"note {number}")


def bring(path: Path, home: Path, shift: timedelta, say: Say) -> None:
    with opened(path, home, shift).closing() as workspace:
        report = importing.run(workspace, importing.inspect([home / "rows.csv"], "accounts"))
        say(f"rows {sum(file.created + file.unchanged for file in report.files)}")


def issue(path: Path, home: Path, shift: timedelta, say: Say) -> None:
    with opened(path, home, shift).closing() as workspace:
        quote = quotes.list_quotes(workspace)[0].id
        for _ in range(3):
            draft = quotes.open_quote(workspace, quote).draft
            quotes.save(workspace, draft, replace(draft, name=f"{draft.name}+"))
            say(f"issued {quotes.issue(workspace, quote).version.content.version}")


def back_up(path: Path, home: Path, shift: timedelta, say: Say) -> None:
    with opened(path, home, shift).closing() as workspace:
        for _ in range(3):
            say(f"backup {backups.make(workspace).path.name}")


def migrate(path: Path, home: Path, shift: timedelta, say: Say) -> None:
    with opened(path, home, shift).closing() as workspace:
        say(f"version {workspace.database.version()}")


def restore(path: Path, home: Path, shift: timedelta, say: Say) -> None:
    clock = ShiftedClock(by=shift)
    made = next(one for one in backups.backups_of(path) if one.kind is backups.BackupKind.hand)
    done = restoring.restore(made.path, secrets=Keys(home), clock=clock)
    say(f"aside {done.aside.name}")


def rekey(path: Path, home: Path, _shift: timedelta, say: Say) -> None:
    rekeying.change_key(path, secrets=Keys(home))
    say(f"salt {read_salt(path).hex()}")


def pull(path: Path, home: Path, shift: timedelta, say: Say) -> None:
    from desktop_crm.services import sync
    from tests.e2e.faults.team import served

    with opened(path, home, shift).closing() as workspace, served(home) as url:
        sync.sync_now(workspace, url=url)
        say(f"rows {ROWS}")


def sign_in(path: Path, home: Path, shift: timedelta, say: Say) -> None:
    from desktop_crm.services import sync
    from tests.e2e.faults.team import PASSWORD, served

    with opened(path, home, shift).closing() as workspace, served(home) as url:
        sync.join(workspace, url, "minji", PASSWORD)
        say(f"rows {ROWS}")


ACTS: dict[str, Callable[[Path, Path, timedelta, Say], None]] = {
    "edit": edit,
    "import": bring,
    "issue": issue,
    "migration": migrate,
    "backup": back_up,
    "restore": restore,
    "another key": rekey,
    "pull": pull,
    "sign in and pull": sign_in,
}


def scene_of(moment: str, home: Path, work: Path) -> Path:
    """What an act of that moment begins with."""
    from tests.e2e.faults.team import make_team_scene

    return {"migration": make_old_scene, "pull": make_team_scene}.get(moment, make_scene)(home, work)


# --- what is wanted afterwards


def complaints(path: Path, home: Path, said: list[str]) -> list[str]:
    """What is wrong with the workspace, and what was said to be saved and is not there."""
    try:
        with opened(path, home).closing() as workspace:
            report = checking.check(workspace)
            found = [one for one in report.left if one.code != "check.files.missing" or workspace.files.exists()]
            wrong = [f"{one.code} {one.places}" for one in found]
            return wrong + _broken_promises(workspace, home, said)
    except CrmError as error:
        return [f"does not open: {error}"]


def _broken_promises(workspace: Workspace, home: Path, said: list[str]) -> list[str]:
    wrong = []
    told: dict[str, list[str]] = {}
    for line in said:
        kind, _, value = line.partition(" ")
        told.setdefault(kind, []).append(value)
    brought = [row for row in _names(workspace) if row.startswith("대량")]
    if len(brought) not in ({ROWS} if "rows" in told else {0, ROWS}):
        wrong.append(f"{len(brought)} rows of {ROWS}")
    if "note" in told and int(_note(workspace)) < int(told["note"][-1]):
        wrong.append(f"note {_note(workspace)} after {told['note'][-1]}")
    versions = {str(row.fields["version"]): row for row in records.list_rows(workspace, "quote_version").records}
    for number in told.get("issued", []):
        if number not in versions:
            wrong.append(f"version {number} is not there")
            continue
        row = versions[number]
        for name in ("pdf_ko", "pdf_en"):
            digest = str(row.fields[name])
            if hashlib.sha256(blobs.get(workspace, digest)).hexdigest() != digest:
                wrong.append(f"file of version {number}")
    return wrong + _bad_copies(workspace, home, [*told.get("backup", []), *told.get("aside", [])])


def _bad_copies(workspace: Workspace, home: Path, names: list[str]) -> list[str]:
    """Backups are whole: those that were promised are there, and whatever is listed stands the test."""
    listed = {one.path.name: one.path for one in backups.backups_of(workspace.path)}
    wrong = [f"{name} is not there" for name in names if name not in listed]
    for path in listed.values():
        salt = read_salt(path)
        key = Keys(home).get(f"workspace:{salt.hex()}")
        try:
            copying.prove(path, bytes.fromhex(key or ""), salt)
        except CrmError as error:
            if "-aside" not in path.name:  # what was damaged before a restore is set aside as it is
                wrong.append(f"{path.name}: {error.code}")
    return wrong


def _names(workspace: Workspace) -> list[str]:
    with workspace.read() as session:
        rows = session.connection().exec_driver_sql("SELECT name FROM account WHERE _deleted IS NULL")
        return [row[0] for row in rows]


def _note(workspace: Workspace) -> str:
    with workspace.read() as session:
        return str(session.connection().exec_driver_sql("SELECT note FROM account WHERE name='한빛'").scalar() or "0")


def row_named(workspace: Workspace, name: str) -> str:
    where = records.Filter(field="name", value=name)
    return records.list_rows(workspace, "account", records.ListQuery(filters=(where,), limit=1)).records[0].id
