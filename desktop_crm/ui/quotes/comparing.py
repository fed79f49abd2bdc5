"""The dialog that compares two versions of a quote, and shows what each round of the negotiation cost. Writes nothing."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QFileDialog,
    QHBoxLayout,
    QHeaderView,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from desktop_crm.domain.quotes.compare import Aspect, FieldDifference, LineDifference
from desktop_crm.i18n import current, formats, ntr, tr
from desktop_crm.i18n.compare_words import amount_label, amount_text, aspect_label, difference_label, value_text
from desktop_crm.ui.runtime.context import UiContext
from desktop_crm.ui.theme import Mood
from desktop_crm.ui.widgets.buttons import button
from desktop_crm.ui.widgets.cell import EMPTY, Cell
from desktop_crm.ui.widgets.cells_model import CellsModel, Row
from desktop_crm.ui.widgets.help_key import explained_by
from desktop_crm.ui.widgets.labels import label
from desktop_crm.ui.widgets.plain_table import PlainTable
from desktop_crm.ui.widgets.steady import SteadyComboBox

if TYPE_CHECKING:
    from desktop_crm.services.quotes import Compared, OpenQuote, Round

SIZE = (980, 640)
_MOODS = {Aspect.ADDED: Mood.good, Aspect.REMOVED: Mood.bad, Aspect.MOVED: Mood.info}
Named = tuple[str, tuple[str, str]]
"""What a choice is called, and which version of which quote it is."""


class CompareDialog(QDialog):
    """Two versions side by side: what changed in the lines, what it did to the amounts, and the rounds so far."""

    def __init__(
        self, context: UiContext, quote: OpenQuote, before: Sequence[Named] = (), parent: QWidget | None = None
    ) -> None:
        """`before`: versions of other quotes to compare with; the first of them is then the one compared from."""
        super().__init__(parent)
        explained_by(self, "quote")
        self._context = context
        self._number = quote.number
        quote_id = str(quote.draft.id)
        self._looking = context.lanes.slot()  # of two looks only the later one is shown
        self.setWindowTitle(tr("Compare versions of {number}", number=quote.number))
        self.resize(*SIZE)
        named: list[Named] = [*before, *((one.label, (quote_id, str(one.id))) for one in reversed(quote.versions))]
        if quote.is_draft:
            draft = str(quote.draft_version)
            named.append((tr("v{number}, draft in work", number=draft), (quote_id, draft)))
        first = 0 if before else max(len(named) - 2, 0)
        self.old, self.new = (_picker(named, place) for place in (first, len(named) - 1))
        self.old.setAccessibleName(tr("From version"))
        self.new.setAccessibleName(tr("To version"))
        self.summary = label("", "body2", wrap=True)
        self.lines = CellsModel(
            (tr("Line"), tr("What changed"), tr("Before"), tr("After"), tr("Amount")), frozenset({4}), self
        )
        self.amounts = CellsModel(("", tr("Before"), tr("After"), tr("Difference")), frozenset({1, 2, 3}), self)
        self.rounds = CellsModel(
            (tr("Version"), tr("Issued"), tr("Net amount"), tr("Difference"), tr("Margin"), tr("What changed")),
            frozenset({2, 3, 4}),
            self,
        )
        tabs = QTabWidget()
        for title, model, widths in (
            (tr("Lines and terms"), self.lines, (250, 110, 190, 190, 0)),
            (tr("Amounts"), self.amounts, (220, 200, 200, 0)),
            (tr("Rounds"), self.rounds, (110, 110, 150, 150, 150, 0)),
        ):
            tabs.addTab(_table(model, widths, title), title)
        close = button(tr("Close"), self.accept)
        close.setDefault(True)
        box = QVBoxLayout(self)
        head = QHBoxLayout()
        for part in (self.old, label("→", "hint"), self.new):
            head.addWidget(part)
        head.addStretch(1)
        head.addWidget(button(tr("Redlined PDF…"), self.ask_for_file, icon_name="file"))
        box.addLayout(head)
        box.addWidget(self.summary)
        box.addWidget(tabs, 1)
        box.addWidget(close, 0, Qt.AlignmentFlag.AlignRight)
        self.old.activated.connect(self._look)
        self.new.activated.connect(self._look)
        self._look()
        context.lanes.read(partial(_rounds, context, quote_id), self._show_rounds)

    def ask_for_file(self) -> None:
        """Ask where the redlined comparison goes, and write it there."""
        dialog = QFileDialog(self, tr("Redlined PDF"), f"{self._number}-redline.pdf", "PDF (*.pdf)")
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix("pdf")
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(self.write_pdf)
        dialog.open()

    def write_pdf(self, path: str) -> None:
        """Write what is compared as a redlined PDF."""
        old, new = self.old.currentData(), self.new.currentData()
        fn = partial(_redline, self._context, old, new, current(), Path(path))
        self._context.lanes.read(fn, partial(self._on_written, Path(path).name))

    def _on_written(self, name: str, _done: None) -> None:
        self.summary.setText(tr("Saved as {file}", file=name))

    def _look(self, _place: int = 0) -> None:
        fn = partial(_compared, self._context, self.old.currentData(), self.new.currentData())
        self._looking.read(fn, self._show)

    def _show(self, found: Compared) -> None:
        change, currency = found.comparison, found.new.currency
        self.summary.setText(_summary(found))
        rows = [_field_row(tr("The whole quote"), "quote", one, currency) for one in change.quote]
        for section in change.sections:
            name = section.name or tr("Without heading")
            if not section.fields:
                rows.append((_strong(name), _pill(section.aspects[0]), EMPTY, EMPTY, EMPTY))
            rows += [_field_row(name, "quote_section", one, currency) for one in section.fields]
        for line in change.lines:
            rows += _line_rows(line, currency)
        self.lines.show(rows)
        self.amounts.show(
            [
                (
                    _strong(amount_label(one.name)),
                    Cell(text=amount_text(one.name, one.old, found.old.currency)),
                    Cell(text=amount_text(one.name, one.new, currency)),
                    Cell(text=amount_text(one.name, one.change, currency) if one.change else "–"),
                )
                for one in change.amounts
                if one.old or one.new
            ]
        )

    def _show_rounds(self, found: tuple[Round, ...]) -> None:
        self.rounds.show([_round_row(one) for one in found])


def _picker(named: Sequence[Named], chosen: int) -> QComboBox:
    made = SteadyComboBox()
    for text, version in named:
        made.addItem(text, version)
    made.setCurrentIndex(chosen)
    return made


def _table(model: CellsModel, widths: Sequence[int], name: str) -> PlainTable:
    made = PlainTable()
    made.setModel(model)
    made.setAccessibleName(name)
    for column, width in enumerate(widths):
        if width:
            made.setColumnWidth(column, width)
        else:
            made.horizontalHeader().setSectionResizeMode(column, QHeaderView.ResizeMode.Stretch)
    return made


def _summary(found: Compared) -> str:
    change = found.comparison
    if change.is_same:
        return tr("Nothing changed.")
    told = [f"{aspect_label(aspect)} {count}" for aspect, count in change.counts().items()]
    if change.repriced:
        told.append(ntr("{n} more line with another amount", "{n} more lines with another amount", change.repriced))
    net = change.amount("net_amount")
    if net.change:
        told.append(f"{amount_label('net_amount')} {formats.money(net.change, found.new.currency)}")
    return " · ".join(told)


def _line_rows(line: LineDifference, currency: str) -> list[Row]:
    """One row for what happened to the line as a whole, one for each value of it."""
    amounts = [one for one in (line.old_amount, line.new_amount) if one is not None]
    shown = " → ".join(dict.fromkeys(formats.money(one, currency) for one in amounts))
    rows: list[Row] = []
    for aspect in line.aspects:
        if aspect in _MOODS:
            old, new = (_place(*side) for side in _places(line))
            rows.append((_strong(line.name), _pill(aspect), Cell(text=old), Cell(text=new), Cell(text=shown)))
    rows += [_field_row(line.name, "quote_line", one, currency, shown) for one in line.fields]
    return rows


def _places(line: LineDifference) -> tuple[tuple[int | None, str | None], tuple[int | None, str | None]]:
    return (line.old_place, line.old_section), (line.new_place, line.new_section)


def _place(place: int | None, section: str | None) -> str:
    return "–" if place is None else tr("Line {number}", number=place) + (f", {section}" if section else "")


def _field_row(name: str, entity: str, one: FieldDifference, currency: str, amount: str = "") -> Row:
    if one.field.endswith("_id"):  # an id says nothing to a reader
        return _strong(name), Cell(text=difference_label(entity, one.field)), EMPTY, EMPTY, Cell(text=amount)
    old, new = (Cell(text=value_text(one.field, value, currency)) for value in (one.old, one.new))
    return _strong(name), Cell(text=difference_label(entity, one.field)), old, new, Cell(text=amount)


def _round_row(one: Round) -> Row:
    money = [formats.money(value, one.currency) if value else "–" for value in (one.net_change, one.margin)]
    changed = ", ".join(f"{aspect_label(aspect)} {count}" for aspect, count in one.counts)
    texts = (formats.date_short(one.issued_at), formats.money(one.net_amount, one.currency), *money, changed)
    return _strong(one.label), *(Cell(text=text) for text in texts)


def _strong(text: str) -> Cell:
    return Cell(text=text, strong=True)


def _pill(aspect: Aspect) -> Cell:
    return Cell(text=aspect_label(aspect), mood=_MOODS.get(aspect, Mood.neutral))


def _compared(context: UiContext, old: tuple[str, str], new: tuple[str, str]) -> Compared:
    from desktop_crm.services import quotes

    return quotes.compare_offers(context.workspace, old, new)


def _rounds(context: UiContext, quote_id: str) -> tuple[Round, ...]:
    from desktop_crm.services import quotes

    return quotes.rounds(context.workspace, quote_id)


def _redline(context: UiContext, old: tuple[str, str], new: tuple[str, str], locale: str, path: Path) -> None:
    from desktop_crm.services import quotes

    quotes.redline_to(context.workspace, old, new, locale, path)
