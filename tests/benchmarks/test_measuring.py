"""What a figure is worth: seeded data, pairs in turn, floors that do the job they are named for."""

from __future__ import annotations

import io
import sqlite3
from contextlib import closing
from pathlib import Path

import httpx
import pypdfium2
import pytest
import zstandard

from desktop_crm.services import records
from desktop_crm.services.workspace import Workspace
from tests.benchmarks import __main__ as runner
from tests.benchmarks import jobs, keystrokes, mails, maps, measure, ours, papers, quoting, trees
from tests.benchmarks.floors import bulk, canvas, dot, edit, load, push, room, typeahead, typeset
from tests.benchmarks.measure import Job, NotHereError, Result, measured, slow_edge, spread, stopwatch
from tests.benchmarks.seeds import names, parents, quote_lines
from tests.benchmarks.standing_files import fill_tree, kept_workspace


def test_every_run_has_the_same_data() -> None:
    assert names(50) == names(50)
    assert names(50) != names(50, seed=2)
    assert parents(500) == parents(500)
    assert push.operations(5, seed=3) == push.operations(5, seed=3)
    assert quote_lines(3) == quote_lines(3)


def test_trees_have_roots_no_circles_and_at_most_eight_levels() -> None:
    found = parents(20_000)
    depth: list[int] = []
    for node, parent in enumerate(found):
        assert parent is None or parent < node
        depth.append(0 if parent is None else depth[parent] + 1)
    assert found.count(None) == 40
    assert max(depth) == 7


def test_nine_names_in_ten_differ() -> None:
    assert len(set(names(20_000))) > 18_000


def test_waiting_is_left_out_when_the_processors_time_is_asked_for(monkeypatch) -> None:
    monkeypatch.setattr(measure, "by_processor", True)
    monkeypatch.setitem(measure.CLOCKS, True, iter([3.0, 5.0]).__next__)
    with stopwatch() as seconds:
        pass
    assert seconds() == 2.0


def test_ours_and_the_floor_take_turns_and_warming_up_does_not_count() -> None:
    order: list[str] = []

    def act(name: str, value: float):
        def one(number: int) -> float:
            order.append(f"{name}{number}")
            return value

        return one

    result = measured(Job(ours=act("o", 3.0), floor=act("f", 2.0), rounds=2, warm_up=1))
    assert order == ["f0", "o0", "f1", "o1", "f2", "o2"]
    assert result == Result(ours=[3.0, 3.0], floor=[2.0, 2.0])
    assert result.ratios == [1.5, 1.5]


def test_a_spread_shows_median_least_and_most() -> None:
    assert spread([0.003, 0.001, 0.002]) == "2.00 [1.00–3.00]"
    assert spread([1.5, 1.25], scale=1) == "1.38 [1.25–1.50]"


def test_the_slow_edge_is_compared_with_the_slow_edge() -> None:
    result = Result(ours=[2.0] * 18 + [6.0, 90.0], floor=[1.0] * 18 + [3.0, 4.0])
    assert slow_edge(result.ours) == 6.0
    assert result.ratio_95 == 2.0


def test_the_stopwatch_measures_its_block_alone() -> None:
    with stopwatch() as seconds:
        sum(range(1000))
    first = seconds()
    assert 0 < first < 1
    assert seconds() == first


def test_the_floor_of_an_edit_commits_to_an_encrypted_file(tmp_path: Path) -> None:
    engine = edit.engine(tmp_path / "floor.sqlite", 100)
    try:
        with engine.connect() as connection:
            assert connection.exec_driver_sql("PRAGMA synchronous").scalar() == 2
            assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"
        with pytest.raises(AttributeError):
            edit.edit(engine, 5000, recorded=False)  # beyond the rows that are there
        assert edit.edit(engine, 1, recorded=False) > 0
        assert edit.edit(engine, 2, recorded=True) > 0
        with engine.connect() as connection:
            assert connection.exec_driver_sql("SELECT amount FROM account WHERE id=38").scalar() == 1_000_001
            assert connection.exec_driver_sql("SELECT count(*) FROM operation").scalar() == 1
    finally:
        engine.dispose()
    assert not (tmp_path / "floor.sqlite").read_bytes().startswith(b"SQLite format 3")


