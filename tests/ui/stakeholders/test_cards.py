"""Cards as pixels: the edge says attitude, bars say influence, states are seen, far away it is a plain box."""

from __future__ import annotations

import dataclasses

import pytest
from PySide6.QtGui import QColor, QImage, QPainter

from desktop_crm.domain.schema.options import BuyingRole, Coverage, NodeKind, Support
from desktop_crm.domain.stakeholders.values import NodeView
from desktop_crm.ui.stakeholders import card_painting, words
from desktop_crm.ui.stakeholders.card_painting import CardState, paint_card
from desktop_crm.ui.stakeholders.looks import MapLook, coverage_mood, edge_mood, role_mood, support_mood
from desktop_crm.ui.theme import Mood
from desktop_crm.ui.theme.tokens import DARK, LIGHT

NODE = NodeView(
    id="a",
    label="최민아",
    title="상무",
    department="생산본부",
    buying_role=BuyingRole.CHAMPION,
    influence=6,
    support=Support.MENTOR,
    coverage=Coverage.MULTIPLE,
)
MARGIN = 8


def painted(node, state=CardState.PLAIN, zoom=1.0, tokens=LIGHT):
    image = QImage(190 + 2 * MARGIN, 74 + 2 * MARGIN, QImage.Format.Format_RGB32)
    image.fill(QColor(tokens.ground))
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.translate(MARGIN, MARGIN)
    paint_card(painter, MapLook(tokens), node, state, zoom)
    painter.end()
    return image


def pixel(image, x, y):
    return image.pixelColor(round(x) + MARGIN, round(y) + MARGIN).name()


def area(image, left, top, width, height):
    return {pixel(image, x, y) for x in range(left, left + width) for y in range(top, top + height)}


@pytest.mark.parametrize("tokens", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize("support", [None, *Support])
def test_the_edge_is_in_the_colour_of_attitude(qapp, theme, tokens, support):
    image = painted(dataclasses.replace(NODE, support=support), tokens=tokens)
    assert pixel(image, 3, 37) == MapLook(tokens).attitude(support).name()
    assert pixel(image, 100, 8) == QColor(tokens.surface).name()


def test_attitudes_differ_from_each_other(qapp, theme):
    for tokens in (LIGHT, DARK):
        look = MapLook(tokens)
        assert len({look.attitude(support).name() for support in [None, *Support]}) == 6


@pytest.mark.parametrize(("influence", "filled"), [(None, 0), (0, 0), (1, 1), (2, 1), (5, 3), (8, 4), (9, 5), (10, 5)])
def test_five_bars_show_influence(qapp, theme, influence, filled):
    image = painted(dataclasses.replace(NODE, influence=influence))
    bars = [pixel(image, 178 - 35 + 1.5 + index * 7 + 2.5, 20) for index in range(5)]
    assert [bar == QColor(LIGHT.ink_2).name() for bar in bars] == [index < filled for index in range(5)]


def test_states_are_seen(qapp, theme):
    plain = painted(NODE)
    pictures = [
        painted(NODE, state) for state in (CardState.CHOSEN, CardState.HOVERED, CardState.WELCOME, CardState.REFUSED)
    ]
    assert all(picture != plain for picture in pictures)
    assert len({bytes(picture.constBits()) for picture in pictures}) == 4
    assert QColor(LIGHT.accent).name() in area(pictures[0], 60, 0, 20, 3)
    assert QColor(LIGHT.bad).name() in area(pictures[3], 40, -4, 60, 3)


def test_a_seat_is_dashed_and_somebody_who_left_is_paler(qapp, theme):
    seat = painted(dataclasses.replace(NODE, kind=NodeKind.PLACEHOLDER))
    top = [pixel(seat, x, 0) for x in range(30, 160)]
    assert len(set(top)) == 2  # dashes and gaps
    solid = [pixel(painted(NODE), x, 0) for x in range(30, 160)]
    assert len(set(solid)) == 1
    gone = painted(dataclasses.replace(NODE, kind=NodeKind.DEPARTED))
    assert QColor(LIGHT.ink).name() not in area(gone, 15, 8, 60, 16)
    assert QColor(LIGHT.ink).name() in area(painted(NODE), 15, 8, 60, 16)


def test_far_away_it_is_a_plain_box_with_its_edge(qapp, theme):
    box = painted(NODE, zoom=0.3)
    tiny = painted(NODE, zoom=0.1)
    assert pixel(box, 5, 37) == MapLook(LIGHT).attitude(Support.MENTOR).name()
    assert QColor(LIGHT.ink).name() in area(box, 20, 20, 120, 40)  # the name, larger
    assert QColor(LIGHT.ink).name() not in area(tiny, 20, 20, 120, 40)
    assert QColor(LIGHT.accent_soft).name() not in area(box, 15, 48, 60, 18)  # no pill


@pytest.mark.parametrize("language", ["ko", "en"])
def test_nothing_is_written_over_the_border(qapp, theme, language):
    from desktop_crm import i18n

    long = "황보알렉산드라테레지아막시밀리아나 Maximiliane von und zu Hohenlohe"
    with i18n.speaking(language):
        for role in [None, *BuyingRole]:
            for coverage in Coverage:
                node = dataclasses.replace(
                    NODE, label=long, title=long, department=long, buying_role=role, coverage=coverage
                )
                image = painted(node)
                outside = area(image, 191, 4, 5, 66)
                assert outside == {QColor(LIGHT.ground).name()}


def test_moods_say_what_colours_mean():
    assert {support_mood(one) for one in Support} == {Mood.good, Mood.neutral, Mood.warn, Mood.bad}
    assert role_mood(BuyingRole.BLOCKER) is Mood.bad
    assert role_mood(None) is Mood.neutral
    assert coverage_mood(Coverage.NONE) is Mood.warn
    assert coverage_mood(Coverage.IN_DEPTH) is Mood.neutral
    assert {str(edge_mood(kind)) for kind in edge_mood.__globals__["EdgeKind"]} == {"good", "bad", "info", "neutral"}


def test_text_on_the_map_is_readable():
    """At least 4.5 : 1 for every text colour on its ground, in both looks."""
    for tokens in (LIGHT, DARK):
        look = MapLook(tokens)
        for ink in (look.ink, look.ink_2, look.ink_3):
            assert contrast(ink, QColor(tokens.surface)) >= 4.5
        for mood in Mood:
            assert contrast(look.ink_of(mood), look.ground_of(mood)) >= 4.5, mood
            assert contrast(look.ink_of(mood), QColor(tokens.surface)) >= 4.5, mood


def contrast(one, other):
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def luminance(colour):
    parts = [
        part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4
        for part in (colour.redF(), colour.greenF(), colour.blueF())
    ]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]


def test_a_long_role_leaves_the_contact_its_room(qapp, theme):
    look = MapLook(LIGHT)
    for role in BuyingRole:
        for coverage in Coverage:
            one = NodeView(id="a", label="a", buying_role=role, coverage=coverage)
            wide = look.hint_metrics.horizontalAdvance(words.coverage_word(one))
            room = card_painting.pill_room(look, words.coverage_word(one))
            role_wide = min(look.hint_metrics.horizontalAdvance(words.pill_of(one)), room) + 16.0
            assert card_painting.LEFT + role_wide + 6.0 + wide <= card_painting.RIGHT + 0.5, (role, coverage)
