"""Editors of single values, one class for each way of typing. They know text and values, not rows or services.

Signals: `committed()` when the user has finished an edit (Enter, leaving the field, a choice). An editor refuses what it
cannot read by raising the coded refusal of the registry in `value()`.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from PySide6.QtCore import QDate, QEvent, QObject, QPoint, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import (
    QCalendarWidget,
    QCheckBox,
    QFrame,
    QHBoxLayout,
    QLineEdit,
    QPlainTextEdit,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from desktop_crm.domain.phones import e164, national
from desktop_crm.domain.schema import Field, FieldType
from desktop_crm.domain.schema.codec import parse
from desktop_crm.i18n import formats, forms, tr
from desktop_crm.i18n.labels import option_label
from desktop_crm.ui.runtime.shared_settings import currencies
from desktop_crm.ui.theme import current, icon
from desktop_crm.ui.widgets.labels import restyle
from desktop_crm.ui.widgets.steady import SteadyComboBox

_NOISE = re.compile(r"[₩$€£₫\s\u00a0]|원$")
_DATE_JOINTS = re.compile(r"[./년월]\s*")
LONG_TEXT_HEIGHT = 84


class Editor(QWidget):
    """What a form asks of an editor. By itself it holds nothing and shows nothing; each kind overrides the three questions."""

    committed = Signal()
    changed = Signal()

    def __init__(self, field: Field, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.field = field
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.box = QHBoxLayout(self)
        self.box.setContentsMargins(0, 0, 0, 0)
        self.box.setSpacing(6)

    def value(self) -> Any:
        """What was typed, as the registry's value; raises Refusal for what cannot be read."""

    def show_value(self, value: Any) -> None:
        """Show a value without telling."""

    def target(self) -> QWidget:
        """The control that takes the keyboard."""
        return self

    def mark(self, *, invalid: bool) -> None:
        control = self.target()
        if bool(control.property("invalid")) != invalid:
            control.setProperty("invalid", invalid)
            restyle(control)


class LineEditor(Editor):
    """One line: text, numbers, dates, words of a set."""

    def __init__(self, field: Field, parent: QWidget | None = None) -> None:
        super().__init__(field, parent)
        self.line = QLineEdit()
        self.line.editingFinished.connect(self.committed)
        self.line.textEdited.connect(self.changed)
        self.box.addWidget(self.line)
        self.setFocusProxy(self.line)
        if field.type in {FieldType.INTEGER, FieldType.DECIMAL}:
            self.line.setAlignment(Qt.AlignmentFlag.AlignRight)
        if field.type is FieldType.SET:
            self.line.setPlaceholderText(tr("Words, separated by commas"))
        self._shown: tuple[str, Any] | None = None

    def target(self) -> QWidget:
        return self.line

    def value(self) -> Any:
        text = self.line.text().strip()
        if self._shown is not None and self._shown[0] == text:
            return self._shown[1]
        return read(self.field, text)

    def show_value(self, value: Any) -> None:
        text = written(self.field, value)
        self.line.setText(text)
        self.line.setCursorPosition(0)
        self._shown = (text, value)


class PhoneEditor(LineEditor):
    """Telephone numbers: shown in the country's own form, kept as they are dialled from anywhere."""

    def value(self) -> Any:
        found = super().value()
        if self._shown is not None and found is self._shown[1]:
            return found
        return e164(found) if isinstance(found, str) else found and tuple(sorted(map(e164, found)))

    def show_value(self, value: Any) -> None:
        told = national(value) if isinstance(value, str) else value and tuple(map(national, value))
        super().show_value(told)
        self._shown = (self.line.text(), value)


