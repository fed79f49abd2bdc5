"""Running an import: everything in one transaction or nothing, with the record of the run in it. A dry run stops before writing."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from desktop_crm.domain.schema import REGISTRY
from desktop_crm.domain.schema.options import ReferenceState
from desktop_crm.foundation.collector import hold, let_go, resting
from desktop_crm.foundation.errors import Refusal
from desktop_crm.foundation.ids import new_id
from desktop_crm.persistence.engine import Session
from desktop_crm.persistence.stores import imports as store
from desktop_crm.persistence.stores.imports import PastRun
from desktop_crm.persistence.stores.records import titles
from desktop_crm.persistence.unit_of_work import UnitOfWork
from desktop_crm.services.employments import keep_former
from desktop_crm.services.importing import known_files
from desktop_crm.services.importing.known_files import Difference
from desktop_crm.services.importing.open_names import explain
from desktop_crm.services.importing.plan import ImportPlan
from desktop_crm.services.importing.preview import Preview, RowState, state_of
from desktop_crm.services.importing.reading import RowsOfFile, read_rows
from desktop_crm.services.importing.reports import (
    KEPT_DIFFERENCES,
    FileReport,
    ImportReport,
    OpenGroup,
    piled,
    refused_file,
    report_from_json,
    stored_json,
)
from desktop_crm.services.importing.resolving import Draft, Outcome, Progress, Resolver, grouped
from desktop_crm.services.shared_keys import note_shared_keys
from desktop_crm.services.workspace import Workspace

_PIECE = 2000
_KEPT_PILES = 200
_WELL_KNOWN = frozenset({"pipeline", "stage"})
"""Kinds whose rows can have ids that every workspace knows; an undone import may have left such a row deleted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """What an import would do: the counts with the findings, and every row."""

    report: ImportReport
    preview: Preview


def try_out(
    workspace: Workspace,
    plan: ImportPlan,
    rows: tuple[RowsOfFile, ...] | None = None,
    progress: Progress | None = None,
    cancelled: Callable[[], bool] = bool,
) -> Trial:
    """What `run` would do now, worked out by the same resolver. Writes nothing. Raises Refusal `import.cancelled`."""
    tell = progress or _quiet
    ready = rows if rows is not None else read_rows(plan, lambda done, whole: tell("read", done, whole), cancelled)
    with workspace.read() as session, resting():
        before = frozenset() if plan.overwrite else known_files.known(session, ready)
        resolver = Resolver(session, ready, workspace.currency, tell, cancelled, before)
        outcome = resolver.work_out()
        report = _report(session, None, ready, outcome, before)
        preview = Preview(ready, outcome, resolver.called())
        resolver.dissolve()
        hold()
    return Trial(report=report, preview=preview)


def dry_run(workspace: Workspace, plan: ImportPlan, rows: tuple[RowsOfFile, ...] | None = None) -> ImportReport:
    """The report of a trial."""
    return try_out(workspace, plan, rows).report


def run(
    workspace: Workspace,
    plan: ImportPlan,
    rows: tuple[RowsOfFile, ...] | None = None,
    progress: Progress | None = None,
    cancelled: Callable[[], bool] = bool,
) -> ImportReport:
    """Import the files of a plan in one transaction. Killed at any moment, nothing of it is there.

    Raises Refusal `import.cancelled`; Trouble `disk.full`, `disk.failed`.
    """
    tell = progress or _quiet
    ready = rows if rows is not None else read_rows(plan, lambda done, whole: tell("read", done, whole), cancelled)
    if not any(file.plan.refusal is None for file in ready):
        return ImportReport(import_id=None, files=tuple(refused_file(file.plan) for file in ready))
    import_id = new_id()
    with resting(), workspace.write(f"import:{import_id}") as work:
        there = known_files.known(work.session, ready)
        before = frozenset() if plan.overwrite else there
        resolver = Resolver(work.session, ready, workspace.currency, tell, cancelled, before)
        outcome = resolver.work_out()
        _write(work, outcome, import_id, tell, cancelled, workspace.today())
        known_files.remember(work, ready, {draft.file for draft in outcome.drafts if draft.writes} - there, import_id)
        report = _report(work.session, import_id, ready, outcome, before)
        at = workspace.clock.now().isoformat()
        store.record_run(
            work.connection,
            PastRun(
                id=import_id,
                tx_id=work.tx_id,
                at=at,
                actor=work.author.user_id,
                report=stored_json(report),
                state="done",
            ),
        )
        tell("keep", 0, 0)
        let_go(outcome.drafts)
        resolver.dissolve()
    return replace(report, changes=work.changes, at=at)


