"""Sync's rows of the table beside the push: pull, first sync, edit to other laptop, an idle server, a pull with nothing new, bytes, a crowd.

Real server processes, real encrypted workspaces. `DESKTOP_CRM_BENCH_ROWS` says how many rows a first sync and the larger idle pull
have; 1,000,000 where nothing is said.
"""

from __future__ import annotations

import json
import os
import sqlite3
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path

import httpx
import msgspec
import zstandard

from desktop_crm.foundation.ids import new_id
from desktop_crm.security.secrets import MemoryStore
from desktop_crm.services import records, sync
from desktop_crm.services.sync_account import account_of
from desktop_crm.services.sync_news import Listening
from desktop_crm.services.workspace import Workspace, init_workspace
from desktop_crm.sync.client.transport import HttpTransport
from desktop_crm.sync.protocol import START, Operation, Pull, Push, SignIn, Tokens, WireRow, pack
from tests.benchmarks.measure import Job, stopwatch
from tests.benchmarks.seeds import names
from tests.support.terminal import Server, joined, running

PULLED, FEW, LAPTOPS, A_SECOND, FOR_SECONDS = 10_000, 10_000, 50, 20, 10
MANY = int(os.environ.get("DESKTOP_CRM_BENCH_ROWS", "1000000"))
WIRE_FLOOR = 64.0
"""Bytes of one changed field in batches of a thousand, packed, by `codec.py` of the measured floors (58 to 64)."""
ACK = 0.25
BARE = """
import socket, uvicorn
from starlette.applications import Starlette
listening = socket.create_server(("127.0.0.1", 0))
print(listening.getsockname()[1], flush=True)
uvicorn.Server(uvicorn.Config(Starlette(), log_level="error", lifespan="off")).run(sockets=[listening])
"""
TICKS = """
import asyncio, socket, uvicorn
from starlette.applications import Starlette
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route
queues = []
async def poke(request):
    for queue in queues:
        queue.put_nowait(b"data: 1\\n\\n")
    return Response()
async def events(request):
    queue = asyncio.Queue()
    queues.append(queue)
    async def told():
        yield b"data: 0\\n\\n"
        while True:
            yield await queue.get()
    return StreamingResponse(told(), media_type="text/event-stream")
listening = socket.create_server(("127.0.0.1", 0))
print(listening.getsockname()[1], flush=True)
routes = [Route("/poke", poke, methods=["POST"]), Route("/events", events)]
uvicorn.Server(uvicorn.Config(Starlette(routes=routes), log_level="error", lifespan="off")).run(sockets=[listening])
"""


