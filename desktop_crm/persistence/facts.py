"""The workspace's own facts: name, currency, device, content key. Small, local, read at opening."""

from __future__ import annotations

from sqlalchemy import Connection


def read_facts(connection: Connection) -> dict[str, str]:
    """All facts by name."""
    return {row[0]: row[1] for row in connection.exec_driver_sql("SELECT name, value FROM workspace_fact")}


def read_fact(connection: Connection, name: str) -> str | None:
    """One fact, or None."""
    value = connection.exec_driver_sql("SELECT value FROM workspace_fact WHERE name=?", (name,)).scalar()
    return str(value) if value is not None else None


def write_fact(connection: Connection, name: str, value: str) -> None:
    """Set one fact."""
    connection.exec_driver_sql("INSERT OR REPLACE INTO workspace_fact (name, value) VALUES (?,?)", (name, value))
