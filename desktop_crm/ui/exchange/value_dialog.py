"""How the values of a column are read: each with what it means here. Empty leaves a value as it stands."""

from __future__ import annotations

from PySide6.QtWidgets import QDialog, QGridLayout, QHBoxLayout, QLineEdit, QScrollArea, QVBoxLayout, QWidget

from desktop_crm.domain.schema import REGISTRY, FieldType
from desktop_crm.i18n import tr
from desktop_crm.i18n.labels import option_label
from desktop_crm.services.importing import ColumnPlan
from desktop_crm.ui.exchange.combos import ChoiceBox
from desktop_crm.ui.widgets.buttons import button, primary
from desktop_crm.ui.widgets.help_key import explained_by
from desktop_crm.ui.widgets.labels import ElidedLabel, label

WIDTH, HEIGHT, NAME_WIDTH = 460, 420, 150
NOTHING = "\x00"
"""The choice that a value is to count as empty."""


class ValueDialog(QDialog):
    """`values()` after it was accepted: the value in the file → what is read; None for one that counts as empty."""

    def __init__(self, entity: str, column: ColumnPlan, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        explained_by(self, "import")
        title = tr("Values of “{column}”", column=column.column)
        self.setWindowTitle(title)
        self.resize(WIDTH, HEIGHT)
        self._known = dict(column.values)
        self._choices = _choices(entity, column)
        self.inputs: dict[str, ChoiceBox | QLineEdit] = {}
        grid = QGridLayout()
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(6)
        grid.setColumnStretch(1, 1)
        grid.setColumnMinimumWidth(0, NAME_WIDTH)
        grid.addWidget(label(tr("In the file"), "label"), 0, 0)
        grid.addWidget(label(tr("Read as"), "label"), 0, 1)
        for row, value in enumerate(dict.fromkeys((*column.profile.choices, *self._known)), 1):
            said = ElidedLabel(value, "body")
            self.inputs[value] = made = self._input(value)
            grid.addWidget(said, row, 0)
            grid.addWidget(made, row, 1)
        inner = QWidget()
        inner.setProperty("role", "clear")
        held = QVBoxLayout(inner)
        held.setContentsMargins(0, 0, 8, 0)
        held.addLayout(grid)
        held.addStretch(1)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setWidget(inner)
        box = QVBoxLayout(self)
        box.setContentsMargins(20, 16, 20, 16)
        box.setSpacing(12)
        box.addWidget(label(title, "section"))
        box.addWidget(label(tr("What you leave empty is read as it stands."), "body2", wrap=True))
        box.addWidget(area, 1)
        buttons = QHBoxLayout()
        buttons.addStretch(1)
        buttons.addWidget(button(tr("Cancel"), self.reject))
        buttons.addWidget(primary(tr("Use these"), self.accept, shortcut="Ctrl+Return"))
        box.addLayout(buttons)

    def _input(self, value: str) -> ChoiceBox | QLineEdit:
        name = tr("How “{value}” is read", value=value)
        if self._choices:
            present = self._known.get(value)
            shown = NOTHING if present == "" else present or ""
            return ChoiceBox(self._choices, shown, _ignore, name)
        line = QLineEdit(self._known.get(value, ""))
        line.setPlaceholderText(tr("as it stands"))
        line.setAccessibleName(name)
        return line

    def values(self) -> dict[str, str | None]:
        """What was chosen."""
        found: dict[str, str | None] = {}
        for value, made in self.inputs.items():
            meant = made.value() if isinstance(made, ChoiceBox) else made.text().strip()
            if meant == NOTHING:
                found[value] = None
            elif meant and meant != value:
                found[value] = meant
        return found


def _ignore(_value: object) -> None:
    """Values are asked for when the dialog is accepted."""


def _choices(entity: str, column: ColumnPlan) -> list[tuple[str, str]]:
    """What the field can hold, where that is a closed list."""
    field = REGISTRY[entity].field(column.field or "")
    if field.type is FieldType.BOOLEAN:
        known = [("true", tr("Yes")), ("false", tr("No"))]
    elif field.type is FieldType.OPTION and field.options is not None:
        known = [(option.value, option_label(field.name, option.value)) for option in field.options]
    else:
        return []
    return [("", tr("as it stands")), *known, (NOTHING, tr("leave empty"))]
