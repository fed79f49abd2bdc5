"""Sides that break while they sync, as real processes: after each break both go on, and at the end nothing is lost or doubled.

python -m tests.sync.breaking SIDE [COUNT]: `server` and `laptop` are killed, `postgres` loses a process of the database, `lines` are
cut within first syncs and files, `disks` fill up on either side. python -m tests.sync.breaking crowd [MINUTES]: twenty client
processes at one server; at the end all hold the same. `dev.py proof NAME` asks for the whole of each.
"""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from contextlib import ExitStack, suppress
from pathlib import Path

from sqlalchemy import create_engine, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.pool import NullPool

from desktop_crm.foundation.errors import CrmError, Refusal, Trouble
from desktop_crm.security.secrets import MemoryStore
from desktop_crm.services import blobs, records, sync
from desktop_crm.services.sync_account import account_of
from desktop_crm.services.workspace import Workspace, init_workspace, open_workspace
from desktop_crm.sync.client import audit
from tests.support import postgres
from tests.support.source_tree import ROOT
from tests.support.terminal import PASSPHRASE, Server, environment, joined, running
from tests.sync.faulty import proxy

ROWS, CHANGED, LEVEL_EVERY = 120, 20, 10
ROOM, LEAST_ROOM = 256_000_000, 40_000
CLIENTS, ROUNDS_TO_LEVEL = 20, 6


class Written:
    """What was written and must be everywhere at the end: accounts by id, with the note last written."""

    def __init__(self, dice: random.Random) -> None:
        self.notes: dict[str, str] = {}
        self._dice = dice

    def more(self, workspace: Workspace) -> None:
        """New accounts and some changed ones, each lot one transaction."""
        start = len(self.notes)
        with workspace.write("proof") as work:
            rows = [{"name": f"account {start + n}", "note": ""} for n in range(ROWS)]
            made = [work.insert("account", row) for row in rows]
        self.notes |= dict.fromkeys(made, "")
        changed = self._dice.sample(sorted(self.notes), CHANGED)
        said = f"said at {start}"
        with workspace.write("proof") as work:
            for row_id in changed:
                work.update("account", row_id, {"note": said})
        self.notes |= dict.fromkeys(changed, said)

    def assert_level(self, *laptops: Workspace) -> None:
        """All laptops hold what was written, once, and the same of all else that both may read."""
        for _ in range(2):
            for one in laptops:
                sync.sync_now(one)
        for one in laptops:
            with one.read() as session:
                rows = session.connection().exec_driver_sql(
                    "SELECT id, coalesce(note, '') FROM account WHERE _deleted IS NULL AND name LIKE 'account %'"
                )
                assert dict(tuple(row) for row in rows) == self.notes
        told = [audit.digests(one.database) for one in laptops]
        shared = set.intersection(*(set(one) for one in told))
        assert shared
        assert all(
            {scope: one[scope] for scope in shared} == {scope: told[0][scope] for scope in shared} for one in told
        )


class Run:
    """A sync in a thread of its own."""

    def __init__(self, workspace: Workspace) -> None:
        self.error: CrmError | None = None
        self._workspace = workspace
        self._thread = threading.Thread(target=self._go)
        self._thread.start()

    @property
    def is_under_way(self) -> bool:
        return self._thread.is_alive()

    def end(self) -> None:
        """Waits. What went wrong must be a trouble with its word."""
        self._thread.join(300)
        assert not self._thread.is_alive()
        assert self.error is None or isinstance(self.error, Trouble), self.error

    def _go(self) -> None:
        try:
            sync.sync_now(self._workspace)
        except CrmError as error:
            self.error = error


def break_server(folder: Path, count: int, dice: random.Random) -> int:
    """Kills of the server under a push and a pull."""
    with running(folder) as server:

        def broken() -> None:
            server.stop(kill=True)
            server.start()

        return _break_while_syncing(folder, server, count, dice, broken)


