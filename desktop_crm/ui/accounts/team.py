"""The card of the account's team: who is responsible, who else works for it in which role, and handing it over.

Signals: `handover_wanted()`.
"""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from desktop_crm.i18n import formats, tr
from desktop_crm.i18n.labels import entity_label, field_label, option_label
from desktop_crm.services.accounts import Member, Overview
from desktop_crm.ui.runtime.context import UiContext
from desktop_crm.ui.theme import Mood, mood_of
from desktop_crm.ui.widgets.avatar import Avatar
from desktop_crm.ui.widgets.buttons import button, icon_button
from desktop_crm.ui.widgets.card import Card
from desktop_crm.ui.widgets.labels import ElidedLabel, clear, label
from desktop_crm.ui.widgets.pill import Pill

AVATAR = 22


class TeamCard(Card):
    handover_wanted = Signal()

    def __init__(self, context: UiContext, parent: QWidget | None = None) -> None:
        super().__init__(entity_label("account_member", plural=True), parent=parent)
        self._context = context
        self._account, self._name = "", ""
        self._rows = QVBoxLayout()
        self._rows.setSpacing(6)
        self.body.addLayout(self._rows)
        self.corner.addWidget(button(tr("Add"), self._add, kind="small", tip=tr("Add to the team")))
        self.corner.addWidget(button(tr("Hand over…"), self.handover_wanted.emit, kind="small"))

    def show_team(self, overview: Overview) -> None:
        self._account = str(overview.record.id)
        self._name = str(overview.record.fields.get("name") or "")
        clear(self._rows)
        owner = overview.record.titles.get("owner_id", "")
        if owner:
            self._rows.addWidget(self._row(owner, field_label("account", "owner_id"), Mood.accent, "", None))
        for member in overview.team:
            role = option_label("member_role", member.role) if member.role else ""
            since = tr("since {day}", day=formats.date(member.since)) if member.since else ""
            self._rows.addWidget(self._row(member.name, role, mood_of("member_role", member.role), since, member))
        if not owner and not overview.team:
            self._rows.addWidget(label(tr("Nobody of ours is named here yet."), "hint"))

    def _row(self, name: str, role: str, mood: Mood, hint: str, member: Member | None) -> QWidget:
        row = QWidget()
        line = QHBoxLayout(row)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(8)
        line.addWidget(Avatar(name, AVATAR))
        text = QVBoxLayout()
        text.setSpacing(0)
        text.addWidget(ElidedLabel(name, "body"))
        if hint:
            text.addWidget(ElidedLabel(hint, "hint"))
        line.addLayout(text, 1)
        if role:
            line.addWidget(Pill(role, mood))
        if member is not None:
            end = icon_button("close", tr("End the role of {name}", name=name), partial(self._end, member))
            line.addWidget(end)
        return row

    def _add(self) -> None:
        from desktop_crm.ui.widgets.new_record_dialog import NewRecordDialog

        fields = {"account_id": self._account, "account_id_title": self._name}
        NewRecordDialog(self._context, "account_member", fields, self).open()

    def _end(self, member: Member) -> None:
        from desktop_crm.services.account_work import handover

        work = partial(handover.leave, self._context.workspace, member.id)
        self._context.undo.run(tr("End a role on the team"), work, None, self._context.reporter.report)
