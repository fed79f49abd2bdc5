"""A working paper that says nothing yet, for whoever makes a form for such papers. May run in a worker process."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from desktop_crm.documents.quote_document import Picture
from desktop_crm.domain.quotes.paper import Paper


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """`title`: what the paper is called where its form says nothing else; `customer`, `company`: for the placeholders."""

    title: str
    customer: str
    company: str
    today: date
    paper: Paper
    pictures: tuple[Picture, ...]


_ROWS = 40


def render(sample: Sample, locale: str) -> bytes:
    """Two pages, so that what stands on later ones is seen too."""
    from desktop_crm.documents import fonts, report
    from desktop_crm.documents.look import look_of
    from desktop_crm.documents.quote_pdf import ONE_AT_A_TIME
    from desktop_crm.documents.report import Column, Line, Report, Section
    from desktop_crm.i18n import formats, speaking, tr

    with ONE_AT_A_TIME, fonts.cast(sample.paper), speaking(locale) as language:
        facts = {
            "number": "Q-0001",
            "title": sample.title,
            "customer": sample.customer,
            "supplier": sample.company,
            "date": formats.date_long(sample.today),
        }
        look = look_of(sample.paper, sample.pictures, facts, report.PLAIN)
        lines = tuple(Line(cells=(tr("Row {number}", number=row), "…", "…")) for row in range(1, _ROWS + 1))
        columns = (Column(name=tr("What stands here"), share=4), Column(name="", share=2), Column(name="", share=1))
        paper = Report(
            title=sample.title,
            subtitle=" · ".join(part for part in (sample.customer, formats.date(sample.today)) if part),
            facts=(),
            sections=(Section(title=tr("Sample"), columns=columns, lines=lines),),
            footer=f"{sample.company} · {formats.date(sample.today)}",
            language="ko-KR" if language == "ko" else "en-US",
        )
        return report.render(paper, look)