@contextmanager
def _program(text: str) -> Iterator[tuple[str, int]]:
    """The address and the process id of a small server."""
    with subprocess.Popen([sys.executable, "-c", text], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield f"http://127.0.0.1:{int(process.stdout.readline())}", process.pid
        finally:
            process.terminate()


def _fill(workspace: Workspace, count: int) -> list[str]:
    with workspace.write("benchmark.fill") as work:
        return list(work.bulk("account", inserts=[{"name": name} for name in names(count)]))


@contextmanager
def pull(folder: Path, floors_alone: bool) -> Iterator[Job]:
    """10,000 rows that another laptop changed, against the same rows as packed JSON written into a bare table."""
    rows = [
        WireRow(
            entity="account",
            id=new_id(),
            fields={"name": name},
            clocks={"": f"{n:016x}-a {new_id()}"},
            scope="team",
            seq=1,
        )
        for n, name in enumerate(names(PULLED))
    ]
    bodies = [
        zstandard.ZstdCompressor(3).compress(msgspec.json.encode(rows[n : n + 2000])) for n in range(0, PULLED, 2000)
    ]

    def bare(number: int) -> float:
        with closing(sqlite3.connect(folder / f"floor-{number}.sqlite")) as database:
            database.execute("PRAGMA journal_mode = WAL")
            database.execute("PRAGMA synchronous = FULL")
            database.execute(
                "CREATE TABLE account (id TEXT PRIMARY KEY, name TEXT, clocks TEXT, scope TEXT, seq INTEGER)"
            )
            with stopwatch() as seconds:
                for body in bodies:
                    found = msgspec.json.decode(zstandard.ZstdDecompressor().decompress(body), type=list[WireRow])
                    with database:
                        database.executemany(
                            "INSERT INTO account VALUES (?,?,?,?,?)",
                            [(r.id, r.fields["name"], json.dumps(r.clocks), r.scope, r.seq) for r in found],
                        )
            return seconds()

    if floors_alone:
        yield Job(ours=None, floor=bare, rounds=5)
        return
    with ExitStack() as open_ones:
        server = open_ones.enter_context(running(folder))
        first = open_ones.enter_context(joined(folder / "first.crm", server, "minji"))
        second = open_ones.enter_context(joined(folder / "second.crm", server, "junho"))
        ids = _fill(first, PULLED)
        for one in (first, second):
            sync.sync_now(one)

        def bring(number: int) -> float:
            with first.write("benchmark.edit") as work:
                work.bulk("account", updates=[(i, {"note": f"메모 {number}"}) for i in ids])
            sync.sync_now(first)
            with stopwatch() as seconds:
                report = sync.sync_now(second)
            if report.pulled != PULLED:
                raise SystemExit(f"{report.pulled} of {PULLED} rows came")
            return seconds()

        yield Job(ours=bring, floor=bare, rounds=5)


@contextmanager
def first_sync(folder: Path, floors_alone: bool) -> Iterator[Job]:
    """A laptop's first sync, list, search and all indexes, against a ready SQLite file fetched and unpacked."""
    with ExitStack() as open_ones:
        server = open_ones.enter_context(running(folder))
        first = open_ones.enter_context(joined(folder / "first.crm", server, "minji"))
        _fill(first, MANY)
        sync.sync_now(first)
        source = folder / "ready.sqlite"
        with closing(sqlite3.connect(source)) as database, first.read() as session:
            database.execute("CREATE TABLE account (id TEXT PRIMARY KEY, name TEXT, _clk TEXT)")
            found = session.connection().exec_driver_sql("SELECT id, name, _clk FROM account")
            with database:
                database.executemany("INSERT INTO account VALUES (?,?,?)", [tuple(row) for row in found])
        packed = zstandard.ZstdCompressor(3).compress(source.read_bytes())

        def bare(number: int) -> float:
            with stopwatch() as seconds:
                target = folder / f"floor-{number}.sqlite"
                target.write_bytes(zstandard.ZstdDecompressor().decompress(packed))
                with closing(sqlite3.connect(target)) as database:
                    database.execute("SELECT count(*) FROM account").fetchone()
            return seconds()

        def whole(number: int) -> float:
            with joined(folder / f"new-{number}.crm", server, "junho") as fresh:
                with stopwatch() as seconds:
                    sync.sync_now(fresh)
                if records.count(fresh, "account") != MANY:
                    raise SystemExit("not all rows came")
                return seconds()

        yield Job(ours=None if floors_alone else whole, floor=bare, rounds=5, warm_up=1)


@contextmanager
def seen(folder: Path, floors_alone: bool) -> Iterator[Job]:
    """An edit at one laptop until its row is in the other's file, against a bare server's event from a post to a listener."""
    with ExitStack() as open_ones:
        address, _ = open_ones.enter_context(_program(TICKS))
        client = open_ones.enter_context(httpx.Client(timeout=30))
        stream = open_ones.enter_context(client.stream("GET", f"{address}/events"))
        lines = stream.iter_lines()
        _until_data(lines)
        poking = open_ones.enter_context(httpx.Client(timeout=30))

        def bare(_: int) -> float:
            with stopwatch() as seconds:
                poking.post(f"{address}/poke").raise_for_status()
                _until_data(lines)
            return seconds()

        if floors_alone:
            yield Job(ours=None, floor=bare, rounds=100, warm_up=5)
            return
        server = open_ones.enter_context(running(folder))
        first = open_ones.enter_context(joined(folder / "first.crm", server, "minji"))
        second = open_ones.enter_context(joined(folder / "second.crm", server, "junho"))
        account = records.create(first, "account", {"name": "한빛전자"}).id
        for one in (first, second):
            sync.sync_now(one)
        there, line = threading.Event(), Listening(second)

        def hear(_head: int) -> None:
            if sync.sync_now(second).pulled:
                there.set()

        thread = threading.Thread(target=line.run, args=(hear,))
        thread.start()
        open_ones.callback(thread.join, 30)
        open_ones.callback(line.stop)

        def edit(number: int) -> float:
            there.clear()
            with stopwatch() as seconds:
                records.set_fields(first, "account", account, {"note": f"메모 {number}"})
                sync.sync_now(first)
                if not there.wait(30):
                    raise SystemExit("the edit did not arrive")
            return seconds()

        time.sleep(1)
        yield Job(ours=edit, floor=bare, rounds=100, warm_up=5)


def _until_data(lines: Iterator[str]) -> None:
    while not next(lines).startswith("data:"):
        pass


@contextmanager
def idle(folder: Path, floors_alone: bool) -> Iterator[Job]:
    """Memory of a server that nobody speaks with, against a bare Starlette."""
    with ExitStack() as open_ones:
        _, bare = open_ones.enter_context(_program(BARE))
        server = None if floors_alone else open_ones.enter_context(running(folder))
        time.sleep(1)
        mine = server.process.pid if server is not None and server.process is not None else 0
        yield Job(ours=(lambda _: _resident(mine)) if mine else None, floor=lambda _: _resident(bare), rounds=5)


@contextmanager
def connected(folder: Path, floors_alone: bool) -> Iterator[Job]:
    """What one more laptop that listens costs the server, against 100 KiB."""
    floor = 100.0 * 1024
    if floors_alone:
        yield Job(ours=None, floor=lambda _: floor, rounds=1, warm_up=0)
        return
    with ExitStack() as open_ones:
        server = open_ones.enter_context(running(folder))
        assert server.process is not None

        tokens = [_tokens(server, f"listener{n}") for n in range(3)]

        def more(number: int) -> float:
            assert server.process is not None
            before = _resident(server.process.pid)
            headers = {"authorization": f"Bearer {tokens[number % 3].access}"}
            with ExitStack() as streams:
                for _ in range(LAPTOPS):
                    client = streams.enter_context(httpx.Client(timeout=30))
                    address = f"{server.address}/sync/v1/events"
                    stream = streams.enter_context(client.stream("GET", address, headers=headers))
                    _until_data(stream.iter_lines())
                return (_resident(server.process.pid) - before) / LAPTOPS

        yield Job(ours=more, floor=lambda _: floor, rounds=3, warm_up=1)


def _resident(pid: int) -> float:
    for line in Path(f"/proc/{pid}/status").read_text(encoding="ascii").splitlines():
        if line.startswith("VmRSS:"):
            return float(line.split()[1]) * 1024
    raise SystemExit("no such process")


def _tokens(server: Server, device: str) -> Tokens:
    transport = HttpTransport(server.address)
    with closing(transport):
        return transport.sign_in(SignIn(user="minji", password=server.password("minji"), device=device))


@contextmanager
def nothing_new(folder: Path, floors_alone: bool) -> Iterator[Job]:
    """A pull that brings nothing, of a team with many rows, against one with few."""
    with ExitStack() as open_ones:

        def asking(name: str, count: int) -> Callable[[int], float]:
            server = open_ones.enter_context(running(folder / name))
            workspace = open_ones.enter_context(joined(folder / f"{name}.crm", server, "minji"))
            _fill(workspace, count)
            cursor = sync.sync_now(workspace).cursor
            transport = HttpTransport(server.address, account_of(workspace))
            open_ones.callback(transport.close)
            ask = Pull(hw=START, cursors={"team": cursor, "catalogue": cursor})

            def once(_: int) -> float:
                with stopwatch() as seconds:
                    transport.pull(ask)
                return seconds()

            return once

        (folder / "few").mkdir()
        (folder / "many").mkdir()
        few = asking("few", FEW)
        yield Job(ours=None if floors_alone else asking("many", MANY), floor=few, rounds=200, warm_up=20)


@contextmanager
def wire(folder: Path, floors_alone: bool) -> Iterator[Job]:
    """Bytes of a push, packed, for each changed field, against the codec's floor."""

    def ours(number: int) -> float:
        path = folder / f"wire-{number}.crm"
        workspace = init_workspace(path, name="Wire", secrets=MemoryStore())
        with workspace.closing():
            ids = _fill(workspace, 1000)
            with workspace.database.writing() as connection:
                connection.exec_driver_sql("INSERT INTO sync_state (name, value) VALUES ('server_id', 'x')")
            with workspace.write("benchmark.edit") as work:
                work.bulk("account", updates=[(i, {"note": f"{n % 97} 메모"}) for n, i in enumerate(ids)])
            with workspace.read() as session:
                from desktop_crm.persistence import outbox
                from desktop_crm.sync.client.engine import _operation

                ops = [_operation(op) for op in outbox.waiting(session.connection(), 1000, 10**9)]
            return len(zstandard.ZstdCompressor(3).compress(pack(Push(hw=START, schema_v=2, ops=ops)))) / len(ops)

    yield Job(ours=None if floors_alone else ours, floor=lambda _: WIRE_FLOOR, rounds=5, warm_up=0)


@contextmanager
def crowd(folder: Path, floors_alone: bool) -> Iterator[Job]:
    """50 laptops of one tenant that push 20 edits a second together: the 95th percentile of an acknowledgement, against 250 ms."""
    if floors_alone:
        yield Job(ours=None, floor=lambda _: ACK, rounds=1, warm_up=0)
        return
    with ExitStack() as open_ones:
        server = open_ones.enter_context(running(folder))
        people = [_Pusher(server, f"crowd{n}") for n in range(LAPTOPS)]
        for one in people:
            open_ones.callback(one.close)

        def edits(_: int) -> float:
            took = list[float]()
            threads = [
                threading.Thread(target=one.push_for, args=(n / A_SECOND, LAPTOPS / A_SECOND, took))
                for n, one in enumerate(people)
            ]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            return statistics.quantiles(took, n=20)[-1]

        yield Job(ours=edits, floor=lambda _: ACK, rounds=5, warm_up=1)


class _Pusher:
    """One of the crowd: an account of its own, edited again and again."""

    def __init__(self, server: Server, device: str) -> None:
        self._tokens = _tokens(server, device)
        self._transport = HttpTransport(server.address, self)
        self._device, self._row = device, new_id()

    def close(self) -> None:
        self._transport.close()

    def access(self) -> str:
        return self._tokens.access

    def refresh(self) -> str:
        return self._tokens.refresh

    def keep(self, tokens: Tokens) -> None:
        self._tokens = tokens

    def push_for(self, begins: float, every: float, took: list[float]) -> None:
        """Edit again and again for the time of a round, and note how long each acknowledgement took."""
        start, n = time.perf_counter() + begins, 0
        while n * every < FOR_SECONDS:
            time.sleep(max(start + n * every - time.perf_counter(), 0))
            stamp = f"{time.time_ns() // 1_000_000:012x}{n:04x}-{self._device[:12]}"
            op = Operation(id=new_id(), stamp=stamp, entity="account", row=self._row, fields={"name": f"edit {n}"})
            began = time.perf_counter()
            answer = self._transport.push(Push(hw=START, schema_v=2, ops=[op]))
            took.append(time.perf_counter() - began)
            if any(verdict.reason for verdict in answer.results.values()):
                raise SystemExit("an edit was refused")
            n += 1
