"""One import from the choice of files to its undo, as a machine that pages watch. It knows lanes and services, no widget.

Reading and recognising run in the worker process, the trial on a read lane, the import on the write lane.
"""

from __future__ import annotations

import threading
from contextlib import suppress
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Qt, Signal, Slot

from desktop_crm.exchange.table_format import SheetFormat, TableFormat
from desktop_crm.foundation.changes import Changes
from desktop_crm.foundation.errors import CrmError, Refusal
from desktop_crm.services import importing
from desktop_crm.services.importing import FilePlan, ImportPlan, ImportReport, OpenGroup, Preview, RowsOfFile, Trial
from desktop_crm.services.workspace import Workspace
from desktop_crm.ui.exchange.reader import RowReader
from desktop_crm.ui.runtime.context import UiContext
from desktop_crm.ui.runtime.lanes import Job

Name = tuple[str, str, str]
"""An open name: entity, field, value."""


class Step(StrEnum):
    """How far an import is."""

    FILES = "files"
    COLUMNS = "columns"
    TRIAL = "trial"
    DONE = "done"


class Decision(StrEnum):
    """What is to become of a name that means nobody for sure."""

    ACCEPT = "accept"
    CREATE = "create"
    DROP = "drop"


@dataclass(frozen=True, slots=True, kw_only=True)
class Meant:
    """The decision that a name means this record."""

    row_id: str


Wish = Decision | Meant


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """A finished import: its report, everything it changed with the names settled along the way, and what is still open."""

    report: ImportReport
    open: tuple[OpenGroup, ...] = ()
    changes: Changes = field(default_factory=Changes.none)


