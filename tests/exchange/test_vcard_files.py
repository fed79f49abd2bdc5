"""vCard files of other programs: every file is read, read with a note, or refused with a reason; round trips in three versions."""

from __future__ import annotations

from collections import Counter
from datetime import date

import pytest

from desktop_crm.domain.phones import e164
from desktop_crm.exchange.vcard_files import Card, business_card, read_cards, write_cards
from desktop_crm.foundation.errors import Refusal

OH = Card(
    name="오재석",
    company="한빛전자; 구미",
    department="설비팀",
    title="책임, 보안",
    emails=("oh@hanbit.example", "oh2@hanbit.example"),
    phones=("+8254123456",),
    mobiles=("+821012345678",),
    addresses=("구미 산호대로 1, 2층",),
    note="첫 줄\n둘째 줄",
    birthday=date(1980, 4, 5),
)


def test_every_file_of_the_corpus_is_read_or_refused_with_a_reason(data):
    verdicts, people, reasons = Counter(), 0, []
    for path in sorted(data("contacts-vcf").rglob("*.vcf")):
        try:
            found = read_cards(path.read_bytes())
        except Refusal as refusal:
            verdicts["refused"] += 1
            reasons.append(refusal.params["reason"])
            continue
        verdicts["with a note" if found.notes else "read"] += 1
        people += len(found.cards)
    assert sum(verdicts.values()) == 61
    assert verdicts["refused"] <= 3
    assert all(reasons)
    assert people >= 55


@pytest.mark.parametrize("version", ["2.1", "3.0", "4.0"])
def test_what_is_written_is_read_back_alike(version):
    assert read_cards(write_cards((OH, OH), version)).cards == (OH, OH)


@pytest.mark.parametrize(
    ("typed", "dialled"),
    [
        ("010-1234-5678", "+821012345678"),
        ("02-312-3456", "+8223123456"),
        ("054) 123-4567", "+82541234567"),
        ("+1 212 555 2368", "+12125552368"),
        ("0082-10-1234-5678", "+821012345678"),
        ("02-312-3456 ext. 7", "+8223123456 ext. 7"),
        ("call me", "call me"),
        ("12", "12"),
    ],
)
def test_numbers_become_what_is_dialled(typed, dialled):
    assert e164(typed) == dialled


def test_old_cards_in_an_old_set():
    words = "이름".encode("cp949")
    card = b"BEGIN:VCARD\r\nVERSION:2.1\r\nFN:" + words + b"\r\nN:" + words + b"\r\nEND:VCARD\r\n"
    found = read_cards(card)
    assert (found.cards[0].name, found.notes) == ("이름", ("character set: cp949",))
    quoted = (
        b"BEGIN:VCARD\r\nVERSION:2.1\r\nN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:=EC=9D=B4;=EB=A6=84\r\nEND:VCARD\r\n"
    )
    assert read_cards(quoted).cards[0].name == "이름"


def test_what_is_no_card_is_refused():
    with pytest.raises(Refusal, match=r"vcard\.unreadable"):
        read_cards(b"name,phone\r\n")


def test_a_business_card_is_a_picture():
    assert b"<svg" in business_card(OH)
