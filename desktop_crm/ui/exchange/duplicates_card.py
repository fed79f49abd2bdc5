"""After an import: which of its new accounts and contacts look like ones that were there before. It proposes, it merges nothing."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from desktop_crm.domain.schema import REGISTRY
from desktop_crm.i18n import formats, ntr, tr
from desktop_crm.ui.runtime.audit_runner import AuditRunner
from desktop_crm.ui.runtime.context import UiContext
from desktop_crm.ui.theme import Mood
from desktop_crm.ui.widgets.buttons import button
from desktop_crm.ui.widgets.card import Card
from desktop_crm.ui.widgets.labels import clear, label
from desktop_crm.ui.widgets.pill import Pill

if TYPE_CHECKING:
    from desktop_crm.services.importing import ImportReport
    from desktop_crm.services.workspace import Workspace

_ENTITIES = ("account", "contact")
_SHOWN = 5
Line = tuple[str, str, str]
"""Names, likelihood, reasons."""


class DuplicatesCard(Card):
    """`look(report)` after an import; hidden where nothing was made that could be there twice."""

    def __init__(self, context: UiContext, parent: QWidget | None = None) -> None:
        super().__init__(tr("Possible duplicates"), parent=parent)
        self._context = context
        self._slot = context.lanes.slot()
        self._import, self._left = "", list[str]()
        self.runner = AuditRunner(context, self)
        self.runner.finished.connect(self._next)
        self.runner.stopped.connect(self._tell)
        self._said = label("", "body2", wrap=True)
        self._lines = QVBoxLayout()
        self._lines.setSpacing(4)
        self.stop = button(tr("Cancel"), self.runner.cancel, kind="small")
        self.open = button(tr("Compare and merge"), partial(context.routes.go, "duplicates"), kind="small")
        row = QHBoxLayout()
        row.addWidget(self.stop)
        row.addWidget(self.open)
        row.addStretch(1)
        self.add(self._said)
        self.add(self._lines)
        self.add(row)
        self.hide()

    def look(self, report: ImportReport) -> None:
        """Look whether what came in was there already; the same import is looked at once."""
        if report.import_id is None or report.import_id == self._import:
            return
        self._import = report.import_id
        made = {file.kind for file in report.files if file.created} | {
            name for file in report.files for name in file.made
        }
        names = {found.name for found in (REGISTRY.find(kind or "") for kind in made) if found is not None}
        self._left = [entity for entity in _ENTITIES if entity in names]
        self.setVisible(bool(self._left))
        clear(self._lines)
        self.open.hide()
        self._next()

    @Slot()
    def _next(self) -> None:
        if self._left:
            self._said.setText(tr("Looking whether what came in was there already…"))
            self.stop.show()
            self.runner.start(self._left.pop(0))
        else:
            self._tell()

    @Slot()
    def _tell(self) -> None:
        self._left = []
        self.stop.hide()
        work = partial(_of_import, self._context.workspace, self._import)
        self._slot.read(work, self._show, self._context.reporter.report)

    def _show(self, found: tuple[Line, ...]) -> None:
        clear(self._lines)
        count = len(found)
        some = ntr("{n} group may be one record.", "{n} groups may be one record each.", count, n=formats.number(count))
        nothing = tr("Nothing that came in looks like a record that was there already.")
        self._said.setText(tr("{groups} Nothing was merged.", groups=some) if found else nothing)
        for names, likely, why in found[:_SHOWN]:
            line = QHBoxLayout()
            line.setSpacing(8)
            line.addWidget(label(names, "body", wrap=True), 1)
            line.addWidget(label(why, "hint", wrap=True), 1)
            line.addWidget(Pill(likely, Mood.warn))
            self._lines.addLayout(line)
        self.open.setVisible(bool(found))


def _of_import(workspace: Workspace, import_id: str) -> tuple[Line, ...]:
    from desktop_crm.services.duplicates import words
    from desktop_crm.services.duplicates.finding import of_import

    return tuple(
        (" · ".join(one.names.values()), words.likelihood(one), words.reasons_text(one))
        for one in of_import(workspace, import_id)
    )
