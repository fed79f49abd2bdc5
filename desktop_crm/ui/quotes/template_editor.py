"""Changing a form: its fields at the left, at the right a real paper printed in it, the one that is chosen over it, and what it lacks for that form.

Signals: `saved(key)` when a form of our own for quotations was kept.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QDialog, QFileDialog, QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from desktop_crm.documents.previewing import Pages, draft_pages, example_pages, sample_pages
from desktop_crm.documents.quote_document import QuoteDocument
from desktop_crm.documents.sample import Sample
from desktop_crm.domain.quotes import paper_reading
from desktop_crm.domain.quotes.paper import PaperKind
from desktop_crm.foundation.changes import Changes
from desktop_crm.i18n import current as current_language
from desktop_crm.i18n import tr
from desktop_crm.i18n.template_words import gap_words
from desktop_crm.ui.quotes.sheet_view import Paper as Sheet
from desktop_crm.ui.quotes.template_example import ExampleChoice
from desktop_crm.ui.quotes.template_form import TemplateForm
from desktop_crm.ui.runtime.context import UiContext
from desktop_crm.ui.runtime.lanes import Job
from desktop_crm.ui.widgets.buttons import button, icon_button, no_default, primary
from desktop_crm.ui.widgets.help_key import explained_by
from desktop_crm.ui.widgets.labels import label
from desktop_crm.ui.widgets.steady import SteadyComboBox

if TYPE_CHECKING:
    from desktop_crm.domain.quotes.paper import Paper
    from desktop_crm.services.quotes import Saved, Template
    from desktop_crm.services.template_examples import Seen

PAUSE_MS = 200
PAPER_WIDTH = 520
SIZE = (1080, 760)


class TemplateEditor(QDialog):
    """Takes the quote as it stands for its example. A shipped form is saved as one of our own."""

    saved = Signal(str)

    def __init__(
        self,
        context: UiContext,
        document: QuoteDocument,
        known: tuple[Template, ...],
        key: str,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        explained_by(self, "quote")
        self._context = context
        self._document = document
        self._known = known
        self._page = 0
        self._pages = 0
        self._job: Job | None = None
        self._slot = context.lanes.slot()
        self.setWindowTitle(tr("Templates"))
        self.resize(*SIZE)
        self.choice = SteadyComboBox()
        self.choice.setAccessibleName(tr("Template"))
        for one in known:
            self.choice.addItem(one.name, one.key)
        self.example = ExampleChoice(context, document.draft)
        self.form = TemplateForm()
        self.sheet = Sheet()
        self.sheet.fit(PAPER_WIDTH)
        self.gaps = label("", "hint", wrap=True)
        self.counter = label("", "hint")
        self.keep = primary(tr("Save"), self.save)
        self.remove = button(tr("Delete"), self.delete)
        self.usual = button(tr("Use for all new quotes"), self.make_usual)
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(PAUSE_MS)
        self._pause.timeout.connect(self.draw_page)
        self._lay_out()
        no_default(self)
        self.choice.activated.connect(self._on_chosen)
        self.form.changed.connect(self._pause.start)
        self.example.chosen.connect(self._on_example)
        self.form.language.chosen.connect(self._on_language)
        self.choice.setCurrentIndex(max(self.choice.findData(key), 0))
        self.form.language.choose(current_language().value)
        self.form.speak(current_language().value)
        self._on_chosen(self.choice.currentIndex())

    @property
    def shown(self) -> Template:
        return self._known[self.choice.currentIndex()]

    def draw_page(self) -> None:
        """Print the quote in the form as it stands."""
        self._pause.stop()
        kind, row_id = self.shown.kind, self.example.row_id()
        own = kind is PaperKind.QUOTATION and row_id == self._document.draft.id
        fn = partial(_seen, self._context, kind, self.form.paper(), row_id)
        self._slot.read(fn, partial(self._on_seen, self._document if own else None), self._on_failed)

    def save(self) -> None:
        """Keep the form; a shipped one becomes one of our own."""
        template, name = self.shown, self.form.name.text().strip()
        if template.shipped and name in {"", template.name}:
            name = tr("{name} (our own)", name=template.name)
        key = None if template.shipped else template.key
        fn = partial(_save, self._context, key, name, self.form.paper(), template.kind)
        self._context.undo.run(tr("Template saved"), fn, self._on_saved)

    def delete(self) -> None:
        """Take the form away; undo brings it back."""
        self._context.undo.run(tr("Template deleted"), partial(_delete, self._context, self.shown.key), self._on_gone)

    def make_usual(self) -> None:
        """Quotes without a form of their own are printed in this one."""
        self._context.undo.run(tr("Usual template chosen"), partial(_set_usual, self._context, self.shown))

    def ask_for_picture(self, field: str) -> None:
        """Ask which file is the company's logo or seal."""
        dialog = QFileDialog(
            self, tr("Logo") if field == "logo" else tr("Seal"), "", tr("Pictures (*.png *.jpg *.jpeg)")
        )
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(partial(self.set_picture, field))
        dialog.open()

    def set_picture(self, field: str, path: str) -> None:
        """Take the picture of that file."""
        fn = partial(_set_picture, self._context, field, Path(path))
        self._context.undo.run(tr("Picture chosen"), fn, self._on_picture)

    def turn(self, step: int) -> None:
        """Go to another page."""
        self._page = min(max(self._page + step, 0), max(self._pages - 1, 0))
        self.draw_page()

    def _lay_out(self) -> None:
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setWidget(self.form)
        left = QVBoxLayout()
        left.addWidget(self.choice)
        pictures = QHBoxLayout()
        pictures.addWidget(button(tr("Logo…"), partial(self.ask_for_picture, "logo"), kind="small"))
        pictures.addWidget(button(tr("Seal…"), partial(self.ask_for_picture, "seal"), kind="small"))
        pictures.addStretch(1)
        left.addLayout(pictures)
        left.addWidget(area, 1)
        head = QHBoxLayout()
        head.addWidget(self.example)
        head.addStretch(1)
        head.addWidget(icon_button("chevron_left", tr("Previous page"), partial(self.turn, -1)))
        head.addWidget(self.counter)
        head.addWidget(icon_button("chevron_right", tr("Next page"), partial(self.turn, 1)))
        sheet = QWidget()
        sheet.setProperty("role", "clear")
        under = QVBoxLayout(sheet)
        under.addWidget(self.sheet, 0, Qt.AlignmentFlag.AlignHCenter)
        under.addStretch(1)
        view = QScrollArea()
        view.setWidgetResizable(True)
        view.setFrameShape(QFrame.Shape.NoFrame)
        view.setWidget(sheet)
        right = QVBoxLayout()
        right.addLayout(head)
        right.addWidget(view, 1)
        right.addWidget(self.gaps)
        both = QHBoxLayout()
        both.setSpacing(16)
        both.addLayout(left, 2)
        both.addLayout(right, 3)
        foot = QHBoxLayout()
        foot.addWidget(self.remove)
        foot.addWidget(self.usual)
        foot.addStretch(1)
        foot.addWidget(button(tr("Close"), self.reject))
        foot.addWidget(self.keep)
        box = QVBoxLayout(self)
        box.setContentsMargins(20, 18, 20, 16)
        box.setSpacing(12)
        box.addLayout(both, 1)
        box.addLayout(foot)

    def _on_chosen(self, _place: int) -> None:
        self.form.show_kind(self.shown.kind)
        self.form.show_paper(self.shown.name, self.shown.paper)
        quotation = self.shown.kind is PaperKind.QUOTATION
        self.usual.setText(tr("Use for all new quotes") if quotation else tr("Use from now on"))
        self.remove.setEnabled(not self.shown.shipped)
        self.example.show_kind(self.shown.kind)
        self._page = 0
        self.draw_page()

    def _on_language(self, _language: str) -> None:
        self.draw_page()

    def _on_example(self) -> None:
        self._page = 0
        self.draw_page()

    def _on_seen(self, own: QuoteDocument | None, seen: Seen) -> None:
        """`own`: the open quote as it stands, where that is the example."""
        if self._job is not None:
            self._job.cancel()
        spoken = self.form.language.current()
        scale = PAPER_WIDTH * self.devicePixelRatioF() / 595.28
        document = own or seen.document
        self.example.show_row(seen.row_id, seen.title)
        if isinstance(document, QuoteDocument):
            document = replace(document, paper=seen.paper, pictures=seen.pictures)
            self._show_gaps(paper_reading.gaps(seen.paper, document.draft, spoken))
            fn = partial(draft_pages, document, spoken, scale, self._page, None)
        elif document is not None:
            fn = partial(example_pages, document, spoken, scale, self._page)
        else:
            self._show_gaps(paper_reading.gaps_of_working(seen.paper, spoken, self.shown.kind))
            draft = self._document.draft
            sample = Sample(
                title=self.shown.name,
                customer=draft.customer.name,
                company=draft.supplier.name,
                today=self._document.issued_on,
                paper=seen.paper,
                pictures=seen.pictures,
            )
            fn = partial(sample_pages, sample, spoken, scale, self._page)
        told = document is not None and not isinstance(document, QuoteDocument)
        self._job = self._context.lanes.work(fn, done=partial(self._on_pages, told), failed=self._on_failed)

    def _show_gaps(self, found: tuple[tuple[paper_reading.Gap, str], ...]) -> None:
        missing = tr("Missing for this template: {list}", list=", ".join(gap_words(*one) for one in found))
        self.gaps.setText(missing if found else tr("Nothing is missing."))

    def _on_pages(self, told: bool, pages: Pages) -> None:
        """`told`: what is missing comes with the pages."""
        self._job = None
        if told:
            self._show_gaps(pages.gaps)
        self._pages, self._page = pages.whole, pages.shown
        self.counter.setText(f"{pages.shown + 1} / {pages.whole}")
        self.sheet.show_page(pages.picture, self.devicePixelRatioF())

    def _on_failed(self, error: BaseException) -> None:
        self._job = None
        self._context.lanes.troubled.emit(error)

    def _on_saved(self, saved: Saved) -> None:
        if self.shown.kind is PaperKind.QUOTATION:
            self.saved.emit(saved.key)
        self.accept()

    def _on_gone(self, _changes: Changes) -> None:
        self.accept()

    def _on_picture(self, _changes: Changes) -> None:
        self.draw_page()


def _seen(context: UiContext, kind: PaperKind, paper: Paper, row_id: str) -> Seen:
    from desktop_crm.services import template_examples

    return template_examples.seen(context.workspace, kind, paper, row_id)


def _save(context: UiContext, key: str | None, name: str, paper: Paper, kind: PaperKind) -> Saved:
    from desktop_crm.services import quotes

    return quotes.save_template(context.workspace, key, name, paper, kind)


def _delete(context: UiContext, key: str) -> Changes:
    from desktop_crm.services import quotes

    return quotes.delete_template(context.workspace, key)


def _set_usual(context: UiContext, template: Template) -> Changes:
    from desktop_crm.services import quotes

    return quotes.set_usual(context.workspace, template.key, template.kind)


def _set_picture(context: UiContext, field: str, path: Path) -> Changes:
    from desktop_crm.services import quotes

    return quotes.set_picture(context.workspace, field, path.read_bytes())
