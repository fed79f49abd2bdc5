"""One white-space cell: what is used there, by whom else, what the records hold; a quote or an opportunity starts here.

What is chosen is written at once and can be undone, as everywhere. Signals: `written()` after each act.
"""

from __future__ import annotations

from functools import partial
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QDialog, QHBoxLayout, QVBoxLayout, QWidget

from desktop_crm.domain.schema import REGISTRY
from desktop_crm.domain.schema.options import ProductUsage
from desktop_crm.i18n import tr
from desktop_crm.i18n.labels import entity_label, field_label, option_label, version_state_label
from desktop_crm.services.account_work import white_space
from desktop_crm.services.account_work.white_space import CellPage, Linked
from desktop_crm.ui.accounts.openable import ActRow
from desktop_crm.ui.accounts.white_space import usage_label
from desktop_crm.ui.runtime.context import UiContext
from desktop_crm.ui.theme import Mood, mood_of
from desktop_crm.ui.widgets.buttons import button, no_default, primary
from desktop_crm.ui.widgets.field_row import editor_for
from desktop_crm.ui.widgets.help_key import explained_by
from desktop_crm.ui.widgets.labels import ElidedLabel, clear, label
from desktop_crm.ui.widgets.pill import Pill
from desktop_crm.ui.widgets.reference_editor import ReferenceEditor
from desktop_crm.ui.widgets.segmented import SegmentedControl

WIDTH, EDGE = 520, 20
NOT_WRITTEN = "told"


class CellDialog(QDialog):
    written = Signal()

    def __init__(
        self, context: UiContext, account_id: str, unit_id: str, product_id: str, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        explained_by(self, "account")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._context = context
        self._place = (account_id, unit_id, product_id)
        self._page: CellPage | None = None
        self._asked = ""
        self._slot = context.lanes.slot()
        self._title = ElidedLabel("", "section")
        self._told = label("", "hint", wrap=True)
        choices = [(NOT_WRITTEN, tr("As records tell")), *((one.value, usage_label(one)) for one in ProductUsage)]
        self.usage = SegmentedControl(tuple(choices))
        self.usage.chosen.connect(self._on_usage)
        self.setMinimumWidth(max(WIDTH, self.usage.sizeHint().width() + 2 * EDGE))
        known = REGISTRY["white_space_cell"]
        self.competitor = ReferenceEditor(context, known.field("competitor_id"))
        self.competitor.line.setPlaceholderText(tr("Name of a competitor, known or new"))
        self.competitor.committed.connect(self._on_competitor)
        self.note = editor_for(context, "white_space_cell", known.field("note"))
        self.note.committed.connect(self._on_note)
        self._linked = QVBoxLayout()
        self._linked.setSpacing(4)
        self.deal = button(tr("New opportunity"), self._new_deal, icon_name="plus")
        self.quote = primary(tr("New quote"), self._new_quote, icon_name="plus")
        self._build()
        self.read()

    def _build(self) -> None:
        box = QVBoxLayout(self)
        box.setContentsMargins(EDGE, 16, EDGE, 16)
        box.setSpacing(8)
        box.addWidget(self._title)
        box.addWidget(self._told)
        box.addWidget(self.usage, 0, Qt.AlignmentFlag.AlignLeft)
        for editor in (self.competitor, self.note):
            name = field_label("white_space_cell", editor.field.name)
            editor.target().setAccessibleName(name)
            box.addWidget(label(name, "label"))
            box.addWidget(editor)
        box.addLayout(self._linked)
        box.addStretch(1)
        row = QHBoxLayout()
        row.addWidget(button(tr("Close"), self.accept))
        row.addStretch(1)
        row.addWidget(self.deal)
        row.addWidget(self.quote)
        box.addLayout(row)
        no_default(self)

    def read(self) -> None:
        """Look again."""
        work = partial(white_space.cell, self._context.workspace, *self._place)
        self._slot.read(work, self._show, self._context.reporter.report)

    def _show(self, page: CellPage) -> None:
        self._page = page
        self._asked = page.competitor
        title = f"{page.unit.name} × {page.product.name}"
        self.setWindowTitle(title)
        self._title.set_text(title)
        written = page.usage_written
        self.usage.choose(page.usage.value if written else NOT_WRITTEN)
        self._told.setText(
            tr("Written by hand: {use}", use=usage_label(page.usage))
            if written
            else tr("Deals and quotes tell: {use}", use=usage_label(page.usage))
        )
        self.competitor.show_reference(page.competitor_id or None, page.competitor)
        self.note.show_value(page.note or None)
        clear(self._linked)
        kind = ""
        for one in page.linked:
            if one.entity != kind:
                kind = one.entity
                self._linked.addWidget(label(entity_label(kind, plural=True), "label"))
            self._linked.addWidget(self._line(one))
        if not page.linked:
            self._linked.addWidget(label(tr("No deal, quote, contract or person is known here."), "hint"))

    def _line(self, one: Linked) -> QWidget:
        row = ActRow(partial(self._open, one) if self._context.routes.can_open(one.entity) else None)
        line = QHBoxLayout(row)
        line.setContentsMargins(0, 0, 0, 0)
        line.addWidget(ElidedLabel(one.title, "body"), 1)
        if one.state:
            is_status = one.entity in {"quote", "contract"}
            word = version_state_label(one.state) if one.entity == "quote" else one.state
            word = option_label("status", one.state) if one.entity == "contract" else word
            line.addWidget(Pill(word, mood_of("status", one.state) if is_status else Mood.neutral))
        row.setAccessibleName(", ".join(part for part in (one.title, one.state) if part))
        return row

    def _open(self, one: Linked) -> None:
        self.accept()
        self._context.routes.open(one.entity, one.id)

    def _on_usage(self, key: str) -> None:
        self._write(usage=None if key == NOT_WRITTEN else key)

    def _on_competitor(self) -> None:
        name = self.competitor.line.text().strip()
        if self._page is None or name == self._asked:  # Enter, and leaving the field, both say that it is finished
            return
        self._asked = name
        if name:
            self._write(competitor=name)
        else:
            self._write(competitor_id=None)

    def _on_note(self) -> None:
        value = self.note.value()
        if self._page is not None and (value or "") != self._page.note:
            self._write(note=value)

    def _write(self, **fields: Any) -> None:
        _, unit_id, product_id = self._place
        work = partial(white_space.write, self._context.workspace, unit_id, product_id, **fields)
        self._context.undo.run(tr("Edit white space"), work, self._on_written, self._context.reporter.report, self)

    def _on_written(self, _changes: object) -> None:
        self.written.emit()
        self.read()

    def _new_deal(self) -> None:
        if self._page is None:
            return
        _, unit_id, product_id = self._place
        unit, product = self._page.unit.name, self._page.product.name
        self.accept()
        self._context.routes.create(
            "opportunity",
            name=f"{unit} {product}",
            account_id=unit_id,
            account_id_title=unit,
            product_id=product_id,
            product_id_title=product,
        )

    def _new_quote(self) -> None:
        _, unit_id, product_id = self._place
        work = partial(white_space.start_quote, self._context.workspace, unit_id, product_id)
        self._context.undo.run(tr("New quote"), work, self._on_quote, self._context.reporter.report)

    def _on_quote(self, made: Any) -> None:
        self.accept()
        self._context.routes.open("quote", str(made.id))
