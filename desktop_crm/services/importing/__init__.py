"""Import: look at files, plan, try, run, settle what was left open, take back. Doors use this room's functions and no others'.

`inspect` and `read_rows` need no workspace and may run in a worker process; the rest takes the workspace first.
"""

from __future__ import annotations

from desktop_crm.services.importing.mapping import as_wishes, with_defaults, with_keys, with_taken
from desktop_crm.services.importing.meter import Meter
from desktop_crm.services.importing.plan import ColumnPlan, FilePlan, How, ImportPlan, Problem, choose
from desktop_crm.services.importing.preview import FieldChange, Preview, PreviewRow, RowState
from desktop_crm.services.importing.reading import PackedRows, RowsOfFile, read_measured, read_rows
from desktop_crm.services.importing.recognising import inspect, inspect_file, read_mapping
from desktop_crm.services.importing.refused import save_refused
from desktop_crm.services.importing.reports import Candidate, FileReport, ImportReport, OpenGroup, evidence_text
from desktop_crm.services.importing.resolving import Progress
from desktop_crm.services.importing.running import Trial, dry_run, past_imports, run, try_out
from desktop_crm.services.importing.saved import (
    SavedMapping,
    delete_mapping,
    made_by_hand,
    save_mapping,
    saved_mappings,
    with_saved,
)
from desktop_crm.services.importing.settling import (
    accept_reference,
    create_missing,
    drop_reference,
    find_group,
    open_references,
)
from desktop_crm.services.importing.undoing import Undone, undo_import

__all__ = [
    "Candidate",
    "ColumnPlan",
    "FieldChange",
    "FilePlan",
    "FileReport",
    "How",
    "ImportPlan",
    "ImportReport",
    "Meter",
    "OpenGroup",
    "PackedRows",
    "Preview",
    "PreviewRow",
    "Problem",
    "Progress",
    "RowState",
    "RowsOfFile",
    "SavedMapping",
    "Trial",
    "Undone",
    "accept_reference",
    "as_wishes",
    "choose",
    "create_missing",
    "delete_mapping",
    "drop_reference",
    "dry_run",
    "evidence_text",
    "find_group",
    "inspect",
    "inspect_file",
    "made_by_hand",
    "open_references",
    "past_imports",
    "read_mapping",
    "read_measured",
    "read_rows",
    "run",
    "save_mapping",
    "save_refused",
    "saved_mappings",
    "try_out",
    "undo_import",
    "with_defaults",
    "with_keys",
    "with_saved",
    "with_taken",
]
