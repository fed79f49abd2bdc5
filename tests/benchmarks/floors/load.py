"""The floor of an import: the csv module and the driver alone. Each row as text, a line of history as JSON, and the words for search.

Same cipher, WAL, `synchronous=FULL`, the same indexes, one transaction. Nothing is recognised, matched or checked.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from desktop_crm.domain import text
from desktop_crm.foundation.ids import new_row_id
from tests.benchmarks.floors.bulk import connection
from tests.benchmarks.floors.room import INDEXES
from tests.benchmarks.measure import stopwatch
from tests.benchmarks.seeds import names

HEAD = "name industry employees annual_revenue phone address_city website".split()
_REST = "parent_id business_registration_number owner_id".split()


def write(path: Path, count: int) -> None:
    """A CSV of `count` accounts whose names all differ."""
    with path.open("w", newline="", encoding="utf-8") as stream:
        table = csv.writer(stream)
        table.writerow(HEAD)
        for n, name in enumerate(names(count)):
            kind = ("전자", "유통", "화학", "건설")[n % 4]
            phone = f"02-{n % 9000 + 1000}-{n % 7919:04d}"
            table.writerow([f"{name} {n}", kind, n % 5000, n * 1000, phone, "서울", f"www.c{n}.example.com"])


def load(path: Path, source: Path) -> float:
    """Seconds from the file to the committed rows."""
    with closing(connection(path)) as made:
        made.execute(
            f"CREATE TABLE account (id TEXT PRIMARY KEY, {', '.join(f'{one} TEXT' for one in (*HEAD, *_REST))}) STRICT"
        )
        for index in INDEXES:
            made.execute(index)
        made.execute("CREATE TABLE operation (id INTEGER PRIMARY KEY, body TEXT) STRICT")
        made.execute(
            "CREATE VIRTUAL TABLE search USING fts5(words, initials, content='', contentless_delete=1, detail=none,"
            " prefix='1 2 3 4', tokenize='unicode61 remove_diacritics 0')"
        )
        with stopwatch() as seconds:
            rows = list(_rows(source))
            made.execute("BEGIN IMMEDIATE")
            made.executemany(
                f"INSERT INTO account (id, {', '.join(HEAD)}) VALUES ({', '.join('?' * (len(HEAD) + 1))})", rows
            )
            bodies = ((json.dumps(dict(zip(HEAD, row[1:], strict=True)), ensure_ascii=False),) for row in rows)
            made.executemany("INSERT INTO operation (body) VALUES (?)", bodies)
            found = ((" ".join(text.index_words(row[1])), " ".join(text.initial_words(row[1]))) for row in rows)
            made.executemany("INSERT INTO search (words, initials) VALUES (?, ?)", found)
            made.execute("COMMIT")
        return seconds()


def _rows(source: Path) -> Iterator[tuple[str, ...]]:
    with source.open(newline="", encoding="utf-8") as stream:
        lines = csv.reader(stream)
        next(lines)
        for line in lines:
            yield (new_row_id(), *line)
