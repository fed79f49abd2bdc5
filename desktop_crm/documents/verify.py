"""Is this file the quotation or the proposal it says it is? The copy inside is read, its hash worked out, the pages made again and compared.

Needs no workspace and no network. Tells what was altered, in the words of the page.
"""

from __future__ import annotations

import difflib
import hashlib
import io
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Final, NamedTuple

import pikepdf
import pypdfium2

from desktop_crm.documents import proposal_pdf, quote_pdf
from desktop_crm.documents.archive import COPY_NAME, PROPOSAL_NAME
from desktop_crm.documents.preview import page_pictures
from desktop_crm.documents.proposal_document import ProposalDocument
from desktop_crm.documents.quote_document import Picture, QuoteDocument
from desktop_crm.domain.proposals import copy as proposal_copy
from desktop_crm.domain.quotes import customer_copy
from desktop_crm.domain.quotes.paper import PaperKind
from desktop_crm.domain.quotes.verdicts import Alteration, Altered, FileReport, Signed
from desktop_crm.foundation.errors import CrmError, Refusal, Trouble

_LARGEST: Final = 64 * 1024 * 1024
_MOST: Final = 12  # so many alterations are told
_SEEN: Final = 24  # a sign's colour must differ so much, of 255, to be seen
_ALLOWED: Final = 0.0001  # of a page's dots may differ: another renderer's rounding


class _Inside(NamedTuple):
    """What lies in a file beside its pages: the copy, the hash it is said to have, the pictures and pages, the language."""

    name: str
    copy: bytes
    said: str
    files: tuple[Picture, ...]
    locale: str
    title: str


class _Paper(NamedTuple):
    """What the copy says the file is, which files it names, and how its pages are made again."""

    report: FileReport
    wanted: tuple[str, ...]
    made_again: Callable[[], bytes]


def verify(pdf: bytes, roots: Sequence[bytes] = ()) -> FileReport:
    """Look at a file; `roots`: certificates (DER) whose word counts for who signed it. Raises Trouble `document.unreadable` for what is no PDF, Refusal `quote.file.foreign` for no paper of ours."""
    inside = _inside(pdf)
    copy_hash = hashlib.sha256(inside.copy).hexdigest()
    try:
        text = inside.copy.decode()
    except UnicodeDecodeError as error:
        raise Refusal("quote.file.foreign") from error
    paper = (_quotation if inside.name == COPY_NAME else _proposal)(text, copy_hash, inside)
    found = list(_wrong_inside(inside, paper.wanted, copy_hash))
    signatures: tuple[Signed, ...] = ()
    if not any(one.part is Altered.PICTURE for one in found):
        expected = _made_again(paper)
        signatures, settled = _signed(pdf, expected, roots)
        found += [] if settled else _compared(pdf, expected, inside, known=bool(found))
    return replace(paper.report, alterations=tuple(found[:_MOST]), signatures=signatures)


def _quotation(text: str, copy_hash: str, inside: _Inside) -> _Paper:
    copy = customer_copy.read(text)
    content = copy.content
    report = FileReport(
        kind=PaperKind.QUOTATION,
        number=content.number,
        version=content.version,
        version_hash=copy.version_hash,
        customer=content.draft.customer.name,
        issued_on=content.issued_on,
        grand_total=content.amounts.grand_total,
        currency=content.amounts.currency,
        locale=inside.locale,
        copy=text,
        copy_hash=copy_hash,
    )
    wanted = content.paper.pictures() if content.paper is not None else ()
    document = QuoteDocument.from_copy(copy, inside.files)
    return _Paper(report, wanted, lambda: quote_pdf.render(document, inside.locale))


def _proposal(text: str, copy_hash: str, inside: _Inside) -> _Paper:
    copy = proposal_copy.read(text)
    content = copy.content
    price = next((one.price for one in content.said.blocks if one.price is not None), None)
    report = FileReport(
        kind=PaperKind.PROPOSAL,
        number=content.number,
        version=content.version,
        version_hash=copy.version_hash,
        customer=content.said.account,
        issued_on=content.issued_on,
        grand_total=price.grand_total if price is not None else None,
        currency=price.currency if price is not None else "",
        locale=inside.locale,
        copy=text,
        copy_hash=copy_hash,
    )
    files = tuple(sorted((one.digest, one.content) for one in inside.files))
    document = ProposalDocument.from_copy(copy, files)
    return _Paper(report, content.files, lambda: proposal_pdf.render(document, inside.locale))


def _made_again(paper: _Paper) -> bytes:
    try:
        return paper.made_again()
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError, pikepdf.PdfError, CrmError) as error:
        raise Refusal("quote.file.foreign") from error  # values no program of ours writes


