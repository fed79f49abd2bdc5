"""The reports-to lines as a tree: who is below whom, and why a line would close a circle. Works on ids only."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from desktop_crm.foundation.errors import Refusal


def circle(boss_of: Mapping[str, str | None], person: str, boss: str | None) -> tuple[str, ...]:
    """The way round that `person` reports to `boss` would close: person, boss, boss's boss, … person. Empty when it is free."""
    way = [person]
    step = boss
    while step is not None:
        way.append(step)
        if step == person:
            return tuple(way)
        if len(way) > len(boss_of) + 2:
            return ()
        step = boss_of.get(step)
    return ()


def refuse_circle(boss_of: Mapping[str, str | None], person: str, boss: str | None, labels: Mapping[str, str]) -> None:
    """Raises `Refusal("stakeholder.reports_to.circle", path=…)` with the people of the circle by name."""
    way = circle(boss_of, person, boss)
    if way:
        raise Refusal("stakeholder.reports_to.circle", path=" → ".join(labels.get(step, step) for step in way))


def children_of(order: Iterable[str], boss_of: Mapping[str, str | None]) -> dict[str, list[str]]:
    """Direct reports by boss, in the order given; bosses that are not in `order` count as none."""
    people = list(order)
    known = set(people)
    reports: dict[str, list[str]] = {}
    for person in people:
        boss = boss_of.get(person)
        if boss is not None and boss in known and boss != person:
            reports.setdefault(boss, []).append(person)
    return reports


def safe_bosses(order: Iterable[str], boss_of: Mapping[str, str | None]) -> dict[str, str]:
    """`boss_of` without unknown bosses and with every circle cut at its first member in order.

    Circles cannot be made here, but a map that just arrived from two laptops must still be drawn.
    """
    people = list(order)
    known = set(people)
    safe: dict[str, str] = {}
    settled: set[str] = set()
    for person in people:
        way: set[str] = set()
        step = person
        while step not in settled:
            settled.add(step)
            way.add(step)
            boss = boss_of.get(step)
            if boss is None or boss not in known or boss in way:
                break
            safe[step] = boss
            step = boss
    return safe


def below(person: str, reports: Mapping[str, Iterable[str]]) -> set[str]:
    """Everyone under `person`, at any depth."""
    found: set[str] = set()
    waiting = list(reports.get(person, ()))
    while waiting:
        one = waiting.pop()
        if one not in found:
            found.add(one)
            waiting.extend(reports.get(one, ()))
    return found
