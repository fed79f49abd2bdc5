"""The dialogs of a plan: one line with its fields, and the plan as a PDF. Signals: `removed()`, `wanted(locale, since)`."""

from __future__ import annotations

from datetime import date, timedelta
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QDialog, QHBoxLayout, QVBoxLayout, QWidget

from desktop_crm.domain.accounts.plans import PlanItem
from desktop_crm.domain.schema.options import PlanItemKind
from desktop_crm.i18n import current, ntr, tr
from desktop_crm.i18n.labels import option_label
from desktop_crm.services.account_work import plans
from desktop_crm.ui.runtime.context import UiContext
from desktop_crm.ui.widgets.buttons import button, no_default, primary
from desktop_crm.ui.widgets.help_key import explained_by
from desktop_crm.ui.widgets.labels import label
from desktop_crm.ui.widgets.record_form import RecordForm
from desktop_crm.ui.widgets.segmented import SegmentedControl

WIDTH = 460
_STEP = ("subject", "owner_id", "due_on", "measure", "progress", "note")
FIELDS = {
    PlanItemKind.OBJECTIVE: _STEP,
    PlanItemKind.ACTION: (*_STEP, "objective_id"),
    PlanItemKind.COMPETITOR: ("subject", "competitor_id", "note"),
}
PERIODS = (0, 7, 30, 90)
"""Days back from today that changes can be marked from; 0: none are."""


class ItemDialog(QDialog):
    """Each field is saved when it is left, as in every form."""

    def __init__(self, context: UiContext, item: PlanItem, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        explained_by(self, "account")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setMinimumWidth(WIDTH)
        self._context = context
        self._item = item
        title = option_label("kind", item.kind.value)
        self.setWindowTitle(title)
        box = QVBoxLayout(self)
        box.setContentsMargins(20, 16, 20, 16)
        box.setSpacing(10)
        box.addWidget(label(title, "section"))
        self.form = RecordForm(context, "plan_item", FIELDS.get(item.kind, ("subject", "note")))
        self.form.show_row(item.id)
        box.addWidget(self.form)
        row = QHBoxLayout()
        row.addWidget(button(tr("Remove"), self._remove, kind="danger"))
        row.addStretch(1)
        row.addWidget(primary(tr("Done"), self._close, shortcut="Ctrl+Return"))
        box.addLayout(row)
        no_default(self)

    def _close(self) -> None:
        self.form.commit_all()
        self.accept()

    def _remove(self) -> None:
        work = partial(plans.remove, self._context.workspace, self._item.id)
        self._context.undo.run(tr("Remove a line of the plan"), work, None, self._context.reporter.report)
        self.accept()


class PlanPdfDialog(QDialog):
    wanted = Signal(str, object)

    def __init__(self, today: date, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        explained_by(self, "account")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._today = today
        title = tr("Account plan as PDF")
        self.setWindowTitle(title)
        box = QVBoxLayout(self)
        box.setContentsMargins(20, 16, 20, 16)
        box.setSpacing(8)
        box.addWidget(label(title, "section"))
        box.addWidget(label(tr("Language"), "label"))
        self.language = SegmentedControl((("ko", "한국어"), ("en", "English")), current().value)
        box.addWidget(self.language, 0, Qt.AlignmentFlag.AlignLeft)
        box.addWidget(label(tr("Mark what changed"), "label"))
        choices = tuple((str(n), ntr("last {n} day", "last {n} days", n) if n else tr("not at all")) for n in PERIODS)
        self.since = SegmentedControl(choices, "30")
        box.addWidget(self.since, 0, Qt.AlignmentFlag.AlignLeft)
        box.addSpacing(6)
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(button(tr("Cancel"), self.reject))
        row.addWidget(primary(tr("Export"), self._answer))
        box.addLayout(row)

    def _answer(self) -> None:
        days = int(self.since.current())
        self.wanted.emit(self.language.current(), self._today - timedelta(days=days) if days else None)
        self.accept()
