"""Files of proposals: printed in a form that is data, carrying their copy, verified without a workspace and with one."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pikepdf
import pypdfium2
import pytest
from PIL import Image

from desktop_crm.documents import proposal_pdf
from desktop_crm.documents.verify import verify
from desktop_crm.domain.proposals.proposal import freeze
from desktop_crm.domain.quotes.paper import PaperKind, PaperWords
from desktop_crm.domain.quotes.verdicts import Altered, Standing
from desktop_crm.domain.schema.options import BlockKind
from desktop_crm.foundation.errors import Refusal
from desktop_crm.foundation.ids import new_row_id
from desktop_crm.persistence.stores import proposals as store
from desktop_crm.services import accounts, content, history, proposals, quotes, records, timeline, working_papers
from desktop_crm.services.proposals import issuing
from desktop_crm.services.quotes.verifying import verify_bytes
from tests.documents.reading import page_texts
from tests.services.test_proposals import account, proposal, sheet_file

__all__ = ["account", "proposal"]


@pytest.fixture
def pieces(workspace, proposal, tmp_path):
    """With a picture, and the pages of another file."""
    sheet = records.create(workspace, "content_block", {"name": "제품 자료", "content_kind": "product_sheet"}).id
    content.set_file(workspace, sheet, sheet_file(tmp_path))
    Image.new("RGB", (600, 200), (30, 90, 110)).save(tmp_path / "plant.png")
    content.set_file(workspace, sheet, tmp_path / "plant.png")
    proposals.add_block(workspace, proposal, BlockKind.CONTENT, content_id=sheet)
    return sheet


def altered(pdf, act):
    """The file after somebody's hand."""
    with pikepdf.open(io.BytesIO(pdf)) as document:
        act(document)
        target = io.BytesIO()
        document.save(target)
    return target.getvalue()


def test_the_form_is_data_and_stays_with_the_version(workspace, proposal):
    proposals.issue(workspace, proposal)
    first = proposals.version(workspace, proposal).content
    assert first.paper == replace(working_papers.shipped(PaperKind.PROPOSAL), logo="")
    words = PaperWords(title="{customer} 귀중", footer="{supplier} 대외비", cover="{date}에 씀")
    ours = replace(first.paper, landscape=True, margin=Decimal(30), accent="#B4374A", ko=words)
    quotes.save_template(workspace, "proposal", "우리 제안서", ours, PaperKind.PROPOSAL)
    pdf = proposal_pdf.render(proposals.draft_document(workspace, proposal), "ko")
    pages = page_texts(pdf)
    assert "한빛전자(주) 귀중" in pages[0]
    assert "에 씀" in pages[0]
    assert "대외비" in pages[1]
    document = pypdfium2.PdfDocument(pdf)
    assert document[0].get_size()[0] > document[0].get_size()[1]
    document.close()
    assert "대외비" not in " ".join(page_texts(proposals.file_of(workspace, proposal, 1, "ko")))
    assert proposals.issue(workspace, proposal).version.content.paper.accent == "#B4374A", (
        "another form, another version"
    )
    quotes.save_template(workspace, None, "Ohne", replace(ours, cover=False), PaperKind.PROPOSAL)
    bare = page_texts(proposal_pdf.render(proposals.draft_document(workspace, proposal), "ko"))
    assert "차례" in bare[0]
    assert len(bare) == len(pages) - 1


def test_a_file_says_which_proposal_it_is_and_that_it_is_whole(workspace, proposal, pieces):
    proposals.issue(workspace, proposal)
    for locale in ("ko", "en"):
        pdf = proposals.file_of(workspace, proposal, 1, locale)
        alone = verify(pdf)
        assert (alone.kind, alone.intact, alone.customer) == (PaperKind.PROPOSAL, True, "한빛전자(주)")
        assert alone.grand_total == Decimal(2200)
        assert alone.version_hash == proposals.version(workspace, proposal).hash
        known = verify_bytes(pdf, workspace)
        assert (known.genuine, known.standing, known.quote_id) == (True, Standing.NEWEST, proposal)
    ids = {proposal, pieces, *(one.id for one in proposals.open_proposal(workspace, proposal).blocks)}
    assert not [one for one in ids if one in alone.copy], "our own ids stay at home"


def test_what_was_altered_in_a_proposal_is_told(workspace, proposal, pieces):
    proposals.issue(workspace, proposal)
    pdf = proposals.file_of(workspace, proposal, 1, "ko")

    def swap_pages(document):
        document.pages.append(document.pages[0])

    def without_picture(document):
        name = next(one for one in document.attachments if one.endswith(".png"))
        del document.attachments[name]

    def dearer(document):
        held = document.attachments["proposal.json"]
        text = held.get_file().read_bytes().replace("설비 증설".encode(), "설비 축소".encode())
        document.attachments["proposal.json"] = pikepdf.AttachedFileSpec(document, text, description=held.description)

    assert {one.part for one in verify(altered(pdf, swap_pages)).alterations} == {Altered.PAGE_COUNT}
    assert Altered.PICTURE in {one.part for one in verify(altered(pdf, without_picture)).alterations}
    told = verify(altered(pdf, dearer)).alterations
    assert {Altered.COPY, Altered.PAGE_TEXT} <= {one.part for one in told}
    assert verify(pdf + b" ").alterations[0].part is Altered.APPENDED
    with pytest.raises(Refusal):
        verify(proposal_pdf.render(proposals.draft_document(workspace, proposal), "ko"))


