"""The picture of a hierarchy in a window of its own: zoom with the wheel or + and −, pan by dragging, save as a file.

A card opens its account by a double click or Enter.
"""

from __future__ import annotations

import unicodedata
from functools import partial
from pathlib import Path

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QShowEvent, QWheelEvent
from PySide6.QtWidgets import QDialog, QFileDialog, QFrame, QGraphicsView, QHBoxLayout, QVBoxLayout, QWidget

from desktop_crm.foundation.errors import Trouble
from desktop_crm.i18n import formats, ntr, tr
from desktop_crm.services.hierarchies import Pictured
from desktop_crm.ui.accounts import chart_files
from desktop_crm.ui.accounts.chart_scene import AccountCard, ChartScene
from desktop_crm.ui.accounts.tree_tools import hierarchy_label
from desktop_crm.ui.accounts.words import Rates
from desktop_crm.ui.runtime.context import UiContext
from desktop_crm.ui.theme import current
from desktop_crm.ui.widgets.buttons import button, icon_button
from desktop_crm.ui.widgets.help_key import explained_by
from desktop_crm.ui.widgets.labels import ElidedLabel, label

STEP = 1.25
SMALLEST, LARGEST = 0.05, 3.0


class ChartView(QGraphicsView):
    def __init__(self, scene: ChartScene, context: UiContext, parent: QWidget | None = None) -> None:
        super().__init__(scene, parent)
        self._context = context
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.TextAntialiasing)
        self.setDragMode(QGraphicsView.DragMode.ScrollHandDrag)
        self.setTransformationAnchor(QGraphicsView.ViewportAnchor.AnchorUnderMouse)
        self.setAccessibleName(tr("Picture of the hierarchy"))

    def zoom_by(self, factor: float) -> None:
        """Larger or smaller, within bounds."""
        now = self.transform().m11()
        wanted = min(max(now * factor, SMALLEST), LARGEST)
        self.scale(wanted / now, wanted / now)

    def fit(self) -> None:
        """All of it, never larger than life."""
        self.fitInView(self.sceneRect(), Qt.AspectRatioMode.KeepAspectRatio)
        if self.transform().m11() > 1.0:
            self.resetTransform()

    def wheelEvent(self, event: QWheelEvent) -> None:
        self.zoom_by(STEP if event.angleDelta().y() > 0 else 1 / STEP)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self.open_at(event.position().toPoint())

    def open_at(self, at: QPoint) -> None:
        """Open the account whose card lies there."""
        card = self.itemAt(at)
        if isinstance(card, AccountCard):
            self._context.routes.open("account", card.node.id)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in {Qt.Key.Key_Plus, Qt.Key.Key_Equal}:
            self.zoom_by(STEP)
        elif event.key() == Qt.Key.Key_Minus:
            self.zoom_by(1 / STEP)
        elif event.key() == Qt.Key.Key_0:
            self.fit()
        elif event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            for card in self.scene().selectedItems():
                if isinstance(card, AccountCard):
                    self._context.routes.open("account", card.node.id)
        else:
            super().keyPressEvent(event)


class ChartWindow(QDialog):
    def __init__(self, context: UiContext, pictured: Pictured, rates: Rates | None, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Window)
        explained_by(self, "account")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._context = context
        top = next((node.name for node in pictured.nodes if node.id == pictured.top), "")
        self.title = f"{top} – {hierarchy_label(pictured.hierarchy)}"
        self.setWindowTitle(self.title)
        self.resize(1100, 720)
        self.scene = ChartScene(pictured, context.workspace.currency, rates, current())
        self.scene.setParent(self)
        self.view = ChartView(self.scene, context)
        head = QHBoxLayout()
        head.setContentsMargins(14, 10, 12, 8)
        head.setSpacing(8)
        head.addWidget(ElidedLabel(self.title, "section"), 1)
        count = formats.number(len(pictured.nodes))
        told = (
            tr("the first {n} accounts", n=count)
            if pictured.more
            else ntr("{n} account", "{n} accounts", len(pictured.nodes), n=count)
        )
        head.addWidget(label(told, "hint"))
        for one in (
            icon_button("zoom_out", tr("Smaller"), partial(self.view.zoom_by, 1 / STEP), framed=True),
            icon_button("zoom_in", tr("Larger"), partial(self.view.zoom_by, STEP), framed=True),
            icon_button("fit", tr("Show all of it"), self.view.fit, framed=True),
            button(tr("Save as…"), self._ask_file, shortcut="Ctrl+S"),
        ):
            head.addWidget(one)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(0)
        box.addLayout(head)
        box.addWidget(self.view, 1)
        self.view.setFocus()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.view.fit()

    def _ask_file(self) -> None:
        name = "".join(sign for sign in unicodedata.normalize("NFC", self.title) if sign not in '\\/:*?"<>|')
        path, _ = QFileDialog.getSaveFileName(
            self, tr("Save the picture"), f"{name}.pdf", "PDF (*.pdf);;PNG (*.png);;SVG (*.svg)"
        )
        if path:
            self.save(Path(path))

    def save(self, path: Path) -> None:
        """Write the picture as the ending says; what goes wrong is told by the reporter."""
        try:
            chart_files.save(self.scene, path, self.title)
        except Trouble as error:
            self._context.reporter.report(error)
