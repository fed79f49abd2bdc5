"""One person's acts, folded from the transactions of the change log: what stands, what was undone, what comes next. Pure.

An undo is a transaction too, named after the one it takes back; so the log alone tells everything, also after a restart.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

LIMIT: Final = 100
ERASURE: Final = "stakeholders.erase_person"
"""The act that nothing brings back: it is told in the journal, and undo passes it by."""
_REVERT, _IMPORT, _IMPORT_UNDO = "revert:", "import:", "import.undo:"


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One transaction of the log. `last`: the number of its last operation."""

    tx_id: str
    cause: str
    stamp: str
    last: int


@dataclass(slots=True, kw_only=True)
class Act:
    """One thing a person did, with everything that turned it since. `head` is the transaction that the next turn takes back."""

    id: str
    cause: str
    stamp: str
    head: str
    last: int
    transactions: list[str]
    undone: bool = False
    under: Act | None = None
    """The import that an answer to one of its open names belongs to: it goes and comes with it."""

    @property
    def import_id(self) -> str:
        """The import this act is; empty for other acts and for later answers to an import's open names."""
        name = self.cause.removeprefix(_IMPORT)
        return name if name != self.cause and ":" not in name else ""


def is_turn(cause: str) -> bool:
    """Whether a transaction turned an earlier act rather than being one."""
    return cause.startswith((_REVERT, _IMPORT_UNDO))


@dataclass(slots=True)
class Ledger:
    """The acts, oldest first, `done` and `undone` in the order in which undo and redo take them, the next one last."""

    acts: dict[str, Act] = field(default_factory=dict)
    done: list[Act] = field(default_factory=list)
    undone: list[Act] = field(default_factory=list)
    _of: dict[str, Act] = field(default_factory=dict)
    _imports: dict[str, Act] = field(default_factory=dict)

    def take(self, line: Line) -> None:
        """The next transaction of the log."""
        if is_turn(line.cause):
            self._turn(line)
        else:
            self._begin(line)

    def _begin(self, line: Line) -> None:
        act = Act(
            id=line.tx_id,
            cause=line.cause,
            stamp=line.stamp,
            head=line.tx_id,
            last=line.last,
            transactions=[line.tx_id],
        )
        if act.import_id:
            self._imports[act.import_id] = act
        elif act.cause.startswith(_IMPORT):
            act.under = self._imports.get(act.cause.split(":")[1])
        self.acts[act.id] = self._of[act.id] = act
        if act.cause != ERASURE:
            self.done.append(act)
        self.undone.clear()
        for old in list(self.acts)[:-LIMIT]:
            self._forget(self.acts.pop(old))

    def _turn(self, line: Line) -> None:
        name, _, target = line.cause.partition(":")
        act = self._of.get(target) if f"{name}:" == _REVERT else self._imports.get(target)
        if act is None:
            return
        self._of[line.tx_id] = act
        act.transactions.append(line.tx_id)
        act.head, act.last, act.undone = line.tx_id, line.last, not act.undone
        source, goal = (self.done, self.undone) if act.undone else (self.undone, self.done)
        if act in source:
            source.remove(act)
        goal.append(act)
        for other in self.acts.values():
            if other.under is act and act.undone and other in self.done:
                self.done.remove(other)
            elif other.under is act and not act.undone and not other.undone:
                self.done.append(other)

    def _forget(self, act: Act) -> None:
        for tx_id in act.transactions:
            del self._of[tx_id]
        for pile in (self.done, self.undone):
            if act in pile:
                pile.remove(act)
        self._imports.pop(act.import_id, None)
