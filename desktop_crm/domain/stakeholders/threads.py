"""Single threads: whose leaving would cut us off from who signs, at the customer's or among ourselves.

Only those on one way can lie on all ways, so no more than one way's people are tried.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from desktop_crm.domain.stakeholders.routes import Routes, Way, entry_forces


@dataclass(frozen=True, slots=True, kw_only=True)
class Threads:
    """The people of the map, and of ours, without whom no way is left. Both empty when there is no way, or always another."""

    node_ids: tuple[str, ...] = ()
    user_ids: tuple[str, ...] = ()


def single_threads(routes: Routes, best: Way | None) -> Threads:
    """Take each person of the best way away and look whether who signs is still reached. Who signs is no thread."""
    if best is None:
        return Threads()
    doors = _doors(routes)
    people = [one for one in best.node_ids if one not in routes.goals and not _reached(routes, doors, without=one)]
    users = [best.user_id] if best.user_id and not _reached(routes, _doors_left(doors, best.user_id), "") else []
    return Threads(node_ids=tuple(people), user_ids=tuple(users))


def _doors(routes: Routes) -> dict[str, frozenset[str]]:
    """Whom we can begin with, and who of ours can; nobody named means that all of us can."""
    openers: dict[str, set[str]] = {node_id: set() for node_id in entry_forces(routes.view)}
    for tie in routes.view.ties:
        if tie.user_id is not None and tie.node_id in openers:
            openers[tie.node_id].add(tie.user_id)
    return {node_id: frozenset(users) for node_id, users in openers.items()}


def _doors_left(doors: Mapping[str, frozenset[str]], user_id: str) -> dict[str, frozenset[str]]:
    return {node_id: users for node_id, users in doors.items() if users != {user_id}}


def _reached(routes: Routes, doors: Mapping[str, frozenset[str]], without: str) -> bool:
    seen = {one for one in doors if one != without and one in routes.steps}
    waiting = list(seen)
    while waiting:
        here = waiting.pop()
        if here in routes.goals:
            return True
        for there in routes.steps[here]:
            if there != without and there not in seen:
                seen.add(there)
                waiting.append(there)
    return False
