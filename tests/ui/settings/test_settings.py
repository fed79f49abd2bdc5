"""Settings: made from declarations, searched with what is found marked, chosen at once, undone where the team shares them."""

from __future__ import annotations

import json

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QColor, QImage, QKeyEvent
from PySide6.QtWidgets import QApplication, QCheckBox, QLabel, QPushButton

from desktop_crm import i18n
from desktop_crm.domain.schema.options import BuyingRole
from desktop_crm.i18n import formats, forms
from desktop_crm.i18n.catalogue import told
from desktop_crm.services import own_fields, pipeline, rates, records, stakeholder_roles
from desktop_crm.services import settings as service
from desktop_crm.services.settings import GROUPS, SETTINGS, Kind
from desktop_crm.ui.runtime.shared_settings import USUAL_CURRENCIES, currencies, offer_currencies
from desktop_crm.ui.settings.page import SettingsPage
from desktop_crm.ui.theme import Theme
from tests.ui.conftest import both_ways


def words(widget) -> list[str]:
    return [label.text() for label in widget.findChildren(QLabel)]


@pytest.fixture(autouse=True)
def _as_it_was():
    before = forms.current()
    yield
    forms.use(before)
    offer_currencies(USUAL_CURRENCIES)


@pytest.fixture
def page(context, show, qtbot):
    made = show(SettingsPage(context))
    qtbot.waitUntil(lambda: made.company.begin.isVisibleTo(made.company))
    qtbot.waitUntil(lambda: made.rows["fiscal.month"].control.combo.currentData() == 1)
    return made


def press(qtbot, page, name, key):
    qtbot.mouseClick(page.rows[name].findChild(QPushButton, key), Qt.MouseButton.LeftButton)


def test_every_declared_setting_is_on_the_page_and_named_for_a_screen_reader(page):
    for one in SETTINGS:
        if one.kind is Kind.PLACE:
            assert one.name in page.cards
        else:
            assert page.rows[one.name].control.target().accessibleName() == told(one.label)
    assert page.parts.count() == len(GROUPS)


def test_one_part_is_shown_at_a_time(page):
    assert page.cards["workspace"].isVisible()
    assert not page.rows["theme"].isVisible()
    page.parts.setCurrentRow(1)
    assert page.rows["theme"].isVisible()
    assert not page.cards["workspace"].isVisible()


def test_language_and_appearance_are_wished_for(qtbot, context, page) -> None:
    page.parts.setCurrentRow(1)
    with qtbot.waitSignal(context.preferences.language_wanted) as wished:
        press(qtbot, page, "language", "ko")
    assert wished.args == ["ko"]
    with qtbot.waitSignal(context.preferences.scheme_wanted) as wished:
        press(qtbot, page, "theme", "dark")
    assert wished.args == ["dark"]


def test_the_workspace_is_described(page, workspace) -> None:
    assert workspace.name in words(page)
    assert str(workspace.path) in words(page)


@pytest.mark.parametrize(("typed", "name"), [("회계", "fiscal.month"), ("ㅎㄱ", "fiscal.month"), ("고대비", "theme")])
def test_a_search_shows_what_is_meant_from_all_parts(qtbot, context, show, typed, name):
    i18n.use("ko")
    page = show(SettingsPage(context))
    QApplication.sendEvent(page.search, QKeyEvent(QEvent.Type.KeyPress, 0, Qt.KeyboardModifier.NoModifier, typed))
    qtbot.waitUntil(page.rows[name].isVisible)
    assert not page.rows["notices"].isVisible()
    page.search.clear()
    qtbot.waitUntil(lambda: page.cards["workspace"].isVisible() and not page.rows[name].isVisible())


def test_what_was_found_is_marked_and_only_that(page):
    page.look("fiscal")
    name = page.rows["fiscal.month"].name
    assert name.textFormat() is Qt.TextFormat.RichText
    assert "<span" in name.text()
    assert ">fiscal</span>" in name.text()
    page.look("")
    assert name.text() == "The fiscal year begins in"
    page.look("no such thing at all")
    assert page._nothing.isVisible()


