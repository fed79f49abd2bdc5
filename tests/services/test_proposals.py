"""Proposals in a real workspace: filled, missing, reordered, approved, issued, compared, printed, begun from a won one."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pikepdf
import pypdfium2
import pytest
from PIL import Image
from reportlab.pdfgen.canvas import Canvas

from desktop_crm.documents import proposal_pdf
from desktop_crm.domain.proposals.compare import BlockChange
from desktop_crm.domain.quotes.draft import QuoteLine, QuoteSection
from desktop_crm.domain.schema.options import BlockKind, PlanItemKind
from desktop_crm.foundation.errors import Refusal
from desktop_crm.foundation.ids import UserId, new_row_id
from desktop_crm.i18n import speaking
from desktop_crm.services import content, history, proposals, quotes, records
from desktop_crm.services.account_work import plans
from desktop_crm.services.pipeline import ensure_pipeline, pipelines
from tests.documents.reading import page_texts


def sheet_file(folder):
    target = io.BytesIO()
    canvas = Canvas(target, pagesize=(400, 300))
    for number in (1, 2):
        canvas.drawString(60, 200, f"Foreign sheet {number}")
        canvas.showPage()
    canvas.save()
    path = folder / "sheet.pdf"
    path.write_bytes(target.getvalue())
    return path


def issued_quote(workspace, account, price=1000, opportunity=None):
    line = QuoteLine(id=new_row_id(), name="제어기", quantity=Decimal(2), unit_price=Decimal(price))
    section = QuoteSection(id=new_row_id(), name="설비", lines=(line,))
    made = quotes.create(workspace, account_id=account, name="증설", sections=(section,), opportunity_id=opportunity)
    quotes.issue(workspace, made.id)
    return made.id


@pytest.fixture
def account(workspace):
    for name in ("김서연", "정유진"):
        user = records.create(workspace, "user", {"name": name, "role": "manager", "active": True}).id
        workspace.act_as(UserId(user))
    return records.create(workspace, "account", {"name": "한빛전자(주)", "industry": "전자", "employees": 500}).id


@pytest.fixture
def proposal(workspace, account):
    issued_quote(workspace, account)
    plan = plans.begin(workspace, account).id
    plans.add(workspace, plan, PlanItemKind.GOAL, "정지 시간 절반", measure="월 4시간", due_on=date(2027, 3, 31))
    with speaking("ko"):
        made = proposals.create(workspace, account_id=account, name="설비 증설 제안").id
    block = next(one for one in proposals.open_proposal(workspace, made).blocks if one.kind is BlockKind.SUMMARY)
    proposals.change_block(workspace, block.id, {"body": "{account.name}의 투자 {quote.total}"})
    return made


def opened(workspace, proposal):
    return proposals.open_proposal(workspace, proposal)


def block_of(workspace, proposal, kind):
    return next(one for one in opened(workspace, proposal).said.blocks if one.kind is kind)


def test_blocks_are_filled_from_plan_quote_and_record(workspace, proposal):
    said = opened(workspace, proposal).said
    assert block_of(workspace, proposal, BlockKind.SUMMARY).text == "한빛전자(주)의 투자 ₩2,200"
    assert block_of(workspace, proposal, BlockKind.GOALS).goals[0].measure == "월 4시간"
    price = block_of(workspace, proposal, BlockKind.PRICE).price
    assert (price.grand_total, price.sections[0].heading, price.sections[0].amount) == (2200, "설비", 2000)
    assert [one.title for one in said.blocks][:2] == ["요약", "고객의 목표"]


def test_what_is_missing_is_named_and_stops_the_issue(workspace, proposal):
    block = opened(workspace, proposal).blocks[0]
    proposals.change_block(workspace, block.id, {"body": "{contact.name} 귀하"})
    proposals.set_head(workspace, proposal, {"quote_version_id": None})
    found = {(one.code, one.what) for one in opened(workspace, proposal).missing if one.stops}
    assert found == {("placeholder", "contact.name"), ("price", "")}
    with pytest.raises(Refusal, match=r"proposal\.missing"):
        proposals.issue(workspace, proposal)
    with pytest.raises(Refusal, match=r"proposal\.missing"):
        proposals.submit(workspace, proposal)


def test_prices_stay_those_of_the_chosen_version_and_a_newer_one_is_told(workspace, account, proposal):
    quote = quotes.find(workspace, block_of(workspace, proposal, BlockKind.PRICE).price.number)
    draft = quotes.open_quote(workspace, quote).draft
    line = replace(draft.sections[0].lines[0], unit_price=Decimal(3000))
    quotes.save(workspace, draft, replace(draft, sections=(replace(draft.sections[0], lines=(line,)),)))
    quotes.issue(workspace, quote)
    assert block_of(workspace, proposal, BlockKind.PRICE).price.grand_total == 2200
    assert "price_old" in {one.code for one in opened(workspace, proposal).missing}
    newest = proposals.choices(workspace, proposal)[0]
    proposals.set_head(workspace, proposal, {"quote_version_id": newest.id})
    assert block_of(workspace, proposal, BlockKind.PRICE).price.grand_total == 6600
    assert account


def test_blocks_are_moved_added_taken_out_and_undone(workspace, proposal):
    before = [one.id for one in opened(workspace, proposal).blocks]
    proposals.move_block(workspace, before[0], 2)
    assert [one.id for one in opened(workspace, proposal).blocks][:3] == [before[1], before[2], before[0]]
    added = proposals.add_block(workspace, proposal, BlockKind.TEXT, name="보증", after=before[1])
    assert opened(workspace, proposal).blocks[1].id == added.id
    gone = proposals.remove_block(workspace, added.id)
    assert added.id not in {one.id for one in opened(workspace, proposal).blocks}
    history.revert(workspace, gone.tx_id)
    assert opened(workspace, proposal).blocks[1].id == added.id


def test_an_approval_is_somebody_elses_and_falls_with_any_change(workspace, proposal):
    proposals.submit(workspace, proposal)
    with pytest.raises(Refusal, match=r"proposal\.approval\.own"):
        proposals.approve(workspace, proposal)
    with pytest.raises(Refusal, match=r"proposal\.state"):
        proposals.issue(workspace, proposal)
    me = workspace.author.user_id
    other = next(one.id for one in records.list_rows(workspace, "user").records if one.id != me)
    workspace.act_as(UserId(other))
    proposals.approve(workspace, proposal)
    found = opened(workspace, proposal)
    assert (found.state, found.approved_hash) == ("approved", found.said.hash)
    block = found.blocks[0]
    records.set_fields(workspace, "proposal_block", block.id, {"body": "몰래 바꿈"})
    with pytest.raises(Refusal, match=r"proposal\.changed"):
        proposals.issue(workspace, proposal)
    proposals.change_block(workspace, block.id, {"body": "드러내고 바꿈"})
    assert opened(workspace, proposal).state == "draft"
    assert opened(workspace, proposal).approved_hash == ""


def test_an_issued_version_stands_and_the_next_is_compared_with_it(workspace, proposal):
    first = proposals.issue(workspace, proposal).version
    with pytest.raises(Refusal, match=r"proposal\.unchanged"):
        proposals.issue(workspace, proposal)
    block = opened(workspace, proposal).blocks[0]
    proposals.change_block(workspace, block.id, {"body": "새 요약"})
    proposals.add_block(workspace, proposal, BlockKind.TEXT, name="부록", body="끝")
    second = proposals.issue(workspace, proposal).version
    assert (first.content.version, second.content.version) == (1, 2)
    assert proposals.version(workspace, proposal, 1) == first
    found = proposals.compare(workspace, proposal, 1, 2)
    assert [(one.change, one.title) for one in found] == [(BlockChange.CHANGED, "요약"), (BlockChange.ADDED, "부록")]
    assert proposals.compare(workspace, proposal, 2, "draft") == ()
    row = records.list_rows(workspace, "proposal_version").records[0]
    with pytest.raises(Refusal):
        records.set_fields(workspace, "proposal_version", row.id, {"snapshot": "{}"})


def test_the_pdf_has_cover_contents_bookmarks_and_foreign_pages_whole(workspace, proposal, tmp_path):
    sheet = records.create(workspace, "content_block", {"name": "제품 자료", "content_kind": "product_sheet"}).id
    content.set_file(workspace, sheet, sheet_file(tmp_path))
    Image.new("RGB", (600, 200), (30, 90, 110)).save(tmp_path / "plant.png")
    content.set_file(workspace, sheet, tmp_path / "plant.png")
    proposals.add_block(workspace, proposal, BlockKind.CONTENT, content_id=sheet)
    last = proposals.add_block(workspace, proposal, BlockKind.TEXT, name="약관", body="# 보증\n- **1년**").id
    proposals.issue(workspace, proposal)
    pdf = proposals.file_of(workspace, proposal, None, "ko")
    pages = page_texts(pdf)
    assert "설비 증설 제안" in pages[0]
    assert "한빛전자(주)" in pages[0]
    entry = next(line for line in pages[1].splitlines() if "약관" in line)
    begins = next(number for number, text in enumerate(pages, 1) if number > 2 and "약관" in text and "보증" in text)
    assert entry.split()[-1] == str(begins)
    (first,) = [place for place, text in enumerate(pages) if "Foreign sheet 1" in text]
    assert "Foreign sheet 2" in pages[first + 1]
    assert first + 2 == begins - 1
    with pikepdf.open(io.BytesIO(pdf)) as document:
        assert [float(one) for one in document.pages[first].mediabox][2:] == [400, 300]
        with document.open_outline() as outline:
            titles = [one.title for one in outline.root]
        assert titles[0] == "차례"
        assert titles[-1].endswith("약관")
        assert document.Root.Lang == "ko-KR"
    said = proposals.draft_document(workspace, proposal)
    assert proposal_pdf.page_of(said, "ko", last) == begins - 1
    english = page_texts(proposals.file_of(workspace, proposal, 1, "en"))
    assert "Contents" in english[1]


def test_the_same_version_gives_the_same_bytes_as_pdf_a(workspace, proposal):
    prepared = proposals.prepare_issue(workspace, proposal)
    once, again = (proposal_pdf.render(prepared.document, "ko") for _ in range(2))
    assert once == again
    with pikepdf.open(io.BytesIO(once)) as document:
        fonts = [font for page in document.pages for font in dict(page.Resources.get("/Font", {})).values()]
        assert fonts
        assert all("/FontFile2" in (font.get("/DescendantFonts", [font])[0]).FontDescriptor for font in fonts)
        assert b"pdfaid:part>3" in document.Root.Metadata.read_bytes()
    assert len(pypdfium2.PdfDocument(once)) >= 3


def test_a_new_one_begins_like_the_won_one_that_is_most_alike(workspace, proposal):
    ensure_pipeline(workspace)
    won = next(stage.id for stage in pipelines(workspace)[0].stages if stage.kind == "won")
    row = records.get(workspace, "proposal", proposal).fields
    block = records.create(workspace, "content_block", {"name": "사례", "body": "정지 시간 감소"}).id
    proposals.add_block(workspace, proposal, BlockKind.CONTENT, content_id=block)
    deal = {"name": "증설", "account_id": row["account_id"], "stage_id": won}
    proposals.set_head(workspace, proposal, {"opportunity_id": records.create(workspace, "opportunity", deal).id})
    proposals.issue(workspace, proposal)
    other = records.create(workspace, "account", {"name": "가온전자", "industry": "전자", "employees": 600}).id
    issued_quote(workspace, other, 5000)
    with speaking("en"):
        found = proposals.similar_proposals(workspace, account_id=other)
        assert proposals.reasons_of(found, found.deals[0])[0] == "Same industry"
    made = proposals.create_like(workspace, found.deals[0].deal.quote_id, account_id=other)
    fresh = opened(workspace, made.id)
    assert [one.title for one in fresh.said.blocks] == [one.title for one in opened(workspace, proposal).said.blocks]
    assert fresh.said.blocks[0].text == "가온전자의 투자 ₩11,000"
    page = content.page(workspace, block)
    assert (page.won, page.lost, page.used_in[0].outcome) == (1, 0, "won")
    assert next(one for one in content.fitting(workspace) if one.id == block).won == 1


@pytest.mark.parametrize(
    "fields",
    [
        {"proposal_state": "approved"},
        {"approved_hash": "0" * 64},
        {"approved_by_id": "somebody"},
        {"submitted_by_id": "somebody"},
        {"draft_version": 9},
        {"based_on_id": "nothing"},
    ],
)
def test_an_approval_is_never_set_by_hand(workspace, proposal, fields):
    before = records.get(workspace, "proposal", proposal)
    with pytest.raises(Refusal, match=r"record\.acted"):
        records.set_fields(workspace, "proposal", proposal, fields)
    assert records.get(workspace, "proposal", proposal) == before
