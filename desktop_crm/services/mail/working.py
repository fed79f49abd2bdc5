"""What the app does for mail in the background, as one piece of work: send what is due, look where it is time. And the page's view."""

from __future__ import annotations

from dataclasses import dataclass, field

from desktop_crm.foundation.changes import Changes
from desktop_crm.services.mail import accounts, deciding, outbox, syncing
from desktop_crm.services.mail.deciding import WaitingMail
from desktop_crm.services.mail.outbox import Outgoing, SendRun
from desktop_crm.services.mail.syncing import MailRun, MailState
from desktop_crm.services.workspace import Workspace

__all__ = ["MailRun", "MailState", "Outgoing", "WaitingMail"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Worked:
    """What one piece of work did."""

    runs: tuple[MailRun, ...] = ()
    sent: SendRun = field(default_factory=SendRun)
    changes: Changes = field(default_factory=Changes.none)


@dataclass(frozen=True, slots=True, kw_only=True)
class MailView:
    """All that the mail page shows but threads."""

    states: tuple[MailState, ...]
    waiting: tuple[WaitingMail, ...]
    waiting_count: int
    outgoing: tuple[Outgoing, ...]


def work(workspace: Workspace, *, asked: bool = False) -> Worked:
    """Send and look; `asked`: at once, everything. Raises nothing that the network does: that is in the states."""
    every = accounts.accounts(workspace)
    if not every:
        return Worked()
    sent = outbox.send_due(workspace, asked=asked)
    runs = syncing.sync_all(workspace, every if asked else syncing.due(workspace))
    return Worked(runs=runs, sent=sent, changes=Changes.joined((sent.changes, *(one.changes for one in runs))))


def is_due(workspace: Workspace) -> bool:
    """Whether there is anything to do."""
    return bool(accounts.accounts(workspace)) and (outbox.due(workspace) or bool(syncing.due(workspace)))


def view(workspace: Workspace) -> MailView:
    """How everything stands."""
    return MailView(
        states=syncing.states(workspace),
        waiting=deciding.waiting(workspace),
        waiting_count=deciding.waiting_count(workspace),
        outgoing=outbox.outgoing(workspace),
    )
