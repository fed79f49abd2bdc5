"""Which delimiter, quote, escape and header a text has, from a sample of it, each with its reason.

Pure: text in, a format and evidence out. Every candidate is tried for real and judged by how even the rows come out.
"""

from __future__ import annotations

import csv
import io
import math
import re
from collections import Counter
from dataclasses import dataclass
from itertools import islice

from desktop_crm.exchange.dates import looks_like_date
from desktop_crm.exchange.numbers import looks_like_number
from desktop_crm.exchange.table_format import DELIMITERS, Aspect, CsvFormat, Detected, Evidence

SAMPLE_ROWS = 400
_SHORT_SHARE = 0.3
_FIELD_LIMIT = 1 << 27
_COMMENT = ("#", "//")

csv.field_size_limit(_FIELD_LIMIT)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Trial:
    delimiter: str
    quote: str
    escape: str
    space: bool
    rows: tuple[tuple[str, ...], ...]
    score: float


def reader_options(form: CsvFormat) -> dict[str, object]:
    """What Python's csv module wants to hear for this format."""
    return {
        "delimiter": form.delimiter,
        "quotechar": form.quote or None,
        "quoting": csv.QUOTE_MINIMAL if form.quote else csv.QUOTE_NONE,
        "doublequote": True,
        "skipinitialspace": form.skip_initial_space,
    }


def unescaped(line: str, form: CsvFormat) -> str:
    """A line in which an escaped quote is written as a doubled one; other uses of the escape sign are text."""
    return line.replace(form.escape + form.quote, form.quote * 2) if form.escape and form.quote else line


def sniff(text: str, *, complete: bool) -> Detected[CsvFormat]:
    """Delimiter, quote, escape, preamble and header of a sample; `complete` says that the sample is the whole text."""
    trials = [
        _try(text, delimiter, quote, complete=complete)
        for delimiter in DELIMITERS
        for quote in _quotes(text, delimiter)
    ]
    best = max(trials, key=lambda trial: trial.score)
    form = CsvFormat(delimiter=best.delimiter, quote=best.quote, escape=best.escape, skip_initial_space=best.space)
    rows = [row for row in best.rows if any(cell.strip() for cell in row)]
    skip, preamble = _preamble(best.rows, _usual_width(rows))
    body = [row for row in best.rows[skip:] if any(cell.strip() for cell in row)]
    header, header_evidence = header_of(body)
    pad, short = _short(body)
    evidence = [_delimiter_evidence(rows), *_quote_evidence(best), *preamble, header_evidence, *short]
    return Detected(format=form.changed(header=header, skip_rows=skip, pad_short_rows=pad), evidence=tuple(evidence))


def _quotes(text: str, delimiter: str) -> tuple[str, ...]:
    """The double quote, and the single one where it stands at the edge of cells on both sides."""
    edge = re.escape(delimiter)
    opening = len(re.findall(rf"(?:^|{edge})'", text, re.MULTILINE))
    closing = len(re.findall(rf"'(?:$|\r|{edge})", text, re.MULTILINE))
    double = len(re.findall(rf'(?:^|{edge})"', text, re.MULTILINE))
    if opening >= 2 and opening > double and abs(opening - closing) <= opening * 0.1:
        return ('"', "'")
    return ('"',)


def _try(text: str, delimiter: str, quote: str, *, complete: bool) -> _Trial:
    escape = _escape(text, delimiter, quote)
    space = f"{delimiter} {quote}" in text and f"{delimiter}{quote}" not in text
    form = CsvFormat(delimiter=delimiter, quote=quote, escape=escape, skip_initial_space=space)
    rows: list[tuple[str, ...]] = []
    try:
        reader = csv.reader(io.StringIO(unescaped(text, form), newline=""), **reader_options(form))  # type: ignore[arg-type]
        rows.extend(tuple(row) for row in islice(reader, SAMPLE_ROWS + 1))
    except csv.Error:
        return _Trial(delimiter=delimiter, quote=quote, escape=escape, space=space, rows=tuple(rows), score=-1)
    if len(rows) > SAMPLE_ROWS or (not complete and len(rows) > 1):
        rows.pop()
    bonus = 0.05 if quote == "'" else 0.0
    score = _evenness(rows) + bonus
    return _Trial(delimiter=delimiter, quote=quote, escape=escape, space=space, rows=tuple(rows), score=score)


def _escape(text: str, delimiter: str, quote: str) -> str:
    """A backslash (or a zero) before quotes, where no doubled quotes stand inside cells."""
    for candidate in ("\x00", "\\"):
        escaped = text.count(candidate + quote)
        if not escaped:
            continue
        closing = len(
            re.findall(re.escape(candidate + quote) + rf"\s*(?:{re.escape(delimiter)}|$)", text, re.MULTILINE)
        )
        doubled = len(re.findall(rf"[^{re.escape(delimiter + quote)}\r\n]{quote}{quote}[^{quote}]", text))
        if candidate == "\x00" or (escaped > closing and escaped >= doubled):
            return candidate
    return ""


