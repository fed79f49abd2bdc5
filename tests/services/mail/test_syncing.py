"""Mails from a real IMAP server: nothing is changed there, nothing comes in twice, what belongs to nobody stays out."""

from __future__ import annotations

from dataclasses import replace

import pytest

from desktop_crm.foundation.errors import Refusal, Trouble
from desktop_crm.services import accounts as account_service
from desktop_crm.services import blobs, history, mail_files, records
from desktop_crm.services.mail import accounts, deciding, syncing
from tests.services.mail.conftest import company, mail
from tests.support.mail_servers import PASSWORD, account_at

FILE = b"""Message-ID: <file@x>
From: Oh@hanbit.example
To: me@us.example
Subject: drawings
Date: Mon, 23 Nov 2026 14:00:00 +0900
Content-Type: multipart/mixed; boundary=B

--B
Content-Type: text/plain

see file
--B
Content-Type: application/pdf; name=plan.pdf
Content-Transfer-Encoding: base64

JVBERi0=
--B--
""".replace(b"\n", b"\r\n")


def joined(workspace, mailbox, *folders, **more):
    return accounts.save(workspace, account_at(mailbox, folders=folders, **more), PASSWORD)


def rows(workspace):
    return {one.fields["external_id"]: one.fields for one in records.list_rows(workspace, "activity").records}


def test_only_what_is_new_comes_and_nothing_there_is_touched(workspace, mailbox, hanbit):
    mailbox.put("보낸 도면", [mail(1), FILE])
    of = joined(workspace, mailbox, "보낸 도면")
    first = syncing.sync(workspace, of)
    assert (first.error, first.looked_at, first.taken, first.files) == (None, 2, 2, 1)
    assert {one.rpartition("\\")[2] for got in mailbox.flags("보낸 도면") for one in map(bytes.decode, got)} <= {
        "Recent"
    }
    got = rows(workspace)["<1@x>"]
    assert (got["subject"], got["body"], got["account_id"]) == ("도면 요청", "본문입니다 1", hanbit)
    assert got["match_reason"] == "address:oh@hanbit.example"
    (file,) = records.list_rows(workspace, "attachment").records
    assert blobs.get(workspace, file.fields["content"]) == b"%PDF-"
    mailbox.put("보낸 도면", [mail(2, lines=("References: <1@x>",))])
    second = syncing.sync(workspace, of)
    assert (second.looked_at, second.taken) == (1, 1)
    assert rows(workspace)["<2@x>"]["thread_id"] == "<1@x>"
    third = syncing.sync(workspace, of)
    assert (third.looked_at, third.taken, third.changes.items) == (0, 0, ())
    assert len(account_service.timeline(workspace, hanbit)) == 3


def test_the_same_mail_by_another_way_or_folder_is_one(workspace, new_workspace, mailbox, hanbit):
    mailbox.put("eins", [mail(1), mail(2)])
    mailbox.put("zwei", [mail(2), mail(3)])
    mail_files.import_mail(workspace, mail(1).replace(b"\r\n", b"\n"))
    run = syncing.sync(workspace, joined(workspace, mailbox, "eins", "zwei"))
    assert (run.taken, run.known, len(rows(workspace))) == (2, 2, 3)
    other = new_workspace("second")
    company(other)
    syncing.sync(other, joined(other, mailbox, "zwei"))
    here, there = ({row.id for row in records.list_rows(one, "activity").records} for one in (workspace, other))
    assert len(here & there) == 2, "two laptops that take in one mail make one row"


def test_a_mail_without_an_id_is_one_by_its_content(workspace, mailbox, hanbit):
    nameless = mail(1).partition(b"\r\n")[2]
    mail_files.import_mail(workspace, nameless.replace(b"\r\n", b"\n"))
    mailbox.put("nameless", [nameless, mail(4).partition(b"\r\n")[2]])
    run = syncing.sync(workspace, joined(workspace, mailbox, "nameless"))
    assert (run.taken, len(rows(workspace))) == (1, 2)


def test_one_id_from_two_senders_is_two_mails(workspace, mailbox, hanbit):
    mailbox.put("twins", [mail(7), mail(7, sender="lee@hanbit.example")])
    assert syncing.sync(workspace, joined(workspace, mailbox, "twins")).taken == 2
    assert set(rows(workspace)) == {"<7@x>", "<7@x> lee@hanbit.example"}