def break_postgres(folder: Path, count: int, dice: random.Random) -> int:
    """Kills of a process of PostgreSQL that works for the server: the database falls down and recovers, the server stays up."""
    with ExitStack() as open_ones:
        url = postgres.empty_database(open_ones.enter_context(postgres.cluster(durable=True)))
        server = open_ones.enter_context(running(folder, url))
        engine = create_engine(url.replace("://", "+psycopg://"), poolclass=NullPool)
        ours = "SELECT pid FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()"

        def broken() -> None:
            pids = asked(ours)
            killed = dice.choice(pids) if pids else 0
            with suppress(ProcessLookupError):
                while killed:  # until the database has seen it, and lets nobody in before it has recovered
                    os.kill(killed, signal.SIGKILL)
                    time.sleep(0.01)
            asked("SELECT 1")

        def asked(question: str) -> list[int]:
            while True:  # until the database has recovered
                with suppress(OperationalError), engine.connect() as connection:
                    return [row[0] for row in connection.execute(text(question))]
                time.sleep(0.05)

        return _break_while_syncing(folder, server, count, dice, broken)


def _break_while_syncing(
    folder: Path, server: Server, count: int, dice: random.Random, broken: Callable[[], None]
) -> int:
    with (
        joined(folder / "first.crm", server, "minji") as first,
        joined(folder / "second.crm", server, "junho") as second,
    ):
        written, done, rounds, whole = Written(dice), 0, 0, 0.0
        written.assert_level(first, second)
        while done < count:
            written.more(first)
            if not whole:
                began = time.monotonic()
                sync.sync_now(first)
                whole = time.monotonic() - began
                continue
            run = Run(first if rounds % 3 else second)
            time.sleep(dice.uniform(0.0, whole * 1.05))
            done += run.is_under_way
            rounds += 1
            broken()
            run.end()
            if rounds % LEVEL_EVERY == 0:
                written.assert_level(first, second)
                print(f"{done} of {count}", flush=True)
        written.assert_level(first, second)
        return done


def break_laptop(folder: Path, count: int, dice: random.Random) -> int:
    """Kills of the laptop's process at any moment of its sync."""
    path, home = folder / "first.crm", folder / "home"
    home.mkdir(parents=True)
    with running(folder) as server, joined(folder / "second.crm", server, "junho") as second:
        written, done, rounds = Written(dice), 0, 0
        password = folder / "minji.password"
        with init_workspace(path, name="first", passphrase=PASSPHRASE).closing() as workspace:
            written.more(workspace)
        command = [sys.executable, "-m", "desktop_crm", "sync", "--json", "--workspace", str(path)]
        signing = [*command, "--server", server.address, "--user", "minji", "--password-file", str(password)]
        began = time.monotonic()
        subprocess.run(signing, env=environment(home), check=True, capture_output=True, cwd=home)
        whole = time.monotonic() - began
        while done < count:
            with open_workspace(path, passphrase=PASSPHRASE).closing() as workspace:
                written.more(workspace)
                if rounds % LEVEL_EVERY == 1:
                    written.assert_level(workspace, second)
                    print(f"{done} of {count}", flush=True)
            process = subprocess.Popen(
                command, env=environment(home), cwd=home, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
            )
            time.sleep(dice.uniform(whole * 0.3, whole * 1.05))
            process.kill()
            _, said = process.communicate()
            assert process.returncode in {0, -signal.SIGKILL}, said
            done += process.returncode != 0
            rounds += 1
        with open_workspace(path, passphrase=PASSPHRASE).closing() as workspace:
            written.assert_level(workspace, second)
        return done


