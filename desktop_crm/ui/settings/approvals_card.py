"""The card of approval rules: every rule with its condition and who is asked, delegates below; a rule is edited in a dialog."""

from __future__ import annotations

from datetime import date
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from desktop_crm.domain.schema.approval_options import ApproverKind
from desktop_crm.foundation.errors import CrmError
from desktop_crm.foundation.ids import UserId
from desktop_crm.i18n import formats, tr
from desktop_crm.i18n.error_texts import explain
from desktop_crm.i18n.labels import field_label, option_label
from desktop_crm.ui.runtime.context import UiContext
from desktop_crm.ui.settings.rule_dialog import RuleDialog
from desktop_crm.ui.theme import Mood
from desktop_crm.ui.widgets.buttons import button, icon_button
from desktop_crm.ui.widgets.card import Card
from desktop_crm.ui.widgets.labels import ElidedLabel, clear, label, rule
from desktop_crm.ui.widgets.pill import Pill
from desktop_crm.ui.widgets.steady import SteadyComboBox

if TYPE_CHECKING:
    from desktop_crm.services.quotes import RuleBook, RuleFields, StepFields

WATCHED = ("approval_rule", "approval_step", "approval_delegate", "user")


class ApprovalsCard(Card):
    """Rules and delegates; who may not change them sees them."""

    def __init__(self, context: UiContext, parent: QWidget | None = None) -> None:
        super().__init__(tr("Approval rules"), parent=parent)
        self._context = context
        self._slot = context.lanes.slot()
        self.book: RuleBook | None = None
        self.new = button(tr("New rule"), self.add_rule, kind="small", icon_name="plus")
        self.corner.addWidget(self.new)
        self.hint = label(tr("Quotes that no rule concerns are issued without asking anybody."), "hint", wrap=True)
        self.add(self.hint)
        self._rows = QVBoxLayout()
        self._rows.setSpacing(6)
        self.add(self._rows)
        self.add(rule())
        self.add(label(tr("Delegates"), "strong"))
        self._delegates = QVBoxLayout()
        self._delegates.setSpacing(6)
        self.add(self._delegates)
        self.of, self.to = SteadyComboBox(), SteadyComboBox()
        self.first, self.last = QLineEdit(), QLineEdit()
        line = QHBoxLayout()
        line.setSpacing(8)
        for part, name in (
            (self.of, field_label("approval_delegate", "user_id")),
            (self.to, field_label("approval_delegate", "delegate_id")),
            (self.first, tr("First day")),
            (self.last, tr("Last day")),
        ):
            part.setAccessibleName(name)
            part.setToolTip(name)
            if isinstance(part, QLineEdit):
                part.setPlaceholderText(name)
            line.addWidget(part, 1)
        self.delegate = button(tr("Add a delegate"), self.add_delegate, icon_name="plus")
        line.addWidget(self.delegate)
        self.add(line)
        self.word = label("", "error", wrap=True)
        self.word.hide()
        self.add(self.word)
        self.refresh()

    def refresh(self) -> None:
        self._slot.read(partial(_book, self._context), self._show)

    def add_rule(self) -> None:
        """Open the dialog of a new rule."""
        self._edit(None)

    def add_delegate(self) -> None:
        """Let somebody answer for somebody."""
        try:
            days = [_day(one.text()) for one in (self.first, self.last)]
        except CrmError as error:
            self._refuse(error)
            return
        of, to = self.of.currentData(), self.to.currentData()
        work = partial(_delegate, self._context, of, to, *days)
        self._context.undo.run(tr("Add a delegate"), work, self._on_done, self._refuse, self)

    def _edit(self, known: RuleFields | None) -> None:
        if self.book is not None:
            dialog = RuleDialog(self._context, self.book, known, self)
            dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
            dialog.saved.connect(self._on_done)
            dialog.open()

    def _remove(self, rule_id: str) -> None:
        work = partial(_remove, self._context, rule_id)
        self._context.undo.run(tr("Remove a rule"), work, self._on_done, self._refuse, self)

    def _end(self, delegation_id: str) -> None:
        work = partial(_end, self._context, delegation_id)
        self._context.undo.run(tr("End a delegation"), work, self._on_done, self._refuse, self)

    def _on_done(self, _done: object = None) -> None:
        self.word.hide()
        self.first.clear()
        self.last.clear()
        self.refresh()

    def _refuse(self, error: BaseException) -> None:
        if not isinstance(error, CrmError):
            self._context.reporter.report(error)
            return
        words = explain(error)
        self.word.setText(words.happened or words.title)
        self.word.show()

    def _show(self, book: RuleBook) -> None:
        self.book = book
        names = dict(book.users)
        clear(self._rows)
        for one in book.rules:
            self._rows.addWidget(self._rule_row(one, names, book))
        clear(self._delegates)
        for given in book.delegates:
            who = f"{names.get(given.user_id, '?')} → {names.get(given.delegate_id, '?')}"
            days = " – ".join(formats.date(one) if one else "…" for one in (given.starts_on, given.ends_on))
            ends = icon_button("trash", tr("End a delegation"), partial(self._end, str(given.id)))
            self._delegates.addWidget(_row(label(who), label(days, "hint"), end=(ends,)))
        for combo in (self.of, self.to):
            before = combo.currentData()
            combo.clear()
            for user, name in book.users:
                combo.addItem(name, user)
            combo.setCurrentIndex(max(combo.findData(before), 0))
        self.new.setEnabled(book.may_edit)
        self.delegate.setEnabled(bool(book.users))

    def _rule_row(self, one: RuleFields, names: dict[UserId, str], book: RuleBook) -> QWidget:
        asked = " → ".join(seat_words(step, names) for step in one.steps)
        text = ElidedLabel(f"{one.conditions}  →  {asked or option_label('approver', 'owners_manager')}", "body2")
        edit = icon_button("edit", tr("Edit the rule {name}", name=one.name), partial(self._edit, one))
        remove = icon_button("trash", tr("Remove the rule {name}", name=one.name), partial(self._remove, str(one.id)))
        edit.setEnabled(book.may_edit)
        remove.setEnabled(book.may_edit)
        off = () if one.active else (Pill(tr("switched off"), Mood.neutral),)
        return _row(label(one.name, "strong"), *off, text, end=(edit, remove), stretch=text)


