"""The ways out: SVG and PDF with letters in them, sheets of paper, the list, the presentation; private maps leave as facts."""

from __future__ import annotations

import io
import zipfile
from dataclasses import replace

import pypdfium2
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QPageSize
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMenu

from desktop_crm.domain.schema.options import MapLayout
from desktop_crm.services import settings, stakeholder_facts, stakeholder_privacy, stakeholders
from desktop_crm.ui.stakeholders import picture
from tests.ui.stakeholders.test_speed import crowd


@pytest.fixture
def view(qapp, theme, workspace, hanbit):
    return stakeholders.view(workspace, hanbit.map_id)


def texts(content):
    with pypdfium2.PdfDocument(io.BytesIO(content)) as document:
        return [page.get_textpage().get_text_range() for page in document]


def test_a_pdf_is_one_page_of_lines_whose_korean_is_found(view):
    content = picture.pdf(view)
    (text,) = texts(content)
    for node in view.nodes:
        assert node.label in text
    assert "한빛전자" in text
    assert b"/Subtype /Image" not in content
    with pypdfium2.PdfDocument(io.BytesIO(content)) as document:
        width, height = document[0].get_size()
        image = picture.picture(view, scale=1.0)
        assert abs(width - image.width() * 72 / 96) < 2
        assert abs(height - image.height() * 72 / 96) < 2
        drawn = document[0].render(scale=0.5).to_pil()
        assert len(set(drawn.get_flattened_data() if hasattr(drawn, "get_flattened_data") else drawn.getdata())) > 20


def test_an_svg_keeps_letters_as_letters(view):
    text = picture.svg(view).decode()
    assert text.startswith("<?xml")
    for node in view.nodes:
        assert node.label in text
    assert 'viewBox="0 0' in text


@pytest.mark.parametrize(("paper", "longest"), [(QPageSize.PageSizeId.A4, 842), (QPageSize.PageSizeId.A3, 1191)])
def test_a_large_map_takes_several_sheets_and_everybody_is_on_one(qapp, theme, paper, longest):
    large, _ = crowd(200)
    content = picture.sheets(large, paper)
    pages = texts(content)
    assert len(pages) > 1
    assert f"1 / {len(pages)}" in pages[0]
    everything = "\n".join(pages)
    assert all(f"김철수 {index}" in everything for index in range(200))
    with pypdfium2.PdfDocument(io.BytesIO(content)) as document:
        size = sorted(document[0].get_size())
    assert abs(size[1] - longest) < 3


@pytest.mark.parametrize("paper", [QPageSize.PageSizeId.A4, QPageSize.PageSizeId.A3])
@pytest.mark.parametrize("shape", [*MapLayout, "steps"])
def test_no_card_is_cut_by_the_edge_of_a_sheet(qapp, theme, monkeypatch, paper, shape):
    large, _ = crowd(120)
    if shape == "steps":  # no gap between cards runs through the map
        moved = tuple(replace(one, x=one.x + one.y * 37 % 250, y=one.y + one.x * 7 % 144) for one in large.nodes)
        large, shape = replace(large, nodes=moved), MapLayout.FREE
    drawn, whole = [], picture._Drawing.draw

    def watch(drawing, painter):
        on_sheet = {one for one, card in drawing.scene.cards.items() if card.isVisible()}
        edge = painter.clipBoundingRect().adjusted(-0.01, -0.01, 0.01, 0.01)
        assert all(edge.contains(drawing.cards[one]) for one in on_sheet)
        drawn.append(on_sheet)
        whole(drawing, painter)

    monkeypatch.setattr(picture._Drawing, "draw", watch)
    pages = texts(picture.sheets(large, paper, layout=shape))
    assert len(pages) == len(drawn)
    assert len(drawn) > 1 or shape is MapLayout.INFLUENCE_SUPPORT  # the grid is small
    assert set().union(*drawn) == {node.id for node in large.nodes}
    for text, on_sheet in zip(pages, drawn, strict=True):
        shown = {node.id for node in large.nodes if node.label in text.splitlines()}
        assert shown <= on_sheet


def test_a_small_map_is_one_sheet(view):
    assert len(texts(picture.sheets(view, QPageSize.PageSizeId.A4))) == 1


def test_files_are_written_in_the_form_of_their_name(hand, tmp_path):
    for form, begin in (("png", b"\x89PNG"), ("svg", b"<?xml"), ("pdf", b"%PDF"), ("xlsx", b"PK")):
        hand.panel.outlet.save(tmp_path / f"map.{form}")
        hand.qtbot.waitUntil((tmp_path / f"map.{form}").exists)
        assert (tmp_path / f"map.{form}").read_bytes().startswith(begin)
    hand.panel.outlet.save(tmp_path / "sheets.pdf", QPageSize.PageSizeId.A4)
    hand.qtbot.waitUntil((tmp_path / "sheets.pdf").exists)
    assert "최민아" in texts((tmp_path / "sheets.pdf").read_bytes())[0]


def sheet(path):
    with zipfile.ZipFile(path) as package:
        return "".join(package.read(name).decode() for name in package.namelist() if name.endswith(".xml"))


