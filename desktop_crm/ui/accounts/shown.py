"""Which rows stand behind a figure of the account page. Light: the page has it before any list of rows is loaded."""

from __future__ import annotations

from dataclasses import dataclass

from desktop_crm.domain.lists.filters import NOTHING, Group


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """Which rows a tab is opened with: with all below or not, and what they have in common."""

    whole: bool = False
    where: Group = NOTHING
