"""What the note suggests, one line each with accept, change and drop; and the promises that are open on both sides."""

from __future__ import annotations

from datetime import date
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCheckBox, QDialog, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from desktop_crm.domain.activities.debrief import Suggested, Suggestion
from desktop_crm.domain.schema import REGISTRY, Field
from desktop_crm.foundation.errors import Refusal
from desktop_crm.i18n import formats, tr
from desktop_crm.i18n.error_texts import explain
from desktop_crm.i18n.labels import field_label
from desktop_crm.i18n.visit_words import field_word, kind_word, value_words
from desktop_crm.services.visits import Answer, OpenPromise
from desktop_crm.ui.theme import Mood
from desktop_crm.ui.widgets.buttons import button, no_default, primary
from desktop_crm.ui.widgets.card import Card
from desktop_crm.ui.widgets.editors import DateEditor, Editor, LineEditor, OptionEditor
from desktop_crm.ui.widgets.help_key import explained_by
from desktop_crm.ui.widgets.labels import ElidedLabel, clear, label, rule
from desktop_crm.ui.widgets.pill import Pill
from desktop_crm.ui.widgets.steady import SteadyComboBox

PILL_WIDTH = 84


class FoundCard(Card):
    """Signals: `accepted(key, value, title)` (None and "" for as it is), `dropped(key)`."""

    accepted = Signal(str, object, str)
    dropped = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(tr("Found in this note"), parent=parent)
        self.corner.addWidget(label(tr("Chosen one by one · nothing changes unasked"), "hint"))
        self._rows = QVBoxLayout()
        self._rows.setSpacing(8)
        self.body.addLayout(self._rows)
        self._shown: tuple[Answer, ...] | None = None

    def show_answers(self, answers: tuple[Answer, ...]) -> None:
        if answers == self._shown:
            return
        self._shown = answers
        clear(self._rows)
        for place, one in enumerate(answers):
            if place:
                self._rows.addWidget(rule())
            self._rows.addWidget(self._row(one))
        if not answers:
            words = tr("Nothing was found yet. Write down dates, amounts and who said what.")
            self._rows.addWidget(label(words, "hint", wrap=True))

    def _row(self, answer: Answer) -> QWidget:
        one = answer.suggestion
        holder = QWidget()
        holder.setObjectName(f"found-{one.what.value}")
        line = QHBoxLayout(holder)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(9)
        pill = Pill(kind_word(one.what), Mood.accent if answer.accepted else Mood.neutral)
        pill.setFixedWidth(max(PILL_WIDTH, pill.sizeHint().width()))
        line.addWidget(pill, 0, Qt.AlignmentFlag.AlignTop)
        text = QVBoxLayout()
        text.setSpacing(1)
        who = one.person.name if one.person and one.what in {Suggested.TASK, Suggested.MEETING} else ""
        head = " · ".join(part for part in (one.title + (f" → {who}" if who else ""), field_word(one.what)) if part)
        text.addWidget(ElidedLabel(head, "strong"))
        text.addWidget(ElidedLabel(value_words(one), "body2"))
        text.addWidget(ElidedLabel(f"“{one.words}”", "hint"))
        line.addLayout(text, 1)
        if answer.accepted:
            line.addWidget(Pill(tr("Accepted ✓"), Mood.good))
            return holder
        for words, act in ((tr("Accept"), self._accept), (tr("Correct"), self._change), (tr("Drop"), self._drop)):
            if act != self._change or one.what is not Suggested.PRODUCT:
                made = button(words, partial(act, one), kind="small", tip=f"{words}: {head}")
                line.addWidget(made)
        return holder

    def _accept(self, one: Suggestion) -> None:
        self.accepted.emit(one.key, None, "")

    def _drop(self, one: Suggestion) -> None:
        self.dropped.emit(one.key)

    def _change(self, one: Suggestion) -> None:
        dialog = ChangeDialog(one, self)
        dialog.changed.connect(partial(self.accepted.emit, one.key))
        dialog.open()


