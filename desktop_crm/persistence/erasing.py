"""What was thought of a person leaves the history of this laptop: out of the change log, what was sent, and rows deleted earlier.

That there was a change, when and by whom, stays; so does the mark of the erasure. Must not touch rows that are there.
"""

from __future__ import annotations

import json
from collections.abc import Iterable

from sqlalchemy import Connection

from desktop_crm.domain.stakeholders.erased import LOST_VALUES, PARTS, THOUGHTS


def scrub(connection: Connection, node_ids: Iterable[str]) -> None:
    """Take the thoughts about these cards, and what hung on them, out of the change log."""
    ids = json.dumps(_with_deleted_cards(connection, list(node_ids)))
    _empty_deleted(connection, "map_node", THOUGHTS, "SELECT value FROM json_each(?)", (ids,))
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
            _empty_deleted(connection, entity, names, rows, (ids, ids))
        else:
            rows = f"SELECT id FROM {entity} WHERE node_id IN (SELECT value FROM json_each(?))"
            _empty_deleted(connection, entity, names, rows, (ids,))


def _with_deleted_cards(connection: Connection, node_ids: list[str]) -> list[str]:
    """These cards, and the cards of the same people that were taken off a map before."""
    found = connection.exec_driver_sql(
        "SELECT id FROM map_node WHERE _deleted IS NOT NULL AND contact_id IN"
        " (SELECT contact_id FROM map_node WHERE id IN (SELECT value FROM json_each(?)))",
        (json.dumps(node_ids),),
    )
    return sorted({*node_ids, *(row[0] for row in found)})


def _blank(connection: Connection, entity: str, names: tuple[str, ...], rows: str, values: tuple[str, ...]) -> None:
    paths = ", ".join(f"'$.{name}'" for name in names)
    connection.exec_driver_sql(
        f"UPDATE change SET before = json_remove(before, {paths}), after = json_remove(after, {paths})"
        f" WHERE entity = '{entity}' AND row_id IN ({rows})",
        values,
    )
    sent = ", ".join(f"'$.f.{name}'" for name in names)
    connection.exec_driver_sql(
        f"UPDATE sync_journal SET body = json_remove(body, {sent})"
        f" WHERE json_extract(body, '$.e') = '{entity}' AND json_extract(body, '$.r') IN ({rows})",
        values,
    )
    fields = ", ".join(f"'{name}'" for name in names)
    connection.exec_driver_sql(
        f"UPDATE sync_base SET value = 'null' WHERE entity = '{entity}' AND field IN ({fields}) AND row_id IN ({rows})",
        values,
    )


def _empty_deleted(
    connection: Connection, entity: str, names: tuple[str, ...], rows: str, values: tuple[str, ...]
) -> None:
    """What hung on a card and was deleted before the erasure is emptied where it lies: nobody is to be told, it is gone everywhere."""
    _blank(connection, entity, names, rows, values)
    empty = ", ".join(f"{name} = NULL" for name in names)
    connection.exec_driver_sql(f"UPDATE {entity} SET {empty} WHERE _deleted IS NOT NULL AND id IN ({rows})", values)
