"""The floor of a push: a bare server that takes batches of operations and inserts them into one table, synchronous=FULL.

Run as a program with a folder it serves on a free port of loopback and prints the port. It checks no rights, merges nothing.
"""

from __future__ import annotations

import random
import socket
import sqlite3
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import msgspec
import uvicorn
import zstandard
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

BATCH = 1000
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


def application(folder: Path) -> Starlette:
    database = sqlite3.connect(folder / "floor.sqlite", check_same_thread=False)
    database.execute("PRAGMA journal_mode = WAL")
    database.execute("PRAGMA synchronous = FULL")
    database.execute(TABLE)
    unpack = zstandard.ZstdDecompressor()

    async def take(request: Request) -> Response:
        rows = msgspec.json.decode(unpack.decompress(await request.body()))
        values = [(o["i"], o["h"], o["e"], o["r"], o["k"], msgspec.json.encode(o["f"]).decode()) for o in rows]
        with database:
            database.executemany("INSERT OR IGNORE INTO op (id, h, e, r, k, f) VALUES (?, ?, ?, ?, ?, ?)", values)
        return Response(msgspec.json.encode({"n": len(rows)}), media_type="application/json")

    return Starlette(routes=[Route("/push", take, methods=["POST"])])


def main() -> None:
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    print(listener.getsockname()[1], flush=True)
    config = uvicorn.Config(application(Path(sys.argv[1])), log_level="error", access_log=False)
    uvicorn.Server(config).run(sockets=[listener])


if __name__ == "__main__":
    main()
