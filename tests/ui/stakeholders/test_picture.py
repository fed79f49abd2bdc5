"""The PNG: every card is on it with its colours, Hangul is drawn with the bundled font, and no window is needed."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest
from PySide6.QtGui import QColor, QImage

from desktop_crm.domain.schema.options import MapLayout, Support
from desktop_crm.domain.stakeholders.layout import arrange
from desktop_crm.domain.stakeholders.values import MapView, NodeView
from desktop_crm.foundation.errors import Trouble
from desktop_crm.services import stakeholders
from desktop_crm.ui.stakeholders import picture
from desktop_crm.ui.stakeholders.looks import MapLook
from desktop_crm.ui.theme.tokens import DARK, LIGHT


@pytest.fixture
def view(qapp, theme, workspace, hanbit):
    return stakeholders.view(workspace, hanbit.map_id)


def place(corner, frame, image_scale=2.0):
    """Where a scene position lies on the picture."""
    x = (corner[0] - frame[0] + picture.MARGIN) * image_scale
    y = (corner[1] - frame[1] + picture.MARGIN + picture.HEAD) * image_scale
    return round(x), round(y)


def colours(image, left, top, width, height):
    return {image.pixelColor(x, y).name() for x in range(left, left + width) for y in range(top, top + height)}


@pytest.mark.parametrize("tokens", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize("layout", list(MapLayout))
def test_every_card_is_on_the_picture_with_the_colour_of_its_attitude(view, layout, tokens):
    image = QImage.fromData(picture.png(view, layout=layout, tokens=tokens))
    placement = arrange(view, layout)
    left = min(corner.x for corner in placement.corners.values()) if placement.frame is None else 0.0
    top = min(corner.y for corner in placement.corners.values()) if placement.frame is None else 0.0
    look = MapLook(tokens)
    for node in view.nodes:
        x, y = place(placement.corners[node.id], (left, top))
        assert look.attitude(node.support).name() in colours(image, x + 2, y + 70, 6, 6), node.label
        assert QColor(tokens.ink).name() in colours(image, x + 28, y + 14, 90, 32), node.label
    assert image.pixelColor(4, 4).name() == QColor(tokens.ground).name()


def test_it_is_twice_the_size_of_the_map(view):
    image = QImage.fromData(picture.png(view))
    corners = arrange(view).corners.values()
    width = max(corner.x for corner in corners) + 190 + 2 * picture.MARGIN
    assert image.width() == round(width * 2)


def test_hangul_is_no_box(view):
    image = picture.picture(view)
    one, two = view.nodes[0], view.nodes[1]
    boxes = []
    for node in (one, two):
        corner = arrange(view).corners[node.id]
        x, y = place(corner, (0.0, 0.0))
        boxes.append(image.copy(x + 28, y + 14, 84, 32))
    assert boxes[0] != boxes[1]  # two names of three syllables give two pictures; boxes would be alike


def test_an_empty_map_gives_a_picture_with_its_name(view):
    empty = MapView(id="m", name="빈 맵", layout=MapLayout.ORG_CHART)
    image = QImage.fromData(picture.png(empty))
    assert image.width() >= 800


def test_a_huge_map_is_scaled_down_to_what_a_picture_can_hold(view):
    nodes = tuple(
        NodeView(id=f"n{index:04}", label=f"P{index}", reports_to_id=None if index == 0 else "n0000")
        for index in range(300)
    )
    wide = MapView(id="m", name="wide", layout=MapLayout.ORG_CHART, nodes=nodes)
    assert picture.picture(wide).width() <= picture.LARGEST_SIDE + 1


def test_a_file_that_cannot_be_written_is_told(view, tmp_path):
    picture.save(view, tmp_path / "map.png")
    assert QImage(str(tmp_path / "map.png")).width() > 0
    with pytest.raises(Trouble, match=r"export\.file\.unwritable"):
        picture.save(view, tmp_path / "missing" / "map.png")


def test_a_process_without_any_window_can_draw_it(tmp_path):
    program = """
import sys
from pathlib import Path
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication
app = QApplication([])
from desktop_crm.domain.schema.options import MapLayout, Support
from desktop_crm.domain.stakeholders.values import MapView, NodeView
from desktop_crm.ui.stakeholders import picture
node = NodeView(id="a", label="최민아", support=Support.MENTOR)
picture.save(MapView(id="m", name="한빛전자", layout=MapLayout.ORG_CHART, nodes=(node,)), Path(sys.argv[1]))
assert not app.topLevelWidgets()
"""
    goal = tmp_path / "alone.png"
    env = os.environ | {"QT_QPA_PLATFORM": "offscreen"}
    subprocess.run([sys.executable, "-c", program, str(goal)], check=True, env=env, timeout=300)
    image = QImage(str(goal))
    assert MapLook(LIGHT).attitude(Support.MENTOR).name() in colours(image, 66, 200, 6, 30)
