"""What can be done with the rows chosen in a list: copy, change, delete. Written on the write lane, one act each, with progress."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QMimeData, QObject, Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFileDialog, QProgressDialog, QWidget

from desktop_crm.domain.lists.query import Selection
from desktop_crm.foundation.errors import Refusal
from desktop_crm.i18n import formats, ntr, tr
from desktop_crm.i18n.labels import entity_label
from desktop_crm.ui.runtime.context import UiContext
from desktop_crm.ui.widgets.bulk_dialog import BulkDialog
from desktop_crm.ui.widgets.record_panel import delete_record
from desktop_crm.ui.widgets.record_source import Wish, query_of
from desktop_crm.ui.widgets.record_table import Chosen, RecordTable

if TYPE_CHECKING:
    from desktop_crm.services.bulk import BulkResult
    from desktop_crm.services.lists import Extent
    from desktop_crm.services.workspace import Workspace

COPY_MOST = 50_000
MERGED = ("account", "contact")
"""Kinds whose records can be made one."""
MERGE_MOST = 50
PATIENCE_MS = 300


class ListActs(QObject):
    """Signals: `copied(count)`; `exported(text)` with what to say about it; `progressed(done)` from the write lane."""

    copied = Signal(int)
    exported = Signal(str)
    progressed = Signal(int)

    def __init__(self, context: UiContext, table: RecordTable, own: Callable[[], dict[str, str]]) -> None:
        super().__init__(table)
        self._context, self._table, self._own = context, table, own
        self._stop = False
        self._copied = ""
        context.lanes.stopped.connect(self._leave_plain_text)

    @property
    def entity(self) -> str:
        return self._table.records.wish.entity

    def copy(self) -> None:
        """Put the chosen rows on the clipboard as a table, with the list's columns and their names."""
        chosen = self._table.selection_now()
        if not chosen.count:
            return
        if chosen.count > COPY_MOST:
            count, most = formats.number(chosen.count), formats.number(COPY_MOST)
            self._context.reporter.report(Refusal("list.copy.many", count=count, most=most))
            return
        names, wish = self._table.shown_columns(), self._table.records.wish
        work = partial(_texts, self._context.workspace, wish, chosen, names, self._own())
        self._context.lanes.read(work, partial(self._on_texts, chosen.count))

    def _on_texts(self, count: int, texts: tuple[str, str]) -> None:
        data = QMimeData()
        data.setText(texts[0])
        data.setHtml(texts[1])
        QGuiApplication.clipboard().setMimeData(data)
        self._copied = texts[0]
        self.copied.emit(count)

    def _leave_plain_text(self) -> None:
        """At the end leave a copied table as Qt's own text: a clipboard that outlives Python must not hold an object of Python's."""
        if self._copied and QGuiApplication.clipboard().text() == self._copied:
            QGuiApplication.clipboard().setText(self._copied)

    def export(self) -> QFileDialog:
        """Ask for a file, and write what the list shows into it: its columns, filter, order and groups."""
        forms = {
            tr("Excel workbook") + " (*.xlsx)": ("xlsx", ""),
            tr("CSV for spreadsheets (UTF-8)") + " (*.csv)": ("csv", "utf-8-sig"),
            tr("CSV in CP949 for older Korean programs") + " (*.csv) ": ("csv", "cp949"),
        }
        dialog = QFileDialog(self._table.window(), tr("Export the list"))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setNameFilters(list(forms))
        dialog.setDefaultSuffix("xlsx")
        dialog.filterSelected.connect(partial(_suffix, dialog, forms))
        dialog.selectFile(entity_label(self.entity, plural=True))
        dialog.fileSelected.connect(partial(self._on_file, dialog, forms))
        dialog.open()
        return dialog

    def _on_file(self, dialog: QFileDialog, forms: dict[str, tuple[str, str]], path: str) -> None:
        kind, encoding = forms.get(dialog.selectedNameFilter(), ("xlsx", ""))
        self.export_to(Path(path), kind, encoding)

    def export_to(self, path: Path, kind: str, encoding: str = "") -> None:
        """Write the list: rows are read on the read lane, the file is made in the worker process."""
        self._stop = False
        names, wish = self._table.shown_columns(), self._table.records.wish
        waiting = self._waiting(tr("Export the list"), self._table.records.total)
        work = partial(_rows, self._context.workspace, wish, names, self._own(), self.progressed.emit, self._stopped)
        done = partial(self._on_rows, waiting, path, kind, encoding or "utf-8-sig")
        self._context.lanes.read(work, done, partial(self._on_failed, waiting))

    def _on_rows(self, waiting: QProgressDialog, path: Path, kind: str, encoding: str, found: Any) -> None:
        labels, rows = found
        self._context.lanes.work(
            write_table,
            kind,
            labels,
            rows,
            str(path),
            encoding,
            entity_label(self.entity, plural=True),
            done=partial(self._on_written, waiting, path),
            failed=partial(self._on_failed, waiting),
        )

    def _on_written(self, waiting: QProgressDialog, path: Path, count: int) -> None:
        _away(waiting)
        shown = formats.number(count)
        self.exported.emit(
            ntr("{n} row exported to {path}", "{n} rows exported to {path}", count, n=shown, path=path.name)
        )

    def edit(self) -> None:
        """Ask for fields and values, and set them in all chosen rows."""
        chosen = self._table.selection_now()
        if not chosen.count:
            return
        workspace, wish = self._context.workspace, self._table.records.wish
        preview = partial(_preview, workspace, wish, chosen)
        dialog = BulkDialog(self._context, self.entity, chosen.count, self._own(), preview, self._table.window())
        dialog.decided.connect(partial(self._set, chosen))
        dialog.open()

    @property
    def can_merge(self) -> bool:
        """Whether the chosen rows can be made one record."""
        return self.entity in MERGED and 1 < self._table.selection_now().count <= MERGE_MOST

    def merge(self) -> None:
        """Show the chosen rows side by side, to be merged there."""
        if self.can_merge:
            work = partial(_chosen_ids, self._context.workspace, self._table.records.wish, self._table.selection_now())
            self._context.lanes.read(work, self._on_merge, self._context.reporter.report)

    def _on_merge(self, ids: tuple[str, ...]) -> None:
        self._context.routes.go("duplicates", f"{self.entity}:{','.join(ids)}")

    def delete(self) -> None:
        """Delete all chosen rows."""
        chosen, one = self._table.selection_now(), self._table.current_id()
        if chosen.count == 1 and one:
            delete_record(self._context, self.entity, one)
        elif chosen.count:
            count = formats.number(chosen.count)
            text = ntr("Delete {count} record", "Delete {count} records", chosen.count, count=count)
            self._run(text, _delete, chosen)

    def _set(self, chosen: Chosen, fields: dict[str, Any]) -> None:
        count = formats.number(chosen.count)
        text = ntr("Change {count} record", "Change {count} records", chosen.count, count=count)
        self._run(text, partial(_set, fields=fields), chosen)

    def _run(self, text: str, act: Callable[..., BulkResult], chosen: Chosen) -> None:
        self._stop = False
        waiting = self._waiting(text, chosen.count)
        work = partial(
            act,
            self._context.workspace,
            self._table.records.wish,
            chosen,
            progress=self.progressed.emit,
            cancelled=self._stopped,
        )
        self._context.undo.run(text, work, partial(self._on_done, waiting), partial(self._on_failed, waiting))

    def _waiting(self, text: str, count: int) -> QProgressDialog:
        made = QProgressDialog(text, tr("Cancel"), 0, count, self._table.window())
        made.setWindowModality(Qt.WindowModality.WindowModal)
        made.setMinimumDuration(PATIENCE_MS)
        made.setAutoClose(False)
        made.setAutoReset(False)
        made.canceled.connect(self._on_cancel)
        self.progressed.connect(made.setValue)
        return made

    def _on_cancel(self) -> None:
        self._stop = True

    def _stopped(self) -> bool:
        return self._stop

    def _on_done(self, waiting: QProgressDialog, result: BulkResult) -> None:
        _away(waiting)
        if result.refused:
            first = result.named[0].refusal if result.named else None
            report = Refusal("bulk.some_refused", count=result.refused, changed=result.changed, reason=_reason(first))
            self._context.reporter.report(report)

    def _on_failed(self, waiting: QProgressDialog, error: BaseException) -> None:
        _away(waiting)
        self._context.reporter.report(error)


