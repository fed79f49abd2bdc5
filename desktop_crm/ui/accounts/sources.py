"""Where the tree's rows come from: the home tree or another hierarchy as it is now, in the order that was chosen, or a past day.

Every method runs on the read lane. Frozen, so that a change of view is another source and answers for the old one are told apart.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from desktop_crm.domain.accounts.sums import TreeNode
from desktop_crm.services import accounts
from desktop_crm.services.accounts import Found, Level, Order
from desktop_crm.services.workspace import Workspace

if TYPE_CHECKING:
    from desktop_crm.services.as_of import PastTree


class Source(Protocol):
    """What the lazy tree asks."""

    @property
    def beside(self) -> str | None: ...
    @property
    def is_past(self) -> bool: ...
    def level(self, parent: str | None, offset: int = 0, limit: int = accounts.PAGE) -> Level: ...
    def levels(self, parents: Sequence[str]) -> dict[str, tuple[TreeNode, ...]]: ...
    def strays(self) -> tuple[TreeNode, ...]: ...
    def nodes(self, ids: Sequence[str]) -> tuple[TreeNode, ...]: ...
    def found(self, text: str) -> Found: ...
    def renewals(self) -> dict[str, int]: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Now:
    """The tree as it is. `beside` names a hierarchy other than the home tree."""

    workspace: Workspace
    beside: str | None = None
    order: Order = field(default_factory=Order)

    @property
    def is_past(self) -> bool:
        return False

    def level(self, parent: str | None, offset: int = 0, limit: int = accounts.PAGE) -> Level:
        return accounts.children(self.workspace, parent, offset, limit, beside=self.beside, order=self.order)

    def levels(self, parents: Sequence[str]) -> dict[str, tuple[TreeNode, ...]]:
        return accounts.levels(self.workspace, parents, beside=self.beside, order=self.order)

    def strays(self) -> tuple[TreeNode, ...]:
        return accounts.strays(self.workspace, self.beside)

    def nodes(self, ids: Sequence[str]) -> tuple[TreeNode, ...]:
        return accounts.nodes(self.workspace, ids, self.beside)

    def found(self, text: str) -> Found:
        return accounts.search_tree(self.workspace, text, beside=self.beside)

    def renewals(self) -> dict[str, int]:
        return accounts.renewals(self.workspace, self.beside)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Then:
    """The tree as it was on a day; nothing in it can be changed."""

    past: PastTree
    beside: str | None = None

    @property
    def is_past(self) -> bool:
        return True

    def level(self, parent: str | None, offset: int = 0, limit: int = accounts.PAGE) -> Level:
        nodes = self.past.children.get(parent, ())
        return Level(parent=parent, offset=offset, total=len(nodes), nodes=nodes[offset : offset + limit])

    def levels(self, parents: Sequence[str]) -> dict[str, tuple[TreeNode, ...]]:
        return {one: self.past.children.get(one, ()) for one in parents}

    def strays(self) -> tuple[TreeNode, ...]:
        return ()

    def nodes(self, ids: Sequence[str]) -> tuple[TreeNode, ...]:
        return tuple(self.past.by_id[one] for one in ids if one in self.past.by_id)

    def found(self, text: str) -> Found:
        wanted = text.casefold()
        hits = frozenset(one.id for one in self.past.by_id.values() if wanted in one.name.casefold())
        shown: dict[str, TreeNode] = {}
        for hit in hits:
            node = self.past.by_id.get(hit)
            while node is not None and node.id not in shown:
                shown[node.id] = node
                node = self.past.by_id.get(node.parent_id or "")
        return Found(nodes=tuple(sorted(shown.values(), key=lambda one: one.name.casefold())), hits=hits, more=False)

    def renewals(self) -> dict[str, int]:
        return {}
