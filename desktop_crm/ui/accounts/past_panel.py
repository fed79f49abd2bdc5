"""One account as it was on a day: its sums then, each field then and now, and bringing one or all of them back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from desktop_crm.domain.accounts.sums import TreeNode
from desktop_crm.domain.schema import REGISTRY, FieldType
from desktop_crm.i18n import formats, tr
from desktop_crm.i18n.labels import field_label
from desktop_crm.services import as_of
from desktop_crm.services.workspace import Workspace
from desktop_crm.ui.accounts import words
from desktop_crm.ui.runtime.context import UiContext
from desktop_crm.ui.widgets.buttons import button, icon_button
from desktop_crm.ui.widgets.card import Card
from desktop_crm.ui.widgets.cells import shown
from desktop_crm.ui.widgets.history_list import names_of
from desktop_crm.ui.widgets.labels import clear, label

MEASURES: tuple[words.Measure, ...] = ("open", "weighted", "won", "won_year", "quotes", "contracts")


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A field then and now, in words."""

    field: str
    then: str
    now: str


def lines_of(workspace: Workspace, account_id: str, day: date) -> tuple[Line, ...]:
    """Every field that is or was filled; runs on the read lane."""
    then = as_of.record(workspace, "account", account_id, day)
    now = as_of.record(workspace, "account", account_id, workspace.today())
    kinds = REGISTRY["account"]
    lines = []
    for name in dict.fromkeys((*kinds.by_name, *(then.fields if then else ()), *(now.fields if now else ()))):
        pair = [side.fields.get(name) if side and side.there else None for side in (then, now)]
        if any(value is not None for value in pair):
            texts = _texts(workspace, name, pair, [side.fields if side else {} for side in (then, now)])
            lines.append(Line(field=name, then=texts[0], now=texts[1]))
    return tuple(lines)


def _texts(workspace: Workspace, name: str, pair: list[Any], rows: list[Any]) -> list[str]:
    field = REGISTRY["account"].field(name)
    if field.type is FieldType.REFERENCE and field.target:
        titles = names_of(workspace, field.target, {str(one) for one in pair if one})
        return [titles.get(str(one), "…") if one else words.NOTHING for one in pair]
    currencies = [str(row.get(field.currency_field or "") or "") for row in rows]
    return [
        shown(field, one, currency)[0] if one is not None else words.NOTHING
        for one, currency in zip(pair, currencies, strict=True)
    ]


class PastPanel(QScrollArea):
    def __init__(self, context: UiContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._slot = context.lanes.slot()
        self._node: TreeNode | None = None
        self._day: date | None = None
        self.setWidgetResizable(True)
        self.setFrameShape(QScrollArea.Shape.NoFrame)
        inside = QWidget()
        self._box = QVBoxLayout(inside)
        self._box.setContentsMargins(18, 14, 18, 14)
        self._box.setSpacing(12)
        self.setWidget(inside)

    def show_account(self, node: TreeNode, day: date) -> None:
        """The account as it was at the end of the day."""
        self._node, self._day = node, day
        self._slot.read(partial(lines_of, self._context.workspace, node.id, day), self._show)

    def _show(self, lines: tuple[Line, ...]) -> None:
        if self._node is None or self._day is None:
            return
        clear(self._box)
        head = QHBoxLayout()
        head.addWidget(label(self._node.name, "title"), 1)
        whole = button(tr("Bring the whole record back"), partial(self._bring_back, None))
        whole.setEnabled(any(line.then != line.now for line in lines))
        head.addWidget(whole)
        self._box.addLayout(head)
        self._box.addWidget(label(tr("As of {day}", day=formats.date(self._day)), "hint"))
        figures = Card(tr("Sums of that day, with all below"))
        figures.add(self._sums(self._node))
        self._box.addWidget(figures)
        fields = Card(tr("Account"))
        grid = QGridLayout()
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(6)
        grid.setColumnStretch(1, 1)
        grid.setColumnStretch(2, 1)
        for column, text in enumerate((tr("Field"), tr("Then"), tr("Now"))):
            grid.addWidget(label(text, "hint"), 0, column)
        for row, line in enumerate(lines, 1):
            grid.addWidget(label(field_label("account", line.field), "body2"), row, 0, Qt.AlignmentFlag.AlignTop)
            grid.addWidget(label(line.then, wrap=True), row, 1)
            grid.addWidget(label(line.now if line.now != line.then else "=", "body2", wrap=True), row, 2)
            if line.now != line.then:
                tip = tr("Bring {field} back to {value}", field=field_label("account", line.field), value=line.then)
                grid.addWidget(icon_button("undo", tip, partial(self._bring_back, line.field)), row, 3)
        fields.add(grid)
        self._box.addWidget(fields)
        self._box.addStretch(1)

    def _sums(self, node: TreeNode) -> QGridLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(4)
        for place, measure in enumerate(MEASURES):
            values = words.amounts(node.sums, measure, self._context.workspace.currency)
            cell = label(words.all_short(values), "strong")
            cell.setToolTip(words.exact(values))
            grid.addWidget(label(words.measure_label(measure), "hint"), place // 3 * 2, place % 3)
            grid.addWidget(cell, place // 3 * 2 + 1, place % 3)
        return grid

    def _bring_back(self, field: str | None) -> None:
        if self._node is None or self._day is None:
            return
        fields = None if field is None else (field,)
        bound = as_of.bound(self._day)
        work = partial(as_of.restore, self._context.workspace, "account", self._node.id, bound, fields)
        self._context.undo.run(tr("Bring back"), work, self._on_back, self._context.reporter.report)

    def _on_back(self, _result: object) -> None:
        if self._node is not None and self._day is not None:
            self.show_account(self._node, self._day)
