"""Joins what the map says with what mends it: findings, ties, evidence, questions that help to choose, who wrote what.

It decides nothing about maps; acts are the editor's. Signals: `identify_wanted(node_id)`, `people_wanted(node_ids)`.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from desktop_crm.domain.schema.options import ActivityKind, EvidenceTopic
from desktop_crm.domain.stakeholders.findings import Finding, Mend
from desktop_crm.domain.stakeholders.values import MapView
from desktop_crm.services import stakeholder_facts
from desktop_crm.ui.runtime.context import UiContext
from desktop_crm.ui.stakeholders.editor import MapEditor
from desktop_crm.ui.stakeholders.help_choose import HelpChoose
from desktop_crm.ui.stakeholders.inspector import Inspector
from desktop_crm.ui.stakeholders.stage import MapStage

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from desktop_crm.services.stakeholder_facts import Written

EDGE = 14


class Advisor(QObject):
    """One for each open map panel."""

    identify_wanted = Signal(str)
    people_wanted = Signal(object)

    def __init__(
        self, context: UiContext, editor: MapEditor, stage: MapStage, inspector: Inspector, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._context = context
        self._editor = editor
        self._stage = stage
        self._inspector = inspector
        self._slot = context.lanes.slot()
        self._people_slot = context.lanes.slot()
        self.help = HelpChoose(stage)
        self.help.taken.connect(inspector.take_help)
        self.help.closed.connect(stage.canvas.setFocus)
        summary, knowledge = inspector.summary, inspector.knowledge
        summary.mend_wanted.connect(self.mend)
        summary.people_wanted.connect(self.people_wanted)
        summary.evidence_wanted.connect(self._on_letter)
        summary.evidence_removed.connect(editor.remove_evidence)
        knowledge.tie_wanted.connect(editor.set_tie)
        knowledge.tie_removed.connect(editor.remove_tie)
        knowledge.evidence_wanted.connect(self._on_evidence)
        knowledge.evidence_removed.connect(editor.remove_evidence)
        inspector.help_wanted.connect(self._on_help)

    def look(self) -> None:
        """Read who our people are."""
        self._people_slot.read(partial(stakeholder_facts.who_may_be_tied, self._context.workspace), self._on_people)

    def follow(self) -> None:
        """Read who wrote what of the person that is shown."""
        node_id = self._inspector.one
        if node_id is not None:
            fn = partial(stakeholder_facts.written, self._context.workspace, node_id)
            self._slot.read(fn, partial(self._on_written, node_id))

    def mend(self, finding: Finding) -> None:
        """Do, or begin, the act that mends a finding."""
        view, first = self._editor.view, finding.mend_ids[0] if finding.mend_ids else None
        if view is None:
            return
        if finding.mend is Mend.ADD_SEAT and finding.role is not None:
            self._editor.add_role(finding.role)
        elif finding.mend is Mend.NAME_PERSON and first is not None:
            self.identify_wanted.emit(first)
        elif finding.mend is Mend.DRAW_LINE and len(finding.mend_ids) == 2:
            self.people_wanted.emit(finding.mend_ids)
            middle = self._stage.canvas.viewport().rect().center()
            self._editor.offer_line(*finding.mend_ids, self._stage.canvas.viewport().mapToGlobal(middle))
        elif finding.mend is Mend.ENTER_TIE and first is not None:
            self.people_wanted.emit((first,))
            self._inspector.knowledge.ask_for_tie()
        elif finding.mend is Mend.PLAN_VISIT and first is not None:
            self._plan_visit(view, first)

    def _plan_visit(self, view: MapView, node_id: str) -> None:
        node = view.node(node_id)
        self.people_wanted.emit((node_id,))
        if node is None or node.contact_id is None:
            self.identify_wanted.emit(node_id)
            return
        known = {"account_id": view.account_id, "opportunity_id": view.opportunity_id}
        titles = {"contact_id_title": node.label, "account_id_title": view.account_name}
        self._context.routes.create(
            "activity", kind=ActivityKind.VISIT.value, contact_id=node.contact_id, **known, **titles
        )

    def _on_help(self, field: str, entity: str) -> None:
        self.help.ask(field, entity)
        self.help.move(self._stage.width() - self.help.width() - EDGE, EDGE)

    def _on_letter(self, topic: EvidenceTopic, text: str) -> None:
        self._editor.add_evidence(topic, text, None)

    def _on_evidence(self, topic: EvidenceTopic, node_id: str, text: str) -> None:
        self._editor.add_evidence(topic, text, node_id)

    def _on_people(self, found: tuple[Sequence[tuple[str, str]], Sequence[str]]) -> None:
        self._inspector.knowledge.offer_people(*found)

    def _on_written(self, node_id: str, told: Mapping[str, Written]) -> None:
        self._inspector.tell_written(node_id, told)
