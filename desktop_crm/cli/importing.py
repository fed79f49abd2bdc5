"""Import on the terminal: files in, a report out; and taking an import back."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from desktop_crm.cli.door import emit, workspace_options
from desktop_crm.cli.references import open_line
from desktop_crm.domain.schema import REGISTRY
from desktop_crm.i18n import tr
from desktop_crm.i18n.labels import entity_label
from desktop_crm.services import importing
from desktop_crm.services.importing import FileReport, ImportReport
from desktop_crm.services.importing.kinds import ORDER
from desktop_crm.services.importing.reports import evidence_text, left_text, problem_text, replaced_text
from desktop_crm.services.workspace import Workspace

KINDS = tuple(REGISTRY[entity].plural for entity in ORDER)
_SHOWN = 20
_FOREIGN = {"import.file.kind_unknown", "import.file.no_table"}


@click.command("import")
@click.argument("paths", metavar="PATH…", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--kind", type=click.Choice(KINDS), help="What the files hold; found by their columns if not given.")
@click.option(
    "--mapping",
    "mapping_file",
    type=click.Path(path_type=Path, dir_okay=False),
    help='JSON: {"column": "field"}, or {"files": {"name.csv": {"kind", "format", "columns", "keys", "defaults"}}}.',
)
@click.option(
    "--save-mapping", "save_as", metavar="NAME", help="Keep the mapping for the next file with these columns."
)
@click.option("--no-saved", is_flag=True, help="Do not use a saved mapping.")
@click.option(
    "--errors",
    "errors_file",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write the refused rows here, as they stand and with the reason, to be mended and imported again.",
)
@click.option("--sheet", help="The sheet of a workbook; without it the first one that holds a table.")
@click.option(
    "--rows", "with_rows", is_flag=True, help="With --dry-run --json: say of every row what would become of it."
)
@click.option(
    "--duplicates",
    "with_duplicates",
    is_flag=True,
    help="With --dry-run: say which new rows look like records that are there. In a mapping “rows” takes a row’s number and such a record’s id.",
)
@click.option("--overwrite", is_flag=True, help="For files that came in before: also replace what was changed since.")
@click.option("--dry-run", is_flag=True, help="Say what would happen and write nothing.")
@workspace_options
def import_files(
    paths: tuple[Path, ...],
    kind: str | None,
    mapping_file: Path | None,
    save_as: str | None,
    errors_file: Path | None,
    sheet: str | None,
    *,
    no_saved: bool,
    with_rows: bool,
    with_duplicates: bool,
    overwrite: bool,
    dry_run: bool,
    workspace: Workspace,
    as_json: bool,
) -> None:
    """Import files, or all tables of folders. Rows with errors are listed; the rest goes in. Rows count as in a spreadsheet.

    The exit code is 0 when some rows were refused; it is 1 when a file as a whole or every row was, the rest being in. A
    file of a folder that holds nothing of ours is passed over.
    """
    mapping = importing.read_mapping(mapping_file) if mapping_file else None
    plan = importing.inspect(paths, kind, mapping, sheet=sheet)
    if mapping is None and not no_saved:
        plan = importing.with_saved(workspace, plan, kind)
    plan = replace(plan, overwrite=overwrite)
    if not plan.usable and len(plan.files) == 1 and plan.files[0].refusal is not None:
        raise plan.files[0].refusal.error()
    trial = importing.try_out(workspace, plan) if dry_run else None
    report = trial.report if trial else importing.run(workspace, plan)
    written = importing.save_refused(workspace, plan, report, errors_file) if errors_file else ()
    if save_as:
        _save(workspace, plan, save_as)
    plain = (as_plain(report, plan) if dry_run else report.as_json()) | {"errors_files": list(map(str, written))}
    if with_rows and trial is not None:
        plain["preview"] = [row.as_json() for row in trial.preview]
    alike = _alike(workspace, trial) if with_duplicates and trial is not None else []
    if with_duplicates and trial is not None:
        plain["duplicates"] = alike
    emit(plain, lambda: "\n".join([as_text(report), *map(_alike_line, alike)]), as_json=as_json)
    if not report.took_any or any(_is_lost(file, paths) for file in report.files):
        sys.exit(1)


def _is_lost(file: FileReport, named: tuple[Path, ...]) -> bool:
    """Whether a file was meant and could not be used: it was named, or it lies in a folder and is damaged."""
    foreign = {problem.code for problem in file.problems} <= _FOREIGN
    return file.whole_refusal and (not foreign or Path(file.path) in named)


def _alike(workspace: Workspace, trial: importing.Trial) -> list[dict[str, Any]]:
    """The rows that would make records which may be there, each with those."""
    from desktop_crm.domain.accounts.duplicates.profiles import READINGS, fields_of
    from desktop_crm.services.duplicates import words
    from desktop_crm.services.duplicates.finding import foresee_here

    found = []
    for entity in READINGS:
        coming = trial.preview.coming(entity, fields_of(entity))
        sources = trial.preview.sources(entity) if coming else {}
        for group in foresee_here(workspace, entity, coming) if coming else ():
            there = [{"id": row_id, "name": name} for row_id, name in group.names.items() if row_id not in sources]
            found += [
                {
                    "path": sources[row_id][0],
                    "row": sources[row_id][1],
                    "name": name,
                    "probability": group.probability,
                    "likelihood": words.likelihood(group),
                    "reasons": words.reasons_text(group),
                    "records": there,
                }
                for row_id, name in group.names.items()
                if row_id in sources and there
            ]
    return found


def _alike_line(one: dict[str, Any]) -> str:
    there = ", ".join(f"{record['name']} ({record['id']})" for record in one["records"])
    return tr(
        "Row {row}, {name}, looks like {records}: {likelihood}, {reasons}",
        **{name: one[name] for name in ("row", "name", "likelihood", "reasons")},
        records=there,
    )


def as_plain(report: ImportReport, plan: importing.ImportPlan) -> dict[str, Any]:
    """A dry run's report, with the mapping that `--mapping` would take."""
    return report.as_json() | {
        "mapping": {"files": {file.path.name: importing.as_wishes(file) for file in plan.usable}}
    }


