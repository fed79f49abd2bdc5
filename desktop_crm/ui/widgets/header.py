"""The head of a page: breadcrumb, title with a pill, one line about it, and actions at the right."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from desktop_crm.ui.theme import Mood
from desktop_crm.ui.widgets.buttons import button
from desktop_crm.ui.widgets.labels import ElidedLabel, clear, label
from desktop_crm.ui.widgets.pill import Pill

TITLE_ROOM = 420
"""A title is not cut shorter than this, if it is so long; narrow pages say less."""

Crumb = tuple[str, Callable[[], object] | None]


class PageHeader(QFrame):
    """`PageHeader("Accounts", crumbs=[("Customers", None)], subtitle="…", actions=[primary(...)])`."""

    crumb_chosen = Signal(int)

    def __init__(
        self,
        title: str,
        *,
        crumbs: tuple[Crumb, ...] = (),
        subtitle: str = "",
        actions: tuple[QWidget, ...] = (),
        title_room: int = TITLE_ROOM,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._title_room = title_room
        self.setProperty("role", "header")
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        outer = QHBoxLayout(self)
        outer.setContentsMargins(18, 10, 18, 10)
        outer.setSpacing(8)
        text = QVBoxLayout()
        text.setSpacing(0)
        self._crumbs = QHBoxLayout()
        self._crumbs.setSpacing(4)
        line = QHBoxLayout()
        line.setSpacing(8)
        self._title = ElidedLabel(title, "title")
        self._title.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Preferred)
        self._beside = label("", "body2")
        self._beside.hide()
        self._pills = QHBoxLayout()
        self._pills.setSpacing(6)
        line.addWidget(self._title)
        line.addWidget(self._beside)
        line.addLayout(self._pills)
        line.addStretch(1)
        self._subtitle = ElidedLabel(subtitle, "body2")
        text.addLayout(self._crumbs)
        text.addLayout(line)
        text.addWidget(self._subtitle)
        outer.addLayout(text, 1)
        self._actions = QHBoxLayout()
        self._actions.setSpacing(8)
        outer.addLayout(self._actions)
        outer.setAlignment(self._actions, Qt.AlignmentFlag.AlignVCenter)
        self.set_title(title)
        self.set_crumbs(crumbs)
        self.set_subtitle(subtitle)
        for action in actions:
            self.add_action(action)

    def set_title(self, title: str, beside: str = "") -> None:
        """`beside` stands after the title in lighter type (a version, a date)."""
        self._title.set_text(title)
        self._title.ensurePolished()
        width = self._title.fontMetrics().horizontalAdvance(title)
        self._title.setMinimumWidth(min(width + 8, self._title_room))
        self._beside.setText(beside)
        self._beside.setVisible(bool(beside))
        self.setAccessibleName(title)

    def title(self) -> str:
        return self._title.whole()

    @property
    def title_label(self) -> QWidget:
        """Where the title stands, for a page whose title can be edited in place."""
        return self._title

    def set_subtitle(self, text: str) -> None:
        self._subtitle.set_text(text)
        self._subtitle.setVisible(bool(text))

    def set_crumbs(self, crumbs: tuple[Crumb, ...]) -> None:
        """The way to this page: (text, what a press does or None)."""
        clear(self._crumbs)
        for place, (text, act) in enumerate(crumbs):
            if place:
                self._crumbs.addWidget(label("›", "crumb"))
            if act is None:
                self._crumbs.addWidget(label(text, "crumb"))
            else:
                self._crumbs.addWidget(_crumb_link(text, partial(act)))
        self._crumbs.addStretch(1)

    def set_pills(self, *pills: tuple[str, Mood]) -> None:
        """Words beside the title."""
        clear(self._pills)
        for text, mood in pills:
            self._pills.addWidget(Pill(text, mood))

    def add_action(self, action: QWidget) -> None:
        self._actions.addWidget(action)


def _crumb_link(text: str, act: Callable[[], object]) -> QPushButton:
    made = button(text, act, kind="link")
    made.setProperty("kind", "crumb")
    return made
