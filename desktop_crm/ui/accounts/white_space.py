"""The white-space grid: units in rows, products in columns, a sign in each cell. One painted table, whatever its size.

Signals: `chosen(unit_id, product_id)` when a cell is pressed, or Enter is on it.
"""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QPersistentModelIndex,
    QPointF,
    QRect,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontMetrics,
    QKeyEvent,
    QPainter,
    QPen,
    QResizeEvent,
    QTextLayout,
    QTextOption,
)
from PySide6.QtWidgets import QAbstractItemView, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from desktop_crm.domain.accounts.white_space import Cell, WhiteSpace
from desktop_crm.domain.schema.options import ProductUsage
from desktop_crm.i18n import ntr, tr
from desktop_crm.i18n.labels import option_label
from desktop_crm.ui.theme import current
from desktop_crm.ui.theme.fonts import sized
from desktop_crm.ui.theme.tokens import HINT_PX, ROW_HEIGHT
from desktop_crm.ui.widgets.labels import label
from desktop_crm.ui.widgets.plain_table import PlainTable

USAGE_ROLE = int(Qt.ItemDataRole.UserRole) + 1
PLACE_ROLE = USAGE_ROLE + 1
UNIT_LEAST, PRODUCT_LEAST, PRODUCT_WIDTH, PRODUCT_MOST, HEAD_HEIGHT = 96, 52, 66, 104, 54
HEAD_LINES, HEAD_PAD = 3, 12
SIGN = 11
LEGEND_LINE = 17
SIGNS = {
    ProductUsage.INSTALLED: "●",
    ProductUsage.PROPOSED: "◐",
    ProductUsage.OPEN: "○",
    ProductUsage.COMPETITOR: "✕",
    ProductUsage.NOT_APPLICABLE: "–",
}
"""How a use is written where nothing is painted."""

Index = QModelIndex | QPersistentModelIndex


def usage_label(usage: ProductUsage) -> str:
    return option_label("usage", usage.value)


class WhiteSpaceModel(QAbstractTableModel):
    """The grid as a table: the first column names the unit."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.grid = WhiteSpace(units=(), products=(), cells=())
        self._heads: tuple[str, ...] = ()

    def show_heads(self, heads: tuple[str, ...]) -> None:
        """The products' names as they fit over their columns."""
        if heads != self._heads:
            self._heads = heads
            self.headerDataChanged.emit(Qt.Orientation.Horizontal, 1, len(heads))

    def show(self, grid: WhiteSpace) -> None:
        if grid != self.grid:
            self.beginResetModel()
            self.grid = grid
            self._heads = ()
            self.endResetModel()

    def rowCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self.grid.units)

    def columnCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self.grid.products) + 1

    def cell(self, index: Index) -> Cell | None:
        return self.grid.cells[index.row()][index.column() - 1] if index.isValid() and index.column() else None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        unit, cell = self.grid.units[index.row()], self.cell(index)
        if cell is None:
            name = tr("{name} itself", name=unit.name) if unit.alone and len(self.grid.units) > 1 else unit.name
            return name if role in {Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole} else None
        product = self.grid.products[index.column() - 1]
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return SIGNS[cell.usage]
            case Qt.ItemDataRole.AccessibleTextRole:
                return f"{unit.name}, {product.name}: {usage_label(cell.usage)}"
            case Qt.ItemDataRole.ToolTipRole:
                return cell_tip(cell, unit.name, product.name)
            case Qt.ItemDataRole.TextAlignmentRole:
                return Qt.AlignmentFlag.AlignCenter
        if role == USAGE_ROLE:
            return cell.usage
        return (cell.unit_id, cell.product_id) if role == PLACE_ROLE else None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if orientation is not Qt.Orientation.Horizontal or not 0 <= section <= len(self.grid.products):
            return None
        name = self.grid.products[section - 1].name if section else tr("Unit that buys")
        if role == Qt.ItemDataRole.TextAlignmentRole:
            side = Qt.AlignmentFlag.AlignHCenter if section else Qt.AlignmentFlag.AlignLeft
            return int(side | Qt.AlignmentFlag.AlignVCenter) | int(Qt.TextFlag.TextWordWrap)
        if role == Qt.ItemDataRole.DisplayRole:
            return self._heads[section - 1] if 0 < section <= len(self._heads) else name
        return name if role in {Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleTextRole} else None


