"""What lies on this laptop, how large it is, and what is to be fetched: all files, or those of chosen accounts."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QVBoxLayout, QWidget

from desktop_crm.i18n import formats, ntr, tr
from desktop_crm.services import offline
from desktop_crm.services.offline import AccountFiles, Held
from desktop_crm.ui.runtime.context import UiContext
from desktop_crm.ui.widgets.buttons import button, icon_button
from desktop_crm.ui.widgets.card import Card
from desktop_crm.ui.widgets.labels import ElidedLabel, clear, label


class OfflineCard(Card):
    """Reads by itself."""

    def __init__(self, context: UiContext, parent: QWidget | None = None) -> None:
        super().__init__(tr("On this laptop"), parent=parent)
        self._context = context
        self._slot = context.lanes.slot()
        self.records = label("", "body2", wrap=True)
        self.files = label("", "body2", wrap=True)
        self.everything = QCheckBox(tr("Fetch every file by itself"))
        self.everything.clicked.connect(self._on_everything)
        self.rows = QVBoxLayout()
        self.rows.setSpacing(4)
        self.said = label("", "hint", wrap=True)
        self.tomorrow = button(tr("Take everything for tomorrow's visits"), self._take_tomorrow, kind="small")
        self.room = button(tr("Make room"), self._make_room, kind="small")
        self.room.setToolTip(tr("Files that are not kept here go; the server has them, and they can be fetched again"))
        for part in (self.records, self.files, self.everything):
            self.add(part)
        self.body.addLayout(self.rows)
        self.add(self.said)
        acts = QHBoxLayout()
        acts.addWidget(self.tomorrow)
        acts.addWidget(self.room)
        acts.addStretch(1)
        self.body.addLayout(acts)
        self.refresh()

    def refresh(self) -> None:
        """Read it again."""
        self._slot.read(partial(offline.held, self._context.workspace), self._show, self._context.reporter.report)

    def _show(self, held: Held) -> None:
        since = formats.date(held.since) if held.since else "–"
        self.records.setText(
            tr(
                "Accounts: {accounts}, activities: {activities}, history since {since}; {size} with the search index.",
                accounts=formats.number(held.accounts),
                activities=formats.number(held.activities),
                since=since,
                size=formats.file_size(held.workspace),
            )
        )
        here = tr("Files here: {n}, {size}.", n=formats.number(held.files), size=formats.file_size(held.files_size))
        away = tr(
            "Attached files at the server only: {n}, {size}.",
            n=formats.number(held.away),
            size=formats.file_size(held.away_size),
        )
        free = tr("Free on the disk: {size}.", size=formats.file_size(held.free))
        self.files.setText(" ".join((here, away, free) if held.away else (here, free)))
        self.everything.setChecked(held.profile.everything)
        self.room.setEnabled(not held.profile.everything)
        clear(self.rows)
        until = dict(held.profile.accounts)
        if not held.profile.everything:
            if not held.kept:
                self.rows.addWidget(label(tr("Files of no account are kept by choice yet."), "hint", wrap=True))
            for one in held.kept:
                self.rows.addWidget(self._row(one, until.get(one.id, "")))

    def _row(self, one: AccountFiles, until: str) -> QWidget:
        row = QWidget()
        line = QHBoxLayout(row)
        line.setContentsMargins(0, 0, 0, 0)
        line.addWidget(ElidedLabel(one.name, "body"), 1)
        told = tr("{here} of {files} files, {size}", here=one.here, files=one.files, size=formats.file_size(one.size))
        if until:
            told = f"{told} · {tr('until {day}', day=until)}"
        line.addWidget(label(told, "hint"), 0, Qt.AlignmentFlag.AlignRight)
        line.addWidget(
            icon_button("close", tr("Keep the files of {name} no longer", name=one.name), partial(self._leave, one.id))
        )
        return row

    def _leave(self, account_id: str) -> None:
        work = partial(offline.keep_account, self._context.workspace, account_id, on=False)
        self._context.lanes.write(work, self._on_written, self._context.reporter.report)

    def _on_everything(self, on: bool) -> None:
        work = partial(offline.keep_everything, self._context.workspace, on)
        self._context.lanes.write(work, self._on_written, self._context.reporter.report)

    def _take_tomorrow(self) -> None:
        work = partial(offline.take_tomorrow, self._context.workspace)
        self._context.lanes.write(work, self._on_taken, self._context.reporter.report)

    def _on_taken(self, accounts: tuple[AccountFiles, ...]) -> None:
        missing = sum(one.files - one.here for one in accounts)
        if not accounts:
            self.said.setText(tr("No visit or meeting stands in tomorrow's calendar."))
        elif missing:
            names = ", ".join(one.name for one in accounts)
            self.said.setText(
                ntr("{names}: {n} file is on its way.", "{names}: {n} files are on their way.", missing, names=names)
            )
        else:
            names = ", ".join(one.name for one in accounts)
            self.said.setText(tr("{names}: everything is here.", names=names))
        self._on_written(None)

    def _make_room(self) -> None:
        work = partial(offline.make_room, self._context.workspace)
        self._context.lanes.write(work, self._on_room, self._context.reporter.report)

    def _on_room(self, gone: int) -> None:
        self.said.setText(ntr("{n} file went.", "{n} files went.", gone))
        self.refresh()

    def _on_written(self, _result: object) -> None:
        self.refresh()
        self._context.sync.fetch_soon()
