"""Quotations as files: drawn and archived by a warm worker process, seen in the builder, signed; against the bare canvas and ready typesetters."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from multiprocessing import get_context
from pathlib import Path

from PySide6.QtWidgets import QApplication

from desktop_crm.documents import archive, quote_pdf, signing
from desktop_crm.documents.quote_document import QuoteDocument
from desktop_crm.domain.quotes import edits
from desktop_crm.domain.quotes.draft import Party, QuoteDraft, QuoteLine, QuoteSection
from desktop_crm.domain.quotes.paper import Paper
from desktop_crm.domain.quotes.versions import freeze
from desktop_crm.foundation.ids import RowId
from desktop_crm.foundation.settings import Settings
from desktop_crm.security.secrets import MemoryStore
from desktop_crm.services import quotes
from desktop_crm.services.workspace import init_workspace
from desktop_crm.ui.quotes.builder import QuoteBuilder
from desktop_crm.ui.quotes.page import QuotesPage
from desktop_crm.ui.runtime.context import connected
from desktop_crm.ui.theme import Scheme, Theme
from tests.benchmarks import measure
from tests.benchmarks.floors import canvas
from tests.benchmarks.measure import Act, Job, stopwatch
from tests.benchmarks.seeds import quote_lines
from tests.benchmarks.trees import until
from tests.documents.test_signing import PASSPHRASE, container

FRAME, PREVIEW, SIGNED, SIZE = 0.016, 0.080, 0.8, 150_000.0
"""Seconds of a frame, of a page in view after a change, of a signed file; bytes of 1,000 lines."""
AT = datetime(2026, 11, 23, 3, tzinfo=UTC)


def draft(count: int) -> QuoteDraft:
    """The quotation a customer gets: parties, discounts, terms, lines."""
    lines = tuple(
        QuoteLine(
            id=RowId(f"l{place:05}"), name=name, unit=unit, quantity=amount, unit_price=price, discount_percent=off
        )
        for place, (name, unit, amount, price, off) in enumerate(quote_lines(count))
    )
    return QuoteDraft(
        id=RowId("q"),
        name="증설 설비",
        supplier=Party(name="한빛정밀 주식회사", registration_number="123-45-67890", representative="김한빛"),
        customer=Party(name="대성화학 주식회사", contact="박서연", contact_title="부장"),
        currency="KRW",
        sections=(QuoteSection(id=RowId("s"), lines=lines),),
        tax_rate=Decimal(10),
        valid_until=date(2026, 12, 31),
        payment_terms="검수 후 30일 이내 현금",
        remarks="납기는 발주 후 4주입니다.",
    )


def issued(count: int) -> QuoteDocument:
    """The same, issued in the usual form, with the copy that the file carries."""
    version = freeze(
        draft(count),
        number="Q-2026-0001",
        version=1,
        issued_at=AT,
        issued_on=AT.date(),
        issued_by="이정훈",
        paper=Paper(name="usual"),
    )
    return QuoteDocument.from_version(version)


def _drawn(count: int) -> float:
    """Ours before the pass: the pages, packed."""
    document = _kept(count)
    with stopwatch() as seconds:
        quote_pdf.render(replace(document, copy=""), "ko")
    return seconds()


def _archived(count: int) -> float:
    document = _kept(count)
    with stopwatch() as seconds:
        quote_pdf.render(document, "ko")
    return seconds()


def _bare(count: int) -> float:
    canvas.register()
    lines = quote_lines(count)
    with stopwatch() as seconds:
        canvas.draw(lines)
    return seconds()


def _bare_archived(count: int) -> float:
    """The bare canvas and the same pass over its file, with the same copy inside."""
    canvas.register()
    lines, document = quote_lines(count), _kept(count)
    facts = archive.Facts(title="Q", author="A", subject="S", language="ko-KR", made_at=AT)
    attachments = archive.copy_and(archive.COPY_NAME, document.copy, document.pictures)
    with stopwatch() as seconds:
        archive.archived(canvas.draw(lines), facts, attachments)
    return seconds()


_DOCUMENTS: dict[int, QuoteDocument] = {}


def _kept(count: int) -> QuoteDocument:
    return _DOCUMENTS.setdefault(count, _DOCUMENTS.get(count) or issued(count))


def _by_the_same_clock(by_processor: bool) -> None:
    measure.by_processor = by_processor


@contextmanager
def printed(folder: Path, floors_alone: bool, *, count: int, whole: bool) -> Iterator[Job]:
    """Both in one warm worker process, in turn."""
    ours, floor = (_archived, _bare_archived) if whole else (_drawn, _bare)
    clock = (measure.by_processor,)
    with ProcessPoolExecutor(1, get_context("spawn"), _by_the_same_clock, clock) as worker:

        def there(act: Callable[[int], float]) -> Act:
            return lambda _: worker.submit(act, count).result()

        yield Job(
            ours=None if floors_alone else there(ours), floor=there(floor), rounds=31 if count < 100 else 9, warm_up=3
        )


@contextmanager
def beside(folder: Path, floors_alone: bool, *, count: int, peer: Callable[[], Callable[..., bytes]]) -> Iterator[Job]:
    """The whole file against a ready typesetter that draws the table alone."""
    draw, lines = peer(), quote_lines(count)

    def other(_: int) -> float:
        with stopwatch() as seconds:
            draw(lines)
        return seconds()

    yield Job(ours=None if floors_alone else lambda _: _archived(count), floor=other, rounds=3)


@contextmanager
def size(folder: Path, floors_alone: bool) -> Iterator[Job]:
    """Bytes of 1,000 lines, fonts, colours and the copy included."""
    bytes_of = lambda _: float(len(quote_pdf.render(issued(1000), "ko")))
    yield Job(ours=None if floors_alone else bytes_of, floor=lambda _: SIZE, rounds=1, warm_up=0)


@contextmanager
def signed(folder: Path, floors_alone: bool) -> Iterator[Job]:
    """The pass with the copy, and a signature over it, on a drawn quotation of 1,000 lines."""
    document, key = issued(1000), container()
    pages = quote_pdf.render(replace(document, copy=""), "ko")
    facts = archive.Facts(title="Q", author="A", subject="S", language="ko-KR", made_at=AT)
    attachments = archive.copy_and(archive.COPY_NAME, document.copy, document.pictures)

    def one(_: int) -> float:
        with stopwatch() as seconds:
            signing.signed(archive.archived(pages, facts, attachments), key, PASSPHRASE)
        return seconds()

    yield Job(ours=None if floors_alone else one, floor=lambda _: SIGNED, rounds=9, warm_up=1)


@contextmanager
def _builder(folder: Path, count: int) -> Iterator[QuoteBuilder]:
    """The builder with a quote of that many lines open and its page in view."""
    app = QApplication.instance() or QApplication([])
    Theme(app, Scheme.light)
    workspace = init_workspace(folder / "ours.crm", name="w", secrets=MemoryStore())
    with workspace.closing():
        made = quotes.create(workspace, account_id=None, sections=draft(count).sections)
        context = connected(workspace, Settings(folder / "settings.json"))
        page = QuotesPage(context)
        page.resize(1440, 900)
        page.show()
        try:
            page.open_row(made.id)
            until(lambda: page.builder.editor.draft is not None and page.builder.preview.rendered)
            yield page.builder
        finally:
            page.close()
            page.deleteLater()
            context.lanes.stop()


def _change(builder: QuoteBuilder, number: int) -> None:
    held = builder.editor.draft
    assert held is not None
    line = held.sections[0].lines[3]
    builder.editor.edit("", edits.set_line(held, replace(line, quantity=Decimal(number % 90 + 1))))


@contextmanager
def preview(folder: Path, floors_alone: bool, *, count: int) -> Iterator[Job]:
    """From a changed quantity to the page in view, painted."""
    if floors_alone:
        yield Job(ours=None, floor=lambda _: PREVIEW, rounds=1)
        return
    with _builder(folder, count) as builder:

        def one(number: int) -> float:
            with stopwatch() as seconds:
                _change(builder, number)
                until(lambda: builder.preview.rendered)
                builder.preview.paper.repaint()
            _rest(0.4)
            return seconds()

        yield Job(ours=one, floor=lambda _: PREVIEW, rounds=15, warm_up=3)


def _rest(seconds: float) -> None:
    """Let the window turn until what follows an edit (saving, other cards) is done."""
    ends = time.monotonic() + seconds
    until(lambda: time.monotonic() > ends)


@contextmanager
def frames(folder: Path, floors_alone: bool, *, count: int) -> Iterator[Job]:
    """Turns of the window, each painted whole, while the worker draws the whole quotation in both languages again and again."""
    if floors_alone:
        yield Job(ours=None, floor=lambda _: FRAME, rounds=1)
        return
    from desktop_crm.documents.previewing import files_of_version

    with _builder(folder, 40) as builder:
        context, document = builder.editor._context, issued(count)
        running = [0]

        def done(_files: object) -> None:
            running[0] -= 1

        def one(_: int) -> float:
            if not running[0]:
                running[0] += 1
                context.lanes.work(files_of_version, document, done=done)
            time.sleep(0.002)
            with stopwatch() as seconds:
                builder.repaint()
                QApplication.processEvents()
            return seconds()

        yield Job(ours=one, floor=lambda _: FRAME, rounds=400, warm_up=20)
