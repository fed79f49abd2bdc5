"""What waits for approval, and approvals in advance: a window of two lists. A manager grants and takes back here; an envelope that
several laptops used too often stands first, with who used it.

Signals: `open_wanted(quote_id)`.
"""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QDialog,
    QFrame,
    QHBoxLayout,
    QLineEdit,
    QScrollArea,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from desktop_crm.domain.schema import REGISTRY
from desktop_crm.foundation.changes import Changes
from desktop_crm.foundation.errors import CrmError, Refusal
from desktop_crm.i18n import formats, tr
from desktop_crm.i18n.error_texts import explain
from desktop_crm.i18n.labels import field_label
from desktop_crm.ui.runtime.context import UiContext
from desktop_crm.ui.theme import Mood
from desktop_crm.ui.widgets.buttons import button, no_default
from desktop_crm.ui.widgets.card import Card
from desktop_crm.ui.widgets.editors import read
from desktop_crm.ui.widgets.help_key import explained_by
from desktop_crm.ui.widgets.labels import ElidedLabel, clear, label
from desktop_crm.ui.widgets.pill import Pill
from desktop_crm.ui.widgets.reference_editor import ReferenceEditor
from desktop_crm.ui.widgets.segmented import SegmentedControl
from desktop_crm.ui.widgets.steady import SteadySpinBox

if TYPE_CHECKING:
    from desktop_crm.services.quotes import Envelope, Waiting

ENTITY = "approval_envelope"
WATCHED = (ENTITY, "approval_request", "approval_decision", "approval_rule", "approval_key", "quote", "quote_version")
WIDTH, HEIGHT = 760, 560
_DAYS = timedelta(days=14)