def test_the_floor_of_a_quotation_draws_every_line() -> None:
    canvas.register()
    with pypdfium2.PdfDocument(io.BytesIO(canvas.draw(quote_lines(40)))) as document:
        text = document[0].get_textpage().get_text_range()
    assert "제품 Product 0000" in text
    assert "제품 Product 0039" in text


def test_a_quotation_that_is_measured_is_the_one_a_customer_gets_and_a_typesetter_may_be_absent(monkeypatch) -> None:
    document = papers.issued(40)
    assert document.copy
    assert document.paper is not None
    assert papers._archived(40) > 0
    monkeypatch.setattr(typeset.importlib, "import_module", raising)
    with pytest.raises(NotHereError, match="typst"):
        typeset.typst()
    with pytest.raises(NotHereError, match="weasyprint"):
        typeset.weasyprint()


def raising(name: str) -> None:
    raise ImportError(name)


def test_the_floor_of_a_push_is_a_process_that_stores_every_operation_once_and_ends(tmp_path: Path) -> None:
    rows, compressor = push.operations(20, seed=1), zstandard.ZstdCompressor(3)
    with jobs._floor_server(tmp_path) as address, httpx.Client() as client:
        for _ in range(2):
            push.push(client, address, rows, compressor)
    with pytest.raises(httpx.TransportError):
        httpx.get(address, timeout=2)
    with closing(sqlite3.connect(tmp_path / "floor.sqlite")) as database:
        assert database.execute("SELECT count(*), min(f) FROM op").fetchone()[0] == 20


def test_the_floor_of_edits_in_bulk_updates_and_records_every_row(tmp_path: Path) -> None:
    with closing(bulk.accounts(tmp_path / "floor.sqlite", 30)) as file:
        assert bulk.edit(file, range(1, 30, 3), "메모 1") > 0
        assert file.execute("SELECT count(*) FROM account WHERE note = '메모 1' AND version = '2'").fetchone()[0] == 10
        assert file.execute("SELECT count(*) FROM operation").fetchone()[0] == 10
    assert not (tmp_path / "floor.sqlite").read_bytes().startswith(b"SQLite format 3")


def test_an_import_and_its_floor_bring_in_every_row_of_one_file(tmp_path: Path) -> None:
    source = tmp_path / "accounts.csv"
    load.write(source, 300)
    assert ours.importing_file(tmp_path, source)(1) > 0
    assert load.load(tmp_path / "floor.sqlite", source) > 0
    with closing(bulk.connection(tmp_path / "floor.sqlite")) as made:
        for table in ("account", "operation", "search"):
            assert made.execute(f"SELECT count(*) FROM {table}").fetchone()[0] == 300, table
    assert not (tmp_path / "floor.sqlite").read_bytes().startswith(b"SQLite format 3")


def test_an_account_takes_room_for_what_it_holds_on_both_sides(tmp_path: Path) -> None:
    held = sum(len(str(value).encode()) for value in room.ACCOUNT.values())
    assert room.room(tmp_path / "floor.sqlite", 2_000) > held
    assert ours.room(tmp_path / "ours.crm", 2_000) > held


def test_the_app_with_its_accounts_open_says_what_memory_it_holds(tmp_path: Path) -> None:
    command, key = ours.app_on(tmp_path / "app", 25_000, "settled.py")
    assert jobs._said(*command, **key) > 50 * 2**20


def test_a_tree_and_its_floor_open_the_same_accounts(tmp_path: Path) -> None:
    with trees.tree_expanding(tmp_path, floors_alone=False, accounts=2_000) as job:
        assert job.floor(0) > 0
        assert job.ours(0) > 0
    with trees.tree_opening(tmp_path / "again", floors_alone=True, accounts=2_000) as job:
        assert job.ours is None
        assert job.floor(0) > 0


