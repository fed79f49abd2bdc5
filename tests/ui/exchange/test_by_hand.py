"""Mapping by hand on the page, the rows before they are written, and the file of rows to mend."""

from __future__ import annotations

import threading
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QFileDialog, QLineEdit

from desktop_crm import i18n
from desktop_crm.services import importing, records
from desktop_crm.services.importing import Meter, RowState
from desktop_crm.ui.exchange import review_view
from desktop_crm.ui.exchange.combos import ChoiceBox
from desktop_crm.ui.exchange.file_dialog import FileDialog
from desktop_crm.ui.exchange.flow import Step
from desktop_crm.ui.exchange.page import ImportPage
from desktop_crm.ui.exchange.value_dialog import ValueDialog
from desktop_crm.ui.widgets.cell_delegate import CELL_ROLE
from desktop_crm.ui.widgets.pill import Pill
from tests.ui.exchange.test_import_page import WAIT, open_files, press, settled, words

TABLE = "name,industry,employees,Umsatz,tier\nAcme,steel,10,5,A\nBeta,glass,x,6,B\nGamma,wood,3,7,B\n"


@pytest.fixture
def page(context, show) -> ImportPage:
    return show(ImportPage(context))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    made = tmp_path / "customers.csv"
    made.write_text(TABLE, encoding="utf-8")
    return made


def try_out(qtbot, page: ImportPage, *paths: Path) -> None:
    open_files(qtbot, page, *paths)
    page.flow.try_out()
    settled(qtbot, page, Step.TRIAL)


def cells(page: ImportPage, column: int) -> list[str]:
    model = page.review.rows.model
    return [model.index(at, column).data(CELL_ROLE).text for at in range(model.rowCount())]


def test_each_row_is_shown_with_what_becomes_of_it(qtbot, workspace, page, path) -> None:
    records.create(workspace, "account", {"name": "Acme", "industry": "iron", "employees": 10})
    try_out(qtbot, page, path)
    assert page.review.rows.isVisible()
    assert not page.review.table.isVisible()
    assert cells(page, 0) == ["2", "3", "4"]
    assert cells(page, 1) == ["changed", "not taken", "new row"]
    assert cells(page, 2) == ["Acme", "Beta", "Gamma"]
    assert "Industry: iron → steel" in cells(page, 3)[0]
    assert "“x” is no number" in cells(page, 3)[1]
    qtbot.waitUntil(lambda: "Changed 1" in page.review.rows.choice._buttons["changed"].text(), timeout=WAIT)
    qtbot.mouseClick(page.review.rows.choice._buttons["refused"], Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: cells(page, 2) == ["Beta"], timeout=WAIT)
    qtbot.mouseClick(page.review.rows.choice._buttons["unchanged"], Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not page.review.rows.table.isVisible(), timeout=WAIT)
    assert "No such rows." in words(page.review.rows)
    qtbot.mouseClick(page.review.views._buttons["columns"], Qt.MouseButton.LeftButton)
    qtbot.waitUntil(page.review.table.isVisible, timeout=WAIT)
    assert records.count(workspace, "account") == 1


def test_rows_are_made_when_they_are_looked_at(qtbot, page, tmp_path, monkeypatch) -> None:
    path = tmp_path / "many.csv"
    path.write_text("account,employees\n" + "".join(f"Acme {n},{n}\n" for n in range(5000)), encoding="utf-8")
    made: list[int] = []
    row = importing.Preview.row

    def counted(self, place: int):
        made.append(place)
        return row(self, place)

    monkeypatch.setattr(importing.Preview, "row", counted)
    try_out(qtbot, page, path)
    table = page.review.rows.table
    assert page.review.rows.model.rowCount() == 5000
    qtbot.waitUntil(lambda: 0 in made, timeout=WAIT)
    table.scrollToBottom()
    qtbot.waitUntil(lambda: 4999 in made, timeout=WAIT)
    assert len(set(made)) < 500


