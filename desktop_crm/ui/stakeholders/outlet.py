"""The ways out of a map: picture files, the list, print, presentation. Asks for a file or a printer and writes no map.

Private maps leave without what we think of people unless that is asked for; no map leaves with it where the team's setting
says that attitudes stay.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPoint, Signal
from PySide6.QtGui import QAction, QPageSize
from PySide6.QtPrintSupport import QPrintDialog, QPrinter
from PySide6.QtWidgets import QFileDialog, QMenu, QWidget

from desktop_crm.domain.stakeholders.showing import without_thoughts
from desktop_crm.domain.stakeholders.values import MapView
from desktop_crm.foundation.errors import CrmError
from desktop_crm.i18n import tr
from desktop_crm.i18n.labels import entity_label
from desktop_crm.services import stakeholder_out
from desktop_crm.ui.runtime.context import UiContext
from desktop_crm.ui.stakeholders import picture
from desktop_crm.ui.stakeholders.menus import with_keys
from desktop_crm.ui.stakeholders.presentation import Presentation
from desktop_crm.ui.stakeholders.scene import MapScene

if TYPE_CHECKING:
    from desktop_crm.documents.look import Look

OF_TEMPLATE = "template"
"""The sheets that the team's template names."""
PAPERS = (("A4", QPageSize.PageSizeId.A4), ("A3", QPageSize.PageSizeId.A3))


class Outlet(QObject):
    """Signals: `saved(file name)`. `current` gives the map that is shown."""

    saved = Signal(str)

    def __init__(
        self, context: UiContext, current: Callable[[], MapView | None], scene: MapScene, parent: QWidget
    ) -> None:
        super().__init__(parent)
        self._context = context
        self._current = current
        self._scene = scene
        self._window = parent
        self._with_thoughts: dict[str, bool] = {}
        self.presentation: Presentation | None = None

    def menu(self, at: QPoint) -> None:
        """Offer all ways out at a place of the screen."""
        view = self._current()
        if view is None:
            return
        menu = QMenu(self._window)
        menu.setObjectName("export-menu")
        for form, text in (
            ("png", tr("Picture (PNG)")),
            ("svg", tr("Drawing (SVG)")),
            ("pdf", tr("PDF on one page")),
            ("xlsx", tr("List (XLSX)")),
        ):
            self._offer(menu, text, partial(self._ask_and_save, form))
        menu.addSeparator()
        self._offer(menu, tr("PDF as the template says"), partial(self._ask_and_save, "pdf", OF_TEMPLATE))
        for name, paper in PAPERS:
            self._offer(menu, tr("PDF on sheets of {paper}", paper=name), partial(self._ask_and_save, "pdf", paper))
        self._offer(menu, tr("Print …"), self.print_map)
        self._offer(menu, with_keys(tr("Present"), "F5"), self.present)
        menu.addSeparator()
        thoughts = menu.addAction(tr("With what we think of people"))
        thoughts.setCheckable(True)
        thoughts.setChecked(self.shows_thoughts(view))
        if view.attitudes_stay:
            thoughts.setEnabled(False)
            thoughts.setToolTip(tr("The team's privacy setting keeps attitudes out of exports."))
            menu.setToolTipsVisible(True)
        thoughts.toggled.connect(partial(self._with_thoughts.__setitem__, view.id))
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(at)

    def shows_thoughts(self, view: MapView) -> bool:
        """Whether attitude and politics go out: never against the team's setting, from a private map when asked for."""
        return not view.attitudes_stay and self._with_thoughts.get(view.id, not view.private)

    def outgoing(self) -> MapView | None:
        """The map as it may leave."""
        view = self._current()
        if view is None or self.shows_thoughts(view):
            return view
        return without_thoughts(view)

    def save(self, path: Path, paper: QPageSize.PageSizeId | str | None = None) -> None:
        """Write the map in the form that the file's name ends with; a PDF as the team's template says, once that is read."""
        view = self.outgoing()
        if view is None:
            return
        if paper is not None or path.suffix.lower() == ".pdf":
            self._in_form(view, partial(self._write, view, path, paper))
        else:
            self._write(view, path, paper, None)

    def _in_form(self, view: MapView, act: Callable[[Look], None]) -> None:
        """Read the team's form for maps, then act."""
        self._context.lanes.read(partial(stakeholder_out.look, self._context.workspace, view), act)

    def _write(self, view: MapView, path: Path, paper: QPageSize.PageSizeId | str | None, look: Look | None) -> None:
        try:
            if path.suffix.lower() == ".xlsx":
                stakeholder_out.save_list(view, path, entity_label("map_node", plural=True))
            elif paper is not None:
                size = paper if isinstance(paper, QPageSize.PageSizeId) else None
                picture.write(path, picture.sheets(view, size, look=look))
            else:
                picture.save(view, path, look=look)
        except CrmError as error:
            self._context.reporter.report(error)
        else:
            self.saved.emit(path.name)

    def present(self) -> None:
        """Full screen, without the people who are chosen."""
        view = self._current()
        if view is not None and view.nodes:
            self.presentation = Presentation(view, self._scene.chosen, thoughts=self.shows_thoughts(view))
            self.presentation.showFullScreen()

    def print_map(self) -> None:
        """Ask for the printer and its paper, then print."""
        view = self.outgoing()
        if view is not None:
            self._in_form(view, partial(self._ask_printer, view))

    def _ask_printer(self, view: MapView, look: Look) -> None:
        printer = QPrinter(QPrinter.PrinterMode.HighResolution)
        printer.setDocName(view.name)
        dialog = QPrintDialog(printer, self._window)
        if dialog.exec() == QPrintDialog.DialogCode.Accepted:
            picture.print_on(printer, view, look=look)

    def _offer(self, menu: QMenu, text: str, act: Callable[[], object]) -> None:
        action = QAction(text, menu)
        action.triggered.connect(_Taken(act))
        menu.addAction(action)

    def _ask_and_save(self, form: str, paper: QPageSize.PageSizeId | str | None = None) -> None:
        view = self._current()
        if view is None:
            return
        name = tr("{map} stakeholder map", map=view.name) + f".{form}"
        chosen, _kind = QFileDialog.getSaveFileName(self._window, tr("Export the map"), name, f"*.{form}")
        if chosen:
            self.save(Path(chosen), paper)


class _Taken:
    """Calls an act without the checked state that `triggered` carries."""

    __slots__ = ("_act",)

    def __init__(self, act: Callable[[], object]) -> None:
        self._act = act

    def __call__(self, _checked: bool = False) -> None:
        self._act()
