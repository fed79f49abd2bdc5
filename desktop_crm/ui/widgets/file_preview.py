"""The chosen file as a picture: a photo, or the pages of a PDF; and plain words where the file is not here or shows nothing."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QImage, QPixmap, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from desktop_crm.documents.previewing import Pages, file_pages
from desktop_crm.documents.thumbnails import PDF, has_picture, thumbnail
from desktop_crm.foundation.errors import CrmError
from desktop_crm.i18n import formats, tr
from desktop_crm.i18n.error_texts import explain
from desktop_crm.ui.runtime.context import UiContext
from desktop_crm.ui.widgets.buttons import button, icon_button
from desktop_crm.ui.widgets.labels import ElidedLabel, label

if TYPE_CHECKING:
    from desktop_crm.services.workspace import Workspace

SCALE = 1.6  # dots a point of a page
MARGIN = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A file as it lies here: its small picture (None: not made yet, empty: it has none) and its content (None: not here)."""

    row_id: str
    name: str
    mime: str
    size: int
    digest: str
    small: bytes | None
    content: bytes | None


def shown_of(workspace: Workspace, row_id: str) -> Shown:
    """What is to be shown of a file; on a reading lane."""
    from desktop_crm.services import blobs, previews, records

    fields = records.get(workspace, "attachment", row_id).fields
    digest, mime = str(fields.get("content") or ""), str(fields.get("mime") or "")
    here = bool(digest) and blobs.is_here(workspace, digest)
    return Shown(
        row_id=row_id,
        name=str(fields.get("name") or ""),
        mime=mime,
        size=int(fields.get("size") or 0),
        digest=digest,
        small=previews.kept(workspace, digest),
        content=blobs.get(workspace, digest) if here and has_picture(mime) else (b"" if here else None),
    )


class FilePreview(QFrame):
    """`show_file(attachment_id)`; empty: none."""

    def __init__(self, context: UiContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "panel")
        self.setMinimumWidth(220)
        self._context = context
        self._slot = context.lanes.slot()
        self._file: Shown | None = None
        self._image = QImage()
        self._page = self._whole = 0
        self.name = ElidedLabel("", "strong")
        self.facts = label("", "hint", wrap=True)
        self.picture = QLabel()
        self.picture.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignHCenter)
        self.picture.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Ignored)
        self.fetch = button(tr("Fetch it now"), self._fetch, kind="small", icon_name="import")
        self.back = icon_button("chevron_left", tr("Previous page"), partial(self._turn, -1))
        self.forth = icon_button("chevron_right", tr("Next page"), partial(self._turn, 1))
        self.counter = label("", "hint")
        turning = QHBoxLayout()
        turning.addStretch(1)
        for part in (self.back, self.counter, self.forth):
            turning.addWidget(part)
        turning.addStretch(1)
        box = QVBoxLayout(self)
        box.setContentsMargins(MARGIN, 12, MARGIN, 12)
        box.setSpacing(6)
        box.addWidget(self.name)
        box.addWidget(self.facts)
        box.addWidget(self.fetch, 0, Qt.AlignmentFlag.AlignLeft)
        box.addWidget(self.picture, 1)
        box.addLayout(turning)
        self._show_nothing(tr("Choose a file to look at it here."))

    def show_file(self, row_id: str) -> None:
        """Show a file."""
        if self._file is None or row_id != self._file.row_id:
            self._page = 0
        if not row_id:
            self._show_nothing(tr("Choose a file to look at it here."))
            return
        self._slot.read(partial(shown_of, self._context.workspace, row_id), self._show, self._context.reporter.report)

    def _show(self, found: Shown) -> None:
        self._show_nothing("")
        self._file = found
        self.name.set_text(found.name)
        facts = formats.file_size(found.size) if found.size else ""
        if found.content is None:
            self.facts.setText(tr("{size} · not on this laptop", size=facts))
            self.fetch.show()
        else:
            self.facts.setText(facts if has_picture(found.mime) else tr("{size} · no preview", size=facts))
        if found.small:
            self._paint(QImage.fromData(found.small))
        if not found.content:
            return
        if found.mime == PDF:
            self._draw()
        else:
            self._paint(QImage.fromData(found.content))
        if found.small is None:
            done = partial(self._keep_small, found)
            self._context.lanes.work(
                thumbnail, found.mime, found.content, done=done, failed=self._context.reporter.report
            )

    def _draw(self) -> None:
        if self._file is not None and self._file.content:
            done = partial(self._on_page, self._file)
            self._context.lanes.work(
                file_pages, self._file.content, SCALE, self._page, done=done, failed=self._on_unreadable
            )

    def _on_page(self, file: Shown, pages: Pages) -> None:
        if file is not self._file:
            return
        self._page, self._whole = pages.shown, pages.whole
        page = pages.picture
        image = QImage(page.rgba, page.width, page.height, page.width * 4, QImage.Format.Format_RGBA8888)
        self._paint(image.copy())
        self.counter.setText(f"{pages.shown + 1} / {pages.whole}")
        for part in (self.back, self.counter, self.forth):
            part.setVisible(pages.whole > 1)
        self.back.setEnabled(pages.shown > 0)
        self.forth.setEnabled(pages.shown + 1 < pages.whole)

    def _on_unreadable(self, error: BaseException) -> None:
        if isinstance(error, CrmError):
            self.facts.setText(explain(error).happened)
        else:
            self._context.reporter.report(error)

    def _keep_small(self, file: Shown, small: bytes) -> None:
        from desktop_crm.services import previews

        work = partial(previews.keep, self._context.workspace, file.digest, small)
        self._context.lanes.write(work, None, self._context.reporter.report)

    def _turn(self, step: int) -> None:
        self._page = max(self._page + step, 0)
        self._draw()

    def _fetch(self) -> None:
        from desktop_crm.services import offline

        if self._file is None:
            return
        self.fetch.setEnabled(False)
        self.facts.setText(tr("Fetching…"))
        work = partial(offline.fetch, self._context.workspace, self._file.digest, self._file.size)
        self._context.lanes.network(work, partial(self._on_fetched, self._file.row_id), self._on_not_fetched)

    def _on_fetched(self, row_id: str, _nothing: None) -> None:
        if self._file is not None and self._file.row_id == row_id:
            self.show_file(row_id)

    def _on_not_fetched(self, error: BaseException) -> None:
        self.fetch.setEnabled(True)
        if not isinstance(error, CrmError):
            self._context.reporter.report(error)
            return
        text = explain(error)
        self.facts.setText(" ".join(part for part in (text.title, text.next_step) if part))

    def _show_nothing(self, words: str) -> None:
        self._file, self._image = None, QImage()
        self.name.set_text("")
        self.facts.setText(words)
        self.picture.clear()
        self.fetch.setEnabled(True)
        for part in (self.fetch, self.back, self.counter, self.forth):
            part.hide()

    def _paint(self, image: QImage) -> None:
        self._image = image
        self._fit()

    def _fit(self) -> None:
        room = self.picture.size()
        if self._image.isNull() or room.isEmpty():
            return
        ratio = self.devicePixelRatioF()
        most = QSize(round(room.width() * ratio), round(room.height() * ratio)).boundedTo(self._image.size())
        pixmap = QPixmap.fromImage(
            self._image.scaled(most, Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation)
        )
        pixmap.setDevicePixelRatio(ratio)
        self.picture.setPixmap(pixmap)
        self.picture.setAccessibleName(self.name.whole())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()
