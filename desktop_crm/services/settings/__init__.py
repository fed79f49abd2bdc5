"""Settings: what holds, choosing another value, reading one that was typed, finding one, and making the chosen ones hold.

A laptop's settings lie in its settings file, a workspace's in rows that are synced. Doors use these functions and no others'.
"""

from __future__ import annotations

import json
import logging
import uuid
from pathlib import Path
from typing import Any

from desktop_crm.domain import text as texts
from desktop_crm.domain.money import known_currency
from desktop_crm.foundation.changes import Changes
from desktop_crm.foundation.errors import Refusal
from desktop_crm.foundation.ids import RowId
from desktop_crm.foundation.settings import Settings
from desktop_crm.i18n import forms, tr
from desktop_crm.i18n.catalogue import told
from desktop_crm.i18n.forms import DateForm, Forms, NumberForm, TimeForm
from desktop_crm.persistence.stores import settings as store
from desktop_crm.persistence.tables import ROWS
from desktop_crm.services.settings.declared import BY_NAME, GROUPS, SETTINGS, Kept, Kind, Setting
from desktop_crm.services.workspace import Workspace

__all__ = ["BY_NAME", "GROUPS", "SETTINGS", "Kept", "Kind", "Setting"]

ENTITY = "workspace_setting"
_NAMED = uuid.UUID("0d9c2b0e-4f4e-5f0a-9a53-6f2d1f2f7a11")
_MOST_CURRENCIES = 40
_SEARCHED_CHOICES = 12
LOGGER = "desktop_crm"
LOGGED = {"events": logging.INFO, "errors": logging.ERROR, "nothing": logging.CRITICAL + 1}


def named(name: str) -> Setting:
    """The setting of that name. Raises Refusal `setting.unknown`."""
    found = BY_NAME.get(name)
    if found is None or found.kind is Kind.PLACE:
        raise Refusal("setting.unknown", name=name[:80])
    return found


def shared(workspace: Workspace) -> dict[str, Any]:
    """What the workspace has chosen, by name; what this version cannot read counts as not chosen."""
    with workspace.read() as session:
        held = store.shared(session)
    found: dict[str, Any] = {}
    for name, text in held.items():
        setting = BY_NAME.get(name)
        if setting is not None and setting.kept is Kept.WORKSPACE:
            try:
                found[name] = checked(setting, json.loads(text))
            except (ValueError, Refusal):
                continue
    return found


def value(laptop: Settings, workspace: Workspace | None, name: str) -> Any:
    """What holds: what was chosen, else the default. Raises Refusal `setting.unknown`."""
    setting = named(name)
    if setting.kept is Kept.WORKSPACE:
        return shared_value(workspace, name) if workspace is not None else setting.default
    return laptop_value(laptop, name)


def laptop_value(laptop: Settings, name: str) -> Any:
    """What holds on this laptop; a value that does not fit counts as not chosen."""
    setting = named(name)
    held = laptop.get(name)
    if held is None:
        return str(i18n_current()) if name == "language" else setting.default
    try:
        return checked(setting, held)
    except Refusal:
        return setting.default


def shared_value(workspace: Workspace, name: str) -> Any:
    """What holds in the workspace."""
    if name == "currency":
        return workspace.currency
    return shared(workspace).get(name, named(name).default)


def choose(laptop: Settings, workspace: Workspace | None, name: str, wanted: Any) -> Changes | None:
    """Choose a value; a workspace's gives back what changed, for undo. Raises Refusal `setting.unknown`, `setting.value`, `setting.no_workspace`."""
    setting = named(name)
    wanted = checked(setting, wanted)
    if setting.kept is Kept.LAPTOP:
        laptop.put(name, list(wanted) if isinstance(wanted, tuple) else wanted)
        apply(laptop)
        return None
    if workspace is None:
        raise Refusal("setting.no_workspace", name=name)
    row_id = RowId(row_id_of(name))
    coded = json.dumps(list(wanted) if isinstance(wanted, tuple) else wanted, ensure_ascii=False)
    with workspace.write(f"{ENTITY}.set") as work:
        row = work.session.get(ROWS[ENTITY], row_id)
        if row is None:
            work.insert(ENTITY, {"name": name, "value": coded}, row_id)
        else:
            if row.row_deleted is not None:
                work.restore(ENTITY, row_id)
            work.update(ENTITY, row_id, {"value": coded})
    refresh(workspace)
    return work.changes


def row_id_of(name: str) -> str:
    """The id of a shared setting's row: the same on every laptop, so that two who choose apart write one row."""
    return str(uuid.uuid5(_NAMED, name))


