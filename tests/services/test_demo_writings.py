"""The demo has a content library with one expired piece, and a proposal that can be issued as it stands."""

from __future__ import annotations

from desktop_crm.domain.schema.options import BlockKind
from desktop_crm.services import content, demo, proposals, records


def test_the_demos_proposal_is_whole_and_its_library_has_an_expired_piece(new_workspace):
    made = new_workspace("demo")
    demo.fill(made, accounts=40, seed=3, today=made.today())
    (row,) = records.list_rows(made, "proposal").records
    found = proposals.open_proposal(made, row.id)
    assert [one.code for one in found.missing if one.stops] == []
    by_kind = {one.kind: one for one in found.said.blocks}
    assert by_kind[BlockKind.PRICE].price is not None
    assert by_kind[BlockKind.GOALS].goals
    assert by_kind[BlockKind.TEAM].team
    assert found.account_name in by_kind[BlockKind.SUMMARY].text
    library = content.fitting(made)
    assert [one.name for one in library if one.expired(made.today())] == ["비밀 유지"]
    assert proposals.issue(made, row.id).version.content.number == found.number