def _save(workspace: Workspace, plan: importing.ImportPlan, name: str) -> None:
    """Keep the mapping of each file; several files get theirs behind the name."""
    for file in plan.usable:
        importing.save_mapping(workspace, file, name if len(plan.usable) == 1 else f"{name} · {file.path.stem}")


@click.command("mappings")
@click.option("--delete", "unwanted", metavar="NAME", help="Forget this one.")
@workspace_options
def mappings(unwanted: str | None, *, workspace: Workspace, as_json: bool) -> None:
    """List the saved mappings: a file with the same columns is read by them."""
    if unwanted is not None:
        importing.delete_mapping(workspace, unwanted)
    kept = importing.saved_mappings(workspace)
    text = "\n".join(f"{one.name}: {_kind_label(one.kind)}" for one in kept) or tr("No mapping is saved.")
    emit([{"name": one.name, **one.wishes} for one in kept], text, as_json=as_json)


@click.command("undo-import")
@click.argument("import_id", metavar="ID")
@workspace_options
def undo_import(import_id: str, *, workspace: Workspace, as_json: bool) -> None:
    """Take a whole import back, updates included. What was changed later stays and is listed."""
    undone = importing.undo_import(workspace, import_id)
    plain = {
        "import_id": undone.import_id,
        "removed": undone.removed,
        "restored": undone.restored,
        "kept": [{"entity": one.entity, "id": one.row_id, "field": one.field or None} for one in undone.kept],
    }
    text = tr(
        "Taken back: {removed} removed, {restored} set back, {kept} kept because they were changed later",
        removed=undone.removed,
        restored=undone.restored,
        kept=len(undone.kept),
    )
    emit(plain, text, as_json=as_json)


def as_text(report: ImportReport) -> str:
    """The report as people read it."""
    lines = [line for file in report.files for line in _file_lines(file)]
    lines += [open_line(group) for group in report.open[:_SHOWN]]
    if any(group.entity == "hierarchy_link" and group.field == "account_id" for group in report.open):
        lines.append(tr("If the file holds these companies too, import it with --kind accounts first, then again."))
    if report.import_id is None:
        lines.append(tr("Dry run: nothing was written."))
    else:
        lines.append(tr("Import {id}. Undo it with: desktop-crm undo-import {id}", id=report.import_id))
    return "\n".join(lines)


def _file_lines(file: FileReport) -> list[str]:
    name = Path(file.path).name
    if file.kind is None:
        return [tr("{file}: refused: {reason}", file=name, reason=problem_text(one)) for one in file.problems]
    lines = [
        tr(
            "{file}: {kind}, {rows} rows: {created} new, {updated} changed, {unchanged} as before, {refused} refused",
            file=name,
            kind=_kind_label(file.kind),
            rows=file.rows,
            created=file.created,
            updated=file.updated,
            unchanged=file.unchanged,
            refused=file.refused,
        )
    ]
    lines += [tr("  not sure: {doubt}", doubt=evidence_text(one)) for one in file.doubts]
    if file.left_out:
        lines.append(tr("  left out, because they repeat another column: {columns}", columns=", ".join(file.left_out)))
    lines += _difference_lines(file)
    for one in file.problems[:_SHOWN]:
        text = problem_text(one)
        if one.column:
            lines.append(tr("  row {row}, {column}: {message}", row=one.row, column=one.column, message=text))
        else:
            lines.append(tr("  row {row}: {message}", row=one.row, message=text))
    if len(file.problems) > _SHOWN:
        lines.append(tr("  … and {n} more", n=len(file.problems) - _SHOWN))
    return lines


def _difference_lines(file: FileReport) -> Iterable[str]:
    """Values that were there and go, and values that stay although the file says otherwise."""
    if file.left_count:
        yield tr(
            "  this file came in before: {n} values that were changed since stay (--overwrite replaces them)",
            n=file.left_count,
        )
    for one in file.left[:_SHOWN]:
        yield tr("  row {row}, {change}", row=one.row, change=left_text(one))
    if file.left_count > _SHOWN:
        yield tr("  … and {n} more", n=file.left_count - _SHOWN)
    for one in file.replaced[:_SHOWN]:
        yield tr("  row {row}, {change}", row=one.row, change=replaced_text(one))
    if file.replaced_count > _SHOWN:
        yield tr("  … and {n} more", n=file.replaced_count - _SHOWN)


def _kind_label(kind: str) -> str:
    found = REGISTRY.find(kind)
    return entity_label(found.name, plural=True) if found else kind


commands = (import_files, undo_import, mappings)