def test_a_workspace_knows_its_own_proposals(workspace, proposal):
    first = proposals.issue(workspace, proposal).version
    pdf = proposals.file_of(workspace, proposal, 1, "ko")
    forged = freeze(
        replace(first.content.said, title="다른 제안"),
        number=first.content.number,
        version=1,
        issued_at=first.content.issued_at,
        issued_on=first.content.issued_on,
        issued_by="",
        paper=first.content.paper,
    )
    other = proposal_pdf.render(issuing._issued_document(workspace, replace(forged, hash=first.hash)), "ko")
    assert verify(other).intact, "nothing in the file itself speaks against it"
    assert verify_bytes(other, workspace).standing is Standing.DIFFERENT
    block = proposals.open_proposal(workspace, proposal).blocks[0]
    proposals.change_block(workspace, block.id, {"body": "새 요약"})
    proposals.issue(workspace, proposal)
    assert verify_bytes(pdf, workspace).standing is Standing.SUPERSEDED


def test_versions_without_a_form_are_printed_as_before(workspace, proposal):
    version = proposals.prepare_issue(workspace, proposal).version
    content = version.content
    earlier = freeze(
        content.said,
        number=content.number,
        version=1,
        issued_at=content.issued_at,
        issued_on=content.issued_on,
        issued_by=content.issued_by,
    )
    assert '"paper"' not in earlier.snapshot
    pdf = proposal_pdf.render(issuing._issued_document(workspace, earlier), "ko")
    with pikepdf.open(io.BytesIO(pdf)) as document:
        assert not document.attachments
    now = proposal_pdf.render(issuing._issued_document(workspace, version), "ko")
    assert [one.split("문서 해시")[0] for one in page_texts(pdf)] == [
        one.split("문서 해시")[0] for one in page_texts(now)
    ]


def test_a_new_draft_is_begun_from_an_issued_version(workspace, proposal):
    first, second = proposals.open_proposal(workspace, proposal).blocks[:2]
    gone = proposals.add_block(workspace, proposal, BlockKind.TEXT, name="부록", body="처음 부록").id
    quote = proposals.open_proposal(workspace, proposal).quote_version_id
    proposals.issue(workspace, proposal)
    was = proposals.version(workspace, proposal).content.said
    proposals.change_block(workspace, first.id, {"body": "다른 요약"})
    proposals.move_block(workspace, second.id, 0)
    proposals.remove_block(workspace, gone)
    added = proposals.add_block(workspace, proposal, BlockKind.TEXT, name="새 장", body="둘째 판").id
    proposals.set_head(workspace, proposal, {"name": "다른 제목", "quote_version_id": None})
    done = proposals.restore_version(workspace, proposal, 1)
    now = proposals.open_proposal(workspace, proposal)
    assert now.state.value == "draft"
    assert now.said == was
    assert now.quote_version_id == quote
    assert added not in {one.id for one in now.blocks}
    assert next(one for one in now.blocks if one.id == second.id).body == second.body, (
        "what says the same is left alone"
    )
    history.revert(workspace, done.tx_id)
    assert proposals.open_proposal(workspace, proposal).name == "다른 제목"
    with pytest.raises(Refusal):
        proposals.restore_version(workspace, proposal, 7)


def test_two_laptops_issue_one_number_apart(workspace, proposal):
    proposals.issue(workspace, proposal)
    with workspace.read() as session:
        (first,) = store.versions(session, proposal)
    row = records.list_rows(workspace, "proposal_version").records[0].fields
    with workspace.write("test") as work:
        theirs = dict(row) | {"issued_at": row["issued_at"] + timedelta(minutes=3)}
        work.insert("proposal_version", theirs)
    found = proposals.open_proposal(workspace, proposal).versions
    assert [one.label for one in found] == ["v1-B", "v1"]
    assert proposals.open_proposal(workspace, proposal).draft_version == 2
    assert first.label == "v1"


def test_an_issued_proposal_stands_in_the_timeline_and_is_counted(workspace, proposal):
    deal = records.create(workspace, "opportunity", {"name": "증설"}).id
    proposals.set_head(workspace, proposal, {"opportunity_id": deal})
    proposals.issue(workspace, proposal)
    account_id = proposals.open_proposal(workspace, proposal).account_id
    for entity, row in (("account", account_id), ("opportunity", deal)):
        (entry,) = timeline.window(workspace, entity, row, timeline.Asked(sort=timeline.Sort.PROPOSAL))
        assert (entry.entity, entry.row_id, entry.version) == ("proposal", proposal, 1)
    proposals.answer(workspace, proposal, accepted=True)
    told = timeline.window(workspace, "opportunity", deal, timeline.Asked(sort=timeline.Sort.CHANGE))
    assert ("proposal_state", "accepted") in {(one.field, one.after) for one in told}
    assert accounts.overview(workspace, account_id).counts.proposals == 1
    assert not timeline.window(workspace, "quote", new_row_id(), timeline.Asked(sort=timeline.Sort.PROPOSAL))
