"""The bar of time below the map: any date by slider or calendar, play, and what is other than on an earlier day.

It reads the map's past when it is opened and hands views out; nothing of the map is written but the mark of a review.
Signals: `past_wanted(view or None, marks, difference or None)`, `review_wanted()`, `closed()`.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from functools import partial

from PySide6.QtCore import QDate, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QComboBox, QFrame, QHBoxLayout, QVBoxLayout, QWidget

from desktop_crm.domain.stakeholders.past import Difference, MapPast, difference, with_those_who_left
from desktop_crm.domain.stakeholders.values import MapView
from desktop_crm.i18n import formats, tr
from desktop_crm.services import stakeholder_past
from desktop_crm.ui.runtime.context import UiContext
from desktop_crm.ui.stakeholders import past_words
from desktop_crm.ui.stakeholders.card_painting import CardState
from desktop_crm.ui.widgets.buttons import button, icon_button
from desktop_crm.ui.widgets.labels import ElidedLabel, label
from desktop_crm.ui.widgets.steady import SteadyComboBox, SteadyDateEdit, SteadySlider

STEP_MS = 700
COMPARE_WIDTH = 210
MOST_STOPS = 40
SPANS = (7, 30, 90, 365)
"""Days back that a comparison is offered for."""


class TimeBar(QFrame):
    """Escape, or the last stop of the slider, is today."""

    past_wanted = Signal(object, object, object)
    review_wanted = Signal()
    closed = Signal()

    def __init__(self, context: UiContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "header")
        self._context = context
        self._slot = context.lanes.slot()
        self.map_id: str | None = None
        self._past: MapPast | None = None
        self._stops: tuple[datetime, ...] = ()
        self._timer = QTimer(self)
        self._timer.setInterval(STEP_MS)
        self._timer.timeout.connect(self._on_tick)
        box = QVBoxLayout(self)
        box.setContentsMargins(18, 8, 18, 8)
        box.setSpacing(4)
        upper, lower = QHBoxLayout(), QHBoxLayout()
        for row in (upper, lower):
            row.setSpacing(8)
            box.addLayout(row)
        self.play = icon_button("arrow_right", tr("Play the history"), self._on_play, framed=True)
        self.slider = SteadySlider(Qt.Orientation.Horizontal)
        self.slider.setAccessibleName(tr("Look back in time"))
        self.slider.valueChanged.connect(self._on_moved)
        self.day = SteadyDateEdit()
        self.day.setCalendarPopup(True)
        self.day.setDisplayFormat("yyyy-MM-dd")
        self.day.setAccessibleName(tr("Date shown"))
        self.day.dateChanged.connect(self._on_day)
        self.what = ElidedLabel("", "hint")
        upper.addWidget(label(tr("Look back in time"), "body2"))
        upper.addWidget(self.play)
        upper.addWidget(self.slider, 1)
        upper.addWidget(self.day)
        upper.addWidget(icon_button("close", tr("Back to today"), self.close_bar, shortcut="Esc"))
        self.compare = SteadyComboBox()
        self.compare.setAccessibleName(tr("Compare with"))
        self.compare.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self.compare.setMinimumWidth(COMPARE_WIDTH)
        self.compare.activated.connect(self._on_compared)
        self.reviewed = button(tr("Mark as reviewed today"), self.review_wanted.emit)
        lower.addWidget(self.what, 1)
        lower.addWidget(self.compare)
        lower.addWidget(self.reviewed)
        self.hide()

    def toggle(self) -> None:
        """Open for the map that is shown, or go back to today."""
        if self.isVisible():
            self.close_bar()
        elif self.map_id is not None:
            self.open_bar(self.map_id)

    def open_bar(self, map_id: str) -> None:
        """Read the past of a map and begin at today."""
        self._past = None
        self.setEnabled(False)
        self.show()
        fn = partial(stakeholder_past.past, self._context.workspace, map_id)
        self._slot.read(fn, self._on_read, self._on_failed)

    def close_bar(self) -> None:
        """Back to today."""
        self._timer.stop()
        self._slot.cancel()
        if not self.isHidden():
            self.hide()
            self._past = None
            self.past_wanted.emit(None, {}, None)
            self.closed.emit()

    def look_again(self, view: MapView) -> None:
        """The map was changed elsewhere: read its past again."""
        if self.isVisible() and self._past is not None and view != self._past.now:
            self.open_bar(view.id)

    @property
    def ready(self) -> bool:
        """Whether the past has been read."""
        return self._past is not None

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.close_bar()
        else:
            super().keyPressEvent(event)

    def _on_failed(self, error: BaseException) -> None:
        self.close_bar()
        self._context.reporter.report(error)

    def _on_read(self, past: MapPast) -> None:
        self._past = past
        moments = past.moments()
        self._stops = thinned(moments, MOST_STOPS * 10)
        self._offer_spans(past)
        first = moments[0] if moments else self._context.workspace.clock.now()
        self.day.blockSignals(True)
        self.day.setMinimumDate(_qdate(first.astimezone().date() - timedelta(days=1)))
        self.day.setMaximumDate(_qdate(self._context.workspace.today()))
        self.day.blockSignals(False)
        self.slider.blockSignals(True)
        self.slider.setRange(0, len(self._stops))
        self.slider.setValue(len(self._stops))
        self.slider.blockSignals(False)
        self.setEnabled(True)
        self.slider.setFocus()
        self._show(None)

    def _offer_spans(self, past: MapPast) -> None:
        self.compare.clear()
        self.compare.addItem(tr("Compare with …"), None)
        if past.now.reviewed_at is not None:
            day = formats.date(past.now.reviewed_at)
            self.compare.addItem(tr("The last review ({date})", date=day), past.now.reviewed_at)
        now = self._context.workspace.clock.now()
        for days in SPANS:
            self.compare.addItem(tr("{n} days ago", n=days), now - timedelta(days=days))

    def _on_moved(self, value: int) -> None:
        self._show(self._stops[value] if value < len(self._stops) else None)

    def _on_day(self, day: QDate) -> None:
        if self._past is None:
            return
        wanted = date(day.year(), day.month(), day.day())
        if wanted >= self._context.workspace.today():
            self._show(None)
            return
        end = datetime.combine(wanted, time.max).astimezone(UTC)
        place = sum(one <= end for one in self._stops)
        self.slider.blockSignals(True)
        self.slider.setValue(max(place - 1, 0))
        self.slider.blockSignals(False)
        self._show(end)

    def _on_compared(self, _place: int) -> None:
        value = self.slider.value()
        self._show(self._stops[value] if value < len(self._stops) else None)

    def _show(self, when: datetime | None) -> None:
        """The map of a moment (today's for None), compared with the day that is chosen."""
        past = self._past
        if past is None:
            return
        view = past.now if when is None else past.at(when)
        self.day.blockSignals(True)
        self.day.setDate(_qdate(self._context.workspace.today() if when is None else when.astimezone().date()))
        self.day.blockSignals(False)
        since = self.compare.currentData()
        if since is None:
            self.what.set_text(self._told(past, when))
            self.past_wanted.emit(None if when is None else view, {}, None)
            return
        other = difference(past.at(since), view)
        self.what.set_text(past_words.counts(other))
        both = with_those_who_left(view, other.left)
        self.past_wanted.emit(both, marks(other), other)

    def _told(self, past: MapPast, when: datetime | None) -> str:
        """What happened at the moment that is shown."""
        place = len(self._stops) if when is None else sum(one <= when for one in self._stops)
        if when is None or place == 0:
            return tr("The map of today") if when is None else tr("Before the map began")
        before = past.at(self._stops[place - 1] - timedelta(milliseconds=1))
        turn = past_words.first_line(past.now, difference(before, past.at(self._stops[place - 1])))
        return tr("Change {n}: {what}", n=place, what=turn or tr("places or words"))

    def _on_play(self) -> None:
        if self._timer.isActive():
            self._timer.stop()
            return
        if self.slider.value() == self.slider.maximum():
            self.slider.setValue(0)
        self._timer.start()

    def _on_tick(self) -> None:
        step = max(1, len(self._stops) // MOST_STOPS)
        self.slider.setValue(min(self.slider.value() + step, self.slider.maximum()))
        if self.slider.value() == self.slider.maximum():
            self._timer.stop()


def marks(other: Difference) -> dict[str, CardState]:
    """How the cards of a comparison are marked."""
    found = {turn.node_id: CardState.TURNED for turn in other.turned}
    found |= {node.id: CardState.CAME for node in other.came}
    return found | {node.id: CardState.GONE for node in other.left}


def thinned(moments: tuple[datetime, ...], most: int) -> tuple[datetime, ...]:
    """At most so many moments, the last one kept."""
    step = -(-len(moments) // most) if moments else 1
    return tuple(reversed(moments[::-1][::step]))


def _qdate(day: date) -> QDate:
    return QDate(day.year, day.month, day.day)
