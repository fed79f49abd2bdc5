"""The pieces of the import page by themselves: steps, choices, format, columns, findings, words in both languages."""

from __future__ import annotations

import ast
import inspect
from decimal import Decimal
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication, QCheckBox, QLabel, QPushButton, QSpinBox

from desktop_crm import i18n
from desktop_crm.exchange import csv_sniffing, text_encoding
from desktop_crm.exchange.dates import DateOrder
from desktop_crm.exchange.table_format import Aspect, CsvFormat, Evidence, SheetFormat
from desktop_crm.services import importing
from desktop_crm.services.importing import FilePlan, FileReport, ImportReport, OpenGroup, Problem, evidence_text
from desktop_crm.services.importing.reports import piled
from desktop_crm.ui.exchange import words
from desktop_crm.ui.exchange.combos import ChoiceBox
from desktop_crm.ui.exchange.findings import AT_FIRST, SHOWN, FindingsCard, findings_of
from desktop_crm.ui.exchange.flow import Decision
from desktop_crm.ui.exchange.format_panel import FormatPanel
from desktop_crm.ui.exchange.mapping_table import MappingTable
from desktop_crm.ui.exchange.review_view import CountsCard
from desktop_crm.ui.exchange.start_view import StartView
from desktop_crm.ui.exchange.steps import StepBar
from desktop_crm.ui.theme import Mood
from tests.exchange.books import row, xlsx

pytestmark = pytest.mark.usefixtures("theme")

DEALS = "opportunity_id,account,deal_stage,close_date,close_value,mood\nA1,Acme,Won,01/02/2017,1.5,x\nA2,Beta,Won,03/04/2017,2,y\n"


@pytest.fixture
def deals(tmp_path: Path) -> FilePlan:
    path = tmp_path / "deals.csv"
    path.write_text(DEALS, encoding="utf-8")
    return importing.inspect([path]).files[0]


def report(*problems: Problem, groups: tuple[OpenGroup, ...] = ()) -> ImportReport:
    file = FileReport(
        path="a.csv", kind="accounts", encoding="utf-8", rows=9, created=5, refused=len(problems), problems=problems
    )
    return ImportReport(import_id=None, files=(file,), open=groups, piles=piled((file,)))


def group(value: str, suggestion: str | None = None, reason: str = "unknown", rows: int = 1) -> OpenGroup:
    return OpenGroup(
        entity="opportunity",
        field="product_id",
        value=value,
        target="product",
        suggestion_id="1" if suggestion else None,
        suggestion=suggestion,
        rows=rows,
        first_row=3,
        column="product",
        reason=reason,
    )


# steps and choices


def test_done_steps_are_checked_and_the_present_one_is_named(show) -> None:
    bar = show(StepBar(), 600, 40)
    bar.show_step(2)
    texts = [label.text() for label in bar.findChildren(QLabel)]
    assert texts == ["1 Files ✓", "2 Format ✓", "3 Match columns", "4 Try out", "5 Import"]
    assert bar.accessibleName() == "Step 3 of 5: Match columns"
    bar.show_step(5)
    assert all(label.text().endswith("✓") for label in bar.findChildren(QLabel))


