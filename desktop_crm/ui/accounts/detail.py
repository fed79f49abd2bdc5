"""One account: head with the way to it, tabs, and a panel for each tab.

Panels of other features come in as factories by their tab's key; what has none shows the kit's table of the account's rows.
The room of a tab is imported when the tab is first opened.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QPushButton, QScrollArea, QSizePolicy, QStackedWidget, QVBoxLayout, QWidget

from desktop_crm.domain.accounts.facts import Gap
from desktop_crm.foundation.changes import Changes
from desktop_crm.foundation.errors import CrmError
from desktop_crm.i18n import formats, ptr, tr
from desktop_crm.i18n.labels import entity_label, option_label
from desktop_crm.services import accounts
from desktop_crm.services.accounts import Overview
from desktop_crm.ui.accounts.overview import OverviewTab
from desktop_crm.ui.runtime.context import UiContext
from desktop_crm.ui.theme import Mood, mood_of
from desktop_crm.ui.widgets.buttons import button, primary
from desktop_crm.ui.widgets.field_marks import ConflictNote
from desktop_crm.ui.widgets.header import Crumb, PageHeader
from desktop_crm.ui.widgets.segmented import TabRow
from desktop_crm.ui.widgets.states import EmptyState, StateStack

if TYPE_CHECKING:
    from desktop_crm.ui.accounts.plan_tab import PlanTab
    from desktop_crm.ui.accounts.rows_tab import RowsTab
    from desktop_crm.ui.accounts.shown import Shown
    from desktop_crm.ui.widgets.history_list import HistoryList
    from desktop_crm.ui.widgets.record_form import RecordForm

PanelFactory = Callable[[UiContext, str], QWidget]
"""Makes another feature's panel for one account."""

ROWS = {
    "contact": "contacts",
    "opportunity": "opportunities",
    "quote": "quotes",
    "proposal": "proposals",
    "contract": "contracts",
    "activity": "activities",
    "attachment": "attachments",
}
"""Tabs that show rows of an entity, and the count each carries."""

_TOUCHED = (
    "account", "contact", "opportunity", "stage", "quote", "proposal", "contract", "activity", "task", "user", "map_node",
    "stakeholder_map", "ticket", "product", "quote_line", "white_space_cell", "competitor", "account_member", "attachment",
)  # fmt: skip
FORM_COLUMNS = 2
TITLE_ROOM = 200
TAB_GAP = 12
NEIGHBOURS = 60


