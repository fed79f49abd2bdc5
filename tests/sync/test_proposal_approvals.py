"""What a server says to a laptop that lies about the approval of a proposal; and what it takes."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from desktop_crm.domain.proposals.proposal import Said, freeze
from desktop_crm.domain.schema.options import BlockKind
from desktop_crm.services import proposals, records
from desktop_crm.services import sync as service
from desktop_crm.sync.server.proposal_approvals import APPROVAL, AUTHOR, of_proposal, of_version
from tests.sync.test_approvals import Office, server

__all__ = ["server"]

ASKED = {"proposal_state": "submitted", "submitted_by_id": "junho", "approved_hash": "h"}
SAID = Said(
    title="증설", language="ko", account="", contact="", company="", company_line="", owner="", logo="", blocks=()
)


@pytest.mark.parametrize(
    ("sent", "user", "reason"),
    [
        ({"proposal_state": "approved", "approved_by_id": "minji"}, "minji", ""),
        ({"proposal_state": "approved", "approved_by_id": "minji"}, "junho", AUTHOR),
        ({"proposal_state": "approved", "approved_by_id": "junho"}, "junho", APPROVAL),
        ({"proposal_state": "approved"}, "minji", APPROVAL),
        ({"proposal_state": "approved", "approved_by_id": "minji", "approved_hash": "other"}, "minji", APPROVAL),
        ({"submitted_by_id": "minji"}, "junho", AUTHOR),
        ({"proposal_state": "draft", "approved_by_id": None}, "junho", ""),
        ({"name": "anything"}, "junho", ""),
    ],
)
def test_who_approves_is_who_sends_it_and_not_who_asked(sent, user, reason):
    assert of_proposal(sent, ASKED, ASKED | sent, user) == reason


def test_a_version_that_calls_itself_approved_says_what_was_approved():
    at = datetime(2026, 11, 23, tzinfo=UTC)
    made = freeze(SAID, number="P-1", version=1, issued_at=at, issued_on=date(2026, 11, 23), issued_by="")
    row = {"snapshot": made.snapshot, "snapshot_hash": made.hash, "approved_hash": SAID.hash}
    approved = {"approved_hash": SAID.hash, "approved_by_id": "minji"}
    assert of_version(row, row, approved) == ""
    assert of_version(row, row, {}) == "", "taken back on another laptop meanwhile: the customer has it all the same"
    assert of_version(row, row, approved | {"approved_by_id": None}) == APPROVAL
    assert of_version(row, row | {"approved_hash": "other"}, approved) == APPROVAL
    assert of_version(row, row | {"snapshot": made.snapshot + " "}, approved) == "sync.refused.version"
    assert of_version(row, row | {"approved_hash": None}, approved) == ""


def test_a_member_does_not_approve_what_they_submitted(server, tmp_path):
    office = Office(server, tmp_path)
    with office.manager.write("test") as work:
        work.insert("supplier", {"name": "한빛정밀"})
    office.meet()
    lie, sound = (proposals.create(office.member, account_id=office.account, name=name).id for name in ("둘", "셋"))
    for one in (lie, sound):
        for block in proposals.open_proposal(office.member, one).blocks:
            proposals.remove_block(office.member, block.id)
        proposals.add_block(office.member, one, BlockKind.TEXT, name="요약", body="한 줄")
        proposals.submit(office.member, one)
    office.meet()
    me = office.member.author.user_id
    with office.member.write("lie") as work:
        work.update("proposal", lie, {"proposal_state": "approved", "approved_by_id": me})
    proposals.approve(office.manager, sound)
    office.meet()
    assert office.refusals() == {APPROVAL}
    for laptop in (office.manager, office.second):
        assert records.get(laptop, "proposal", lie).fields["proposal_state"] == "submitted"
        assert records.get(laptop, "proposal", sound).fields["proposal_state"] == "approved"
    assert service.quarantined(office.member)
    for laptop in (office.manager, office.member, office.second):
        laptop.close()
