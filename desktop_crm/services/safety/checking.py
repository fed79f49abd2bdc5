"""A check of everything that is stored, each finding with a code and a count, and the repair of what can be made anew.

1. The file: every page against its seal, the structure, tables, indexes and guards. With broken pages nothing more is asked.
2. The rows against their history, the outbox, references, circles.
3. Sums and search index against the rows, files beside the workspace against their hashes.
Repair makes sums, search index, indexes and guards anew and takes files from backups; what was typed is never changed by it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from desktop_crm.foundation.errors import Refusal, Trouble
from desktop_crm.persistence import checking, copying, search
from desktop_crm.persistence.stores.sums import rollups
from desktop_crm.security.content import unseal
from desktop_crm.services import blobs
from desktop_crm.services.safety import backups
from desktop_crm.services.workspace import Workspace, files_of

_NAMED: Final = 5
Tell = Callable[[int, int], None]
"""Told how many questions are answered, of how many."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """Something that is wrong. `code` has a text in the error table; `places`: a few of them; `mendable`: repair helps."""

    code: str
    count: int
    places: tuple[str, ...]
    mendable: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckReport:
    """`found`: before the repair, `left`: after it; the same when nothing was repaired."""

    found: tuple[Finding, ...]
    left: tuple[Finding, ...]
    records: int
    changes: int
    files: int

    @property
    def sound(self) -> bool:
        return not self.left

    @property
    def mended(self) -> tuple[Finding, ...]:
        """What was found and is not left."""
        left = {one.code for one in self.left}
        return tuple(one for one in self.found if one.code not in left)


def check(workspace: Workspace, *, repair: bool = False, tell: Tell = copying.unwatched) -> CheckReport:
    """Look at everything; with `repair` mend what can be mended and look again. Edits may go on meanwhile.

    Raises Refusal `check.stopped` when the workspace is being closed; Trouble `disk.failed`, `disk.full`.
    """
    found = _look(workspace, tell)
    left = found
    if repair and any(one.mendable for one in found):
        _mend(workspace, {one.code for one in found})
        left = _look(workspace, tell)
    counts = _counts(workspace) if not any(one.code == "check.file.pages" for one in left) else (0, 0, 0)
    return CheckReport(found=found, left=left, records=counts[0], changes=counts[1], files=counts[2])


def _look(workspace: Workspace, tell: Tell) -> tuple[Finding, ...]:
    questions = (_file, _schema, _history, _outbox, _references, _search, _sums, _files)
    found: list[Finding] = []
    for done, question in enumerate(questions):
        if workspace.leaving.is_set():
            raise Refusal("check.stopped")
        tell(done, len(questions))
        found += [one for one in question(workspace) if one.count]
        if any(one.code == "check.file.pages" for one in found):
            break
    tell(len(questions), len(questions))
    return tuple(found)


def _finding(code: str, places: list[str] | tuple[str, ...], *, mendable: bool = False) -> Finding:
    return Finding(code=code, count=len(places), places=tuple(places[:_NAMED]), mendable=mendable)


def _file(workspace: Workspace) -> list[Finding]:
    database = workspace.database
    with suppress(
        Trouble
    ):  # seals are looked at in the file: a page that a power cut kept from it lies whole in the log
        database.fold_log()
    look = copying.look_over(workspace.path, database.key, database.salt)
    return [_finding("check.file.pages", look.pages), _finding("check.file.structure", look.structure, mendable=True)]


def _schema(workspace: Workspace) -> list[Finding]:
    with workspace.read() as session:
        missing = checking.missing_objects(session.connection())
    return [_finding("check.file.schema", sorted(missing), mendable=all(missing.values()))]


def _history(workspace: Workspace) -> list[Finding]:
    with workspace.read() as session:
        found = checking.wrong_values(session.connection())
    return [_finding(f"check.history.{kind}", places) for kind, places in found.items()]


def _outbox(workspace: Workspace) -> list[Finding]:
    return [_finding("check.outbox", _asked(workspace, checking.wrong_outbox))]


def _references(workspace: Workspace) -> list[Finding]:
    return [
        _finding("check.references", _asked(workspace, checking.dangling)),
        _finding("check.circles", _asked(workspace, checking.circles)),
    ]


def _search(workspace: Workspace) -> list[Finding]:
    with workspace.database.scratch() as connection:
        return [_finding("check.search", checking.wrong_search(connection), mendable=True)]


def _sums(workspace: Workspace) -> list[Finding]:
    with workspace.database.scratch() as connection:
        return [_finding("check.sums", checking.wrong_sums(connection), mendable=True)]


def _files(workspace: Workspace) -> list[Finding]:
    missing, damaged = _bad_files(workspace)
    return [
        _finding("check.files.missing", missing, mendable=True),
        _finding("check.files.damaged", damaged, mendable=True),
    ]


def _bad_files(workspace: Workspace) -> tuple[list[str], list[str]]:
    """Hashes of files that are not here, and of those whose content is not what the hash says."""
    missing: list[str] = []
    damaged: list[str] = []
    for digest in _asked(workspace, checking.files_named):
        try:
            if hashlib.sha256(blobs.get(workspace, digest)).hexdigest() != digest:
                damaged.append(digest)
        except Trouble as trouble:
            (missing if trouble.code == "file.missing" else damaged).append(digest)
    return missing, damaged


def _asked(workspace: Workspace, question: checking.Question) -> list[str]:
    with workspace.read() as session:
        return question(session.connection())


def _counts(workspace: Workspace) -> tuple[int, int, int]:
    with workspace.read() as session:
        return checking.counts(session.connection())


def _mend(workspace: Workspace, codes: set[str]) -> None:
    with workspace.database.writing() as connection:
        if codes & {"check.file.structure", "check.file.schema"}:
            checking.mend_objects(connection)
        if "check.sums" in codes:
            rollups.rebuild(connection)
        if codes & {"check.search", "check.file.structure"}:
            search.rebuild(connection)
    if codes & {"check.files.missing", "check.files.damaged"}:
        _bring_files_back(workspace)


def _bring_files_back(workspace: Workspace) -> None:
    """Files that are missing or damaged, from the newest backup that has them whole; else from the server at the next sync."""
    folders = [files_of(one.path) for one in backups.backups_of(workspace.path)]
    missing, damaged = _bad_files(workspace)
    for digest in [*missing, *damaged]:
        if any(_brought(workspace, folder, digest) for folder in folders):
            continue
        with workspace.database.writing() as connection:
            if checking.want_file(connection, digest):
                (workspace.files / digest).unlink(missing_ok=True)


def _brought(workspace: Workspace, folder: Path, digest: str) -> bool:
    try:
        unseal(workspace.content_key, digest, (folder / digest).read_bytes())
        workspace.files.mkdir(parents=True, exist_ok=True)
        backups.copy_whole(folder / digest, workspace.files / digest)
    except (OSError, Trouble):
        return False
    return True
