"""The floor of a push: a bare server that takes batches of operations and inserts them into one table, each on disk.

Run as a program with a folder (SQLite, synchronous=FULL) or the URL of a PostgreSQL database, it serves on a free port of
loopback and prints the port. It checks no rights, merges nothing.
"""

from __future__ import annotations

import random
import socket
import sqlite3
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import msgspec
import psycopg
import uvicorn
import zstandard
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

BATCH = 1000
Keep = Callable[[list[dict[str, Any]]], None]
TABLE = "CREATE TABLE op (seq INTEGER PRIMARY KEY, id TEXT UNIQUE, h TEXT, e TEXT, r TEXT, k TEXT, f TEXT)"


def operations(count: int, seed: int) -> list[dict[str, object]]:
    """Edits with ids that grow with time and rows anywhere."""
    chance = random.Random(seed)
    return [
        {
            "i": f"0190{seed:04x}{n:04x}-7000-a000-{chance.getrandbits(48):012x}",
            "h": f"{1_700_000_000_000 + n:012x}0000-laptop",
            "e": "account",
            "r": f"0190{chance.getrandbits(32):08x}-7000-a000-{chance.getrandbits(48):012x}",
            "k": "set",
            "f": {"stage": "won", "amount": n, "note": "메모 한 줄"},
        }
        for n in range(count)
    ]


def batches(count: int, seed: int) -> Iterator[list[dict[str, object]]]:
    rows = operations(count, seed)
    for start in range(0, count, BATCH):
        yield rows[start : start + BATCH]


def push(
    client: httpx.Client, address: str, rows: list[dict[str, object]], compressor: zstandard.ZstdCompressor
) -> None:
    body = compressor.compress(msgspec.json.encode(rows))
    client.post(f"{address}/push", content=body).raise_for_status()


def sqlite_table(folder: Path) -> Keep:
    database = sqlite3.connect(folder / "floor.sqlite", check_same_thread=False)
    database.execute("PRAGMA journal_mode = WAL")
    database.execute("PRAGMA synchronous = FULL")
    database.execute(TABLE)

    def keep(rows: list[dict[str, Any]]) -> None:
        values = [(o["i"], o["h"], o["e"], o["r"], o["k"], msgspec.json.encode(o["f"]).decode()) for o in rows]
        with database:
            database.executemany("INSERT OR IGNORE INTO op (id, h, e, r, k, f) VALUES (?, ?, ?, ?, ?, ?)", values)

    return keep


def postgres_table(url: str) -> Keep:
    database = psycopg.connect(url, autocommit=True)
    database.execute(
        "CREATE TABLE op (seq bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, id uuid UNIQUE, h text, e text, r uuid,"
        " k text, f jsonb)"
    )

    def keep(rows: list[dict[str, Any]]) -> None:
        columns = [[o[name] for o in rows] for name in "iherk"]
        columns.append([msgspec.json.encode(o["f"]).decode() for o in rows])
        with database.transaction():
            database.execute(
                "INSERT INTO op (id, h, e, r, k, f) SELECT i::uuid, h, e, r::uuid, k, f::jsonb FROM"
                " unnest(%s::text[], %s::text[], %s::text[], %s::text[], %s::text[], %s::text[]) AS x(i, h, e, r, k, f)"
                " ON CONFLICT (id) DO NOTHING",
                columns,
            )

    return keep


def application(keep: Keep) -> Starlette:
    unpack = zstandard.ZstdDecompressor()

    async def take(request: Request) -> Response:
        rows = msgspec.json.decode(unpack.decompress(await request.body()))
        keep(rows)
        return Response(msgspec.json.encode({"n": len(rows)}), media_type="application/json")

    return Starlette(routes=[Route("/push", take, methods=["POST"])])


def main() -> None:
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    print(listener.getsockname()[1], flush=True)
    place = sys.argv[1]
    keep = postgres_table(place) if place.startswith("postgresql://") else sqlite_table(Path(place))
    config = uvicorn.Config(application(keep), log_level="error", access_log=False)
    uvicorn.Server(config).run(sockets=[listener])


if __name__ == "__main__":
    main()
