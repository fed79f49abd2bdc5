"""The tree on screen: choosing, opening, dragging, and every act by keyboard.

Signals: `picked(id)` when another account is current, `moved(places, parent)` (a place: an account, and whom it stands below
there), `deleted(ids, with_children)`, `creation_wanted(parent)`: wishes that the page carries out.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QItemSelectionModel, QModelIndex, QPersistentModelIndex, QPoint, QRect, Qt, Signal, Slot
from PySide6.QtGui import QAction, QColor, QCursor, QKeyEvent, QKeySequence, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QMenu, QStyleOptionViewItem, QTreeView, QWidget

from desktop_crm.foundation.settings import Settings
from desktop_crm.i18n import tr
from desktop_crm.ui.accounts.delegate import AccountTreeDelegate
from desktop_crm.ui.accounts.keeping import CurrentKeeper
from desktop_crm.ui.accounts.model import ID_ROLE, NAME, AccountTreeModel
from desktop_crm.ui.accounts.tree_columns import TreeColumns
from desktop_crm.ui.theme import current, pixmap
from desktop_crm.ui.widgets.cell_delegate import KEYBOARD_BAR
from desktop_crm.ui.widgets.own_ground import own_ground, paint_ground

INDENT = 18
SIGN = 14
IN, OUT = QKeySequence("Alt+Shift+Right"), QKeySequence("Alt+Shift+Left")

Index = QModelIndex | QPersistentModelIndex


class AccountTree(QTreeView):
    picked = Signal(str)
    moved = Signal(object, object)
    deleted = Signal(object, bool)
    creation_wanted = Signal(object)

    def __init__(self, model: AccountTreeModel, settings: Settings, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._open: set[str] = set()
        self._wanted: str | None = None
        self._model = model
        self._keeper = CurrentKeeper(self, model, self._choose_again)
        self.setModel(model)
        self.setItemDelegate(AccountTreeDelegate(self))
        self.setAccessibleName(tr("Account hierarchy"))
        self.setUniformRowHeights(True)
        self.setIndentation(INDENT)
        self.setMouseTracking(True)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.EditKeyPressed)
        self.setDragEnabled(True)
        self.setAcceptDrops(True)
        self.setDropIndicatorShown(True)
        self.setDragDropMode(QAbstractItemView.DragDropMode.InternalMove)
        self.setDragDropOverwriteMode(False)
        self.setAutoExpandDelay(700)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.setTabKeyNavigation(False)
        self.columns = TreeColumns(self, settings)
        own_ground(self)
        self._wire()

    def _wire(self) -> None:
        self._model.grown.connect(self._on_grown)
        self._model.move_wanted.connect(self.moved)
        self.expanded.connect(self._on_expanded)
        self.collapsed.connect(self._on_collapsed)
        self.customContextMenuRequested.connect(self.show_menu)
        self.selectionModel().currentRowChanged.connect(self._on_current)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """In a narrow pane names keep their room: columns step back."""
        super().resizeEvent(event)
        self.columns.fit(event.size().width())

    def paintEvent(self, event: QPaintEvent) -> None:
        paint_ground(self, event)
        super().paintEvent(event)

    def drawBranches(self, painter: QPainter, rect: QRect, index: Index) -> None:
        """The sign that opens a branch, tinted; the kit's line below a row runs on to the left."""
        look = current()
        chosen = self.selectionModel().isSelected(index)
        ground = look.accent_soft if chosen else look.sunken if self._is_hovered(rect) else look.surface
        painter.fillRect(rect, QColor(ground))
        painter.setPen(QPen(QColor(look.line), 1))
        painter.drawLine(rect.left(), rect.bottom(), rect.right(), rect.bottom())
        if chosen and self.hasFocus():
            painter.fillRect(0, rect.top(), KEYBOARD_BAR, rect.height() - 1, QColor(look.accent))
        if self._model.hasChildren(index):
            name = "chevron_down" if self.isExpanded(index) else "chevron_right"
            sign = pixmap(name, look.ink_3, SIGN, self.devicePixelRatioF())
            left = rect.right() - (INDENT + SIGN) // 2
            painter.drawPixmap(left, rect.center().y() - SIGN // 2, sign)

    def drawRow(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """The account that would become the parent is framed while others are dragged over it."""
        super().drawRow(painter, option, index)
        dragged = self.state() is QAbstractItemView.State.DraggingState
        onto = self.dropIndicatorPosition() is QAbstractItemView.DropIndicatorPosition.OnItem
        if dragged and onto and self._is_hovered(option.rect) and not self.selectionModel().isSelected(index):
            painter.setPen(QPen(QColor(current().accent), 2))
            painter.drawRect(QRect(1, option.rect.top() + 1, self.viewport().width() - 3, option.rect.height() - 3))

    def _is_hovered(self, rect: QRect) -> bool:
        """Whether the mouse is over this row: its left end is tinted along with the rest."""
        at = self.viewport().mapFromGlobal(QCursor.pos())
        return self.viewport().rect().contains(at) and rect.top() <= at.y() <= rect.bottom()

    @property
    def account_model(self) -> AccountTreeModel:
        return self._model

    # choosing

    def current_id(self) -> str | None:
        found: str | None = self.currentIndex().data(ID_ROLE)
        return found

    def chosen_ids(self) -> tuple[str, ...]:
        """The selected accounts, in the order of the tree."""
        rows = sorted(self.selectionModel().selectedRows(NAME), key=lambda index: self.visualRect(index).top())
        return tuple(str(index.data(ID_ROLE)) for index in rows)

    def choose(self, account_id: str, way: tuple[str, ...] = ()) -> None:
        """Make an account current; `way` are those above it, from the top, opened as they come."""
        self._wanted = account_id
        self._open.update(way)
        for step in way:
            index = self._model.index_of(step)
            if index.isValid():
                self.expand(index)
        self._take_wanted()

    def choose_first(self) -> None:
        if self._wanted is None and not self.currentIndex().isValid() and self._model.rowCount():
            self.setCurrentIndex(self._model.index(0, NAME))

    def _choose_again(self, account_id: str) -> None:
        if self._wanted is None:  # else somebody asked for another account
            self.choose(account_id)

    def _take_wanted(self) -> None:
        if self._wanted is None:
            return
        index = self._model.index_of(self._wanted)
        if index.isValid():
            self._wanted = None
            flags = QItemSelectionModel.SelectionFlag
            self.selectionModel().setCurrentIndex(index, flags.ClearAndSelect | flags.Rows)
            self.scrollTo(index)

    @Slot(QModelIndex, QModelIndex)
    def _on_current(self, now: QModelIndex, _before: QModelIndex) -> None:
        account_id = now.data(ID_ROLE)
        if account_id:
            self.picked.emit(account_id)

    @Slot(object)
    def _on_grown(self, ids: tuple[str, ...]) -> None:
        for account_id in ids:
            if account_id in self._open or self._model.narrowed:
                self.expand(self._model.index_of(account_id))
        self._take_wanted()

    @Slot(QModelIndex)
    def _on_expanded(self, index: QModelIndex) -> None:
        if not self._model.narrowed:
            self._open.add(str(index.data(ID_ROLE)))

    @Slot(QModelIndex)
    def _on_collapsed(self, index: QModelIndex) -> None:
        if not self._model.narrowed:
            self._open.discard(str(index.data(ID_ROLE)))

    # acts

    def keyPressEvent(self, event: QKeyEvent) -> None:
        pressed = QKeySequence(event.keyCombination())
        if self._model.source.is_past and pressed in {IN, OUT}:
            return
        if pressed == IN:
            self.indent_chosen()
        elif pressed == OUT:
            self.outdent_chosen()
        elif event.key() == Qt.Key.Key_Delete and self.state() != QAbstractItemView.State.EditingState:
            self._delete(False)
        elif event.key() == Qt.Key.Key_Insert:
            self.creation_wanted.emit(self.current_id())
        else:
            super().keyPressEvent(event)

    def indent_chosen(self) -> None:
        """Put the current account, and those chosen on its level, below the one before them."""
        together = self._chosen_together()
        first = min((index.row() for index in together), default=0)
        above = together[0].siblingAtRow(first - 1) if together and first > 0 else QModelIndex()
        if above.isValid():
            target = str(above.data(ID_ROLE))
            self._keep(target)
            self.moved.emit(tuple(map(self._model.place, together)), target)

    def outdent_chosen(self) -> None:
        """Put the current account, and those chosen on its level, beside the one they stand below."""
        together = self._chosen_together()
        parent = self.currentIndex().parent()
        if parent.isValid():
            target = parent.parent().data(ID_ROLE) if parent.parent().isValid() else None
            self._keep(target)
            self.moved.emit(tuple(map(self._model.place, together)), target)

    def _chosen_together(self) -> list[QModelIndex]:
        """The current account and those chosen on the same level, from the top."""
        here = self.currentIndex().siblingAtColumn(NAME)
        chosen = [one for one in self.selectionModel().selectedRows(NAME) if one.parent() == here.parent()]
        together = {one.row(): one for one in (*chosen, here) if one.isValid()}
        return [together[row] for row in sorted(together)]

    def rename_current(self) -> None:
        index = self.currentIndex().siblingAtColumn(NAME)
        if index.isValid():
            self.edit(index)

    def _keep(self, target: str | None) -> None:
        """After a move the same account stays chosen, and its new parent is open."""
        self._wanted = self.current_id()
        if target:
            self._open.add(target)
            place = self._model.index_of(target)
            if place.isValid():
                self.expand(place)

    def _delete(self, with_children: bool) -> None:
        if self._model.source.is_past:
            return
        if self._model.source.beside is not None:
            self._to_top()
            return
        ids = self.chosen_ids() or ((self.current_id() or "",) if self.current_id() else ())
        if ids:
            self.deleted.emit(ids, with_children)

    @Slot(QPoint)
    def show_menu(self, at: QPoint) -> None:
        menu = self.menu()
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(self.viewport().mapToGlobal(at))

    def menu(self) -> QMenu:
        """The acts for what is chosen, with their keys."""
        menu = QMenu(self)
        here = self.currentIndex().isValid()
        inside = self.currentIndex().parent().isValid()
        rows = (
            (tr("New account below"), "Ins", self._new_below, here),
            (tr("Rename"), "F2", self.rename_current, here),
            (tr("Move below the one above"), IN.toString(), self.indent_chosen, self.currentIndex().row() > 0),
            (tr("Move one level up"), OUT.toString(), self.outdent_chosen, inside),
            (tr("Move to the top level"), "", self._to_top, inside),
            *self._ways_to_go(here),
        )
        for text, keys, act, enabled in rows:
            action = QAction(text, menu)
            action.setShortcut(QKeySequence(keys))
            action.setShortcutVisibleInContextMenu(True)
            action.setEnabled(enabled)
            action.triggered.connect(act)
            menu.addAction(action)
        return menu

    def _ways_to_go(self, here: bool) -> tuple[tuple[str, str, Callable[[], None], bool], ...]:
        if self._model.source.beside is not None:
            return (
                (tr("Take out of this hierarchy"), "Del", self._delete_lifting, self.currentIndex().parent().isValid()),
            )
        return (
            (tr("Delete, keep those below"), "Del", self._delete_lifting, here),
            (tr("Delete with all below"), "", self._delete_whole, here),
        )

    @Slot()
    def _new_below(self) -> None:
        self.creation_wanted.emit(self.current_id())

    @Slot()
    def _to_top(self) -> None:
        self._keep(None)
        chosen = self.selectionModel().selectedRows(NAME)
        self.moved.emit(tuple(map(self._model.place, chosen)), None)

    @Slot()
    def _delete_lifting(self) -> None:
        self._delete(False)

    @Slot()
    def _delete_whole(self) -> None:
        self._delete(True)
