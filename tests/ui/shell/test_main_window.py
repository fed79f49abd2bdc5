"""The window around the pages: painted first, driven by keys, in two languages and themes without a restart."""

from __future__ import annotations

import sys
from base64 import b64decode
from functools import partial

import pytest
from PySide6.QtCore import QCoreApplication, QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QAbstractButton, QApplication, QComboBox, QLineEdit

from desktop_crm import i18n
from desktop_crm.foundation.errors import Refusal
from desktop_crm.services import quotes, records
from desktop_crm.services.workspace import open_workspace
from desktop_crm.ui.quotes.builder import QuoteBuilder
from desktop_crm.ui.quotes.model import Column
from desktop_crm.ui.theme import Scheme
from desktop_crm.ui.widgets.record_page import RecordListPage

CTRL = Qt.KeyboardModifier.ControlModifier


def current_page(running):
    return running.window.frame.pages.currentWidget()


def test_the_window_opens_on_the_first_page_and_counts(qtbot, run, crm_file) -> None:
    running = run(crm_file)
    frame = running.window.frame
    qtbot.waitUntil(lambda: frame.navigation.button("account").count_text() == "2")
    assert running.context.routes.here is not None
    assert "Sales team 1" in frame.status.text()
    assert "Encrypted" in frame.status.text()


def test_pages_are_made_when_they_are_first_opened(qtbot, run, crm_file) -> None:
    running = run(crm_file)
    frame = running.window.frame
    first = frame.pages.opened()
    assert len(first) == 1
    qtbot.mouseClick(frame.navigation.button("contact"), Qt.MouseButton.LeftButton)
    assert frame.pages.opened() == (*first, "contact")
    assert isinstance(current_page(running), RecordListPage)
    assert running.window.windowTitle().startswith("Contacts")


def test_ctrl_k_finds_a_company_by_initial_consonants_and_enter_opens_it(qtbot, run, crm_file) -> None:
    running = run(crm_file)
    window = running.window
    qtbot.keyClick(window, Qt.Key.Key_K, CTRL)
    field = window.frame.top.search
    qtbot.waitUntil(field.hasFocus)
    field.insert("ㅎㅂㅈㅈ")  # the test's keyboard types no Hangul
    palette = window.frame.palette_
    qtbot.waitUntil(lambda: palette.entries.rowCount() > 1 and palette.entries.entry(1).title == "한빛전자")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert running.context.routes.here.page == "account"
    assert not palette.isVisible()


def test_the_palette_runs_actions_and_escape_gives_the_keyboard_back(qtbot, run, crm_file) -> None:
    running = run(crm_file)
    window, palette = running.window, running.window.frame.palette_
    qtbot.keyClick(window, Qt.Key.Key_K, CTRL)
    qtbot.waitUntil(palette.isVisible)
    qtbot.keyClicks(window.frame.top.search, "go to contacts")
    qtbot.waitUntil(lambda: palette.entries.entry(1) is not None and palette.entries.entry(1).title == "Go to Contacts")
    qtbot.keyClick(window.frame.top.search, Qt.Key.Key_Return)
    assert running.context.routes.here.page == "contact"
    qtbot.keyClick(window, Qt.Key.Key_K, CTRL)
    qtbot.waitUntil(palette.isVisible)
    qtbot.keyClick(window.frame.top.search, Qt.Key.Key_Escape)
    assert not palette.isVisible()
    assert not window.frame.top.search.hasFocus()


def test_enter_before_the_search_has_answered_takes_the_first_hit(qtbot, run, crm_file) -> None:
    running = run(crm_file)
    window = running.window
    running.context.routes.go("contact")
    qtbot.keyClick(window, Qt.Key.Key_K, CTRL)
    qtbot.waitUntil(window.frame.palette_.isVisible)
    window.frame.top.search.insert("한빛전자")
    qtbot.keyClick(window.frame.top.search, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: running.context.routes.here.page == "account")


def test_language_changes_without_a_restart_and_the_place_stays(qtbot, run, crm_file, settings) -> None:
    running = run(crm_file)
    running.context.routes.go("contact")
    running.window.use_language("ko")
    qtbot.waitUntil(lambda: running.window.frame.navigation.button("contact").text() == "연락처")
    assert running.context.routes.here.page == "contact"
    assert current_page(running).title() == "연락처"
    assert settings.get("language") == "ko"
    running.window.use_language("en")
    qtbot.waitUntil(lambda: running.window.frame.navigation.button("contact").text() == "Contacts")


def test_the_theme_changes_without_a_restart(qtbot, run, crm_file, settings) -> None:
    running = run(crm_file)
    for scheme, dark in ((Scheme.dark, True), (Scheme.light, False)):
        running.window.use_scheme(str(scheme))
        qtbot.waitUntil(lambda dark=dark: running.theme.tokens.dark is dark)
        assert settings.get("theme") == scheme
        ground = running.window.grab().toImage().pixelColor(5, 300).lightness()
        assert (ground < 100) is dark


