"""Mail in words: why a mail stands where it stands, and how one that goes out stands. Screen and terminal ask here."""

from __future__ import annotations

from desktop_crm.i18n.catalogue import ptr, tr


def reason_words(reason: str, contact: str = "", account: str = "") -> str:
    """Why a mail was put with its account; `reason` as the mail holds it."""
    code, _, word = reason.partition(":")
    match code:
        case "exchange":
            return tr("It answers a mail that stands here")
        case "quote":
            return tr("Quote number {number} is in the subject", number=word)
        case "address":
            return tr("{address} is the address of {name}", address=word, name=contact or account or "–")
        case "domain":
            return tr("{domain} is the domain of {name}", domain=word, name=account or "–")
        case "chosen":
            return tr("Chosen by hand")
        case "sent":
            return tr("Sent from here")
        case _:
            return tr("It belongs to nobody known")


def state_word(state: str) -> str:
    """How a mail that goes out stands."""
    match state:
        case "draft":
            return ptr("mail", "Draft")
        case "waiting":
            return tr("Waits to be sent")
        case "handing":
            return tr("Being sent")
        case "sent":
            return ptr("mail", "Sent")
        case "unclear":
            return tr("Not clear whether sent")
        case _:
            return tr("Not sent")
