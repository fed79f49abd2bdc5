"""What a move would do: both chains with their sums before and after, and the choice to move or to leave it. Nothing is written here.

Signals: `decided()` when the move is to be made.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QDialog, QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from desktop_crm.domain.accounts.sums import Sums
from desktop_crm.i18n import formats, ntr, tr
from desktop_crm.services.hierarchies import Tried, TriedSums
from desktop_crm.ui.accounts import words
from desktop_crm.ui.widgets.buttons import button, primary
from desktop_crm.ui.widgets.help_key import explained_by
from desktop_crm.ui.widgets.labels import label

SHOWN: tuple[words.Measure, ...] = ("open", "weighted", "won_year")
MOST = 8


class TryDialog(QDialog):
    decided = Signal()

    def __init__(self, tried: Tried, target: str, home: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        explained_by(self, "account")
        title = ntr("Move {n} account?", "Move {n} accounts?", len(tried.moving))
        self.setWindowTitle(title)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box = QVBoxLayout(self)
        box.setContentsMargins(18, 16, 18, 16)
        box.setSpacing(8)
        box.addWidget(label(title, "section"))
        box.addWidget(label(tr("To: {account}", account=target or tr("the top level")), "hint"))
        grid = QGridLayout()
        grid.setHorizontalSpacing(18)
        grid.setVerticalSpacing(6)
        for column, measure in enumerate(SHOWN, 1):
            grid.addWidget(label(words.measure_label(measure), "hint"), 0, column, Qt.AlignmentFlag.AlignRight)
        row = self._chain(grid, 1, tr("Leaves"), tried.left, home)
        self._chain(grid, row, tr("Comes to"), tried.joined, home)
        box.addLayout(grid)
        buttons = QHBoxLayout()
        buttons.addStretch(1)
        buttons.addWidget(button(tr("Leave as it is"), self.reject))
        self.go = primary(tr("Move"), self._decide)
        self.go.setDefault(True)
        buttons.addWidget(self.go)
        box.addSpacing(6)
        box.addLayout(buttons)

    def _chain(self, grid: QGridLayout, row: int, head: str, chain: Sequence[TriedSums], home: str) -> int:
        grid.addWidget(label(head, "hint"), row, 0)
        if not chain:
            grid.addWidget(label(tr("the top level")), row + 1, 0)
            return row + 2
        for place, one in enumerate(chain[-MOST:], row + 1):
            grid.addWidget(label(one.name), place, 0)
            for column, measure in enumerate(SHOWN, 1):
                text, tip = _told(one.before, one.after, measure, home)
                cell = label(text)
                cell.setToolTip(tip)
                grid.addWidget(cell, place, column, Qt.AlignmentFlag.AlignRight)
        return row + 1 + len(chain[-MOST:])

    def _decide(self) -> None:
        self.decided.emit()
        self.accept()


def _told(before: Mapping[str, Sums], after: Mapping[str, Sums], measure: str, home: str) -> tuple[str, str]:
    """`₩3.1억 → ₩0`, and every currency exactly on hover; a sum that stays is said once."""
    parts: list[tuple[str, Decimal, Decimal]] = []
    for currency in sorted({*before, *after}, key=lambda one: (one != home, one)):
        pair = [getattr(side.get(currency, Sums.none()), measure) for side in (before, after)]
        if any(pair):
            parts.append((words.shown_currency(currency), pair[0], pair[1]))
    short = [_arrow(formats.money_short(was, code), formats.money_short(will, code)) for code, was, will in parts]
    exact = [_arrow(formats.money(was, code), formats.money(will, code)) for code, was, will in parts]
    return " · ".join(short) or words.NOTHING, "\n".join(exact)


def _arrow(before: str, after: str) -> str:
    return before if before == after else f"{before} → {after}"
