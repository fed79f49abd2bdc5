"""The card of versions: the draft in work and every issued one, with day, author, amount and hash; a press opens it.

Signals: `chosen(id or None)`: the row of a version, or the draft. `compare_wanted()`: two of them side by side;
`alternatives_wanted()`: other offers to the same customer.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from desktop_crm.i18n import formats, tr
from desktop_crm.i18n.labels import version_state_label
from desktop_crm.ui.quotes.editor import QuoteEditor
from desktop_crm.ui.theme import Mood, mood_of
from desktop_crm.ui.widgets.buttons import button
from desktop_crm.ui.widgets.card import Card
from desktop_crm.ui.widgets.labels import ElidedLabel, clear, label, rule
from desktop_crm.ui.widgets.pill import Pill

if TYPE_CHECKING:
    from desktop_crm.services.quotes import OpenQuote, VersionSummary

HASH_SIGNS = 8


class VersionsCard(Card):
    chosen = Signal(object)
    compare_wanted = Signal()
    alternatives_wanted = Signal()

    def __init__(self, editor: QuoteEditor, parent: QWidget | None = None) -> None:
        super().__init__(tr("Versions"), parent=parent)
        self._editor = editor
        inner = QWidget()
        inner.setProperty("role", "clear")
        self._rows = QVBoxLayout(inner)
        self._rows.setContentsMargins(0, 0, 0, 0)
        self._rows.setSpacing(0)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Ignored)
        area.setWidget(inner)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.viewport().setProperty("role", "clear")
        self.add(area, 1)
        tip = tr("See what changed from one version to another")
        self.compare = button(tr("Compare"), self.compare_wanted.emit, kind="small", tip=tip)
        self.compare.hide()
        tip = tr("Offers that stand side by side, of which the customer takes one")
        self.alternatives = button(tr("Alternatives"), self.alternatives_wanted.emit, kind="small", tip=tip)
        self.corner.addWidget(self.alternatives)
        self.corner.addWidget(self.compare)
        self._shown: tuple[object, ...] = ()
        editor.opened.connect(self.refresh)
        editor.drafted.connect(self.refresh)
        editor.settled.connect(self.refresh)

    def refresh(self) -> None:
        """Show what the editor knows; rows are made anew only when something is new."""
        found = self._editor.quote
        viewing = self._editor.viewing.hash if self._editor.viewing is not None else None
        state = () if found is None else (found.versions, found.status, found.draft_version, found.standing_id, viewing)
        if state == self._shown:
            return
        self._shown = state
        clear(self._rows)
        self.compare.setVisible(found is not None and len(found.versions) + found.is_draft > 1)
        if found is None:
            return
        if found.is_draft or not found.versions:
            self._rows.addWidget(self._draft_row(found, current=viewing is None))
        for place, version in enumerate(found.versions):
            current = viewing == version.hash or (viewing is None and not found.is_draft and place == 0)
            self._rows.addWidget(self._version_row(version, found.state_of(version), current=current))
        self._rows.addStretch(1)

    def _draft_row(self, found: OpenQuote, *, current: bool) -> QWidget:
        name = tr("Draft in work")
        return self._row(
            f"v{found.draft_version}", name, tr("Saved as you type"), (tr("Draft"), Mood.warn), None, current
        )

    def _version_row(self, version: VersionSummary, state: str, *, current: bool) -> QWidget:
        amount = formats.money(version.grand_total, version.currency)
        facts = [
            tr("issued {date}", date=formats.date_short(version.issued_at)),
            version.issued_by,
            f"#{version.hash[:HASH_SIGNS]}",
        ]
        hint = " · ".join(fact for fact in facts if fact)
        pill = (version_state_label(state), mood_of("status", state))
        return self._row(version.label, amount, hint, pill, version.id, current)

    def _row(
        self, name_text: str, title: str, hint: str, state: tuple[str, Mood], version: str | None, current: bool
    ) -> QWidget:
        row = QWidget()
        box = QVBoxLayout(row)
        box.setContentsMargins(0, 7, 4, 0)
        box.setSpacing(6)
        line = QHBoxLayout()
        line.setSpacing(10)
        name = button(
            name_text,
            partial(self.chosen.emit, version),
            kind="link",
            tip=tr("Open version {version}", version=name_text.removeprefix("v")),
        )
        name.setMinimumWidth(30)
        line.addWidget(name, 0, Qt.AlignmentFlag.AlignTop)
        texts = QVBoxLayout()
        texts.setSpacing(1)
        texts.addWidget(label(title, "strong" if current else "body"))
        texts.addWidget(ElidedLabel(hint, "hint"))
        line.addLayout(texts, 1)
        line.addWidget(Pill(*state), 0, Qt.AlignmentFlag.AlignTop)
        box.addLayout(line)
        box.addWidget(rule())
        return row
