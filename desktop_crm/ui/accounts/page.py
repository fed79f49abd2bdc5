"""The accounts page: the tree at the left, one account at the right. The shell mounts `AccountsPage(context, panels)`."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLineEdit,
    QSplitter,
    QStackedLayout,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from desktop_crm.i18n import formats, ntr, tr
from desktop_crm.i18n.labels import entity_label
from desktop_crm.services import accounts
from desktop_crm.services.accounts import Step
from desktop_crm.ui.accounts.actions import AccountActs
from desktop_crm.ui.accounts.detail import AccountDetail, PanelFactory
from desktop_crm.ui.accounts.model import AccountTreeModel
from desktop_crm.ui.accounts.tree import AccountTree
from desktop_crm.ui.accounts.tree_desk import TreeDesk
from desktop_crm.ui.accounts.tree_tools import TreeTools
from desktop_crm.ui.runtime.context import UiContext
from desktop_crm.ui.widgets.buttons import button, icon_button, primary
from desktop_crm.ui.widgets.labels import ElidedLabel, label
from desktop_crm.ui.widgets.search_field import SearchField
from desktop_crm.ui.widgets.segmented import SegmentedControl
from desktop_crm.ui.widgets.states import EmptyState, StateStack

if TYPE_CHECKING:
    from desktop_crm.ui.runtime.routes import Tab
    from desktop_crm.ui.widgets.record_page import ListDescription, RecordListPage

TREE_WIDTH = 530
SETTING = "accounts.tree.width"
VIEW = "accounts.view"
TREE, LIST, LINKS, RIVALS = "tree", "list", "links", "competitors"


class AccountTreePage(QWidget):
    def __init__(
        self, context: UiContext, panels: Mapping[str, PanelFactory] | None = None, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._context = context
        self._acts = AccountActs(context)
        self._way = context.lanes.slot()
        self.model = AccountTreeModel(context, self)
        self.tree = AccountTree(self.model, context.settings)
        self.tools = TreeTools()
        self.desk = TreeDesk(context, self.tree, self._acts, self.tools, self)
        self.detail = AccountDetail(context, panels or {})
        self.shown = QStackedWidget()
        self.shown.addWidget(self.detail)
        self.search = SearchField(tr("Find in the tree"))
        first = primary(tr("New account"), self._new_at_top, icon_name="plus")
        self._empty = EmptyState(
            tr("No accounts yet"),
            tr("Companies, their branches and sites stand here as a tree. Import a file, or make the first one."),
            (first, button(tr("Import a file"), partial(context.routes.go, "import"))),
            icon_name="account",
        )
        self._states = StateStack(self.tree, self._empty)
        self._count = label("", "hint")
        self._build()
        self._wire()
        self._states.show_loading()
        self.model.ask()

    def _build(self) -> None:
        side = QFrame()
        side.setProperty("role", "side")
        box = QVBoxLayout(side)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(0)
        head = QHBoxLayout()
        head.setContentsMargins(14, 10, 12, 8)
        head.setSpacing(8)
        head.addWidget(ElidedLabel(tr("Account hierarchy"), "section"), 2)
        head.addWidget(self._count)
        self.search.setMaximumWidth(200)
        head.addWidget(self.search, 2)
        self.head = head
        head.addWidget(icon_button("plus", tr("New account"), self._new_at_top, framed=True, shortcut="Ctrl+N"))
        box.addLayout(head)
        box.addWidget(self.tools)
        box.addWidget(self._states, 1)
        self.hint = label(_drag(), "hint")
        self.hint.setContentsMargins(14, 6, 14, 8)
        box.addWidget(self.hint)
        side.setMinimumWidth(300)
        self._split = QSplitter(Qt.Orientation.Horizontal)
        self._split.setChildrenCollapsible(False)
        self._split.addWidget(side)
        self._split.addWidget(self.shown)
        self._split.setStretchFactor(1, 1)
        self._split.setSizes([int(self._context.settings.get(SETTING, TREE_WIDTH)), 900])
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(self._split)

    def _wire(self) -> None:
        self.model.loaded.connect(self._on_loaded)
        self.model.failed.connect(self._states.show_failed)
        self.model.rename_wanted.connect(self._acts.rename)
        self.tree.picked.connect(self._show_account)
        self.desk.day_changed.connect(self._on_day)
        self.tree.deleted.connect(self._on_deleted)
        self.tree.creation_wanted.connect(self._new_below)
        self.search.searched.connect(self.model.narrow)
        self.search.left.connect(self.tree.setFocus)
        self.detail.wanted.connect(self.open_row)
        self._states.failed.retried.connect(self.refresh)
        self._split.splitterMoved.connect(self._on_split)
        find = QShortcut(QKeySequence.StandardKey.Find, self)
        find.activated.connect(self.search.setFocus)

    # what the shell asks of a page

    def title(self) -> str:
        return entity_label("account", plural=True)

    def open_row(self, row_id: str | None) -> None:
        """Show one account: the tree opens the way to it."""
        if row_id is None:
            return
        if self.search.text():
            self.search.clear()
        self.detail.show_account(row_id)
        work = partial(accounts.path, self._context.workspace, row_id, self.desk.beside)
        self._way.read(work, partial(self._on_way, row_id))

    def refresh(self) -> None:
        self.model.narrow(self.search.text().strip())
        self.detail.refresh()

    def begin_new(self, fields: Mapping[str, Any]) -> None:
        """Ask for the name of a new account."""
        self._ask_name(fields.get("parent_id"))

    @Slot(str)
    def _show_account(self, account_id: str) -> None:
        """At the right: the account as it is, or as it was on the day that the tree shows."""
        day = self.desk.day
        node = self.model.node(self.model.index_of(account_id))
        if day is None or node is None:
            self.shown.setCurrentWidget(self.detail)
            self.detail.show_account(account_id)
            return
        from desktop_crm.ui.accounts.past_tabs import PastAccount

        panel = self.shown.widget(1)
        if not isinstance(panel, PastAccount):
            panel = PastAccount(self._context)
            self.shown.addWidget(panel)
        self.shown.setCurrentWidget(panel)
        panel.show_account(node, day)

    @Slot()
    def _on_day(self) -> None:
        account_id, day = self.tree.current_id(), self.desk.day
        self.hint.setText(tr("As of {day} · read only", day=formats.date(day)) if day else _drag())
        if day is None and account_id:
            self._show_account(account_id)

    # acts

    def _on_way(self, row_id: str, path: tuple[Step, ...]) -> None:
        self.tree.choose(row_id, tuple(step.id for step in path[:-1]))

    @Slot(int)
    def _on_loaded(self, total: int) -> None:
        if total:
            self._states.show_content()
            self.tree.choose_first()
            if self.isVisible() and not isinstance(self.window().focusWidget(), QLineEdit):
                self.tree.setFocus()
        elif self.desk.beside is not None and not self.model.narrowed:
            self._empty.tell(
                tr("Nobody stands here yet"),
                tr("Place an account below another one, or import a file that says who stands above whom."),
            )
            self._states.show_empty()
        elif self.model.narrowed:
            self._empty.tell(tr("Nothing matches"), tr("No account has this in its name."))
            self._states.show_empty()
        else:
            self._empty.tell(
                tr("No accounts yet"),
                tr("Companies, their branches and sites stand here as a tree. Import a file, or make the first one."),
            )
            self._states.show_empty()
            self.detail.show_nothing()
        shown = formats.number(total)
        if self.model.narrowed:
            self._count.setText(ntr("{count} match", "{count} match", total, count=shown))
        else:
            self._count.setText("")

    @Slot(object, bool)
    def _on_deleted(self, ids: tuple[str, ...], with_children: bool) -> None:
        self._acts.delete(ids, with_children=with_children)

    def _new_at_top(self) -> None:
        self._ask_name(None)

    @Slot(object)
    def _new_below(self, parent: str | None) -> None:
        if self.desk.beside is None:
            self._ask_name(parent)
        else:
            self.desk.place()

    def _ask_name(self, parent: Any) -> None:
        from desktop_crm.ui.accounts.dialogs import NameDialog
        from desktop_crm.ui.widgets.lookalikes import LookalikesNote

        node = next(iter(self._nodes(parent)), None)
        dialog = NameDialog(tr("New account"), tr("Below {account}", account=node) if node else "", self)
        dialog.warn_with(LookalikesNote(self._context, "account", dialog.fields))
        dialog.answered.connect(partial(self._create, str(parent) if parent else None))
        dialog.open()

    def _nodes(self, account_id: Any) -> tuple[str, ...]:
        node = self.model.node(self.model.index_of(str(account_id))) if account_id else None
        return (node.name,) if node is not None else ()

    def _create(self, parent: str | None, name: str) -> None:
        self._acts.create(name, parent, self._on_created)

    def _on_created(self, made: Any) -> None:
        self.open_row(str(made.id))

    def _on_split(self, place: int, _handle: int) -> None:
        self._context.settings.put(SETTING, place)


class AccountsPage(QWidget):
    """The tree with one account beside it, or all accounts as a list; the choice is remembered. Enter in the list opens the account."""

    def __init__(
        self, context: UiContext, panels: Mapping[str, PanelFactory] | None = None, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._context = context
        self.hierarchy = AccountTreePage(context, panels)
        self._list: RecordListPage | None = None
        self._links: RecordListPage | None = None
        self._rivals: RecordListPage | None = None
        self._switches = [self._switch()]
        self.hierarchy.head.addWidget(self._switches[0])
        self._stack = QStackedLayout(self)
        self._stack.addWidget(self.hierarchy)
        self.setFocusProxy(self.hierarchy.tree)
        self.hierarchy.tools.listed.connect(partial(self.show_view, LINKS))
        if context.settings.get(VIEW) == LIST:
            self.show_view(LIST)

    @property
    def list(self) -> RecordListPage:
        """The list, made when it is first looked at."""
        if self._list is None:
            from desktop_crm.ui.widgets.record_page import ListDescription

            empty = tr("Companies, their branches and sites stand here.")
            self._list = self._listed("account", ListDescription(icon="account", empty=empty, opens=self.open_row))
        return self._list

    @property
    def links(self) -> RecordListPage:
        """Who stands below whom in the other hierarchies, link by link; made when it is first looked at."""
        if self._links is None:
            from desktop_crm.ui.widgets.record_page import ListDescription

            empty = tr("Who owns, buys for or covers whom stands here, link by link.")
            self._links = self._listed("hierarchy_link", ListDescription(icon="link", empty=empty))
        return self._links

    @property
    def rivals(self) -> RecordListPage:
        """All competitors, with their strengths and weaknesses; made when it is first looked at."""
        if self._rivals is None:
            from desktop_crm.ui.widgets.record_page import ListDescription

            empty = tr("Who else sells to your accounts stands here, from account plans, white space and imports.")
            self._rivals = self._listed("competitor", ListDescription(icon="account", empty=empty))
        return self._rivals

    def _listed(self, entity: str, description: ListDescription) -> RecordListPage:
        from desktop_crm.ui.widgets.record_page import RecordListPage

        made = RecordListPage(self._context, entity, description)
        self._switches.append(self._switch())
        made.header.add_action(self._switches[-1])
        self._stack.addWidget(made)
        return made

    @property
    def tree(self) -> AccountTree:
        return self.hierarchy.tree

    @property
    def model(self) -> AccountTreeModel:
        return self.hierarchy.model

    @property
    def detail(self) -> AccountDetail:
        return self.hierarchy.detail

    def title(self) -> str:
        return self.hierarchy.title()

    @Slot(str)
    def show_view(self, key: str) -> None:
        """Tree, list, the links of the other hierarchies as a list, or the competitors."""
        shown: QWidget = {LIST: self._show_list, LINKS: self._show_links, RIVALS: self._show_rivals}.get(
            key, self._show_tree
        )()
        for switch in self._switches:
            switch.choose(key)
        self._stack.setCurrentWidget(shown)
        if key not in {LINKS, RIVALS}:
            self._context.settings.put(VIEW, key)

    def _show_tree(self) -> QWidget:
        return self.hierarchy

    def _show_list(self) -> QWidget:
        return self.list

    def _show_links(self) -> QWidget:
        return self.links

    def _show_rivals(self) -> QWidget:
        return self.rivals

    def open_row(self, row_id: str | None) -> None:
        """Show one account in the tree, or the competitors."""
        if row_id == RIVALS:
            self.show_view(RIVALS)
        elif row_id is not None:
            self.show_view(TREE)
            self.hierarchy.open_row(row_id)

    def refresh(self) -> None:
        self.hierarchy.refresh()
        if self._list is not None:
            self._list.refresh()
        for one in (self._links, self._rivals):
            if one is not None:
                one.refresh()

    def begin_new(self, fields: Mapping[str, Any]) -> None:
        """Ask for the name of a new account."""
        self.hierarchy.begin_new(fields)

    def _switch(self) -> SegmentedControl:
        made = SegmentedControl(((TREE, tr("Tree")), (LIST, tr("List"))))
        made.chosen.connect(self.show_view)
        return made


def contacts_page(context: UiContext, tabs: tuple[Tab, ...] = (), parent: QWidget | None = None) -> RecordListPage:
    """Everyone we know, by name."""
    from desktop_crm.ui.accounts.card_panel import CardPanel
    from desktop_crm.ui.accounts.employments import EmploymentsPanel
    from desktop_crm.ui.widgets.record_page import ListDescription, RecordListPage

    empty = tr("The people at your accounts stand here: who they are and how to reach them.")
    tab = (entity_label("employment", plural=True), EmploymentsPanel)
    tabs = (*tabs, (tr("Business card"), CardPanel))
    return RecordListPage(context, "contact", ListDescription(icon="contact", empty=empty, tab=tab, more=tabs), parent)


def _drag() -> str:
    return tr("Drag to another parent · sums hold everything below")
