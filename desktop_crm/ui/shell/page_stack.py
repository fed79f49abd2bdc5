"""The content: pages made when they are first opened, kept while the window lives."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QStackedWidget, QWidget

from desktop_crm.ui.runtime.reporter import report_of
from desktop_crm.ui.runtime.routes import Place
from desktop_crm.ui.shell.rows import PageRow
from desktop_crm.ui.widgets.states import FailedState

if TYPE_CHECKING:
    from desktop_crm.ui.runtime.context import UiContext


class PageStack(QStackedWidget):
    def __init__(self, rows: tuple[PageRow, ...], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rows = {row.key: row for row in rows}
        self._pages: dict[str, QWidget] = {}
        self._first: dict[QWidget, QWidget] = {}
        """Where the keyboard goes on a page that comes up."""
        self._context: UiContext | None = None

    def attach(self, context: UiContext) -> None:
        self._context = context
        for row in self._rows.values():
            for entity in (row.entity, *row.more_entities):
                if entity:
                    context.routes.register(entity, row.key)

    def page(self, key: str) -> QWidget | None:
        """The page, made now if it was not open yet; None when there is no such page or no workspace."""
        if self._context is None or key not in self._rows:
            return None
        if key not in self._pages:
            self._add(key, self._made(self._rows[key], self._context))
        return self._pages[key]

    def succeed(self, former: PageStack) -> None:
        """Take the place of a stack in another language or look.

        Pages that offer a `successor()` go on in it; a new record that one has in its `draft()` is begun again as it was.
        """
        for key, page in former._pages.items():
            successor, draft = getattr(page, "successor", None), getattr(page, "draft", None)
            if callable(successor):
                self._add(key, successor())
            begun = draft() if callable(draft) else None
            if begun is not None:  # after the window has gone to its place, where a record may be open
                QTimer.singleShot(0, self, partial(self.begin_new, key, begun))

    def _add(self, key: str, page: QWidget) -> None:
        self._pages[key] = page
        first = page.focusProxy()
        if first is not None:  # a proxy would make Tab skip all that stands before it
            self._first[page] = first
            page.setFocusProxy(None)  # type: ignore[arg-type]
        self.addWidget(page)

    def opened(self) -> tuple[str, ...]:
        return tuple(self._pages)

    def show_place(self, place: Place) -> bool:
        page = self.page(place.page)
        if page is None:
            return False
        fresh = page.focusWidget() is None
        self.setCurrentWidget(page)
        if fresh and self.isAncestorOf(self.window().focusWidget()):
            self.take_keyboard()
        open_row = getattr(page, "open_row", None)
        if callable(open_row):
            open_row(place.row_id)  # None: the page as a whole, its list
        return True

    def take_keyboard(self) -> None:
        """Give the keyboard to the page that is shown, where it wants it."""
        page = self.currentWidget()
        if page is not None:
            last: QWidget | None = page.focusWidget()
            wanted = last if last is not None else self._first.get(page)
            (page if wanted is None or wanted.isHidden() else wanted).setFocus()

    def begin_new(self, key: str, fields: dict[str, object]) -> None:
        page = self.page(key)
        begin = getattr(page, "begin_new", None)
        if callable(begin):
            begin(fields)
        elif self._context is not None:
            self._ask(self._context, self._rows[key].entity, fields)

    def _ask(self, context: UiContext, entity: str, fields: dict[str, object]) -> None:
        """A page without a place for new records gets a dialog."""
        from desktop_crm.ui.widgets.new_record_dialog import NewRecordDialog

        dialog = NewRecordDialog(context, entity, fields, self)
        dialog.created.connect(partial(context.routes.open, entity))
        dialog.open()

    def refresh(self) -> None:
        refresh = getattr(self.currentWidget(), "refresh", None)
        if callable(refresh):
            refresh()

    def _made(self, row: PageRow, context: UiContext) -> QWidget:
        try:
            return row.build(context)
        except Exception as error:  # noqa: BLE001 - one broken page must not take the window with it
            context.reporter.report(error)
            report = report_of(error)
            failed = FailedState()
            failed.tell(report.title, report.happened, report.kept, report.next_step)
            failed.setObjectName(f"failed:{row.key}")
            failed.retried.connect(self._retry)
            return failed

    def _retry(self) -> None:
        broken = self.currentWidget()
        if broken is None:
            return
        name = broken.objectName().removeprefix("failed:")
        self._pages.pop(name, None)
        self.removeWidget(broken)
        broken.deleteLater()
        self.show_place(Place(page=name))
