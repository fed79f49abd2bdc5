"""Every error code raised anywhere has a text, and the text names only what the error carries."""

from __future__ import annotations

import string
from decimal import Decimal

import pytest

from desktop_crm import i18n
from desktop_crm.foundation.errors import Bug, Refusal, Trouble
from desktop_crm.i18n.error_table import TABLE
from desktop_crm.i18n.error_texts import explain
from tests.support import i18n_sources as sources


def test_every_code_has_a_text() -> None:
    missing = sorted(
        {
            f"{raised.code}  {sorted(raised.params)}  {raised.place}"
            for raised in sources.error_codes()
            if raised.code not in TABLE
        }
    )
    assert not missing, "add a row to error_table.py for:\n" + "\n".join(missing)


def test_no_text_for_a_code_that_nobody_raises() -> None:
    literals = {
        text
        for path in sources.PACKAGE.rglob("*.py")
        if path.name != "error_table.py"
        for text in [path.read_text(encoding="utf-8")]
    }
    unused = [code for code in TABLE if not any(f'"{code}"' in text for text in literals)]
    assert unused == []


def test_texts_name_only_what_the_error_carries() -> None:
    for raised in sources.error_codes():
        row = TABLE.get(raised.code)
        if row is not None and raised.params:
            named = {name for text in row for _, name, _, _ in string.Formatter().parse(text) if name}
            assert named <= raised.params | {"code"}, (raised, sorted(named - raised.params))


@pytest.mark.parametrize("language", ["ko", "en"])
def test_every_text_reads_whole(language: str) -> None:
    with i18n.speaking(language):
        for code in TABLE:
            text = explain(Trouble(code))
            assert text.title
            assert text.happened
            assert text.next_step
            assert "{" not in "".join(text.lines())


def test_a_refusal_says_that_nothing_was_changed() -> None:
    with i18n.speaking("ko"):
        text = explain(Refusal("stakeholder.connect.twice", source="이정훈", target="박서연"))
    assert text.happened == "“이정훈”과 “박서연”은 이미 그렇게 연결되어 있습니다."
    assert text.kept == "바뀐 것은 없습니다."
    assert text.lines() == (text.title, text.happened, text.kept, text.next_step)


@pytest.mark.parametrize(
    ("error", "title"),
    [
        (Refusal("never.heard.of", amount=Decimal(12000)), "This cannot be done"),
        (Trouble("never.heard.of"), "Something outside the app failed"),
        (Bug("never.heard.of"), "A fault in the app"),
    ],
)
def test_codes_without_a_row_fall_back_on_their_branch(error: Refusal | Trouble | Bug, title: str) -> None:
    with i18n.speaking("en"):
        text = explain(error)
    assert text.title == title
    assert "never.heard.of" in text.happened


def test_fields_and_records_are_named_by_their_labels() -> None:
    with i18n.speaking("ko"):
        assert (
            explain(Refusal("value.required", entity="account", field="name")).happened
            == "“계정명”은 비워 둘 수 없습니다."
        )
        assert "12,000바이트" in explain(Refusal("server.too_large", most=12000)).happened


def test_a_field_that_is_none_is_called_as_it_was_typed_and_a_file_that_is_none_is_told_plainly() -> None:
    with i18n.speaking("en"):
        told = explain(Refusal("field.unknown", entity="account", field="nofield", name="nofield"))
        assert told.happened == "“Account” has no field “nofield”."
        told = explain(Refusal("import.file.binary", kind="unknown"))
        assert told.happened == "The file looks like data of another program."
    with i18n.speaking("ko"):
        told = explain(Refusal("import.file.binary", kind="unknown"))
        assert "다른 프로그램의 데이터" in told.happened
