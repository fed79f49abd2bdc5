"""The import page as someone uses it: drop a file, look, change, try, import, settle a name, take it back."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import QFileDialog, QLabel, QLineEdit, QPushButton, QSpinBox, QVBoxLayout, QWidget

from desktop_crm import i18n
from desktop_crm.services import importing, records
from desktop_crm.services.exporting import plain_rows
from desktop_crm.services.records import ListQuery
from desktop_crm.ui.exchange.combos import ChoiceBox
from desktop_crm.ui.exchange.flow import Decision, Meant, Step
from desktop_crm.ui.exchange.page import ImportPage
from desktop_crm.ui.theme import Theme
from tests.ui.conftest import both_ways

WAIT = 60_000

PRODUCTS = "product,series,sales_price\nGTX Pro,GTX,4821\nMG Special,MG,55\n"
DEALS = (
    "opportunity_id,account,product,deal_stage,close_date,close_value,mood\n"
    "A1,Acme,GTXPro,Won,2017-03-01,100,good\n"
    "A2,Acme,GTX Pro,Won,2017-02-31,100,good\n"
    "A3,Beta,MG Special,Engaging,,,bad\n"
    "A4,Acme,GTXPro,Lost,2017-03-04,0,bad\n"
)
ACCOUNTS = "account,sector,revenue\nAcme,steel,1100.04\nBeta,glass,20\n"


@pytest.fixture
def files(tmp_path: Path) -> dict[str, Path]:
    made = {}
    for name, text in (("products.csv", PRODUCTS), ("deals.csv", DEALS), ("accounts.csv", ACCOUNTS)):
        made[name] = tmp_path / name
        made[name].write_text(text, encoding="utf-8")
    return made


@pytest.fixture
def page(context, show) -> ImportPage:
    return show(ImportPage(context))


def settled(qtbot, page: ImportPage, step: Step) -> None:
    qtbot.waitUntil(lambda: page.flow.step is step and not page.flow.working, timeout=WAIT)


def open_files(qtbot, page: ImportPage, *paths: Path) -> None:
    page.begin(paths)
    settled(qtbot, page, Step.COLUMNS)


def press(qtbot, widget: QWidget, name: str) -> None:
    qtbot.mouseClick(widget.findChild(QPushButton, name), Qt.MouseButton.LeftButton)


def words(widget: QWidget) -> str:
    shown = [label for label in widget.findChildren(QLabel) if label.isVisibleTo(widget)]
    return "\n".join(f"{label.text()} {label.accessibleName()}" for label in shown)


def names(workspace, entity: str) -> list[str]:
    return [str(one.fields["name"]) for one in records.list_rows(workspace, entity, ListQuery(limit=500)).records]


def test_from_a_dropped_file_to_its_undo(qtbot, context, workspace, page, files) -> None:
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(path)) for path in files.values()])
    page.start.dropEvent(
        QDropEvent(
            QPoint(50, 50),
            Qt.DropAction.CopyAction,
            mime,
            Qt.MouseButton.LeftButton,
            Qt.KeyboardModifier.NoModifier,
        )
    )
    settled(qtbot, page, Step.COLUMNS)
    press(qtbot, page.review, "file:deals.csv")
    qtbot.waitUntil(lambda: "UTF-8 · Comma · 4 rows" in words(page.review), timeout=WAIT)
    qtbot.mouseClick(page.trial, Qt.MouseButton.LeftButton)
    settled(qtbot, page, Step.TRIAL)
    assert page.flow.trial.total("created") == 7
    qtbot.waitUntil(lambda: "Is “GTX Pro” meant?" in words(page.review.findings), timeout=WAIT)
    qtbot.waitUntil(lambda: "2017-02-31" in words(page.review.findings), timeout=WAIT)
    assert records.count(workspace, "account") == 0
    press(qtbot, page.review.findings, "accept:GTXPro")
    assert list(page.flow.decisions.values()) == [Decision.ACCEPT]
    with qtbot.waitSignal(context.hub.changed, timeout=WAIT) as told:
        qtbot.mouseClick(page.bring_in, Qt.MouseButton.LeftButton)
    settled(qtbot, page, Step.DONE)
    assert told.args[0].touches("account", "opportunity")
    assert sorted(names(workspace, "account")) == ["Acme", "Beta"]
    assert importing.open_references(workspace) == ()
    assert page.flow.result.open == ()
    qtbot.mouseClick(page.undo, Qt.MouseButton.LeftButton)
    settled(qtbot, page, Step.FILES)
    assert names(workspace, "account") == []
    qtbot.waitUntil(lambda: "taken back" in words(page.start.past), timeout=WAIT)


def test_a_file_that_came_in_before_keeps_what_was_changed_since_until_someone_says_otherwise(
    qtbot, workspace, page, files
) -> None:
    importing.run(workspace, importing.inspect([files["accounts.csv"]]))
    (acme,) = (row for row in plain_rows(workspace, "account") if row["name"] == "Acme")
    records.set_fields(workspace, "account", str(acme["id"]), {"industry": "chemicals"})
    open_files(qtbot, page, files["accounts.csv"])
    page.flow.try_out()
    settled(qtbot, page, Step.TRIAL)
    qtbot.waitUntil(lambda: "Imported before: 1 value that was" in words(page.review.counts), timeout=WAIT)
    assert "Industry: chemicals stays" in words(page.review.counts)
    qtbot.mouseClick(page.review.counts.overwrite, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: "1 value is replaced." in words(page.review.counts), timeout=WAIT)
    assert not page.review.counts.overwrite.isVisible()
    page.flow.run()
    settled(qtbot, page, Step.DONE)
    qtbot.waitUntil(lambda: "1 value is replaced." in words(page.result.counts), timeout=WAIT)
    assert "chemicals" not in {row["industry"] for row in plain_rows(workspace, "account")}


def test_a_name_is_settled_after_the_import(qtbot, workspace, page, files) -> None:
    open_files(qtbot, page, files["deals.csv"], files["products.csv"])
    page.flow.try_out()
    settled(qtbot, page, Step.TRIAL)
    page.flow.run()
    settled(qtbot, page, Step.DONE)
    assert {group.value for group in page.flow.result.open} == {"GTXPro", "Acme", "Beta"}
    press(qtbot, page.result.findings, "create:Acme")
    qtbot.waitUntil(lambda: len(page.flow.result.open) == 2, timeout=WAIT)
    assert names(workspace, "account") == ["Acme"]
    press(qtbot, page.result.findings, "accept:GTXPro")
    qtbot.waitUntil(lambda: len(page.flow.result.open) == 1, timeout=WAIT)
    press(qtbot, page.result.findings, "drop:Beta")
    qtbot.waitUntil(lambda: page.flow.result.open == (), timeout=WAIT)
    assert "Nothing" not in words(page.result.findings)
    qtbot.waitUntil(lambda: "2017-02-31" in words(page.result.findings), timeout=WAIT)


def test_columns_are_matched_by_hand(qtbot, workspace, page, files) -> None:
    open_files(qtbot, page, files["accounts.csv"])
    page.review.table.box("sector").take(None)
    page.review.table.box("revenue").take("x_revenue")
    column = page.flow.plan.files[0].column("revenue")
    assert (column.field, column.how.value) == ("x_revenue", "chosen")
    page.flow.try_out()
    settled(qtbot, page, Step.TRIAL)
    page.review.table.box("revenue").take("annual_revenue")
    assert page.flow.step is Step.COLUMNS
    assert page.flow.trial is None
    page.flow.choose(page.review.file(), "revenue", {"scale": "1000000"})
    page.flow.try_out()
    settled(qtbot, page, Step.TRIAL)
    page.flow.run()
    settled(qtbot, page, Step.DONE)
    (acme,) = [one for one in records.list_rows(workspace, "account").records if one.fields["name"] == "Acme"]
    assert acme.fields["annual_revenue"] == 1_100_040_000
    assert acme.fields["industry"] is None


def test_the_format_can_be_changed(qtbot, page, tmp_path) -> None:
    path = tmp_path / "거래처.csv"
    path.write_bytes("현황\n\n회사명;업종\n한빛전자;전자\n".encode("cp949"))
    open_files(qtbot, page, path)
    file = page.review.file()
    assert (file.format.encoding, file.format.delimiter, file.format.skip_rows) == ("cp949", ";", 2)
    qtbot.mouseClick(page.review.change, Qt.MouseButton.LeftButton)
    assert page.review.format.isVisible()
    qtbot.waitUntil(lambda: "Hangul" in words(page.review.format))
    skip = page.review.format.findChild(QSpinBox)
    skip.setValue(0)
    qtbot.waitUntil(lambda: page.review.file().format.skip_rows == 0, timeout=WAIT)
    page.review.format.findChild(QSpinBox).setValue(2)
    qtbot.waitUntil(lambda: page.review.file().format.skip_rows == 2, timeout=WAIT)
    assert [column.column for column in page.review.file().columns] == ["회사명", "업종"]


def test_files_that_cannot_be_used_say_why_and_can_be_left_out(qtbot, page, files, tmp_path) -> None:
    picture = tmp_path / "picture.csv"
    picture.write_bytes(b"\x89PNG\r\n\x1a\n....")
    open_files(qtbot, page, files["accounts.csv"], picture)
    press(qtbot, page.review, "file:picture.csv")
    qtbot.waitUntil(lambda: "looks like" in words(page.review), timeout=WAIT)
    qtbot.waitUntil(lambda: "1 file cannot be used" in words(page.foot), timeout=WAIT)
    page.flow.leave_out(picture)
    assert [file.path.name for file in page.flow.plan.files] == ["accounts.csv"]


def test_an_unknown_kind_is_chosen_by_hand(qtbot, workspace, page, tmp_path) -> None:
    path = tmp_path / "x.csv"
    path.write_text("bezeichnung,ort\nAcme,Bonn\n", encoding="utf-8")
    open_files(qtbot, page, path)
    assert page.flow.plan.usable == ()
    assert not page.trial.isEnabled()
    page.flow.read_anew(page.review.file(), None, "account")
    settled(qtbot, page, Step.COLUMNS)
    qtbot.waitUntil(lambda: len(page.flow.plan.usable) == 1, timeout=WAIT)
    page.review.table.box("bezeichnung").take("name")
    page.flow.try_out()
    settled(qtbot, page, Step.TRIAL)
    assert page.flow.trial.total("created") == 1


def test_stopping_an_import_leaves_nothing_behind(qtbot, workspace, page, tmp_path) -> None:
    path = tmp_path / "many.csv"
    path.write_text("account,employees\n" + "".join(f"Acme {n},{n}\n" for n in range(20_000)), encoding="utf-8")
    open_files(qtbot, page, path)
    page.flow.try_out()
    settled(qtbot, page, Step.TRIAL)
    seen: list[tuple[str, int, int]] = []
    page.flow.busy.connect(lambda *step: seen.append(step))
    page.flow.run()
    qtbot.waitUntil(lambda: any(step == "write" and done for step, done, _ in seen), timeout=WAIT)
    page.loading.cancelled.emit()
    settled(qtbot, page, Step.TRIAL)
    assert records.count(workspace, "account") == 0
    assert page.flow.result is None


def test_what_to_check_is_saved_as_a_table(qtbot, page, files, tmp_path, monkeypatch) -> None:
    open_files(qtbot, page, files["deals.csv"])
    page.flow.try_out()
    settled(qtbot, page, Step.TRIAL)
    target = tmp_path / "check.csv"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", staticmethod(lambda *_args: (str(target), "")))
    qtbot.mouseClick(page.review.findings.save, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(target.exists, timeout=WAIT)
    text = target.read_text(encoding="utf-8-sig")
    assert "2017-02-31" in text
    assert "GTXPro" in text


def test_names_can_be_made_new_all_at_once(qtbot, workspace, page, tmp_path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("account,owner\nA,Kim\nB,Lee\nC,Park\nD,Kim\n", encoding="utf-8")
    open_files(qtbot, page, path)
    page.flow.try_out()
    settled(qtbot, page, Step.TRIAL)
    press(qtbot, page.review.findings, "all:owner_id")
    assert len(page.flow.decisions) == 3
    page.flow.run()
    settled(qtbot, page, Step.DONE)
    assert sorted(names(workspace, "user")) == ["Kim", "Lee", "Park"]
    assert page.flow.result.open == ()


def test_a_past_import_is_taken_back_from_the_list(qtbot, context, workspace, page, files) -> None:
    report = importing.run(workspace, importing.inspect([files["accounts.csv"]]))
    page.refresh()
    name = f"undo:{report.import_id}"
    qtbot.waitUntil(lambda: page.start.past.findChild(QPushButton, name) is not None, timeout=WAIT)
    with qtbot.waitSignal(context.undo.acted, timeout=WAIT) as said:
        press(qtbot, page.start.past, name)
    assert "removed" in said.args[0]
    assert " 0 " not in said.args[0]
    qtbot.waitUntil(lambda: records.count(workspace, "account") == 0, timeout=WAIT)
    settled(qtbot, page, Step.FILES)


def test_a_second_undo_is_refused_and_said(qtbot, context, workspace, page, files) -> None:
    report = importing.run(workspace, importing.inspect([files["accounts.csv"]]))
    importing.undo_import(workspace, str(report.import_id))
    context.reporter.setProperty("expected", 1)
    with qtbot.waitSignal(context.reporter.reported, timeout=WAIT) as said:
        page.flow.undo(str(report.import_id))
    assert "taken back" in said.args[0].title
    settled(qtbot, page, Step.FILES)


def test_every_control_has_a_name(qtbot, page, files) -> None:
    open_files(qtbot, page, *files.values())
    page.flow.try_out()
    settled(qtbot, page, Step.TRIAL)
    nameless = [
        type(one).__name__
        for one in page.findChildren(QWidget)
        if one.isVisible() and one.focusPolicy() & Qt.FocusPolicy.TabFocus and not (one.accessibleName() or _text(one))
    ]
    assert [one for one in nameless if one != "QScrollArea"] == []


def _text(widget: QWidget) -> str:
    text: Callable[[], str] | None = getattr(widget, "text", None)
    return text() if text is not None else ""


@pytest.mark.parametrize(("language", "scheme"), both_ways())
def test_each_step_opens_in_both_languages_and_themes(qtbot, qapp, context, show, files, language, scheme) -> None:
    i18n.use(language)
    Theme(qapp, scheme)
    page = show(ImportPage(context))
    assert not page.grab().isNull()
    open_files(qtbot, page, *files.values())
    page.review._toggle_format()
    assert not page.grab().isNull()
    page.flow.try_out()
    settled(qtbot, page, Step.TRIAL)
    page.flow.run()
    settled(qtbot, page, Step.DONE)
    assert not page.grab().isNull()
    assert page.width() == 1280


def test_the_keyboard_goes_along_to_the_next_step(qtbot, context, show, files) -> None:
    window = QWidget()
    row = QVBoxLayout(window)
    elsewhere = QLineEdit()
    page = ImportPage(context)
    row.addWidget(elsewhere)
    row.addWidget(page)
    show(window, 1100, 760)
    page.start.choose.setFocus()
    open_files(qtbot, page, files["accounts.csv"])
    assert window.focusWidget() is page.trial
    qtbot.keyClick(page.trial, Qt.Key.Key_Space)
    settled(qtbot, page, Step.TRIAL)
    assert window.focusWidget() is page.bring_in
    qtbot.keyClick(page.bring_in, Qt.Key.Key_Space)
    settled(qtbot, page, Step.DONE)
    assert window.focusWidget() is page.more
    elsewhere.setFocus()
    page.flow.restart()
    settled(qtbot, page, Step.FILES)
    assert window.focusWidget() is elsewhere  # somebody who works elsewhere is left alone


def test_one_of_several_of_a_name_is_chosen(qtbot, workspace, page, tmp_path) -> None:
    first, second = (records.create(workspace, "account", {"name": "Acme"}).id for _ in range(2))
    records.create(workspace, "contact", {"name": "Kim"})
    path = tmp_path / "deals.csv"
    path.write_text("opportunity_id,account,deal_stage\nA1,Acme,Won\nA2,Kim,Won\nA3,Acme,Won\n", encoding="utf-8")
    open_files(qtbot, page, path)
    page.flow.try_out()
    settled(qtbot, page, Step.TRIAL)
    qtbot.waitUntil(lambda: "another kind of record: Contact" in words(page.review.findings), timeout=WAIT)
    page.review.findings.findChild(ChoiceBox, "which:Acme").take(second)
    assert list(page.flow.decisions.values()) == [Meant(row_id=second)]
    page.review.findings.findChild(ChoiceBox, "which:Acme").take(None)
    assert page.flow.decisions == {}
    page.flow.run()
    settled(qtbot, page, Step.DONE)
    page.result.findings.findChild(ChoiceBox, "which:Acme").take(first)
    qtbot.waitUntil(lambda: [group.value for group in page.flow.result.open] == ["Kim"], timeout=WAIT)
    deals = records.list_rows(workspace, "opportunity").records
    assert [one.fields["account_id"] for one in deals].count(first) == 2
