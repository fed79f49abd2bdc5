"""Fields of one's own: adding, renaming, retiring; what the open workspace calls them, and the rules for what they hold."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from desktop_crm.domain.schema import REGISTRY
from desktop_crm.domain.schema.fields import OwnKind, kind_of, own_field
from desktop_crm.domain.schema.own import OWNERS, own_name
from desktop_crm.foundation.changes import Changes
from desktop_crm.foundation.errors import Refusal
from desktop_crm.foundation.ids import RowId
from desktop_crm.i18n.labels import call_own
from desktop_crm.persistence.engine import Session
from desktop_crm.persistence.stores import own_fields as store
from desktop_crm.persistence.stores.own_fields import OwnField
from desktop_crm.persistence.tables import ROWS
from desktop_crm.services.workspace import Workspace

__all__ = ["OWNERS", "OwnField", "OwnKind"]


def all_fields(workspace: Workspace) -> tuple[OwnField, ...]:
    """Every field of one's own, retired ones too. What they are called is told to the labels of the whole program."""
    with workspace.read() as session:
        found = store.described(session)
    call_own({(one.entity, one.name): (one.label, one.label_en) for one in found})
    return found


def fields_of(workspace: Workspace, entity: str) -> tuple[OwnField, ...]:
    """The fields of an entity that are in use."""
    return tuple(one for one in all_fields(workspace) if one.entity == entity and one.name and not one.retired)


def choices_of(workspace: Workspace, entity: str, name: str) -> tuple[str, ...]:
    """What may be chosen in a field."""
    return next((one.choices for one in all_fields(workspace) if (one.entity, one.name) == (entity, name)), ())


def add(
    workspace: Workspace,
    entity: str,
    label: str,
    kind: OwnKind = OwnKind.TEXT,
    *,
    label_en: str = "",
    choices: Sequence[str] = (),
    target: str = "",
) -> tuple[OwnField, Changes]:
    """A new field. Raises Refusal `own_field.entity`, `own_field.unnamed`, `own_field.target`, `own_field.choices`, `own_field.there`."""
    if entity not in OWNERS:
        raise Refusal("own_field.entity", entity=entity)
    label, name = label.strip(), own_name(label, kind, target)
    said = _clean(choices)
    if kind in {OwnKind.CHOICE, OwnKind.CHOICES} and not said:
        raise Refusal("own_field.choices", field=label)
    if any((one.entity, one.name) == (entity, name) for one in all_fields(workspace)):
        raise Refusal("own_field.there", field=label)
    fields = {
        "entity": entity,
        "field": name,
        "label": label,
        "label_en": label_en.strip() or None,
        "choices": "\n".join(said) or None,
    }
    with workspace.write("own_field.create") as work:
        row_id = work.insert("own_field", {key: value for key, value in fields.items() if value is not None})
        store.index(work.connection, entity, name)
    all_fields(workspace)
    made = OwnField(id=row_id, entity=entity, name=name, label=label, label_en=label_en.strip(), choices=said)
    return made, work.changes


def change(
    workspace: Workspace,
    row_id: str,
    *,
    label: str | None = None,
    label_en: str | None = None,
    choices: Sequence[str] | None = None,
    retired: bool | None = None,
) -> Changes:
    """Call a field otherwise, offer other choices, retire it or take it back. What records hold stays as it is.

    Raises Refusal `own_field.unnamed`, `own_field.choices`, `record.missing`.
    """
    fields: dict[str, Any] = {}
    if label is not None:
        if not label.strip():
            raise Refusal("own_field.unnamed")
        fields["label"] = label.strip()
    if label_en is not None:
        fields["label_en"] = label_en.strip() or None
    if choices is not None:
        if not _clean(choices):
            raise Refusal("own_field.choices", field=label or "")
        fields["choices"] = "\n".join(_clean(choices))
    if retired is not None:
        fields["retired"] = retired
    with workspace.write("own_field.set") as work:
        work.update("own_field", RowId(row_id), fields)
    all_fields(workspace)
    return work.changes


def refuse_misfit(session: Session, entity: str, row_id: str | None, fields: Mapping[str, Any]) -> None:
    """Raises Refusal `reference.missing` for a reference to nothing, `value.not_an_option` for what may not be chosen.

    What a record holds already stays allowed, also when it is no choice any more.
    """
    typed = [name for name in fields if "." in name and fields[name] is not None and not REGISTRY[entity].has(name)]
    for name in typed:
        target = own_field(name).target
        if target and session.get(ROWS[target], fields[name]) is None:
            raise Refusal("reference.missing", entity=entity, field=name, id=str(fields[name]))
    chosen = [name for name in typed if kind_of(name) in {OwnKind.CHOICE, OwnKind.CHOICES}]
    if not chosen:
        return
    known = {one.name: one.choices for one in store.described(session) if one.entity == entity}
    row = session.get(ROWS[entity], row_id) if row_id else None
    for name in chosen:
        held = chosen_words(row.field_value(name)) if row is not None else set()
        strange = sorted(chosen_words(fields[name]) - set(known.get(name, ())) - held)
        if strange and known.get(name):
            options = ", ".join(known[name])
            raise Refusal("value.not_an_option", entity=entity, field=name, value=strange[0], options=options)


def chosen_words(value: Any) -> set[str]:
    """The words in a choice, or in several."""
    return set(value) if isinstance(value, tuple | list) else {value} if value else set()


def _clean(choices: Sequence[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(one.strip() for one in choices if one.strip()))
