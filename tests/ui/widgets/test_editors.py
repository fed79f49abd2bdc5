"""Editors: what is typed becomes the registry's value, and what is stored is written so that it is read back."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as some
from PySide6.QtCore import QDate, QPoint, QPointF, Qt
from PySide6.QtGui import QAccessible, QWheelEvent
from PySide6.QtWidgets import QApplication, QCalendarWidget, QFrame, QLineEdit, QToolButton, QVBoxLayout, QWidget

from desktop_crm import i18n
from desktop_crm.domain.schema import REGISTRY, Field, FieldType
from desktop_crm.foundation.errors import Refusal
from desktop_crm.i18n import forms, tr
from desktop_crm.i18n.forms import DateForm, Forms, NumberForm
from desktop_crm.ui.widgets.editors import (
    DateEditor,
    FlagEditor,
    LineEditor,
    MoneyEditor,
    NotesEditor,
    OptionEditor,
    read,
    tidy_date,
    written,
)
from desktop_crm.ui.widgets.field_row import FieldRow, editor_for
from desktop_crm.ui.widgets.steady import SteadyComboBox, SteadyDateEdit, SteadySlider, SteadySpinBox

INTEGER = Field(name="employees", type=FieldType.INTEGER)
YEAR = Field(name="founded_year", type=FieldType.INTEGER)
DECIMAL = Field(name="quantity", type=FieldType.DECIMAL)
MONEY = Field(name="amount", type=FieldType.MONEY, currency_field="currency")
DAY = Field(name="due_on", type=FieldType.DATE)
MOMENT = Field(name="occurred_at", type=FieldType.DATETIME)
WORDS = Field(name="tags", type=FieldType.SET)
TEXT = Field(name="name")


@pytest.mark.parametrize(
    ("field", "text", "value"),
    [
        (INTEGER, "8,200", 8200),
        (INTEGER, "  42 ", 42),
        (INTEGER, "-7", -7),
        (INTEGER, "−7", -7),
        (INTEGER, "", None),
        (DECIMAL, "1,200.50", Decimal("1200.50")),
        (MONEY, "₩1,234,567,890", Decimal(1234567890)),
        (MONEY, "1234원", Decimal(1234)),
        (MONEY, "$ 12.5", Decimal("12.5")),
        (MONEY, "−3,000", Decimal(-3000)),
        (DAY, "2026-11-03", date(2026, 11, 3)),
        (DAY, "2026.11.3", date(2026, 11, 3)),
        (DAY, "2026/11/03", date(2026, 11, 3)),
        (DAY, "20261103", date(2026, 11, 3)),
        (DAY, "2026년 11월 3일", date(2026, 11, 3)),
        (DAY, "", None),
        (WORDS, "b, a,, b ", ("a", "b")),
        (TEXT, "한빛전자", "한빛전자"),
        (TEXT, "", None),
    ],
)
def test_what_people_type_is_understood(field: Field, text: str, value: object) -> None:
    assert read(field, text) == value


@pytest.mark.parametrize(
    ("field", "text"),
    [
        (INTEGER, "many"),
        (INTEGER, "1.5"),
        (DECIMAL, "12..5"),
        (MONEY, "about 5"),
        (MONEY, "NaN"),
        (MONEY, "Infinity"),
        (DAY, "2026-13-01"),
        (DAY, "2026-02-30"),
        (DAY, "tomorrow"),
        (MOMENT, "noon"),
    ],
)
def test_what_cannot_be_read_is_refused_by_code(field: Field, text: str) -> None:
    with pytest.raises(Refusal) as refused:
        read(field, text)
    assert refused.value.code == "value.unreadable"
    assert refused.value.params["field"] == field.name


@given(some.integers(min_value=-(10**12), max_value=10**12))
def test_whole_numbers_are_written_so_that_they_are_read_back(value: int) -> None:
    assert read(INTEGER, written(INTEGER, value)) == value


@given(some.decimals(allow_nan=False, allow_infinity=False, places=4, min_value=-(10**12), max_value=10**12))
def test_amounts_are_written_so_that_they_are_read_back(value: Decimal) -> None:
    assert read(MONEY, written(MONEY, value)) == value
    assert read(DECIMAL, written(DECIMAL, value)) == value


@given(some.dates())
def test_days_are_written_so_that_they_are_read_back(value: date) -> None:
    assert read(DAY, written(DAY, value)) == value


@given(some.integers(min_value=0, max_value=60_000_000))
def test_moments_are_written_to_the_minute_and_read_back(minutes: int) -> None:
    minute = datetime(1990, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
    found = read(MOMENT, written(MOMENT, minute))
    assert abs(found - minute) <= timedelta(hours=1)  # an hour that the clock repeats in autumn
    assert found.minute == minute.minute


@given(some.sets(some.text(alphabet="가나다abc ", min_size=1).map(str.strip).filter(bool), max_size=5))
def test_sets_are_written_so_that_they_are_read_back(value: set[str]) -> None:
    assert read(WORDS, written(WORDS, value)) == (tuple(sorted(value)) if value else None)


def test_a_year_is_written_without_a_comma() -> None:
    assert written(YEAR, 1996) == "1996"
    assert written(INTEGER, 1996) == "1,996"


@pytest.mark.parametrize("text", ["", "soon", "3/4", "2026-11", "99999999999"])
def test_text_that_is_no_date_stays_as_it_is(text: str) -> None:
    assert tidy_date(text) == text


def test_enter_and_leaving_the_line_commit(qtbot, theme, show) -> None:
    editor = show(LineEditor(TEXT), 200, 40)
    committed = []
    editor.committed.connect(lambda: committed.append(editor.value()))
    editor.line.setFocus()
    qtbot.keyClicks(editor.line, "Steel")
    assert committed == []
    qtbot.keyClick(editor.line, Qt.Key.Key_Return)
    assert committed[-1] == "Steel"


def test_a_value_that_was_only_shown_comes_back_untouched(qtbot, theme, show) -> None:
    editor = show(LineEditor(MOMENT), 200, 40)
    precise = datetime(2026, 11, 23, 5, 2, 37, 123456, tzinfo=UTC)
    editor.show_value(precise)
    assert editor.value() == precise


def test_numbers_stand_at_the_right(qtbot, theme) -> None:
    for field, right in ((INTEGER, True), (DECIMAL, True), (TEXT, False), (DAY, False)):
        editor = LineEditor(field)
        qtbot.addWidget(editor)
        assert bool(editor.line.alignment() & Qt.AlignmentFlag.AlignRight) is right


def test_the_calendar_opens_with_the_keyboard_and_fills_the_line(qtbot, theme, show) -> None:
    editor = show(DateEditor(DAY), 220, 40)
    editor.show_value(date(2026, 11, 3))
    editor.line.setFocus()
    qtbot.keyClick(editor.line, Qt.Key.Key_Down, Qt.KeyboardModifier.AltModifier)
    popup = editor.findChild(QFrame, options=Qt.FindChildOption.FindDirectChildrenOnly)
    calendar = popup.findChild(QCalendarWidget)
    assert calendar.selectedDate().toString(Qt.DateFormat.ISODate) == "2026-11-03"
    committed = []
    editor.committed.connect(lambda: committed.append(editor.value()))
    calendar.setSelectedDate(calendar.selectedDate().addDays(7))
    calendar.activated.emit(calendar.selectedDate())
    assert committed == [date(2026, 11, 10)]
    QApplication.sendPostedEvents(None, 52)  # deferred delete of the popup


def test_the_calendar_keeps_the_time_of_a_moment(qtbot, theme, show) -> None:
    editor = show(DateEditor(MOMENT), 220, 40)
    editor.line.setText("2026-11-03 14:30")
    editor.open_calendar()
    calendar = editor.findChild(QCalendarWidget)
    calendar.clicked.emit(calendar.selectedDate().addDays(1))
    assert editor.line.text() == "2026-11-04 14:30"
    QApplication.sendPostedEvents(None, 52)


def test_long_text_is_committed_when_left_or_on_ctrl_enter(qtbot, theme, show) -> None:
    editor = show(NotesEditor(Field(name="note", type=FieldType.LONG_TEXT)), 300, 100)
    committed = []
    editor.committed.connect(lambda: committed.append(editor.value()))
    editor.notes.setFocus()
    qtbot.keyClicks(editor.notes, "one")
    qtbot.keyClick(editor.notes, Qt.Key.Key_Return)
    qtbot.keyClicks(editor.notes, "two")
    assert committed == []
    qtbot.keyClick(editor.notes, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert committed == ["one\ntwo"]


def test_showing_long_text_is_no_edit(qtbot, theme, show) -> None:
    editor = show(NotesEditor(Field(name="note", type=FieldType.LONG_TEXT)), 300, 100)
    changed = []
    editor.changed.connect(lambda: changed.append(1))
    editor.show_value("stored")
    editor.show_value(None)
    assert changed == []
    assert editor.value() is None


def test_an_option_is_chosen_with_the_keyboard(qtbot, theme, show) -> None:
    editor = show(OptionEditor(REGISTRY["task"].field("priority")), 200, 40)
    committed = []
    editor.committed.connect(lambda: committed.append(editor.value()))
    editor.show_value("low")
    assert editor.value() == "low"
    editor.combo.setFocus()
    qtbot.keyClick(editor.combo, Qt.Key.Key_Down)
    assert editor.value() == "normal"


def test_an_option_of_a_newer_version_is_kept(qtbot, theme) -> None:
    editor = OptionEditor(REGISTRY["task"].field("priority"))
    qtbot.addWidget(editor)
    editor.show_value("urgent")
    assert editor.value() == "urgent"
    editor.show_value(None)
    assert editor.value() is None


def wheel_down() -> QWheelEvent:
    none = Qt.KeyboardModifier.NoModifier
    return QWheelEvent(
        QPointF(5, 5), QPointF(5, 5), QPoint(0, -120), QPoint(0, -120), Qt.MouseButton.NoButton, none,
        Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip


def test_the_wheel_does_not_change_what_it_only_passes_over(qtbot, theme, show) -> None:
    form = QWidget()
    box = QVBoxLayout(form)
    other, choice, number, day = QLineEdit(), SteadyComboBox(), SteadySpinBox(), SteadyDateEdit()
    slide = SteadySlider(Qt.Orientation.Horizontal)
    slide.setValue(50)
    choice.addItems(["low", "high"])
    number.setValue(5)
    day.setDate(QDate(2026, 3, 9))
    for part in (other, choice, number, day, slide):
        box.addWidget(part)
    show(form, 200, 200)
    other.setFocus()
    for part in (choice, number, day, slide):
        QApplication.sendEvent(part, wheel_down())
    assert (choice.currentText(), number.value(), day.date()) == ("low", 5, QDate(2026, 3, 9))
    assert slide.value() == 50
    assert other.hasFocus()
    for part in (choice, number, day, slide):
        part.setFocus()
        QApplication.sendEvent(part, wheel_down())
    assert (choice.currentText(), number.value()) == ("high", 4)
    assert day.date() != QDate(2026, 3, 9)
    assert slide.value() != 50


def test_an_amount_keeps_its_currency_when_the_wheel_passes(qtbot, theme, show) -> None:
    editor = show(MoneyEditor(REGISTRY["opportunity"].field("amount")), 260, 40)
    editor.show_value(Decimal(1200))
    editor.show_currency("KRW")
    editor.combo.clearFocus()
    editor.line.clearFocus()
    with qtbot.assertNotEmitted(editor.committed):
        QApplication.sendEvent(editor.combo, wheel_down())
    assert editor.currency() == "KRW"


def test_a_flag_commits_when_it_is_pressed(qtbot, theme, show) -> None:
    editor = show(FlagEditor(Field(name="done", type=FieldType.BOOLEAN), "Done"), 200, 40)
    editor.show_value(None)
    assert editor.value() is False
    editor.check.setFocus()
    with qtbot.waitSignal(editor.committed):
        qtbot.keyClick(editor.check, Qt.Key.Key_Space)
    assert editor.value() is True


def test_an_amount_has_its_currency_beside_it(qtbot, theme, show) -> None:
    editor = show(MoneyEditor(MONEY), 300, 40)
    editor.show_value(Decimal(1000))
    editor.show_currency("USD")
    assert (editor.value(), editor.currency()) == (Decimal(1000), "USD")
    editor.show_currency("XAF")
    assert editor.currency() == "XAF"


@pytest.mark.parametrize("entity", REGISTRY.names())
def test_every_field_of_the_registry_has_an_editor_with_a_name(qtbot, context, entity: str) -> None:
    i18n.use("ko")
    for field in REGISTRY[entity].fields:
        if field.type is FieldType.ORDER_KEY:
            continue
        row = FieldRow(field, field.name, editor_for(context, entity, field))
        qtbot.addWidget(row)
        row.show_value(None)
        assert row.editor.target().accessibleName()
        assert row.values()[field.name] in {None, False}
        assert not row.dirty


def test_a_refused_value_stays_is_marked_and_is_named(qtbot, context, show) -> None:
    field = REGISTRY["account"].field("employees")
    row = show(FieldRow(field, "Employees", editor_for(context, "account", field)), 240, 80)
    qtbot.keyClicks(row.editor.line, "many")
    assert row.dirty
    with pytest.raises(Refusal) as refused:
        row.values()
    row.refuse(refused.value)
    assert row.word()
    assert row.editor.line.property("invalid") is True
    assert row.editor.line.text() == "many"
    row.settle()
    assert not row.word()
    assert not row.dirty
    assert row.editor.line.property("invalid") is False


def test_a_required_field_says_so(qtbot, context) -> None:
    field = REGISTRY["account"].field("name")
    row = FieldRow(field, "Name", editor_for(context, "account", field))
    qtbot.addWidget(row)
    assert row._label.text() == "Name *"
    assert row.label_text() == "Name"


@pytest.mark.parametrize(
    ("form", "shown", "typed", "meant"),
    [
        (DateForm.DAY_FIRST, "03/11/2026", "4/11/2026", date(2026, 11, 4)),
        (DateForm.MONTH_FIRST, "11/03/2026", "11/4/2026", date(2026, 11, 4)),
        (DateForm.DOTS, "2026. 11. 3.", "2026. 11. 4.", date(2026, 11, 4)),
        (DateForm.KOREAN, "2026-11-03", "2026년 11월 4일", date(2026, 11, 4)),
        (DateForm.DAY_FIRST, "03/11/2026", "2026-11-04", date(2026, 11, 4)),
    ],
)
def test_a_date_is_shown_and_typed_in_the_form_that_was_chosen(qtbot, show, form, shown, typed, meant) -> None:
    with forms.written(Forms(date=form)):
        editor = show(DateEditor(DAY), 240, 40)
        editor.show_value(date(2026, 11, 3))
        assert editor.line.text() == shown
        editor.line.setText(typed)
        assert editor.value() == meant
        editor._take(QDate(2026, 11, 5))
        assert editor.value() == date(2026, 11, 5)


def test_a_number_is_shown_and_typed_in_the_form_that_was_chosen() -> None:
    with forms.written(Forms(number=NumberForm.POINT_COMMA)):
        assert written(DECIMAL, Decimal("1234.5")) == "1.234,5"
        assert read(DECIMAL, "1.234,5") == Decimal("1234.5")
        assert read(MONEY, "₩ 1.234") == Decimal(1234)


def test_the_sign_in_a_date_has_a_name_for_those_who_hear_it(qtbot, theme, show) -> None:
    editor = show(DateEditor(Field(name="day", type=FieldType.DATE)))
    (sign,) = editor.line.findChildren(QToolButton)
    told = QAccessible.queryAccessibleInterface(sign).text(QAccessible.Text.Name)
    assert told == editor.line.actions()[-1].toolTip() == tr("Open the calendar")


@pytest.mark.parametrize(
    ("name", "typed", "kept", "shown"),
    [
        ("phone", "02-1234-5678", "+82212345678", "02-1234-5678"),
        ("mobile", "+49 30 12345678", "+493012345678", "+49 30 12345678"),
        ("phone", "내선 12", "내선 12", "내선 12"),
        ("phone", "", None, ""),
        ("other_phones", "010-1234-5678, 1588-1234", ("+821012345678", "+8215881234"), "010-1234-5678, 1588-1234"),
    ],
)
def test_telephone_numbers_are_typed_and_shown_at_home_and_kept_as_they_are_dialled(
    qtbot, context, name, typed, kept, shown
):
    editor = editor_for(context, "contact", REGISTRY["contact"].field(name))
    qtbot.addWidget(editor)
    editor.line.setText(typed)
    assert editor.value() == kept
    editor.show_value(kept)
    assert editor.line.text() == shown
    assert editor.value() == kept


def test_a_number_that_nobody_touched_stays_as_it_is_kept(qtbot, context):
    editor = editor_for(context, "account", REGISTRY["account"].field("phone"))
    qtbot.addWidget(editor)
    editor.show_value("02-1234-5678")
    assert editor.value() == "02-1234-5678"
