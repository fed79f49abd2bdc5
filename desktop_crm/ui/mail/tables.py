"""The rows of the mail page as a model: heads that wait for a decision, mails that go out. Words only, nothing is read here."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from desktop_crm.i18n import formats, ptr, tr
from desktop_crm.i18n.error_texts import explain
from desktop_crm.i18n.mail_words import state_word
from desktop_crm.services.mail.working import Outgoing, WaitingMail
from desktop_crm.ui.theme import Mood
from desktop_crm.ui.widgets.cell import Cell
from desktop_crm.ui.widgets.cell_delegate import CELL_ROLE

Index = QModelIndex | QPersistentModelIndex
_ROOT = QModelIndex()
_MOODS = {
    "sent": Mood.good,
    "waiting": Mood.info,
    "handing": Mood.info,
    "unclear": Mood.warn,
    "failed": Mood.bad,
}
Row = tuple[str, tuple[Cell, ...]]


class MailRows(QAbstractTableModel):
    """Rows that are known by a key."""

    def __init__(self, heads: Sequence[str], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._heads = tuple(heads)
        self._rows: tuple[Row, ...] = ()

    def show_rows(self, rows: tuple[Row, ...]) -> None:
        if rows != self._rows:
            self.beginResetModel()
            self._rows = rows
            self.endResetModel()

    def key(self, row: int) -> str:
        return self._rows[row][0] if 0 <= row < len(self._rows) else ""

    def row_of(self, key: str) -> int:
        return next((place for place, row in enumerate(self._rows) if row[0] == key), -1)

    def rowCount(self, parent: Index = _ROOT) -> int:
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = _ROOT) -> int:
        return 0 if parent.isValid() else len(self._heads)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if orientation is Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return self._heads[section]
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        cell = self._rows[index.row()][1][index.column()]
        if role == CELL_ROLE:
            return cell
        if role in {Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole}:
            return cell.text
        if role == Qt.ItemDataRole.ToolTipRole:
            return cell.exact or None
        return None


def waiting_heads() -> tuple[str, ...]:
    return ptr("mail", "From"), tr("Subject"), tr("Date")


def waiting_row(one: WaitingMail) -> Row:
    name = f"{one.sender_name} <{one.sender}>" if one.sender_name else one.sender or "–"
    return one.key, (
        Cell(text=name, exact=name, strong=True),
        Cell(text=one.subject or tr("(no subject)"), exact=one.subject),
        Cell(text=formats.datetime(one.at) if one.at is not None else "–"),
    )


def outgoing_heads() -> tuple[str, ...]:
    return tr("State"), ptr("mail", "To"), tr("Subject"), tr("Changed"), tr("What happens next")


def outgoing_row(one: Outgoing) -> Row:
    to = ", ".join((*one.letter.to, *one.letter.cc)) or "–"
    following = next_step(one)
    return one.id, (
        Cell(text=state_word(one.state), mood=_MOODS.get(one.state, Mood.neutral)),
        Cell(text=to, exact=to, strong=True),
        Cell(text=one.letter.subject or tr("(no subject)"), exact=one.letter.subject),
        Cell(text=formats.datetime(one.changed_at)),
        Cell(text=following, exact=following),
    )


def next_step(one: Outgoing) -> str:
    """The cause where something went wrong, and what happens next or is to be done."""
    parts: list[str] = []
    if one.error is not None:
        words = explain(one.error)
        parts += [words.happened, words.next_step]
    if one.state == "waiting" and one.next_at is not None:
        parts.append(tr("Next try {time}", time=formats.datetime(one.next_at)))
    return " ".join(part for part in parts if part)