def test_a_place_is_led_to_with_the_keyboard_in_its_control(qtbot, page):
    page.open_row("backup.days")
    qtbot.waitUntil(page.rows["backup.days"].control.spin.hasFocus)
    assert ">Daily backups kept</span>" in page.rows["backup.days"].name.text()
    page.open_row("archive")
    assert page.archive.isVisible()
    page.open_row("unknown")


def test_a_shared_setting_is_kept_with_the_workspace_and_undone(qtbot, context, workspace, page):
    page.open_row("fiscal.month")
    combo = page.rows["fiscal.month"].control.combo
    with qtbot.waitSignal(context.hub.changed):
        combo.setFocus()
        qtbot.keyClick(combo, Qt.Key.Key_Down)
        combo.activated.emit(combo.currentIndex())
    qtbot.waitUntil(lambda: service.shared_value(workspace, "fiscal.month") == 2)
    with qtbot.waitSignal(context.hub.changed):
        context.undo.undo()
    qtbot.waitUntil(lambda: combo.currentData() == 1)


def test_a_laptops_setting_is_kept_here_and_felt_at_once(qtbot, context, settings, page):
    page.parts.setCurrentRow(2)
    with qtbot.waitSignal(context.preferences.forms_changed):
        press(qtbot, page, "forms.time", "12")
    assert forms.current().time == "12"
    assert settings.get("forms.time") == "12"
    combo = page.rows["forms.number"].control.combo
    with qtbot.waitSignal(context.preferences.forms_changed):
        combo.setCurrentIndex(1)
        combo.activated.emit(1)
    assert formats.number(1234) == "1.234"


def test_the_time_of_the_lock_is_chosen(qtbot, context, settings, page) -> None:
    page.open_row("lock.minutes")
    with qtbot.waitSignal(context.preferences.lock_after_wanted) as wished:
        press(qtbot, page, "lock.minutes", "15")
    assert wished.args == [15]
    assert settings.get("lock.minutes") == 15


def test_currencies_in_use_are_what_forms_offer_and_a_wrong_code_is_told(qtbot, context, page):
    page.open_row("currencies")
    row = page.rows["currencies"]
    line = row.control.line
    line.selectAll()
    qtbot.keyClicks(line, "usd, qqq")
    qtbot.keyClick(line, Qt.Key.Key_Return)
    qtbot.waitUntil(row.word.isVisible)
    assert currencies() == USUAL_CURRENCIES
    line.selectAll()
    qtbot.keyClicks(line, "usd, krw")
    qtbot.keyClick(line, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: currencies() == ("USD", "KRW"))
    assert not row.word.isVisible()


def test_a_rate_is_entered_listed_and_a_wrong_one_told(qtbot, workspace, page):
    page.open_row("rates")
    card = page.rates
    card.of.setCurrentText("USD")
    qtbot.keyClicks(card.rate, "0")
    qtbot.keyClick(card.rate, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: "not above zero" in card.word.text())
    card.rate.clear()
    qtbot.keyClicks(card.rate, "1,380.5")
    qtbot.keyClick(card.rate, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: card.list.table.records.rowCount() == 1)
    assert rates.rate(workspace, "USD", "KRW").rate == pytest.approx(1380.5)
    assert not card.word.isVisible()


def test_our_company_is_entered_once_and_then_edited(qtbot, context, workspace, page) -> None:
    company = page.company
    qtbot.mouseClick(company.begin, Qt.MouseButton.LeftButton)
    qtbot.keyClicks(company.form.row_of("name").editor.line, "Onnuri Automation")
    with qtbot.waitSignal(company.form.created):
        qtbot.mouseClick(company.save, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: company.form.row_id is not None and not company.save.isVisible())
    phone = company.form.row_of("phone").editor.line
    qtbot.waitUntil(lambda: company.form._record is not None)
    qtbot.keyClicks(phone, "02-123-4567")
    with qtbot.waitSignal(context.hub.changed):
        qtbot.keyClick(phone, Qt.Key.Key_Return)
    (found,) = records.list_rows(workspace, "supplier").records
    assert (found.fields["name"], found.fields["phone"]) == ("Onnuri Automation", "02-123-4567")


