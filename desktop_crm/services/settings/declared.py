"""Every setting as a row of data: from these the pages, their search, the palette and the command line are made.

A row says what it is called and for what, what it may hold, what holds before anybody chooses, and where it is kept: on this
laptop, or with the workspace, which shares it with the team, notes it in the history and can undo it. Data, no behaviour.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from desktop_crm.domain.accounts.health import WEIGHTS
from desktop_crm.domain.money import CURRENCIES
from desktop_crm.i18n.catalogue import mark
from desktop_crm.i18n.forms import DateForm, NumberForm, TimeForm


class Kind(StrEnum):
    """What a setting holds. `PLACE` holds nothing: it is something on the page that can be found and reached."""

    CHOICE = "choice"
    FLAG = "flag"
    NUMBER = "number"
    FOLDER = "folder"
    CURRENCIES = "currencies"
    PLACE = "place"


class Kept(StrEnum):
    """Where a setting is kept."""

    LAPTOP = "laptop"
    WORKSPACE = "workspace"


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """One setting. `choices` are values with their words; words that are no text of ours (`한국어`) are shown as they are.

    `also` are words that search finds it by. A number lies between `least` and `most`.
    """

    name: str
    group: str
    kind: Kind
    label: str
    help: str = ""
    default: Any = None
    kept: Kept = Kept.LAPTOP
    choices: tuple[tuple[Any, str], ...] = ()
    least: int = 0
    most: int = 0
    also: str = ""


GROUPS: tuple[tuple[str, str], ...] = (
    ("general", mark("General")),
    ("appearance", mark("Language and appearance")),
    ("forms", mark("Numbers and dates")),
    ("fiscal", mark("Fiscal year")),
    ("currencies", mark("Currencies and rates")),
    ("fields", mark("Fields of our own")),
    ("approvals", mark("Approvals")),
    ("health", mark("Health", "score of an account")),
    ("maps", mark("Stakeholder maps")),
    ("lock", mark("Lock")),
    ("privacy", mark("Privacy")),
    ("backup", mark("Backup and archive")),
)
"""The parts of the page, in their order: key and title."""

_MONTHS = (
    mark("January"), mark("February"), mark("March"), mark("April"), mark("May"), mark("June"), mark("July"),
    mark("August"), mark("September"), mark("October"), mark("November"), mark("December"),
)  # fmt: skip

SETTINGS: tuple[Setting, ...] = (
    Setting(
        name="workspace", group="general", kind=Kind.PLACE, label=mark("Workspace"), also="name file size encryption"
    ),
    Setting(name="company", group="general", kind=Kind.PLACE, label=mark("Our company"), also="supplier"),
    Setting(
        name="signature",
        group="general",
        kind=Kind.PLACE,
        label=mark("Digital signature"),
        also="certificate pades p12 pfx sign seal",
    ),
    Setting(
        name="notices",
        group="general",
        kind=Kind.FLAG,
        label=mark("Desktop notices"),
        help=mark("Due tasks, visits about to begin, and a sync that needs you"),
        default=True,
    ),
    Setting(
        name="language",
        group="appearance",
        kind=Kind.CHOICE,
        label=mark("Language"),
        default="ko",
        choices=(("ko", "한국어"), ("en", "English")),
        also="언어 language",
    ),
    Setting(
        name="theme",
        group="appearance",
        kind=Kind.CHOICE,
        label=mark("Appearance"),
        default="system",
        choices=(
            ("system", mark("As the system")),
            ("light", mark("Light")),
            ("dark", mark("Dark")),
            ("contrast", mark("High contrast")),
        ),
        also="theme colour",
    ),
    Setting(
        name="forms.number",
        group="forms",
        kind=Kind.CHOICE,
        label=mark("Numbers"),
        help=mark("Thousands and decimals in lists and forms. Issued quotes keep the form of their language."),
        default=NumberForm.COMMA_POINT.value,
        choices=tuple((form.value, form.value) for form in NumberForm),
        also="grouping thousands decimal",
    ),
    Setting(
        name="forms.date",
        group="forms",
        kind=Kind.CHOICE,
        label=mark("Dates"),
        help=mark(
            "Order and signs of a date. Files that are exported keep ISO dates, so that every program reads them."
        ),
        default=DateForm.LANGUAGE.value,
        choices=(
            (DateForm.LANGUAGE.value, mark("As the language")),
            (DateForm.ISO.value, "2026-11-23"),
            (DateForm.DOTS.value, "2026. 11. 23."),
            (DateForm.KOREAN.value, "2026년 11월 23일"),
            (DateForm.DAY_FIRST.value, "23/11/2026"),
            (DateForm.MONTH_FIRST.value, "11/23/2026"),
        ),
        also="iso order",
    ),
    Setting(
        name="forms.time",
        group="forms",
        kind=Kind.CHOICE,
        label=mark("Time of day"),
        default=TimeForm.HOURS_24.value,
        choices=((TimeForm.HOURS_24.value, mark("24 hours")), (TimeForm.HOURS_12.value, mark("12 hours"))),
    ),
    Setting(
        name="forms.week",
        group="forms",
        kind=Kind.CHOICE,
        label=mark("First day of the week"),
        help=mark("For calendars, and for “this week” in filters."),
        default=0,
        choices=((0, mark("Monday")), (6, mark("Sunday")), (5, mark("Saturday"))),
    ),
    Setting(
        name="fiscal.month",
        group="fiscal",
        kind=Kind.CHOICE,
        label=mark("The fiscal year begins in"),
        help=mark("“This year” and “this quarter” in filters and figures follow it, for the whole team."),
        default=1,
        kept=Kept.WORKSPACE,
        choices=tuple(enumerate(_MONTHS, 1)),
        also="quarter year",
    ),
    Setting(
        name="currency",
        group="currencies",
        kind=Kind.CHOICE,
        label=mark("Main currency"),
        help=mark("What amounts without a currency are in, and what others are converted to. Stored amounts stay."),
        kept=Kept.WORKSPACE,
        choices=tuple((code, code) for code in sorted(CURRENCIES)),
    ),
    Setting(
        name="currencies",
        group="currencies",
        kind=Kind.CURRENCIES,
        label=mark("Currencies in use"),
        help=mark("Offered in forms and filters, in this order, separated by commas."),
        default=("KRW", "USD", "EUR", "JPY", "CNY", "GBP", "VND"),
        kept=Kept.WORKSPACE,
    ),
    Setting(
        name="rates",
        group="currencies",
        kind=Kind.PLACE,
        label=mark("Exchange rates"),
        help=mark("The newest rate on or before a day counts, either way round, else through the main currency."),
        also="rate import",
    ),
    Setting(
        name="pricing_order",
        group="currencies",
        kind=Kind.PLACE,
        label=mark("Order of pricing rules"),
        also="price book contract tiers discount bundle",
    ),
    Setting(
        name="own_fields",
        group="fields",
        kind=Kind.PLACE,
        label=mark("Fields of our own"),
        help=mark(
            "On accounts, contacts, opportunities and more: in forms, lists, filters, import, export and history."
        ),
        also="custom field",
    ),
    Setting(
        name="map.roles",
        group="maps",
        kind=Kind.PLACE,
        label=mark("Wanted roles on maps"),
        help=mark("Which buying roles the coverage bar asks for at each stage"),
        also="stakeholder coverage stage champion",
    ),
    Setting(
        name="approvals",
        group="approvals",
        kind=Kind.PLACE,
        label=mark("Approval rules"),
        help=mark("Who approves which quotes, and who answers instead of whom."),
        also="discount delegate approver",
    ),
    Setting(
        name="lock.minutes",
        group="lock",
        kind=Kind.CHOICE,
        label=mark("Lock the screen after"),
        default=0,
        choices=((0, mark("Never")), (5, mark("5 minutes")), (15, mark("15 minutes")), (60, mark("60 minutes"))),
        also="idle",
    ),
    Setting(name="key", group="lock", kind=Kind.PLACE, label=mark("Passphrase and keyring"), also="password key"),
    Setting(
        name="privacy.reports",
        group="privacy",
        kind=Kind.FLAG,
        label=mark("Keep crash reports"),
        help=mark("On this laptop alone: versions and places in the program, never names or amounts. Nothing is sent."),
        default=True,
        also="error bug",
    ),
    Setting(
        name="privacy.log",
        group="privacy",
        kind=Kind.CHOICE,
        label=mark("The log holds"),
        help=mark("Event names, counts and durations, never what records say."),
        default="events",
        choices=(("events", mark("All events")), ("errors", mark("Errors alone")), ("nothing", mark("Nothing"))),
    ),
    Setting(
        name="privacy.attitudes",
        group="privacy",
        kind=Kind.FLAG,
        label=mark("Attitudes of people in exports"),
        help=mark("Support, influence and the like on maps. Backups and archives always hold them."),
        default=True,
        kept=Kept.WORKSPACE,
        also="stakeholder map",
    ),
    Setting(
        name="backup.days",
        group="backup",
        kind=Kind.NUMBER,
        label=mark("Daily backups kept"),
        help=mark("Of so many days the newest is kept."),
        default=7,
        least=1,
        most=90,
    ),
    Setting(
        name="backup.weeks",
        group="backup",
        kind=Kind.NUMBER,
        label=mark("Weekly backups kept"),
        help=mark("Of so many weeks the newest is kept."),
        default=4,
        least=0,
        most=104,
    ),
    Setting(
        name="backup.folder",
        group="backup",
        kind=Kind.FOLDER,
        label=mark("Folder for a second copy"),
        help=mark("Each daily backup is copied there too, for a disk or a share of your own. Empty: none."),
        default="",
    ),
    Setting(name="backups", group="backup", kind=Kind.PLACE, label=mark("Backup"), also="restore check"),
    Setting(
        name="archive",
        group="backup",
        kind=Kind.PLACE,
        label=mark("Archive"),
        help=mark("The whole workspace as an open file that other programs can read, and back."),
        also="export json zip",
    ),
    *(
        Setting(
            name=f"health.{part}",
            group="health",
            kind=Kind.NUMBER,
            label=label,
            help=mark("How much this part of an account's health counts; 0 leaves it out") if part == "recency" else "",
            default=getattr(WEIGHTS, part),
            kept=Kept.WORKSPACE,
            least=0,
            most=100,
            also="health score weight",
        )
        for part, label in (
            ("recency", mark("Talks by seniority")),
            ("roles", mark("Buying roles covered")),
            ("issues", mark("Open issues")),
            ("service_level", mark("Answered in time")),
            ("renewal", mark("Renewal", "part of health")),
            ("momentum", mark("Momentum")),
        )
    ),
)
"""All of them, in the order in which they are shown."""

BY_NAME = {one.name: one for one in SETTINGS}
