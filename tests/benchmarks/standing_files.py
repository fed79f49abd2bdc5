"""Large files for jobs that only read: filled past the unit of work, without history, made once and kept in `.dev/bench`.

A file is made anew when the code that lays out files changes. Jobs that write get files of their own (`large_workspace`).
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

from desktop_crm.domain.schema.fields import OwnKind
from desktop_crm.foundation.ids import new_row_id
from desktop_crm.persistence import search
from desktop_crm.persistence.stores.sums import rollups
from desktop_crm.persistence.tables import ROWS
from desktop_crm.security.secrets import MemoryStore
from desktop_crm.services import own_fields
from desktop_crm.services.workspace import Workspace, init_workspace, open_workspace
from tests.benchmarks.floors.indexed import value
from tests.benchmarks.floors.rows import HIERARCHIES
from tests.benchmarks.seeds import names, parents

ROOT = Path(__file__).parents[2]
SHELF = ROOT / ".dev" / "bench"
_SOURCES = (
    "desktop_crm/domain/schema",
    "desktop_crm/domain/text.py",
    "desktop_crm/persistence/long_texts.py",
    "desktop_crm/persistence/schema_file.py",
    "desktop_crm/persistence/search.py",
    "desktop_crm/persistence/stores/sums",
    "desktop_crm/persistence/tables",
    "tests/benchmarks/floors",
    "tests/benchmarks/seeds.py",
    "tests/benchmarks/standing_files.py",
    "tests/benchmarks/tables.py",
)
OWN_FIELD = "친밀도"
_STEP = 50_000
_CLOCK = '{"":"01a2087aba3e0000-b3a7d0c6a21e 01a2087a-ba3f-7201-8869-71c98791cfe3"}'
_STAGES = (("open", 20), ("open", 50), ("won", 100), ("lost", 0))

Fill = Callable[[Workspace, int], None]


def kept_workspace(folder: Path, name: str, count: int, fill: Fill, *, shelf: Path = SHELF) -> Workspace:
    """A copy, in the folder, of the workspace of that name; filled the first time it is asked for."""
    path, secrets = folder / "ours.crm", MemoryStore()
    key_of = _made(shelf, f"{name}-{count}.crm", lambda draft: _filled(draft, count, fill))
    path.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(key_of, path)
    for secret, held in json.loads(key_of.with_suffix(".keys").read_text(encoding="utf-8")).items():
        secrets.put(secret, held)
    return open_workspace(path, secrets=secrets)


def kept_floor(path: Path, name: str, count: int, build: Callable[[Path, int], None], *, shelf: Path = SHELF) -> None:
    """A copy of a floor's file; the floor itself built it."""
    shutil.copyfile(_made(shelf, f"{name}-{count}.sqlite", lambda draft: build(draft, count)), path)


def fill_names(workspace: Workspace, count: int) -> None:
    """Accounts with names alone, and the search index over them."""
    with workspace.database.writing() as connection:
        _insert(connection, "account", ({"id": new_row_id(), "name": name} for name in names(count)))
        search.rebuild(connection)


def fill_tree(workspace: Workspace, count: int) -> None:
    """A tree eight deep, an opportunity for every second account, and all sums."""
    _fill_tree(workspace, count)
    with workspace.database.writing() as connection:
        rollups.rebuild(connection)


def _fill_tree(workspace: Workspace, count: int) -> None:
    with workspace.write("benchmark.fill") as work:
        pipeline = work.insert("pipeline", {"name": "Sales"})
        stages = work.bulk(
            "stage",
            inserts=[
                {"pipeline_id": pipeline, "name": f"{kind} {chance}", "kind": kind, "probability": Decimal(chance)}
                for kind, chance in _STAGES
            ],
        )
    ids = [new_row_id() for _ in range(count)]
    accounts = (
        {"id": ids[n], "name": name, "parent_id": None if up is None else ids[up], "industry": "제조"}
        for n, (name, up) in enumerate(zip(names(count), parents(count), strict=True))
    )
    deals = (
        {
            "id": new_row_id(),
            "name": f"영업기회 {n}",
            "account_id": ids[n],
            "pipeline_id": pipeline,
            "stage_id": stages[n % len(stages)],
            "amount": str(1_000_000 + n),
            "currency": "KRW",
        }
        for n in range(0, count, 2)
    )
    with workspace.database.writing() as connection:
        _insert(connection, "account", accounts)
        _insert(connection, "opportunity", deals)


def fill_hierarchies(workspace: Workspace, count: int) -> None:
    """The same tree, and again as the other hierarchies whose sums the floor reads; no sums yet."""
    _fill_tree(workspace, count)
    with workspace.database.writing() as connection:
        found = connection.exec_driver_sql("SELECT id, parent_id FROM account WHERE parent_id IS NOT NULL").all()
        links = (
            {"id": new_row_id(), "hierarchy": hierarchy, "account_id": row[0], "parent_id": row[1]}
            for hierarchy in HIERARCHIES
            for row in found
        )
        _insert(connection, "hierarchy_link", links)


def fill_own_numbers(workspace: Workspace, count: int) -> None:
    """Accounts with a number in a field of one's own, the floor's."""
    field, _ = own_fields.add(workspace, "account", OWN_FIELD, OwnKind.NUMBER)
    accounts = (
        {"id": new_row_id(), "name": name, "_extra": json.dumps({field.name: str(value(n))})}
        for n, name in enumerate(names(count))
    )
    with workspace.database.writing() as connection:
        _insert(connection, "account", accounts)


def _insert(connection: Any, entity: str, rows: Iterator[dict[str, Any]]) -> None:
    known = set(ROWS[entity].__table__.c.keys())
    piece: list[tuple[Any, ...]] = []
    statement = ""
    for row in rows:
        line = row | {"_clk": _CLOCK}
        assert line.keys() <= known
        marks = ",".join("?" * len(line))
        statement = f'INSERT INTO "{entity}" ({",".join(line)}) VALUES ({marks})'
        piece.append(tuple(line.values()))
        if len(piece) == _STEP:
            connection.exec_driver_sql(statement, piece)
            piece = []
    if piece:
        connection.exec_driver_sql(statement, piece)


def _filled(path: Path, count: int, fill: Fill) -> None:
    secrets = MemoryStore()
    workspace = init_workspace(path, name="Benchmark", currency="KRW", secrets=secrets)
    fill(workspace, count)
    workspace.close()
    name = f"workspace:{path.read_bytes()[:16].hex()}"
    path.with_suffix(".keys").write_text(json.dumps({name: secrets.get(name)}), encoding="utf-8")


def _made(shelf: Path, name: str, make: Callable[[Path], None]) -> Path:
    folder = shelf / _layout()
    path = folder / name
    if not path.is_file():
        for old in shelf.glob("*"):
            if old != folder:
                shutil.rmtree(old)
        folder.mkdir(parents=True, exist_ok=True)
        draft = folder / f"draft-{os.getpid()}-{name}"
        make(draft)
        draft.with_name(f"{draft.name}.lock").unlink(missing_ok=True)
        if draft.with_suffix(".keys").exists():
            draft.with_suffix(".keys").replace(path.with_suffix(".keys"))
        draft.replace(path)
    return path


def _layout() -> str:
    """The mark of the code that decides how files look."""
    digest = hashlib.sha256()
    for source in _SOURCES:
        place = ROOT / source
        for file in sorted(place.rglob("*.py")) if place.is_dir() else (place,):
            digest.update(file.read_bytes())
    return digest.hexdigest()[:16]
