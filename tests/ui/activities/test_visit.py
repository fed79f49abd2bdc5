"""The page of a visit: taps, typed notes on disk, suggestions, files and promises; in both languages and themes."""

from __future__ import annotations

from datetime import date

import pytest
from PySide6.QtCore import QMimeData, Qt
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QLabel, QPushButton

from desktop_crm import i18n
from desktop_crm.services import pipeline, records, stakeholders, visits
from desktop_crm.ui.activities.visit_found import ChangeDialog
from desktop_crm.ui.activities.visit_note import SAVE_MS
from desktop_crm.ui.activities.visit_page import VisitsPage
from desktop_crm.ui.theme import Scheme
from tests.ui.conftest import both_ways

NOTE = "We promised Oh Jaeseok to send the drawings by 2030-05-03. Budget is 120,000,000 won."


@pytest.fixture
def made(workspace):
    stage = next(one.id for one in pipeline.ensure_pipeline(workspace).pipeline.stages if one.kind == "open")
    account = records.create(workspace, "account", {"name": "한빛전자 구미사업장"}).id
    deal = {"name": "설비 증설 2027", "account_id": account, "stage_id": stage}
    deal_id = records.create(workspace, "opportunity", deal).id
    board = stakeholders.create_map(workspace, opportunity_id=deal_id).map_id
    for name in ("Oh Jaeseok", "박서연"):
        contact = records.create(workspace, "contact", {"name": name, "account_id": account}).id
        stakeholders.add_person(workspace, board, contact_id=contact)
    return {"account": account, "deal": deal_id, "visit": visits.plan(workspace, account, opportunity_id=deal_id).id}


@pytest.fixture
def page(context, show, qtbot, made):
    page = show(VisitsPage(context), 1280, 800)
    page.open_row(made["visit"])
    qtbot.waitUntil(lambda: chips(page) != [])
    return page


def chips(page):
    return [one for one in page.view.people.findChildren(QPushButton) if one.isCheckable() and one.isVisible()]


def pressed(card, words):
    return next(one for one in card.findChildren(QPushButton) if one.text() == words and one.isVisible())


def fields(workspace, made):
    return records.get(workspace, "activity", made["visit"]).fields


def test_somebody_is_tapped_and_tapped_away(page, qtbot, workspace, made):
    qtbot.mouseClick(next(one for one in chips(page) if one.text().startswith("Oh")), Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: fields(workspace, made)["participants"] == ("Oh Jaeseok",))
    qtbot.waitUntil(lambda: any(one.isChecked() for one in chips(page)))
    qtbot.mouseClick(next(one for one in chips(page) if one.isChecked()), Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not fields(workspace, made)["participants"])


def test_two_who_are_tapped_at_once_both_take_part(page, qtbot, workspace, made):
    for chip in chips(page):
        qtbot.mouseClick(chip, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: len(fields(workspace, made)["participants"] or ()) == 2)
    qtbot.waitUntil(lambda: len(chips(page)) == 2 and all(one.isChecked() for one in chips(page)))


def test_somebody_new_is_typed(page, qtbot, workspace, made):
    qtbot.keyClicks(page.view.people.new, "New Face")
    qtbot.keyClick(page.view.people.new, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: fields(workspace, made)["participants"] == ("New Face",))


def test_what_is_typed_is_kept_without_a_button_and_suggests(page, qtbot, workspace, made):
    page.view.note.box.setFocus()
    qtbot.keyClicks(page.view.note.box, NOTE)
    qtbot.waitUntil(lambda: fields(workspace, made)["body"] == NOTE)
    qtbot.waitUntil(lambda: page.view.note.state.text().startswith("Saved"))
    qtbot.waitUntil(lambda: page.view.found.findChild(QLabel) is not None and "Accept" in texts(page.view.found))
    assert page.view.note.box.toPlainText() == NOTE
    assert records.count(workspace, "task") == 0
    assert page.view.note.box.extraSelections()


def test_the_save_begins_in_time_for_half_a_second_however_long_one_types(page, qtbot, workspace, made):
    """The clock of the first unsaved key runs on while one types: no later key puts the save off."""
    note = page.view.note
    assert note._timer.interval() == SAVE_MS <= 500
    assert note._timer.isSingleShot()
    note.box.setFocus()
    note.box.insertPlainText("a")
    begun = note._timer.remainingTime()
    assert note._timer.isActive()
    assert begun <= 300  # a coarse timer of 250 ms
    qtbot.waitUntil(lambda: note._timer.remainingTime() < begun or not note._timer.isActive())
    before = note._timer.remainingTime()
    note.box.insertPlainText("b")
    assert note._timer.remainingTime() <= before or not note._timer.isActive() or before < 0
    qtbot.waitUntil(lambda: fields(workspace, made)["body"] == "ab")
    assert not note._timer.isActive()


