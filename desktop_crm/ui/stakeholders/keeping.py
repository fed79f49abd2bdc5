"""What is done with a map as a whole: who may see it, its divisions, values from other maps, erasure of a person.

It joins menus and panels with the editor's acts and decides nothing about maps. Signals: `search_wanted()`.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QObject, QPoint, Signal
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QMenu, QWidget

from desktop_crm.domain.schema.options import MapLayout
from desktop_crm.domain.stakeholders.showing import departments
from desktop_crm.foundation.changes import Changes
from desktop_crm.i18n import tr
from desktop_crm.services import stakeholder_facts, stakeholder_privacy
from desktop_crm.services.stakeholder_facts import Offer
from desktop_crm.ui.runtime.context import UiContext
from desktop_crm.ui.stakeholders import words
from desktop_crm.ui.stakeholders.editor import MapEditor
from desktop_crm.ui.stakeholders.menus import AlignMenu, alignment_of, with_keys
from desktop_crm.ui.stakeholders.scene import MapScene
from desktop_crm.ui.stakeholders.take_over import Erase, TakeOver


class Keeping(QObject):
    """One for each open map panel; `stage` is where its panels float."""

    search_wanted = Signal()
    rename_wanted = Signal()

    def __init__(self, context: UiContext, editor: MapEditor, scene: MapScene, stage: QWidget) -> None:
        super().__init__(stage)
        self._context = context
        self._editor = editor
        self._scene = scene
        self._window = stage
        self._slot = context.lanes.slot()
        self.take_over = TakeOver(stage)
        self.erase = Erase(stage)
        self.take_over.taken.connect(editor.take_over)
        self.erase.agreed.connect(self._on_agreed)

    def menu(self, at: QPoint) -> None:
        """Offer all of it at a place of the screen."""
        view = self._editor.view
        if view is None:
            return
        menu = QMenu(self._window)
        menu.setObjectName("more-menu")
        menu.addAction(with_keys(tr("Find on the map"), "Ctrl+F"), self.search_wanted.emit)
        align = AlignMenu(len(self._scene.chosen), free=view.layout is MapLayout.FREE, parent=menu)
        align.triggered.connect(self._on_alignment)
        menu.addMenu(align)
        menu.addAction(tr("Rename the map"), self.rename_wanted.emit)
        menu.addAction(tr("Take over newer values …"), self.ask_for_offers)
        self._offer_divisions(menu)
        private = menu.addAction(tr("Private to the account team"))
        private.setCheckable(True)
        private.setChecked(view.private)
        private.toggled.connect(self._editor.set_private)
        erase = menu.addAction(tr("Erase what is thought of the chosen person …"), self.ask_to_erase)
        erase.setEnabled(len(self._scene.chosen) == 1)
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(at)

    def _on_alignment(self, action: QAction) -> None:
        wanted = alignment_of(action)
        if wanted is None:
            self._editor.align()
        else:
            self._editor.line_up(wanted)

    def ask_for_offers(self) -> None:
        """Look what other maps of the account know better."""
        view = self._editor.view
        if view is not None:
            self._slot.read(partial(stakeholder_facts.offers, self._context.workspace, view.id), self._on_offers)

    def ask_to_erase(self) -> None:
        """Ask whether what is thought of the chosen person should be erased."""
        view = self._editor.view
        node = view.node(next(iter(self._scene.chosen), None)) if view is not None else None
        if node is not None and not self._editor.looking_back:
            self.erase.ask(node.id, words.name_of(node))

    def _offer_divisions(self, menu: QMenu) -> None:
        view = self._editor.view
        found = departments(view) if view is not None else ()
        inner = menu.addMenu(tr("Show one department"))
        inner.setEnabled(bool(found))
        group = QActionGroup(inner)
        for department in ("", *found):
            act = inner.addAction(department or tr("All departments"))
            act.setCheckable(True)
            act.setChecked(department == self._editor.department)
            act.setActionGroup(group)
            act.triggered.connect(partial(self._show, department))

    def _show(self, department: str, _checked: bool = False) -> None:
        self._editor.show_department(department)

    def _on_offers(self, offers: Sequence[Offer]) -> None:
        self.take_over.ask(offers)

    def _on_agreed(self, node_id: str) -> None:
        """Beside the stack of undo, since nothing brings it back."""
        fn = partial(stakeholder_privacy.erase_person, self._context.workspace, node_id)
        self._context.lanes.write(fn, self._on_erased, self._context.reporter.report)

    def _on_erased(self, _changes: Changes) -> None:
        self._editor.refresh()
