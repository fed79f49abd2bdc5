"""The app as a screen reader hears it and a hand on the keyboard drives it, from outside: `dev.py proof outside`."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.outside.desk import FOCUSED, Keys, Reader, desk
from tests.support.terminal import Laptop

pytestmark = pytest.mark.timeout(900)
SPOKEN = {
    "push button",
    "toggle button",
    "check box",
    "radio button",
    "text",
    "combo box",
    "list",
    "tree",
    "table",
    "slider",
}
CUSTOMERS = (("name", "parent", "industry"), ("Hanbit Group", "", "Chem"), ("Hanbit Steel", "Hanbit Group", "Steel"))
PAGES = tuple(f"Alt+{number}" for number in range(1, 10))


@pytest.fixture
def laptop(tmp_path: Path) -> Laptop:
    made = Laptop.at(tmp_path / "laptop")
    assert made.run("init", made.workspace, "--name", "Outside", "--currency", "KRW").returncode == 0
    file = made.home / "customers.csv"
    with file.open("w", encoding="utf-8", newline="") as rows:
        csv.writer(rows).writerows(CUSTOMERS)
    made.ask("import", file, "--kind", "accounts")
    return made


@pytest.fixture
def seat(laptop: Laptop) -> Iterator[tuple[Reader, Keys]]:
    with desk(laptop.home, laptop.workspace) as (reader, keys):
        reader.see("tree item", "Hanbit Group")
        keys.give_focus()
        yield reader, keys


def test_an_account_is_sought_renamed_and_named_back_by_keys_alone(laptop: Laptop, seat: tuple[Reader, Keys]) -> None:
    reader, keys = seat
    keys.press("Ctrl+k")
    field = reader.see("text", "Find companies")
    reader.wait(lambda: field.has(FOCUSED), "the search field has the keyboard")
    keys.type("hanbit st")
    reader.see("list item", "Hanbit Steel · Account · Hanbit Group")
    keys.press("Return")
    reader.wait(lambda: reader.see("tree item", "Hanbit Steel").has(FOCUSED), "the account found has the keyboard")
    keys.press("F2")
    keys.type("hanbit metal")
    keys.press("Return")
    reader.see("tree item", "hanbit metal")
    keys.press("Ctrl+z")
    reader.see("tree item", "Hanbit Steel")
    keys.press("Ctrl+Shift+z")
    reader.see("tree item", "hanbit metal")
    keys.press("Ctrl+q")
    reader.wait(lambda: reader.find("frame") is None, "the window is gone")
    assert {row["name"] for row in laptop.export("accounts")} == {"Hanbit Group", "hanbit metal"}


def test_every_control_of_every_page_is_heard(seat: tuple[Reader, Keys]) -> None:
    reader, keys = seat
    dumb: set[str] = set()
    for page in ("", *PAGES):
        if page:
            keys.press(page)
        reader.wait(lambda: any(thing.role == "label" for thing in reader.things()), "the page is there")
        for thing in reader.things():
            try:
                if thing.role in SPOKEN and not thing.name.strip():
                    dumb.add(f"{page or 'first page'}: {thing.role} ({thing.description})")
            except LookupError:
                continue
    assert dumb == set()
