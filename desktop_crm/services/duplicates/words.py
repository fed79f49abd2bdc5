"""Duplicates in the user's words: why records are offered as one, why something cannot be parted. Words only: no query, no widget."""

from __future__ import annotations

from desktop_crm.i18n import formats, tr
from desktop_crm.i18n.labels import entity_label, field_label
from desktop_crm.services.duplicates.finding import Group, Kind, Reason, Source
from desktop_crm.services.duplicates.parting import Stays, Unparted

_SAME, _LEVELS = 0, 3


def reason_text(reason: Reason) -> str:
    """What one kind of value says: “Name almost the same”."""
    name = _kind(reason.kind)
    if reason.level == _SAME:
        return tr("{value}: the same", value=name)
    if reason.bits < 0:
        return tr("{value}: different", value=name)
    if reason.level == 1:
        return tr("{value}: almost the same", value=name)
    return tr("{value}: alike", value=name)


def reasons_text(group: Group) -> str:
    """Why the records of a group are offered, the weightiest reason first."""
    if group.source is Source.KEY:
        return tr("{value}: the same", value=field_label(group.entity, group.field))
    if group.source is Source.CHOSEN:
        return tr("Chosen to be compared")
    if group.source is Source.RETURNED:
        return tr("Merged before; a change made elsewhere brought one back")
    told = sorted(group.reasons, key=lambda one: -abs(one.bits))
    return " · ".join(reason_text(one) for one in told)


def likelihood(group: Group) -> str:
    """The probability in words that do not promise too much."""
    if group.source is Source.CHOSEN:
        return ""
    return formats.percent(min(int(group.probability * 100), 99))


def stays_text(one: Unparted) -> str:
    """Why something stays with the surviving record."""
    what = f"{entity_label(one.entity)} “{one.title}”"
    if one.field:
        what += f" – {field_label(one.entity, one.field)}"
    match one.why:
        case Stays.CHANGED:
            return tr("{what}: changed since", what=what)
        case Stays.DELETED:
            return tr("{what}: deleted since", what=what)
        case Stays.ADDED:
            return tr("{what}: added since, stays where it is", what=what)
        case Stays.MERGED_ON:
            return tr("{what}: the surviving record was merged further", what=what)
        case Stays.RULED:
            return tr("{what}: a rule keeps it", what=what)


def _kind(kind: Kind) -> str:
    match kind:
        case Kind.COMPANY | Kind.PERSON:
            return tr("Name")
        case Kind.IDENTIFIER:
            return tr("Business registration no.")
        case Kind.HOST:
            return tr("Web domain")
        case Kind.MAIL:
            return tr("Email")
        case Kind.TELEPHONE:
            return tr("Phone")
        case Kind.ADDRESS | Kind.PLACE:
            return tr("Address")
        case Kind.POSTCODE:
            return tr("Postcode")
        case Kind.DAY:
            return tr("Date")
        case Kind.EMPLOYER:
            return tr("Account")
