"""The content library: files of a block, what fits first, expiry, import and export, search, and what was won and lost with it."""

from __future__ import annotations

import io
from datetime import timedelta

import pytest
from PIL import Image
from reportlab.pdfgen.canvas import Canvas

from desktop_crm.foundation.errors import Refusal, Trouble
from desktop_crm.services import content, importing, records, search
from desktop_crm.services.exporting import ExportFormat, export


def add(workspace, name, **fields):
    return records.create(workspace, "content_block", {"name": name, **fields}).id


def png_file(folder):
    path = folder / "plant.png"
    Image.new("RGB", (1200, 400), (20, 90, 120)).save(path)
    return path


def pdf_file(folder, pages=2):
    target = io.BytesIO()
    canvas = Canvas(target)
    for number in range(pages):
        canvas.drawString(80, 700, f"Sheet {number + 1}")
        canvas.showPage()
    canvas.save()
    path = folder / "sheet.pdf"
    path.write_bytes(target.getvalue())
    return path


def test_a_block_takes_a_picture_and_pages_by_what_the_file_is_and_gives_them_back(workspace, tmp_path):
    block = add(workspace, "HC-900 제품 자료", content_kind="product_sheet", body="# 개요\n- 이중화")
    content.set_file(workspace, block, png_file(tmp_path))
    content.set_file(workspace, block, pdf_file(tmp_path))
    page = content.page(workspace, block)
    assert page.page_count == 2
    assert Image.open(io.BytesIO(page.picture)).width == 900
    content.take_away(workspace, block, "pages")
    assert content.page(workspace, block).page_count == 0


def test_what_is_no_picture_and_no_pdf_is_refused(workspace, tmp_path):
    block = add(workspace, "조항")
    for name, data in (("a.txt", b"text"), ("broken.pdf", b"%PDF-1.7 nothing")):
        (tmp_path / name).write_bytes(data)
        with pytest.raises(Refusal, match=r"content\.file"):
            content.set_file(workspace, block, tmp_path / name)
    with pytest.raises(Trouble):
        content.set_file(workspace, block, tmp_path / "absent.png")


def test_what_fits_comes_first_and_what_is_expired_or_foreign_last(workspace):
    today = workspace.today()
    add(workspace, "ㄱ 만료", industries=("전자",), expires_on=today - timedelta(days=1), language="ko")
    add(workspace, "ㄴ 영문", industries=("전자",), language="en")
    add(workspace, "ㄷ 조선", industries=("조선",), language="ko")
    add(workspace, "ㄹ 두루", language="ko")
    add(workspace, "ㅁ 전자", industries=("전자", "철강"), language="ko", expires_on=today)
    found = content.fitting(workspace, industry="전자", language="ko")
    assert [one.name[0] for one in found] == ["ㅁ", "ㄹ", "ㄷ", "ㄴ", "ㄱ"]
    assert [one.expired(today) for one in found] == [False, False, False, False, True]
    assert found[0].industries == ("전자", "철강")
    assert [one.name for one in content.fitting(workspace, words="영문")] == ["ㄴ 영문"]


def test_a_block_is_found_by_its_text(workspace):
    block = add(workspace, "도입 사례", body="구미 공장의 이중화 제어기로 정지 시간이 줄었다")
    assert block in {hit.id for hit in search.find(workspace, "정지 시간", 5)}


def test_blocks_come_in_from_a_table_and_go_out_again(workspace, tmp_path):
    table = tmp_path / "library.csv"
    table.write_text(
        '콘텐츠명,콘텐츠종류,언어,본문,업종,만료일\n보증 조항,clause,ko,"1년 보증",전자,2027-01-31\n구미 사례,case_study,ko,정지 시간 감소,,\n',
        encoding="utf-8",
    )
    importing.run(workspace, importing.inspect([table]))
    first, second = sorted(content.fitting(workspace), key=lambda one: one.name)
    assert (second.name, second.kind, second.body, second.industries) == ("보증 조항", "clause", "1년 보증", ("전자",))
    assert first.kind == "case_study"
    export(workspace, "content_block", ExportFormat.JSON, tmp_path / "out.json")
    assert "정지 시간 감소" in (tmp_path / "out.json").read_text(encoding="utf-8")
