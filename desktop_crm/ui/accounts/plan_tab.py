"""The plan tab: goals, SWOT, objectives with their actions, competitors and the white-space grid of one account.

Signals: `cell_wanted(unit_id, product_id)` when a cell of the grid is pressed.
"""

from __future__ import annotations

from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QFileDialog, QGridLayout, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from desktop_crm.documents.plan_document import PlanDocument
from desktop_crm.documents.previewing import plan_file
from desktop_crm.domain.accounts.plans import SWOT, PlanItem
from desktop_crm.domain.schema import REGISTRY
from desktop_crm.domain.schema.options import PlanItemKind, ProductUsage
from desktop_crm.foundation.changes import Changes
from desktop_crm.foundation.errors import Refusal
from desktop_crm.i18n import tr
from desktop_crm.i18n.labels import entity_label, option_label
from desktop_crm.services.account_work import papers, plans, white_space
from desktop_crm.services.account_work.plans import PlanPage
from desktop_crm.ui.accounts.plan_dialogs import ItemDialog, PlanPdfDialog
from desktop_crm.ui.accounts.plan_lists import ObjectiveList, PlanList, progress_bar
from desktop_crm.ui.accounts.white_space import Legend, WhiteSpaceGrid
from desktop_crm.ui.runtime.context import UiContext
from desktop_crm.ui.widgets.buttons import button, primary
from desktop_crm.ui.widgets.card import Card
from desktop_crm.ui.widgets.labels import clear, label
from desktop_crm.ui.widgets.reference_editor import ReferenceEditor
from desktop_crm.ui.widgets.states import EmptyState, StateStack
from desktop_crm.ui.widgets.steady import SteadyComboBox

_TOUCHED = (
    "account_plan", "plan_item", "white_space_cell", "competitor", "opportunity", "stage", "quote", "quote_line", "product",
    "account", "user",
)  # fmt: skip


