"""Beside a proposal: the library, what fits first, to be put in; and its versions, to be opened and compared.

Signals: `LibraryPanel.taken(content_id)`; `VersionsPanel.chosen(version_id or None)`, `VersionsPanel.restore_wanted(version_id)`.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from desktop_crm.domain.schema.options import ProposalState
from desktop_crm.i18n import formats, ntr, tr
from desktop_crm.i18n.labels import option_label
from desktop_crm.i18n.proposal_words import change_words, field_words
from desktop_crm.ui.runtime.context import UiContext
from desktop_crm.ui.theme import Mood, mood_of
from desktop_crm.ui.widgets.buttons import button
from desktop_crm.ui.widgets.labels import ElidedLabel, fill, label
from desktop_crm.ui.widgets.pill import Pill
from desktop_crm.ui.widgets.scrolled import scrolled

if TYPE_CHECKING:
    from desktop_crm.services.content import Content
    from desktop_crm.services.proposals import Difference, OpenProposal

MOST = 40


class LibraryPanel(QWidget):
    taken = Signal(str)

    def __init__(self, context: UiContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._slot = context.lanes.slot()
        self._for: tuple[str, str] = ("", "")
        self.search = QLineEdit()
        self.search.setPlaceholderText(tr("Search the library"))
        self.search.setAccessibleName(tr("Search the library"))
        inner = QWidget()
        self._rows = QVBoxLayout(inner)
        self._rows.setContentsMargins(0, 0, 0, 0)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(8)
        box.addWidget(self.search)
        box.addWidget(scrolled(inner, margin=4), 1)
        self.search.textChanged.connect(self.refresh)

    def look(self, industry: str, language: str) -> None:
        """Show what fits a proposal for that industry, in that language."""
        self._for = (industry, language)
        self.refresh()

    def refresh(self, *_words: object) -> None:
        """Read the library again."""
        fn = partial(_library, self._context, *self._for, self.search.text())
        self._slot.read(fn, self._show)

    def _show(self, found: tuple[Content, ...]) -> None:
        today = self._context.workspace.today()
        rows = [self._row(one, expired=one.expired(today)) for one in found[:MOST]]
        fill(self._rows, rows, tr("Nothing in the library fits."))
        self._rows.addStretch(1)

    def _row(self, one: Content, *, expired: bool) -> QWidget:
        row = QWidget()
        line = QHBoxLayout(row)
        line.setContentsMargins(0, 6, 0, 6)
        line.setSpacing(8)
        texts = QVBoxLayout()
        texts.setSpacing(1)
        texts.addWidget(ElidedLabel(one.name, "strong"))
        won = ntr("{n} won", "{n} won", one.won, n=formats.number(one.won))
        lost = ntr("{n} lost", "{n} lost", one.lost, n=formats.number(one.lost))
        effect = f"{won}, {lost}" if one.won or one.lost else ""
        facts = (option_label("content_kind", one.kind), ", ".join(one.industries), effect)
        texts.addWidget(ElidedLabel(" · ".join(fact for fact in facts if fact), "hint"))
        line.addLayout(texts, 1)
        if expired:
            line.addWidget(Pill(tr("Expired"), Mood.bad))
        line.addWidget(button(tr("Insert"), partial(self.taken.emit, one.id), kind="small"))
        return row


class VersionsPanel(QWidget):
    chosen = Signal(object)
    restore_wanted = Signal(str)

    def __init__(self, context: UiContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._slot = context.lanes.slot()
        self._viewing = ""
        inner = QWidget()
        box = QVBoxLayout(inner)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(8)
        self._rows = QVBoxLayout()
        self._told = QVBoxLayout()
        box.addWidget(label(tr("Versions"), "section"))
        box.addLayout(self._rows)
        self.restore = button(tr("Begin the draft from this version"), self._on_restore, kind="small")
        box.addWidget(self.restore, 0, Qt.AlignmentFlag.AlignLeft)
        self.since = label("", "section")
        box.addWidget(self.since)
        box.addLayout(self._told)
        box.addStretch(1)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(scrolled(inner, margin=4))

    def show_versions(self, found: OpenProposal, viewing: str | None) -> None:
        """The draft and every issued version; and what changed since the newest one, or in the one that is looked at."""
        rows = []
        if found.is_draft or not found.versions:
            rows.append(self._row(f"v{found.draft_version}", tr("Draft in work"), found.state.value, None))
        for one in found.versions:
            facts = (formats.date(one.issued_at), one.issued_by, f"#{one.hash[:8]}")
            rows.append(self._row(one.label, " · ".join(fact for fact in facts if fact), "issued", one.id))
        fill(self._rows, rows)
        labels = [one.label for one in found.versions]
        ids = [one.id for one in found.versions]
        at = ids.index(viewing) if viewing in ids else -1
        self._viewing = viewing or ""
        self.restore.setVisible(at >= 0 and found.state is not ProposalState.ACCEPTED)
        before = ids[at + 1] if at + 1 < len(ids) else None
        self.since.setVisible(before is not None)
        fill(self._told, [])
        if before is not None:
            self.since.setText(tr("Changed since {version}", version=labels[at + 1]))
            fn = partial(_compared, self._context, found.id, before, viewing or "draft")
            self._slot.read(fn, self._show_differences)

    def _on_restore(self) -> None:
        self.restore_wanted.emit(self._viewing)

    def _row(self, name: str, facts: str, state: str, version: str | None) -> QWidget:
        row = QWidget()
        line = QHBoxLayout(row)
        line.setContentsMargins(0, 5, 0, 5)
        line.addWidget(button(name, partial(self.chosen.emit, version), kind="link"))
        line.addWidget(ElidedLabel(facts, "hint"), 1)
        line.addWidget(Pill(option_label("proposal_state", state), mood_of("proposal_state", state)))
        return row

    def _show_differences(self, found: tuple[Difference, ...]) -> None:
        rows = []
        for one in found:
            told = ", ".join(field_words(name) for name in one.fields)
            text = f"{change_words(one.change.value)}: {one.title}" + (f" ({told})" if told else "")
            lines = [*one.lines[:6], *([f"{one.before} → {one.after}"] if one.before != one.after else [])]
            row = QWidget()
            box = QVBoxLayout(row)
            box.setContentsMargins(0, 5, 0, 5)
            box.setSpacing(1)
            box.addWidget(label(text, "body", wrap=True))
            if lines:
                box.addWidget(label("\n".join(lines), "hint", wrap=True))
            rows.append(row)
        fill(self._told, rows, tr("Nothing changed."))


def _library(context: UiContext, industry: str, language: str, words: str) -> tuple[Content, ...]:
    from desktop_crm.services import content

    return content.fitting(context.workspace, industry=industry, language=language, words=words)


def _compared(context: UiContext, proposal_id: str, old: str, new: str) -> tuple[Difference, ...]:
    from desktop_crm.services import proposals

    return proposals.compare(context.workspace, proposal_id, old, new)
