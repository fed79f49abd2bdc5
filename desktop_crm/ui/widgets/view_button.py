"""The views of a list behind one button: choose one, keep what is shown under a name, rename, forget, open with one.

Signals: `chosen(view)` with a view, or None for the list as it is proposed; `first(view)` once, with what the list opens with.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QActionGroup
from PySide6.QtWidgets import QInputDialog, QMenu, QPushButton, QWidget

from desktop_crm.domain.lists.views import KeptViews, ListView
from desktop_crm.i18n import tr
from desktop_crm.ui.runtime.context import UiContext
from desktop_crm.ui.theme import current, icon
from desktop_crm.ui.widgets.buttons import tell
from desktop_crm.ui.widgets.record_source import changing_views, views_of

LONGEST = 22


class ViewButton(QPushButton):
    chosen = Signal(object)
    first = Signal(object)

    def __init__(
        self, context: UiContext, name: str, entity: str, now: Callable[[str], ListView], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._context, self._name, self._entity, self._now = context, name, entity, now
        self._slot = context.lanes.slot()
        self._kept = KeptViews()
        self._current = ""
        self.setProperty("kind", "plain")
        self.setIcon(icon("eye", current().ink_2))
        self.clicked.connect(self._on_clicked)
        self._relabel()

    @property
    def kept(self) -> KeptViews:
        return self._kept

    @property
    def view(self) -> str:
        """The name of the view that is shown; nothing for none."""
        return self._current

    def look(self) -> None:
        """Read the views; the list opens with the one that was chosen for that."""
        self._slot.read(partial(views_of, self._context.workspace, self._name, self._entity), self._on_first)

    def pop_up(self) -> QMenu:
        """The menu below the button."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        group = QActionGroup(menu)
        for name in ("", *(view.name for view in self._kept.views)):
            action = menu.addAction(name or tr("All, as proposed"))
            action.setCheckable(True)
            action.setChecked(name == self._current)
            action.triggered.connect(partial(self._choose, name))
            group.addAction(action)
        menu.addSeparator()
        menu.addAction(tr("Keep this view as…")).triggered.connect(partial(self._ask_name, ""))
        if self._current:
            menu.addAction(tr("Keep the changes of “{name}”", name=self._current)).triggered.connect(
                partial(self.keep, self._current)
            )
            menu.addAction(tr("Rename…")).triggered.connect(partial(self._ask_name, self._current))
            opens = menu.addAction(tr("Open the list with this view"))
            opens.setCheckable(True)
            opens.setChecked(self._kept.default == self._current)
            opens.triggered.connect(self._on_opens)
            menu.addAction(tr("Forget this view")).triggered.connect(partial(self._forget, self._current))
        menu.popup(self.mapToGlobal(QPoint(0, self.height() + 2)))
        return menu

    def keep(self, name: str, _checked: bool = False) -> None:
        """Keep what is shown under a name."""
        self._write("keep", partial(self._settle, name.strip()), self._now(name))

    def rename(self, name: str, new: str) -> None:
        """Give a view another name."""
        self._write("rename", partial(self._settle, new.strip()), name, new)

    def _choose(self, name: str, _checked: bool = False) -> None:
        self._current = name
        self._relabel()
        self.chosen.emit(self._kept.named(name))

    def _on_clicked(self, _checked: bool = False) -> None:
        self.pop_up()

    def _ask_name(self, old: str, _checked: bool = False) -> None:
        dialog = QInputDialog(self.window())
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setWindowTitle(tr("Rename the view") if old else tr("Keep this view"))
        dialog.setLabelText(tr("Name of the view"))
        dialog.setTextValue(old)
        dialog.setOkButtonText(tr("Keep"))
        dialog.setCancelButtonText(tr("Cancel"))
        dialog.textValueSelected.connect(partial(self.rename, old) if old else self.keep)
        dialog.open()

    def _on_opens(self, checked: bool) -> None:
        self._write("open_with", partial(self._settle, self._current), self._current if checked else "")

    def _forget(self, name: str, _checked: bool = False) -> None:
        self._write("delete", partial(self._settle, ""), name)

    def _write(self, act: str, done: Callable[[KeptViews], None], *values: Any) -> None:
        work = changing_views(act, self._context.workspace, self._name, self._entity, *values)
        self._context.lanes.write(work, done)

    def _settle(self, name: str, kept: KeptViews) -> None:
        self._kept = kept
        self._current = name if kept.named(name) is not None else ""
        self._relabel()

    def _on_first(self, kept: KeptViews) -> None:
        self._settle(kept.default, kept)
        self.first.emit(kept.named(kept.default))

    def _relabel(self) -> None:
        shown = self._current or tr("View")
        self.setText(shown if len(shown) <= LONGEST else shown[: LONGEST - 1] + "…")
        tell(self, tr("View: {name}", name=self._current or tr("All, as proposed")))
