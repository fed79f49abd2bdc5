"""Kills at moments chosen by chance: after each the workspace opens, is whole, and holds everything that was said to be saved.

python -m tests.e2e.faults.kills [COUNT]: so many kills, spread over all moments; `dev.py proof kills` asks for 300.
"""

from __future__ import annotations

import os
import random
import shutil
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from tests.e2e.faults.moments import complaints, scene_of
from tests.e2e.faults.table import MOMENTS
from tests.e2e.faults.zygote import Zygote


@dataclass(slots=True, kw_only=True)
class Tally:
    """What the kills of one moment came to. `early`: killed before anything was reported; `late`: it was through already."""

    kills: int = 0
    early: int = 0
    late: int = 0


def kill(zygote: Zygote, folder: Path, moment: str, count: int, dice: random.Random) -> Tally:
    """So many kills during one kind of act. Raises AssertionError with what is wrong."""
    tally = Tally()
    whole = 0.0
    for number in range(count):
        place = folder / f"{moment}-{number}"
        home, work = place / "home", place / "work"
        home.mkdir(parents=True)
        work.mkdir()
        path = scene_of(moment, home, work)
        if not whole:
            before = folder / f"{moment}-whole"
            shutil.copytree(place, before)
            free = zygote.act(moment, before / "work" / path.name, before / "home")
            assert not free.error, free
            whole = free.seconds
        outcome = zygote.act(moment, path, home, kill_after=dice.uniform(0.0, whole * 1.05))
        assert not outcome.error, outcome
        tally.kills += outcome.killed
        tally.early += outcome.killed and not outcome.said
        tally.late += not outcome.killed
        wrong = complaints(path, home, outcome.said)
        assert wrong == [], (moment, number, outcome, wrong)
        again = zygote.act(moment, path, home)
        assert not again.error, (moment, number, outcome, again)
        shutil.rmtree(place)
    return tally


def main(count: int) -> int:
    began = time.monotonic()
    seed = int(os.environ.get("SEED") or time.time())
    print(f"{count} kills, SEED={seed}", flush=True)
    dice = random.Random(seed)
    with tempfile.TemporaryDirectory() as name:
        zygote = Zygote(Path(name))
        done = killed = 0
        try:
            while killed < count:
                for moment in MOMENTS:
                    tally = kill(zygote, Path(name) / str(done), moment, 6, dice)
                    done, killed = done + 1, killed + tally.kills
                    print(f"{moment:12} {tally}  {killed} of {count}", flush=True)
        finally:
            zygote.stop()
    print(f"{killed} kills, nothing lost, every workspace opened whole; {time.monotonic() - began:.0f} s")
    return 0


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 300))
