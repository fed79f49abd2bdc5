"""Tables that stay on this laptop: the change log, the state of sync, exact totals, blobs, imports, the workspace's own facts.

One `change` row holds all fields of one operation (see decisions/0002): a row for each field would be ten times as many.
"""

from __future__ import annotations

from sqlalchemy import Column, Index, Integer, LargeBinary, Table, Text

from desktop_crm.persistence.tables.rows import Base


def _table(name: str, *columns: Column[object] | Index, rowid: bool = True) -> Table:
    return Table(name, Base.metadata, *columns, sqlite_strict=True, sqlite_with_rowid=rowid)


def _text(name: str, *, key: bool = False, null: bool = True, unique: bool = False) -> Column[object]:
    return Column(name, Text, primary_key=key, nullable=null and not key, unique=unique or None)


def _number(name: str, *, key: bool = False, null: bool = True) -> Column[object]:
    return Column(name, Integer, primary_key=key, nullable=null and not key)


change = _table(
    "change",
    _number("n", key=True),
    _text("tx_id", null=False),
    _text("op_id", null=False),
    _text("entity", null=False),
    _text("row_id", null=False),
    _text("kind", null=False),  # ChangeKind
    _text("before", null=False),  # JSON: field → value before, in the registry's codec
    _text("after", null=False),  # JSON: field → value after
    _text("hlc", null=False),
    _text("actor"),
    _text("cause", null=False),  # "accounts.move", "import:<id>", "revert:<tx>", "sync"
    Index("ix_change_row", "entity", "row_id", "n"),
    Index("ix_change_tx", "tx_id"),
)

sync_outbox = _table(
    "sync_outbox",
    _number("n", key=True),
    _text("op_id", null=False, unique=True),
    _text("tx_id", null=False),
    _text("hlc", null=False),
    _text("entity", null=False),
    _text("row_id", null=False),
    _text("body", null=False),  # JSON: k, f, b of the operation
    _number("schema_v", null=False),
    _text("state", null=False),  # waiting, sent
    _number("tries", null=False),
    _text("error"),
    Index("ix_outbox_row", "entity", "row_id"),
)

sync_journal = _table(
    "sync_journal",
    _text("op_id", key=True),
    _number("commit_seq"),
    _text("at", null=False),
    _text("body", null=False),  # the whole operation, so that it can be sent again
    rowid=False,
)

sync_base = _table(
    "sync_base",
    _text("entity", key=True),
    _text("row_id", key=True),
    _text("field", key=True),
    _text("value", null=False),  # JSON
    _text("clk"),
    rowid=False,
)

sync_cursor = _table(
    "sync_cursor",
    _text("scope", key=True),
    _number("seq", null=False),
    _text("snapshot_id"),
    rowid=False,
)

sync_state = _table("sync_state", _text("name", key=True), _text("value"), rowid=False)

sync_snapshot = _table(
    "sync_snapshot",
    _number("first", key=True),  # of the bytes in the file
    Column("data", LargeBinary, nullable=False),
)

sync_quarantine = _table(
    "sync_quarantine",
    _text("op_id", key=True),
    _text("reason", null=False),
    _text("at", null=False),
    _text("body", null=False),
    rowid=False,
)

sync_run = _table(
    "sync_run",
    _number("n", key=True),
    _text("at", null=False),
    _number("pushed", null=False),
    _number("pulled", null=False),
    _number("conflicts", null=False),
    _number("millis", null=False),
    _text("error"),
)

number_lease = _table(
    "number_lease",
    _text("series", key=True),  # "quote:2026"
    _text("kind", key=True),  # own, leased, offline
    _number("next", null=False),
    _number("until"),
    rowid=False,
)

record_look = _table(
    "record_look",
    _text("entity", key=True),
    _text("row_id", key=True),
    _text("user_id", key=True),
    _number("n", null=False),  # of the newest change that was there when the user looked last
    rowid=False,
)

