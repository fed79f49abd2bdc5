"""Where the tree's rows come from: the home tree or another hierarchy as it is now, in the order that was chosen, or a past day.

Every method runs on the read lane. Frozen, so that a change of view is another source and answers for the old one are told apart.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

from desktop_crm.domain.accounts.sums import TreeNode
from desktop_crm.services import accounts
from desktop_crm.services.accounts import Found, Level, Order
from desktop_crm.services.workspace import Workspace


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
