"""Safety of what was saved: backups and which of them are kept, restoring, checking and mending, another key."""
