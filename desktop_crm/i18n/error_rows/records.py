"""Error texts about records and their fields. Data, no behaviour; `error_table.py` says how a row is read."""

from __future__ import annotations

from desktop_crm.i18n.catalogue import mark
from desktop_crm.i18n.error_rows.row import Row

ROWS: dict[str, Row] = {
    "account.has_children": Row(
        mark("The account still has accounts below it"),
        mark("An account with others below it cannot be deleted."),
        "",
        mark("Move or delete the accounts below it first."),
    ),
    "account.move.circle": Row(
        mark("The account cannot be moved there"),
        mark("An account cannot lie below itself: {path}."),
        "",
        mark("Choose an account that is not below it."),
    ),
    "entity.unknown": Row(
        mark("There is no such kind of record"),
        mark("“{name}” is no kind of record. Known are: {known}."),
        "",
        mark("Use one of the known names."),
    ),
    "field.unknown": Row(
        mark("There is no such field"),
        mark("“{entity}” has no field “{field}”."),
        "",
        mark("Check the field's name; fields of your own begin with x_."),
    ),
    "record.fixed": Row(
        mark("This can no longer be changed"),
        mark("“{field}” stays as it was issued."),
        "",
        mark("Make a new version instead."),
    ),
    "record.missing": Row(
        mark("The record is gone"),
        mark("The record was deleted, or it was never on this laptop."),
        "",
        mark("Go back to the list. A deleted record can be brought back from the history."),
    ),
    "record.server_made": Row(
        mark("This record is made by the server"),
        mark("Records of this kind are only read on a laptop."),
        "",
        mark("Decide it in the sync centre."),
    ),
    "reference.missing": Row(
        mark("The record referred to is gone"),
        mark("“{field}” points to a record that is not there."),
        "",
        mark("Choose another record."),
    ),
    "reference.unknown": Row(
        mark("Nothing of that name was found"),
        mark("“{value}” was not found for “{field}”."),
        "",
        mark("Choose a record from the list."),
    ),
    "undo.issued": Row(
        mark("This cannot be undone"),
        mark("An issued version stays as it was issued."),
        "",
        mark("Make a new version instead."),
    ),
    "undo.unknown": Row(
        mark("There is nothing to undo"),
        mark("The history of this laptop does not hold that step."),
        "",
        mark("Look at the record's history."),
    ),
    "value.not_an_option": Row(
        mark("That is not one of the choices"),
        mark("“{value}” does not fit “{field}”. Possible are: {options}."),
        "",
        mark("Use one of the possible values."),
    ),
    "value.out_of_range": Row(
        mark("The number is too large"),
        mark("“{value}” is larger or longer than “{field}” can hold."),
        "",
        mark("Check the number and try again."),
    ),
    "value.required": Row(
        mark("A value is missing"), mark("“{field}” must not be empty."), "", mark("Fill it in and save again.")
    ),
    "value.unreadable": Row(
        mark("The value cannot be read"),
        mark("“{value}” does not fit “{field}”."),
        "",
        mark("Check the number or date and try again."),
    ),
}