def test_a_folder_that_was_made_anew_is_read_again_and_nothing_doubles(workspace, mailbox, hanbit):
    mailbox.put("anew", [mail(1), mail(2, sender="x@elsewhere.example")])
    of = joined(workspace, mailbox, "anew")
    syncing.sync(workspace, of)
    mailbox.make_anew("anew", [mail(3), mail(2, sender="x@elsewhere.example"), mail(1)])
    run = syncing.sync(workspace, of)
    assert (run.looked_at, run.taken) == (3, 1)
    (waits,) = deciding.waiting(workspace)
    deciding.put_with(workspace, [waits.key], hanbit)
    assert syncing.sync(workspace, of).taken == 1
    assert rows(workspace)["<2@x>"]["body"] == "본문입니다 2"


def test_a_run_that_was_cut_off_goes_on_where_it_was(workspace, mailbox, hanbit, monkeypatch):
    monkeypatch.setattr(syncing, "BATCH", 3)
    mailbox.put("long", [mail(n) for n in range(1, 9)])
    of = joined(workspace, mailbox, "long")
    seen = []

    def cut(done, whole):
        seen.append((done, whole))
        if done >= 6:
            raise Trouble("mail.unreachable", host="x", port=1, reason="cut")

    run = syncing.sync(workspace, of, cut)
    assert (run.error.code, run.taken, len(rows(workspace))) == ("mail.unreachable", 6, 6)
    assert seen[-1] == (6, 8)
    again = syncing.sync(workspace, of)
    assert (again.error, again.looked_at, again.taken, len(rows(workspace))) == (None, 2, 2, 8)


def test_what_belongs_to_nobody_waits_outside_until_it_is_decided(workspace, mailbox, hanbit):
    strange = [mail(n, sender=f"s{n}@elsewhere.example", subject=f"비밀 {n}") for n in (1, 2, 3, 4)]
    mailbox.put("inbox", strange)
    of = joined(workspace, mailbox, "inbox")
    assert (syncing.sync(workspace, of).taken, syncing.states(workspace)[0].waiting) == (0, 4)
    assert records.count(workspace, "activity") == 0
    waits = {one.sender: one for one in deciding.waiting(workspace)}
    assert waits["s1@elsewhere.example"].subject == "비밀 1"
    deciding.put_with(workspace, [waits["s1@elsewhere.example"].key], hanbit)
    deciding.drop(workspace, [waits["s2@elsewhere.example"].key])
    deciding.drop(workspace, [waits["s3@elsewhere.example"].key], sender_too=True)
    records.create(workspace, "contact", {"name": "새 사람", "account_id": hanbit, "email": "s4@elsewhere.example"})
    mailbox.put("inbox", [mail(5, sender="s3@elsewhere.example")])
    run = syncing.sync(workspace, of)
    assert (run.error, run.taken, run.waiting) == (None, 2, 0)
    got = rows(workspace)
    assert (got["<1@x>"]["match_reason"], got["<4@x>"]["match_reason"]) == ("chosen", "address:s4@elsewhere.example")
    assert got["<1@x>"]["body"] == "본문입니다 1"
    assert deciding.waiting(workspace) == ()
    with workspace.read() as session:
        words = session.connection().exec_driver_sql("SELECT sender || subject FROM mail_waiting").scalars().all()
    assert words == ["", ""], "of a dropped mail nothing stays but that it was"
    assert deciding.never(workspace) == ("s3@elsewhere.example",)
    with pytest.raises(Refusal) as caught:
        deciding.drop(workspace, ["nothing"])
    assert caught.value.code == "mail.none"


def test_a_chosen_mail_that_is_gone_is_told(workspace, mailbox, hanbit):
    mailbox.put("gone", [mail(1, sender="x@elsewhere.example")])
    of = joined(workspace, mailbox, "gone")
    syncing.sync(workspace, of)
    deciding.put_with(workspace, [deciding.waiting(workspace)[0].key], hanbit)
    mailbox.make_anew("gone", [])
    run = syncing.sync(workspace, of)
    assert (run.gone, run.taken, len(run.notes)) == (1, 0, 1)


