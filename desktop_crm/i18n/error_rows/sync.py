"""Error texts about sync, as a laptop meets it, and why the server refused a change. Data, no behaviour."""

from __future__ import annotations

from desktop_crm.i18n.catalogue import mark
from desktop_crm.i18n.error_rows.row import Row

_WAITS = mark("Your changes are saved here and wait.")
_REFUSED = mark("The server refused a change")
_IN_QUARANTINE = mark("What you typed is kept in the sync centre.")
_LOOK = mark("Look at it in the sync centre: make it again or let it go.")

_TRY_BROWSER = mark("Try again, or sign in with your user name and password.")

ROWS: dict[str, Row] = {
    "offline.everything": Row(
        mark("This laptop keeps every file"),
        mark("Nothing can go while all files are kept here."),
        "",
        mark("Keep the files of chosen accounts alone, then make room."),
    ),
    "offline.alone": Row(
        mark("There is no server to fetch it from"),
        mark("This workspace works alone, so a file that is not here cannot come."),
        "",
        mark("Join the team's server in the sync centre, or attach the file again."),
    ),
    "sync.browser.address": Row(
        mark("The sign-in page cannot be opened"),
        mark("“{address}” is not an encrypted address."),
        "",
        mark("Ask whoever runs the server."),
    ),
    "sync.browser.late": Row(
        mark("Nobody signed in"), mark("No answer came from the browser in five minutes."), _WAITS, _TRY_BROWSER
    ),
    "sync.browser.off": Row(
        mark("No sign-in by the browser here"),
        mark("{url} knows passwords alone."),
        "",
        mark("Sign in with your user name and password."),
    ),
    "sync.browser.refused": Row(
        mark("Sign-in failed"), mark("The identity provider did not say who you are."), _WAITS, _TRY_BROWSER
    ),
    "sync.browser.stopped": Row(
        mark("Nobody signed in"), mark("The sign-in by the browser was called off."), _WAITS, _TRY_BROWSER
    ),
    "sync.browser.user": Row(
        mark("The server does not know you"),
        mark("You signed in at the identity provider, but no user here belongs to that account."),
        _WAITS,
        mark("Ask whoever runs the server to let you in."),
    ),
    "sync.code": Row(
        mark("A code is needed"),
        mark("This user signs in with a second factor, and the code is missing, wrong or used."),
        "",
        mark("Type the six digits that your authenticator app shows now."),
    ),
    "sync.conflict.duplicate": Row(
        mark("Nothing to take back here"),
        mark("Two records carry the same key; both are kept."),
        "",
        mark("Change the key of one of them, or merge them."),
    ),
    "sync.conflict.unknown": Row(
        mark("The conflict is not there"),
        mark("It was settled meanwhile."),
        "",
        mark("Sync and look again."),
    ),
    "sync.device_revoked": Row(
        mark("This laptop is locked out"),
        mark("Its access was withdrawn on the server."),
        _WAITS,
        mark("Ask whoever runs the server."),
    ),
    "sync.folder.base": Row(
        mark("A file of the team is missing"),
        mark("The newest file builds on {file}, which is not in the folder or is another."),
        _WAITS,
        mark("Copy the whole folder, not one file of it."),
    ),
    "sync.many_leaving": Row(
        mark("Sync has stopped to ask"),
        mark("{count} records would leave this laptop at once, although your rights did not change."),
        mark("Nothing has left."),
        mark("Ask whoever runs the server; if it is right, let them go."),
    ),
    "sync.not_joined": Row(
        mark("There is no server yet"),
        mark("This workspace belongs to no server."),
        "",
        mark("Join one with its address, your name and your password."),
    ),
    "sync.password_file": Row(
        mark("The password file cannot be read"),
        mark("{file} is not a readable text file."),
        "",
        mark("Check the path."),
    ),
    "sync.pin.form": Row(
        mark("That is no fingerprint"),
        mark("A fingerprint is the SHA-256 of the server's certificate or public key: 64 hex digits, or base64."),
        "",
        mark("Copy it again, or leave it empty."),
    ),
    "sync.pin.wrong": Row(
        mark("This is not your server"),
        mark("What answers at {url} has another fingerprint than the one you entered. Nothing was sent to it."),
        _WAITS,
        mark("Ask whoever runs the server whether its key was changed; if not, somebody stands in between."),
    ),
    "sync.plain_http": Row(
        mark("The connection would be open"),
        mark("{url} is not encrypted, and the server is not on this machine."),
        _WAITS,
        mark("Use an address that begins with https."),
    ),
    "sync.refused_unknown": Row(
        mark("The change is not there"), mark("It was made again or let go meanwhile."), "", mark("Look again.")
    ),
    "sync.refused.approval": Row(
        _REFUSED,
        mark("The quote needs an approval that it does not have."),
        _IN_QUARANTINE,
        mark("Ask for approval; when it is there, send the change again."),
    ),
    "sync.refused.approval_content": Row(
        _REFUSED, mark("It is not about what the quote says."), _IN_QUARANTINE, mark("Ask for approval again.")
    ),
    "sync.refused.approver": Row(_REFUSED, mark("Somebody else is asked for this approval."), _IN_QUARANTINE, _LOOK),
    "sync.refused.author": Row(_REFUSED, mark("It was written in another name."), _IN_QUARANTINE, _LOOK),
    "sync.refused.envelope": Row(
        _REFUSED,
        mark("The approval in advance is not genuine, or does not cover the quote."),
        _IN_QUARANTINE,
        mark("Ask for approval; when it is there, send the change again."),
    ),
    "sync.refused.envelope_used_up": Row(
        _REFUSED,
        mark("The approval in advance is used up."),
        _IN_QUARANTINE,
        mark("Ask for approval; when it is there, send the change again."),
    ),
    "sync.refused.version": Row(
        _REFUSED, mark("The version does not add up, or is not what its hash says."), _IN_QUARANTINE, _LOOK
    ),
    "sync.refused.altered": Row(_REFUSED, mark("It came twice with different content."), _IN_QUARANTINE, _LOOK),
    "sync.refused.fixed": Row(_REFUSED, mark("The field is fixed once it is set."), _IN_QUARANTINE, _LOOK),
    "sync.refused.issued": Row(
        _REFUSED, mark("An issued version never changes."), _IN_QUARANTINE, mark("Make a new version.")
    ),
    "sync.refused.ledger": Row(
        _REFUSED, mark("A ledger entry never changes."), _IN_QUARANTINE, mark("Enter a correction.")
    ),
    "sync.refused.malformed": Row(_REFUSED, mark("It was damaged."), _IN_QUARANTINE, _LOOK),
    "sync.refused.not_a_set": Row(_REFUSED, mark("The field holds no list of words."), _IN_QUARANTINE, _LOOK),
    "sealed.damaged": Row(
        mark("The file cannot be opened"),
        mark("{file} was made with another passphrase, or it is damaged."),
        mark("Nothing was changed here."),
        mark("Try the passphrase again, or take another copy of the file."),
    ),
    "sealed.other_kind": Row(
        mark("This is another kind of file"),
        mark("{file} is not what is asked for here."),
        mark("Nothing was changed here."),
        mark("Choose another file."),
    ),
    "sealed.unreadable": Row(
        mark("The file cannot be read"),
        mark("{file} could not be read ({reason})."),
        mark("Nothing was changed here."),
        mark("Check that the file is there and may be read."),
    ),
    "sealed.unwritable": Row(
        mark("The file cannot be written"),
        mark("{file} could not be written ({reason})."),
        mark("Everything saved before is still there."),
        mark("Choose another place, or make room there."),
    ),
    "sync.folder.forged": Row(
        mark("The team's file is not to be trusted"),
        mark("{file} says that it comes from a laptop of the team, but that laptop did not sign it."),
        mark("Nothing was changed here."),
        mark("Ask whoever wrote it last, and take the file before it."),
    ),
    "sync.folder.joined": Row(
        mark("This workspace has a server"),
        mark("Changes go over the server; a folder is for teams that have none."),
        "",
        mark("Sync with the server."),
    ),
    "sync.folder.missing": Row(
        mark("The folder is not there"),
        mark("{file} is not a folder that can be written to."),
        mark("Your changes are saved here and wait."),
        mark("Plug the stick in, or choose another folder."),
    ),
    "sync.locked": Row(
        mark("This laptop has to meet its server"),
        mark("It has had no contact for {days} days, which is longer than your team allows."),
        mark("Everything is saved, and your changes wait to be sent."),
        mark("Connect to the network and sync."),
    ),
    "sync.quota": Row(
        mark("The server has no room for more files"),
        mark("A file does not fit into what the team may keep there."),
        mark("Everything else was sent; the file stays on the laptop and is sent when there is room."),
        mark("Delete attachments, or ask an administrator for more room."),
    ),
    "sync.refused.purged": Row(
        _REFUSED,
        mark("The record was deleted long ago, and its content is gone."),
        _IN_QUARANTINE,
        mark("Make it anew."),
    ),
    "sync.refused.role": Row(
        _REFUSED,
        mark("Your role does not allow this change."),
        _IN_QUARANTINE,
        mark("Ask a manager or the administrator."),
    ),
    "sync.refused.scope": Row(_REFUSED, mark("You may not change this record."), _IN_QUARANTINE, _LOOK),
    "sync.refused.server_made": Row(_REFUSED, mark("Only the server writes these records."), _IN_QUARANTINE, _LOOK),
    "sync.refused.state": Row(
        _REFUSED, mark("That step is not possible from the present state."), _IN_QUARANTINE, _LOOK
    ),
    "sync.refused.too_long": Row(_REFUSED, mark("The text is too long."), _IN_QUARANTINE, mark("Shorten it.")),
    "sync.refused.unknown_entity": Row(
        _REFUSED, mark("The server does not know this kind of record."), _IN_QUARANTINE, mark("Upgrade the server.")
    ),
    "sync.running": Row(mark("Sync is running"), mark("A run is under way."), "", mark("Wait until it is through.")),
    "sync.server.captive": Row(
        mark("This network asks for a sign-in first"),
        mark("The network answered in the place of {url}, as those of hotels and trains do."),
        _WAITS,
        mark("Open any page in your browser and sign in to the network; then sync again."),
    ),
    "sync.server.certificate": Row(
        mark("The server cannot show who it is"),
        mark("The certificate at {url} is not valid. A network that asks for a sign-in first does so too."),
        _WAITS,
        mark("Check the network and the address; a certificate of your own needs its fingerprint where you join."),
    ),
    "sync.server.busy": Row(
        mark("The server is busy"), mark("{url} answered: later (status {status})."), _WAITS, mark("Try again later.")
    ),
    "sync.server.cut": Row(
        mark("The line was cut"),
        mark("The connection to {url} broke off."),
        _WAITS,
        mark("Sync goes on where it stopped."),
    ),
    "sync.server.failed": Row(
        mark("The server failed"),
        mark("{url} could not answer (status {status})."),
        _WAITS,
        mark("Try again later; tell whoever runs the server."),
    ),
    "sync.server.garbage": Row(
        mark("That is not our server's answer"),
        mark("What came back cannot be read ({reason}). A hotel or guest network may stand between."),
        _WAITS,
        mark("Check the address and the network, then sync again."),
    ),
    "sync.server.refused": Row(
        mark("The server refused the request"),
        mark("{url} said: {reason}."),
        _WAITS,
        mark("Install the current version and sync again."),
    ),
    "sync.server.slow": Row(
        mark("The server did not answer in time"), mark("{url} took too long."), _WAITS, mark("Try again in a moment.")
    ),
    "sync.server.unreachable": Row(
        mark("The server cannot be reached"),
        mark("{url} does not answer."),
        _WAITS,
        mark("Check the network and the address."),
    ),
    "sync.sign_in": Row(
        mark("Sign-in failed"), mark("The name or the password is wrong."), _WAITS, mark("Check both and try again.")
    ),
    "sync.sign_in_again": Row(
        mark("Please sign in again"), mark("The sign-in has run out."), _WAITS, mark("Sign in; your changes wait here.")
    ),
    "sync.upgrade_required": Row(
        mark("The server is newer than this program"),
        mark("It no longer speaks this version."),
        _WAITS,
        mark("Install the current version and sync again."),
    ),
    "sync.url": Row(
        mark("The address cannot be used"), mark("“{url}” is not a server's address."), "", mark("Check the address.")
    ),
}
