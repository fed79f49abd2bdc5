"""The words of an account's health: what each part is called and what its evidence says. Codes come from the domain, as text."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from desktop_crm.i18n import formats
from desktop_crm.i18n.catalogue import mark, ntr, told, tr
from desktop_crm.i18n.labels import option_label

Values = Mapping[str, Any]

_PARTS = {
    "recency": mark("Talks by seniority"),
    "roles": mark("Buying roles covered"),
    "issues": mark("Open issues"),
    "service_level": mark("Answered in time"),
    "renewal": mark("Renewal", "part of health"),
    "momentum": mark("Momentum"),
}
_LEVELS = {"executive": mark("Executives"), "manager": mark("Managers"), "staff": mark("Staff")}


def part_label(part: str) -> str:
    """What a part of the score is called."""
    return told(_PARTS[part])


def score_text(score: int | None) -> str:
    """`72 / 100`, or a dash where nothing is known."""
    return "–" if score is None else f"{score} / 100"


def reason_text(code: str, values: Values) -> str:
    """One piece of evidence in a sentence."""
    return _REASONS[code](values)


def _level(values: Values) -> str:
    return told(_LEVELS[values["level"]])


def _spoken(values: Values) -> str:
    days = int(values["days"])
    when = tr("today") if not days else ntr("{n} day ago", "{n} days ago", days)
    return tr("{level}: last spoken with {name} {when}", level=_level(values), name=values["name"], when=when)


def _held(values: Values) -> str:
    role, coverage = option_label("buying_role", values["role"]), option_label("coverage", values["coverage"])
    return f"{role}: {values['name']} – {coverage}"


def _open(values: Values) -> str:
    priority = option_label("priority", values["priority"])
    return ntr(
        "{subject} – {priority}, open for {n} day",
        "{subject} – {priority}, open for {n} days",
        int(values["days"]),
        subject=values["subject"],
        priority=priority,
    )


def _contract(text: str, values: Values) -> str:
    day = values["date"]
    shown = formats.date(day) if isinstance(day, date) else str(day)
    return told(text, name=values["name"], day=shown, days=formats.number(int(values["days"])))


def _momentum(values: Values) -> str:
    return tr(
        "{recent} activities in the last {days} days, {before} in the {days} days before",
        recent=formats.number(int(values["recent"])),
        before=formats.number(int(values["before"])),
        days=values["days"],
    )


_NEAR = mark("{name} is to be renewed in {days} days ({day}); no open deal closes in time")
_PREPARED = mark("{name} is to be renewed in {days} days ({day}); an open deal closes in time")
_FAR = mark("{name} is to be renewed on {day}")
_OVER = mark("The renewal date of {name} has passed ({day})")

_REASONS: dict[str, Callable[[Values], str]] = {
    "recency.nobody": lambda _: tr("No person is known here yet."),
    "recency.no_executive": lambda _: tr("No executive is known"),
    "recency.never": lambda v: ntr(
        "{level}: {n} person known, never spoken with",
        "{level}: {n} people known, never spoken with",
        int(v["n"]),
        level=_level(v),
    ),
    "recency.spoken": _spoken,
    "roles.no_map": lambda _: tr("Nobody with a buying role is on a stakeholder map"),
    "roles.missing": lambda v: tr("{role}: not known", role=option_label("buying_role", v["role"])),
    "roles.held": _held,
    "issues.never": lambda _: tr("There was never a ticket"),
    "issues.solved": lambda v: ntr("{n} ticket, all solved", "{n} tickets, all solved", int(v["n"])),
    "issues.open": _open,
    "issues.more": lambda v: ntr("and {n} more", "and {n} more", int(v["n"])),
    "service_level.nothing_open": lambda _: tr("No ticket is waiting for us"),
    "service_level.share": lambda v: tr(
        "{n} of {whole} open tickets are within their time", n=v["n"], whole=v["whole"]
    ),
    "service_level.late": lambda v: ntr(
        "{subject}: late by {n} day", "{subject}: late by {n} days", int(v["days"]), subject=v["subject"]
    ),
    "renewal.no_contract": lambda _: tr("No contract is to be renewed"),
    "renewal.over": lambda v: _contract(_OVER, v),
    "renewal.far": lambda v: _contract(_FAR, v),
    "renewal.prepared": lambda v: _contract(_PREPARED, v),
    "renewal.near": lambda v: _contract(_NEAR, v),
    "momentum.never": lambda _: tr("Nothing has happened here yet"),
    "momentum.activities": _momentum,
}
