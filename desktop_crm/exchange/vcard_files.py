"""vCard files (2.1, 3.0, 4.0): bytes to people, and back; numbers become E.164 where they can be dialled.

The character set is the one that is named, else the one that fits. Lines that no reader understands are told in `notes`.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from typing import Any

from desktop_crm.domain.phones import e164
from desktop_crm.foundation.errors import Refusal

_CHARSET = re.compile(rb"CHARSET=\"?([A-Za-z0-9_-]+)", re.IGNORECASE)
_HEAVY = re.compile(
    r"^(?:[\w-]+\.)?(?:PHOTO|LOGO|SOUND|KEY)[;:][^\n]*\n(?:(?:[ \t][^\n]*|[A-Za-z0-9+/=]{16,}[ \t]*)\n)*",
    re.MULTILINE | re.IGNORECASE,
)
"""Pictures, sounds and keys, which are not read; some programs fold them wrongly."""
_DAY = re.compile(r"(\d{4})-?(\d{2})-?(\d{2})")


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """A person as a business card tells: `phones` and `mobiles` in E.164 where they can be."""

    name: str
    company: str = ""
    department: str = ""
    title: str = ""
    emails: tuple[str, ...] = ()
    phones: tuple[str, ...] = ()
    mobiles: tuple[str, ...] = ()
    addresses: tuple[str, ...] = ()
    note: str = ""
    birthday: date | None = None
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CardFile:
    """The people of a file, and what of it was not understood."""

    cards: tuple[Card, ...]
    notes: tuple[str, ...] = ()


def read_cards(data: bytes, region: str = "KR") -> CardFile:
    """Read a file; numbers without a country belong to the region. Raises Refusal `vcard.unreadable` with the reason."""
    import vobject

    notes: list[str] = []
    text = _HEAVY.sub("", _decoded(data, notes).replace("\r\n", "\n").replace("\r", "\n"))
    if "BEGIN:VCARD" not in text.upper():
        raise Refusal("vcard.unreadable", reason="BEGIN:VCARD")
    try:
        with _heard(notes):
            found = tuple(vobject.readComponents(text, allowQP=True, ignoreUnreadable=True))
            cards = tuple(_card(one, region) for one in found)
    except (vobject.base.VObjectError, ValueError, LookupError, TypeError, AttributeError) as error:
        raise Refusal("vcard.unreadable", reason=str(error)[:160] or type(error).__name__) from error
    return CardFile(cards=tuple(one for one in cards if one.name), notes=tuple(dict.fromkeys(notes)))


@contextmanager
def _heard(notes: list[str]) -> Iterator[None]:
    """What the library logs about lines it skips becomes notes."""

    class Ear(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            notes.append(record.getMessage()[:160])

    log, ear = logging.getLogger("vobject.base"), Ear()
    before = log.propagate, log.handlers[:]
    log.propagate, log.handlers = False, [ear]
    try:
        yield
    finally:
        log.propagate, log.handlers = before[0], before[1]


def _decoded(data: bytes, notes: list[str]) -> str:
    named = [one.decode("ascii") for one in dict.fromkeys(_CHARSET.findall(data))]
    for charset in ("utf-8-sig", *named, "cp949", "cp1252"):
        try:
            text = data.decode(charset)
        except (UnicodeError, LookupError):
            continue
        if charset != "utf-8-sig":
            notes.append(f"character set: {charset}")
        return text
    notes.append("character set: latin-1")
    return data.decode("latin-1")


def _card(found: Any, region: str) -> Card:
    held = found.contents
    units = [str(one).strip() for one in _first(held, "org", []) or []]
    phones: list[str] = []
    mobiles: list[str] = []
    for one in held.get("tel", ()):
        kinds = {kind.lower() for kind in (*one.params.get("TYPE", ()), *one.singletonparams)}
        number = str(one.value).removeprefix("tel:").strip()
        if number and not kinds & {"fax", "pager"}:
            (mobiles if "cell" in kinds else phones).append(e164(number, region))
    name = str(_first(held, "fn", "") or "").strip() or _spoken(_first(held, "n", None))
    return Card(
        name=" ".join(name.split()),
        company=units[0] if units else "",
        department=" ".join(units[1:]),
        title=str(_first(held, "title", "") or "").strip(),
        emails=_distinct(str(one.value).removeprefix("mailto:").strip() for one in held.get("email", ())),
        phones=_distinct(phones),
        mobiles=_distinct(mobiles),
        addresses=_distinct(_address(one.value) for one in held.get("adr", ())),
        note="\n".join(str(one.value).strip() for one in held.get("note", ())),
        birthday=_birthday(str(_first(held, "bday", "") or "")),
        tags=_distinct(str(tag).strip() for one in held.get("categories", ()) for tag in _listed(one.value)),
    )


def _first(held: dict[str, Any], name: str, nothing: Any) -> Any:
    found = held.get(name)
    return found[0].value if found else nothing


def _spoken(name: Any) -> str:
    if name is None:
        return ""
    if isinstance(name, str):
        return name.replace(";", " ")
    given, family = _joined(getattr(name, "given", "")), _joined(getattr(name, "family", ""))
    hangul = any("가" <= sign <= "힣" for sign in given + family)
    return f"{family}{given}" if hangul else f"{given} {family}".strip()


def _address(value: Any) -> str:
    if isinstance(value, str):
        return " ".join(value.replace(";", " ").split())
    names = ("street", "extended", "box", "city", "region", "code", "country")
    return ", ".join(part for part in (" ".join(_joined(getattr(value, name, "")).split()) for name in names) if part)


def _joined(value: Any) -> str:
    return " ".join(str(one) for one in value) if isinstance(value, (list, tuple)) else str(value or "")


def _listed(value: Any) -> list[Any]:
    return list(value) if isinstance(value, (list, tuple)) else str(value).split(",")


def _birthday(text: str) -> date | None:
    match = _DAY.match(text.strip())
    try:
        return date(*map(int, match.groups())) if match else None
    except ValueError:
        return None


def _distinct(words: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(word for word in words if word))


def write_cards(cards: Iterable[Card], version: str = "3.0") -> bytes:
    """A file in version 2.1, 3.0 or 4.0, in UTF-8, that other programs read."""
    lines: list[str] = []
    for card in cards:
        named = ";CHARSET=UTF-8" if version == "2.1" else ""
        lines += [
            "BEGIN:VCARD",
            f"VERSION:{version}",
            f"N{named}:{_escaped(card.name)};;;;",
            f"FN{named}:{_escaped(card.name)}",
        ]
        if card.company or card.department:
            lines.append(f"ORG{named}:{_escaped(card.company)};{_escaped(card.department)}")
        for key, words in (("TITLE", card.title), ("NOTE", card.note)):
            if words:
                lines.append(f"{key}{named}:{_escaped(words)}")
        lines += [f"EMAIL{_kind(version, 'WORK', 'INTERNET')}:{one}" for one in card.emails]
        lines += [f"TEL{_kind(version, 'WORK', 'VOICE')}:{one}" for one in card.phones]
        lines += [f"TEL{_kind(version, 'CELL')}:{one}" for one in card.mobiles]
        lines += [f"ADR{_kind(version, 'WORK')}{named}:;;{_escaped(one)};;;;" for one in card.addresses]
        if card.birthday:
            lines.append(f"BDAY:{card.birthday:{'%Y%m%d' if version == '4.0' else '%Y-%m-%d'}}")
        if card.tags and version != "2.1":
            lines.append(f"CATEGORIES:{','.join(map(_escaped, card.tags))}")
        lines.append("END:VCARD")
    return "".join(f"{part}\r\n" for line in lines for part in _folded(line, version)).encode()


def _kind(version: str, *kinds: str) -> str:
    if version == "2.1":
        return "".join(f";{kind}" for kind in kinds)
    return f";TYPE={','.join(kind.lower() for kind in kinds if version != '4.0' or kind != 'INTERNET')}"


def _escaped(words: str) -> str:
    for sign, told in (("\\", "\\\\"), (";", "\\;"), (",", "\\,"), ("\n", "\\n")):
        words = words.replace(sign, told)
    return words


def _folded(line: str, version: str) -> Iterator[str]:
    """Lines of 75 bytes, never within a sign; version 2.1 folds only at blanks, so its lines stay whole."""
    part, size = "", 0
    for sign in line:
        width = len(sign.encode())
        if version != "2.1" and size + width > 74:
            yield part
            part, size = " ", 1
        part, size = part + sign, size + width
    yield part


def business_card(card: Card) -> bytes:
    """The card as a QR code (SVG) that a telephone reads: name, company, title, the first numbers and address."""
    import io

    import segno

    short = Card(
        name=card.name,
        company=card.company,
        title=card.title,
        emails=card.emails[:1],
        phones=card.phones[:1],
        mobiles=card.mobiles[:1],
    )
    out = io.BytesIO()
    segno.make(write_cards((short,)).decode(), error="m", micro=False).save(out, kind="svg", scale=4, border=4)
    return out.getvalue()
