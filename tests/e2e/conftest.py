"""Prints the table of faults and moments at the end of a run."""

from __future__ import annotations

import pytest


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    cells: dict[str, dict[str, str]] = {}
    for kind in ("passed", "failed", "skipped"):
        for report in terminalreporter.getreports(kind):
            told = dict(getattr(report, "user_properties", ()))
            if "fault" in told:
                cells.setdefault(told["fault"], {})[told["moment"]] = told.get("outcome", kind.upper())
    if not cells:
        return
    moments = sorted({moment for row in cells.values() for moment in row})
    widths = {m: max(len(m), *(len(row.get(m, "")) for row in cells.values())) for m in moments}
    terminalreporter.section("faults and moments: what was told; nothing lost, every workspace opened whole")
    terminalreporter.write_line(" " * 26 + "  ".join(m.ljust(widths[m]) for m in moments))
    for fault, row in sorted(cells.items()):
        terminalreporter.write_line(fault.ljust(26) + "  ".join(row.get(m, "").ljust(widths[m]) for m in moments))
