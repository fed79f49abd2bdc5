"""The page: a few cards, each of which saves as soon as something is chosen or typed."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from desktop_crm import __version__, i18n
from desktop_crm.foundation.changes import Changes
from desktop_crm.i18n import formats, tr
from desktop_crm.ui.runtime.context import UiContext
from desktop_crm.ui.settings.backups_card import BackupsCard
from desktop_crm.ui.settings.lock_card import LockCard
from desktop_crm.ui.settings.own_fields import OwnFieldsCard
from desktop_crm.ui.theme import Scheme
from desktop_crm.ui.theme.theme import chosen_scheme
from desktop_crm.ui.widgets.buttons import button
from desktop_crm.ui.widgets.card import Card
from desktop_crm.ui.widgets.header import PageHeader
from desktop_crm.ui.widgets.labels import label
from desktop_crm.ui.widgets.record_form import RecordForm
from desktop_crm.ui.widgets.segmented import SegmentedControl

if TYPE_CHECKING:
    from desktop_crm.services.workspace import Workspace

SUPPLIER = "supplier"


class SettingsPage(QWidget):
    """`SettingsPage(context)`."""

    def __init__(self, context: UiContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self.header = PageHeader(
            tr("Settings"), subtitle=tr("For this laptop and this workspace. Everything is saved at once.")
        )
        body = QWidget()
        body.setProperty("role", "clear")
        columns = QHBoxLayout(body)
        columns.setContentsMargins(18, 16, 18, 16)
        columns.setSpacing(14)
        left, right = QVBoxLayout(), QVBoxLayout()
        for column in (left, right):
            column.setSpacing(14)
            columns.addLayout(column, 1)
        left.addWidget(self._looks())
        left.addWidget(self._workspace())
        self.own_fields = OwnFieldsCard(context)
        left.addWidget(self.own_fields)
        left.addStretch(1)
        right.addWidget(self._company())
        self.backups = BackupsCard(context)
        right.addWidget(self.backups)
        self.lock = LockCard(context)
        left.insertWidget(1, self.lock)
        right.addStretch(1)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setWidget(body)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(0)
        box.addWidget(self.header)
        box.addWidget(area, 1)
        context.hub.changed.connect(self._on_changed)
        self.refresh()

    def title(self) -> str:
        return tr("Settings")

    def refresh(self) -> None:
        self._context.lanes.read(partial(company_id, self._context.workspace), self._on_company)
        self.own_fields.refresh()
        self.backups.refresh()

    def _looks(self) -> Card:
        card = Card(tr("Language and appearance"))
        self.language = SegmentedControl((("ko", "한국어"), ("en", "English")), str(i18n.current()))
        self.language.chosen.connect(self._context.preferences.language_wanted)
        self.language.setAccessibleName(tr("Language"))
        schemes = (
            (str(Scheme.system), tr("As the system")),
            (str(Scheme.light), tr("Light")),
            (str(Scheme.dark), tr("Dark")),
            (str(Scheme.contrast), tr("High contrast")),
        )
        self.appearance = SegmentedControl(schemes, str(chosen_scheme()))
        self.appearance.chosen.connect(self._context.preferences.scheme_wanted)
        self.appearance.setAccessibleName(tr("Appearance"))
        grid = QGridLayout()
        grid.setVerticalSpacing(8)
        grid.setColumnMinimumWidth(0, 130)
        grid.setColumnStretch(1, 1)
        on = bool(self._context.settings.get("notices", True))
        self.notices = SegmentedControl((("on", tr("On")), ("off", tr("Off"))), "on" if on else "off")
        self.notices.chosen.connect(self._on_notices)
        self.notices.setAccessibleName(tr("Desktop notices"))
        self.notices.setToolTip(tr("Due tasks, visits about to begin, and a sync that needs you"))
        rows = (
            (tr("Language"), self.language),
            (tr("Appearance"), self.appearance),
            (tr("Desktop notices"), self.notices),
        )
        for place, (name, control) in enumerate(rows):
            grid.addWidget(label(name, "body2"), place, 0)
            grid.addWidget(control, place, 1, Qt.AlignmentFlag.AlignLeft)
        card.add(grid)
        return card

    def _on_notices(self, key: str) -> None:
        self._context.settings.put("notices", key == "on")

    def _workspace(self) -> Card:
        workspace = self._context.workspace
        card = Card(tr("Workspace"))
        grid = QGridLayout()
        grid.setVerticalSpacing(7)
        grid.setColumnMinimumWidth(0, 130)
        grid.setColumnStretch(1, 1)
        size = workspace.path.stat().st_size if workspace.path.exists() else 0
        facts = (
            (tr("Name"), workspace.name),
            (tr("Main currency"), workspace.currency),
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
        card.add(grid)
        row = QHBoxLayout()
        row.addWidget(
            button(tr("Open another workspace"), self._context.preferences.workspace_left.emit, icon_name="folder")
        )
        row.addStretch(1)
        card.add(row)
        return card

    def _company(self) -> Card:
        card = Card(tr("Our company"))
        card.add(label(tr("As it stands on quotes: the supplier's block of the PDF."), "hint", wrap=True))
        self.company = RecordForm(self._context, SUPPLIER)
        self._begin = button(tr("Enter our company"), self._on_begin, icon_name="plus")
        self._save = button(tr("Save our company"), self.company.make, icon_name="check")
        self.company.created.connect(self._on_created)
        for part in (self.company, self._begin, self._save):
            card.add(part)
            part.hide()
        return card

    def _on_company(self, row_id: str | None) -> None:
        if row_id is not None:
            self._begin.hide()
            self._save.hide()
            self.company.show()
            self.company.show_row(row_id)
        elif not self._save.isVisibleTo(self):
            self.company.hide()
            self._begin.show()

    def _on_begin(self) -> None:
        self._begin.hide()
        self._save.show()
        self.company.show()
        self.company.begin_new()

    def _on_created(self, row_id: str) -> None:
        self._on_company(row_id)

    @Slot(object, object)
    def _on_changed(self, changes: Changes, _initiator: object) -> None:
        if changes.touches(SUPPLIER, "own_field"):
            self.refresh()


def company_id(workspace: Workspace) -> Any:
    """The row of our own company, if it was entered; runs on the read lane."""
    from desktop_crm.services import records

    found = records.list_rows(workspace, SUPPLIER, records.ListQuery(limit=1)).records
    return str(found[0].id) if found else None
