"""The words of a verification: what was altered in a quotation's file, and what a workspace knows of it. Codes come as text."""

from __future__ import annotations

from desktop_crm.i18n.catalogue import mark, told, tr

_STANDINGS = {
    "newest": mark("This is the issued version, and the newest one."),
    "superseded": mark("This version was issued; a newer one has replaced it."),
    "different": mark("This workspace issued this number otherwise: the file is not what was issued here."),
    "unknown": mark("This workspace does not know this number."),
}
_WHOLE = {
    "copy": mark("The copy inside was altered: its hash is not the one it was made with."),
    "description": mark("The file’s description was altered: “{was}” became “{now}”."),
    "appended": mark("Something was appended to the file after it was made."),
    "structure": mark("The file was changed outside its pages."),
    "signature": mark("A signature does not hold: {now}"),
    "picture": mark("A picture of the page is missing or was exchanged ({was}…)."),
    "page_count": mark("The file has {now} pages where it was made with {was}."),
}


def standing_words(standing: str, *, intact: bool) -> str:
    """What the workspace says about a file; of an altered one it knows the copy inside alone."""
    if not intact and standing in {"newest", "superseded"}:
        return tr("The copy inside is what this workspace issued; the file around it was altered.")
    return told(_STANDINGS[standing])


def signature_words(by: str, at: str, issuer: str = "", *, whole: bool, trusted: bool, own: bool = False) -> str:
    """What a signature is worth, in a sentence."""
    if not whole:
        return tr("The signature of {name} no longer holds for this file.", name=by or "?")
    if trusted:
        return tr(
            "Signed by {name} at {time}; {issuer} vouches for that, whom you trust.", name=by, time=at, issuer=issuer
        )
    if own:
        return tr(
            "Signed by {name} at {time}, as they say themselves: nobody else vouches for the name.", name=by, time=at
        )
    return tr(
        "Signed by {name} at {time}, certified by {issuer}, who is not among those you trust.",
        name=by,
        time=at,
        issuer=issuer or "?",
    )


def alteration_words(part: str, page: int, was: str, now: str) -> str:
    """What was altered, in a sentence."""
    if part == "page_look":
        return tr("Page {page} looks different from what the copy inside makes.", page=page)
    if part == "page_text":
        if not was:
            return tr("Page {page}: “{now}” was put in.", page=page, now=_short(now))
        if not now:
            return tr("Page {page}: “{was}” was taken out.", page=page, was=_short(was))
        return tr(
            "Page {page}: “{now}” stands where the copy says “{was}”.", page=page, now=_short(now), was=_short(was)
        )
    return told(_WHOLE[part], was=_short(was), now=_short(now))


def _short(text: str) -> str:
    return text if len(text) <= 120 else f"{text[:119]}…"