class DateEditor(LineEditor):
    """A date as text with a calendar beside it (Alt+Down)."""

    def __init__(self, field: Field, parent: QWidget | None = None) -> None:
        super().__init__(field, parent)
        order = formats.date_order() if field.type is FieldType.DATE else "ymd"
        hint = {"ymd": tr("YYYY-MM-DD"), "dmy": tr("DD/MM/YYYY"), "mdy": tr("MM/DD/YYYY")}[order]
        self.line.setPlaceholderText(hint)
        act = self.line.addAction(icon("activity", current().ink_3), QLineEdit.ActionPosition.TrailingPosition)
        act.setText(tr("Open the calendar"))
        act.triggered.connect(self.open_calendar)
        self.line.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if (
            isinstance(event, QKeyEvent)
            and event.type() == QEvent.Type.KeyPress
            and event.key() == Qt.Key.Key_Down
            and event.modifiers() & Qt.KeyboardModifier.AltModifier
        ):
            self.open_calendar()
            return True
        return super().eventFilter(watched, event)

    def open_calendar(self) -> None:
        frame = QFrame(self, Qt.WindowType.Popup)
        frame.setProperty("role", "popup")
        frame.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box = QVBoxLayout(frame)
        box.setContentsMargins(6, 6, 6, 6)
        calendar = QCalendarWidget()
        calendar.setVerticalHeaderFormat(QCalendarWidget.VerticalHeaderFormat.NoVerticalHeader)
        calendar.setFirstDayOfWeek(Qt.DayOfWeek(forms.current().week_begins + 1))
        whole = self.line.text().strip()
        typed = whole if self.field.type is FieldType.DATE else whole[:10]
        chosen = QDate.fromString(tidy_date(typed), Qt.DateFormat.ISODate)
        if chosen.isValid():
            calendar.setSelectedDate(chosen)
        calendar.activated.connect(self._take)
        calendar.clicked.connect(self._take)
        box.addWidget(calendar)
        frame.move(self.mapToGlobal(QPoint(0, self.height() + 2)))
        frame.show()
        calendar.setFocus()

    def _take(self, day: QDate) -> None:
        rest = self.line.text().strip()[10:] if self.field.type is FieldType.DATETIME else ""
        iso = day.toString(Qt.DateFormat.ISODate)
        is_day = self.field.type is FieldType.DATE
        self.line.setText(formats.date_typed(date.fromisoformat(iso)) if is_day else iso + rest)
        popup = self.findChild(QFrame, options=Qt.FindChildOption.FindDirectChildrenOnly)
        if popup is not None:
            popup.close()
        self.committed.emit()


class _NotesBox(QPlainTextEdit):
    left = Signal()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.left.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        held = event.modifiers() & Qt.KeyboardModifier.ControlModifier
        if held and event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self.left.emit()
        else:
            super().keyPressEvent(event)


class NotesEditor(Editor):
    """Text of several lines; committed when left or on Ctrl+Enter."""

    def __init__(self, field: Field, parent: QWidget | None = None) -> None:
        super().__init__(field, parent)
        self.notes = _NotesBox()
        self.notes.setTabChangesFocus(True)
        self.notes.setFixedHeight(LONG_TEXT_HEIGHT)
        self.notes.left.connect(self.committed)
        self.notes.textChanged.connect(self.changed)
        self.box.addWidget(self.notes)
        self.setFocusProxy(self.notes)

    def target(self) -> QWidget:
        return self.notes

    def value(self) -> Any:
        return self.notes.toPlainText().strip() or None

    def show_value(self, value: Any) -> None:
        blocked = self.notes.blockSignals(True)
        self.notes.setPlainText(str(value or ""))
        self.notes.blockSignals(blocked)


class OptionEditor(Editor):
    """One of a closed list."""

    def __init__(self, field: Field, options: tuple[tuple[str, str], ...] = (), parent: QWidget | None = None) -> None:
        super().__init__(field, parent)
        self.combo = SteadyComboBox()
        self.combo.setMaxVisibleItems(14)
        if not field.required:
            self.combo.addItem("–", None)
        known = options or tuple((str(o), option_label(field.name, str(o))) for o in field.options or ())
        for key, text in known:
            self.combo.addItem(text, key)
        self.combo.activated.connect(self._chosen)
        self.box.addWidget(self.combo)
        self.setFocusProxy(self.combo)

    def target(self) -> QWidget:
        return self.combo

    def value(self) -> Any:
        return self.combo.currentData()

    def show_value(self, value: Any) -> None:
        place = self.combo.findData(value)
        if place < 0 and value not in {None, ""}:
            self.combo.addItem(str(value), value)  # a value that a newer version knows
            place = self.combo.count() - 1
        self.combo.setCurrentIndex(max(place, 0))

    def _chosen(self, _place: int) -> None:
        self.changed.emit()
        self.committed.emit()


