"""Draws the rows of the tree: name with kind or tier, sums at the right, renewals as a pill. Nothing is computed here."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPen
from PySide6.QtWidgets import QLineEdit, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from desktop_crm.domain.accounts.sums import TreeNode
from desktop_crm.i18n import formats, tr
from desktop_crm.i18n.labels import option_label
from desktop_crm.ui.accounts.lazy_tree import RENEWALS
from desktop_crm.ui.accounts.model import HIT_ROLE, NAME, NODE_ROLE
from desktop_crm.ui.accounts.words import NOTHING
from desktop_crm.ui.theme import Mood, Tokens, current, mood_of
from desktop_crm.ui.theme.fonts import sized
from desktop_crm.ui.theme.tokens import HINT_PX, ROW_HEIGHT
from desktop_crm.ui.widgets.cell_delegate import draw_pill

PAD = 8
PILL_ROOM = 25
_LEFT = int(Qt.AlignmentFlag.AlignLeft) | int(Qt.AlignmentFlag.AlignVCenter)
_RIGHT = int(Qt.AlignmentFlag.AlignRight) | int(Qt.AlignmentFlag.AlignVCenter)

Index = QModelIndex | QPersistentModelIndex


class AccountTreeDelegate(QStyledItemDelegate):
    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(60, ROW_HEIGHT)

    def createEditor(self, parent: QWidget, option: QStyleOptionViewItem, index: Index) -> QWidget:
        line = QLineEdit(parent)
        line.setAccessibleName(tr("New name"))
        return line

    def updateEditorGeometry(self, editor: QWidget, option: QStyleOptionViewItem, index: Index) -> None:
        editor.setGeometry(option.rect.adjusted(0, 0, 0, -1))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        look = current()
        area: QRect = option.rect
        state: QStyle.StateFlag = option.state
        painter.save()
        if state & QStyle.StateFlag.State_Selected:
            painter.fillRect(area, QColor(look.accent_soft))
        elif state & QStyle.StateFlag.State_MouseOver:
            painter.fillRect(area, QColor(look.sunken))
        painter.setPen(QPen(QColor(look.line), 1))
        painter.drawLine(area.left(), area.bottom(), area.right(), area.bottom())
        node = index.data(NODE_ROLE)
        if isinstance(node, TreeNode):
            if index.column() == NAME:
                self._name(painter, area, node, index, look)
            elif index.column() == RENEWALS:
                self._pill(painter, area, index, look)
            else:
                self._sum(painter, area, index, look)
        painter.restore()

    def _name(self, painter: QPainter, area: QRect, node: TreeNode, index: Index, look: Tokens) -> None:
        inner = area.adjusted(4, 0, -4, -1)
        strong = node.child_count > 0 or not index.parent().isValid()
        word, mood = badge(node)
        painter.setFont(sized(painter.font(), painter.font().pixelSize(), bold=strong))
        metrics = painter.fontMetrics()
        wanted = metrics.horizontalAdvance(node.name)
        width = min(wanted, inner.width())
        painter.setPen(QColor(look.ink if index.data(HIT_ROLE) else look.ink_3))
        text = metrics.elidedText(node.name, Qt.TextElideMode.ElideRight, width + 1)
        painter.drawText(inner.adjusted(0, 0, width + 2 - inner.width(), 0), _LEFT, text)
        painter.setFont(sized(painter.font(), painter.font().pixelSize()))
        needed = QFontMetrics(sized(painter.font(), HINT_PX)).horizontalAdvance(word) + PILL_ROOM
        if word and inner.width() - width >= needed:
            draw_pill(painter, inner.adjusted(width + 7, 0, 0, 0), word, mood, look)

    def _sum(self, painter: QPainter, area: QRect, index: Index, look: Tokens) -> None:
        text = str(index.data(Qt.ItemDataRole.DisplayRole) or NOTHING)
        painter.setPen(QColor(look.ink_3 if text == NOTHING else look.ink))
        inner = area.adjusted(2, 0, -PAD, -1)
        if painter.fontMetrics().horizontalAdvance(text) > inner.width():
            painter.setFont(sized(painter.font(), HINT_PX))  # a sum is never cut: half a number is a wrong number
        painter.drawText(inner, _RIGHT, text)

    def _pill(self, painter: QPainter, area: QRect, index: Index, look: Tokens) -> None:
        text = index.data(Qt.ItemDataRole.DisplayRole)
        if text:
            draw_pill(painter, area.adjusted(2, 0, -2, 0), str(text), Mood.warn, look)


def badge(node: TreeNode) -> tuple[str, Mood]:
    """The word beside a name: in a hierarchy a circle, or the share with how many others hold one; else the tier, or for one without a tier what kind of account it is, companies aside."""
    if node.circle:
        return tr("Circle"), Mood.warn
    if node.percent is not None or node.owners > 1:
        share = formats.percent(node.percent) if node.percent is not None else ""
        others = tr("{n} owners", n=node.owners) if node.owners > 1 else ""
        return " · ".join(part for part in (share, others) if part), Mood.info
    if node.tier:
        return option_label("tier", node.tier), mood_of("tier", node.tier)
    if node.kind and node.kind != "company":
        return option_label("kind", node.kind), Mood.neutral
    return "", Mood.neutral
