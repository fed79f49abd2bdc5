"""Handing an account over: one act, what is open moves, what is done keeps its names; the paper in both languages."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pypdfium2
import pytest

from desktop_crm.documents import handover_pdf
from desktop_crm.foundation.clock import FixedClock
from desktop_crm.foundation.errors import Refusal
from desktop_crm.services import accounts, history, pipeline, records
from desktop_crm.services.account_work import handover

NOON = datetime(2026, 11, 23, 3, tzinfo=UTC)


@pytest.fixture
def workspace(new_workspace):
    return new_workspace(clock=FixedClock(NOON))


def add(workspace, entity, **fields):
    with workspace.write("test") as work:
        return work.insert(entity, fields)


def owner(workspace, entity, row_id):
    return records.get(workspace, entity, row_id).fields["owner_id"]


@pytest.fixture
def made(workspace):
    """한빛전자 (박지호) with 구미 (박지호) and 베트남 (somebody else), and what is open and done there."""
    stages = {stage.kind: stage.id for stage in pipeline.ensure_pipeline(workspace).pipeline.stages}
    ids = {name: add(workspace, "user", name=name) for name in ("박지호", "김하늘", "이도윤")}
    ids["top"] = add(workspace, "account", name="한빛전자", owner_id=ids["박지호"])
    ids["gumi"] = add(workspace, "account", name="구미사업장", parent_id=ids["top"], owner_id=ids["박지호"])
    ids["vietnam"] = add(workspace, "account", name="베트남", parent_id=ids["top"], owner_id=ids["이도윤"])
    mine = {"owner_id": ids["박지호"]}
    ids["call"] = add(workspace, "task", subject="납기 회신", account_id=ids["gumi"], due_on=date(2026, 11, 20), **mine)
    ids["nobody"] = add(workspace, "task", subject="도면 요청", account_id=ids["top"])
    ids["done"] = add(workspace, "task", subject="끝난 일", account_id=ids["top"], done=True, **mine)
    ids["theirs"] = add(workspace, "task", subject="다른 사람 일", account_id=ids["top"], owner_id=ids["이도윤"])
    deal = {"currency": "KRW", "amount": Decimal(310_000_000)}
    ids["deal"] = add(
        workspace, "opportunity", name="구미 증설", account_id=ids["gumi"], stage_id=stages["open"], **mine, **deal
    )
    ids["won"] = add(workspace, "opportunity", name="지난 수주", account_id=ids["top"], stage_id=stages["won"], **mine)
    ids["quote"] = add(workspace, "quote", number="Q-1", status="sent", account_id=ids["top"], **mine)
    ids["contract"] = add(
        workspace,
        "contract",
        name="유지보수",
        status="active",
        renewal_date=date(2027, 1, 2),
        account_id=ids["top"],
        **mine,
    )
    ids["boss"] = add(workspace, "contact", name="최민아", title="상무", account_id=ids["gumi"], phone="054-1")
    chart = add(workspace, "stakeholder_map", name="구미", account_id=ids["gumi"])
    person = {"map_id": chart, "contact_id": ids["boss"], "kind": "person", "label": "최민아"}
    add(
        workspace,
        "map_node",
        **person,
        buying_role="economic_buyer",
        support="supporter",
        coverage="brief",
        influence=9,
    )
    for number in range(12):
        at = NOON - timedelta(days=number + 1)
        add(
            workspace,
            "activity",
            subject=f"통화 {number:02}",
            kind="call",
            occurred_at=at,
            account_id=ids["gumi"],
            **mine,
        )
    return ids


def test_what_would_move_is_told_first(workspace, made):
    found = handover.coming(workspace, made["top"])
    assert (found.owner, found.below) == ("박지호", 1)
    assert (found.tasks, found.deals, found.quotes, found.contracts) == (2, 1, 1, 1)


def test_open_work_moves_and_what_is_done_keeps_its_names(workspace, made):
    new = made["김하늘"]
    done = handover.hand_over(workspace, made["top"], new, memo="예산은 10월 확정")
    assert (done.accounts, done.tasks, done.deals, done.quotes, done.contracts) == (2, 2, 1, 1, 1)
    for entity, key in (
        ("account", "top"),
        ("account", "gumi"),
        ("task", "call"),
        ("task", "nobody"),
        ("opportunity", "deal"),
        ("quote", "quote"),
        ("contract", "contract"),
    ):
        assert owner(workspace, entity, made[key]) == new, key
    assert owner(workspace, "task", made["done"]) == made["박지호"]
    assert owner(workspace, "opportunity", made["won"]) == made["박지호"]
    assert owner(workspace, "account", made["vietnam"]) == owner(workspace, "task", made["theirs"]) == made["이도윤"]
    notes = [entry for entry in accounts.timeline(workspace, made["top"]) if entry.kind == "note"]
    assert [(one.title, one.text) for one in notes] == [("Handed over: 박지호 → 김하늘", "예산은 10월 확정")]


def test_the_team_gets_its_new_manager_and_remembers_the_former(workspace, made):
    handover.join(workspace, made["top"], made["이도윤"], "presales")
    handover.hand_over(workspace, made["top"], made["김하늘"])
    assert [(one.name, one.role) for one in accounts.team(workspace, made["top"])] == [
        ("김하늘", "account_manager"),
        ("이도윤", "presales"),
    ]
    handover.hand_over(workspace, made["top"], made["박지호"])
    rows = [record.fields for record in records.list_rows(workspace, "account_member").records]
    ended = [row for row in rows if row["until_on"] is not None]
    assert {row["user_id"] for row in ended} == {made["박지호"], made["김하늘"]}
    assert [one.name for one in accounts.team(workspace, made["top"])] == ["박지호", "이도윤"]


def test_it_is_one_act_that_undo_takes_back_as_a_whole(workspace, made):
    done = handover.hand_over(workspace, made["top"], made["김하늘"])
    history.revert(workspace, done.changes.tx_id)
    for entity, key in (("account", "top"), ("task", "call"), ("opportunity", "deal"), ("contract", "contract")):
        assert owner(workspace, entity, made[key]) == made["박지호"]
    assert owner(workspace, "task", made["nobody"]) is None
    assert accounts.team(workspace, made["top"]) == ()
    assert records.count(workspace, "activity") == 12


def test_only_tasks_of_only_this_account_can_move(workspace, made):
    done = handover.hand_over(workspace, made["top"], made["김하늘"], with_below=False, with_open_work=False)
    assert (done.accounts, done.tasks, done.deals) == (1, 1, 0)
    assert owner(workspace, "account", made["gumi"]) == owner(workspace, "task", made["call"]) == made["박지호"]
    assert owner(workspace, "quote", made["quote"]) == made["박지호"]


def test_an_account_of_nobody_is_handed_over_alone(workspace, made):
    records.set_fields(workspace, "account", made["top"], {"owner_id": None})
    done = handover.hand_over(workspace, made["top"], made["김하늘"])
    assert (done.accounts, done.tasks) == (1, 1)
    assert owner(workspace, "account", made["gumi"]) == made["박지호"]


def test_refused_are_nobody_and_who_has_it_already(workspace, made):
    with pytest.raises(Refusal, match=r"reference\.missing"):
        handover.hand_over(workspace, made["top"], "nobody")
    with pytest.raises(Refusal, match=r"handover\.same"):
        handover.hand_over(workspace, made["top"], made["박지호"])
    with pytest.raises(Refusal, match=r"record\.missing"):
        handover.hand_over(workspace, "nothing", made["김하늘"])
    assert owner(workspace, "account", made["top"]) == made["박지호"]
    with pytest.raises(Refusal, match=r"user\.unknown"):
        handover.user_named(workspace, "없는 사람")
    assert handover.user_named(workspace, "김하늘") == made["김하늘"]


def text_of(pdf):
    with pypdfium2.PdfDocument(pdf) as file:
        return "\n".join(page.get_textpage().get_text_bounded() for page in file)


def test_the_paper_tells_people_promises_what_runs_and_the_last_ten_talks(workspace, made, tmp_path):
    done = handover.hand_over(workspace, made["top"], made["김하늘"], memo="예산은 10월 확정")
    korean, english = (text_of(handover_pdf.render(done.document, locale)) for locale in ("ko", "en"))
    for word in ("인수인계서 – 한빛전자", "박지호", "김하늘", "예산은 10월 확정", "최민아", "예산 결정권자", "납기 회신", "구미 증설",
                 "₩310,000,000", "Q-1", "유지보수", "통화 00", "지남"):  # fmt: skip
        assert word in korean, word
    assert all(word in english for word in ("Hand-over – 한빛전자", "Economic buyer", "Open promises", "Last contacts"))
    talks = done.document.talks
    assert len(talks) == 10
    assert "끝난 일" not in korean
    assert "지난 수주" not in korean
    assert handover.print_to(done.document, tmp_path / "paper.pdf", "en") == (tmp_path / "paper.pdf").stat().st_size


def test_an_account_about_which_nothing_is_known_still_has_a_paper(workspace):
    empty = accounts.create(workspace, "빈 회사").id
    for locale in ("ko", "en"):
        assert "빈 회사" in text_of(handover_pdf.render(handover.document(workspace, empty), locale))