class ChangeDialog(QDialog):
    """Signals: `changed(value, title)`."""

    changed = Signal(object, str)

    def __init__(self, one: Suggestion, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        explained_by(self, "visit")
        self.setWindowTitle(tr("Change the suggestion"))
        self.setMinimumWidth(380)
        box = QVBoxLayout(self)
        box.setContentsMargins(20, 16, 20, 16)
        box.setSpacing(8)
        box.addWidget(label(kind_word(one.what), "section"))
        box.addWidget(label(f"“{one.words}”", "hint", wrap=True))
        self.title = QLineEdit(one.title)
        self.title.setAccessibleName(kind_word(one.what))
        self.title.setVisible(one.what in {Suggested.TASK, Suggested.MEETING})
        box.addWidget(self.title)
        self.editor = _editor(one)
        self.editor.show_value(one.value)
        self.editor.target().setAccessibleName(field_word(one.what) or kind_word(one.what))
        box.addWidget(self.editor)
        self._word = label("", "error", wrap=True)
        self._word.hide()
        box.addWidget(self._word)
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(button(tr("Cancel"), self.reject))
        row.addWidget(primary(tr("Accept"), self.take))
        box.addLayout(row)
        no_default(self)

    def take(self) -> None:
        """Hand out what stands here; what cannot be read is told and stays."""
        try:
            value = self.editor.value()
        except Refusal as refusal:
            self._word.setText(explain(refusal).happened)
            self._word.show()
            return
        self.changed.emit(value, self.title.text())
        self.accept()


def _editor(one: Suggestion) -> Editor:
    match one.what:
        case Suggested.BUYING_ROLE | Suggested.SUPPORT:
            return OptionEditor(REGISTRY["map_node"].field(one.what.value))
        case Suggested.AMOUNT:
            return LineEditor(REGISTRY["opportunity"].field("amount"))
        case _:
            return DateEditor(_DUE)


_DUE: Field = REGISTRY["task"].field("due_on")


class PromisesCard(Card):
    """Signals: `ticked(task_id, done)`, `promised(subject, due_on, ours)`."""

    ticked = Signal(str, bool)
    promised = Signal(str, object, bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(tr("Open promises"), parent=parent)
        self._rows = QVBoxLayout()
        self._rows.setSpacing(6)
        self.body.addLayout(self._rows)
        self.side = SteadyComboBox()
        self.side.addItem(tr("We → customer"), True)
        self.side.addItem(tr("Customer → us"), False)
        self.side.setAccessibleName(tr("Promise"))
        self.subject = QLineEdit()
        self.subject.setPlaceholderText(tr("What was promised?"))
        self.subject.setAccessibleName(tr("What was promised?"))
        self.subject.returnPressed.connect(self._on_add)
        self.due = DateEditor(_DUE)
        self.due.target().setAccessibleName(field_label("task", "due_on"))
        self.due.setFixedWidth(150)
        self.go = button(tr("Add a promise"), self._on_add, kind="small")
        line = QHBoxLayout()
        for part in (self.side, self.subject, self.due, self.go):
            line.addWidget(part, 1 if part is self.subject else 0)
        self.body.addLayout(line)
        self._shown: tuple[OpenPromise, ...] | None = None

    def show_promises(self, promises: tuple[OpenPromise, ...], today: date) -> None:
        if promises == self._shown:
            return
        self._shown = promises
        clear(self._rows)
        for one in promises:
            self._rows.addWidget(self._row(one, today))
        if not promises:
            self._rows.addWidget(label(tr("Nothing is promised here."), "hint"))

    def _row(self, one: OpenPromise, today: date) -> QWidget:
        holder = QWidget()
        line = QHBoxLayout(holder)
        line.setContentsMargins(0, 0, 0, 0)
        check = QCheckBox()
        check.setChecked(one.done)
        check.setAccessibleName(tr("Done: {subject}", subject=one.subject))
        check.toggled.connect(partial(self.ticked.emit, one.id))
        line.addWidget(check)
        side = label(tr("We → customer") if one.ours else tr("Customer → us"), "body2")
        side.setFixedWidth(110)
        line.addWidget(side)
        line.addWidget(ElidedLabel(one.subject), 1)
        if one.done:
            line.addWidget(Pill(field_label("task", "done") if one.ours else tr("Came in"), Mood.good))
        elif one.due_on is not None:
            mood = Mood.bad if one.due_on < today else Mood.warn
            line.addWidget(Pill(formats.relative(one.due_on, today), mood))
        return holder

    def _on_add(self) -> None:
        subject = self.subject.text().strip()
        if not subject:
            self.subject.setFocus()
            return
        try:
            due = self.due.value()
        except Refusal:
            self.due.target().setFocus()
            return
        self.promised.emit(subject, due, bool(self.side.currentData()))
        self.subject.clear()
