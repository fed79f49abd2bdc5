"""Hierarchies in which an account may stand below several others, or in a circle: who stands above whom, nobody twice.

Pure. A hierarchy is a mapping from an account to those right above it; everyone who is named has a place in the answers.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping

from desktop_crm.domain.accounts.rollup import leaves_first, sum_tree
from desktop_crm.domain.accounts.sums import Sums

Above = Mapping[str, Collection[str]]


def everything_above(start: str, above: Callable[[str], Iterable[str]]) -> set[str]:
    """The account and all above it, each once."""
    found, waiting = {start}, [start]
    while waiting:
        for node in above(waiting.pop()):
            if node not in found:
                found.add(node)
                waiting.append(node)
    return found


def circles(above: Above) -> tuple[tuple[str, ...], ...]:
    """The sets of accounts that stand above one another, each sorted, the smallest first. One that holds itself alone is none."""
    return tuple(sorted(tuple(sorted(some)) for some in _knots(above) if len(some) > 1))


def heads(above: Above) -> tuple[str, ...]:
    """Where reading from the top begins, sorted: accounts with nobody above, and of a circle with nobody above one, the smallest."""
    members = _members(above)
    found = []
    for knot in _knots(above):
        inside = set(knot)
        if not any(node not in inside for one in knot for node in above.get(one, ()) if node in members):
            found.append(min(knot))
    return tuple(sorted(found))


def depth(above: Above) -> int:
    """How many levels there are when each circle is taken as one account; 0 for nothing."""
    deep: dict[frozenset[str], int] = {}
    knot_of: dict[str, frozenset[str]] = {}
    for knot in _knots(above):  # those above come first
        here = frozenset(knot)
        knot_of.update(dict.fromkeys(knot, here))
        over = {knot_of[node] for one in knot for node in above.get(one, ())} - {here}
        deep[here] = 1 + max((deep[one] for one in over), default=0)
    return max(deep.values(), default=0)


def as_tree(above: Above) -> dict[str, str | None] | None:
    """The hierarchy as a tree, when nobody stands below two others and there is no circle; else None."""
    found = as_ordered(above)
    return found and found[0]


def as_ordered(above: Above) -> tuple[dict[str, str | None], list[str]] | None:
    """The same with its accounts in an order in which each comes after all that stand below it."""
    if any(len(some) > 1 for some in above.values()):
        return None
    tree: dict[str, str | None] = {node: next(iter(some), None) for node, some in above.items()}
    tree.update(dict.fromkeys({parent for parent in tree.values() if parent is not None} - tree.keys()))
    order = leaves_first(tree)
    return (tree, order) if len(order) == len(tree) else None


def sums_up(above: Above, own: Mapping[tuple[str, str], Sums]) -> dict[tuple[str, str], Sums]:
    """Totals by (account, currency) of everyone in the hierarchy: each account counts once for each that stands above it."""
    tree = as_tree(above)
    if tree is not None:
        return sum_tree(tree, own, cut=False)
    totals: dict[tuple[str, str], Sums] = {}
    reach = reaching(above)
    for (account, currency), sums in own.items():
        for node in reach.get(account, ()):
            key = (node, currency)
            held = totals.get(key)
            totals[key] = sums if held is None else held + sums
    return totals


def reaching(above: Above) -> dict[str, frozenset[str]]:
    """For everyone in the hierarchy: itself and all above it."""
    found: dict[str, frozenset[str]] = {}
    for knot in _knots(above):
        whole = set(knot)
        for one in knot:
            for node in above.get(one, ()):
                whole |= found.get(node, frozenset())
        shared = frozenset(whole)
        found.update(dict.fromkeys(knot, shared))
    return found


def _members(above: Above) -> set[str]:
    return {*above, *(node for some in above.values() for node in some)}


def _knots(above: Above) -> Iterator[list[str]]:
    """The accounts in sets of those that reach one another, those above first (Tarjan, without recursion)."""
    number: dict[str, int] = {}
    low: dict[str, int] = {}
    stack: list[str] = []
    held: set[str] = set()
    for start in sorted(_members(above)):
        if start in number:
            continue
        work: list[tuple[str, Iterator[str]]] = [(start, iter(sorted(above.get(start, ()))))]
        number[start] = low[start] = len(number)
        stack.append(start)
        held.add(start)
        while work:
            node, rest = work[-1]
            step = next((one for one in rest if one not in number or one in held), None)
            if step is None:
                work.pop()
                if work:
                    low[work[-1][0]] = min(low[work[-1][0]], low[node])
                if low[node] == number[node]:
                    yield _popped(stack, held, node)
            elif step not in number:
                number[step] = low[step] = len(number)
                stack.append(step)
                held.add(step)
                work.append((step, iter(sorted(above.get(step, ())))))
            else:
                low[node] = min(low[node], number[step])


def _popped(stack: list[str], held: set[str], until: str) -> list[str]:
    knot = []
    while True:
        node = stack.pop()
        held.discard(node)
        knot.append(node)
        if node == until:
            return knot


def below(above: Above) -> dict[str, list[str]]:
    """The same hierarchy the other way round: from an account to those right below it."""
    found: dict[str, list[str]] = defaultdict(list)
    for node, some in above.items():
        for one in some:
            found[one].append(node)
    return dict(found)


def nearest_first(start: str, above: Above) -> list[str]:
    """The account and everything above it, each once, by how many steps away it stands."""
    found = [start]
    for node in found:
        found += [one for one in dict.fromkeys(above.get(node, ())) if one not in found]
    return found


def way_down(account: str, target: str, above: Above) -> tuple[str, ...]:
    """The way by which `account` stands above `target`, from it down to that; empty when it does not."""
    came_from: dict[str, str | None] = {target: None}
    for node in (waiting := [target]):
        if node == account:
            break
        for one in above.get(node, ()):
            if one not in came_from:
                came_from[one] = node
                waiting.append(one)
    if account not in came_from:
        return ()
    path: list[str] = []
    step: str | None = account
    while step is not None:
        path.append(step)
        step = came_from[step]
    return tuple(path)