def test_a_standing_file_is_made_once_and_copied_after_that(tmp_path: Path) -> None:
    made: list[int] = []

    def fill(workspace: Workspace, count: int) -> None:
        made.append(count)
        fill_tree(workspace, count)

    for turn in range(2):
        folder = tmp_path / str(turn)
        with kept_workspace(folder, "tree", 200, fill, shelf=tmp_path / "shelf").closing() as workspace:
            assert (records.count(workspace, "account"), records.count(workspace, "opportunity")) == (200, 100)
            records.create(workspace, "account", {"name": "a copy may be written to"})
    assert made == [200]


def test_the_floor_of_search_finds_the_middle_of_names_and_initials_in_an_encrypted_file(tmp_path: Path, qtbot) -> None:
    typeahead.build(tmp_path / "floor.sqlite", 300)
    window = typeahead.Window(tmp_path / "floor.sqlite")
    qtbot.addWidget(window)
    window.show()
    known = names(300)
    for typed in (known[0][1:3], typeahead.initials(known[1])[:2], "acme"):
        assert window.press(typed) > 0
        shown = [row[1] for row in window.model.rows]
        wanted = [one for one in known if typed in one.lower() or typed in typeahead.initials(one)]
        assert shown == wanted[: typeahead.SHOWN]
    assert window.file.execute("PRAGMA synchronous").fetchone() == (2,)
    window.file.close()
    assert not (tmp_path / "floor.sqlite").read_bytes().startswith(b"SQLite format 3")


def test_keys_are_pressed_on_both_sides_until_the_answer_is_painted(tmp_path: Path, qapp, capsys) -> None:
    with keystrokes.typing(tmp_path, floors_alone=False, count=400) as job:
        for number in range(4):
            assert job.floor(number) > 0
            assert job.ours(number) > 0
    assert [line.split()[0] for line in capsys.readouterr().out.splitlines()] == list(keystrokes.KINDS)


def test_lines_cross_where_they_do_and_not_where_they_meet_at_a_card() -> None:
    upright = [(0.0, 0.0), (0.0, 10.0)]
    across = [(-5.0, 5.0), (5.0, 5.0)]
    beside = [(20.0, 0.0), (20.0, 10.0)]
    assert dot.crossings({("a", "b"): upright, ("c", "d"): across, ("e", "f"): beside}) == 1
    assert dot.crossings({("a", "b"): upright, ("a", "d"): across}) == 0


def test_reports_to_crosses_nothing_on_the_org_chart() -> None:
    view = maps.company(60, 30)
    found = maps.courses(view)
    reports = {(node.reports_to_id, node.id) for node in view.nodes if node.reports_to_id is not None}
    assert dot.crossings({ends: way for ends, way in found.items() if ends in reports}) == 0
    assert dot.crossings(found) > 0


def test_without_graphviz_the_comparison_says_so(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(dot, "is_here", lambda: False)
    monkeypatch.setattr("sys.argv", ["benchmarks", "map-crossings"])
    assert runner.main() == 0
    assert "not available: Graphviz dot" in capsys.readouterr().out


def test_quotes_are_compared_and_pasted_on_both_sides(tmp_path):
    with quoting.compared(tmp_path, floors_alone=False) as job:
        assert job.ours(0) > 0
        assert job.floor(0) > 0
    with quoting.pasted(tmp_path, floors_alone=False) as job:
        assert job.ours(0) > 0
        assert job.floor(0) > 0


def test_mails_of_a_seeded_box_are_taken_in_each_time_anew(tmp_path):
    assert mails.mailbox(6, 8) == mails.mailbox(6, 8)
    with mails.taken_in(tmp_path, floors_alone=False, mails=60, people=8) as job:
        assert job.ours is not None
        assert job.ours(0) > 0
        assert job.ours(1) > 0
        assert job.floor(0) == 60 / mails.PER_SECOND
