"""`python -m tests.benchmarks [NAME] [--floors] [--processor]`: median, least and most of ours and of a floor from the same run, and the ratio.

Compare only inside one run: on a shared machine the same row moves by half from one minute to the next.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import tempfile
from pathlib import Path

from tests.benchmarks import jobs, measure
from tests.benchmarks.measure import NotHereError, Result, measured, slow_edge, spread

SCALES = {"ms": 1000.0, "MiB": 1 / 2**20, "bytes": 1.0, "crossings": 1.0}


def main() -> int:
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument("name", nargs="?", choices=[j.name for j in jobs.ALL])
    parser.add_argument("--floors", action="store_true", help="measure the floors alone")
    parser.add_argument(
        "--processor", action="store_true", help="time this process has the processor; waiting is left out"
    )
    options = parser.parse_args()
    measure.by_processor = options.processor
    missed = False
    for kind in jobs.ALL:
        if options.name in {None, kind.name}:
            print(f"{kind.name}: {kind.what}", flush=True)
            with tempfile.TemporaryDirectory(prefix="desktop-crm-bench-") as folder:
                try:
                    missed |= _told(kind, _measured(kind, Path(folder), floors_alone=options.floors))
                except NotHereError as absent:
                    print(f"    not available: {absent}", flush=True)
    return 1 if missed else 0


def _measured(kind: jobs.Kind, folder: Path, *, floors_alone: bool) -> Result:
    with kind.prepare(folder, floors_alone) as job:
        return measured(job)


def _told(kind: jobs.Kind, result: Result) -> bool:
    """Print one result; true when its goal is missed."""
    scale = SCALES[kind.unit]
    print(f"    floor  {spread(result.floor, scale=scale)} {kind.unit}   ({kind.floor}; n = {len(result.floor)})")
    if not result.ours:
        return False
    ratio = statistics.median(result.ratios)
    verdict = "" if kind.goal is None else f"   goal ≤ {kind.goal}: {'met' if ratio <= kind.goal else 'MISSED'}"
    print(f"    ours   {spread(result.ours, scale=scale)} {kind.unit}")
    print(f"    ratio  {spread(result.ratios, scale=1)}{verdict}", flush=True)
    return (kind.goal is not None and ratio > kind.goal) or _edge_told(kind, result)


def _edge_told(kind: jobs.Kind, result: Result) -> bool:
    if kind.goal_95 is None:
        return False
    ratio = result.ratio_95
    scale, missed = SCALES[kind.unit], ratio > kind.goal_95
    print(
        f"    p95    {slow_edge(result.ours) * scale:.2f} to {slow_edge(result.floor) * scale:.2f} {kind.unit}, ratio {ratio:.2f}",
        end="",
    )
    print(f"   goal ≤ {kind.goal_95}: {'MISSED' if missed else 'met'}", flush=True)
    return missed


if __name__ == "__main__":
    sys.exit(main())
