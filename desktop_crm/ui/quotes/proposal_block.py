"""The block that is edited: its heading and its text, what fills it, which quote gives the prices, and what is missing.

Signals: `changed(block_id, fields)` a moment after typing stopped; `priced(version_id)`; `block_wanted(block_id)`.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QLineEdit, QPlainTextEdit, QVBoxLayout, QWidget

from desktop_crm.domain.proposals.placeholders import PLACEHOLDERS
from desktop_crm.domain.schema.options import BlockKind
from desktop_crm.i18n import formats, ntr, tr
from desktop_crm.i18n.labels import option_label
from desktop_crm.ui.widgets.buttons import button
from desktop_crm.ui.widgets.card import Card
from desktop_crm.ui.widgets.labels import clear, label
from desktop_crm.ui.widgets.steady import SteadyComboBox

if TYPE_CHECKING:
    from desktop_crm.services.proposals import Missing, OpenProposal, QuoteChoice

PAUSE_MS = 600


class BlockEditor(QWidget):
    changed = Signal(str, object)
    priced = Signal(str)
    block_wanted = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._id = ""
        self._held = ("", "")
        self.kind = label("", "label")
        self.heading = QLineEdit()
        self.heading.setAccessibleName(tr("Heading"))
        self.text = QPlainTextEdit()
        self.text.setAccessibleName(tr("Text"))
        self.hint = label(tr("# heading   - item   **bold**   when | what   {account.name}"), "hint", wrap=True)
        self.hint.setToolTip("\n".join(f"{{{name}}}" for name in PLACEHOLDERS))
        self.fill = label("", "hint", wrap=True)
        self.quote = SteadyComboBox()
        self.quote.setAccessibleName(tr("Prices from"))
        self._missing = Card(tr("Still missing"))
        self._rows = QVBoxLayout()
        self._rows.setSpacing(2)
        self._missing.add(self._rows)
        card = Card()
        for part in (self.kind, self.heading):
            card.add(part)
        card.add(self.text, 1)
        for below in (self.quote, self.fill, self.hint):
            card.add(below)
        box = QVBoxLayout(self)
        box.setContentsMargins(12, 12, 12, 12)
        box.setSpacing(12)
        box.addWidget(card, 1)
        box.addWidget(self._missing)
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(PAUSE_MS)
        self._pause.timeout.connect(self.save)
        self.heading.textEdited.connect(self._on_typed)
        self.text.textChanged.connect(self._on_typed)
        self.quote.activated.connect(self._on_quote)

    @property
    def unsaved(self) -> bool:
        """Whether something was typed that is not written yet."""
        return bool(self._id) and (self.heading.text(), self.text.toPlainText()) != self._held

    def save(self) -> None:
        """Write what was typed."""
        self._pause.stop()
        if not self.unsaved:
            return
        name, body = self.heading.text().strip(), self.text.toPlainText()
        self._held = (self.heading.text(), body)
        self.changed.emit(self._id, {"name": name or None, "body": body.rstrip() or None})

    def show_block(self, found: OpenProposal, block_id: str, *, editable: bool) -> None:
        """Show a block; what is being typed is never overwritten."""
        if block_id == self._id and self.unsaved:
            return
        stored = next((one for one in found.blocks if one.id == block_id), None)
        said = next((one for one in found.said.blocks if one.id == block_id), None)
        self._id = block_id if stored is not None else ""
        self.setEnabled(stored is not None)
        if stored is None or said is None:
            self._set("", "")
            return
        self._set(stored.name, stored.body)
        self.heading.setPlaceholderText(said.title)
        self.text.setPlaceholderText(said.text)
        for part in (self.heading, self.text):
            part.setReadOnly(not editable)
        self.kind.setText(option_label("block_kind", stored.kind.value))
        self.quote.setVisible(stored.kind is BlockKind.PRICE)
        self.quote.setCurrentIndex(max(self.quote.findData(found.quote_version_id), 0))
        self.quote.setEnabled(editable)
        told = {
            BlockKind.GOALS: ntr("{n} goal from the account plan", "{n} goals from the account plan", len(said.goals)),
            BlockKind.TEAM: ntr("{n} person of the account team", "{n} people of the account team", len(said.team)),
            BlockKind.CONTENT: tr("Empty: the text of the library is printed. What you type here replaces it."),
        }
        if stored.kind is BlockKind.PRICE and said.price is not None:
            total = formats.money(said.price.grand_total, said.price.currency)
            told[BlockKind.PRICE] = tr("Total {amount}, as issued; it is never typed here.", amount=total)
        self.fill.setText(told.get(stored.kind, ""))
        self.fill.setVisible(stored.kind in told)

    def show_choices(self, found: tuple[QuoteChoice, ...], chosen: str) -> None:
        """The quote versions whose prices can be shown."""
        self.quote.clear()
        self.quote.addItem(tr("No quote version is chosen"), "")
        for one in found:
            old = "" if one.newest else f" ({tr('replaced')})"
            self.quote.addItem(f"{one.number} v{one.version}{old}", one.id)
        self.quote.setCurrentIndex(max(self.quote.findData(chosen), 0))

    def show_missing(self, found: tuple[Missing, ...], words: tuple[str, ...]) -> None:
        """What is missing; a press leads to the block."""
        clear(self._rows)
        self._missing.setVisible(bool(found))
        for one, text in zip(found[:8], words[:8], strict=False):
            row = button(text, partial(self.block_wanted.emit, one.block_id), kind="link")
            self._rows.addWidget(row, 0, Qt.AlignmentFlag.AlignLeft)

    def _set(self, name: str, body: str) -> None:
        self._held = (name, body)
        if self.heading.text() != name:
            self.heading.setText(name)
        if self.text.toPlainText() != body:
            self.text.setPlainText(body)
        self._pause.stop()

    def _on_typed(self, *_text: object) -> None:
        if self.unsaved:
            self._pause.start()

    def _on_quote(self, _place: int) -> None:
        self.priced.emit(str(self.quote.currentData()))
