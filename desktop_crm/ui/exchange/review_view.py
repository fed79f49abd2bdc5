"""The steps in the middle: files as chips, the format, the columns matched to fields, and at the right what the trial found."""

from __future__ import annotations

from collections import Counter
from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QScrollArea, QVBoxLayout, QWidget

from desktop_crm.i18n import formats, tr
from desktop_crm.i18n.labels import entity_label
from desktop_crm.services import importing
from desktop_crm.services.importing import FilePlan, FileReport, ImportReport
from desktop_crm.services.importing.kinds import ORDER
from desktop_crm.services.importing.reports import problem_text
from desktop_crm.ui.exchange import words
from desktop_crm.ui.exchange.combos import ChoiceBox
from desktop_crm.ui.exchange.file_dialog import FileDialog
from desktop_crm.ui.exchange.findings import FindingsCard, findings_of
from desktop_crm.ui.exchange.flow import ImportFlow
from desktop_crm.ui.exchange.format_panel import FormatPanel
from desktop_crm.ui.exchange.mapping_table import MappingTable
from desktop_crm.ui.exchange.preview_table import PreviewTable
from desktop_crm.ui.exchange.value_dialog import ValueDialog
from desktop_crm.ui.widgets.buttons import button
from desktop_crm.ui.widgets.card import Card
from desktop_crm.ui.widgets.labels import ElidedLabel, clear, label
from desktop_crm.ui.widgets.segmented import SegmentedControl

SIDE_WIDTH = 416
CHIPS_HEIGHT = 36
COLUMNS, ROWS = "columns", "rows"


class CountsCard(Card):
    """Four figures: new, changed, as before, to check; and what the file says otherwise. Signal: `overwrite_asked()`."""

    overwrite_asked = Signal()

    def __init__(self, title: str, parent: QWidget | None = None) -> None:
        super().__init__(title, parent=parent)
        self._row = QHBoxLayout()
        self._row.setSpacing(26)
        self.add(self._row)
        self._notes = QVBoxLayout()
        self._notes.setSpacing(2)
        self.add(self._notes)
        self.overwrite = button(
            tr("Replace them too"), self._on_overwrite, kind="link", tip=tr("Take the file's values in their place")
        )
        self.overwrite.setVisible(False)
        self.add(self.overwrite)

    def show_report(self, report: ImportReport | None, to_check: int) -> None:
        """Show a report's totals, or what will stand here."""
        clear(self._row)
        clear(self._notes)
        self.overwrite.setVisible(report is not None and report.import_id is None and report.total("left_count") > 0)
        if report is None:
            text = label(
                tr("Try the import out: nothing is written, and you see what would happen."), "body2", wrap=True
            )
            self._row.addWidget(text, 1)
            return
        for name, count, bad in (
            (tr("New rows"), report.total("created"), False),
            (tr("Changed"), report.total("updated"), False),
            (tr("As before"), report.total("unchanged"), False),
            (tr("To check"), to_check, to_check > 0),
        ):
            box = QVBoxLayout()
            box.setSpacing(0)
            box.addWidget(label(name, "label"))
            figure = label(formats.number(count), "figure")
            figure.setAccessibleName(f"{name}: {formats.number(count)}")
            if bad:
                figure.setProperty("mood", "bad")
            box.addWidget(figure)
            self._row.addLayout(box)
        self._row.addStretch(1)
        for heading, lines in words.differences(report):
            self._notes.addWidget(label(heading, "body2", wrap=True))
            for line in lines:
                self._notes.addWidget(ElidedLabel(line, "hint"))

    def _on_overwrite(self) -> None:
        self.overwrite_asked.emit()


