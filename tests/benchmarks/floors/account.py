"""The floor of the account page: what it shows, asked by the bare driver from an encrypted file of its own; nothing is judged or drawn.

Same cipher, WAL, `synchronous=FULL`; the same rows in plain tables with an index on the account.
"""

from __future__ import annotations

from pathlib import Path

import sqlcipher3.dbapi2 as sqlite

KEY = "11" * 32
TABLES = {
    "account": "parent_id, name, industry, employees, owner_id, tier",
    "contact": "account_id, name, title, department, phone, email",
    "activity": "account_id, contact_id, owner_id, kind, subject, body, occurred_at",
    "opportunity": "account_id, product_id, stage, name, amount, currency, close_date",
    "task": "account_id, subject, due_on, done",
    "ticket": "account_id, subject, status, priority, opened_on",
    "contract": "account_id, name, status, renewal_date",
    "quote": "account_id, number, status, valid_until",
    "quote_line": "quote_id, product_id",
    "map_node": "account_id, contact_id, label, buying_role, coverage",
    "product": "name",
    "user": "name",
}
_DOWN = "WITH RECURSIVE down(id) AS (VALUES(?1) UNION SELECT a.id FROM account a JOIN down ON a.parent_id=down.id) "
_IN = "account_id IN (SELECT id FROM down)"
QUERIES = tuple(
    _DOWN + query
    for query in (
        "SELECT a.*, u.name FROM account a LEFT JOIN user u ON u.id=a.owner_id WHERE a.id=?1",
        "SELECT id, name FROM account WHERE id=?1",
        "SELECT "
        + ", ".join(
            f"(SELECT count(*) FROM {name} WHERE account_id=?1)"
            for name in ("contact", "opportunity", "quote", "contract", "activity", "map_node", "task", "ticket")
        )
        + ", (SELECT count(*) FROM down)",
        (
            "SELECT c.id, c.name, c.title, (SELECT max(v.occurred_at) FROM activity v WHERE v.contact_id=c.id) FROM contact c"
            f" WHERE c.{_IN} ORDER BY c.name"
        ),
        f"SELECT id, name, stage, amount, currency, close_date FROM opportunity WHERE {_IN} ORDER BY close_date",
        f"SELECT stage, sum(amount), count(*), min(close_date) FROM opportunity WHERE {_IN} GROUP BY stage",
        f"SELECT account_id, product_id, stage, count(*) FROM opportunity WHERE {_IN} GROUP BY 1, 2, 3",
        (
            "SELECT q.account_id, l.product_id, q.status, count(*) FROM quote q JOIN quote_line l ON l.quote_id=q.id"
            f" WHERE q.{_IN} GROUP BY 1, 2, 3"
        ),
        f"SELECT id, subject, due_on FROM task WHERE {_IN} AND done=0 ORDER BY due_on LIMIT 5",
        f"SELECT id, subject, status, priority, opened_on FROM ticket WHERE {_IN}",
        f"SELECT id, name, renewal_date FROM contract WHERE {_IN} ORDER BY renewal_date",
        f"SELECT id, number, status, valid_until FROM quote WHERE {_IN} ORDER BY valid_until",
        f"SELECT label, buying_role, coverage FROM map_node WHERE {_IN}",
        f"SELECT max(occurred_at), count(*), sum(occurred_at>='2026') FROM activity WHERE {_IN}",
        (
            "SELECT v.id, v.occurred_at, v.kind, v.subject, v.body, u.name, c.name FROM activity v"
            " LEFT JOIN user u ON u.id=v.owner_id LEFT JOIN contact c ON c.id=v.contact_id"
            f" WHERE v.{_IN} ORDER BY v.occurred_at DESC LIMIT 30"
        ),
    )
)
"""What the page says, with all accounts below, as plain questions."""


def file_of(path: Path, rows: dict[str, list[tuple[object, ...]]]) -> sqlite.Connection:
    """A fresh file with these rows; each begins with its id."""
    made = sqlite.connect(str(path))
    made.execute(f"PRAGMA key = \"x'{KEY}'\"")
    made.execute("PRAGMA journal_mode = WAL")
    made.execute("PRAGMA synchronous = FULL")
    for table, columns in TABLES.items():
        made.execute(f'CREATE TABLE "{table}" (id TEXT PRIMARY KEY, {columns})')
        first = columns.split(",")[0]
        if first.endswith("_id"):
            made.execute(f'CREATE INDEX "ix_{table}" ON "{table}" ({first})')
        some = rows.get(table, [])
        if some:
            made.executemany(f'INSERT INTO "{table}" VALUES ({", ".join("?" * len(some[0]))})', some)
    made.execute("CREATE INDEX ix_spoken ON activity (contact_id)")
    made.commit()
    return made


def read(file: sqlite.Connection, account: str) -> int:
    """Everything of one account; returns how many rows that were."""
    return sum(len(file.execute(query, (account,)).fetchall()) for query in QUERIES)
