"""Which buying roles a map should show at each stage of a deal: a table of ticks. Every tick is an act that can be undone."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QGridLayout, QWidget

from desktop_crm.domain.schema.options import BuyingRole
from desktop_crm.foundation.changes import Changes
from desktop_crm.i18n import tr
from desktop_crm.i18n.labels import option_label
from desktop_crm.ui.runtime.context import UiContext
from desktop_crm.ui.widgets.buttons import button
from desktop_crm.ui.widgets.card import Card
from desktop_crm.ui.widgets.labels import clear, label

if TYPE_CHECKING:
    from desktop_crm.services.stakeholder_roles import StageRoles
    from desktop_crm.services.workspace import Workspace

ROLES = tuple(role for role in BuyingRole if role is not BuyingRole.BLOCKER)
"""Nobody wants somebody who blocks."""
COLUMN = 70


class MapRolesCard(Card):
    """Follows the stages and what was chosen for them."""

    def __init__(self, context: UiContext, parent: QWidget | None = None) -> None:
        super().__init__(tr("Wanted roles on maps"), parent=parent)
        self._context = context
        self._shown: tuple[StageRoles, ...] = ()
        self._slot = context.lanes.slot()
        told = tr("The coverage bar of a deal's map asks for these roles at each stage. Shared with the team.")
        self.add(label(told, "hint", wrap=True))
        self.grid = QGridLayout()
        self.grid.setVerticalSpacing(6)
        self.grid.setHorizontalSpacing(6)
        self.grid.setColumnStretch(0, 1)
        self.add(self.grid)

    def refresh(self) -> None:
        self._slot.read(partial(roles_of, self._context.workspace), self._show)

    def _show(self, stages: tuple[StageRoles, ...]) -> None:
        if stages == self._shown and self.grid.count():
            return
        self._shown = stages
        clear(self.grid)
        for column, role in enumerate(ROLES, 1):
            head = label(option_label("buying_role", role), "hint", wrap=True)
            head.setAlignment(Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignBottom)
            head.setFixedWidth(COLUMN)
            self.grid.addWidget(head, 0, column)
        several = len({one.pipeline for one in stages if one.stage_id}) > 1
        for place, one in enumerate(stages, 1):
            self._show_one(place, one, several=several)

    def _show_one(self, place: int, one: StageRoles, *, several: bool) -> None:
        name = one.stage or tr("Maps without a deal")
        if several and one.pipeline:
            name = f"{one.pipeline} › {name}"
        self.grid.addWidget(label(name, "body", wrap=True), place, 0)
        for column, role in enumerate(ROLES, 1):
            tick = QCheckBox()
            tick.setChecked(role in one.roles)
            tick.setAccessibleName(tr("{stage}: {role}", stage=name, role=option_label("buying_role", role)))
            tick.setObjectName(f"{one.stage_id}:{role.value}")
            tick.toggled.connect(partial(self._on_ticked, one, role))
            self.grid.addWidget(tick, place, column, Qt.AlignmentFlag.AlignHCenter)
        back = button(
            tr("As usual"),
            partial(self._choose, one, None),
            kind="small",
            tip=tr("Ask for what the odds of the stage ask for: early, from 30 %, from 60 %"),
        )
        back.setEnabled(one.chosen)
        self.grid.addWidget(back, place, len(ROLES) + 1)

    def _on_ticked(self, one: StageRoles, role: BuyingRole, on: bool) -> None:
        roles = {*one.roles, role} if on else set(one.roles) - {role}
        self._choose(one, tuple(sorted(roles)))

    def _choose(self, one: StageRoles, roles: tuple[BuyingRole, ...] | None) -> None:
        work = partial(choose_roles, self._context.workspace, one.stage_id, roles)
        text = tr("Setting: {name}", name=tr("Wanted roles on maps"))
        self._context.undo.run(text, work, self._on_chosen, self._on_refused, self)

    def _on_chosen(self, _changes: object) -> None:
        self.refresh()

    def _on_refused(self, error: BaseException) -> None:
        self._context.reporter.report(error)
        self._shown = ()
        self.refresh()


def roles_of(workspace: Workspace) -> tuple[StageRoles, ...]:
    """Runs on the read lane."""
    from desktop_crm.services import stakeholder_roles

    return stakeholder_roles.of_stages(workspace)


def choose_roles(workspace: Workspace, stage_id: str, roles: tuple[BuyingRole, ...] | None) -> Changes:
    """Runs on the write lane."""
    from desktop_crm.services import stakeholder_roles

    return stakeholder_roles.choose(workspace, stage_id, roles)
