"""The list page of the content library, and the tab of a block: its picture and PDF pages, where it was used and with what effect."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QVBoxLayout, QWidget

from desktop_crm.foundation.changes import Changes
from desktop_crm.i18n import formats, ntr, tr
from desktop_crm.ui.runtime.context import UiContext
from desktop_crm.ui.theme import Mood
from desktop_crm.ui.widgets.buttons import button
from desktop_crm.ui.widgets.labels import fill, label
from desktop_crm.ui.widgets.pill import Pill
from desktop_crm.ui.widgets.record_page import ListDescription, RecordListPage

if TYPE_CHECKING:
    from desktop_crm.services.content import ContentPage, UsedIn

WIDTH, HEIGHT = 280, 170
_TOUCHING = ("content_block", "proposal", "proposal_version", "opportunity")
_MOODS = {"won": Mood.good, "lost": Mood.bad, "open": Mood.neutral}


def library_page(context: UiContext, parent: QWidget | None = None) -> RecordListPage:
    """The library by title."""
    empty = tr("Clauses, case studies and product sheets stand here, ready to be put into a proposal.")
    description = ListDescription(icon="folder", empty=empty, tab=(tr("Files and use"), ContentUse))
    return RecordListPage(context, "content_block", description, parent)


class ContentUse(QWidget):
    """What it shows is told by `show_row(id)`."""

    def __init__(self, context: UiContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._slot = context.lanes.slot()
        self._id: str | None = None
        self.expired = Pill()
        self.expired.hide()
        self.effect = label("", "strong")
        self.view = label("", "hint")
        self.view.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.view.setMinimumHeight(HEIGHT)
        self.view.setAccessibleName(tr("Picture"))
        self.pages = label("", "hint")
        self.choose = button(tr("Choose a picture or PDF…"), self.ask_for_file, icon_name="file")
        self.no_picture = button(tr("Take the picture away"), partial(self.take_away, "image"), kind="small")
        self.no_pages = button(tr("Take the pages away"), partial(self.take_away, "pages"), kind="small")
        self._rows = QVBoxLayout()
        head = QHBoxLayout()
        head.addWidget(self.effect)
        head.addStretch(1)
        head.addWidget(self.expired)
        away = QHBoxLayout()
        away.addWidget(self.no_picture)
        away.addWidget(self.no_pages)
        away.addStretch(1)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 8, 0, 0)
        box.setSpacing(8)
        box.addLayout(head)
        box.addWidget(self.view)
        box.addWidget(self.pages)
        box.addWidget(self.choose, 0, Qt.AlignmentFlag.AlignLeft)
        box.addLayout(away)
        box.addWidget(label(tr("Used in"), "section"))
        box.addLayout(self._rows)
        box.addStretch(1)
        context.hub.changed.connect(self._on_changed)

    def show_row(self, content_id: str | None) -> None:
        """Show the files and the use of that block."""
        self._id = content_id
        self.setEnabled(content_id is not None)
        if content_id is not None:
            self._slot.read(partial(_page, self._context, content_id), self._show)

    def ask_for_file(self) -> None:
        """Ask for a picture or a PDF."""
        dialog = QFileDialog(self, tr("Choose a picture or PDF…"), "", "PNG, JPEG, PDF (*.png *.jpg *.jpeg *.pdf)")
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(self.take)
        dialog.open()

    def take(self, path: str) -> None:
        """Give the block that file."""
        if self._id is not None:
            self._context.undo.run(tr("File added"), partial(_set, self._context, self._id, Path(path)))

    def take_away(self, field: str) -> None:
        """The block without that file."""
        if self._id is not None:
            self._context.undo.run(tr("File taken away"), partial(_remove, self._context, self._id, field))

    def _show(self, page: ContentPage) -> None:
        self.expired.setVisible(page.expired)
        if page.expired and page.content.expires_on is not None:
            self.expired.show_state(tr("Expired {date}", date=formats.date(page.content.expires_on)), Mood.bad)
        won = ntr("{n} won", "{n} won", page.won, n=formats.number(page.won))
        lost = ntr("{n} lost", "{n} lost", page.lost, n=formats.number(page.lost))
        self.effect.setText(f"{won} · {lost}")
        whole = QPixmap()
        if page.picture is not None:
            whole.loadFromData(page.picture)
        if whole.isNull():
            self.view.setText(tr("No picture yet"))
        else:
            ratio = self.devicePixelRatioF()
            aspect, smooth = Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation
            shown = whole.scaled(round(WIDTH * ratio), round(HEIGHT * ratio), aspect, smooth)
            shown.setDevicePixelRatio(ratio)
            self.view.setPixmap(shown)
        count = page.page_count
        several = ntr("{n} PDF page is put in whole", "{n} PDF pages are put in whole", count, n=formats.number(count))
        self.pages.setText(several if count else tr("No PDF pages yet"))
        self.no_picture.setVisible(bool(page.content.image))
        self.no_pages.setVisible(bool(page.content.pages))
        fill(self._rows, [self._row(one) for one in page.used_in], tr("Not used in an issued proposal yet."))

    def _row(self, used: UsedIn) -> QWidget:
        row = QWidget()
        line = QHBoxLayout(row)
        line.setContentsMargins(0, 4, 0, 4)
        opens = partial(self._context.routes.open, "proposal", used.proposal_id)
        line.addWidget(button(used.number, opens, kind="link"))
        line.addWidget(label(used.name, "hint"), 1)
        words = {"won": tr("Won"), "lost": tr("Lost"), "open": tr("In progress")}
        line.addWidget(Pill(words[used.outcome], _MOODS[used.outcome]))
        return row

    def _on_changed(self, changes: Changes, _initiator: object) -> None:
        if self._id is not None and changes.touches(*_TOUCHING):
            self.show_row(self._id)


def _page(context: UiContext, content_id: str) -> ContentPage:
    from desktop_crm.services import content

    return content.page(context.workspace, content_id)


def _set(context: UiContext, content_id: str, path: Path) -> Changes:
    from desktop_crm.services import content

    return content.set_file(context.workspace, content_id, path)


def _remove(context: UiContext, content_id: str, field: str) -> Changes:
    from desktop_crm.services import content

    return content.take_away(context.workspace, content_id, field)
