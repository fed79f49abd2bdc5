"""The page of a proposal as it will be printed: rendered in the worker process, a moment after something changed; follows the block."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from desktop_crm.documents.previewing import Pages, file_pages, proposal_pages
from desktop_crm.i18n import tr
from desktop_crm.ui.quotes.sheet_view import A4_POINTS, Paper
from desktop_crm.ui.runtime.context import UiContext
from desktop_crm.ui.runtime.lanes import Job
from desktop_crm.ui.widgets.buttons import icon_button
from desktop_crm.ui.widgets.labels import label
from desktop_crm.ui.widgets.scrolled import scrolled
from desktop_crm.ui.widgets.steady import SteadyComboBox

if TYPE_CHECKING:
    from desktop_crm.documents.proposal_document import ProposalDocument

PAUSE_MS = 200
WIDEST = 620


class ProposalPreview(QWidget):
    """`look(proposal_id, version)` shows a draft (None) or an issued version."""

    def __init__(self, context: UiContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._slot = context.lanes.slot()
        self._job: Job | None = None
        self._id = ""
        self._version: str | None = None
        self._block: str | None = None
        self._page = 0
        self._pages = 0
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(PAUSE_MS)
        self._pause.timeout.connect(self.draw_page)
        self.language = SteadyComboBox()
        self.language.addItem(tr("Korean"), userData="ko")
        self.language.addItem(tr("English"), userData="en")
        self.language.setAccessibleName(tr("Language of the page"))
        self.language.activated.connect(self._on_language)
        self.counter = label("", "hint")
        self.back = icon_button("chevron_left", tr("Previous page"), partial(self.turn, -1), shortcut="Alt+PgUp")
        self.forth = icon_button("chevron_right", tr("Next page"), partial(self.turn, 1), shortcut="Alt+PgDown")
        self.paper = Paper()
        head = QHBoxLayout()
        head.addWidget(self.language)
        head.addStretch(1)
        for part in (self.back, self.counter, self.forth):
            head.addWidget(part)
        sheet = QWidget()
        under = QVBoxLayout(sheet)
        under.setContentsMargins(0, 0, 0, 0)
        under.addWidget(self.paper, 0, Qt.AlignmentFlag.AlignHCenter)
        under.addStretch(1)
        self._area = scrolled(sheet, name=tr("Preview"), margin=4)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(8)
        box.addLayout(head)
        box.addWidget(self._area, 1)

    @property
    def spoken(self) -> str:
        """In which language the page is shown."""
        return str(self.language.currentData())

    def look(self, proposal_id: str, version: str | None, language: str) -> None:
        """Show that proposal; the page stays where it is as long as it is the same one."""
        if (proposal_id, version) != (self._id, self._version):
            self._page, self._block = 0, None
            self.language.setCurrentIndex(max(self.language.findData(language), 0))
        self._id, self._version = proposal_id, version
        self._pause.start()

    def follow(self, block_id: str) -> None:
        """Show the page on which that block begins."""
        self._block = block_id or None
        self._pause.start()

    def turn(self, step: int) -> None:
        """Go to another page."""
        self._block = None
        self._page = min(max(self._page + step, 0), max(self._pages - 1, 0))
        self.draw_page()

    def draw_page(self) -> None:
        """Draw the page anew."""
        self._pause.stop()
        if not self._id:
            return
        if self._version is not None:
            fn = partial(_stored, self._context, self._id, self._version, self.spoken)
            self._slot.read(fn, self._on_file, self._on_failed)
        else:
            self._slot.read(partial(_document, self._context, self._id), self._on_document, self._on_failed)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        width = min(self._area.viewport().width() - 4, WIDEST)
        if width > 60 and width != self.paper.width():
            self.paper.fit(width)
            self._pause.start()

    def _scale(self) -> float:
        return max(self.paper.width(), 200) * self.devicePixelRatioF() / A4_POINTS[0]

    def _on_language(self, _place: int) -> None:
        self.draw_page()

    def _on_document(self, document: ProposalDocument) -> None:
        told = (proposal_pages, document, self.spoken, self._scale(), self._page, self._block)
        self._begin(*told)

    def _on_file(self, pdf: bytes) -> None:
        self._begin(file_pages, pdf, self._scale(), self._page)

    def _begin(self, *told: object) -> None:
        if self._job is not None:
            self._job.cancel()
        self._job = self._context.lanes.work(*told, done=self._on_pages, failed=self._on_failed)  # type: ignore[arg-type]

    def _on_pages(self, pages: Pages) -> None:
        self._job = None
        self._pages, self._page = pages.whole, pages.shown
        self.paper.show_page(pages.picture, self.devicePixelRatioF())
        self.counter.setText(f"{pages.shown + 1} / {pages.whole}")
        self.back.setEnabled(pages.shown > 0)
        self.forth.setEnabled(pages.shown < pages.whole - 1)

    def _on_failed(self, error: BaseException) -> None:
        self._job = None
        self.paper.say(tr("The page cannot be shown."))
        self._context.lanes.troubled.emit(error)


def _document(context: UiContext, proposal_id: str) -> ProposalDocument:
    from desktop_crm.services import proposals

    return proposals.draft_document(context.workspace, proposal_id)


def _stored(context: UiContext, proposal_id: str, version: str, locale: str) -> bytes:
    from desktop_crm.services import proposals

    return proposals.file_of(context.workspace, proposal_id, version, locale)
