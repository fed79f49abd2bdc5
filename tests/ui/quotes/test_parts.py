"""The parts of the builder by themselves: rows of the grid, sums, versions, terms, the page, the editor's patience."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from PySide6.QtCore import QItemSelectionModel, QModelIndex, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QMenu, QPushButton

from desktop_crm import i18n
from desktop_crm.documents.preview import PagePicture
from desktop_crm.domain.money import CURRENCIES
from desktop_crm.domain.quotes import edits, versions
from desktop_crm.domain.quotes.draft import LOOSE, QuoteSection
from desktop_crm.domain.quotes.pricing import LineMemory, price
from desktop_crm.domain.schema.options import RoundingPolicy
from desktop_crm.foundation.ids import RowId
from desktop_crm.services import history, quotes, records
from desktop_crm.ui.quotes.builder import SIZES
from desktop_crm.ui.quotes.editor import QuoteEditor
from desktop_crm.ui.quotes.model import NEW, Column, Kind, LinesModel, rows_of, written
from desktop_crm.ui.quotes.preview import Paper
from desktop_crm.ui.runtime.shared_settings import USUAL_CURRENCIES
from desktop_crm.ui.widgets.pill import Pill
from tests.domain.quotes.samples import korean_draft, line, long_draft


@pytest.fixture
def lines() -> LinesModel:
    model = LinesModel()
    draft = korean_draft()
    model.show_draft(draft, price(draft), may_edit=True)
    return model


def texts(model: LinesModel, row: int) -> list[str]:
    return [model.index(row, column).data() for column in Column]


def test_rows_say_what_stands_in_each_column(lines):
    assert texts(lines, 0) == ["", "1. 설비 제어 패키지", "", "", "", "", "", "103,212,000"]
    assert texts(lines, 1) == [
        "1",
        "HC-900 제어기 번들",
        "이중화 전원, I/O 16ch",
        "세트",
        "12",
        "8,200,000",
        "7%",
        "91,512,000",
    ]
    assert texts(lines, 2)[6] == "", "no discount, no word"
    assert texts(lines, lines.rowCount() - 1)[1].startswith("Add a product")
    heads = [lines.headerData(column, Qt.Orientation.Horizontal) for column in Column]
    assert heads == ["", "Item", "Spec", "Unit", "Quantity", "Unit price", "Discount", "Amount"]
    assert lines.headerData(0, Qt.Orientation.Vertical) is None


def test_only_what_may_be_typed_can_be_edited(lines):
    def editable(row: int) -> set[Column]:
        return {c for c in Column if lines.index(row, c).flags() & Qt.ItemFlag.ItemIsEditable}

    assert editable(0) == {Column.NAME}
    assert editable(1) == set(Column) - {Column.NUMBER, Column.AMOUNT}
    assert editable(lines.rowCount() - 1) == {Column.NAME}
    assert lines.index(1, 1).flags() & Qt.ItemFlag.ItemIsDragEnabled
    assert not lines.index(lines.rowCount() - 1, 1).flags() & Qt.ItemFlag.ItemIsDragEnabled
    draft = korean_draft()
    lines.show_draft(draft, price(draft), may_edit=False)
    assert all(not editable(row) for row in range(lines.rowCount()))


def test_an_edit_is_a_wish_and_changes_nothing_itself(qtbot, lines):
    with qtbot.waitSignal(lines.edited) as wished:
        assert lines.setData(lines.index(1, Column.QUANTITY), "99")
    row, column, text = wished.args
    assert (row.line.name, column, text) == ("HC-900 제어기 번들", Column.QUANTITY, "99")
    assert lines.index(1, Column.QUANTITY).data() == "12"
    assert not lines.setData(lines.index(1, Column.QUANTITY), "1", Qt.ItemDataRole.DisplayRole)


def test_what_is_typed_in_begins_with_what_stands_there(lines):
    row = lines.row(1)
    assert [written(row, column) for column in (Column.NAME, Column.QUANTITY, Column.UNIT_PRICE, Column.DISCOUNT)] == [
        "HC-900 제어기 번들",
        "12",
        "8,200,000",
        "7",
    ]
    assert written(lines.row(0), Column.NAME) == "설비 제어 패키지"
    assert written(lines.row(lines.rowCount() - 1), Column.NAME) == ""


def test_a_changed_cell_makes_no_noise_elsewhere(qtbot, lines):
    told: list[tuple[int, int]] = []
    lines.dataChanged.connect(lambda first, last: told.append((first.row(), last.row())))
    reset: list[bool] = []
    lines.modelReset.connect(lambda: reset.append(True))
    draft = korean_draft()
    changed = edits.set_line(draft, replace(draft.sections[1].lines[0], quantity=Decimal(61)))
    lines.show_draft(changed, price(changed), may_edit=True)
    assert told == [(3, 4)], "the section's sum and the line"
    lines.show_draft(changed, price(changed), may_edit=True)
    assert len(told) == 1
    assert not reset


def test_rows_that_come_and_go_are_told_as_such(qtbot, lines):
    draft = korean_draft()
    inserted: list[tuple[int, int]] = []
    removed: list[tuple[int, int]] = []
    lines.rowsInserted.connect(lambda _parent, first, last: inserted.append((first, last)))
    lines.rowsRemoved.connect(lambda _parent, first, last: removed.append((first, last)))
    longer = edits.add_line(draft, line(9, "new", "1", "1"), draft.sections[0].lines[0].id)
    lines.show_draft(longer, price(longer), may_edit=True)
    assert (inserted, removed) == ([(2, 2)], [])
    lines.show_draft(draft, price(draft), may_edit=True)
    assert (inserted, removed) == ([(2, 2)], [(2, 2)])
    lines.show_draft(draft, price(draft), may_edit=False)
    assert lines.rowCount() == 8


def test_loose_lines_have_no_heading_and_lines_are_counted_through():
    draft = long_draft(30)
    loose = replace(draft, sections=(replace(draft.sections[0], id=LOOSE, name=""), *draft.sections[1:]))
    rows = rows_of(loose, price(loose), with_new=True)
    assert [row.kind for row in rows][:2] == [Kind.LINE, Kind.LINE]
    assert [row.number for row in rows if row.kind is Kind.LINE] == list(range(1, 31))
    assert [row.number for row in rows if row.kind is Kind.HEAD] == [1, 2]
    assert rows[-1].id == NEW
    assert rows_of(loose, price(loose), with_new=False)[-1].kind is Kind.LINE


def test_the_model_answers_for_places_that_are_not_there(lines):
    assert lines.row(-1) is None
    assert lines.row(999) is None
    assert lines.place_of(RowId("nothing")) == -1
    assert lines.data(QModelIndex()) is None
    assert lines.rowCount(lines.index(0, 0)) == 0
    assert lines.columnCount(lines.index(0, 0)) == 0


def test_sums_show_each_rate_and_what_lies_below(qtbot, builder, workspace, quote):
    draft = builder.editor.draft
    exempt = replace(draft.sections[1].lines[0], tax_rate=Decimal(0))
    builder.editor.edit("test", edits.set_line(draft, exempt))
    shown = [(name.text(), amount.text()) for name, amount in builder.totals.taxes if not name.isHidden()]
    assert shown == [("VAT 10% on 2,820,000", "282,000"), ("VAT 0% on 1,950,000", "0")]
    assert builder.totals.subtotal.text() == "4,770,000"
    assert builder.totals.discount.text() == ""
    assert builder.totals.grand_total.accessibleName() == "Grand total ₩5,052,000"
    qtbot.waitUntil(lambda: builder.editor.saved)


@pytest.mark.parametrize("typed", ["101", "-1", "abc"])
def test_a_discount_that_is_none_is_put_back(qtbot, builder, workspace, quote, typed):
    builder.totals.percent.setFocus()
    builder.totals.percent.selectAll()
    QTest.keyClicks(builder.totals.percent, typed)
    QTest.keyClick(builder.totals.percent, Qt.Key.Key_Return)
    assert builder.totals.percent.text() == "0%"
    assert quotes.open_quote(workspace, quote).draft.discount_percent == 0


def words(widget) -> list[str]:
    return [one.text() for one in widget.findChildren(QLabel) if one.text()]


def test_versions_say_who_when_how_much_and_which(qtbot, builder, workspace, quote):
    assert "Draft in work" in words(builder.versions)
    first = quotes.issue(workspace, quote).version
    seen = quotes.open_quote(workspace, quote).draft
    quotes.save(workspace, seen, replace(seen, discount_percent=Decimal(10)))
    second = quotes.issue(workspace, quote).version
    builder.editor.refresh()
    qtbot.waitUntil(lambda: len(builder.editor.quote.versions) == 2)
    said = words(builder.versions)
    assert "Draft in work" not in said
    for version, amount in ((first, "₩5,247,000"), (second, "₩4,722,300")):
        assert amount in said
        assert any(f"#{version.hash[:8]}" in text for text in said)
    assert [pill.text() for pill in builder.versions.findChildren(Pill)] == ["Issued", "Replaced"]
    others = {builder.versions.compare, builder.versions.alternatives}
    names = [one.text() for one in builder.versions.findChildren(QPushButton) if one not in others]
    assert names == ["v2", "v1"]
    with qtbot.waitSignal(builder.editor.opened):
        next(one for one in builder.versions.findChildren(QPushButton) if one.text() == "v1").click()
    assert builder.editor.viewing.content.version == 1
    with qtbot.waitSignal(builder.editor.opened):
        builder.editor.view(None)
    assert builder.editor.viewing is None


def test_two_versions_of_one_number_each_open(qtbot, builder, workspace, quote):
    mine = quotes.issue(workspace, quote).version
    row = records.get(workspace, "quote_version", quotes.version_summary(workspace, quote).id).fields
    theirs = versions.freeze(
        replace(mine.content.draft, remarks="-"),
        number=mine.content.number,
        version=1,
        issued_at=mine.content.issued_at,
        issued_on=mine.content.issued_on,
        issued_by="동료",
    )
    with workspace.write("sync") as work:
        work.insert("quote_version", {**row, "snapshot": theirs.snapshot, "snapshot_hash": theirs.hash})
    builder.editor.refresh()
    qtbot.waitUntil(lambda: len(builder.editor.quote.versions) == 2)
    for one in (mine, theirs):
        with qtbot.waitSignal(builder.editor.opened):
            [name] = [past.label for past in builder.editor.quote.versions if past.hash == one.hash]
            next(push for push in builder.versions.findChildren(QPushButton) if push.text() == name).click()
        if builder.editor.viewing is not None:
            assert builder.editor.viewing == one
        assert builder.editor.printed_hash == one.hash


def test_terms_change_currency_rounding_and_tax(qtbot, builder, workspace, quote):
    terms = builder.terms
    terms.currency.setCurrentText("USD")
    terms.currency.activated.emit(terms.currency.currentIndex())
    terms.rounding.setCurrentIndex(terms.rounding.findData(RoundingPolicy.DOWN))
    terms.rounding.activated.emit(terms.rounding.currentIndex())
    builder._on_tab("terms")
    terms.tax_rate.setFocus()
    terms.tax_rate.selectAll()
    QTest.keyClicks(terms.tax_rate, "7.5")
    assert builder.totals.taxes[0][0].text() == "VAT 7.5%", "while typing"
    QTest.keyClick(terms.tax_rate, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: builder.editor.saved)
    draft = quotes.open_quote(workspace, quote).draft
    assert (draft.currency, draft.rounding_policy, draft.tax_rate) == ("USD", RoundingPolicy.DOWN, Decimal("7.5"))
    assert builder.totals.grand_total.text().startswith("$")


def test_a_date_is_typed_and_an_unreadable_one_keeps_the_former(qtbot, builder, workspace, quote):
    builder._on_tab("terms")
    field = builder.terms.valid_until.line
    before = quotes.open_quote(workspace, quote).draft.valid_until
    field.setFocus()
    field.selectAll()
    QTest.keyClicks(field, "someday")
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert quotes.open_quote(workspace, quote).draft.valid_until == before
    field.selectAll()
    QTest.keyClicks(field, "2027-01-31")
    QTest.keyClick(field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: quotes.open_quote(workspace, quote).draft.valid_until == date(2027, 1, 31))


def test_another_customer_is_printed_as_soon_as_it_is_chosen(qtbot, builder, workspace):
    other = records.create(workspace, "account", {"name": "대한정밀"}).id
    builder._on_tab("terms")
    builder.terms.account.show_reference(other, "대한정밀")
    builder.terms.account.committed.emit()
    qtbot.waitUntil(lambda: builder.editor.draft.customer.name == "대한정밀")
    assert builder.editor.document().draft.customer.name == "대한정밀"


def test_the_menu_does_what_the_keys_do(qtbot, builder):
    builder.grid.setCurrentIndex(builder.grid.lines.index(1, Column.NAME))
    builder.grid.customContextMenuRequested.emit(builder.grid.rect().center())
    (menu,) = [one for one in builder.grid.findChildren(QMenu) if one.isVisible()]
    said = [action.text() for action in menu.actions() if action.text()]
    assert said[:5] == ["Insert a line below", "Add a section", "Move up", "Move down", "Delete"]
    assert said[5:] == [act.text() for act in builder.grid.actions()]
    next(action for action in menu.actions() if action.text() == "Move down").trigger()
    menu.close()
    assert builder.grid.current_row().line.name == "펌프"
    assert builder.grid.currentIndex().row() == 2
    qtbot.waitUntil(lambda: builder.editor.saved)


def test_several_rows_are_deleted_at_once_and_the_new_row_never(qtbot, builder):
    chosen = builder.grid.selectionModel()
    for row in (1, 2, builder.grid.lines.rowCount() - 1):
        chosen.select(
            builder.grid.lines.index(row, Column.NAME),
            QItemSelectionModel.SelectionFlag.Select | QItemSelectionModel.SelectionFlag.Rows,
        )
    builder.grid.remove_rows()
    left = [builder.grid.lines.row(place) for place in range(builder.grid.lines.rowCount())]
    assert [row.kind for row in left] == [Kind.HEAD, Kind.HEAD, Kind.LINE, Kind.NEW]
    qtbot.waitUntil(lambda: builder.editor.saved)


def test_panes_keep_their_sizes(qtbot, builder, context):
    builder.split.moveSplitter(700, 1)
    assert context.settings.get(SIZES) == builder.split.sizes()


def test_a_page_is_drawn_pixel_for_pixel(qtbot, show):
    paper = show(Paper(), 200, 283)
    assert paper.empty
    paper.fit(200)
    paper.show_page(PagePicture(2, 1, b"\xff\x00\x00\xff\x00\xff\x00\xff"), 1.0)
    assert not paper.empty
    assert (paper.width(), paper.height()) == (200, 100)  # the sheet takes the page's own proportion
    picture = paper.grab().toImage()
    ratio = paper.devicePixelRatioF()
    assert picture.pixelColor(round(30 * ratio), round(50 * ratio)).red() > 200
    assert picture.pixelColor(round(170 * ratio), round(50 * ratio)).green() > 200
    paper.show_page(None, 1.0)
    assert paper.empty


def test_pages_are_turned_and_never_beyond(qtbot, context, page, workspace, account):
    many = quotes.create(
        workspace,
        account_id=account,
        sections=(QuoteSection(id=LOOSE, lines=tuple(line(n, f"item {n}", "1", "1000") for n in range(110))),),
    ).id
    with qtbot.waitSignal(page.builder.editor.opened):
        page.open_row(many)
    preview = page.builder.preview
    qtbot.waitUntil(lambda: preview.rendered)
    assert preview.counter.text() == "1 / 3"
    assert not preview.back.isEnabled()
    for expected in ("2 / 3", "3 / 3", "3 / 3"):
        preview.turn(1)
        qtbot.waitUntil(lambda: preview.rendered)
        assert preview.counter.text() == expected
    assert not preview.forth.isEnabled()
    preview.turn(-99)
    qtbot.waitUntil(lambda: preview.rendered)
    assert preview.counter.text() == "1 / 3"


def test_a_missing_quote_is_told_and_the_editor_stays_quiet(qtbot, context):
    editor = QuoteEditor(context)
    with qtbot.waitSignal(editor.failed) as told:
        editor.open_quote("nothing")
    assert told.args[0].code == "record.missing"
    assert (editor.draft, editor.document(), editor.printed_version, editor.may_edit) == (None, None, None, False)
    editor.edit("test", korean_draft())
    editor.issue()
    editor.restore(1)
    assert editor.saved


def test_the_editor_skips_its_own_echo_and_hears_an_undo(qtbot, builder, context, workspace, quote):
    reads: list[bool] = []
    builder.editor.drafted.connect(lambda: reads.append(True))
    builder.editor.edit("test", replace(builder.editor.draft, remarks="neu"))
    qtbot.waitUntil(lambda: builder.editor.saved)
    qtbot.wait(100)
    assert len(reads) == 1, "one edit, one repaint"
    context.undo.undo()
    qtbot.waitUntil(lambda: builder.editor.draft.remarks == "")
    assert quotes.open_quote(workspace, quote).draft.remarks == ""


def test_saves_run_in_order_however_fast_they_come(qtbot, builder, workspace, quote):
    for number in range(15):
        builder.editor.edit("test", replace(builder.editor.draft, remarks=f"note {number}"))
    assert not builder.editor.saved
    qtbot.waitUntil(lambda: builder.editor.saved)
    assert quotes.open_quote(workspace, quote).draft.remarks == "note 14"
    assert builder.editor.draft.remarks == "note 14"


def test_a_save_that_is_refused_is_told_and_the_draft_is_read_again(qtbot, builder, context, workspace, quote):
    with workspace.write("test") as work:
        work.update("quote", quote, {"status": "accepted"})
    context.reporter.setProperty("expected", 1)
    with qtbot.waitSignal(context.reporter.reported) as told:
        builder.editor.edit("test", replace(builder.editor.draft, remarks="zu spät"))
    assert told.args[0].title == "The quote is closed"
    qtbot.waitUntil(lambda: not builder.editor.may_edit)
    assert builder.editor.draft.remarks == ""
    assert not builder.issue.isEnabled()


def test_the_header_leads_back_and_to_the_customer(qtbot, builder, context, account):
    links = [
        one for one in builder.header.findChildren(QPushButton) if one.property("kind") == "crumb" and one.isVisible()
    ]
    assert [one.text() for one in links] == ["Quotes", "한빛전자(주)"]
    context.routes.register("account", "account")
    with qtbot.waitSignal(context.routes.arrived) as arrived:
        links[1].click()
    assert arrived.args[0].row_id == account
    with qtbot.waitSignal(builder.back_wanted):
        links[0].click()


def test_a_created_quote_can_be_undone(qtbot, context, workspace, account):
    made = quotes.create(workspace, account_id=account)
    history.revert(workspace, made.changes.tx_id)
    assert quotes.list_quotes(workspace) == ()


@pytest.mark.parametrize("language", ["ko", "en"])
def test_every_control_has_a_name_for_screen_readers(qtbot, context, show, quote, language):
    i18n.use(language)
    from desktop_crm.ui.quotes.page import QuotesPage

    page = show(QuotesPage(context))
    with qtbot.waitSignal(page.builder.editor.opened):
        page.open_row(quote)
    builder = page.builder
    named = [
        builder.grid,
        builder.totals.percent,
        builder.issue,
        builder.save_pdf,
        builder.preview.language,
        builder.preview.paper,
        builder.terms.name,
        builder.terms.payment_terms,
        builder.terms.remarks,
        builder.terms.currency,
        builder.terms.tax_rate,
        builder.terms.rounding,
    ]
    assert all(one.accessibleName() for one in named), [one for one in named if not one.accessibleName()]


def test_every_currency_that_is_offered_is_one_that_the_rules_take():
    assert set(USUAL_CURRENCIES) <= CURRENCIES


def test_rows_stay_the_very_same_where_nothing_changed() -> None:
    before = long_draft(3)
    lines, memory = list(before.lines()), LineMemory()
    first = rows_of(before, price(before, memory), with_new=True)
    after = edits.set_line(before, replace(lines[1], quantity=Decimal(9)))
    again = rows_of(after, price(after, memory), with_new=True, known={row.id: row for row in first})
    same = [new is old for new, old in zip(again, first, strict=True) if new.kind is Kind.LINE]
    assert same == [True, False, True]
    assert again == rows_of(after, price(after), with_new=True)
    shorter = edits.remove(after, {lines[0].id})
    known = {row.id: row for row in again}
    assert rows_of(shorter, price(shorter, memory), with_new=True, known=known) == rows_of(
        shorter, price(shorter), with_new=True
    )