def _usual_width(rows: list[tuple[str, ...]]) -> int:
    widths = Counter(len(row) for row in rows)
    return max(widths, key=lambda width: (widths[width], width)) if widths else 0


def _evenness(rows: list[tuple[str, ...]]) -> float:
    """How much of the text falls into rows of one width, and how wide; 0 for a single column."""
    full = [row for row in rows if any(cell.strip() for cell in row)]
    width = _usual_width(full)
    if width < 2:
        return 0.0
    even = sum(len(row) == width for row in full) / len(full)
    stray = sum(cell.count('"') for row in full for cell in row) / (len(full) * width)
    return even * even * (1 + math.log2(width) * 0.1) - min(0.4, stray * 0.2)


def _preamble(rows: tuple[tuple[str, ...], ...], width: int) -> tuple[int, list[Evidence]]:
    """Records before the table: blank, comments, or one filled cell in a table of three columns and more."""
    skip = 0
    told = False
    for row in rows:
        filled = [cell for cell in row if cell.strip()]
        comment = bool(filled) and filled[0].startswith(_COMMENT)
        title = len(filled) == 1 and width >= (2 if len(row) == 1 else 3) and skip + 1 < len(rows)
        if filled and not comment and not title:
            break
        told = told or bool(filled)
        skip += 1
    if skip >= len(rows) or not told:
        return 0, []
    evidence = Evidence(aspect=Aspect.PREAMBLE, code="preamble.skipped", sure=False, params={"count": skip})
    return skip, [evidence]


def looks_typed(cell: str) -> bool:
    """Whether a cell is a number or a date."""
    return looks_like_number(cell) or looks_like_date(cell)


def header_of(rows: list[tuple[str, ...]]) -> tuple[bool, Evidence]:
    """Whether the first of these rows names the columns, and why."""

    def told(code: str, *, header: bool, sure: bool) -> tuple[bool, Evidence]:
        return header, Evidence(aspect=Aspect.HEADER, code=code, sure=sure)

    if not rows:
        return told("header.assumed", header=True, sure=False)
    first, rest = rows[0], rows[1:]
    typed = [index for index, cell in enumerate(first) if looks_typed(cell)]
    if not typed:
        gained = any(len(row) > index and looks_typed(row[index]) for row in rest[:20] for index in range(len(first)))
        if gained:
            return told("header.words_over_values", header=True, sure=True)
        return told(
            "header.assumed", header=True, sure=len(rest) > 0 and len(set(first)) == len(first) and _fresh(rows)
        )
    alike = 0
    for index in typed:
        below = [row[index] for row in rest[:20] if len(row) > index and row[index].strip()]
        alike += bool(below) and sum(looks_typed(cell) for cell in below) >= len(below) * 0.8
    labels = (len(typed) == 1 and not first[0].strip()) or (len(typed) < len(first) and _years(first, typed))
    if alike and not labels:
        return told("header.absent", header=False, sure=False)
    return told("header.assumed", header=True, sure=False)


def _fresh(rows: list[tuple[str, ...]]) -> bool:
    """Whether no word of the first row comes again in its column."""
    return not any(
        cell and any(len(row) > index and row[index] == cell for row in rows[1:]) for index, cell in enumerate(rows[0])
    )


def _years(first: tuple[str, ...], typed: list[int]) -> bool:
    """Years as column heads beside words: `Country, 2010, 2011`."""
    return len(typed) > 1 and all(re.fullmatch(r"(19|20)\d\d", first[index].strip()) for index in typed)


def _short(rows: list[tuple[str, ...]]) -> tuple[bool, list[Evidence]]:
    """Rows that stop early all over the file mean that empty cells at the end were left away."""
    if len(rows) < 4:
        return False, []
    short = sum(len(row) < len(rows[0]) for row in rows[1:]) / (len(rows) - 1)
    if short < _SHORT_SHARE:
        return False, []
    params = {"percent": round(short * 100)}
    return True, [Evidence(aspect=Aspect.SHORT_ROWS, code="short_rows.padded", sure=False, params=params)]


def _delimiter_evidence(rows: list[tuple[str, ...]]) -> Evidence:
    width = _usual_width(rows)
    even = sum(len(row) == width for row in rows)
    if width < 2:
        return Evidence(aspect=Aspect.DELIMITER, code="delimiter.single_column", sure=False)
    params = {"columns": width, "even": even, "rows": len(rows)}
    return Evidence(aspect=Aspect.DELIMITER, code="delimiter.even", sure=even >= len(rows) * 0.9, params=params)


def _quote_evidence(best: _Trial) -> list[Evidence]:
    if best.quote == '"' and not best.escape:
        return []
    params = {"quote": best.quote, "escape": best.escape}
    return [Evidence(aspect=Aspect.QUOTE, code="quote.unusual", sure=False, params=params)]
