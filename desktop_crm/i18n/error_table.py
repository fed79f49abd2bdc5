"""The rows of error texts, by code. A row is data; `{name}` is a parameter of the error. Kept empty means: nothing changed.

Whoever raises a new code adds its row here and its Korean to `resources/locale/ko/`; a test finds codes without a row.
"""

from __future__ import annotations

from typing import NamedTuple

from desktop_crm.i18n.catalogue import mark


class Row(NamedTuple):
    """Title, what happened, what was kept, what to do: marked English texts."""

    title: str
    happened: str
    kept: str
    next_step: str


TABLE: dict[str, Row] = {
    "account.move.circle": Row(
        mark("The account cannot be moved there"),
        mark("“{target}” lies below “{account}”, so the tree would run in a circle."),
        "",
        mark("Choose an account that is not below it."),
    ),
}
