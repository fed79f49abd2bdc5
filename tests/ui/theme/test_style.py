"""The style sheet, the icons and the switch of themes: nothing is missing, nothing is left over."""

from __future__ import annotations

import ast
import re
from xml.etree import ElementTree as ET

import pytest
from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QApplication, QLabel, QPushButton

from desktop_crm.foundation.paths import resources
from desktop_crm.ui.theme import Scheme, Theme, current, icon, icons, pixmap
from desktop_crm.ui.theme.fonts import FAMILIES, load, load_rest, sized, tabular
from desktop_crm.ui.theme.theme import chosen_scheme, style_sheet
from desktop_crm.ui.theme.tokens import CONTRAST_DARK, CONTRAST_LIGHT, DARK, LIGHT, Tokens
from tests.support.source_tree import calls, sources

BOTH = [pytest.param(LIGHT, id="light"), pytest.param(DARK, id="dark")]
SHEET = resources("themes", "base.qss")


def said_in_code(*names: str) -> set[str]:
    """First arguments of calls and values of keywords of these names that are plain text, in all of the UI."""
    found: set[str] = set()
    for source in sources("desktop_crm/ui", "desktop_crm/bootstrap.py"):
        for word, call in calls(source):
            if word in names and call.args and isinstance(call.args[0], ast.Constant):
                found.add(str(call.args[0].value))
            found.update(
                str(keyword.value.value)
                for keyword in call.keywords
                if keyword.arg in names and isinstance(keyword.value, ast.Constant)
            )
    return found


@pytest.mark.parametrize("look", BOTH)
def test_the_sheet_is_filled_completely(look: Tokens) -> None:
    text = style_sheet(look)
    assert "$" not in text
    assert text.count("{") == text.count("}")
    assert look.accent in text
    assert look.surface in text


