"""The mail page over real servers: an account is set, a mail is decided on, an exchange is answered and goes out; both looks."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QBuffer, Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QPushButton

from desktop_crm import i18n
from desktop_crm.domain.mail.outgoing import OutState
from desktop_crm.services import blobs, records
from desktop_crm.services.mail import accounts, deciding, outbox, syncing
from desktop_crm.services.mail.taking import mail_id
from desktop_crm.ui.activities.stream_panel import StreamPanel
from desktop_crm.ui.mail.page import OUT, MailPage
from tests.services.mail.conftest import company, mail
from tests.support.mail_servers import PASSWORD, USER, account_at, imap_server, smtp_server
from tests.ui.conftest import both_ways


def _picture() -> bytes:
    held = QBuffer()
    image = QImage(40, 30, QImage.Format.Format_RGB32)
    image.fill(0x336699)
    image.save(held, "PNG")
    return held.data().data()


PICTURE = _picture()
STRANGE = mail(2, sender="x@elsewhere.example", subject="초대")


@pytest.fixture(scope="module")
def mailbox():
    with imap_server() as running:
        running.put("INBOX", [mail(1), STRANGE])
        yield running


@pytest.fixture
def post():
    with smtp_server() as running:
        yield running


@pytest.fixture
def hanbit(workspace):
    return company(workspace)


@pytest.fixture
def synced(workspace, mailbox, post, hanbit):
    of = accounts.save(workspace, account_at(mailbox, post), PASSWORD)
    assert syncing.sync(workspace, of).error is None
    return of


def test_the_first_account_is_tried_and_kept(context, show, qtbot, workspace, mailbox, hanbit):
    page = show(MailPage(context))
    qtbot.waitUntil(page.add.isVisible)
    assert not page.new.isEnabled()
    page.add.click()
    dialog = page.dialog
    dialog.address.setText(USER)
    for row, port in ((dialog.imap, mailbox.port), (dialog.smtp, 1)):
        row.host.setText("127.0.0.1")
        row.security.setCurrentIndex(row.security.findData("plain"))
        row.port.setValue(port)
    dialog.smtp.host.clear()
    dialog.password.setText("wrong")
    dialog.try_out()
    qtbot.waitUntil(dialog.word.isVisible)
    assert "password" in dialog.word.text()
    dialog.password.setText(PASSWORD)
    dialog.try_out()
    qtbot.waitUntil(lambda: bool(dialog.said.text()) and not dialog.word.isVisible() and dialog.folders.count() == 1)
    qtbot.waitUntil(lambda: "Choose the folders" in dialog.said.text())
    dialog.go.click()
    qtbot.waitUntil(lambda: page.decide.rows.rowCount() == 1)
    assert records.count(workspace, "activity") == 1, "saving an account looks at once"
    qtbot.waitUntil(lambda: not context.mail.running)


def test_a_mail_of_a_stranger_is_put_with_an_account(context, show, qtbot, workspace, synced, hanbit):
    page = show(MailPage(context))
    qtbot.waitUntil(lambda: page.decide.rows.rowCount() == 1)
    page.decide.put.click()
    assert page.decide.word.isVisible()
    page.decide.table.selectRow(0)
    page.decide.account.show_reference(hanbit, "한빛전자")
    page.decide.put.click()

    def brought() -> bool:
        """A server that did not answer in time on a busy machine is asked again, as its user would."""
        found = records.count(workspace, "activity") == 2
        if not found and not context.mail.running and page.now.isEnabled():
            page.now.click()
        return found

    qtbot.waitUntil(brought)
    qtbot.waitUntil(lambda: page.decide.rows.rowCount() == 0 and not context.mail.running)


def test_an_exchange_is_opened_from_the_timeline_answered_and_sent(
    context, show, qtbot, workspace, synced, post, hanbit
):
    went = []
    context.routes.arrived.connect(went.append)
    panel = show(StreamPanel(context, "account"))
    panel.show_row(hanbit)
    qtbot.waitUntil(lambda: panel.model.rowCount() >= 1)
    rows = [row for row in range(panel.model.rowCount()) if panel.model.entry(row).entity == "activity"]
    panel.list.setCurrentIndex(panel.model.index(rows[0]))
    qtbot.keyClick(panel.list, Qt.Key.Key_Return)
    assert (went[-1].page, went[-1].row_id) == ("mail", mail_id("<1@x>"))
    page = show(MailPage(context))
    page.open_row(went[-1].row_id)
    qtbot.waitUntil(page.exchange.isVisible)
    page.exchange.reply.click()
    qtbot.waitUntil(lambda: page.dialog is not None)
    dialog = page.dialog
    assert (dialog.to.text(), dialog.subject.text()) == ("oh@hanbit.example", "Re: 도면 요청")
    dialog.body.insertPlainText("보내드렸습니다.")
    qtbot.waitUntil(lambda: "보내드렸습니다." in outbox.outgoing(workspace)[0].letter.body)
    dialog.go.click()
    qtbot.waitUntil(lambda: outbox.outgoing(workspace)[0].state is OutState.SENT)
    assert b"In-Reply-To: <1@x>" in post.got[0][2]
    qtbot.waitUntil(lambda: page.dialog is None and not context.mail.running)


def test_a_file_of_a_mail_is_looked_at_and_saved(context, show, qtbot, workspace, synced, hanbit, tmp_path):
    digest = blobs.put(workspace, PICTURE, "image/png")
    fields = {"name": "도면.png", "account_id": hanbit, "activity_id": mail_id("<1@x>"), "mime": "image/png"}
    records.create(workspace, "attachment", {**fields, "content": digest, "size": len(PICTURE)})
    page = show(MailPage(context))
    page.open_row(mail_id("<1@x>"))
    qtbot.waitUntil(lambda: any("도면.png" in one.text() for one in page.exchange.findChildren(QPushButton)))
    next(one for one in page.exchange.findChildren(QPushButton) if "도면.png" in one.text()).click()
    dialog = page.dialog
    qtbot.waitUntil(lambda: not dialog.preview.picture.pixmap().isNull())
    assert dialog.windowTitle() == "도면.png"
    target = tmp_path / "copy.png"
    dialog.write_copy(target)
    qtbot.waitUntil(lambda: "copy.png" in dialog.said.text())
    assert target.read_bytes() == PICTURE
    dialog.reject()


def test_a_sender_never_asked_about_is_asked_about_again(context, show, qtbot, workspace, synced):
    deciding.drop(workspace, [one.key for one in deciding.waiting(workspace)], sender_too=True)
    page = show(MailPage(context))
    page.show_never()
    dialog = page.dialog
    qtbot.waitUntil(lambda: dialog.list.count() == 1 and dialog.again.isEnabled())
    assert dialog.list.item(0).text() == "x@elsewhere.example"
    dialog.again.click()
    qtbot.waitUntil(lambda: not dialog.list.isVisible())
    assert (deciding.never(workspace), dialog.again.isEnabled()) == ((), False)
    dialog.reject()


def test_an_answer_nobody_wrote_leaves_no_draft(context, show, qtbot, workspace, synced):
    page = show(MailPage(context))
    page.open_row(mail_id("<1@x>"))
    qtbot.waitUntil(page.exchange.isVisible)
    page.exchange.forward.click()
    qtbot.waitUntil(lambda: page.dialog is not None)
    page.dialog.reject()
    qtbot.waitUntil(lambda: outbox.outgoing(workspace) == ())


@pytest.mark.parametrize(("language", "scheme"), both_ways())
def test_an_unclear_mail_is_settled_by_the_user_in_both_looks(
    context, theme, show, qtbot, workspace, synced, post, language, scheme
):
    post.hang_up = True
    outbox.queue(workspace, outbox.draft(workspace, "", outbox.Letter(to=("Oh@hanbit.example",), subject="s")).id)
    outbox.send_due(workspace)
    i18n.use(language)
    theme.choose(scheme)
    page = show(MailPage(context))
    page.tabs.choice(OUT).click()
    qtbot.waitUntil(lambda: page.out.rows.rowCount() == 1 and page.out.arrived.isEnabled())
    assert page.out.why.text()
    assert not page.out.opening.isEnabled()
    assert not page.out.throw.isEnabled()
    page.out.arrived.click()
    qtbot.waitUntil(lambda: outbox.outgoing(workspace)[0].state is OutState.SENT)
    qtbot.waitUntil(lambda: not context.mail.running)