def test_reasons_are_a_quotes_number_an_exchange_and_a_domain(workspace, mailbox, hanbit):
    deal = records.create(workspace, "opportunity", {"name": "증설", "account_id": hanbit}).id
    quote = records.create(
        workspace, "quote", {"name": "q", "number": "Q-2026-0187", "account_id": hanbit, "opportunity_id": deal}
    ).id
    mailbox.put(
        "why",
        [
            mail(1, sender="x@elsewhere.example", subject="RE: Q-2026-0187 문의"),
            mail(2, sender="y@elsewhere.example", lines=("In-Reply-To: <1@x>",)),
            mail(3, sender="park@sub.hanbit.example"),
        ],
    )
    assert syncing.sync(workspace, joined(workspace, mailbox, "why")).taken == 3
    got = rows(workspace)
    assert [got[f"<{n}@x>"]["match_reason"] for n in (1, 2, 3)] == [
        "quote:Q-2026-0187",
        "exchange",
        "domain:hanbit.example",
    ]
    assert {(got[f"<{n}@x>"]["opportunity_id"], got[f"<{n}@x>"]["quote_id"]) for n in (1, 2)} == {(deal, quote)}


def test_what_was_deleted_here_stays_away_but_its_file_brings_it_back(workspace, mailbox, hanbit):
    mailbox.put("back", [mail(1)])
    of = joined(workspace, mailbox, "back")
    run = syncing.sync(workspace, of)
    history.revert(workspace, run.changes.tx_id)
    mailbox.make_anew("back", [mail(1)])
    assert (syncing.sync(workspace, of).taken, records.count(workspace, "activity")) == (0, 0)
    assert mail_files.import_mail(workspace, mail(1)).created == 1
    assert records.count(workspace, "activity") == 1


def test_states_say_what_is_wrong_and_when_it_goes_on(workspace, mailbox, secrets):
    of = joined(workspace, mailbox, "INBOX")
    assert syncing.due(workspace) == (of,)
    assert syncing.sync(workspace, of).error is None
    (state,) = syncing.states(workspace)
    assert (state.error, state.last_run, (state.next_run - state.last_run).seconds) == (None, state.last_good, 900)
    assert syncing.due(workspace) == ()
    wrong = accounts.save(workspace, of, "wrong")
    assert syncing.sync(workspace, wrong).error.code == "mail.sign_in"
    (state,) = syncing.states(workspace)
    assert (state.error.code, state.asks, state.next_run, state.error.params["host"]) == (
        "mail.sign_in",
        True,
        None,
        "127.0.0.1",
    )
    assert syncing.due(workspace) == (), "a server may lock who tries too often"
    lost = accounts.save(workspace, replace(of, imap=account_at(None).imap), PASSWORD)
    assert syncing.sync(workspace, lost).error.code == "mail.unreachable"
    (state,) = syncing.states(workspace)
    assert not state.asks
    assert state.next_run is not None
    none = accounts.save(workspace, replace(of, folders=("INBOX", "no such folder")))
    assert syncing.sync(workspace, none).error.params == {"folder": "no such folder"}


def test_the_corpus_goes_through_a_server_and_nothing_is_lost(workspace, mailbox, data):
    """Every mail of the corpus is in the timeline, waits for a decision, or is one that is there already."""
    account = records.create(workspace, "account", {"name": "all"}).id
    paths = sorted(data("mail-eml").rglob("*.eml"))
    mailbox.put("corpus", [path.read_bytes() for path in paths])
    of = joined(workspace, mailbox, "corpus")
    run = syncing.sync(workspace, of)
    waits = deciding.waiting(workspace)
    assert (run.error, run.looked_at) == (None, 163)
    assert run.taken + run.waiting + run.known == 163
    deciding.put_with(workspace, [one.key for one in waits], account)
    again = syncing.sync(workspace, of)
    assert (again.error, again.taken, again.gone) == (None, len(waits), 0)
    by_server = records.count(workspace, "activity")
    assert by_server == run.taken + again.taken
    for path in paths:
        taken = mail_files.import_mail(workspace, path.read_bytes())
        assert taken.created == 0, path.name
    assert run.notes or again.notes
