"""Random files against a simple model: what an import says it did is what is there, twice is once, and an undo is exact."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from desktop_crm.services import importing
from desktop_crm.services.exporting import plain_rows
from desktop_crm.services.workspace import Workspace

NAMES = st.sampled_from(["Acme", "acme ", "Beta", "한빛", "Gamma", "Delta", "Eps"])
CELLS = st.sampled_from(["", "steel", "glass", "-5", "1,000", "x"])
ROW = st.tuples(NAMES, CELLS, st.sampled_from(["", "1", "22", "many"]), st.one_of(st.just(""), NAMES))
FILES = st.lists(st.lists(ROW, min_size=1, max_size=7), min_size=1, max_size=3)


def table(rows: list[tuple[str, str, str, str]]) -> bytes:
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(["account", "industry", "employees", "subsidiary_of"])
    writer.writerows(rows)
    return out.getvalue().encode()


def kept(workspace: Workspace) -> list[dict[str, object]]:
    return plain_rows(workspace, "account")


@pytest.fixture
def write(tmp_path: Path) -> Callable[[bytes], Path]:
    def written(data: bytes) -> Path:
        path = tmp_path / "accounts.csv"
        path.write_bytes(data)
        return path

    return written


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(files=FILES)
def test_counts_are_true_twice_is_once_and_undo_is_exact(
    workspace: Workspace, write: Callable[[bytes], Path], files: list[list[tuple[str, str, str, str]]]
) -> None:
    history: list[tuple[list[dict[str, object]], str]] = []
    for rows in files:
        before = kept(workspace)
        plan = importing.inspect([write(table(rows))], "accounts")
        report = importing.run(workspace, plan)
        (file,) = report.files
        assert file.rows == file.created + file.updated + file.unchanged + file.refused
        assert len(kept(workspace)) == len(before) + file.created
        assert {problem.code for problem in file.problems} <= {
            "import.cell.integer",
            "import.cell.number",
            "import.row.duplicate",
        }
        parents = {row["id"]: row["parent_id"] for row in kept(workspace)}
        assert not any(_runs_round(parents, start) for start in parents)
        again = importing.run(workspace, plan)
        assert not again.changes
        history.append((before, str(report.import_id)))
        importing.undo_import(workspace, str(again.import_id))
    for before, import_id in reversed(history):
        undone = importing.undo_import(workspace, import_id)
        assert undone.kept == ()
        assert kept(workspace) == before
    assert kept(workspace) == []


def _runs_round(parents: dict[object, object], start: object) -> bool:
    seen, node = set(), start
    while node is not None and node not in seen:
        seen.add(node)
        node = parents.get(node)
    return node is not None
