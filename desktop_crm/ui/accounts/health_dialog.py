"""The health of an account: the score, each part with its weight and its evidence; evidence that has a record opens it."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QHBoxLayout, QProgressBar, QVBoxLayout, QWidget

from desktop_crm.domain.accounts.health import FAIR, GOOD, Health, PartHealth, Reason
from desktop_crm.i18n import health_words, tr
from desktop_crm.i18n.labels import field_label
from desktop_crm.ui.accounts.openable import ActRow
from desktop_crm.ui.runtime.context import UiContext
from desktop_crm.ui.theme import Mood
from desktop_crm.ui.widgets.buttons import button, no_default
from desktop_crm.ui.widgets.help_key import explained_by
from desktop_crm.ui.widgets.labels import ElidedLabel, label
from desktop_crm.ui.widgets.pill import Pill
from desktop_crm.ui.widgets.scrolled import scrolled

WIDTH, HEIGHT = 560, 560


def mood_of_score(score: int | None) -> Mood:
    """Good from 70, fair from 40, else bad."""
    if score is None:
        return Mood.neutral
    return Mood.good if score >= GOOD else Mood.warn if score >= FAIR else Mood.bad


def score_word(score: int | None) -> str:
    """The mood of a score in a word."""
    return {
        Mood.good: tr("good"),
        Mood.warn: tr("fair"),
        Mood.bad: tr("at risk"),
        Mood.neutral: tr("not enough known"),
    }[mood_of_score(score)]


class HealthDialog(QDialog):
    def __init__(self, context: UiContext, name: str, health: Health, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        explained_by(self, "account")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._context = context
        title = field_label("account", "health")
        self.setWindowTitle(f"{title} – {name}")
        self.resize(WIDTH, HEIGHT)
        box = QVBoxLayout(self)
        box.setContentsMargins(20, 16, 20, 16)
        box.setSpacing(10)
        head = QHBoxLayout()
        head.addWidget(ElidedLabel(name, "section"), 1)
        head.addWidget(label(health_words.score_text(health.score), "section"))
        head.addWidget(Pill(score_word(health.score), mood_of_score(health.score)))
        box.addLayout(head)
        box.addWidget(
            label(tr("Made from these parts, with everything below the account; weights in brackets."), "hint")
        )
        inside = QWidget()
        parts = QVBoxLayout(inside)
        parts.setContentsMargins(0, 0, 0, 0)
        parts.setSpacing(14)
        for part in health.parts:
            parts.addLayout(self._part(part))
        parts.addStretch(1)
        box.addWidget(scrolled(inside, 4, title), 1)
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(button(tr("Close"), self.accept))
        box.addLayout(row)
        no_default(self)

    def _part(self, part: PartHealth) -> QVBoxLayout:
        box = QVBoxLayout()
        box.setSpacing(3)
        line = QHBoxLayout()
        name = health_words.part_label(part.part.value)
        line.addWidget(label(f"{name} ({part.weight})", "strong"))
        line.addStretch(1)
        shown = health_words.score_text(part.score) if part.score is not None else tr("not counted")
        line.addWidget(label(shown, "strong" if part.score is not None else "hint"))
        box.addLayout(line)
        if part.score is not None:
            bar = QProgressBar()
            bar.setRange(0, 100)
            bar.setValue(part.score)
            bar.setTextVisible(False)
            bar.setAccessibleName(f"{name}: {shown}")
            box.addWidget(bar)
        for reason in part.reasons:
            box.addWidget(self._reason(reason, counted=part.score is not None))
        return box

    def _reason(self, reason: Reason, *, counted: bool) -> QWidget:
        opens = bool(reason.row_id) and self._context.routes.can_open(reason.entity)
        row = ActRow(partial(self._open, reason) if opens else None)
        line = QHBoxLayout(row)
        line.setContentsMargins(0, 0, 0, 0)
        text = health_words.reason_text(reason.code, reason.values)
        if counted:
            mark = Pill(tr("good") if reason.good else tr("weak"), Mood.good if reason.good else Mood.warn)
            line.addWidget(mark, 0, Qt.AlignmentFlag.AlignTop)
        line.addWidget(label(text, "body2", wrap=True), 1)
        row.setAccessibleName(text)
        return row

    def _open(self, reason: Reason) -> None:
        self.accept()
        self._context.routes.open(reason.entity, reason.row_id)
