"""An account plan as a PDF in Korean or English. The same document and locale give the same bytes.

May run in a worker process. Takes a frozen value, asks nobody for anything else.
"""

from __future__ import annotations

from desktop_crm.documents import fonts, report
from desktop_crm.documents.look import look_of
from desktop_crm.documents.plan_document import PlanDocument
from desktop_crm.documents.quote_pdf import ONE_AT_A_TIME
from desktop_crm.documents.report import ONE_COLUMN, Column, Line, Report, Section
from desktop_crm.domain.accounts.plans import SWOT, Mark, Marked, PlanItem, progress_of
from desktop_crm.domain.schema.options import PlanItemKind, ProductUsage
from desktop_crm.i18n import formats, ptr, speaking, tr
from desktop_crm.i18n.labels import entity_label, field_label, option_label

_SIGNS = {
    ProductUsage.INSTALLED: "●",
    ProductUsage.PROPOSED: "◐",
    ProductUsage.OPEN: "○",
    ProductUsage.COMPETITOR: "×",
    ProductUsage.NOT_APPLICABLE: "–",
}


def render(document: PlanDocument, locale: str) -> bytes:
    """The file. `locale` is a language the product speaks (`ko`, `en`)."""
    with ONE_AT_A_TIME, fonts.cast(document.paper), speaking(locale) as language:
        look = look_of(document.paper, document.pictures, facts_of(document), report.PLAIN)
        return report.render(_report(document, "ko-KR" if language == "ko" else "en-US"), look)


def facts_of(document: PlanDocument) -> dict[str, str]:
    """What stands for the placeholders of its form, in the language that is spoken."""
    return {
        "title": document.plan.name,
        "customer": document.plan.account,
        "supplier": document.company,
        "date": formats.date_long(document.today),
    }


def _report(document: PlanDocument, language: str) -> Report:
    plan = document.plan
    days = [formats.date(day) for day in (plan.start_date, plan.end_date) if day]
    since = tr("Marked: changed since {day}", day=formats.date(document.since)) if document.since else ""
    facts = (
        (entity_label("account"), plan.account),
        (field_label("account_plan", "owner_id"), plan.owner),
        (tr("Period"), " – ".join(days)),
        (tr("Progress"), f"{document.progress} %" if document.progress is not None else ""),
        (tr("Changes"), since),
        (field_label("account_plan", "note"), plan.note),
    )
    sections = (
        _goals(document),
        _swot(document),
        _objectives(document),
        _competitors(document),
        _white_space(document),
    )
    gone = _gone(document)
    return Report(
        title=f"{entity_label('account_plan')} – {plan.account}",
        subtitle=plan.name,
        facts=facts,
        sections=(*sections, gone) if gone.lines else sections,
        footer=f"{document.company} · {formats.date(document.today)}",
        language=language,
    )


def _mark(document: PlanDocument, item: PlanItem) -> str:
    found = next((one for one in document.marks if one.item.id == item.id), None)
    if found is None:
        return ""
    return tr("New") if found.mark is Mark.NEW else tr("Changed")


def _before(document: PlanDocument, item: PlanItem) -> str:
    """What a changed line said before, where it was worded otherwise."""
    found = next((one for one in document.marks if one.item.id == item.id and one.before is not None), None)
    if found is None or found.before is None:
        return ""
    told = [f"{_field(name)}: {_value(getattr(found.before, name)) or '–'}" for name in found.fields]
    return tr("Before – {values}", values="; ".join(told))


def _field(name: str) -> str:
    names = {"owner": "owner_id", "competitor": "competitor_id"}
    return field_label("plan_item", names.get(name, name))


def _value(value: object) -> str:
    return formats.date(value) if hasattr(value, "year") else "" if value is None else str(value)  # type: ignore[arg-type]


def _text(document: PlanDocument, item: PlanItem) -> str:
    return "\n".join(part for part in (item.subject, item.note, _before(document, item)) if part)


