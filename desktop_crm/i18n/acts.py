"""What an act of the journal is called: made from what it did, in the language of now, whatever it was done in.

Nothing translated is ever stored; a cause that has no words of its own is told by what happened to which kind of record.
"""

from __future__ import annotations

from dataclasses import dataclass

from desktop_crm.i18n.catalogue import mark, told
from desktop_crm.i18n.formats import number
from desktop_crm.i18n.labels import entity_label, field_label
from desktop_crm.i18n.language import Language, current

_FIELDS_NAMED = 3

_KINDS = {
    "created": (mark("New {entity}: {title}"), mark("New {entities} ({n})")),
    "updated": (mark("Edit {entity}: {title}"), mark("Edit {entities} ({n})")),
    "deleted": (mark("Delete {entity}: {title}"), mark("Delete {entities} ({n})")),
    "restored": (mark("Bring back {entity}: {title}"), mark("Bring back {entities} ({n})")),
}
_CAUSES = {
    "accounts.hand_over": (mark("Hand over: {title}"), mark("Hand over an account ({n} records)")),
    "accounts.move": (mark("Move account: {title}"), mark("Move accounts ({n})")),
    "agenda.move": (mark("Move on the calendar: {title}"), mark("Move on the calendar: {title}")),
    "agenda.repeat": (mark("Repeat: {title}"), mark("Repeat: {title}")),
    "calendar.import": (mark("Calendar file: {title}"), mark("Calendar file ({n})")),
    "contacts.import": (mark("Business cards: {title}"), mark("Business cards ({n})")),
    "mail.import": (mark("Mail file: {title}"), mark("Mail file ({n})")),
    "history.restore": (mark("Bring back: {title}"), mark("Bring back ({n})")),
    "hierarchies.move": (mark("Move within a hierarchy: {title}"), mark("Move within a hierarchy ({n})")),
    "import": (mark("Import: {title} ({n})"), mark("Import: {title} ({n})")),
    "import.settle": (mark("Answer an open name: {title}"), mark("Answer an open name: {title} ({n})")),
    "pipeline.ensure": (mark("Make stages"), mark("Make stages")),
    "pipeline.move_stage": (mark("Move to another stage: {title}"), mark("Move to another stage ({n})")),
    "plans.add": (mark("Add to the plan: {title}"), mark("Add to the plan: {title}")),
    "plans.change": (mark("Change the plan: {title}"), mark("Change the plan: {title}")),
    "plans.remove": (mark("Remove from the plan: {title}"), mark("Remove from the plan: {title}")),
    "quotes.sent": (mark("Mark as sent: {title}"), mark("Mark as sent: {title}")),
    "quotes.viewed": (mark("Mark as seen by the customer: {title}"), mark("Mark as seen by the customer: {title}")),
    "quotes.accepted": (mark("Accept quote: {title}"), mark("Accept quote: {title}")),
    "quotes.rejected": (mark("Mark as rejected: {title}"), mark("Mark as rejected: {title}")),
    "quotes.expired": (mark("Mark as expired: {title}"), mark("Mark as expired: {title}")),
    "quotes.issue": (mark("Issue quote: {title}"), mark("Issue quote: {title}")),
    "quotes.decide": (mark("Decide which version holds: {title}"), mark("Decide which version holds: {title}")),
    "quotes.save": (mark("Edit quote: {title}"), mark("Edit quote: {title}")),
    "stakeholders.add_person": (mark("Add to the map: {title}"), mark("Add to the map: {title}")),
    "stakeholders.add_placeholder": (mark("Add to the map: {title}"), mark("Add to the map: {title}")),
    "stakeholders.connect": (mark("Draw a line on the map: {title}"), mark("Draw lines on the map: {title}")),
    "stakeholders.delete": (mark("Remove from the map: {title}"), mark("Remove from the map ({n})")),
    "stakeholders.identify": (mark("Say who it is: {title}"), mark("Say who it is: {title}")),
    "stakeholders.move": (mark("Move on the map: {title}"), mark("Move on the map ({n})")),
    "stakeholders.set_edge": (mark("Edit a line of the map: {title}"), mark("Edit lines of the map ({n})")),
    "stakeholders.set_fields": (mark("Edit on the map: {title}"), mark("Edit on the map ({n})")),
    "stakeholders.set_layout": (mark("Arrange the map: {title}"), mark("Arrange the map ({n})")),
    "stakeholders.set_reports_to": (
        mark("Change who reports to whom: {title}"),
        mark("Change who reports to whom ({n})"),
    ),
    "sync.resolve": (mark("Decide a conflict: {title}"), mark("Decide a conflict: {title}")),
    "visits.accept": (mark("Take over from a note: {title}"), mark("Take over from a note: {title}")),
    "white_space.write": (mark("Edit white space"), mark("Edit white space")),
    "sync.retry": (mark("Send again: {title}"), mark("Send again: {title}")),
}
_TELLS_FIELDS = frozenset({"", "quotes.save", "stakeholders.set_fields"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What an act did: `cause` without ids, what happened to how many records of which kind, one's title, the fields it set."""

    cause: str
    kind: str
    entity: str
    count: int
    title: str
    fields: tuple[str, ...] = ()


def act_text(facts: Facts) -> str:
    """The act in one line."""
    words = _CAUSES.get(facts.cause) or _KINDS[facts.kind]
    text = told(
        words[facts.count > 1 or not facts.title],
        entity=_small(entity_label(facts.entity)),
        entities=_small(entity_label(facts.entity, plural=True)),
        title=facts.title,
        n=number(facts.count),
    )
    fields = _fields(facts)
    return f"{text.rstrip(' :')} – {fields}" if fields else text.rstrip(" :")


def _fields(facts: Facts) -> str:
    own = "" if facts.cause not in _CAUSES else facts.cause
    if facts.kind != "updated" or own not in _TELLS_FIELDS:
        return ""
    labels = list(dict.fromkeys(field_label(facts.entity, name) for name in facts.fields))
    more = ["…"] if len(labels) > _FIELDS_NAMED else []
    return ", ".join(labels[:_FIELDS_NAMED] + more)


def _small(label: str) -> str:
    return label.lower() if current() is Language.EN else label
