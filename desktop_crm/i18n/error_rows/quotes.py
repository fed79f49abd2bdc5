"""Error texts about quotes and money. Data, no behaviour; `error_table.py` says how a row is read."""

from __future__ import annotations

from desktop_crm.i18n.catalogue import mark
from desktop_crm.i18n.error_rows.row import Row

ROWS: dict[str, Row] = {
    "amount_words.range": Row(
        mark("A fault in the app"),
        mark("{amount} {currency} cannot be written out in words."),
        mark("Everything saved before is still there."),
        mark("Copy the report and send it to us. It holds no customer data."),
    ),
    "money.allocate.fraction": Row(
        mark("A fault in the app"),
        mark("{amount} {currency} is less than the smallest unit."),
        mark("Everything saved before is still there."),
        mark("Copy the report and send it to us. It holds no customer data."),
    ),
    "money.allocate.weights": Row(
        mark("A fault in the app"),
        mark("An amount was to be shared without shares."),
        mark("Everything saved before is still there."),
        mark("Copy the report and send it to us. It holds no customer data."),
    ),
    "money.currency.mixed": Row(
        mark("Two currencies cannot be added"),
        mark("{left} and {right} stand in one sum."),
        "",
        mark("Use one currency in one document."),
    ),
    "money.currency.unknown": Row(
        mark("The currency is not known"),
        mark("“{currency}” is no currency code."),
        "",
        mark("Use a code of three letters, such as KRW or USD."),
    ),
    "order_key.invalid": Row(
        mark("A fault in the app"),
        mark("“{key}” is no key of an order."),
        mark("Everything saved before is still there."),
        mark("Copy the report and send it to us. It holds no customer data."),
    ),
    "order_key.not_in_order": Row(
        mark("A fault in the app"),
        mark("“{before}” does not come before “{after}”."),
        mark("Everything saved before is still there."),
        mark("Copy the report and send it to us. It holds no customer data."),
    ),
    "order_key.suffix": Row(
        mark("A fault in the app"),
        mark("“{suffix}” cannot end a key of an order."),
        mark("Everything saved before is still there."),
        mark("Copy the report and send it to us. It holds no customer data."),
    ),
    "quote.snapshot.altered": Row(
        mark("The issued version was altered"),
        mark("Its content does not fit its hash {hash}."),
        "",
        mark("Restore a backup, or sync the version from the server."),
    ),
    "quote.snapshot.unreadable": Row(
        mark("The issued version cannot be read"),
        mark("The content with the hash {hash} is damaged or from a newer version."),
        "",
        mark("Install the current version, or restore a backup."),
    ),
    "quote.version.number": Row(
        mark("The version cannot be issued"),
        mark("{number} has no version {version} to issue."),
        "",
        mark("Open the quote again and look at its versions."),
    ),
}
