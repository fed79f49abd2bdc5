"""The picture of a product in its panel: shown, chosen from a file, taken away; each as an act that can be undone."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QPixmap, QResizeEvent
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QVBoxLayout, QWidget

from desktop_crm.foundation.changes import Changes
from desktop_crm.i18n import tr
from desktop_crm.ui.runtime.context import UiContext
from desktop_crm.ui.widgets.buttons import button
from desktop_crm.ui.widgets.labels import label

HEIGHT = 260


class ProductPicture(QWidget):
    """What it shows is told by `show_row(id)`."""

    def __init__(self, context: UiContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._slot = context.lanes.slot()
        self._id: str | None = None
        self._whole = QPixmap()
        self.view = label("", "hint")
        self.view.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.view.setMinimumHeight(HEIGHT)
        self.view.setAccessibleName(tr("Picture"))
        self.choose = button(tr("Choose a picture…"), self.ask_for_file, icon_name="file")
        self.remove = button(tr("Take away"), self.take_away, kind="small")
        self.remove.setEnabled(False)
        row = QHBoxLayout()
        row.addWidget(self.choose)
        row.addWidget(self.remove)
        row.addStretch(1)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 8, 0, 0)
        box.addWidget(self.view, 1)
        box.addLayout(row)
        box.addStretch(1)
        context.hub.changed.connect(self._on_changed)

    def show_row(self, product_id: str | None) -> None:
        """Show the picture of that product."""
        self._id = product_id
        self.setEnabled(product_id is not None)
        if product_id is None:
            self._show(None)
        else:
            self._slot.read(partial(_picture, self._context, product_id), self._show)

    def ask_for_file(self) -> None:
        """Ask for a picture."""
        dialog = QFileDialog(self, tr("Choose a picture…"), "", "PNG, JPEG (*.png *.jpg *.jpeg)")
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(self.take)
        dialog.open()

    def take(self, path: str) -> None:
        """Give the product the picture in that file."""
        if self._id is not None:
            self._context.undo.run(tr("Picture changed"), partial(_set, self._context, self._id, Path(path)))

    def take_away(self) -> None:
        """The product without its picture."""
        if self._id is not None:
            self._context.undo.run(tr("Picture taken away"), partial(_remove, self._context, self._id))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _show(self, content: bytes | None) -> None:
        self._whole = QPixmap()
        if content is not None:
            self._whole.loadFromData(content)
        self.remove.setEnabled(not self._whole.isNull())
        if self._whole.isNull():
            self.view.setText(tr("No picture yet"))
        self._fit()

    def _fit(self) -> None:
        if self._whole.isNull():
            return
        room = self.view.size() * self.devicePixelRatioF()
        shown = self._whole.scaled(
            room.boundedTo(self._whole.size()),
            Qt.AspectRatioMode.KeepAspectRatio,
            Qt.TransformationMode.SmoothTransformation,
        )
        shown.setDevicePixelRatio(self.devicePixelRatioF())
        self.view.setPixmap(shown)

    def _on_changed(self, changes: Changes, _initiator: object) -> None:
        if self._id is not None and self._id in changes.rows("product"):
            self.show_row(self._id)


def _picture(context: UiContext, product_id: str) -> bytes | None:
    from desktop_crm.services import pictures

    return pictures.picture(context.workspace, product_id)


def _set(context: UiContext, product_id: str, path: Path) -> Changes:
    from desktop_crm.services import pictures

    return pictures.set_picture(context.workspace, product_id, path)


def _remove(context: UiContext, product_id: str) -> Changes:
    from desktop_crm.services import pictures

    return pictures.remove_picture(context.workspace, product_id)
