"""The bar at the top: brand, the field that opens the search palette, sync pill, new things, me."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QMenu, QPushButton, QSizePolicy, QWidget

from desktop_crm.i18n import ptr, tr
from desktop_crm.ui.shell.navigation import WIDTH
from desktop_crm.ui.theme import Mood, current, pixmap
from desktop_crm.ui.widgets.avatar import Avatar
from desktop_crm.ui.widgets.buttons import button, tell
from desktop_crm.ui.widgets.labels import label, restyle
from desktop_crm.ui.widgets.search_field import SearchField

HEIGHT = 48


class TopBar(QFrame):
    """Signals: `sync_wanted()` when the pill is pressed."""

    sync_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "topbar")
        self.setFixedHeight(HEIGHT)
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 0, 16, 1)
        row.setSpacing(12)
        row.addWidget(_brand(self))
        self.search = SearchField(tr("Find companies, people, quotes, or do something"), self, pause_ms=0)
        self.search.setMaximumWidth(460)
        self.search.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._keycap = label("Ctrl K", "keycap", parent=self.search)
        self._keycap.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        hint = QHBoxLayout(self.search)
        hint.setContentsMargins(0, 0, 7, 0)
        hint.addStretch(1)
        self._keycap.setFixedHeight(20)
        hint.addWidget(self._keycap, 0, Qt.AlignmentFlag.AlignVCenter)
        self.search.textChanged.connect(self._on_text)
        row.addWidget(self.search, 3)
        row.addStretch(2)
        self.pill = QPushButton(self)
        self.pill.setProperty("pill", Mood.neutral.value)
        self.pill.clicked.connect(self._on_pill)
        self.pill.hide()
        row.addWidget(self.pill)
        self.new = button(ptr("menu", "New"), icon_name="plus", tip=tr("Make something new"), parent=self)
        row.addWidget(self.new)
        self.me = QPushButton(self)
        self.me.setProperty("kind", "iconic")
        self.me.setFixedSize(32, 32)
        tell(self.me, tr("Me and settings"))
        inside = QHBoxLayout(self.me)
        inside.setContentsMargins(0, 0, 0, 0)
        self.avatar = Avatar("", 28, self.me)
        self.avatar.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        inside.addWidget(self.avatar, 0, Qt.AlignmentFlag.AlignCenter)
        row.addWidget(self.me)

    def show_sync(self, text: str, mood: Mood, tip: str = "") -> None:
        """The state of sync as a pill."""
        self.pill.setText(f"●  {text}")
        self.pill.setToolTip(tip or text)
        self.pill.setAccessibleName(tr("Sync: {state}", state=text))
        self.pill.setVisible(bool(text))
        if self.pill.property("pill") != mood.value:
            self.pill.setProperty("pill", mood.value)
            restyle(self.pill)

    def show_name(self, name: str) -> None:
        self.avatar.show_name(name)
        tell(self.me, tr("{name}: me and settings", name=name) if name else tr("Me and settings"))

    def fill_new(self, actions: list[QAction]) -> None:
        """The entries of the menu of new things."""
        menu = QMenu(self.new)
        menu.addActions(actions)
        self.new.setMenu(menu)
        self.new.setVisible(bool(actions))

    def set_me_menu(self, menu: QMenu) -> None:
        self.me.setMenu(menu)

    def _on_text(self, text: str) -> None:
        self._keycap.setVisible(not text)

    def _on_pill(self, _checked: bool = False) -> None:
        self.sync_wanted.emit()


def _brand(parent: QWidget) -> QWidget:
    holder = QWidget(parent)
    holder.setFixedWidth(WIDTH - 28)
    row = QHBoxLayout(holder)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(8)
    sign = QLabel(holder)
    sign.setPixmap(pixmap("logo", current().accent, 20, holder.devicePixelRatioF()))
    row.addWidget(sign)
    row.addWidget(label("Desktop CRM", "brand", parent=holder))
    row.addStretch(1)
    return holder