class WhiteSpaceDelegate(QStyledItemDelegate):
    """Paints the sign of a use: a full, half or empty dot, a cross, a dash."""

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(PRODUCT_WIDTH, ROW_HEIGHT)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        look, area = current(), QRect(option.rect)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if option.state & QStyle.StateFlag.State_Selected and option.state & QStyle.StateFlag.State_Active:
            painter.fillRect(area, QColor(look.accent_soft))
        elif option.state & QStyle.StateFlag.State_MouseOver:
            painter.fillRect(area, QColor(look.sunken))
        painter.setPen(QPen(QColor(look.line), 1))
        painter.drawLine(area.left(), area.bottom(), area.right(), area.bottom())
        usage = index.data(USAGE_ROLE)
        if usage is None:
            painter.setPen(QColor(look.ink))
            text = painter.fontMetrics().elidedText(str(index.data()), Qt.TextElideMode.ElideRight, area.width() - 12)
            painter.drawText(
                area.adjusted(8, 0, -4, 0), Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, text
            )
        else:
            dot = QRectF(area.center().x() - SIGN / 2, area.center().y() - SIGN / 2, SIGN, SIGN)
            paint_sign(painter, dot, ProductUsage(usage))  # Qt hands an enum's member back as plain text
        painter.restore()


def paint_sign(painter: QPainter, dot: QRectF, usage: ProductUsage) -> None:
    """One sign within its square."""
    look = current()
    colour = {
        ProductUsage.INSTALLED: look.good,
        ProductUsage.PROPOSED: look.warn,
        ProductUsage.OPEN: look.info,
        ProductUsage.COMPETITOR: look.bad,
    }.get(usage, look.ink_3)
    painter.setPen(QPen(QColor(colour), 1.6))
    match usage:
        case ProductUsage.COMPETITOR:
            inner = dot.adjusted(1, 1, -1, -1)
            painter.drawLine(inner.topLeft(), inner.bottomRight())
            painter.drawLine(inner.topRight(), inner.bottomLeft())
        case ProductUsage.NOT_APPLICABLE:
            middle = dot.center().y()
            painter.drawLine(QPointF(dot.left() + 2, middle), QPointF(dot.right() - 2, middle))
        case _:
            painter.setBrush(QColor(colour) if usage is ProductUsage.INSTALLED else Qt.BrushStyle.NoBrush)
            painter.drawEllipse(dot)
            if usage is ProductUsage.PROPOSED:
                painter.setBrush(QColor(colour))
                painter.drawPie(dot, 90 * 16, 180 * 16)


