"""A dashed curve in parts: of a long line only what lies where the screen is painted anew need be drawn. Geometry only."""

from __future__ import annotations

import math
from itertools import pairwise

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainterPath

from desktop_crm.ui.stakeholders.lines import Curve

PIECES = 8
REACH = 2.0
"""How far, at least, the ink lies beside the line."""


def pieces(curve: Curve, step: float) -> list[tuple[QRectF, QPainterPath]]:
    """The curve in at most `PIECES` parts with their bounds, each a whole number of `step`s long, so that dashes go on across cuts."""
    path = curve.path()
    length = path.length()
    many = max(math.ceil(length / step / PIECES), 1) * step
    cuts = [path.percentAtLength(along * many) for along in range(math.ceil(length / many))]
    found = []
    for begin, end in pairwise([*cuts, 1.0]):
        piece = curve.part(begin, end)
        found.append((piece.controlPointRect().adjusted(-REACH, -REACH, REACH, REACH), piece))
    return found