def test_the_list_names_everybody_with_boss_and_values(hand, tmp_path):
    hand.panel.outlet.save(tmp_path / "map.xlsx")
    text = sheet(tmp_path / "map.xlsx")
    for word in ("박서연", "이정훈", "Technical evaluator", "Mentor", "Reports to"):
        assert word in text


def test_a_private_map_leaves_as_facts_unless_asked_for(hand, hanbit, tmp_path):
    stakeholder_privacy.set_private(hand.context.workspace, hanbit.map_id, True)
    hand.editor.refresh()
    hand.rest()
    outlet = hand.panel.outlet
    outlet.save(tmp_path / "map.xlsx")
    outlet.save(tmp_path / "map.svg")
    for text in (sheet(tmp_path / "map.xlsx"), (tmp_path / "map.svg").read_text(encoding="utf-8")):
        assert "박서연" in text
        assert "Mentor" not in text
        assert "Champion" not in text
    outlet.menu(hand.panel.mapToGlobal(hand.panel.rect().center()))
    menu = hand.panel.findChild(QMenu, "export-menu")
    thoughts = menu.actions()[-1]
    assert not thoughts.isChecked()
    thoughts.setChecked(True)
    menu.close()
    outlet.save(tmp_path / "map.xlsx")
    assert "Mentor" in sheet(tmp_path / "map.xlsx")


def test_no_map_leaves_with_attitudes_against_the_teams_setting(hand, context, tmp_path):
    settings.choose(context.settings, context.workspace, "privacy.attitudes", False)
    hand.editor.refresh()
    hand.rest()
    outlet = hand.panel.outlet
    for name in ("map.xlsx", "map.svg", "map.pdf", "map.png"):
        outlet.save(tmp_path / name)
        hand.qtbot.waitUntil((tmp_path / name).exists)
    assert "Mentor" not in sheet(tmp_path / "map.xlsx")
    assert "Mentor" not in (tmp_path / "map.svg").read_text(encoding="utf-8")
    outlet.menu(hand.panel.mapToGlobal(hand.panel.rect().center()))
    menu = hand.panel.findChild(QMenu, "export-menu")
    thoughts = menu.actions()[-1]
    assert (thoughts.isEnabled(), thoughts.isChecked()) == (False, False)
    menu.close()
    assert outlet.outgoing().ties == ()
    assert hand.view().node(hand.editor.view.nodes[1].id).support is not None  # on the screen it stays


def test_the_presentation_hides_chosen_people_and_goes_through_layouts_by_keys(hand, hanbit):
    hand.scene.choose([hanbit.nodes[5]])
    hand.canvas.setFocus()
    hand.key(Qt.Key.Key_F5)
    shown = hand.panel.outlet.presentation
    assert shown.isFullScreen()
    assert hanbit.nodes[5] not in shown.scene.cards
    assert hanbit.nodes[4] in shown.scene.cards
    QTest.keyClick(shown, Qt.Key.Key_Right)
    assert shown.shown_layout is MapLayout.INFLUENCE_SUPPORT
    QTest.keyClick(shown, Qt.Key.Key_Left)
    where = shown.paper.mapFromScene(shown.scene.cards[hanbit.nodes[3]].middle())
    QTest.mouseClick(shown.paper.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, where)
    QTest.keyClick(shown, Qt.Key.Key_H)
    assert hanbit.nodes[3] not in shown.scene.cards
    QTest.keyClick(shown, Qt.Key.Key_T)
    assert all(node.support is None for node in shown.shown_view.nodes)
    QTest.keyClick(shown, Qt.Key.Key_Backspace)
    assert len(shown.scene.cards) == 6
    assert hand.view().node(hanbit.nodes[1]).support is not None
    QTest.keyClick(shown, Qt.Key.Key_Escape)
    hand.panel.outlet.presentation = None


def test_the_presentation_shows_no_attitudes_against_the_teams_setting(hand, context):
    settings.choose(context.settings, context.workspace, "privacy.attitudes", False)
    hand.editor.refresh()
    hand.rest()
    hand.canvas.setFocus()
    hand.key(Qt.Key.Key_F5)
    shown = hand.panel.outlet.presentation
    for _press in range(2):
        QTest.keyClick(shown, Qt.Key.Key_T)
        cards = [card.node for card in shown.scene.cards.values()]
        assert all((node.support, node.influence, node.buying_role) == (None, None, None) for node in cards)
        assert shown.shown_view.ties == ()
    assert "T:" not in shown.keys.text()
    QTest.keyClick(shown, Qt.Key.Key_Escape)
    hand.panel.outlet.presentation = None


