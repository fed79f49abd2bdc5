"""Zipped packages of XML (workbooks) opened with distrust: sizes are checked while unpacking, a document type is refused.

Parts are handed out in pieces, so that a large sheet never stands in memory whole. Nothing here knows what a part means.
"""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from xml.parsers import expat

from desktop_crm.exchange.csv_reading import file_bytes
from desktop_crm.foundation.errors import CrmError, Refusal

PIECE = 1 << 16
_MAX_PARTS = 20_000
_MAX_PART = 1 << 31
_SUSPICIOUS = 1 << 25
_MAX_RATIO = 300
"""A sheet packs to a tenth, a very even one to a hundredth; a bomb of zeros to a thousandth."""

Start = Callable[[str, dict[str, str]], None]
End = Callable[[str], None]


class Package:
    """The parts of a package, by name without regard to case, to a leading slash or to the kind of slash."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        infos = archive.infolist()
        if len(infos) > _MAX_PARTS:
            raise Refusal("import.file.bomb")
        self._parts = {_plain(info.filename): info for info in infos}

    @property
    def names(self) -> tuple[str, ...]:
        """The names of all parts, as they are compared."""
        return tuple(self._parts)

    def __contains__(self, name: str) -> bool:
        return _plain(name) in self._parts

    def pieces(self, name: str) -> Iterator[bytes]:
        """A part, unpacked bit by bit. Raises Refusal `import.file.damaged`, `import.file.bomb`, `import.file.encrypted`."""
        info = self._parts.get(_plain(name))
        if info is None:
            raise Refusal("import.file.damaged", reason=name)
        if info.flag_bits & 1:
            raise Refusal("import.file.encrypted")
        unpacked = 0
        with _damage_told(), self._archive.open(info) as part:
            while piece := part.read(PIECE):
                unpacked += len(piece)
                ratio = unpacked / max(1, info.compress_size)
                if unpacked > _MAX_PART or (unpacked > _SUSPICIOUS and ratio > _MAX_RATIO):
                    raise Refusal("import.file.bomb")
                yield piece

    def whole(self, name: str, most: int = 1 << 26) -> bytes:
        """A small part at once."""
        data = bytearray()
        for piece in self.pieces(name):
            data += piece
            if len(data) > most:
                raise Refusal("import.file.bomb")
        return bytes(data)


@contextmanager
def opened(source: Path | bytes) -> Iterator[Package]:
    """The package of a file. Raises Refusal `import.file.damaged` and what opening a file refuses."""
    stream: Any = io.BytesIO(source) if isinstance(source, bytes) else _checked(source)
    with _damage_told():
        archive = zipfile.ZipFile(stream)
    with archive:
        yield Package(archive)


def _checked(path: Path) -> Path:
    if not path.is_file():
        file_bytes(path)
    return path


@contextmanager
def _damage_told() -> Iterator[None]:
    try:
        yield
    except CrmError:
        raise
    except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, OverflowError, ValueError, OSError) as error:
        raise Refusal("import.file.damaged", reason=str(error)[:120]) from error


def _plain(name: str) -> str:
    return name.replace("\\", "/").lstrip("/").casefold()


class XmlReader:
    """A parser of one part: `start(name, attributes)`, `end(name)` and `text(data)` with names bare of their namespaces.

    Entities and document types are refused: no workbook needs them, and they can swell or reach outside.
    """

    def __init__(self, start: Start, end: End, text: Callable[[str], None]) -> None:
        self._parser = parser = expat.ParserCreate(namespace_separator=" ")
        parser.buffer_text = True
        names = _BareNames()

        def started(name: str, attributes: dict[str, str]) -> None:
            start(names[name], attributes)

        def ended(name: str) -> None:
            end(names[name])

        parser.StartElementHandler = started
        parser.EndElementHandler = ended
        parser.CharacterDataHandler = text
        parser.StartDoctypeDeclHandler = _refuse_doctype

    def feed(self, piece: bytes, *, last: bool = False) -> None:
        """Take the next bytes. Raises Refusal `import.file.damaged`, `import.file.hostile`."""
        try:
            self._parser.Parse(piece, last)
        except expat.ExpatError as error:
            raise Refusal("import.file.damaged", reason=str(error)[:120]) from error


class _BareNames(dict[str, str]):
    def __missing__(self, name: str) -> str:
        bare = self[name] = name.rpartition(" ")[2]
        return bare


def _refuse_doctype(*_facts: object) -> None:
    raise Refusal("import.file.hostile")


def _unheard(_text: str) -> None:
    pass


def parse(pieces: Iterable[bytes], start: Start, end: End, text: Callable[[str], None] = _unheard) -> None:
    """Read a part to its end."""
    reader = XmlReader(start, end, text)
    for piece in pieces:
        reader.feed(piece)
    reader.feed(b"", last=True)


def elements(data: bytes) -> Iterator[tuple[str, dict[str, str]]]:
    """Every element of a small part in the order in which they begin: name and attributes."""
    found: list[tuple[str, dict[str, str]]] = []

    def start(name: str, attributes: dict[str, str]) -> None:
        found.append((name, bare(attributes)))

    parse((data,), start, _unheard)
    return iter(found)


def bare(attributes: dict[str, str]) -> dict[str, str]:
    """Attributes without their namespaces."""
    return {name.rpartition(" ")[2]: value for name, value in attributes.items()}
