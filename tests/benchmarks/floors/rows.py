"""The floor of sums from nothing: the rows that they are made of, read by the bare driver from an encrypted file of its own."""

from __future__ import annotations

from pathlib import Path

import sqlcipher3.dbapi2

from tests.benchmarks.measure import stopwatch
from tests.benchmarks.seeds import names, parents

KEY = "11" * 32
HIERARCHIES = ("ownership", "territory")


def opened(path: Path, count: int) -> sqlcipher3.dbapi2.Connection:
    """A fresh file: accounts with their parents, an opportunity for every second one, and two more hierarchies."""
    made = sqlcipher3.dbapi2.connect(str(path))
    made.execute(f"PRAGMA key = \"x'{KEY}'\"")
    made.execute("PRAGMA journal_mode = WAL")
    made.execute("PRAGMA synchronous = FULL")
    made.execute("CREATE TABLE account (id TEXT PRIMARY KEY, parent TEXT, name TEXT, deleted TEXT)")
    made.execute(
        "CREATE TABLE deal (id INTEGER PRIMARY KEY, account TEXT, stage TEXT, amount TEXT, currency TEXT, closed TEXT)"
    )
    made.execute("CREATE TABLE link (id INTEGER PRIMARY KEY, hierarchy TEXT, account TEXT, parent TEXT)")
    key = "01a207e8-edc6-724c-9c7e-{:012}".format
    above = [None if up is None else key(up) for up in parents(count)]
    made.executemany(
        "INSERT INTO account VALUES (?,?,?,NULL)", [(key(n), above[n], name) for n, name in enumerate(names(count))]
    )
    deals = [(key(n), key(n % 4), str(1_000_000 + n), "KRW", "2026-05-01") for n in range(0, count, 2)]
    made.executemany("INSERT INTO deal (account, stage, amount, currency, closed) VALUES (?,?,?,?,?)", deals)
    for hierarchy in HIERARCHIES:
        links = [(hierarchy, key(n), up) for n, up in enumerate(above) if up is not None]
        made.executemany("INSERT INTO link (hierarchy, account, parent) VALUES (?,?,?)", links)
    made.commit()
    return made


def read(made: sqlcipher3.dbapi2.Connection) -> float:
    """Seconds to read them all."""
    with stopwatch() as seconds:
        made.execute("SELECT id, parent, deleted FROM account").fetchall()
        made.execute("SELECT account, stage, amount, currency, closed FROM deal").fetchall()
        made.execute("SELECT hierarchy, account, parent FROM link").fetchall()
    return seconds()
