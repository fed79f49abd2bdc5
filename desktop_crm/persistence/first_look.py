"""The first look into a workspace file: its facts and the top of the account tree, before SQLAlchemy is imported.

For the moment between the start of the app and the first paint. Reads with the bare driver, takes no lock, migrates nothing,
decides nothing: whatever is out of the ordinary gives None, and the ordinary way of opening says what is wrong.
"""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import sqlcipher3.dbapi2 as driver

from desktop_crm.domain.accounts.sums import TreeNode
from desktop_crm.persistence import account_level
from desktop_crm.persistence.cipher import FILE_VERSION, connector


@dataclass(frozen=True, slots=True, kw_only=True)
class FirstLook:
    """What the window can show at once. `total` counts the accounts at the top of the tree."""

    name: str
    currency: str
    total: int
    nodes: tuple[TreeNode, ...]


def look(path: Path, key: bytes, salt: bytes, limit: int) -> FirstLook | None:
    """The facts and the first accounts; None when the file is of another version, damaged, or not opened by this key."""
    where = account_level.TOP
    try:
        with closing(connector(str(path), key, salt)()) as connection:
            connection.execute("PRAGMA query_only=ON")
            if connection.execute("PRAGMA user_version").fetchone()[0] != FILE_VERSION:
                return None
            facts = dict(connection.execute("SELECT name, value FROM workspace_fact").fetchall())
            rows = connection.execute(account_level.level(where), {"limit": limit, "offset": 0}).fetchall()
            total = connection.execute(account_level.level_size(where)).fetchone()[0]
    except driver.Error:
        return None
    return FirstLook(name=facts["name"], currency=facts["currency"], total=total, nodes=account_level.nodes_of(rows))