def test_logo_and_seal_are_chosen_as_pictures_not_typed(qtbot, workspace, page, tmp_path) -> None:
    company = page.company
    row_id = records.create(workspace, "supplier", {"name": "Onnuri"}).id
    company.refresh()
    qtbot.waitUntil(company.seal.isVisible)
    assert not {"logo", "seal", "pricing_order"} & set(company.form._rows)
    file = tmp_path / "seal.png"
    image = QImage(30, 30, QImage.Format.Format_RGB32)
    image.fill(QColor("red"))
    assert image.save(str(file))
    company.seal.take(str(file))
    qtbot.waitUntil(lambda: not company.seal.view.pixmap().isNull())
    fields = records.get(workspace, "supplier", row_id).fields
    assert fields["seal"]
    assert not fields["logo"]


def test_a_field_of_our_own_is_added_renamed_retired_and_taken_back(qtbot, context, workspace, page) -> None:
    page.open_row("own_fields")
    card = page.own_fields
    card.kind.setCurrentIndex(card.kind.findData("choice"))
    assert card.choices.isVisible()
    assert not card.target.isVisible()
    qtbot.keyClicks(card.name, "Grade")
    qtbot.keyClicks(card.choices, "A, B")
    with qtbot.waitSignal(context.hub.changed):
        qtbot.keyClick(card.choices, Qt.Key.Key_Return)
    assert records.own_fields(workspace, "account") == {"x_grade.choice": "Grade"}

    def line(aspect):
        return card.findChild(type(card.name), f"{aspect}:x_grade.choice")

    qtbot.waitUntil(lambda: line("label") is not None and line("label").isVisible())
    assert line("choices").text() == "A, B"
    line("label").selectAll()
    qtbot.keyClicks(line("label"), "Rank")
    qtbot.keyClick(line("label"), Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: [one.label for one in own_fields.all_fields(workspace)] == ["Rank"])
    qtbot.waitUntil(lambda: any(b.accessibleName() == "Retire Rank" for b in card.findChildren(QPushButton)))
    turn = next(b for b in card.findChildren(QPushButton) if b.accessibleName() == "Retire Rank")
    qtbot.mouseClick(turn, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: records.own_fields(workspace, "account") == {})
    context.undo.undo()
    qtbot.waitUntil(lambda: records.own_fields(workspace, "account") == {"x_grade.choice": "Rank"})


def test_a_field_without_a_name_is_told(qtbot, page) -> None:
    page.open_row("own_fields")
    qtbot.keyClick(page.own_fields.name, Qt.Key.Key_Return)
    qtbot.waitUntil(page.own_fields.word.isVisible)


def test_where_it_lies_is_where_it_is_kept(qtbot, settings, page):
    page.open_row("backup.weeks")
    spin = page.rows["backup.weeks"].control.spin
    spin.setValue(9)
    spin.editingFinished.emit()
    assert json.loads(settings.path.read_text())["backup.weeks"] == 9


@pytest.mark.parametrize(("language", "scheme"), both_ways())
def test_it_opens_in_both_languages_and_themes(qtbot, qapp, context, show, language, scheme) -> None:
    i18n.use(language)
    Theme(qapp, scheme)
    page = show(SettingsPage(context))
    for place in range(page.parts.count()):
        page.parts.setCurrentRow(place)
        assert not page.grab().isNull()


def test_wanted_roles_of_a_stage_are_ticked_and_undone(qtbot, context, page):
    pipeline.ensure_pipeline(context.workspace)
    page.map_roles.refresh()
    first = stakeholder_roles.of_stages(context.workspace)[0]
    name = f"{first.stage_id}:approver"
    qtbot.waitUntil(lambda: page.map_roles.findChild(QCheckBox, name) is not None)
    page.open_row("map.roles")
    tick = page.map_roles.findChild(QCheckBox, name)
    assert (tick.isChecked(), tick.accessibleName()) == (False, f"{first.stage}: Approver")
    tick.click()
    qtbot.waitUntil(lambda: stakeholder_roles.of_stages(context.workspace)[0].chosen)
    assert set(stakeholder_roles.of_stages(context.workspace)[0].roles) == {*first.roles, BuyingRole.APPROVER}
    qtbot.waitUntil(lambda: context.undo.next_undo() != "")
    context.undo.undo()
    qtbot.waitUntil(lambda: not stakeholder_roles.of_stages(context.workspace)[0].chosen)
    qtbot.waitUntil(lambda: not page.map_roles.findChild(QCheckBox, name).isChecked())
