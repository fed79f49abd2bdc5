"""Error texts about import, export and documents. Data, no behaviour; `error_table.py` says how a row is read."""

from __future__ import annotations

from desktop_crm.i18n.catalogue import mark
from desktop_crm.i18n.error_rows.row import Row

ROWS: dict[str, Row] = {
    "calendar.unreadable": Row(
        mark("The calendar cannot be read"),
        mark("Its contents break the rules of iCalendar: {reason}"),
        "",
        mark("Export it again from the program it came from, or leave the broken part out."),
    ),
    "vcard.unreadable": Row(
        mark("The business cards cannot be read"),
        mark("The file breaks the rules of vCard: {reason}"),
        "",
        mark("Export it again from the program it came from, or leave the broken part out."),
    ),
    "document.unreadable": Row(
        mark("The document cannot be shown"), mark("The PDF is damaged or locked."), "", mark("Export it again.")
    ),
    "export.cell.too_long": Row(
        mark("A text is too long for a workbook"),
        mark("In row {row}, column “{column}”, there are more than {most} letters."),
        "",
        mark("Export as CSV."),
    ),
    "export.sheet.too_large": Row(
        mark("The table is too large for a workbook"),
        mark("A sheet holds at most {rows} rows and {columns} columns."),
        "",
        mark("Export as CSV, or fewer rows."),
    ),
    "export.encoding": Row(
        mark("A letter does not fit the encoding"),
        mark("“{character}” in row {row}, column “{column}”, cannot be written in {encoding}."),
        "",
        mark("Choose UTF-8, or have such letters replaced."),
    ),
    "export.encoding.unknown": Row(
        mark("The encoding is not known"),
        mark("There is no encoding “{encoding}”."),
        "",
        mark("Choose UTF-8, UTF-16 or CP949."),
    ),
    "export.file.unwritable": Row(
        mark("The file cannot be written"),
        mark("{path} could not be written ({reason})."),
        mark("Everything saved before is still there."),
        mark("Choose another folder, or close the file in other programs."),
    ),
    "import.cancelled": Row(
        mark("The import was stopped"),
        mark("You stopped it before it was finished."),
        "",
        mark("Start it again whenever you like."),
    ),
    "import.file.binary": Row(
        mark("This is no table"),
        mark("The file looks like {kind}."),
        "",
        mark("Save it as XLSX, ODS or CSV and choose that file."),
    ),
    "import.file.bomb": Row(
        mark("The file is not opened"),
        mark("It would unpack to far more than a workbook can hold."),
        "",
        mark("Ask where it comes from. If you trust it, save it anew in a spreadsheet program."),
    ),
    "import.file.damaged": Row(
        mark("The file is damaged"),
        mark("It could not be read to its end ({reason})."),
        "",
        mark("Open it in a spreadsheet program, save it anew and choose that file."),
    ),
    "import.file.encrypted": Row(
        mark("The file is protected by a password"),
        mark("Its contents are encrypted."),
        "",
        mark("Open it with its password, save it without one and choose that file."),
    ),
    "import.file.hostile": Row(
        mark("The file is not opened"),
        mark("It declares a document type of its own, which workbooks never do and attacks do."),
        "",
        mark("Ask where it comes from. If you trust it, save it anew in a spreadsheet program."),
    ),
    "import.file.empty": Row(
        mark("The file is empty"), mark("There is no row in it."), "", mark("Choose another file.")
    ),
    "import.file.folder": Row(
        mark("This is a folder"), mark("{path} is a folder, not a file."), "", mark("Choose a file in it.")
    ),
    "import.file.kind_unknown": Row(
        mark("What the file holds was not recognised"),
        mark("The columns of {file} fit no kind of record: {columns}."),
        "",
        mark("Say what it holds, or match the columns by hand."),
    ),
    "import.file.missing": Row(
        mark("The file was not found"), mark("There is no file {path}."), "", mark("Check the path.")
    ),
    "import.file.no_table": Row(
        mark("There is no table in the file"),
        mark("{file} has no row with column names."),
        "",
        mark("Choose a file whose first row names the columns."),
    ),
    "import.file.unreadable": Row(
        mark("The file cannot be read"),
        mark("{path} could not be read ({reason})."),
        mark("Everything saved before is still there."),
        mark("Check its rights, or close it in other programs."),
    ),
    "import.folder.empty": Row(
        mark("There is no file to import"), mark("{path} holds no table."), "", mark("Choose another folder or file.")
    ),
    "import.format.unknown": Row(
        mark("There is no such setting"),
        mark("“{name}” is no setting of a file's format."),
        "",
        mark("Check the mapping file."),
    ),
    "import.format.value": Row(
        mark("The setting does not fit"),
        mark("“{value}” is not possible for “{name}”."),
        "",
        mark("Check the mapping file."),
    ),
    "import.kind.unknown": Row(
        mark("There is no such kind of record"),
        mark("“{kind}” cannot be imported."),
        "",
        mark("Use accounts, contacts, products, users, opportunities or activities."),
    ),
    "import.mapping.column": Row(
        mark("The column is not in the file"), mark("{file} has no column “{column}”."), "", mark("Check the mapping.")
    ),
    "import.mapping.field": Row(
        mark("There is no such field"), mark("“{kind}” has no field “{field}”."), "", mark("Check the mapping.")
    ),
    "import.mapping.shape": Row(
        mark("The mapping file cannot be read"),
        mark("It is no JSON object of files and columns."),
        "",
        mark("See the help for its form."),
    ),
    "import.sheet.too_large": Row(
        mark("The sheet is too large"),
        mark("It claims more rows, columns or text than a spreadsheet can hold."),
        "",
        mark("Save only the part with the table."),
    ),
    "import.sheet.unknown": Row(
        mark("There is no such sheet"),
        mark("The file has no sheet “{sheet}”. It has: {sheets}."),
        "",
        mark("Choose one of its sheets."),
    ),
    "import.mapping.wish": Row(
        mark("The column cannot be filled that way"),
        mark("“{name}” is not possible for the column “{column}”."),
        "",
        mark("Choose a field, or leave the column out."),
    ),
}
