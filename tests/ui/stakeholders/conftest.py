"""A page of maps over a real workspace with the people of the design's picture, driven by real mouse and key events."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
import shiboken6
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QInputMethodEvent, QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from desktop_crm.domain.schema.options import BuyingRole, Coverage, EdgeKind, Support
from desktop_crm.services import stakeholders
from desktop_crm.ui.stakeholders.page import StakeholdersPage

PEOPLE = (
    ("최민아", "상무", "생산본부", BuyingRole.DECISION_MAKER, 10, Support.SUPPORTER, Coverage.MULTIPLE, None),
    ("이정훈", "부장", "설비팀", BuyingRole.CHAMPION, 8, Support.MENTOR, Coverage.IN_DEPTH, 0),
    ("정도윤", "팀장", "재무", BuyingRole.ECONOMIC_BUYER, 9, Support.NEUTRAL, Coverage.NONE, 0),
    ("한소라", "팀장", "구매", BuyingRole.GATEKEEPER, 6, Support.NEUTRAL, Coverage.BRIEF, 0),
    ("박서연", "책임", "설비기술", BuyingRole.TECHNICAL_EVALUATOR, 5, Support.SUPPORTER, Coverage.MULTIPLE, 1),
    ("오재석", "책임", "정보보안", BuyingRole.BLOCKER, 7, Support.ENEMY, Coverage.NONE, 1),
)


@dataclass
class Hanbit:
    """One account with a map: ids of its cards in the order of PEOPLE, and of its line."""

    account_id: str
    map_id: str
    nodes: list[str]
    edge_id: str


def make_hanbit(workspace):
    with workspace.write("test") as work:
        account_id = work.insert("account", {"name": "한빛전자"})
        contacts = [
            work.insert("contact", {"name": name, "title": title, "department": department, "account_id": account_id})
            for name, title, department, *_ in PEOPLE
        ]
        work.insert("contact", {"name": "남궁민수", "title": "대리", "account_id": account_id})
    map_id = stakeholders.open_map(workspace, account_id=account_id).map_id
    nodes = [stakeholders.add_person(workspace, map_id, contact_id=one).id for one in contacts]
    for node, (*_, role, influence, support, coverage, boss) in zip(nodes, PEOPLE, strict=True):
        fields = {"buying_role": role, "influence": influence, "support": support, "coverage": coverage}
        stakeholders.set_fields(workspace, map_id, [node], fields)
        if boss is not None:
            stakeholders.set_reports_to(workspace, map_id, [node], nodes[boss])
    edge = stakeholders.connect(workspace, map_id, nodes[1], nodes[0], EdgeKind.INFLUENCES, strength=3)
    return Hanbit(account_id, map_id, nodes, edge.id)


@pytest.fixture
def hanbit(workspace):
    return make_hanbit(workspace)


class Hand:
    """A hand on the map: presses and keys on the viewport, and waiting until everything asked for is done."""

    def __init__(self, qtbot, context, page):
        self.qtbot, self.context, self.page = qtbot, context, page
        self.panel, self.canvas, self.scene = page.panel, page.panel.canvas, page.panel.scene
        self.editor = page.panel.editor

    def view(self):
        """The map as it stands in the database."""
        return stakeholders.view(self.context.workspace, self.editor.view.id)

    def rest(self):
        """Until all acts are written, their echo is in, and nothing glides any more."""
        self.qtbot.waitUntil(lambda: self.editor.idle and self.editor.view is not None)
        self.qtbot.waitUntil(lambda: self.editor.view == self.view())
        self.scene.settle()
        self.qtbot.waitUntil(lambda: not self.scene.gliding)

    def at(self, where):
        """A place on the viewport: of a card by id, of a scene place."""
        if isinstance(where, str):
            where = self.scene.cards[where].middle()
        return self.canvas.mapFromScene(where)

    def press(self, where, button=Qt.MouseButton.LeftButton, modifiers=Qt.KeyboardModifier.NoModifier):
        self.send(QEvent.Type.MouseButtonPress, self.at(where), button, button, modifiers)

    def move(self, where, button=Qt.MouseButton.LeftButton, modifiers=Qt.KeyboardModifier.NoModifier):
        self.send(QEvent.Type.MouseMove, self.at(where), Qt.MouseButton.NoButton, button, modifiers)

    def release(self, where, button=Qt.MouseButton.LeftButton, modifiers=Qt.KeyboardModifier.NoModifier):
        self.send(QEvent.Type.MouseButtonRelease, self.at(where), button, Qt.MouseButton.NoButton, modifiers)

    def send(self, kind, at, button, held, modifiers):
        spot = QPointF(at)
        screen = QPointF(self.canvas.viewport().mapToGlobal(at))
        QApplication.sendEvent(self.canvas.viewport(), QMouseEvent(kind, spot, screen, button, held, modifiers))

    def drag(self, start, goal, button=Qt.MouseButton.LeftButton, modifiers=Qt.KeyboardModifier.NoModifier):
        """Press, move in steps, release."""
        first, last = self.at(start), self.at(goal)
        self.send(QEvent.Type.MouseButtonPress, first, button, button, modifiers)
        for step in range(1, 9):
            here = QPoint(
                *(round(a + (b - a) * step / 8) for a, b in zip(first.toTuple(), last.toTuple(), strict=True))
            )
            self.send(QEvent.Type.MouseMove, here, Qt.MouseButton.NoButton, button, modifiers)
        self.send(QEvent.Type.MouseButtonRelease, last, button, Qt.MouseButton.NoButton, modifiers)

    def click(self, where, modifiers=Qt.KeyboardModifier.NoModifier):
        QTest.mouseClick(self.canvas.viewport(), Qt.MouseButton.LeftButton, modifiers, self.at(where))

    def key(self, key, modifiers=Qt.KeyboardModifier.NoModifier):
        QTest.keyClick(self.canvas, key, modifiers)


def type_text(widget, text):
    """As an input method writes Hangul."""
    event = QInputMethodEvent()
    event.setCommitString(text)
    QApplication.sendEvent(widget, event)


@pytest.fixture
def page(context, show):
    return show(StakeholdersPage(context), 1280, 760)


@pytest.fixture
def hand(qtbot, context, page, hanbit):
    page.open_row(hanbit.map_id)
    made = Hand(qtbot, context, page)
    made.rest()
    yield made
    qtbot.waitUntil(lambda: not shiboken6.isValid(made.editor) or made.editor.idle)