def test_what_is_typed_in_a_field_is_saved_when_the_theme_changes(qtbot, run, crm_file) -> None:
    running = run(crm_file)
    (person,) = records.list_rows(running.context.workspace, "contact").records
    running.context.routes.open("contact", str(person.id))
    page = current_page(running)
    qtbot.waitUntil(lambda: page.panel.form.row_of("title").editor.target().text() == "부장")
    field = page.panel.form.row_of("title").editor.target()
    field.setFocus()
    field.selectAll()
    qtbot.keyClicks(field, "Head of sales")
    running.theme.choose(Scheme.dark)  # as the system does in the evening
    qtbot.waitUntil(
        lambda: records.get(running.context.workspace, "contact", person.id).fields["title"] == "Head of sales"
    )
    assert current_page(running) is not page


def test_a_new_record_that_was_begun_goes_on_in_another_language(qtbot, run, crm_file) -> None:
    running = run(crm_file)
    (account,) = (
        r for r in records.list_rows(running.context.workspace, "account").records if not r.fields["parent_id"]
    )
    running.context.routes.create("contact", account_id=account.id, account_id_title="한빛그룹")
    first = current_page(running)
    qtbot.keyClicks(first.panel.new_form.row_of("name").editor.target(), "Kim Sora")
    running.window.use_language("ko")
    qtbot.waitUntil(lambda: current_page(running) is not first and current_page(running).panel.making_new())
    form = current_page(running).panel.new_form
    assert form.row_of("name").editor.target().text() == "Kim Sora"
    assert form.row_of("account_id").editor.line.text() == "한빛그룹"
    form.make()
    qtbot.waitUntil(lambda: len(records.list_rows(running.context.workspace, "contact").records) == 2)
    made = {
        row.fields["name"]: row.fields["account_id"]
        for row in records.list_rows(running.context.workspace, "contact").records
    }
    assert made["Kim Sora"] == account.id


def test_a_new_record_goes_on_after_changes_while_another_page_is_shown(qtbot, run, crm_file) -> None:
    running = run(crm_file)
    (person,) = records.list_rows(running.context.workspace, "contact").records
    running.context.routes.open("contact", str(person.id))
    running.context.routes.create("contact")
    field = current_page(running).panel.new_form.row_of("name").editor.target()
    qtbot.keyClicks(field, "Kim Daun")
    running.context.routes.go("account")
    for change in (partial(running.window.use_scheme, str(Scheme.dark)), partial(running.window.use_language, "ko")):
        frame = running.window.frame
        change()
        qtbot.waitUntil(lambda frame=frame: running.window.frame is not frame)
    assert running.context.routes.here.page == "account"
    running.context.routes.go("contact")
    page = current_page(running)
    qtbot.waitUntil(page.panel.making_new)
    assert page.panel.new_form.row_of("name").editor.target().text() == "Kim Daun"


def test_a_line_of_a_quote_that_is_being_typed_is_saved_when_the_theme_changes(qtbot, run, crm_file) -> None:
    running = run(crm_file)
    workspace = running.context.workspace
    account = records.list_rows(workspace, "account").records[0].id
    quote = quotes.create(workspace, account_id=account, name="증설").id
    running.context.routes.open("quote", str(quote))
    first = current_page(running)
    qtbot.waitUntil(lambda: [one for one in first.findChildren(QuoteBuilder) if one.isVisible()] != [])
    (builder,) = (one for one in first.findChildren(QuoteBuilder) if one.isVisible())
    qtbot.waitUntil(lambda: builder.editor.quote is not None)
    builder.grid.setFocus()
    builder.grid.setCurrentIndex(builder.grid.lines.index(0, Column.NAME))
    qtbot.keyClicks(builder.grid, "P")
    (cell,) = (one for one in builder.grid.findChildren(QLineEdit) if one.isVisible())
    qtbot.keyClicks(cell, "ump")  # neither Enter nor Tab
    running.window.use_scheme(str(Scheme.dark))
    qtbot.waitUntil(lambda: current_page(running) is not first)
    qtbot.waitUntil(
        lambda: [one.fields["name"] for one in records.list_rows(workspace, "quote_line").records] == ["Pump"]
    )


def test_a_dialog_that_is_open_is_waited_for_when_the_theme_changes(qtbot, run, crm_file) -> None:
    running = run(crm_file)
    running.context.routes.create("quote")
    dialog = QApplication.activeModalWidget()
    frame = running.window.frame
    running.theme.choose(Scheme.dark)
    QCoreApplication.processEvents()
    assert (dialog.isVisible(), running.window.frame) == (True, frame)
    dialog.reject()
    qtbot.waitUntil(lambda: running.window.frame is not frame)
    assert running.context.routes.here.page == "quote"


