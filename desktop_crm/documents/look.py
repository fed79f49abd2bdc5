"""How a working paper (redline, hand-over, plan) looks: page, margins, colour, logo, and the texts around what it says, from its template.

`PLAIN` is the look of papers without one. Knows no papers' contents.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from desktop_crm.documents import fonts
from desktop_crm.documents.fonts import Face
from desktop_crm.documents.quote_document import Picture
from desktop_crm.documents.quote_form import MM, size_of
from desktop_crm.documents.sheet import HEIGHT, WIDTH, Description, Ink, Sheet, Style
from desktop_crm.domain.quotes.paper import Paper, Typeface
from desktop_crm.i18n import Language, current, tr

_SMALL: Final = Style(Face.REGULAR, 7.6, 10, Ink.HINT)
_LOGO_HEIGHT: Final = 30.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """Points from the top left corner. `title`, `header`, `footer`: texts of its own, empty for the paper's usual ones; `cover`: what
    stands on the first page of papers that have one.
    """

    width: float = WIDTH
    height: float = HEIGHT
    left: float = 48.0
    right: float = WIDTH - 48.0
    accent: str = Ink.ACCENT.value
    logo: Picture | None = None
    logo_width: float = 0.0
    title: str = ""
    header: str = ""
    footer: str = ""
    cover: str = ""
    has_cover: bool = True
    body: Typeface = Typeface.PRETENDARD
    heading: Typeface = Typeface.PRETENDARD

    @property
    def bottom(self) -> float:
        return self.height - 58

    @property
    def room(self) -> float:
        return self.right - self.left

    @property
    def logo_room(self) -> float:
        """How far a title moves to the right of a logo."""
        return self.logo_width + 14 if self.logo is not None else 0.0

    def sheet(self, said: Description) -> Sheet:
        return Sheet(said, (self.width, self.height), self.accent)

    def draw_logo(self, sheet: Sheet, y: float) -> None:
        """The logo at the left of a title whose baseline is `y`."""
        if self.logo is not None:
            _, high = sheet.image_size(self.logo.content, self.logo_width, _LOGO_HEIGHT)
            sheet.image(self.logo.content, self.left, y - 6 - high / 2, self.logo_width, _LOGO_HEIGHT)

    def draw_later_top(self, sheet: Sheet, y: float, usual: str) -> None:
        """What stands over the pages after the first."""
        sheet.text(self.left, y, fonts.fitted(self.header or usual, _SMALL.face, _SMALL.size, self.room), _SMALL)

    def draw_foot(self, sheet: Sheet, usual: str, page: int, pages: int) -> None:
        """The line at the foot of every page."""
        y = self.height - 40
        sheet.rule(self.left, y - 12, self.right)
        text = fonts.fitted(self.footer or usual, _SMALL.face, _SMALL.size, self.room - 80)
        sheet.text(self.left, y, text, _SMALL)
        sheet.text_right(self.right, y, tr("Page {page} of {pages}", page=page, pages=pages), _SMALL)


def look_of(paper: Paper | None, pictures: tuple[Picture, ...], facts: Mapping[str, str], plain: Look) -> Look:
    """The look a template asks for, in the language that is spoken; `facts` fill its placeholders. Without one: `plain`."""
    if paper is None:
        return plain
    width, height = size_of(paper)
    margin = float(paper.margin) * MM
    words = paper.ko if current() is Language.KO else paper.en
    logo = next((one for one in pictures if one.digest == paper.logo), None)
    return Look(
        width=width,
        height=height,
        left=margin,
        right=width - margin,
        accent=paper.accent,
        logo=logo,
        logo_width=float(paper.logo_width) * MM,
        title=_filled(words.title, facts),
        header=_filled(words.header, facts),
        footer=_filled(words.footer, facts),
        cover=_filled(words.cover, facts),
        has_cover=paper.cover,
        body=paper.body,
        heading=paper.heading,
    )


def _filled(text: str, facts: Mapping[str, str]) -> str:
    for name, value in facts.items():
        text = text.replace(f"{{{name}}}", value)
    return text
