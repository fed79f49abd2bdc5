"""Searching everything: whole texts of notes, mails, lines and files; filters on real rows; forgiven errors; the terminal."""

from __future__ import annotations

import io
import json
from datetime import UTC, date, datetime
from decimal import Decimal

import docx
import pytest
from reportlab.pdfgen.canvas import Canvas

from desktop_crm.exchange.file_text import text_of
from desktop_crm.services import activities, blobs, full_text, records
from desktop_crm.services.pipeline import ensure_pipeline, pipelines

NOON = datetime(2026, 11, 20, 3, tzinfo=UTC)


def a_pdf(words):
    held = io.BytesIO()
    page = Canvas(held)
    page.drawString(72, 700, words)
    page.save()
    return held.getvalue()


def a_docx(words, cell):
    held, made = io.BytesIO(), docx.Document()
    made.add_paragraph(words)
    made.add_table(rows=1, cols=1).cell(0, 0).text = cell
    made.save(held)
    return held.getvalue()


@pytest.fixture
def held(workspace):
    ensure_pipeline(workspace)
    make = lambda entity, **fields: records.create(workspace, entity, fields).id
    me, other = make("user", name="이정훈"), make("user", name="박서연")
    workspace.act_as(me)
    stages = pipelines(workspace)[0].stages
    account = make("account", name="한빛전자", owner_id=me)
    for n, (owner, amount) in enumerate(((me, 200_000_000), (other, 300_000_000), (me, 50_000_000))):
        make(
            "opportunity",
            name=f"증설 {n}",
            account_id=account,
            owner_id=owner,
            amount=Decimal(amount),
            currency="KRW",
            stage_id=stages[n % 2].id,
            opened_on=date(2026, 11 - n, 1),
        )
    quote = make("quote", number="Q-7", name="설비", account_id=account)
    make("quote_line", quote_id=quote, name="서보 모터", spec="750W 브레이크 부착")
    body = "내년 예산은 10월에 확정된다고 함. 전력 용량은 충분."
    activities.log(workspace, "note", "회의 메모", body=body, occurred_at=NOON, account_id=account)
    activities.log(workspace, "mail", "Re: 납기", body="납기는 4주", occurred_at=NOON, owner_id=other)
    return {"stage": stages[0].name, "account": account}


def titles(workspace, text):
    return [one.title for one in full_text.search(workspace, text).found]


def test_words_in_long_texts_are_found_with_their_piece(workspace, held):
    (one,) = full_text.search(workspace, "예산을 확정").found
    assert (one.title, one.kind, one.account) == ("회의 메모", "note", "한빛전자")
    assert [one.snippet.text[begin:end] for begin, end in one.snippet.hits] == ["예산", "확정"]
    assert titles(workspace, "브레이크") == ["Q-7 설비"]
    assert titles(workspace, "없는말입니다") == []


def test_filters_narrow(workspace, held):
    assert sorted(titles(workspace, "증설")) == ["증설 0", "증설 1", "증설 2"]
    assert sorted(titles(workspace, "증설 owner:me")) == ["증설 0", "증설 2"]
    assert titles(workspace, "담당:박서연 증설") == ["증설 1"]
    assert titles(workspace, "증설 owner:me amount:>1억") == ["증설 0"]
    assert titles(workspace, "증설 after:2026-11-01") == ["증설 0"]
    assert titles(workspace, f'stage:"{held["stage"]}" before:2026-09') == ["증설 2"]
    assert titles(workspace, "kind:메일 account:없음") == []
    assert titles(workspace, "종류:mail 납기") == ["Re: 납기"]
    assert titles(workspace, "납기 kind:nothing") == []
    assert titles(workspace, "100%") == []


def test_a_wrong_layout_and_a_typing_error_are_forgiven(workspace, held):
    result = full_text.search(workspace, "dPtks")
    assert (result.meant, [one.title for one in result.found]) == ("예산", ["회의 메모"])
    result = full_text.search(workspace, "한빛전지")
    assert result.meant == "한빛전자"
    assert "한빛전자" in [one.title for one in result.found]


def test_words_in_files_are_found_once_they_were_read(workspace, held):
    for name, data in (
        ("plan.pdf", a_pdf("Servo capacity plan")),
        ("제안.docx", a_docx("전력 증설 제안", "표 안의 낱말")),
        ("broken.pdf", b"%PDF-no"),
    ):
        digest = blobs.put(workspace, data, "")
        fields = {"name": name, "account_id": held["account"], "content": digest, "added_at": NOON}
        records.create(workspace, "attachment", fields)
    records.create(workspace, "attachment", {"name": "far.pdf", "account_id": held["account"], "content": "0" * 64})
    assert titles(workspace, "capacity") == []
    assert full_text.read_files(workspace) == 3
    assert full_text.read_files(workspace) == 0
    assert titles(workspace, "capacity") == ["plan.pdf"]
    assert titles(workspace, "낱말 kind:file") == ["제안.docx"]


def test_what_has_no_words_is_empty():
    assert text_of("a.txt", "", "그냥 글".encode()) == "그냥 글"
    assert text_of("a.png", "image/png", b"\x89PNG") == ""


def test_the_terminal_searches_too(workspace, held, tmp_path, monkeypatch):
    from click.testing import CliRunner

    from desktop_crm.cli.searching import search

    monkeypatch.setattr("desktop_crm.services.workspace.open_workspace", lambda *_a, **_k: workspace)
    done = CliRunner().invoke(search, ["예산", "kind:note", "--json", "--workspace", "x.crm"])
    assert done.exit_code == 0, done.output
    assert [one["title"] for one in json.loads(done.output)["hits"]] == ["회의 메모"]
