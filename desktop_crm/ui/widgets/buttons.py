"""Buttons: at most one filled (primary) button on a page; the rest are plain, quiet, small or only an icon."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QSize
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QPushButton, QWidget

from desktop_crm.ui.theme import current, icon
from desktop_crm.ui.theme.tokens import ICON_SIZE

Act = Callable[[], object]


def button(
    text: str,
    act: Act | None = None,
    *,
    kind: str = "plain",
    icon_name: str = "",
    tip: str = "",
    shortcut: str = "",
    parent: QWidget | None = None,
) -> QPushButton:
    """A button. `kind`: plain, primary, quiet, small, danger, link, square, iconic, tile, segment, tab."""
    made = QPushButton(text, parent)
    made.setProperty("kind", kind)
    if icon_name:
        look = current()
        colour = look.on_accent if kind == "primary" else look.bad if kind == "danger" else look.ink_2
        made.setIcon(icon(icon_name, colour, look.ink_3))
        made.setIconSize(QSize(ICON_SIZE, ICON_SIZE))
    if act is not None:
        made.clicked.connect(_Pressed(act))
    tell(made, tip or text, shortcut)
    if shortcut:
        keys = QShortcut(QKeySequence(shortcut), made)
        keys.activated.connect(made.click)
    return made


def primary(text: str, act: Act | None = None, *, icon_name: str = "", shortcut: str = "") -> QPushButton:
    """The one filled button of a page."""
    return button(text, act, kind="primary", icon_name=icon_name, shortcut=shortcut)


def icon_button(
    icon_name: str, tip: str, act: Act | None = None, *, framed: bool = False, shortcut: str = ""
) -> QPushButton:
    """A button that shows only an icon; `tip` is its name for people who hover and for screen readers."""
    return button("", act, kind="square" if framed else "iconic", icon_name=icon_name, tip=tip, shortcut=shortcut)


def no_default(dialog: QWidget) -> None:
    """Enter in a field of the dialog ends the field and presses no button; without this Qt would press the first one."""
    for one in dialog.findChildren(QPushButton):
        one.setAutoDefault(False)


def tell(widget: QWidget, name: str, shortcut: str = "") -> None:
    """Name a control for screen readers, and in its tool tip with its shortcut."""
    shown = QKeySequence(shortcut).toString(QKeySequence.SequenceFormat.NativeText) if shortcut else ""
    widget.setAccessibleName(name)
    if isinstance(widget, QPushButton) and widget.text() == name and not shown:
        return
    widget.setToolTip(f"{name}  {shown}" if shown else name)


class _Pressed:
    """Calls an act without the checked state that `clicked` carries."""

    __slots__ = ("_act",)

    def __init__(self, act: Act) -> None:
        self._act = act

    def __call__(self, _checked: bool = False) -> None:
        self._act()
