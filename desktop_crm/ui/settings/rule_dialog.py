"""The dialog of one approval rule: its name, when it applies (chosen piece by piece or typed), who is asked and in which order."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QDialog, QGridLayout, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from desktop_crm.domain.quotes.approvals.rules import COMPARISONS, EQUALITIES, NUMBERS
from desktop_crm.domain.schema.approval_options import ApprovalMeasure, ApprovalNeed, ApproverKind
from desktop_crm.domain.schema.options import UserRole
from desktop_crm.foundation.errors import CrmError
from desktop_crm.foundation.ids import RowId, UserId
from desktop_crm.i18n import tr
from desktop_crm.i18n.error_texts import explain
from desktop_crm.i18n.labels import field_label, option_label
from desktop_crm.ui.runtime.context import UiContext
from desktop_crm.ui.widgets.buttons import button, icon_button, no_default, primary
from desktop_crm.ui.widgets.help_key import explained_by
from desktop_crm.ui.widgets.labels import label
from desktop_crm.ui.widgets.steady import SteadyComboBox, SteadySpinBox

if TYPE_CHECKING:
    from desktop_crm.services.quotes import RuleBook, RuleFields, StepFields

WIDTH = 760
_SEQUENCE, _TOGETHER = "sequence", "together"


class StepRow(QWidget):
    """One seat: who, after or with the one above, and after how many days it goes further up."""

    def __init__(self, book: RuleBook, known: StepFields | None, *, together: bool = False) -> None:
        super().__init__()
        self.setProperty("role", "clear")
        self.id: RowId | None = known.id if known is not None else None
        self.order = SteadyComboBox()
        self.order.addItem(tr("then"), _SEQUENCE)
        self.order.addItem(tr("at the same time"), _TOGETHER)
        self.order.setCurrentIndex(int(together))
        self.order.setAccessibleName(tr("After the one above, or at the same time"))
        self.who = SteadyComboBox()
        self.who.setAccessibleName(field_label("approval_step", "approver"))
        self.who.addItem(option_label("approver", "owners_manager"), (ApproverKind.OWNERS_MANAGER.value, ""))
        for user, name in book.users:
            self.who.addItem(name, (ApproverKind.USER.value, str(user)))
        for role in UserRole:
            text = tr("Everybody who is {role}", role=option_label("role", role.value))
            self.who.addItem(text, (ApproverKind.ROLE.value, role.value))
        self.days = SteadySpinBox()
        self.days.setRange(0, 99)
        self.days.setSpecialValueText(tr("never escalates"))
        self.days.setSuffix(" " + tr("days, then up"))
        self.days.setAccessibleName(field_label("approval_step", "escalate_days"))
        if known is not None:
            wanted = (known.approver.value, str(known.user_id or (known.role.value if known.role else "")))
            places = [place for place in range(self.who.count()) if tuple(self.who.itemData(place)) == wanted]
            self.who.setCurrentIndex(places[0] if places else 0)
            self.days.setValue(known.escalate_days or 0)
        self.known = known
        box = QHBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(8)
        box.addWidget(self.order)
        box.addWidget(self.who, 1)
        box.addWidget(self.days)
        self.box = box

    def fields(self, place: int, need: ApprovalNeed) -> StepFields:
        """The step as it is kept."""
        from desktop_crm.services.quotes import StepFields

        kind, value = self.who.currentData()
        return StepFields(
            id=self.id,
            approver=ApproverKind(kind),
            place=place,
            user_id=UserId(value) if kind == ApproverKind.USER else None,
            role=UserRole(value) if kind == ApproverKind.ROLE else None,
            need=need,
            escalate_days=self.days.value() or None,
            escalate_to_id=self.known.escalate_to_id if self.known is not None else None,
        )


class RuleDialog(QDialog):
    """Signals: `saved()`."""

    saved = Signal()

    def __init__(
        self, context: UiContext, book: RuleBook, known: RuleFields | None = None, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        explained_by(self, "quote")
        self._context, self._book, self._known = context, book, known
        self.setWindowTitle(tr("Approval rule"))
        self.setMinimumWidth(WIDTH)
        self.name, self.conditions, self.value = QLineEdit(), QLineEdit(), QLineEdit()
        self.conditions.setPlaceholderText(tr("discount > 10 and category = Sensors or amount >= 100000000 KRW"))
        self.rank = SteadySpinBox()
        self.rank.setRange(0, 99)
        self.active = QCheckBox(tr("In use"))
        self.active.setChecked(True)
        self.own = QCheckBox(tr("Whoever is asked may approve his own quotes"))
        self.any_one = QCheckBox(tr("One of those asked at the same time is enough"))
        self.measure, self.sign = SteadyComboBox(), SteadyComboBox()
        self._fill_measures()
        self._steps: list[StepRow] = []
        self._step_box = QVBoxLayout()
        self._step_box.setSpacing(6)
        self.word = label("", "error", wrap=True)
        self.word.hide()
        self._lay_out()
        if known is not None:
            self._load(known)
        else:
            self.add_step()
        no_default(self)

    def add_piece(self, joint: str) -> None:
        """Add what is chosen to the conditions, with "and" or "or"."""
        text = self.value.text().strip()
        if text:
            piece = f"{self.measure.currentData()} {self.sign.currentText()} {text}"
            before = self.conditions.text().strip()
            self.conditions.setText(f"{before} {joint} {piece}" if before else piece)
            self.value.clear()

    def add_step(self, known: StepFields | None = None, *, together: bool = False) -> None:
        """One more seat."""
        row = StepRow(self._book, known, together=together)
        row.box.addWidget(icon_button("trash", tr("Remove the step"), partial(self._remove_step, row)))
        row.order.setVisible(bool(self._steps))
        self._steps.append(row)
        self._step_box.addWidget(row)

    def save(self) -> None:
        """Keep the rule; what is wrong is said below."""
        work = partial(_save, self._context, self._known.id if self._known else None, self._values())
        self._context.undo.run(tr("Approval rule changed"), work, self._on_saved, self._refuse, self)

    def _values(self) -> dict[str, Any]:
        need = ApprovalNeed.ANY if self.any_one.isChecked() else ApprovalNeed.ALL
        steps: list[StepFields] = []
        place = 0
        for row in self._steps:
            place += 1 if not steps or row.order.currentData() == _SEQUENCE else 0
            steps.append(row.fields(place, need))
        return {
            "name": self.name.text(),
            "conditions": self.conditions.text(),
            "steps": tuple(steps),
            "rank": self.rank.value(),
            "active": self.active.isChecked(),
            "own_allowed": self.own.isChecked(),
            "note": self._known.note if self._known is not None else "",
        }

    def _load(self, known: RuleFields) -> None:
        self.name.setText(known.name)
        self.conditions.setText(known.conditions)
        self.rank.setValue(known.rank)
        self.active.setChecked(known.active)
        self.own.setChecked(known.own_allowed)
        self.any_one.setChecked(any(step.need is ApprovalNeed.ANY for step in known.steps))
        before = 0
        for step in known.steps:
            self.add_step(step, together=step.place == before)
            before = step.place

    def _remove_step(self, row: StepRow) -> None:
        self._steps.remove(row)
        row.hide()
        row.deleteLater()
        if self._steps:
            self._steps[0].order.hide()

    def _fill_measures(self) -> None:
        from desktop_crm.services import quotes

        for one in ApprovalMeasure:
            self.measure.addItem(quotes.measure_name(one), one.value)
        self.measure.currentIndexChanged.connect(self._on_measure)
        self._on_measure()
        for part, name in (
            (self.measure, tr("What is looked at")),
            (self.sign, tr("How it is compared")),
            (self.value, tr("With what")),
        ):
            part.setAccessibleName(name)
        self.value.setPlaceholderText(tr("With what"))

    def _on_measure(self, _index: int = 0) -> None:
        numbers = ApprovalMeasure(self.measure.currentData()) in NUMBERS
        self.sign.clear()
        self.sign.addItems(COMPARISONS if numbers else EQUALITIES)

    def _lay_out(self) -> None:
        grid = QGridLayout()
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(8)
        names = (
            (self.name, field_label("approval_rule", "name")),
            (self.conditions, field_label("approval_rule", "conditions")),
        )
        for place, (part, name) in enumerate(names):
            part.setAccessibleName(name)
            grid.addWidget(label(name, "label"), place * 2, 0)
            grid.addWidget(part, place * 2, 1)
        piece = QHBoxLayout()
        piece.setSpacing(8)
        piece.addWidget(self.measure)
        piece.addWidget(self.sign)
        piece.addWidget(self.value, 1)
        piece.addWidget(button(tr("Add with “and”"), partial(self.add_piece, "and"), kind="small"))
        piece.addWidget(button(tr("Add with “or”"), partial(self.add_piece, "or"), kind="small"))
        grid.addLayout(piece, 3, 1)
        rank = field_label("approval_rule", "rank")
        self.rank.setAccessibleName(rank)
        grid.addWidget(label(rank, "label"), 4, 0)
        line = QHBoxLayout()
        line.setSpacing(16)
        line.addWidget(self.rank)
        line.addWidget(self.active)
        line.addWidget(self.own)
        line.addStretch(1)
        grid.addLayout(line, 4, 1)
        foot = QHBoxLayout()
        foot.addStretch(1)
        foot.addWidget(button(tr("Cancel"), self.reject))
        self.keep = primary(tr("Save"), self.save)
        foot.addWidget(self.keep)
        box = QVBoxLayout(self)
        box.setContentsMargins(20, 18, 20, 16)
        box.setSpacing(12)
        box.addLayout(grid)
        box.addWidget(label(tr("Who is asked"), "strong"))
        box.addLayout(self._step_box)
        more = QHBoxLayout()
        more.addWidget(button(tr("Add a step"), partial(self.add_step, None), kind="small", icon_name="plus"))
        more.addWidget(self.any_one)
        more.addStretch(1)
        box.addLayout(more)
        box.addWidget(self.word)
        box.addStretch(1)
        box.addLayout(foot)

    def _on_saved(self, _done: object) -> None:
        self.saved.emit()
        self.accept()

    def _refuse(self, error: BaseException) -> None:
        if not isinstance(error, CrmError):
            self._context.reporter.report(error)
            return
        words = explain(error)
        self.word.setText(words.happened or words.title)
        self.word.show()


def _save(context: UiContext, rule_id: str | None, values: dict[str, Any]) -> Any:
    from desktop_crm.services import quotes

    return quotes.save_rule(context.workspace, rule_id=rule_id, **values)
