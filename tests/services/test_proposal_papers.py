"""Files of proposals: printed in a form that is data, carrying their copy, verified without a workspace and with one."""

from __future__ import annotations

import io
from dataclasses import replace
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
from desktop_crm.services import content, proposals, quotes, records, working_papers
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
