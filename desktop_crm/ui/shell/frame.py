"""Everything inside the window while a workspace is open: top bar, navigation, pages, status line.

Rebuilt as a whole when the language or the theme changes.
"""

from __future__ import annotations

from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QDialog, QHBoxLayout, QStackedLayout, QVBoxLayout, QWidget

from desktop_crm.i18n import ntr, tr
from desktop_crm.ui.runtime.routes import Place
from desktop_crm.ui.shell.navigation import Navigation
from desktop_crm.ui.shell.page_stack import PageStack
from desktop_crm.ui.shell.rows import ActionRow, PageRow
from desktop_crm.ui.shell.status_line import StatusLine
from desktop_crm.ui.shell.top_bar import TopBar
from desktop_crm.ui.widgets.states import LoadingState
from desktop_crm.ui.widgets.toast import Toast

if TYPE_CHECKING:
    from desktop_crm.foundation.changes import Changes
    from desktop_crm.services.workspace import Workspace
    from desktop_crm.ui.runtime.context import UiContext
    from desktop_crm.ui.shell.first_look import FirstLookPage, Look
    from desktop_crm.ui.shell.help_window import HelpWindow
    from desktop_crm.ui.shell.palette import SearchPalette

IMPORT = "import"


class Frame(QWidget):
    """Signals: `arrived(title)` when another page is shown."""

    arrived = Signal(str)

    def __init__(self, pages: tuple[PageRow, ...], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rows = pages
        self.setAcceptDrops(True)
        self.top = TopBar(self)  # each is born where it stays: to be moved is to be styled again
        self.navigation = Navigation(pages, self)
        content = QWidget(self)
        self.pages = PageStack(pages, content)
        self.waiting = LoadingState(parent=content)
        self.status = StatusLine(self)
        self._layers = QStackedLayout(content)
        self._layers.addWidget(self.waiting)
        self._layers.addWidget(self.pages)
        middle = QHBoxLayout()
        middle.setContentsMargins(0, 0, 0, 0)
        middle.setSpacing(0)
        middle.addWidget(self.navigation)
        middle.addWidget(content, 1)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(0)
        box.addWidget(self.top)
        box.addLayout(middle, 1)
        box.addWidget(self.status)
        self.palette_: SearchPalette
        self.toast = Toast(self)
        self._context: UiContext | None = None
        self._look: FirstLookPage | None = None
        self._help: HelpWindow | None = None

    def attach(self, context: UiContext, actions: tuple[ActionRow, ...]) -> None:
        """Bring an open workspace in."""
        from desktop_crm.ui.shell.palette import SearchPalette

        self._context = context
        self.palette_ = SearchPalette(self.top.search, self)
        self.waiting.end()
        self._layers.setCurrentWidget(self.pages)
        if self._look is not None:
            self._layers.removeWidget(self._look)
            self._look.deleteLater()
            self._look = None
        self.pages.attach(context)
        icons = {entity: row.icon for row in self._rows for entity in (row.entity, *row.more_entities) if entity}
        self.palette_.attach(context, actions, icons)
        self.palette_.opened.connect(context.routes.open)
        self.palette_.left.connect(self._take_keyboard)
        self.navigation.chosen.connect(context.routes.go)
        context.routes.arrived.connect(self._on_arrived)
        context.routes.creation_requested.connect(self._on_creation)
        context.hub.changed.connect(self._on_changed)
        context.undo.acted.connect(self._on_acted)
        context.undo.kept.connect(self._on_kept)
        context.undo.turned.connect(self._on_turned)
        self.status.show_workspace(context.workspace.name)

    def show_first_look(self, look: Look, width: int) -> None:
        """Show the top of the accounts until the workspace is open."""
        from desktop_crm.ui.shell.first_look import FirstLookPage

        self._look = FirstLookPage(look, width, self.waiting.parentWidget())
        self._layers.addWidget(self._look)
        self._layers.setCurrentWidget(self._look)
        self.waiting.end()
        self.status.show_workspace(look.name)
        self.navigation.show_current("account")

    @property
    def context(self) -> UiContext | None:
        return self._context

    def begin_counting(self) -> None:
        if self._context is not None:
            self.navigation.attach(self._context)
            self._ask_name()

    def _ask_name(self) -> None:
        if self._context is not None and self._context.lanes.open:
            self._context.lanes.read(partial(my_name, self._context.workspace), self.top.show_name)

    @Slot(object)
    def _on_arrived(self, place: Place) -> None:
        if self.pages.show_place(place):
            page, focused = self.pages.currentWidget(), self.window().focusWidget()
            if page is not None and not page.isAncestorOf(focused):
                self._take_keyboard()
            self.navigation.show_current(place.page)
            title = getattr(self.pages.currentWidget(), "title", None)
            row = next((row for row in self._rows if row.key == place.page), None)
            self.arrived.emit(str(title()) if callable(title) else row.title if row else "")

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if self._context is not None and dropped(event):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Files that are let go over the window are imported."""
        paths = dropped(event)
        if self._context is None or not paths:
            return
        event.acceptProposedAction()
        self._context.routes.go(IMPORT)
        begin = getattr(self.pages.currentWidget(), "begin", None)
        if callable(begin):
            begin(paths)

    @Slot()
    def _take_keyboard(self) -> None:
        self.pages.take_keyboard()
        if self.top.search.hasFocus():  # the page is not ready to take it yet
            self.top.search.clearFocus()

    def show_help(self, topic: str = "", over: QDialog | None = None) -> None:
        """Open the help at the page that is shown; one window, beside the app. `over`: a dialog, which gets one of its own."""
        from desktop_crm.ui.shell.help_window import HelpWindow

        keys = tuple(row.key for row in self._rows)
        if over is not None:  # a dialog lets nothing be used that is not its own
            shown = HelpWindow(keys, over)
            shown.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
            shown.show_topic(topic)
            shown.show()
            return
        if self._help is None:
            self._help = HelpWindow(keys, self)
        here = self._context.routes.here if self._context is not None else None
        self._help.show_topic(here.page if here is not None else "")
        self._help.show()
        self._help.raise_()
        self._help.activateWindow()

    def step_region(self, by: int) -> None:
        """Bring the keyboard to the next part of the window: navigation, then the panes and panels of the page."""
        from desktop_crm.ui.shell.regions import enter, next_region, regions_of

        page, focused = self.pages.currentWidget(), self.window().focusWidget()
        parts = (self.navigation, *(regions_of(page) if page is not None else ()))
        for _ in parts:
            wanted = next_region(parts, focused, by)
            if wanted is None or enter(wanted, parts):
                return
            focused = wanted

    @Slot(str, object)
    def _on_creation(self, entity: str, fields: dict[str, object]) -> None:
        row = next((row for row in self._rows if row.entity == entity), None)
        if row is not None and self._context is not None:
            self._context.routes.go(row.key)
            self.pages.begin_new(row.key, dict(fields))

    @Slot(str)
    def _on_acted(self, text: str) -> None:
        if self._context is not None:
            self.toast.tell(tr("Done: {act}", act=text), tr("Undo"), self._context.undo.undo)

    @Slot(int)
    def _on_kept(self, count: int) -> None:
        text = ntr("{n} value was changed since and stays", "{n} values were changed since and stay", count)
        self.toast.tell(text)

    @Slot(str, bool)
    def _on_turned(self, text: str, undone: bool) -> None:
        if self._context is None:
            return
        undo = self._context.undo
        if undone:
            self.toast.tell(tr("Undone: {act}", act=text), tr("Redo"), undo.redo)
        else:
            self.toast.tell(tr("Redone: {act}", act=text), tr("Undo"), undo.undo)

    @Slot(object, object)
    def _on_changed(self, changes: Changes, _initiator: object) -> None:
        if changes.touches("user"):
            self._ask_name()
        if not changes.remote and self._context is not None:
            now: datetime = self._context.workspace.clock.now()
            self.status.show_saved(now)


def dropped(event: QDropEvent) -> tuple[Path, ...]:
    """The local files that an event carries."""
    return tuple(Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile())


def my_name(workspace: Workspace) -> str:
    """What the author is called; runs on the read lane."""
    from desktop_crm.services import records

    me = workspace.author.user_id
    query = records.ListQuery(filters=(records.Filter(field="id", value=str(me)),), limit=1)
    found = records.list_rows(workspace, "user", query).records if me else ()
    return str(found[0].fields.get("name") or "") if found else ""
