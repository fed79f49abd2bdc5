"""The tree in memory: only the levels that were looked at. Plain Python; the model tells Qt about it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from desktop_crm.domain.accounts.sums import TreeNode


class Branch:
    """One account that is loaded, and those of its children that are. The root stands above the top level and has no data."""

    __slots__ = ("_row", "children", "data", "key", "parent", "strays", "total")

    def __init__(self, key: int, data: TreeNode | None, parent: Branch | None) -> None:
        self.key = key
        self.data = data
        self.parent = parent
        self._row = 0
        self.children: list[Branch] = []
        self.total = data.child_count if data else 0
        self.strays = 0
        """How many of the first children stand here only because their own parent is not there (the root's alone)."""

    @property
    def id(self) -> str | None:
        return self.data.id if self.data else None

    def row(self) -> int:
        """The place among the siblings; the last known one is tried first, since it rarely changes."""
        if self.parent is None:
            return 0
        siblings = self.parent.children
        if self._row >= len(siblings) or siblings[self._row] is not self:
            for place, sibling in enumerate(siblings):
                sibling._row = place  # noqa: SLF001 - its own kind
        return self._row

    def whole(self) -> bool:
        """Whether all children are loaded."""
        return len(self.children) - self.strays >= self.total

    def above(self) -> Iterator[Branch]:
        """Everything above, nearest first, without the root."""
        node = self.parent
        while node is not None and node.data is not None:
            yield node
            node = node.parent

    def holds(self, account_id: str) -> bool:
        """Whether the account is this one or above it: a circle of links must not be walked twice."""
        return self.id == account_id or any(node.id == account_id for node in self.above())


class Grove:
    """All branches by key and by account."""

    def __init__(self) -> None:
        self._next = 1
        self.root = Branch(0, None, None)
        self.by_key: dict[int, Branch] = {}
        self._places: dict[str, list[Branch]] = {}

    def grow(self, parent: Branch, data: TreeNode) -> Branch:
        """A new branch; it is not among the parent's children yet."""
        made = Branch(self._next, data, parent)
        self._next += 1
        self.by_key[made.key] = made
        self._places.setdefault(data.id, []).append(made)
        return made

    def at(self, account_id: str) -> Branch | None:
        """Where an account stands, the first of its places; None when it is not loaded."""
        return next(iter(self._places.get(account_id, ())), None)

    def places(self, account_id: str) -> tuple[Branch, ...]:
        """Every place where an account stands."""
        return tuple(self._places.get(account_id, ()))

    def fell(self, branches: Iterable[Branch]) -> None:
        """Forget branches and everything below them."""
        waiting = list(branches)
        while waiting:
            branch = waiting.pop()
            self.by_key.pop(branch.key, None)
            places = self._places.get(branch.id or "", [])
            if branch in places:
                places.remove(branch)
            waiting.extend(branch.children)

    def strays(self) -> tuple[str, ...]:
        """The accounts that stand at the top only because their own parent is not there."""
        return tuple(str(child.id) for child in self.root.children[: self.root.strays])

    def loaded(self) -> tuple[Branch, ...]:
        """Every branch whose children were looked at, the root first."""
        return (self.root, *(branch for branch in self.by_key.values() if branch.children))
