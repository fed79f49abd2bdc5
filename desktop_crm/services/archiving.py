"""A whole workspace as an open archive, and back without loss: JSON lines and plain files in a zip, readable without this app.

`archive.json` says what it is and lists every part with its rows and hash; `records/<kind>.jsonl` holds the records, deleted ones
too; `laptop/<table>.jsonl` the history, past imports and what else is the laptop's own; `files/<hash>` the files. The archive is
not encrypted. What decides its shape stands in decisions/0010.
"""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import zipfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from desktop_crm import __version__
from desktop_crm.domain.schema import REGISTRY
from desktop_crm.exchange.packages import Package, opened
from desktop_crm.foundation.clock import Clock
from desktop_crm.foundation.errors import Refusal, Trouble
from desktop_crm.persistence import copying
from desktop_crm.persistence.cipher import FILE_VERSION
from desktop_crm.persistence.stores import archives as store
from desktop_crm.security.secrets import SecretStore
from desktop_crm.services import blobs
from desktop_crm.services.workspace import Workspace, init_workspace, open_workspace

FORMAT, VERSION = "desktop-crm-archive", 1
_HEAD = "archive.json"
_HASH = re.compile(r"[0-9a-f]{64}")
_PIECE = 2000
_LONGEST_LINE = 1 << 26
_LARGEST_FILE = 1 << 30