def test_what_is_taken_over_is_ticked_one_by_one(hand, hanbit):
    workspace = hand.context.workspace
    second = stakeholders.create_map(workspace, account_id=hanbit.account_id, name="둘째").map_id
    contact = hand.view().node(hanbit.nodes[3]).contact_id
    card = stakeholders.add_person(workspace, second, contact_id=contact).id
    stakeholders.set_fields(workspace, second, [card], {"influence": 9, "goals": "원가 5 % 절감"})
    hand.rest()
    keeping = hand.panel.keeping
    keeping.ask_for_offers()
    hand.qtbot.waitUntil(keeping.take_over.isVisible)
    assert [offer.field for _, offer in keeping.take_over.boxes] == ["influence", "goals"]
    assert not keeping.take_over.take.isEnabled()
    keeping.take_over.boxes[1][0].click()
    QTest.mouseClick(keeping.take_over.take, Qt.MouseButton.LeftButton)
    hand.rest()
    node = hand.view().node(hanbit.nodes[3])
    assert (node.influence, node.goals) == (6, "원가 5 % 절감")
    assert [offer.field for offer in stakeholder_facts.offers(workspace, hanbit.map_id)] == ["influence"]
    keeping.ask_for_offers()
    hand.qtbot.waitUntil(keeping.take_over.isVisible)
    QTest.keyClick(keeping.take_over, Qt.Key.Key_Escape)
    assert not keeping.take_over.isVisible()


def test_an_erasure_is_asked_for_and_leaves_its_mark(hand, hanbit):
    hand.click(hanbit.nodes[5])
    keeping = hand.panel.keeping
    keeping.ask_to_erase()
    assert "오재석" in keeping.erase.title.text()
    QTest.keyClick(keeping.erase, Qt.Key.Key_Escape)
    assert hand.view().node(hanbit.nodes[5]).erased_at is None
    keeping.ask_to_erase()
    QTest.mouseClick(keeping.erase.agree, Qt.MouseButton.LeftButton)
    hand.qtbot.waitUntil(lambda: hand.view().node(hanbit.nodes[5]).erased_at is not None)
    hand.rest()
    node = hand.view().node(hanbit.nodes[5])
    assert (node.label, node.support, node.influence) == ("오재석", None, None)
    assert hand.panel.inspector._erased.isVisible()


def test_the_further_menu_closes_a_map_and_shows_one_department(hand, hanbit):
    QTest.mouseClick(hand.panel.toolbar.more_button, Qt.MouseButton.LeftButton)
    menu = hand.panel.stage.findChild(QMenu, "more-menu")
    private = next(act for act in menu.actions() if act.isCheckable())
    private.trigger()
    menu.close()
    hand.rest()
    assert hand.view().private
    hand.editor.show_department("설비팀")
    assert {card.node.label for card in hand.scene.cards.values()} == {"이정훈", "최민아"}
    hand.editor.show_department("")
    assert len(hand.scene.cards) == 6


def test_search_marks_what_is_found_and_enter_goes_on(hand, hanbit):
    hand.canvas.setFocus()
    hand.key(Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    box = hand.panel.stage.search
    assert box.isVisible()
    box.line.setText("팀장")
    assert box.count.text() == "2"
    marked = {one for one, card in hand.scene.cards.items() if card.state}
    assert marked == {hanbit.nodes[2], hanbit.nodes[3]}
    QTest.keyClick(box.line, Qt.Key.Key_Return)
    first = hand.scene.chosen
    QTest.keyClick(box.line, Qt.Key.Key_Return)
    assert hand.scene.chosen != first
    QTest.keyClick(box.line, Qt.Key.Key_Return, Qt.KeyboardModifier.ShiftModifier)
    assert hand.scene.chosen == first
    QTest.keyClick(box.line, Qt.Key.Key_Escape)
    assert not box.isVisible()
    hand.scene.choose([])
    assert all(not card.state for card in hand.scene.cards.values())


@pytest.mark.parametrize("typed", ["ㅇㅈㅎ", "ㅈㅎ", "dlwjdgns", "이정훈", "정훈 설비"])
def test_search_finds_people_by_initials_and_on_the_other_layout(hand, hanbit, typed):
    box = hand.panel.stage.search
    box.ask()
    box.line.setText(typed)
    marked = {card.node.label for card in hand.scene.cards.values() if card.state}
    assert marked == {"이정훈"}


def test_initials_are_not_looked_for_in_notes(hand, hanbit):
    stakeholders.set_fields(
        hand.context.workspace, hanbit.map_id, [hanbit.nodes[5]], {"note": "길고 긴 이야기, 전혀 흔한 말"}
    )
    hand.editor.refresh()
    hand.rest()
    box = hand.panel.stage.search
    box.ask()
    box.line.setText("이야기")
    assert {one for one, card in hand.scene.cards.items() if card.state} == {hanbit.nodes[5]}
    box.line.setText("ㅇㅇㄱ")
    assert box.count.text() == "0"


def test_a_map_is_renamed_from_its_header(hand):
    toolbar = hand.panel.toolbar
    QTest.mouseDClick(toolbar.header.title_label, Qt.MouseButton.LeftButton)
    editor = toolbar.name_editor
    assert editor.isVisible()
    editor.setText("한빛전자 조직")
    QTest.keyClick(editor, Qt.Key.Key_Return)
    hand.rest()
    assert (hand.view().name, toolbar.header.title()) == ("한빛전자 조직", "한빛전자 조직")
    toolbar.begin_rename()
    editor.setText("anders")
    QTest.keyClick(editor, Qt.Key.Key_Escape)
    hand.rest()
    assert hand.view().name == "한빛전자 조직"
