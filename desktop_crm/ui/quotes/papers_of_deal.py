"""What a customer was offered in one deal: its quotes and its proposals, the newest first, each a way to its page."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from desktop_crm.domain.lists.filters import Filter, Test
from desktop_crm.domain.lists.query import ListQuery
from desktop_crm.foundation.changes import Changes
from desktop_crm.i18n import tr
from desktop_crm.i18n.labels import entity_label, entity_word, option_label
from desktop_crm.ui.runtime.context import UiContext
from desktop_crm.ui.theme import mood_of
from desktop_crm.ui.widgets.buttons import button
from desktop_crm.ui.widgets.labels import ElidedLabel, fill
from desktop_crm.ui.widgets.pill import Pill
from desktop_crm.ui.widgets.scrolled import scrolled

if TYPE_CHECKING:
    from desktop_crm.services.records import Page

MOST: Final = 60
_STATES: Final = {"quote": "status", "proposal": "proposal_state"}


class PapersOfDeal(QWidget):
    """`show_row(id)` looks at a deal."""

    def __init__(self, context: UiContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._slot = context.lanes.slot()
        self._id = ""
        self._rows = QVBoxLayout()
        inner = QWidget()
        box = QVBoxLayout(inner)
        box.setContentsMargins(0, 0, 0, 0)
        new = QHBoxLayout()
        for entity in _STATES:
            text = tr("New {entity}", entity=entity_word(entity))
            new.addWidget(button(text, partial(self._begin, entity), kind="small", icon_name="plus"))
        new.addStretch(1)
        box.addLayout(new)
        box.addLayout(self._rows)
        box.addStretch(1)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(scrolled(inner, 14, tr("Quotes and proposals")))
        context.hub.changed.connect(self._on_changed)

    def show_row(self, row_id: str) -> None:
        """Look at that deal."""
        self._id = row_id
        self.refresh()

    def refresh(self) -> None:
        """Read again what belongs to it."""
        if self._id:
            self._slot.read(partial(_papers, self._context, self._id), self._show)

    def _show(self, found: dict[str, Page]) -> None:
        rows = [self._row(entity, one.id, dict(one.fields)) for entity, page in found.items() for one in page.records]
        fill(self._rows, rows, tr("No quote or proposal belongs to this deal yet."))

    def _row(self, entity: str, row_id: str, fields: dict[str, object]) -> QWidget:
        row = QWidget()
        line = QHBoxLayout(row)
        line.setContentsMargins(0, 4, 0, 4)
        number = f"{entity_label(entity)} {fields.get('number') or ''}".strip()
        line.addWidget(button(number, partial(self._context.routes.open, entity, row_id), kind="link"))
        line.addWidget(ElidedLabel(str(fields.get("name") or ""), "hint"), 1)
        state = str(fields.get(_STATES[entity]) or "draft")
        line.addWidget(Pill(option_label(_STATES[entity], state), mood_of(_STATES[entity], state)))
        return row

    def _begin(self, entity: str) -> None:
        if self._id:
            self._context.lanes.read(partial(_fields, self._context, self._id), partial(self._on_fields, entity))

    def _on_fields(self, entity: str, fields: dict[str, str]) -> None:
        self._context.routes.create(entity, **fields)

    def _on_changed(self, changes: Changes, _initiator: object) -> None:
        if changes.touches("quote", "proposal"):
            self.refresh()


def _papers(context: UiContext, row_id: str) -> dict[str, Page]:
    from desktop_crm.services import records

    query = ListQuery(
        filters=(Filter(field="opportunity_id", test=Test.IS, value=row_id),),
        sort="number",
        descending=True,
        limit=MOST,
    )
    return {entity: records.list_rows(context.workspace, entity, query) for entity in _STATES}


def _fields(context: UiContext, row_id: str) -> dict[str, str]:
    """With what a new paper of the deal begins."""
    from desktop_crm.services import records

    deal = records.get(context.workspace, "opportunity", row_id)
    account = str(deal.fields.get("account_id") or "")
    title = deal.titles.get("account_id", "")
    return {
        "opportunity_id": row_id,
        "opportunity_id_title": str(deal.fields.get("name") or ""),
        **({"account_id": account, "account_id_title": title} if account else {}),
    }
