"""The form of a form: page, colours, columns, texts in both languages, clauses. Shows a paper and gives back what was made of it.

Signals: `changed()` after each edit.
"""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from enum import StrEnum
from typing import Any

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFormLayout,
    QHBoxLayout,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QPlainTextEdit,
    QVBoxLayout,
    QWidget,
)

from desktop_crm.domain.quotes.paper import (
    ACCENTS,
    COMPANY,
    Clause,
    ColumnForm,
    ColumnKind,
    PageSize,
    Paper,
    PaperKind,
    PaperWords,
    SectionSums,
    ShownPrices,
    Signing,
    Typeface,
)
from desktop_crm.i18n import tr
from desktop_crm.i18n.template_words import choice_label
from desktop_crm.ui.widgets.buttons import button
from desktop_crm.ui.widgets.labels import label
from desktop_crm.ui.widgets.segmented import SegmentedControl
from desktop_crm.ui.widgets.steady import SteadyComboBox, SteadySpinBox

_OPTIONS: dict[str, type[StrEnum]] = {
    "size": PageSize,
    "sums": SectionSums,
    "prices": ShownPrices,
    "signing": Signing,
    "body": Typeface,
    "heading": Typeface,
}
ROW_HEIGHT = 28
_WORDS = ("title", "cover", "header", "footer", "closing")
_OF_ALL = frozenset({"size", "body", "heading", "landscape", "logo", "title", "header", "footer"})
"""What working papers have too."""
_KIND = Qt.ItemDataRole.UserRole


