"""What a preview says of a row is what the run then does to it; nothing is written before."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from desktop_crm.foundation.errors import Refusal
from desktop_crm.services import importing, records
from desktop_crm.services.importing import PreviewRow, RowState, Trial
from desktop_crm.services.workspace import Workspace

NAMES = st.sampled_from(["Acme", "acme ", "Beta", "한빛", "Gamma", "Delta"])
CELLS = st.sampled_from(["", "steel", "glass"])
ROW = st.tuples(NAMES, CELLS, st.sampled_from(["", "1", "22", "many"]), st.one_of(st.just(""), NAMES))
FILES = st.lists(st.lists(ROW, min_size=1, max_size=6), min_size=1, max_size=3)
FIELDS = ("name", "industry", "employees", "parent_id")


def table(rows: list[tuple[str, ...]]) -> bytes:
    out = io.StringIO(newline="")
    csv.writer(out).writerows([("account", "industry", "employees", "subsidiary_of"), *rows])
    return out.getvalue().encode()


def there(workspace: Workspace) -> dict[str, dict[str, Any]]:
    """Name → values, the parent by its name."""
    found = {one.id: dict(one.fields) for one in records.list_rows(workspace, "account").records}
    for values in found.values():
        values["parent_id"] = found[values["parent_id"]]["name"] if values["parent_id"] else None
    return {values["name"].casefold().strip(): {name: values[name] for name in FIELDS} for values in found.values()}


def told(workspace: Workspace, text: bytes, tmp_path: Path) -> tuple[importing.ImportPlan, Trial]:
    path = tmp_path / "accounts.csv"
    path.write_bytes(text)
    plan = importing.inspect([path], "accounts")
    return plan, importing.try_out(workspace, plan)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(files=FILES)
def test_the_run_does_what_the_preview_says(
    workspace: Workspace, tmp_path: Path, files: list[list[tuple[str, ...]]]
) -> None:
    for rows in files:
        before = there(workspace)
        plan, trial = told(workspace, table(rows), tmp_path)
        assert there(workspace) == before
        expected = {name: dict(values) for name, values in before.items()}
        renamed: dict[str, str] = {}
        for row in trial.preview:
            apply(row, expected, renamed)
        report = importing.run(workspace, plan)
        assert there(workspace) == {
            values["name"].casefold().strip(): {
                **values,
                "parent_id": renamed.get(values["parent_id"], values["parent_id"]),
            }
            for values in expected.values()
        }
        counts = trial.preview.counts()
        assert [counts[state] for state in RowState] == [
            report.total(name) for name in ("created", "updated", "unchanged", "refused")
        ]
        assert sum(counts.values()) == len(trial.preview) == len(rows)
    for past in importing.past_imports(workspace):
        if past.state == "done":
            importing.undo_import(workspace, str(past.import_id))


def apply(row: PreviewRow, expected: dict[str, dict[str, Any]], renamed: dict[str, str]) -> None:
    """Do to a copy what the preview says of a row."""
    key = row.title.casefold().strip()
    if row.state is RowState.NEW:
        assert key not in expected
        expected[key] = dict.fromkeys(FIELDS) | {one.field: one.new for one in row.changes if one.field in FIELDS}
        assert all(one.old is None for one in row.changes)
    if row.state is RowState.CHANGED:
        for one in row.changes:
            assert one.old != one.new
            if one.field not in FIELDS:
                continue
            if one.field in {"industry", "employees"}:
                assert expected[key][one.field] == one.old
            if one.field == "name":
                renamed[one.old] = one.new
            expected[key][one.field] = one.new
    if row.state in {RowState.UNCHANGED, RowState.REFUSED}:
        assert row.changes == ()
        assert bool(row.problems) is (row.state is RowState.REFUSED)


def test_each_row_says_what_becomes_of_it(workspace: Workspace, tmp_path: Path) -> None:
    group = records.create(workspace, "account", {"name": "한빛그룹"}).id
    records.create(workspace, "account", {"name": "가온", "industry": "철강", "employees": 10})
    text = b"name,industry,employees,parent,annual_revenue\n"
    text += "한빛,전자,5,한빛그룹,100\n가온,유리,10,,\n가온,,10,,\n나래,,많음,,\n".encode()
    _, trial = told(workspace, text, tmp_path)
    new, changed, _, refused = list(trial.preview)
    assert [(row.number, row.state.value, row.title) for row in trial.preview] == [
        (2, "new", "한빛"),
        (3, "changed", "가온"),
        (4, "unchanged", "가온"),
        (5, "refused", "나래"),
    ]
    parent = next(one for one in new.changes if one.field == "parent_id")
    revenue = next(one for one in new.changes if one.field == "annual_revenue")
    assert (parent.new, revenue.currency) == ("한빛그룹", workspace.currency)
    assert [(one.field, one.old, one.new) for one in changed.changes] == [("industry", "철강", "유리")]
    assert [problem.column for problem in refused.problems] == ["employees"]
    assert trial.preview.places(RowState.CHANGED) == [1]
    assert not trial.preview.places(None, "elsewhere.csv")
    plain = changed.as_json()
    assert (plain["state"], plain["changes"]) == ("changed", {"industry": ["철강", "유리"]})
    assert group


def test_a_trial_can_be_stopped(workspace: Workspace, tmp_path: Path) -> None:
    path = tmp_path / "accounts.csv"
    path.write_text("name\n" + "\n".join(f"Acme {n}" for n in range(3000)), encoding="utf-8")
    plan = importing.inspect([path], "accounts")
    steps: list[tuple[str, int, int]] = []
    tell: Callable[..., None] = lambda *step: steps.append(step)
    with pytest.raises(Refusal, match=r"import\.cancelled"):
        importing.try_out(workspace, plan, None, tell, lambda: any(step == "match" and done for step, done, _ in steps))
    assert records.count(workspace, "account") == 0
    steps.clear()
    importing.run(workspace, plan, None, tell)
    for name in ("read", "match", "write"):
        some = [done for step, done, _ in steps if step == name]
        assert some == sorted(some)
        assert some


def test_a_preview_is_let_go_in_pieces(workspace: Workspace, tmp_path: Path) -> None:
    text = "name\n" + "\n".join(f"Acme {n}" for n in range(1500))
    _, trial = told(workspace, text.encode(), tmp_path)
    assert len(trial.preview) == 1500
    trial.preview.dissolve()
    assert (len(trial.preview), trial.preview.places()) == (0, ())
