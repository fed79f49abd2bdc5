"""The picture a field of a record holds: shown, chosen from a file, taken away; each as an act that can be undone."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QPixmap, QResizeEvent
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QVBoxLayout, QWidget

from desktop_crm.foundation.changes import Changes
from desktop_crm.i18n import tr
from desktop_crm.i18n.labels import field_label
from desktop_crm.ui.runtime.context import UiContext
from desktop_crm.ui.widgets.buttons import button
from desktop_crm.ui.widgets.labels import label


class RecordPicture(QWidget):
    """What it shows is told by `show_row(id)`."""

    def __init__(
        self, context: UiContext, entity: str, field: str, *, height: int, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._context = context
        self._entity, self._field = entity, field
        self._slot = context.lanes.slot()
        self._id: str | None = None
        self._whole = QPixmap()
        self.view = label("", "hint")
        self.view.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.view.setMinimumHeight(height)
        self.view.setAccessibleName(field_label(entity, field))
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

    def show_row(self, row_id: str | None) -> None:
        """Show the picture of that record."""
        self._id = row_id
        self.setEnabled(row_id is not None)
        if row_id is None:
            self._show(None)
        else:
            self._slot.read(partial(_picture, self._context, self._entity, row_id, self._field), self._show)

    def ask_for_file(self) -> None:
        """Ask for a picture."""
        dialog = QFileDialog(self, tr("Choose a picture…"), "", "PNG, JPEG (*.png *.jpg *.jpeg)")
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(self.take)
        dialog.open()

    def take(self, path: str) -> None:
        """Give the record the picture in that file."""
        if self._id is not None:
            fn = partial(_set, self._context, self._entity, self._id, self._field, Path(path))
            self._context.undo.run(tr("Picture changed"), fn)

    def take_away(self) -> None:
        """The record without its picture."""
        if self._id is not None:
            fn = partial(_remove, self._context, self._entity, self._id, self._field)
            self._context.undo.run(tr("Picture taken away"), fn)

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
        if self._id is not None and self._id in changes.rows(self._entity):
            self.show_row(self._id)


def _picture(context: UiContext, entity: str, row_id: str, field: str) -> bytes | None:
    from desktop_crm.services import pictures

    return pictures.picture(context.workspace, entity, row_id, field)


def _set(context: UiContext, entity: str, row_id: str, field: str, path: Path) -> Changes:
    from desktop_crm.services import pictures

    return pictures.set_picture(context.workspace, entity, row_id, field, path)


def _remove(context: UiContext, entity: str, row_id: str, field: str) -> Changes:
    from desktop_crm.services import pictures

    return pictures.remove_picture(context.workspace, entity, row_id, field)