class TabStrip(QScrollArea):
    """The tabs in a strip that moves sideways where they do not fit, so that they never push the tree out of the window."""

    def __init__(self, tabs: TabRow, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._tabs = tabs
        self.setWidget(tabs)
        self.setWidgetResizable(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.setFixedHeight(tabs.sizeHint().height())
        tabs.chosen.connect(self._bring)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._bring(self._tabs.current())

    def wheelEvent(self, event: QWheelEvent) -> None:
        bar = self.horizontalScrollBar()
        turned = event.angleDelta()
        bar.setValue(bar.value() - (turned.x() or turned.y()))
        event.accept()

    @Slot(str)
    def _bring(self, key: str) -> None:
        """The chosen tab is in sight, with a part of its neighbours."""
        chosen = self._tabs.findChild(QPushButton, key)
        if chosen is not None:
            self.ensureWidgetVisible(chosen, NEIGHBOURS, 0)


class AccountDetail(QWidget):
    """Signals: `wanted(account_id)` when a step of the way is pressed."""

    wanted = Signal(str)

    def __init__(self, context: UiContext, panels: Mapping[str, PanelFactory], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._factories = panels
        self._account: str | None = None
        self._slot = context.lanes.slot()
        self._built: dict[str, QWidget] = {}
        self._rows: dict[str, RowsTab] = {}
        self._of_record: dict[str, RecordForm | HistoryList] = {}
        self._plan: PlanTab | None = None
        self.conflicts = ConflictNote(context)
        self.header = PageHeader(
            "",
            title_room=TITLE_ROOM,
            actions=(
                self.conflicts,
                button(tr("Log activity"), partial(self._create, "activity")),
                button(tr("New quote"), partial(self._create, "quote")),
                primary(tr("Account plan"), partial(self.show_tab, "plan")),
            ),
        )
        self.tabs = TabRow(tuple((key, self._tab_text(key)) for key in self._keys()))
        row = self.tabs.layout()
        if row is not None:
            row.setSpacing(TAB_GAP)  # nine tabs must leave the tree its room
        self._pages = QStackedWidget()
        self.overview = OverviewTab(context)
        self._add("overview", self.overview)
        self.overview.rows_wanted.connect(self.show_rows)
        self.overview.step_wanted.connect(self._take_step)
        self.overview.cell_wanted.connect(self.open_cell)
        self.overview.plan_wanted.connect(partial(self.show_tab, "plan"))
        self.overview.handover_wanted.connect(self._hand_over)
        inside = QWidget()
        box = QVBoxLayout(inside)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(0)
        box.addWidget(self.header)
        box.addWidget(TabStrip(self.tabs))
        box.addWidget(self._pages, 1)
        nothing = EmptyState(
            tr("No account chosen"), tr("Choose an account in the tree to see it here."), icon_name="account"
        )
        self._states = StateStack(inside, nothing)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(self._states)
        self._states.show_empty()
        self._states.failed.retried.connect(self.refresh)
        self.tabs.chosen.connect(self.show_tab)
        context.hub.changed.connect(self._on_changed)

    @property
    def account_id(self) -> str | None:
        return self._account

    def show_account(self, account_id: str) -> None:
        """Load an account; the chosen tab stays."""
        if account_id != self._account:
            self._account = account_id
            self._drop_foreign_panels()
            self.conflicts.show_account(account_id)
        self.refresh()
        self.show_tab(self.tabs.current())

    def show_nothing(self) -> None:
        self._account = None
        self._slot.cancel()
        self._states.show_empty()

    def refresh(self) -> None:
        if self._account is not None:
            work = partial(accounts.overview, self._context.workspace, self._account)
            self._slot.read(work, self._show, self._on_failed)

    @Slot(str)
    def show_tab(self, key: str) -> None:
        """Show a tab; its panel is made when it is first looked at."""
        self.tabs.choose(key)
        if self._account is None:
            return
        panel = self._built.get(key) or self._add(key, self._panel(key, self._account))
        self._pages.setCurrentWidget(panel)
        if key in self._rows:
            self._rows[key].show_account(self._account, self.header.title())
        elif key in self._of_record:
            self._of_record[key].show_row(self._account)
        elif key == "plan" and self._plan is not None:
            self._plan.show_account(self._account, self.header.title())

    @Slot(str, object)
    def show_rows(self, key: str, shown: Shown) -> None:
        """The rows behind a figure."""
        self.show_tab(key)
        if key in self._rows:
            self._rows[key].show_rows(shown)

    @Slot(str, str)
    def open_cell(self, unit_id: str, product_id: str) -> None:
        """One cell of the white space."""
        from desktop_crm.ui.accounts.cell_dialog import CellDialog

        if self._account is not None:
            CellDialog(self._context, self._account, unit_id, product_id, self).open()

    def panel(self, key: str) -> QWidget | None:
        """The panel of a tab, if it was made."""
        return self._built.get(key)

    def _keys(self) -> tuple[str, ...]:
        foreign = tuple(key for key in ("map", "timeline", "comment") if key in self._factories)
        rows = ("opportunity", "quote", "proposal", "contract", "activity")
        return ("overview", "contact", *foreign, *rows, "plan", "attachment", "details", "history")

    def _tab_text(self, key: str, count: int | None = None) -> str:
        fixed = {
            "overview": tr("Overview"),
            "map": ptr("tab", "Map"),
            "timeline": tr("Timeline"),
            "plan": ptr("tab", "Plan"),
            "details": ptr("tab", "Facts"),
            "history": tr("History"),
        }
        text = fixed.get(key) or entity_label(key, plural=True)
        return f"{text} {formats.number(count)}" if count else text

    def _panel(self, key: str, account_id: str) -> QWidget:
        if key in self._factories:
            return self._factories[key](self._context, account_id)
        if key in {"details", "history"}:
            return self._panel_of_record(key)
        if key == "plan":
            from desktop_crm.ui.accounts.plan_tab import PlanTab

            self._plan = PlanTab(self._context)
            self._plan.cell_wanted.connect(self.open_cell)
            return self._plan
        self._rows[key] = rows_tab(self._context, key)
        return self._rows[key]

    def _panel_of_record(self, key: str) -> QWidget:
        from desktop_crm.ui.widgets.history_list import HistoryList
        from desktop_crm.ui.widgets.record_form import RecordForm
        from desktop_crm.ui.widgets.scrolled import scrolled

        if key == "history":
            self._of_record[key] = HistoryList(self._context, "account")
            return scrolled(self._of_record[key], 18, tr("History"))
        self._of_record[key] = RecordForm(self._context, "account", columns=FORM_COLUMNS)
        return scrolled(self._of_record[key], 18)

    def _add(self, key: str, panel: QWidget) -> QWidget:
        self._built[key] = panel
        if isinstance(panel, QScrollArea):
            panel.setObjectName(key)
        self._pages.addWidget(panel)
        return panel

    def _drop_foreign_panels(self) -> None:
        """Panels of other features belong to one account."""
        for key in self._factories:
            panel = self._built.pop(key, None)
            if panel is not None:
                self._pages.removeWidget(panel)
                panel.deleteLater()

    def _show(self, overview: Overview) -> None:
        if str(overview.record.id) != self._account:
            return
        fields = overview.record.fields
        self.header.set_title(str(fields.get("name") or ""))
        self.header.set_crumbs(self._crumbs(overview))
        tier, kind = fields.get("tier"), fields.get("kind")
        pills = [(option_label("tier", tier), mood_of("tier", tier))] if tier else []
        pills += [(option_label("kind", kind), Mood.neutral)] if kind and kind != "company" else []
        self.header.set_pills(*pills)
        self.header.set_subtitle(facts(overview))
        for key, name in ROWS.items():
            self.tabs.set_text(key, self._tab_text(key, getattr(overview.counts, name)))
        if "map" in self._factories:
            self.tabs.set_text("map", self._tab_text("map", overview.counts.people_on_maps))
        self.overview.show_overview(overview)
        for rows in self._rows.values():
            if rows.account_id == self._account:
                rows.show_account(self._account, self.header.title())
        self._states.show_content()

    def _crumbs(self, overview: Overview) -> tuple[Crumb, ...]:
        above = overview.path[:-1]
        return tuple((step.name, partial(self.wanted.emit, step.id)) for step in above) or ((tr("Top level"), None),)

    def _on_failed(self, error: BaseException) -> None:
        if isinstance(error, CrmError) and error.code == "record.missing":
            self.show_nothing()
        else:
            self._states.show_failed(error)

    @Slot(object, object)
    def _on_changed(self, changes: Changes, _initiator: object) -> None:
        if self._account is not None and changes.touches(*_TOUCHED):
            self.refresh()

    def _create(self, entity: str) -> None:
        if self._account is not None:
            self._context.routes.create(entity, account_id=self._account, account_id_title=self.header.title())

    @Slot(object)
    def _take_step(self, gap: Gap) -> None:
        """The first step to close a gap."""
        match gap:
            case Gap.CONTACT:
                self._create("contact")
            case Gap.NEXT_STEP:
                self._create("task")
            case Gap.RECENT_ACTIVITY:
                self._create("activity")
            case Gap.ECONOMIC_BUYER | Gap.STAKEHOLDER_MAP if "map" in self._factories:
                self.show_tab("map")
            case _:
                self._fill_in(
                    {Gap.OWNER: "owner_id", Gap.INDUSTRY: "industry"}.get(gap, "business_registration_number")
                )

    def _fill_in(self, field: str) -> None:
        self.show_tab("details")
        from desktop_crm.ui.widgets.record_form import RecordForm

        form = self._of_record["details"]
        if isinstance(form, RecordForm):
            form.row_of(field).editor.target().setFocus()

    @Slot()
    def _hand_over(self) -> None:
        from desktop_crm.ui.accounts.handover_dialog import HandoverDialog

        if self._account is not None:
            HandoverDialog(self._context, self._account, self.header.title(), self).open()


def rows_tab(context: UiContext, key: str) -> RowsTab:
    """The tab that shows the account's rows of an entity."""
    if key == "contact":
        from desktop_crm.ui.accounts.employments import ContactsTab

        return ContactsTab(context)
    if key == "attachment":
        from desktop_crm.ui.accounts.files_tab import FilesTab

        return FilesTab(context)
    from desktop_crm.ui.accounts.rows_tab import RowsTab

    return RowsTab(context, key)


def facts(overview: Overview) -> str:
    """The line below the title: industry, size, who is responsible, how close we are."""
    fields, titles = overview.record.fields, overview.record.titles
    people = fields.get("employees")
    stage = fields.get("relationship_stage")
    parts = (
        fields.get("industry"),
        tr("{n} employees", n=formats.number(people)) if people else "",
        tr("owner {name}", name=titles["owner_id"]) if titles.get("owner_id") else "",
        tr("relationship: {stage}", stage=option_label("relationship_stage", stage)) if stage else "",
        fields.get("business_registration_number"),
    )
    return " · ".join(str(part) for part in parts if part)