def wheel(box: ChoiceBox) -> None:
    event = QWheelEvent(
        QPointF(5, 5),
        QPointF(box.mapToGlobal(QPoint(5, 5))),
        QPoint(),
        QPoint(0, -120),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(box, event)


def test_a_wheel_that_passes_over_a_choice_changes_nothing(qtbot, show) -> None:
    told: list[object] = []
    box = show(ChoiceBox([(1, "one"), (None, "none"), (3, "three")], None, told.append, "Number"), 200, 40)
    box.clearFocus()
    assert box.value() is None
    wheel(box)
    assert (box.value(), told) == (None, [])
    box.take(3)
    assert (box.value(), told) == (3, [3])
    assert box.accessibleName() == "Number"


def test_a_choice_is_made_by_keyboard(qtbot, show) -> None:
    told: list[object] = []
    box = show(ChoiceBox([("a", "alpha"), ("b", "beta")], "a", told.append, "Letter"), 200, 40)
    box.setFocus()
    qtbot.keyClick(box, Qt.Key.Key_Down)
    assert told == ["b"]


# the format


def test_the_panel_shows_the_format_with_its_reasons(show, deals) -> None:
    panel = show(FormatPanel(), 700, 300)
    panel.show_file(deals)
    names = {box.objectName(): box.value() for box in panel.findChildren(ChoiceBox)}
    assert names == {"encoding": "utf-8", "delimiter": ",", "quote": '"'}
    said = " ".join(label.accessibleName() for label in panel.findChildren(QLabel))
    assert "plain ASCII" in said
    assert "3 of 3 rows have 6 cells" in said


def test_each_choice_of_the_panel_makes_a_new_format(qtbot, show, deals) -> None:
    panel = show(FormatPanel(), 700, 300)
    panel.show_file(deals)
    formats: list[CsvFormat] = []
    panel.format_chosen.connect(formats.append)
    panel.findChild(ChoiceBox, "delimiter").take(";")
    panel.findChild(ChoiceBox, "encoding").take("cp949")
    header, pad = panel.findChildren(QCheckBox)
    header.click()
    pad.click()
    assert [(f.delimiter, f.encoding, f.header, f.pad_short_rows) for f in formats] == [
        (";", "utf-8", True, False),
        (",", "cp949", True, False),
        (",", "utf-8", False, False),
        (",", "utf-8", True, True),
    ]
    panel.findChild(ChoiceBox, "quote").take('"')
    assert len(formats) == 4


def test_the_panel_of_a_workbook_offers_its_sheets(show, tmp_path) -> None:
    path = tmp_path / "book.xlsx"
    people = row("name", "email") + row("Ann", "ann@example.com")
    path.write_bytes(
        xlsx(people, row("Accounts") + row("account", "city") + row("Acme", "Bonn"), names=("People", "Firms"))
    )
    file = importing.inspect_file(path)
    panel = show(FormatPanel(), 700, 200)
    panel.show_file(file)
    formats: list[SheetFormat] = []
    panel.format_chosen.connect(formats.append)
    panel.findChild(ChoiceBox, "sheet").take("Firms")
    header, skip, _ = panel.findChildren(QSpinBox)
    header.setValue(2)
    skip.setValue(1)
    assert [(f.sheet, f.header_rows, f.skip_rows) for f in formats] == [
        ("Firms", 1, 0),
        ("People", 2, 0),
        ("People", 1, 1),
    ]
    said = " ".join(label.accessibleName() for label in panel.findChildren(QLabel))
    assert "The first of 2 sheets" in said
    assert words.format_line(file) == "XLSX · People · 1 row"
    assert importing.inspect_file(path, sheet="Firms").entity == "account"


# the columns


def test_columns_have_a_field_a_pill_and_a_way_of_reading(show, deals) -> None:
    table = show(MappingTable(), 800, 400)
    table.show_file(deals, {}, "KRW")
    assert table.rowCount() == 6
    pills = [table.cellWidget(row, 3).findChild(QLabel).text() for row in range(6)]
    assert pills == ["automatic", "automatic", "automatic", "check", "check unit", "new field"]
    assert table.cellWidget(3, 4).findChild(ChoiceBox).value() == DateOrder.MDY.value or DateOrder.DMY.value
    assert table.cellWidget(0, 4) is None
    assert table.box("mood").value() == "x_mood"
    assert table.box("account").currentText() == "Account (found by name)"


def test_names_that_were_not_found_turn_the_pill_amber(show, deals) -> None:
    table = show(MappingTable(), 800, 400)
    table.show_file(deals, {"account_id": 2}, "KRW")
    pill = table.cellWidget(1, 3).findChild(QLabel)
    assert (pill.text(), pill.property("pill")) == ("2 open", "warn")
    assert "0 of 2 found" in pill.toolTip()


def test_what_is_chosen_is_told(show, deals) -> None:
    table = show(MappingTable(), 800, 400)
    table.show_file(deals, {}, "KRW")
    told: list[tuple[str, object]] = []
    table.chosen.connect(lambda column, choice: told.append((column, choice)))
    table.box("mood").take(None)
    table.box("mood").take("note")
    table.cellWidget(3, 4).findChild(ChoiceBox).take("dmy")
    table.cellWidget(4, 4).findChild(ChoiceBox).take("1000000")
    table.cellWidget(4, 4).findChild(ChoiceBox).take("currency:USD")
    assert told == [
        ("mood", None),
        ("mood", "note"),
        ("close_date", {"date_order": "dmy"}),
        ("close_value", {"scale": "1000000"}),
        ("close_value", {"currency": "USD"}),
    ]


def test_a_field_goes_to_one_column_only(deals) -> None:
    moved = deals.with_column(importing.choose(deals.column("mood"), "opportunity", "amount"))
    assert moved.column("mood").field == "amount"
    assert (moved.column("close_value").field, moved.column("close_value").reason) == (None, "taken")


def test_a_chosen_scale_and_currency_are_kept(deals) -> None:
    column = importing.choose(deals.column("close_value"), "opportunity", {"scale": "10000", "currency": "USD"})
    assert (column.scale, column.currency, column.field) == (Decimal(10000), "USD", "amount")


# findings


def test_problems_of_one_value_are_told_once() -> None:
    problems = [
        Problem(code="import.cell.date", row=row, column="close_date", params={"value": "31/02/2017"})
        for row in (4, 9, 12)
    ]
    found = findings_of(report(*problems, Problem(code="import.row.no_name", row=2)))
    assert [(one.said, one.first, one.rows) for one in found] == [
        ("close_date = 31/02/2017", 4, 3),
        ("whole row", 2, 1),
    ]
    assert "31/02/2017" in found[0].text


def test_a_file_that_was_not_read_is_told_as_a_whole() -> None:
    refused = FileReport(
        path="/x/dictionary.csv", kind=None, encoding=None, problems=(Problem(code="import.file.empty"),)
    )
    (found,) = findings_of(ImportReport(import_id=None, files=(refused,)))
    assert (found.said, found.first, found.rows) == ("dictionary.csv", None, 0)
    assert words.place(found.first, found.rows) == "whole file"


def test_a_decision_is_taken_and_taken_back(qtbot, show) -> None:
    card = show(FindingsCard(lasting=True), 420, 300)
    told: list[tuple[object, object]] = []
    card.decided.connect(lambda names, decision: told.append((names, decision)))
    one = group("GTXPro", "GTX Pro", "near", 1480)
    name = ("opportunity", "product_id", "GTXPro")
    card.show_findings((one,), (), {})
    qtbot.mouseClick(card.findChild(QPushButton, "accept:GTXPro"), Qt.MouseButton.LeftButton)
    card.show_findings((one,), (), {name: Decision.ACCEPT})
    assert card.findChild(QPushButton, "accept:GTXPro").isChecked()
    qtbot.mouseClick(card.findChild(QPushButton, "accept:GTXPro"), Qt.MouseButton.LeftButton)
    assert told == [((name,), Decision.ACCEPT), ((name,), None)]


def test_what_can_be_done_depends_on_the_name(show) -> None:
    card = show(FindingsCard(lasting=False), 420, 400)
    card.show_findings(
        (group("A", "Alpha", "near"), group("B"), group("C", None, "several"), group("D", None, "circle")), (), {}
    )
    names = {made.objectName() for made in card.findChildren(QPushButton) if ":" in made.objectName()}
    assert names == {"accept:A", "drop:A", "create:B", "drop:B", "drop:C", "drop:D"}


@pytest.mark.parametrize(("lasting", "said"), [(True, "Every row can be taken"), (False, "All rows are in")])
def test_nothing_to_check_is_said(show, lasting, said) -> None:
    card = show(FindingsCard(lasting=lasting), 420, 200)
    card.show_findings((), (), {})
    assert any(said in label.text() for label in card.findChildren(QLabel))
    assert not card.save.isVisible()


def test_very_many_findings_are_cut_and_counted(qtbot, show) -> None:
    card = show(FindingsCard(lasting=True), 420, 600)
    card.show_findings(tuple(group(f"N{n}", f"M{n}", "near") for n in range(100)), (), {})
    qtbot.waitUntil(lambda: any(label.text() == "… and 40 more" for label in card.findChildren(QLabel)))
    assert len([one for one in card.findChildren(QPushButton) if one.objectName().startswith("accept:")]) == SHOWN


def test_many_findings_are_made_a_few_at_a_time_and_only_when_they_are_others(qtbot, show) -> None:
    card = show(FindingsCard(lasting=True), 420, 600)
    groups = tuple(group(f"N{n}", f"M{n}", "near") for n in range(30))
    card.show_findings(groups, (), {})

    def made() -> list[QPushButton]:
        return [one for one in card.findChildren(QPushButton) if one.objectName().startswith("accept:")]

    assert len(made()) == AT_FIRST
    qtbot.waitUntil(lambda: len(made()) == len(groups))
    before = made()
    card.show_findings(groups, (), {})
    assert made() == before
    card.show_findings(groups[:2], (), {})
    qtbot.waitUntil(lambda: len([one for one in made() if one.isVisibleTo(card)]) == 2)


def test_columns_of_a_wide_file_get_their_controls_a_few_at_a_time(qtbot, show, tmp_path) -> None:
    path = tmp_path / "wide.csv"
    names = ["name", *(f"column {n}" for n in range(30))]
    path.write_text(",".join(names) + "\n" + ",".join(["x"] * 31) + "\n", encoding="utf-8")
    (file,) = importing.inspect([path], "accounts").files
    table = show(MappingTable(), 800, 400)
    table.show_file(file, {}, "KRW")
    assert table.cellWidget(30, 2) is None
    qtbot.waitUntil(lambda: table.cellWidget(30, 2) is not None)
    before = table.cellWidget(30, 2)
    table.show_file(file, {}, "KRW")
    assert table.cellWidget(30, 2) is before
    table.show_file(file, {"x_column_29": 1}, "KRW")
    assert table.box("column 29").value() == "x_column_29"


def test_counts_are_four_figures_with_names(show) -> None:
    card = show(CountsCard("Result"), 420, 120)
    card.show_report(None, 0)
    assert any("nothing is written" in label.text() for label in card.findChildren(QLabel))
    card.show_report(report(Problem(code="import.row.no_name", row=2)), 1)
    names = [label.accessibleName() for label in card.findChildren(QLabel) if label.accessibleName()]
    assert {"New rows: 5", "Changed: 0", "As before: 0", "To check: 1"} <= set(names)


# past imports and words


def test_past_imports_are_listed_with_a_way_back(qtbot, show) -> None:
    view = show(StartView(), 1000, 600)
    done = ImportReport(import_id="i1", files=report().files, at="2026-11-23T03:00:00+00:00")
    undone = ImportReport(import_id="i2", files=report().files, at="2026-11-22T03:00:00+00:00", state="undone")
    view.show_past((done, undone))
    with qtbot.waitSignal(view.undo_requested) as asked:
        qtbot.mouseClick(view.findChild(QPushButton, "undo:i1"), Qt.MouseButton.LeftButton)
    assert asked.args == ["i1"]
    assert view.findChild(QPushButton, "undo:i2") is None
    assert any(label.text() == "taken back" for label in view.past.findChildren(QLabel))


def codes(*modules: object) -> set[str]:
    """Every evidence code that the readers give."""
    found = set()
    for module in modules:
        for node in ast.walk(ast.parse(inspect.getsource(module))):  # type: ignore[arg-type]
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                head = node.value.partition(".")[0]
                if "." in node.value and head in {one.value for one in Aspect} and " " not in node.value:
                    found.add(node.value)
    return found


@pytest.mark.parametrize("language", ["ko", "en"])
def test_every_evidence_has_words(language: str) -> None:
    i18n.use(language)
    known = codes(csv_sniffing, text_encoding)
    assert len(known) > 12
    for code in known:
        text = evidence_text(Evidence(aspect=Aspect.ENCODING, code=code))
        assert text != code
        assert text


@pytest.mark.parametrize("language", ["ko", "en"])
def test_lines_about_files_and_rows(language: str, deals) -> None:
    i18n.use(language)
    line = words.format_line(deals)
    assert line.startswith("UTF-8 · ")
    assert "01/02/2017" in line
    assert words.place(17, 1) == {"ko": "17행", "en": "row 17"}[language]
    assert words.place(3, 1480) == {"ko": "3행 외 1,479", "en": "row 3, +1,479"}[language]
    assert words.file_title((Path("a.csv"), Path("b.csv"))).count("a.csv") == 1


def test_moods_of_columns(deals) -> None:
    moods = {column.column: words.column_pill(column, 0, "opportunity", "KRW")[1] for column in deals.columns}
    assert moods == {
        "opportunity_id": Mood.good,
        "account": Mood.good,
        "deal_stage": Mood.good,
        "close_date": Mood.warn,
        "close_value": Mood.warn,
        "mood": Mood.info,
    }
