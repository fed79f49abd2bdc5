"""Fields of one's own: how a new one is named. The name says the type, so that every laptop, server and archive reads alike.

`x_note` is a line of text, `x_budget.money` an amount whose currency is `x_budget.currency`, `x_partner.account` points to an
account; `fields.own_field` reads such names. What a field is called, its choices and whether it is retired stand in `own_field`.
"""

from __future__ import annotations

import unicodedata

from desktop_crm.domain.schema.fields import OWN_FIELD_PREFIX, TARGETS, OwnKind
from desktop_crm.foundation.errors import Refusal

OWNERS = ("account", "contact", "opportunity", "product", "activity", "lead")
"""The entities that people add fields to."""


def own_name(label: str, kind: OwnKind, target: str = "") -> str:
    """The stored name of a new field: `x_`, its words joined (letters of any script stay), and what it holds.

    Raises Refusal `own_field.unnamed` for a label without letters, `own_field.target` for a reference to nothing.
    """
    plain = unicodedata.normalize("NFC", label).lower()
    words = "_".join("".join(sign if sign.isalnum() else " " for sign in plain).split())
    if not words:
        raise Refusal("own_field.unnamed")
    if kind is OwnKind.TEXT:
        return OWN_FIELD_PREFIX + words
    if kind is OwnKind.REFERENCE and target not in TARGETS:
        raise Refusal("own_field.target", target=target)
    return f"{OWN_FIELD_PREFIX}{words}.{target if kind is OwnKind.REFERENCE else kind.value}"
