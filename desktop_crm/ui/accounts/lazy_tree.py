"""The lazy half of the tree model: a level is read on the read lane when it is opened, and again when something in it changed.

It owns the branches and tells Qt about rows; what a cell shows is the model's.
Signals: `loaded(count)` after the top level came, `failed(error)`, `grown(ids)` after branches were put in.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

from PySide6.QtCore import QAbstractItemModel, QModelIndex, QObject, QPersistentModelIndex, QTimer, Signal, Slot

from desktop_crm.domain.accounts.sums import TreeNode
from desktop_crm.foundation.changes import ChangeKind, Changes
from desktop_crm.services import accounts
from desktop_crm.ui.accounts.nodes import Branch, Grove
from desktop_crm.ui.accounts.sources import Now, Source
from desktop_crm.ui.runtime.context import UiContext

STRAYS_MS = 400
"""Accounts without a place are looked for when nothing else is under way: finding them reads every link."""

FIRST_ROWS = 100
"""As many accounts of the top level are read for the first paint; more follow when it has passed, or when somebody scrolls."""

COLUMNS = 10
RENEWALS = 4
_TOUCHED = (
    "account", "hierarchy_link", "opportunity", "stage", "contract", "quote", "quote_line", "quote_section", "contact",
    "activity", "workspace_setting",
)  # fmt: skip

Index = QModelIndex | QPersistentModelIndex
_ROOT = QModelIndex()


class LazyTree(QAbstractItemModel):
    loaded = Signal(int)
    failed = Signal(object)
    grown = Signal(object)

    def __init__(self, context: UiContext, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._grove = Grove()
        self._asked: dict[int, int] = {}
        self._tokens = 0
        self._generation = 0
        self._hits: frozenset[str] | None = None
        self._text = ""
        self._renewals: dict[str, int] = {}
        self._again = context.lanes.slot()
        self._home = context.workspace.currency
        self._source: Source = Now(workspace=context.workspace)
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.setInterval(STRAYS_MS)
        self._later.timeout.connect(self._look_for_strays)
        context.hub.changed.connect(self._on_changed)

    # reading

    @property
    def source(self) -> Source:
        return self._source

    def look_at(self, source: Source) -> None:
        """Show another hierarchy, another order, or another day."""
        if source != self._source:
            self._source = source
            self._renewals = {}
            self.narrow(self._text)

    def look_first_at(self, source: Source) -> None:
        """What to show when the tree is read for the first time."""
        self._source = source

    def ask(self) -> None:
        """Read the top level from nothing."""
        self._begin_anew()
        work = partial(self._source.level, None, 0, FIRST_ROWS)
        self._context.lanes.read(work, partial(self._on_top, self._generation), self.failed.emit)
        self._context.lanes.read(self._source.renewals, partial(self._on_renewals, self._generation))

    def narrow(self, text: str) -> None:
        """Only accounts whose name holds the text, with those above them; empty text for the whole tree."""
        self._text = text
        if not text:
            self.ask()
            return
        self._begin_anew()
        self._again.read(partial(self._source.found, text), partial(self._on_found, self._generation), self.failed.emit)

    @property
    def narrowed(self) -> bool:
        return self._hits is not None

    def _begin_anew(self) -> None:
        self._generation += 1
        self._asked.clear()
        self._again.cancel()

    def _on_top(self, generation: int, level: accounts.Level) -> None:
        if generation != self._generation:
            return
        self.beginResetModel()
        self._grove = Grove()
        self._hits = None
        root = self._grove.root
        root.total = level.total
        root.children = [self._grove.grow(root, node) for node in level.nodes]
        self.endResetModel()
        self.loaded.emit(level.total)
        self._tell_grown(root.children)
        self._later.start()

    def _look_for_strays(self) -> None:
        if not self.narrowed:
            if len(self._grove.root.children) == FIRST_ROWS:
                self.root_page()
            self._context.lanes.read(self._source.strays, partial(self._on_strays, self._generation))

    def _on_strays(self, generation: int, strays: tuple[TreeNode, ...]) -> None:
        found = tuple(node.id for node in strays)
        if generation == self._generation and set(found) != set(self._grove.strays()):
            self._read_levels(found)

    def _on_found(self, generation: int, found: accounts.Found) -> None:
        if generation != self._generation:
            return
        self.beginResetModel()
        self._grove = Grove()
        self._hits = found.hits
        known = {node.id: node for node in found.nodes}
        self._plant(self._grove.root, [n for n in found.nodes if n.parent_id not in known], found.nodes)
        self.endResetModel()
        self.loaded.emit(len(found.hits))
        self._tell_grown(tuple(self._grove.by_key.values()))

    def _plant(self, parent: Branch, mine: Sequence[TreeNode], all_nodes: Sequence[TreeNode]) -> None:
        for node in mine:
            branch = self._grove.grow(parent, node)
            parent.children.append(branch)
            self._plant(branch, [n for n in all_nodes if n.parent_id == node.id and not branch.holds(n.id)], all_nodes)
        parent.total = len(parent.children)

    def _on_renewals(self, generation: int, renewals: dict[str, int]) -> None:
        if generation != self._generation:
            return
        before, self._renewals = self._renewals, renewals
        for account_id in {*before, *renewals}:
            for branch in self._grove.places(account_id):
                place = self._index(branch, RENEWALS)
                self.dataChanged.emit(place, place)

    def _fetch(self, branch: Branch, *, again: bool = False) -> None:
        """Read the next page of a level; `again`: the one under way is out of date."""
        if branch.key in self._asked and not again:
            return
        self._tokens += 1
        self._asked[branch.key] = self._tokens
        offset = len(branch.children) - branch.strays
        work = partial(self._source.level, branch.id, offset)
        done = partial(self._on_level, self._tokens, branch.key)
        self._context.lanes.read(work, done, self.failed.emit)

    def _on_level(self, token: int, key: int, level: accounts.Level) -> None:
        branch = self._branch(key)
        if self._asked.get(key) != token or branch is None:
            return
        here = {child.id for child in branch.children}
        nodes = [node for node in self._shown(branch, level.nodes) if node.id not in here]
        first = len(branch.children)
        fresh: list[Branch] = []
        if nodes:
            self.beginInsertRows(self._index(branch), first, first + len(nodes) - 1)
            fresh = [self._grove.grow(branch, node) for node in nodes]
            branch.children += fresh
            self.endInsertRows()
        branch.total = level.total if nodes else len(branch.children) - branch.strays
        del self._asked[key]
        self._tell_grown(fresh)
        if branch is not self._grove.root and not branch.whole():
            self._fetch(branch)  # inner levels come whole; only the top level waits for the scroll bar

    # many levels at once, for who opens everything

    def root_page(self) -> bool:
        """Read on at the top level; False when all of it is here."""
        root = self._grove.root
        if root.whole() or self.narrowed:
            return False
        self._fetch(root)
        return True

    def unread(self, keys: Sequence[int]) -> dict[int, str]:
        """Those of the branches whose level was not read yet, with their accounts."""
        branches = [branch for branch in map(self._branch, keys) if branch is not None]
        return {one.key: one.id for one in branches if one.id and one.total and not one.children}

    def fill(self, key: int, nodes: Sequence[TreeNode]) -> None:
        """Put a level that was read in; one that came in by other ways meanwhile stays."""
        branch = self._branch(key)
        if branch is None or branch.children or branch.key in self._asked:
            return
        shown = self._shown(branch, nodes)
        if shown:
            self.beginInsertRows(self._index(branch), 0, len(shown) - 1)
            branch.children = [self._grove.grow(branch, node) for node in shown]
            self.endInsertRows()
        branch.total = len(shown)

    def below(self, key: int) -> tuple[int, ...]:
        """The keys of the branches right below one that have something below themselves; 0 is the top."""
        branch = self._branch(key)
        return tuple(child.key for child in branch.children if child.total or child.children) if branch else ()

    def rows_below(self, key: int) -> int:
        """How many rows stand right below a branch."""
        branch = self._branch(key)
        return len(branch.children) if branch is not None else 0

    def place_of(self, key: int) -> QModelIndex:
        """Where a branch stands."""
        branch = self._branch(key)
        return self._index(branch) if branch is not None else QModelIndex()

    # changes

    @Slot(object, object)
    def _on_changed(self, changes: Changes, _initiator: object) -> None:
        if self._source.is_past or not changes.touches(*_TOUCHED):
            return
        if self.narrowed:
            self.narrow(self._text)
            return
        for key in tuple(self._asked):
            under_way = self._branch(key)
            if under_way is not None:
                self._fetch(under_way, again=True)
        touched = changes.rows("account")
        self._read_levels(tuple(stray for stray in self._grove.strays() if stray not in touched))
        if _moved(changes):
            self._later.start()
        if changes.touches("contract", "account", "hierarchy_link"):
            self._context.lanes.read(self._source.renewals, partial(self._on_renewals, self._generation))

    def _read_levels(self, strays: tuple[str, ...]) -> None:
        wanted = [(branch.key, branch.id, len(branch.children)) for branch in self._grove.loaded()]
        work = partial(_levels, self._source, tuple(wanted), strays)
        self._again.read(work, partial(self._on_levels, self._generation), self.failed.emit)

    def _on_levels(self, generation: int, levels: tuple[tuple[int, accounts.Level, tuple[TreeNode, ...]], ...]) -> None:
        if generation != self._generation:
            return
        for key, level, strays in levels:
            branch = self._branch(key)
            if branch is not None:
                self._settle(branch, level, strays)
        self.loaded.emit(len(self._grove.root.children))

    def _settle(self, branch: Branch, level: accounts.Level, strays: tuple[TreeNode, ...]) -> None:
        """Bring one level to what was read: take out, put in, and repaint what stayed."""
        self._asked[branch.key] = 0  # nobody may ask for more while rows come and go
        nodes = [*strays, *self._shown(branch, level.nodes)]
        wanted = [node.id for node in nodes]
        here, there = {child.id for child in branch.children}, set(wanted)
        kept = [child.id for child in branch.children if child.id in there]
        order = [account_id for account_id in wanted if account_id in here]
        stays = set(kept) if kept == order else _in_order(kept, order)
        for row in range(len(branch.children) - 1, -1, -1):
            if branch.children[row].id not in stays:
                self._take_out(branch, row)
        fresh = []
        for row, node in enumerate(nodes):
            if row < len(branch.children) and branch.children[row].id == node.id:
                child = branch.children[row]
                child.data = node
                if not child.children:
                    bare, child.total = child.total == 0, node.child_count
                    if bare and child.total:
                        self._fetch(child)  # Qt draws the sign of a parent only when rows come in
            else:
                fresh.append(self._put_in(branch, row, node))
        branch.total, branch.strays = level.total, len(strays)
        del self._asked[branch.key]
        if branch.children:
            last = len(branch.children) - 1
            self.dataChanged.emit(self._index(branch.children[0]), self._index(branch.children[last], COLUMNS - 1))
        self._tell_grown(fresh)

    def _shown(self, branch: Branch, nodes: Sequence[TreeNode]) -> list[TreeNode]:
        """What is shown below a branch: who stands above it already closes a circle, and the way down ends there.

        In the home tree a circle is about to be undone by the server, and is not shown.
        """
        if self._source.beside is None:
            return [node for node in nodes if not branch.holds(node.id)]
        return [replace(node, circle=True, child_count=0) if branch.holds(node.id) else node for node in nodes]

    def _take_out(self, branch: Branch, row: int) -> None:
        self.beginRemoveRows(self._index(branch), row, row)
        gone = branch.children.pop(row)
        self.endRemoveRows()
        self._grove.fell([gone])

    def _put_in(self, branch: Branch, row: int, node: TreeNode) -> Branch:
        self.beginInsertRows(self._index(branch), row, row)
        made = self._grove.grow(branch, node)
        branch.children.insert(row, made)
        self.endInsertRows()
        return made

    def _tell_grown(self, branches: Sequence[Branch]) -> None:
        if branches:
            self.grown.emit(tuple(branch.id for branch in branches))

    # places

    def index_of(self, account_id: str, column: int = 0) -> QModelIndex:
        """Where an account stands, if it is loaded; else an invalid index."""
        branch = self._grove.at(account_id)
        return self._index(branch, column) if branch is not None else QModelIndex()

    def node(self, index: Index) -> TreeNode | None:
        branch = self._at(index)
        return branch.data if branch is not None else None

    def _branch(self, key: int) -> Branch | None:
        return self._grove.root if key == 0 else self._grove.by_key.get(key)

    def _at(self, index: Index) -> Branch | None:
        return self._grove.by_key.get(index.internalId()) if index.isValid() else self._grove.root

    def _index(self, branch: Branch, column: int = 0) -> QModelIndex:
        return QModelIndex() if branch.parent is None else self.createIndex(branch.row(), column, branch.key)


def _levels(
    source: Source, wanted: tuple[tuple[int, str | None, int], ...], strays: tuple[str, ...]
) -> tuple[tuple[int, accounts.Level, tuple[TreeNode, ...]], ...]:
    """The loaded levels as they are now; runs on the read lane. `strays` stand at the top besides."""
    apart = source.nodes(strays) if strays else ()
    return tuple(
        (
            key,
            source.level(account_id, 0, max(count, accounts.PAGE)),
            apart if account_id is None else (),
        )
        for key, account_id, count in wanted
    )


def _moved(changes: Changes) -> bool:
    """Whether an account or a link came, went, or leads elsewhere."""
    return changes.touches("hierarchy_link") or any(
        item.entity == "account" and (item.kind is not ChangeKind.UPDATED or "parent_id" in item.fields)
        for item in changes.items
    )


def _in_order(kept: Sequence[str | None], order: Sequence[str]) -> set[str | None]:
    """Those of the kept that need not move: a run that stands in the wanted order, found greedily."""
    place = {account_id: number for number, account_id in enumerate(order)}
    stays: set[str | None] = set()
    last = -1
    for account_id in kept:
        number = place[account_id or ""]
        if number > last:
            stays.add(account_id)
            last = number
    return stays
