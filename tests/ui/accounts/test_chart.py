"""The picture of a hierarchy: cards and lines, zoom, opening an account, and files whose text can be found."""

from __future__ import annotations

from decimal import Decimal

import pypdfium2
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QFileDialog

from desktop_crm import i18n
from desktop_crm.services import accounts, hierarchies
from desktop_crm.ui.accounts.chart_window import ChartWindow
from desktop_crm.ui.theme import Theme
from tests.ui.conftest import both_ways


@pytest.fixture
def window(page, group, qtbot):
    page.tree.setCurrentIndex(page.model.index_of(group["한빛그룹"]))
    page.hierarchy.tools.drawn.emit()
    qtbot.waitUntil(lambda: page.hierarchy.findChild(ChartWindow) is not None)
    made = page.hierarchy.findChild(ChartWindow)
    yield made
    made.close()


def test_the_picture_shows_the_branch_from_its_top(window, group):
    assert {card.node.name for card in window.scene.cards.values()} == {
        "한빛그룹",
        "한빛전자",
        "구미사업장",
        "한빛화학",
    }
    assert len(window.scene.chart.tree) == 3
    assert window.windowTitle() == "한빛그룹 – Home tree"


def test_zoom_by_keys_and_wheel_stays_within_bounds_and_fits_again(window, qtbot):
    view = window.view
    before = view.transform().m11()
    qtbot.keyClick(view, Qt.Key.Key_Plus)
    assert view.transform().m11() > before
    for _ in range(40):
        qtbot.keyClick(view, Qt.Key.Key_Minus)
    assert view.transform().m11() == pytest.approx(0.05)
    qtbot.keyClick(view, Qt.Key.Key_0)
    assert view.transform().m11() == pytest.approx(before)


def test_a_card_opens_its_account(window, group, context, qtbot):
    opened = []
    context.routes.opened.connect(lambda entity, row_id: opened.append((entity, row_id)))
    card = window.scene.cards[group["구미사업장"]]
    card.setSelected(True)
    window.view.setFocus()
    at = window.view.mapFromScene(card.sceneBoundingRect().center())
    assert window.view.itemAt(at) is card
    window.view.open_at(QPoint(at))
    qtbot.keyClick(window.view, Qt.Key.Key_Return)
    assert opened == [("account", group["구미사업장"])] * 2


def test_a_pdf_has_text_that_can_be_found(window, tmp_path):
    path = tmp_path / "그림.pdf"
    window.save(path)
    with pypdfium2.PdfDocument(path) as document:
        page = document[0]
        text = page.get_textpage().get_text_bounded()
        assert len(document) == 1
    for name in ("한빛그룹", "구미사업장", "한빛화학"):
        assert name in text


def test_png_and_svg_are_whole(window, tmp_path):
    window.save(tmp_path / "a.png")
    image = QImage(str(tmp_path / "a.png"))
    assert image.width() == round(window.scene.sceneRect().width() * 2)
    window.save(tmp_path / "a.svg")
    assert "구미사업장" in (tmp_path / "a.svg").read_text(encoding="utf-8")


def test_a_file_that_cannot_be_written_is_told(window, tmp_path, context):
    context.reporter.setProperty("expected", 1)
    window.save(tmp_path / "nowhere" / "a.pdf")


def test_the_window_asks_for_a_file_by_its_title(window, tmp_path, monkeypatch, qtbot):
    asked = []
    monkeypatch.setattr(
        QFileDialog, "getSaveFileName", lambda *where: (asked.append(where[2]), (str(tmp_path / "b.svg"), ""))[1]
    )
    qtbot.keyClick(window, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil((tmp_path / "b.svg").exists)
    assert asked == ["한빛그룹 – Home tree.pdf"]


@pytest.mark.parametrize(("language", "scheme"), both_ways())
def test_owners_and_circles_are_drawn_in_both_languages_and_themes(
    language, scheme, qapp, context, workspace, group, page
):
    hierarchies.link(workspace, "ownership", group["한빛전자"], group["한빛화학"], Decimal(5))
    hierarchies.link(workspace, "ownership", group["한빛화학"], group["한빛전자"], Decimal(6))
    hierarchies.link(workspace, "ownership", group["구미사업장"], group["한빛전자"])
    hierarchies.link(workspace, "ownership", group["구미사업장"], group["한빛화학"])
    i18n.use(language)
    Theme(qapp, scheme)
    pictured = hierarchies.pictured(workspace, group["한빛전자"], "ownership")
    window = ChartWindow(context, pictured, None, page)
    window.show()
    chart = window.scene.chart
    assert (len(chart.tree), len(chart.besides), len(chart.back)) == (2, 1, 1)
    assert not window.grab().isNull()
    window.close()


def test_a_picture_takes_so_many_and_says_so(workspace):
    top = accounts.create(workspace, "위").id
    with workspace.write("test") as work:
        work.bulk("account", inserts=[{"name": f"{n}", "parent_id": top} for n in range(30)])
    for hierarchy in (None, "territory"):
        found = hierarchies.pictured(workspace, top, hierarchy, limit=10)
        assert (len(found.nodes), found.more) == ((10, True) if hierarchy is None else (1, False))
