"""The page of proposals: the list, and the builder of the one that is open. What the shell mounts."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QDialog, QFormLayout, QHBoxLayout, QLineEdit, QStackedLayout, QVBoxLayout, QWidget

from desktop_crm.domain.schema import REGISTRY
from desktop_crm.foundation.errors import CrmError
from desktop_crm.i18n import current, formats, ntr, tr
from desktop_crm.i18n.labels import field_label
from desktop_crm.ui.quotes.proposal_builder import ProposalBuilder
from desktop_crm.ui.runtime.context import UiContext
from desktop_crm.ui.widgets.buttons import button, primary
from desktop_crm.ui.widgets.header import PageHeader
from desktop_crm.ui.widgets.help_key import explained_by
from desktop_crm.ui.widgets.labels import label
from desktop_crm.ui.widgets.record_list import ListSetup, RecordList
from desktop_crm.ui.widgets.reference_editor import ReferenceEditor
from desktop_crm.ui.widgets.states import EmptyState
from desktop_crm.ui.widgets.steady import SteadyComboBox

if TYPE_CHECKING:
    from desktop_crm.services.proposals import CreatedProposal

COLUMNS = ("number", "name", "account_id", "proposal_state", "draft_version", "opportunity_id", "owner_id")
WIDTH = 460


class ProposalsPage(QWidget):
    """The builder is made when the first proposal is opened."""

    def __init__(self, context: UiContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._builder: ProposalBuilder | None = None
        new = primary(tr("New proposal"), partial(self.begin_new, {}), icon_name="plus", shortcut="Ctrl+N")
        self.header = PageHeader(tr("Proposals"), actions=(new,))
        first = button(tr("New proposal"), partial(self.begin_new, {}), icon_name="plus")
        text = tr("A proposal joins your texts, the customer’s goals and a quote’s prices into one designed PDF.")
        empty = EmptyState(tr("No proposals yet"), text, (first,), icon_name="note")
        setup = ListSetup(entity="proposal", columns=COLUMNS, sort="number", descending=True)
        self.list = RecordList(context, setup, empty)
        self.table = self.list.table
        whole = QWidget()
        whole.setProperty("role", "surface")
        whole.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        box = QVBoxLayout(whole)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(0)
        box.addWidget(self.header)
        box.addWidget(self.list, 1)
        self._listed = whole
        self._stack = QStackedLayout(self)
        self._stack.addWidget(whole)
        self.table.opened.connect(self._on_opened)
        self.table.records.loaded.connect(self._on_loaded)
        self.list.begin()

    @property
    def builder(self) -> ProposalBuilder:
        """The builder, made now if it was not there yet."""
        if self._builder is None:
            self._builder = ProposalBuilder(self._context)
            self._builder.back_wanted.connect(self._on_back)
            self._stack.addWidget(self._builder)
        return self._builder

    def title(self) -> str:
        return tr("Proposals")

    def open_row(self, row_id: str | None) -> None:
        """One proposal, or the list."""
        if not row_id:
            self._on_back()
            return
        self.builder.open_proposal(row_id)
        self._stack.setCurrentWidget(self.builder)

    def begin_new(self, fields: Mapping[str, Any]) -> None:
        """Ask for whom a new proposal is."""
        dialog = NewProposalDialog(self._context, fields, self)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.created.connect(self._on_opened)
        dialog.open()

    def refresh(self) -> None:
        """Read again what is shown."""
        if self._builder is not None and self._stack.currentWidget() is self._builder:
            self._builder.refresh()
        else:
            self.list.refresh()

    def _on_opened(self, proposal_id: str) -> None:
        if self._context.routes.can_open("proposal"):
            self._context.routes.open("proposal", proposal_id)
        else:
            self.open_row(proposal_id)

    def _on_back(self) -> None:
        self.list.refresh()
        self._stack.setCurrentWidget(self._listed)

    def _on_loaded(self, total: int) -> None:
        told = ntr("{n} proposal", "{n} proposals", total, n=formats.number(total)) if total else ""
        self.header.set_subtitle(told)


class NewProposalDialog(QDialog):
    """Asks for customer, title, language and what to begin with. Signals: `created(proposal_id)`."""

    created = Signal(str)

    def __init__(self, context: UiContext, fields: Mapping[str, Any], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        explained_by(self, "proposal")
        self._context = context
        self._fields = fields
        self._slot = context.lanes.slot()
        self.setWindowTitle(tr("New proposal"))
        self.setMinimumWidth(WIDTH)
        self.account = ReferenceEditor(context, REGISTRY["proposal"].field("account_id"))
        self.name = QLineEdit(str(fields.get("name") or ""))
        self.language = SteadyComboBox()
        for key, word in (("ko", tr("Korean")), ("en", tr("English"))):
            self.language.addItem(word, key)
        self.language.setCurrentIndex(max(self.language.findData(current().value), 0))
        self.source = SteadyComboBox()
        self.source.addItem(tr("The usual outline"), "")
        self.source.setMinimumWidth(WIDTH - 60)
        self.problem = label("", "error", wrap=True)
        form = QFormLayout()
        form.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapAllRows)
        rows = (
            (field_label("proposal", "account_id"), self.account),
            (field_label("proposal", "name"), self.name),
            (field_label("proposal", "language"), self.language),
            (tr("Start from"), self.source),
        )
        for word, control in rows:
            control.setAccessibleName(word)
            form.addRow(label(word, "label"), control)
        self.make = primary(tr("Create"), self.accept)
        self.make.setDefault(True)
        foot = QHBoxLayout()
        foot.addStretch(1)
        foot.addWidget(button(tr("Cancel"), self.reject))
        foot.addWidget(self.make)
        box = QVBoxLayout(self)
        box.setContentsMargins(20, 18, 20, 16)
        box.setSpacing(12)
        box.addWidget(label(tr("New proposal"), "title"))
        box.addLayout(form)
        box.addWidget(self.problem)
        box.addLayout(foot)
        self.account.committed.connect(self._on_account)
        self.account.setFocus()

    def accept(self) -> None:
        """Make the proposal; without a known customer say so and stay."""
        account_id = self._account_id()
        if account_id is None:
            self.account.mark(invalid=True)
            self.problem.setText(tr("Choose the account the proposal is for."))
            return
        self.make.setEnabled(False)
        told = (account_id, self.name.text().strip(), self.language.currentData(), self.source.currentData())
        fn = partial(_create, self._context, *told, self._fields.get("opportunity_id"))
        self._context.undo.run(tr("New proposal"), fn, self._on_created, self._on_failed)

    def _account_id(self) -> str | None:
        try:
            return str(self.account.value() or "") or None
        except CrmError:
            return None

    def _on_account(self) -> None:
        account_id = self._account_id()
        if account_id is not None:
            self._slot.read(partial(_similar, self._context, account_id), self._on_similar)

    def _on_similar(self, found: list[tuple[str, str]]) -> None:
        while self.source.count() > 1:
            self.source.removeItem(1)
        for proposal_id, words in found:
            self.source.addItem(words, proposal_id)

    def _on_created(self, made: CreatedProposal) -> None:
        self.created.emit(made.id)
        super().accept()

    def _on_failed(self, error: BaseException) -> None:
        self.make.setEnabled(True)
        self._context.lanes.troubled.emit(error)


def _similar(context: UiContext, account_id: str) -> list[tuple[str, str]]:
    from desktop_crm.services import proposals

    found = proposals.similar_proposals(context.workspace, account_id=account_id)
    return [
        (
            str(one.deal.quote_id),
            f"{one.deal.number} {one.deal.name} ({', '.join(proposals.reasons_of(found, one)[:2])})",
        )
        for one in found.deals
    ]


def _create(
    context: UiContext, account_id: str, name: str, language: str, like: str, opportunity_id: str | None
) -> CreatedProposal:
    from desktop_crm.services import proposals

    if like:
        return proposals.create_like(
            context.workspace, like, account_id=account_id, name=name, opportunity_id=opportunity_id
        )
    return proposals.create(
        context.workspace, account_id=account_id, name=name, language=language, opportunity_id=opportunity_id
    )
