"""What changes in a file that is brought back from a backup: it goes on as another device, and gives no number twice.

The copy it is taken from, or the file it takes the place of, may go on too. Two files with one device's name would stamp different
edits alike, use one block of numbers twice, and answer for each other's sign-in.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from typing import Any

import sqlcipher3.dbapi2 as driver
from sqlalchemy import Connection

from desktop_crm.foundation.ids import DeviceId
from desktop_crm.persistence.engine import Database
from desktop_crm.persistence.facts import write_fact

Counters = Mapping[str, int]
"""The next number of each series that a workspace counts by itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Newer:
    """What one file holds beyond an earlier state of it: changed records, unsent changes, the stamp of the newest."""

    changes: int
    unsent: int
    last: str


def read_counters(connect: Any) -> Counters:
    """The counters of a file that may be damaged; none where they cannot be read."""
    try:
        with closing(connect()) as connection:
            connection.execute("PRAGMA query_only=ON")
            return dict(connection.execute("SELECT series, next FROM number_lease WHERE kind='own'").fetchall())
    except driver.Error:
        return {}


def renew(connection: Connection, device: DeviceId, counters: Counters) -> None:
    """Make the file another device. Leased numbers count as used, counters go on where the replaced file's stand.

    What waits to be sent stays: the server knows operations it has had, and the cursor tells it what to send again.
    """
    write_fact(connection, "device_id", device)
    connection.exec_driver_sql("DELETE FROM sync_state WHERE name='tokens'")
    connection.exec_driver_sql("DELETE FROM number_lease WHERE kind='offline'")
    connection.exec_driver_sql("UPDATE number_lease SET next=until+1 WHERE kind='leased' AND next<=until")
    for series, following in counters.items():
        connection.exec_driver_sql(
            "INSERT INTO number_lease (series, kind, next) VALUES (?,'own',?)"
            " ON CONFLICT (series, kind) DO UPDATE SET next=max(next, excluded.next)",
            (series, following),
        )


def read_newer(database: Database, earlier: Any) -> Newer | None:
    """What the open file holds beyond the backup; None when they do not share a history."""
    try:
        with closing(earlier()) as connection:
            last = connection.execute("SELECT n, op_id FROM change ORDER BY n DESC LIMIT 1").fetchone()
    except driver.Error:
        return None
    number, op_id = last or (0, None)
    with database.read() as session:
        now = session.connection()
        same = now.exec_driver_sql("SELECT op_id FROM change WHERE n=?", (number,)).scalar()
        if op_id is not None and same != op_id:
            return None
        changes = now.exec_driver_sql("SELECT count(*) FROM change WHERE n>?", (number,)).scalar_one()
        newest = now.exec_driver_sql("SELECT hlc FROM change WHERE n>? ORDER BY n DESC LIMIT 1", (number,)).scalar()
        unsent = now.exec_driver_sql("SELECT count(*) FROM sync_outbox").scalar_one()
    return Newer(changes=changes, unsent=unsent, last=newest or "")