class PlanTab(QWidget):
    cell_wanted = Signal(str, str)

    def __init__(self, context: UiContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._account: str | None = None
        self._name = ""
        self._plan: str | None = None
        self._today = date.min
        self._slot = context.lanes.slot()
        self.choice = SteadyComboBox()
        self.choice.setAccessibleName(entity_label("account_plan"))
        self.choice.setSizeAdjustPolicy(SteadyComboBox.SizeAdjustPolicy.AdjustToContents)
        self.choice.activated.connect(self._on_choice)
        self.pdf = button(tr("Export as PDF…"), self.ask_for_pdf, icon_name="export")
        self.said = label("", "hint")
        self._progress = QHBoxLayout()
        self.lists = self._made_lists()
        self.grid = WhiteSpaceGrid()
        self.grid.chosen.connect(self.cell_wanted)
        self.product = ReferenceEditor(context, REGISTRY["white_space_cell"].field("product_id"))
        self.product.line.setPlaceholderText(tr("Add a product to the grid"))
        self.product.line.setAccessibleName(tr("Add a product to the grid"))
        self.product.committed.connect(self._on_product)
        empty = EmptyState(
            tr("No plan for this account yet"),
            tr(
                "Goals, SWOT, objectives with owner and date, and competitors stand here; the white space comes by itself."
            ),
            (primary(tr("Begin a plan"), self._begin, icon_name="plus"),),
            icon_name="task",
        )
        self.states = StateStack(self._body(), empty)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.addWidget(self.states)
        context.hub.changed.connect(self._on_changed)

    def _made_lists(self) -> dict[PlanItemKind, PlanList]:
        made: dict[PlanItemKind, PlanList] = {
            PlanItemKind.GOAL: PlanList(PlanItemKind.GOAL, tr("Goals"), tr("Type a goal, Enter adds it")),
            PlanItemKind.OBJECTIVE: ObjectiveList(
                PlanItemKind.OBJECTIVE, tr("Objectives and actions"), tr("Type an objective, Enter adds it")
            ),
            PlanItemKind.COMPETITOR: PlanList(
                PlanItemKind.COMPETITOR, entity_label("competitor", plural=True), tr("Type a competitor, Enter adds it")
            ),
        }
        for kind in SWOT:
            made[kind] = PlanList(kind, option_label("kind", kind.value), tr("Type a line, Enter adds it"))
        everyone = button(tr("All competitors"), self._open_rivals, kind="link")
        made[PlanItemKind.COMPETITOR].corner.addWidget(everyone)
        for one in made.values():
            one.added.connect(self._add)
            one.item_wanted.connect(self._open_item)
        objectives = made[PlanItemKind.OBJECTIVE]
        if isinstance(objectives, ObjectiveList):
            objectives.action_wanted.connect(self._add_action)
        return made

    def _open_rivals(self) -> None:
        self._context.routes.go("account", "competitors")

    def _body(self) -> QScrollArea:
        holder = QWidget()
        holder.setProperty("role", "clear")
        box = QVBoxLayout(holder)
        box.setContentsMargins(18, 14, 18, 18)
        box.setSpacing(14)
        head = QHBoxLayout()
        head.addWidget(self.choice)
        head.addWidget(button(tr("New plan"), self._begin, kind="small"))
        head.addSpacing(10)
        head.addLayout(self._progress)
        head.addStretch(1)
        head.addWidget(self.said)
        head.addWidget(self.pdf)
        box.addLayout(head)
        box.addWidget(self.lists[PlanItemKind.GOAL])
        swot = QGridLayout()
        swot.setSpacing(14)
        for place, kind in enumerate(SWOT):
            swot.addWidget(self.lists[kind], *divmod(place, 2))
            swot.setColumnStretch(place % 2, 1)
        box.addLayout(swot)
        box.addWidget(self.lists[PlanItemKind.OBJECTIVE])
        box.addWidget(self.lists[PlanItemKind.COMPETITOR])
        space = Card(tr("White space"))
        space.body.addWidget(Legend())
        space.body.addWidget(self.grid)
        space.body.addWidget(self.product)
        box.addWidget(space)
        box.addStretch(1)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setWidget(holder)
        return area

    def show_account(self, account_id: str, name: str) -> None:
        self._name = name
        if account_id != self._account:
            self._account, self._plan = account_id, None
            self.states.show_loading()
        self.read()

    def read(self) -> None:
        """Look again."""
        if self._account is not None:
            work = partial(plans.page, self._context.workspace, self._account, self._plan)
            self._slot.read(work, self._show, self._context.reporter.report)

    def _show(self, page: PlanPage) -> None:
        self._today = page.today
        self.grid.show_grid(page.white_space)
        if page.plan is None:
            self._plan = None
            self.states.show_empty()
            return
        self._plan = page.plan.id
        self.choice.clear()
        for line in page.plans:
            self.choice.addItem(line.name, line.id)
        self.choice.setCurrentIndex(self.choice.findData(page.plan.id))
        clear(self._progress)
        if page.progress is not None:
            self._progress.addWidget(progress_bar(page.progress, tr("Progress")))
            self._progress.addWidget(label(f"{page.progress} %", "strong"))
        for one in self.lists.values():
            one.show_plan(page.plan, page.today)
        self.states.show_content()

    # acts

    def _begin(self) -> None:
        if self._account is not None:
            self._run(tr("New plan"), partial(plans.begin, self._context.workspace, self._account), self._on_begun)

    def _on_begun(self, made: Any) -> None:
        self._plan = str(made.id)
        self.read()

    def _on_choice(self, _place: int) -> None:
        self._plan = str(self.choice.currentData())
        self.read()

    @Slot(object, str)
    def _add(self, kind: PlanItemKind, text: str) -> None:
        if self._plan is not None:
            more = {"competitor": text} if kind is PlanItemKind.COMPETITOR else {}
            work = partial(plans.add, self._context.workspace, self._plan, kind, text, **more)
            self._run(tr("Add to the plan"), work)

    @Slot(object)
    def _add_action(self, objective: PlanItem) -> None:
        if self._plan is not None:
            subject, kind = tr("New action"), PlanItemKind.ACTION
            work = partial(plans.add, self._context.workspace, self._plan, kind, subject, objective_id=objective.id)
            self._run(tr("Add to the plan"), work, partial(self._open_new, subject))

    def _open_new(self, subject: str, made: Any) -> None:
        self._open_item(PlanItem(id=str(made.id), kind=PlanItemKind.ACTION, subject=subject))

    @Slot(object)
    def _open_item(self, item: PlanItem) -> None:
        ItemDialog(self._context, item, self).open()

    def _on_product(self) -> None:
        try:
            product = self.product.value()
        except Refusal:
            return  # still being typed
        if product and self._account is not None:
            self.product.show_value(None)
            fields = {"usage": ProductUsage.OPEN.value}
            work = partial(white_space.write, self._context.workspace, self._account, product, **fields)
            self._run(tr("Edit white space"), work)

    def _run(self, text: str, work: Any, done: Any = None) -> None:
        self._context.undo.run(text, work, done, self._context.reporter.report)

    # the plan on paper

    def ask_for_pdf(self) -> PlanPdfDialog:
        """Ask for the language, and from when on changes are marked."""
        dialog = PlanPdfDialog(self._today, self)
        dialog.wanted.connect(self._ask_where)
        dialog.open()
        return dialog

    @Slot(str, object)
    def _ask_where(self, locale: str, since: date | None) -> None:
        proposed = f"{self._name} {self.choice.currentText()}.pdf"
        name, _ = QFileDialog.getSaveFileName(self, tr("Account plan as PDF"), proposed, "PDF (*.pdf)")
        if name:
            self.export(Path(name), locale, since)

    def export(self, target: Path, locale: str, since: date | None) -> None:
        """Write the plan as a PDF: read here, drawn in the worker process, kept by the services."""
        if self._plan is not None:
            work = partial(plans.document, self._context.workspace, self._plan, since)
            self._context.lanes.read(work, partial(self._draw, target, locale), self._context.reporter.report)

    def _draw(self, target: Path, locale: str, document: PlanDocument) -> None:
        report = self._context.reporter.report
        self._context.lanes.work(plan_file, document, locale, done=partial(self._keep, target), failed=report)

    def _keep(self, target: Path, data: bytes) -> None:
        self._context.lanes.read(partial(papers.keep, target, data), self._on_kept, self._context.reporter.report)

    def _on_kept(self, target: Path) -> None:
        self.said.setText(tr("Saved as {file}", file=target.name))

    @Slot(object, object)
    def _on_changed(self, changes: Changes, _initiator: object) -> None:
        if self.isVisible() and changes.touches(*_TOUCHED):
            self.read()
