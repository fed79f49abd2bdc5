"""The one that shows what went wrong. It knows the words, not the looks: the shell connects a dialog or a toast.

Refusals and troubles come with a title, what happened, what was kept and what to do; bugs come with details that can
be copied and hold no customer data (code places, never values), and leave a report in a file.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass, replace
from enum import StrEnum
from types import TracebackType

from PySide6.QtCore import QObject, Signal, Slot

from desktop_crm.foundation.errors import Bug, CrmError, Refusal


class ReportKind(StrEnum):
    refusal = "refusal"
    trouble = "trouble"
    bug = "bug"


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What to show."""

    kind: ReportKind
    title: str
    happened: str
    kept: str
    next_step: str
    details: str
    file: str = ""
    """The report that was written about a bug; empty for anything else."""


class ErrorReporter(QObject):
    """Signals: `reported(report)` on the GUI thread."""

    reported = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._former = sys.excepthook

    @Slot(object)
    def report(self, error: BaseException) -> None:
        """Show an error; anything that is no CrmError is a bug of ours."""
        known = error if isinstance(error, CrmError) else as_bug(error)
        if isinstance(known, Bug):
            from desktop_crm.foundation import reports

            kept = reports.keep(error)
            self.reported.emit(replace(report_of(error), file=kept.name if kept is not None else ""))
        else:
            self.reported.emit(report_of(error))
        _note(known, error)

    def install(self) -> None:
        """Take over `sys.excepthook`, so that a failing slot is reported and not lost."""
        self._former = sys.excepthook
        sys.excepthook = self._hook

    def uninstall(self) -> None:
        sys.excepthook = self._former

    def _hook(self, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        if issubclass(kind, KeyboardInterrupt):
            self._former(kind, error, trace)
        else:
            self.report(error)


def _note(known: CrmError, error: BaseException) -> None:
    from desktop_crm.foundation import logs
    from desktop_crm.foundation.reports import places, reason_of

    log = logs.get("desktop_crm.ui")
    why = {"reason": reason} if (reason := reason_of(error)) else {}
    if isinstance(known, Bug):
        log.error("bug", code=known.code, kind=type(error).__name__, places=places(error), **why)
    else:
        log.info("told", code=known.code, **why)


def as_bug(error: BaseException) -> Bug:
    bug = Bug("app.unexpected", kind=type(error).__name__)
    bug.__cause__ = error
    return bug


def report_of(raised: BaseException) -> Report:
    """The words for an error; anything that is no CrmError is a bug of ours."""
    from desktop_crm.foundation.reports import details_of
    from desktop_crm.i18n.error_texts import explain

    known = raised if isinstance(raised, CrmError) else as_bug(raised)
    text = explain(known)
    kind = ReportKind.trouble
    if isinstance(known, Refusal):
        kind = ReportKind.refusal
    elif isinstance(known, Bug):
        kind = ReportKind.bug
    return Report(
        kind=kind,
        title=text.title,
        happened=text.happened,
        kept=text.kept,
        next_step=text.next_step,
        details=details_of(raised),
    )
