"""Which files lie beside the workspace: hash, size, kind, state. Their bytes are sealed by those who call."""

from __future__ import annotations

from sqlalchemy import Connection


def known(connection: Connection, digest: str) -> bool:
    """Whether the file is here."""
    row = connection.exec_driver_sql("SELECT 1 FROM blob WHERE hash=? AND state<>'wanted'", (digest,))
    return row.first() is not None


def note(connection: Connection, digest: str, size: int, mime: str, path: str) -> None:
    """Write down that a file is here and not yet sent."""
    connection.exec_driver_sql(
        "INSERT INTO blob (hash, size, mime, path, state) VALUES (?,?,?,?,'here')"
        " ON CONFLICT (hash) DO UPDATE SET size=excluded.size, path=excluded.path, state='here' WHERE blob.state='wanted'",
        (digest, size, mime, path),
    )


def let_go(connection: Connection, digest: str) -> None:
    """The file is not here any more; the server has it."""
    connection.exec_driver_sql("UPDATE blob SET state='wanted' WHERE hash=? AND state='sent'", (digest,))
