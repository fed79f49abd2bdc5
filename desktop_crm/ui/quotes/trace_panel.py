"""How a price came about: every step with its rule, source, day and amount, of the chosen line or of the whole quote."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QGridLayout, QVBoxLayout, QWidget

from desktop_crm.domain.quotes.basis import PriceBasis
from desktop_crm.domain.quotes.draft import QuoteDraft, QuoteLine
from desktop_crm.domain.quotes.pricing import LineMemory, PricedLine, explain
from desktop_crm.domain.quotes.rules import TraceStep, times_due
from desktop_crm.foundation.ids import RowId
from desktop_crm.i18n import formats, tr
from desktop_crm.i18n.rule_words import rule_label
from desktop_crm.ui.quotes.editor import QuoteEditor
from desktop_crm.ui.quotes.model import plain_amount
from desktop_crm.ui.quotes.rule_words import source_words
from desktop_crm.ui.widgets.labels import clear, label, rule

_RIGHT: Final = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignTop
_MOST: Final = 200
"""So many steps are shown; a quote of a thousand lines has them in its export."""


class TracePanel(QWidget):
    """Works the steps out only while it is in sight."""

    def __init__(self, editor: QuoteEditor, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._editor = editor
        self._line: RowId | None = None
        self._memory = LineMemory()
        self.steps: tuple[TraceStep, ...] = ()
        self.title = label("", "section", wrap=True)
        self.guidance = label("", "hint", wrap=True)
        inner = QWidget()
        self._grid = QGridLayout(inner)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(10)
        self._grid.setVerticalSpacing(7)
        self._grid.setColumnStretch(0, 1)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 4, 0)
        box.setSpacing(10)
        box.addWidget(self.title)
        box.addWidget(self.guidance)
        box.addWidget(inner)
        box.addStretch(1)
        editor.drafted.connect(self.refresh)
        editor.opened.connect(self._on_opened)

    def show_line(self, line_id: RowId | None) -> None:
        """The steps of one line; None for those of the whole."""
        self._line = line_id
        self.refresh()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.refresh()

    def refresh(self) -> None:
        """Work the steps out again."""
        draft = self._editor.draft
        if draft is None or not self.isVisible():
            return
        priced, steps = explain(draft, self._memory)
        line = next((one for one in draft.lines() if one.id == self._line), None)
        self.steps = tuple(step for step in steps if step.line_id == (line.id if line is not None else None))
        self.title.setText(line.name if line is not None else tr("The whole quote"))
        told = guidance(line, priced.lines()[line.id], draft) if line is not None else ""
        self.guidance.setText(told)
        self.guidance.setVisible(bool(told))
        self._fill(draft, self.steps)

    def _on_opened(self) -> None:
        self._line = None
        self.refresh()

    def _fill(self, draft: QuoteDraft, steps: Sequence[TraceStep]) -> None:
        clear(self._grid)
        names = {section.id: section.name for section in draft.sections}
        for place, step in enumerate(steps[:_MOST]):
            what = rule_label(step.rule)
            if step.section_id is not None:
                what = f"{what} · {names.get(step.section_id, '')}"
            source = source_words(step)
            day = formats.date(step.day) if step.day is not None else ""
            texts = QVBoxLayout()
            texts.setSpacing(0)
            texts.addWidget(label(what, "strong"))
            hint = " · ".join(part for part in (source, day) if part)
            if hint:
                texts.addWidget(label(hint, "hint", wrap=True))
            amount = label(plain_amount(step.amount, draft.currency))
            self._grid.addLayout(texts, 2 * place, 0)
            self._grid.addWidget(amount, 2 * place, 1, _RIGHT)
            self._grid.addWidget(rule(), 2 * place + 1, 0, 1, 2)


def guidance(line: QuoteLine, priced: PricedLine, draft: QuoteDraft) -> str:
    """Whether a line's price lies below what we aim at, or below what nobody goes below alone."""
    known: PriceBasis | None = line.price_basis
    times = times_due(line)
    if known is None or not line.quantity or not times:
        return ""
    each = priced.final * times.denominator / times.numerator / line.quantity
    floor, target = known.floor_price, known.target_price
    if floor is not None and each < floor:
        return tr("Below the floor price of {price}", price=plain_amount(floor, draft.currency))
    if target is not None and each < target:
        return tr("Below the target price of {price}", price=plain_amount(target, draft.currency))
    return ""
