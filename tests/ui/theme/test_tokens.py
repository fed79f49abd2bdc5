"""The tokens: readable in both themes, the design's own values, one mood for every state."""

from __future__ import annotations

import re
from dataclasses import fields

import pytest

from desktop_crm.domain.schema import REGISTRY, FieldType
from desktop_crm.ui.theme.moods import OPTION_MOODS, mood_of
from desktop_crm.ui.theme.palette import palette_of
from desktop_crm.ui.theme.tokens import CONTRAST_DARK, CONTRAST_LIGHT, DARK, LIGHT, Mood, Tokens

HIGH = [pytest.param(CONTRAST_LIGHT, id="contrast-light"), pytest.param(CONTRAST_DARK, id="contrast-dark")]
BOTH = [pytest.param(LIGHT, id="light"), pytest.param(DARK, id="dark"), *HIGH]
READABLE = 4.5
HIGHER = 7.0
EDGE = 3.0


def luminance(colour: str) -> float:
    """WCAG 2.1, relative luminance."""
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    """WCAG 2.1, contrast ratio."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_the_measure_knows_black_on_white() -> None:
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21)
    assert contrast("#777777", "#FFFFFF") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("look", BOTH)
@pytest.mark.parametrize("ink", ["ink", "ink_2", "ink_3"])
@pytest.mark.parametrize("ground", ["ground", "surface", "sunken"])
def test_text_is_readable_on_every_ground(look: Tokens, ink: str, ground: str) -> None:
    assert contrast(getattr(look, ink), getattr(look, ground)) >= READABLE


@pytest.mark.parametrize("look", BOTH)
@pytest.mark.parametrize("mood", list(Mood))
def test_the_word_in_a_pill_is_readable(look: Tokens, mood: Mood) -> None:
    assert contrast(look.ink_of(mood), look.ground_of(mood)) >= READABLE


@pytest.mark.parametrize("look", BOTH)
@pytest.mark.parametrize("mood", [mood for mood in Mood if mood is not Mood.neutral])
def test_a_mood_is_readable_on_cards_too(look: Tokens, mood: Mood) -> None:
    assert contrast(look.ink_of(mood), look.surface) >= READABLE


@pytest.mark.parametrize("look", BOTH)
def test_the_filled_button_is_readable_also_when_hovered(look: Tokens) -> None:
    assert contrast(look.on_accent, look.accent) >= READABLE
    assert contrast(look.on_accent, look.accent_hover) >= READABLE


@pytest.mark.parametrize("look", BOTH)
def test_a_chosen_row_keeps_its_text_readable(look: Tokens) -> None:
    for ink in (look.ink, look.ink_2, look.accent):
        assert contrast(ink, look.accent_soft) >= READABLE


@pytest.mark.parametrize("look", BOTH)
def test_every_colour_is_written_in_six_digits(look: Tokens) -> None:
    for field in fields(look):
        value = getattr(look, field.name)
        assert isinstance(value, bool) or re.fullmatch(r"#[0-9A-F]{6}", value), field.name


@pytest.mark.parametrize("look", HIGH)
def test_in_high_contrast_words_and_edges_stand_out_more(look: Tokens) -> None:
    grounds = (look.ground, look.surface, look.sunken)
    for ground in grounds:
        assert min(contrast(ink, ground) for ink in (look.ink, look.ink_2, look.ink_3, look.accent)) >= HIGHER
        assert min(contrast(line, ground) for line in (look.line, look.line_strong)) >= EDGE
    assert all(contrast(look.ink_of(mood), look.ground_of(mood)) >= HIGHER for mood in Mood)
    assert contrast(look.on_accent, look.accent) >= HIGHER


def test_the_design_is_kept_to_the_letter() -> None:
    light = {
        "ground": "#F6F7F9",
        "surface": "#FFFFFF",
        "sunken": "#EFF1F4",
        "line": "#E2E5EA",
        "line_strong": "#CDD2DA",
        "ink": "#1B2330",
        "ink_2": "#4A5567",
        "ink_3": "#5F6979",
        "accent": "#1F6F78",
        "accent_soft": "#E1F0F1",
        "good": "#2A7548",
        "warn": "#8A5A12",
        "bad": "#B4374A",
        "info": "#3B5BA9",
        "good_soft": "#E3F3E8",
        "warn_soft": "#FBF0DC",
        "bad_soft": "#FBE6E9",
        "info_soft": "#E6ECF9",
    }
    dark = {
        "ground": "#14181E",
        "surface": "#1B2027",
        "sunken": "#20262E",
        "line": "#2B323C",
        "line_strong": "#3A434F",
        "ink": "#E6EAF0",
        "ink_2": "#B3BDCB",
        "ink_3": "#8793A4",
        "accent": "#4FB3BD",
        "accent_soft": "#173338",
        "good": "#6CC08B",
        "warn": "#E0B060",
        "bad": "#EE8796",
        "info": "#8FA8EE",
        "good_soft": "#183226",
        "warn_soft": "#3A2E17",
        "bad_soft": "#3D1F26",
        "info_soft": "#1F2A45",
    }
    assert {name: getattr(LIGHT, name) for name in light} == light
    assert {name: getattr(DARK, name) for name in dark} == dark


@pytest.mark.parametrize("look", BOTH)
def test_the_palette_takes_its_colours_from_the_tokens(look: Tokens, qapp) -> None:
    palette = palette_of(look)
    assert palette.window().color().name().upper() == look.ground
    assert palette.base().color().name().upper() == look.surface
    assert palette.text().color().name().upper() == look.ink
    assert palette.link().color().name().upper() == look.accent
    assert palette.placeholderText().color().name().upper() == look.ink_3


def options() -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for entity in REGISTRY:
        for field in entity.fields:
            if field.type is FieldType.OPTION and field.options:
                found.setdefault(field.name, set()).update(str(option) for option in field.options)
    return found


def test_moods_are_given_to_options_that_exist() -> None:
    known = options()
    for name, moods in OPTION_MOODS.items():
        assert name in known, name
        assert set(moods) <= known[name], set(moods) - known[name]


def test_a_state_without_a_mood_is_neutral() -> None:
    assert mood_of("status", "no such state") is Mood.neutral
    assert mood_of("no such field", "won") is Mood.neutral


@pytest.mark.parametrize(
    ("field", "value", "mood"),
    [
        ("kind", "won", Mood.good),
        ("kind", "lost", Mood.bad),
        ("status", "draft", Mood.warn),
        ("status", "issued", Mood.accent),
        ("support", "enemy", Mood.bad),
        ("support", "neutral", Mood.neutral),
        ("priority", "high", Mood.bad),
        ("tier", "key", Mood.accent),
    ],
)
def test_states_mean_what_the_design_says(field: str, value: str, mood: Mood) -> None:
    assert mood_of(field, value) is mood
