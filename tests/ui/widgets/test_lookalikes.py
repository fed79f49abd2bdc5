"""A form warns while one types: on the panel, in the dialog, and where the tree asks for a name. Nothing stops anybody."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QPushButton

from desktop_crm.services import records
from desktop_crm.ui.accounts.dialogs import NameDialog
from desktop_crm.ui.widgets.lookalikes import LookalikesNote
from desktop_crm.ui.widgets.new_record_dialog import NewRecordDialog
from desktop_crm.ui.widgets.record_panel import RecordPanel


@pytest.fixture
def held(workspace):
    made = records.create(workspace, "account", {"name": "Hanbit Electronics Co., Ltd.", "phone": "02-1234-5678"})
    return str(made.id)


def said(note):
    return " ".join(one.text() for one in note.findChildren(QLabel))


def test_typing_a_name_warns_with_the_reason_and_opens_the_record(qtbot, show, context, held):
    opened = []
    context.routes.register("account", "account")
    context.routes.opened.connect(lambda *where: opened.append(where))
    panel = show(RecordPanel(context, "account"), 400, 700)
    panel.begin_new()
    QTest.keyClicks(panel.new_form.row_of("name").editor.target(), "hanbit electronics inc")
    qtbot.waitUntil(panel.note.isVisible)
    assert "Name: the same" in said(panel.note)

    def pressed() -> bool:  # the note is made anew as long as keys come in
        shown = [one for one in panel.note.findChildren(QPushButton, f"similar:{held}") if one.isVisible()]
        for one in shown[:1]:
            qtbot.mouseClick(one, Qt.MouseButton.LeftButton)
        return held in str(opened)

    qtbot.waitUntil(pressed)


def test_the_warning_goes_when_the_name_is_another(qtbot, show, context, held):
    panel = show(RecordPanel(context, "account"), 400, 700)
    panel.begin_new()
    line = panel.new_form.row_of("name").editor.target()
    QTest.keyClicks(line, "Hanbit Electronics")
    qtbot.waitUntil(panel.note.isVisible)
    line.selectAll()
    QTest.keyClicks(line, "Namsan Foods")
    qtbot.waitUntil(lambda: not panel.note.isVisible())
    panel.begin_new()
    assert not panel.note.isVisible()


def test_a_telephone_alone_is_enough_in_the_dialog(qtbot, show, context, held):
    dialog = NewRecordDialog(context, "account", {})
    show(dialog)
    QTest.keyClicks(dialog.form.row_of("name").editor.target(), "Anything")
    QTest.keyClicks(dialog.form.row_of("phone").editor.target(), "0212345678")
    qtbot.waitUntil(dialog.note.isVisible)
    assert "Phone: the same" in said(dialog.note)


def test_the_tree_warns_where_it_asks_for_a_name(qtbot, show, context, held):
    dialog = NameDialog("New account", "")
    note = LookalikesNote(context, "account", dialog.fields)
    dialog.warn_with(note)
    show(dialog)
    QTest.keyClicks(dialog.line, "Hanbit Electronics")
    qtbot.waitUntil(note.isVisible)
    assert dialog.go.isEnabled()


def test_other_kinds_of_records_are_never_warned_about(qtbot, show, context):
    panel = show(RecordPanel(context, "product"), 400, 700)
    panel.begin_new()
    panel.note.ask()
    assert not panel.note._pause.isActive()
