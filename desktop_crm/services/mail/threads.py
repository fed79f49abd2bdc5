"""An exchange of mails as one reads it: every mail of it with its text, its files and why it stands here, the oldest first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from desktop_crm.foundation.errors import Refusal
from desktop_crm.persistence.stores import mail as store
from desktop_crm.persistence.stores.mail import ThreadFile, ThreadMail
from desktop_crm.services.workspace import Workspace

__all__ = ["ThreadFile", "ThreadMail"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Thread:
    """One exchange; `opened` is the mail that was asked for."""

    opened: str
    subject: str
    mails: tuple[ThreadMail, ...]

    @property
    def last(self) -> datetime:
        return self.mails[-1].at


def thread(workspace: Workspace, activity_id: str) -> Thread:
    """The exchange a mail belongs to. Raises Refusal `record.missing`."""
    with workspace.read() as session:
        mails = store.thread_of(session.connection(), activity_id)
    if not mails:
        raise Refusal("record.missing", entity="activity", id=activity_id)
    return Thread(opened=activity_id, subject=mails[0].subject, mails=mails)
