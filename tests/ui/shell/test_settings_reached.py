"""Settings from outside their page: led to from the palette, felt in the whole window at once, there after a restart."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt

from desktop_crm.i18n import forms
from desktop_crm.ui.shell import application


@pytest.fixture(autouse=True)
def _forms_as_they_were():
    before = forms.current()
    yield
    forms.use(before)


@pytest.mark.parametrize(
    ("language", "typed", "title", "name"),
    [
        ("ko", "ㅎㄱㅇㄷㅅㅈ", "설정: 회계연도 시작", "fiscal.month"),
        ("en", "weekly backups", "Setting: Weekly backups kept", "backup.weeks"),
    ],
)
def test_the_palette_leads_to_a_setting(qtbot, run, crm_file, language, typed, title, name) -> None:
    running = run(crm_file)
    window, before = running.window, running.window.frame
    if language == "ko":
        window.use_language("ko")
        qtbot.waitUntil(lambda: window.frame is not before)
    palette, field = window.frame.palette_, window.frame.top.search
    window.search()
    qtbot.waitUntil(lambda: palette.isVisible() and palette.entries.rowCount() > 1)
    shown = [palette.entries.entry(place).title for place in range(palette.entries.rowCount())]
    assert title not in shown  # an empty field shows what is done daily
    field.insert(typed)
    qtbot.waitUntil(lambda: palette.answered == typed and palette.entries.entry(1) is not None)
    assert palette.entries.entry(1).title == title
    qtbot.keyClick(field, Qt.Key.Key_Return)
    page = window.frame.pages.currentWidget()
    qtbot.waitUntil(lambda: page.rows[name].control.target().hasFocus())


def test_another_form_of_dates_is_felt_in_the_whole_window_and_after_a_restart(qtbot, run, crm_file) -> None:
    running = run(crm_file)
    running.context.routes.go("settings")
    page = running.window.frame.pages.currentWidget()
    page.rows["forms.date"].chosen.emit("forms.date", "dots")
    qtbot.waitUntil(lambda: running.window.frame.pages.currentWidget() is not page)
    assert forms.current().date == "dots"
    forms.use(forms.STANDARD)
    application.use_forms(running.context.settings)
    assert forms.current().date == "dots"
