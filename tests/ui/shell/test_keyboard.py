"""The whole window by keyboard: every control has a name, F6 goes through the parts, Tab reaches all, Escape gives back."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QAbstractButton, QApplication, QMenu, QScrollBar, QWidget

from desktop_crm import bootstrap
from desktop_crm.services import pipeline, quotes, records, stakeholders
from desktop_crm.services.workspace import open_workspace
from desktop_crm.ui.shell.regions import regions_of
from desktop_crm.ui.widgets.record_keys import KeyTable

SHIFT = Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def full_file(crm_file, secrets):
    """One row of most things, so that forms and panels are on the screen."""
    workspace = open_workspace(crm_file, passphrase=None, secrets=secrets)
    account = records.list_rows(workspace, "account").records[0].id
    contact = records.list_rows(workspace, "contact").records[0].id
    stage = pipeline.ensure_pipeline(workspace).pipeline.stages[0].id
    records.create(workspace, "opportunity", {"name": "증설", "account_id": account, "stage_id": stage})
    records.create(workspace, "activity", {"subject": "통화", "kind": "call", "account_id": account})
    for entity, field in (("task", "subject"), ("contract", "name"), ("lead", "name"), ("ticket", "subject")):
        records.create(workspace, entity, {field: "하나"})
    for entity in ("product", "price_book", "team"):
        records.create(workspace, entity, {"name": "하나", **({"currency": "KRW"} if entity == "price_book" else {})})
    records.create(workspace, "order", {"number": "SO-1"})
    map_id = stakeholders.open_map(workspace, account_id=account).map_id
    stakeholders.add_person(workspace, map_id, contact_id=contact)
    quotes.create(workspace, account_id=account, name="증설")
    workspace.close()
    return crm_file


def controls(window: QWidget) -> list[QWidget]:
    return [
        one
        for one in window.findChildren(QWidget)
        if one.isVisible()
        and one.focusPolicy() != Qt.FocusPolicy.NoFocus
        and not isinstance(one, QScrollBar | QMenu)
        and one.focusProxy() is None
    ]


def nameless(window: QWidget) -> list[str]:
    """Controls that a screen reader could not name, with where they are."""
    found = []
    for one in controls(window):
        interface = QAccessible.queryAccessibleInterface(one)
        if interface is None or not interface.text(QAccessible.Text.Name).strip():
            way, step = [], one
            while step is not None:
                way.append(f"{type(step).__name__} {step.objectName()}".strip())
                step = step.parentWidget()
            found.append(" < ".join(way[:6]))
    return found


def at_rest(qtbot, running) -> None:
    """Until several looks in a row find the same controls."""
    looks: list[list[int]] = []

    def calm() -> bool:
        looks.append([id(one) for one in controls(running.window)])
        return len(looks) > 6 and all(one == looks[-1] for one in looks[-6:])

    qtbot.waitUntil(calm)


def stops(running):
    """Every page, and the rows whose pages look different from their lists."""
    workspace = running.context.workspace
    for row in bootstrap.pages():
        yield row.key, None
    yield "stakeholder_map", stakeholders.maps(workspace)[0].id
    yield "quote", str(records.list_rows(workspace, "quote").records[0].id)


@pytest.mark.parametrize("language", ["ko", "en"])
def test_every_control_of_every_page_has_a_name(qtbot, run, full_file, settings, language) -> None:
    running = run(full_file)
    running.window.use_language(language)
    missing = {}
    for key, row_id in stops(running):
        if row_id is None:
            running.context.routes.go(key)
        else:
            running.context.routes.open(key, row_id)
        at_rest(qtbot, running)
        if found := nameless(running.window):
            missing[key, row_id] = found
    assert not missing


def test_every_control_of_an_accounts_tabs_has_a_name(qtbot, run, full_file) -> None:
    running = run(full_file)
    page = running.window.frame.pages.currentWidget()
    qtbot.waitUntil(lambda: page.detail.header.title() != "")
    for tab in ("contact", "map", "opportunity", "quote", "contract", "activity", "details", "history"):
        page.detail.show_tab(tab)
        at_rest(qtbot, running)
        assert not nameless(running.window), tab


def test_every_control_of_a_new_record_has_a_name(qtbot, run, full_file) -> None:
    running = run(full_file)
    for entity in ("contact", "opportunity", "task", "activity", "lead", "ticket", "contract", "order", "product"):
        running.context.routes.create(entity)
        at_rest(qtbot, running)
        assert not nameless(running.window), entity


def test_f6_goes_from_navigation_to_list_to_panel_and_round(qtbot, run, full_file) -> None:
    running = run(full_file)
    window = running.window
    running.context.routes.go("contact")
    page = window.frame.pages.currentWidget()
    qtbot.waitUntil(lambda: page.table.records.rowCount() == 1 and page.panel.form.row_id is not None)
    page.table.setFocus()
    qtbot.keyClick(window, Qt.Key.Key_F6)
    assert page.panel.isAncestorOf(QApplication.focusWidget())
    second = page.panel.form.row_of("email").editor.target()
    second.setFocus()
    qtbot.keyClick(window, Qt.Key.Key_F6)
    assert QApplication.focusWidget() is window.frame.navigation.button("contact")
    qtbot.keyClick(window, Qt.Key.Key_F6)
    assert QApplication.focusWidget() is page.table
    qtbot.keyClick(window, Qt.Key.Key_F6)
    assert QApplication.focusWidget() is second  # where it was before
    qtbot.keyClick(window, Qt.Key.Key_F6, SHIFT)
    assert QApplication.focusWidget() is page.table


def test_f6_comes_round_on_every_page(qtbot, run, full_file) -> None:
    running = run(full_file)
    window = running.window
    for row in bootstrap.pages():
        running.context.routes.go(row.key)
        at_rest(qtbot, running)
        page = window.frame.pages.currentWidget()
        window.frame.navigation.button(row.key).setFocus()
        seen = set()
        for _ in range(len(regions_of(page)) + 1):
            qtbot.keyClick(window, Qt.Key.Key_F6)
            seen.add(QApplication.focusWidget())
        assert window.frame.navigation.button(row.key) in seen, row.key
        assert any(page.isAncestorOf(one) for one in seen), row.key


def reached_by_tab(qtbot, window) -> set[QWidget]:
    """Where Tab goes, until it comes back to where it began."""
    start = QApplication.focusWidget()
    found = {start}
    for _ in range(len(controls(window)) + 5):
        qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
        found.add(QApplication.focusWidget())
        if QApplication.focusWidget() is start:
            return found
    raise AssertionError(f"Tab does not come back; it stays at {QApplication.focusWidget()}")


def wants_tab(one: QWidget) -> bool:
    """Of buttons that exclude each other only the taken one is a stop; arrows go to the others."""
    group = isinstance(one, QAbstractButton) and (one.autoExclusive() or one.group() is not None)
    tabbed = bool(one.focusPolicy().value & Qt.FocusPolicy.TabFocus.value)
    return tabbed and one.isEnabled() and (not group or one.isChecked())


def test_tab_reaches_every_control_and_comes_back(qtbot, run, full_file) -> None:
    running = run(full_file)
    window, missed = running.window, {}
    for row in bootstrap.pages():
        running.context.routes.go(row.key)
        at_rest(qtbot, running)
        window.frame.navigation.button(row.key).setFocus()
        reached = reached_by_tab(qtbot, window)
        left = [one for one in controls(window) if wants_tab(one) and one not in reached]
        if left:
            missed[row.key] = [one.accessibleName() or type(one).__name__ for one in left]
    assert not missed


def test_escape_gives_up_what_is_typed_and_goes_back_to_the_list(qtbot, run, full_file) -> None:
    running = run(full_file)
    running.context.routes.go("contact")
    page = running.window.frame.pages.currentWidget()
    qtbot.waitUntil(lambda: page.table.records.rowCount() == 1 and page.panel.form.row_id is not None)
    title = page.panel.form.row_of("title").editor.target()
    qtbot.waitUntil(lambda: title.text() == "부장")
    title.setFocus()
    qtbot.keyClicks(title, " x")
    qtbot.keyClick(title, Qt.Key.Key_Escape)
    qtbot.waitUntil(page.table.hasFocus)
    assert title.text() == "부장"
    assert records.list_rows(running.context.workspace, "contact").records[0].fields["title"] == "부장"


def test_escape_gives_up_a_new_record(qtbot, run, full_file) -> None:
    running = run(full_file)
    running.context.routes.create("contact")
    page = running.window.frame.pages.currentWidget()
    qtbot.waitUntil(page.panel.making_new)
    qtbot.waitUntil(lambda: page.panel.isAncestorOf(QApplication.focusWidget()))
    qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Escape)
    assert not page.panel.making_new()
    qtbot.waitUntil(page.table.hasFocus)


def test_escape_leaves_the_details_of_a_map_for_its_cards(qtbot, run, full_file) -> None:
    running = run(full_file)
    running.context.routes.open("stakeholder_map", stakeholders.maps(running.context.workspace)[0].id)
    panel = running.window.frame.pages.currentWidget().panel
    qtbot.waitUntil(lambda: panel.editor.view is not None and bool(panel.scene.cards))
    panel.scene.choose(list(panel.scene.cards))
    qtbot.waitUntil(panel.canvas.hasFocus)
    qtbot.keyClick(running.window, Qt.Key.Key_F6)
    assert panel.inspector.isAncestorOf(QApplication.focusWidget())
    qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Escape)
    assert panel.canvas.hasFocus()


def test_shift_f10_brings_the_menu_of_what_is_chosen(qtbot, run, full_file) -> None:
    running = run(full_file)
    running.context.routes.go("contact")
    window = running.window
    window.activateWindow()
    qtbot.waitUntil(
        lambda: isinstance(window.focusWidget(), KeyTable) and window.focusWidget().currentIndex().isValid()
    )
    qtbot.keyClick(window.focusWidget(), Qt.Key.Key_F10, SHIFT)
    qtbot.waitUntil(lambda: QApplication.activePopupWidget() is not None)
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    assert "Export the list…" in [action.text() for action in menu.actions()]
    menu.close()
