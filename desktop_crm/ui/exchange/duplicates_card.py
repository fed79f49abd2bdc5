"""Which new accounts and contacts of an import look like ones that are there: before anything is written, and after. It merges nothing;
before, a row can be told to change the record that is there.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from desktop_crm.domain.schema import REGISTRY
from desktop_crm.i18n import formats, ntr, tr
from desktop_crm.ui.runtime.audit_runner import AuditRunner
from desktop_crm.ui.runtime.context import UiContext
from desktop_crm.ui.theme import Mood
from desktop_crm.ui.widgets.buttons import button
from desktop_crm.ui.widgets.card import Card
from desktop_crm.ui.widgets.labels import ElidedLabel, clear, label
from desktop_crm.ui.widgets.pill import Pill

if TYPE_CHECKING:
    from desktop_crm.services.importing import ImportPlan, ImportReport, Preview
    from desktop_crm.services.workspace import Workspace

_ENTITIES = ("account", "contact")
_SHOWN = 5
_OFFERED = 3
_SHORT = 24


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """A row that may mean a record which is there."""

    path: str
    number: int
    record: str
    name: str


Line = tuple[str, str, str, tuple[Offer, ...]]
"""Names, likelihood, reasons, and what can be taken instead of a new record."""


class DuplicatesCard(Card):
    """`foresee(preview, plan)` before an import, `look(report)` after one; hidden where nothing comes that could be there twice.

    Signal: `taken(path, row, record)` when a row is to change a record that is there; record None when it is not to any more.
    """

    taken = Signal(object, int, object)

    def __init__(self, context: UiContext, parent: QWidget | None = None) -> None:
        super().__init__(tr("Possible duplicates"), parent=parent)
        self._context = context
        self._slot = context.lanes.slot()
        self._import, self._left = "", list[str]()
        self._coming: dict[str, tuple[tuple[str, tuple[Any, ...]], ...]] = {}
        self._preview: Preview | None = None
        self._found: tuple[Line, ...] = ()
        self._taken: tuple[Offer, ...] = ()
        self._names: dict[str, str] = {}
        self.runner = AuditRunner(context, self)
        self.runner.finished.connect(self._next)
        self.runner.proposed.connect(self._on_proposed)
        self.runner.stopped.connect(self._tell)
        self._said = label("", "body2", wrap=True)
        self._lines = QVBoxLayout()
        self._lines.setSpacing(4)
        self.stop = button(tr("Cancel"), self.runner.cancel, kind="small")
        self.open = button(tr("Compare and merge"), partial(context.routes.go, "duplicates"), kind="small")
        row = QHBoxLayout()
        row.addWidget(self.stop)
        row.addWidget(self.open)
        row.addStretch(1)
        self.add(self._said)
        self.add(self._lines)
        self.add(row)
        self.hide()

    def look(self, report: ImportReport) -> None:
        """Look whether what came in was there already; the same import is looked at once."""
        if report.import_id is None or report.import_id == self._import:
            return
        self._import = report.import_id
        made = {file.kind for file in report.files if file.created} | {
            name for file in report.files for name in file.made
        }
        names = {found.name for found in (REGISTRY.find(kind or "") for kind in made) if found is not None}
        self._left = [entity for entity in _ENTITIES if entity in names]
        self.setVisible(bool(self._left))
        clear(self._lines)
        self.open.hide()
        self._next()

    def foresee(self, preview: Preview | None, plan: ImportPlan | None = None) -> None:
        """Look whether what would come in is there already; the same preview is looked at once. None: nothing to look at.

        `plan` says which rows mean records that are there already.
        """
        if preview is self._preview:
            return
        self._preview, self._found = preview, ()
        self._taken = tuple(
            Offer(path=str(file.path), number=row, record=record, name=self._names.get(record, record))
            for file in (plan.files if plan else ())
            for row, record in file.taken
        )
        self._coming = {}
        self.runner.cancel()
        self.hide()
        if preview is not None:
            self._slot.read(partial(_coming, preview), self._on_coming, self._context.reporter.report)

    def _on_coming(self, coming: dict[str, tuple[tuple[str, tuple[Any, ...]], ...]]) -> None:
        self._coming = coming
        self._left = list(coming)
        self.setVisible(bool(coming or self._taken))
        clear(self._lines)
        self.open.hide()
        if coming or self._taken:
            self._next()

    @Slot(str, str)
    def _on_proposed(self, entity: str, found: str) -> None:
        names = {row_id: str(fields[0] or "") for row_id, fields in self._coming.get(entity, ())}
        sources = self._preview.sources(entity) if self._preview is not None else {}
        work = partial(_foreseen, self._context.workspace, entity, found, names, sources)
        self._slot.read(work, self._on_foreseen, self._context.reporter.report)

    def _on_foreseen(self, found: tuple[Line, ...]) -> None:
        self._found += found
        self._next()

    @Slot()
    def _next(self) -> None:
        if self._left:
            self._said.setText(
                tr("Looking whether what would come in is there already…")
                if self._coming
                else tr("Looking whether what came in was there already…")
            )
            self.stop.show()
            entity = self._left.pop(0)
            self.runner.start(entity, self._coming.get(entity, ()))
        else:
            self._tell()

    @Slot()
    def _tell(self) -> None:
        self._left = []
        self.stop.hide()
        if self._preview is not None:
            self._show(self._found)
            return
        work = partial(_of_import, self._context.workspace, self._import)
        self._slot.read(work, self._show, self._context.reporter.report)

    def _show(self, found: tuple[Line, ...]) -> None:
        clear(self._lines)
        count = len(found)
        some = ntr("{n} group may be one record.", "{n} groups may be one record each.", count, n=formats.number(count))
        if self._preview is not None:
            nothing = tr("Nothing that would come in looks like a record that is there.")
            said = tr("{groups} Nothing is written yet.", groups=some)
        else:
            nothing = tr("Nothing that came in looks like a record that was there already.")
            said = tr("{groups} Nothing was merged.", groups=some)
        self._said.setText(said if found else nothing)
        for offer in self._taken:
            self._lines.addLayout(self._taken_line(offer))
        for names, likely, why, offers in found[:_SHOWN]:
            line = QHBoxLayout()
            line.setSpacing(8)
            line.addWidget(ElidedLabel(names, "body"), 1)
            line.addWidget(label(why, "hint", wrap=True), 1)
            line.addWidget(Pill(likely, Mood.warn))
            self._lines.addLayout(line)
            self._lines.addLayout(self._offers(offers))
        if count > _SHOWN:
            more = count - _SHOWN
            self._lines.addWidget(label(ntr("and {n} more", "and {n} more", more, n=formats.number(more)), "hint"))
        self.open.setVisible(bool(found) and self._preview is None)

    def _offers(self, offers: tuple[Offer, ...]) -> QHBoxLayout:
        """What can be done about a line before anything is written."""
        row = QHBoxLayout()
        row.setSpacing(8)
        for offer in offers[:_OFFERED]:
            self._names[offer.record] = offer.name
            text = tr("Row {row}: take {name} instead", row=formats.number(offer.number), name=_short(offer.name))
            take = button(text, partial(self.taken.emit, Path(offer.path), offer.number, offer.record), kind="small")
            take.setToolTip(tr("The row changes {name}; no new record is made.", name=offer.name))
            row.addWidget(take)
        row.addStretch(1)
        return row

    def _taken_line(self, offer: Offer) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(8)
        said = tr("Row {row} changes {name}.", row=formats.number(offer.number), name=offer.name)
        row.addWidget(ElidedLabel(said, "body"), 1)
        back = partial(self.taken.emit, Path(offer.path), offer.number, None)
        row.addWidget(button(tr("Make a new record after all"), back, kind="small"))
        return row


def _short(name: str) -> str:
    return name if len(name) <= _SHORT else f"{name[: _SHORT - 1]}…"


def _coming(preview: Preview) -> dict[str, tuple[tuple[str, tuple[Any, ...]], ...]]:
    from desktop_crm.domain.accounts.duplicates.profiles import fields_of

    found = {entity: preview.coming(entity, fields_of(entity)) for entity in _ENTITIES}
    return {entity: rows for entity, rows in found.items() if rows}


def _foreseen(
    workspace: Workspace, entity: str, found: str, names: dict[str, str], sources: dict[str, tuple[str, int]]
) -> tuple[Line, ...]:
    from desktop_crm.services.duplicates import words
    from desktop_crm.services.duplicates.finding import foreseen

    return tuple(
        (" · ".join(one.names.values()), words.likelihood(one), words.reasons_text(one), _offered(one.names, sources))
        for one in foreseen(workspace, entity, found, names)
    )


def _offered(names: Mapping[str, str], sources: Mapping[str, tuple[str, int]]) -> tuple[Offer, ...]:
    """Each row of a group with each record of it that is there."""
    return tuple(
        Offer(path=sources[row][0], number=sources[row][1], record=record, name=name)
        for row in names
        if row in sources
        for record, name in names.items()
        if record not in sources
    )


def _of_import(workspace: Workspace, import_id: str) -> tuple[Line, ...]:
    from desktop_crm.services.duplicates import words
    from desktop_crm.services.duplicates.finding import of_import

    return tuple(
        (" · ".join(one.names.values()), words.likelihood(one), words.reasons_text(one), ())
        for one in of_import(workspace, import_id)
    )
