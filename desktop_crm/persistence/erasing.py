"""What was thought of a person leaves the history of this laptop: the words of erased cards are taken out of the change log.

That there was a change, when and by whom, stays; so does the mark of the erasure. Must not touch the rows themselves.
"""

from __future__ import annotations

import json
from collections.abc import Iterable

from sqlalchemy import Connection

from desktop_crm.domain.stakeholders.erased import LOST_VALUES, PARTS, THOUGHTS


def scrub(connection: Connection, node_ids: Iterable[str]) -> None:
    """Take the thoughts about these cards, and what hung on them, out of the change log."""
    ids = json.dumps(list(node_ids))
    _blank(connection, "map_node", THOUGHTS, "SELECT value FROM json_each(?)", (ids,))
    about = "SELECT id FROM conflict WHERE entity='map_node' AND row_id IN (SELECT value FROM json_each(?))"
    _blank(connection, "conflict", LOST_VALUES, about, (ids,))
    paths = ", ".join(f"'$.f.{name}'" for name in THOUGHTS)
    connection.exec_driver_sql(
        f"UPDATE sync_quarantine SET body = json_remove(body, {paths})"
        " WHERE json_extract(body, '$.r') IN (SELECT value FROM json_each(?))",
        (ids,),
    )
    for entity, names in PARTS.items():
        if entity == "map_edge":
            rows = (
                "SELECT id FROM map_edge WHERE _deleted IS NOT NULL AND"
                " (source_id IN (SELECT value FROM json_each(?)) OR target_id IN (SELECT value FROM json_each(?)))"
            )
            _blank(connection, entity, names, rows, (ids, ids))
        else:
            rows = f"SELECT id FROM {entity} WHERE node_id IN (SELECT value FROM json_each(?))"
            _blank(connection, entity, names, rows, (ids,))


def _blank(connection: Connection, entity: str, names: tuple[str, ...], rows: str, values: tuple[str, ...]) -> None:
    paths = ", ".join(f"'$.{name}'" for name in names)
    connection.exec_driver_sql(
        f"UPDATE change SET before = json_remove(before, {paths}), after = json_remove(after, {paths})"
        f" WHERE entity = '{entity}' AND row_id IN ({rows})",
        values,
    )
