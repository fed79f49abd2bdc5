"""Habits that no import shows: who commits, who may look at the clock, what the UI must not do."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from tests.support.source_tree import Source, calls, sources

COMMITTERS = ("desktop_crm/persistence/unit_of_work.py", "desktop_crm/sync/server/store")
COLOUR = re.compile(r"#[0-9a-fA-F]{3}(?:[0-9a-fA-F]{3})?(?:[0-9a-fA-F]{2})?\b|\brgba?\(|\bhsla?\(")
FEATURES = tuple(
    f"desktop_crm/ui/{room}"
    for room in (
        "accounts stakeholders pipeline quotes contracts activities marketing customers insights exchange sync settings signin shell widgets"
    ).split()
)


def test_only_the_unit_of_work_and_the_servers_store_commit() -> None:
    rooms = [f"desktop_crm/{room}" for room in ("persistence", "sync", "services", "cli", "security", "exchange")]
    found = [s.at(n) for s in sources(*rooms) for word, n in calls(s) if word == "commit" and not _may_commit(s)]
    assert found == []


def _may_commit(source: Source) -> bool:
    return source.path.startswith(COMMITTERS) or "/migrations/" in source.path


def test_pages_neither_spin_the_event_loop_nor_start_threads() -> None:
    found = []
    for source in sources(*FEATURES):
        for node in ast.walk(source.tree):
            word = node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")
            if word in {"processEvents", "QThread", "QThreadPool", "Thread"}:
                found.append(f"{source.at(node)} {word}")
    assert found == []


def test_pages_connect_named_methods_not_lambdas() -> None:
    found = [
        s.at(n)
        for s in sources(*FEATURES)
        for word, n in calls(s)
        if word == "connect" and any(isinstance(a, ast.Lambda) for a in n.args)
    ]
    assert found == []


def test_no_choice_number_or_day_is_changed_by_a_passing_wheel() -> None:
    """Pages make the kit's own, which a wheel that scrolls over them leaves alone."""
    bare = {"QComboBox", "QSpinBox", "QDoubleSpinBox", "QDateEdit", "QTimeEdit", "QDateTimeEdit", "QSlider", "QDial"}
    kit = "desktop_crm/ui/widgets/steady.py"
    found = []
    for source in sources("desktop_crm/ui"):
        if source.path == kit:
            continue
        found += [source.at(node) for word, node in calls(source) if word in bare]
        found += [
            source.at(node)
            for node in ast.walk(source.tree)
            if isinstance(node, ast.ClassDef) and any(getattr(base, "id", "") in bare for base in node.bases)
        ]
    assert found == []


def test_the_domain_has_no_clock() -> None:
    asked = {("datetime", "now"), ("datetime", "utcnow"), ("datetime", "today"), ("date", "today")}
    asked |= {("time", "time"), ("time", "monotonic"), ("time", "perf_counter")}
    found = []
    for source in sources("desktop_crm/domain"):
        for _, node in calls(source):
            called = node.func
            if isinstance(called, ast.Attribute):
                owner = (
                    called.value.attr if isinstance(called.value, ast.Attribute) else getattr(called.value, "id", "")
                )
                if (owner, called.attr) in asked:
                    found.append(source.at(node))
    assert found == []


def test_the_domain_reads_and_writes_nothing() -> None:
    doors = {"open", "print", "input"}
    libraries = {"os", "socket", "subprocess", "sqlite3", "urllib", "http", "pathlib", "shutil", "threading", "logging"}
    found = [s.at(n) for s in sources("desktop_crm/domain") for _, n in calls(s) if getattr(n.func, "id", "") in doors]
    found += [
        f"{s.at(n)} {name}" for s in sources("desktop_crm/domain") for n, name in _imports(s) if name in libraries
    ]
    assert found == []


def _imports(source: Source) -> Iterator[tuple[ast.AST, str]]:
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield node, alias.name.split(".")[0]
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node, node.module.split(".")[0]


def test_colours_are_tokens() -> None:
    found = []
    for source in sources("desktop_crm/ui"):
        if source.path.startswith("desktop_crm/ui/theme/"):
            continue
        docstrings = {id(n) for n in _docstrings(source.tree)}
        for node in ast.walk(source.tree):
            literal = isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docstrings
            if literal and COLOUR.search(node.value):
                found.append(f"{source.at(node)} {node.value!r}")
            if (
                isinstance(node, ast.Attribute)
                and getattr(node.value, "attr", "") == "GlobalColor"
                and node.attr != "transparent"
            ):
                found.append(f"{source.at(node)} Qt.GlobalColor.{node.attr}")
    assert found == []


def _docstrings(tree: ast.Module) -> Iterator[ast.Constant]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef) and node.body:
            first = node.body[0]
            if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant):
                yield first.value


def test_the_simulation_and_the_app_share_one_sync_engine() -> None:
    """Tests must not carry a model of the sync engine: what is simulated is what ships."""
    simulation = sources("tests/simulation")
    if simulation:
        text = "\n".join(s.text for s in simulation)
        assert "desktop_crm.sync.client" in text
        assert "desktop_crm.sync.server" in text


def test_tests_wait_for_something_and_do_not_just_sleep() -> None:
    """A pause is allowed inside a loop that looks whether what it waits for has come."""
    found = []
    for source in sources("tests"):
        if source.path.startswith(("tests/benchmarks/", "tests/support/", "tests/simulation/")):
            continue
        loops = [n for n in ast.walk(source.tree) if isinstance(n, ast.While | ast.For)]
        waited = {id(inner) for loop in loops for inner in ast.walk(loop)}
        for word, node in calls(source):
            blind = word == "sleep" and isinstance(node.func, ast.Attribute) and id(node) not in waited
            if blind and getattr(node.func.value, "id", "") == "time":
                found.append(source.at(node))
    assert found == []
