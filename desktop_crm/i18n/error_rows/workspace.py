"""Error texts about the workspace file, its key and the app itself. Data, no behaviour; `error_table.py` says how a row is read."""

from __future__ import annotations

from desktop_crm.i18n.catalogue import mark
from desktop_crm.i18n.error_rows.row import Row

ROWS: dict[str, Row] = {
    "app.no_display": Row(
        mark("There is no screen to open a window on"),
        mark("Neither DISPLAY nor WAYLAND_DISPLAY is set, so the window cannot be shown."),
        mark("Everything saved before is still there."),
        mark("Start it in a desktop session, or use the commands: desktop-crm --help lists them."),
    ),
    "app.unexpected": Row(
        mark("A fault in the app"),
        mark("The app made a mistake ({kind})."),
        mark("Everything saved before is still there."),
        mark("Copy the report and send it to us. It holds no customer data."),
    ),
    "archive.cancelled": Row(
        mark("The archive was not made"), mark("You stopped it before it was finished."), "", mark("Start it again.")
    ),
    "archive.damaged": Row(
        mark("The archive is damaged"),
        mark("{file} does not hold what it says it holds ({reason})."),
        mark("No workspace was made."),
        mark("Take another copy of the archive."),
    ),
    "archive.newer": Row(
        mark("The archive is from a newer version"),
        mark("{file} was made by a newer version of Desktop CRM."),
        mark("No workspace was made."),
        mark("Update Desktop CRM and try again."),
    ),
    "archive.not_one": Row(
        mark("This is no archive"),
        mark("{file} is no archive of a workspace."),
        mark("No workspace was made."),
        mark("Choose a file that the command archive has made."),
    ),
    "bug": Row(
        mark("A fault in the app"),
        mark("The app made a mistake ({kind}: {detail})."),
        mark("Everything saved before is still there."),
        mark("Copy the report and send it to us. It holds no customer data."),
    ),
    "disk.failed": Row(
        mark("The file cannot be written"),
        mark("The disk did not take {file} ({reason})."),
        mark("Everything saved before is still there."),
        mark("Check the disk and that the folder may be written to, then try again."),
    ),
    "disk.full": Row(
        mark("The disk is full"),
        mark("There is no room left to write {file}."),
        mark("Everything saved before is still there."),
        mark("Make room on the disk and try again."),
    ),
    "file.too_large": Row(
        mark("The file is too large"),
        mark("“{name}” is larger than {most} MB."),
        "",
        mark("Keep it on a file server and note where it lies."),
    ),
    "file.unreadable": Row(
        mark("The file cannot be read"),
        mark("{file} could not be read ({reason})."),
        mark("Nothing was attached."),
        mark("Check that the file is there and may be read."),
    ),
    "file.damaged": Row(
        mark("A stored file is damaged"),
        mark("The content of {file} is not what was stored."),
        mark("Everything saved before is still there."),
        mark("Restore it from a backup or sync it from the server."),
    ),
    "file.missing": Row(
        mark("A stored file is not here"),
        mark("The file was not found beside the workspace."),
        mark("Everything saved before is still there."),
        mark("Sync to fetch it, or restore it from a backup."),
    ),
    "keyring.absent": Row(
        mark("There is no keyring"),
        mark("The system's keyring did not answer ({reason})."),
        mark("Everything saved before is still there."),
        mark("Use a passphrase: the app asks for it, commands take --passphrase-file."),
    ),
    "passphrase.too_short": Row(
        mark("The passphrase is too short"),
        mark("A passphrase needs at least {least} characters."),
        "",
        mark("Choose a longer passphrase."),
    ),
    "passphrase.unreadable": Row(
        mark("The passphrase file cannot be read"),
        mark("{file} cannot be opened or is no text."),
        "",
        mark("Check the path and the rights of the file."),
    ),
    "workspace.copy_failed": Row(
        mark("The safety copy could not be made"),
        mark("Before a file is brought up to date it is copied; {file} could not be written ({reason})."),
        mark("Everything saved before is still there."),
        mark("Make room on the disk and open the workspace again."),
    ),
    "workspace.damaged": Row(
        mark("The workspace file is damaged"),
        mark("A part of {file} cannot be read: it was cut off or changed from outside."),
        mark("The file was left as it is."),
        mark("Restore a backup: the start screen lists them, and so does “desktop-crm backups”."),
    ),
    "workspace.exists": Row(
        mark("The file is there already"),
        mark("{file} exists and is not overwritten."),
        "",
        mark("Choose another name, or open the file."),
    ),
    "report.unknown": Row(
        mark("There is no such report"),
        mark("No report is called “{name}”."),
        "",
        mark("“desktop-crm report” lists the reports."),
    ),
    "report.unwritable": Row(
        mark("The file cannot be written"),
        mark("{file} cannot be written ({reason})."),
        mark("Log and reports are still there."),
        mark("Choose another place."),
    ),
    "workspace.in_use": Row(
        mark("The workspace is open elsewhere"),
        mark("Another program on this machine is working with {file}."),
        "",
        mark("Close it there and try again."),
    ),
    "workspace.missing": Row(
        mark("The workspace was not found"),
        mark("There is no file {file}."),
        "",
        mark("Check the path, or make a new workspace."),
    ),
    "workspace.needs_passphrase": Row(
        mark("The workspace needs its passphrase"),
        mark("No key for {file} lies in the keyring."),
        "",
        mark("Enter the passphrase; commands take --passphrase-file."),
    ),
    "workspace.newer": Row(
        mark("The workspace is from a newer version"),
        mark("{file} has format {found}; this version knows up to {known}."),
        "",
        mark("Install the current version of Desktop CRM."),
    ),
    "workspace.not_named": Row(
        mark("Which workspace?"),
        mark("{count} workspaces lie in {folder}."),
        "",
        mark("Name the file with --workspace."),
    ),
    "workspace.not_one": Row(
        mark("This is no workspace"),
        mark("{file} is not a file of Desktop CRM, or it is damaged."),
        "",
        mark("Choose another file, or restore a backup."),
    ),
    "workspace.wrong_key": Row(
        mark("The workspace cannot be opened"),
        mark("Either the passphrase is wrong, or {file} is damaged."),
        mark("The file was left as it is."),
        mark(
            "Check the passphrase and try again. If it is surely right, open a copy made earlier, or sync with the server into a "
            "new workspace."
        ),
    ),
    "setting.unknown": Row(
        mark("There is no such setting"),
        mark("“{name}” is no setting."),
        "",
        mark("`desktop-crm settings list` names them all."),
    ),
    "setting.value": Row(
        mark("The setting cannot hold that"),
        mark("“{value}” does not fit {name}. It takes: {wanted}."),
        "",
        mark("Choose one of these."),
    ),
    "setting.no_workspace": Row(
        mark("The setting is the workspace's"),
        mark("{name} is kept with a workspace, and none is open."),
        "",
        mark("Name one with --workspace."),
    ),
}