class FlagEditor(Editor):
    """Yes or no."""

    def __init__(self, field: Field, text: str, parent: QWidget | None = None) -> None:
        super().__init__(field, parent)
        self.check = QCheckBox(text)
        self.check.clicked.connect(self._clicked)
        self.box.addWidget(self.check)
        self.setFocusProxy(self.check)

    def target(self) -> QWidget:
        return self.check

    def value(self) -> Any:
        return self.check.isChecked()

    def show_value(self, value: Any) -> None:
        self.check.setChecked(bool(value))

    def _clicked(self, _checked: bool) -> None:
        self.changed.emit()
        self.committed.emit()


class MoneyEditor(LineEditor):
    """An amount and its currency; both are written together. The currency's value is asked for by `currency()`."""

    def __init__(self, field: Field, parent: QWidget | None = None) -> None:
        super().__init__(field, parent)
        self.line.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.combo = SteadyComboBox()
        self.combo.addItems(currencies())
        self.combo.setFixedWidth(78)
        self.combo.setAccessibleName(tr("Currency"))
        self.combo.activated.connect(self._chosen)
        self.box.addWidget(self.combo)

    def currency(self) -> str:
        return self.combo.currentText()

    def show_currency(self, code: str) -> None:
        if code and self.combo.findText(code) < 0:
            self.combo.addItem(code)
        self.combo.setCurrentText(code)

    def _chosen(self, _place: int) -> None:
        if self.line.text().strip():
            self.committed.emit()


def read(field: Field, text: str) -> Any:
    """The value of a field from what someone typed: thousands separators, currency signs and short dates are understood."""
    if field.type in {FieldType.INTEGER, FieldType.DECIMAL, FieldType.MONEY}:
        return parse(field, formats.plain(_NOISE.sub("", text)).replace(formats.MINUS, "-"))
    if field.type is FieldType.DATE:
        return parse(field, tidy_date(text))
    if field.type is FieldType.DATETIME:
        return _moment(field, text)
    return parse(field, text)


def written(field: Field, value: Any) -> str:
    """A value as it stands in an editor: exact, readable, and read back by `read`."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        return value.astimezone().strftime("%Y-%m-%d %H:%M")
    if isinstance(value, date):
        return formats.date_typed(value)
    if isinstance(value, int) and field.name.endswith("year"):
        return str(value)
    if isinstance(value, Decimal | int):
        return formats.number(value)
    if isinstance(value, list | tuple | set | frozenset):
        return ", ".join(sorted(str(part) for part in value))
    return str(value)


def tidy_date(text: str) -> str:
    """`2026.11.3`, `2026/11/03`, `20261103` and `2026년 11월 3일` as ISO text; anything else as it is.

    A year at the end says that the date is in the order that is chosen in the settings: `23/11/2026`.
    """
    plain = _DATE_JOINTS.sub("-", text.strip().rstrip("일. "))
    if re.fullmatch(r"\d{8}", plain):
        plain = f"{plain[:4]}-{plain[4:6]}-{plain[6:]}"
    parts = plain.split("-")
    if len(parts) == 3 and all(part.strip().isdigit() for part in parts):
        year, month, day = (int(part) for part in parts)
        if len(parts[2].strip()) == 4 and formats.date_order() != "ymd":
            month, day, year = (year, month, day) if formats.date_order() == "mdy" else (month, year, day)
        return f"{year:04}-{month:02}-{day:02}"
    return text.strip()


def _moment(field: Field, text: str) -> Any:
    if not text:
        return None
    day, _, clock = text.partition(" ")
    hour, _, minute = (clock or "00:00").partition(":")
    iso = f"{tidy_date(day)}T{hour.zfill(2)}:{(minute or '00').zfill(2)}"
    try:
        return datetime.fromisoformat(iso).astimezone(UTC)
    except ValueError:
        return parse(field, text)
