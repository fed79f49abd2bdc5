"""A visit from brief to debrief: captured as typed, suggestions accepted one by one, nothing changed unasked."""

from __future__ import annotations

import io
from datetime import UTC, date, datetime
from decimal import Decimal

import pypdfium2
import pytest
from PIL import Image

from desktop_crm.documents import visit_pdf
from desktop_crm.foundation.clock import FixedClock
from desktop_crm.foundation.errors import Refusal
from desktop_crm.services import blobs, history, pipeline, records, stakeholders, visits

AFTERNOON = datetime(2026, 11, 23, 5, tzinfo=UTC)
NOTE = """설비팀 회의실, 14시. 라인 3 증설은 확정, 예산은 다음 주 수요일 본부 회의에서 결정.
오재석 책임이 보안 검토를 먼저 요구함 — 자료를 11/25까지 보내기로 약속.
정도윤 팀장이 최종 예산 승인을 한다고 함. 금액은 1억 6천 아래면 가능할 듯."""


@pytest.fixture
def workspace(new_workspace):
    return new_workspace(clock=FixedClock(AFTERNOON))


@pytest.fixture
def made(workspace):
    stage = next(one.id for one in pipeline.ensure_pipeline(workspace).pipeline.stages if one.kind == "open")
    add = records.create
    account = add(
        workspace, "account", {"name": "한빛전자 구미사업장", "address_city": "구미", "address_line": "산호대로 1"}
    ).id
    people = {
        n: add(workspace, "contact", {"name": n, "account_id": account}).id for n in ("이정훈", "오재석", "정도윤")
    }
    deal = add(workspace, "opportunity", {"name": "설비 증설 2027", "account_id": account, "stage_id": stage}).id
    board = stakeholders.create_map(workspace, opportunity_id=deal).map_id
    for contact in people.values():
        stakeholders.add_person(workspace, board, contact_id=contact)
    visit = visits.plan(workspace, account, at=AFTERNOON, opportunity_id=deal).id
    return {"account": account, "deal": deal, "map": board, "visit": visit, **people}


def answers(workspace, made):
    return {one.suggestion.what.value: one for one in visits.visit(workspace, made["visit"]).answers}


def test_a_visit_knows_the_people_of_its_deals_map(workspace, made):
    found = visits.visit(workspace, made["visit"])
    assert {one.name for one in found.people} == {"이정훈", "오재석", "정도윤"}
    assert all(one.node_id and one.contact_id and not one.present for one in found.people)
    assert (found.account, found.deal, found.note) == ("한빛전자 구미사업장", "설비 증설 2027", "")
    assert visits.next_visit(workspace, made["account"]) == made["visit"]


def test_who_takes_part_is_kept_with_the_visit_and_its_contact(workspace, made):
    visits.set_present(workspace, made["visit"], ["오재석", "새 얼굴", "오재석"])
    found = visits.visit(workspace, made["visit"])
    assert [one.name for one in found.people if one.present] == ["오재석"]
    assert found.others == ("새 얼굴",)
    assert records.get(workspace, "activity", made["visit"]).fields["contact_id"] == made["오재석"]


def test_the_note_alone_changes_nothing(workspace, made):
    before = records.count(workspace, "task"), records.count(workspace, "activity")
    visits.save_note(workspace, made["visit"], NOTE)
    assert set(answers(workspace, made)) == {"meeting", "support", "task", "buying_role", "amount"}
    assert (records.count(workspace, "task"), records.count(workspace, "activity")) == before
    assert records.get(workspace, "opportunity", made["deal"]).fields["amount"] is None


def test_a_promise_becomes_a_task_once(workspace, made):
    visits.save_note(workspace, made["visit"], NOTE)
    key = answers(workspace, made)["task"].suggestion.key
    done = visits.accept(workspace, made["visit"], key)
    assert done.touches("task")
    assert not done.touches("opportunity", "map_node", "activity")
    task = records.list_rows(workspace, "task").records[0].fields
    assert (task["subject"], task["due_on"], task["contact_id"]) == (
        "자료를 보내기",
        date(2026, 11, 25),
        made["오재석"],
    )
    assert (task["activity_id"], task["promised_by"], task["done"]) == (made["visit"], "ours", False)
    assert answers(workspace, made)["task"].accepted
    with pytest.raises(Refusal, match=r"visit\.suggestion\.gone"):
        visits.accept(workspace, made["visit"], key)
    history.revert(workspace, done.tx_id)
    assert not answers(workspace, made)["task"].accepted


def test_an_appointment_becomes_an_event_of_that_day(workspace, made):
    visits.save_note(workspace, made["visit"], NOTE)
    visits.accept(workspace, made["visit"], answers(workspace, made)["meeting"].suggestion.key)
    events = [one.fields for one in records.list_rows(workspace, "activity").records if one.fields["kind"] == "meeting"]
    assert [(one["subject"], one["occurred_at"].astimezone().date()) for one in events] == [
        ("본부 회의", date(2026, 12, 2))
    ]
    assert events[0]["all_day"] is True