class ImportFlow(QObject):
    """Signals (GUI thread): `moved()` when anything to show changed; `busy(step, done, whole)` while working, whole 0 when
    nobody knows how long; `failed(error)`; `undone(Undone)`.
    """

    moved = Signal()
    busy = Signal(str, int, int)
    failed = Signal(object)
    undone = Signal(object)
    _progressed = Signal(str, int, int)

    def __init__(self, context: UiContext, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._job: Job | None = None
        self._stop = threading.Event()
        self._rows: tuple[RowsOfFile, ...] | None = None
        self._reader = RowReader(context.lanes, self)
        self._reader.progressed.connect(partial(self.busy.emit, "read"))
        self._reader.read.connect(self._on_rows)
        self._reader.failed.connect(self._on_failed)
        self.step = Step.FILES
        self.working = ""
        self.plan = ImportPlan(files=())
        self.trial: ImportReport | None = None
        self.preview: Preview | None = None
        self.names: dict[Path, str] = {}
        """Under which name the mapping of a file is kept when it is imported."""
        self.result: Imported | None = None
        self.decisions: dict[Name, Wish] = {}
        self._progressed.connect(self._on_progress, Qt.ConnectionType.QueuedConnection)
        self.failed.connect(context.reporter.report)

    # choosing and planning

    def begin(self, paths: tuple[Path, ...]) -> None:
        """Look at files and folders."""
        self.restart(quietly=True)
        self._work("look", importing.inspect, list(paths), done=self._on_planned)

    def restart(self, *, quietly: bool = False) -> None:
        """Forget everything and wait for files."""
        self.cancel()
        self.step, self.plan = Step.FILES, ImportPlan(files=())
        self.trial, self.result, self._rows = None, None, None
        self._drop_preview()
        self.decisions.clear()
        self.names.clear()
        if not quietly:
            self.moved.emit()

    def read_anew(self, file: FilePlan, form: TableFormat | None, entity: str | None) -> None:
        """Look at one file again with another format or as another kind. On another sheet the table is looked for anew."""
        sheet = form.sheet if isinstance(form, SheetFormat) else None
        moved = isinstance(file.format, SheetFormat) and sheet is not None and sheet != file.format.sheet
        self._work("look", _look_again, file.path, entity, None if moved else form, sheet, done=self._on_replanned)

    def leave_out(self, path: Path) -> None:
        """Take a file out of the import."""
        self._replan(ImportPlan(files=tuple(file for file in self.plan.files if file.path != path)))
        if not self.plan.files:
            self.restart()

    def choose(self, file: FilePlan, column: str, choice: Any) -> None:
        """Change where a column goes or how it is read. Reports a Refusal."""
        assert file.entity is not None
        try:
            changed = importing.choose(file.column(column), file.entity, choice)
        except CrmError as error:
            self.failed.emit(error)
            return
        self._replan(self.plan.with_file(file.with_column(changed)))

    def choose_for_file(self, file: FilePlan, keys: tuple[str, ...], defaults: dict[str, str], name: str) -> None:
        """Change by what a row is known, what new rows get besides, and what the mapping is called. Reports a Refusal."""
        try:
            changed = importing.with_defaults(importing.with_keys(file, keys), defaults)
        except CrmError as error:
            self.failed.emit(error)
            return
        self.names[file.path] = name
        self._replan(self.plan.with_file(changed))

    def forget_mapping(self, name: str) -> None:
        """Let a saved mapping go; the plan stays as it is."""
        act = partial(importing.delete_mapping, self._context.workspace, name)
        self._context.lanes.write(act, None, self._on_failed)
        self._replan(
            ImportPlan(files=tuple(replace(f, mapping="" if f.mapping == name else f.mapping) for f in self.plan.files))
        )

    @Slot(object, object)
    def decide(self, names: tuple[Name, ...], decision: Wish | None) -> None:
        """Say beforehand what is to become of open names; None leaves them open."""
        for name in names:
            if decision is None:
                self.decisions.pop(name, None)
            else:
                self.decisions[name] = decision
        self.moved.emit()

    @Slot(object, int, object)
    def take(self, path: Path, number: int, record: str | None) -> None:
        """Say that a row means a record that is there (None: what its keys say), and try again. What was read stays."""
        file = next((one for one in self.plan.files if one.path == path), None)
        if file is None:
            return
        rows = {**dict(file.taken), number: record}
        changed = replace(file, taken=tuple(sorted((row, one) for row, one in rows.items() if one)))
        self.plan = self.plan.with_file(changed)
        if self._rows is not None:
            self._rows = tuple(replace(one, plan=changed) if one.plan.path == path else one for one in self._rows)
        self.try_out()

    @Slot()
    def overwrite(self) -> None:
        """Let files that came in before replace what was changed since, and try again."""
        self.plan = replace(self.plan, overwrite=True)
        self.try_out()

    # trying and running

    def try_out(self) -> None:
        """Work out what the import would do."""
        if self._rows is not None:
            self._on_rows(self._rows)
            return
        self._stop = threading.Event()
        self._set_working("read")
        self._reader.start(self.plan)

    def run(self) -> None:
        """Bring everything in, in one transaction."""
        self._stop = threading.Event()
        self._set_working("write")
        act = partial(
            _bring_in,
            self._context.workspace,
            self.plan,
            self._rows,
            dict(self.decisions),
            {path: name for path, name in self.names.items() if name},
            self._tell,
            self._stop.is_set,
        )
        self._job = self._context.lanes.write(act, self._on_imported, self._on_failed)

    def cancel(self) -> None:
        """Stop whatever is under way; an import that is being written is rolled back."""
        self._stop.set()
        self._reader.stop()
        if self._job is not None and self.working != "write":
            self._job.cancel()
            self._set_working("")

    def back(self) -> None:
        """From the trial to the columns, from the columns to the files."""
        if self.step is Step.TRIAL:
            self.step = Step.COLUMNS
            self.moved.emit()
        else:
            self.restart()

    # after an import

    @Slot(object, object)
    def settle(self, names: tuple[Name, ...], decision: Wish) -> None:
        """Settle open names of the finished import now."""
        act = partial(_settle_all, self._context.workspace, dict.fromkeys(names, decision))
        self._context.lanes.write(act, self._on_settled, self._on_failed)

    def undo(self, import_id: str) -> None:
        """Take an import back."""
        self._set_working("undo")
        act = partial(importing.undo_import, self._context.workspace, import_id)
        self._context.lanes.write(act, self._on_undone, self._on_failed)

    def _work(self, name: str, fn: Any, *values: object, done: Any) -> None:
        self._set_working(name)
        self._job = self._context.lanes.work(fn, *values, done=done, failed=self._on_failed)

    def _set_working(self, name: str) -> None:
        self.working = name
        if name:
            self.busy.emit(name, 0, 0)
        else:
            self.moved.emit()

    def _tell(self, step: str, done: int, whole: int) -> None:
        """Called on the write lane. The page may be gone by now (the workspace closes); the import goes on."""
        with suppress(RuntimeError):
            self._progressed.emit(step, done, whole)

    @Slot(str, int, int)
    def _on_progress(self, step: str, done: int, whole: int) -> None:
        if self.working in {"write", "match"}:
            self.busy.emit(step, done, whole)

    def _replan(self, plan: ImportPlan) -> None:
        self.plan = plan
        self.trial, self._rows = None, None
        self._drop_preview()
        self.decisions.clear()
        self.step = Step.COLUMNS
        self.moved.emit()

    def _drop_preview(self) -> None:
        preview, self.preview = self.preview, None
        if preview is not None:
            self._context.lanes.read(preview.dissolve)

    def _on_planned(self, plan: ImportPlan) -> None:
        act = partial(importing.with_saved, self._context.workspace, plan)
        self._job = self._context.lanes.read(act, self._on_mapped, self._on_failed)

    def _on_mapped(self, plan: ImportPlan) -> None:
        self.working = ""
        self._replan(plan)

    def _on_replanned(self, file: FilePlan) -> None:
        self.working = ""
        self._replan(self.plan.with_file(file))

    def _on_rows(self, rows: tuple[RowsOfFile, ...]) -> None:
        self._rows = rows
        self._set_working("match")
        act = partial(importing.try_out, self._context.workspace, self.plan, rows, self._tell, self._stop.is_set)
        self._job = self._context.lanes.read(act, self._on_tried, self._on_failed)

    def _on_tried(self, trial: Trial) -> None:
        before, self.preview = self.preview, trial.preview
        self.trial, self.step = trial.report, Step.TRIAL
        self._set_working("")
        if before is not None:
            self._context.lanes.read(before.dissolve)

    def _on_imported(self, result: Imported) -> None:
        self.result, self.step = result, Step.DONE
        self._rows = None
        self._drop_preview()
        self._set_working("")

    def _on_settled(self, _changes: Changes) -> None:
        if self.result is not None:
            import_id = self.result.report.import_id
            act = partial(importing.open_references, self._context.workspace, import_id)
            self._context.lanes.read(act, self._on_still_open, self._on_failed)

    def _on_still_open(self, still: tuple[OpenGroup, ...]) -> None:
        if self.result is not None:
            self.result = Imported(report=self.result.report, open=still)
            self.moved.emit()

    def _on_undone(self, undone: importing.Undone) -> None:
        self.working = ""
        self.undone.emit(undone)
        self.restart()

    def _on_failed(self, error: BaseException) -> None:
        self._set_working("")
        if not (isinstance(error, CrmError) and error.code == "import.cancelled"):
            self.failed.emit(error)


def _look_again(path: Path, entity: str | None, form: TableFormat | None, sheet: str | None) -> FilePlan:
    return importing.inspect_file(path, entity=entity, form=form, sheet=sheet)


def _bring_in(
    workspace: Workspace,
    plan: ImportPlan,
    rows: tuple[RowsOfFile, ...] | None,
    decisions: dict[Name, Wish],
    names: dict[Path, str],
    tell: importing.Progress,
    cancelled: Any,
) -> Imported:
    report = importing.run(workspace, plan, rows, tell, cancelled)
    for file in plan.usable:
        called = names.get(file.path) or (file.path.stem if importing.made_by_hand(file) else "")
        if called:
            importing.save_mapping(workspace, file, called)
    known = {(group.entity, group.field, group.value) for group in report.open}
    changes = report.changes
    for name, wish in decisions.items():
        if name in known:
            with suppress(Refusal):  # the rows are in; a name that cannot be settled as wished stays open and is shown
                changes = changes.join(_settle(workspace, name, wish))
    still = importing.open_references(workspace, report.import_id) if report.import_id else ()
    return Imported(report=report, open=still, changes=changes)


def _settle_all(workspace: Workspace, decisions: dict[Name, Wish]) -> Changes:
    return Changes.joined(_settle(workspace, name, wish) for name, wish in decisions.items())


def _settle(workspace: Workspace, name: Name, wish: Wish) -> Changes:
    if isinstance(wish, Meant):
        return importing.accept_reference(workspace, *name, target_id=wish.row_id)
    acts = {
        Decision.ACCEPT: importing.accept_reference,
        Decision.CREATE: importing.create_missing,
        Decision.DROP: importing.drop_reference,
    }
    return acts[wish](workspace, *name)
