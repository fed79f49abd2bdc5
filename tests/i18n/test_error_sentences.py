"""Errors as a person reads them: real parameters in, whole Korean and English sentences out, particles and all."""

from __future__ import annotations

from decimal import Decimal

import pytest

from desktop_crm import i18n
from desktop_crm.foundation.errors import CrmError, Refusal, Trouble
from desktop_crm.i18n.error_table import TABLE
from desktop_crm.i18n.error_texts import explain

SENTENCES: tuple[tuple[CrmError, str, str], ...] = (
    (
        Refusal("account.move.circle", path="한빛그룹 › 한빛전자"),
        "계정을 자기 하위로 옮길 수 없습니다: 한빛그룹 › 한빛전자",
        "An account cannot lie below itself: 한빛그룹 › 한빛전자.",
    ),
    (
        Refusal("reference.unknown", field="owner_id", entity="account", value="김하늘"),
        "“담당자”에 넣을 “김하늘”을 찾지 못했습니다.",
        "“김하늘” was not found for “Owner”.",
    ),
    (
        Refusal("value.not_an_option", field="support", value="최고", options="mentor, enemy"),
        "“최고”는 “지지도”에 쓸 수 없습니다. 가능한 값: mentor, enemy",
        "“최고” does not fit “Support”. Possible are: mentor, enemy.",
    ),
    (
        Refusal("record.fixed", entity="quote_version", field="snapshot, number"),
        "“발행 내용, 견적번호” 항목은 발행한 그대로 보존됩니다.",
        "“Issued content, Quote no.” stays as it was issued.",
    ),
    (
        Trouble("disk.full", file="work.crm"),
        "work.crm 파일을 쓸 공간이 없습니다.",
        "There is no room left to write work.crm.",
    ),
    (
        Refusal("workspace.newer", file="work.crm", found=9, known=1),
        "work.crm의 형식은 9이고, 이 버전은 1까지 읽을 수 있습니다.",
        "work.crm has format 9; this version knows up to 1.",
    ),
    (
        Refusal("workspace.wrong_key", file="영업1팀.crm"),
        "암호 문구가 맞지 않거나 영업1팀.crm 파일이 손상되었습니다.",
        "Either the passphrase is wrong, or 영업1팀.crm is damaged.",
    ),
    (
        Refusal("passphrase.too_short", least=8),
        "암호 문구는 8자 이상이어야 합니다.",
        "A passphrase needs at least 8 characters.",
    ),
    (
        Refusal("export.encoding", character="뷁", encoding="CP949", row=3, column="이름"),
        "3행 “이름” 열의 “뷁”은 CP949로 쓸 수 없습니다.",
        "“뷁” in row 3, column “이름”, cannot be written in CP949.",
    ),
    (
        Trouble("import.file.missing", path="customers.csv"),
        "customers.csv 파일이 없습니다.",
        "There is no file customers.csv.",
    ),
    (
        Refusal("import.mapping.column", file="deals.csv", column="금액"),
        "deals.csv에 “금액” 열이 없습니다.",
        "deals.csv has no column “금액”.",
    ),
    (
        Refusal("money.currency.unknown", currency="WON"),
        "“WON”은 통화 코드가 아닙니다.",
        "“WON” is no currency code.",
    ),
    (
        Refusal("stakeholder.connect.self", name="이정훈"),
        "“이정훈”을 자기 자신과 연결할 수 없습니다.",
        "“이정훈” cannot be connected to itself.",
    ),
    (
        Refusal("stakeholder.influence.range", value=11),
        "11은 범위를 벗어납니다.",
        "11 is outside.",
    ),
    (
        Refusal("server.user.exists", name="haneul"),
        "“haneul”은 이 서버에 등록되어 있습니다.",
        "“haneul” has an account on this server.",
    ),
    (
        Trouble("server.port", host="127.0.0.1", port=8765, reason="in use"),
        "127.0.0.1:8765를 이미 쓰고 있거나 허용되지 않습니다(in use).",
        "127.0.0.1:8765 is taken or not allowed (in use).",
    ),
    (
        Trouble("sync.server.unreachable", url="https://crm.example.com"),
        "https://crm.example.com에서 응답이 없습니다.",
        "https://crm.example.com does not answer.",
    ),
    (
        Refusal("sync.many_leaving", count=12000),
        "권한이 바뀌지 않았는데 기록 12,000건이 한꺼번에 이 노트북에서 사라지려 합니다.",
        "12,000 records would leave this laptop at once, although your rights did not change.",
    ),
    (
        Trouble("amount_words.range", amount=Decimal("0.5"), currency="KRW"),
        "0.5 KRW 금액을 글자로 쓸 수 없습니다.",
        "0.5 KRW cannot be written out in words.",
    ),
)


@pytest.mark.parametrize(("error", "korean", "english"), SENTENCES, ids=[error.code for error, *_ in SENTENCES])
def test_what_happened(error: CrmError, korean: str, english: str) -> None:
    with i18n.speaking("ko"):
        assert explain(error).happened == korean
    with i18n.speaking("en"):
        assert explain(error).happened == english


@pytest.mark.parametrize("code", sorted(TABLE))
def test_titles_are_short_and_sentences_end(code: str) -> None:
    with i18n.speaking("en"):
        text = explain(Trouble(code))
        assert len(text.title) <= 60
        assert not text.title.endswith(".")
        assert text.next_step.endswith((".", "?"))
    with i18n.speaking("ko"):
        text = explain(Trouble(code))
        assert len(text.title) <= 40
        assert not text.title.endswith(".")
        assert text.next_step.endswith(".")


@pytest.mark.parametrize("code", sorted(TABLE))
def test_korean_is_polite_and_plain(code: str) -> None:
    with i18n.speaking("ko"):
        for line in explain(Refusal(code)).lines():
            assert "당신" not in line
            assert "!" not in line
            assert "죄송" not in line


def test_a_trouble_tells_what_was_kept() -> None:
    with i18n.speaking("ko"):
        assert explain(Trouble("disk.full", file="a")).kept == "이전에 저장한 내용은 모두 그대로 있습니다."
        assert explain(Refusal("value.required", field="name")).kept == "바뀐 것은 없습니다."
