"""Mails of other programs: none is lost, none garbled silently; Korean and Japanese sets, broken headers, files, MBOX."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime

import pytest

from desktop_crm.exchange.mail_files import read_mail, split_mbox


def mail(*lines, body=b"hello"):
    return b"\r\n".join(one if isinstance(one, bytes) else one.encode() for one in lines) + b"\r\n\r\n" + body


def found(data, name):
    return read_mail(next(one for one in data("mail-eml").rglob(name)).read_bytes())


def test_every_mail_of_the_corpus_is_read_and_mendings_are_told(data):
    verdicts = Counter()
    empty = []
    for path in sorted(data("mail-eml").rglob("*.eml")):
        got = read_mail(path.read_bytes())
        verdicts["with a note" if got.notes else "read"] += 1
        assert got.key
        assert "�" not in got.subject + got.text or "�".encode() in path.read_bytes(), path.name
        assert not any("\ud800" <= sign <= "\udfff" for sign in got.subject + got.text), path.name
        if not got.text and not got.files:
            empty.append(path.name)
    assert verdicts == {"read": 79, "with a note": 84}
    assert empty == ["bad_date_header.eml", "empty_in_reply_to.eml", "must_supply_encoding.eml"]


@pytest.mark.parametrize(
    ("name", "subject"),
    [
        ("ks_c_5601-1987_headers.eml", "RE: 회원님께 Ersi님이 메시지를 보냈습니다."),
    ],
)
def test_a_korean_header_reads_as_published(data, name, subject):
    assert found(data, name).subject == subject


def test_korean_in_its_old_set_named_or_not():
    words = "견적 요청드립니다".encode("cp949")
    named = read_mail(
        mail(
            "Message-ID: <1@x>",
            "Date: Mon, 23 Nov 2026 14:00:00 +0900",
            b"Subject: " + words,
            "Content-Type: text/plain; charset=ks_c_5601-1987",
            body=words,
        )
    )
    assert (named.subject, named.text) == ("견적 요청드립니다", "견적 요청드립니다")
    assert named.at == datetime(2026, 11, 23, 5, tzinfo=UTC)
    assert any(note.startswith("character set") for note in named.notes)
    unnamed = read_mail(mail("Subject: x", body=words))
    assert unnamed.text == "견적 요청드립니다"
    assert {"no Message-ID", "no date"} <= set(unnamed.notes)
    encoded = read_mail(mail("Subject: =?ks_c_5601-1987?B?sd/A+w==?=", body=b"x"))
    assert encoded.subject == b"\xb1\xdf\xc0\xfb".decode("cp949")
    assert read_mail(mail("Subject: =?ISO-2022-JP?B?GyRCRnxLXBsoQg==?=", body=b"x")).subject == "日本"


def test_an_unknown_set_is_mended_with_a_note():
    got = read_mail(mail("Subject: x", "Content-Type: text/plain; charset=no-such-set", body="가".encode()))
    assert got.text == "가"
    assert "character set: no-such-set → utf-8" in got.notes


MIXED = b"""Message-ID: <a@x>
References: <first@x> <second@x>
From: =?utf-8?B?7Jik7J6s7ISd?= <Oh@Hanbit.example>
To: me@us.example, "Lee, J" <lee@hanbit.example>
Subject: drawings
Date: Mon, 23 Nov 2026 14:00:00 +0900
Content-Type: multipart/mixed; boundary=B

--B
Content-Type: text/html; charset=utf-8

<html><head><style>x{}</style></head><body><p>one</p><p>two &amp; three</p></body></html>
--B
Content-Type: application/pdf
Content-Disposition: attachment; filename*=utf-8''%EB%8F%84%EB%A9%B4.pdf
Content-Transfer-Encoding: base64

JVBERi0=
--B
Content-Type: message/rfc822

Subject: inner

inside
--B--
"""


def test_addresses_files_and_pages():
    got = read_mail(MIXED)
    assert (got.sender, got.sender_name) == ("oh@hanbit.example", "오재석")
    assert got.recipients == ("me@us.example", "lee@hanbit.example")
    assert got.thread == "<first@x>"
    assert [line for line in got.text.split("\n") if line] == ["one", "two & three"]
    assert [(one.name, one.mime) for one in got.files] == [
        ("도면.pdf", "application/pdf"),
        ("mail.eml", "message/rfc822"),
    ]
    assert got.files[0].content == b"%PDF-"
    assert b"inside" in got.files[1].content


def test_an_mbox_is_split_and_a_single_mail_is_not():
    box = b"From a@x Mon\nSubject: one\n\n>From here on\n\nFrom b@x Tue\nSubject: two\n\nbody\n"
    one, two = map(read_mail, split_mbox(box))
    assert (one.subject, one.text, two.subject, two.text) == ("one", "From here on", "two", "body")
    assert list(split_mbox(MIXED)) == [MIXED]


def test_bytes_that_are_no_mail_are_kept_as_text():
    got = read_mail("그냥 글".encode())
    assert "그냥 글" in got.text + got.subject
    assert read_mail(b"").key.startswith("sha256:")
