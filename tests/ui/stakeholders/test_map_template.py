"""A map on paper in the team's template: its page, margins, colour, logo and texts; where none is made, as the program's own says."""

from __future__ import annotations

import io
from dataclasses import replace
from decimal import Decimal

import pypdfium2
from PIL import Image
from PySide6.QtGui import QPageSize

from desktop_crm.domain.quotes.paper import COMPANY, PageSize, Paper, PaperKind, PaperWords, Typeface
from desktop_crm.services import quotes, stakeholder_out, stakeholders
from desktop_crm.ui.stakeholders import picture
from desktop_crm.ui.stakeholders.outlet import OF_TEMPLATE
from tests.ui.stakeholders.test_outlet import texts
from tests.ui.stakeholders.test_speed import crowd

RED = "#B4374A"
OURS = Paper(
    size=PageSize.LETTER,
    landscape=False,
    margin=Decimal(30),
    accent=RED,
    logo=COMPANY,
    en=PaperWords(title="Who decides at {customer}", header="later of {title}", footer="drawn for {supplier} {nobody}"),
)


def ours(workspace, paper=OURS):
    target = io.BytesIO()
    Image.new("RGB", (200, 80), "#1133CC").save(target, "PNG")
    quotes.set_picture(workspace, "logo", target.getvalue())
    quotes.save_template(workspace, "map", "Ours", paper, PaperKind.MAP)


def drawn(content, page=0):
    """The page's size in points, and its picture."""
    with pypdfium2.PdfDocument(io.BytesIO(content)) as document:
        size = tuple(round(side) for side in document[page].get_size())
        return size, document[page].render(scale=1).to_pil().convert("RGB")


def inked(image):
    """The box of what is printed."""
    return image.convert("L").point(lambda grey: 255 if grey < 225 else 0).getbbox()


def near(image, colour):
    """The box of that colour."""
    reds, greens, blues = (int(colour[place : place + 2], 16) for place in (1, 3, 5))
    close = [
        channel.point(lambda value, wanted=wanted: 255 if abs(value - wanted) < 12 else 0)
        for channel, wanted in zip(image.split(), (reds, greens, blues), strict=True)
    ]
    both = Image.composite(close[0], Image.new("L", image.size), close[1])
    return Image.composite(both, Image.new("L", image.size), close[2]).getbbox()


def test_a_map_is_saved_on_the_page_of_the_teams_template(hand, tmp_path):
    workspace, outlet = hand.context.workspace, hand.panel.outlet
    plain, dressed = tmp_path / "plain.pdf", tmp_path / "ours.pdf"
    outlet.save(plain, OF_TEMPLATE)
    hand.qtbot.waitUntil(plain.exists)
    size, image = drawn(plain.read_bytes())
    assert size == (842, 595)
    assert inked(image)[0] < 60
    assert near(image, "#1133CC") is None
    ours(workspace)
    outlet.save(dressed, OF_TEMPLATE)
    hand.qtbot.waitUntil(dressed.exists)
    size, image = drawn(dressed.read_bytes())
    assert size == (612, 792)
    left, top, right, bottom = inked(image)
    assert min(left, top, 612 - right, 792 - bottom) >= 83, "thirty millimetres are left on each side"
    assert near(image, RED) is not None
    assert near(image, "#1133CC") is not None
    (text,) = texts(dressed.read_bytes())
    assert "Who decides at 한빛전자" in text
    assert "{nobody}" in text
    assert "later of" not in text, "that stands on later sheets"


def test_sheets_of_another_size_and_the_one_page_carry_its_texts_and_colour_too(hand, tmp_path):
    ours(hand.context.workspace)
    for name, paper in (("sheets.pdf", QPageSize.PageSizeId.A4), ("one.pdf", None)):
        hand.panel.outlet.save(tmp_path / name, paper)
        hand.qtbot.waitUntil((tmp_path / name).exists)
        content = (tmp_path / name).read_bytes()
        size, image = drawn(content)
        assert near(image, RED) is not None
        assert "drawn for" in texts(content)[0]
        assert (sorted(size) == [595, 842]) is (paper is not None)


def test_a_long_name_is_cut_with_dots_not_by_the_edge(workspace, hanbit, theme):
    view = stakeholders.view(workspace, hanbit.map_id)
    (text,) = texts(picture.pdf(replace(view, name="한빛전자 " * 60), look=stakeholder_out.look(workspace, view)))
    assert text.splitlines()[0].endswith("…")


def test_later_sheets_have_their_top_line_and_all_their_number(workspace, hanbit, theme):
    ours(workspace)
    look = stakeholder_out.look(workspace, stakeholders.view(workspace, hanbit.map_id))
    pages = texts(picture.sheets(crowd(120)[0], None, look=look))
    assert len(pages) > 1
    for number, text in enumerate(pages):
        assert ("later of" in text) is (number > 0)
        assert "drawn for" in text
        assert f"{number + 1} / {len(pages)}" in text


def test_a_map_is_set_in_the_type_of_its_template(workspace, hanbit, theme):
    view = stakeholders.view(workspace, hanbit.map_id)
    plain = picture.sheets(view, None, look=stakeholder_out.look(workspace, view))
    assert b"NotoSansKR" not in plain
    ours(workspace, Paper(body=Typeface.NOTO_SANS))
    content = picture.sheets(view, None, look=stakeholder_out.look(workspace, view))
    assert b"NotoSansKR" in content
    assert b"Pretendard-Bold" in content, "the title's type is another"
    assert all(node.label in texts(content)[0] for node in view.nodes)
