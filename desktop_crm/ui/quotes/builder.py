"""The builder of one quote: lines in the middle, versions and sums below, the printed page or the terms at the right."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QHideEvent
from PySide6.QtWidgets import (
    QFileDialog,
    QFrame,
    QHBoxLayout,
    QScrollArea,
    QSizePolicy,
    QSplitter,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from desktop_crm.domain.quotes.answers import IN_WORK
from desktop_crm.domain.schema.options import QuoteStatus
from desktop_crm.i18n import formats, tr
from desktop_crm.i18n.labels import option_label
from desktop_crm.ui.quotes.answer import AnswerButton
from desktop_crm.ui.quotes.approval import ApprovalLine
from desktop_crm.ui.quotes.editor import QuoteEditor
from desktop_crm.ui.quotes.grid import LineGrid
from desktop_crm.ui.quotes.line_panel import LinePanel
from desktop_crm.ui.quotes.origin import OriginNote
from desktop_crm.ui.quotes.output import OutputButton
from desktop_crm.ui.quotes.preview import PreviewPane
from desktop_crm.ui.quotes.pricing_terms import PricingTerms
from desktop_crm.ui.quotes.terms import TermsPanel
from desktop_crm.ui.quotes.totals import TotalsCard
from desktop_crm.ui.quotes.trace_panel import TracePanel
from desktop_crm.ui.quotes.twins import TwinsNote
from desktop_crm.ui.quotes.versions import VersionsCard
from desktop_crm.ui.runtime.context import UiContext
from desktop_crm.ui.theme import Mood, mood_of
from desktop_crm.ui.widgets.buttons import button, primary
from desktop_crm.ui.widgets.card import Card
from desktop_crm.ui.widgets.header import Crumb, PageHeader
from desktop_crm.ui.widgets.labels import label
from desktop_crm.ui.widgets.presence import PresenceNote
from desktop_crm.ui.widgets.segmented import SegmentedControl
from desktop_crm.ui.widgets.toast import Toast

if TYPE_CHECKING:
    from desktop_crm.services.quotes import Issued, Origin, Printed
    from desktop_crm.ui.quotes.comparing import Named

SIDE_WIDTH = 372
SIZES = "quotes.builder.sizes"
TABS = ("preview", "terms", "line", "trace")


class QuoteBuilder(QWidget):
    """Signals: `back_wanted()`; `shown()` after a quote was read."""

    back_wanted = Signal()
    shown = Signal()

    def __init__(self, context: UiContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._told: object = None
        self.editor = QuoteEditor(context, self)
        self.grid = LineGrid(context, self.editor)
        self.totals = TotalsCard(self.editor)
        self.approval = ApprovalLine(context, self.editor)
        self.totals.below.addWidget(self.approval)
        self.versions = VersionsCard(self.editor)
        self.preview = PreviewPane(context, self.editor)
        self.terms = TermsPanel(context, self.editor)
        self.pricing = PricingTerms(context, self.editor)
        self.line = LinePanel(self.editor)
        self.trace = TracePanel(self.editor)
        self.save_pdf = button(tr("Save PDF"), self.ask_for_file, icon_name="file", shortcut="Ctrl+P")
        self.issue = primary(tr("Issue"), self.issue_now, icon_name="check")
        self.answer = AnswerButton(context, self.editor)
        self.section = button(tr("Add a section"), self.grid.add_section, kind="small", icon_name="plus")
        self.output = OutputButton(context, self.editor, self._spoken)
        self.onlookers = PresenceNote(context, "quote", self)
        self.header = PageHeader("", actions=(self.onlookers, self.answer, self.output, self.save_pdf, self.issue))
        self.banner = self._banner()
        self.origin = OriginNote(context, self.editor)
        self.twins = TwinsNote(context, self.editor)
        self._toast = Toast(self)
        self._lay_out()
        self.editor.opened.connect(self._on_opened)
        self.editor.drafted.connect(self._show_head)
        self.editor.settled.connect(self._show_head)
        self.editor.issued.connect(self._on_issued)
        self.versions.chosen.connect(self._on_version)
        self.versions.compare_wanted.connect(self.compare_versions)
        self.versions.alternatives_wanted.connect(self.show_alternatives)
        self.answer.answered.connect(self._toast.tell)
        for part in (self.grid, self.pricing, self.line, self.output):
            part.told.connect(self._toast.tell)
        self.grid.selectionModel().selectionChanged.connect(self._on_chosen)
        self.totals.explained.connect(self._on_explained)
        self.line.options_wanted.connect(self.grid.picks.bring_parts)
        self.totals.concession_wanted.connect(self.explore_concessions)
        self.origin.marked.connect(self.grid.lines.mark)
        self.origin.compare_wanted.connect(self._on_origin)

    def _spoken(self) -> str:
        return self.preview.spoken

    def open_quote(self, quote_id: str) -> None:
        self.editor.open_quote(quote_id)
        self.onlookers.show_row(quote_id)

    def issue_now(self) -> None:
        """Finish what is being typed, then issue."""
        self.grid.setFocus()
        self.terms.save()
        self.editor.issue()

    def hideEvent(self, event: QHideEvent) -> None:
        self.terms.save()
        super().hideEvent(event)

    def compare_versions(self) -> None:
        """Open the comparison of the versions."""
        self._compare()

    def show_alternatives(self) -> None:
        """The offers that stand side by side; the first press begins one beside this quote."""
        from desktop_crm.ui.quotes.alternatives import AlternativesDialog

        if self.editor.quote is not None:
            viewing = self.editor.viewing
            dialog = AlternativesDialog(self._context, self.editor.quote, viewing.hash if viewing else None, self)
            dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
            dialog.open()

    def _on_origin(self, origin: Origin) -> None:
        side = origin.compared.old
        self._compare(((f"{side.number} {side.label}", (str(origin.quote_id), str(origin.version_id))),))

    def _compare(self, before: tuple[Named, ...] = ()) -> None:
        from desktop_crm.ui.quotes.comparing import CompareDialog

        if self.editor.quote is not None:
            dialog = CompareDialog(self._context, self.editor.quote, before, self)
            dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
            dialog.open()

    def explore_concessions(self) -> None:
        """Open the concession explorer over the draft."""
        from desktop_crm.ui.quotes.concessions import ConcessionDialog

        draft = self.editor.draft
        if draft is not None and self.editor.may_edit:
            dialog = ConcessionDialog(self._context, self.editor, draft, self)
            dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
            dialog.open()

    def ask_for_file(self) -> None:
        """Ask where the PDF goes, and write it there."""
        quote = self.editor.quote
        if quote is None:
            return
        version = self.editor.printed_version or quote.draft_version
        name = f"{quote.number}-v{version}-{self.preview.spoken}.pdf"
        dialog = QFileDialog(self, tr("Save PDF"), name, "PDF (*.pdf)")
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix("pdf")
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(self.write_pdf)
        dialog.open()

    def write_pdf(self, path: str) -> None:
        """Write the page that is shown: the stored file of an issued version, or the marked draft."""
        quote, version = self.editor.quote, self.editor.printed_hash
        if quote is None:
            return
        fn = partial(_print, self._context, str(quote.draft.id), version, self.preview.spoken, Path(path))
        self._context.lanes.read(fn, partial(self._on_printed, Path(path).name))

    def _lay_out(self) -> None:
        table = Card()
        table.body.setContentsMargins(1, 1, 1, 1)
        table.body.setSpacing(0)
        table.add(self.grid, 1)
        foot = QHBoxLayout()
        foot.setContentsMargins(8, 5, 8, 5)
        foot.addWidget(self.section)
        foot.addStretch(1)
        foot.addWidget(label(tr("Enter and Tab go on · Alt+↑↓ moves · Del deletes · Ctrl+Enter inserts"), "hint"))
        table.add(foot)
        below = QHBoxLayout()
        below.setSpacing(12)
        below.addWidget(self.versions, 1)
        below.addWidget(self.totals, 1)
        lower = QWidget()
        lower.setLayout(below)
        below.setContentsMargins(0, 0, 0, 0)
        lower.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        left = QWidget()
        left.setProperty("role", "ground")
        left.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        box = QVBoxLayout(left)
        box.setContentsMargins(16, 12, 16, 12)
        box.setSpacing(12)
        box.addWidget(self.banner)
        box.addWidget(self.origin)
        box.addWidget(self.twins)
        box.addWidget(table, 1)
        box.addWidget(lower)
        self.split = QSplitter(Qt.Orientation.Horizontal)
        self.split.addWidget(left)
        self.split.addWidget(self._side())
        self.split.setStretchFactor(0, 1)
        self.split.setCollapsible(0, False)
        self.split.setChildrenCollapsible(False)
        sizes = self._context.settings.get(SIZES)
        self.split.setSizes(sizes if isinstance(sizes, list) and len(sizes) == 2 else [900, SIDE_WIDTH])
        self.split.splitterMoved.connect(self._on_split)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(self.header)
        whole.addWidget(self.split, 1)

    def _side(self) -> QWidget:
        side = QFrame()
        side.setProperty("role", "panel")
        side.setMinimumWidth(300)
        choices = (
            ("preview", tr("Preview")),
            ("terms", tr("Terms")),
            ("line", tr("Selected")),
            ("trace", tr("Price trace")),
        )
        self.tabs = SegmentedControl(choices, "preview")
        self.stack = QStackedWidget()
        both = QWidget()
        both.setProperty("role", "clear")
        under = QVBoxLayout(both)
        under.setContentsMargins(0, 0, 0, 0)
        under.setSpacing(0)
        under.addWidget(self.terms)
        under.addWidget(self.pricing)
        under.addStretch(1)
        self.stack.addWidget(self.preview)
        for part in (both, self.line, self.trace):
            self.stack.addWidget(_scrolled(part))
        self.tabs.chosen.connect(self._on_tab)
        box = QVBoxLayout(side)
        box.setContentsMargins(16, 12, 16, 12)
        box.setSpacing(10)
        box.addWidget(self.tabs, 0, Qt.AlignmentFlag.AlignLeft)
        box.addWidget(self.stack, 1)
        return side

    def _banner(self) -> QFrame:
        banner = Card(sunken=True)
        banner.body.setContentsMargins(12, 8, 8, 8)
        self.banner_text = label("", "strong")
        line = QHBoxLayout()
        line.addWidget(self.banner_text)
        line.addStretch(1)
        self.take_back = button(tr("Make this the draft"), self._on_take_back, kind="small")
        line.addWidget(self.take_back)
        line.addWidget(button(tr("Back to the draft"), partial(self.editor.view, None), kind="small"))
        banner.add(line)
        banner.hide()
        return banner

    def _on_opened(self) -> None:
        viewing = self.editor.viewing
        self.banner.setVisible(viewing is not None)
        if viewing is not None:
            content = viewing.content
            text = tr(
                "Version {version}, issued {date}, cannot be changed",
                version=content.version,
                date=formats.date(content.issued_on),
            )
            self.banner_text.setText(text)
        self._show_head()
        self.shown.emit()

    def _show_head(self) -> None:
        quote, draft, viewing = self.editor.quote, self.editor.draft, self.editor.viewing
        if quote is None or draft is None:
            return
        number = quote.number or tr("New quote")
        pills: list[tuple[str, Mood]] = []
        if viewing is not None:
            beside = f"v{viewing.content.version}"
            pills.append((tr("Issued"), Mood.accent))
        elif quote.is_draft or not quote.versions:
            beside = f"v{quote.draft_version}"
            status = quote.status if quote.status in IN_WORK else QuoteStatus.DRAFT
            pills.append((option_label("status", status.value), mood_of("status", status.value)))
        else:
            beside = f"v{quote.versions[0].version}"
            pills.append((option_label("status", quote.status.value), mood_of("status", quote.status.value)))
        if quote.alternative:
            pills.insert(0, (tr("Alternative {label}", label=quote.alternative), Mood.info))
        told = (number, beside, tuple(pills), draft.customer, draft.account_id, draft.name)
        if told != self._told:  # a header that is laid out again moves all that lies below it
            self._told = told
            self.header.set_title(number, beside)
            self.header.set_pills(*pills)
            crumbs: list[Crumb] = [(tr("Quotes"), self.back_wanted.emit)]
            if draft.customer.name:
                crumbs.append((draft.customer.name, partial(self._open_account, draft.account_id)))
            if draft.name:
                crumbs.append((draft.name, None))
            self.header.set_crumbs(tuple(crumbs))
        self.issue.setEnabled(self.editor.may_edit and (quote.is_draft or not quote.versions))
        self.section.setEnabled(self.editor.may_edit)

    def _open_account(self, account_id: str | None) -> None:
        if account_id:
            self._context.routes.open("account", account_id)

    def _on_tab(self, key: str) -> None:
        self.stack.setCurrentIndex(TABS.index(key))

    def _on_chosen(self, *_ranges: object) -> None:
        ids = self.grid.chosen_ids()
        self.line.show_rows(tuple(ids))
        one = next(iter(ids)) if len(ids) == 1 else None
        self.trace.show_line(one)
        self.preview.follow(one)

    def _on_explained(self) -> None:
        self.tabs.choose("trace")
        self._on_tab("trace")
        self.trace.show_line(None)

    def _on_split(self, _place: int, _index: int) -> None:
        self._context.settings.put(SIZES, self.split.sizes())

    def _on_version(self, version: str | None) -> None:
        quote = self.editor.quote
        newest = quote.versions[0].id if quote is not None and quote.versions else None
        showing_newest = quote is not None and not quote.is_draft and version == newest
        self.editor.view(None if showing_newest and self.editor.viewing is not None else version)

    def _on_take_back(self) -> None:
        if self.editor.viewing is not None:
            self.editor.restore(self.editor.viewing.content.version, self.editor.viewing.hash)
            self.editor.view(None)

    def _on_issued(self, done: Issued) -> None:
        content = done.version.content
        self._toast.tell(tr("{number} v{version} issued", number=content.number, version=content.version))

    def _on_printed(self, name: str, _printed: Printed) -> None:
        self._toast.tell(tr("Saved as {file}", file=name))


def _scrolled(part: QWidget) -> QScrollArea:
    area = QScrollArea()
    area.setWidgetResizable(True)
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    part.setProperty("role", "clear")
    area.setWidget(part)
    return area


def _print(context: UiContext, quote_id: str, version: str | None, locale: str, path: Path) -> Printed:
    from desktop_crm.services import quotes

    if version is None:
        return quotes.print_draft_to(context.workspace, quote_id, locale, path)
    return quotes.print_to(context.workspace, quote_id, version, locale, path)