def past_imports(workspace: Workspace) -> tuple[ImportReport, ...]:
    """Every import of this laptop, the newest first."""
    with workspace.read() as session:
        return tuple(
            report_from_json(one.report, import_id=one.id, at=one.at, state=one.state)
            for one in store.past_runs(session)
        )


def _quiet(_step: str, _done: int, _whole: int) -> None:
    pass


def _write(
    work: UnitOfWork,
    outcome: Outcome,
    import_id: str,
    tell: Progress,
    cancelled: Callable[[], bool],
    today: date,
) -> None:
    """Rows in the registry's order, then what was left open, then the fields of one's own."""
    whole = sum(len(rows) for pile in (outcome.inserts, outcome.updates) for rows in pile.values())
    done = 0

    def step(count: int) -> None:
        nonlocal done
        done += count
        tell("write", done, whole)
        if cancelled():
            raise Refusal("import.cancelled")

    for entity in REGISTRY.names():
        rows = outcome.inserts.get(entity, {})
        back = store.taken_ids(work.session, entity, rows) if entity in _WELL_KNOWN else frozenset()
        for row_id in back:
            work.restore(entity, row_id)
            work.update(entity, row_id, rows[row_id])
        fresh = [{"id": row_id, **values} for row_id, values in rows.items() if row_id not in back]
        for piece in _pieces(fresh):
            work.bulk(entity, inserts=piece)
            note_shared_keys(work, entity, [row["id"] for row in piece])
            step(len(piece))
        changed = list(outcome.updates.get(entity, {}).items())
        for some in _pieces(changed):
            if entity == "contact":
                for row_id, fields in some:
                    keep_former(work, row_id, fields, today)
            work.bulk(entity, updates=some)
            step(len(some))
    left_open = [row for draft in outcome.drafts for row in _open_rows(draft, import_id)]
    for piece in _pieces(left_open):
        work.bulk("open_reference", inserts=piece)
    labels = [{"entity": entity, "field": name, "label": label} for (entity, name), label in outcome.own_fields.items()]
    if labels:
        work.bulk("own_field", inserts=labels)


def _pieces(rows: list[Any]) -> Iterable[list[Any]]:
    for start in range(0, len(rows), _PIECE):
        yield rows[start : start + _PIECE]


def _open_rows(draft: Draft, import_id: str) -> Iterable[dict[str, Any]]:
    for name in (one for one in draft.open if not one.kept):
        yield {
            "entity": draft.entity,
            "row_id": draft.row_id,
            "field": name.field,
            "value": name.value,
            "target": name.target,
            "suggestion_id": name.suggestion,
            "state": ReferenceState.OPEN.value,
            "import_id": import_id,
        }


def _report(
    session: Session,
    import_id: str | None,
    files: tuple[RowsOfFile, ...],
    outcome: Outcome,
    before: frozenset[int],
) -> ImportReport:
    by_file = grouped(outcome.drafts)
    reports = tuple(
        refused_file(file.plan)
        if file.plan.refusal is not None
        else replace(
            _file(file, by_file[at], outcome.made[at]),
            known=at in before,
            **_differences(session, by_file[at], outcome),
        )
        for at, file in enumerate(files)
    )
    opened, piles = _open_groups(session, files, outcome), piled(reports)
    return ImportReport(
        import_id=import_id,
        files=reports,
        open=opened,
        piles=piles[:_KEPT_PILES],
        more=max(0, len(piles) - _KEPT_PILES),
    )


