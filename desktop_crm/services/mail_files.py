"""Mails from EML and MBOX files into the timeline; what happens to a mail is `services.mail.taking`'s."""

from __future__ import annotations

from dataclasses import replace

from desktop_crm.exchange.mail_files import read_mail, split_mbox
from desktop_crm.services.mail import taking
from desktop_crm.services.mail.taking import MailsTaken
from desktop_crm.services.workspace import Workspace

__all__ = ["MailsTaken", "import_mail"]


def import_mail(workspace: Workspace, data: bytes) -> MailsTaken:
    """Take in an EML or MBOX file as one act; a mail that was deleted here comes back."""
    known = taking.known_here(workspace)
    fresh, here = taking.sort_out(workspace, map(read_mail, split_mbox(data)), known, again=True)
    return replace(taking.keep(workspace, fresh, known, "mail.import"), known=here)