def test_an_import_on_its_way_goes_on_in_another_language_and_theme(qtbot, run, crm_file, tmp_path) -> None:
    table = tmp_path / "accounts.csv"
    table.write_text("name,employees\n한빛제철,120\n한빛화학,85\n", encoding="utf-8")
    running = run(crm_file)
    running.context.routes.go("import")
    first = current_page(running)
    first.begin((table,))
    running.window.use_scheme(str(Scheme.dark))  # while the file is looked at
    qtbot.waitUntil(
        lambda: current_page(running) is not first and current_page(running).trial.isVisible(), timeout=30_000
    )
    qtbot.mouseClick(current_page(running).trial, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(current_page(running).bring_in.isVisible, timeout=30_000)
    changes = (
        (partial(running.window.use_language, "ko"), "2행 가져오기"),
        (partial(running.window.use_scheme, str(Scheme.light)), "2행 가져오기"),
        (partial(running.window.use_language, "en"), "Import 2 rows"),
    )
    for change, text in changes:
        before = running.window.frame
        change()
        qtbot.waitUntil(lambda before=before: running.window.frame is not before)
        page = current_page(running)
        assert (page.bring_in.isVisible(), page.bring_in.text()) == (True, text)
    told: list[object] = []
    running.context.reporter.reported.connect(told.append)
    current_page(running).flow.failed.emit(Refusal("import.nothing"))
    assert len(told) == 1  # five pages were made; what fails is told once
    qtbot.mouseClick(current_page(running).bring_in, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(current_page(running).more.isVisible, timeout=30_000)
    rows = records.list_rows(running.context.workspace, "account").records
    assert {row.fields["name"] for row in rows} >= {"한빛제철", "한빛화학"}


def test_new_menu_begins_a_record_and_the_toast_undoes_it(qtbot, run, crm_file) -> None:
    running = run(crm_file)
    window = running.window
    actions = {action.text(): action for action in window.frame.top.new.menu().actions()}
    actions["New contact"].trigger()
    page = current_page(running)
    qtbot.keyClicks(page.panel.new_form.row_of("name").editor.line, "Lee")
    with qtbot.waitSignal(page.panel.created):
        qtbot.keyClick(window, Qt.Key.Key_Return, CTRL)
    qtbot.waitUntil(window.frame.toast.isVisible)
    assert records.count(running.context.workspace, "contact") == 2
    qtbot.mouseClick(window.frame.toast._button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: records.count(running.context.workspace, "contact") == 1)
    page.table.setFocus()
    qtbot.keyClick(window, Qt.Key.Key_Z, CTRL | Qt.KeyboardModifier.ShiftModifier)
    qtbot.waitUntil(lambda: records.count(running.context.workspace, "contact") == 2)


def test_saved_time_is_told_after_an_edit(qtbot, run, crm_file) -> None:
    running = run(crm_file)
    workspace = running.context.workspace
    assert "Saved" not in running.window.frame.status.text()
    running.context.undo.run("x", lambda: records.create(workspace, "task", {"subject": "Call"}))
    qtbot.waitUntil(lambda: "Saved" in running.window.frame.status.text())


def test_every_control_of_the_frame_has_a_name(qtbot, run, crm_file) -> None:
    running = run(crm_file)
    nameless = [
        control
        for kind in (QAbstractButton, QLineEdit, QComboBox)
        for control in running.window.frame.findChildren(kind)
        if not control.accessibleName() and not (isinstance(control, QAbstractButton) and control.text())
        if not control.objectName().startswith("qt_") and not isinstance(control.parent(), QLineEdit)
        if control.metaObject().className() != "QTableCornerButton" and control.isVisible()
    ]
    assert nameless == []


def test_size_and_place_are_remembered(qtbot, run, crm_file, settings) -> None:
    running = run(crm_file)
    running.context.routes.go("contact")
    running.window.resize(1111, 777)
    running.window.close()
    again = run(crm_file)
    assert again.context.routes.here.page == "contact"
    assert again.window.saveGeometry().size() == len(b64decode(settings.get("window.geometry")))


def test_a_broken_page_is_told_and_the_rest_goes_on(qtbot, run, crm_file, monkeypatch) -> None:
    running = run(crm_file)
    monkeypatch.setattr("desktop_crm.ui.widgets.record_page.RecordListPage.__init__", _broken)
    told = []
    running.context.reporter.reported.connect(told.append)
    running.context.routes.go("lead")
    assert [report.kind for report in told] == ["bug"]
    assert current_page(running).objectName() == "failed:lead"
    monkeypatch.undo()
    current_page(running).retried.emit()
    assert isinstance(current_page(running), RecordListPage)


test_a_broken_page_is_told_and_the_rest_goes_on = pytest.mark.expect_log("bug")(
    test_a_broken_page_is_told_and_the_rest_goes_on
)


def _broken(self, *_args: object) -> None:
    raise RuntimeError("broken on purpose")


def test_the_window_is_painted_before_the_database_is_imported() -> None:
    import subprocess

    code = (
        "import sys, desktop_crm.bootstrap, desktop_crm.ui.shell.application;"
        "heavy = {'sqlalchemy', 'alembic', 'sqlcipher3', 'reportlab', 'httpx', 'babel', 'keyring'};"
        "print(sorted(heavy & set(sys.modules)))"
    )
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert shown.stdout.strip() == "[]"


def test_leaving_a_workspace_goes_back_to_the_start_screen(qtbot, run, crm_file) -> None:
    running = run(crm_file)
    running.window.leave_workspace()
    assert running.context is None
    assert running.window._layers.currentWidget() is running._start
    assert str(i18n.current()) == "en"


def test_what_is_being_typed_is_saved_when_the_window_closes(qtbot, run, crm_file, secrets) -> None:
    running = run(crm_file)
    running.context.routes.go("contact")
    page = current_page(running)
    qtbot.waitUntil(lambda: page.panel.form._record is not None)
    line = page.panel.form.row_of("department").editor.line
    line.setFocus()
    qtbot.keyClicks(line, "Plant 2")
    running.window.close()
    with open_workspace(crm_file, secrets=secrets).closing() as workspace:
        (contact,) = records.list_rows(workspace, "contact").records
        assert contact.fields["department"] == "Plant 2"


def test_files_dropped_on_the_window_are_imported(qtbot, run, crm_file, tmp_path) -> None:
    running = run(crm_file)
    frame = running.window.frame
    csv = tmp_path / "accounts.csv"
    csv.write_text("name,industry\nAlpha,Steel\n", encoding="utf-8")
    carried = QMimeData()
    carried.setUrls([QUrl.fromLocalFile(str(csv))])
    everything = (Qt.DropAction.CopyAction, carried, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier)
    entering = QDragEnterEvent(QPoint(400, 300), *everything)
    frame.dragEnterEvent(entering)
    assert entering.isAccepted()
    frame.dropEvent(QDropEvent(QPointF(400, 300), *everything))
    assert running.context.routes.here.page == "import"


def test_words_that_are_dragged_over_the_window_are_not_taken(qtbot, run, crm_file) -> None:
    running = run(crm_file)
    carried = QMimeData()
    carried.setText("한빛전자")
    entering = QDragEnterEvent(
        QPoint(400, 300), Qt.DropAction.CopyAction, carried, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    )
    entering.ignore()
    running.window.frame.dragEnterEvent(entering)
    assert not entering.isAccepted()


def test_an_undo_that_leaves_a_later_value_says_so(qtbot, run, crm_file) -> None:
    running = run(crm_file)
    context, workspace = running.context, running.context.workspace
    (contact,) = records.list_rows(workspace, "contact").records
    done = []
    fields = {"title": "이사", "department": "구매"}
    context.undo.run("x", lambda: records.set_fields(workspace, "contact", contact.id, fields), done.append)
    qtbot.waitUntil(lambda: bool(done))
    with workspace.write("sync") as work:
        work.update("contact", contact.id, {"title": "상무"})
    context.hub.announce(work.changes)
    context.undo.undo()
    qtbot.waitUntil(lambda: "stays" in running.window.frame.toast._text.text())
    now = records.get(workspace, "contact", contact.id).fields
    assert (now["title"], now["department"]) == ("상무", None)


def test_the_acts_of_before_a_restart_are_undone_after_it_and_told_in_the_language_of_now(qtbot, run, crm_file) -> None:
    running = run(crm_file)
    (contact,) = records.list_rows(running.context.workspace, "contact").records
    done = []
    work = partial(records.set_fields, running.context.workspace, "contact", contact.id, {"title": "이사"})
    running.context.undo.run("Title", work, done.append)
    qtbot.waitUntil(lambda: bool(done))
    running.window.close()
    running.stop()
    i18n.use("ko")
    again = run(crm_file)
    i18n.use("ko")
    qtbot.waitUntil(lambda: again.context.undo.count() > 0)
    qtbot.keyClick(again.window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    toast = again.window.frame.toast
    qtbot.waitUntil(lambda: "연락처 수정: 이정훈" in toast._text.text())
    assert records.get(again.context.workspace, "contact", contact.id).fields["title"] == "부장"
    keys = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    qtbot.keyClick(again.window, Qt.Key.Key_Z, keys)
    qtbot.waitUntil(lambda: records.get(again.context.workspace, "contact", contact.id).fields["title"] == "이사")