def test_the_sheet_holds_no_colour_of_its_own() -> None:
    assert re.findall(r"#[0-9A-Fa-f]{3,8}\b", SHEET.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("look", BOTH)
def test_every_picture_of_the_sheet_is_there(look: Tokens) -> None:
    pictures = re.findall(r"url\(([^)]+)\)", style_sheet(look))
    assert pictures
    for picture in pictures:
        assert resources("themes").joinpath(picture.rsplit("/", 1)[1]).is_file(), picture


def test_every_kind_of_button_that_is_asked_for_has_a_rule() -> None:
    rules = set(re.findall(r'QPushButton\[kind="(\w+)"\]', SHEET.read_text(encoding="utf-8")))
    wanted = said_in_code("kind") - {"plain"}
    known_elsewhere = {"refusal", "trouble", "bug"}
    options = {word for word in wanted if word in rules}
    assert {"primary", "quiet", "small", "danger", "link", "nav", "segment", "tab", "iconic", "square"} <= rules
    assert options
    assert not known_elsewhere & rules


def test_every_icon_that_is_asked_for_is_drawn() -> None:
    drawn = set(icons.names())
    wanted = said_in_code("icon_name", "icon_button")
    from desktop_crm.bootstrap import pages

    wanted |= {row.icon for row in pages()}
    missing = {name for name in wanted if name and name not in drawn}
    assert missing == set()


@pytest.mark.parametrize("name", icons.names())
def test_an_icon_is_a_line_drawing_of_20_that_can_be_tinted(name: str) -> None:
    text = resources("icons", f"{name}.svg").read_text(encoding="utf-8")
    root = ET.fromstring(text)  # noqa: S314 - our own drawing
    assert (root.get("width"), root.get("height"), root.get("viewBox")) == ("20", "20", "0 0 20 20")
    assert root.get("stroke") == "currentColor"
    assert root.get("stroke-width") == "1.5"
    assert not re.search(r"#[0-9a-fA-F]{3,6}", text)


@pytest.mark.parametrize("name", ["account", "undo", "warning", "sync"])
@pytest.mark.parametrize("ratio", [1.0, 1.5, 2.0])
def test_icons_are_painted_in_the_asked_colour_at_every_scale(qapp, name: str, ratio: float) -> None:
    picture = pixmap(name, LIGHT.bad, 16, ratio)
    assert picture.width() == round(16 * ratio)
    assert picture.devicePixelRatio() == ratio
    image = picture.toImage()
    solid = {
        image.pixelColor(x, y).name().upper()
        for x in range(image.width())
        for y in range(image.height())
        if image.pixelColor(x, y).alpha() == 255
    }
    assert solid <= {LIGHT.bad}
    assert solid or ratio == 1.0


def test_a_missing_icon_is_empty_and_breaks_nothing(qapp) -> None:
    image = pixmap("no such icon", LIGHT.ink).toImage()
    assert all(image.pixelColor(x, 8).alpha() == 0 for x in range(image.width()))
    assert not icon("no such icon", LIGHT.ink).pixmap(16, 16).isNull()


def test_a_disabled_icon_fades(qapp) -> None:
    made = icon("trash", LIGHT.bad, LIGHT.line)
    for mode, colour in ((QIcon.Mode.Normal, LIGHT.bad), (QIcon.Mode.Disabled, LIGHT.line)):
        image = made.pixmap(QSize(40, 40), mode).toImage()
        shades = {
            image.pixelColor(x, y).name().upper()
            for x in range(40)
            for y in range(40)
            if image.pixelColor(x, y).alpha() == 255
        }
        assert shades == {colour}


def test_the_theme_is_switched_live_and_told(qtbot, qapp) -> None:
    theme = Theme(qapp, Scheme.light)
    told = []
    theme.changed.connect(lambda: told.append(theme.tokens.dark))
    theme.choose(Scheme.light)
    assert told == []
    theme.choose(Scheme.dark)
    assert told == [True]
    assert current() is DARK
    assert chosen_scheme() is Scheme.dark
    assert LIGHT.accent not in qapp.styleSheet()
    theme.choose(Scheme.light)
    assert told == [True, False]
    assert current() is LIGHT


def test_the_theme_follows_the_system_until_it_is_fixed(qtbot, qapp) -> None:
    theme = Theme(qapp, Scheme.system)
    hints = qapp.styleHints()
    hints.setColorScheme(Qt.ColorScheme.Dark)
    seen_dark = theme.tokens.dark
    theme.choose(Scheme.light)
    assert theme.tokens is LIGHT
    hints.setColorScheme(Qt.ColorScheme.Light)
    hints.unsetColorScheme()
    assert isinstance(seen_dark, bool)
    assert theme.tokens is LIGHT


def test_labels_and_buttons_take_their_type_from_the_sheet(qtbot, theme, show) -> None:
    title, hint = QLabel("T"), QLabel("h")
    title.setProperty("type", "title")
    hint.setProperty("type", "hint")
    filled = QPushButton("Go")
    filled.setProperty("kind", "primary")
    for widget in (title, hint, filled):
        show(widget, 200, 60)
    assert title.font().pixelSize() == 19
    assert title.font().bold()
    assert hint.font().pixelSize() == 12
    ground = filled.grab().toImage().pixelColor(100, 8).name().upper()
    assert ground == LIGHT.accent


def test_the_bundled_type_is_used_with_figures_of_equal_width(qtbot, theme) -> None:
    font = load()
    load_rest()
    assert font.families()[:2] == list(FAMILIES)
    assert font.pixelSize() == 13
    from PySide6.QtGui import QFontInfo, QFontMetricsF

    assert QFontInfo(font).family() == "Pretendard"
    metrics = QFontMetricsF(tabular(font))
    widths = {round(metrics.horizontalAdvance(digit * 10), 2) for digit in "0123456789"}
    assert len(widths) == 1
    assert metrics.inFontUcs4(ord("한"))


def test_loading_the_type_twice_changes_nothing(qapp) -> None:
    load()
    before = qapp.property("crm_fonts")
    load()
    load_rest()
    load_rest()
    after = qapp.property("crm_fonts")
    assert set(before) <= set(after)
    assert len(after) == len(set(after))


def test_a_font_in_another_size_leaves_the_first_alone(qapp) -> None:
    font = load()
    large = sized(font, 19, bold=True)
    assert (large.pixelSize(), large.bold()) == (19, True)
    assert (font.pixelSize(), font.bold()) == (13, False)


def test_without_a_theme_widgets_still_have_tokens(qapp: QApplication) -> None:
    before = qapp.property("crm_theme")
    qapp.setProperty("crm_theme", None)
    try:
        assert current() is LIGHT
        assert chosen_scheme() is Scheme.system
    finally:
        qapp.setProperty("crm_theme", before)


def test_high_contrast_is_chosen_and_left(qapp) -> None:
    theme = Theme(qapp, Scheme.light)
    theme.choose(Scheme.contrast)
    assert theme.tokens in {CONTRAST_LIGHT, CONTRAST_DARK}
    assert qapp.palette().text().color().name().upper() == theme.tokens.ink
    theme.choose(Scheme.light)
    assert theme.tokens is LIGHT
