"""The app as a screen reader hears it and a hand on the keyboard drives it, from outside: `dev.py proof outside`."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

import pytest

from desktop_crm.services.importing import inspect
from tests.outside.desk import FOCUSED, Keys, Reader, desk
from tests.support.terminal import PASSPHRASE, Laptop

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
PEOPLE = (
    ("name", "account", "email"),
    ("Kim", "Hanbit Steel", "kim@example.com"),
    ("Lee", "Hanbit Group", "lee@example.com"),
)
EXPORT_IN_MENU = 7
"""The place of “Export the list…” in the menu of a list whose row is chosen."""
PAGES = tuple(f"Alt+{number}" for number in range(1, 10))


@pytest.fixture
def laptop(tmp_path: Path) -> Laptop:
    made = Laptop.at(tmp_path / "laptop")
    assert made.run("init", made.workspace, "--name", "Outside", "--currency", "KRW").returncode == 0
    for kind, lines in (("accounts", CUSTOMERS), ("contacts", PEOPLE)):
        file = made.home / f"{kind}.csv"
        with file.open("w", encoding="utf-8", newline="") as rows:
            csv.writer(rows).writerows(lines)
        made.ask("import", file, "--kind", kind)
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


def test_a_workspace_is_opened_from_the_start_screen_by_keys_alone(laptop: Laptop) -> None:
    with desk(laptop.home) as (reader, keys):
        reader.see("label", "Desktop CRM")
        keys.give_focus()
        reach(reader, keys, "Tab", "Open a workspace file")
        keys.press("Return")
        reader.see("dialog", "Open a workspace file")
        keys.give_focus()
        reader.wait(lambda: in_hand(reader, "text"), "the name of the file is asked for")
        keys.type(laptop.workspace.name)
        keys.press("Return")
        reader.see("label", "Unlock work.crm")
        keys.give_focus()
        reader.wait(lambda: in_hand(reader, "text", "password text"), "the passphrase is asked for")
        keys.type(PASSPHRASE)
        keys.press("Return")
        reader.see("tree item", "Hanbit Group")
        keys.press("Ctrl+q")
        reader.wait(lambda: reader.find("frame") is None, "the window is gone")


def test_a_list_is_exported_by_keys_alone(laptop: Laptop, seat: tuple[Reader, Keys]) -> None:
    reader, keys = seat
    keys.press("Ctrl+k")
    field = reader.see("text", "Find companies")
    reader.wait(lambda: field.has(FOCUSED), "the search field has the keyboard")
    keys.type("go to contacts")
    reader.see("list item", "Go to Contacts")
    keys.press("Return")
    reader.see("cell", "Kim")
    reader.wait(lambda: in_hand(reader, "cell"), "the list has the keyboard")
    keys.press("Shift+F10")
    for _ in range(EXPORT_IN_MENU):  # Qt shows its menus to nobody who reads from outside
        keys.press("Down")
    keys.press("Return")
    reader.see("dialog", "Export the list")
    keys.give_focus()
    reader.wait(lambda: in_hand(reader, "text"), "the name of the file is asked for")
    keys.press("Ctrl+a")
    keys.type("people.xlsx")
    keys.press("Return")
    reader.see("label", "2 rows exported to people.xlsx")
    (book,) = inspect([laptop.home / "people.xlsx"], "contacts").files
    assert (book.rows, book.refusal) == (2, None)
    assert {"Name", "Email"} <= {column.column for column in book.columns}


def in_hand(reader: Reader, *roles: str) -> bool:
    """Whether a thing of one of these roles has the keyboard."""
    return reader.focused(*roles) is not None


def reach(reader: Reader, keys: Keys, key: str, words: str, most: int = 40) -> None:
    """Press a key until a thing of that name has the keyboard."""
    for _ in range(most):
        held = reader.focused()
        if held is not None and words in held.name:
            return
        keys.press(key)
        reader.wait(lambda before=held: reader.focused() != before, f"the keyboard goes on from {held}")
    raise AssertionError(f"{words!r} is not reached with {key}")


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
