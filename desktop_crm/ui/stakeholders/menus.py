"""The menus of the map: which line was drawn, and what can be done with what is chosen.

Signals of `LineMenu`: `kind_taken(source, target, kind)`, `boss_taken(person, boss)`. Of `CardMenu`: `taken(act)`.
"""

from __future__ import annotations

from enum import StrEnum

from PySide6.QtCore import Signal
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMenu, QWidget

from desktop_crm.domain.schema.options import EdgeKind, MapLayout, NodeKind
from desktop_crm.domain.stakeholders import reporting
from desktop_crm.domain.stakeholders.aligning import LEAST, Alignment
from desktop_crm.domain.stakeholders.values import MapView
from desktop_crm.i18n import tr
from desktop_crm.ui.stakeholders import words
from desktop_crm.ui.stakeholders.keyboard import ALIGNMENTS
from desktop_crm.ui.stakeholders.looks import edge_mood
from desktop_crm.ui.theme import current, icon


def with_keys(text: str, keys: str) -> str:
    """A menu's text with the keys that do the same."""
    shown = QKeySequence(keys).toString(QKeySequence.SequenceFormat.NativeText)
    return f"{text}\t{shown}" if shown else text


class LineMenu(QMenu):
    """Asks for the kind of a line that was just drawn."""

    kind_taken = Signal(str, str, object)
    boss_taken = Signal(str, str)

    def __init__(self, view: MapView, source_id: str, target_id: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("line-menu")
        source, target = view.node(source_id), view.node(target_id)
        if source is None or target is None:
            return
        names = {"person": words.name_of(source), "boss": words.name_of(target)}
        back = {"person": names["boss"], "boss": names["person"]}
        for pair, person, boss in ((names, source_id, target_id), (back, target_id, source_id)):
            act = self.addAction(tr("{person} reports to {boss}", **pair))
            act.setData((person, boss))
            act.setEnabled(not reporting.circle(view.bosses(), person, boss))
        self.addSeparator()
        look = current()
        for text, kind in words.edge_choices():
            act = self.addAction(icon("link", look.ink_of(edge_mood(kind))), text)
            act.setData((source_id, target_id, kind))
        self.triggered.connect(self._on_triggered)
        self.aboutToHide.connect(self.deleteLater)

    def _on_triggered(self, action: QAction) -> None:
        data = action.data()
        if len(data) == 2:
            self.boss_taken.emit(*data)
        else:
            self.kind_taken.emit(data[0], data[1], EdgeKind(data[2]))


class CardAct(StrEnum):
    """What the context menu offers."""

    ADD = "add"
    ADD_REPORT = "add_report"
    EDIT_NAME = "edit_name"
    IDENTIFY = "identify"
    OPEN_CONTACT = "open_contact"
    MARK_LEFT = "mark_left"
    MARK_BACK = "mark_back"
    NO_BOSS = "no_boss"
    ALIGN = "align"
    CUT = "cut"
    COPY = "copy"
    PASTE = "paste"
    GROUP = "group"
    UNGROUP = "ungroup"
    DELETE = "delete"
    FIT = "fit"


def alignment_of(action: QAction) -> Alignment | None:
    """The alignment that was taken from an `AlignMenu`; None for the one that looks best."""
    return next((one for one in Alignment if one.value == action.data()), None)


class AlignMenu(QMenu):
    """All ways of bringing cards into line; `alignment_of` tells which was taken."""

    def __init__(self, count: int, *, free: bool, parent: QWidget) -> None:
        super().__init__(tr("Align"), parent)
        self.setEnabled(free)
        self.addAction(tr("As they stand")).setData(CardAct.ALIGN)
        self.addSeparator()
        for keys, one in ALIGNMENTS.items():
            act = self.addAction(with_keys(words.alignment_word(one), QKeySequence(keys).toString()))
            act.setData(one)
            act.setEnabled(count >= LEAST.get(one, 2))


class CardMenu(QMenu):
    """What can be done with the chosen cards, or on free ground. `taken` carries a `CardAct`, or an `Alignment`."""

    taken = Signal(object)

    def __init__(self, view: MapView, chosen: frozenset[str], *, line: bool, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("card-menu")
        nodes = [node for node in view.nodes if node.id in chosen]
        if len(nodes) == 1:
            one = nodes[0]
            self._offer(CardAct.ADD_REPORT, tr("Add a report"), "Return")
            self._offer(CardAct.EDIT_NAME, tr("Edit the name"), "F2")
            if one.kind is NodeKind.PLACEHOLDER:
                self._offer(CardAct.IDENTIFY, tr("Enter who it is"))
            if one.contact_id is not None:
                self._offer(CardAct.OPEN_CONTACT, tr("Open the contact"))
            gone = one.kind is NodeKind.DEPARTED
            self._offer(*((CardAct.MARK_BACK, tr("Is back")) if gone else (CardAct.MARK_LEFT, tr("Has left"))))
        if any(node.reports_to_id for node in nodes):
            self._offer(CardAct.NO_BOSS, tr("Report to nobody"))
        if len(nodes) > 1:
            inner = AlignMenu(len(nodes), free=view.layout is MapLayout.FREE, parent=self)
            inner.triggered.connect(self._on_inner)
            self.addMenu(inner)
        if nodes:
            self._offer(CardAct.CUT, tr("Cut"), "Ctrl+X")
            self._offer(CardAct.COPY, tr("Copy"), "Ctrl+C")
            self._offer(CardAct.GROUP, tr("Group the cards"), "Ctrl+G")
        if any(node.group_id for node in nodes):
            self._offer(CardAct.UNGROUP, tr("Take out of the group"))
        if not line:
            self._offer(CardAct.PASTE, tr("Paste"), "Ctrl+V")
        if not nodes and not line:
            self._offer(CardAct.ADD, tr("Add a person"), "Return")
            self._offer(CardAct.FIT, tr("Show the whole map"), "0")
        if nodes or line:
            self.addSeparator()
            self._offer(CardAct.DELETE, tr("Take off the map") if nodes else tr("Delete the line"), "Del")
        self.triggered.connect(self._on_triggered)
        self.aboutToHide.connect(self.deleteLater)

    def _offer(self, act: CardAct, text: str, keys: str = "") -> None:
        made = self.addAction(with_keys(text, keys))
        made.setData(act)

    def _on_triggered(self, action: QAction) -> None:
        if action in self.actions():  # an inner menu's acts are told by itself
            self.taken.emit(CardAct(action.data()))

    def _on_inner(self, action: QAction) -> None:
        self.taken.emit(alignment_of(action) or CardAct.ALIGN)
