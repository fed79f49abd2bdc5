"""The floor of a quote's edit: one of 1,000 lines changed in a bare file, all lines read and priced by integers, totals and one operation committed.

After `bench/quote/floors.py`; same cipher as the program, WAL, `synchronous=FULL`.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import sqlcipher3.dbapi2

from tests.benchmarks.floors.edit import KEY
from tests.benchmarks.measure import stopwatch

LINES = 1000


def file(path: Path) -> Any:
    """A fresh file with one quote."""
    made = sqlcipher3.dbapi2.connect(str(path), isolation_level=None)
    made.execute(f"PRAGMA key = \"x'{KEY}'\"")
    made.execute("PRAGMA journal_mode = WAL")
    made.execute("PRAGMA synchronous = FULL")
    columns = "quote int, pos int, name text, qty int, price int, disc int, tax int, amount int"
    made.execute(f"CREATE TABLE line(id integer primary key, {columns})")
    made.execute("CREATE TABLE quote(id integer primary key, net int, tax int)")
    made.execute("CREATE TABLE op(seq integer primary key, body text)")
    made.execute("CREATE INDEX l_q ON line(quote, pos)")
    made.execute("BEGIN")
    made.execute("INSERT INTO quote VALUES (1, 0, 0)")
    rows = [(n, f"제품 Product {n:04d}", (1 + n % 9) * 1000, 10_050 + n % 50 * 100, n % 4 * 500) for n in range(LINES)]
    made.executemany(
        "INSERT INTO line(quote, pos, name, qty, price, disc, tax, amount) VALUES (1, ?, ?, ?, ?, ?, 10, 0)", rows
    )
    made.execute("COMMIT")
    return made


def edit(connection: Any, number: int) -> float:
    """One quantity changed, everything priced, committed."""
    with stopwatch() as seconds:
        connection.execute("BEGIN IMMEDIATE")
        connection.execute("UPDATE line SET qty=? WHERE id=500", (1000 * (number % 90 + 1),))
        net, taxes = 0, {}
        rows = connection.execute("SELECT qty, price, disc, tax FROM line WHERE quote=1 ORDER BY pos").fetchall()
        for quantity, price, discount, rate in rows:
            amount = (quantity * price * (10_000 - discount) + 5_000_000) // 10_000_000
            net += amount
            taxes[rate] = taxes.get(rate, 0) + amount
        tax = sum((value * rate + 50) // 100 for rate, value in taxes.items())
        connection.execute("UPDATE quote SET net=?, tax=? WHERE id=1", (net, tax))
        connection.execute("INSERT INTO op(body) VALUES (?)", ('{"t":"line","id":500,"f":{"qty":[1,2]}}' * 2,))
        connection.execute("COMMIT")
    return seconds()


def paste(connection: Any, number: int) -> float:
    """1,000 rows of another quote, priced, and one operation, committed."""
    rows = [
        (number + 2, n, f"제품 Product {n:04d}", (1 + n % 9) * 1000, 10_050 + n % 50 * 100, n % 4 * 500)
        for n in range(LINES)
    ]
    with stopwatch() as seconds:
        connection.execute("BEGIN IMMEDIATE")
        priced = [(*row, (row[3] * row[4] * (10_000 - row[5]) + 5_000_000) // 10_000_000) for row in rows]
        connection.executemany(
            "INSERT INTO line(quote, pos, name, qty, price, disc, tax, amount) VALUES (?, ?, ?, ?, ?, ?, 10, ?)", priced
        )
        net = sum(row[-1] for row in priced)
        connection.execute("INSERT INTO quote VALUES (?, ?, ?)", (number + 2, net, (net * 10 + 50) // 100))
        connection.execute("INSERT INTO op(body) VALUES (?)", ('{"t":"quote","f":{}}',))
        connection.execute("COMMIT")
    return seconds()
