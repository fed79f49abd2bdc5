"""Who else is there, as a word beside a title and at a field; never asked for without a server, never in the way."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop_crm.services import presence, records, sync
from desktop_crm.services.presence import Person, Present
from desktop_crm.ui.widgets.presence import PresenceNote
from desktop_crm.ui.widgets.record_form import RecordForm

PARK, LEE = Person(user_id="p", name="Park"), Person(user_id="l", name="Lee", field="industry")


@pytest.fixture
def asked(context, monkeypatch):
    """A workspace that believes it has a server; what it says there, without a line."""
    said: list[tuple[str, str, bool]] = []

    def look(_workspace, entity, row_id, field="", *, gone=False):
        said.append((row_id, field, gone))
        return Present(entity=entity, row_id=row_id, people=(PARK,))

    monkeypatch.setattr(presence, "look", look)
    status = replace(sync.status(context.workspace), url="https://crm.example")
    context.sync._tell(status=status)
    return said


def test_a_note_names_who_is_there(qtbot, context, asked, show):
    screen = QWidget()
    note = PresenceNote(context, "quote", screen)
    QVBoxLayout(screen).addWidget(note)
    show(screen)
    note.show_row("one")
    qtbot.waitUntil(note.isVisible)
    assert note.text() == "Park looks at this too"
    context.sync.watch.met.emit(Present(entity="quote", row_id="one", people=(PARK, LEE)))
    assert note.text() == "Lee and 1 other look at this"
    context.sync.watch.met.emit(Present(entity="quote", row_id="another", people=()))
    assert note.isVisible()
    context.sync.watch.met.emit(Present(entity="quote", row_id="one", people=()))
    assert not note.isVisible()
    screen.hide()
    qtbot.waitUntil(lambda: asked[-1] == ("one", "", True))


def test_a_field_says_who_types_there_and_takes_input_all_the_same(qtbot, context, asked, show):
    account = records.create(context.workspace, "account", {"name": "한빛"}).id
    form = RecordForm(context, "account")
    show(form)
    form.show_row(account)
    qtbot.waitUntil(lambda: asked != [])
    context.sync.watch.met.emit(Present(entity="account", row_id=account, people=(PARK, LEE)))
    assert form.others.word_at("industry") == "Lee is typing here"
    line = form.row_of("industry").editor.target()
    qtbot.keyClicks(line, "mine")
    qtbot.waitUntil(lambda: (account, "industry", False) in asked)
    assert line.text() == "mine"
    context.sync.watch.met.emit(Present(entity="account", row_id=account, people=(PARK,)))
    assert form.others.word_at("industry") == ""
    form.give_up()


def test_without_a_server_or_offline_nothing_is_asked(qtbot, context, asked, show):
    status = context.sync.state.status
    form = RecordForm(context, "account")
    show(form)
    context.sync._tell(status=replace(status, url=""))
    form.others.show_row("one")
    context.sync._tell(status=status, offline=True)
    form.others.show_row("two")
    assert asked == []
    context.sync._tell(offline=False)
