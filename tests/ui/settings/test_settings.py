"""Settings: what is chosen is wished for at once, our company is one record, own fields are added by name."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QPushButton

from desktop_crm import i18n
from desktop_crm.services import records
from desktop_crm.ui.settings.own_fields import field_name
from desktop_crm.ui.settings.page import SettingsPage
from desktop_crm.ui.theme import Theme
from tests.ui.conftest import both_ways


def words(widget) -> list[str]:
    return [label.text() for label in widget.findChildren(QLabel)]


def test_language_and_appearance_are_wished_for(qtbot, context, show) -> None:
    page = show(SettingsPage(context))
    with qtbot.waitSignal(context.preferences.language_wanted) as wished:
        qtbot.mouseClick(page.language.findChild(QPushButton, "ko"), Qt.MouseButton.LeftButton)
    assert wished.args == ["ko"]
    with qtbot.waitSignal(context.preferences.scheme_wanted) as wished:
        qtbot.mouseClick(page.appearance.findChild(QPushButton, "dark"), Qt.MouseButton.LeftButton)
    assert wished.args == ["dark"]


def test_the_workspace_is_described(qtbot, context, workspace, show) -> None:
    page = show(SettingsPage(context))
    assert workspace.name in words(page)
    assert str(workspace.path) in words(page)


def test_our_company_is_entered_once_and_then_edited(qtbot, context, workspace, show) -> None:
    page = show(SettingsPage(context))
    qtbot.waitUntil(page._begin.isVisible)
    qtbot.mouseClick(page._begin, Qt.MouseButton.LeftButton)
    qtbot.keyClicks(page.company.row_of("name").editor.line, "Onnuri Automation")
    with qtbot.waitSignal(page.company.created):
        qtbot.mouseClick(page._save, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: page.company.row_id is not None and not page._save.isVisible())
    phone = page.company.row_of("phone").editor.line
    qtbot.waitUntil(lambda: page.company._record is not None)
    qtbot.keyClicks(phone, "02-123-4567")
    with qtbot.waitSignal(context.hub.changed):
        qtbot.keyClick(phone, Qt.Key.Key_Return)
    (company,) = records.list_rows(workspace, "supplier").records
    assert (company.fields["name"], company.fields["phone"]) == ("Onnuri Automation", "02-123-4567")


def test_a_field_of_our_own_is_added_by_name(qtbot, context, workspace, show) -> None:
    page = show(SettingsPage(context))
    qtbot.keyClicks(page.own_fields.name, "Ship to code")
    with qtbot.waitSignal(context.hub.changed):
        qtbot.keyClick(page.own_fields.name, Qt.Key.Key_Return)
    assert records.own_fields(workspace, "account") == {"x_ship_to_code": "Ship to code"}
    qtbot.waitUntil(lambda: "Ship to code" in words(page.own_fields))


def test_names_of_own_fields_keep_hangul() -> None:
    assert field_name("설립 연도 (추정)") == "x_설립_연도_추정"


@pytest.mark.parametrize(("language", "scheme"), both_ways())
def test_it_opens_in_both_languages_and_themes(qtbot, qapp, context, show, language, scheme) -> None:
    i18n.use(language)
    Theme(qapp, scheme)
    page = show(SettingsPage(context))
    qtbot.waitUntil(page._begin.isVisible)
    assert not page.grab().isNull()