def break_lines(folder: Path, count: int, dice: random.Random) -> int:
    """Lines cut after any number of bytes: of a laptop that joins by the ready file and fetches files, and of one that sends them."""
    done = rounds = 0
    with running(folder) as server, joined(folder / "first.crm", server, "minji") as first:
        written = Written(dice)
        for _ in range(5_000 // ROWS + 1):  # from some thousands of rows on the server makes a file of them
            written.more(first)
        sync.sync_now(first)
        while done < count:
            rounds += 1
            content = dice.randbytes(dice.randrange(200_000, 3_000_000))
            digest = blobs.put(first, content, "application/octet-stream")
            account = dice.choice(sorted(written.notes))
            fields = {"account_id": account, "name": f"{rounds}.bin", "content": digest, "size": len(content)}
            records.create(first, "attachment", fields)
            done += _through_cuts(first, server, dice)
            path = folder / f"new{rounds}.crm"
            workspace = init_workspace(path, name=path.stem, secrets=MemoryStore())
            with workspace.closing():
                sync.connect(workspace, server.address, "junho", server.password("junho"))
                done += _through_cuts(workspace, server, dice)
                written.assert_level(first, workspace)
                assert blobs.get(workspace, digest) == content
            path.unlink()
            print(f"{done} of {count}", flush=True)
    return done


def _through_cuts(workspace: Workspace, server: Server, dice: random.Random) -> int:
    """Sync over lines that are cut, later and later, until a run comes through; how many were cut."""
    cuts, most = 0, 3_000
    account = account_of(workspace)
    assert account is not None
    while most < 20_000_000:
        bounds = [dice.randrange(100, most) for _ in range(100)]
        with proxy(server.address, cut_after=dice.randrange(0, most), sent=iter(bounds)) as line:
            account.move(line.address)
            run = Run(workspace)
            run.end()
            cuts += line.connections - (run.error is None)
        if run.error is None:
            break
        most = int(most * 1.5)
    account.move(server.address)
    sync.sync_now(workspace)
    return cuts


def break_disks(folder: Path, count: int, dice: random.Random) -> int:
    """Disks that fill up while rows come: the server's and the laptop's in turn, each a small one of its own."""
    done = 0
    for place in ("server", "laptop"):
        here = folder / place
        (here / "server").mkdir(parents=True)
        (here / "disk").mkdir()
        small = here / ("server" if place == "server" else "disk")
        _mount(small)
        try:
            with (
                running(here) as server,
                joined(here / "first.crm", server, "minji") as first,
                joined(here / "disk" / "second.crm", server, "junho") as second,
            ):
                written = Written(dice)
                written.assert_level(first, second)
                for _ in range(count // 2):
                    done += _through_a_full_disk(small, first, second, written, dice)
                    print(f"{done} of {count}", flush=True)
        finally:
            subprocess.run(["umount", "-l", str(small)], check=True)
    return done


def _through_a_full_disk(
    small: Path, first: Workspace, second: Workspace, written: Written, dice: random.Random
) -> int:
    ballast, room, full = small / "ballast", dice.randrange(LEAST_ROOM), False
    while not full:  # what was written may find room in a log that is there: the next time less is left
        free = shutil.disk_usage(small).free
        assert free > 4_000_000, "the disk of the proof is too small"
        for _ in range(2):
            written.more(first)
        ballast.write_bytes(bytes(free - room))
        for one in (first, second):
            run = Run(one)
            run.end()
            full = full or run.error is not None
        ballast.unlink()
        room //= 2
    written.assert_level(first, second)
    return 1


def _mount(place: Path) -> None:
    done = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={ROOM}", "tmpfs", str(place)], check=False)
    if done.returncode:
        raise SystemExit("this proof mounts small disks: it must be run by root")


def crowd(folder: Path, minutes: int, dice: random.Random) -> int:
    """Twenty processes that edit the same accounts and their own, and sync as they like; at the end all are level."""
    with running(folder) as server:
        with joined(folder / "first.crm", server, "minji") as first:
            Written(dice).more(first)
            sync.sync_now(first)
        for n in range(CLIENTS):
            server.add_user(f"user{n}", "member", "a word of their own")
        here = [sys.executable, "-m", "tests.sync.breaking", "client"]
        clients = [
            subprocess.Popen(
                [*here, str(folder / f"client{n}.crm"), server.address, f"user{n}", str(minutes), str(dice.random())],
                env={**environment(folder), "PYTHONPATH": str(ROOT)},
                cwd=ROOT,
                stdout=subprocess.PIPE,
                text=True,
            )
            for n in range(CLIENTS)
        ]
        edits = 0
        for client in clients:
            said, _ = client.communicate(timeout=minutes * 60 + 900)
            assert client.returncode == 0
            edits += int(said.split()[-1])
        with ExitStack() as open_ones:
            laptops = [
                open_ones.enter_context(open_workspace(path, passphrase=PASSPHRASE).closing())
                for path in sorted(folder.glob("client*.crm"))
            ]
            for _ in range(ROUNDS_TO_LEVEL):
                moved = [sync.sync_now(one) for one in laptops]
                if not any(one.pushed or one.pulled for one in moved):
                    break
            told = [audit.digests(one.database) for one in laptops]
            shared = set.intersection(*(set(one) for one in told))
            assert shared
            assert len({tuple(one[scope] for scope in sorted(shared)) for one in told}) == 1
            assert all(count for count, _ in (told[0][scope] for scope in shared))
    return edits


def client(path: Path, address: str, user: str, minutes: float, seed: str) -> int:
    """One of the twenty: edits and syncs until its time is over; prints how many edits it made."""
    dice, edits, until = random.Random(seed), 0, time.monotonic() + minutes * 60
    with init_workspace(path, name=path.stem, passphrase=PASSPHRASE).closing() as workspace:
        sync.connect(workspace, address, user, "a word of their own")
        sync.sync_now(workspace)
        while time.monotonic() < until:
            for _ in range(dice.randrange(1, 4)):
                edits += _one_edit(workspace, dice, f"{user} {edits}")
            with suppress(Trouble):
                sync.sync_now(workspace)
            time.sleep(dice.uniform(0.2, 3.0))
        for _ in range(ROUNDS_TO_LEVEL):
            with suppress(Trouble):
                sync.sync_now(workspace)
    print(edits)
    return 0


def _one_edit(workspace: Workspace, dice: random.Random, word: str) -> int:
    with workspace.read() as session:
        rows = session.connection().exec_driver_sql("SELECT id FROM account WHERE _deleted IS NULL ORDER BY id")
        known = [row[0] for row in rows]
    one = dice.choice(known)
    kind = dice.choice(("note", "tags", "new", "move", "contact"))
    with suppress(Refusal):  # a move that would close a circle
        if kind == "new":
            records.create(workspace, "account", {"name": word})
        elif kind == "contact":
            records.create(workspace, "contact", {"account_id": one, "name": word})
        elif kind == "move":
            records.set_fields(workspace, "account", one, {"parent_id": dice.choice(known)})
        else:
            records.set_fields(workspace, "account", one, {kind: word if kind == "note" else [word, "all"]})
        return 1
    return 0


SIDES = {
    "server": break_server,
    "postgres": break_postgres,
    "laptop": break_laptop,
    "lines": break_lines,
    "disks": break_disks,
    "crowd": crowd,
}


def main(arguments: list[str]) -> int:
    if arguments[:1] == ["client"]:
        path, address, user, minutes, seed = arguments[1:]
        return client(Path(path), address, user, float(minutes), seed)
    if arguments[:1] == [] or arguments[0] not in SIDES:
        raise SystemExit(__doc__)
    side, count = arguments[0], int(arguments[1]) if len(arguments) > 1 else 20
    began, seed = time.monotonic(), os.environ.get("SEED") or str(time.time_ns())
    print(f"{side} {count}, SEED={seed}", flush=True)
    with tempfile.TemporaryDirectory() as name:
        done = SIDES[side](Path(name), count, random.Random(seed))
    what = "edits of twenty laptops, all hold the same" if side == "crowd" else "breaks, nothing lost, nothing doubled"
    print(f"{side}: {done} {what}; {time.monotonic() - began:.0f} s")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
