"""Compile the Korean texts: one `.po` per room under `resources/locale/ko` becomes one `.mo` that the app reads.

    python packaging/catalogue.py            write the catalogue
    python packaging/catalogue.py --check    write nothing; exit 1 when the catalogue is stale

Rooms may repeat a text if they agree on its Korean; where they differ, each place is named and the exit code is 1 (the
first room in the alphabet is heard, so that the others can go on). The bytes depend on the texts alone: no date, no tool
version, so that the same texts give the same file.
"""

from __future__ import annotations

import argparse
import struct
import sys
from pathlib import Path
from typing import NamedTuple

from babel.messages.pofile import read_po

LOCALE = Path(__file__).resolve().parent.parent / "resources" / "locale" / "ko"
TARGET = LOCALE / "LC_MESSAGES" / "desktop_crm.mo"
HEADER = "Content-Type: text/plain; charset=UTF-8\nLanguage: ko\nPlural-Forms: nplurals=1; plural=0;\n"
MAGIC = 0x950412DE


class Text(NamedTuple):
    """One entry of a room."""

    key: str  # the gettext key: context, \x04, singular, \0, plural, as far as there are any
    korean: str
    place: str


def texts(folder: Path = LOCALE) -> list[Text]:
    """Every translated entry of every room, in the order of rooms."""
    found = []
    for path in sorted(folder.glob("*.po")):
        with path.open("rb") as stream:
            catalogue = read_po(stream, locale="ko", abort_invalid=True)
        for message in catalogue:
            if not message.id:
                continue
            source = message.id if isinstance(message.id, str) else "\0".join(message.id)
            korean = message.string if isinstance(message.string, str) else message.string[0]
            if korean:
                key = f"{message.context}\x04{source}" if message.context else source
                found.append(Text(key, korean, f"{path.name}:{message.lineno}"))
    return found


def quarrels(entries: list[Text]) -> list[str]:
    """Texts that two rooms put into different Korean."""
    first: dict[str, Text] = {}
    found = []
    for entry in entries:
        known = first.setdefault(entry.key, entry)
        if known.korean != entry.korean:
            found.append(f"{entry.key!r}: {known.place} says {known.korean!r}, {entry.place} says {entry.korean!r}")
    return found


def compiled(entries: list[Text]) -> bytes:
    """The catalogue in gettext's binary form, sorted by key as gettext demands."""
    table = {"": HEADER}
    for entry in entries:
        table.setdefault(entry.key, entry.korean)
    pairs = sorted((key.encode(), value.encode()) for key, value in table.items())
    start = 7 * 4
    keys_at, values_at = start, start + 8 * len(pairs)
    offset = values_at + 8 * len(pairs)
    key_index = value_index = body = b""
    for key, _ in pairs:
        key_index += struct.pack("<II", len(key), offset + len(body))
        body += key + b"\0"
    for _, value in pairs:
        value_index += struct.pack("<II", len(value), offset + len(body))
        body += value + b"\0"
    head = struct.pack("<7I", MAGIC, 0, len(pairs), keys_at, values_at, 0, offset)
    return head + key_index + value_index + body


def main(arguments: list[str] | None = None) -> int:
    """Compile or check; the exit code says whether all is well."""
    parser = argparse.ArgumentParser(description="Compile the Korean texts of all rooms into one catalogue.")
    parser.add_argument("--check", action="store_true", help="write nothing, only say whether the catalogue is fresh")
    wish = parser.parse_args(arguments)
    entries = texts()
    differing = quarrels(entries)
    for line in differing:
        sys.stderr.write(line + "\n")
    data = compiled(entries)
    if wish.check:
        fresh = TARGET.exists() and TARGET.read_bytes() == data
        if not fresh:
            sys.stderr.write("The catalogue is stale: run `python packaging/catalogue.py`.\n")
        return 0 if fresh and not differing else 1
    TARGET.parent.mkdir(parents=True, exist_ok=True)
    TARGET.write_bytes(data)
    return 1 if differing else 0


if __name__ == "__main__":
    sys.exit(main())