def _file(file: RowsOfFile, drafts: list[Draft], made: dict[str, int]) -> FileReport:
    counts = Counter(map(state_of, drafts))
    problems = [*file.problems, *(draft.problem for draft in drafts if draft.problem is not None)]
    problems.sort(key=lambda problem: problem.row or 0)
    assert file.plan.format is not None
    return FileReport(
        path=str(file.plan.path),
        kind=file.plan.kind,
        encoding=file.plan.format.encoding,
        rows=file.total,
        created=counts[RowState.NEW],
        updated=counts[RowState.CHANGED],
        unchanged=counts[RowState.UNCHANGED],
        refused=counts[RowState.REFUSED] + file.refused,
        problems=tuple(problems),
        made=dict(made),
        mapping=file.plan.mapping,
        doubts=(
            *(one for one in file.plan.evidence if not one.sure),
            *(one for column in file.plan.columns for one in column.doubts),
        ),
        left_out=tuple(column.column for column in file.plan.columns if column.reason == "derived"),
    )


def _differences(session: Session, drafts: list[Draft], outcome: Outcome) -> dict[str, Any]:
    """What stands here and a file says otherwise: values that go, and values that stay; how many, and the first of them."""
    there = [draft for draft in drafts if draft.before and draft.problem is None]
    piles: dict[str, list[tuple[Draft, str, Any]]] = {"replaced": [], "left": []}
    counts: Counter[str] = Counter()
    wanted: dict[str, set[str]] = defaultdict(set)
    for draft in there:
        gone = {name: value for name, value in draft.writes.items() if draft.before.get(name) is not None}
        for pile, values in (("replaced", gone), ("left", draft.left)):
            counts[pile] += len(values)
            for name, value in values.items() if len(piles[pile]) < KEPT_DIFFERENCES else ():
                piles[pile].append((draft, name, value))
                target = REGISTRY[draft.entity].field(name).target
                if target:
                    wanted[target].update(one for one in (draft.before.get(name), value) if one)
    called: dict[str, str] = {}
    for target, ids in wanted.items():
        called |= titles(session, target, ids)
        called |= {
            one: str(outcome.inserts[target][one].get(REGISTRY[target].title))
            for one in ids
            if one in outcome.inserts[target]
        }
    return {
        name: tuple(
            Difference(
                row=draft.row.number,
                entity=draft.entity,
                row_id=draft.row_id,
                field=field,
                here=_called(called, draft.before.get(field)),
                file=_called(called, value),
                currency=_currency(draft, field),
            )
            for draft, field, value in pile
        )
        for name, pile in piles.items()
    } | {f"{name}_count": counts[name] for name in piles}


def _currency(draft: Draft, field: str) -> str:
    there = {**(draft.found or {}), **draft.writes}
    return str(there.get(REGISTRY[draft.entity].field(field).currency_field or "") or "")


def _called(names: dict[str, str], value: Any) -> Any:
    return names.get(value, value) if isinstance(value, str) else value


def _open_groups(session: Session, files: tuple[RowsOfFile, ...], outcome: Outcome) -> tuple[OpenGroup, ...]:
    """What was left open, each name once, the most frequent first."""
    piles: dict[tuple[str, str, str], list[tuple[Draft, Any]]] = defaultdict(list)
    for draft in outcome.drafts:
        for name in draft.open:
            piles[draft.entity, name.field, name.value].append((draft, name))
    wanted: dict[str, set[str]] = defaultdict(set)
    for pile in piles.values():
        if pile[0][1].suggestion:
            wanted[pile[0][1].target].add(pile[0][1].suggestion)
    called: dict[str, str] = {}
    for target, ids in wanted.items():
        called |= titles(session, target, ids)
        fresh = outcome.inserts.get(target, {})
        called |= {row_id: str(fresh[row_id].get(REGISTRY[target].title)) for row_id in ids if row_id in fresh}
    groups = []
    for (entity, field, value), pile in piles.items():
        draft, name = pile[0]
        columns = {column.field: column.column for column in files[draft.file].plan.columns}
        groups.append(
            OpenGroup(
                entity=entity,
                field=field,
                value=value,
                target=name.target,
                suggestion_id=name.suggestion,
                suggestion=called.get(name.suggestion or ""),
                rows=len(pile),
                first_row=draft.row.number,
                column=columns.get(field),
                reason=name.reason,
            )
        )
    holders = {key: [draft.row_id for draft, _ in pile] for key, pile in piles.items()}
    explained = explain(session, groups, outcome.inserts, holders)
    return tuple(sorted(explained, key=lambda group: -group.rows))
