"""Which encoding a file of text is in, decided over all its bytes, with the reason.

Rules first: byte order marks, the pattern of zero bytes, strict UTF-8, strict CP949 that yields Hangul. Only where these do not
decide is charset-normalizer asked; what is left is read as Windows Latin and flagged. Bytes that are no text are refused.
"""

from __future__ import annotations

import codecs
from collections import Counter
from typing import Any

from desktop_crm.exchange.table_format import Aspect, Evidence
from desktop_crm.foundation.errors import Refusal

SAMPLE = 1 << 18
_HANGUL_SHARE = 0.6
_CONTROL_SHARE = 0.02
_GUESSABLE = 16  # fewer foreign bytes than this say nothing about a language

_SIGNATURES: tuple[tuple[bytes, str], ...] = (
    (b"PK\x03\x04", "zip"),
    (b"\xd0\xcf\x11\xe0", "xls"),
    (b"%PDF", "pdf"),
    (b"\x89PNG", "png"),
    (b"\xff\xd8\xff", "jpeg"),
    (b"GIF8", "gif"),
    (b"SQLite format 3", "sqlite"),
    (b"\x1f\x8b", "gzip"),
    (b"\x7fELF", "program"),
    (b"{\\rtf", "rtf"),
)
_MARKS: tuple[tuple[bytes, str], ...] = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_TEXT_CONTROLS = frozenset(b"\t\n\r\x0b\x0c\x1a\x00")


def _evidence(code: str, *, sure: bool = True, **params: Any) -> Evidence:
    return Evidence(aspect=Aspect.ENCODING, code=code, sure=sure, params=params)


def detect_encoding(data: bytes) -> tuple[str, bool, Evidence]:
    """Encoding, whether a byte order mark stands in front, and why. Refuses what is no text."""
    for signature, kind in _SIGNATURES:
        if data.startswith(signature):
            raise Refusal("import.file.binary", kind=kind)
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return encoding, True, _evidence("encoding.mark")
    if not data:
        return "utf-8", False, _evidence("encoding.ascii")
    wide = _without_mark(data[:SAMPLE])
    if wide is not None:
        return wide, False, _evidence("encoding.zero_bytes")
    if _looks_binary(data[:SAMPLE]):
        raise Refusal("import.file.binary", kind="unknown")
    if data.isascii():
        return "utf-8", False, _evidence("encoding.ascii")
    return _multi_byte(data)


def _multi_byte(data: bytes) -> tuple[str, bool, Evidence]:
    if decodes(data, "utf-8"):
        return "utf-8", False, _evidence("encoding.utf8")
    share = _hangul_share(data)
    if share is not None and share >= _HANGUL_SHARE:
        return "cp949", False, _evidence("encoding.cp949", percent=round(share * 100))
    damaged = _damaged(data)
    if damaged is not None:
        return damaged[1], False, _evidence("encoding.damaged", sure=False, count=damaged[0])
    dense = _dense(data)
    from charset_normalizer import from_bytes

    best = from_bytes(dense).best() if sum(byte > 0x7F for byte in dense) >= _GUESSABLE else None
    if best is not None and best.encoding not in {"ascii", "utf_8"} and decodes(data, best.encoding):
        return (
            codecs.lookup(best.encoding).name,
            False,
            _evidence("encoding.guessed", sure=False, encoding=best.encoding),
        )
    fallback = "cp1252" if decodes(data, "cp1252") else "iso-8859-1"
    return fallback, False, _evidence("encoding.fallback", sure=False)


def decodes(data: bytes, encoding: str) -> bool:
    """Whether every byte has a meaning in that encoding."""
    try:
        data.decode(encoding)
    except (UnicodeDecodeError, LookupError):
        return False
    return True


def _without_mark(sample: bytes) -> str | None:
    """UTF-16 without a mark: separators and line ends give zero bytes in one half of the pairs and hardly any in the other."""
    pairs = len(sample) // 2
    if pairs < 2 or (len(sample) % 2 and len(sample) < SAMPLE):
        return None
    low, high = sample[0 : pairs * 2 : 2].count(0), sample[1 : pairs * 2 : 2].count(0)
    for here, there, encoding in ((high, low, "utf-16-le"), (low, high, "utf-16-be")):
        if here > max(2, pairs * 0.02) and there <= here * 0.2:
            text = sample[: pairs * 2].decode(encoding, "replace")
            odd = sum(not (char.isprintable() or char in "\r\n\t") for char in text)
            if odd <= len(text) * _CONTROL_SHARE:
                return encoding
    return None


def _looks_binary(sample: bytes) -> bool:
    controls = sum(sample.count(bytes((code,))) for code in range(32) if code not in _TEXT_CONTROLS)
    return controls > len(sample) * _CONTROL_SHARE or sample.count(0) > len(sample) * 0.1


def _hangul_share(data: bytes) -> float | None:
    """Share of Hangul among the letters beyond ASCII when read as CP949; None where it cannot be that."""
    try:
        text = data.decode("cp949")
    except UnicodeDecodeError:
        return None
    wide = [char for char in text if char > "\x7f" and char.isalpha()]
    if not wide:
        return None
    return sum("가" <= char <= "힣" or "ㄱ" <= char <= "ㆎ" for char in wide) / len(wide)


def _damaged(data: bytes) -> tuple[int, str] | None:
    """How many places are broken, and in which encoding: the one that breaks least, UTF-8 before CP949.

    A text is only believed to be damaged when at least as many signs beyond ASCII are whole as are broken: bytes of another
    encoding seldom make a sign of UTF-8 or a Hangul syllable of everyday use (those of KS X 1001) by chance.
    """
    found = []
    text = data.decode("utf-8", "replace")
    broken = text.count("\ufffd") - data.count("\ufffd".encode())
    if 0 < broken <= sum(char > "\x7f" for char in text) - broken:
        found.append((broken, "utf-8"))
    text = data.decode("cp949", "replace")
    broken = text.count("\ufffd")
    wide = Counter(char for char in text if char > "\x7f" and char.isalpha())
    usual = sum(n for char, n in wide.items() if "가" <= char <= "힣" and decodes(char.encode("cp949"), "euc_kr"))
    if broken <= usual and usual >= wide.total() * _HANGUL_SHARE:
        found.append((broken, "cp949"))
    return min(found, key=lambda one: one[0], default=None)


def _dense(data: bytes) -> bytes:
    """The lines that say something about the encoding: ASCII lines only dilute the statistics."""
    lines = [line for line in data[: SAMPLE * 4].splitlines(keepends=True) if not line.isascii()]
    return b"".join(lines)[:SAMPLE]
