"""The one page before a visit as a PDF in Korean or English. The same brief and locale give the same bytes.

May run in a worker process. Takes a frozen value, asks nobody for anything else.
"""

from __future__ import annotations

from datetime import date

from desktop_crm.documents import report
from desktop_crm.documents.quote_pdf import ONE_AT_A_TIME
from desktop_crm.documents.report import Column, Line, Report, Section
from desktop_crm.domain.accounts.handover import Running
from desktop_crm.domain.activities.brief import VisitBrief
from desktop_crm.i18n import formats, speaking, tr
from desktop_crm.i18n.labels import entity_label, field_label, option_label

PEOPLE, ROWS, NEWS = 8, 6, 6
"""Lines of each part, so that it stays a page."""
_LONGEST = 110


def render(brief: VisitBrief, locale: str) -> bytes:
    """The file. `locale` is a language the product speaks (`ko`, `en`)."""
    with ONE_AT_A_TIME, speaking(locale) as language:
        return report.render(_report(brief, "ko-KR" if language == "ko" else "en-US"))


def _report(brief: VisitBrief, language: str) -> Report:
    last = formats.date(brief.last_visit) if brief.last_visit else tr("never")
    facts = (
        (entity_label("account"), brief.path),
        (field_label("activity", "occurred_at"), formats.datetime(brief.at)),
        (entity_label("opportunity"), brief.deal),
        (tr("Address"), " · ".join(part for part in (brief.address, brief.phone) if part)),
        (tr("Last visit"), last),
    )
    return Report(
        title=tr("Visit – {account}", account=brief.account),
        subtitle=brief.subject,
        facts=tuple((name, value) for name, value in facts if value),
        sections=(
            _people(brief),
            _promises(brief),
            _running(tr("Running quotes"), brief.quotes, tr("No quote is running.")),
            _running(tr("Open opportunities"), brief.deals, tr("No deal is open here.")),
            _running(tr("Renewals"), brief.renewals, tr("No contract to renew.")),
            _gaps(brief),
            _news(brief),
        ),
        footer=f"{brief.company} · {formats.date(brief.today)}",
        language=language,
    )


def _people(brief: VisitBrief) -> Section:
    columns = (
        Column(name=field_label("contact", "name"), share=2),
        Column(name=field_label("map_node", "buying_role"), share=1.5),
        Column(name=field_label("map_node", "support"), share=1.1),
        Column(name=tr("Last words"), share=5),
    )
    said = {one.name: one for one in reversed(brief.words)}
    lines = []
    for one in brief.people[:PEOPLE]:
        words = said.get(one.name)
        text = f"{formats.date_short(words.at)} {_short(words.text)}" if words else ""
        name = " ".join(part for part in (one.name, one.title) if part)
        lines.append(
            Line(
                cells=(
                    name,
                    option_label("buying_role", one.buying_role),
                    option_label("support", one.support),
                    text,
                )
            )
        )
    return Section(title=tr("People"), columns=columns, lines=tuple(lines), empty=tr("Nobody is known yet."))


def _promises(brief: VisitBrief) -> Section:
    columns = (
        Column(name=field_label("task", "promised_by"), share=1.4),
        Column(name=entity_label("task"), share=5),
        Column(name=field_label("task", "due_on"), share=1.6),
    )
    lines = tuple(
        Line(
            cells=(option_label("promised_by", "ours" if one.ours else "theirs"), one.subject, _day(one.due_on)),
            mark=tr("Late") if one.due_on and one.due_on < brief.today else "",
            gone=True,
        )
        for one in brief.promises[:ROWS]
        if not one.done
    )
    return Section(title=tr("Open promises"), columns=columns, lines=lines, empty=tr("Nothing is promised here."))


def _running(title: str, rows: tuple[Running, ...], empty: str) -> Section:
    columns = (
        Column(name="", share=5),
        Column(name="", share=2.4),
        Column(name="", share=1.6),
    )
    lines = tuple(
        Line(
            cells=(
                one.name,
                formats.money(one.amount, one.currency) if one.amount is not None else "",
                _day(one.day),
            )
        )
        for one in rows[:ROWS]
    )
    return Section(title=title, columns=columns, lines=lines, empty=empty)


def _gaps(brief: VisitBrief) -> Section:
    columns = (
        Column(name=entity_label("product"), share=4),
        Column(name=entity_label("account"), share=3),
        Column(name=entity_label("competitor"), share=2),
    )
    lines = tuple(Line(cells=(one.product, one.unit, one.competitor)) for one in brief.gaps[:ROWS])
    return Section(title=entity_label("white_space_cell", plural=True), columns=columns, lines=lines, empty="–")


def _news(brief: VisitBrief) -> Section:
    columns = (Column(name="", share=7), Column(name="", share=1.5), Column(name="", share=1.3))
    lines = tuple(
        Line(cells=(_short(" – ".join(p for p in (one.title, one.text) if p)), one.who, formats.date_short(one.at)))
        for one in brief.news[:NEWS]
    )
    return Section(title=tr("News since the last visit"), columns=columns, lines=lines, empty=tr("Nothing new."))


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _LONGEST else line[: _LONGEST - 1] + "…"


def _day(day: date | None) -> str:
    return formats.date(day) if day else ""