def seat_words(step: StepFields, names: dict[UserId, str]) -> str:
    """Who is asked at a step."""
    if step.approver is ApproverKind.USER:
        return names.get(step.user_id or UserId(""), "?")
    if step.approver is ApproverKind.ROLE:
        return option_label("role", step.role.value if step.role else None)
    return option_label("approver", step.approver.value)


def _row(*parts: QWidget, end: tuple[QWidget, ...], stretch: QWidget | None = None) -> QWidget:
    made = QWidget()
    made.setProperty("role", "clear")
    box = QHBoxLayout(made)
    box.setContentsMargins(0, 0, 0, 0)
    box.setSpacing(8)
    for part in parts:
        box.addWidget(part, 1 if part is stretch else 0)
    if stretch is None:
        box.addStretch(1)
    for part in end:
        box.addWidget(part)
    return made


def _day(text: str) -> date | None:
    from desktop_crm.domain.schema import REGISTRY
    from desktop_crm.ui.widgets.editors import read

    found: date | None = read(REGISTRY["approval_delegate"].field("starts_on"), text.strip())
    return found


def _book(context: UiContext) -> RuleBook:
    from desktop_crm.services import quotes

    return quotes.rule_book(context.workspace)


def _remove(context: UiContext, rule_id: str) -> Any:
    from desktop_crm.services import quotes

    return quotes.remove_rule(context.workspace, rule_id)


def _end(context: UiContext, delegation_id: str) -> Any:
    from desktop_crm.services import quotes

    return quotes.end_delegation(context.workspace, delegation_id)


def _delegate(context: UiContext, of: UserId, to: UserId, first: date | None, last: date | None) -> Any:
    from desktop_crm.services import quotes

    return quotes.delegate(context.workspace, user_id=of, delegate_id=to, starts_on=first, ends_on=last)
