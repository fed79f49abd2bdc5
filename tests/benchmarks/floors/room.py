"""The floor of a file's size: accounts with the same columns and indexes in a bare table, and the same words for search.

Same cipher. No bookkeeping, no history, no copy of what is found.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

from desktop_crm.domain import text
from desktop_crm.foundation.ids import new_row_id
from tests.benchmarks.floors.bulk import connection
from tests.benchmarks.seeds import names

COLUMNS = (
    "id name parent_id kind industry employees annual_revenue annual_revenue_currency founded_year country "
    "business_registration_number owner_id tier relationship_stage phone website address_line address_city "
    "address_postcode tags note"
).split()
ACCOUNT = {
    "kind": "company",
    "industry": "제조",
    "employees": 240,
    "country": "KR",
    "owner_id": "0192f0c1-2d3e-7a4b-8c5d-6e7f80912a3b",
    "phone": "+82212345678",
    "website": "https://example.com",
    "address_line": "강남구 테헤란로 1",
    "address_city": "서울",
    "address_postcode": "06234",
    "note": "메모 한 줄",
}
INDEXES = (
    "CREATE INDEX by_registration ON account (business_registration_number)",
    "CREATE INDEX by_owner ON account (owner_id)",
    "CREATE INDEX by_place ON account (parent_id, name COLLATE NOCASE, id)",
    "CREATE INDEX by_name ON account (name, id)",
)


def room(path: Path, accounts: int) -> float:
    """Bytes of one account."""
    with closing(connection(path)) as made:
        rest = ", ".join(
            f"{name} {'INTEGER' if name in {'employees', 'founded_year'} else 'TEXT'}" for name in COLUMNS[1:]
        )
        made.execute(f"CREATE TABLE account (id TEXT PRIMARY KEY, {rest}) STRICT")
        for index in INDEXES:
            made.execute(index)
        made.execute(
            "CREATE VIRTUAL TABLE search USING fts5(words, initials, content='', contentless_delete=1, detail=none,"
            " prefix='1 2 3 4', tokenize='unicode61 remove_diacritics 0')"
        )
        before = bytes_in_use(made.execute)
        made.execute("BEGIN")
        for name in names(accounts):
            row = {"id": new_row_id(), "name": name, **ACCOUNT}
            made.execute(
                f"INSERT INTO account VALUES ({', '.join('?' * len(COLUMNS))})", [row.get(one) for one in COLUMNS]
            )
            words = " ".join(text.index_words(name)), " ".join(text.initial_words(name))
            made.execute("INSERT INTO search (words, initials) VALUES (?, ?)", words)
        made.execute("COMMIT")
        return (bytes_in_use(made.execute) - before) / accounts


def bytes_in_use(execute: Callable[[str], Any]) -> int:
    """Pages in use times their size."""
    pages, free, size = (
        int(execute(f"PRAGMA {name}").fetchone()[0]) for name in ("page_count", "freelist_count", "page_size")
    )
    return (pages - free) * size
