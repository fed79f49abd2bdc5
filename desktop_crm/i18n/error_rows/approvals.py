"""Error texts about approvals and envelopes. Data, no behaviour; `error_table.py` says how a row is read."""

from __future__ import annotations

from desktop_crm.i18n.catalogue import mark
from desktop_crm.i18n.error_rows.row import Row

ROWS: dict[str, Row] = {
    "approval.condition": Row(
        mark("The condition cannot be read"),
        mark("“{piece}” is no condition."),
        mark("The rule is as it was."),
        mark("Write it like “discount > 10 and category = Sensors or amount >= 100000000 KRW”."),
    ),
}
