"""Error texts about lists, filters and views. Data, no behaviour; `error_table.py` says how a row is read."""

from __future__ import annotations

from desktop_crm.i18n.catalogue import mark
from desktop_crm.i18n.error_rows.row import Row

ROWS: dict[str, Row] = {
    "filter.unreadable": Row(
        mark("The filter cannot be read"),
        mark("A condition does not fit its field."),
        "",
        mark("Choose the filter again."),
    ),
    "list.row_number": Row(
        mark("The list cannot be put in order"),
        mark("The file holds row numbers that the app does not expect."),
        mark("All records are as they were."),
        mark("Make a copy of the workspace and report this."),
    ),
    "bulk.cancelled": Row(
        mark("The change of many records was stopped"),
        mark("You stopped it before it was done."),
        mark("No record was changed."),
        mark("Start it again whenever you like."),
    ),
    "view.name": Row(
        mark("The view needs a name"),
        mark("A name has one to {most} letters."),
        "",
        mark("Type a name for the view."),
    ),
    "view.name.taken": Row(
        mark("There is a view of that name"),
        mark("“{name}” is taken by another view of this list."),
        "",
        mark("Choose another name."),
    ),
    "list.copy.many": Row(
        mark("That is too much to copy"),
        mark("{count} rows are chosen; at most {most} can be copied."),
        "",
        mark("Export the list into a file instead."),
    ),
    "filter.value_missing": Row(
        mark("Something is missing"),
        mark("Say what the field is compared to."),
        "",
        mark("Type or choose a value."),
    ),
    "bulk.some_refused": Row(
        mark("Some records stayed as they were"),
        mark("{changed} were changed, {count} were not: {reason}"),
        mark("What was changed is saved; one undo takes it back."),
        mark("Look at the others one by one."),
    ),
    "view.missing": Row(
        mark("There is no such view"),
        mark("The list has no view “{name}”."),
        "",
        mark("Look in the app how the view is called."),
    ),
}
