"""The note that two laptops issued one version number apart from each other: both are kept, and one is said to hold."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QHBoxLayout, QWidget

from desktop_crm.foundation.changes import Changes
from desktop_crm.i18n import formats, tr
from desktop_crm.ui.quotes.editor import QuoteEditor
from desktop_crm.ui.runtime.context import UiContext
from desktop_crm.ui.widgets.buttons import button
from desktop_crm.ui.widgets.card import Card
from desktop_crm.ui.widgets.labels import ElidedLabel, clear, label

if TYPE_CHECKING:
    from desktop_crm.services.quotes import VersionSummary


class TwinsNote(Card):
    """Shown while nobody has decided; a press decides, as one act that can be undone."""

    def __init__(self, context: UiContext, editor: QuoteEditor, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent, sunken=True)
        self.body.setContentsMargins(12, 8, 8, 8)
        self._context = context
        self._editor = editor
        self._shown: tuple[VersionSummary, ...] = ()
        self.add(label(tr("Two laptops issued the same version apart from each other. Which one holds?"), "strong"))
        self._rows = QHBoxLayout()
        self.add(self._rows)
        self.hide()
        for told in (editor.opened, editor.drafted, editor.settled):
            told.connect(self.refresh)

    def refresh(self) -> None:
        """Show what is to be decided."""
        quote = self._editor.quote
        found = () if quote is None or self._editor.viewing is not None else quote.undecided
        self.setVisible(bool(found))
        if found == self._shown:
            return
        self._shown = found
        clear(self._rows)
        for one in found:
            facts = (
                formats.money(one.grand_total, one.currency),
                one.issued_by,
                formats.date_short(one.issued_at),
                formats.time(one.issued_at),
            )
            self._rows.addWidget(ElidedLabel(f"{one.label} · {' · '.join(filter(None, facts))}", "body2"), 1)
            tip = tr("{label} becomes the quote; the other one is kept as replaced", label=one.label)
            text = tr("{label} holds", label=one.label)
            self._rows.addWidget(button(text, partial(self.decide, one), kind="small", tip=tip))

    def decide(self, version: VersionSummary) -> None:
        """Say that this one holds."""
        quote = self._editor.quote
        if quote is not None:
            act = partial(_decide, self._context, str(quote.draft.id), str(version.id))
            self._context.undo.run(tr("{label} holds", label=version.label), act)


def _decide(context: UiContext, quote_id: str, version_id: str) -> Changes:
    from desktop_crm.services import quotes

    return quotes.decide(context.workspace, quote_id, version_id)
