"""How values are shown in cells: short, exact on hover, at the right side, as a pill where they are a state."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from PySide6.QtCore import QModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QStandardItemModel
from PySide6.QtWidgets import QStyle, QStyleOptionViewItem

from desktop_crm import i18n
from desktop_crm.domain.schema import REGISTRY, Field, FieldType
from desktop_crm.ui.theme import Mood, current
from desktop_crm.ui.widgets.cell import EMPTY, Cell
from desktop_crm.ui.widgets.cell_delegate import CELL_ROLE, CellDelegate, draw_pill
from desktop_crm.ui.widgets.cells import NUMBERS, cell_of, column_of, columns_of, possible_columns, shown
from desktop_crm.ui.widgets.plain_table import PlainTable

MONEY = Field(name="amount", type=FieldType.MONEY, currency_field="currency")
AT = datetime(2026, 11, 23, 5, 2, tzinfo=UTC)


@pytest.mark.parametrize(
    ("language", "field", "value", "currency", "short", "exact"),
    [
        ("ko", MONEY, Decimal(482_000_000), "KRW", "₩4.82억", "₩482,000,000"),
        ("ko", MONEY, Decimal(-146_200_000), "KRW", "−₩1.46억", "−₩146,200,000"),
        ("ko", MONEY, Decimal(0), "KRW", "₩0", ""),
        ("ko", MONEY, Decimal("1200.50"), "USD", "$1,200.50", ""),
        ("en", MONEY, Decimal(1_234_567), "USD", "$1.23M", "$1,234,567.00"),
        ("en", MONEY, Decimal(900), "EUR", "€900.00", ""),
        ("ko", Field(name="employees", type=FieldType.INTEGER), 8200, "", "8,200", ""),
        ("ko", Field(name="founded_year", type=FieldType.INTEGER), 1996, "", "1996", ""),
        ("ko", Field(name="quantity", type=FieldType.DECIMAL), Decimal("1200.500"), "", "1,200.5", ""),
        ("ko", Field(name="close_date", type=FieldType.DATE), date(2026, 11, 23), "", "2026-11-23", "월"),
        ("en", Field(name="close_date", type=FieldType.DATE), date(2026, 11, 23), "", "23 Nov 2026", "Mon"),
        ("ko", Field(name="done", type=FieldType.BOOLEAN), True, "", "예", ""),
        ("en", Field(name="done", type=FieldType.BOOLEAN), False, "", "No", ""),
        ("en", Field(name="tags", type=FieldType.SET), ("b", "a"), "", "a, b", ""),
        ("en", Field(name="note", type=FieldType.LONG_TEXT), "first\nsecond", "", "first", "first\nsecond"),
        ("en", Field(name="name"), "한빛전자", "", "한빛전자", ""),
    ],
)
def test_a_value_is_shown_short_and_exact(
    language: str, field: Field, value: Any, currency: str, short: str, exact: str
) -> None:
    i18n.use(language)
    assert shown(field, value, currency) == (short, exact)


def test_a_moment_is_shown_by_the_local_clock() -> None:
    text, _ = shown(Field(name="occurred_at", type=FieldType.DATETIME), AT)
    assert AT.astimezone().strftime("%H:%M") in text


def test_telephone_numbers_are_shown_as_people_of_the_country_write_them() -> None:
    phone, more = REGISTRY["contact"].field("phone"), REGISTRY["contact"].field("other_phones")
    assert cell_of(phone, {"phone": "+82212345678"}, {}).text == "02-1234-5678"
    assert cell_of(phone, {"phone": "+493012345678"}, {}).text == "+49 30 12345678"
    assert cell_of(phone, {"phone": "call me"}, {}).text == "call me"
    assert cell_of(more, {"other_phones": ("+821012345678",)}, {}).text == "010-1234-5678"


@pytest.mark.parametrize("empty", [None, ""])
def test_nothing_is_an_empty_cell(empty: object) -> None:
    assert cell_of(Field(name="name"), {"name": empty}, {}) is EMPTY
    assert cell_of(Field(name="name"), {}, {}) is EMPTY


def test_zero_and_no_are_something() -> None:
    assert cell_of(Field(name="employees", type=FieldType.INTEGER), {"employees": 0}, {}).text == "0"
    assert cell_of(Field(name="done", type=FieldType.BOOLEAN), {"done": False}, {}).text == "No"


def test_a_reference_shows_the_title_of_what_it_points_to() -> None:
    field = REGISTRY["contact"].field("account_id")
    cell = cell_of(field, {"account_id": "1"}, {"account_id": "한빛전자"})
    assert (cell.text, cell.row_id) == ("한빛전자", "1")
    assert cell_of(field, {"account_id": "1"}, {}).text == "…"


def test_a_state_is_a_pill_with_a_word() -> None:
    field = REGISTRY["quote"].field("status")
    cell = cell_of(field, {"status": "draft"}, {})
    assert cell.mood is Mood.warn
    assert cell.text
    assert cell_of(field, {"status": "from a newer version"}, {}).mood is Mood.neutral


def test_an_amount_takes_the_currency_of_its_row() -> None:
    field = REGISTRY["opportunity"].field("amount")
    i18n.use("ko")
    assert cell_of(field, {"amount": Decimal(5), "currency": "USD"}, {}).text == "$5.00"
    assert cell_of(field, {"amount": Decimal(5), "currency": "KRW"}, {}).text == "₩5"


@pytest.mark.parametrize("entity", REGISTRY.names())
def test_every_entity_has_columns_with_words_and_widths(entity: str) -> None:
    for language in ("ko", "en"):
        i18n.use(language)
        columns = columns_of(entity)
        assert columns
        for column in columns:
            assert column.label
            assert "_" not in column.label
            assert column.width >= 48
            assert column.right is (column.type in NUMBERS)


def test_named_columns_stand_in_the_order_asked_for() -> None:
    assert [column.name for column in columns_of("account", ("owner_id", "name"))] == ["owner_id", "name"]


def test_the_title_is_the_widest_column() -> None:
    account = REGISTRY["account"]
    widths = {name: column_of(account, name).width for name in account.columns}
    assert max(widths, key=widths.__getitem__) == "name"


def test_a_field_of_a_newer_version_is_shown_as_text() -> None:
    column = column_of(REGISTRY["account"], "x_ship_to")
    assert column.type is FieldType.TEXT
    assert column.label == "Ship to"


# drawing


class OneCell(QStandardItemModel):
    def __init__(self, cell: Cell) -> None:
        super().__init__(1, 1)
        self.cell = cell

    def data(self, index: QModelIndex, role: int = 0) -> Any:
        return self.cell if role == CELL_ROLE else super().data(index, role)


def drawn(cell: Cell, state: QStyle.StateFlag = QStyle.StateFlag.State_Enabled) -> QImage:
    model, image = OneCell(cell), QImage(160, 32, QImage.Format.Format_RGB32)
    image.fill(QColor(current().surface))
    option = QStyleOptionViewItem()
    option.rect = QRect(0, 0, 160, 32)
    option.state = state
    painter = QPainter(image)
    CellDelegate().paint(painter, option, model.index(0, 0))
    painter.end()
    return image


def colours(image: QImage) -> set[str]:
    return {image.pixelColor(x, y).name().upper() for x in range(0, image.width(), 2) for y in range(image.height())}


def test_a_row_is_parted_by_a_line_and_not_by_a_grid(theme) -> None:
    image = drawn(EMPTY)
    assert image.pixelColor(80, 31).name().upper() == current().line
    assert image.pixelColor(80, 10).name().upper() == current().surface
    assert image.pixelColor(159, 10).name().upper() == current().surface


def test_a_chosen_row_and_one_under_the_mouse_have_their_grounds(theme) -> None:
    chosen = drawn(EMPTY, QStyle.StateFlag.State_Selected | QStyle.StateFlag.State_Enabled)
    under = drawn(EMPTY, QStyle.StateFlag.State_MouseOver | QStyle.StateFlag.State_Enabled)
    assert chosen.pixelColor(80, 5).name().upper() == current().accent_soft
    assert under.pixelColor(80, 5).name().upper() == current().sunken


@pytest.mark.parametrize("mood", list(Mood))
def test_a_pill_has_the_ground_of_its_mood(theme, mood: Mood) -> None:
    image = drawn(Cell(text="State", mood=mood))
    assert current().ground_of(mood) in colours(image)


def test_a_long_word_in_a_pill_is_shortened_to_the_cell(theme) -> None:
    image = QImage(100, 32, QImage.Format.Format_RGB32)
    painter = QPainter(image)
    painter.setFont(theme.parent().font())
    width = draw_pill(painter, QRect(0, 0, 60, 32), "a very long state indeed", Mood.warn, current())
    painter.end()
    assert width <= 60 + 2


def test_rows_are_32_high(theme) -> None:
    assert CellDelegate().sizeHint(QStyleOptionViewItem(), QModelIndex()) == QSize(80, 32)


def test_a_table_of_any_model_of_cells_is_dressed_alike(qtbot, theme, show) -> None:
    table = PlainTable()
    table.setModel(OneCell(Cell(text="한빛")))
    show(table, 300, 120)
    assert not table.showGrid()
    assert not table.verticalHeader().isVisible()
    assert table.rowHeight(0) == 32
    assert table.selectionBehavior() is PlainTable.SelectionBehavior.SelectRows
    assert not table.tabKeyNavigation()
    assert table.horizontalHeader().defaultAlignment() & Qt.AlignmentFlag.AlignLeft


def test_a_computed_column_can_be_chosen_and_sorted_by_but_not_typed_into() -> None:
    (health,) = [column for column in possible_columns("account", {}) if column.name == "health"]
    assert (health.label, health.right, health.sortable, health.editable) == ("Health", True, True, False)
    assert "health" not in {column.name for column in possible_columns("contact", {})}
