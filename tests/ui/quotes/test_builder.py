"""The builder, driven with real keys: adding, typing, moving, undoing, issuing, looking back; and what comes from elsewhere."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from PySide6.QtCore import QEvent, QMimeData, QObject, QPointF, Qt
from PySide6.QtGui import QDropEvent, QKeyEvent, QPaintEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QWidget

from desktop_crm import i18n
from desktop_crm.domain.quotes import edits
from desktop_crm.domain.quotes.draft import LOOSE, QuoteSection
from desktop_crm.domain.schema.options import QuoteStatus
from desktop_crm.services import quotes
from desktop_crm.ui.quotes import editor as editor_module
from desktop_crm.ui.quotes.builder import QuoteBuilder
from desktop_crm.ui.quotes.grid import ROW_HEIGHT
from desktop_crm.ui.quotes.model import NEW, Column
from desktop_crm.ui.quotes.page import QuotesPage
from desktop_crm.ui.theme import Theme
from tests.documents.reading import page_texts
from tests.ui.conftest import both_ways
from tests.ui.quotes.conftest import line


def cell(builder: QuoteBuilder, row: int, column: Column) -> str:
    return builder.grid.lines.index(row, column).data() or ""


def names(builder: QuoteBuilder) -> list[str]:
    return [cell(builder, row, Column.NAME) for row in range(builder.grid.lines.rowCount() - 1)]


def go(builder: QuoteBuilder, row: int, column: Column) -> None:
    builder.grid.setFocus()
    builder.grid.setCurrentIndex(builder.grid.lines.index(row, column))


def open_editor(builder: QuoteBuilder) -> QLineEdit:
    editors = [one for one in builder.grid.findChildren(QLineEdit) if one.isVisible()]
    assert len(editors) == 1
    return editors[0]


def press(widget, key: Qt.Key, *modifiers: Qt.KeyboardModifier) -> None:
    held = Qt.KeyboardModifier.NoModifier
    for one in modifiers:
        held |= one
    QTest.keyClick(widget, key, held)


def type_hangul(widget, text: str) -> None:
    for sign in text:
        for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
            QApplication.sendEvent(widget, QKeyEvent(kind, 0, Qt.KeyboardModifier.NoModifier, sign))


def settled(qtbot, builder: QuoteBuilder) -> None:
    qtbot.waitUntil(lambda: builder.editor.saved)


def test_the_quote_is_shown_with_its_sums(builder):
    assert names(builder) == ["1. 설비", "펌프", "밸브", "2. 용역", "설치"]
    assert cell(builder, 1, Column.UNIT_PRICE) == "1,250,000"
    assert cell(builder, 0, Column.AMOUNT) == "2,820,000"
    assert builder.totals.grand_total.text() == "₩5,247,000"
    assert builder.header.title() == "Q-2026-0001" or builder.header.title().startswith("Q-")


def test_a_quantity_is_typed_and_totals_follow_every_key(qtbot, builder, stored):
    go(builder, 1, Column.QUANTITY)
    QTest.keyClicks(builder.grid, "1")
    editor = open_editor(builder)
    QTest.keyClicks(editor, "0")
    assert builder.totals.net.text() == f"{12_500_000 + 320_000 + 1_950_000:,}", "before the cell is finished"
    assert stored()[0][1][0] == ("펌프", 2)
    press(editor, Qt.Key.Key_Return)
    settled(qtbot, builder)
    assert stored()[0][1][0] == ("펌프", 10)
    assert builder.grid.currentIndex().row() == 2, "Enter goes down"
    assert builder.grid.currentIndex().column() == Column.QUANTITY


def test_escape_leaves_the_cell_as_it_was(builder, stored):
    go(builder, 1, Column.QUANTITY)
    QTest.keyClicks(builder.grid, "9")
    press(open_editor(builder), Qt.Key.Key_Escape)
    assert cell(builder, 1, Column.QUANTITY) == "2"
    assert builder.totals.grand_total.text() == "₩5,247,000"
    assert stored()[0][1][0] == ("펌프", 2)


def test_what_stands_in_an_open_cell_is_saved_after_a_pause_and_escape_takes_it_back(qtbot, builder, stored):
    go(builder, 1, Column.QUANTITY)
    QTest.keyClicks(builder.grid, "9")
    editor = open_editor(builder)
    qtbot.waitUntil(lambda: stored()[0][1][0] == ("펌프", 9))
    assert editor.isVisible()
    assert editor.text() == "9"
    QTest.keyClicks(editor, "5")
    press(editor, Qt.Key.Key_Escape)
    settled(qtbot, builder)
    assert stored()[0][1][0] == ("펌프", 2)
    assert builder.totals.grand_total.text() == "₩5,247,000"


@pytest.mark.parametrize("typed", ["abc", "1e99", "--3", "1.2.3"])
def test_what_is_no_number_changes_nothing(qtbot, builder, stored, typed):
    go(builder, 1, Column.UNIT_PRICE)
    press(builder.grid, Qt.Key.Key_F2)
    editor = open_editor(builder)
    QTest.keyClicks(editor, typed)
    press(editor, Qt.Key.Key_Return)
    settled(qtbot, builder)
    assert cell(builder, 1, Column.UNIT_PRICE) == "1,250,000"
    assert builder.totals.grand_total.text() == "₩5,247,000"


def test_tab_walks_through_the_cells_and_on_to_the_next_row(qtbot, builder):
    go(builder, 1, Column.NAME)
    press(builder.grid, Qt.Key.Key_F2)
    seen = []
    for _ in range(6):
        index = builder.grid.currentIndex()
        seen.append((index.row(), Column(index.column())))
        press(open_editor(builder), Qt.Key.Key_Tab)
    walked = [Column.NAME, Column.SPEC, Column.UNIT, Column.QUANTITY, Column.UNIT_PRICE, Column.DISCOUNT]
    if builder.grid.isColumnHidden(Column.SPEC):
        walked = [column for column in walked if column is not Column.SPEC] + [Column.NAME]
    assert [column for _, column in seen] == walked
    press(open_editor(builder), Qt.Key.Key_Backtab)
    assert builder.grid.currentIndex().row() in {1, 2}


def test_a_product_is_added_by_its_initial_consonants(qtbot, builder, stored):
    builder.grid.begin_line()
    editor = open_editor(builder)
    type_hangul(editor, "ㅈㅇㄱ")
    popups = lambda: [
        w for w in QApplication.topLevelWidgets() if w.isVisible() and w.metaObject().className() == "QListView"
    ]
    qtbot.waitUntil(lambda: bool(popups()))
    press(popups()[0], Qt.Key.Key_Down)
    press(popups()[0], Qt.Key.Key_Return)
    assert names(builder)[-1] == "제어기 본체"
    row = builder.grid.lines.rowCount() - 2
    assert (cell(builder, row, Column.UNIT), cell(builder, row, Column.UNIT_PRICE)) == ("EA", "6,900,000")
    quantity = open_editor(builder)
    assert builder.grid.currentIndex().column() == Column.QUANTITY
    QTest.keyClicks(quantity, "3")
    press(quantity, Qt.Key.Key_Return)
    settled(qtbot, builder)
    assert stored()[1][1][-1] == ("제어기 본체", 3)
    assert builder.grid.current_row().id == NEW, "ready for the next one"
    press(open_editor(builder), Qt.Key.Key_Escape)


def test_a_name_that_is_no_product_becomes_a_free_line(qtbot, builder, stored):
    builder.grid.begin_line()
    editor = open_editor(builder)
    QTest.keyClicks(editor, "free line")
    press(editor, Qt.Key.Key_Return)
    assert builder.grid.currentIndex().column() == Column.QUANTITY
    press(open_editor(builder), Qt.Key.Key_Escape)
    settled(qtbot, builder)
    assert stored()[1][1][-1] == ("free line", 1)


def test_rows_are_moved_deleted_and_brought_back(qtbot, context, builder, stored):
    go(builder, 1, Column.NAME)
    press(builder.grid, Qt.Key.Key_Down, Qt.KeyboardModifier.AltModifier)
    assert names(builder)[1:3] == ["밸브", "펌프"]
    assert builder.grid.current_row().line.name == "펌프", "the cursor stays with the row"
    press(builder.grid, Qt.Key.Key_Delete)
    assert names(builder) == ["1. 설비", "밸브", "2. 용역", "설치"]
    settled(qtbot, builder)
    context.undo.undo()
    qtbot.waitUntil(lambda: names(builder) == ["1. 설비", "밸브", "펌프", "2. 용역", "설치"])
    context.undo.undo()
    qtbot.waitUntil(lambda: names(builder)[1:3] == ["펌프", "밸브"])
    context.undo.redo()
    qtbot.waitUntil(lambda: names(builder)[1:3] == ["밸브", "펌프"])
    assert stored()[0][1] == [("밸브", 4), ("펌프", 2)]


def drop(builder: QuoteBuilder, row: int, *, lower: bool) -> None:
    area = builder.grid.visualRect(builder.grid.lines.index(row, Column.NAME))
    point = QPointF(area.center().x(), area.bottom() - 2 if lower else area.top() + 2)
    event = QDropEvent(
        point, Qt.DropAction.MoveAction, QMimeData(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    )
    builder.grid.dropEvent(event)
    assert event.dropAction() is Qt.DropAction.IgnoreAction, "the view must not take the row away itself"


def test_rows_are_dragged_to_where_they_are_dropped(qtbot, builder, stored):
    go(builder, 4, Column.NAME)
    drop(builder, 1, lower=False)
    assert names(builder) == ["1. 설비", "설치", "펌프", "밸브", "2. 용역"]
    go(builder, 2, Column.NAME)
    drop(builder, 4, lower=True)
    settled(qtbot, builder)
    assert [(name, [one for one, _ in rows]) for name, rows in stored()] == [
        ("설비", ["설치", "밸브"]),
        ("용역", ["펌프"]),
    ]
    go(builder, 3, Column.NAME)
    drop(builder, 0, lower=False)
    assert names(builder) == ["1. 용역", "펌프", "2. 설비", "설치", "밸브"]


def test_a_section_is_added_named_and_moved(qtbot, builder, stored):
    go(builder, 4, Column.NAME)
    builder.section.click()
    editor = open_editor(builder)
    QTest.keyClicks(editor, "maintenance")
    press(editor, Qt.Key.Key_Return)
    QApplication.focusWidget()
    assert names(builder)[-1] == "3. maintenance"
    for open_one in [one for one in builder.grid.findChildren(QLineEdit) if one.isVisible()]:
        press(open_one, Qt.Key.Key_Escape)
    go(builder, 5, Column.NAME)
    press(builder.grid, Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier)
    settled(qtbot, builder)
    assert [name for name, _ in stored()] == ["설비", "maintenance", "용역"]


def test_the_discount_on_the_whole_is_live(qtbot, builder, workspace, quote):
    builder.totals.percent.setFocus()
    builder.totals.percent.selectAll()
    QTest.keyClicks(builder.totals.percent, "10")
    assert builder.totals.discount.text() == "−477,000"
    press(builder.totals.percent, Qt.Key.Key_Return)
    settled(qtbot, builder)
    assert quotes.open_quote(workspace, quote).draft.discount_percent == 10
    assert builder.totals.percent.text() == "10%"


def test_terms_are_saved_after_a_pause_and_when_one_leaves(qtbot, builder, workspace, quote):
    builder.tabs.findChild(type(builder.issue), "terms").click()
    builder.terms.payment_terms.setFocus()
    QTest.keyClicks(builder.terms.payment_terms, "30 days")
    qtbot.waitUntil(lambda: quotes.open_quote(workspace, quote).draft.payment_terms == "30 days")
    builder.terms.remarks.setFocus()
    QTest.keyClicks(builder.terms.remarks, "two")
    press(builder.terms.remarks, Qt.Key.Key_Return)
    QTest.keyClicks(builder.terms.remarks, "lines")
    builder.grid.setFocus()
    qtbot.waitUntil(lambda: quotes.open_quote(workspace, quote).draft.remarks == "two\nlines")


def test_what_is_typed_is_not_overwritten_by_a_change_from_elsewhere(
    qtbot, builder, elsewhere, stored, workspace, quote
):
    go(builder, 1, Column.QUANTITY)
    QTest.keyClicks(builder.grid, "7")
    editor = open_editor(builder)
    elsewhere(remarks="from elsewhere", discount_percent=Decimal(5))
    qtbot.wait(200)
    assert editor.text() == "7"
    press(editor, Qt.Key.Key_Return)
    press(open_editor(builder), Qt.Key.Key_Escape)
    settled(qtbot, builder)
    qtbot.waitUntil(lambda: builder.editor.draft.remarks == "from elsewhere")
    assert stored()[0][1][0] == ("펌프", 7)
    assert quotes.open_quote(workspace, quote).draft.discount_percent == 5
    assert builder.totals.percent.text() == "5%"


def test_a_change_from_elsewhere_is_shown_when_nothing_is_typed(qtbot, builder, elsewhere):
    draft = builder.editor.draft
    elsewhere(sections=(*draft.sections, QuoteSection(id="other", name="Elsewhere", lines=(line("new"),))))
    qtbot.waitUntil(lambda: names(builder)[-2:] == ["3. Elsewhere", "new"])


def test_issuing_freezes_a_version_and_an_edit_begins_the_next(qtbot, builder, workspace, quote):
    with qtbot.waitSignal(builder.editor.issued):
        builder.issue.click()
    qtbot.waitUntil(lambda: builder.editor.quote.status is QuoteStatus.ISSUED)
    assert not builder.issue.isEnabled()
    go(builder, 1, Column.QUANTITY)
    QTest.keyClicks(builder.grid, "5")
    press(open_editor(builder), Qt.Key.Key_Return)
    press(open_editor(builder), Qt.Key.Key_Escape)
    settled(qtbot, builder)
    assert builder.editor.quote.is_draft
    assert builder.issue.isEnabled()
    with qtbot.waitSignal(builder.editor.issued):
        builder.issue.click()
    assert [one.version for one in quotes.open_quote(workspace, quote).versions] == [2, 1]


def test_an_issued_version_is_looked_at_and_taken_back(qtbot, builder, workspace, quote):
    quotes.issue(workspace, quote)
    seen = quotes.open_quote(workspace, quote).draft
    quotes.save(workspace, seen, replace(seen, discount_percent=Decimal(50)))
    builder.editor.refresh()
    qtbot.waitUntil(lambda: bool(builder.editor.quote.versions))
    with qtbot.waitSignal(builder.editor.opened):
        builder.versions.chosen.emit(builder.editor.quote.versions[-1].id)
    assert builder.banner.isVisible()
    assert builder.totals.grand_total.text() == "₩5,247,000"
    go(builder, 1, Column.QUANTITY)
    QTest.keyClicks(builder.grid, "9")
    assert not [one for one in builder.grid.findChildren(QLineEdit) if one.isVisible()], (
        "an issued version has no editors"
    )
    assert not builder.issue.isEnabled()
    builder.take_back.click()
    qtbot.waitUntil(lambda: builder.editor.draft is not None and builder.editor.draft.discount_percent == 0)
    assert not builder.banner.isVisible()
    assert quotes.open_quote(workspace, quote).draft.discount_percent == 0


def test_an_empty_quote_is_not_issued_and_the_reason_is_told(qtbot, context, page, workspace, account):
    empty = quotes.create(workspace, account_id=account).id
    with qtbot.waitSignal(page.builder.editor.opened):
        page.open_row(empty)
    context.reporter.setProperty("expected", 1)
    with qtbot.waitSignal(context.reporter.reported) as told:
        page.builder.issue.click()
    assert told.args[0].happened == "It has no lines."


def test_the_page_is_drawn_by_the_worker_and_follows_the_language(qtbot, builder):
    qtbot.waitUntil(lambda: builder.preview.rendered)
    before = builder.preview.paper.grab().toImage()
    builder.preview.language.setCurrentIndex(0 if builder.preview.spoken == "en" else 1)
    builder.preview.language.activated.emit(0)
    qtbot.waitUntil(lambda: builder.preview.rendered)
    assert builder.preview.paper.grab().toImage() != before


def test_a_pdf_is_written(qtbot, builder, workspace, quote, tmp_path):
    path = tmp_path / "quote.pdf"
    builder.write_pdf(str(path))
    qtbot.waitUntil(path.exists)
    assert "Draft, not issued" in page_texts(path.read_bytes())[0]
    quotes.issue(workspace, quote)
    builder.editor.refresh()
    qtbot.waitUntil(lambda: bool(builder.editor.quote.versions))
    builder.write_pdf(str(tmp_path / "issued.pdf"))
    qtbot.waitUntil((tmp_path / "issued.pdf").exists)
    assert (tmp_path / "issued.pdf").read_bytes() == quotes.reprint(workspace, quote, 1, builder.preview.spoken)


def test_a_key_in_a_thousand_lines_prices_once_and_asks_the_file_nothing(qtbot, page, workspace, account, monkeypatch):
    many = QuoteSection(id=LOOSE, lines=tuple(line(f"item {number}", "2", "1500") for number in range(1000)))
    made = quotes.create(workspace, account_id=account, sections=(many,)).id
    with qtbot.waitSignal(page.builder.editor.opened):
        page.open_row(made)
    go(page.builder, 500, Column.QUANTITY)
    QTest.keyClicks(page.builder.grid, "3")
    cell_editor = open_editor(page.builder)
    priced, changed = [], []
    whole = editor_module.price

    def counted(draft, memory):
        priced.append(draft)
        return whole(draft, memory)

    monkeypatch.setattr(editor_module, "price", counted)
    page.builder.grid.lines.dataChanged.connect(lambda first, last, _roles: changed.append((first.row(), last.row())))
    before = workspace.read
    monkeypatch.setattr(workspace, "read", lambda: pytest.fail("a key press reads nothing") or before())
    for key in "45":
        QTest.keyClicks(cell_editor, key)
    assert len(priced) == 2, "once a key"
    assert changed == [], "only the sums follow while a cell is open"
    assert page.builder.totals.subtotal.text() == f"{(999 * 2 + 345) * 1500:,}"
    monkeypatch.undo()
    press(cell_editor, Qt.Key.Key_Return)
    settled(qtbot, page.builder)
    assert changed == [(500, 500)], "one row of a thousand is painted anew"
    for one in page.builder.grid.findChildren(QLineEdit):
        if one.isVisible():
            press(one, Qt.Key.Key_Escape)


def test_one_changed_line_of_a_thousand_is_one_operation(qtbot, page, workspace, account):
    many = QuoteSection(id=LOOSE, lines=tuple(line(f"item {number}", "2", "1500") for number in range(1000)))
    made = quotes.create(workspace, account_id=account, sections=(many,)).id
    before = quotes.open_quote(workspace, made).draft
    (section,) = before.sections
    lines = (replace(section.lines[0], quantity=Decimal(3)), *section.lines[1:])
    changes = quotes.save(workspace, before, replace(before, sections=(replace(section, lines=lines),)))
    assert {(one.entity, one.row_id) for one in changes.items} == {("quote_line", lines[0].id), ("quote", made)}


@pytest.mark.parametrize(("language", "scheme"), both_ways())
def test_the_page_opens_in_both_languages_and_themes(qtbot, context, theme: Theme, show, quote, language, scheme):
    i18n.use(language)
    theme.choose(scheme)
    page = show(QuotesPage(context))
    with qtbot.waitSignal(page.builder.editor.opened):
        page.open_row(quote)
    assert page.title() == ("견적" if language == "ko" else "Quotes")
    assert page.builder.issue.text() == ("발행" if language == "ko" else "Issue")
    assert not page.grab().isNull()


def test_an_issued_quote_shows_its_stored_page_until_it_is_edited(qtbot, builder):
    assert builder.editor.printed_version is None
    with qtbot.waitSignal(builder.editor.issued):
        builder.issue.click()
    qtbot.waitUntil(lambda: builder.editor.printed_version == 1)
    qtbot.waitUntil(lambda: builder.preview.rendered)
    assert builder.preview.hint.text() == "As issued and stored"
    go(builder, 1, Column.QUANTITY)
    QTest.keyClicks(builder.grid, "5")
    press(open_editor(builder), Qt.Key.Key_Return)
    press(open_editor(builder), Qt.Key.Key_Escape)
    assert builder.editor.printed_version is None
    settled(qtbot, builder)
    qtbot.waitUntil(lambda: builder.preview.rendered)
    assert builder.preview.hint.text() == "Changes as you type"


def test_the_currency_of_an_issued_quote_cannot_be_chosen(qtbot, builder, workspace, quote):
    assert builder.terms.currency.isEnabled()
    quotes.issue(workspace, quote)
    builder.editor.refresh()
    qtbot.waitUntil(lambda: not builder.terms.currency.isEnabled())
    assert builder.terms.currency.toolTip()
    assert builder.terms.payment_terms.isEnabled(), "the next version may differ in everything else"


def test_an_undo_that_a_rule_refuses_says_why_and_is_passed_over(qtbot, builder, context, workspace, quote):
    context.reporter.setProperty("expected", 2)
    heard = []
    context.lanes.troubled.connect(heard.append)
    builder.editor.edit("currency", replace(builder.editor.draft, currency="USD"))
    settled(qtbot, builder)
    qtbot.waitUntil(lambda: context.undo.index() == 1)
    quotes.issue(workspace, quote)
    for code in ("undo.issued", "quote.currency.final"):
        context.undo.undo()
        qtbot.waitUntil(lambda code=code: bool(heard) and heard[-1].code == code)
    assert quotes.open_quote(workspace, quote).draft.currency == "USD"
    qtbot.waitUntil(lambda: context.undo.index() == 0)


def test_an_edit_paints_its_own_row_and_moves_nothing_else(qtbot, builder: QuoteBuilder, monkeypatch) -> None:
    settled(qtbot, builder)
    headed: list[object] = []
    monkeypatch.setattr(builder.header, "set_pills", lambda *pills: headed.append(pills))
    told: list[tuple[int, int]] = []
    builder.grid.lines.dataChanged.connect(lambda first, last: told.append((first.row(), last.row())))
    painted = Painted(builder.grid.viewport())
    qtbot.waitUntil(lambda: builder.preview.rendered)
    for quantity in (4, 5):  # with the first one words may come that were not there
        settled(qtbot, builder)
        QApplication.processEvents()
        for noted in (told, painted.heights, headed):
            noted.clear()
        draft = builder.editor.draft
        assert draft is not None
        pump = draft.sections[0].lines[0]
        builder.editor.edit("test", edits.set_line(draft, replace(pump, quantity=Decimal(quantity))))
        qtbot.waitUntil(lambda: bool(painted.heights))
    assert told == [(0, 1)], "the heading's sum and the line"
    assert max(painted.heights) <= 2 * ROW_HEIGHT + 2
    assert headed == []
    builder.editor.edit("test", replace(builder.editor.draft, name="새 제목"))
    assert len(headed) == 1


class Painted(QObject):
    """The heights of what is painted of a widget."""

    def __init__(self, watched: QWidget) -> None:
        super().__init__(watched)
        self.heights: list[int] = []
        watched.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QPaintEvent):
            self.heights.append(event.region().boundingRect().height())
        return super().eventFilter(watched, event)