def test_values_units_and_keys_are_set_by_hand_and_kept(qtbot, workspace, page, path, tmp_path, monkeypatch) -> None:
    open_files(qtbot, page, path)

    def fill_values(dialog: QDialog) -> int:
        assert isinstance(dialog, ValueDialog)
        box = dialog.inputs["A"]
        assert isinstance(box, ChoiceBox)
        box.take("key")
        dialog.inputs["B"].take("\x00")
        return 1

    def fill_settings(dialog: QDialog) -> int:
        assert isinstance(dialog, FileDialog)
        dialog.key.take(("name",))
        field, line = dialog.lines[0]
        field.take("country")
        line.setText("DE")
        dialog.name.setText("Kunden")
        return 1

    page.flow.choose(page.review.file(), "tier", "tier")
    page.flow.choose(page.review.file(), "Umsatz", {"field": "annual_revenue", "scale": "1000", "currency": "EUR"})
    monkeypatch.setattr(review_view.ValueDialog, "exec", fill_values)
    press(qtbot, page.review.table, "values:tier")
    assert page.flow.plan.files[0].column("tier").values == (("A", "key"), ("B", ""))
    monkeypatch.setattr(review_view.FileDialog, "exec", fill_settings)
    qtbot.mouseClick(page.review.settings, Qt.MouseButton.LeftButton)
    file = page.flow.plan.files[0]
    assert (file.keys, file.defaults) == (("name",), (("country", "DE"),))
    qtbot.waitUntil(lambda: "kept as “Kunden”" in words(page.review), timeout=WAIT)
    page.flow.try_out()
    settled(qtbot, page, Step.TRIAL)
    page.flow.run()
    settled(qtbot, page, Step.DONE)
    found = {str(one.fields["name"]): one.fields for one in records.list_rows(workspace, "account").records}
    acme = found["Acme"]
    assert (acme["tier"], acme["country"], acme["annual_revenue"]) == ("key", "DE", Decimal(5000))
    assert (found["Gamma"]["tier"], acme["annual_revenue_currency"]) == (None, "EUR")
    assert [one.name for one in importing.saved_mappings(workspace)] == ["Kunden"]

    again = tmp_path / "next.csv"
    again.write_text(TABLE.replace("steel", "iron"), encoding="utf-8")
    page.flow.restart()
    open_files(qtbot, page, again)
    assert page.flow.plan.files[0].mapping == "Kunden"
    qtbot.waitUntil(lambda: "Read by the saved mapping “Kunden”" in words(page.review), timeout=WAIT)
    page.flow.forget_mapping("Kunden")
    qtbot.waitUntil(lambda: importing.saved_mappings(workspace) == (), timeout=WAIT)
    assert page.flow.plan.files[0].mapping == ""


def test_a_default_that_cannot_be_read_is_said(qtbot, context, page, path) -> None:
    open_files(qtbot, page, path)
    context.reporter.setProperty("expected", 1)
    with qtbot.waitSignal(context.reporter.reported, timeout=WAIT):
        page.flow.choose_for_file(page.review.file(), (), {"employees": "many"}, "")
    assert page.flow.plan.files[0].defaults == ()


