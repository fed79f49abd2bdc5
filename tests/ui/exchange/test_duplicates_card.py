"""After an import its new records are compared with those there were: a proposal with reasons, and nothing is merged."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QPushButton

from desktop_crm.services import importing, records
from desktop_crm.ui.exchange.duplicates_card import DuplicatesCard
from desktop_crm.ui.exchange.flow import Step
from desktop_crm.ui.exchange.page import ImportPage


def bring(workspace, tmp_path, text):
    file = tmp_path / "accounts.csv"
    file.write_text(text, encoding="utf-8")
    return importing.run(workspace, importing.inspect([file]))


def said(card):
    return " | ".join(one.text() for one in card.findChildren(QLabel) if one.isVisibleTo(card))


def test_what_was_there_already_is_proposed_and_not_merged(qtbot, workspace, show, context, tmp_path):
    records.create(workspace, "account", {"name": "㈜한빛전자", "phone": "02-1234-5678"})
    report = bring(workspace, tmp_path, "account,phone\n한빛 전자,0212345678\n두빛화학,\n")
    card = show(DuplicatesCard(context), 700, 300)
    card.look(report)
    qtbot.waitUntil(card.open.isVisible)
    assert "1 group may be one record. Nothing was merged." in said(card)
    qtbot.waitUntil(lambda: "Phone: the same" in said(card))
    assert records.count(workspace, "account") == 3


@pytest.mark.parametrize("text", ["account\n두빛화학\n", "product,code\n제어기,C-1\n"])
def test_an_import_of_something_new_has_nothing_to_propose(qtbot, workspace, show, context, tmp_path, text):
    report = bring(workspace, tmp_path, text)
    card = show(DuplicatesCard(context), 700, 300)
    card.look(report)
    qtbot.waitUntil(lambda: not card.runner.under_way and not card.stop.isVisible())
    assert not card.open.isVisible()


def test_the_look_can_be_stopped_and_the_same_import_is_looked_at_once(qtbot, workspace, show, context, tmp_path):
    report = bring(workspace, tmp_path, "account\n두빛화학\n")
    card = show(DuplicatesCard(context), 700, 300)
    card.look(report)
    card.runner.cancel()
    qtbot.waitUntil(lambda: not card.stop.isVisible())
    card.look(report)
    assert not card.runner.under_way


def test_before_anything_is_written_the_likeness_is_shown(qtbot, workspace, show, context, tmp_path):
    records.create(workspace, "account", {"name": "㈜한빛전자", "phone": "02-1234-5678"})
    file = tmp_path / "accounts.csv"
    file.write_text("account,phone\n한빛 전자,0212345678\n두빛화학,\n", encoding="utf-8")
    trial = importing.try_out(workspace, importing.inspect([file]))
    card = show(DuplicatesCard(context), 700, 300)
    card.foresee(trial.preview)
    qtbot.waitUntil(lambda: "Nothing is written yet" in said(card))
    qtbot.waitUntil(lambda: "Phone: the same" in said(card))
    assert not card.open.isVisible()
    assert records.count(workspace, "account") == 1
    card.foresee(None)
    assert not card.isVisible()


def test_nothing_alike_is_said_too(qtbot, workspace, show, context, tmp_path):
    records.create(workspace, "account", {"name": "㈜한빛전자"})
    file = tmp_path / "accounts.csv"
    file.write_text("account\n두빛화학\n", encoding="utf-8")
    card = show(DuplicatesCard(context), 700, 300)
    card.foresee(importing.try_out(workspace, importing.inspect([file])).preview)
    qtbot.waitUntil(lambda: "Nothing that would come in" in said(card))


def pressed(qtbot, card, start):
    (found,) = [one for one in card.findChildren(QPushButton) if one.isVisibleTo(card) and one.text().startswith(start)]
    qtbot.mouseClick(found, Qt.MouseButton.LeftButton)


def test_a_row_takes_the_record_that_is_there_and_may_be_let_go_again(qtbot, workspace, show, context, tmp_path):
    there = str(records.create(workspace, "account", {"name": "㈜한빛전자", "phone": "02-1234-5678"}).id)
    file = tmp_path / "accounts.csv"
    file.write_text("account,phone\n한빛 전자,0212345678\n두빛화학,\n", encoding="utf-8")
    page = show(ImportPage(context), 1200, 780)
    page.begin((file,))
    qtbot.waitUntil(lambda: page.flow.step is Step.COLUMNS and not page.flow.working, timeout=20_000)
    page.flow.try_out()
    qtbot.waitUntil(lambda: "Phone: the same" in said(page.foreseen), timeout=20_000)
    pressed(qtbot, page.foreseen, "Row 2: take ㈜한빛전자 instead")
    qtbot.waitUntil(lambda: "Row 2 changes ㈜한빛전자." in said(page.foreseen), timeout=20_000)
    assert (page.flow.trial.files[0].created, page.flow.trial.files[0].updated) == (1, 1)
    pressed(qtbot, page.foreseen, "Make a new record after all")
    qtbot.waitUntil(lambda: "Phone: the same" in said(page.foreseen), timeout=20_000)
    assert page.flow.trial.files[0].created == 2
    pressed(qtbot, page.foreseen, "Row 2: take")
    qtbot.waitUntil(lambda: "Row 2 changes" in said(page.foreseen), timeout=20_000)
    qtbot.mouseClick(page.bring_in, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: page.flow.step is Step.DONE, timeout=20_000)
    assert records.get(workspace, "account", there).fields["name"] == "한빛 전자"
    assert records.count(workspace, "account") == 2
