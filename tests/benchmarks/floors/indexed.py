"""The floor of a list by a field of one's own: the bare driver asks an index of an encrypted file for all row numbers in order."""

from __future__ import annotations

from pathlib import Path

import sqlcipher3.dbapi2

from tests.benchmarks.floors.rows import KEY
from tests.benchmarks.measure import stopwatch
from tests.benchmarks.seeds import names

_ASK = "SELECT rowid FROM account WHERE score >= ? AND deleted IS NULL ORDER BY score, id"


def value(number: int) -> int:
    """The value of an account: as if thrown by dice, 0 to 999."""
    return number * 7919 % 1000


def opened(path: Path, count: int) -> sqlcipher3.dbapi2.Connection:
    """A fresh file of accounts with a number each, and an index that serves the question."""
    made = sqlcipher3.dbapi2.connect(str(path))
    made.execute(f"PRAGMA key = \"x'{KEY}'\"")
    made.execute("PRAGMA journal_mode = WAL")
    made.execute("PRAGMA synchronous = FULL")
    made.execute("CREATE TABLE account (id TEXT PRIMARY KEY, name TEXT, score INTEGER, deleted TEXT)")
    key = "01a207e8-edc6-724c-9c7e-{:012}".format
    made.executemany(
        "INSERT INTO account VALUES (?,?,?,NULL)", [(key(n), name, value(n)) for n, name in enumerate(names(count))]
    )
    made.execute("CREATE INDEX by_score ON account (score, id, deleted) WHERE deleted IS NULL")
    made.commit()
    return made


def numbers(made: sqlcipher3.dbapi2.Connection, least: int) -> list[int]:
    """The row numbers in order."""
    return [row[0] for row in made.execute(_ASK, (least,)).fetchall()]


def read(made: sqlcipher3.dbapi2.Connection, least: int) -> float:
    """Seconds to have them all."""
    with stopwatch() as seconds:
        numbers(made, least)
    return seconds()