def _signed(pdf: bytes, expected: bytes, roots: Sequence[bytes]) -> tuple[tuple[Signed, ...], bool]:
    """The signatures, and whether the file is what was made: as it is, or with signatures appended that all still hold."""
    if pdf == expected:
        return (), True
    if not pdf.startswith(expected[: len(expected) // 2]) or b"/ByteRange" not in pdf:
        return (), False
    from desktop_crm.documents.signing import signatures_of

    found = signatures_of(pdf, roots)
    return found, bool(found) and pdf.startswith(expected) and found[-1].whole


def _inside(pdf: bytes) -> _Inside:
    try:
        with pikepdf.open(io.BytesIO(pdf)) as document:
            inside, copy, said, pictures = "", b"", "", []
            for name, file in document.attachments.items():
                content = file.get_file().read_bytes()
                if len(content) > _LARGEST:
                    raise Refusal("quote.file.foreign")
                if name in {COPY_NAME, PROPOSAL_NAME}:
                    inside, copy, said = name, content, file.description.removeprefix("SHA-256 ")
                else:
                    pictures.append(Picture(file.description.removeprefix("SHA-256 "), content))
            locale = str(document.Root.get("/Lang", "")).partition("-")[0].lower()
            title = str(document.docinfo.get("/Title", ""))
    except (pikepdf.PdfError, pikepdf.PasswordError, ValueError, TypeError, KeyError, AttributeError) as error:
        raise Trouble("document.unreadable") from error
    if not copy or locale not in quote_pdf.LOCALES:
        raise Refusal("quote.file.foreign")
    return _Inside(inside, copy, said, tuple(pictures), locale, title)


def _wrong_inside(inside: _Inside, wanted: tuple[str, ...], copy_hash: str) -> Iterator[Alteration]:
    """What is not as it is said to be, so that the pages cannot be made from it."""
    if inside.said != copy_hash:
        yield Alteration(part=Altered.COPY, was=inside.said, now=copy_hash)
    held = {hashlib.sha256(one.content).hexdigest() for one in inside.files}
    for digest in wanted:
        if digest not in held:
            yield Alteration(part=Altered.PICTURE, was=digest[:16])


def _compared(pdf: bytes, expected: bytes, inside: _Inside, *, known: bool) -> list[Alteration]:
    """Where the file is not what its copy makes. `known`: something else is told already, so a bare "other bytes" says nothing."""
    found = list(_pages(pdf, expected))
    with pikepdf.open(io.BytesIO(expected)) as again:
        title = str(again.docinfo.get("/Title", ""))
    if title != inside.title:
        found.append(Alteration(part=Altered.DESCRIPTION, was=title, now=inside.title))
    if not found and not known:
        appended = pdf.startswith(expected)
        found.append(Alteration(part=Altered.APPENDED if appended else Altered.STRUCTURE))
    return found


def _pages(pdf: bytes, expected: bytes) -> Iterator[Alteration]:
    was, now = _texts(expected), _texts(pdf)
    if len(was) != len(now):
        yield Alteration(part=Altered.PAGE_COUNT, was=str(len(was)), now=str(len(now)))
    for number, (before, after) in enumerate(zip(was, now, strict=False), 1):
        if before != after:
            yield from _lines(number, before, after)
        elif not _look_alike(pdf, expected, number - 1):
            yield Alteration(part=Altered.PAGE_LOOK, page=number)


def _lines(page: int, before: list[str], after: list[str]) -> Iterator[Alteration]:
    steps = difflib.SequenceMatcher(None, before, after, autojunk=False).get_opcodes()
    for step, start, end, other_start, other_end in steps:
        if step != "equal":
            yield Alteration(
                part=Altered.PAGE_TEXT,
                page=page,
                was=" ".join(before[start:end]),
                now=" ".join(after[other_start:other_end]),
            )


def _texts(pdf: bytes) -> list[list[str]]:
    """The lines of each page."""
    try:
        document = pypdfium2.PdfDocument(pdf)
    except pypdfium2.PdfiumError as error:
        raise Trouble("document.unreadable") from error
    try:
        return [page.get_textpage().get_text_range().splitlines() for page in document]
    finally:
        document.close()


def _look_alike(pdf: bytes, expected: bytes, page: int) -> bool:
    (one,), (other,) = page_pictures(pdf, 1, page, 1), page_pictures(expected, 1, page, 1)
    if one.rgba == other.rgba:
        return True
    if (one.width, one.height) != (other.width, other.height):
        return False
    differing = sum(abs(a - b) > _SEEN for a, b in zip(one.rgba, other.rgba, strict=True))
    return differing <= _ALLOWED * len(one.rgba)
