"""To whom a mail belongs, and why: the exchange it continues, a quote's number, an address, else the domain of a company. Pure.

The first that decides stands: an address of a contact before a domain, the sender before those who were written to. A deal is named
only when its name stands in the subject, or when the contact's company has exactly one that is open.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum

PUBLIC = frozenset(
    "gmail.com googlemail.com naver.com daum.net hanmail.net kakao.com nate.com outlook.com hotmail.com live.com yahoo.com"
    " yahoo.co.kr icloud.com me.com gmx.de gmx.net web.de aol.com proton.me protonmail.com".split()
)
"""Where anybody may have an address: no company's domain."""


_NUMBER = re.compile(r"[A-Z0-9]+(?:-[A-Z0-9]+)+")
"""What may be a quote's number."""


class Because(StrEnum):
    """By what a mail was put where it is."""

    EXCHANGE = "exchange"
    QUOTE = "quote"
    ADDRESS = "address"
    DOMAIN = "domain"
    CHOSEN = "chosen"
    SENT = "sent"


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a mail belongs."""

    account_id: str | None = None
    contact_id: str | None = None
    deal_id: str | None = None
    quote_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Matched:
    """A place with its reason; `reason` is empty where nothing decides."""

    place: Place = field(default_factory=Place)
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Directory:
    """Who is known: addresses and domains in small letters; `ours` are our own addresses; deals by account: id and name;
    quotes by number, `users` by address.
    """

    contacts: Mapping[str, Place]
    domains: Mapping[str, str]
    ours: frozenset[str] = frozenset()
    deals: Mapping[str, tuple[tuple[str, str], ...]] = field(default_factory=dict)
    quotes: Mapping[str, Place] = field(default_factory=dict)
    users: Mapping[str, str] = field(default_factory=dict)


def match(
    sender: str, recipients: tuple[str, ...], subject: str, earlier: Place | None, directory: Directory
) -> Matched:
    """Where a mail belongs; `earlier` is where the mails of the same exchange stand."""
    if earlier is not None and (earlier.account_id or earlier.contact_id):
        return Matched(place=earlier, reason=Because.EXCHANGE.value)
    others = [one for one in (sender, *recipients) if one and one not in directory.ours]
    for number in _NUMBER.findall(subject.upper()):
        quoted = directory.quotes.get(number)
        if quoted is not None:
            people = (directory.contacts.get(one, Place()) for one in others)
            person = next((one.contact_id for one in people if one.account_id == quoted.account_id), None)
            there = replace(quoted, contact_id=person or quoted.contact_id)
            return Matched(place=there, reason=f"{Because.QUOTE}:{number}")
    for address in others:
        place = directory.contacts.get(address)
        if place is not None:
            return Matched(place=_with_deal(place, subject, directory), reason=f"{Because.ADDRESS}:{address}")
    for address in others:
        domain = address.rpartition("@")[2]
        while domain.count(".") and domain not in PUBLIC:
            account = directory.domains.get(domain)
            if account is not None:
                place = _with_deal(Place(account_id=account), subject, directory)
                return Matched(place=place, reason=f"{Because.DOMAIN}:{domain}")
            domain = domain.partition(".")[2]
    return Matched()


def _with_deal(place: Place, subject: str, directory: Directory) -> Place:
    deals = directory.deals.get(place.account_id or "", ())
    folded = subject.casefold()
    named = [one for one, name in deals if len(name) > 2 and name.casefold() in folded]
    only = named if len(named) == 1 else [one for one, _ in deals] if len(deals) == 1 and place.contact_id else []
    return Place(account_id=place.account_id, contact_id=place.contact_id, deal_id=only[0] if only else None)


def owner(sender: str, recipients: tuple[str, ...], directory: Directory) -> str | None:
    """Whose mail it is among us: who sent it, else the first of us it was sent to. The same on every laptop of a team."""
    return next((directory.users[one] for one in (sender, *recipients) if one in directory.users), None)