class ApprovalsDialog(QDialog):
    open_wanted = Signal(str)

    def __init__(self, context: UiContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        explained_by(self, "approvals")
        self._context = context
        self._waiting_slot, self._envelope_slot = context.lanes.slot(), context.lanes.slot()
        self.setWindowTitle(tr("Approvals"))
        self.resize(WIDTH, HEIGHT)
        choices = (("waiting", tr("Waiting")), ("envelopes", tr("Approvals in advance")))
        self.tabs = SegmentedControl(choices, "waiting")
        self.tabs.chosen.connect(self._on_tab)
        self.waiting, self.envelopes = QVBoxLayout(), QVBoxLayout()
        self.stack = QStackedWidget()
        self.stack.addWidget(_scrolled(self.waiting))
        right = QWidget()
        both = QVBoxLayout(right)
        both.setContentsMargins(0, 0, 0, 0)
        both.setSpacing(10)
        both.addWidget(_scrolled(self.envelopes), 1)
        self.form = GrantForm(context)
        self.form.granted.connect(self.refresh)
        both.addWidget(self.form)
        self.stack.addWidget(right)
        foot = QHBoxLayout()
        foot.addStretch(1)
        foot.addWidget(button(tr("Close"), self.accept))
        box = QVBoxLayout(self)
        box.setContentsMargins(20, 18, 20, 16)
        box.setSpacing(12)
        box.addWidget(self.tabs, 0, Qt.AlignmentFlag.AlignLeft)
        box.addWidget(self.stack, 1)
        box.addLayout(foot)
        no_default(self)
        context.hub.changed.connect(self._on_changed)
        self.refresh()

    def refresh(self) -> None:
        self._waiting_slot.read(partial(_waiting, self._context), self._show_waiting)
        self._envelope_slot.read(partial(_envelopes, self._context), self._show_envelopes)

    def _on_tab(self, key: str) -> None:
        self.stack.setCurrentIndex(int(key == "envelopes"))

    def _on_changed(self, changes: Changes, _initiator: object) -> None:
        if changes.touches(*WATCHED):
            self.refresh()

    def _show_waiting(self, found: tuple[Waiting, ...]) -> None:
        clear(self.waiting)
        for one in found:
            self.waiting.addWidget(self._waiting_card(one))
        if not found:
            self.waiting.addWidget(label(tr("Nothing waits for approval."), "hint"))
        self.waiting.addStretch(1)

    def _waiting_card(self, one: Waiting) -> QWidget:
        from desktop_crm.services import quotes

        card = Card()
        head = QHBoxLayout()
        head.addWidget(label(f"{one.number} v{one.version}", "strong"))
        head.addWidget(ElidedLabel(one.account_name, "body2"), 1)
        head.addWidget(label(formats.money(one.net_amount, one.currency), "strong"))
        mood = Mood.warn if one.mine else Mood.info
        head.addWidget(Pill(tr("Waits for you") if one.mine else tr("You asked"), mood))
        card.add(head)
        for need in one.needs:
            card.add(label(f"{need.rule.name}: {quotes.why(need, one.currency)}", "body2", wrap=True))
        who = one.asked_by if one.mine else "→ " + ", ".join(one.waiting_for)
        foot = QHBoxLayout()
        said = "  ·  ".join(part for part in (who, formats.date(one.asked_at), one.reason) if part)
        foot.addWidget(ElidedLabel(said, "hint"), 1)
        foot.addWidget(button(tr("Open"), partial(self._open, str(one.quote_id)), kind="small"))
        card.add(foot)
        return card

    def _open(self, quote_id: str) -> None:
        self.open_wanted.emit(quote_id)
        self.accept()

    def _show_envelopes(self, found: tuple[Envelope, ...]) -> None:
        clear(self.envelopes)
        for one in found:
            self.envelopes.addWidget(self._envelope_card(one))
        if not found:
            self.envelopes.addWidget(label(tr("Nothing was approved in advance."), "hint"))
        self.envelopes.addStretch(1)

    def _envelope_card(self, one: Envelope) -> QWidget:
        card = Card()
        head = QHBoxLayout()
        head.addWidget(label(one.account_name, "strong"))
        percent = formats.percent(one.limit_percent)
        products = ", ".join(one.products) or tr("every product")
        limits = [tr("up to {percent} on {products}", percent=percent, products=products)]
        if one.margin_percent is not None:
            limits.append(tr("margin at least {percent}", percent=formats.percent(one.margin_percent)))
        if one.largest_amount is not None:
            limits.append(tr("net up to {amount}", amount=formats.money(one.largest_amount, one.currency)))
        head.addWidget(ElidedLabel("  ·  ".join(limits), "body2"), 1)
        head.addWidget(Pill(*_state(one)))
        card.add(head)
        told = (
            tr("until {date}", date=formats.date(one.expires_on)),
            tr("used {used} of {most}", used=len(one.uses), most=one.max_uses),
            one.granted_by,
            one.reason,
        )
        foot = QHBoxLayout()
        foot.addWidget(ElidedLabel("  ·  ".join(part for part in told if part), "hint"), 1)
        if one.problem not in {"envelope.revoked", "envelope.expired"}:
            foot.addWidget(button(tr("Revoke"), partial(self._revoke, str(one.id)), kind="small"))
        card.add(foot)
        if one.uses:
            uses = ", ".join(f"{number} v{version} ({by})" for number, version, _, by in one.uses)
            card.add(label(uses, "hint", wrap=True))
        return card

    def _revoke(self, envelope_id: str) -> None:
        self._context.lanes.write(partial(_revoke, self._context, envelope_id), self._on_revoked)

    def _on_revoked(self, _changes: object) -> None:
        self.refresh()


class GrantForm(Card):
    """Signals: `granted()`."""

    granted = Signal()

    def __init__(self, context: UiContext, parent: QWidget | None = None) -> None:
        super().__init__(tr("Approve in advance"), parent=parent)
        self._context = context
        self.account = ReferenceEditor(context, REGISTRY[ENTITY].field("account_id"))
        self.codes, self.limit, self.margin, self.amount, self.day, self.reason = (QLineEdit() for _ in range(6))
        self.uses = SteadySpinBox()
        self.uses.setRange(1, 999)
        self.uses.setPrefix(field_label(ENTITY, "max_uses") + " ")
        self.go = button(tr("Approve in advance"), self.grant, icon_name="check")
        names = (
            (self.account, field_label(ENTITY, "account_id")),
            (self.codes, tr("Product codes, none for all")),
            (self.limit, field_label(ENTITY, "limit_percent")),
            (self.margin, field_label(ENTITY, "margin_percent")),
            (self.amount, field_label(ENTITY, "largest_amount")),
            (self.day, field_label(ENTITY, "expires_on")),
            (self.uses, field_label(ENTITY, "max_uses")),
            (self.reason, field_label(ENTITY, "reason")),
        )
        first, second = QHBoxLayout(), QHBoxLayout()
        for place, (part, name) in enumerate(names):
            part.setAccessibleName(name)
            part.setToolTip(name)
            if isinstance(part, QLineEdit):
                part.setPlaceholderText(name)
            (first if place < 5 else second).addWidget(part, 1)
        second.addWidget(self.go)
        self.add(first)
        self.add(second)
        self.word = label("", "error", wrap=True)
        self.word.hide()
        self.add(self.word)
        self.day.setText(formats.date_typed(context.workspace.today() + _DAYS))

    def grant(self) -> None:
        """Sign what was typed; what is wrong is said below."""
        try:
            account, limit = self.account.value(), _given("limit_percent", self.limit.text())
            if not account:
                raise Refusal("value.required", entity=ENTITY, field="account_id")
            values = (str(account), self.codes.text(), limit, _given("expires_on", self.day.text()))
            margin = _given("margin_percent", self.margin.text()) if self.margin.text().strip() else None
            amount = _given("largest_amount", self.amount.text()) if self.amount.text().strip() else None
        except CrmError as error:
            self._refuse(error)
            return
        act = partial(_grant, self._context, *values, margin, amount, self.uses.value(), self.reason.text())
        self._context.lanes.write(act, self._on_granted, self._refuse)

    def _on_granted(self, _done: object) -> None:
        self.word.hide()
        for one in (self.codes, self.limit, self.margin, self.amount, self.reason):
            one.clear()
        self.granted.emit()

    def _refuse(self, error: BaseException) -> None:
        if not isinstance(error, CrmError):
            self._context.reporter.report(error)
            return
        words = explain(error)
        self.word.setText(f"{words.title}. {words.happened}")
        self.word.show()


def _state(one: Envelope) -> tuple[str, Mood]:
    if one.overused:
        return tr("Used too often"), Mood.bad
    if not one.problem:
        return tr("Good"), Mood.good
    mild = one.problem in {"envelope.expired", "envelope.used_up", "envelope.revoked", "envelope.uncertified"}
    words = {
        "envelope.expired": tr("Expired"),
        "envelope.used_up": tr("Used up"),
        "envelope.revoked": tr("Taken back"),
        "envelope.uncertified": tr("Not certified yet"),
        "envelope.altered": tr("Altered"),
        "envelope.forged": tr("Not genuine"),
    }
    return words.get(one.problem, one.problem), Mood.neutral if mild else Mood.bad


def _scrolled(rows: QVBoxLayout) -> QScrollArea:
    inner = QWidget()
    inner.setProperty("role", "clear")
    inner.setLayout(rows)
    rows.setContentsMargins(0, 0, 0, 0)
    rows.setSpacing(8)
    area = QScrollArea()
    area.setWidgetResizable(True)
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setWidget(inner)
    return area


def _given(name: str, text: str) -> Any:
    found = read(REGISTRY[ENTITY].field(name), text.strip())
    if found is None:
        raise Refusal("value.required", entity=ENTITY, field=name)
    return found


def _waiting(context: UiContext) -> tuple[Waiting, ...]:
    from desktop_crm.services import quotes

    return quotes.waiting(context.workspace)


def _envelopes(context: UiContext) -> tuple[Envelope, ...]:
    from desktop_crm.services import quotes

    return quotes.list_envelopes(context.workspace)


def _revoke(context: UiContext, envelope_id: str) -> Any:
    from desktop_crm.services import quotes

    return quotes.revoke(context.workspace, envelope_id)


def _grant(
    context: UiContext,
    account: str,
    codes: str,
    limit: Decimal,
    day: date,
    margin: Decimal | None,
    amount: Decimal | None,
    uses: int,
    reason: str,
) -> Any:
    from desktop_crm.services import quotes

    workspace = context.workspace
    products = [quotes.product_coded(workspace, code.strip()) for code in codes.split(",") if code.strip()]
    return quotes.grant(
        workspace,
        account_id=account,
        products=products,
        limit_percent=limit,
        margin_percent=margin,
        largest_amount=amount,
        expires_on=day,
        max_uses=uses,
        reason=reason,
    )
