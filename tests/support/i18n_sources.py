"""Reads the program's source as a tree: which texts it says and which error codes it raises. For tests alone.

The helps of the terminal's commands are texts too, and so are click's own sentences, which our catalogue puts into Korean.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from desktop_crm.cli.language import CLICK

ROOT = Path(__file__).resolve().parent.parent.parent
PACKAGE = ROOT / "desktop_crm"
ERRORS = {"CrmError", "Refusal", "Trouble", "Bug"}
UNHEARD = (
    "Arguments take", "Boolean option", "Choice(", "Confirm the", "Could not determine", "DeprecationWarning", "Do you want",
    "Name '", "No options defined", "Takes {nargs}", "Value must be", "{len_type}", "{value!r} is not a valid UUID",
    "{value!r} does not match the format",
)  # fmt: skip
"""How click's sentences begin that only programmers see, or that belong to kinds of options we do not have."""


class Said(NamedTuple):
    """A text in the source: gettext key as the catalogue has it, the names its caller fills, where it stands."""

    key: str
    filled: frozenset[str] | None  # None: not known at the place (a table, or `**values`)
    place: str


class Raised(NamedTuple):
    """An error code in the source, the parameters it carries, where it stands."""

    code: str
    params: frozenset[str]
    place: str


def texts() -> Iterator[Said]:
    """Every literal text given to tr, ptr, ntr and mark."""
    for path, call in _calls():
        name = _name(call)
        place = f"{path.relative_to(ROOT)}:{call.lineno}"
        words = [
            arg.value if isinstance(arg, ast.Constant) and isinstance(arg.value, str) else None for arg in call.args
        ]
        filled = _keywords(call)
        if name == "tr" and words and words[0] is not None:
            yield Said(words[0], filled, place)
        elif name == "ptr" and len(words) > 1 and words[0] is not None and words[1] is not None:
            yield Said(f"{words[0]}\x04{words[1]}", filled, place)
        elif name == "ntr" and len(words) > 1 and words[0] is not None and words[1] is not None:
            yield Said(f"{words[0]}\0{words[1]}", None if filled is None else filled | {"n"}, place)
        elif name == "mark" and words and words[0] is not None:
            context = words[1] if len(words) > 1 else ""
            yield Said(f"{context}\x04{words[0]}" if context else words[0], None, place)
    yield from _helps()
    yield from _sentences_of_click()


def _helps() -> Iterator[Said]:
    """What `--help` says: the docstrings of commands and the `help` of their options."""
    for path in sorted((PACKAGE / "cli").glob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            place = f"{path.relative_to(ROOT)}:{getattr(node, 'lineno', 0)}"
            if isinstance(node, ast.FunctionDef) and any(_makes_a_command(one) for one in node.decorator_list):
                yield Said(ast.get_docstring(node) or "", None, place)
            elif isinstance(node, ast.Call) and ast.unparse(node.func) == "click.option":
                for keyword in node.keywords:
                    if keyword.arg == "help" and isinstance(keyword.value, ast.Constant):
                        yield Said(str(keyword.value.value), None, place)


def _makes_a_command(decorator: ast.expr) -> bool:
    made = decorator.func if isinstance(decorator, ast.Call) else decorator
    return isinstance(made, ast.Attribute) and made.attr in {"command", "group"}


def _sentences_of_click() -> Iterator[Said]:
    for module in CLICK:
        for node in ast.walk(ast.parse(Path(str(module.__file__)).read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in {"_", "ngettext"}:
                words = [arg.value for arg in node.args if isinstance(arg, ast.Constant)]
                if words and not str(words[0]).startswith(UNHEARD):
                    yield Said("\0".join(map(str, words)), None, f"{module.__name__}:{node.lineno}")
    yield Said("required", None, "click.core")


def unreadable() -> list[str]:
    """Calls of tr, ptr and ntr outside this room whose text cannot be read from the source."""
    found = []
    for path, call in _calls():
        needed = {"tr": 1, "ptr": 2, "ntr": 2}.get(_name(call), 0)
        literal = [arg for arg in call.args[:needed] if isinstance(arg, ast.Constant) and isinstance(arg.value, str)]
        if needed and len(literal) < needed and path.parent.name != "i18n":
            found.append(f"{path.relative_to(ROOT)}:{call.lineno}")
    return found


def error_codes() -> Iterator[Raised]:
    """Every literal code given to an error or to a subclass of one."""
    branches = set(ERRORS)
    for path in sorted(PACKAGE.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ClassDef) and any(isinstance(b, ast.Name) and b.id in branches for b in node.bases):
                branches.add(node.name)
    for path, call in _calls():
        first = call.args[0] if call.args else None
        if _name(call) in branches and isinstance(first, ast.Constant) and isinstance(first.value, str):
            yield Raised(first.value, _keywords(call) or frozenset(), f"{path.relative_to(ROOT)}:{call.lineno}")


def _calls() -> Iterator[tuple[Path, ast.Call]]:
    for path in sorted(PACKAGE.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call):
                yield path, node


def _name(call: ast.Call) -> str:
    if isinstance(call.func, ast.Name):
        return call.func.id
    if isinstance(call.func, ast.Attribute) and isinstance(call.func.value, ast.Name):
        return call.func.attr if call.func.value.id in {"i18n", "errors"} else ""
    return ""


def _keywords(call: ast.Call) -> frozenset[str] | None:
    names = [keyword.arg for keyword in call.keywords]
    return None if None in names else frozenset(name for name in names if name)