class TemplateForm(QWidget):
    """All fields of a paper."""

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "clear")
        self._paper = Paper()
        self._showing = False
        self._spoken = "ko"
        self.name = QLineEdit()
        self.choices = {field: _choices(field, kind) for field, kind in _OPTIONS.items()}
        self.flags = {
            "landscape": QCheckBox(tr("Landscape")),
            "cover": QCheckBox(tr("Cover page")),
            "in_words": QCheckBox(tr("Amount in words")),
            "carry": QCheckBox(tr("Carry sums from page to page")),
            "split": QCheckBox(tr("Split long rows at the end of a page")),
            "logo": QCheckBox(tr("Logo")),
            "seal": QCheckBox(tr("Seal")),
        }
        self.margin = SteadySpinBox()
        self.margin.setRange(8, 50)
        self.margin.setSuffix(tr(" mm"))
        self.accent = SteadyComboBox()
        self.accent.setEditable(True)
        self.accent.addItems(ACCENTS)
        self.columns = QListWidget()
        self.columns.setDragDropMode(QListWidget.DragDropMode.InternalMove)
        self.columns.setFixedHeight(len(ColumnKind) * ROW_HEIGHT + 6)
        self.column_label = QLineEdit()
        self.column_width = SteadySpinBox()
        self.column_width.setRange(0, 200)
        self.column_width.setSuffix(tr(" mm"))
        self.column_width.setSpecialValueText(tr("As wide as needed"))
        self.words = {field: QLineEdit() for field in _WORDS}
        self.clauses = QPlainTextEdit()
        self.clauses.setFixedHeight(150)
        self.clauses.setTabChangesFocus(True)
        self.language = SegmentedControl((("ko", tr("Korean")), ("en", tr("English"))), "ko")
        self._of_quotes: list[QWidget] = []
        self._covers: list[QWidget] = [self.flags["cover"], self.words["cover"]]
        self._lay_out()
        self._listen()

    def show_paper(self, name: str, paper: Paper) -> None:
        """Show a form without telling."""
        self._showing = True
        self._paper = paper
        self.name.setText(name)
        for field, box in self.choices.items():
            box.setCurrentIndex(box.findData(getattr(paper, field)))
        for field, check in self.flags.items():
            check.setChecked(bool(getattr(paper, field)))
        self.margin.setValue(round(paper.margin))
        self.accent.setCurrentText(paper.accent)
        self._show_columns(paper)
        self._show_words()
        self._showing = False

    def show_kind(self, kind: PaperKind) -> None:
        """Show the fields that papers of this kind have."""
        quotation = kind is PaperKind.QUOTATION
        hidden = set() if quotation else set(self._of_quotes)
        hidden -= set(self._covers) if kind is PaperKind.PROPOSAL else set()
        for control in self._of_quotes:
            control.setVisible(control not in hidden)
        for layout in self.findChildren(QFormLayout):
            for row in range(layout.rowCount()):
                field = layout.itemAt(row, QFormLayout.ItemRole.FieldRole)
                if field is not None and field.widget() in self._of_quotes:
                    layout.setRowVisible(row, field.widget() not in hidden)
        names = "{customer} {title} {number} {supplier} {date}"
        names += " {contact} {representative}" if quotation or kind is PaperKind.PROPOSAL else ""
        names += " {valid_until} {total}" if quotation else ""
        self._placeholders.setText(tr("Texts may hold {list}.", list=names))

    def paper(self) -> Paper:
        """What the fields say."""
        return self._paper

    def speak(self, language: str) -> None:
        """Show the texts of that language."""
        self._spoken = language
        self._showing = True
        self._show_words()
        self._on_column(self.columns.currentRow())
        self._showing = False

    def _lay_out(self) -> None:
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 12, 0)
        box.setSpacing(10)
        form = QFormLayout()
        form.setVerticalSpacing(6)
        titles = {
            "size": tr("Page"),
            "sums": tr("Sums of sections"),
            "prices": tr("Prices"),
            "signing": tr("Signature of"),
            "body": tr("Type of the text"),
            "heading": tr("Type of what is bold"),
        }
        form.addRow(label(tr("Name"), "label"), _named(self.name, tr("Name")))
        for field, title in titles.items():
            form.addRow(label(title, "label"), _named(self.choices[field], title))
        form.addRow(label(tr("Margins"), "label"), _named(self.margin, tr("Margins")))
        form.addRow(label(tr("Colour"), "label"), _named(self.accent, tr("Colour")))
        box.addLayout(form)
        for check in self.flags.values():
            box.addWidget(check)
        box.addWidget(self._columns_part())
        box.addWidget(label(tr("Texts"), "section"))
        box.addWidget(self.language, 0, Qt.AlignmentFlag.AlignLeft)
        self._placeholders = label("", "hint", wrap=True)
        box.addWidget(self._placeholders)
        texts = QFormLayout()
        texts.setVerticalSpacing(6)
        named = {
            "title": tr("Title"),
            "cover": tr("Cover text"),
            "header": tr("Top of later pages"),
            "footer": tr("Foot of the page"),
            "closing": tr("Closing sentence"),
        }
        for field, title in named.items():
            texts.addRow(label(title, "label"), _named(self.words[field], title))
        box.addLayout(texts)
        hint = tr("The first line of each paragraph is its title; an empty line begins the next.")
        clauses = (label(tr("Clauses"), "section"), label(hint, "hint", wrap=True), _named(self.clauses, tr("Clauses")))
        for part in clauses:
            box.addWidget(part)
        box.addStretch(1)
        fields: list[tuple[str, QWidget]] = [*self.choices.items(), *self.flags.items(), *self.words.items()]
        self._of_quotes += [*clauses, *(control for field, control in fields if field not in _OF_ALL)]
        self.show_kind(PaperKind.QUOTATION)

    def _columns_part(self) -> QWidget:
        """Which columns are printed, in what order, how wide, under which heading."""
        part = QWidget()
        part.setProperty("role", "clear")
        box = QVBoxLayout(part)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(10)
        box.addWidget(label(tr("Columns"), "section"))
        box.addWidget(label(tr("Tick what is printed; drag or Alt+↑↓ to change the order."), "hint", wrap=True))
        box.addWidget(_named(self.columns, tr("Columns")))
        order = QHBoxLayout()
        order.addWidget(button(tr("Up"), self._up, kind="small", shortcut="Alt+Up"))
        order.addWidget(button(tr("Down"), self._down, kind="small", shortcut="Alt+Down"))
        order.addStretch(1)
        box.addLayout(order)
        one = QFormLayout()
        one.addRow(label(tr("Width"), "label"), _named(self.column_width, tr("Width")))
        one.addRow(label(tr("Heading"), "label"), _named(self.column_label, tr("Heading")))
        box.addLayout(one)
        self._of_quotes.append(part)
        return part

    def _listen(self) -> None:
        for choice in self.choices.values():
            choice.activated.connect(self._take)
        for check in self.flags.values():
            check.toggled.connect(self._take)
        self.margin.valueChanged.connect(self._take)
        self.accent.currentTextChanged.connect(self._take)
        self.columns.itemChanged.connect(self._take)
        self.columns.model().rowsMoved.connect(self._take)
        self.columns.currentRowChanged.connect(self._on_column)
        self.column_label.textEdited.connect(self._on_column_edited)
        self.column_width.valueChanged.connect(self._on_column_edited)
        for line in self.words.values():
            line.textEdited.connect(self._take)
        self.clauses.textChanged.connect(self._take)
        self.language.chosen.connect(self.speak)

    def _show_columns(self, paper: Paper) -> None:
        self.columns.clear()
        shown = {one.kind: one for one in paper.columns}
        rest = [ColumnForm(kind=kind) for kind in ColumnKind if kind not in shown]
        for column in (*paper.columns, *rest):
            item = QListWidgetItem(choice_label("column", column.kind.value))
            item.setData(_KIND, column)
            item.setSizeHint(QSize(0, ROW_HEIGHT))
            item.setFlags(item.flags() | Qt.ItemFlag.ItemIsUserCheckable)
            checked = column.kind in shown
            item.setCheckState(Qt.CheckState.Checked if checked else Qt.CheckState.Unchecked)
            if column.kind is ColumnKind.ITEM:
                item.setFlags(item.flags() & ~Qt.ItemFlag.ItemIsUserCheckable)
            self.columns.addItem(item)
        self.columns.setCurrentRow(0)

    def _show_words(self) -> None:
        words = self._paper.ko if self._spoken == "ko" else self._paper.en
        for field, line in self.words.items():
            line.setText(getattr(words, field).replace("\n", " / "))
            line.setCursorPosition(0)
        pairs = [
            (getattr(one, f"title_{self._spoken}"), getattr(one, f"body_{self._spoken}")) for one in self._paper.clauses
        ]
        self.clauses.setPlainText("\n\n".join(f"{title}\n{body}" for title, body in pairs))

    def _on_column(self, row: int) -> None:
        if not 0 <= row < self.columns.count():
            return
        column: ColumnForm = self.columns.item(row).data(_KIND)
        was, self._showing = self._showing, True
        heading = column.ko if self._spoken == "ko" else column.en
        self.column_label.setText(heading)
        self.column_width.setValue(round(column.width))
        self._showing = was

    def _on_column_edited(self, _value: object) -> None:
        item = self.columns.currentItem()
        if item is None or self._showing:
            return
        column: ColumnForm = item.data(_KIND)
        width = Decimal(self.column_width.value())
        text = self.column_label.text().strip()
        ko, en = (text, column.en) if self._spoken == "ko" else (column.ko, text)
        item.setData(_KIND, replace(column, width=width, ko=ko, en=en))

    def _up(self) -> None:
        self._move(-1)

    def _down(self) -> None:
        self._move(1)

    def _move(self, step: int) -> None:
        row = self.columns.currentRow()
        wanted = row + step
        if row >= 0 and 0 <= wanted < self.columns.count():
            item = self.columns.takeItem(row)
            self.columns.insertItem(wanted, item)
            self.columns.setCurrentRow(wanted)
            self._take()

    def _take(self, *_values: object) -> None:
        if self._showing:
            return
        items = [self.columns.item(row) for row in range(self.columns.count())]
        columns = tuple(one.data(_KIND) for one in items if one.checkState() is Qt.CheckState.Checked)
        words = PaperWords(**{field: line.text().replace(" / ", "\n") for field, line in self.words.items()})
        accent = self.accent.currentText()
        values: dict[str, Any] = {field: box.currentData() for field, box in self.choices.items()}
        values |= {field: check.isChecked() for field, check in self.flags.items()}
        values |= {field: COMPANY if values[field] else "" for field in ("logo", "seal")}
        if len(accent) == 7 and accent.startswith("#") and _is_hex(accent[1:]):
            values["accent"] = accent
        values[self._spoken] = words
        same = self.margin.value() == round(self._paper.margin)
        margin = self._paper.margin if same else Decimal(self.margin.value())
        self._paper = replace(self._paper, **values, margin=margin, columns=columns, clauses=self._read_clauses())
        self.changed.emit()

    def _read_clauses(self) -> tuple[Clause, ...]:
        """The paragraphs as clauses; their texts in the other language stay beside them."""
        paragraphs = [part.strip() for part in self.clauses.toPlainText().split("\n\n") if part.strip()]
        before = self._paper.clauses
        found: list[Clause] = []
        for place in range(max(len(paragraphs), 0)):
            title, _, body = paragraphs[place].partition("\n")
            known = before[place] if place < len(before) else Clause()
            if self._spoken == "ko":
                found.append(replace(known, title_ko=title, body_ko=body))
            else:
                found.append(replace(known, title_en=title, body_en=body))
        return tuple(found)


def _choices(field: str, kind: type[StrEnum]) -> QComboBox:
    box = SteadyComboBox()
    for one in kind:
        box.addItem(choice_label(field, one.value), one)
    return box


def _named(control: QWidget, name: str) -> QWidget:
    control.setAccessibleName(name)
    return control


def _is_hex(text: str) -> bool:
    return all(sign in "0123456789abcdefABCDEF" for sign in text)