def texts(card):
    return [one.text() for one in card.findChildren(QPushButton) if one.isVisible()]


def test_a_note_that_is_left_is_kept(page, qtbot, context, workspace, made):
    page.view.note.box.setPlainText("last words")
    page.hide()
    qtbot.waitUntil(lambda: fields(workspace, made)["body"] == "last words")


def noted(page, qtbot, workspace, made, text=NOTE):
    visits.save_note(workspace, made["visit"], text)
    page.refresh()
    qtbot.waitUntil(lambda: "Accept" in texts(page.view.found))


def test_a_suggestion_is_accepted_and_taken_back_by_undo(page, qtbot, context, workspace, made):
    noted(page, qtbot, workspace, made)
    pressed(page.view.found, "Accept").click()
    qtbot.waitUntil(lambda: records.count(workspace, "task") == 1)
    qtbot.waitUntil(lambda: "Accepted ✓" in [one.text() for one in page.view.found.findChildren(QLabel)])
    context.undo.undo()
    qtbot.waitUntil(lambda: records.count(workspace, "task") == 0)


def test_a_suggestion_is_dropped(page, qtbot, workspace, made):
    noted(page, qtbot, workspace, made)
    before = texts(page.view.found).count("Drop")
    pressed(page.view.found, "Drop").click()
    qtbot.waitUntil(lambda: texts(page.view.found).count("Drop") == before - 1)
    assert records.count(workspace, "task") == 0


def test_a_suggestion_is_changed_first(page, qtbot, workspace, made):
    noted(page, qtbot, workspace, made)
    pressed(page.view.found, "Correct").click()
    dialog = page.view.found.findChild(ChangeDialog)
    dialog.title.setText("send the plans")
    dialog.editor.line.setText("2030-06-01")
    dialog.take()
    qtbot.waitUntil(lambda: records.count(workspace, "task") == 1)
    task = records.list_rows(workspace, "task").records[0].fields
    assert (task["subject"], task["due_on"]) == ("send the plans", date(2030, 6, 1))


def test_a_picture_is_pasted_into_the_note(page, qtbot, workspace, made):
    picture = QImage(40, 30, QImage.Format.Format_RGB32)
    picture.fill(QColor("teal"))
    mime = QMimeData()
    mime.setImageData(picture)
    page.view.note.box.insertFromMimeData(mime)
    qtbot.waitUntil(lambda: len(visits.visit(workspace, made["visit"]).files) == 1)
    assert visits.visit(workspace, made["visit"]).files[0].mime == "image/png"


def test_a_file_is_dropped(page, qtbot, workspace, made, tmp_path):
    path = tmp_path / "line 3.pdf"
    path.write_bytes(b"%PDF-1.4")
    page.view.files.take([path])
    qtbot.waitUntil(lambda: [one.name for one in visits.visit(workspace, made["visit"]).files] == ["line 3.pdf"])


def test_a_promise_of_the_customer_is_written_down_and_ticked(page, qtbot, workspace, made):
    card = page.view.promises
    card.side.setCurrentIndex(1)
    qtbot.keyClicks(card.subject, "drawing of line 3")
    qtbot.keyClick(card.subject, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: records.count(workspace, "task") == 1)
    task = records.list_rows(workspace, "task").records[0]
    assert task.fields["promised_by"] == "theirs"
    card.ticked.emit(str(task.id), True)
    qtbot.waitUntil(lambda: records.get(workspace, "task", task.id).fields["done"] is True)


def test_the_brief_is_written(page, qtbot, made, tmp_path):
    page.view.save_brief(tmp_path / "brief.pdf")
    qtbot.waitUntil((tmp_path / "brief.pdf").exists)
    assert (tmp_path / "brief.pdf").read_bytes().startswith(b"%PDF")


def test_a_visit_begins_from_the_list(context, show, qtbot, workspace, made):
    page = show(VisitsPage(context))
    page.list.account.show_reference(made["account"], "한빛전자 구미사업장")
    page.list.begin.click()
    qtbot.waitUntil(lambda: records.count(workspace, "activity") == 2)
    qtbot.waitUntil(lambda: page.view.header.title().startswith("Visit –"))


@pytest.mark.parametrize(("language", "scheme"), both_ways())
def test_it_opens_in_both_languages_and_themes(context, theme, show, qtbot, workspace, made, language, scheme):
    theme.choose(Scheme(scheme))
    i18n.use(language)
    visits.save_note(workspace, made["visit"], NOTE)
    page = show(VisitsPage(context))
    page.open_row(made["visit"])
    qtbot.waitUntil(lambda: page.view.found.findChild(QPushButton) is not None)
    assert not page.grab().isNull()
