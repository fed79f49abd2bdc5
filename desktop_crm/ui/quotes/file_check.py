"""What a look at a quotation's file found: a word, the facts of the copy inside, and each thing that was altered."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QDialog, QFileDialog, QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from desktop_crm.domain.quotes.paper import PaperKind
from desktop_crm.foundation.errors import CrmError
from desktop_crm.i18n import formats, tr
from desktop_crm.i18n.error_texts import explain
from desktop_crm.i18n.labels import entity_label
from desktop_crm.i18n.verify_words import alteration_words, signature_words, standing_words
from desktop_crm.ui.runtime.context import UiContext
from desktop_crm.ui.theme import Mood
from desktop_crm.ui.widgets.buttons import button
from desktop_crm.ui.widgets.card import Card
from desktop_crm.ui.widgets.help_key import explained_by
from desktop_crm.ui.widgets.labels import Type, clear, label
from desktop_crm.ui.widgets.pill import Pill

if TYPE_CHECKING:
    from desktop_crm.services.quotes import Verified

WIDTH = 560


class FileCheckDialog(QDialog):
    """Signals: `checked()` after the file was looked at; `open_wanted(entity, row_id)`."""

    checked = Signal()
    open_wanted = Signal(str, str)

    def __init__(self, context: UiContext, path: Path, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        explained_by(self, "quote")
        self._found = ("quote", "")
        self.setWindowTitle(tr("Verify a file"))
        self.setMinimumWidth(WIDTH)
        self.verdict = Pill(tr("Looking…"))
        head = QHBoxLayout()
        head.addWidget(label(path.name, "section"))
        head.addStretch(1)
        head.addWidget(self.verdict)
        self._rows = QVBoxLayout()
        self._rows.setSpacing(8)
        inner = QWidget()
        inner.setProperty("role", "clear")
        inner.setLayout(self._rows)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setWidget(inner)
        self.open_quote = button(tr("Open the quote"), self._open, icon_name="quote")
        self.open_quote.hide()
        foot = QHBoxLayout()
        foot.addStretch(1)
        foot.addWidget(self.open_quote)
        foot.addWidget(button(tr("Close"), self.accept))
        box = QVBoxLayout(self)
        box.setContentsMargins(20, 18, 20, 16)
        box.setSpacing(12)
        box.addLayout(head)
        box.addWidget(area, 1)
        box.addLayout(foot)
        self.resize(WIDTH, 340)
        context.lanes.read(partial(_verify, context, path), self._show, self._on_failed)

    def _show(self, found: Verified) -> None:
        report = found.report
        proposal = report is not None and report.kind is PaperKind.PROPOSAL
        self._found = ("proposal" if proposal else "quote", str(found.quote_id or ""))
        self.open_quote.setText(tr("Open the proposal") if proposal else tr("Open the quote"))
        self.verdict.show_state(*_verdict(found))
        clear(self._rows)
        if report is None:
            self._say(tr("Made by an earlier program; its bytes are the ones that were issued."))
        else:
            kind = entity_label("proposal" if self._found[0] == "proposal" else "quote")
            total = formats.money(report.grand_total, report.currency) if report.grand_total is not None else ""
            told = (f"{kind} {report.number} v{report.version}", report.customer, total)
            self._say(" · ".join(one for one in told if one), "strong")
            self._say(tr("issued {date}", date=formats.date(report.issued_on)), "hint")
            if report.intact:
                self._say(tr("Unaltered: the pages are what the copy inside makes."))
            for one in report.alterations:
                self._card(alteration_words(one.part.value, one.page, one.was, one.now))
            for sign in report.signatures:
                self._say(
                    signature_words(sign.by, sign.at, sign.issuer, whole=sign.whole, trusted=sign.trusted, own=sign.own)
                )
        if found.standing is not None:
            self._say(standing_words(found.standing.value, intact=found.genuine))
        if report is not None:
            self._say(tr("Hash of the copy inside: {hash}", hash=report.copy_hash), "hint")
        self._rows.addStretch(1)
        self.open_quote.setVisible(bool(self._found[1]))
        self.checked.emit()

    def _on_failed(self, error: BaseException) -> None:
        self.verdict.show_state(tr("Cannot be verified"), Mood.warn)
        clear(self._rows)
        if isinstance(error, CrmError):
            words = explain(error)
            self._say(words.title, "strong")
            for text in (words.happened, words.next_step):
                self._say(text)
        else:
            self._say(str(error))
        self._rows.addStretch(1)
        self.checked.emit()

    def _say(self, text: str, kind: Type = "body") -> None:
        line = label(text, kind, wrap=True)
        line.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._rows.addWidget(line)

    def _card(self, text: str) -> None:
        card = Card(sunken=True)
        card.body.setContentsMargins(12, 8, 12, 8)
        card.add(label(text, "body", wrap=True))
        self._rows.addWidget(card)

    def _open(self) -> None:
        self.open_wanted.emit(*self._found)
        self.accept()


def _verdict(found: Verified) -> tuple[str, Mood]:
    """The word over everything: altered, unaltered, or whole and yet not what was issued here."""
    if found.report is not None and not found.report.intact:
        return tr("Altered"), Mood.bad
    if not found.genuine:
        return tr("Not ours"), Mood.bad
    known = found.standing is None or found.standing.value != "unknown"
    return tr("Unaltered"), Mood.good if known else Mood.info


def ask_for_file(parent: QWidget, chosen: Callable[[str], None]) -> None:
    """Ask which file is to be looked at."""
    dialog = QFileDialog(parent, tr("Verify a file"), "", "PDF (*.pdf)")
    dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.fileSelected.connect(chosen)
    dialog.open()


def _verify(context: UiContext, path: Path) -> Verified:
    from desktop_crm.services import quotes

    return quotes.verify(path, context.workspace)
