"""What holds for a whole file: by what a row is known, what new rows get besides, and the name under which its mapping is kept."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QDialog, QGridLayout, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from desktop_crm.domain.schema import REGISTRY, FieldType
from desktop_crm.i18n import tr
from desktop_crm.i18n.labels import field_label
from desktop_crm.services.importing import FilePlan
from desktop_crm.services.importing.kinds import FAMILY_NAME, GIVEN_NAME, ROW_ID
from desktop_crm.ui.exchange import words
from desktop_crm.ui.exchange.combos import ChoiceBox
from desktop_crm.ui.widgets.buttons import button, primary
from desktop_crm.ui.widgets.help_key import explained_by
from desktop_crm.ui.widgets.labels import label

WIDTH = 480
ROWS = 4
_KEY_TYPES = frozenset({FieldType.TEXT, FieldType.INTEGER, FieldType.DATE, FieldType.REFERENCE})
_HIDDEN = frozenset({FieldType.ORDER_KEY})
_PARTS = frozenset({ROW_ID, GIVEN_NAME, FAMILY_NAME})


@dataclass(frozen=True, slots=True, kw_only=True)
class FileWish:
    """What the user wants of a file."""

    keys: tuple[str, ...]
    defaults: dict[str, str]
    name: str


class FileDialog(QDialog):
    """`wish()` after it was accepted. Signals: `forgotten()` when the saved mapping is to go."""

    forgotten = Signal()

    def __init__(self, file: FilePlan, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        explained_by(self, "import")
        assert file.entity is not None
        title = tr("Settings for {file}", file=file.path.name)
        self.setWindowTitle(title)
        self.setMinimumWidth(WIDTH)
        box = QVBoxLayout(self)
        box.setContentsMargins(20, 16, 20, 16)
        box.setSpacing(8)
        box.addWidget(label(title, "section"))
        box.addWidget(label(tr("A row is known by"), "label"))
        self.key = ChoiceBox(_keys(file), file.keys, _ignore, tr("A row is known by"))
        box.addWidget(self.key)
        hint = tr("Rows that say the same there are taken for the same record and change it.")
        box.addWidget(label(hint, "hint", wrap=True))
        box.addSpacing(6)
        box.addWidget(label(tr("New rows get, where the file says nothing"), "label"))
        box.addLayout(self._defaults(file))
        box.addSpacing(6)
        box.addWidget(label(tr("Keep the mapping for files with these columns as"), "label"))
        self.name = QLineEdit(name)
        self.name.setAccessibleName(tr("Keep the mapping for files with these columns as"))
        box.addWidget(self.name)
        box.addSpacing(6)
        buttons = QHBoxLayout()
        if file.mapping:
            buttons.addWidget(button(tr("Forget the saved mapping"), self._on_forget, kind="link"))
        buttons.addStretch(1)
        buttons.addWidget(button(tr("Cancel"), self.reject))
        buttons.addWidget(primary(tr("Use these"), self.accept, shortcut="Ctrl+Return"))
        box.addLayout(buttons)

    def _defaults(self, file: FilePlan) -> QGridLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(6)
        grid.setColumnStretch(0, 1)
        grid.setColumnStretch(1, 1)
        choices = _fields(file)
        self.lines: list[tuple[ChoiceBox, QLineEdit]] = []
        present = [*file.defaults, *([("", "")] * max(1, ROWS - len(file.defaults)))]
        for row, (field, text) in enumerate(present):
            box = ChoiceBox(choices, field, _ignore, tr("Field {n}", n=row + 1))
            line = QLineEdit(text)
            line.setAccessibleName(tr("Value {n}", n=row + 1))
            line.setPlaceholderText(tr("Value"))
            grid.addWidget(box, row, 0)
            grid.addWidget(line, row, 1)
            self.lines.append((box, line))
        return grid

    def _on_forget(self) -> None:
        self.forgotten.emit()
        self.reject()

    def wish(self) -> FileWish:
        """What was chosen."""
        defaults = {box.value(): line.text().strip() for box, line in self.lines if box.value() and line.text().strip()}
        return FileWish(keys=self.key.value(), defaults=defaults, name=self.name.text().strip())


def _ignore(_value: object) -> None:
    """Values are asked for when the dialog is accepted."""


def _keys(file: FilePlan) -> list[tuple[tuple[str, ...], str]]:
    """The usual keys, or one of the fields that the columns fill."""
    entity = file.entity or ""
    choices: list[tuple[tuple[str, ...], str]] = [((), tr("the usual fields (id, number, name)"))]
    for column in file.columns:
        name = column.field
        if name is None or name in _PARTS or ":" in name:
            continue
        field = REGISTRY[entity].field(name)
        if field.type in _KEY_TYPES and field.target != entity:
            choices.append(((name,), words.target_name(entity, name)))
    if file.keys and file.keys not in {keys for keys, _ in choices}:
        choices.append((file.keys, " + ".join(field_label(entity, name) for name in file.keys)))
    return choices


def _fields(file: FilePlan) -> list[tuple[str, str]]:
    entity = file.entity or ""
    known = [field.name for field in REGISTRY[entity].fields if field.type not in _HIDDEN]
    own = [name for name, _ in file.defaults if name not in known]
    return [("", tr("Choose a field")), *((name, words.target_name(entity, name)) for name in (*known, *own))]
