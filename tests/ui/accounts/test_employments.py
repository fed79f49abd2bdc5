"""Where people work, on the screen: the contact's own tab, and below an account's contacts who was or also is there."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QPushButton

from desktop_crm import i18n
from desktop_crm.services import records
from desktop_crm.ui.accounts.employments import ContactsTab
from desktop_crm.ui.accounts.page import contacts_page
from desktop_crm.ui.runtime.context import connected
from desktop_crm.ui.theme import Theme
from desktop_crm.ui.widgets.new_record_dialog import NewRecordDialog
from tests.ui.conftest import both_ways


def make(workspace, entity, **fields):
    return str(records.create(workspace, entity, fields).id)


def words(widget):
    shown = [*widget.findChildren(QLabel), *widget.findChildren(QPushButton)]
    return " | ".join(one.text() for one in shown if one.isVisibleTo(widget))


@pytest.fixture
def moved(workspace):
    first, second = make(workspace, "account", name="한빛전자"), make(workspace, "account", name="두빛화학")
    person = make(workspace, "contact", name="김민준", account_id=first, title="부장")
    records.set_fields(workspace, "contact", person, {"account_id": second, "title": "상무"})
    return first, second, person


def open_tab(qtbot, page, person):
    page.open_row(person)
    qtbot.waitUntil(lambda: page.panel.form.row_id == person)
    tab = page.panel.findChild(QPushButton, "own0")
    qtbot.mouseClick(tab, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: "Former" in words(page.panel) or "이전" in words(page.panel))


def test_a_contact_shows_former_employers_and_can_get_one_more(qtbot, workspace, show, context, moved):
    page = show(contacts_page(context))
    open_tab(qtbot, page, moved[2])
    text = words(page.panel)
    assert "두빛화학" in text
    assert "한빛전자" in text
    assert "부장" in text
    qtbot.mouseClick(page.panel.findChild(QPushButton, "add-employment"), Qt.MouseButton.LeftButton)
    dialog = page.findChild(NewRecordDialog)
    assert dialog.form.so_far()["contact_id"] == moved[2]
    dialog.reject()


def test_an_employment_is_ended_with_one_press_and_undone(qtbot, workspace, show, context, moved):
    third = make(workspace, "account", name="나래물산")
    extra = make(workspace, "employment", contact_id=moved[2], account_id=third, relation="adviser")
    page = show(contacts_page(context))
    open_tab(qtbot, page, moved[2])
    qtbot.waitUntil(lambda: page.panel.findChild(QPushButton, f"end:{extra}") is not None)
    qtbot.mouseClick(page.panel.findChild(QPushButton, f"end:{extra}"), Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: records.get(workspace, "employment", extra).fields["ended_on"] is not None)
    context.undo.undo()
    qtbot.waitUntil(lambda: records.get(workspace, "employment", extra).fields["ended_on"] is None)


def test_an_account_shows_who_was_there(qtbot, workspace, show, context, moved):
    tab = show(ContactsTab(context))
    tab.show_account(moved[0], "한빛전자")
    qtbot.waitUntil(tab.strip.isVisible)
    assert "김민준" in words(tab.strip)
    assert "Former" in words(tab.strip)
    tab.show_account(moved[1], "두빛화학")
    qtbot.waitUntil(lambda: not tab.strip.isVisible())


@pytest.mark.parametrize(("language", "scheme"), both_ways())
def test_it_opens_in_both_languages_and_themes(qtbot, qapp, show, workspace, settings, moved, language, scheme):
    i18n.use(language)
    Theme(qapp, scheme)
    context = connected(workspace, settings)
    page = show(contacts_page(context))
    open_tab(qtbot, page, moved[2])
    context.lanes.stop()
