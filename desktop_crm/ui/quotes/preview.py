"""The page as it will be printed, beside the lines: drawn in the worker process while one types, one page at a time.

Issued versions are shown from their stored file. One page at a time, in Korean or English.
"""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from desktop_crm.documents.previewing import Pages, draft_pages, file_pages
from desktop_crm.domain.quotes import paper_reading
from desktop_crm.foundation.ids import RowId
from desktop_crm.i18n import current as current_language
from desktop_crm.i18n import tr
from desktop_crm.i18n.template_words import gap_words
from desktop_crm.ui.quotes.editor import QuoteEditor
from desktop_crm.ui.quotes.sheet_view import A4_POINTS, Paper
from desktop_crm.ui.quotes.template_choice import TemplateChoice
from desktop_crm.ui.runtime.context import UiContext
from desktop_crm.ui.runtime.lanes import Job
from desktop_crm.ui.widgets.buttons import icon_button
from desktop_crm.ui.widgets.labels import label
from desktop_crm.ui.widgets.steady import SteadyComboBox

PAUSE_MS = 0  # what one act changes in several steps is one page
WIDEST = 560
LOCALES = ("ko", "en")


class PreviewPane(QWidget):
    """Follows the editor."""

    def __init__(self, context: UiContext, editor: QuoteEditor, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._editor = editor
        self._slot = context.lanes.slot()
        self._job: Job | None = None
        self._page = 0
        self._pages = 0
        self._followed: str | None = None
        self._turned = False
        self._drawing = False
        self._drawn_id: RowId | None = None
        self._stale = False
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(PAUSE_MS)
        self._pause.timeout.connect(self.draw_page)
        self.language = SteadyComboBox()
        self.language.addItem(tr("Quotation in Korean"), userData="ko")
        self.language.addItem(tr("Quotation in English"), userData="en")
        self.language.setAccessibleName(tr("Language of the page"))
        self.language.setCurrentIndex(LOCALES.index(current_language().value))
        self.back = icon_button("chevron_left", tr("Previous page"), partial(self.turn, -1), shortcut="Alt+PgUp")
        self.forth = icon_button("chevron_right", tr("Next page"), partial(self.turn, 1), shortcut="Alt+PgDown")
        self.counter = label("", "hint")
        head = QHBoxLayout()
        head.setSpacing(4)
        head.addWidget(self.language)
        head.addStretch(1)
        for part in (self.back, self.counter, self.forth):
            head.addWidget(part)
        self.paper = Paper()
        self.hint = label("", "hint", wrap=True)
        self.template = TemplateChoice(context, editor)
        self.lacks = label("", "hint", wrap=True)
        sheet = QWidget()
        sheet.setProperty("role", "clear")
        under = QVBoxLayout(sheet)
        under.setContentsMargins(0, 0, 0, 0)
        under.setSpacing(8)
        under.addWidget(self.paper, 0, Qt.AlignmentFlag.AlignHCenter)
        under.addWidget(self.hint)
        under.addWidget(self.lacks)
        under.addStretch(1)
        self._area = QScrollArea()
        self._area.setWidgetResizable(True)
        self._area.setFrameShape(QFrame.Shape.NoFrame)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._area.setWidget(sheet)
        self._area.setAccessibleName(tr("Preview"))
        self._area.setProperty("role", "clear")
        self._area.viewport().setProperty("role", "clear")
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(8)
        box.addLayout(head)
        box.addWidget(self.template)
        box.addWidget(self._area, 1)
        self.language.activated.connect(self._on_language)
        editor.opened.connect(self._on_opened)
        editor.drafted.connect(self._pause.start)
        self._show_count()

    @property
    def spoken(self) -> str:
        return str(self.language.currentData())

    @property
    def rendered(self) -> bool:
        """Whether the page shows what the editor holds."""
        return self._job is None and not self._stale and not self._pause.isActive() and not self.paper.empty

    def turn(self, step: int) -> None:
        """Go to another page."""
        wanted = min(max(self._page + step, 0), max(self._pages - 1, 0))
        if wanted != self._page:
            self._page, self._turned = wanted, True
            self.draw_page()

    def follow(self, row_id: str | None) -> None:
        """Show the page on which a line or a heading stands, as soon as the page is drawn again."""
        if row_id is not None and row_id != self._followed:
            self._followed = row_id
            self._pause.start()

    def draw_page(self) -> None:
        """Draw the page anew; while a draft's page is under way, as soon as it is there."""
        self._pause.stop()
        if self._drawing:
            self._stale = True
            return
        quote, version = self._editor.quote, self._editor.printed_hash
        document = self._editor.document()
        if document is None or quote is None:
            return
        if self._job is not None:
            self._job.cancel()
        self.hint.setText(tr("As issued and stored") if version is not None else tr("Changes as you type"))
        if version is not None:
            self._drawn_id = quote.draft.id
            fn = partial(_stored, self._context, str(quote.draft.id), version, self.spoken)
            self._slot.read(fn, self._on_file, self._on_failed)
            return
        followed = None if self._turned else self._followed
        self._turned = False
        self._drawing, self._drawn_id = True, quote.draft.id
        self._job = self._context.lanes.work(
            draft_pages,
            document,
            self.spoken,
            self._scale(),
            self._page,
            followed,
            done=self._on_pages,
            failed=self._on_failed,
        )

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        width = min(self._area.viewport().width() - 2, WIDEST)
        if width > 60 and width != self.paper.width():
            self.paper.fit(width)
            self._pause.start()

    def _scale(self) -> float:
        return max(self.paper.width(), 200) * self.devicePixelRatioF() / A4_POINTS[0]

    def _on_opened(self) -> None:
        self._page = 0
        self.draw_page()

    def _on_language(self, _place: int) -> None:
        self.draw_page()

    def _on_file(self, pdf: bytes) -> None:
        self._job = self._context.lanes.work(
            file_pages, pdf, self._scale(), self._page, done=self._on_pages, failed=self._on_failed
        )

    def _on_pages(self, pages: Pages) -> None:
        self._job, self._drawing = None, False
        quote = self._editor.quote
        if quote is None or quote.draft.id != self._drawn_id:
            self._draw_again()  # another quote was opened meanwhile
            return
        self._pages = pages.whole
        self._page = self._page if self._turned else pages.shown
        self.paper.show_page(pages.picture, self.devicePixelRatioF())
        self._show_lacks(pages.unprintable)
        self._show_count()
        self._draw_again()

    def _draw_again(self) -> None:
        """What changed while the page was drawn."""
        if self._stale:
            self._stale = False
            self.draw_page()

    def _show_lacks(self, unprintable: str) -> None:
        """What the form asks for and is not there, and signs that come out as boxes."""
        draft, paper = self._editor.draft, self._editor.paper
        drafting = self._editor.printed_version is None
        gaps = (
            paper_reading.gaps(paper, draft, self.spoken)
            if drafting and draft is not None and paper is not None
            else ()
        )
        parts = (
            [tr("Missing for this template: {list}", list=", ".join(gap_words(*one) for one in gaps))] if gaps else []
        )
        parts += [tr("Printed as boxes: {signs}", signs=" ".join(unprintable[:20]))] if unprintable else []
        self.lacks.setText("\n".join(parts))
        self.lacks.setVisible(bool(parts))

    def _on_failed(self, error: BaseException) -> None:
        self._job, self._drawing = None, False
        self.hint.setText("")
        self.paper.say(tr("The page cannot be shown."))
        self._context.lanes.troubled.emit(error)
        self._draw_again()

    def _show_count(self) -> None:
        several = self._pages > 1
        self.counter.setText(f"{self._page + 1} / {self._pages}" if self._pages else "")
        self.back.setVisible(several)
        self.forth.setVisible(several)
        self.back.setEnabled(self._page > 0)
        self.forth.setEnabled(self._page < self._pages - 1)


def _stored(context: UiContext, quote_id: str, version: str, locale: str) -> bytes:
    from desktop_crm.services import quotes

    return quotes.reprint(context.workspace, quote_id, version, locale)
