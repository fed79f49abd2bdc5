"""The cards of the sync centre: conflicts to decide, refused changes, waiting changes, the runs as bars."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Slot
from PySide6.QtGui import QColor, QHelpEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QProgressBar,
    QSizePolicy,
    QToolTip,
    QVBoxLayout,
    QWidget,
)

from desktop_crm.i18n import ntr, tr
from desktop_crm.ui.runtime.context import UiContext
from desktop_crm.ui.runtime.sync_runner import SyncState
from desktop_crm.ui.sync.view import ConflictView, OverusedView, PendingView, RefusedView, RunView, Side
from desktop_crm.ui.theme import Mood, current
from desktop_crm.ui.widgets.buttons import button
from desktop_crm.ui.widgets.card import Card
from desktop_crm.ui.widgets.labels import ElidedLabel, label, rule
from desktop_crm.ui.widgets.pill import Pill

Open = Callable[[str, str], None]
Decide = Callable[[str, str], None]
Compare = Callable[[str], None]


class FirstCard(Card):
    """A first sync that goes on: how much is here, how long it takes. It is told in place, so that nothing jumps."""

    def __init__(self) -> None:
        super().__init__(tr("First sync"))
        self.setObjectName("first")
        self.bar = QProgressBar()
        self.bar.setRange(0, 1000)
        self.bar.setTextVisible(False)
        self._words = label("", "body2", wrap=True)
        self.add(self.bar)
        self.add(self._words)
        self.add(label(tr("You can work meanwhile. What you change is kept and sent."), "hint", wrap=True))

    def show_progress(self, share: float | None, text: str) -> None:
        """`share`: 0 to 1, None when nobody knows."""
        self.bar.setRange(0, 0 if share is None else 1000)
        if share is not None:
            self.bar.setValue(round(share * 1000))
        self.bar.setAccessibleName(f"{tr('First sync')}: {text}")
        self._words.setText(text)


class ConnectionCard(Card):
    """How the connection is used."""

    def __init__(self, context: UiContext) -> None:
        super().__init__(tr("Connection"))
        self.metered = QCheckBox(tr("This connection costs: files wait, and sync comes less often"))
        self.metered.setChecked(context.sync.state.metered)
        self.metered.toggled.connect(context.sync.set_metered)
        context.sync.changed.connect(self._on_sync)
        self.add(self.metered)
        if context.sync.state.captive:
            self.add(label(tr("The system says that this network asks for a sign-in first."), "error", wrap=True))
        words = tr("Proxies are those of the system. “Sync now” and your edits go at once all the same.")
        self.add(label(words, "hint", wrap=True))
        self.add(label(tr("Until you choose, it is as the system says of the connection."), "hint", wrap=True))

    @Slot(object)
    def _on_sync(self, state: SyncState) -> None:
        blocked = self.metered.blockSignals(True)
        self.metered.setChecked(state.metered)
        self.metered.blockSignals(blocked)


class ConflictCard(Card):
    """One conflict: what came together, the three values, a button to use each."""

    def __init__(self, view: ConflictView, decide: Decide, show: Open, compare: Compare | None = None) -> None:
        super().__init__()
        self.setObjectName(f"conflict:{view.id}")
        head = QHBoxLayout()
        title = button(view.title, partial(show, view.entity, view.row_id), kind="heading", tip=tr("Open this record"))
        head.addWidget(title, 1)
        head.addWidget(Pill(tr("To decide"), Mood.bad))
        self.add(head)
        self.add(label(view.text, "body2", wrap=True))
        sides = QHBoxLayout()
        sides.setSpacing(10)
        for side in view.sides:
            sides.addWidget(_side(side, None if view.merge else partial(decide, view.id, side.keep)), 1)
        self.add(sides)
        if view.merge and compare is not None:
            row = QHBoxLayout()
            merged = button(tr("Compare and merge"), partial(compare, view.merge), kind="primary")
            merged.setObjectName("merge")
            row.addWidget(merged)
            row.addWidget(button(tr("They are different"), partial(decide, view.id, "kept"), kind="small"))
            row.addStretch(1)
            self.add(row)
        self.setAccessibleName(view.title)


class ManyCard(Card):
    """Several conflicts of one account: decided together, for one's own values or the others'."""

    def __init__(self, account: str, count: int, decide: Callable[[bool], None]) -> None:
        super().__init__()
        self.setObjectName("many")
        row = QHBoxLayout()
        words = ntr("{account}: {n} conflict", "{account}: {n} conflicts", count, account=account)
        row.addWidget(label(words, "section", wrap=True), 1)
        for mine, text in ((True, tr("My values for all")), (False, tr("The others' values for all"))):
            made = button(text, partial(decide, mine), kind="small")
            made.setObjectName("all:mine" if mine else "all:theirs")
            made.setAccessibleName(f"{words} · {text}")
            row.addWidget(made)
        self.add(row)
        self.setAccessibleName(words)


def _side(side: Side, act: Callable[[], None] | None) -> QFrame:
    box = QFrame()
    box.setProperty("role", "well" if side.keep == "before" else "card")
    box.setProperty("chosen", "true" if side.chosen else "false")
    inner = QVBoxLayout(box)
    inner.setContentsMargins(13, 10, 13, 11)
    inner.setSpacing(2)
    inner.addWidget(label(side.name, "label"))
    value = label(side.value, "section", wrap=True)
    value.setToolTip(side.value)
    inner.addWidget(value)
    inner.addWidget(label(side.by, "hint", wrap=True))
    inner.addStretch(1)
    if act is None:
        return box
    text = tr("Put back") if side.keep == "before" else tr("Use this value")
    taken = button(text, act, kind="small" if not side.chosen else "primary", tip=f"{text}: {side.value}")
    taken.setObjectName(f"use:{side.keep}")
    row = QHBoxLayout()
    row.addWidget(taken)
    row.addStretch(1)
    inner.addSpacing(4)
    inner.addLayout(row)
    return box


class DecidedCard(Card):
    """A conflict that was decided; it can be turned round."""

    def __init__(self, view: ConflictView, decide: Decide, show: Open) -> None:
        super().__init__()
        head = QHBoxLayout()
        head.addWidget(
            button(view.title, partial(show, view.entity, view.row_id), kind="heading", tip=tr("Open this record")), 1
        )
        head.addWidget(Pill(tr("Decided"), Mood.neutral))
        self.add(head)
        row = QHBoxLayout()
        row.setSpacing(14)
        for side in view.sides:
            row.addWidget(button(f"{side.name}: {side.value}", partial(decide, view.id, side.keep), kind="link"))
        row.addStretch(1)
        self.add(row)


class OverusedCard(Card):
    """An approval in advance that was used too often: under which versions; the account to open, the approval to take back."""

    def __init__(self, view: OverusedView, revoke: Callable[[str], None], show: Open) -> None:
        super().__init__()
        self.setObjectName(f"overused:{view.id}")
        head = QHBoxLayout()
        heading = partial(show, "account", view.account_id)
        head.addWidget(button(view.title, heading, kind="heading", tip=tr("Open this record")), 1)
        head.addWidget(Pill(tr("Used too often"), Mood.bad))
        self.add(head)
        self.add(label(view.text, "body2", wrap=True))
        self.add(label(view.versions, "hint", wrap=True))
        row = QHBoxLayout()
        back = button(tr("Revoke"), partial(revoke, view.id), kind="small")
        back.setObjectName("revoke")
        row.addWidget(back)
        row.addStretch(1)
        self.add(row)


class RefusedCard(Card):
    """A change that the server refused: why, what was typed, try again, change it, or let it go."""

    def __init__(
        self,
        view: RefusedView,
        retry: Callable[[str], None],
        give_up: Callable[[str], None],
        edit: Callable[[str], None],
    ) -> None:
        super().__init__()
        self.setObjectName(f"refused:{view.op_id}")
        head = QHBoxLayout()
        head.addWidget(label(view.title, "section"), 1)
        head.addWidget(Pill(tr("Refused"), Mood.bad))
        self.add(head)
        self.add(label(view.reason, "body2", wrap=True))
        self.add(label(view.what, "hint", wrap=True))
        row = QHBoxLayout()
        row.addWidget(button(tr("Send again"), partial(retry, view.op_id), kind="small"))
        changed = button(tr("Edit and send…"), partial(edit, view.op_id), kind="small")
        changed.setObjectName("edit")
        row.addWidget(changed)
        row.addWidget(button(tr("Let it go"), partial(give_up, view.op_id), kind="small"))
        row.addStretch(1)
        self.add(row)


class PendingCard(Card):
    """The changes that wait, newest first."""

    def __init__(self, views: tuple[PendingView, ...], count: int, show: Open) -> None:
        super().__init__(tr("Changes to send"))
        if not views:
            self.add(label(tr("Nothing waits. What you change is sent when the server is reached."), "hint", wrap=True))
            return
        grid = QGridLayout()
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(6)
        grid.setColumnStretch(1, 3)
        grid.setColumnStretch(2, 4)
        for place, view in enumerate(views):
            grid.addWidget(label(view.kind, "body2"), 2 * place, 0)
            title = button(view.title, partial(show, view.entity, view.row_id), kind="rowlink", tip=view.title)
            title.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
            grid.addWidget(title, 2 * place, 1)
            grid.addWidget(ElidedLabel(view.what, "hint"), 2 * place, 2)
            grid.addWidget(label(view.time, "hint"), 2 * place, 3, Qt.AlignmentFlag.AlignRight)
            grid.addWidget(rule(), 2 * place + 1, 0, 1, 4)
        self.add(grid)
        if count > len(views):
            self.add(label(ntr("and {n} more", "and {n} more", count - len(views)), "hint"))


class RunBars(QWidget):
    """The newest runs as bars, oldest at the left; the line about one shows on hover."""

    def __init__(self, runs: tuple[RunView, ...], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._runs = runs
        self.setFixedHeight(64)
        self.setAccessibleName("; ".join(run.text for run in runs))

    def sizeHint(self) -> QSize:
        return QSize(240, 64)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        look = current()
        most = max((run.amount for run in self._runs), default=1) or 1
        for place, run in enumerate(self._runs):
            height = 6 + (self.height() - 6) * run.amount / most
            colour = QColor(look.bad if run.failed else look.accent)
            colour.setAlphaF(1.0 if run.failed else 0.45 + 0.55 * run.amount / most)
            painter.setBrush(colour)
            painter.drawRoundedRect(self._bar(place, height), 2, 2)
        painter.end()

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            for place, run in enumerate(self._runs):
                if self._bar(place, self.height()).contains(event.pos()):
                    QToolTip.showText(event.globalPos(), run.text, self)
            return True
        return super().event(event)

    def _bar(self, place: int, height: float) -> QRectF:
        width = min((self.width() + 5) / max(len(self._runs), 8) - 5, 46)
        return QRectF(place * (width + 5), self.height() - height, width, height)
