"""Options of a bundle chosen in a dialog: counts and excluded pairs hold, and what is chosen comes onto the quote."""

from __future__ import annotations

from decimal import Decimal

import pytest
from PySide6.QtWidgets import QApplication

from desktop_crm.domain.quotes.draft import QuoteLine, QuoteSection
from desktop_crm.foundation.ids import RowId, new_row_id
from desktop_crm.services import quotes
from desktop_crm.ui.quotes.bundle_options import BundleDialog

D = Decimal


@pytest.fixture
def bundle(workspace, account):
    """A controller that always comes with its rack; one of two power supplies; up to two cards, of which two exclude each other."""
    ids = {}
    with workspace.write("test") as work:
        for code in ("KIT", "RACK", "PW-1", "PW-2", "C-1", "C-2", "C-3"):
            fields = {"code": code, "name": code, "list_price": D(1000), "currency": "KRW"}
            if code == "KIT":
                fields["bundle_price"] = "sum"
            ids[code] = work.insert("product", fields)
        rows = (
            ("RACK", "required", None, None, None, None),
            ("PW-1", "chosen", "Power", 1, 1, None),
            ("PW-2", "optional", "Power", 1, 1, None),
            ("C-1", "optional", "Cards", 0, 2, "C-2"),
            ("C-2", "optional", "Cards", 0, 2, None),
            ("C-3", "optional", "Cards", 0, 2, None),
        )
        for place, (code, role, choice, least, most, excludes) in enumerate(rows):
            work.insert(
                "bundle_item",
                {
                    "bundle_id": ids["KIT"],
                    "product_id": ids[code],
                    "quantity": D(2) if code == "RACK" else D(1),
                    "role": role,
                    "choice": choice,
                    "choose_least": least,
                    "choose_most": most,
                    "excludes_id": ids[excludes] if excludes else None,
                    "order_key": f"b{place}",
                },
            )
    return ids


@pytest.fixture
def kit(workspace, quote, bundle):
    """The bundle's line on the quote, without its parts."""
    draft = quotes.open_quote(workspace, quote).draft
    [product] = [one for one in quotes.products(workspace, "KIT") if one.code == "KIT"]
    bare = QuoteLine(id=new_row_id(), name="", quantity=D(3), unit_price=D(0))
    line = quotes.filled(bare, product, draft, "KRW")
    after = draft.sections[0]
    made = QuoteSection(id=after.id, name=after.name, lines=(*after.lines, line))
    from dataclasses import replace

    quotes.save(workspace, draft, replace(draft, sections=(made, *draft.sections[1:])))
    return line


@pytest.fixture
def dialog(show, workspace, quote, kit):
    draft = quotes.open_quote(workspace, quote).draft
    return show(BundleDialog("KIT", quotes.bundle_options(workspace, kit, draft), (), "KRW"), 520, 560)


def tick(dialog, bundle, code, on=True):
    dialog.boxes[bundle[code]].setChecked(on)


def test_it_begins_with_what_comes_at_first(dialog, bundle):
    assert set(dialog.taken()) == {bundle["RACK"], bundle["PW-1"]}
    assert not dialog.boxes[bundle["RACK"]].isEnabled()
    assert dialog.boxes[bundle["RACK"]].text() == "RACK  × 2  ₩1,000"
    assert dialog.take.isEnabled()


def test_counts_and_excluded_pairs_hold(dialog, bundle):
    tick(dialog, bundle, "PW-2")
    assert dialog.problem.text() == "Power: at most 1."
    assert not dialog.take.isEnabled()
    tick(dialog, bundle, "PW-1", False)
    assert dialog.take.isEnabled()
    tick(dialog, bundle, "PW-2", False)
    assert dialog.problem.text() == "Power: at least 1."
    tick(dialog, bundle, "PW-2")
    tick(dialog, bundle, "C-1")
    tick(dialog, bundle, "C-2")
    assert dialog.problem.text() == "“C-1” and “C-2” exclude each other."
    tick(dialog, bundle, "C-2", False)
    tick(dialog, bundle, "C-3")
    assert dialog.take.isEnabled()


def test_what_is_chosen_comes_onto_the_quote(qtbot, builder, workspace, quote, bundle, kit):
    picks = builder.grid.picks
    builder.editor.refresh()
    qtbot.waitUntil(lambda: any(one.name == "KIT" for one in builder.editor.draft.lines()))
    picks.bring_parts(kit)
    found: list[BundleDialog] = []

    def shown() -> bool:
        found[:] = [one for one in QApplication.topLevelWidgets() if isinstance(one, BundleDialog) and one.isVisible()]
        return bool(found)

    qtbot.waitUntil(shown)
    tick(found[0], bundle, "C-3")
    with qtbot.waitSignal(builder.editor.settled):
        found[0].take.click()
    draft = quotes.open_quote(workspace, quote).draft
    parts = {one.name: one.quantity for one in draft.lines() if one.parent_id == kit.id}
    assert parts == {"RACK": 6, "PW-1": 3, "C-3": 3}  # three bundles with two racks each


def test_parts_that_are_there_are_replaced(workspace, quote, bundle, kit):
    draft = quotes.open_quote(workspace, quote).draft
    lines = quotes.bundle_lines(workspace, kit, draft, (bundle["RACK"], bundle["PW-2"]))
    assert [one.name for one in lines] == ["RACK", "PW-2"]
    assert {one.parent_id for one in lines} == {kit.id}
    assert (
        quotes.bundle_options(workspace, QuoteLine(id=RowId("x"), name="", quantity=D(1), unit_price=D(0)), draft) == ()
    )
