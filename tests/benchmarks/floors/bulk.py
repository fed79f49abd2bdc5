"""The floor of edits in bulk: the driver alone, each row read, updated and recorded as JSON, one transaction; and a bare table's size.

Same cipher, WAL, `synchronous=FULL`.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import sqlcipher3.dbapi2

from tests.benchmarks.measure import stopwatch
from tests.benchmarks.seeds import names

KEY = "11" * 32
COLUMNS = (
    "name name_en stage owner phone email city addr industry source note site currency "
    "parent amount score created changed version"
).split()


def connection(path: Path) -> Any:
    made = sqlcipher3.dbapi2.connect(str(path), isolation_level=None)
    made.execute(f"PRAGMA key = \"x'{KEY}'\"")
    made.execute("PRAGMA journal_mode = WAL")
    made.execute("PRAGMA synchronous = FULL")
    return made


def accounts(path: Path, count: int) -> Any:
    """An open file of `count` accounts of twenty columns."""
    made = connection(path)
    made.execute(f"CREATE TABLE account (id INTEGER PRIMARY KEY, {', '.join(f'{name} TEXT' for name in COLUMNS)})")
    made.execute("CREATE TABLE operation (id INTEGER PRIMARY KEY, body TEXT)")
    rest = ["서울 강남구 테헤란로 1"] * (len(COLUMNS) - 2)
    rows = ((n + 1, name, *rest, 1) for n, name in enumerate(names(count)))
    made.execute("BEGIN")
    made.executemany(f"INSERT INTO account VALUES ({', '.join('?' * (len(COLUMNS) + 1))})", rows)
    made.execute("COMMIT")
    return made


def edit(made: Any, ids: Iterable[int], word: str) -> float:
    """Seconds for one edit of each row, in one transaction."""
    with stopwatch() as seconds:
        made.execute("BEGIN IMMEDIATE")
        for row_id in ids:
            old, version = made.execute("SELECT note, version FROM account WHERE id = ?", (row_id,)).fetchone()
            version = int(version) + 1
            made.execute("UPDATE account SET note = ?, version = ? WHERE id = ?", (word, version, row_id))
            body = {"t": "account", "id": row_id, "f": {"note": [old, word]}, "v": version}
            made.execute("INSERT INTO operation (body) VALUES (?)", (json.dumps(body, ensure_ascii=False),))
        made.execute("COMMIT")
    return seconds()
