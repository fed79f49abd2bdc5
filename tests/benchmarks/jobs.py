"""The benchmarks: what each does, against which floor, and how far above it we may lie."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from functools import partial
from pathlib import Path

import httpx
import zstandard

from tests.benchmarks import (
    account_page,
    calendar_month,
    duplicates,
    hierarchies,
    keystrokes,
    mails,
    maps,
    notes,
    ours,
    own_field,
    papers,
    quote_painting,
    quoting,
    streams,
    syncing,
    tables,
    texts,
    trees,
)
from tests.benchmarks.floors import bulk, edit, load, push, room, typeset
from tests.benchmarks.measure import Job, Kind, stopwatch
from tests.support import postgres

ROOT = Path(__file__).resolve().parents[2]
WINDOW = str(ROOT / "tests" / "benchmarks" / "floors" / "window.py")
ACCOUNTS, EDITS, LINES = 100_000, 10_000, 40


def _said(*command: str, **more: str) -> float:
    """The number that a Python program prints last."""
    env = {**os.environ, "PYTHONPATH": str(ROOT), **more}
    env.pop("PYTHONDONTWRITEBYTECODE", None)  # users have compiled files, of the libraries and of the program
    done = subprocess.run([sys.executable, *command], env=env, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise SystemExit(done.stderr[-2000:])
    return float(done.stdout.split()[-1])


def _started(*command: str, **more: str) -> float:
    """Seconds from starting a Python program to the moment it prints."""
    began = time.perf_counter()
    return _said(*command, **more) - began


@contextmanager
def _cold_start(folder: Path, floors_alone: bool) -> Iterator[Job]:
    command, key = ([], {}) if floors_alone else ours.app_on(folder, ACCOUNTS, "first_rows.py")
    yield Job(
        ours=None if floors_alone else lambda _: _started(*command, **key),
        floor=lambda _: _started(WINDOW),
        rounds=15,
    )


@contextmanager
def _memory(folder: Path, floors_alone: bool) -> Iterator[Job]:
    command, key = ([], {}) if floors_alone else ours.app_on(folder, ACCOUNTS, "settled.py")
    yield Job(
        ours=None if floors_alone else lambda _: _said(*command, **key),
        floor=lambda _: _said(WINDOW, "memory"),
        rounds=7,
    )


@contextmanager
def _growth(folder: Path, floors_alone: bool) -> Iterator[Job]:
    smaller, its_key = ours.app_on(folder / "smaller", ACCOUNTS, "settled.py")
    larger, key = ([], {}) if floors_alone else ours.app_on(folder / "larger", 10 * ACCOUNTS, "settled.py")
    yield Job(
        ours=None if floors_alone else lambda _: _said(*larger, **key),
        floor=lambda _: _said(*smaller, **its_key),
        rounds=7,
    )


@contextmanager
def _room(folder: Path, floors_alone: bool) -> Iterator[Job]:
    yield Job(
        ours=None if floors_alone else lambda n: ours.room(folder / f"ours-{n}.crm", ACCOUNTS),
        floor=lambda n: room.room(folder / f"floor-{n}.sqlite", ACCOUNTS),
        rounds=1,
        warm_up=0,
    )


@contextmanager
def _one_edit(folder: Path, floors_alone: bool) -> Iterator[Job]:
    engine = edit.engine(folder / "floor.sqlite", ACCOUNTS)
    try:
        if floors_alone:
            yield Job(ours=None, floor=lambda n: edit.edit(engine, n, recorded=False), rounds=300, warm_up=20)
            return
        with ours.editing(folder, ACCOUNTS) as change:
            yield Job(ours=change, floor=lambda n: edit.edit(engine, n, recorded=False), rounds=300, warm_up=20)
    finally:
        engine.dispose()


@contextmanager
def _many_edits(folder: Path, floors_alone: bool) -> Iterator[Job]:
    chosen = range(1, ACCOUNTS, ACCOUNTS // EDITS)
    with closing(bulk.accounts(folder / "floor.sqlite", ACCOUNTS)) as file:

        def bare(number: int) -> float:
            return bulk.edit(file, chosen, f"메모 {number}")

        if floors_alone:
            yield Job(ours=None, floor=bare, rounds=7)
            return
        with ours.editing_many(folder, ACCOUNTS, EDITS) as change:
            yield Job(ours=change, floor=bare, rounds=7)


@contextmanager
def _import(folder: Path, floors_alone: bool) -> Iterator[Job]:
    source = folder / "accounts.csv"
    load.write(source, ACCOUNTS)
    yield Job(
        ours=None if floors_alone else ours.importing_file(folder, source),
        floor=lambda n: load.load(folder / f"floor-{n}.sqlite", source),
        rounds=7,
    )


@contextmanager
def _push_to_postgres(folder: Path, floors_alone: bool) -> Iterator[Job]:
    """Both sides in one cluster, each in a database of its own."""
    with postgres.cluster(durable=True) as url:
        mine, bare = postgres.empty_database(url), postgres.empty_database(url)
        with _push(folder, floors_alone, database=mine, floor_at=bare) as job:
            yield job


@contextmanager
def _push(folder: Path, floors_alone: bool, database: str | None = None, floor_at: str | None = None) -> Iterator[Job]:
    with _floor_server(floor_at or str(folder)) as address, httpx.Client() as client:
        compressor = zstandard.ZstdCompressor(3)

        def bare(number: int) -> float:
            ready = list(push.batches(EDITS, seed=number + 1))
            with stopwatch() as seconds:
                for rows in ready:
                    push.push(client, address, rows, compressor)
            return seconds()

        if floors_alone:
            yield Job(ours=None, floor=bare, rounds=5)
            return
        with ours.pushing(folder, EDITS, database) as send:
            yield Job(ours=send, floor=bare, rounds=5)


@contextmanager
def _floor_server(place: str) -> Iterator[str]:
    command = [sys.executable, "-m", "tests.benchmarks.floors.push", place]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as server:
        try:
            address = f"http://127.0.0.1:{server.stdout.readline().strip()}"
            _answering(address)
            yield address
        finally:
            server.terminate()


def _answering(address: str) -> None:
    for _ in range(200):
        try:
            httpx.get(address)
        except httpx.TransportError:
            time.sleep(0.02)
        else:
            return
    raise SystemExit(f"nothing answers at {address}")


ALL = (
    Kind(
        name="cold-start",
        what=f"process start → first 50 of {ACCOUNTS:,} accounts painted",
        floor="bare window with menus, tree and form",
        goal=1.8,
        prepare=_cold_start,
    ),
    Kind(
        name="edit",
        what=f"one edit → committed, logged, all sums right, {ACCOUNTS:,} accounts",
        floor="one bare ORM edit, same cipher, synchronous=FULL",
        goal=2.0,
        prepare=_one_edit,
    ),
    *(
        Kind(
            name=name,
            what=f"a subtree of {hierarchies.SUBTREE} accounts moved {where}, committed, all sums right, {ACCOUNTS:,} accounts",
            floor="one bare ORM edit, same cipher, synchronous=FULL; wanted too: 0.01 × Tryton's nested-set move",
            goal=2.0,
            prepare=partial(hierarchies.moving, count=ACCOUNTS, beside=beside),
        )
        for name, where, beside in (("move", "in the home tree", None), ("move-owned", "among owners", "ownership"))
    ),
    Kind(
        name="sums",
        what=f"all sums of {ACCOUNTS:,} accounts in 3 hierarchies worked out from nothing and stored",
        floor="the driver reads the rows",
        goal=1.5,
        prepare=partial(hierarchies.rebuilding, count=ACCOUNTS),
    ),
    Kind(
        name="note-save",
        what="a visit's note of some hundred signs saved as it grows",
        floor="one bare ORM edit; same cipher, synchronous=FULL",
        goal=2.0,
        prepare=notes.saved,
    ),
    Kind(
        name="mail-import",
        what=f"an MBOX of {mails.MAILS:,} mails read, matched with {mails.PEOPLE:,} people, kept and indexed",
        floor=f"{mails.PER_SECOND} mails a second",
        goal=1.0,
        prepare=mails.taken_in,
    ),
    Kind(
        name="own-field",
        what=f"list of {ACCOUNTS:,} accounts filtered and sorted by a field of one's own: its whole order",
        floor="the driver asks an index for the row numbers",
        goal=2.0,
        prepare=partial(own_field.ordered, count=ACCOUNTS),
    ),
    Kind(
        name="audit",
        what=f"duplicate audit of {ACCOUNTS:,} accounts, from their fields to sets",
        floor="60 s; beside the window: `python -m tests.benchmarks.duplicates window`",
        goal=1.0,
        prepare=partial(duplicates.auditing, count=ACCOUNTS),
    ),
    Kind(
        name="quote-edit",
        what="one of 1,000 lines changed → all totals, traces and approval need, committed",
        floor="one bare edit, all lines read and priced by integers, one operation; same cipher, synchronous=FULL",
        goal=5.0,
        prepare=quoting.edited,
    ),
    Kind(
        name="quote-painted",
        what="the same in the builder → its row and the grand total painted, all of the GUI thread's time",
        floor="a frame of 16 ms",
        goal=1.0,
        prepare=partial(quote_painting.painted, lines=1000),
    ),
    Kind(
        name="quote-long",
        what="the same of 10,000 lines: nothing grows faster than the number of lines",
        floor="ours with 1,000 lines",
        goal=10.0,
        prepare=quoting.grown,
    ),
    Kind(
        name="quote-paste",
        what="1,000 lines put on an empty quote, priced, saved; wanted: 0.05 × Tryton",
        floor="bare rows priced by integers, one operation; same cipher, synchronous=FULL",
        goal=None,
        prepare=quoting.pasted,
    ),
    Kind(
        name="quote-compare",
        what="two versions of 1,000 lines compared; wanted: 30 ms",
        floor="fields of the same lines side by side, nothing told",
        goal=None,
        prepare=quoting.compared,
    ),
    Kind(
        name="edits",
        what=f"{EDITS:,} edits in one act, recorded, indexed for search",
        floor="the driver: read, update, record as JSON",
        goal=8.0,
        prepare=_many_edits,
    ),
    Kind(
        name="import",
        what=f"a CSV of {ACCOUNTS:,} accounts looked at, matched, written, recorded, indexed for search",
        floor="the csv module and the driver: row, history as JSON, words for search; wanted: 0.04 × Tryton",
        goal=None,
        prepare=_import,
    ),
    *(
        Kind(
            name=f"pdf{suffix}{which}",
            what=f"quotation of {count:,} lines, {said}, warm, in a worker",
            floor=floor,
            goal=goal,
            prepare=partial(papers.printed, count=count, whole=whole),
        )
        for count, suffix, pages in ((LINES, "", 2.0), (1000, "-1000", 1.6))
        for which, whole, said, floor, goal in (
            ("", False, "before the PDF/A pass", "bare canvas", pages),
            ("-whole", True, "PDF/A-3 with its copy inside", "bare canvas and the same pass", 1.2),
        )
    ),
    *(
        Kind(
            name=f"pdf-{name}-{count}",
            what=f"quotation of {count:,} lines, PDF/A-3 with its copy inside",
            floor=f"{name}: the table alone, no PDF/A",
            goal=1.0,
            prepare=partial(papers.beside, count=count, peer=peer),
        )
        for count in (LINES, 1000)
        for name, peer in (("typst", typeset.typst), ("weasyprint", typeset.weasyprint))
    ),
    *(
        Kind(
            name=f"pdf-preview-{count}",
            what=f"a quantity of {count:,} lines changed in the builder → the page in view painted",
            floor="80 ms",
            goal=1.0,
            prepare=partial(papers.preview, count=count),
        )
        for count in (LINES, 1000)
    ),
    Kind(
        name="pdf-frames",
        what="a turn of the window, painted whole, while a worker prints 1,000 lines again and again",
        floor="16 ms",
        goal=None,
        goal_95=1.0,
        prepare=partial(papers.frames, count=1000),
    ),
    Kind(
        name="pdf-size",
        what="a quotation of 1,000 lines, fonts and copy included",
        floor="150 KB",
        goal=1.0,
        unit="bytes",
        prepare=papers.size,
    ),
    Kind(
        name="pdf-signed",
        what="PDF/A-3 with attachment and signature on top of a drawn quotation of 1,000 lines",
        floor="0.8 s",
        goal=1.0,
        prepare=papers.signed,
    ),
    Kind(
        name="tree",
        what=f"tree eight deep over {10 * ACCOUNTS:,} accounts: model and view to first paint",
        floor="Qt's view over a bare lazy model",
        goal=2.0,
        prepare=partial(trees.tree_opening, accounts=10 * ACCOUNTS),
    ),
    Kind(
        name="branch",
        what=f"a branch of that tree opened → its children painted, {10 * ACCOUNTS:,} accounts",
        floor="Qt's view over a bare lazy model",
        goal=2.0,
        prepare=partial(trees.tree_expanding, accounts=10 * ACCOUNTS),
    ),
    *(
        Kind(
            name=f"list-{what}{suffix}",
            what=f"accounts list, {accounts:,} rows: {said}",
            floor="Qt's table over a bare lazy model that knows its count",
            goal=2.0,
            goal_95=goal_95,
            prepare=partial(prepare, accounts=accounts),
        )
        for accounts, suffix in ((ACCOUNTS, ""), (10 * ACCOUNTS, "-million"))
        for what, said, goal_95, prepare in (
            ("open", "model and view to the first paint with rows", None, tables.table_opening),
            ("jump", "a jump to any place → its rows painted", None, partial(tables.table_moving, paging=False)),
            ("page", "a page further → its rows painted", 3.0, partial(tables.table_moving, paging=True)),
        )
    ),
    *(
        Kind(
            name=f"map-{act}-{count}",
            what=f"map of {count:,} cards: {said} → the frame painted",
            floor="Qt's scene, cards from the device cache, minimal updates",
            goal=2.0,
            goal_95=goal_95,
            prepare=partial(maps.frames, count=count, act=act),
        )
        for count in (500, 5000)
        for act, said, goal_95 in (("drag", "a card with 20 lines dragged", 4.0), ("pan", "panned", None))
    ),
    Kind(
        name="map-zoom",
        what="map of 5,000 cards that all fit: zoomed → the frame painted",
        floor="the naive frame: every card painted in full",
        goal=0.3,
        prepare=partial(maps.frames, count=5000, act="zoom", fitted=True),
    ),
    Kind(
        name="map-zoom-500",
        what="map of 500 cards at life size: zoomed → the frame painted",
        floor="Qt's scene, cards from the device cache, minimal updates",
        goal=2.0,
        prepare=partial(maps.frames, count=500, act="zoom", fitted=False),
    ),
    *(
        Kind(
            name=f"map-crossings{suffix}",
            what="lines that cross on org charts of 60 people with 30 lines of influence (reports-to alone: none)",
            floor=f"Graphviz dot on the same graph, {said}",
            goal=goal,
            unit="crossings",
            prepare=partial(maps.crossing, count=60, lines=30, free=bool(suffix)),
        )
        for suffix, said, goal in (
            ("", "people on the levels of the chart", 1.2),
            ("-free", "people on whatever level crosses least", 1.2),
        )
    ),
    Kind(
        name="map-open",
        what="map of 300 people: value → first paint; wanted: 60 ms",
        floor="Qt's scene of 300 cards, laid in rows",
        goal=None,
        prepare=partial(maps.opening, count=300),
    ),
    Kind(
        name="map-layout",
        what="org chart of 2,000 people laid out; wanted: 10 ms",
        floor="the tree walked and numbered",
        goal=None,
        prepare=partial(maps.laying_out, count=2000),
    ),
    Kind(
        name="map-reading",
        what="coverage, ways, single threads, balance and scorecard of 300 people; wanted: 5 ms",
        floor="all lines walked once",
        goal=None,
        prepare=partial(maps.reading, count=300),
    ),
    Kind(
        name="search",
        what=f"key press → painted results, 95th percentile of 100, {10 * ACCOUNTS:,} names, 1 to 4 signs",
        floor="a line, bare full text, fifty rows in Qt's table",
        goal=2.0,
        prepare=partial(keystrokes.typing, count=10 * ACCOUNTS),
    ),
    Kind(
        name="search-texts",
        what=f"words searched in {texts.NOTES:,} notes, with filters, snippets and every kind of record",
        floor="bare full text over pairs of signs, the newest forty; same cipher",
        goal=None,
        prepare=texts.searched,
    ),
    *(
        Kind(
            name=f"timeline-{what}",
            what=f"timeline of an account with {streams.ENTRIES:,} entries: {said}",
            floor="Qt's table over a bare lazy model of as many rows",
            goal=2.0,
            prepare=partial(streams.timeline, further=further),
        )
        for what, said, further in (
            ("open", "panel, model and view to the first paint with entries", False),
            ("page", "a page further → its entries painted", True),
        )
    ),
    *(
        Kind(name=name, what=f"{what} → first paint with them", floor="50 ms", goal=1.0, prepare=prepare)
        for name, what, prepare in (
            ("calendar-month", f"month of {calendar_month.EVENTS:,} events", calendar_month.month),
            ("account-paint", "page of an account with 1,000 activities", account_page.first_paint),
        )
    ),
    Kind(
        name="account-page",
        what="everything that page reads, judged: figures, health, white space, next actions, timeline",
        floor="the same rows by the bare driver, same cipher",
        goal=3.0,
        prepare=account_page.whole_page,
    ),
    Kind(
        name="memory",
        what=f"memory of the app with {ACCOUNTS:,} accounts open",
        floor="bare window and what a client of a database imports",
        goal=1.6,
        unit="MiB",
        prepare=_memory,
    ),
    Kind(
        name="growth",
        what=f"memory of the app with {10 * ACCOUNTS:,} accounts open",
        floor=f"the app with {ACCOUNTS:,}; wanted: at most 30 MiB more",
        goal=None,
        unit="MiB",
        prepare=_growth,
    ),
    Kind(
        name="room",
        what=f"bytes of one account of {ACCOUNTS:,}, with indexes and both columns of search, without its history",
        floor="the same columns in a bare table with the same indexes",
        goal=1.3,
        unit="bytes",
        prepare=_room,
    ),
    Kind(
        name="push",
        what=f"push of {EDITS:,} offline edits",
        floor="bare server that inserts batches",
        goal=4.0,
        prepare=_push,
    ),
    Kind(
        name="pull",
        what=f"pull of {syncing.PULLED:,} rows that another laptop changed",
        floor="the same rows unpacked and written into a bare table; no goal by itself (peers: bench/sync/peers)",
        goal=None,
        prepare=syncing.pull,
    ),
    Kind(
        name="first-sync",
        what=f"first sync of {syncing.MANY:,} rows, with all indexes",
        floor="a ready SQLite file, unpacked and opened",
        goal=4.0,
        prepare=syncing.first_sync,
    ),
    Kind(
        name="seen",
        what="an edit at one laptop until its row is in the other's file",
        floor="an event of a bare server, from a post to a listener",
        goal=20.0,
        prepare=syncing.seen,
    ),
    Kind(
        name="idle-server",
        what="memory of a server that nobody speaks with",
        floor="a bare Starlette",
        goal=2.0,
        unit="MiB",
        prepare=syncing.idle,
    ),
    Kind(
        name="listening-laptop",
        what="memory of the server for each laptop that listens",
        floor="100 KiB",
        goal=1.0,
        unit="bytes",
        prepare=syncing.connected,
    ),
    Kind(
        name="nothing-new",
        what=f"a pull with nothing new, of {syncing.MANY:,} rows",
        floor=f"the same of {syncing.FEW:,} rows",
        goal=1.2,
        prepare=syncing.nothing_new,
    ),
    Kind(
        name="wire",
        what="bytes of a push for each changed field",
        floor="the codec's floor, measured apart (64 bytes)",
        goal=1.2,
        unit="bytes",
        prepare=syncing.wire,
    ),
    Kind(
        name="crowd",
        what=f"{syncing.LAPTOPS} laptops that push {syncing.A_SECOND} edits a second together: 95th percentile of an acknowledgement",
        floor="250 ms",
        goal=1.0,
        prepare=syncing.crowd,
    ),
    *(
        ()
        if postgres.BINARIES is None
        else (
            Kind(
                name="push-postgres",
                what=f"push of {EDITS:,} offline edits, the server on PostgreSQL",
                floor="bare server that inserts batches by unnest, in the same cluster",
                goal=3.0,
                prepare=_push_to_postgres,
            ),
        )
    ),
)
