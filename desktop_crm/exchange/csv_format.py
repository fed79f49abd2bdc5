"""How a delimited text file is written down: the facts a reader needs, and why we believe them.

Values only. Detection fills them in, the user may change any of them, the reader obeys.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass, field, fields, replace
from typing import Any

from desktop_crm.foundation.errors import Refusal

ENCODINGS: tuple[str, ...] = ("utf-8", "utf-8-sig", "cp949", "utf-16-le", "utf-16-be", "cp1252", "iso-8859-1")
DELIMITERS: tuple[str, ...] = (",", ";", "\t", "|")
QUOTES: tuple[str, ...] = ('"', "'", "")


class Aspect(enum.StrEnum):
    """What a piece of evidence speaks about."""

    ENCODING = "encoding"
    DELIMITER = "delimiter"
    QUOTE = "quote"
    HEADER = "header"
    PREAMBLE = "preamble"
    SHORT_ROWS = "short_rows"


@dataclass(frozen=True, slots=True, kw_only=True)
class CsvFormat:
    """`escape` empty means that a quote is doubled; `skip_rows` are records before the header."""

    encoding: str = "utf-8"
    bom: bool = False
    delimiter: str = ","
    quote: str = '"'
    escape: str = ""
    skip_initial_space: bool = False
    header: bool = True
    skip_rows: int = 0
    pad_short_rows: bool = False

    def changed(self, **choices: Any) -> CsvFormat:
        """The same format with the user's choices; an unknown name or value is refused."""
        known = {item.name for item in fields(self)}
        for name, value in choices.items():
            if name not in known:
                raise Refusal("import.format.unknown", name=name)
            if type(value) is not type(getattr(self, name)):
                raise Refusal("import.format.value", name=name, value=value)
        candidate = replace(self, **choices)
        if len(candidate.delimiter) != 1 or candidate.delimiter in "\r\n":
            raise Refusal("import.format.value", name="delimiter", value=candidate.delimiter)
        if len(candidate.quote) > 1 or len(candidate.escape) > 1 or candidate.skip_rows < 0:
            raise Refusal("import.format.value", name="quote", value=candidate.quote)
        try:
            "".encode(candidate.encoding)
        except LookupError:
            raise Refusal("import.format.value", name="encoding", value=candidate.encoding) from None
        return candidate


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """One reason for a detected fact: a code the doors can say, its figures, and whether it is beyond doubt."""

    aspect: Aspect
    code: str
    sure: bool = True
    params: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Detected:
    """A format with the reasons for it."""

    format: CsvFormat
    evidence: tuple[Evidence, ...] = ()

    @property
    def doubts(self) -> tuple[Evidence, ...]:
        """What the user should look at."""
        return tuple(item for item in self.evidence if not item.sure)