class ReviewView(QWidget):
    """Watches a flow. Signals: `save_requested(ImportReport)`, `mend_requested()`."""

    save_requested = Signal(object)
    mend_requested = Signal()

    def __init__(self, flow: ImportFlow, currency: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._flow = flow
        self._currency = currency
        self._path: Path | None = None
        self.format_open = False
        self.chips = QHBoxLayout()
        self.chips.setContentsMargins(0, 0, 0, 0)
        self.chips.setSpacing(6)
        self._about = ElidedLabel("", "body2")
        self.change = button(tr("Change"), self._toggle_format, kind="link", tip=tr("Change how the file is read"))
        self.format = FormatPanel()
        self.format.format_chosen.connect(self._on_format)
        self.table = MappingTable()
        self.table.chosen.connect(self._on_chosen)
        self.table.values_asked.connect(self._on_values)
        self.rows = PreviewTable()
        self.views = SegmentedControl(((COLUMNS, tr("Columns")), (ROWS, tr("Rows"))), ROWS)
        self.views.setAccessibleName(tr("What is shown"))
        self.views.chosen.connect(self._on_view)
        self._refused = label("", "body2", wrap=True)
        self.counts = CountsCard(tr("What would happen"))
        self.counts.overwrite_asked.connect(flow.overwrite)
        self.findings = FindingsCard(lasting=True)
        self.findings.decided.connect(flow.decide)
        self.findings.save_requested.connect(self._on_save)
        self.findings.mend_requested.connect(self.mend_requested)
        self._kind = QHBoxLayout()
        box = QHBoxLayout(self)
        box.setContentsMargins(18, 16, 18, 16)
        box.setSpacing(14)
        box.addWidget(self._left(), 1)
        box.addWidget(self._right())

    def _left(self) -> QWidget:
        self._card = Card(tr("Columns of the file → our fields"))
        self._card.corner.addLayout(self._kind)
        line = QHBoxLayout()
        line.addWidget(self.views)
        line.addWidget(self._about, 1)
        line.addWidget(self.change)
        self._card.add(line)
        self._card.add(self.format)
        self._card.add(self._refused)
        self._card.add(self.table, 1)
        self._card.add(self.rows, 1)
        holder = QWidget()
        holder.setProperty("role", "clear")
        box = QVBoxLayout(holder)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(10)
        box.addWidget(self._chip_row())
        box.addWidget(self._card, 1)
        return holder

    def _chip_row(self) -> QScrollArea:
        """Files side by side; many of them scroll and do not widen the window."""
        row = QWidget()
        row.setProperty("role", "clear")
        row.setLayout(self.chips)
        self._chip_area = QScrollArea()
        self._chip_area.setWidgetResizable(True)
        self._chip_area.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._chip_area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)
        self._chip_area.setFixedHeight(CHIPS_HEIGHT)
        self._chip_area.setWidget(row)
        return self._chip_area

    def _right(self) -> QWidget:
        note = Card()
        self._kept = label("", "body2", wrap=True)
        note.add(label(tr("You can take it back at any time"), "hint"))
        note.add(
            label(
                tr("Changed values return to what they were before the import; what was edited later stays."),
                "body",
                wrap=True,
            )
        )
        note.add(self._kept)
        inner = QWidget()
        inner.setProperty("role", "clear")
        box = QVBoxLayout(inner)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(14)
        for card in (self.counts, self.findings, note):
            box.addWidget(card)
        self._more = QVBoxLayout()
        box.insertLayout(box.indexOf(note), self._more)
        box.addStretch(1)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setWidget(inner)
        area.setFixedWidth(SIDE_WIDTH)
        return area

    def add_card(self, card: Card) -> None:
        """One more card beside the table."""
        self._more.addWidget(card)

    def file(self) -> FilePlan | None:
        """The file that is shown."""
        files = self._flow.plan.files
        found = next((file for file in files if file.path == self._path), None)
        return found or next(iter(self._flow.plan.usable), files[0] if files else None)

    def show_plan(self) -> None:
        """Show the flow as it is now."""
        file = self.file()
        if file is None:
            return
        self._path = file.path
        self._show_chips(file)
        usable = file.refusal is None
        self._refused.setVisible(not usable)
        preview = self._flow.preview
        listed = usable and preview is not None and self.views.current() == ROWS
        self.views.setVisible(usable and preview is not None)
        self.rows.setVisible(listed)
        self.rows.show_preview(preview if usable else None, str(file.path))
        self.table.setVisible(usable and not listed)
        title = tr("Rows of the file → what becomes of them") if listed else tr("Columns of the file → our fields")
        self._card.title.setText(title)
        self._show_kept(file)
        readable = file.format is not None
        self.format.setVisible(readable and self.format_open)
        self.change.setVisible(readable)
        self.change.setText(tr("Done") if self.format_open else tr("Change"))
        clear(self._kind)
        self._show_kind(file)
        self._about.set_text(f"{file.path.name}   {words.format_line(file)}")
        trial = self._flow.trial
        if readable:
            self.format.show_file(file)
        if usable and not listed:
            self.table.show_file(file, _open_counts(trial, file), self._currency)
        if file.refusal is not None:
            self._refused.setText(problem_text(file.refusal))
        groups = trial.open if trial else ()
        found = findings_of(trial) if trial else ()
        checks = sum(group.rows for group in groups) + (trial.total("refused") if trial else 0)
        self.counts.show_report(trial, checks)
        self.findings.setVisible(trial is not None)
        self.findings.show_findings(groups, found, self._flow.decisions, trial.more if trial else 0)

    def _show_kept(self, file: FilePlan) -> None:
        """Say under which name the settings of this file are, or will be, kept."""
        chosen = self._flow.names.get(file.path)
        name = chosen or file.mapping or (file.path.stem if importing.made_by_hand(file) else "")
        text = tr("The settings of this file are kept as “{name}”.", name=name) if name else ""
        if file.mapping and not chosen:
            text = tr("Read by the saved mapping “{name}”.", name=file.mapping)
        self._kept.setText(text)
        self._kept.setVisible(bool(text))

    def _show_chips(self, shown: FilePlan) -> None:
        clear(self.chips)
        files = self._flow.plan.files
        self._chip_area.setVisible(len(files) > 1)
        if len(files) < 2:
            return
        reports = {Path(one.path): one for one in self._flow.trial.files} if self._flow.trial else {}
        for file in files:
            self.chips.addWidget(
                _chip(file, reports.get(file.path), partial(self._show_file, file.path), shown=file is shown)
            )
        self.chips.addStretch(1)

    def _show_kind(self, file: FilePlan) -> None:
        choices: list[tuple[str | None, str]] = [(entity, entity_label(entity, plural=True)) for entity in ORDER]
        if file.entity is None:
            choices.insert(0, (None, tr("Say what it holds…")))
        box = ChoiceBox(choices, file.entity, partial(self._on_kind, file), tr("What the file holds"))
        box.setFixedWidth(150)
        self._kind.addWidget(box)
        if file.refusal is None:
            self.settings = button(tr("Settings…"), partial(self._on_settings, file), kind="small")
            self._kind.addWidget(self.settings)
        if len(self._flow.plan.files) > 1:
            self._kind.addWidget(
                button(tr("Leave the file out"), partial(self._flow.leave_out, file.path), kind="small")
            )

    def _show_file(self, path: Path) -> None:
        self._path = path
        self._flow.moved.emit()

    def _toggle_format(self) -> None:
        self.format_open = not self.format_open
        self._flow.moved.emit()

    def _on_kind(self, file: FilePlan, entity: str | None) -> None:
        if entity is not None and entity != file.entity:
            self._flow.read_anew(file, file.format, entity)

    def _on_format(self, form: object) -> None:
        file = self.file()
        if file is not None:
            self._flow.read_anew(file, form, file.entity)  # type: ignore[arg-type]

    def _on_chosen(self, column: str, choice: object) -> None:
        file = self.file()
        if file is not None:
            self._flow.choose(file, column, choice)

    def _on_view(self, _key: str) -> None:
        self.show_plan()

    def _on_values(self, column: str) -> None:
        file = self.file()
        if file is None or file.entity is None:
            return
        dialog = ValueDialog(file.entity, file.column(column), self)
        if dialog.exec():
            self._flow.choose(file, column, {"values": dialog.values()})

    def _on_settings(self, file: FilePlan) -> None:
        dialog = FileDialog(file, self._flow.names.get(file.path) or file.mapping, self)
        dialog.forgotten.connect(partial(self._flow.forget_mapping, file.mapping))
        if dialog.exec():
            wish = dialog.wish()
            self._flow.choose_for_file(file, wish.keys, wish.defaults, wish.name)

    def _on_save(self) -> None:
        if self._flow.trial is not None:
            self.save_requested.emit(self._flow.trial)


def _open_counts(trial: ImportReport | None, file: FilePlan) -> Counter[str]:
    counted: Counter[str] = Counter()
    for group in trial.open if trial else ():
        if group.entity == file.entity:
            counted[group.field] += group.rows
    return counted


def _chip(file: FilePlan, report: FileReport | None, act: object, *, shown: bool) -> QPushButton:
    kind = entity_label(file.entity, plural=True) if file.entity else tr("not usable")
    made = button(f"{file.path.name} · {kind}", act, kind="plain")  # type: ignore[arg-type]
    mood = (
        "bad" if file.refusal is not None else "accent" if shown else "warn" if report and report.refused else "neutral"
    )
    made.setProperty("pill", mood)
    made.setObjectName(f"file:{file.path.name}")
    made.setToolTip(str(file.path))
    return made
