"""The timeline card: what happened around an account, newest first, a page at a time."""

from __future__ import annotations

from datetime import datetime
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from desktop_crm.foundation.changes import Changes
from desktop_crm.i18n import formats, tr
from desktop_crm.i18n.labels import option_label
from desktop_crm.services import accounts
from desktop_crm.services.accounts import Happening, TimelineEntry
from desktop_crm.ui.accounts.openable import OpenableRow
from desktop_crm.ui.runtime.context import UiContext
from desktop_crm.ui.theme import Mood, mood_of
from desktop_crm.ui.widgets.buttons import button
from desktop_crm.ui.widgets.card import Card
from desktop_crm.ui.widgets.labels import ElidedLabel, clear, label, rule
from desktop_crm.ui.widgets.pill import Pill
from desktop_crm.ui.widgets.segmented import SegmentedControl

PAGE = 12
TEXT_LENGTH = 160
PILL_WIDTH = 64
_ENTITIES = ("activity", "quote_version", "opportunity", "account", "contact", "quote")


class TimelineCard(Card):
    """`show_account(id)` reads the first page; a button at its end reads the next."""

    def __init__(self, context: UiContext, parent: QWidget | None = None) -> None:
        super().__init__(tr("Timeline"), parent=parent)
        self._context = context
        self._account: str | None = None
        self._last: datetime | None = None
        self._slot = context.lanes.slot()
        self._scope = SegmentedControl((("whole", tr("With all below")), ("own", tr("This account"))))
        self._scope.chosen.connect(self._on_scope)
        self.corner.addWidget(self._scope)
        self._rows = QVBoxLayout()
        self._rows.setSpacing(9)
        self.body.addLayout(self._rows)
        self._more = button(tr("Show more"), self._read_more, kind="small")
        self._more.hide()
        self.body.addWidget(self._more, 0, Qt.AlignmentFlag.AlignLeft)
        self.body.addStretch(1)
        context.hub.changed.connect(self._on_changed)

    def show_account(self, account_id: str) -> None:
        if account_id != self._account:
            self.hide()  # what happened at the other account never stands under this one's name
        self._account = account_id
        self._read(None)

    def _read(self, before: datetime | None) -> None:
        if self._account is None:
            return
        work = partial(
            accounts.timeline,
            self._context.workspace,
            self._account,
            before=before,
            limit=PAGE,
            whole=self._scope.current() == "whole",
        )
        self._slot.read(work, partial(self._show, before is None))

    def _read_more(self) -> None:
        self._read(self._last)

    def _on_scope(self, _key: str) -> None:
        self._read(None)

    def _on_changed(self, changes: Changes, _initiator: object) -> None:
        if self._account is not None and changes.touches(*_ENTITIES):
            self._read(None)

    def _show(self, first: bool, entries: tuple[TimelineEntry, ...]) -> None:
        if first:
            clear(self._rows)
        now = self._context.workspace.clock.now()
        for entry in entries:
            if self._rows.count():
                self._rows.addWidget(rule())
            self._rows.addWidget(TimelineRow(entry, now, self._context, alone=entry.account_id == self._account))
        if first and not entries:
            self._rows.addWidget(
                label(tr("Nothing has happened here yet. Write down the first visit or call."), "hint")
            )
        self._last = entries[-1].at if entries else self._last
        self._more.setVisible(len(entries) == PAGE)
        self.show()


class TimelineRow(OpenableRow):
    """One thing that happened; a press or Enter opens it."""

    def __init__(self, entry: TimelineEntry, now: datetime, context: UiContext, *, alone: bool) -> None:
        super().__init__(context, entry.entity, entry.row_id)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(9)
        word, mood = sign(entry)
        pill = Pill(word, mood)
        pill.setFixedWidth(max(PILL_WIDTH, pill.sizeHint().width()))
        row.addWidget(pill, 0, Qt.AlignmentFlag.AlignTop)
        text = QVBoxLayout()
        text.setSpacing(1)
        head = QHBoxLayout()
        head.setSpacing(7)
        head.addWidget(ElidedLabel(heading(entry), "strong"), 1)
        head.addWidget(label(when(entry.at, now), "hint"))
        text.addLayout(head)
        for line in lines(entry, alone=alone):
            text.addWidget(label(line, "body2", wrap=True))
        row.addLayout(text, 1)
        self.setAccessibleName(f"{word}: {heading(entry)}, {formats.datetime(entry.at)}")


def sign(entry: TimelineEntry) -> tuple[str, Mood]:
    """The pill before an entry."""
    match entry.what:
        case Happening.ACTIVITY:
            return option_label("kind", entry.kind or "note"), mood_of("kind", entry.kind or "note")
        case Happening.QUOTE:
            return tr("Quote"), Mood.accent
        case Happening.STAGE:
            return tr("Stage"), Mood.good
        case Happening.OWNER:
            return tr("Owner"), Mood.neutral
        case Happening.PARENT:
            return tr("Moved"), Mood.neutral


def heading(entry: TimelineEntry) -> str:
    """The bold line of an entry."""
    if entry.what is Happening.QUOTE:
        return tr("{number} v{version} issued", number=entry.title, version=entry.version or 1)
    if entry.what in {Happening.OWNER, Happening.PARENT}:
        return f"{entry.before or '–'} → {entry.after or '–'}"
    return entry.title


def lines(entry: TimelineEntry, *, alone: bool) -> tuple[str, ...]:
    """What stands below the bold line."""
    first = ""
    if entry.what is Happening.ACTIVITY:
        first = entry.text.strip().replace("\n", " ")
        first = first if len(first) <= TEXT_LENGTH else first[: TEXT_LENGTH - 1] + "…"
    elif entry.what is Happening.QUOTE:
        amount = formats.money(entry.amount, entry.currency) if entry.amount is not None else ""
        first = " · ".join(part for part in (amount, entry.text) if part)
    elif entry.what is Happening.STAGE:
        first = f"{entry.before or '–'} → {entry.after or '–'}"
    around = (entry.contact, "" if alone else entry.account, entry.who)
    return tuple(line for line in (first, " · ".join(part for part in around if part)) if line)


def when(at: datetime, now: datetime) -> str:
    """Today's time, or the day."""
    if at.astimezone().date() == now.astimezone().date():
        return formats.time(at)
    if (now - at).days < 7:
        return formats.relative(at, now)
    same_year = at.astimezone().year == now.astimezone().year
    return formats.date_short(at) if same_year else formats.date(at)
