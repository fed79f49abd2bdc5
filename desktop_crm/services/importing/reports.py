"""What an import did or would do: counts per file, problems by row and column, references left open. Values and their JSON."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from desktop_crm.domain.schema import REGISTRY
from desktop_crm.exchange.table_format import Aspect, Evidence
from desktop_crm.exchange.table_writing import csv_bytes
from desktop_crm.exchange.whole_files import write_whole
from desktop_crm.foundation.changes import Changes
from desktop_crm.i18n import tr
from desktop_crm.i18n.error_texts import explain
from desktop_crm.i18n.labels import field_label
from desktop_crm.services.importing.known_files import Difference
from desktop_crm.services.importing.plan import FilePlan, Problem
from desktop_crm.services.values import shown

_KEPT_PROBLEMS = 1000
KEPT_DIFFERENCES = 200
"""Differences of one file that are named; of all they are counted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FileReport:
    """One file. `rows` is the sum of the four counts; `made` counts rows of other kinds made along the way (teams, stages)."""

    path: str
    kind: str | None
    encoding: str | None
    rows: int = 0
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    refused: int = 0
    problems: tuple[Problem, ...] = ()
    made: dict[str, int] = field(default_factory=dict)
    mapping: str = ""
    """The saved mapping that was used."""
    left_out: tuple[str, ...] = ()
    """Columns that go nowhere on purpose: they only repeat another one."""
    doubts: tuple[Evidence, ...] = ()
    """What was only guessed of the file's form: the user should look at it."""
    known: bool = False
    """Whether the file came in before: what was changed since stays."""
    replaced: tuple[Difference, ...] = ()
    """The first of the values that were there and are replaced."""
    replaced_count: int = 0
    left: tuple[Difference, ...] = ()
    """The first of the values that were changed since the file came in before, and stay."""
    left_count: int = 0

    @property
    def whole_refusal(self) -> bool:
        """Whether the file as a whole could not be used."""
        return not self.rows and any(problem.row is None for problem in self.problems)

    def as_json(self) -> dict[str, Any]:
        """The shape that the command line promises."""
        return {
            "path": self.path,
            "kind": self.kind,
            "encoding": self.encoding,
            "doubts": [
                {"aspect": one.aspect, "code": one.code, "message": evidence_text(one), "params": one.params}
                for one in self.doubts
            ],
            "rows": self.rows,
            "created": self.created,
            "updated": self.updated,
            "unchanged": self.unchanged,
            "refused": self.refused,
            "made": dict(self.made),
            "left_out": list(self.left_out),
            "mapping": self.mapping or None,
            "known": self.known,
            "replaced": self.replaced_count,
            "replaced_values": [one.as_json() for one in self.replaced],
            "kept": self.left_count,
            "kept_values": [one.as_json() for one in self.left],
            "errors": [problem_json(problem) for problem in self.problems],
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A record that an open name might mean; `hint` tells it from others of that name."""

    entity: str
    row_id: str
    name: str
    hint: str = ""
    coming: bool = False
    """Whether the import itself brings it: before the run its id is not final."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenGroup:
    """All references with one name that were left open: which field, what it said, what is proposed, in how many rows."""

    entity: str
    field: str
    value: str
    target: str
    suggestion_id: str | None = None
    suggestion: str | None = None
    rows: int = 1
    first_row: int | None = None
    column: str | None = None
    reason: str = "unknown"
    """`near`, `known` (it is there by now), `several`, `other_kind` (a record of another kind), `circle` or `unknown`."""
    candidates: tuple[Candidate, ...] = ()
    id: str | None = None
    """The first of the references, once they are kept; it names the group on the terminal."""

    def as_json(self) -> dict[str, Any]:
        """For scripts."""
        return {
            "id": self.id,
            "entity": self.entity,
            "field": self.field,
            "value": self.value,
            "target": self.target,
            "suggestion_id": self.suggestion_id,
            "suggestion": self.suggestion,
            "rows": self.rows,
            "reason": self.reason,
            "candidates": [
                {"entity": one.entity, "id": one.row_id, "name": one.name, "hint": one.hint} for one in self.candidates
            ],
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Pile:
    """Problems of one kind with one value in one column: the first of them, and in how many rows."""

    problem: Problem
    rows: int


def piled(files: Iterable[FileReport]) -> tuple[Pile, ...]:
    """The problems of files whose rows were read, those of one column and value together; the most frequent first."""
    first: dict[tuple[str, str, str], Problem] = {}
    counts: Counter[tuple[str, str, str]] = Counter()
    for file in files:
        for problem in file.problems if file.kind is not None else ():
            value = str(problem.params.get("value", "")) if problem.column else ""
            key = problem.column or "", problem.code, value
            first.setdefault(key, problem)
            counts[key] += 1
    return tuple(Pile(problem=first[key], rows=rows) for key, rows in counts.most_common())


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportReport:
    """A whole import. `import_id` is None for a dry run and for one that changed nothing."""

    import_id: str | None
    files: tuple[FileReport, ...]
    open: tuple[OpenGroup, ...] = ()
    changes: Changes = field(default_factory=Changes.none)
    at: str = ""
    state: str = "done"
    piles: tuple[Pile, ...] = ()
    """The problems of all files, told once each, the most frequent first."""
    more: int = 0
    """How many piles are not listed."""

    def total(self, count: str) -> int:
        """A count over all files."""
        return sum(getattr(file, count) for file in self.files)

    @property
    def took_any(self) -> bool:
        """Whether a file could be used and not every single row of all files was refused."""
        rows, refused = self.total("rows"), self.total("refused")
        return any(file.kind is not None and not file.whole_refusal for file in self.files) and (
            not rows or refused < rows
        )

    def as_json(self) -> dict[str, Any]:
        """The shape that the command line promises."""
        return {
            "import_id": self.import_id,
            "files": [file.as_json() for file in self.files],
            "open_references": [group.as_json() for group in self.open],
        }


def refused_file(plan: FilePlan) -> FileReport:
    """The report of a file that was not read."""
    assert plan.refusal is not None
    encoding = plan.format.encoding if plan.format else None
    return FileReport(path=str(plan.path), kind=plan.kind, encoding=encoding, problems=(plan.refusal,))


def evidence_text(evidence: Evidence) -> str:
    """Why a fact of a format is believed."""
    facts = evidence.params
    words = {
        "encoding.mark": tr("The file begins with a mark that names its encoding."),
        "encoding.ascii": tr("All characters are plain ASCII."),
        "encoding.zero_bytes": tr("The pattern of zero bytes is that of UTF-16."),
        "encoding.utf8": tr("All bytes are valid UTF-8."),
        "encoding.cp949": tr("Not UTF-8; read as CP949 the letters are Hangul."),
        "encoding.damaged": tr("{count} characters are broken; their rows are listed.", count=facts.get("count", 0)),
        "encoding.guessed": tr("No rule decided; this encoding is the likeliest. Please look at the text."),
        "encoding.fallback": tr("The encoding could not be told. Please look at the text."),
        "delimiter.even": tr(
            "{even} of {rows} rows have {columns} cells.",
            even=facts.get("even", 0),
            rows=facts.get("rows", 0),
            columns=facts.get("columns", 0),
        ),
        "delimiter.single_column": tr("There is one column only. Please check the delimiter."),
        "quote.unusual": tr("Quotes or escapes are unusual."),
        "header.words_over_values": tr("The first row holds words, the rows below it values."),
        "header.assumed": tr("The first row is taken for the column names."),
        "header.absent": tr("The first row holds values like the rows below it."),
        "preamble.skipped": tr("{count} rows above the table are skipped.", count=facts.get("count", 0)),
        "sheet.of_several": tr("The first of {count} sheets that holds a table.", count=facts.get("count", 0)),
        "dates.ambiguous": tr(
            "“{column}”: day and month could stand the other way round; read as {order}.",
            column=facts.get("column", ""),
            order=facts.get("order", ""),
        ),
        "numbers.ambiguous": tr(
            "“{column}”: the sign in its numbers could part thousands as well as decimals.",
            column=facts.get("column", ""),
        ),
        "merged.filled": tr("Merged cells say the same of each of their rows."),
        "short_rows.padded": tr(
            "{percent} % of the rows stop early; missing cells count as empty.", percent=facts.get("percent", 0)
        ),
    }
    return words.get(evidence.code, evidence.code)


def problem_text(problem: Problem) -> str:
    """A problem in the current language."""
    return explain(problem.error()).happened


def replaced_text(one: Difference) -> str:
    """A value that goes, and what comes in its place."""
    return f"{field_label(one.entity, one.field)}: {_told(one, one.here)} → {_told(one, one.file)}"


def left_text(one: Difference) -> str:
    """A value that stays, and what the file says."""
    return tr(
        "{field}: {here} stays, the file says {there}",
        field=field_label(one.entity, one.field),
        here=_told(one, one.here),
        there=_told(one, one.file),
    )


def _told(one: Difference, value: Any) -> str:
    if value is None:
        return tr("empty")
    short, exact = shown(REGISTRY[one.entity].field(one.field), value, one.currency)
    return exact or short


def problem_json(problem: Problem) -> dict[str, Any]:
    """A problem as scripts read it."""
    return {"row": problem.row, "column": problem.column, "code": problem.code, "message": problem_text(problem)}


def save_problems(report: ImportReport, target: Path) -> None:
    """Everything that was listed as a table for a spreadsheet: file, row, column, value, what is wrong.

    Raises Trouble `export.file.unwritable`.
    """
    columns = [tr("File"), tr("Row"), tr("Column"), tr("Value"), tr("What is wrong")]
    rows = [
        [
            Path(file.path).name,
            str(problem.row or ""),
            problem.column or "",
            str(problem.params.get("value", "")),
            problem_text(problem),
        ]
        for file in report.files
        for problem in file.problems
    ]
    for group in report.open:
        hint = group.suggestion or ""
        rows.append(
            ["", str(group.first_row or ""), group.column or group.field, group.value, f"→ {hint}" if hint else "?"]
        )
    write_whole(target, csv_bytes(columns, rows, encoding="utf-8-sig", guard=True))


def stored_json(report: ImportReport) -> dict[str, Any]:
    """The report as it is kept with its run: the first problems of each file, with their facts."""
    files = [replace(file, problems=file.problems[:_KEPT_PROBLEMS]) for file in report.files]
    plain = replace(report, files=tuple(files), open=report.open[:_KEPT_PROBLEMS]).as_json()
    for kept, file in zip(plain["files"], files, strict=True):
        kept["errors"] = [
            {
                "row": problem.row,
                "column": problem.column,
                "code": problem.code,
                "params": {name: str(value) for name, value in problem.params.items()},
            }
            for problem in file.problems
        ]
    return plain


def report_from_json(text: Mapping[str, Any], *, import_id: str, at: str, state: str) -> ImportReport:
    """A stored report back."""
    return ImportReport(
        import_id=import_id,
        files=tuple(
            FileReport(
                path=file["path"],
                kind=file["kind"],
                encoding=file["encoding"],
                made=dict(file.get("made", {})),
                left_out=tuple(file.get("left_out", ())),
                doubts=tuple(
                    Evidence(aspect=Aspect(one["aspect"]), code=one["code"], sure=False, params=one["params"])
                    for one in file.get("doubts", ())
                ),
                problems=_problems(file["errors"]),
                **{name: file[name] for name in ("rows", "created", "updated", "unchanged", "refused")},
            )
            for file in text["files"]
        ),
        at=at,
        state=state,
    )


def _problems(errors: Iterable[dict[str, Any]]) -> tuple[Problem, ...]:
    return tuple(
        Problem(code=one["code"], row=one["row"], column=one["column"], params=one.get("params", {})) for one in errors
    )
