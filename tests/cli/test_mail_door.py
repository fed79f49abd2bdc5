"""`mail` at the terminal, with real servers: an account, a sync, a decision, an answer that goes out."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

from desktop_crm import i18n
from desktop_crm.cli.main import group
from desktop_crm.security.secrets import MemoryStore
from desktop_crm.services import workspace
from desktop_crm.services.mail.taking import mail_id
from tests.services.mail.conftest import company, mail
from tests.support.mail_servers import PASSWORD, USER, imap_server, smtp_server

PASSPHRASE = "열려라 참깨 2026"


@pytest.fixture
def crm(tmp_path, monkeypatch):
    monkeypatch.setenv("DESKTOP_CRM_PASSPHRASE", PASSPHRASE)
    keyring = MemoryStore()
    monkeypatch.setattr(workspace, "KeyringStore", lambda: keyring)
    path = tmp_path / "w.crm"
    made = workspace.init_workspace(path, name="w", passphrase=PASSPHRASE)
    company(made)
    made.close()

    def run(*arguments, code=0):
        with i18n.speaking("en"):
            done = CliRunner().invoke(
                group(lambda: 0), ["mail", *map(str, arguments), "--workspace", str(path), "--json"]
            )
        assert done.exit_code == code, (arguments, done.output)
        return json.loads(done.stdout)

    return run


def test_the_whole_way_of_a_mail(crm, tmp_path):
    secret, text = tmp_path / "secret", tmp_path / "text"
    secret.write_text(PASSWORD + "\n", encoding="utf-8")
    text.write_text("도면 보내드립니다.\n", encoding="utf-8")
    assert crm("sync", code=1)["error"]["code"] == "mail.account.none"
    with imap_server() as box, smtp_server() as post:
        box.put("INBOX", [mail(1), mail(2, sender="x@elsewhere.example")])
        servers = ("--imap", "127.0.0.1", "--imap-port", box.port, "--imap-security", "plain")
        servers += ("--smtp", "127.0.0.1", "--smtp-port", post.port, "--smtp-security", "plain")
        far = (
            "account",
            "add",
            USER,
            "--imap",
            "mail.us.example",
            "--imap-security",
            "plain",
            "--password-file",
            secret,
        )
        assert crm(*far, code=1)["error"]["code"] == "mail.open"
        kept = crm("account", "add", USER, *servers, "--password-file", secret)
        assert kept["folders"] == ["INBOX"]
        assert crm("account", "try") == {"folders": ["INBOX"]}
        (run,) = crm("sync")
        assert (run["taken"], run["waiting"], run["error"]) == (1, 1, None)
        (waits,) = crm("waiting")
        assert waits["sender"] == "x@elsewhere.example"
        assert crm("drop", waits["key"], "--sender") == {"dropped": 1}
        assert crm("never") == {"senders": ["x@elsewhere.example"]}
        assert crm("ask-again", "X@elsewhere.example") == {"asked": ["X@elsewhere.example"]}
        assert crm("ask-again", "x@elsewhere.example", code=1)["error"]["code"] == "mail.never.unknown"
        box.put("INBOX", [mail(3, sender="x@elsewhere.example")])
        assert crm("sync")[0]["waiting"] == 1
        (waits,) = crm("waiting")
        assert crm("put", waits["key"], "--account", "한빛전자") == {"put": 1}
        assert crm("sync")[0]["taken"] == 1
        assert crm("status")["accounts"][0]["error"] is None
        queued = crm("write", "--reply", mail_id("<1@x>"), "--body-file", text)
        assert (queued["state"], queued["to"]) == ("waiting", ["oh@hanbit.example"])
        sent = crm("send")
        assert (sent["sent"], sent["left"], len(post.got)) == (1, [], 1)
        assert b"In-Reply-To: <1@x>" in post.got[0][2]
        crm("write", "--to", "Oh@hanbit.example", "--bcc", "boss@us.example", "--subject", "later", "--draft")
        assert crm("status")["outgoing"][0]["state"] == "draft"
    assert crm("sync", code=3)[0]["error"] == "mail.unreachable"
    assert crm("account", "remove", USER) == {"removed": USER}
    assert crm("account", "list") == []