def refresh(workspace: Workspace) -> None:
    """After shared settings changed, here or elsewhere: the open workspace has the currencies that were chosen."""
    chosen = shared(workspace)
    workspace.currency = chosen.get("currency", workspace.first_currency)
    workspace.currencies = chosen.get("currencies", ())


def checked(setting: Setting, wanted: Any) -> Any:
    """The value if the setting can hold it. Raises Refusal `setting.value`."""
    refusal = Refusal("setting.value", name=setting.name, value=str(wanted)[:80], wanted=wanted_of(setting))
    match setting.kind:
        case Kind.CHOICE:
            if wanted not in [one for one, _ in setting.choices]:
                raise refusal
        case Kind.FLAG:
            if not isinstance(wanted, bool):
                raise refusal
        case Kind.NUMBER:
            if not isinstance(wanted, int) or isinstance(wanted, bool) or not setting.least <= wanted <= setting.most:
                raise refusal
        case Kind.FOLDER:
            if not isinstance(wanted, str) or (wanted and not Path(wanted).is_absolute()):
                raise refusal
        case Kind.CURRENCIES:
            if not isinstance(wanted, list | tuple) or not all(isinstance(one, str) for one in wanted):
                raise refusal
            codes = tuple(dict.fromkeys(known_currency(one, setting.name) for one in wanted))
            if not 1 <= len(codes) <= _MOST_CURRENCIES:
                raise refusal
            return codes
    return wanted


def read(name: str, text: str) -> Any:
    """The value that somebody typed: a choice by its value or its words. Raises Refusal `setting.unknown`, `setting.value`."""
    setting, plain = named(name), text.strip()
    if setting.kind is Kind.FLAG:
        meant = {"on": True, "true": True, "yes": True, "off": False, "false": False, "no": False}
        meant |= {tr("On"): True, tr("Off"): False}
        return checked(setting, meant.get(plain.casefold(), meant.get(plain, plain)))
    if setting.kind is Kind.NUMBER:
        return checked(setting, int(plain) if plain.isascii() and plain.isdecimal() else plain)
    if setting.kind is Kind.CURRENCIES:
        return checked(setting, [part for part in plain.replace(",", " ").split() if part])
    if setting.kind is Kind.CHOICE:
        for one, words in setting.choices:
            if plain.casefold() in {str(one).casefold(), words.casefold(), told(words).casefold()}:
                return one
    return checked(setting, plain)


def shown(name: str, held: Any) -> str:
    """A value in the user's words."""
    setting = named(name)
    if setting.kind is Kind.FLAG:
        return tr("On") if held else tr("Off")
    if isinstance(held, tuple | list):
        return ", ".join(map(str, held))
    words = next((words for one, words in setting.choices if one == held), None)
    return told(words) if words is not None else str(held if held is not None else "")


def wanted_of(setting: Setting) -> str:
    """What a setting can hold, in few words."""
    if setting.kind is Kind.CHOICE:
        some = [str(one) for one, _ in setting.choices[:12]]
        return ", ".join(some) + (", …" if len(setting.choices) > len(some) else "")
    return {
        Kind.FLAG: "on, off",
        Kind.NUMBER: f"{setting.least}–{setting.most}",
        Kind.FOLDER: tr("a whole path"),
        Kind.CURRENCIES: tr("codes of currencies, separated by commas"),
        Kind.PLACE: "",
    }[setting.kind]


def found(query: str) -> tuple[Setting, ...]:
    """The settings meant by what was typed, in their order: by label, help, choices or other words, also by initial consonants."""
    if not query.strip():
        return SETTINGS
    return tuple(one for one in SETTINGS if any(texts.fits(words, query) for words in _words(one)))


def _words(setting: Setting) -> list[str]:
    group = next(told(title) for key, title in GROUPS if key == setting.group)
    choices = [told(words) for _, words in setting.choices if len(setting.choices) <= _SEARCHED_CHOICES]
    return [
        told(setting.label),
        told(setting.help) if setting.help else "",
        *choices,
        setting.label,
        setting.also,
        setting.name,
        group,
    ]


def forms_of(laptop: Settings) -> Forms:
    """The forms of numbers, dates and times that this laptop has chosen."""
    return Forms(
        number=NumberForm(laptop_value(laptop, "forms.number")),
        date=DateForm(laptop_value(laptop, "forms.date")),
        time=TimeForm(laptop_value(laptop, "forms.time")),
        week_begins=laptop_value(laptop, "forms.week"),
    )


def apply(laptop: Settings) -> None:
    """Make the laptop's settings hold in this process."""
    forms.use(forms_of(laptop))
    logging.getLogger(LOGGER).setLevel(LOGGED[laptop_value(laptop, "privacy.log")])


def i18n_current() -> str:
    """The language of now: what holds before one is chosen is what the system speaks."""
    from desktop_crm.i18n import current

    return str(current())