blob = _table(
    "blob",
    _text("hash", key=True),  # SHA-256 of the plain content
    _number("size", null=False),
    _text("mime", null=False),
    _text("path", null=False),  # beside the workspace, encrypted
    _text("state", null=False),  # here, wanted, sent
    rowid=False,
)

_AMOUNTS = ("open", "weighted", "won", "won_year", "quotes", "contracts")

account_total = _table(
    "account_total",
    _text("account_id", key=True),
    _text("currency", key=True),
    *(_text(f"own_{name}", null=False) for name in _AMOUNTS),
    *(_text(name, null=False) for name in _AMOUNTS),
    rowid=False,
)

account_tally = _table(
    "account_tally",
    _text("account_id", key=True),
    _number("own_people", null=False),
    _text("own_last"),  # when somebody last spoke with the account
    _number("people", null=False),
    _text("last"),
    rowid=False,
)

linked_total = _table(
    "linked_total",
    _text("account_id", key=True),
    _text("hierarchy", key=True),
    _text("currency", key=True),
    *(_text(name, null=False) for name in _AMOUNTS),
    rowid=False,
)

linked_tally = _table(
    "linked_tally",  # a row for every account that stands in the hierarchy
    _text("account_id", key=True),
    _text("hierarchy", key=True),
    _number("people", null=False),
    _text("last"),
    rowid=False,
)

account_health = _table(
    "account_health",  # scores that are kept for sorting and filtering; what is missing is worked out when somebody asks
    _text("account_id", key=True),
    _number("score"),
    rowid=False,
)

person_place = _table(
    "person_place",  # where people are known who have an employment elsewhere
    _text("contact_id", key=True),
    _text("account_id", key=True),
    Index("ix_person_place_account", "account_id"),
    rowid=False,
)

person_overlap = _table(
    "person_overlap",  # who counts how often too much in a tally; the home tree is no hierarchy's name
    _text("contact_id", key=True),
    _text("hierarchy", key=True),
    _text("account_id", key=True),
    _number("extra", null=False),
    Index("ix_person_overlap_account", "hierarchy", "account_id", "extra"),
    rowid=False,
)

quote_counted = _table(
    "quote_counted",  # what the sums hold of each open quote
    _text("quote_id", key=True),
    _text("account_id", null=False),
    _text("currency", null=False),
    _text("amount", null=False),
    rowid=False,
)

file_text = _table(
    "file_text",  # the words of files that are on this laptop, for searching; empty for one that has none
    _text("content", key=True),
    _text("text", null=False),
)

import_run = _table(
    "import_run",
    _text("id", key=True),
    _text("tx_id"),
    _text("at", null=False),
    _text("actor"),
    _text("report", null=False),  # JSON
    _text("state", null=False),  # done, undone
    rowid=False,
)

mail_waiting = _table(
    "mail_waiting",  # mails of this laptop's accounts that belong to nobody known: only who, when and about what
    _text("key", key=True),
    _text("account", null=False),
    _text("folder", null=False),
    _number("validity", null=False),
    _number("uid", null=False),
    _text("at"),
    _text("sender", null=False),
    _text("sender_name", null=False),
    _text("recipients", null=False),  # JSON
    _text("subject", null=False),
    _text("thread", null=False),
    _number("size", null=False),
    _text("state", null=False),  # open, wanted, dropped
    _text("place"),  # JSON: where it was put
    Index("ix_mail_waiting_state", "state", "at"),
    rowid=False,
)

mail_outgoing = _table(
    "mail_outgoing",
    _text("id", key=True),
    _text("account", null=False),
    _text("state", null=False),  # OutState
    _text("made_at", null=False),
    _text("changed_at", null=False),
    _text("message_id"),  # fixed when it is queued, so that a mail is one mail however often it is tried
    _number("tries", null=False),
    _text("next_at"),
    _text("error"),  # JSON
    _text("content", null=False),  # JSON: Letter
    rowid=False,
)

workspace_fact = _table("workspace_fact", _text("name", key=True), _text("value"), rowid=False)
