"""Fields of one's own as they are described, and the indexes by which lists are filtered and sorted by them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import Connection, select
from sqlalchemy.orm import Session

from desktop_crm.domain.schema import Field, FieldType
from desktop_crm.domain.schema.fields import OwnKind, kind_of, own_field
from desktop_crm.foundation.ids import RowId
from desktop_crm.persistence.tables import ROWS

_NUMBERS = frozenset({FieldType.DECIMAL, FieldType.MONEY})


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnField:
    """One field of one's own: what it is called in both languages, what may be chosen, whether it is still in use."""

    id: RowId
    entity: str
    name: str
    label: str
    label_en: str = ""
    choices: tuple[str, ...] = ()
    retired: bool = False

    @property
    def kind(self) -> OwnKind:
        """What it holds."""
        return kind_of(self.name)

    @property
    def field(self) -> Field:
        """The field as the registry has fields."""
        return own_field(self.name)


def described(session: Session) -> tuple[OwnField, ...]:
    """All fields of one's own, retired ones too, in the order in which they were made."""
    row = ROWS["own_field"].__table__
    names = ("id", "entity", "field", "label", "label_en", "choices", "retired")
    statement = select(*(row.c[name] for name in names)).where(row.c["_deleted"].is_(None)).order_by(row.c.id)
    return tuple(
        OwnField(
            id=RowId(one[0]),
            entity=one[1] or "",
            name=one[2] or "",
            label=one[3] or "",
            label_en=one[4] or "",
            choices=tuple(line.strip() for line in (one[5] or "").splitlines() if line.strip()),
            retired=bool(one[6]),
        )
        for one in session.execute(statement)
    )


def index(connection: Connection, entity: str, name: str) -> None:
    """Make the index that serves filters and orders by a field of one's own, if it is not there yet."""
    path = json.dumps(name, ensure_ascii=False).replace("'", "''")
    value = f"json_extract(_extra, '$.{path}')"
    if own_field(name).type in _NUMBERS:
        value = f"CAST({value} AS NUMERIC)"
    called = _index_name(entity, name)
    connection.exec_driver_sql(
        f'CREATE INDEX IF NOT EXISTS "{called}" ON "{entity}" ({value}, id, _deleted) WHERE _deleted IS NULL'
    )


def lacking_indexes(connection: Connection, fields: Iterable[OwnField]) -> tuple[OwnField, ...]:
    """Those of the fields that have no index yet."""
    found = connection.exec_driver_sql(
        "SELECT name FROM sqlite_master WHERE type='index' AND name LIKE 'own\\_%' ESCAPE '\\'"
    )
    there = {name for (name,) in found}
    return tuple(one for one in fields if one.entity in ROWS and _index_name(one.entity, one.name) not in there)


def _index_name(entity: str, name: str) -> str:
    return f"own_{entity}_{hashlib.sha256(name.encode()).hexdigest()[:12]}"
