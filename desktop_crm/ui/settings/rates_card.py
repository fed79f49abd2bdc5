"""The card of exchange rates: all that are stored as a list of the kit, a line to enter one, and the way to import a file."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QWidget

from desktop_crm.domain.schema import REGISTRY, Field
from desktop_crm.foundation.errors import CrmError, Refusal
from desktop_crm.i18n import formats, tr
from desktop_crm.i18n.error_texts import explain
from desktop_crm.i18n.labels import field_label
from desktop_crm.ui.runtime.context import UiContext
from desktop_crm.ui.runtime.shared_settings import currencies
from desktop_crm.ui.widgets.buttons import button
from desktop_crm.ui.widgets.card import Card
from desktop_crm.ui.widgets.editors import read
from desktop_crm.ui.widgets.labels import label
from desktop_crm.ui.widgets.record_list import ListSetup, RecordList
from desktop_crm.ui.widgets.states import EmptyState
from desktop_crm.ui.widgets.steady import SteadyComboBox

if TYPE_CHECKING:
    from desktop_crm.services.workspace import Workspace

ENTITY = "exchange_rate"
HEIGHT = 330


class RatesCard(Card):
    """Every change of a rate is an act that can be undone."""

    def __init__(self, context: UiContext, parent: QWidget | None = None) -> None:
        super().__init__(tr("Exchange rates"), parent=parent)
        self._context = context
        self.of, self.to = SteadyComboBox(), SteadyComboBox()
        self.rate, self.day, self.source = QLineEdit(), QLineEdit(), QLineEdit()
        row = QHBoxLayout()
        row.setSpacing(8)
        for part, name in (
            (self.of, "from_currency"),
            (self.to, "to_currency"),
            (self.rate, "rate"),
            (self.day, "valid_on"),
            (self.source, "source"),
        ):
            part.setAccessibleName(field_label(ENTITY, name))
            row.addWidget(part, 2 if part is self.source else 1)
            if isinstance(part, QLineEdit):
                part.setPlaceholderText(field_label(ENTITY, name))
                part.returnPressed.connect(self.add_rate)
        row.addWidget(button(tr("Add a rate"), self.add_rate, icon_name="plus"))
        row.addWidget(button(tr("Import rates…"), partial(context.routes.go, "import"), icon_name="import"))
        self.add(row)
        self.word = label("", "error", wrap=True)
        self.word.hide()
        self.add(self.word)
        empty = EmptyState(
            tr("No rates yet"),
            tr("Enter one above, or import a file with currency, rate and date."),
            icon_name="import",
        )
        setup = ListSetup(entity=ENTITY, name="settings.rates", sort="valid_on", descending=True)
        self.list = RecordList(context, setup, empty)
        self.list.setFixedHeight(HEIGHT)
        self.add(self.list)
        self._fill()
        self.day.setText(formats.date_typed(context.workspace.today()))

    def refresh(self) -> None:
        self._fill()
        self.list.begin()

    def _fill(self) -> None:
        home = self._context.workspace.currency
        codes = tuple(dict.fromkeys((*currencies(), home)))
        for combo, first in ((self.of, next((code for code in codes if code != home), home)), (self.to, home)):
            before = combo.currentText() or first
            combo.clear()
            combo.addItems(codes)
            combo.setCurrentText(before if before in codes else first)

    def add_rate(self) -> None:
        """Store what was typed; a rate of the same pair and day is changed."""
        known = REGISTRY[ENTITY]
        try:
            number = _given(known.field("rate"), self.rate.text())
            day = _given(known.field("valid_on"), self.day.text())
        except Refusal as refusal:
            self._refuse(refusal)
            return
        values = (self.of.currentText(), self.to.currentText(), number, day, self.source.text())
        work = partial(put_rate, self._context.workspace, *values)
        self._context.undo.run(tr("Add a rate"), work, self._on_added, self._refuse, self)

    def _on_added(self, _made: Any) -> None:
        self.word.hide()
        self.rate.clear()
        self.rate.setFocus()

    def _refuse(self, error: BaseException) -> None:
        if not isinstance(error, CrmError):
            self._context.reporter.report(error)
            return
        words = explain(error)
        self.word.setText(words.happened or words.title)
        self.word.show()


def _given(field: Field, text: str) -> Any:
    found = read(field, text.strip())
    if found is None:
        raise Refusal("value.required", entity=ENTITY, field=field.name)
    return found


def put_rate(workspace: Workspace, of: str, to: str, number: Decimal, day: date, source: str) -> Any:
    """Runs on the write lane."""
    from desktop_crm.services import rates

    return rates.put(workspace, of, to, number, day, source)
