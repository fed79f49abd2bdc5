"""The page of duplicates: what may be one with its reasons, records side by side to be merged, and the merges that can be undone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QModelIndex, Qt, Slot
from PySide6.QtWidgets import QListView, QSplitter, QStackedLayout, QVBoxLayout, QWidget

from desktop_crm.foundation.changes import Changes
from desktop_crm.i18n import formats, ntr, tr
from desktop_crm.ui.insights.delegate import GroupDelegate
from desktop_crm.ui.insights.merge_panel import MergePanel
from desktop_crm.ui.insights.model import GroupLine, GroupModel
from desktop_crm.ui.insights.past_merges import PastMerges
from desktop_crm.ui.runtime.audit_runner import AuditRunner
from desktop_crm.ui.runtime.context import UiContext
from desktop_crm.ui.theme import Mood
from desktop_crm.ui.widgets.buttons import button
from desktop_crm.ui.widgets.header import PageHeader
from desktop_crm.ui.widgets.segmented import SegmentedControl
from desktop_crm.ui.widgets.states import EmptyState, StateStack

if TYPE_CHECKING:
    from desktop_crm.services.duplicates.merges import PastMerge
    from desktop_crm.services.duplicates.sheet import Sheet
    from desktop_crm.services.workspace import Workspace

_LIST_WIDTH, _PANEL_WIDTH = 380, 760
_CERTAIN, _LIKELY = 0.95, 0.75
_MERGES = "merges"


@dataclass(frozen=True, slots=True, kw_only=True)
class _View:
    """What the list shows."""

    lines: tuple[GroupLine, ...]
    more: int
    about: str


class DuplicatesPage(QWidget):
    """`DuplicatesPage(context)`."""

    def __init__(self, context: UiContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._slot, self._sheet_slot, self._past_slot = (context.lanes.slot() for _ in range(3))
        self.runner = AuditRunner(context, self)
        self._asked: tuple[str, tuple[str, ...] | None] = ("", None)
        self._shown = ""
        self._chosen: tuple[str, ...] = ()
        self.kinds = SegmentedControl(
            (("account", tr("Accounts")), ("contact", tr("Contacts")), (_MERGES, tr("Merges")))
        )
        self.audit = button(tr("Look through all"), self.start_audit, icon_name="search", shortcut="Ctrl+R")
        self.stop = button(tr("Cancel"), self.runner.cancel)
        self.stop.hide()
        self.header = PageHeader(tr("Duplicates"), actions=(self.kinds, self.stop, self.audit))
        self._build_groups()
        self.past = PastMerges()
        content = QWidget()
        self._layers = QStackedLayout(content)
        self._layers.addWidget(self.states)
        self._layers.addWidget(self.past)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(0)
        box.addWidget(self.header)
        box.addWidget(content, 1)
        self._connect()
        self.refresh()

    def _build_groups(self) -> None:
        self.model = GroupModel(self)
        self.list = QListView()
        self.list.setModel(self.model)
        self.list.setItemDelegate(GroupDelegate(self.list))
        self.list.setUniformItemSizes(True)
        self.list.setMouseTracking(True)
        self.list.setAccessibleName(tr("Possible duplicates"))
        self.list.setFrameShape(QListView.Shape.NoFrame)
        self.panel = MergePanel()
        split = QSplitter(Qt.Orientation.Horizontal)
        split.setChildrenCollapsible(False)
        split.addWidget(self.list)
        split.addWidget(self.panel)
        split.setStretchFactor(1, 1)
        split.setSizes([_LIST_WIDTH, _PANEL_WIDTH])
        self.empty = EmptyState(tr("No duplicates waiting"), "", icon_name="quality")
        self.states = StateStack(split, self.empty)

    def _connect(self) -> None:
        self.kinds.chosen.connect(self._on_kind)
        self.list.selectionModel().currentChanged.connect(self._on_current)
        self.panel.merge_requested.connect(self.merge)
        self.panel.dismiss_requested.connect(self.dismiss)
        self.panel.open_requested.connect(self._on_open)
        self.past.foresee_requested.connect(self._on_foresee)
        self.past.part_requested.connect(self.part)
        self.past.open_requested.connect(self._context.routes.open)
        self.runner.progressed.connect(self._on_progress)
        self.runner.finished.connect(self._on_audited)
        self.runner.stopped.connect(self._on_audited)
        self._context.hub.changed.connect(self._on_changed)

    def title(self) -> str:
        return tr("Duplicates")

    @property
    def entity(self) -> str:
        """Which kind of record is looked at."""
        return "contact" if self.kinds.current() == "contact" else "account"

    def refresh(self) -> None:
        """Read again what waits, and the merges."""
        report = self._context.reporter.report
        if self.kinds.current() == _MERGES:
            self._past_slot.read(partial(_past, self._context.workspace, self._asked[0]), self._show_past, report)
        else:
            work = partial(_view, self._context.workspace, self.entity, self._chosen)
            self._slot.read(work, self._show, report)

    def open_row(self, place: str | None) -> None:
        """Put chosen records side by side: `account:id,id`; None for the page as it is."""
        if not place:
            return
        entity, _, ids = place.partition(":")
        self._chosen = tuple(ids.split(","))
        self._shown = ""
        self.kinds.choose(entity)
        self._on_kind(entity)

    # acts

    def start_audit(self) -> None:
        """Look through all records of this kind."""
        self.audit.hide()
        self.stop.show()
        if not self.model.rowCount():
            self.states.show_loading()
        self.runner.start(self.entity)

    def merge(self, survivor: str, others: Sequence[str], fields: dict[str, Any]) -> None:
        """Make them one; undo takes it back."""
        work = partial(_merge, self._context.workspace, self.entity, survivor, others, fields)
        self._context.undo.run(tr("Merge records"), work, self._on_done, self._context.reporter.report)

    def dismiss(self, ids: Sequence[str]) -> None:
        """They are different: no more of it."""
        work = partial(_dismiss, self._context.workspace, self.entity, ids)
        self._context.undo.run(tr("Put duplicates aside"), work, self._on_done, self._context.reporter.report)

    def part(self, merge_id: str) -> None:
        """Undo a merge."""
        self._asked = ("", None)
        work = partial(_part, self._context.workspace, merge_id)
        self._context.undo.run(tr("Undo a merge"), work, self._on_done, self._context.reporter.report)

    # showing

    def _show(self, view: _View) -> None:
        before = self.list.currentIndex().row()
        self.model.show_lines(view.lines)
        self.header.set_subtitle(view.about)
        if not view.lines:
            self._shown = ""
            self.empty.tell(tr("No duplicates waiting"), view.about)
            self.states.show_empty()
        else:
            self.states.show_content()
            place = self.model.place_of(self._shown)
            again = place if place >= 0 else min(max(before, 0), len(view.lines) - 1)
            self.list.setCurrentIndex(self.model.index(again, 0))
            self._look_at(again)

    def _look_at(self, place: int) -> None:
        line = self.model.line(place)
        if line is not None:
            self._shown = line.id
            work = partial(_sheet, self._context.workspace, self.entity, line.ids)
            self._sheet_slot.read(work, self.panel.show_sheet, self._context.reporter.report)

    def _show_past(self, found: tuple[tuple[PastMerge, ...], tuple[str, ...] | None]) -> None:
        merges, stays = found
        self.header.set_subtitle(tr("Every merge can be undone, also after other edits."))
        self.past.show_merges(merges, self._asked[0], stays)

    # hearing

    @Slot(str)
    def _on_kind(self, kind: str) -> None:
        self.runner.cancel()
        self.audit.setVisible(kind != _MERGES)
        self._layers.setCurrentIndex(1 if kind == _MERGES else 0)
        self._shown = ""
        self.refresh()

    @Slot(QModelIndex, QModelIndex)
    def _on_current(self, now: QModelIndex, _before: QModelIndex) -> None:
        line = self.model.line(now.row())
        if line is not None and line.id != self._shown:
            self._look_at(now.row())

    @Slot(str)
    def _on_open(self, row_id: str) -> None:
        self._context.routes.open(self.entity, row_id)

    @Slot(str)
    def _on_foresee(self, merge_id: str) -> None:
        self._asked = (merge_id, None)
        self.refresh()

    @Slot(str, int)
    def _on_progress(self, what: str, count: int) -> None:
        number = formats.number(count)
        told = tr("{n} records read", n=number) if what == "read" else tr("{n} pairs compared", n=number)
        self.header.set_subtitle(told)

    @Slot()
    def _on_audited(self) -> None:
        self.stop.hide()
        self.audit.setVisible(self.kinds.current() != _MERGES)
        self.refresh()

    def _on_done(self, _result: object) -> None:
        self.refresh()

    @Slot(object, object)
    def _on_changed(self, changes: Changes, _initiator: object) -> None:
        if changes.touches("account", "contact", "duplicate_set", "merge", "conflict") and not self.runner.under_way:
            self.refresh()


def _view(workspace: Workspace, entity: str, wanted: Sequence[str] = ()) -> _View:
    from desktop_crm.services.duplicates import words
    from desktop_crm.services.duplicates.finding import chosen, overview

    found = overview(workspace, entity)
    picked = chosen(workspace, entity, wanted) if wanted else None
    lines = tuple(
        GroupLine(
            id=one.id,
            ids=tuple(one.names),
            names=tuple(one.names.values()),
            likely=words.likelihood(one),
            mood=Mood.bad if one.probability >= _CERTAIN else Mood.warn if one.probability >= _LIKELY else Mood.info,
            why=words.reasons_text(one),
        )
        for one in (*((picked,) if picked else ()), *found.groups)
    )
    if found.audited_at is None:
        about = tr(
            "Not looked through yet. It takes a few seconds for thousands of records, and you can go on working."
        )
    else:
        count = len(lines) + found.more
        sets = ntr("{n} group waits", "{n} groups wait", count, n=formats.number(count))
        when = formats.relative(found.audited_at, workspace.clock.now())
        records = formats.number(found.audited)
        about = tr("{groups} · {n} records looked through {when}", groups=sets, n=records, when=when)
    return _View(lines=lines, more=found.more, about=about)


def _sheet(workspace: Workspace, entity: str, ids: Sequence[str]) -> Sheet:
    from desktop_crm.services.duplicates.sheet import sheet

    return sheet(workspace, entity, ids)


def _past(workspace: Workspace, asked: str) -> tuple[tuple[PastMerge, ...], tuple[str, ...] | None]:
    from desktop_crm.services.duplicates import parting, words
    from desktop_crm.services.duplicates.merges import past_merges

    stays = tuple(map(words.stays_text, parting.foresee(workspace, asked))) if asked else None
    return past_merges(workspace), stays


def _merge(workspace: Workspace, entity: str, survivor: str, others: Sequence[str], fields: dict[str, Any]) -> object:
    from desktop_crm.services.duplicates.merging import merge

    return merge(workspace, entity, survivor, others, fields)


def _dismiss(workspace: Workspace, entity: str, ids: Sequence[str]) -> Changes:
    from desktop_crm.services.shared_keys import dismiss

    return dismiss(workspace, entity, ids)


def _part(workspace: Workspace, merge_id: str) -> object:
    from desktop_crm.services.duplicates.parting import undo_merge

    return undo_merge(workspace, merge_id)
