"""The floor of searching long texts: FTS5 over pairs of signs, the texts themselves in a table. Same cipher, `synchronous=FULL`.

It takes the newest rows that hold what was typed; it knows one kind of record, no filter, no snippet and no account.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from tests.benchmarks.floors.bulk import connection
from tests.benchmarks.floors.typeahead import pairs

SHOWN = 40


def build(path: Path, notes: Iterable[str]) -> Any:
    """A file of the notes with the index; open."""
    file = connection(path)
    file.execute("CREATE TABLE note (id INTEGER PRIMARY KEY, body TEXT)")
    file.execute(
        "CREATE VIRTUAL TABLE by_words USING fts5(words, content='', detail=none,"
        " tokenize='unicode61 remove_diacritics 0')"
    )
    file.execute("BEGIN")
    for n, body in enumerate(notes, 1):
        file.execute("INSERT INTO note VALUES (?, ?)", (n, body))
        file.execute("INSERT INTO by_words (rowid, words) VALUES (?, ?)", (n, pairs(body)))
    file.execute("COMMIT")
    file.execute("INSERT INTO by_words (by_words) VALUES ('optimize')")
    return file


def find(file: Any, typed: str) -> list[tuple[Any, ...]]:
    """The newest that hold all the words."""
    words = typed.lower().split()
    asked = " AND ".join(f'"{word[at : at + 2]}"' for word in words for at in range(max(len(word) - 1, 1)))
    where = " AND ".join("instr(body, ?)" for _ in words)
    return list(
        file.execute(
            f"SELECT id, body FROM by_words JOIN note ON id = by_words.rowid WHERE by_words MATCH ? AND {where}"
            f" ORDER BY by_words.rowid DESC LIMIT {SHOWN}",
            (asked, *words),
        )
    )
