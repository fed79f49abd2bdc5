"""Error texts about records and their fields. Data, no behaviour; `error_table.py` says how a row is read."""

from __future__ import annotations

from desktop_crm.i18n.catalogue import mark
from desktop_crm.i18n.error_rows.row import Row

ROWS: dict[str, Row] = {
    "account.unknown": Row(
        mark("There is no such account"),
        mark("No account is called “{name}”."),
        "",
        mark("Check the name, or give the account's id."),
    ),
    "account.several": Row(
        mark("Several accounts have that name"),
        mark("{count} accounts are called “{name}”: {ids}."),
        "",
        mark("Give the id of the one that is meant."),
    ),
    "account.has_children": Row(
        mark("The account still has accounts below it"),
        mark("An account with others below it cannot be deleted."),
        "",
        mark("Move or delete the accounts below it first."),
    ),
    "account.move.circle": Row(
        mark("The account cannot be moved there"),
        mark("An account cannot lie below itself: {path}."),
        "",
        mark("Choose an account that is not below it."),
    ),
    "record.computed": Row(
        mark("This value is computed"),
        mark("“{field}” is computed from other records and cannot be set."),
        mark("Nothing was changed."),
        mark("Change what it is computed from."),
    ),
    "record.acted": Row(
        mark("This value follows from what is done"),
        mark("“{field}” changes by acts such as issuing, approving or answering; it cannot be set by hand."),
        mark("Nothing was changed."),
        mark("Issue it, ask for its approval, or say what the customer answered."),
    ),
    "entity.unknown": Row(
        mark("There is no such kind of record"),
        mark("“{name}” is no kind of record. Known are: {known}."),
        "",
        mark("Use one of the known names."),
    ),
    "field.unknown": Row(
        mark("There is no such field"),
        mark("“{entity}” has no field “{name}”."),
        "",
        mark("Check the field's name; fields of your own begin with x_."),
    ),
    "handover.same": Row(
        mark("The account is theirs already"),
        mark("{name} is responsible for the account already."),
        "",
        mark("Choose somebody else."),
    ),
    "visit.no_account": Row(
        mark("The visit has no account"),
        mark("Files are kept with the account of a visit, and this one has none."),
        "",
        mark("Choose the visit's account first."),
    ),
    "visit.suggestion.gone": Row(
        mark("The note does not suggest this any more"),
        mark("It was accepted or dropped, or the note was changed."),
        "",
        mark("Look at what the note suggests now."),
    ),
    "plan.missing": Row(
        mark("There is no plan yet"),
        mark("The account “{name}” has no plan."),
        "",
        mark("Begin one on the plan tab of the account."),
    ),
    "user.unknown": Row(
        mark("There is no such user"),
        mark("No user is called “{name}”."),
        "",
        mark("Check the name, or give the user's id or address."),
    ),
    "user.several": Row(
        mark("Several users have that name"),
        mark("{count} users are called “{name}”: {ids}."),
        "",
        mark("Give the id of the one that is meant."),
    ),
    "record.fixed": Row(
        mark("This can no longer be changed"),
        mark("“{field}” stays as it was issued."),
        "",
        mark("Make a new version instead."),
    ),
    "record.missing": Row(
        mark("The record is gone"),
        mark("The record was deleted, or it was never on this laptop."),
        "",
        mark("Go back to the list. A deleted record can be brought back from the history."),
    ),
    "record.server_made": Row(
        mark("This record is made by the server"),
        mark("Records of this kind are only read on a laptop."),
        "",
        mark("Decide it in the sync centre."),
    ),
    "reference.missing": Row(
        mark("The record referred to is gone"),
        mark("“{field}” points to a record that is not there."),
        "",
        mark("Choose another record."),
    ),
    "reference.unknown": Row(
        mark("Nothing of that name was found"),
        mark("“{value}” was not found for “{field}”."),
        "",
        mark("Choose a record from the list."),
    ),
    "redo.already": Row(
        mark("This was redone already"), mark("The act stands as it was done."), "", mark("Look at the journal.")
    ),
    "redo.nothing": Row(
        mark("There is nothing to redo"), mark("Nothing was undone last."), "", mark("Look at the journal.")
    ),
    "undo.already": Row(
        mark("This was undone already"), mark("The act is taken back."), "", mark("Redo it from the journal.")
    ),
    "undo.changed_by": Row(
        mark("This can no longer be undone"),
        mark("{who} changed “{field}” of “{title}” later."),
        mark("The later value stays."),
        mark("Look at the record's history, and set the value by hand if it should return."),
    ),
    "undo.changed_since": Row(
        mark("This can no longer be undone"),
        mark("“{field}” of “{title}” was changed later."),
        mark("The later value stays."),
        mark("Undo the later change first."),
    ),
    "undo.circle": Row(
        mark("This can no longer be undone"),
        mark("“{title}” would come to stand above itself."),
        "",
        mark("Undo the later move first."),
    ),
    "undo.deleted_since": Row(
        mark("This can no longer be undone"),
        mark("“{title}” was deleted later."),
        "",
        mark("Undo the deletion first."),
    ),
    "undo.in_use": Row(
        mark("This can no longer be undone"),
        mark("“{title}” is used by what was made later: {entity} “{other}”."),
        "",
        mark("Undo or delete that first."),
    ),
    "undo.issued": Row(
        mark("This cannot be undone"),
        mark("An issued version stays as it was issued."),
        "",
        mark("Make a new version instead."),
    ),
    "undo.erased": Row(
        mark("This cannot be undone"),
        mark("What was thought of the person was erased, here and on every other laptop."),
        "",
        mark("Enter anew what you want to keep of them."),
    ),
    "undo.nothing": Row(
        mark("There is nothing to undo"), mark("Nothing was done yet."), "", mark("Look at the journal.")
    ),
    "undo.nothing_left": Row(
        mark("There is nothing to undo"),
        mark("What this act wrote was taken back in another way already."),
        "",
        mark("Look at the record's history."),
    ),
    "undo.row_gone": Row(
        mark("This can no longer be undone"),
        mark("The record is no longer on this laptop: your rights to it ended."),
        "",
        mark("Ask whoever runs the server."),
    ),
    "undo.server_refused": Row(
        mark("This can no longer be undone"),
        mark("The server refused the change to “{title}”, and it was taken back."),
        "",
        mark("Look at the sync centre."),
    ),
    "undo.target_gone": Row(
        mark("This can no longer be undone"),
        mark("“{field}” of “{title}” would point to a record that was deleted later."),
        "",
        mark("Undo that deletion first."),
    ),
    "undo.unknown": Row(
        mark("There is nothing to undo"),
        mark("The history of this laptop does not hold that step."),
        "",
        mark("Look at the record's history."),
    ),
    "undo.with_import": Row(
        mark("This was undone with its import"),
        mark("The import that this answer belongs to was taken back."),
        "",
        mark("Redo the import."),
    ),
    "value.above": Row(
        mark("The number is too large"),
        mark("“{field}” goes up to {limit}; “{value}” is more."),
        "",
        mark("Check the number and try again."),
    ),
    "value.below": Row(
        mark("The number is too small"),
        mark("“{field}” begins at {limit}; “{value}” is less."),
        "",
        mark("Check the number and try again."),
    ),
    "value.not_an_option": Row(
        mark("That is not one of the choices"),
        mark("“{value}” does not fit “{field}”. Possible are: {options}."),
        "",
        mark("Use one of the possible values."),
    ),
    "value.out_of_range": Row(
        mark("The number is too large"),
        mark("“{value}” is larger or longer than “{field}” can hold."),
        "",
        mark("Check the number and try again."),
    ),
    "value.required": Row(
        mark("A value is missing"), mark("“{field}” must not be empty."), "", mark("Fill it in and save again.")
    ),
    "value.unreadable": Row(
        mark("The value cannot be read"),
        mark("“{value}” does not fit “{field}”."),
        "",
        mark("Check the number or date and try again."),
    ),
    "own_field.entity": Row(
        mark("There can be no field of your own here"),
        mark("These records take none."),
        "",
        mark("Choose accounts, contacts, opportunities, products, activities or leads."),
    ),
    "own_field.unnamed": Row(
        mark("The field needs a name"),
        mark("A name needs at least one letter or digit."),
        "",
        mark("Type a name for the field."),
    ),
    "own_field.target": Row(
        mark("The field points to nothing"),
        mark("A reference needs the kind of record it points to."),
        "",
        mark("Choose accounts, contacts, opportunities, products or users."),
    ),
    "own_field.choices": Row(
        mark("There is nothing to choose"),
        mark("A field with choices needs at least one."),
        "",
        mark("Type the choices, separated by commas."),
    ),
    "own_field.there": Row(
        mark("There is such a field already"),
        mark("“{field}” is there with the same kind, perhaps retired."),
        "",
        mark("Take the retired one back, or choose another name."),
    ),
    "calendar.unknown": Row(
        mark("There is no such month or weekday"),
        mark("A fiscal year begins with a month from 1 to 12, a week with one of seven days."),
        "",
        mark("Choose another one."),
    ),
    "rate.missing": Row(
        mark("There is no exchange rate"),
        mark("No rate from {of} to {to} on or before {on} is stored, either way round or through the main currency."),
        "",
        mark("Enter one under Settings, Currencies and rates."),
    ),
    "rate.not_positive": Row(
        mark("The rate cannot be stored"),
        mark("{rate} is not above zero."),
        "",
        mark("Type how much one unit of the first currency is worth in the second."),
    ),
    "rate.same": Row(
        mark("The rate cannot be stored"),
        mark("Both currencies are {currency}."),
        "",
        mark("Choose two different currencies."),
    ),
}