def _line(document: PlanDocument, item: PlanItem, *more: str, indent: int = 0, strong: bool = False) -> Line:
    mark = _mark(document, item)
    return Line(cells=(_text(document, item), *more), mark=mark, indent=indent, strong=strong)


def _goals(document: PlanDocument) -> Section:
    lines = tuple(_line(document, item) for item in document.plan.of(PlanItemKind.GOAL))
    return Section(title=tr("Goals"), columns=ONE_COLUMN, lines=lines, empty=tr("Nothing is written here yet."))


def _swot(document: PlanDocument) -> Section:
    columns = (Column(name="", share=1), Column(name="", share=5))
    lines = []
    for kind in SWOT:
        for place, item in enumerate(document.plan.of(kind)):
            word = option_label("kind", kind.value) if not place else ""
            lines.append(Line(cells=(word, _text(document, item)), mark=_mark(document, item)))
    return Section(title="SWOT", columns=columns, lines=tuple(lines), empty=tr("Nothing is written here yet."))


def _objectives(document: PlanDocument) -> Section:
    plan = document.plan
    columns = (
        Column(name=field_label("plan_item", "subject"), share=5),
        Column(name=field_label("plan_item", "owner_id"), share=1.4),
        Column(name=field_label("plan_item", "due_on"), share=1.6),
        Column(name=field_label("plan_item", "measure"), share=2.4),
        Column(name=tr("Progress"), share=1.1),
    )

    def told(item: PlanItem, done: int, *, indent: int = 0) -> Line:
        day = formats.date(item.due_on) if item.due_on else ""
        return _line(document, item, item.owner, day, item.measure, f"{done} %", indent=indent, strong=not indent)

    lines: list[Line] = []
    for objective in plan.of(PlanItemKind.OBJECTIVE):
        lines.append(told(objective, progress_of(plan, objective)))
        lines += [told(action, action.progress or 0, indent=1) for action in plan.actions_of(objective.id)]
    lines += [told(action, action.progress or 0, indent=1) for action in plan.actions_of("")]
    title = tr("Objectives and actions")
    return Section(title=title, columns=columns, lines=tuple(lines), empty=tr("Nothing is written here yet."))


def _competitors(document: PlanDocument) -> Section:
    columns = (Column(name="", share=1.5), Column(name="", share=5))
    lines = tuple(
        Line(cells=(item.competitor or "–", _text(document, item)), mark=_mark(document, item))
        for item in document.plan.of(PlanItemKind.COMPETITOR)
    )
    title = entity_label("competitor", plural=True)
    return Section(title=title, columns=columns, lines=lines, empty=tr("Nothing is written here yet."))


def _white_space(document: PlanDocument) -> Section:
    grid = document.white_space
    columns = (
        Column(name=tr("Unit that buys"), share=2.4),
        *(Column(name=product.name, share=1, centred=True) for product in grid.products),
    )
    lines = tuple(
        Line(cells=(unit.name, *(_SIGNS[cell.usage] for cell in row)))
        for unit, row in zip(grid.units, grid.cells, strict=True)
    )
    told = " · ".join(f"{_SIGNS[usage]} {option_label('usage', usage.value)}" for usage in ProductUsage)
    empty = tr("No deal or quote names a product here yet.")
    lines = lines if grid.products else ()
    return Section(title=tr("White space"), columns=columns, lines=lines, empty=empty, hint=told if lines else "")


def _gone(document: PlanDocument) -> Section:
    gone = [one for one in document.marks if one.mark is Mark.REMOVED]
    columns = (Column(name="", share=1), Column(name="", share=5))
    return Section(title=tr("Removed since then"), columns=columns, lines=tuple(_gone_line(one) for one in gone))


def _gone_line(marked: Marked) -> Line:
    kind = option_label("kind", marked.item.kind.value)
    return Line(cells=(kind, marked.item.subject), mark=ptr("plan line", "Removed"), gone=True)
