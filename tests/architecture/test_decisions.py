"""Decision records are numbered without gaps and say what was decided, why, and what it costs."""

from __future__ import annotations

import re

from tests.support.source_tree import ROOT

FOLDER = ROOT / "desktop_crm" / "decisions"


def test_records_are_numbered_without_gaps() -> None:
    numbers = sorted(int(f.name[:4]) for f in FOLDER.glob("*.md"))
    assert numbers == list(range(1, len(numbers) + 1))


def test_records_say_what_was_decided_why_and_what_it_costs() -> None:
    thin = []
    for file in sorted(FOLDER.glob("*.md")):
        text = file.read_text(encoding="utf-8")
        if not re.match(r"# \d{4}: ", text) or not all(f"\n## {part}" in text for part in ("Decision", "Why", "Cost")):
            thin.append(file.name)
    assert thin == []
