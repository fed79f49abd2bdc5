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
}
