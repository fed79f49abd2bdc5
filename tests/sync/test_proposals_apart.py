"""A proposal and its blocks between two laptops and a server: moved here, written there, and everything meets."""

from __future__ import annotations

from desktop_crm.persistence.stores import proposals
from tests.sync.peers import assert_level, team


def blocks(laptop, proposal):
    with laptop.database.read() as session:
        return [(one.name, one.body) for one in proposals.blocks(session, proposal)]


def test_a_proposal_and_its_blocks_converge():
    with team() as made:
        a, b = made["a"], made["b"]
        content = a.make("content_block", name="사례", body="한 줄\n두 줄\n세 줄", industries=("전자",))
        proposal = a.make("proposal", number="P-2026-0001", name="증설", proposal_state="draft", language="ko")
        keys = {"요약": "a0", "해결": "a1", "가격": "a2"}
        rows = {
            name: a.make(
                "proposal_block", proposal_id=proposal, block_kind="text", name=name, body="하나\n둘\n셋", order_key=key
            )
            for name, key in keys.items()
        }
        made.settle()
        a.set("proposal_block", rows["가격"], order_key="Zz")
        a.set("proposal_block", rows["요약"], body="하나 고침\n둘\n셋")
        made.later()
        b.set("proposal_block", rows["가격"], name="투자")
        b.set("proposal_block", rows["요약"], body="하나\n둘\n셋 고침")
        b.make("proposal_block", proposal_id=proposal, block_kind="content", content_id=content, order_key="a05")
        b.set("content_block", content, industries=("전자", "철강"))
        assert_level(made)
        found = blocks(a, proposal)
        assert found == blocks(b, proposal)
        assert found == [
            ("투자", "하나\n둘\n셋"),
            ("요약", "하나 고침\n둘\n셋 고침"),
            ("", ""),
            ("해결", "하나\n둘\n셋"),
        ]
        assert sorted(a.read("content_block", content)["industries"]) == ["전자", "철강"]


def test_an_issued_version_travels_whole():
    with team() as made:
        proposal = made["a"].make("proposal", number="P-1", name="증설", proposal_state="issued")
        version = made["a"].make("proposal_version", proposal_id=proposal, number="P-1", version=1, snapshot='{"a":1}')
        assert_level(made)
        assert made["b"].read("proposal_version", version)["snapshot"] == '{"a":1}'
