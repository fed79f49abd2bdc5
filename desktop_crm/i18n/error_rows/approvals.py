"""Error texts about approvals and envelopes. Data, no behaviour; `error_table.py` says how a row is read."""

from __future__ import annotations

from desktop_crm.i18n.catalogue import mark
from desktop_crm.i18n.error_rows.row import Row

ROWS: dict[str, Row] = {
    "approval.condition": Row(
        mark("The condition cannot be read"),
        mark("“{piece}” is no condition."),
        mark("The rule is as it was."),
        mark("Write it like “discount > 10 and category = Sensors or amount >= 100000000 KRW”."),
    ),
    "approval.step": Row(
        mark("A step has no approver"),
        mark("A step names either a person or a role."),
        mark("The rule is as it was."),
        mark("Choose who approves at every step."),
    ),
    "approval.user": Row(
        mark("No such person"),
        mark("“{name}” is nobody in this workspace, or several people."),
        mark("Nothing was changed."),
        mark("Give the name as it stands in the list of users."),
    ),
    "approval.delegate": Row(
        mark("This cannot be a delegation"),
        mark("A delegate is somebody else, and the last day is not before the first."),
        mark("Nothing was changed."),
        mark("Choose another person or other days."),
    ),
    "approval.not_administrator": Row(
        mark("Only an administrator changes approval rules"),
        mark("Your role does not allow it."),
        mark("The rules are as they were."),
        mark("Ask an administrator of your team."),
    ),
    "approval.not_needed": Row(
        mark("No approval is needed"),
        mark("No rule applies to {number}."),
        mark("The draft is as it was."),
        mark("Issue the quote."),
    ),
    "approval.already": Row(
        mark("Approval was asked for already"),
        mark("{number} waits for approval or has it."),
        mark("The request is as it was."),
        mark("Wait for the answer, or change the quote."),
    ),
    "approval.reason": Row(
        mark("A rejection needs a reason"),
        mark("Whoever asked wants to know what to change."),
        mark("Nothing was changed."),
        mark("Write a reason, then reject again."),
    ),
    "approval.no_request": Row(
        mark("Nothing waits for an answer"),
        mark("There is no open request for {number}."),
        mark("Nothing was changed."),
        mark("Ask for approval first."),
    ),
    "approval.void": Row(
        mark("The quote was changed since"),
        mark("{number} is no longer what approval was asked for."),
        mark("Nothing was changed."),
        mark("Let approval be asked for again."),
    ),
    "approval.not_yours": Row(
        mark("Somebody else is asked"),
        mark("{number} waits for: {who}."),
        mark("Nothing was changed."),
        mark("Let one of them answer."),
    ),
    "approval.own": Row(
        mark("Nobody approves his own request"),
        mark("You asked for the approval of {number} yourself."),
        mark("Nothing was changed."),
        mark("Let somebody else with that seat, or a delegate, answer."),
    ),
    "approval.needed": Row(
        mark("This quote needs approval"),
        mark("“{rule}” asks {who}: {why}."),
        mark("The draft is as it was."),
        mark("Ask for approval, or change the quote so that the rule does not apply."),
    ),
    "approval.waiting": Row(
        mark("This quote waits for approval"),
        mark("“{rule}” asks {who}: {why}."),
        mark("The draft is as it was."),
        mark("Wait for the answer; you are told when it comes."),
    ),
    "approval.changed": Row(
        mark("The approval no longer holds"),
        mark("{number} was changed after approval was asked for ({line} {field}). “{rule}” asks {who}: {why}."),
        mark("The draft is as it was."),
        mark("Ask for approval again, or undo the change."),
    ),
    "envelope.limit_unsound": Row(
        mark("The limit makes no sense"),
        mark("A limit lies above 0 and below 100 percent."),
        mark("Nothing was changed."),
        mark("Enter another percentage."),
    ),
    "envelope.uses_unsound": Row(
        mark("The number of uses makes no sense"),
        mark("An approval in advance is used 1 to 999 times."),
        mark("Nothing was changed."),
        mark("Enter another number."),
    ),
    "envelope.date_unsound": Row(
        mark("The last day is past"),
        mark("An approval in advance ends today or later."),
        mark("Nothing was changed."),
        mark("Choose another day."),
    ),
    "envelope.no_team": Row(
        mark("There is no team yet"),
        mark("An approval in advance is certified by your team’s server."),
        mark("Nothing was changed."),
        mark("Sign in to the server first."),
    ),
    "envelope.not_manager": Row(
        mark("Only a manager approves in advance"),
        mark("Your role does not allow it."),
        mark("Nothing was changed."),
        mark("Ask your manager."),
    ),
    "envelope.unknown": Row(
        mark("No such approval in advance"),
        mark("It is not in this workspace."),
        mark("The draft is as it was."),
        mark("Choose one from the list."),
    ),
    "envelope.account": Row(
        mark("The approval in advance is for another account"),
        mark("It names another account than the quote."),
        mark("The draft is as it was."),
        mark("Ask for approval."),
    ),
    "envelope.expired": Row(
        mark("The approval in advance has expired"),
        mark("It was valid until {date}."),
        mark("The draft is as it was."),
        mark("Ask for approval, or for a new one in advance."),
    ),
    "envelope.product": Row(
        mark("A line is not covered by the approval in advance"),
        mark("“{line}” bears a discount and is none of its products."),
        mark("The draft is as it was."),
        mark("Take the discount off that line, or ask for approval."),
    ),
    "envelope.limit": Row(
        mark("A line lies above the limit"),
        mark("“{line}” gives away more than {limit} %."),
        mark("The draft is as it was."),
        mark("Give less away on that line, or ask for approval."),
    ),
    "envelope.margin": Row(
        mark("The margin lies below the limit"),
        mark("The approval in advance wants a margin of at least {limit} %; a margin that is not known is not enough."),
        mark("The draft is as it was."),
        mark("Give less away, or ask for approval."),
    ),
    "envelope.amount": Row(
        mark("The amount lies above the limit"),
        mark("The approval in advance goes up to {limit}, without tax and in that currency."),
        mark("The draft is as it was."),
        mark("Offer less, or ask for approval."),
    ),
    "envelope.amount_unsound": Row(
        mark("The amount makes no sense"),
        mark("A largest amount lies above 0 and has a currency."),
        mark("Nothing was changed."),
        mark("Enter another amount."),
    ),
    "envelope.used_up": Row(
        mark("The approval in advance is used up"),
        mark("{uses} quotes were issued under it."),
        mark("The draft is as it was."),
        mark("Ask for approval, or for a new one in advance."),
    ),
    "envelope.revoked": Row(
        mark("The approval in advance was taken back"),
        mark("Its manager withdrew it or its key."),
        mark("The draft is as it was."),
        mark("Ask for approval."),
    ),
    "envelope.forged": Row(
        mark("The approval in advance is not genuine"),
        mark("Its key was not certified by your team’s server for this manager."),
        mark("The draft is as it was."),
        mark("Ask for approval, and tell your administrator."),
    ),
    "envelope.altered": Row(
        mark("The approval in advance was altered"),
        mark("It no longer says what its manager signed."),
        mark("The draft is as it was."),
        mark("Ask for approval, and tell your administrator."),
    ),
    "envelope.uncertified": Row(
        mark("The approval in advance is not certified yet"),
        mark("Its key has not reached the server."),
        mark("The draft is as it was."),
        mark("Sync the manager’s laptop, then this one."),
    ),
}
