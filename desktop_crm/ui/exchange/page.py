"""The page: one import after another, with its steps on top, what can be done next at the bottom, and the past to take back."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QFileDialog, QFrame, QHBoxLayout, QStackedLayout, QVBoxLayout, QWidget

from desktop_crm.exchange.table_format import SheetFormat
from desktop_crm.foundation.changes import Changes
from desktop_crm.i18n import formats, ntr, tr
from desktop_crm.services import importing
from desktop_crm.services.importing import ImportReport, Undone
from desktop_crm.services.importing.reports import save_problems
from desktop_crm.ui.exchange import words
from desktop_crm.ui.exchange.duplicates_card import DuplicatesCard
from desktop_crm.ui.exchange.flow import ImportFlow, Step
from desktop_crm.ui.exchange.result_view import ResultView
from desktop_crm.ui.exchange.review_view import ReviewView
from desktop_crm.ui.exchange.start_view import StartView
from desktop_crm.ui.exchange.steps import StepBar
from desktop_crm.ui.runtime.context import UiContext
from desktop_crm.ui.theme import Mood
from desktop_crm.ui.widgets.buttons import button, primary
from desktop_crm.ui.widgets.header import PageHeader
from desktop_crm.ui.widgets.labels import label
from desktop_crm.ui.widgets.pill import Pill
from desktop_crm.ui.widgets.states import LoadingState


class ImportPage(QWidget):
    """`ImportPage(context)`; `begin(paths)` starts with files that came from elsewhere (dropped on the window).

    `flow`: an import on its way that the page goes on with; the page owns it from then on.
    """

    def __init__(self, context: UiContext, parent: QWidget | None = None, *, flow: ImportFlow | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._past = context.lanes.slot()
        self._step = Step.FILES
        self.flow = ImportFlow(context) if flow is None else flow
        self.flow.setParent(self)
        self.steps = StepBar()
        self.header = PageHeader(tr("Import"), actions=(self.steps,))
        self.start = StartView()
        self.review = ReviewView(self.flow, context.workspace.currency)
        self.result = ResultView(self.flow)
        self.foreseen = DuplicatesCard(context)
        self.foreseen.taken.connect(self.flow.take)
        self.review.add_card(self.foreseen)
        self.duplicates = DuplicatesCard(context)
        self.result.add_card(self.duplicates)
        self.loading = LoadingState(can_cancel=True)
        content = QWidget()
        self._layers = QStackedLayout(content)
        for view in (self.start, self.loading, self.review, self.result):
            self._layers.addWidget(view)
        self._footer()
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(0)
        box.addWidget(self.header)
        box.addWidget(content, 1)
        box.addWidget(self.foot)
        self.setAccessibleName(tr("Import"))
        self._listen()
        self._show()
        if self.flow.working:
            self._on_busy(self.flow.working, 0, 0)
        self.refresh()

    def successor(self) -> ImportPage:
        """A page in the language and looks of now that goes on with the import of this one."""
        return ImportPage(self._context, flow=self.flow)

    def _footer(self) -> None:
        self.back = button(tr("Back"), self.flow.back)
        self.trial = primary(tr("Try out"), self.flow.try_out, shortcut="Ctrl+Return")
        self.bring_in = primary(tr("Import"), self.flow.run, shortcut="Ctrl+Return")
        self.undo = button(tr("Take the import back"), self._on_undo, icon_name="undo")
        self.more = primary(tr("Import more"), self._on_more)
        self._word = label("", "hint")
        self._pill = Pill("", Mood.good)
        self.foot = QFrame()
        self.foot.setProperty("role", "footer")
        row = QHBoxLayout(self.foot)
        row.setContentsMargins(18, 10, 18, 10)
        row.setSpacing(8)
        row.addWidget(self._pill)
        row.addWidget(self._word)
        row.addStretch(1)
        for made in (self.undo, self.back, self.trial, self.bring_in, self.more):
            row.addWidget(made)

    def _listen(self) -> None:
        self.start.files_chosen.connect(self.flow.begin)
        self.start.undo_requested.connect(self.flow.undo)
        self.loading.cancelled.connect(self.flow.cancel)
        self.review.save_requested.connect(self._on_save)
        self.result.save_requested.connect(self._on_save)
        self.review.mend_requested.connect(self._on_mend)
        self.result.mend_requested.connect(self._on_mend)
        self.flow.moved.connect(self._show)
        self.flow.busy.connect(self._on_busy)
        self.flow.undone.connect(self._on_undone)
        self._context.hub.changed.connect(self._on_changed)

    def title(self) -> str:
        return tr("Import")

    def refresh(self) -> None:
        """Read the imports of the past again."""
        self._past.read(
            partial(importing.past_imports, self._context.workspace),
            self.start.show_past,
            self._context.reporter.report,
        )

    def begin(self, paths: tuple[Path, ...]) -> None:
        """Start with these files."""
        self.flow.begin(paths)

    @Slot()
    def _show(self) -> None:
        if self.flow.working:
            return
        self.loading.end()
        held, before = self._has_keyboard(), self._step
        step = self._step = self.flow.step
        view = {Step.FILES: self.start, Step.COLUMNS: self.review, Step.TRIAL: self.review, Step.DONE: self.result}[
            step
        ]
        self._layers.setCurrentWidget(view)
        self._show_header(step)
        self._show_footer(step)
        if view is self.review:
            self.review.show_plan()
            if step is Step.TRIAL:
                self.foreseen.foresee(self.flow.preview, self.flow.plan)
            else:
                self.foreseen.foresee(None)
        elif view is self.result:
            self.review.rows.show_preview(None, None)
            self.foreseen.foresee(None)
            self.result.show_result()
            if self.flow.result is not None:
                self.duplicates.look(self.flow.result.report)
        elif view is self.start:
            self.foreseen.foresee(None)
            self.refresh()
        if held and (step is not before or self.window().focusWidget() is self or not self._has_keyboard()):
            self._take_next_step(step)

    def _has_keyboard(self) -> bool:
        holder = self.window().focusWidget()
        return holder is not None and (holder is self or self.isAncestorOf(holder))

    def _take_next_step(self, step: Step) -> None:
        """The keyboard goes where the import goes on, and not to whatever stands next in the window."""
        goal = {
            Step.FILES: self.start.choose,
            Step.COLUMNS: self.trial,
            Step.TRIAL: self.bring_in,
            Step.DONE: self.more,
        }
        (goal[step] if goal[step].isEnabled() else self).setFocus()

    def _show_header(self, step: Step) -> None:
        files = tuple(file.path for file in self.flow.plan.files)
        self.header.set_title(words.file_title(files))
        shown = self.review.file()
        texts = {
            Step.FILES: tr(
                "Bring in what other programs hold. Nothing is written before you have seen what would happen."
            ),
            Step.DONE: tr("Everything is in one act that can be taken back."),
        }
        middle = words.format_line(shown) if shown and len(files) == 1 else words.amount(self.flow.plan)
        self.header.set_subtitle(texts.get(step, middle))
        formatting = self.review.format_open
        places = {Step.FILES: 0, Step.COLUMNS: 1 if formatting else 2, Step.TRIAL: 3, Step.DONE: 5}
        self.steps.show_step(places[step])

    def _show_footer(self, step: Step) -> None:
        middle = step in {Step.COLUMNS, Step.TRIAL}
        usable = bool(self.flow.plan.usable)
        for made, wanted in (
            (self.back, middle),
            (self.trial, step is Step.COLUMNS),
            (self.bring_in, step is Step.TRIAL),
            (self.undo, step is Step.DONE and self._import_id() is not None),
            (self.more, step is Step.DONE),
        ):
            made.setVisible(wanted)
        self.trial.setEnabled(usable)
        trial = self.flow.trial
        coming = trial.total("created") + trial.total("updated") if trial else 0
        if step is Step.TRIAL:
            text = ntr("Import {count} row", "Import {count} rows", coming, count=formats.number(coming))
            self.bring_in.setText(text)
            self.bring_in.setAccessibleName(text)
        self._pill.setVisible(step is Step.DONE)
        self._pill.show_state(tr("Imported"), Mood.good)
        refused = sum(file.refusal is not None for file in self.flow.plan.files)
        self._word.setText(
            ntr("{count} file cannot be used", "{count} files cannot be used", refused, count=refused)
            if middle and refused
            else ""
        )
        self.foot.setVisible(step is not Step.FILES)

    def _import_id(self) -> str | None:
        return self.flow.result.report.import_id if self.flow.result else None

    @Slot(str, int, int)
    def _on_busy(self, step: str, done: int, whole: int) -> None:
        if self._layers.currentWidget() is not self.loading:
            if self._has_keyboard():
                self.setFocus()  # before the pressed button goes
            self.loading.begin()
            self._layers.setCurrentWidget(self.loading)
            self.foot.hide()
        texts = {
            "look": tr("Looking at the files…"),
            "read": tr("Reading the rows…"),
            "match": tr("Comparing with what is there…"),
            "write": tr("Bringing it in…"),
            "keep": tr("Keeping its history and making it findable…"),
            "undo": tr("Taking it back…"),
        }
        text = texts.get(step, "")
        if whole > 1:
            text = f"{text} {formats.number(done)} / {formats.number(whole)}"
        if step in {"write", "keep"}:
            self.steps.show_step(4)
        self.loading.show_progress(done, whole, text)

    def _on_undo(self) -> None:
        import_id = self._import_id()
        if import_id is not None:
            self.flow.undo(import_id)

    def _on_more(self) -> None:
        self.flow.restart()

    @Slot(object)
    def _on_undone(self, undone: Undone) -> None:
        parts = (
            (undone.removed, tr("{n} removed", n=formats.number(undone.removed))),
            (undone.restored, tr("{n} set back", n=formats.number(undone.restored))),
        )
        told = ", ".join(part for count, part in parts if count)
        text = tr("The import was taken back: {parts}", parts=told) if told else tr("The import was taken back")
        if undone.kept:
            text = tr(
                "{text}; {kept} kept, since they were changed later", text=text, kept=formats.number(len(undone.kept))
            )
        self.header.set_subtitle(text)
        self._context.undo.acted.emit(text)

    @Slot(object, object)
    def _on_changed(self, changes: Changes, _initiator: object) -> None:
        if changes.touches("open_reference") and self.flow.step is Step.FILES:
            self.refresh()

    def _on_save(self, report: ImportReport) -> None:
        chosen, _ = QFileDialog.getSaveFileName(
            self, tr("Save what to check"), tr("to check.csv"), tr("Tables (*.csv)")
        )
        if chosen:
            self._context.lanes.read(partial(save_problems, report, Path(chosen)))

    @Slot()
    def _on_mend(self) -> None:
        """Save the refused rows, in the form of their file, to be mended and imported again."""
        report = self.flow.result.report if self.flow.result else self.flow.trial
        chosen, _ = QFileDialog.getSaveFileName(
            self, tr("Save the rows to mend"), self._mend_name(), tr("Tables (*.csv *.xlsx)")
        )
        if chosen and report is not None:
            act = partial(importing.save_refused, self._context.workspace, self.flow.plan, report, Path(chosen))
            self._context.lanes.write(act, self._on_mendable, self._context.reporter.report)

    def _mend_name(self) -> str:
        """In the form of the file that is mended."""
        workbooks = any(isinstance(file.format, SheetFormat) for file in self.flow.plan.usable)
        return tr("to mend.xlsx") if workbooks else tr("to mend.csv")

    def _on_mendable(self, written: tuple[Path, ...]) -> None:
        names = ", ".join(path.name for path in written)
        self._context.undo.acted.emit(tr("Saved: {names}. Mend the rows and import the file.", names=names))
