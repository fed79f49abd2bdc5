"""Faults × moments: what was reported saved is there, the app starts, the message says what happened."""

from __future__ import annotations

import os
import random
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.e2e.faults import kills
from tests.e2e.faults.table import FAULTS, MOMENTS, Cell
from tests.e2e.faults.zygote import Zygote

pytestmark = [pytest.mark.skipif(os.name == "nt", reason="forks and signals of POSIX"), pytest.mark.timeout(900)]
KILLS = 3


@pytest.fixture(scope="module")
def zygote(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Zygote]:
    made = Zygote(tmp_path_factory.mktemp("zygote"))
    yield made
    made.stop()


@pytest.mark.parametrize("moment", MOMENTS)
@pytest.mark.parametrize("fault", FAULTS)
def test_nothing_is_lost_and_it_is_told_what_happened(
    zygote: Zygote, tmp_path: Path, record_property: Callable[[str, object], None], fault: str, moment: str
) -> None:
    record_property("fault", fault)
    record_property("moment", moment)
    record_property("outcome", FAULTS[fault](Cell(zygote, tmp_path / "home", tmp_path / "work", moment)))


@pytest.mark.parametrize("moment", MOMENTS)
def test_a_kill_at_any_time_loses_nothing_that_was_saved(
    zygote: Zygote, tmp_path: Path, record_property: Callable[[str, object], None], moment: str
) -> None:
    record_property("fault", "killed process")
    record_property("moment", moment)
    tally = kills.kill(zygote, tmp_path, moment, KILLS, random.Random(f"{moment} {tmp_path.name}"))
    record_property("outcome", f"{tally.kills} kills, whole")
