"""The tokens of the look: colours, sizes and radii for light and dark.

This is the only module of the product that may hold a colour literal; everything else names a token.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Mood(StrEnum):
    """What a state means; a pill, a card edge or an icon takes its colour from it."""

    neutral = "neutral"
    good = "good"
    warn = "warn"
    bad = "bad"
    info = "info"
    accent = "accent"


@dataclass(frozen=True, slots=True, kw_only=True)
class Tokens:
    """One set of colours; every value is #RRGGBB."""

    dark: bool
    ground: str
    surface: str
    sunken: str
    line: str
    line_strong: str
    ink: str
    ink_2: str
    ink_3: str
    accent: str
    accent_hover: str
    accent_soft: str
    accent_faded: str
    on_accent: str
    good: str
    good_soft: str
    warn: str
    warn_soft: str
    bad: str
    bad_soft: str
    info: str
    info_soft: str
    shadow: str

    def ink_of(self, mood: Mood) -> str:
        """The text colour of a mood."""
        return self.ink_2 if mood is Mood.neutral else str(getattr(self, mood.value))

    def ground_of(self, mood: Mood) -> str:
        """The soft ground of a mood."""
        return self.sunken if mood is Mood.neutral else str(getattr(self, f"{mood.value}_soft"))


LIGHT = Tokens(
    dark=False,
    ground="#F6F7F9",
    surface="#FFFFFF",
    sunken="#EFF1F4",
    line="#E2E5EA",
    line_strong="#CDD2DA",
    ink="#1B2330",
    ink_2="#4A5567",
    ink_3="#5F6979",
    accent="#1F6F78",
    accent_hover="#195C64",
    accent_soft="#E1F0F1",
    accent_faded="#9DBFC3",
    on_accent="#FFFFFF",
    good="#2A7548",
    good_soft="#E3F3E8",
    warn="#8A5A12",
    warn_soft="#FBF0DC",
    bad="#B4374A",
    bad_soft="#FBE6E9",
    info="#3B5BA9",
    info_soft="#E6ECF9",
    shadow="#1B2330",
)

DARK = Tokens(
    dark=True,
    ground="#14181E",
    surface="#1B2027",
    sunken="#20262E",
    line="#2B323C",
    line_strong="#3A434F",
    ink="#E6EAF0",
    ink_2="#B3BDCB",
    ink_3="#8793A4",
    accent="#4FB3BD",
    accent_hover="#67C1CA",
    accent_soft="#173338",
    accent_faded="#2F5B62",
    on_accent="#10191C",
    good="#6CC08B",
    good_soft="#183226",
    warn="#E0B060",
    warn_soft="#3A2E17",
    bad="#EE8796",
    bad_soft="#3D1F26",
    info="#8FA8EE",
    info_soft="#1F2A45",
    shadow="#000000",
)

CONTRAST_LIGHT = Tokens(
    dark=False,
    ground="#FFFFFF",
    surface="#FFFFFF",
    sunken="#F2F2F2",
    line="#5C5C5C",
    line_strong="#000000",
    ink="#000000",
    ink_2="#000000",
    ink_3="#2B2B2B",
    accent="#003D45",
    accent_hover="#00262B",
    accent_soft="#CBE8EB",
    accent_faded="#55777B",
    on_accent="#FFFFFF",
    good="#00421A",
    good_soft="#E3F3E8",
    warn="#573200",
    warn_soft="#FBF0DC",
    bad="#85001A",
    bad_soft="#FBE6E9",
    info="#0A2A78",
    info_soft="#E6ECF9",
    shadow="#000000",
)

CONTRAST_DARK = Tokens(
    dark=True,
    ground="#000000",
    surface="#000000",
    sunken="#161616",
    line="#A6A6A6",
    line_strong="#FFFFFF",
    ink="#FFFFFF",
    ink_2="#FFFFFF",
    ink_3="#DADADA",
    accent="#7FEAF5",
    accent_hover="#B4F4FA",
    accent_soft="#00343A",
    accent_faded="#4E8188",
    on_accent="#000000",
    good="#8BF0B0",
    good_soft="#00260F",
    warn="#FFD27A",
    warn_soft="#2B1D00",
    bad="#FFB0BB",
    bad_soft="#330009",
    info="#BBCBFF",
    info_soft="#0A1740",
    shadow="#000000",
)

SPACE = 8
CONTROL_HEIGHT = 30
ROW_HEIGHT = 32
RADIUS_CONTROL = 6
RADIUS_CARD = 9
ICON_SIZE = 16
BODY_PX = 13
HINT_PX = 12
SECTION_PX = 14
TITLE_PX = 19
