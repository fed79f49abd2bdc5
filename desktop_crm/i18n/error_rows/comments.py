"""Error texts about comments and followers. Data, no behaviour; `error_table.py` says how a row is read."""

from __future__ import annotations

from desktop_crm.i18n.catalogue import mark
from desktop_crm.i18n.error_rows.row import Row

ROWS: dict[str, Row] = {
    "comment.foreign": Row(
        mark("The comment is somebody else's"),
        mark("Only its author deletes a comment."),
        mark("The comment stands as it was."),
        mark("Answer it with a comment of your own."),
    ),
    "comment.nobody": Row(
        mark("Nobody is signed in"),
        mark("The workspace does not know yet who you are, so there is nobody who could follow the record."),
        "",
        mark("Sign in to the team's server in the sync centre, or make the workspace with your name."),
    ),
}
