"""Mails that go out to a real SMTP server: each once, whatever breaks, and it is always clear how it stands."""

from __future__ import annotations

import email
from dataclasses import replace
from datetime import timedelta
from email.policy import default

import pytest

from desktop_crm.domain.mail.outgoing import LetterFile, OutState
from desktop_crm.foundation.errors import Refusal
from desktop_crm.mailbox import smtp
from desktop_crm.services import blobs, mail_files, records
from desktop_crm.services.mail import accounts, outbox, syncing, writing
from desktop_crm.services.mail.outbox import Letter
from desktop_crm.services.mail.taking import mail_id
from tests.services.mail.conftest import mail
from tests.support.mail_servers import PASSWORD, USER, account_at

LETTER = Letter(
    to=("Oh@hanbit.example",), cc=("lee@hanbit.example",), subject="견적 드립니다", body="안녕하세요,\n첨부합니다."
)


@pytest.fixture
def of(workspace, post):
    return accounts.save(workspace, account_at(None, post), PASSWORD)


def queued(workspace, letter=LETTER):
    return outbox.queue(workspace, outbox.draft(workspace, "", letter).id)


def parsed(post, at=-1):
    return email.message_from_bytes(post.got[at][2], policy=default)


def test_a_mail_goes_out_once_and_stands_in_the_timeline(workspace, post, of, hanbit):
    mail_files.import_mail(workspace, mail(1))
    content = blobs.put(workspace, b"%PDF-", "application/pdf")
    file = LetterFile(name="견적.pdf", mime="application/pdf", content=content, size=5)
    held = queued(workspace, replace(LETTER, answers="<1@x>", thread="<1@x>", files=(file,)))
    run = outbox.send_due(workspace)
    assert (run.sent, run.failed, run.unclear) == (1, 0, 0)
    assert outbox.send_due(workspace, asked=True).sent == 0
    ((sender, recipients, _),) = post.got
    assert (sender, recipients) == (USER, ("Oh@hanbit.example", "lee@hanbit.example"))
    got = parsed(post)
    assert (got["subject"], got["message-id"], got["references"]) == ("견적 드립니다", held.message_id, "<1@x>")
    assert str(got["from"]) == f"김민수 <{USER}>"
    assert got.get_body().get_content().splitlines() == ["안녕하세요,", "첨부합니다."]
    (part,) = got.iter_attachments()
    assert (part.get_filename(), part.get_content()) == ("견적.pdf", b"%PDF-")
    found = {one.fields["external_id"]: one.fields for one in records.list_rows(workspace, "activity").records}
    entry = found[held.message_id]
    assert (entry["account_id"], entry["thread_id"], entry["match_reason"]) == (hanbit, "<1@x>", "exchange")
    assert [one.fields["name"] for one in records.list_rows(workspace, "attachment").records] == ["견적.pdf"]
    assert mail_files.import_mail(workspace, post.got[0][2]).known == 1, "the copy in the mailbox is the same mail"


def test_hidden_recipients_get_it_and_nobody_sees_them(workspace, post, of, hanbit):
    outsider = "boss@elsewhere.example"
    held = queued(workspace, replace(LETTER, bcc=(outsider, "lee@hanbit.example")))
    assert outbox.one(workspace, held.id).letter.bcc == (outsider, "lee@hanbit.example")
    assert outbox.send_due(workspace).sent == 1
    ((_, recipients, raw),) = post.got
    assert recipients == ("Oh@hanbit.example", "lee@hanbit.example", outsider)
    assert outsider.encode() not in raw
    assert parsed(post)["bcc"] is None
    (entry,) = records.list_rows(workspace, "activity").records
    assert outsider not in str(entry.fields)
    hidden = Letter(bcc=("Oh@hanbit.example",), subject="s")
    assert queued(workspace, hidden).state is OutState.WAITING
    outbox.send_due(workspace)
    entries = {one.fields["subject"]: one.fields for one in records.list_rows(workspace, "activity").records}
    assert (entries["s"]["account_id"], entries["s"]["participants"]) == (hanbit, None)


def test_a_draft_kept_before_hidden_recipients_were_known_opens(workspace, of):
    held = outbox.draft(workspace, "", LETTER)
    with workspace.database.writing() as connection:
        connection.exec_driver_sql("UPDATE mail_outgoing SET content=json_remove(content, '$.bcc')")
    assert outbox.one(workspace, held.id).letter == LETTER


def test_an_answer_goes_where_its_sender_wants_it(workspace, of, hanbit):
    mail_files.import_mail(workspace, mail(1, lines=("Reply-To: Office <office@hanbit.example>, b@hanbit.example",)))
    mail_files.import_mail(workspace, mail(2, lines=("Reply-To: oh@hanbit.example",)))
    first, second = (writing.answer(workspace, mail_id(f"<{n}@x>")) for n in (1, 2))
    assert (first.to, second.to) == (("office@hanbit.example", "b@hanbit.example"), ("oh@hanbit.example",))
    assert records.get(workspace, "activity", mail_id("<2@x>")).fields.get("reply_to") is None