def test_the_rows_to_mend_are_saved_and_come_in(qtbot, workspace, page, path, tmp_path, monkeypatch) -> None:
    try_out(qtbot, page, path)
    target = tmp_path / "mend.csv"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", staticmethod(lambda *_args: (str(target), "")))
    page.flow.run()
    settled(qtbot, page, Step.DONE)
    qtbot.mouseClick(page.result.findings.mend, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(target.exists, timeout=WAIT)
    text = target.read_text(encoding="utf-8")
    assert text.splitlines()[1].startswith("Beta,glass,x,6,B,")
    target.write_text(text.replace("Beta,glass,x", "Beta,glass,4"), encoding="utf-8")
    page.flow.restart()
    try_out(qtbot, page, target)
    assert page.flow.preview.counts()[RowState.NEW] == 1
    page.flow.run()
    settled(qtbot, page, Step.DONE)
    assert records.count(workspace, "account") == 3


def test_no_work_is_done_on_the_windows_thread(qtbot, context, workspace, page, tmp_path, monkeypatch) -> None:
    """Reading is another process's, matching and writing are other threads'; the window hears of each step while it goes on."""
    path = tmp_path / "many.csv"
    path.write_text("account,employees\n" + "".join(f"Acme {n},{n}\n" for n in range(12_000)), encoding="utf-8")
    here: list[str] = []
    for name in ("try_out", "run", "with_saved"):
        _watch(monkeypatch, importing, name, here)
    seen: list[tuple[str, int, int]] = []
    page.flow.busy.connect(lambda *step: seen.append(step))
    reading: list[Callable[..., object]] = []
    work = context.lanes.work

    def handed_over(fn: Callable[..., object], *values: object, **rest: object):
        reading.append(fn)
        return work(fn, *values, **rest)

    monkeypatch.setattr(context.lanes, "work", handed_over)
    try_out(qtbot, page, path)
    page.flow.run()
    settled(qtbot, page, Step.DONE)
    assert reading[:2] == [importing.inspect, importing.read_measured]
    looked_for = {fn.__module__ for fn in reading[2:]}  # duplicates among what comes in
    assert all(".duplicates." in name for name in looked_for), looked_for
    assert here
    assert threading.main_thread().name not in here
    assert {step for step, done, _ in seen if done} >= {"match", "write"}
    assert records.count(workspace, "account") == 12_000


def _watch(monkeypatch, module, name: str, here: list[str]) -> None:
    act = getattr(module, name)

    def watched(*values: object, **rest: object):
        here.append(threading.current_thread().name)
        return act(*values, **rest)

    monkeypatch.setattr(module, name, watched)


def test_reading_is_stopped_where_it_is(qtbot, page, tmp_path) -> None:
    path = tmp_path / "many.csv"
    path.write_text("account,employees\n" + "".join(f"Acme {n},{n}\n" for n in range(40_000)), encoding="utf-8")
    open_files(qtbot, page, path)
    page.flow.try_out()
    page.loading.cancelled.emit()
    settled(qtbot, page, Step.COLUMNS)
    page.flow.try_out()
    settled(qtbot, page, Step.TRIAL)
    assert page.flow.preview.counts()[RowState.NEW] == 40_000


def test_a_meter_tells_how_far_and_when_to_stop() -> None:
    meter = Meter.fresh()
    assert (meter.figures(), meter.stopped()) == ((0, 0), False)
    meter.tell(7, 9)
    assert meter.figures() == (7, 9)
    meter.remove()
    assert meter.stopped()
    meter.tell(8, 9)
    assert meter.figures() == (0, 0)


def test_a_refusal_in_the_worker_is_told_and_the_next_file_is_read(qtbot, context, page, path, tmp_path) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    context.reporter.setProperty("expected", 1)
    with qtbot.waitSignal(context.reporter.reported, timeout=WAIT) as said:
        page.begin((empty,))
    assert "empty" in said.args[0].happened
    open_files(qtbot, page, path)
    assert len(page.flow.plan.usable) == 1


def test_a_new_field_is_called_as_one_says_in_the_mapping(qtbot, workspace, page, path) -> None:
    open_files(qtbot, page, path)
    line = page.review.table.findChild(QLineEdit, "label:Umsatz")
    assert line.text() == "Umsatz"
    assert page.review.table.findChild(QLineEdit, "label:industry") is None
    line.setFocus()
    line.selectAll()
    qtbot.keyClicks(line, "Turnover")
    qtbot.keyClick(line, Qt.Key.Key_Return)
    assert page.flow.plan.files[0].column("Umsatz").label == "Turnover"
    qtbot.waitUntil(lambda: page.review.table.findChild(QLineEdit, "label:Umsatz").text() == "Turnover")
    page.flow.try_out()
    settled(qtbot, page, Step.TRIAL)
    page.flow.run()
    settled(qtbot, page, Step.DONE)
    assert "Turnover" in [str(one.fields["label"]) for one in records.list_rows(workspace, "own_field").records]
    open_files(qtbot, page, path)
    known = page.review.table.findChild(QLineEdit, "label:Umsatz")
    assert known is None or not known.isVisible()


def test_no_step_is_cut_in_the_head_of_the_page(qtbot, context, show, path) -> None:
    i18n.use("ko")
    page = show(ImportPage(context), 1280, 800)
    open_files(qtbot, page, path)
    pills = page.steps.findChildren(Pill)
    qtbot.waitUntil(lambda: all(pill.width() >= pill.sizeHint().width() for pill in pills))
