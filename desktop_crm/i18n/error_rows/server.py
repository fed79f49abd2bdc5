"""Error texts about what the server says. Data, no behaviour; `error_table.py` says how a row is read."""

from __future__ import annotations

from desktop_crm.i18n.catalogue import mark
from desktop_crm.i18n.error_rows.row import Row

ROWS: dict[str, Row] = {
    "server.administrator": Row(
        mark("For administrators alone"),
        mark("Only administrators come in here."),
        "",
        mark("Ask an administrator, or sign in as one."),
    ),
    "server.backup": Row(
        mark("The backup did not work"),
        mark("The database could not be copied or put back ({reason})."),
        mark("The database is as it was before."),
        mark("Check the file, the free space and, with PostgreSQL, that its programs are installed."),
    ),
    "server.backup.there": Row(
        mark("There is a file of that name"),
        mark("{file} would be written over."),
        mark("Nothing was changed."),
        mark("Name another file."),
    ),
    "server.blob.hash": Row(
        mark("A file arrived damaged"),
        mark("Its content does not fit its hash."),
        "",
        mark("Sync again; the file is sent anew."),
    ),
    "server.code": Row(
        mark("A code is needed"),
        mark("This user signs in with a second factor, and the code is missing, wrong or used."),
        "",
        mark("Type the six digits that your authenticator app shows now."),
    ),
    "server.database": Row(
        mark("The server's database failed"),
        mark("The server could not read or write its data."),
        mark("Everything saved before is still there."),
        mark("Try again later; tell whoever runs the server."),
    ),
    "server.device.other": Row(
        mark("This laptop is signed in differently"),
        mark("The request came from another device than the sign-in."),
        "",
        mark("Sign in again on this laptop."),
    ),
    "server.device.revoked": Row(
        mark("This laptop is locked out"),
        mark("Its access was withdrawn on the server."),
        "",
        mark("Ask whoever runs the server."),
    ),
    "server.device.unknown": Row(
        mark("The server does not know this laptop"),
        mark("There is no laptop {device}."),
        mark("Nothing was changed."),
        mark("Look at the list of laptops."),
    ),
    "server.folder": Row(
        mark("The server's folder cannot be used"),
        mark("{folder} cannot be made or written to ({reason})."),
        mark("Everything saved before is still there."),
        mark("Choose another folder with --data."),
    ),
    "server.grant": Row(
        mark("That right cannot be given"),
        mark("{what} is neither a user or team, nor a scope, nor r or rw."),
        mark("Nothing was changed."),
        mark("Look at the lists of people, teams and territories."),
    ),
    "server.malformed": Row(
        mark("The server did not understand"),
        mark("The request is damaged or from an unknown version."),
        "",
        mark("Install the current version and sync again."),
    ),
    "server.newer_database": Row(
        mark("The database is newer than this server"),
        mark("It was written by a later version ({version})."),
        mark("Nothing was changed."),
        mark("Install the later version, or restore a backup of this one."),
    ),
    "server.not_found": Row(
        mark("The server does not know this"),
        mark("There is nothing at that address."),
        "",
        mark("Check the server's address."),
    ),
    "server.oidc.off": Row(
        mark("No sign-in by the browser here"),
        mark("No identity provider is set up."),
        mark("Nothing was changed."),
        mark("Set one up with “desktop-crm-server oidc set”."),
    ),
    "server.oidc.provider": Row(
        mark("The identity provider does not answer"),
        mark("It could not be reached, or its answer is not what the standard asks for."),
        "",
        mark("Try again later; tell whoever runs the server."),
    ),
    "server.oidc.refused": Row(
        mark("Sign-in failed"),
        mark("The identity provider did not say who you are."),
        "",
        mark("Try again in a moment."),
    ),
    "server.oidc.settings": Row(
        mark("The provider cannot be used so"),
        mark("It needs an https address and a client; new members come from named mail domains alone."),
        mark("Nothing was changed."),
        mark("Check the values and try again."),
    ),
    "server.oidc.user": Row(
        mark("The server does not know you"),
        mark("You signed in at the identity provider, but no user here belongs to that account."),
        "",
        mark("Ask whoever runs the server to let you in."),
    ),
    "server.partitions": Row(
        mark("This database cannot be divided"),
        mark("Only PostgreSQL knows partitions."),
        mark("Nothing was changed."),
        mark("Use a PostgreSQL database for several companies."),
    ),
    "server.port": Row(
        mark("The server cannot listen there"),
        mark("{host}:{port} is taken or not allowed ({reason})."),
        mark("Everything saved before is still there."),
        mark("Choose another port with --port."),
    ),
    "server.quota": Row(
        mark("The server has no room for more files"),
        mark("Files of a team may take {most} MiB."),
        mark("Everything else was sent; the file stays on the laptop and is sent when there is room."),
        mark("Delete attachments, or ask an administrator for more room."),
    ),
    "server.sign_in": Row(
        mark("Sign-in failed"), mark("The name or the password is wrong."), "", mark("Check both and try again.")
    ),
    "server.sign_in_again": Row(
        mark("Please sign in again"), mark("The sign-in has run out."), "", mark("Sign in; your changes wait here.")
    ),
    "server.token": Row(
        mark("Please sign in"), mark("The server asks who you are."), "", mark("Sign in; your changes wait here.")
    ),
    "server.too_large": Row(
        mark("That is too much at once"),
        mark("The server takes at most {most} bytes at once."),
        "",
        mark("Sync again; smaller parts are sent."),
    ),
    "server.too_often": Row(
        mark("The server is asked too often"),
        mark("More requests, or more wrong passwords, came than it takes in a minute."),
        mark("Everything saved before is still there."),
        mark("Wait a minute and try again."),
    ),
    "server.too_many": Row(
        mark("Those are too many at once"),
        mark("The server takes at most {most} changes at once."),
        "",
        mark("Sync again; smaller parts are sent."),
    ),
    "server.upload.offset": Row(
        mark("A file did not arrive in order"),
        mark("{offset} bytes of it are here; another part came."),
        mark("What arrived is kept for a week."),
        mark("Sync again; the file goes on where it stopped."),
    ),
    "server.user.exists": Row(
        mark("The user is there already"),
        mark("“{name}” has an account on this server."),
        "",
        mark("Choose another name."),
    ),
    "server.user.last": Row(
        mark("The last administrator stays"),
        mark("{name} is the only one who can look after people and rights."),
        mark("Nothing was changed."),
        mark("Make somebody else an administrator first."),
    ),
    "server.user.name": Row(
        mark("The name cannot be used"),
        mark("“{name}” is empty, too long or holds signs that are not allowed."),
        "",
        mark("Use letters, digits, dots and dashes."),
    ),
    "server.user.password": Row(
        mark("The password is too short"),
        mark("A password needs at least {least} characters."),
        "",
        mark("Choose a longer password."),
    ),
    "server.user.unknown": Row(
        mark("There is no such user"), mark("“{name}” is not known on this server."), "", mark("Check the name.")
    ),
}
