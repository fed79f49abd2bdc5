"""After an import: what came in, what is still open with what can be done about it, and the way back."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from desktop_crm.domain.schema import REGISTRY
from desktop_crm.i18n import formats, tr
from desktop_crm.i18n.labels import entity_label
from desktop_crm.services.importing import FileReport
from desktop_crm.services.importing.reports import problem_text
from desktop_crm.ui.exchange.findings import FindingsCard, findings_of
from desktop_crm.ui.exchange.flow import ImportFlow
from desktop_crm.ui.exchange.review_view import CountsCard
from desktop_crm.ui.theme import Mood
from desktop_crm.ui.widgets.card import Card
from desktop_crm.ui.widgets.labels import ElidedLabel, clear, label, rule
from desktop_crm.ui.widgets.pill import Pill

WIDTH = 860


class ResultView(QWidget):
    """Watches a flow. Signals: `save_requested(ImportReport)`, `mend_requested()`."""

    save_requested = Signal(object)
    mend_requested = Signal()

    def __init__(self, flow: ImportFlow, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._flow = flow
        self.counts = CountsCard(tr("What came in"))
        self._files = Card(tr("Files"))
        self._lines = QVBoxLayout()
        self._lines.setSpacing(6)
        self._files.add(self._lines)
        self.findings = FindingsCard(lasting=False)
        self.findings.decided.connect(flow.settle)
        self.findings.save_requested.connect(self._on_save)
        self.findings.mend_requested.connect(self.mend_requested)
        inner = QWidget()
        inner.setProperty("role", "clear")
        inner.setMaximumWidth(WIDTH)
        box = QVBoxLayout(inner)
        box.setContentsMargins(0, 16, 0, 16)
        box.setSpacing(14)
        for card in (self.counts, self.findings, self._files):
            box.addWidget(card)
        self._more = QVBoxLayout()
        box.addLayout(self._more)
        box.addStretch(1)
        middle = QWidget()
        middle.setProperty("role", "clear")
        row = QHBoxLayout(middle)
        row.setContentsMargins(18, 0, 18, 0)
        row.addStretch(1)
        row.addWidget(inner, 20)
        row.addStretch(1)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setWidget(middle)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(area)

    def add_card(self, card: Card) -> None:
        """One more card below the others."""
        self._more.addWidget(card)

    def show_result(self) -> None:
        """Show the flow's result."""
        result = self._flow.result
        if result is None:
            return
        checks = sum(group.rows for group in result.open) + result.report.total("refused")
        self.counts.show_report(result.report, checks)
        self.findings.show_findings(result.open, findings_of(result.report), {}, result.report.more)
        clear(self._lines)
        for place, file in enumerate(result.report.files):
            if place:
                self._lines.addWidget(rule())
            self._lines.addWidget(_line(file))

    def _on_save(self) -> None:
        if self._flow.result is not None:
            self.save_requested.emit(self._flow.result.report)


def _line(file: FileReport) -> QWidget:
    row = QWidget()
    row.setProperty("role", "clear")
    box = QHBoxLayout(row)
    box.setContentsMargins(0, 2, 0, 2)
    from pathlib import Path

    box.addWidget(ElidedLabel(Path(file.path).name, "body"), 2)
    if file.kind is None:
        box.addWidget(label(problem_text(file.problems[0]), "hint", wrap=True), 3)
        box.addWidget(Pill(tr("not taken"), Mood.bad))
        return row
    entity = REGISTRY.find(file.kind)
    text = tr(
        "{kind}: {created} new, {updated} changed, {unchanged} as before",
        kind=entity_label(entity.name, plural=True) if entity else file.kind,
        created=formats.number(file.created),
        updated=formats.number(file.updated),
        unchanged=formats.number(file.unchanged),
    )
    made = ", ".join(f"{entity_label(name, plural=True)} {formats.number(count)}" for name, count in file.made.items())
    if made:
        text = tr("{counts}; made along the way: {made}", counts=text, made=made)
    box.addWidget(label(text, "hint", wrap=True), 3)
    if file.refused:
        box.addWidget(Pill(tr("{n} not taken", n=formats.number(file.refused)), Mood.warn))
    else:
        box.addWidget(Pill(tr("whole"), Mood.good))
    return row