def test_values_are_set_with_the_words_as_evidence(workspace, made):
    visits.save_note(workspace, made["visit"], NOTE)
    for what in ("buying_role", "support"):
        visits.accept(workspace, made["visit"], answers(workspace, made)[what].suggestion.key)
    board = stakeholders.view(workspace, made["map"])
    by_name = {node.label: node for node in board.nodes}
    assert (by_name["정도윤"].buying_role, by_name["오재석"].support) == ("economic_buyer", "non_supporter")
    assert {(one.topic, one.body) for one in board.evidence} == {
        ("buying_role", "정도윤 팀장이 최종 예산 승인"),
        ("support", "오재석 책임이 보안 검토를 먼저 요구"),
    }
    assert set(answers(workspace, made)) == {"meeting", "task", "amount"}


def test_an_amount_is_changed_before_it_is_accepted(workspace, made):
    visits.save_note(workspace, made["visit"], NOTE)
    one = answers(workspace, made)["amount"].suggestion
    visits.accept(workspace, made["visit"], one.key, value=Decimal(155_000_000))
    deal = records.get(workspace, "opportunity", made["deal"]).fields
    assert (deal["amount"], deal["currency"]) == (Decimal(155_000_000), "KRW")


def test_what_is_dropped_stays_dropped_and_changes_nothing(workspace, made):
    visits.save_note(workspace, made["visit"], NOTE)
    key = answers(workspace, made)["amount"].suggestion.key
    visits.drop(workspace, made["visit"], key)
    assert "amount" not in answers(workspace, made)
    visits.save_note(workspace, made["visit"], "머리말.\n" + NOTE)
    assert "amount" not in answers(workspace, made)


def test_promises_of_both_sides_stand_open(workspace, made):
    visits.promise(workspace, made["visit"], "무정지 교체 절차서", date(2026, 11, 20))
    visits.promise(workspace, made["visit"], "라인 3 도면", None, ours=False)
    found = visits.visit(workspace, made["visit"]).promises
    assert [(one.subject, one.ours) for one in found] == [("무정지 교체 절차서", True), ("라인 3 도면", False)]


def photo(size=(4000, 3000), place=True):
    exif = Image.Exif()
    if place:
        exif[0x8825] = {1: "N", 2: (36.0, 7.0, 0.0)}
    out = io.BytesIO()
    Image.new("RGB", size, "teal").save(out, "JPEG", exif=exif.tobytes())
    return out.getvalue()


def test_a_photo_is_scaled_and_does_not_tell_its_place(workspace, made, tmp_path):
    path = tmp_path / "라인 3.jpg"
    path.write_bytes(photo())
    visits.attach(workspace, made["visit"], path)
    visits.attach_content(workspace, made["visit"], "with place.jpg", photo((800, 600)), with_place=True)
    first, second = visits.visit(workspace, made["visit"]).files
    assert (first.name, first.mime) == ("라인 3.jpg", "image/jpeg")
    with Image.open(io.BytesIO(blobs.get(workspace, first.content))) as kept:
        assert max(kept.size) == 2560
        assert 0x8825 not in kept.getexif()
    with Image.open(io.BytesIO(blobs.get(workspace, second.content))) as kept:
        assert 0x8825 in kept.getexif()


def test_a_recording_is_kept_as_it_is(workspace, made):
    visits.attach_content(workspace, made["visit"], "말.m4a", b"sound")
    (kept,) = visits.visit(workspace, made["visit"]).files
    assert blobs.get(workspace, kept.content) == b"sound"


@pytest.mark.parametrize("locale", ["ko", "en"])
def test_the_brief_is_one_page_with_what_was_said_and_promised(workspace, made, locale):
    call = {
        "kind": "call",
        "subject": "통화",
        "body": "보안이 걱정",
        "account_id": made["account"],
        "contact_id": made["오재석"],
    }
    records.create(workspace, "activity", call | {"occurred_at": datetime(2026, 11, 20, 5, tzinfo=UTC)})
    visits.promise(workspace, made["visit"], "절차서", date(2026, 11, 20))
    paper = visits.brief(workspace, made["account"], made["visit"])
    assert [(one.name, one.text) for one in paper.words] == [("오재석", "보안이 걱정")]
    assert (paper.address, paper.deal, paper.last_visit) == ("구미 산호대로 1", "설비 증설 2027", None)
    assert [one.title for one in paper.news] == ["통화"]
    pdf = visit_pdf.render(paper, locale)
    assert pdf == visit_pdf.render(paper, locale)
    pages = pypdfium2.PdfDocument(pdf)
    text = pages[0].get_textpage().get_text_bounded()
    assert len(pages) == 1
    assert all(word in text for word in ("오재석", "보안이 걱정", "절차서", "구미 산호대로 1"))
