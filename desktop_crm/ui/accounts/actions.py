"""What can be done with accounts of the tree, each as one act that can be undone. No widget here."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

from desktop_crm.i18n import ntr, tr
from desktop_crm.services import accounts, hierarchies
from desktop_crm.ui.accounts.model import Place
from desktop_crm.ui.runtime.context import UiContext


class AccountActs:
    """Moves, renames, deletes and makes accounts on the write lane; refusals are shown by the reporter."""

    def __init__(self, context: UiContext) -> None:
        self._context = context

    def move(self, places: Sequence[Place], parent: str | None, beside: str | None = None) -> None:
        """Put accounts below another one; a circle is refused with its path. `beside`: in another hierarchy."""
        text = ntr("Move {n} account", "Move {n} accounts", len(places))
        if beside is not None:
            self._run(text, partial(hierarchies.move, self._context.workspace, beside, tuple(places), parent))
            return
        self._run(text, partial(accounts.move, self._context.workspace, tuple(one for one, _ in places), parent))

    def link(self, beside: str, account: str, parent: str, percent: Any) -> None:
        """Put an account below another one of a hierarchy, with its share."""
        work = partial(hierarchies.link, self._context.workspace, beside, account, parent, percent)
        self._run(tr("Place in the hierarchy"), work)

    def rename(self, account_id: str, name: str) -> None:
        self._run(tr("Rename account"), partial(accounts.rename, self._context.workspace, account_id, name))

    def delete(self, ids: Sequence[str], *, with_children: bool = False) -> None:
        """Delete accounts; those below move up, or go along."""
        text = ntr("Delete {n} account", "Delete {n} accounts", len(ids))
        work = partial(accounts.delete, self._context.workspace, tuple(ids), with_children=with_children)
        self._run(text, work)

    def create(self, name: str, parent: str | None, done: Any = None) -> None:
        work = partial(accounts.create, self._context.workspace, name, parent)
        self._context.undo.run(tr("New account"), work, done, self._context.reporter.report)

    def _run(self, text: str, work: Any) -> None:
        self._context.undo.run(text, work, None, self._context.reporter.report)
