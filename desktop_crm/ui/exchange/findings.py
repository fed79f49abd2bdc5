"""What someone should look at: names that were left open, with what can be done about them, and rows that cannot be taken."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from itertools import islice
from pathlib import Path

from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from desktop_crm.i18n import formats, tr
from desktop_crm.i18n.labels import field_label
from desktop_crm.services.importing import ImportReport, OpenGroup, Problem
from desktop_crm.services.importing.reports import problem_text
from desktop_crm.ui.exchange import words
from desktop_crm.ui.exchange.combos import ChoiceBox
from desktop_crm.ui.exchange.flow import Decision, Meant, Name, Wish
from desktop_crm.ui.theme import Mood
from desktop_crm.ui.widgets.buttons import button, icon_button
from desktop_crm.ui.widgets.card import Card
from desktop_crm.ui.widgets.labels import ElidedLabel, clear, label, rule
from desktop_crm.ui.widgets.pill import Pill

SHOWN = 60
AT_FIRST, AT_ONCE = 6, 2
"""Rows that are made when there is something new to show, and in each later turn of the event loop: the window does not wait for sixty."""
PLACE_WIDTH = 84
CHOICE_WIDTH = 132
SEVERAL = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """Problems of one kind in one column, told once: the first row and how many more; or what is wrong with a whole file.

    Words are made when it is shown: there may be as many as rows.
    """

    problem: Problem
    rows: int = 0
    file: str = ""

    @property
    def first(self) -> int | None:
        """The first row; None for a whole file."""
        return None if self.file else self.problem.row

    @property
    def said(self) -> str:
        """The column with the value."""
        column, value = self.file or self.problem.column, str(self.problem.params.get("value", ""))
        return f"{column} = {value}" if value and self.problem.column else column or tr("whole row")

    @property
    def text(self) -> str:
        """What is wrong."""
        return problem_text(self.problem)


def findings_of(report: ImportReport) -> tuple[Finding, ...]:
    """The problems of a report: those of rows by frequency, then files that could not be used at all."""
    rows = [Finding(problem=pile.problem, rows=pile.rows) for pile in report.piles]
    files = [
        Finding(problem=file.problems[0], file=Path(file.path).name)
        for file in report.files
        if file.kind is None and file.problems
    ]
    return (*rows, *files)


def name_of(group: OpenGroup) -> Name:
    """What a decision about a group is kept under."""
    return group.entity, group.field, group.value


def _unknown_piles(groups: tuple[OpenGroup, ...]) -> list[tuple[OpenGroup, ...]]:
    """Unknown names by column, where there are several of them."""
    piles: dict[tuple[str, str], list[OpenGroup]] = {}
    for group in groups:
        if group.reason == "unknown":
            piles.setdefault((group.entity, group.field), []).append(group)
    return [tuple(pile) for pile in piles.values() if len(pile) >= SEVERAL]


class FindingsCard(Card):
    """Signals: `decided(names, decision)`, decision None when it is taken back; `save_requested()`, `mend_requested()`."""

    decided = Signal(object, object)
    save_requested = Signal()
    mend_requested = Signal()

    def __init__(self, *, lasting: bool, parent: QWidget | None = None) -> None:
        super().__init__(tr("To check"), parent=parent)
        self._lasting = lasting
        self._buttons: dict[tuple[Name, Decision, str], QPushButton] = {}
        self.mend = button(
            tr("Save to mend"),
            self.mend_requested.emit,
            kind="link",
            tip=tr("The rows that are not taken, as they stand and with the reason: mend them and import the file"),
        )
        self.save = button(tr("Save as a table"), self.save_requested.emit, kind="link")
        self.corner.addWidget(self.mend)
        self.corner.addWidget(self.save)
        self._rows = QVBoxLayout()
        self._rows.setSpacing(6)
        self.add(self._rows)
        self._shown: object = None
        self._coming: Iterator[Callable[[], QWidget]] = iter(())
        self._more = 0
        self._turn = QTimer(self)
        self._turn.setInterval(0)
        self._turn.timeout.connect(self._make_more)

    def show_findings(
        self,
        groups: Iterable[OpenGroup],
        findings: tuple[Finding, ...],
        decisions: Mapping[Name, Wish],
        unlisted: int = 0,
    ) -> None:
        """`lasting` cards keep decisions until the import runs; the others act at once."""
        opened = tuple(groups)
        wanted = (opened, findings, dict(decisions), unlisted)
        if wanted == self._shown:
            return
        self._shown = wanted
        clear(self._rows)
        self._buttons.clear()
        self.save.setVisible(bool(findings))
        self.mend.setVisible(any(finding.first is not None for finding in findings))
        rows = [partial(self._pile, unknown, wanted[2]) for unknown in _unknown_piles(opened)]
        rows += [partial(self._group, group, wanted[2].get(name_of(group))) for group in opened[:SHOWN]]
        rows += [partial(self._finding, finding) for finding in findings[: max(0, SHOWN - len(opened))]]
        self._more = len(opened) + len(findings) + unlisted - SHOWN
        self._coming = iter(rows)
        self._turn.start()
        self._make(AT_FIRST)
        if not rows:
            nothing = tr("Nothing. Every row can be taken.") if self._lasting else tr("Nothing. All rows are in.")
            self._rows.addWidget(label(nothing, "body2", wrap=True))

    def _make(self, count: int) -> None:
        """The next rows; the last ones are followed by how many there are besides."""
        for make in islice(self._coming, count):
            if self._rows.count():
                self._rows.addWidget(rule())
            self._rows.addWidget(make())
            count -= 1
        if count and self._turn.isActive():
            self._turn.stop()
            if self._more > 0:
                self._rows.addWidget(label(tr("… and {n} more", n=formats.number(self._more)), "hint"))

    @Slot()
    def _make_more(self) -> None:
        self._make(AT_ONCE)

    def _group(self, group: OpenGroup, decision: Wish | None) -> QWidget:
        said = f"{group.column or field_label(group.entity, group.field)} = {group.value}"
        row, box = _row(words.place(group.first_row, group.rows), said, words.question(group))
        choices = [(one.row_id, words.candidate(one)) for one in group.candidates if not (self._lasting and one.coming)]
        if group.reason == "several" and choices:
            box.addWidget(self._choice(group, choices, decision, said))
        for wanted, text, tip in _acts(group):
            act = partial(self._decide, group, wanted)
            if text:
                made = button(text, act, kind="small", tip=f"{tip}: {said}")
            else:
                made = icon_button("close", f"{tip}: {said}", act)
            made.setObjectName(f"{wanted.value}:{group.value}")
            self._buttons[name_of(group), wanted, "one"] = made
            if self._lasting:
                made.setCheckable(True)
                made.setChecked(decision is wanted)
            box.addWidget(made)
        return row

    def _choice(self, group: OpenGroup, choices: list[tuple[str, str]], decision: Wish | None, said: str) -> ChoiceBox:
        """Those of that name, to choose from."""
        present = decision.row_id if isinstance(decision, Meant) else None
        chosen = partial(self._mean, group)
        made = ChoiceBox([(None, tr("Which one?")), *choices], present, chosen, f"{tr('Which one?')} {said}")
        made.setObjectName(f"which:{group.value}")
        made.setFixedWidth(CHOICE_WIDTH)
        return made

    def _mean(self, group: OpenGroup, row_id: str | None) -> None:
        if row_id is not None or self._lasting:
            self.decided.emit((name_of(group),), Meant(row_id=row_id) if row_id else None)

    def _decide(self, group: OpenGroup, wanted: Decision) -> None:
        name = name_of(group)
        taken_back = self._lasting and not self._buttons[name, wanted, "one"].isChecked()
        sure = wanted is Decision.ACCEPT and not self._lasting and group.suggestion_id is not None
        wish: Wish = Meant(row_id=group.suggestion_id or "") if sure else wanted
        self.decided.emit((name,), None if taken_back else wish)

    def _pile(self, unknown: tuple[OpenGroup, ...], decisions: Mapping[Name, Wish]) -> QWidget:
        """Many unknown names of one column, with a way to make them all at once."""
        first = unknown[0]
        names = tuple(map(name_of, unknown))
        said = first.column or field_label(first.entity, first.field)
        text = tr("{n} names are not known", n=formats.number(len(unknown)))
        row, box = _row(words.rows_text(sum(group.rows for group in unknown)), said, text)
        wanted = all(decisions.get(name) is Decision.CREATE for name in names)
        act = partial(self._decide_all, names)
        made = button(tr("Make all new"), act, kind="small", tip=f"{tr('Make all new')}: {said}")
        made.setObjectName(f"all:{first.field}")
        made.setCheckable(self._lasting)
        made.setChecked(self._lasting and wanted)
        self._buttons[names[0], Decision.CREATE, "all"] = made
        box.addWidget(made)
        return row

    def _decide_all(self, names: tuple[Name, ...]) -> None:
        taken_back = self._lasting and not self._buttons[names[0], Decision.CREATE, "all"].isChecked()
        self.decided.emit(names, None if taken_back else Decision.CREATE)

    def _finding(self, finding: Finding) -> QWidget:
        row, box = _row(words.place(finding.first, finding.rows), finding.said, finding.text)
        box.addWidget(Pill(tr("not taken"), Mood.bad))
        return row


def _acts(group: OpenGroup) -> list[tuple[Decision, str, str]]:
    acts = []
    if group.suggestion:
        acts.append((Decision.ACCEPT, tr("Use {name}", name=_short(group.suggestion)), tr("Take what is proposed")))
    elif group.reason in {"unknown", "other_kind"}:
        acts.append((Decision.CREATE, tr("Make it new"), tr("Make a new record of that name")))
    acts.append((Decision.DROP, "", tr("Leave the field empty for good")))
    return acts


def _short(name: str) -> str:
    return name if len(name) <= 18 else f"{name[:17]}…"


def _row(place: str, said: str, text: str) -> tuple[QWidget, QHBoxLayout]:
    row = QWidget()
    row.setProperty("role", "clear")
    row.setAccessibleName(f"{place}, {said}: {text}")
    box = QHBoxLayout(row)
    box.setContentsMargins(0, 2, 0, 2)
    box.setSpacing(10)
    where = label(place, "hint", wrap=True)
    where.setFixedWidth(PLACE_WIDTH)
    where.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
    words_box = QVBoxLayout()
    words_box.setSpacing(1)
    words_box.addWidget(ElidedLabel(said, "body"))
    words_box.addWidget(ElidedLabel(text, "hint"))
    box.addWidget(where)
    box.addLayout(words_box, 1)
    return row, box
