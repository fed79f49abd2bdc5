"""The line under the sums that says which approval the quote needs, live at each key; and the dialog behind it: why, who is asked,
what was changed since, the timeline, and the acts: ask, approve, reject, take back.
"""

from __future__ import annotations

from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QDialog, QFrame, QHBoxLayout, QLineEdit, QScrollArea, QVBoxLayout, QWidget

from desktop_crm.domain.quotes.approvals.needs import ConcessionMemory
from desktop_crm.domain.quotes.approvals.standing import ApprovalState
from desktop_crm.domain.quotes.pricing import PricedQuote
from desktop_crm.domain.schema.approval_options import Verdict
from desktop_crm.foundation.changes import Changes
from desktop_crm.i18n import formats, tr
from desktop_crm.i18n.labels import field_label, option_label
from desktop_crm.ui.quotes.editor import QuoteEditor
from desktop_crm.ui.runtime.context import UiContext
from desktop_crm.ui.theme import Mood
from desktop_crm.ui.widgets.buttons import button, no_default, primary
from desktop_crm.ui.widgets.help_key import explained_by
from desktop_crm.ui.widgets.labels import ElidedLabel, clear, label
from desktop_crm.ui.widgets.pill import Pill

if TYPE_CHECKING:
    from desktop_crm.domain.quotes.approvals.content import Difference
    from desktop_crm.services.quotes import Approval, ApprovalBasis, TimelineEntry

WATCHED = (
    "approval_rule",
    "approval_step",
    "approval_delegate",
    "approval_request",
    "approval_decision",
    "approval_envelope",
    "product",
    "user",
)
MOODS = {
    ApprovalState.NOT_NEEDED: Mood.neutral,
    ApprovalState.NEEDED: Mood.warn,
    ApprovalState.SUBMITTED: Mood.info,
    ApprovalState.APPROVED: Mood.good,
    ApprovalState.REJECTED: Mood.bad,
    ApprovalState.VOID: Mood.bad,
}
WIDTH = 560


