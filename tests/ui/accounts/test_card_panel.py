"""The business card on the screen: the code, numbers as people write them, and what was changed."""

from __future__ import annotations

import pytest

from desktop_crm import i18n
from desktop_crm.domain.phones import national
from desktop_crm.services import records
from desktop_crm.ui.accounts.card_panel import CardPanel
from desktop_crm.ui.accounts.page import contacts_page
from desktop_crm.ui.theme import Scheme
from tests.ui.conftest import both_ways


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        ("+821012345678", "010-1234-5678"),
        ("+82212345678", "02-1234-5678"),
        ("+493012345678", "+49 30 12345678"),
        ("내선 12", "내선 12"),
    ],
)
def test_numbers_are_shown_as_people_write_them(number, shown):
    assert national(number) == shown


@pytest.fixture
def person(workspace):
    account = records.create(workspace, "account", {"name": "한빛전자"}).id
    fields = {
        "name": "김민준",
        "title": "구매팀장",
        "account_id": account,
        "mobile": "+821012345678",
        "email": "mj@h.kr",
    }
    return records.create(workspace, "contact", fields).id


def test_the_card_is_a_tab_of_the_contact_and_follows_changes(context, show, qtbot, workspace, person):
    page = show(contacts_page(context))
    page.panel.show_row(person)
    page.panel._tabs.choice("own1").click()
    (card,) = page.panel.findChildren(CardPanel)
    qtbot.waitUntil(lambda: card.lines.text() == "010-1234-5678\nmj@h.kr")
    assert (card.name.text(), card.around.text()) == ("김민준", "한빛전자 · 구매팀장")
    assert card.code.drawing.isValid()
    context.lanes.write(lambda: records.set_fields(workspace, "contact", person, {"title": "이사"}))
    qtbot.waitUntil(lambda: card.around.text().endswith("이사"))


@pytest.mark.parametrize(("language", "scheme"), both_ways())
def test_it_opens_in_both_languages_and_themes(context, theme, show, qtbot, person, language, scheme):
    theme.choose(Scheme(scheme))
    i18n.use(language)
    panel = show(CardPanel(context), 340, 480)
    panel.show_row(person)
    qtbot.waitUntil(lambda: panel.code.drawing is not None)
    assert not panel.grab().isNull()
