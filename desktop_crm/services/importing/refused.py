"""Refused rows as a file in the form of its source: the same columns and the reason, to be mended and imported again."""

from __future__ import annotations

import csv
import io
from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path

from desktop_crm.exchange.table_format import CsvFormat, TableFormat
from desktop_crm.exchange.tables import open_table
from desktop_crm.exchange.whole_files import write_whole
from desktop_crm.exchange.xlsx_writing import xlsx_bytes
from desktop_crm.i18n import tr
from desktop_crm.services.importing.kinds import is_reason
from desktop_crm.services.importing.plan import FilePlan, ImportPlan
from desktop_crm.services.importing.reports import FileReport, ImportReport, problem_text
from desktop_crm.services.importing.saved import save_mapping
from desktop_crm.services.workspace import Workspace


def save_refused(workspace: Workspace, plan: ImportPlan, report: ImportReport, target: Path) -> tuple[Path, ...]:
    """Write the refused rows of each file; several files get the source's name behind the target's. Returns what was written.

    A target that ends in `.xlsx` becomes a workbook, any other the text form of its source.

    How the columns were read is kept with them: the order of a date may not show in the few rows that are left. Raises Trouble `export.file.unwritable`, `import.file.unreadable`; Refusal when a source is not there any more.
    """
    reports = {one.path: one for one in report.files}
    some = [
        (file, reasons)
        for file in plan.usable
        if file.format is not None and (reasons := _reasons(reports.get(str(file.path))))
    ]
    written = []
    for file, reasons in some:
        path = target if len(some) == 1 else target.with_name(f"{target.stem}-{file.path.stem}{target.suffix}")
        rows = _rows(file, reasons)
        write_whole(path, _book(rows) if path.suffix.lower() == ".xlsx" else _text(rows, file.format))
        written.append(path)
        if not file.mapping:
            save_mapping(workspace, file, file.path.stem)
    return tuple(written)


def _reasons(report: FileReport | None) -> dict[int, str]:
    """Row → what is wrong with it."""
    found: dict[int, list[str]] = defaultdict(list)
    for problem in report.problems if report is not None else ():
        if problem.row is not None:
            text = problem_text(problem)
            found[problem.row].append(f"{problem.column}: {text}" if problem.column else text)
    return {row: " / ".join(texts) for row, texts in found.items()}


def _rows(file: FilePlan, reasons: Mapping[int, str]) -> list[list[str]]:
    """The rows as they stand, the reason behind them; what is too long for the header stays with the row."""
    assert file.format is not None
    table = open_table(file.path, file.format)
    kept = [at for at, name in enumerate(table.columns) if not is_reason(name)]
    rows = [[*(table.columns[at] for at in kept), tr("Reason not taken")]]
    for record in table.records():
        if record.number in reasons:
            rows.append([*(record.cells[at] for at in kept), reasons[record.number], *record.beyond])
    return rows


def _book(rows: list[list[str]]) -> bytes:
    width = max(map(len, rows))
    head = [*rows[0], *([""] * (width - len(rows[0])))]
    return xlsx_bytes(head, [[*row, *([""] * (width - len(row)))] for row in rows[1:]])


def _text(rows: list[list[str]], source: TableFormat | None) -> bytes:
    form = source if isinstance(source, CsvFormat) else CsvFormat(bom=True)
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=form.delimiter, quotechar=form.quote or '"', lineterminator="\r\n").writerows(rows)
    text = out.getvalue()
    try:
        return text.encode("utf-8-sig" if form.encoding == "utf-8" and form.bom else form.encoding)
    except (UnicodeEncodeError, LookupError):
        return text.encode("utf-8-sig")
