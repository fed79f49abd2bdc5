"""Which form the quote is printed in: shipped ones and our own, and the way to change them."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QComboBox, QHBoxLayout, QWidget

from desktop_crm.domain.quotes.paper import PaperKind
from desktop_crm.foundation.changes import Changes
from desktop_crm.i18n import tr
from desktop_crm.i18n.labels import field_label
from desktop_crm.ui.quotes.editor import QuoteEditor
from desktop_crm.ui.runtime.context import UiContext
from desktop_crm.ui.widgets.buttons import icon_button
from desktop_crm.ui.widgets.steady import SteadyComboBox

if TYPE_CHECKING:
    from desktop_crm.services.quotes import Template


class TemplateChoice(QWidget):
    """A row over the page."""

    def __init__(self, context: UiContext, editor: QuoteEditor, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._editor = editor
        self._slot = context.lanes.slot()
        self._known: tuple[Template, ...] = ()
        self.box = SteadyComboBox()
        self.box.setAccessibleName(field_label("quote", "template"))
        self.box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.change = icon_button("edit", tr("Change templates…"), self.open_editor)
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(4)
        line.addWidget(self.box, 1)
        line.addWidget(self.change)
        self.box.activated.connect(self._on_chosen)
        editor.opened.connect(self.refresh)
        editor.drafted.connect(self._show)
        context.hub.changed.connect(self._on_changed)

    def refresh(self) -> None:
        """Read the forms there are."""
        self._slot.read(partial(_templates, self._context), self._on_read)

    def open_editor(self) -> None:
        """Change a form, with the quote as its example."""
        from desktop_crm.ui.quotes.template_editor import TemplateEditor

        document = self._editor.document()
        if document is None:
            return
        dialog = TemplateEditor(self._context, document, self._known, str(self.box.currentData() or ""), self)
        dialog.saved.connect(self._take)
        dialog.open()

    def _on_read(self, known: tuple[Template, ...]) -> None:
        self._known = known
        self._show()

    def _show(self) -> None:
        draft = self._editor.draft
        self.box.clear()
        for one in self._known:
            if one.kind is PaperKind.QUOTATION:
                self.box.addItem(one.name, one.key)
        chosen = draft.template if draft is not None else ""
        self.box.setCurrentIndex(max(self.box.findData(chosen), 0))
        self.setEnabled(self._editor.may_edit)

    def _on_chosen(self, _place: int) -> None:
        self._take(str(self.box.currentData()))

    def _take(self, key: str) -> None:
        draft = self._editor.draft
        if draft is not None and draft.template != key:
            self._editor.edit(tr("Template chosen"), replace(draft, template=key))
        self.refresh()

    def _on_changed(self, changes: Changes, _initiator: object) -> None:
        if changes.touches("document_template"):
            self.refresh()


def _templates(context: UiContext) -> tuple[Template, ...]:
    from desktop_crm.services import quotes

    return quotes.all_templates(context.workspace)
