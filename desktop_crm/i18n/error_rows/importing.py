"""Error texts about single rows and cells of an import, its open references and its undo. Data, no behaviour."""

from __future__ import annotations

from desktop_crm.i18n.catalogue import mark
from desktop_crm.i18n.error_rows.row import Row

_CELL = mark("A cell cannot be read")
_MAPPING = mark("The mapping does not fit the file")
_ROW = mark("A row cannot be taken")
_MEND = mark("Mend the row in the file and import it again.")

ROWS: dict[str, Row] = {
    "export.cancelled": Row(
        mark("The export was stopped"),
        mark("You stopped it before it was finished."),
        "",
        mark("Start it again whenever you like."),
    ),
    "export.field.unknown": Row(
        mark("There is no such field"),
        mark("{kind} have no field “{name}”. They have: {fields}."),
        "",
        mark("Use one of these names."),
    ),
    "export.kind.unknown": Row(
        mark("There is no such kind of record"), mark("“{kind}” cannot be exported."), "", mark("Check the name.")
    ),
    "import.cell.boolean": Row(_CELL, mark("“{value}” is neither yes nor no."), "", _MEND),
    "import.cell.currency": Row(_CELL, mark("“{value}” is no currency."), "", _MEND),
    "import.cell.damaged": Row(
        _CELL, mark("“{value}” holds broken characters."), "", mark("Check the file's encoding, or mend the cell.")
    ),
    "import.cell.date": Row(
        _CELL, mark("There is no date “{value}”."), "", mark("Check the order of day and month, or mend the cell.")
    ),
    "import.cell.error": Row(
        _CELL,
        mark("The spreadsheet could not calculate the cell: {value}."),
        "",
        mark("Mend the formula, or empty the cell."),
    ),
    "import.cell.not_calculated": Row(
        _CELL,
        mark("The formula in the cell was never calculated."),
        "",
        mark("Open the file in a spreadsheet program and save it again."),
    ),
    "import.cell.integer": Row(_CELL, mark("“{value}” is no whole number."), "", _MEND),
    "import.cell.number": Row(
        _CELL, mark("“{value}” is no number."), "", mark("Check the decimal sign, or mend the cell.")
    ),
    "import.cell.too_large": Row(
        _CELL, mark("“{value}” has more digits than can be kept exactly."), "", mark("Check the number and try again.")
    ),
    "import.cell.option": Row(_CELL, mark("“{value}” is none of: {options}."), "", _MEND),
    "import.row.ambiguous": Row(
        _ROW, mark("Several records are called “{value}”."), "", mark("Add a column that tells them apart.")
    ),
    "import.row.cell_too_long": Row(_ROW, mark("A cell is longer than a million characters."), "", _MEND),
    "import.row.duplicate": Row(_ROW, mark("Row {first} names the same record and says otherwise."), "", _MEND),
    "import.row.header_again": Row(
        _ROW,
        mark("It names the columns once more."),
        "",
        mark("Nothing: it is no record. If a second table begins there, save it apart."),
    ),
    "import.row.no_name": Row(_ROW, mark("The row has no name."), "", _MEND),
    "import.row.quote_open": Row(_ROW, mark("A quotation mark is never closed."), "", _MEND),
    "import.row.quote_stray": Row(_ROW, mark("A quotation mark inside a cell has torn it apart."), "", _MEND),
    "import.row.taken_gone": Row(
        _ROW,
        mark("The record {id}, which the row was to change, is not there."),
        "",
        mark("Choose another record for the row, or let it make a new one."),
    ),
    "import.row.too_few_cells": Row(_ROW, mark("The row has fewer cells than the header."), "", _MEND),
    "import.row.too_many_cells": Row(_ROW, mark("The row has more cells than the header."), "", _MEND),
    "import.reference.gone": Row(
        mark("The name is no longer open"), mark("“{value}” was settled already."), "", mark("Look at the list again.")
    ),
    "import.mapping.default": Row(
        _MAPPING, mark("The value for new rows in “{field}” cannot be read: {reason}"), "", mark("Give another value.")
    ),
    "import.mapping.key": Row(
        _MAPPING,
        mark("“{field}” cannot decide which row is known."),
        "",
        mark("Take a field that a column fills and that does not refer to rows of the same kind."),
    ),
    "import.mapping.name": Row(
        mark("The mapping has no name"), mark("A mapping is kept under a name."), "", mark("Give it a name.")
    ),
    "import.mapping.unknown": Row(
        mark("The mapping was not found"),
        mark("There is no saved mapping “{name}”."),
        "",
        mark("Look at the list of saved mappings."),
    ),
    "import.reference.ambiguous": Row(
        mark("Several open names are meant"),
        mark("“{value}” is open in more than one field."),
        "",
        mark("Name it by its id from the list of open references."),
    ),
    "import.reference.circle": Row(
        mark("It would run in a circle"),
        mark("Taking “{value}” would put a record below itself."),
        mark("Nothing was changed."),
        mark("Choose another record."),
    ),
    "import.reference.target": Row(
        mark("The record was not found"),
        mark("There is no record {id} of the kind {kind}."),
        mark("Nothing was changed."),
        mark("Choose another record."),
    ),
    "import.reference.no_proposal": Row(
        mark("Nothing is proposed for the name"),
        mark("It is not known whom “{value}” means."),
        "",
        mark("Choose a record, or make a new one."),
    ),
    "import.undone": Row(
        mark("The import was taken back already"),
        mark("It can be undone only once."),
        "",
        mark("Import the file again."),
    ),
    "import.unknown": Row(
        mark("The import was not found"), mark("There is no import {id}."), "", mark("Look at the list of imports.")
    ),
}
