"""Mail files into the timeline: matched with the reason, in exchanges, files kept, nothing twice, undone as one act."""

from __future__ import annotations

from desktop_crm.services import accounts, blobs, history, mail_files, records

FIRST = b"""Message-ID: <1@x>
From: Oh <oh@hanbit.example>
To: me@us.example
Subject: drawings
Date: Mon, 23 Nov 2026 14:00:00 +0900
Content-Type: multipart/mixed; boundary=B

--B
Content-Type: text/plain; charset=utf-8

please find
--B
Content-Type: application/pdf; name=plan.pdf
Content-Transfer-Encoding: base64

JVBERi0=
--B--
"""
SECOND = b"""Message-ID: <2@x>
In-Reply-To: <1@x>
References: <1@x>
From: stranger@elsewhere.example
To: me@us.example
Subject: Re: drawings
Date: Mon, 23 Nov 2026 15:00:00 +0900

thanks
"""
STRANGE = b"""Message-ID: <3@x>
From: nobody@nowhere.example
Subject: spam
Date: Mon, 23 Nov 2026 16:00:00 +0900
Content-Type: application/zip; name=a.zip

x
"""


def box(*mails):
    return b"".join(b"From x\n" + one + b"\n" for one in mails)


def known(workspace):
    account = records.create(workspace, "account", {"name": "한빛전자"}).id
    records.create(workspace, "contact", {"name": "오재석", "account_id": account, "email": "Oh@hanbit.example"})
    return account


def test_mails_find_their_account_and_their_exchange(workspace):
    account = known(workspace)
    taken = mail_files.import_mail(workspace, box(SECOND, FIRST, STRANGE))
    assert (taken.created, taken.known, taken.matched, taken.files, taken.files_left) == (3, 0, 2, 1, 1)
    rows = {one.fields["external_id"]: one.fields for one in records.list_rows(workspace, "activity").records}
    assert [rows[f"<{n}@x>"]["match_reason"] for n in (1, 2, 3)] == ["address:oh@hanbit.example", "exchange", None]
    assert [rows[f"<{n}@x>"]["account_id"] for n in (1, 2, 3)] == [account, account, None]
    assert {rows["<1@x>"]["thread_id"], rows["<2@x>"]["thread_id"]} == {"<1@x>"}
    assert rows["<1@x>"]["sender"] == "Oh <oh@hanbit.example>"
    (file,) = records.list_rows(workspace, "attachment").records
    assert blobs.get(workspace, file.fields["content"]) == b"%PDF-"
    assert [one.title for one in accounts.timeline(workspace, account)] == ["Re: drawings", "drawings"]


def test_nothing_comes_in_twice_and_all_of_it_goes_as_one(workspace):
    known(workspace)
    first = mail_files.import_mail(workspace, box(FIRST, SECOND))
    again = mail_files.import_mail(workspace, box(FIRST, SECOND, STRANGE, STRANGE))
    assert (again.created, again.known) == (1, 3)
    history.revert(workspace, first.changes.tx_id)
    assert records.count(workspace, "activity") == 1
    assert mail_files.import_mail(workspace, FIRST).created == 1


def test_the_whole_corpus_comes_in_once(workspace, data):
    paths = sorted(data("mail-eml").rglob("*.eml"))
    taken = [mail_files.import_mail(workspace, path.read_bytes()) for path in paths]
    created = sum(one.created for one in taken)
    assert created + sum(one.known for one in taken) == len(paths) == 163
    assert records.count(workspace, "activity") == created
    assert sum(mail_files.import_mail(workspace, path.read_bytes()).created for path in paths[:20]) == 0
