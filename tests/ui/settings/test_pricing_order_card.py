"""The order of the pricing rules on screen: moved by keys and buttons, kept for new quotes, undone."""

from __future__ import annotations

import pytest

from desktop_crm.domain.quotes.order import DECLARED, Rule
from desktop_crm.services import quotes
from desktop_crm.ui.settings.pricing_order import PricingOrderCard


@pytest.fixture
def card(qtbot, context, show):
    made = show(PricingOrderCard(context), 900, 300)
    qtbot.waitUntil(lambda: made.lists[0].count() == 3)
    return made


def test_it_shows_the_order_in_its_parts(card):
    assert [made.item(0).text() for made in card.lists] == ["List price", "Price tiers", "Section discount"]
    assert card.order() == tuple(DECLARED)
    assert not card.reset.isEnabled()


def test_up_and_down_keep_the_order_and_undo_brings_it_back(qtbot, card, workspace, context):
    card.lists[2].setCurrentRow(0)
    card.shift(card.lists[2], 1)
    qtbot.waitUntil(lambda: quotes.pricing_order(workspace)[8:10] == (Rule.WHOLE_DISCOUNT, Rule.SECTION_DISCOUNT))
    qtbot.waitUntil(card.reset.isEnabled)
    context.undo.undo()
    qtbot.waitUntil(lambda: tuple(quotes.pricing_order(workspace)) == tuple(DECLARED))


def test_nothing_moves_beyond_its_part(card, workspace):
    card.lists[0].setCurrentRow(0)
    card.shift(card.lists[0], -1)
    card.shift(card.lists[1], 1)  # nothing chosen there
    assert tuple(quotes.pricing_order(workspace)) == tuple(DECLARED)


def test_the_usual_order_comes_back(qtbot, card, workspace):
    quotes.set_pricing_order(workspace, ["book", "list", *DECLARED[2:]])
    card.refresh()
    qtbot.waitUntil(card.reset.isEnabled)
    card.reset.click()
    qtbot.waitUntil(lambda: tuple(quotes.pricing_order(workspace)) == tuple(DECLARED))
