"""A short run of the simulation, and planted faults that its oracles must find. Long runs: `python -m tests.simulation`."""

from __future__ import annotations

import time

import pytest

from desktop_crm.sync import merge
from desktop_crm.sync.client.engine import SyncEngine
from desktop_crm.sync.server import tables
from desktop_crm.sync.server.core import Server
from desktop_crm.sync.server.push import PushWork
from tests.simulation import laptop, universe
from tests.simulation.oracles import judge
from tests.simulation.plants import EXPLAINED, PLANTS
from tests.simulation.universe import Settings, play

SECONDS = 20.0
QUICK = {
    "early cursor",
    "no journal",
    "reset not heard",
    "no exit",
    "dropped refusals",
    "refusals not kept",
    "arrival order wins",
    "no conflict record",
    "page splits a commit",
    "old verdicts not told",
    "newest text wins",
    "history not sent",
    "private maps shown",
}


def test_the_simulation_runs_the_real_laptop_and_the_real_server():
    assert laptop.SyncEngine is SyncEngine
    assert universe.Server is Server
    assert (SyncEngine.__module__, Server.__module__) == (
        "desktop_crm.sync.client.engine",
        "desktop_crm.sync.server.core",
    )
    assert PushWork.__module__ == "desktop_crm.sync.server.push"
    assert merge.apply.__module__ == "desktop_crm.sync.merge"
    assert issubclass(laptop.Mortal, laptop.Database)
    assert issubclass(universe.DyingStore, universe.Store)


def test_universes_come_to_rest_with_nothing_lost():
    started, seed = time.monotonic(), 0
    while seed < 2 or time.monotonic() - started < SECONDS:
        played = play(seed)
        wrong = judge(played)
        settings = played.settings
        played.close()
        assert not wrong, (seed, settings, wrong[:5])
        seed += 1


def test_a_seed_tells_the_same_history_each_time():
    def history():
        played = play(11, Settings(laptops=2, hours=0.2, edit_every=20, drop=0.1, laptop_dies=0.05, restores=5))
        told = [(typed.op_id, typed.fields) for one in played.laptops for typed in one.typed.values()]
        faults = dict(played.faults)
        played.close()
        return told, faults

    assert history() == history()


def test_there_are_enough_planted_faults_and_each_has_its_name():
    names = [plant.name for plant in PLANTS]
    assert len(set(names)) == len(names) >= 25
    assert set(names) >= QUICK
    assert not set(names) & set(EXPLAINED)


@pytest.mark.parametrize("plant", [plant for plant in PLANTS if plant.name in QUICK], ids=lambda plant: plant.name)
def test_a_planted_fault_is_found(plant):
    assert plant.find(seeds=4) is not None


@pytest.mark.long
@pytest.mark.timeout(900)
@pytest.mark.parametrize("plant", [plant for plant in PLANTS if plant.name not in QUICK], ids=lambda plant: plant.name)
def test_a_rarer_planted_fault_is_found(plant):
    assert plant.find(seeds=40) is not None


@pytest.mark.parametrize("seed", [700_001, 700_003])
def test_laptops_that_begin_with_a_ready_file_come_to_rest_alike(seed):
    played = play(seed, files=True)
    wrong = judge(played)
    with played.server.store.reading() as books:
        offered = books.all(tables.snapshot)
    played.close()
    assert not wrong, wrong[:5]
    assert offered
