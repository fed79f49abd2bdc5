"""Error texts about backups, restoring and another passphrase. Data, no behaviour; `error_table.py` says how a row is read."""

from __future__ import annotations

from desktop_crm.i18n.catalogue import mark
from desktop_crm.i18n.error_rows.row import Row

ROWS: dict[str, Row] = {
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
}
