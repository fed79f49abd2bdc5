"""Puts an account into a hierarchy: which one, below whom, with which share.

Signals: `answered(account_id, parent_id, percent)`.
"""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QDialog, QHBoxLayout, QVBoxLayout, QWidget

from desktop_crm.domain.schema import REGISTRY
from desktop_crm.domain.schema.options import Hierarchy
from desktop_crm.foundation.errors import Refusal
from desktop_crm.i18n import tr
from desktop_crm.i18n.labels import field_label
from desktop_crm.ui.accounts.tree_tools import hierarchy_label
from desktop_crm.ui.runtime.context import UiContext
from desktop_crm.ui.widgets.buttons import button, primary
from desktop_crm.ui.widgets.editors import Editor, LineEditor
from desktop_crm.ui.widgets.help_key import explained_by
from desktop_crm.ui.widgets.labels import label
from desktop_crm.ui.widgets.reference_editor import ReferenceEditor

WIDTH = 400


class PlaceDialog(QDialog):
    answered = Signal(str, str, object)

    def __init__(
        self, context: UiContext, beside: str, parent_id: str | None, name: str, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        explained_by(self, "account")
        self._context = context
        title = tr("Place an account: {hierarchy}", hierarchy=hierarchy_label(beside))
        self.setWindowTitle(title)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setMinimumWidth(WIDTH)
        kind = REGISTRY["hierarchy_link"]
        self.account = ReferenceEditor(context, kind.field("account_id"))
        self.above = ReferenceEditor(context, kind.field("parent_id"))
        if parent_id:
            self.above.show_reference(parent_id, name)
        self.percent: Editor | None = LineEditor(kind.field("percent")) if beside == Hierarchy.OWNERSHIP else None
        box = QVBoxLayout(self)
        box.setContentsMargins(18, 16, 18, 16)
        box.setSpacing(8)
        box.addWidget(label(title, "section"))
        rows: tuple[tuple[str, Editor | None], ...] = (
            ("account_id", self.account),
            ("parent_id", self.above),
            ("percent", self.percent),
        )
        for field, editor in rows:
            if editor is not None:
                box.addWidget(label(field_label("hierarchy_link", field), "hint"))
                editor.target().setAccessibleName(field_label("hierarchy_link", field))
                box.addWidget(editor)
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(button(tr("Cancel"), self.reject))
        self.go = primary(tr("Place"), self._answer)
        row.addWidget(self.go)
        box.addSpacing(6)
        box.addLayout(row)

    def _answer(self) -> None:
        try:
            account, above = self.account.value(), self.above.value()
            percent: Any = self.percent.value() if self.percent is not None else None
        except Refusal as error:
            self._context.reporter.report(error)
            return
        if account and above:
            self.answered.emit(account, above, percent)
            self.accept()
