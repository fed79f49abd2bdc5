"""What colleagues said to the user, or about records the user follows; new ones are marked."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from desktop_crm.foundation.changes import Changes
from desktop_crm.i18n import formats, tr
from desktop_crm.i18n.labels import entity_label
from desktop_crm.services import comments
from desktop_crm.services.comments import Comment
from desktop_crm.ui.activities.lines import DayRow
from desktop_crm.ui.runtime.context import UiContext
from desktop_crm.ui.theme import Mood
from desktop_crm.ui.widgets.card import Card
from desktop_crm.ui.widgets.labels import ElidedLabel, fill
from desktop_crm.ui.widgets.pill import Pill

SHOWN = 6


class SaidCard(Card):
    """Hidden while there is nothing."""

    def __init__(self, context: UiContext, parent: QWidget | None = None) -> None:
        super().__init__(tr("Said to me"), parent=parent)
        self._context = context
        self._slot = context.lanes.slot()
        self.count = Pill("", Mood.accent)
        self.corner.addWidget(self.count)
        self.rows = QVBoxLayout()
        self.rows.setSpacing(8)
        self.body.addLayout(self.rows)
        self.hide()
        context.hub.changed.connect(self._on_changed)
        self.refresh()

    def refresh(self) -> None:
        work = partial(comments.for_me, self._context.workspace)
        self._slot.read(work, self._show, self._context.reporter.report)

    def _show(self, found: tuple[Comment, ...]) -> None:
        new = sum(one.unread for one in found)
        first = sorted(found, key=lambda one: not one.unread)[:SHOWN]
        fill(self.rows, [_Row(self._context, one) for one in first])
        self.count.setText(tr("{n} new", n=formats.number(new)))
        self.count.setVisible(bool(new))
        self.setVisible(bool(found))

    @Slot(object, object)
    def _on_changed(self, changes: Changes, _initiator: object) -> None:
        if changes.touches("comment", "follower", "user"):
            self.refresh()


class _Row(DayRow):
    """Opens the record that was spoken of."""

    def __init__(self, context: UiContext, one: Comment) -> None:
        super().__init__(context, one.entity, one.record_id)
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(9)
        line.addWidget(Pill(entity_label(one.entity)), 0, Qt.AlignmentFlag.AlignTop)
        text = QVBoxLayout()
        text.setSpacing(1)
        said = " ".join(one.text.split())
        text.addWidget(ElidedLabel(said, "strong" if one.unread else "body"))
        when = formats.relative(one.at.astimezone().date(), context.workspace.today()) if one.at else ""
        around = " · ".join(part for part in (one.author, one.record, when) if part)
        text.addWidget(ElidedLabel(around, "hint"))
        line.addLayout(text, 1)
        if one.unread:
            line.addWidget(Pill(tr("New"), Mood.accent), 0, Qt.AlignmentFlag.AlignTop)
        self.setAccessibleName(f"{said}, {around}")
