"""Error texts about duplicates and merges. Data, no behaviour; `error_table.py` says how a row is read."""

from __future__ import annotations

from desktop_crm.i18n.catalogue import mark
from desktop_crm.i18n.error_rows.row import Row

ROWS: dict[str, Row] = {
    "merge.not_possible": Row(
        mark("These records cannot be merged"),
        mark("Accounts and contacts can be merged; “{entity}” cannot."),
        "",
        mark("Delete the record that is not needed."),
    ),
    "merge.too_few": Row(
        mark("There is nothing to merge"),
        mark("A merge takes a surviving record and at least one other."),
        "",
        mark("Choose two or more records."),
    ),
    "merge.too_many": Row(
        mark("Too many records at once"),
        mark("At most {most} records are merged at a time."),
        "",
        mark("Merge some of them first."),
    ),
    "merge.unknown": Row(
        mark("There is no such merge"),
        mark("No merge has the id {id}."),
        "",
        mark("Look for it in the list of merges."),
    ),
    "merge.undone": Row(
        mark("This merge was undone already"),
        mark("“{name}” is a record of its own again."),
        "",
        mark("Merge the records again if they are one."),
    ),
}
