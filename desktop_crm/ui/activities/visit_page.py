"""Visits: the list of them, and one visit with attendees, note, files, what the note suggests and the open promises."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QScrollArea, QSplitter, QStackedWidget, QVBoxLayout, QWidget

from desktop_crm.documents.previewing import visit_file
from desktop_crm.domain.activities.brief import VisitBrief
from desktop_crm.domain.schema import REGISTRY
from desktop_crm.foundation.changes import Changes
from desktop_crm.foundation.errors import CrmError, Refusal
from desktop_crm.i18n import current, formats, tr
from desktop_crm.services import activities, visits
from desktop_crm.services.account_work import papers
from desktop_crm.services.records import Created
from desktop_crm.services.visits import Visit, VisitLine
from desktop_crm.ui.activities.visit_files import FilesCard
from desktop_crm.ui.activities.visit_found import FoundCard, PromisesCard
from desktop_crm.ui.activities.visit_note import NoteCard
from desktop_crm.ui.activities.visit_people import PeopleCard
from desktop_crm.ui.runtime.context import UiContext
from desktop_crm.ui.theme import Mood
from desktop_crm.ui.widgets.buttons import button, primary
from desktop_crm.ui.widgets.card import Card
from desktop_crm.ui.widgets.header import PageHeader
from desktop_crm.ui.widgets.labels import clear, label, rule
from desktop_crm.ui.widgets.reference_editor import ReferenceEditor

_ENTITIES = ("activity", "task", "attachment", "contact", "map_node", "opportunity", "quote", "account")
MARGINS = (18, 16, 18, 18)


class VisitsPage(QWidget):
    """The list, or the visit that was opened."""

    def __init__(self, context: UiContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self.list = VisitList(context)
        self.view = VisitView(context)
        self._stack = QStackedWidget()
        self._stack.addWidget(self.list)
        self._stack.addWidget(self.view)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.addWidget(self._stack)
        self.list.opened.connect(self._on_opened)
        self.view.left.connect(self._on_left)

    def title(self) -> str:
        return tr("Visits")

    def open_row(self, row_id: str | None) -> None:
        """Show one visit; without an id, the list."""
        self._stack.setCurrentWidget(self.view if row_id else self.list)
        if row_id:
            self.view.open_visit(row_id)
        else:
            self.list.refresh()

    def refresh(self) -> None:
        self.list.refresh()
        self.view.refresh()

    @Slot(str)
    def _on_opened(self, visit_id: str) -> None:
        self._context.routes.go("visit", visit_id)
        self.open_row(visit_id)

    @Slot()
    def _on_left(self) -> None:
        self._context.routes.go("visit")
        self.open_row(None)


class VisitList(QWidget):
    """Signals: `opened(visit_id)`."""

    opened = Signal(str)

    def __init__(self, context: UiContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._slot = context.lanes.slot()
        self.account = ReferenceEditor(context, REGISTRY["activity"].field("account_id"))
        self.account.line.setAccessibleName(tr("Where to next"))
        self.account.line.setPlaceholderText(tr("Where to next"))
        self.account.setFixedWidth(240)
        self.begin = primary(tr("Begin a visit"), self._begin, icon_name="plus")
        self.header = PageHeader(tr("Visits"), actions=(self.account, self.begin))
        self.card = Card()
        self._rows = QVBoxLayout()
        self._rows.setSpacing(8)
        self.card.body.addLayout(self._rows)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(0)
        box.addWidget(self.header)
        box.addWidget(_scrolling(self.card), 1)
        context.hub.changed.connect(self._on_changed)
        self.refresh()

    def refresh(self) -> None:
        self._slot.read(partial(visits.listed, self._context.workspace), self._show, self._context.reporter.report)

    def _show(self, lines: tuple[VisitLine, ...]) -> None:
        clear(self._rows)
        for place, one in enumerate(lines):
            if place:
                self._rows.addWidget(rule())
            self._rows.addWidget(self._row(one))
        if not lines:
            self._rows.addWidget(label(tr("Visits of today and to come, and the last ones, stand here."), "hint"))

    def _row(self, one: VisitLine) -> QWidget:
        holder = QWidget()
        line = QHBoxLayout(holder)
        line.setContentsMargins(0, 0, 0, 0)
        when = label(when_words(one.at, self._context.workspace.clock.now()), "body2")
        when.setMinimumWidth(130)
        line.addWidget(when)
        line.addWidget(button(one.subject, partial(self.opened.emit, one.id), kind="link"))
        line.addWidget(label(one.account, "hint"))
        line.addStretch(1)
        return holder

    def _begin(self) -> None:
        try:
            account = self.account.value()
        except Refusal as refusal:
            self._context.reporter.report(refusal)
            return
        if not account:
            self.account.target().setFocus()
            return
        work = partial(visits.plan, self._context.workspace, str(account))
        self._context.undo.run(tr("New visit"), work, self._begun, self._context.reporter.report)

    def _begun(self, made: Created) -> None:
        self.account.show_value(None)
        self.opened.emit(made.id)

    @Slot(object, object)
    def _on_changed(self, changes: Changes, _initiator: object) -> None:
        if changes.touches("activity", "account"):
            self.refresh()


class VisitView(QWidget):
    """Signals: `left()` when the visit is settled."""

    left = Signal()

    def __init__(self, context: UiContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._slot = context.lanes.slot()
        self._visit: Visit | None = None
        self._id: str | None = None
        self._taps = 0
        self.brief = button(tr("Brief"), self._ask_where, icon_name="export", tip=tr("Save the brief as PDF…"))
        self.quote = button(tr("Open quote {number}", number=""), self._open_quote)
        self.finish = primary(tr("Finish"), self._finish)
        self.header = PageHeader(tr("Visits"), actions=(self.brief, self.quote, self.finish))
        self.people = PeopleCard()
        self.note = NoteCard(context)
        self.files = FilesCard(context)
        self.found = FoundCard()
        self.promises = PromisesCard()
        left = QWidget()
        column = QVBoxLayout(left)
        column.setContentsMargins(18, 16, 7, 18)
        column.setSpacing(14)
        column.addWidget(self.people)
        column.addWidget(self.note, 1)
        column.addWidget(self.files)
        right = QWidget()
        other = QVBoxLayout(right)
        other.setContentsMargins(0, 0, 0, 0)
        other.setSpacing(14)
        other.addWidget(self.found)
        other.addWidget(self.promises)
        other.addStretch(1)
        split = QSplitter(Qt.Orientation.Horizontal)
        split.setChildrenCollapsible(False)
        split.addWidget(left)
        split.addWidget(_scrolling(right, (7, 16, 18, 18)))
        split.setSizes([560, 640])
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(0)
        box.addWidget(self.header)
        box.addWidget(split, 1)
        self.setFocusProxy(self.note.box)
        self.people.chosen.connect(self._on_people)
        self.note.box.pasted.connect(self.files.take_mime)
        self.found.accepted.connect(self._on_accepted)
        self.found.dropped.connect(self._on_dropped)
        self.promises.ticked.connect(self._on_ticked)
        self.promises.promised.connect(self._on_promised)
        context.hub.changed.connect(self._on_changed)

    def open_visit(self, visit_id: str) -> None:
        self._id = visit_id
        self.refresh()

    def refresh(self) -> None:
        """Read the visit again."""
        if self._id is not None:
            work = partial(visits.visit, self._context.workspace, self._id)
            self._slot.read(work, self._show, self._on_failed)

    def _show(self, visit: Visit) -> None:
        self._visit = visit
        now = self._context.workspace.clock.now()
        self.header.set_title(tr("Visit – {when}", when=when_words(visit.at, now)))
        crumbs = [(visit.account, partial(self._go, "account", visit.account_id))] if visit.account_id else []
        crumbs += [(visit.deal, partial(self._go, "opportunity", visit.deal_id))] if visit.deal_id else []
        self.header.set_crumbs((*crumbs, (visit.subject, None)))
        if self._context.sync.state.offline:
            self.header.set_pills((tr("Recorded offline"), Mood.warn))
        else:
            self.header.set_pills()
        self.quote.setVisible(visit.quote is not None)
        if visit.quote is not None:
            version = f"v{visit.quote.version}" if visit.quote.version else visit.quote.number
            self.quote.setText(tr("Open quote {number}", number=version))
        if not self._taps:
            self.people.show_visit(visit)
        self.note.show_note(visit.id, visit.note)
        self.note.mark((one.suggestion.start, one.suggestion.end) for one in visit.answers)
        self.files.show_visit(visit)
        self.found.show_answers(visit.answers)
        self.promises.show_promises(visit.promises, self._context.workspace.today())

    def _go(self, entity: str, row_id: str | None) -> None:
        if row_id:
            self._context.routes.open(entity, row_id)

    def _open_quote(self) -> None:
        if self._visit is not None and self._visit.quote is not None:
            self._context.routes.open("quote", self._visit.quote.id)

    def _finish(self) -> None:
        self.note.save()
        self.left.emit()

    # acts

    def _run(self, text: str, work: Callable[[], object]) -> None:
        self._context.undo.run(text, work, None, self._context.reporter.report)

    def _on_people(self, names: list[str]) -> None:
        self._taps += 1  # what was read before the last of them is kept would take a tap back
        work = partial(visits.set_present, self._context.workspace, str(self._id), names)
        self._context.undo.run(tr("Attendees"), work, self._on_tapped, self._on_not_tapped)

    def _on_tapped(self, _changes: object) -> None:
        self._taps -= 1
        self.refresh()

    def _on_not_tapped(self, error: BaseException) -> None:
        self._on_tapped(None)
        self._context.reporter.report(error)

    def _on_accepted(self, key: str, value: Any, title: str) -> None:
        work = partial(visits.accept, self._context.workspace, str(self._id), key, value=value, title=title)
        self._run(tr("Accept"), work)

    def _on_dropped(self, key: str) -> None:
        work = partial(visits.drop, self._context.workspace, str(self._id), key)
        self._context.lanes.write(work, self._on_gone, self._context.reporter.report)

    def _on_gone(self, _nothing: None) -> None:
        self.refresh()

    def _on_ticked(self, task_id: str, done: bool) -> None:
        self._run(tr("Tick off a task"), partial(activities.tick, self._context.workspace, task_id, done=done))

    def _on_promised(self, subject: str, due: date | None, ours: bool) -> None:
        work = partial(visits.promise, self._context.workspace, str(self._id), subject, due, ours=ours)
        self._run(tr("Promise"), work)

    # the brief

    def _ask_where(self) -> None:
        if self._visit is None:
            return
        proposed = tr("Brief – {account}", account=self._visit.account) + ".pdf"
        name, _ = QFileDialog.getSaveFileName(self, tr("Save the brief as PDF…"), proposed, "PDF (*.pdf)")
        if name:
            self.save_brief(Path(name))

    def save_brief(self, target: Path) -> None:
        """Draw the brief in the worker process and put it in place."""
        if self._visit is None or self._visit.account_id is None:
            return
        work = partial(visits.brief, self._context.workspace, self._visit.account_id, self._visit.id)
        self._context.lanes.read(work, partial(self._draw, target), self._context.reporter.report)

    def _draw(self, target: Path, paper: VisitBrief) -> None:
        done, failed = partial(self._keep, target), self._context.reporter.report
        self._context.lanes.work(visit_file, paper, current().value, done=done, failed=failed)

    def _keep(self, target: Path, data: bytes) -> None:
        self._context.lanes.read(partial(papers.keep, target, data), self._kept, self._context.reporter.report)

    def _kept(self, target: Path) -> None:
        self.header.set_subtitle(tr("Saved as {file}", file=target.name))

    @Slot(object)
    def _on_failed(self, error: BaseException) -> None:
        if isinstance(error, CrmError) and error.code == "record.missing":
            self.left.emit()
        else:
            self._context.reporter.report(error)

    @Slot(object, object)
    def _on_changed(self, changes: Changes, _initiator: object) -> None:
        if changes.touches(*_ENTITIES):
            self.refresh()


def when_words(at: datetime, now: datetime) -> str:
    """The time of a visit of today, else day and time."""
    here = at.astimezone()
    if here.date() == now.astimezone().date():
        return tr("Today {time}", time=formats.time(here))
    return f"{formats.date_short(here)} ({formats.weekday(here)}) {formats.time(here)}"


def _scrolling(content: QWidget, margins: tuple[int, int, int, int] = MARGINS) -> QScrollArea:
    area = QScrollArea()
    area.setWidgetResizable(True)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    holder = QWidget()
    holder.setProperty("role", "clear")
    box = QVBoxLayout(holder)
    box.setContentsMargins(*margins)
    box.addWidget(content, 0, Qt.AlignmentFlag.AlignTop)
    area.setWidget(holder)
    return area
