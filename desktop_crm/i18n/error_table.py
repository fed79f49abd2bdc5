"""All rows of error texts, by code. `{name}` is a parameter of the error; an empty `kept` of a refusal means: nothing changed.

Whoever raises a new code adds its row in `error_rows/` and its Korean to `resources/locale/ko/errors.po`; a test finds codes
without a row.
"""

from __future__ import annotations

from desktop_crm.i18n.error_rows import (
    approvals,
    comments,
    duplicates,
    exchange,
    importing,
    lists,
    mail,
    quotes,
    records,
    safety,
    server,
    stakeholders,
    sync,
    workspace,
)
from desktop_crm.i18n.error_rows.row import Row

__all__ = ["TABLE", "Row"]

TABLE: dict[str, Row] = {
    **approvals.ROWS,
    **comments.ROWS,
    **duplicates.ROWS,
    **exchange.ROWS,
    **importing.ROWS,
    **lists.ROWS,
    **mail.ROWS,
    **quotes.ROWS,
    **records.ROWS,
    **safety.ROWS,
    **server.ROWS,
    **stakeholders.ROWS,
    **sync.ROWS,
    **workspace.ROWS,
}
