"""Error texts about mail: accounts, servers, what waits, what goes out. Data, no behaviour."""

from __future__ import annotations

from desktop_crm.i18n.catalogue import mark
from desktop_crm.i18n.error_rows.row import Row

_WAITS = mark("Mails that were taken in stay; what goes out waits here.")
_ACCOUNT = mark("Look at the mail account's settings.")

ROWS: dict[str, Row] = {
    "mail.account.incomplete": Row(
        mark("The mail account is not complete"),
        mark("It needs an address, a server to receive from, a user and at least one folder."),
        "",
        mark("Fill in what is missing."),
    ),
    "mail.account.none": Row(
        mark("There is no mail account yet"),
        mark("This laptop has no mail account."),
        "",
        mark("Add one on the mail page, or with “desktop-crm mail account add”."),
    ),
    "mail.account.twice": Row(
        mark("The mail account is there already"),
        mark("{address} is an account of this laptop already."),
        "",
        mark("Change the account that is there."),
    ),
    "mail.account.unknown": Row(
        mark("There is no such mail account"),
        mark("“{name}” is no mail account of this laptop."),
        "",
        mark("Name it by its address."),
    ),
    "mail.address": Row(
        mark("This is no mail address"),
        mark("“{address}” cannot be sent to."),
        "",
        mark("Write it like name@company.example."),
    ),
    "mail.answer": Row(
        mark("The mail server answered strangely"),
        mark("{host} said: {reason}"),
        _WAITS,
        mark("Try again later; if it stays so, ask whoever runs the mail server."),
    ),
    "mail.certificate": Row(
        mark("The mail server cannot be trusted"),
        mark("The certificate of {host} is not genuine: {reason}"),
        _WAITS,
        mark("Check the server's name; in a strange network wait until you are back."),
    ),
    "mail.folder": Row(
        mark("The mail folder is not there"),
        mark("The mailbox has no folder “{folder}” that can be opened."),
        "",
        mark("Choose the folders in the mail account's settings again."),
    ),
    "mail.never.unknown": Row(
        mark("The sender is asked about already"),
        mark("{sender} is not among the senders nothing is asked about."),
        "",
        mark("Look at the list of these senders."),
    ),
    "mail.no_recipient": Row(
        mark("The mail has no recipient"),
        mark("Nobody is named to whom it should go."),
        "",
        mark("Write an address."),
    ),
    "mail.no_smtp": Row(
        mark("The mail account cannot send"),
        mark("No server for sending is set for {address}."),
        "",
        _ACCOUNT,
    ),
    "mail.none": Row(
        mark("The mail is not waiting any more"),
        mark("It was decided on meanwhile."),
        "",
        mark("Look again."),
    ),
    "mail.not_now": Row(
        mark("The mail is tried again later"),
        mark("{host} said: {reason} {who}"),
        mark("The mail waits here and is tried again by itself."),
        mark("There is nothing to do."),
    ),
    "mail.open": Row(
        mark("The connection would be open"),
        mark("Without TLS anybody on the way to {host} could read the password and the mails."),
        "",
        mark("Choose TLS or STARTTLS."),
    ),
    "mail.outgoing.fixed": Row(
        mark("The mail cannot be changed any more"),
        mark("It was sent, is being sent, or it is not clear whether it was."),
        "",
        mark("Write a new one; of an unclear one say first what became of it."),
    ),
    "mail.outgoing.unknown": Row(
        mark("The mail is not there"), mark("It was thrown away meanwhile."), "", mark("Look again.")
    ),
    "mail.password": Row(
        mark("The mail account's password is missing"),
        mark("The keyring of this laptop holds no password for {address}."),
        "",
        mark("Type it in the mail account's settings."),
    ),
    "mail.refused": Row(
        mark("The mail server refused the mail"),
        mark("{host} said: {reason} {who}"),
        mark("Nobody got the mail; it is kept here."),
        mark("Change what it says, then send it again."),
    ),
    "mail.sign_in": Row(
        mark("The mail server does not let you in"),
        mark("{host} does not take the user {user} with this password."),
        mark("Nothing was changed; it is not tried again by itself, so that the account is not locked."),
        mark("Type the password anew; many servers want an app password."),
    ),
    "mail.unclear": Row(
        mark("Nobody knows whether it was sent"),
        mark("The line broke after the text was handed over, so the server may have it or not."),
        mark("The mail is kept here and is not sent again by itself."),
        mark("Look into your mailbox, then say that it arrived or send it again."),
    ),
    "mail.unreachable": Row(
        mark("The mail server was not reached"),
        mark("{host}, port {port}: {reason}"),
        _WAITS,
        mark("It is tried again by itself; check the network and the server's name."),
    ),
}
