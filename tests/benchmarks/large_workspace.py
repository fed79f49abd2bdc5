"""A workspace of many accounts for benchmarks: a tree eight deep, an opportunity for every second account, joined to a server."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

from desktop_crm.foundation.ids import RowId, new_row_id
from desktop_crm.security.secrets import MemoryStore
from desktop_crm.services.workspace import Workspace, init_workspace
from tests.benchmarks.seeds import names, parents

STAGES = (("open", 20), ("open", 50), ("won", 100), ("lost", 0))


def large_workspace(
    path: Path, accounts: int, *, secrets: MemoryStore | None = None
) -> tuple[Workspace, tuple[RowId, ...]]:
    """The open workspace and the ids of its opportunities."""
    workspace = init_workspace(path, name="Benchmark", currency="KRW", secrets=secrets or MemoryStore())
    with workspace.database.writing() as connection:
        connection.exec_driver_sql("INSERT OR REPLACE INTO sync_state (name, value) VALUES ('server_id', 'benchmark')")
    above = parents(accounts)
    with workspace.write("benchmark.fill") as work:
        pipeline = work.insert("pipeline", {"name": "Sales"})
        stages = work.bulk(
            "stage",
            inserts=[
                {"pipeline_id": pipeline, "name": f"{kind} {chance}", "kind": kind, "probability": Decimal(chance)}
                for kind, chance in STAGES
            ],
        )
        ids = [new_row_id() for _ in range(accounts)]
        work.bulk(
            "account",
            inserts=[
                {"id": ids[n], "name": name, "parent_id": None if up is None else ids[up], "industry": "제조"}
                for n, (name, up) in enumerate(zip(names(accounts), above, strict=True))
            ],
        )
        deals = work.bulk(
            "opportunity",
            inserts=[
                {
                    "name": f"영업기회 {n}",
                    "account_id": ids[n],
                    "pipeline_id": pipeline,
                    "stage_id": stages[n % len(stages)],
                    "amount": Decimal(1_000_000 + n),
                    "currency": "KRW",
                }
                for n in range(0, accounts, 2)
            ],
        )
    return workspace, deals