def test_without_a_line_it_waits_and_goes_later(workspace, post, of, hanbit):
    away = accounts.save(workspace, replace(of, smtp=account_at(None).imap))
    held = queued(workspace)
    assert outbox.send_due(workspace).waiting == 1
    waits = outbox.one(workspace, held.id)
    assert (waits.state, waits.error.code, waits.tries) == (OutState.WAITING, "mail.unreachable", 1)
    assert waits.next_at - waits.changed_at == timedelta(minutes=1)
    assert not outbox.due(workspace)
    accounts.save(workspace, replace(away, smtp=of.smtp))
    assert outbox.send_due(workspace).sent == 0, "not before its time"
    assert outbox.send_due(workspace, asked=True).sent == 1
    assert parsed(post)["message-id"] == held.message_id


def test_what_the_server_refuses_fails_and_can_be_mended(workspace, post, of, hanbit):
    post.refuse = frozenset({"lee@hanbit.example"})
    held = queued(workspace)
    good = queued(workspace, replace(LETTER, cc=()))
    run = outbox.send_due(workspace)
    assert (run.failed, run.sent, len(post.got)) == (1, 1, 1)
    failed = outbox.one(workspace, held.id)
    assert (failed.state, failed.error.code, failed.error.params["who"]) == (
        OutState.FAILED,
        "mail.refused",
        "lee@hanbit.example",
    )
    mended = outbox.rewrite(workspace, held.id, replace(LETTER, cc=()))
    assert (mended.state, mended.error) == (OutState.DRAFT, None)
    outbox.queue(workspace, held.id)
    assert outbox.send_due(workspace).sent == 1
    with pytest.raises(Refusal) as caught:
        outbox.rewrite(workspace, good.id, LETTER)
    assert caught.value.code == "mail.outgoing.fixed"


def test_not_now_is_tried_again_and_no_is_not(workspace, post, of, hanbit):
    held = queued(workspace)
    post.say = "451 try later"
    outbox.send_due(workspace)
    assert outbox.one(workspace, held.id).state is OutState.WAITING
    post.say = "554 spam"
    outbox.send_due(workspace, asked=True)
    assert outbox.one(workspace, held.id).state is OutState.FAILED


def test_a_line_that_breaks_after_the_text_is_unclear_and_never_sent_again_by_itself(workspace, post, of, hanbit):
    post.hang_up = True
    held = queued(workspace)
    assert outbox.send_due(workspace).unclear == 1
    assert outbox.one(workspace, held.id).error.code == "mail.unclear"
    post.hang_up = False
    assert outbox.send_due(workspace, asked=True).sent == 0
    assert len(post.got) == 1
    with pytest.raises(Refusal):
        outbox.drop(workspace, held.id)
    outbox.settle(workspace, held.id, arrived=False)
    assert outbox.send_due(workspace).sent == 1
    assert parsed(post, 0)["message-id"] == parsed(post, 1)["message-id"], "a second copy is one mail to its reader"


@pytest.mark.parametrize("before", [True, False])
def test_a_crash_around_the_handing_over_never_sends_twice(workspace, post, of, hanbit, monkeypatch, before):
    class Crash(BaseException):
        pass

    held = queued(workspace)
    hand_over = smtp.Reaching.hand_over

    def crashing(line, message):
        if not before:
            hand_over(line, message)
        raise Crash

    with monkeypatch.context() as patch:
        patch.setattr(smtp.Reaching, "hand_over", crashing)
        with pytest.raises(Crash):
            outbox.send_due(workspace)
    assert outbox.one(workspace, held.id).state is OutState.HANDING
    assert outbox.send_due(workspace, asked=True).sent == 0
    assert outbox.one(workspace, held.id).state is OutState.UNCLEAR
    assert len(post.got) == (0 if before else 1)
    outbox.settle(workspace, held.id, arrived=True)
    assert outbox.one(workspace, held.id).state is OutState.SENT
    assert records.count(workspace, "activity") == 1


def test_an_unclear_mail_that_lies_in_the_mailbox_was_sent(workspace, post, mailbox, hanbit):
    of = accounts.save(workspace, account_at(mailbox, post, folders=("Sent",)), PASSWORD)
    post.hang_up = True
    held = queued(workspace)
    outbox.send_due(workspace)
    mailbox.put("Sent", [post.got[0][2]])
    assert syncing.sync(workspace, of).error is None
    assert outbox.one(workspace, held.id).state is OutState.SENT
    assert records.count(workspace, "activity") == 1


def test_what_cannot_be_sent_is_refused_at_queueing(workspace, post, of):
    for letter, code in (
        (Letter(), "mail.no_recipient"),
        (replace(LETTER, to=("nobody",)), "mail.address"),
        (replace(LETTER, to=("a@b.example\r\nBcc: x@y.example",)), "mail.address"),
    ):
        with pytest.raises(Refusal) as caught:
            queued(workspace, letter)
        assert caught.value.code == code
    accounts.save(workspace, replace(of, smtp=None))
    with pytest.raises(Refusal) as caught:
        queued(workspace)
    assert caught.value.code == "mail.no_smtp"


def test_a_wrong_password_waits_for_the_user(workspace, post, of, hanbit):
    accounts.save(workspace, of, "wrong")
    held = queued(workspace)
    outbox.send_due(workspace)
    waits = outbox.one(workspace, held.id)
    assert (waits.state, waits.error.code, waits.next_at) == (OutState.WAITING, "mail.sign_in", None)
    assert not outbox.due(workspace)


def test_a_mail_to_nobody_known_stays_out_of_the_teams_data(workspace, post, of):
    queued(workspace, replace(LETTER, to=("x@elsewhere.example",), cc=()))
    assert outbox.send_due(workspace).sent == 1
    assert records.count(workspace, "activity") == 0
