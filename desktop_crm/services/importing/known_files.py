"""Files that came in before, here or on another laptop: such a file brings nothing new, so what was changed since stays.

A file is known by its bytes together with how they were read. The records of it are synced, since a laptop that got the rows by
sync cannot tell an edit from an import. Knows nothing of rows.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from desktop_crm.persistence.engine import Session
from desktop_crm.persistence.stores import imports as store
from desktop_crm.persistence.unit_of_work import UnitOfWork
from desktop_crm.services.importing.mapping import as_wishes
from desktop_crm.services.importing.reading import RowsOfFile

ENTITY = "imported_file"


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """A value that is there and what a file says in its place; names of records in the place of their ids."""

    row: int
    entity: str
    row_id: str
    field: str
    here: Any
    file: Any
    currency: str = ""
    """The currency of an amount."""

    def as_json(self) -> dict[str, Any]:
        """For scripts."""
        plain = {"row": self.row, "id": self.row_id, "field": self.field}
        return plain | {name: _plain(getattr(self, name)) for name in ("here", "file")}


def _plain(value: Any) -> Any:
    return value if value is None or isinstance(value, bool | int) else str(value)


def content_of(file: RowsOfFile) -> str:
    """The hash of a file's bytes and of how they were read; empty for a file that was not read."""
    if not file.digest or file.plan.refusal is not None:
        return ""
    how = json.dumps([as_wishes(file.plan), repr(file.plan.format)], sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(f"{file.digest}{how}".encode()).hexdigest()


def known(session: Session, files: Iterable[RowsOfFile]) -> frozenset[int]:
    """The places of the files that came in before."""
    there = {values["content"] for _, values in store.values_of(session, ENTITY, ("content",))}
    return frozenset(at for at, file in enumerate(files) if content_of(file) in there) if there else frozenset()


def remember(work: UnitOfWork, files: Iterable[RowsOfFile], new: Collection[int], import_id: str) -> None:
    """Write down which files came in with this import."""
    fresh = [
        {
            "name": file.plan.path.name,
            "content": content,
            "entity": file.plan.entity,
            "rows": file.total,
            "import_id": import_id,
        }
        for at, file in enumerate(files)
        if at in new and (content := content_of(file))
    ]
    if fresh:
        work.bulk(ENTITY, inserts=fresh)