class WhiteSpaceGrid(PlainTable):
    """The table; as high as its rows, so that it stands in a card without a scroll bar of its own."""

    chosen = Signal(str, str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.grid_model = WhiteSpaceModel(self)
        self.setModel(self.grid_model)
        self.setItemDelegate(WhiteSpaceDelegate(self))
        self.setProperty("role", "inset")
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectItems)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAccessibleName(tr("White space"))
        head = self.horizontalHeader()
        head.setMinimumSectionSize(PRODUCT_LEAST)
        head.setFixedHeight(HEAD_HEIGHT)
        head.setTextElideMode(Qt.TextElideMode.ElideNone)
        head.setSectionsClickable(False)
        self.clicked.connect(self._open)

    def show_grid(self, grid: WhiteSpace) -> None:
        place = self.currentIndex().data(PLACE_ROLE)
        self.grid_model.show(grid)
        self._share()
        if place is not None:
            self.take(*place)

    def take(self, unit_id: str, product_id: str) -> QModelIndex:
        """Make a cell the current one."""
        model = self.grid_model
        for row, cells in enumerate(model.grid.cells):
            for column, cell in enumerate(cells):
                if (cell.unit_id, cell.product_id) == (unit_id, product_id):
                    self.setCurrentIndex(model.index(row, column + 1))
                    return model.index(row, column + 1)
        return QModelIndex()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._share()

    def _share(self) -> None:
        """Units get what products leave; products become narrower down to a short word, then the grid moves sideways."""
        grid = self.grid_model.grid
        count, room = len(grid.products), self.viewport().width()
        font = self.horizontalHeader().font()
        measure = QFontMetrics(font).horizontalAdvance
        longest = max((measure(word) for one in grid.products for word in one.name.split()), default=0) + HEAD_PAD + 2
        wanted = max(PRODUCT_WIDTH, min(longest, PRODUCT_MOST))
        product = max(PRODUCT_LEAST, min(wanted, (room - UNIT_LEAST) // max(count, 1)))
        for place in range(count):
            self.setColumnWidth(place + 1, product)
        if count or grid.units:
            self.setColumnWidth(0, max(UNIT_LEAST, room - count * product))
        self.grid_model.show_heads(tuple(fitted(one.name, font, product - HEAD_PAD) for one in grid.products))
        wider = UNIT_LEAST + count * product > room
        bar = self.horizontalScrollBar().sizeHint().height() if wider else 0
        self.setFixedHeight(HEAD_HEIGHT + len(grid.units) * ROW_HEIGHT + 4 + bar)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space}:
            self._open(self.currentIndex())
        else:
            super().keyPressEvent(event)

    def _open(self, index: QModelIndex) -> None:
        place = index.data(PLACE_ROLE)
        if place is not None:
            self.chosen.emit(*place)


def fitted(text: str, font: QFont, width: int, lines: int = HEAD_LINES) -> str:
    """A text broken into lines of that width, within a word where it must be; what does not fit ends in an ellipsis."""
    option = QTextOption()
    option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
    layout = QTextLayout(text, font)
    layout.setTextOption(option)
    layout.beginLayout()
    starts = []
    while (line := layout.createLine()).isValid():
        line.setLineWidth(width)
        starts.append(line.textStart())
    layout.endLayout()
    if len(starts) > lines:
        rest = text[starts[lines - 1] :]
        starts = starts[:lines]
        text = text[: starts[-1]] + QFontMetrics(font).elidedText(rest, Qt.TextElideMode.ElideRight, width)
    ends = [*starts[1:], len(text)]
    return "\n".join(text[start:end].rstrip() for start, end in zip(starts, ends, strict=True))


class Legend(QWidget):
    """The signs with their words, in one line."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._text = [(usage, usage_label(usage)) for usage in ProductUsage]
        self._font = sized(label("").font(), HINT_PX)
        self.setAccessibleName(", ".join(text for _, text in self._text))
        self.setFixedHeight(LEGEND_LINE)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.setFixedHeight(LEGEND_LINE * (max(line for line, _ in self._places()) + 1))

    def _places(self) -> list[tuple[int, int]]:
        """(line, x) of each sign, broken where the width ends."""
        metrics = QFontMetrics(self._font)
        found, line, x = [], 0, 0
        for _, text in self._text:
            width = metrics.horizontalAdvance(text) + 14
            if x and x + width > self.width():
                line, x = line + 1, 0
            found.append((line, x))
            x += width + 10
        return found

    def paintEvent(self, _event: object) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(self._font)
        for (usage, text), (line, x) in zip(self._text, self._places(), strict=True):
            top = line * LEGEND_LINE
            painter.save()
            paint_sign(painter, QRectF(x + 1, top + (LEGEND_LINE - 9) / 2, 9, 9), usage)
            painter.restore()
            painter.setPen(QColor(current().ink_3))
            painter.drawText(QRect(x + 14, top, self.width(), LEGEND_LINE), Qt.AlignmentFlag.AlignVCenter, text)
        painter.end()


def cell_tip(cell: Cell, unit: str, product: str) -> str:
    """What a cell says on hover: use, who else is there, and what the records hold."""
    trace = cell.trace
    counts = (
        ntr("{n} won deal", "{n} won deals", trace.won) if trace.won else "",
        ntr("{n} open deal", "{n} open deals", trace.open) if trace.open else "",
        ntr("{n} quote accepted", "{n} quotes accepted", trace.accepted) if trace.accepted else "",
        ntr("{n} quote running", "{n} quotes running", trace.running) if trace.running else "",
    )
    lines = (
        f"{unit} × {product}",
        " – ".join(part for part in (usage_label(cell.usage), cell.competitor) if part),
        " · ".join(part for part in counts if part),
        cell.note,
    )
    return "\n".join(line for line in lines if line)
