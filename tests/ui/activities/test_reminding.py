"""The card of what wants doing: opened, put off and done."""

from __future__ import annotations

from PySide6.QtWidgets import QPushButton

from desktop_crm.services import records, reminders
from desktop_crm.ui.activities.reminding import RemindersCard


def pressed(card, words):
    return next(one for one in card.findChildren(QPushButton) if one.text() == words and one.isVisible())


def shown(card):
    return [one.text() for one in card.findChildren(QPushButton) if one.isVisible()]


def test_a_silent_account_is_shown_put_off_and_done(context, show, qtbot, workspace):
    card = show(RemindersCard(context))
    for name in ("한빛전자", "미래"):
        records.create(workspace, "account", {"name": name, "tier": "key"})
    card.refresh()
    qtbot.waitUntil(lambda: shown(card).count("Done") == 2)
    pressed(card, "Next week").click()
    qtbot.waitUntil(lambda: shown(card).count("Done") == 1)
    pressed(card, "Done").click()
    qtbot.waitUntil(lambda: shown(card) == [])
    assert reminders.reminders(workspace) == ()
