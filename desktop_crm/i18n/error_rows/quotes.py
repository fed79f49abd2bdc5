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
    "quote.account.several": Row(
        mark("Several accounts have that name"),
        mark("{count} accounts are called “{name}”."),
        "",
        mark("Rename one, or make the quote from the account’s page."),
    ),
    "quote.account.unknown": Row(
        mark("There is no such account"),
        mark("No account is called “{name}”."),
        "",
        mark("Check the name, or make the account first."),
    ),
    "quote.closed": Row(
        mark("The quote is closed"),
        mark("Quote {number} was accepted, so it no longer changes."),
        "",
        mark("Make a new quote."),
    ),
    "quote.issue.discount": Row(
        mark("The quote cannot be issued"),
        mark("The overall discount is not between 0 and 100 %."),
        "",
        mark("Correct the overall discount."),
    ),
    "quote.issue.discount_amount": Row(
        mark("The quote cannot be issued"),
        mark("The overall discount is more than the lines come to, or less than nothing."),
        "",
        mark("Correct the overall discount."),
    ),
    "quote.issue.edited": Row(
        mark("The quote changed meanwhile"),
        mark("Quote {number} was edited while it was being issued."),
        "",
        mark("Look at it again, then issue it."),
    ),
    "quote.issue.line_discount": Row(
        mark("The quote cannot be issued"),
        mark("The discount of line {line} is not between 0 and 100 %."),
        "",
        mark("Correct the discount of line {line}."),
    ),
    "quote.issue.line_name": Row(
        mark("The quote cannot be issued"),
        mark("Line {line} has no name."),
        "",
        mark("Name line {line}, or delete it."),
    ),
    "quote.issue.line_quantity": Row(
        mark("The quote cannot be issued"),
        mark("Line {line} has no quantity, or an amount that is too large."),
        "",
        mark("Correct the quantity and price of line {line}."),
    ),
    "quote.issue.line_tax": Row(
        mark("The quote cannot be issued"),
        mark("The tax rate of line {line} is not between 0 and 100 %."),
        "",
        mark("Correct the tax rate of line {line}."),
    ),
    "quote.issue.no_customer": Row(
        mark("The quote cannot be issued"),
        mark("It has no customer."),
        "",
        mark("Choose the account the quote is for."),
    ),
    "quote.issue.no_lines": Row(
        mark("The quote cannot be issued"),
        mark("It has no lines."),
        "",
        mark("Add a product."),
    ),
    "quote.issue.tax": Row(
        mark("The quote cannot be issued"),
        mark("The tax rate is not between 0 and 100 %."),
        "",
        mark("Correct the tax rate."),
    ),
    "quote.issue.unchanged": Row(
        mark("Nothing new to issue"),
        mark("Version {version} of {number} says the same already."),
        "",
        mark("Change the quote, or print version {version}."),
    ),
    "quote.lines.columns": Row(
        mark("The file has no lines of a quote"),
        mark("It has neither a column “product” nor “name”; it has {columns}."),
        "",
        mark("Name the columns product or name, quantity, unit_price."),
    ),
    "quote.lines.no_price": Row(
        mark("A price is missing"),
        mark("Row {row}, “{name}”, has no unit price, and no product gives one in {currency}."),
        "",
        mark("Fill in unit_price in row {row}."),
    ),
    "quote.lines.row": Row(
        mark("A row cannot be read"),
        mark("Row {row} has too many or too few cells, or a quotation mark that is never closed."),
        "",
        mark("Correct row {row}."),
    ),
    "quote.lines.value": Row(
        mark("A value cannot be read"),
        mark("Row {row}, column {column}: “{value}”."),
        "",
        mark("Correct row {row}."),
    ),
    "currency.unknown": Row(
        mark("The currency is not known"),
        mark("“{currency}” is no currency code."),
        "",
        mark("Use a code of three letters, such as KRW or USD."),
    ),
    "quote.lines.none": Row(
        mark("The file has no lines of a quote"),
        mark("It has columns and not one row."),
        "",
        mark("Add a row for each line."),
    ),
    "quote.lines.discount": Row(
        mark("A discount is not possible"),
        mark("Row {row}, column {column}: {value} is not between 0 and 100 %."),
        "",
        mark("Correct row {row}."),
    ),
    "quote.currency.final": Row(
        mark("The currency stays"),
        mark("Quote {number} was issued in its currency."),
        mark("Nothing was changed."),
        mark("Make a new quote in the other currency."),
    ),
    "quote.number.final": Row(
        mark("The number stays"),
        mark("Quote {number} was issued under its number."),
        mark("Nothing was changed."),
        mark("Make a new quote for another number."),
    ),
    "record.state": Row(
        mark("That state cannot follow"),
        mark("From “{before}”, {field} cannot become “{after}”."),
        mark("Nothing was changed."),
        mark("Choose a state that may follow."),
    ),
    "quote.number.several": Row(
        mark("Several quotes have that number"),
        mark("{number} is the number of several quotes: {ids}."),
        mark("All of them are kept."),
        mark("Name the one you mean by its id."),
    ),
    "quote.number.unknown": Row(
        mark("There is no such quote"),
        mark("No quote has the number {number}."),
        "",
        mark("Check the number."),
    ),
    "quote.version.several": Row(
        mark("Several versions fit"),
        mark("Version {version} was issued more than once: {hashes}."),
        mark("All of them are kept."),
        mark("Name the one you mean by the first signs of its hash."),
    ),
    "quote.version.unknown": Row(
        mark("There is no such version"),
        mark("Version {version} was not issued."),
        "",
        mark("Choose an issued version, or issue the quote first."),
    ),
}