def _suffix(dialog: QFileDialog, forms: dict[str, tuple[str, str]], chosen: str) -> None:
    dialog.setDefaultSuffix(forms.get(chosen, ("xlsx", ""))[0])


def _rows(
    workspace: Workspace,
    wish: Wish,
    names: Sequence[str],
    labels: dict[str, str],
    progress: Callable[[int], None],
    cancelled: Callable[[], bool],
) -> Any:
    from desktop_crm.services import list_tables

    columns = list_tables.headings(wish.entity, names, labels)
    keys = list_tables.keys_of(workspace, wish.entity, query_of(wish))
    rows = list_tables.table(workspace, wish.entity, keys, columns, progress=progress, cancelled=cancelled)
    return [column.label for column in columns], list(rows)


def write_table(kind: str, labels: Sequence[str], rows: Sequence[Any], path: str, encoding: str, sheet: str) -> int:
    """Write a file in the worker process."""
    from desktop_crm.services import list_tables

    target = Path(path)
    return list_tables.write(list_tables.TableKind(kind), labels, rows, target, encoding=encoding, sheet=sheet)


def _away(waiting: QWidget) -> None:
    waiting.close()
    waiting.deleteLater()


def _reason(refusal: Refusal | None) -> str:
    from desktop_crm.i18n.error_texts import explain

    if refusal is None:
        return ""
    text = explain(refusal)
    return text.happened or text.title


