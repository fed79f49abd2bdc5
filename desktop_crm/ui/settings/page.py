"""The page of all settings, made from their declarations: parts at the left, what is searched for marked, everything saved at once."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, QTimer, Slot
from PySide6.QtWidgets import QHBoxLayout, QListWidget, QListWidgetItem, QScrollArea, QVBoxLayout, QWidget

from desktop_crm.foundation.changes import Changes
from desktop_crm.foundation.errors import CrmError
from desktop_crm.i18n import tr
from desktop_crm.i18n.catalogue import told
from desktop_crm.services import settings as service
from desktop_crm.services.settings import GROUPS, SETTINGS, Kept, Kind
from desktop_crm.ui.runtime.context import UiContext
from desktop_crm.ui.settings.approvals_card import WATCHED, ApprovalsCard
from desktop_crm.ui.settings.archive_card import ArchiveCard
from desktop_crm.ui.settings.backups_card import BackupsCard
from desktop_crm.ui.settings.general import SUPPLIER, CompanyCard, WorkspaceCard
from desktop_crm.ui.settings.lock_card import LockCard
from desktop_crm.ui.settings.map_roles_card import MapRolesCard
from desktop_crm.ui.settings.own_fields import OwnFieldsCard
from desktop_crm.ui.settings.pricing_order import PricingOrderCard
from desktop_crm.ui.settings.rates_card import RatesCard
from desktop_crm.ui.settings.rows import SettingRow, mark_words
from desktop_crm.ui.settings.signature_card import SignatureCard
from desktop_crm.ui.theme.theme import chosen_scheme
from desktop_crm.ui.widgets.card import Card
from desktop_crm.ui.widgets.header import PageHeader
from desktop_crm.ui.widgets.search_field import SearchField
from desktop_crm.ui.widgets.states import EmptyState

if TYPE_CHECKING:
    from desktop_crm.services.workspace import Workspace

PARTS = 216
MARGIN = 18


class SettingsPage(QWidget):
    """`SettingsPage(context)`; `open_row(name)` leads to one setting."""

    def __init__(self, context: UiContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._slot = context.lanes.slot()
        self.rows: dict[str, SettingRow] = {}
        self.cards: dict[str, QWidget] = {}
        """Cards of things that are more than one value, by the name of their declaration."""
        self._parts: dict[str, QWidget] = {}
        self._valued: dict[str, Card] = {}
        self.header = PageHeader(
            tr("Settings"), subtitle=tr("For this laptop and this workspace. Everything is saved at once.")
        )
        self.search = SearchField(tr("Search settings"))
        self.search.searched.connect(self.look)
        self.parts = QListWidget()
        self.parts.setProperty("role", "contents")
        self.parts.setAccessibleName(tr("Parts of the settings"))
        self.parts.currentItemChanged.connect(self._on_part)
        self._body = QWidget()
        self._body.setProperty("role", "clear")
        self._column = QVBoxLayout(self._body)
        self._column.setContentsMargins(MARGIN, 16, MARGIN, 16)
        self._column.setSpacing(14)
        self._nothing = EmptyState(tr("Nothing found"), tr("Search for another word."), icon_name="search")
        self._build_cards()
        for key, title in GROUPS:
            self._build_part(key, told(title))
        self._nothing.hide()
        self._column.addWidget(self._nothing)
        self._column.addStretch(1)
        self._lay_out()
        self.parts.setCurrentRow(0)
        context.hub.changed.connect(self._on_changed)
        self.refresh()

    def _build_cards(self) -> None:
        context = self._context
        self.company, self.own_fields, self.rates = CompanyCard(context), OwnFieldsCard(context), RatesCard(context)
        self.pricing_order = PricingOrderCard(context)
        self.backups, self.lock, self.archive = BackupsCard(context), LockCard(context), ArchiveCard(context)
        self.map_roles = MapRolesCard(context)
        self.approvals = ApprovalsCard(context)
        self.signature = SignatureCard(context)
        self.cards = {
            "approvals": self.approvals,
            "map.roles": self.map_roles,
            "workspace": WorkspaceCard(context),
            "company": self.company,
            "signature": self.signature,
            "rates": self.rates,
            "pricing_order": self.pricing_order,
            "own_fields": self.own_fields,
            "key": self.lock,
            "backups": self.backups,
            "archive": self.archive,
        }

    def _build_part(self, key: str, title: str) -> None:
        item = QListWidgetItem(title)
        item.setData(Qt.ItemDataRole.UserRole, key)
        self.parts.addItem(item)
        part = QWidget()
        part.setProperty("role", "clear")
        box = QVBoxLayout(part)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(14)
        some = [one for one in SETTINGS if one.group == key]
        valued = [one for one in some if one.kind is not Kind.PLACE]
        if valued:
            card = Card(title)
            for one in valued:
                row = SettingRow(one)
                row.chosen.connect(self._on_chosen)
                self.rows[one.name] = row
                card.add(row)
            self._valued[key] = card
            box.addWidget(card)
        for one in some:
            if one.kind is Kind.PLACE:
                box.addWidget(self.cards[one.name])
        self._parts[key] = part
        self._column.addWidget(part)

    def _lay_out(self) -> None:
        side = QWidget()
        side.setFixedWidth(PARTS)
        left = QVBoxLayout(side)
        left.setContentsMargins(0, 0, 0, 0)
        left.setSpacing(0)
        above = QHBoxLayout()
        above.setContentsMargins(12, 12, 12, 6)
        above.addWidget(self.search)
        left.addLayout(above)
        left.addWidget(self.parts, 1)
        self.area = QScrollArea()
        self.area.setWidgetResizable(True)
        self.area.setWidget(self._body)
        self.area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        row = QHBoxLayout()
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(side)
        row.addWidget(self.area, 1)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(0)
        box.addWidget(self.header)
        box.addLayout(row, 1)

    def title(self) -> str:
        return tr("Settings")

    def open_row(self, name: str | None) -> None:
        """Lead to a setting: its part is shown, its name marked, its control has the keyboard."""
        setting = service.BY_NAME.get(name or "")
        if setting is None:
            return
        self.search.clear()
        self.look("")
        places = [self.parts.item(row) for row in range(self.parts.count())]
        self.parts.setCurrentItem(next(p for p in places if p.data(Qt.ItemDataRole.UserRole) == setting.group))
        shown = self.rows.get(setting.name)
        if shown is not None:
            shown.mark(told(setting.label))
            shown.take_keyboard()
        widget: QWidget = shown or self.cards[setting.name]
        QTimer.singleShot(0, widget, partial(self.area.ensureWidgetVisible, widget, 0, MARGIN))

    def refresh(self) -> None:
        self._slot.read(partial(values_of, self._context), self._show)
        self.company.refresh()
        self.rates.refresh()
        self.own_fields.refresh()
        self.map_roles.refresh()
        self.approvals.refresh()
        self.backups.refresh()
        self.signature.refresh()

    # search

    @Slot(str)
    def look(self, text: str) -> None:
        """Show the settings that are meant, of all parts; the part that is chosen for an empty search."""
        found = {one.name for one in service.found(text)}
        for name, row in self.rows.items():
            row.setVisible(name in found)
            row.mark(text)
        for name, card in self.cards.items():
            card.setVisible(name in found)
            if isinstance(card, Card):
                mark_words(card.title, told(service.BY_NAME[name].label), text)
        chosen = self._chosen_part()
        for key, part in self._parts.items():
            inside = {one.name for one in SETTINGS if one.group == key}
            valued = inside & set(self.rows)
            if valued:
                self._valued[key].setVisible(bool(valued & found))
            part.setVisible(bool(inside & found) if text else key == chosen)
        self.parts.setEnabled(not text)
        self._nothing.setVisible(bool(text) and not found)

    def _chosen_part(self) -> str:
        item = self.parts.currentItem()
        return str(item.data(Qt.ItemDataRole.UserRole)) if item is not None else GROUPS[0][0]

    def _on_part(self, _now: QListWidgetItem | None, _before: QListWidgetItem | None) -> None:
        self.look(self.search.text().strip())
        self.area.verticalScrollBar().setValue(0)

    # values

    def _show(self, values: dict[str, Any]) -> None:
        for name, value in values.items():
            self.rows[name].show_value(value)

    @Slot(str, object)
    def _on_chosen(self, name: str, value: Any) -> None:
        context, setting = self._context, service.named(name)
        if setting.kept is Kept.WORKSPACE:
            work = partial(service.choose, context.settings, context.workspace, name, value)
            text = tr("Setting: {name}", name=told(setting.label))
            context.undo.run(text, work, partial(self._on_kept, name), partial(self._on_refused, name), self)
            return
        try:
            service.choose(context.settings, None, name, value)
        except CrmError as error:
            self.rows[name].refuse(error)
            return
        self.rows[name].word.hide()
        self._tell(name, value)

    def _tell(self, name: str, value: Any) -> None:
        """What the window does when a setting of this laptop is another one."""
        wishes = self._context.preferences
        if name == "language":
            wishes.language_wanted.emit(value)
        elif name == "theme":
            wishes.scheme_wanted.emit(value)
        elif name == "lock.minutes":
            wishes.lock_after_wanted.emit(value)
        elif name.startswith("forms."):
            wishes.forms_changed.emit()

    def _on_kept(self, name: str, _changes: object) -> None:
        self.rows[name].word.hide()

    def _on_refused(self, name: str, error: BaseException) -> None:
        if isinstance(error, CrmError):
            self.rows[name].refuse(error)
        else:
            self._context.reporter.report(error)

    @Slot(object, object)
    def _on_changed(self, changes: Changes, _initiator: object) -> None:
        if changes.touches(SUPPLIER):
            self.company.refresh()
        if changes.touches(*WATCHED):
            self.approvals.refresh()
        if changes.touches("own_field"):
            self.own_fields.refresh()
        if changes.touches(service.ENTITY, "stage", "pipeline"):
            self.map_roles.refresh()
        if changes.touches(service.ENTITY):
            self._slot.read(partial(values_of, self._context), self._show)


def values_of(context: UiContext) -> dict[str, Any]:
    """What holds of every setting; runs on the read lane."""
    workspace: Workspace = context.workspace
    found = {
        one.name: service.value(context.settings, workspace, one.name) for one in SETTINGS if one.kind is not Kind.PLACE
    }
    return found | {"theme": str(chosen_scheme())}
