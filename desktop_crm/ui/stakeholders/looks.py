"""What the map is painted with: pens, brushes and fonts made from the theme's tokens once per look. Decides no meaning but mood."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QFont, QFontMetricsF, QPen

from desktop_crm.domain.schema.options import BuyingRole, Coverage, EdgeKind, Support
from desktop_crm.ui.theme import Mood, Tokens, fonts

_SUPPORT_MOODS: dict[Support | None, Mood] = {
    Support.MENTOR: Mood.good,
    Support.SUPPORTER: Mood.good,
    Support.NEUTRAL: Mood.neutral,
    Support.NON_SUPPORTER: Mood.warn,
    Support.ENEMY: Mood.bad,
    None: Mood.neutral,
}
_EDGE_MOODS: dict[EdgeKind, Mood] = {
    EdgeKind.INFLUENCES: Mood.good,
    EdgeKind.CONFLICTS_WITH: Mood.bad,
    EdgeKind.KNOWS: Mood.info,
    EdgeKind.INFORMAL_REPORTS_TO: Mood.neutral,
    EdgeKind.ASSISTANT_OF: Mood.neutral,
}


def support_mood(support: Support | None) -> Mood:
    """Green for us, grey undecided, amber and red against us."""
    return _SUPPORT_MOODS[support]


def edge_mood(kind: EdgeKind) -> Mood:
    """Green trust, red conflict, blue acquaintance, grey the rest."""
    return _EDGE_MOODS[kind]


def role_mood(role: BuyingRole | None) -> Mood:
    """Roles wear the accent; a blocker is red, no role is grey."""
    if role is None:
        return Mood.neutral
    return Mood.bad if role is BuyingRole.BLOCKER else Mood.accent


def coverage_mood(coverage: Coverage | None) -> Mood:
    """Contact is quiet, no contact is amber."""
    return Mood.warn if coverage in {Coverage.NONE, Coverage.UNKNOWN} else Mood.neutral


def mixed(one: str, other: str, share: float) -> QColor:
    """`share` (0 to 1) of `other` in `one`."""
    first, second = QColor(one), QColor(other)
    return QColor(
        round(first.red() + (second.red() - first.red()) * share),
        round(first.green() + (second.green() - first.green()) * share),
        round(first.blue() + (second.blue() - first.blue()) * share),
    )


class MapLook:
    """Everything that painting a map needs, in one set of tokens."""

    def __init__(self, tokens: Tokens, body: QFont | None = None) -> None:
        font = body or fonts.load()
        self.tokens = tokens
        self.anew: list[QRectF] | None = None
        """The parts of the scene that are painted at this moment; None when all of it is. Words elsewhere need no painting."""
        self._hasty: dict[EdgeKind, QPen] = {}
        self._relations: dict[tuple[EdgeKind, int | None, bool], QPen] = {}
        self._attitudes: dict[Support | None, QColor] = {}
        self.name_font = fonts.sized(font, 14, bold=True)
        self.text_font = fonts.sized(font, 12)
        self.hint_font = fonts.sized(font, 11)
        self.box_font = fonts.sized(font, 26, bold=True)
        self.name_metrics = QFontMetricsF(self.name_font)
        self.text_metrics = QFontMetricsF(self.text_font)
        self.hint_metrics = QFontMetricsF(self.hint_font)
        self.ground = QColor(tokens.ground)
        self.dots = mixed(tokens.line_strong, tokens.ground, 0.25)
        self.surface = QBrush(QColor(tokens.surface))
        self.ink = QColor(tokens.ink)
        self.ink_2 = QColor(tokens.ink_2)
        self.ink_3 = QColor(tokens.ink_3)
        self.accent = QColor(tokens.accent)
        self.bar_on = QBrush(QColor(tokens.ink_2))
        self.bar_off = QBrush(QColor(tokens.line_strong))
        self.group_ground = mixed(tokens.ground, tokens.accent_soft, 0.45)
        self.border = QPen(QColor(tokens.line_strong), 1.0)
        self.dashed_border = QPen(QColor(tokens.ink_3), 1.0, Qt.PenStyle.DashLine)
        self.chosen_border = QPen(self.accent, 1.6)
        self.halo = QPen(mixed(tokens.accent_soft, tokens.accent, 0.18), 5.0)
        self.welcome = QPen(self.accent, 2.0, Qt.PenStyle.DashLine)
        self.refused = QPen(QColor(tokens.bad), 2.0, Qt.PenStyle.DashLine)
        self.report_pen = self._report_pen(mixed(tokens.line_strong, tokens.ink_3, 0.45), 1.5)
        self.report_pen_strong = self._report_pen(self.accent, 2.0)

    def is_anew(self, area: QRectF) -> bool:
        """Whether something of this part of the scene is painted at this moment."""
        if self.anew is None:
            return True
        return any(part.intersects(area) for part in self.anew)

    @staticmethod
    def _report_pen(colour: QColor, width: float) -> QPen:
        pen = QPen(colour, width)
        pen.setJoinStyle(Qt.PenJoinStyle.MiterJoin)
        return pen

    def ink_of(self, mood: Mood) -> QColor:
        """The text and line colour of a mood."""
        return QColor(self.tokens.ink_of(mood))

    def ground_of(self, mood: Mood) -> QColor:
        """The soft ground of a mood."""
        return QColor(self.tokens.ground_of(mood))

    def attitude(self, support: Support | None) -> QColor:
        """The colour of a card's edge."""
        if support not in self._attitudes:
            self._attitudes[support] = self._mixed_attitude(support)
        return self._attitudes[support]

    def _mixed_attitude(self, support: Support | None) -> QColor:
        if support is None:
            return QColor(self.tokens.line_strong)
        if support is Support.NEUTRAL:
            return mixed(self.tokens.ink_3, self.tokens.line_strong, 0.35)
        colour = self.ink_of(support_mood(support))
        return mixed(colour.name(), self.tokens.surface, 0.25) if support is Support.SUPPORTER else colour

    def hasty_pen(self, kind: EdgeKind) -> QPen:
        """For a line that is being moved: solid and thin, one pen for each kind."""
        if kind not in self._hasty:
            self._hasty[kind] = QPen(self.ink_of(edge_mood(kind)), 1.0)
        return self._hasty[kind]

    def relation_pen(self, kind: EdgeKind, strength: int | None, *, chosen: bool) -> QPen:
        """Dashed for relations, thicker with strength; dotted for assistants. Flat ends: round ones take four times as long."""
        key = (kind, strength, chosen)
        if key not in self._relations:
            pen = QPen(self.ink_of(edge_mood(kind)), 1.2 + 0.4 * (strength or 2) + (0.8 if chosen else 0.0))
            pen.setCapStyle(Qt.PenCapStyle.FlatCap)
            pen.setDashPattern([1.5, 2.5] if kind is EdgeKind.ASSISTANT_OF else [3.6, 2.6])
            self._relations[key] = pen
        return self._relations[key]
