"""Photos, recordings and papers of a visit: dropped, pasted or chosen; pictures are shown small."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import cast

from PySide6.QtCore import QBuffer, QMimeData, QSize, Qt
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QIcon, QImage, QPixmap
from PySide6.QtWidgets import QCheckBox, QFileDialog, QToolButton, QWidget

from desktop_crm.documents.thumbnails import has_picture, thumbnail
from desktop_crm.i18n import formats, tr
from desktop_crm.services import blobs, previews, visits
from desktop_crm.services.visits import Visit, VisitFile
from desktop_crm.ui.runtime.context import UiContext
from desktop_crm.ui.theme import current, icon
from desktop_crm.ui.widgets.buttons import button
from desktop_crm.ui.widgets.card import Card
from desktop_crm.ui.widgets.flow_row import FlowRow
from desktop_crm.ui.widgets.labels import label

THUMB = QSize(96, 68)


class FilesCard(Card):
    def __init__(self, context: UiContext, parent: QWidget | None = None) -> None:
        super().__init__(tr("Photos and files"), parent=parent)
        self._context = context
        self._visit: str | None = None
        self._shown: tuple[VisitFile, ...] | None = None
        self.setAcceptDrops(True)
        self.with_place = QCheckBox(tr("Keep where photos were taken"))
        self.corner.addWidget(self.with_place)
        self.choose = button(tr("Add a file…"), self._ask, kind="small", icon_name="plus")
        self.corner.addWidget(self.choose)
        self._hint = label(tr("Drop or paste photos, recordings and papers here."), "hint", wrap=True)
        self.body.addWidget(self._hint)
        self._holder = QWidget()
        self._row = FlowRow(self._holder)
        self._row.setContentsMargins(0, 0, 0, 0)
        self.body.addWidget(self._holder)

    def show_visit(self, visit: Visit) -> None:
        if visit.id == self._visit and visit.files == self._shown:
            return
        self._visit, self._shown = visit.id, visit.files
        self._hint.setVisible(not visit.files)
        self._row.clear()
        for one in visit.files:
            tile = self._tile(one)
            self._row.addWidget(tile)
            if has_picture(one.mime):
                work = partial(_thumbnail, self._context, one.content, one.mime)
                self._context.lanes.read(work, partial(_show_picture, tile), _leave)

    def take(self, paths: list[Path]) -> None:
        """Keep these files with the visit, each as one act."""
        for path in paths:
            work = partial(
                visits.attach,
                self._context.workspace,
                str(self._visit),
                path,
                with_place=self.with_place.isChecked(),
            )
            self._context.undo.run(tr("Attach {name}", name=path.name), work, None, self._context.reporter.report)

    def take_mime(self, mime: QMimeData) -> None:
        """Keep what was dropped or pasted: files, else a picture."""
        paths = [Path(url.toLocalFile()) for url in mime.urls() if url.isLocalFile()]
        if paths:
            self.take(paths)
        elif mime.hasImage():
            buffer = QBuffer()
            buffer.open(QBuffer.OpenModeFlag.WriteOnly)
            cast("QImage", mime.imageData()).save(buffer, "PNG")  # type: ignore[call-overload]
            now = self._context.workspace.clock.now().astimezone()
            name = tr("Pasted picture {time}.png", time=f"{now:%H%M%S}")
            data = bytes(buffer.data().data())
            work = partial(visits.attach_content, self._context.workspace, str(self._visit), name, data)
            self._context.undo.run(tr("Attach {name}", name=name), work, None, self._context.reporter.report)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if event.mimeData().hasUrls() or event.mimeData().hasImage():
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        self.take_mime(event.mimeData())
        event.acceptProposedAction()

    def _ask(self) -> None:
        names, _ = QFileDialog.getOpenFileNames(self, tr("Add a file…"))
        self.take([Path(name) for name in names])

    def _tile(self, one: VisitFile) -> QToolButton:
        tile = QToolButton()
        tile.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextUnderIcon)
        tile.setIconSize(THUMB)
        tile.setIcon(icon("file", current().ink_3))
        tile.setText(tile.fontMetrics().elidedText(one.name, Qt.TextElideMode.ElideMiddle, THUMB.width()))
        words = f"{one.name} · {formats.file_size(one.size)}"
        tile.setToolTip(words)
        tile.setAccessibleName(words)
        tile.setAutoRaise(True)
        return tile


def _thumbnail(context: UiContext, content: str, mime: str) -> QImage:
    """On a reading lane: images may be used there, pixmaps may not. A photo is opened once; then its small picture is kept."""
    small = previews.kept(context.workspace, content)
    if small is None:
        small = thumbnail(mime, blobs.get(context.workspace, content))
        previews.keep(context.workspace, content, small)
    picture = QImage.fromData(small)
    if picture.isNull():
        return picture  # a kind of file without a picture of its own, or a damaged one
    cover = Qt.AspectRatioMode.KeepAspectRatioByExpanding
    big = picture.scaled(THUMB * 2, cover, Qt.TransformationMode.SmoothTransformation)
    return big.copy(
        (big.width() - THUMB.width() * 2) // 2,
        (big.height() - THUMB.height() * 2) // 2,
        THUMB.width() * 2,
        THUMB.height() * 2,
    )


def _show_picture(tile: QToolButton, picture: QImage) -> None:
    import shiboken6

    if shiboken6.isValid(tile) and not picture.isNull():
        pixmap = QPixmap.fromImage(picture)
        pixmap.setDevicePixelRatio(2)
        tile.setIcon(QIcon(pixmap))


def _leave(_error: BaseException) -> None:
    """A picture that is not on this laptop yet keeps its plain sign."""
