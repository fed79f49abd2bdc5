"""The cards of the workspace itself and of our own company."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from desktop_crm import __version__
from desktop_crm.i18n import formats, tr
from desktop_crm.ui.runtime.context import UiContext
from desktop_crm.ui.widgets.buttons import button
from desktop_crm.ui.widgets.card import Card
from desktop_crm.ui.widgets.labels import label
from desktop_crm.ui.widgets.record_form import RecordForm
from desktop_crm.ui.widgets.record_picture import RecordPicture

if TYPE_CHECKING:
    from desktop_crm.services.workspace import Workspace

SUPPLIER = "supplier"
PICTURE = 72
"""How high the logo and the seal are shown, in points."""


class WorkspaceCard(Card):
    """What this workspace is and where it lies."""

    def __init__(self, context: UiContext, parent: QWidget | None = None) -> None:
        super().__init__(tr("Workspace"), parent=parent)
        workspace = context.workspace
        grid = QGridLayout()
        grid.setVerticalSpacing(7)
        grid.setColumnMinimumWidth(0, 130)
        grid.setColumnStretch(1, 1)
        size = workspace.path.stat().st_size if workspace.path.exists() else 0
        facts = (
            (tr("Name"), workspace.name),
            (tr("File"), str(workspace.path)),
            (tr("Size"), formats.file_size(size)),
            (tr("Encryption"), tr("The whole file is encrypted (SQLCipher, AES-256).")),
            (tr("App version"), __version__),
        )
        for place, (name, value) in enumerate(facts):
            grid.addWidget(label(name, "body2"), place, 0, Qt.AlignmentFlag.AlignTop)
            shown = label(value, wrap=True)
            shown.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            grid.addWidget(shown, place, 1)
        self.add(grid)
        row = QHBoxLayout()
        row.addWidget(button(tr("Open another workspace"), context.preferences.workspace_left.emit, icon_name="folder"))
        row.addStretch(1)
        self.add(row)


class CompanyCard(Card):
    """Our company is one record; it is entered once and edited from then on."""

    def __init__(self, context: UiContext, parent: QWidget | None = None) -> None:
        super().__init__(tr("Our company"), parent=parent)
        self._context = context
        self.add(label(tr("As it stands on quotes: the supplier's block of the PDF."), "hint", wrap=True))
        self.form = RecordForm(context, SUPPLIER, columns=2)
        self.begin = button(tr("Enter our company"), self._on_begin, icon_name="plus")
        self.save = button(tr("Save our company"), self.form.make, icon_name="check")
        self.form.created.connect(self._on_company)
        self.pictures = QWidget()
        row = QHBoxLayout(self.pictures)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(16)
        self.logo = RecordPicture(context, SUPPLIER, "logo", height=PICTURE)
        self.seal = RecordPicture(context, SUPPLIER, "seal", height=PICTURE)
        for one in (self.logo, self.seal):
            column = QVBoxLayout()
            column.addWidget(label(one.view.accessibleName(), "body2"))
            column.addWidget(one)
            row.addLayout(column, 1)
        for part in (self.form, self.pictures, self.begin, self.save):
            self.add(part)
            part.hide()

    def refresh(self) -> None:
        self._context.lanes.read(partial(company_id, self._context.workspace), self._on_company)

    def _on_company(self, row_id: str | None) -> None:
        if row_id is not None:
            self.begin.hide()
            self.save.hide()
            self.form.show()
            self.form.show_row(row_id)
            self.pictures.show()
            self.logo.show_row(row_id)
            self.seal.show_row(row_id)
        elif not self.save.isVisibleTo(self):
            self.form.hide()
            self.begin.show()

    def _on_begin(self) -> None:
        self.begin.hide()
        self.save.show()
        self.form.show()
        self.form.begin_new()


def company_id(workspace: Workspace) -> Any:
    """The row of our own company, if it was entered; runs on the read lane."""
    from desktop_crm.services import records

    found = records.list_rows(workspace, SUPPLIER, records.ListQuery(limit=1)).records
    return str(found[0].id) if found else None
