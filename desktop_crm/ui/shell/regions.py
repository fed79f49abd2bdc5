"""The parts of the window that F6 goes through: the navigation, then the page's panes and panels, from left to right.

A page's panes are what its splitter divides; a panel is a frame with the role "panel". Nothing here knows a feature.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QFrame, QSplitter, QWidget


def regions_of(page: QWidget) -> tuple[QWidget, ...]:
    """The panes and panels of a page that are on the screen; the page itself when it has none."""
    splits = [one for one in page.findChildren(QSplitter) if one.isVisible()]
    outer = next((one for one in splits if not any(_holds(other, one) for other in splits)), None)
    panes = [outer.widget(place) for place in range(outer.count())] if outer is not None else [page]
    panels = [one for one in page.findChildren(QFrame) if one.property("role") == "panel" and one not in panes]
    found = [one for one in (*panes, *panels) if one is not None and one.isVisible()]
    return tuple(sorted(found, key=lambda one: (one.mapTo(page, QPoint(0, 0)).x(), one is not page)))


def next_region(regions: Sequence[QWidget], focused: QWidget | None, by: int) -> QWidget | None:
    """The region after (or before) the innermost one that holds the keyboard."""
    if not regions:
        return None
    holding = [one for one in regions if focused is not None and one.isAncestorOf(focused)]
    if not holding:
        return regions[0 if by > 0 else -1]
    inner = next((one for one in holding if not any(_holds(one, other) for other in holding)), holding[-1])
    return regions[(list(regions).index(inner) + by) % len(regions)]


def enter(region: QWidget, others: Sequence[QWidget]) -> bool:
    """Give the keyboard to where it was last in a region, else to its first control; whether there was one."""
    inner = [one for one in others if _holds(region, one)]
    for one in (region.focusWidget(), region.focusProxy(), region, *_in_order(region)):
        if one is not None and _takes_keys(one) and not any(i.isAncestorOf(one) for i in inner):
            one.setFocus(Qt.FocusReason.TabFocusReason)
            return True
    return False


def _holds(outer: QWidget, inner: QWidget) -> bool:
    """Whether one lies within the other; for Qt a widget also lies within itself."""
    return outer is not inner and outer.isAncestorOf(inner)


def _in_order(region: QWidget) -> list[QWidget]:
    """The controls of a region, as Tab goes through them."""
    found: list[QWidget] = []
    one = region.nextInFocusChain()
    while one is not region and one is not None:
        if _holds(region, one):
            found.append(one)
        one = one.nextInFocusChain()
    return found


def _takes_keys(one: QWidget) -> bool:
    tabbed = bool(one.focusPolicy().value & Qt.FocusPolicy.TabFocus.value)
    return tabbed and one.isVisible() and one.isEnabled()
