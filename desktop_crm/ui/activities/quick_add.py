"""One line to write down a task or an activity: what, when or of which kind, at which account.

Signals: none; what is written is an act of the undo stack.
"""

from __future__ import annotations

from datetime import date
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtGui import QKeyEvent, Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLineEdit, QWidget

from desktop_crm.domain.schema import REGISTRY
from desktop_crm.domain.schema.options import ActivityKind
from desktop_crm.foundation.errors import Refusal
from desktop_crm.i18n import tr
from desktop_crm.i18n.labels import field_label, option_label
from desktop_crm.services import activities
from desktop_crm.ui.runtime.context import UiContext
from desktop_crm.ui.widgets.buttons import primary
from desktop_crm.ui.widgets.editors import DateEditor
from desktop_crm.ui.widgets.reference_editor import ReferenceEditor
from desktop_crm.ui.widgets.steady import SteadyComboBox

TASK = "task"


class QuickAdd(QFrame):
    """Signals: `refused(error)` when what was typed cannot be taken."""

    refused = Signal(object)

    def __init__(self, context: UiContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "card")
        self._context = context
        self.kind = SteadyComboBox()
        self.kind.setAccessibleName(tr("What to write down"))
        self.kind.addItem(tr("Task"), TASK)
        for kind in ActivityKind:
            self.kind.addItem(option_label("kind", kind), str(kind))
        self.subject = QLineEdit()
        self.subject.setPlaceholderText(tr("What is to be done, or what was said?"))
        self.subject.setAccessibleName(field_label("task", "subject"))
        self.due = DateEditor(REGISTRY["task"].field("due_on"))
        self.due.setFixedWidth(140)
        self.due.target().setAccessibleName(field_label("task", "due_on"))
        self.account = ReferenceEditor(context, REGISTRY["task"].field("account_id"))
        self.account.setFixedWidth(210)
        self.account.target().setAccessibleName(field_label("task", "account_id"))
        self.account.line.setPlaceholderText(field_label("task", "account_id"))
        self.add = primary(tr("Write down"), self.write_down)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 10, 12, 10)
        row.setSpacing(8)
        row.addWidget(self.kind)
        row.addWidget(self.subject, 1)
        row.addWidget(self.account)
        row.addWidget(self.due)
        row.addWidget(self.add)
        self.kind.currentIndexChanged.connect(self._on_kind)
        self.due.show_value(context.workspace.today())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self.write_down()
        else:
            super().keyPressEvent(event)

    def write_down(self) -> None:
        """Make the task or the activity; without a subject nothing happens."""
        subject = self.subject.text().strip()
        if not subject:
            self.subject.setFocus()
            return
        try:
            account_id = self.account.value()
            due: date | None = self.due.value()
        except Refusal as refusal:
            self._context.reporter.report(refusal)
            return
        kind = self.kind.currentData()
        workspace = self._context.workspace
        if kind == TASK:
            work = partial(activities.promise, workspace, subject, due_on=due, account_id=account_id)
            text = tr("New task")
        else:
            work = partial(activities.log, workspace, ActivityKind(kind), subject, account_id=account_id)
            text = tr("New activity")
        self._context.undo.run(text, work, self._on_written, self._context.reporter.report)

    def _on_written(self, _made: object) -> None:
        self.subject.clear()
        self.subject.setFocus()

    def _on_kind(self, _place: int) -> None:
        self.due.setVisible(self.kind.currentData() == TASK)
