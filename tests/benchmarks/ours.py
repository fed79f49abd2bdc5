"""Our side of each benchmark: the program's own services, documents, doors and processes, nothing taken out."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path

from desktop_crm.foundation.ids import RowId
from desktop_crm.security.secrets import MemoryStore
from desktop_crm.services import importing, records, sync
from desktop_crm.services.workspace import Workspace, init_workspace
from tests.benchmarks.first_rows import SECRET
from tests.benchmarks.floors.room import ACCOUNT, bytes_in_use
from tests.benchmarks.large_workspace import large_workspace
from tests.benchmarks.measure import Act, stopwatch
from tests.benchmarks.seeds import names
from tests.support.terminal import running


@contextmanager
def editing(folder: Path, accounts: int) -> Iterator[Act]:
    """The amount of an opportunity: the row, its history, the outbox, and the sums of every account above it."""
    workspace, deals = large_workspace(folder / "ours.crm", accounts)
    with workspace.closing():

        def change(number: int) -> float:
            deal = deals[number * 37 % len(deals)]
            with stopwatch() as seconds:
                records.set_fields(workspace, "opportunity", deal, {"amount": Decimal(2_000_000 + number)})
            return seconds()

        yield change


@contextmanager
def editing_many(folder: Path, accounts: int, edits: int) -> Iterator[Act]:
    """One field of many accounts in one act: the rows, their history, the outbox and the search index."""
    with _laptop(folder / "ours.crm", accounts) as (workspace, ids):
        chosen = ids[:: accounts // edits]

        def change(number: int) -> float:
            with stopwatch() as seconds, workspace.write("benchmark.edit") as work:
                work.bulk("account", updates=[(one, {"note": f"메모 {number}"}) for one in chosen])
            return seconds()

        yield change


def app_on(folder: Path, accounts: int, program: str) -> tuple[list[str], dict[str, str]]:
    """The command that starts the app, watched by that program, on a workspace of that size, and the key it is handed."""
    secrets = MemoryStore()
    folder.mkdir(exist_ok=True)
    workspace, _ = large_workspace(folder / "ours.crm", accounts, secrets=secrets)
    workspace.close()
    name = f"workspace:{workspace.path.read_bytes()[:16].hex()}"
    config = folder / "home" / "config"
    config.mkdir(parents=True)
    remembered = {"workspace.path": str(workspace.path), "window.page": "account"}
    (config / "settings.json").write_text(json.dumps(remembered), encoding="utf-8")
    key = {SECRET: f"{name}={secrets.get(name)}", "DESKTOP_CRM_HOME": str(folder / "home")}
    return [str(Path(__file__).with_name(program))], key


def room(path: Path, accounts: int) -> float:
    """Bytes an account takes in the file: its row, its indexes, its part of the search index. History and outbox are left out."""
    empty, full = path.with_suffix(".empty"), path
    return (_size(full, names(accounts)) - _size(empty, [])) / accounts


def _size(path: Path, some: list[str]) -> int:
    """Bytes of the file's pages in use."""
    workspace = init_workspace(path, name="Room", secrets=MemoryStore())
    with workspace.closing():
        with workspace.write("benchmark.fill") as work:
            work.bulk("account", inserts=[{"name": name, **ACCOUNT} for name in some])
        with workspace.database.writing() as connection:
            for table in ("change", "sync_outbox"):
                connection.exec_driver_sql(f"DELETE FROM {table}")
        with workspace.database.read() as session:
            return bytes_in_use(session.connection().exec_driver_sql)


def importing_file(folder: Path, source: Path) -> Act:
    """A file of accounts into a new workspace: looked at, recognised, matched, written, recorded, indexed."""

    def bring_in(number: int) -> float:
        workspace = init_workspace(folder / f"import-{number}.crm", name="Import", secrets=MemoryStore())
        with workspace.closing():
            with stopwatch() as seconds:
                report = importing.run(workspace, importing.inspect([source]))
            if report.files[0].created != report.files[0].rows or not report.files[0].rows:
                raise SystemExit(f"{report.files[0].created} of {report.files[0].rows} rows came in")
            return seconds()

    return bring_in


@contextmanager
def pushing(folder: Path, edits: int, database: str | None = None) -> Iterator[Act]:
    """A laptop's offline edits, each of another account, through the real client to the real server process: one whole sync."""
    with running(folder, database) as server, _laptop(folder / "laptop.crm", edits) as (workspace, ids):
        sync.join(workspace, server.address, "minji", server.password("minji"))

        def send(number: int) -> float:
            with workspace.write("benchmark.edit") as work:
                work.bulk("account", updates=[(i, {"note": f"메모 {number}"}) for i in ids])
            with stopwatch() as seconds:
                report = sync.sync_now(workspace)
            if report.pushed != edits:
                raise SystemExit(f"{report.pushed} of {edits} edits were pushed")
            return seconds()

        yield send


@contextmanager
def _laptop(path: Path, accounts: int) -> Iterator[tuple[Workspace, tuple[RowId, ...]]]:
    workspace = init_workspace(path, name="Laptop", secrets=MemoryStore())
    with workspace.closing():
        with workspace.write("benchmark.fill") as work:
            ids = work.bulk("account", inserts=[{"name": name} for name in names(accounts)])
        yield workspace, ids
