"""Who else looks at a record, and who types in which of its fields: a quiet word, never in the way.

It asks only while it is on the screen, the workspace has a server and the user is not working offline.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QTimer, Signal, Slot
from PySide6.QtWidgets import QLabel, QWidget

from desktop_crm.i18n import ntr, tr
from desktop_crm.ui.runtime.context import UiContext
from desktop_crm.ui.widgets.field_row import FieldRow
from desktop_crm.ui.widgets.labels import label

if TYPE_CHECKING:
    from desktop_crm.services.presence import Present
    from desktop_crm.services.workspace import Workspace

AGAIN_MS = 20_000


class Presence(QObject):
    """The user at one record. Signals: `changed(people)` with the others there. `screen`: the widget that shows the record."""

    changed = Signal(object)

    def __init__(self, context: UiContext, entity: str, screen: QWidget) -> None:
        super().__init__(screen)
        self._context, self._entity, self._screen = context, entity, screen
        self._row_id = self._field = ""
        self._timer = QTimer(self)
        self._timer.setInterval(AGAIN_MS)
        self._timer.timeout.connect(self._say)
        context.lanes.stopped.connect(self._timer.stop)
        context.sync.watch.met.connect(self._on_met)
        screen.installEventFilter(self)

    def show_row(self, row_id: str) -> None:
        """The user looks at this record now; empty: at none."""
        if row_id != self._row_id:
            self.changed.emit(())
        self._row_id, self._field = row_id, ""
        self._say()

    def type_in(self, field: str) -> None:
        """The user types in a field; empty: no more."""
        if field != self._field:
            self._field = field
            self._say()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._screen and event.type() in {QEvent.Type.Show, QEvent.Type.Hide}:
            self._say()
        return super().eventFilter(watched, event)

    def _is_wanted(self) -> bool:
        state = self._context.sync.state
        joined = state.status is not None and state.status.joined
        return bool(self._row_id) and joined and not state.offline and self._context.lanes.open

    @Slot()
    def _say(self) -> None:
        if not self._is_wanted():
            self._timer.stop()
            return
        gone = not self._screen.isVisible()
        if gone and not self._timer.isActive():
            return
        self._timer.stop() if gone else self._timer.start()
        work = partial(_look, self._context.workspace, self._entity, self._row_id, self._field, gone)
        self._context.lanes.network(work, self._on_met, _pass_over)

    @Slot(object)
    def _on_met(self, present: Present) -> None:
        if (present.entity, present.row_id) == (self._entity, self._row_id) and self._screen.isVisible():
            self.changed.emit(present.people)


class PresenceNote(QLabel):
    """`PresenceNote(context, "quote", page)`, then `show_row(id)`: "Park looks at this too"; hidden while nobody does."""

    def __init__(self, context: UiContext, entity: str, screen: QWidget) -> None:
        super().__init__()
        self.setProperty("pill", "info")
        self.setObjectName("presence")
        self.hide()
        self.presence = Presence(context, entity, screen)
        self.presence.changed.connect(self._show)

    def show_row(self, row_id: str) -> None:
        self.presence.show_row(row_id)

    def _show(self, people: object) -> None:
        names = sorted({person.name for person in people if person.name}) if isinstance(people, tuple) else []
        others = len(names) - 1
        text = ""
        if names:
            text = (
                ntr("{name} and {n} other look at this", "{name} and {n} others look at this", others, name=names[0])
                if others
                else tr("{name} looks at this too", name=names[0])
            )
        self.setText(text)
        self.setToolTip(", ".join(names))
        self.setAccessibleName(text)
        self.setVisible(bool(text))


class FieldPresence(QObject):
    """Says at the fields of a form who else types there. `rows`: the form's rows as they are at that moment."""

    def __init__(
        self, context: UiContext, entity: str, rows: Callable[[], Mapping[str, FieldRow]], form: QWidget
    ) -> None:
        super().__init__(form)
        self._rows = rows
        self._shown: dict[str, QLabel] = {}
        self.presence = Presence(context, entity, form)
        self.presence.changed.connect(self._show)

    def show_row(self, row_id: str) -> None:
        self.presence.show_row(row_id)

    @Slot()
    def look(self) -> None:
        """Something was typed, or saved: say in which field the user is."""
        dirty = [name for name, row in self._rows().items() if row.dirty]
        self.presence.type_in(dirty[-1] if dirty else "")

    def word_at(self, field: str) -> str:
        """What stands at a field."""
        return self._shown[field].text() if field in self._shown else ""

    def _show(self, people: object) -> None:
        typing = {one.field: one.name for one in people if one.field} if isinstance(people, tuple) else {}
        for name in [name for name in self._shown if name not in typing]:
            self._shown.pop(name).deleteLater()
        rows = self._rows()
        for name, who in typing.items():
            row = rows.get(name)
            if row is None or row.corner.parentWidget() is None:
                continue
            text = tr("{name} is typing here", name=who)
            if name in self._shown:
                self._shown[name].setText(text)
                continue
            made = label(text, "hint")
            made.setProperty("pill", "info")
            row.corner.addWidget(made)
            self._shown[name] = made


def _look(workspace: Workspace, entity: str, row_id: str, field: str, gone: bool) -> Present:
    from desktop_crm.services import presence

    return presence.look(workspace, entity, row_id, field, gone=gone)


def _pass_over(_error: BaseException) -> None:
    """Nobody is held up by this."""
