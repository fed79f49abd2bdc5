"""Decision records: numbered without gaps, dated, and long enough to hold a reason."""

from __future__ import annotations

import re

from tests.support.source_tree import ROOT

FOLDER = ROOT / "desktop_crm" / "decisions"
HEAD = re.compile(r"# (\d+)\. \S.*\n\n\d{4}-\d{2}-\d{2}, (?:accepted|replaced by \d+)\.\n\n")


def test_records_are_numbered_without_gaps() -> None:
    numbers = sorted(int(f.name[:4]) for f in FOLDER.glob("*.md"))
    assert numbers == list(range(1, len(numbers) + 1))


def test_records_have_a_number_a_title_a_date_and_a_reason() -> None:
    thin = []
    for file in sorted(FOLDER.glob("*.md")):
        text = file.read_text(encoding="utf-8")
        head = HEAD.match(text)
        if head is None or int(head[1]) != int(file.name[:4]) or len(text[head.end() :]) < 200:
            thin.append(file.name)
    assert thin == []