Progress = Callable[[int, int], None]
"""Called with how many rows are done, and how many there are."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Archived:
    """What went into an archive. `absent`: files that are not on this laptop."""

    path: Path
    records: int
    history: int
    files: int
    absent: int = 0


def archive(
    workspace: Workspace, target: Path, *, cancelled: Callable[[], bool] = bool, progress: Progress | None = None
) -> Archived:
    """Write the whole workspace into a zip. It appears whole or not at all. `progress` hears how many rows of how many are done.

    Raises Refusal `archive.cancelled`; Trouble `export.file.unwritable`.
    """
    draft = target.with_name(f".{target.name}.new")
    try:
        done = _write(workspace, draft, _Watch(cancelled, progress))
        copying.flush(draft)
        draft.replace(target)
    except OSError as error:
        raise Trouble("export.file.unwritable", path=str(target), reason=error.strerror or str(error)) from error
    finally:
        with suppress(OSError):
            draft.unlink(missing_ok=True)
    return Archived(
        path=target, records=done["records"], history=done["history"], files=done["files"], absent=done["absent"]
    )


class _Watch:
    """Counts rows, tells how far it is, and stops when it shall. Raises Refusal `archive.cancelled`."""

    def __init__(self, cancelled: Callable[[], bool], progress: Progress | None, whole: int = 0) -> None:
        self._cancelled, self._progress = cancelled, progress
        self.done, self.whole = 0, whole

    def step(self, rows: int) -> None:
        self.done += rows
        if self._cancelled():
            raise Refusal("archive.cancelled")
        if self._progress is not None:
            self._progress(self.done, self.whole)


def _write(workspace: Workspace, draft: Path, watch: _Watch) -> dict[str, int]:
    parts: dict[str, dict[str, Any]] = {}
    counts = {"records": 0, "history": 0, "files": 0, "absent": 0}
    with zipfile.ZipFile(draft, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as package, workspace.read() as session:
        connection = session.connection()
        watch.whole = store.size(connection)
        for entity in REGISTRY:
            path = f"records/{entity.plural}.jsonl"
            parts[path] = _lines_out(package, path, store.records(connection, entity.name), watch)
            counts["records"] += parts[path]["rows"]
        for name in store.local_tables():
            path = f"laptop/{name}.jsonl"
            parts[path] = _lines_out(package, path, store.lines(connection, name), watch)
        counts["history"] = parts["laptop/change.jsonl"]["rows"]
        for digest in store.files(connection):
            try:
                package.writestr(f"files/{digest}", blobs.get(workspace, digest))
                counts["files"] += 1
            except Trouble:
                counts["absent"] += 1
        head = {
            "format": FORMAT,
            "version": VERSION,
            "schema": FILE_VERSION,
            "program": __version__,
            "made_at": workspace.clock.now().isoformat(),
            "name": workspace.name,
            "currency": workspace.currency,
            "parts": parts,
        }
        package.writestr(_HEAD, json.dumps(head, ensure_ascii=False, indent=1))
    return counts


def _lines_out(package: zipfile.ZipFile, path: str, rows: Iterable[dict[str, Any]], watch: _Watch) -> dict[str, Any]:
    digest, count = hashlib.sha256(), 0
    with package.open(path, "w", force_zip64=True) as part:
        for row in rows:
            line = json.dumps(row, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"
            part.write(line)
            digest.update(line)
            count += 1
            if count % _PIECE == 0:
                watch.step(_PIECE)
    watch.step(count % _PIECE)
    return {"rows": count, "sha256": digest.hexdigest()}


def workspace_from(
    source: Path,
    path: Path,
    *,
    name: str | None = None,
    passphrase: str | None = None,
    secrets: SecretStore | None = None,
    clock: Clock | None = None,
    cancelled: Callable[[], bool] = bool,
    progress: Progress | None = None,
) -> Workspace:
    """Make a new workspace of an archive. It is another device; a server has to be signed in to again.

    Raises Refusal `archive.not_one`, `archive.damaged`, `archive.newer`, `archive.cancelled`, and what `init_workspace` refuses. Then nothing is left.
    """
    path = path.absolute()
    with _told(source), opened(source) as package:
        head = _head(package, source)
        watch = _Watch(cancelled, progress, sum(part["rows"] for part in head["parts"].values()))
        watch.step(0)
        made = init_workspace(
            path,
            name=name or head["name"],
            currency=head["currency"],
            passphrase=passphrase,
            secrets=secrets,
            clock=clock,
        )
        try:
            with made.closing():
                _fill(made, package, head, source, name, watch)
        except BaseException:
            copying.discard(path)
            shutil.rmtree(made.files, ignore_errors=True)
            raise
    return open_workspace(path, passphrase=passphrase, secrets=secrets, clock=clock)


@contextmanager
def _told(source: Path) -> Iterator[None]:
    """Turns what reading a package refuses into words about archives."""
    try:
        yield
    except Refusal as error:
        if error.code not in {"import.file.damaged", "import.file.bomb", "import.file.encrypted"}:
            raise
        reason = str(error.params.get("reason", error.code.rpartition(".")[2]))
        raise Refusal("archive.damaged", file=source.name, reason=reason) from error


def _head(package: Package, source: Path) -> dict[str, Any]:
    """What the archive says of itself, with every part that must be there. Raises Refusal."""
    if _HEAD not in package:
        raise Refusal("archive.not_one", file=source.name)
    try:
        head = json.loads(package.whole(_HEAD, 1 << 22))
        if head["format"] != FORMAT:
            raise Refusal("archive.not_one", file=source.name)
        if head["version"] > VERSION or head["schema"] > FILE_VERSION:
            raise Refusal("archive.newer", file=source.name)
        sound = isinstance(head["name"], str) and isinstance(head["currency"], str)
        sound = sound and all(set(part) == {"rows", "sha256"} for part in head["parts"].values())
        wanted = {f"records/{entity.plural}.jsonl" for entity in REGISTRY}
        wanted |= {f"laptop/{name}.jsonl" for name in store.local_tables()}
        unknown = set(head["parts"]) - wanted
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise Refusal("archive.damaged", file=source.name, reason=_HEAD) from error
    if not sound or unknown:
        raise Refusal("archive.damaged", file=source.name, reason=", ".join(sorted(unknown)) or _HEAD)
    found: dict[str, Any] = head
    return found


def _fill(
    workspace: Workspace, package: Package, head: dict[str, Any], source: Path, name: str | None, watch: _Watch
) -> None:
    here = frozenset(_files_in(workspace, package, source))
    with workspace.database.writing() as connection:
        for entity in REGISTRY:
            for rows in _lines_in(package, f"records/{entity.plural}.jsonl", head, source):
                _put(source, store.put_records, connection, entity.name, rows)
                watch.step(len(rows))
        for table in store.local_tables():
            for rows in _lines_in(package, f"laptop/{table}.jsonl", head, source):
                _put(source, store.put_lines, connection, table, rows)
                watch.step(len(rows))
        if name:
            store.call(connection, name)
        store.lacking_files(connection, here)
        _put(source, store.settle, connection)


def _put(source: Path, act: Callable[..., None], *values: Any) -> None:
    """One step of filling; values of another shape are damage."""
    try:
        act(*values)
    except (Refusal, KeyError, TypeError, ValueError, AttributeError, ArithmeticError) as error:
        raise Refusal("archive.damaged", file=source.name, reason=str(error)[:120]) from error


def _lines_in(package: Package, path: str, head: dict[str, Any], source: Path) -> Iterator[list[dict[str, Any]]]:
    """The rows of a part, some at a time, proved at its end. A part that the archive does not name is empty."""
    told = head["parts"].get(path)
    if told is None:
        return
    digest, count = hashlib.sha256(), 0
    rows: list[dict[str, Any]] = []
    for line in _split(package.pieces(path), source, path):
        digest.update(line)
        try:
            row = json.loads(line)
        except (ValueError, RecursionError) as error:
            raise Refusal("archive.damaged", file=source.name, reason=f"{path}:{count + 1}") from error
        if not isinstance(row, dict):
            raise Refusal("archive.damaged", file=source.name, reason=f"{path}:{count + 1}")
        rows.append(row)
        count += 1
        if len(rows) == _PIECE:
            yield rows
            rows = []
    if rows:
        yield rows
    if (count, digest.hexdigest()) != (told["rows"], told["sha256"]):
        raise Refusal("archive.damaged", file=source.name, reason=path)


def _split(pieces: Iterable[bytes], source: Path, path: str) -> Iterator[bytes]:
    rest = b""
    for piece in pieces:
        *whole, rest = (rest + piece).split(b"\n")
        if len(rest) > _LONGEST_LINE:
            raise Refusal("archive.damaged", file=source.name, reason=path)
        for line in whole:
            yield line + b"\n"
    if rest:
        yield rest


def _files_in(workspace: Workspace, package: Package, source: Path) -> Iterator[str]:
    """Keep the files of the archive, each proved by its name."""
    for part in package.names:
        folder, _, digest = part.partition("/")
        if folder != "files" or not _HASH.fullmatch(digest):
            continue
        content = package.whole(part, _LARGEST_FILE)
        if hashlib.sha256(content).hexdigest() != digest:
            raise Refusal("archive.damaged", file=source.name, reason=part)
        blobs.put(workspace, content, "")
        yield digest
