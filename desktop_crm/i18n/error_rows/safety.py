"""Error texts about backups, restoring and another passphrase. Data, no behaviour; `error_table.py` says how a row is read."""

from __future__ import annotations

from desktop_crm.i18n.catalogue import mark
from desktop_crm.i18n.error_rows.row import Row

ROWS: dict[str, Row] = {
    "disk.no_locks": Row(
        mark("This folder cannot keep two programs apart"),
        mark("The disk or network folder of {file} has no locks ({reason}), so the workspace is not opened there."),
        mark("Nothing was changed."),
        mark(
            "Copy the workspace to a disk of this computer and open it there; to work together, use the team's server."
        ),
    ),
    "backup.damaged": Row(
        mark("The backup is damaged"),
        mark("{file} was changed or cut off since it was made, so it is not used."),
        mark("Nothing was changed."),
        mark("Choose another backup."),
    ),
    "backup.exists": Row(
        mark("The file is there already"),
        mark("{file} exists and is not overwritten."),
        "",
        mark("Choose another name for the backup."),
    ),
    "backup.no_home": Row(
        mark("Where should the backup go?"),
        mark("{file} does not lie in a workspace's folder of backups, so its workspace is not known."),
        "",
        mark("Name the workspace file; the command takes --to."),
    ),
    "backup.stopped": Row(
        mark("The backup was stopped"),
        mark("The workspace was closed while it was being backed up."),
        mark("Earlier backups are still there."),
        mark("The next one is made when the workspace is open again."),
    ),
    "backup.unproved": Row(
        mark("The backup did not stand its test"),
        mark("The copy {file} was read back and is not whole, so it was thrown away."),
        mark("The workspace and earlier backups are still there."),
        mark("Check the disk, then back up again, to another disk if you can."),
    ),
    "check.stopped": Row(
        mark("The check was stopped"),
        mark("The workspace was closed while it was being checked."),
        mark("Nothing was changed."),
        mark("Check again when the workspace is open."),
    ),
    "check.file.pages": Row(
        mark("Pages of the file are damaged"),
        mark("{count} pages are not what was written: the disk failed, or the file was changed from outside."),
        mark("What stands on other pages can still be read."),
        mark("Restore a backup. This cannot be repaired."),
    ),
    "check.file.structure": Row(
        mark("The file's structure is broken"),
        mark("{count} places do not fit together."),
        mark("The records themselves can be read."),
        mark("Repair makes the indexes anew; if that does not help, restore a backup."),
    ),
    "check.file.schema": Row(
        mark("Parts of the file are missing"),
        mark("{count} tables, indexes or guards are not there."),
        mark("The records are still there."),
        mark("Repair makes missing indexes and guards again; a missing table needs a backup."),
    ),
    "check.history.values": Row(
        mark("Values differ from their history"),
        mark("{count} values are not what the last change made them."),
        mark("Both the values and the history are kept as they are."),
        mark("Look at these records and set what is right; repair does not decide it."),
    ),
    "check.history.unlogged": Row(
        mark("Records without a history"),
        mark("{count} records are in no change."),
        mark("The records are kept as they are."),
        mark("Repair does not invent a history. Restore a backup if they are not yours."),
    ),
    "check.history.lost": Row(
        mark("Records are missing"),
        mark("{count} records stand in the history and are not there."),
        mark("Their history is kept."),
        mark("Restore a backup made before, or sync with the server."),
    ),
    "check.outbox": Row(
        mark("Waiting changes do not fit"),
        mark("{count} changes that wait to be sent do not fit their records."),
        mark("They are kept and will be sent as they are."),
        mark("Look at the sync centre; repair does not touch what was typed."),
    ),
    "check.references": Row(
        mark("Links lead nowhere"),
        mark("{count} fields name a record that is not there."),
        mark("The fields are kept as they are."),
        mark("Choose another record in them, or empty them; repair does not decide it."),
    ),
    "check.circles": Row(
        mark("Records stand above themselves"),
        mark("{count} accounts or people lie below themselves, or report to themselves in a circle."),
        mark("They are kept as they are."),
        mark("Move one of each circle elsewhere; repair does not decide it."),
    ),
    "check.search": Row(
        mark("The search index is out of date"),
        mark("{count} entries are missing or not what the records say."),
        mark("The records themselves are right."),
        mark("Repair makes the index anew."),
    ),
    "check.sums": Row(
        mark("Sums of accounts are wrong"),
        mark("{count} sums are not those of the opportunities."),
        mark("The opportunities themselves are right."),
        mark("Repair adds them up anew."),
    ),
    "check.files.missing": Row(
        mark("Stored files are missing"),
        mark("{count} files are not beside the workspace."),
        mark("The records that name them are kept."),
        mark("Repair takes them from a backup, or the next sync fetches them."),
    ),
    "check.files.damaged": Row(
        mark("Stored files are damaged"),
        mark("{count} files are not what was stored."),
        mark("The records that name them are kept."),
        mark("Repair takes them from a backup, or the next sync fetches them."),
    ),
}
