"""Working together on one record: who follows it and does what, what changed since one looked, and what was said.

Handed to other rooms by the composition root, as a tab of any record. What is shown counts as seen.
"""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from desktop_crm.foundation.changes import Changes
from desktop_crm.i18n import formats, ntr, tr
from desktop_crm.i18n.labels import entity_label, option_label
from desktop_crm.services import comments
from desktop_crm.services.comments import Colleague, Comment, Discussion
from desktop_crm.services.records import Created
from desktop_crm.ui.activities.mention_box import MentionBox
from desktop_crm.ui.runtime.context import UiContext
from desktop_crm.ui.theme import Mood, mood_of
from desktop_crm.ui.widgets.avatar import Avatar
from desktop_crm.ui.widgets.buttons import button, icon_button
from desktop_crm.ui.widgets.history_list import Event, events_of
from desktop_crm.ui.widgets.labels import ElidedLabel, fill, label
from desktop_crm.ui.widgets.pill import Pill
from desktop_crm.ui.widgets.scrolled import scrolled

_AVATAR = 24
_OURS = ("comment", "follower", "deal_member", "user")


class DiscussionPanel(QWidget):
    """`DiscussionPanel(context, "contact").show_row(id)`."""

    def __init__(self, context: UiContext, entity: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("scrolls", True)
        self._context, self._entity = context, entity
        self._row_id = ""
        self._shown: Discussion | None = None
        self._news: frozenset[str] = frozenset()
        self._fresh: frozenset[str] = frozenset()
        self._slot, self._news_slot = context.lanes.slot(), context.lanes.slot()
        self.who = label("", "hint", wrap=True)
        self.follow = button(tr("Follow"), self._follow, kind="small")
        self.news = _Part(tr("Changed since you looked"))
        self.team = _Part(entity_label("deal_member", plural=True))
        self.team.head.addWidget(button(tr("Add"), self._add_to_team, kind="small"))
        self.said = QVBoxLayout()
        self.said.setSpacing(10)
        inside = QWidget()
        inside.setProperty("role", "clear")
        box = QVBoxLayout(inside)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(14)
        head = QHBoxLayout()
        head.addWidget(self.who, 1)
        head.addWidget(self.follow, 0, Qt.AlignmentFlag.AlignTop)
        box.addLayout(head)
        for part in (self.news, self.team):
            box.addWidget(part)
            part.hide()
        box.addLayout(self.said)
        box.addStretch(1)
        self.area = scrolled(inside, 16, tr("Comments"))
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(0)
        outer.addWidget(self.area, 1)
        outer.addWidget(self._foot())
        context.hub.changed.connect(self._on_changed)

    def _foot(self) -> QWidget:
        foot = QFrame()
        foot.setProperty("role", "footer")
        row = QVBoxLayout(foot)
        row.setContentsMargins(16, 10, 16, 10)
        self.box = MentionBox()
        self.box.sent.connect(self.send)
        row.addWidget(self.box)
        self.button = button(tr("Comment"), self.send)
        row.addWidget(self.button, 0, Qt.AlignmentFlag.AlignRight)
        return foot

    def show_row(self, row_id: str) -> None:
        """Show what belongs to a record; what is being typed for another one is given up only when it was sent."""
        if row_id != self._row_id:
            self._row_id, self._news, self._fresh = row_id, frozenset(), frozenset()
            self.box.clear()
        self.refresh()

    def refresh(self) -> None:
        """Read it again."""
        if self._row_id:
            work = partial(comments.discussion, self._context.workspace, self._entity, self._row_id)
            self._slot.read(work, self._show, self._context.reporter.report)

    def send(self) -> None:
        """Write down what was typed."""
        text = self.box.toPlainText()
        if not text.strip() or not self._row_id:
            self.box.setFocus()
            return
        work = partial(comments.say, self._context.workspace, self._entity, self._row_id, text)
        self._context.undo.run(tr("Comment"), work, self._on_sent, self._context.reporter.report)

    def _on_sent(self, _created: Created) -> None:
        self.box.clear()

    def _show(self, found: Discussion) -> None:
        self._shown = found
        self.box.names = {row_id: name for row_id, name in found.users.items() if row_id != found.me}
        self._news |= found.news
        self._fresh |= {one.id for one in found.comments if one.unread}
        names = ", ".join(one.name for one in found.followers)
        self.who.setText(tr("Followed by {names}", names=names) if names else tr("Nobody follows this record yet."))
        self.follow.setText(tr("Follow no longer") if found.following else tr("Follow"))
        self.follow.setEnabled(bool(found.me))
        self.team.setVisible(self._entity == "opportunity")
        self.team.show_rows([self._member(one) for one in found.team], tr("Nobody of ours is named here yet."))
        rows: list[QWidget] = [self._comment(one, found.me) for one in found.comments]
        fill(self.said, rows, tr("Nothing was said about this record yet."))
        self._read_news()
        if self.isVisible():
            work = partial(comments.look, self._context.workspace, self._entity, self._row_id)
            self._context.lanes.write(work, None, self._context.reporter.report)

    def _read_news(self) -> None:
        self.news.setVisible(bool(self._news))
        if self._news:
            work = partial(events_of, self._context.workspace, self._entity, self._row_id)
            self._news_slot.read(work, self._show_news, self._context.reporter.report)

    def _show_news(self, events: tuple[Event, ...]) -> None:
        rows: list[QWidget] = []
        for event in (one for one in events if one.stamp in self._news):
            around = " · ".join(part for part in (event.who, event.when) if part)
            text = "\n".join(f"{name}: {old} → {new}" for name, old, new in event.lines) or tr("Deleted")
            rows.append(_two_lines(label(text, "body2", wrap=True), label(around, "hint")))
        self.news.show_rows(rows, "")
        self.news.count.setText(ntr("{n} change", "{n} changes", len(rows)))

    def _member(self, one: Colleague) -> QWidget:
        row = QWidget()
        line = QHBoxLayout(row)
        line.setContentsMargins(0, 0, 0, 0)
        line.addWidget(Avatar(one.name, _AVATAR))
        text = QVBoxLayout()
        text.setSpacing(0)
        text.addWidget(ElidedLabel(one.name, "body"))
        if one.duty:
            text.addWidget(ElidedLabel(one.duty, "hint"))
        line.addLayout(text, 1)
        if one.role:
            line.addWidget(Pill(option_label("deal_role", one.role), mood_of("deal_role", one.role)))
        gone = tr("Take {name} off the deal team", name=one.name)
        line.addWidget(icon_button("close", gone, partial(self._leave, one.row_id)))
        return row

    def _comment(self, one: Comment, me: str) -> QWidget:
        row = QWidget()
        line = QHBoxLayout(row)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(9)
        author = one.author or tr("Somebody")
        line.addWidget(Avatar(author, _AVATAR), 0, Qt.AlignmentFlag.AlignTop)
        text = QVBoxLayout()
        text.setSpacing(2)
        head = QHBoxLayout()
        head.addWidget(label(author, "strong"))
        when = formats.datetime(one.at) if one.at else ""
        head.addWidget(ElidedLabel(when, "hint"), 1)
        if one.id in self._fresh:
            head.addWidget(Pill(tr("New"), Mood.accent))
        if me in one.mentions:
            head.addWidget(Pill(tr("You"), Mood.warn))
        if one.author_id in {None, me}:
            head.addWidget(icon_button("trash", tr("Delete this comment"), partial(self._take_back, one.id)))
        text.addLayout(head)
        said = label(one.text, "body", wrap=True)
        said.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        text.addWidget(said)
        line.addLayout(text, 1)
        return row

    def _follow(self) -> None:
        if self._shown is not None and self._row_id:
            on = not self._shown.following
            work = partial(comments.follow, self._context.workspace, self._entity, self._row_id, on=on)
            name = tr("Follow") if on else tr("Follow no longer")
            self._context.undo.run(name, work, None, self._context.reporter.report)

    def _take_back(self, comment_id: str) -> None:
        work = partial(comments.take_back, self._context.workspace, comment_id)
        self._context.undo.run(tr("Delete a comment"), work, None, self._context.reporter.report)

    def _leave(self, row_id: str) -> None:
        from desktop_crm.services import records

        work = partial(records.delete, self._context.workspace, "deal_member", row_id)
        self._context.undo.run(tr("Change the deal team"), work, None, self._context.reporter.report)

    def _add_to_team(self) -> None:
        from desktop_crm.ui.widgets.new_record_dialog import NewRecordDialog

        if self._row_id:
            NewRecordDialog(self._context, "deal_member", {"opportunity_id": self._row_id}, self).open()

    @Slot(object, object)
    def _on_changed(self, changes: Changes, _initiator: object) -> None:
        here = changes.touches(*_OURS) or self._row_id in changes.rows(self._entity)
        if self._row_id and self.isVisible() and here:
            self.refresh()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.refresh()


class _Part(QWidget):
    """Rows under a title."""

    def __init__(self, title: str) -> None:
        super().__init__()
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(6)
        self.head = QHBoxLayout()
        self.head.addWidget(label(title, "label"))
        self.count = label("", "hint")
        self.head.addWidget(self.count)
        self.head.addStretch(1)
        box.addLayout(self.head)
        self._rows = QVBoxLayout()
        self._rows.setSpacing(6)
        box.addLayout(self._rows)

    def show_rows(self, rows: list[QWidget], nothing: str) -> None:
        fill(self._rows, rows, nothing)


def _two_lines(first: QWidget, second: QWidget) -> QWidget:
    row = QWidget()
    box = QVBoxLayout(row)
    box.setContentsMargins(0, 0, 0, 0)
    box.setSpacing(1)
    box.addWidget(first)
    box.addWidget(second)
    return row
