"""Stages and pipelines are chosen from a list that fits, in the form of a record and of a new one."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt

from desktop_crm.services import pipeline, records
from desktop_crm.ui.theme import Mood
from desktop_crm.ui.widgets.cell_delegate import CELL_ROLE
from desktop_crm.ui.widgets.choice_editor import ChoiceEditor
from desktop_crm.ui.widgets.record_form import RecordForm
from desktop_crm.ui.widgets.record_page import RecordListPage


@pytest.fixture
def stages(workspace):
    return pipeline.ensure_pipeline(workspace).pipeline.stages


@pytest.fixture
def partners(workspace, stages):
    made = records.create(workspace, "pipeline", {"name": "Partners", "order_key": "z"}).id
    for name, key in (("Signed", "m"), ("Met", "a")):
        records.create(workspace, "stage", {"pipeline_id": made, "name": name, "order_key": key, "kind": "open"})
    return made


@pytest.fixture
def deal(workspace, stages):
    return records.create(workspace, "opportunity", {"name": "증설", "stage_id": stages[1].id}).id


def combo(form, field):
    editor = form.row_of(field).editor
    assert isinstance(editor, ChoiceEditor)
    return editor.combo


def offered(form, field):
    box = combo(form, field)
    return [box.itemText(place) for place in range(box.count())]


def choose(qtbot, form, field, text):
    """By the keyboard, as somebody does who tabs through the form."""
    box = combo(form, field)
    box.setFocus()
    steps = box.findText(text) - box.currentIndex()
    for _ in range(abs(steps)):
        qtbot.keyClick(box, Qt.Key.Key_Down if steps > 0 else Qt.Key.Key_Up)


def test_a_form_offers_the_stages_of_the_records_pipeline(qtbot, context, show, workspace, stages, partners, deal):
    form = show(RecordForm(context, "opportunity"))
    form.show_row(deal)
    qtbot.waitUntil(lambda: combo(form, "stage_id").currentText() == stages[1].name)
    qtbot.waitUntil(lambda: offered(form, "stage_id") == ["–", *(one.name for one in stages)])
    choose(qtbot, form, "stage_id", stages[2].name)
    qtbot.waitUntil(lambda: records.get(workspace, "opportunity", deal).fields["stage_id"] == stages[2].id)
    choose(qtbot, form, "pipeline_id", "Partners")
    qtbot.waitUntil(lambda: combo(form, "stage_id").currentText() == "Met")
    assert offered(form, "stage_id") == ["–", "Met", "Signed"]


def test_a_new_record_follows_the_pipeline_that_is_chosen(qtbot, context, show, workspace, stages, partners):
    form = show(RecordForm(context, "opportunity"))
    first = pipeline.pipelines(workspace)[0]
    qtbot.waitUntil(lambda: len(offered(form, "pipeline_id")) == 3)
    qtbot.waitUntil(lambda: combo(form, "stage_id").count() > 6)
    form.begin_new(
        {"name": "새 거래", "pipeline_id": first.id, "stage_id": stages[0].id},
        {"pipeline_id": first.name, "stage_id": stages[0].name},
    )
    assert len(offered(form, "stage_id")) == 7
    choose(qtbot, form, "pipeline_id", "Partners")
    assert offered(form, "stage_id") == ["–", "Met", "Signed"]
    assert combo(form, "stage_id").currentText() == "Met"
    with qtbot.waitSignal(form.created) as made:
        form.make()
    fields = records.get(workspace, "opportunity", made.args[0]).fields
    assert fields["pipeline_id"] == partners


def test_a_stage_from_elsewhere_stays_until_another_is_chosen(qtbot, context, show, workspace, stages, partners, deal):
    with workspace.write("test") as work:  # as an import or another laptop may leave it
        work.update("opportunity", deal, {"pipeline_id": partners})
    form = show(RecordForm(context, "opportunity"))
    form.show_row(deal)
    qtbot.waitUntil(lambda: offered(form, "stage_id") == ["–", "Met", "Signed", stages[1].name])
    assert combo(form, "stage_id").currentText() == stages[1].name


def test_a_stage_that_is_named_anew_is_named_anew_in_the_list(qtbot, context, show, workspace, stages, deal):
    form = show(RecordForm(context, "opportunity"))
    form.show_row(deal)
    qtbot.waitUntil(lambda: combo(form, "stage_id").count() == 7)
    context.lanes.write(lambda: records.set_fields(workspace, "stage", stages[0].id, {"name": "Cold"}))
    qtbot.waitUntil(lambda: "Cold" in offered(form, "stage_id"))
    assert combo(form, "stage_id").currentText() == stages[1].name


def test_the_list_shows_stages_as_states(qtbot, context, show, workspace, stages):
    for place, name in ((0, "a"), (4, "b"), (5, "c")):
        records.create(workspace, "opportunity", {"name": name, "stage_id": stages[place].id})
    page = show(RecordListPage(context, "opportunity"))
    qtbot.waitUntil(lambda: page.table.records.rowCount() == 3)
    column = [one.name for one in page.table.records.columns].index("stage_id")
    moods = {page.table.records.index(row, column).data(CELL_ROLE).mood for row in range(3)}
    assert moods == {Mood.info, Mood.good, Mood.bad}
