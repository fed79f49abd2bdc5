"""Words: docstrings, names, user-visible text through i18n, and nothing unfinished or of one person's machine."""

from __future__ import annotations

import ast
import io
import re
import tokenize
from collections.abc import Iterator

import pytest

from tests.support.source_tree import Source, calls, inside_strings, sources, tracked_text

VAGUE = {"utils", "util", "helpers", "helper", "manager", "common", "misc", "base", "stuff"}
UNFINISHED = re.compile(r"\b(?:TO[D]O|FIXM[E]|XX[X])\b")
WORKPLACE = re.compile(r"/(?:wo[r]k|fa[r]m|ro[o]t)/|\.librar[y]|before-sto[p]|/simpl[e]/|index-ur[l]")
PRODUCT = "Desktop CRM"
ENDONYMS = {"한국어", "한국어로 보기"}
HANGUL = re.compile("[\uac00-\ud7a3]")
SAME_EVERYWHERE = re.compile(r"[A-Z0-9 .,:+%/()\-–—…·•×↑↓←→+*|&#_\[\]{}₩$€<>=?!'\"]*")
SETTERS = set(
    "setText setWindowTitle setToolTip setStatusTip setWhatsThis setPlaceholderText setAccessibleName setAccessibleDescription "
    "setTitle setSubTitle setInformativeText setLabelText setHorizontalHeaderLabels setHeaderLabels addAction addMenu addTab addRow "
    "setTabText setItemText addItem addItems insertItem showMessage setPrefix setSuffix setDetailedText".split()
)
WIDGETS = set(
    "QLabel QPushButton QCheckBox QRadioButton QGroupBox QAction QCommandLinkButton QMessageBox QMenu QDockWidget".split()
)
KIT = re.compile(r"(?:Button|Pill|Header|EmptyState|LoadingState|Toast|KpiCard|Card|SectionTitle)$")


def test_every_module_says_what_it_is_for() -> None:
    silent = [
        s.path for s in sources("desktop_crm", "packaging") if s.lines and len(ast.get_docstring(s.tree) or "") < 12
    ]
    assert silent == []


def test_names_say_what_is_inside() -> None:
    names = [(s.path, set(s.path.removesuffix(".py").split("/"))) for s in sources("desktop_crm", "tests")]
    assert [path for path, parts in names if parts & VAGUE] == []


def test_nothing_is_left_unfinished() -> None:
    found = []
    for source in sources("desktop_crm", "packaging"):
        for token in tokenize.generate_tokens(io.StringIO(source.text).readline):
            if token.type == tokenize.COMMENT and UNFINISHED.search(token.string):
                found.append(f"{source.path}:{token.start[0]} {token.string}")
        for node in ast.walk(source.tree):
            if isinstance(node, ast.Name) and node.id == "NotImplementedError":
                found.append(f"{source.at(node)} {node.id}")
    assert found == []


def test_no_path_of_one_persons_machine_is_written_down() -> None:
    found = [
        f"{path}:{number}: {line.strip()[:100]}"
        for path, text in tracked_text()
        for number, line in enumerate(text.splitlines(), 1)
        if WORKPLACE.search(line)
    ]
    assert found == []


def test_user_visible_text_goes_through_i18n() -> None:
    assert [f"{where} {text!r}" for s in sources("desktop_crm/ui") for where, text in untranslated(s)] == []


def test_korean_lives_in_the_catalogue() -> None:
    found = []
    for source in sources("desktop_crm/ui", "desktop_crm/cli"):
        remarks = {id(n.value) for n in ast.walk(source.tree) if isinstance(n, ast.Expr)}
        for node in ast.walk(source.tree):
            if id(node) in remarks:
                continue
            # A single sign or a pattern is a rule about writing, not a text; a language is called by its own name.
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and is_korean_text(node.value):
                found.append(f"{source.at(node)} {node.value[:40]!r}")
    assert found == []


def is_korean_text(text: str) -> bool:
    return len(HANGUL.findall(text)) > 1 and text not in ENDONYMS and "[" not in text


def untranslated(source: Source) -> Iterator[tuple[str, str]]:
    """Literals handed to something that shows them. The first argument of `addTab` and the like may be a widget; keys are keywords."""
    for word, node in calls(source):
        if word not in SETTERS and word not in WIDGETS and not (word[:1].isupper() and KIT.search(word)):
            continue
        for argument in node.args:
            for text in inside_strings(argument):
                words = text.replace(PRODUCT, "")
                if not SAME_EVERYWHERE.fullmatch(words) and words not in ENDONYMS and len(words.strip()) > 1:
                    yield source.at(node), text


@pytest.mark.parametrize(
    ("code", "found"),
    [
        ('label.setText("Save")', ["Save"]),
        ('QLabel(f"Saved {n}")', ["Saved "]),
        ('label.setText("Save" if x else tr("Open"))', ["Save"]),
        ('label.setText(tr("Save"))', []),
        ('label.setText("KRW")', []),
        ('combo.addItem(tr("Korean"), userData="ko")', []),
        ('PrimaryButton("Save", parent)', ["Save"]),
        ('box.setObjectName("card")', []),
    ],
)
def test_the_check_for_user_visible_text_finds_what_it_should(code: str, found: list[str]) -> None:
    source = Source(path="example.py", text=code, tree=ast.parse(code))
    assert [text for _, text in untranslated(source)] == found
