"""Fields of one's own on the screen: typed editors in forms, ticks in filters, renamed and retired while a form is open."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QListWidget

from desktop_crm import i18n
from desktop_crm.domain.lists.filters import Filter, Group, Test
from desktop_crm.services import own_fields, records
from desktop_crm.services.own_fields import OwnKind
from desktop_crm.ui.widgets.editors import DateEditor, MoneyEditor
from desktop_crm.ui.widgets.filter_editor import FilterEditor
from desktop_crm.ui.widgets.own_choices import OwnChoiceEditor, OwnChoicesEditor
from desktop_crm.ui.widgets.record_form import RecordForm
from desktop_crm.ui.widgets.record_list import ListSetup, RecordList
from desktop_crm.ui.widgets.reference_editor import ReferenceEditor
from desktop_crm.ui.widgets.states import EmptyState

BUDGET, CODE, SINCE = "x_budget.money", "x_budget.currency", "x_since.date"
GRADE, AREAS, PARTNER, SCORE = "x_grade.choice", "x_areas.choices", "x_partner.account", "x_score.number"


@pytest.fixture
def described(workspace):
    own_fields.add(workspace, "account", "Score", OwnKind.NUMBER)
    own_fields.add(workspace, "account", "Budget", OwnKind.MONEY)
    own_fields.add(workspace, "account", "Since", OwnKind.DATE)
    own_fields.add(workspace, "account", "Grade", OwnKind.CHOICE, choices=("A", "B"))
    own_fields.add(workspace, "account", "Areas", OwnKind.CHOICES, choices=("north", "south"))
    own_fields.add(workspace, "account", "Partner", OwnKind.REFERENCE, target="account")
    return {one.name: one for one in own_fields.fields_of(workspace, "account")}


@pytest.fixture
def account(workspace, described):
    partner = records.create(workspace, "account", {"name": "Partner Inc"}).id
    fields = {
        SCORE: Decimal(7),
        BUDGET: Decimal(10),
        CODE: "USD",
        SINCE: date(2026, 3, 1),
        GRADE: "A",
        PARTNER: partner,
    }
    return records.create(workspace, "account", {"name": "한빛", **fields}).id


@pytest.fixture
def form(context, show, qtbot, account):
    made = show(RecordForm(context, "account", columns=2), 900, 900)
    made.show_row(account)
    qtbot.waitUntil(lambda: GRADE in made._rows and made.row_of(GRADE).editor.value() == "A")
    return made


def test_a_form_has_the_editor_of_each_kind_with_its_value(qtbot, form):
    kinds = {
        BUDGET: MoneyEditor,
        SINCE: DateEditor,
        GRADE: OwnChoiceEditor,
        AREAS: OwnChoicesEditor,
        PARTNER: ReferenceEditor,
    }
    for name, kind in kinds.items():
        assert type(form.row_of(name).editor) is kind
        assert form.row_of(name).label_text() == name.removeprefix("x_").partition(".")[0].capitalize()
    assert form.row_of(BUDGET).editor.currency() == "USD"
    assert form.row_of(SINCE).editor.value() == date(2026, 3, 1)
    assert form.row_of(PARTNER).editor.line.text() == "Partner Inc"


def test_values_are_typed_ticked_and_kept(qtbot, context, workspace, account, form):
    line = form.row_of(SCORE).editor.line
    line.selectAll()
    qtbot.keyClicks(line, "9.5")
    qtbot.keyClick(line, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: records.get(workspace, "account", account).fields[SCORE] == Decimal("9.5"))
    combo = form.row_of(GRADE).editor.combo
    qtbot.waitUntil(lambda: combo.findData("B") > 0)
    combo.setCurrentIndex(combo.findData("B"))
    combo.activated.emit(combo.currentIndex())
    qtbot.waitUntil(lambda: records.get(workspace, "account", account).fields[GRADE] == "B")
    areas = form.row_of(AREAS).editor
    qtbot.waitUntil(lambda: areas._choices == ("north", "south"))
    menu = areas.pop_up()
    for action in menu.actions():
        action.trigger()
    menu.close()
    qtbot.waitUntil(lambda: records.get(workspace, "account", account).fields.get(AREAS) == ("north", "south"))
    context.undo.undo()
    qtbot.waitUntil(lambda: records.get(workspace, "account", account).fields.get(AREAS) != ("north", "south"))


def test_a_word_that_is_no_choice_is_told_in_the_form(qtbot, form):
    line = form.row_of(AREAS).editor.line
    qtbot.keyClicks(line, "west")
    qtbot.keyClick(line, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: "north" in form.row_of(AREAS).word())


def test_an_open_form_follows_a_new_name_and_a_retirement(qtbot, context, workspace, form, described):
    context.lanes.write(lambda: own_fields.change(workspace, described[GRADE].id, label="Rank"))
    qtbot.waitUntil(lambda: form.row_of(GRADE).label_text() == "Rank")
    context.lanes.write(lambda: own_fields.change(workspace, described[GRADE].id, retired=True))
    qtbot.waitUntil(lambda: not form.row_of(GRADE).isVisible())
    context.lanes.write(lambda: own_fields.change(workspace, described[GRADE].id, retired=False))
    qtbot.waitUntil(form.row_of(GRADE).isVisible)


def test_a_list_shows_filters_and_is_called_in_the_language_of_now(qtbot, context, show, workspace, account, described):
    own_fields.change(workspace, described[BUDGET].id, label="예산", label_en="Budget")
    i18n.use("ko")
    shown = show(
        RecordList(context, ListSetup(entity="account", columns=("name", BUDGET, GRADE, PARTNER)), EmptyState("–", "")),
        900,
        400,
    )
    shown.begin()
    records_ = shown.table.records
    qtbot.waitUntil(lambda: records_.rowCount() == 2 and records_.row_id(0) is not None)
    row = next(r for r in range(2) if records_.row_id(r) == account)
    assert [records_.index(row, c).data() for c in range(4)] == ["한빛", "$10.00", "A", "Partner Inc"]
    assert records_.headerData(1, Qt.Orientation.Horizontal) == "예산"
    where = Group(parts=(Filter(field=GRADE, test=Test.ANY_OF, value=("A",)),))
    shown.filter_bar.show_filter(where)
    shown.filter_bar.changed.emit(where)
    qtbot.waitUntil(lambda: records_.rowCount() == 1)
    assert shown.filter_bar.chips[0].word.text() == "Grade: A"


@pytest.mark.parametrize("name", [GRADE, AREAS])
def test_a_condition_offers_the_choices(qtbot, context, show, described, name):
    own = {one: field.label for one, field in described.items()}
    anchor = show(EmptyState("–", ""), 400, 300)
    editor = FilterEditor(context, "account", own, Filter(field=name, test=Test.ANY_OF, value=("A",)), {}, anchor)
    editor.pop_up(anchor)
    ticks = editor.lines[0].findChild(QListWidget)
    wanted = {"A", "B"} if name == GRADE else {"A", "north", "south"}
    qtbot.waitUntil(lambda: {ticks.item(place).text() for place in range(ticks.count())} == wanted)
    decided = []
    editor.decided.connect(lambda part, _titles: decided.append(part))
    editor.decide()
    assert decided == [Filter(field=name, test=Test.ANY_OF, value=("A",))]
