"""The project's own source files, parsed once a run, for the tests that read code."""

from __future__ import annotations

import ast
import functools
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    path: str
    text: str
    tree: ast.Module

    @property
    def lines(self) -> int:
        return self.text.count("\n")

    def at(self, node: ast.AST) -> str:
        return f"{self.path}:{getattr(node, 'lineno', 1)}"


@functools.cache
def sources(*tops: str) -> tuple[Source, ...]:
    """Python files under the given paths from the root, e.g. `desktop_crm/ui`."""
    return tuple(_parsed(file) for top in tops for file in _files(ROOT / top))


def _files(top: Path) -> Iterator[Path]:
    if top.is_file():
        yield top
        return
    yield from sorted(f for f in top.rglob("*.py") if "__pycache__" not in f.parts and "_resources" not in f.parts)


@functools.cache
def _parsed(file: Path) -> Source:
    text = file.read_text(encoding="utf-8")
    return Source(path=file.relative_to(ROOT).as_posix(), text=text, tree=ast.parse(text, filename=str(file)))


def functions(source: Source) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(source.tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def classes(source: Source) -> Iterator[ast.ClassDef]:
    for node in ast.walk(source.tree):
        if isinstance(node, ast.ClassDef):
            yield node


def calls(source: Source) -> Iterator[tuple[str, ast.Call]]:
    """Each call with the last word of what is called: `commit` for `session.commit()`."""
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Call):
            called = node.func
            yield (called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", "")), node


def length(node: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) -> int:
    return (node.end_lineno or node.lineno) - node.lineno + 1


@functools.cache
def tracked_text() -> tuple[tuple[str, str], ...]:
    """Text files under version control, new ones included: path and content."""
    command = ["git", "-c", "core.quotepath=off", "ls-files", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False).stdout.splitlines()
    wanted = {".py", ".md", ".toml", ".sh", ".yml", ".yaml", ".cfg", ".txt", ".spec", ".service", ".html", ".po", ""}
    found = []
    for name in sorted(set(listed)):
        path = ROOT / name
        if path.suffix in wanted and path.is_file() and path.stat().st_size < 2_000_000:
            found.append((name, path.read_text(encoding="utf-8", errors="replace")))
    return tuple(found)


def inside_strings(node: ast.AST) -> Iterator[str]:
    """String literals in an expression, f-strings included, without stepping into calls (`tr("...")` is a call)."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.Call):
        return
    else:
        for child in ast.iter_child_nodes(node):
            yield from inside_strings(child)
