"""What happened to one record, newest first: when, who, which field from what to what."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from desktop_crm.domain.schema import REGISTRY, FieldType, MergeRule
from desktop_crm.foundation.changes import Changes
from desktop_crm.foundation.hlc import Stamp, read_stamp, stamp_time
from desktop_crm.i18n import formats, tr
from desktop_crm.i18n.labels import field_label
from desktop_crm.ui.runtime.context import UiContext
from desktop_crm.ui.theme import Mood
from desktop_crm.ui.widgets.buttons import icon_button
from desktop_crm.ui.widgets.cells import shown
from desktop_crm.ui.widgets.labels import clear, label, rule
from desktop_crm.ui.widgets.pill import Pill

if TYPE_CHECKING:
    from desktop_crm.services.workspace import Workspace

LIMIT = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One operation in words."""

    when: str
    who: str
    kind: str
    lines: tuple[tuple[str, str, str], ...]
    where: str = ""
    stamp: str = ""
    fields: tuple[tuple[str, Any], ...] = ()
    """For each line the field and its value before."""


def events_of(workspace: Workspace, entity: str, row_id: str) -> tuple[Event, ...]:
    """The history in words; runs on the read lane."""
    from desktop_crm.services import records

    entries = records.history(workspace, entity, row_id)[-LIMIT:]
    people = names_of(workspace, "user", {str(entry.actor) for entry in entries if entry.actor})
    return tuple(
        Event(
            when=formats.datetime(stamp_time(Stamp(entry.stamp))),
            who=people.get(str(entry.actor), ""),
            kind=str(entry.kind),
            lines=_lines(workspace, entity, entry.before, entry.after),
            where=_where(workspace, entry.cause, entry.stamp),
            stamp=entry.stamp,
            fields=tuple((name, entry.before.get(name)) for name in _told(entity, entry.after)),
        )
        for entry in reversed(entries)
    )


def names_of(workspace: Workspace, entity: str, ids: set[str]) -> dict[str, str]:
    """Titles of some rows; those that are gone are left out."""
    from desktop_crm.services import records

    title = REGISTRY[entity].title
    query = records.ListQuery(
        filters=(records.Filter(field="id", test=records.Test.ANY_OF, value=tuple(ids)),), limit=len(ids) or 1
    )
    return {str(r.id): str(r.fields.get(title) or "") for r in records.list_rows(workspace, entity, query).records}


def _where(workspace: Workspace, cause: str, stamp: str) -> str:
    """On which laptop it was typed, and by what when not by hand."""
    device = read_stamp(Stamp(stamp))[2]
    here = device == workspace.author.device_id
    place = tr("this laptop") if here else tr("laptop {device}", device=device[:6])
    ways = (
        ("import", tr("import")),
        ("revert", tr("undo")),
        ("merg", tr("merge")),
        ("history.restore", tr("brought back")),
        ("sync", tr("sync")),
    )
    way = next((word for start, word in ways if start in cause.split(":", maxsplit=1)[0]), "")
    return " · ".join(part for part in (place, way) if part)


def _told(entity: str, after: Any) -> list[str]:
    known = REGISTRY[entity]
    return [name for name in after if known.field(name).type is not FieldType.ORDER_KEY]


def _lines(workspace: Workspace, entity: str, before: Any, after: Any) -> tuple[tuple[str, str, str], ...]:
    known = REGISTRY[entity]
    lines = []
    for name in _told(entity, after):
        field = known.field(name)
        old, new = before.get(name), after.get(name)
        if field.type is FieldType.REFERENCE and field.target:
            titles = names_of(workspace, field.target, {str(v) for v in (old, new) if v})
            texts = [titles.get(str(v), "…") if v else "–" for v in (old, new)]
        else:
            texts = [shown(field, v)[0] if v is not None else "–" for v in (old, new)]
        lines.append((field_label(entity, name), texts[0], texts[1]))
    return tuple(lines)


class HistoryList(QWidget):
    """Loads on `show_row`; looks again when the row changes while it is visible."""

    def __init__(self, context: UiContext, entity: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._entity = entity
        self._row_id: str | None = None
        self._slot = context.lanes.slot()
        self._box = QVBoxLayout(self)
        self._box.setContentsMargins(0, 0, 0, 0)
        self._box.setSpacing(8)
        context.hub.changed.connect(self._on_changed)

    def show_row(self, row_id: str) -> None:
        self._row_id = row_id
        self._slot.read(partial(events_of, self._context.workspace, self._entity, row_id), self._show)

    def _show(self, events: tuple[Event, ...]) -> None:
        clear(self._box)
        for event in events:
            head = QHBoxLayout()
            words = {
                "created": (tr("Created"), Mood.good),
                "deleted": (tr("Deleted"), Mood.bad),
                "restored": (tr("Restored"), Mood.info),
            }
            text, mood = words.get(event.kind, (tr("Edited"), Mood.neutral))
            head.addWidget(Pill(text, mood))
            head.addWidget(label(event.when, "hint"))
            head.addWidget(label(event.who, "hint"))
            head.addWidget(label(event.where, "hint"))
            head.addStretch(1)
            head.addWidget(self._whole_again(event))
            self._box.addLayout(head)
            for (name, old, new), (field, value) in zip(event.lines, event.fields, strict=True):
                change = new if event.kind == "created" else f"{old} → {new}"
                line = QHBoxLayout()
                line.addWidget(label(f"{name}: {change}", "body2", wrap=True), 1)
                if event.kind == "updated" and self._may_change(field):
                    tip = tr("Bring {field} back to {value}", field=name, value=old)
                    line.addWidget(icon_button("undo", tip, partial(self._value_again, field, value)))
                self._box.addLayout(line)
            self._box.addWidget(rule())
        if not events:
            self._box.addWidget(label(tr("Nothing has happened to this record yet."), "hint"))
        self._box.addStretch(1)

    def _may_change(self, name: str) -> bool:
        kind = REGISTRY[self._entity]
        fixed = kind.issued or kind.server_made or kind.ledger or kind.field(name).merge is MergeRule.FIXED
        return not fixed and kind.field(name).typed

    def _whole_again(self, event: Event) -> QWidget:
        kind = REGISTRY[self._entity]
        made = icon_button("history", tr("Bring the whole record back to this"), partial(self._bring_back, event.stamp))
        made.setVisible(event.kind != "deleted" and not (kind.issued or kind.server_made or kind.ledger))
        return made

    def _value_again(self, name: str, value: Any) -> None:
        from desktop_crm.services import records

        work = partial(records.set_fields, self._context.workspace, self._entity, self._row_id or "", {name: value})
        self._context.undo.run(tr("Bring back"), work, None, self._context.reporter.report)

    def _bring_back(self, stamp: str) -> None:
        from desktop_crm.services import as_of

        work = partial(as_of.restore, self._context.workspace, self._entity, self._row_id or "", stamp)
        self._context.undo.run(tr("Bring back"), work, None, self._context.reporter.report)

    @Slot(object, object)
    def _on_changed(self, changes: Changes, _initiator: object) -> None:
        if self._row_id is not None and self.isVisible() and self._row_id in changes.rows(self._entity):
            self.show_row(self._row_id)