class ApprovalLine(QWidget):
    """Hidden as long as no rule applies."""

    def __init__(self, context: UiContext, editor: QuoteEditor, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context, self._editor = context, editor
        self._slot, self._state_slot = context.lanes.slot(), context.lanes.slot()
        self._basis: ApprovalBasis | None = None
        self._account: str | None = None
        self._memory = ConcessionMemory()
        self.look: Approval | None = None
        self.pill = Pill()
        self.text = ElidedLabel("", "hint")
        self.more = button(tr("Approval…"), self.open_dialog, kind="link")
        box = QHBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(8)
        box.addWidget(self.pill)
        box.addWidget(self.text, 1)
        box.addWidget(self.more)
        self.hide()
        editor.opened.connect(self.refresh)
        editor.settled.connect(self._read_state)
        editor.drafted.connect(self._show)
        editor.priced.connect(self._show_priced)
        context.hub.changed.connect(self._on_changed)

    def open_dialog(self) -> None:
        """Open what is known of the approval, and what can be done about it."""
        quote, draft = self._editor.quote, self._editor.draft
        if quote is not None and draft is not None:
            dialog = ApprovalDialog(self._context, str(quote.draft.id), draft.currency, self)
            dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
            dialog.open()

    def refresh(self) -> None:
        """Read rules and state again."""
        draft = self._editor.draft
        if draft is None or self._editor.viewing is not None:
            self.hide()
            return
        self._account = draft.account_id
        self._slot.read(partial(_basis, self._context, draft.account_id), self._on_basis)

    def _on_basis(self, basis: ApprovalBasis) -> None:
        self._basis = basis
        self._read_state()

    def _read_state(self) -> None:
        quote, draft = self._editor.quote, self._editor.draft
        if quote is None or draft is None or self._basis is None:
            return
        if draft.account_id != self._account:
            self.refresh()
        elif self._basis.rules:
            self._state_slot.read(partial(_approval, self._context, str(quote.draft.id)), self._on_state)
        else:
            self.look = None
            self._show()

    def _on_state(self, look: Approval) -> None:
        self.look = look
        self._show()

    def _show(self) -> None:
        if self._editor.amounts is not None:
            self._show_priced(self._editor.amounts)

    def _show_priced(self, amounts: PricedQuote) -> None:
        """What the draft as it is now needs; the state is that of what was last saved."""
        from desktop_crm.services import quotes

        draft, basis, quote = self._editor.draft, self._basis, self._editor.quote
        done = quote is not None and not quote.is_draft
        if draft is None or basis is None or done or self._editor.viewing is not None:
            self.hide()
            return
        if amounts is not self._editor.amounts:
            return  # only tried: the words follow when it is taken
        needs = basis.needs(draft, amounts, self._memory)
        self.setVisible(bool(needs))
        if not needs:
            return
        saved = self.look is not None and self._editor.saved and self.look.state is not ApprovalState.NOT_NEEDED
        state = self.look.state if saved and self.look is not None else ApprovalState.NEEDED
        first = needs[0]
        told = f"{first.rule.name}: {quotes.why(first, draft.currency)}"
        if len(needs) > 1:
            told += " " + tr("and {n} more", n=len(needs) - 1)
        self.pill.show_state(quotes.state_word(state), MOODS[state])
        self.text.set_text(told)
        self.text.setToolTip("\n".join(f"{one.rule.name}: {quotes.why(one, draft.currency)}" for one in needs))

    def _on_changed(self, changes: Changes, _initiator: object) -> None:
        if self._basis is not None and changes.touches(*WATCHED):
            self.refresh()


class ApprovalDialog(QDialog):
    """Signals: `told(text)` after an act."""

    told = Signal(str)

    def __init__(self, context: UiContext, quote_id: str, currency: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        explained_by(self, "approvals")
        self._context, self._quote_id, self._currency = context, quote_id, currency
        self.setWindowTitle(tr("Approval"))
        self.setMinimumWidth(WIDTH)
        self.pill = Pill()
        self.number = label("", "section")
        head = QHBoxLayout()
        head.addWidget(self.number)
        head.addStretch(1)
        head.addWidget(self.pill)
        self._rows = QVBoxLayout()
        self._rows.setSpacing(6)
        inner = QWidget()
        inner.setProperty("role", "clear")
        inner.setLayout(self._rows)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setWidget(inner)
        self.reason = QLineEdit()
        self.reason.setPlaceholderText(field_label("approval_request", "reason"))
        self.reason.setAccessibleName(field_label("approval_request", "reason"))
        self.submit = primary(tr("Ask for approval"), self.ask, icon_name="check")
        self.approve = primary(tr("Approve"), partial(self.answer, Verdict.APPROVED), icon_name="check")
        self.decline = button(tr("Reject"), partial(self.answer, Verdict.REJECTED))
        self.withdraw = button(tr("Take the request back"), partial(self.answer, Verdict.WITHDRAWN))
        foot = QHBoxLayout()
        foot.addWidget(self.withdraw)
        foot.addStretch(1)
        for one in (button(tr("Close"), self.accept), self.decline, self.approve, self.submit):
            foot.addWidget(one)
        box = QVBoxLayout(self)
        box.setContentsMargins(20, 18, 20, 16)
        box.setSpacing(12)
        box.addLayout(head)
        box.addWidget(area, 1)
        box.addWidget(self.reason)
        box.addLayout(foot)
        no_default(self)
        self.resize(WIDTH, 420)
        self._slot = context.lanes.slot()
        for part in (self.submit, self.approve, self.decline, self.withdraw, self.reason):
            part.hide()
        self.refresh()

    def refresh(self) -> None:
        self._slot.read(partial(_approval, self._context, self._quote_id), self._show)

    def ask(self) -> None:
        """Ask for approval of the draft as it is saved."""
        self._context.lanes.write(
            partial(_submit, self._context, self._quote_id, self.reason.text()), self._on_done, self._on_failed
        )

    def answer(self, verdict: Verdict) -> None:
        """Say yes or no, or take the request back."""
        act = partial(_answer, self._context, self._quote_id, verdict, self.reason.text())
        self._context.lanes.write(act, self._on_done, self._on_failed)

    def _on_done(self, _done: object) -> None:
        self.reason.clear()
        self.refresh()

    def _on_failed(self, error: BaseException) -> None:
        self._context.lanes.troubled.emit(error)
        self.refresh()

    def _show(self, look: Approval) -> None:
        from desktop_crm.services import quotes

        self.number.setText(look.number)
        self.pill.show_state(quotes.state_word(look.state), MOODS[look.state])
        clear(self._rows)
        for need in look.needs:
            who = quotes.who_is_asked(look, need)
            self._say(need.rule.name, "strong")
            self._say(quotes.why(need, self._currency) + (f"  →  {who}" if who else ""))
        if look.changed:
            heading = tr("Changed since approval was asked for")
            self._say(heading, "strong")
            for one in look.changed:
                self._say(_difference(one))
        if look.timeline:
            self._say(tr("What happened"), "strong")
            for entry in reversed(look.timeline):
                self._say(_entry(entry, self._context.workspace.clock.now()))
        self._rows.addStretch(1)
        asks = look.state in {ApprovalState.NEEDED, ApprovalState.VOID, ApprovalState.REJECTED}
        self.submit.setVisible(asks)
        self.approve.setVisible(look.mine)
        self.decline.setVisible(look.mine)
        self.withdraw.setVisible(look.may_withdraw)
        self.reason.setVisible(asks or look.mine or look.may_withdraw)

    def _say(self, text: str, kind: str = "body2") -> None:
        self._rows.addWidget(label(text, "strong" if kind == "strong" else "body2", wrap=True))


def _difference(one: Difference) -> str:
    if one.field in {"added", "removed"}:
        what = tr("line added") if one.field == "added" else tr("line removed")
    else:
        what = field_label(one.entity, one.field)
    where = f"{one.line}: " if one.line else ""
    why = tr("the approval no longer holds") if one.relevant else tr("does not matter for the approval")
    return f"{where}{what} ({why})"


def _entry(entry: TimelineEntry, now: datetime) -> str:
    kind = tr("Asked for approval") if entry.kind == "submitted" else option_label("verdict", entry.kind)
    at = formats.relative(entry.at, now) if entry.at is not None else ""
    return "  ·  ".join(part for part in (f"v{entry.version}", kind, entry.by, at, entry.reason) if part)


def _basis(context: UiContext, account_id: str | None) -> ApprovalBasis:
    from desktop_crm.services import quotes

    return quotes.approval_basis(context.workspace, account_id)


def _approval(context: UiContext, quote_id: str) -> Approval:
    from desktop_crm.services import quotes

    return quotes.approval(context.workspace, quote_id)


def _submit(context: UiContext, quote_id: str, reason: str) -> object:
    from desktop_crm.services import quotes

    return quotes.submit(context.workspace, quote_id, reason)


def _answer(context: UiContext, quote_id: str, verdict: Verdict, reason: str) -> object:
    from desktop_crm.services import quotes

    return quotes.answer(context.workspace, quote_id, verdict, reason)
