"""Proposals on the terminal, as real processes: new, show, issue, PDF, compare, and the exit codes."""

from __future__ import annotations

from decimal import Decimal

from desktop_crm.domain.quotes.draft import QuoteLine, QuoteSection
from desktop_crm.domain.schema.options import BlockKind
from desktop_crm.foundation.ids import new_row_id
from desktop_crm.services import proposals, quotes
from desktop_crm.services.mail import accounts
from desktop_crm.services.workspace import open_workspace
from tests.support.mail_servers import account_at
from tests.support.terminal import PASSPHRASE, Laptop


def test_a_proposal_is_made_issued_printed_and_compared(tmp_path):
    laptop = Laptop.at(tmp_path / "home")
    laptop.run("init", laptop.workspace, "--name", "영업1팀", "--currency", "KRW")
    with open_workspace(laptop.workspace, passphrase=PASSPHRASE).closing() as workspace:
        with workspace.write("t") as work:
            account = work.insert("account", {"name": "한빛전자(주)"})
        line = QuoteLine(id=new_row_id(), name="펌프", quantity=Decimal(2), unit_price=Decimal(5000))
        quote = quotes.create(workspace, account_id=account, sections=(QuoteSection(id=new_row_id(), lines=(line,)),))
        quotes.issue(workspace, quote.id)
    title = ("--title", "펌프 제안", "--locale", "ko", "--quote", quote.number)
    made = laptop.ask("proposal", "new", "--account", "한빛전자(주)", *title)
    number = made["number"]
    assert made["quote"] == f"{quote.number} v1"
    assert {"code": "placeholder", "block": made["blocks"][0]["id"], "what": "opportunity.name"} in made["missing"]
    assert laptop.refused("proposal", "issue", number)["code"] == "proposal.missing"
    with open_workspace(laptop.workspace, passphrase=PASSPHRASE).closing() as workspace:
        proposals.change_block(workspace, made["blocks"][0]["id"], {"body": "합계 {quote.total}"})
    issued = laptop.ask("proposal", "issue", number)
    assert (issued["version"], len(issued["hash"])) == (1, 64)
    file = tmp_path / "out.pdf"
    laptop.ask("proposal", "pdf", number, "--output", file)
    assert file.read_bytes().startswith(b"%PDF")
    assert laptop.refused("proposal", "mail", number)["code"] == "mail.account.none"
    with open_workspace(laptop.workspace, passphrase=PASSPHRASE).closing() as workspace:
        accounts.save(workspace, account_at(None))
    assert laptop.ask("proposal", "mail", number)["state"] == "draft"
    assert laptop.refused("proposal", "mail", number, "--send")["code"] == "mail.no_recipient"
    with open_workspace(laptop.workspace, passphrase=PASSPHRASE).closing() as workspace:
        proposals.add_block(workspace, made["id"], BlockKind.TEXT, name="부록", body="끝")
    (found,) = laptop.ask("proposal", "compare", number, "1", "draft")
    assert (found["change"], found["title"]) == ("added", "부록")
    shown = laptop.run("proposal", "show", number, "--workspace", laptop.workspace)
    assert "부록" in shown.stdout
