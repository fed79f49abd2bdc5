"""A customer signs on the screen: the drawing is kept with the account, with the time and the hash of what was signed; the quote is accepted."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from desktop_crm.domain.schema.options import QuoteStatus
from desktop_crm.foundation.changes import Changes
from desktop_crm.foundation.errors import Refusal
from desktop_crm.foundation.ids import RowId
from desktop_crm.i18n import tr
from desktop_crm.services import blobs, records
from desktop_crm.services.quotes import answering, reading
from desktop_crm.services.workspace import Workspace

_PNG = "image/png"


@dataclass(frozen=True, slots=True, kw_only=True)
class Countersigned:
    """The file that was kept, what the acceptance made, and what changed."""

    attachment_id: RowId
    order_number: str
    changes: Changes


def accept_signed(workspace: Workspace, quote_id: str, name: str, drawing: bytes) -> Countersigned:
    """Keep what a customer drew over the newest issued version, and accept the quote. `drawing`: PNG or JPEG.

    Raises Refusal `value.required` without a name, `quote.version.unknown`, `picture.unreadable`, and as `answering.mark` does.
    """
    from desktop_crm.documents.pictures import prepared

    if not name.strip():
        raise Refusal("value.required", entity="contact", field="name")
    version = reading.version_summary(workspace, quote_id)
    quote = reading.open_quote(workspace, quote_id)
    picture = prepared(drawing)
    at = workspace.clock.now()
    answered = answering.mark(workspace, quote_id, QuoteStatus.ACCEPTED)
    said = tr(
        "{name} signed {number} v{version} on screen at {time}. Document hash {hash}, drawing {drawing}.",
        name=name.strip(),
        number=version.number,
        version=version.version,
        time=at.isoformat(timespec="seconds"),
        hash=version.hash,
        drawing=hashlib.sha256(picture).hexdigest(),
    )
    fields = {
        "name": tr("{number} v{version} signed.png", number=version.number, version=version.version),
        "account_id": quote.draft.account_id,
        "opportunity_id": quote.draft.opportunity_id,
        "owner_id": workspace.author.user_id,
        "added_at": at,
        "size": len(picture),
        "mime": _PNG,
        "content": blobs.put(workspace, picture, _PNG),
        "note": said,
    }
    kept = records.create(workspace, "attachment", fields)
    return Countersigned(
        attachment_id=kept.id, order_number=answered.order_number, changes=answered.changes.join(kept.changes)
    )
