"""`python -m tests.simulation [--seeds N] [--minutes M] [--hours H] [--seed S] [--plants]`: long runs, by hand.

Plays universe after universe until the seeds, the minutes or the simulated client-hours are through; prints what was wrong with
each that failed, and a summary. In every other universe first syncs come by ready files. `--plants` shows for each planted fault which seed found it. Exit code 1 when anything failed.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter

from tests.simulation.oracles import judge
from tests.simulation.plants import EXPLAINED, PLANTS
from tests.simulation.universe import play


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.simulation", description=__doc__)
    parser.add_argument("--seeds", type=int, default=0, help="so many universes")
    parser.add_argument("--minutes", type=float, default=0.0, help="as many universes as fit")
    parser.add_argument("--hours", type=float, default=0.0, help="so many simulated client-hours")
    parser.add_argument("--seed", type=int, default=0, help="the first seed")
    parser.add_argument("--plants", action="store_true", help="look for planted faults instead")
    options = parser.parse_args()
    return show_plants() if options.plants else simulate(options)


def simulate(options: argparse.Namespace) -> int:
    started, seed, failures = time.monotonic(), options.seed, list[int]()
    hours, operations, faults = 0.0, 0, Counter[str]()
    seeds = options.seeds or (10**9 if options.minutes or options.hours else 20)
    while (
        seed < options.seed + seeds
        and not (options.minutes and time.monotonic() - started > options.minutes * 60)
        and not (options.hours and hours >= options.hours)
    ):
        universe = play(seed, files=seed % 2 == 1)
        wrong = judge(universe)
        hours += universe.settings.laptops * universe.settings.hours
        operations += sum(len(laptop.typed) for laptop in universe.laptops)
        faults.update(universe.faults)
        universe.close()
        if wrong:
            failures.append(seed)
            print(f"seed {seed}: {universe.settings}")
            print("\n".join(f"    {line}" for line in wrong[:10]), flush=True)
        seed += 1
    played = seed - options.seed
    print(f"{played} universes from seed {options.seed}, {hours:.0f} client-hours, {operations} operations,")
    print(f"{sum(faults.values())} faults {dict(sorted(faults.items()))}, {time.monotonic() - started:.0f} s")
    print(f"failed: {failures}" if failures else "none failed")
    return 1 if failures else 0


def show_plants() -> int:
    missed = 0
    for plant in PLANTS:
        found = plant.find()
        missed += found is None
        told = f"seed {found[0]}: {found[1][:120]}" if found else "NOT FOUND"
        print(f"{plant.name:28} {told}", flush=True)
    for name, reason in EXPLAINED.items():
        print(f"{name:28} explained: {reason}")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
