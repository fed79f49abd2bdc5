"""The dialog that chooses what comes with a bundle: options by their choices, least and most, pairs that exclude each other.

Nothing is changed here: whoever opens it takes `taken()`. A choice that does not hold says why and cannot be confirmed.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QCheckBox, QDialog, QHBoxLayout, QVBoxLayout, QWidget

from desktop_crm.domain.quotes import bundles
from desktop_crm.domain.quotes.bundles import BundleProblem
from desktop_crm.domain.schema.options import BundleRole
from desktop_crm.foundation.ids import RowId
from desktop_crm.i18n import formats, tr
from desktop_crm.ui.widgets.buttons import button, primary
from desktop_crm.ui.widgets.card import Card
from desktop_crm.ui.widgets.help_key import explained_by
from desktop_crm.ui.widgets.labels import label
from desktop_crm.ui.widgets.scrolled import scrolled

if TYPE_CHECKING:
    from desktop_crm.services.quotes import BundleOption

SIZE = (520, 560)


class BundleDialog(QDialog):
    """`taken`: the products that are parts already; without any those that come at first."""

    def __init__(
        self,
        name: str,
        options: Sequence[BundleOption],
        taken: Sequence[RowId],
        currency: str,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        explained_by(self, "quote")
        self._options = tuple(options)
        self._names = {one.item.product_id: one.name for one in options}
        self.setWindowTitle(tr("Options of {name}", name=name))
        self.resize(*SIZE)
        first = {item.product_id for item in bundles.at_first([one.item for one in options])}
        chosen = set(taken) or first
        self.boxes: dict[RowId, QCheckBox] = {}
        inner = QWidget()
        inner.setProperty("role", "clear")
        column = QVBoxLayout(inner)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(10)
        for title, some in self._groups():
            card = Card(title)
            for one in some:
                card.add(self._box(one, chosen, currency))
            column.addWidget(card)
        column.addStretch(1)
        self.problem = label("", "error", wrap=True)
        self.take = primary(tr("Put on the quote"), self.accept)
        self.take.setDefault(True)
        foot = QHBoxLayout()
        foot.addWidget(self.problem, 1)
        foot.addWidget(button(tr("Cancel"), self.reject))
        foot.addWidget(self.take)
        box = QVBoxLayout(self)
        box.setContentsMargins(16, 16, 16, 16)
        box.setSpacing(10)
        box.addWidget(scrolled(inner), 1)
        box.addLayout(foot)
        self._look()

    def taken(self) -> tuple[RowId, ...]:
        """The products that are ticked, in the order of the bundle."""
        return tuple(one for one, box in self.boxes.items() if box.isChecked())

    def _groups(self) -> list[tuple[str, list[BundleOption]]]:
        """What always comes, each choice under its name and counts, and what may be added."""
        groups: dict[str, list[BundleOption]] = {}
        for one in self._options:
            title = tr("Always included") if one.item.role is BundleRole.REQUIRED else tr("May be added")
            if one.item.choice:
                title = _choice_title([other for other in self._options if other.item.choice == one.item.choice])
            groups.setdefault(title, []).append(one)
        return list(groups.items())

    def _box(self, one: BundleOption, chosen: set[RowId], currency: str) -> QCheckBox:
        parts = [one.name]
        if one.item.quantity != 1:
            parts.append(f"× {formats.quantity(one.item.quantity)}")
        if one.price is not None:
            parts.append(formats.money(one.price, currency))
        box = QCheckBox("  ".join(parts))
        always = one.item.role is BundleRole.REQUIRED and not one.item.choice
        box.setChecked(always or one.item.product_id in chosen)
        box.setEnabled(not always)
        if one.item.excludes_id:
            box.setToolTip(tr("Not together with {name}", name=self._names.get(one.item.excludes_id, "")))
        box.toggled.connect(self._look)
        self.boxes[one.item.product_id] = box
        return box

    def _look(self, _on: bool = False) -> None:
        found = bundles.problems([one.item for one in self._options], self.taken())
        self.problem.setText(_words(found[0], self._names) if found else "")
        self.take.setEnabled(not found)


def _choice_title(some: Sequence[BundleOption]) -> str:
    least = max((one.item.least for one in some if one.item.least is not None), default=0)
    most = min((one.item.most for one in some if one.item.most is not None), default=len(some))
    name = some[0].item.choice
    if least == most:
        return tr("{choice}: choose {n}", choice=name, n=least)
    return tr("{choice}: choose {least} to {most}", choice=name, least=least, most=most)


def _words(problem: BundleProblem, names: dict[RowId, str]) -> str:
    what, other = (names.get(RowId(one), one) for one in (problem.what, problem.other))
    if problem.code == "bundle.excluded":
        return tr("“{what}” and “{other}” exclude each other.", what=what, other=other)
    if problem.code == "bundle.too_few":
        return tr("{choice}: at least {n}.", choice=what, n=other)
    if problem.code == "bundle.too_many":
        return tr("{choice}: at most {n}.", choice=what, n=other)
    return tr("“{what}” belongs to the bundle.", what=what)
