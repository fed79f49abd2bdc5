"""The paper of a hand-over as a PDF in Korean or English. The same document and locale give the same bytes.

May run in a worker process. Takes a frozen value, asks nobody for anything else.
"""

from __future__ import annotations

from datetime import date

from desktop_crm.documents import fonts, report
from desktop_crm.documents.handover_document import HandoverDocument
from desktop_crm.documents.look import look_of
from desktop_crm.documents.quote_pdf import ONE_AT_A_TIME
from desktop_crm.documents.report import Column, Line, Report, Section
from desktop_crm.domain.accounts.handover import KnownPerson, Running, Talk
from desktop_crm.domain.phones import national
from desktop_crm.i18n import formats, speaking, tr
from desktop_crm.i18n.health_words import score_text
from desktop_crm.i18n.labels import entity_label, field_label, option_label

_LONGEST = 240


def render(document: HandoverDocument, locale: str) -> bytes:
    """The file. `locale` is a language the product speaks (`ko`, `en`)."""
    with ONE_AT_A_TIME, fonts.cast(document.paper), speaking(locale) as language:
        look = look_of(document.paper, document.pictures, facts_of(document), report.PLAIN)
        return report.render(_report(document, "ko-KR" if language == "ko" else "en-US"), look)


def facts_of(document: HandoverDocument) -> dict[str, str]:
    """What stands for the placeholders of its form, in the language that is spoken."""
    return {
        "title": document.path,
        "customer": document.account,
        "supplier": document.company,
        "date": formats.date_long(document.today),
    }


def _report(document: HandoverDocument, language: str) -> Report:
    team = ", ".join(f"{name} ({option_label('member_role', role)})" if role else name for name, role in document.team)
    facts = (
        (entity_label("account"), document.path),
        (tr("From"), document.before or "–"),
        (tr("To"), document.after or "–"),
        (entity_label("account_member", plural=True), team),
        (field_label("account", "health"), score_text(document.score)),
        (tr("Memo"), document.memo),
    )
    return Report(
        title=tr("Hand-over – {account}", account=document.account),
        subtitle=formats.date(document.today),
        facts=facts,
        sections=(_people(document), _promises(document), *_running(document), _talks(document)),
        footer=f"{document.company} · {formats.date(document.today)}",
        language=language,
    )


def _people(document: HandoverDocument) -> Section:
    columns = (
        Column(name=field_label("contact", "name"), share=2.2),
        Column(name=field_label("map_node", "buying_role"), share=1.6),
        Column(name=field_label("map_node", "support"), share=1.4),
        Column(name=field_label("map_node", "coverage"), share=1.3),
        Column(name=field_label("map_node", "influence"), share=0.9, centred=True),
        Column(name=tr("How to reach"), share=3.2),
    )
    lines = tuple(_person(one) for one in document.people)
    return Section(title=tr("Map of the people"), columns=columns, lines=lines, empty=tr("Nobody is known yet."))


def _person(one: KnownPerson) -> Line:
    who = "\n".join(part for part in (one.name, " · ".join(p for p in (one.title, one.account) if p)) if part)
    reach = "\n".join(part for part in (national(one.phone), one.email) if part)
    return Line(
        cells=(
            who,
            option_label("buying_role", one.buying_role),
            option_label("support", one.support),
            option_label("coverage", one.coverage),
            "" if one.influence is None else str(one.influence),
            reach,
        )
    )


def _promises(document: HandoverDocument) -> Section:
    columns = (
        Column(name=entity_label("task"), share=5),
        Column(name=field_label("task", "due_on"), share=1.6),
        Column(name=field_label("task", "owner_id"), share=1.4),
    )
    lines = tuple(
        Line(
            cells=(_joined(one.subject, one.account, one.note), _day(one.due_on), one.owner),
            mark=tr("Late") if one.due_on and one.due_on < document.today else "",
            gone=True,
        )
        for one in document.promises
    )
    return Section(title=tr("Open promises"), columns=columns, lines=lines, empty=tr("Nothing is promised here."))


def _running(document: HandoverDocument) -> tuple[Section, ...]:
    deals = _table(document.deals, entity_label("opportunity"), field_label("opportunity", "stage_id"), "close_date")
    quotes = _table(document.quotes, entity_label("quote"), field_label("quote", "status"), "valid_until")
    renewals = _table(document.renewals, entity_label("contract"), field_label("contract", "status"), "renewal_date")
    return (
        Section(title=tr("Open opportunities"), columns=deals[0], lines=deals[1], empty=tr("No deal is open here.")),
        Section(title=tr("Running quotes"), columns=quotes[0], lines=quotes[1], empty=tr("No quote is running.")),
        Section(title=tr("Renewals"), columns=renewals[0], lines=renewals[1], empty=tr("No contract to renew.")),
    )


def _table(rows: tuple[Running, ...], name: str, state: str, day: str) -> tuple[tuple[Column, ...], tuple[Line, ...]]:
    columns = (
        Column(name=name, share=4),
        Column(name=state, share=1.6),
        Column(name=field_label("opportunity", "amount"), share=2),
        Column(name=field_label({"valid_until": "quote", "renewal_date": "contract"}.get(day, ""), day), share=1.7),
    )
    lines = tuple(
        Line(
            cells=(
                _joined(one.name, one.account),
                one.state if day == "close_date" else option_label("status", one.state),
                formats.money(one.amount, one.currency) if one.amount is not None else "",
                _day(one.day),
            )
        )
        for one in rows
    )
    return columns, lines


def _talks(document: HandoverDocument) -> Section:
    columns = (
        Column(name=field_label("activity", "occurred_at"), share=1.7),
        Column(name=field_label("activity", "kind"), share=0.9),
        Column(name=field_label("activity", "subject"), share=5),
        Column(name=tr("With"), share=1.6),
    )
    lines = tuple(_talk(one) for one in document.talks)
    return Section(title=tr("Last contacts"), columns=columns, lines=lines, empty=tr("Nothing has happened here yet"))


def _talk(one: Talk) -> Line:
    said = one.text if len(one.text) <= _LONGEST else one.text[: _LONGEST - 1] + "…"
    with_whom = "\n".join(part for part in (one.contact, one.who) if part)
    return Line(cells=(formats.datetime(one.at), option_label("kind", one.kind), _joined(one.subject, said), with_whom))


def _joined(*parts: str) -> str:
    return "\n".join(part for part in parts if part)


def _day(day: date | None) -> str:
    return formats.date(day) if day else ""
