"""Forms from plain values (a shipped file, a synced field) and back. What a form says wrongly is refused by its field's name.

And what a form lacks for a quote: told by name, so that whoever prints knows before the customer does.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Any, Final, TypeVar

from desktop_crm.domain.quotes.draft import QuoteDraft
from desktop_crm.domain.quotes.paper import (
    COMPANY,
    Clause,
    ColumnForm,
    ColumnKind,
    PageSize,
    Paper,
    PaperKind,
    PaperWords,
    SectionSums,
    ShownPrices,
    Signing,
    Typeface,
)
from desktop_crm.foundation.errors import Refusal

WORKING_PLACEHOLDERS: Final = frozenset("number title customer supplier date".split())
PROPOSAL_PLACEHOLDERS: Final = WORKING_PLACEHOLDERS | {"contact", "representative"}
PLACEHOLDERS: Final = frozenset(
    "number version title customer contact supplier representative date valid_until total".split()
)
_COLOUR: Final = re.compile(r"#[0-9A-Fa-f]{6}")
_NAMED: Final = re.compile(r"\{([^{}]*)\}")
_MARGINS: Final = (Decimal(8), Decimal(50))
_WIDTHS: Final = (Decimal(0), Decimal(200))
_Option = TypeVar("_Option", bound=StrEnum)


class Gap(StrEnum):
    """Something a form asks for and a quote or the company does not have."""

    LOGO = "logo"
    SEAL = "seal"
    SUPPLIER_NUMBER = "supplier_number"
    REPRESENTATIVE = "representative"
    CUSTOMER = "customer"
    VALID_UNTIL = "valid_until"
    TITLE = "title"
    CONTACT = "contact"
    ENGLISH = "english"
    KOREAN = "korean"
    PLACEHOLDER = "placeholder"


def read(values: Mapping[str, Any], name: str = "") -> Paper:
    """The form those values say; what they leave out is the program's own. Raises Refusal `template.field`."""
    own = Paper()
    known = {*Paper.__slots__, "name_ko", "name_en", "kind", "usual"}
    for field in values:
        if field not in known:
            raise Refusal("template.field", field=str(field), value="")
    return Paper(
        name=name or str(values.get("name", "")),
        size=_option(PageSize, values, "size", own.size),
        landscape=_flag(values, "landscape"),
        margin=_length(values, "margin", own.margin, _MARGINS),
        accent=_colour(values, own.accent),
        logo=str(values.get("logo", "")),
        logo_width=_length(values, "logo_width", own.logo_width, (Decimal(8), Decimal(90))),
        seal=str(values.get("seal", "")),
        cover=_flag(values, "cover"),
        columns=_columns(values, own.columns),
        sums=_option(SectionSums, values, "sums", own.sums),
        prices=_option(ShownPrices, values, "prices", own.prices),
        carry=_flag(values, "carry"),
        split=_flag(values, "split"),
        in_words=_flag(values, "in_words", usual=True),
        signing=_option(Signing, values, "signing", own.signing),
        ko=_words(values, "ko"),
        en=_words(values, "en"),
        body=_option(Typeface, values, "body", own.body),
        heading=_option(Typeface, values, "heading", own.heading),
        clauses=tuple(_texts(Clause, one, "clauses") for one in values.get("clauses", ())),
    )


def from_text(text: str, name: str = "") -> Paper:
    """The form out of its field. Raises Refusal `template.field`."""
    return read(_values(text), name)


def kind_of(text: str) -> tuple[PaperKind, bool]:
    """What is printed in the form of a field, and whether it is the usual one of its kind. Raises Refusal `template.field`."""
    values = _values(text)
    return _option(PaperKind, values, "kind", PaperKind.QUOTATION), _flag(values, "usual")


def _values(text: str) -> dict[str, Any]:
    try:
        values = json.loads(text)
    except ValueError as error:
        raise Refusal("template.field", field="form", value=text[:40]) from error
    if not isinstance(values, dict):
        raise Refusal("template.field", field="form", value=text[:40])
    return values


def gaps_of_working(
    paper: Paper, locale: str, kind: PaperKind = PaperKind.PLAN, facts: Mapping[str, str] | None = None
) -> tuple[tuple[Gap, str], ...]:
    """What the form of a working paper asks for and is not there; `logo` is still the company's where it has none.

    `facts`: what stands for the placeholders of one paper; without, what may stand for those of any.
    """
    words = paper.ko if locale == "ko" else paper.en
    proposal = kind is PaperKind.PROPOSAL
    known = PROPOSAL_PLACEHOLDERS if proposal else WORKING_PLACEHOLDERS
    filled = known if facts is None else {name for name, value in facts.items() if value}
    named = set(_NAMED.findall(f"{words.title} {words.header} {words.footer} {words.cover if proposal else ''}"))
    lacking = [(Gap.LOGO, "")] if paper.logo == COMPANY else []
    return (*lacking, *((Gap.PLACEHOLDER, name) for name in sorted(named - filled)))