def selection_of(workspace: Workspace, wish: Wish, chosen: Chosen) -> Selection:
    """The chosen rows as services take them: ids instead of row numbers."""
    from desktop_crm.services import lists

    ids: list[str] = []
    for start in range(0, len(chosen.keys), 5000):
        ids += lists.ids_of(workspace, wish.entity, chosen.keys[start : start + 5000])
    return Selection(ids=tuple(ids), matching=query_of(wish) if chosen.all_but else None)


def extent_of(workspace: Workspace, wish: Wish, chosen: Chosen, money: tuple[str, ...]) -> Extent:
    """How many rows are chosen, and the sums of their amounts."""
    from desktop_crm.services import lists

    return lists.extent(workspace, wish.entity, selection_of(workspace, wish, chosen), money)


def _preview(workspace: Workspace, wish: Wish, chosen: Chosen, fields: dict[str, Any]) -> Any:
    from desktop_crm.services import bulk

    return bulk.preview(workspace, wish.entity, selection_of(workspace, wish, chosen), fields)


def _set(workspace: Workspace, wish: Wish, chosen: Chosen, *, fields: dict[str, Any], **more: Any) -> BulkResult:
    from desktop_crm.services import bulk

    return bulk.set_many(workspace, wish.entity, selection_of(workspace, wish, chosen), fields, **more)


def _delete(workspace: Workspace, wish: Wish, chosen: Chosen, **more: Any) -> BulkResult:
    from desktop_crm.services import bulk

    return bulk.delete_many(workspace, wish.entity, selection_of(workspace, wish, chosen), **more)


def _chosen_ids(workspace: Workspace, wish: Wish, chosen: Chosen) -> tuple[str, ...]:
    from desktop_crm.services import list_tables, lists

    keys: Sequence[int] = chosen.keys
    if chosen.all_but:
        left = set(chosen.keys)
        keys = [key for key in list_tables.keys_of(workspace, wish.entity, query_of(wish)) if key not in left]
    return lists.ids_of(workspace, wish.entity, keys)


def _texts(
    workspace: Workspace, wish: Wish, chosen: Chosen, names: Sequence[str], labels: dict[str, str]
) -> tuple[str, str]:
    from desktop_crm.services import list_tables

    keys: Sequence[int] = chosen.keys
    if chosen.all_but:
        left = set(chosen.keys)
        keys = [key for key in list_tables.keys_of(workspace, wish.entity, query_of(wish)) if key not in left]
    columns = list_tables.headings(wish.entity, names, labels)
    rows = list(list_tables.table(workspace, wish.entity, keys, columns))
    return list_tables.tsv(columns, rows), list_tables.html(columns, rows)