def gaps(paper: Paper, draft: QuoteDraft, locale: str) -> tuple[tuple[Gap, str], ...]:
    """What the form asks for and is not there, in the order of the page; the word beside names a placeholder nobody fills."""
    words = paper.ko if locale == "ko" else paper.en
    texts = f"{words.title} {words.cover} {words.header} {words.footer} {words.closing}"
    clauses = [(one.body_ko, one.body_en) for one in paper.clauses]
    spoken = " ".join([texts, *(ko if locale == "ko" else en for ko, en in clauses)])
    named = set(_NAMED.findall(spoken))
    wanted = (
        (Gap.LOGO, paper.cover and paper.logo == COMPANY),
        (Gap.SEAL, paper.seal == COMPANY),
        (Gap.CUSTOMER, not draft.customer.name.strip()),
        (Gap.SUPPLIER_NUMBER, locale == "ko" and not draft.supplier.registration_number),
        (Gap.REPRESENTATIVE, paper.signing is not Signing.NONE and not draft.supplier.representative),
        (Gap.VALID_UNTIL, draft.valid_until is None),
        (Gap.TITLE, (paper.cover or "title" in named) and not draft.name.strip()),
        (Gap.CONTACT, "contact" in named and not draft.customer.contact),
        (Gap.KOREAN, locale == "ko" and any(en and not ko for ko, en in clauses)),
        (Gap.ENGLISH, locale == "en" and any(ko and not en for ko, en in clauses)),
    )
    found: list[tuple[Gap, str]] = [(gap, "") for gap, lacking in wanted if lacking]
    return (*found, *((Gap.PLACEHOLDER, name) for name in sorted(named - PLACEHOLDERS)))


def _option(kind: type[_Option], values: Mapping[str, Any], field: str, usual: _Option) -> _Option:
    value = values.get(field, usual)
    try:
        return kind(value)
    except ValueError as error:
        raise Refusal("template.field", field=field, value=str(value)) from error


def _flag(values: Mapping[str, Any], field: str, *, usual: bool = False) -> bool:
    value = values.get(field, usual)
    if not isinstance(value, bool):
        raise Refusal("template.field", field=field, value=str(value))
    return value


def _length(values: Mapping[str, Any], field: str, usual: Decimal, limits: tuple[Decimal, Decimal]) -> Decimal:
    value = values.get(field, usual)
    try:
        found = Decimal(str(value))
    except InvalidOperation as error:
        raise Refusal("template.field", field=field, value=str(value)) from error
    if not found.is_finite() or not limits[0] <= found <= limits[1]:
        raise Refusal("template.field", field=field, value=str(value))
    return found


def _colour(values: Mapping[str, Any], usual: str) -> str:
    value = str(values.get("accent", usual))
    if not _COLOUR.fullmatch(value):
        raise Refusal("template.field", field="accent", value=value)
    return value


def _columns(values: Mapping[str, Any], usual: tuple[ColumnForm, ...]) -> tuple[ColumnForm, ...]:
    if "columns" not in values:
        return usual
    found: list[ColumnForm] = []
    for one in values["columns"]:
        said: Mapping[str, Any] = one if isinstance(one, Mapping) else {"kind": one}
        kind = _option(ColumnKind, said, "kind", ColumnKind.ITEM)
        width = _length(said, "width", Decimal(0), _WIDTHS)
        found.append(ColumnForm(kind=kind, width=width, ko=str(said.get("ko", "")), en=str(said.get("en", ""))))
    kinds = [one.kind for one in found]
    if ColumnKind.ITEM not in kinds or len(set(kinds)) != len(kinds):
        raise Refusal("template.field", field="columns", value=", ".join(kinds))
    return tuple(found)


_Texts = TypeVar("_Texts", Clause, PaperWords)


def _words(values: Mapping[str, Any], field: str) -> PaperWords:
    return _texts(PaperWords, values.get(field, {}), field)


def _texts(kind: type[_Texts], said: Any, field: str) -> _Texts:
    if not isinstance(said, Mapping) or not set(said) <= set(kind.__slots__):
        raise Refusal("template.field", field=field, value=str(said)[:40])
    return kind(**{name: str(text) for name, text in said.items()})
