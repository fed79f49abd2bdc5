"""Looking at quotes: the list, one quote with its versions, products to add."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import Final

from desktop_crm.domain.quotes import canonical
from desktop_crm.domain.quotes.answers import IN_WORK
from desktop_crm.domain.quotes.draft import QuoteDraft
from desktop_crm.domain.schema.options import LifeCycle, QuoteStatus
from desktop_crm.foundation.errors import Refusal
from desktop_crm.foundation.ids import RowId
from desktop_crm.persistence.engine import Session
from desktop_crm.persistence.stores import quotes as store
from desktop_crm.persistence.stores.quotes import ProductChoice, QuoteSummary, Stored, VersionSummary
from desktop_crm.services.workspace import Workspace

WantedVersion = int | str | None
"""Which issued version: its number, the id of its row, the first signs of its hash; None is the newest."""
SUPERSEDED: Final = "superseded"
"""The state of an issued version that a newer one has replaced."""
_UNSOLD: Final = 12  # so many more are looked for, in case some are not sold
_FEWEST_SIGNS: Final = 4  # of a hash: "7" is a version's number, never the beginning of a hash
_PARTIES: Final = frozenset({"supplier", "customer"})


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenQuote:
    """A quote to work on: the draft, and the versions that were issued, the newest first."""

    draft: QuoteDraft
    number: str
    status: QuoteStatus
    draft_version: int
    account_name: str
    opportunity_name: str
    price_book_id: RowId | None
    versions: tuple[VersionSummary, ...]
    alternative: str = ""
    alternative_of_id: RowId | None = None
    based_on_id: RowId | None = None
    standing_id: RowId | None = None
    beside: tuple[RowId, ...] = ()
    """The quotes that stand side by side with it, itself among them; empty where it stands alone."""

    @property
    def is_draft(self) -> bool:
        """Whether there is something that was not issued."""
        return self.status in IN_WORK or not self.versions

    @property
    def undecided(self) -> tuple[VersionSummary, ...]:
        """The newest versions where two laptops issued one number apart and nobody said yet which one holds, the first one first."""
        if not self.versions or self.standing_id == self.versions[0].id:
            return ()
        twins = [one for one in reversed(self.versions) if one.version == self.versions[0].version]
        return tuple(twins) if len(twins) > 1 else ()

    def state_of(self, version: VersionSummary) -> str:
        """The state of an issued version: the quote's own while it is the newest and no draft is in work.

        Of several with one number it is that of the one that was decided for; while none is, of all.
        """
        newest = self.versions[0]
        if version.version < newest.version or (self.standing_id == newest.id and version.id != newest.id):
            return SUPERSEDED
        return (QuoteStatus.ISSUED if self.is_draft else self.status).value

    def means_draft(self, wanted: WantedVersion) -> bool:
        """Whether this names the draft in work: it is the only thing there is, or its number is meant."""
        return not self.versions if wanted is None else self.is_draft and str(wanted) == str(self.draft_version)


def list_quotes(
    workspace: Workspace, text: str = "", limit: int = 200, account_id: str | None = None
) -> tuple[QuoteSummary, ...]:
    """Quotes, the newest first; `text` is looked for in number, title and account name."""
    with workspace.read() as session:
        return store.summaries(session, text, limit, account_id)


def open_quote(workspace: Workspace, quote_id: str) -> OpenQuote:
    """One quote. Raises Refusal `record.missing`."""
    with workspace.read() as session:
        found = stored(session, workspace, quote_id)
        past = store.versions(session, quote_id)
        status = found.status
        if status not in {*IN_WORK, QuoteStatus.ACCEPTED} and past and not _says(session, past[0], found.draft):
            status = QuoteStatus.DRAFT  # a line was edited by itself, or an undo reached behind the issue
        return OpenQuote(
            draft=found.draft,
            number=found.number,
            status=status,
            draft_version=max(found.draft_version, past[0].version + 1 if past else 1),
            account_name=found.account_name,
            opportunity_name=found.opportunity_name,
            price_book_id=found.price_book_id,
            versions=past,
            alternative=found.alternative,
            alternative_of_id=found.alternative_of_id,
            based_on_id=found.based_on_id,
            standing_id=found.standing_id,
            beside=_beside(session, found),
        )


def find(workspace: Workspace, number: str) -> RowId:
    """The quote with this number or id. Raises Refusal `quote.number.unknown`, `quote.number.several`.

    Two laptops that made quotes before their first sync may have given the same number.
    """
    with workspace.read() as session:
        found = store.quote_ids_of(session, number)
    if not found:
        raise Refusal("quote.number.unknown", number=number)
    if len(found) > 1:
        raise Refusal("quote.number.several", number=number, ids=", ".join(found))
    return RowId(found[0])


def account_named(workspace: Workspace, name: str) -> RowId:
    """The one account of that name. Raises Refusal `quote.account.unknown`, `quote.account.several`."""
    with workspace.read() as session:
        found = store.account_ids_of(session, name)
    if not found:
        raise Refusal("quote.account.unknown", name=name)
    if len(found) > 1:
        raise Refusal("quote.account.several", name=name, count=len(found))
    return RowId(found[0])


def product_coded(workspace: Workspace, code: str) -> RowId:
    """The one product of that code. Raises Refusal `quote.product.unknown`."""
    with workspace.read() as session:
        found = store.product_ids_of(session, code)
    if len(found) != 1:
        raise Refusal("quote.product.unknown", name=code)
    return RowId(found[0])


def products(
    workspace: Workspace, text: str, limit: int = 12, price_book_id: str | None = None, account_id: str | None = None
) -> tuple[ProductChoice, ...]:
    """Products for what was typed (name, code or initial consonants), with today's prices; the book named goes first.

    What is not sold yet, or not any more, is not among them.
    """
    with workspace.read() as session:
        found = store.product_choices(session, text, limit + _UNSOLD, workspace.today(), price_book_id, account_id)
    sold = [one for one in found if one.life_cycle not in {LifeCycle.WITHDRAWN, LifeCycle.PLANNED}]
    return tuple(sold[:limit])


def version_summary(workspace: Workspace, quote_id: str, wanted: WantedVersion = None) -> VersionSummary:
    """An issued version. Raises Refusal `quote.version.unknown`, `quote.version.several`."""
    with workspace.read() as session:
        return summary_in(session, quote_id, wanted)


def summary_in(session: Session, quote_id: str, wanted: WantedVersion) -> VersionSummary:
    """The same, within a session."""
    past = store.versions(session, quote_id)
    if wanted is None and past:
        return past[0]
    word = str(wanted or 1).lower()
    found = (
        [one for one in past if one.id == wanted]
        or [one for one in past if one.label.lower().removeprefix("v") == word and "-" in word]
        or [one for one in past if str(one.version) == word]
        or [one for one in past if isinstance(wanted, str) and len(word) >= _FEWEST_SIGNS and one.hash.startswith(word)]
    )
    if not found:
        raise Refusal("quote.version.unknown", version=word)
    if len(found) > 1:
        hashes = ", ".join(one.hash[: store.HASH_SIGNS] for one in found)
        raise Refusal("quote.version.several", version=word, hashes=hashes)
    return found[0]


def next_version(session: Session, quote: Stored) -> int:
    """The number that the draft will have when it is issued."""
    past = store.versions(session, quote.draft.id)
    return max(quote.draft_version, past[0].version + 1 if past else 1)


def stored(session: Session, workspace: Workspace, quote_id: str) -> Stored:
    """The quote as it lies in the file, our company named at least as the workspace is. Raises Refusal `record.missing`."""
    found = store.stored(session, quote_id)
    if found is None:
        raise Refusal("record.missing", entity="quote", id=quote_id)
    draft = found.draft
    if not draft.supplier.name:
        draft = replace(draft, supplier=replace(draft.supplier, name=workspace.name))
    if draft.exchange_rate is not None:
        draft = replace(draft, home_currency=workspace.currency)
    return found if draft is found.draft else replace(found, draft=draft)


def _beside(session: Session, found: Stored) -> tuple[RowId, ...]:
    if not found.alternative:
        return ()
    return tuple(RowId(one) for one in store.alternatives_of(session, found.draft.id))


def _says(session: Session, version: VersionSummary, draft: QuoteDraft) -> bool:
    """Whether the version says what a person decided in the draft; parties may have changed since by themselves."""
    text = store.snapshot(session, version.id)
    try:
        past = json.loads(text[0])["draft"] if text else None
    except (ValueError, KeyError, TypeError):
        return True  # damage is told when the version is opened
    now = json.loads(canonical.encode(draft))
    return past is None or all(past.get(field) == now.get(field) for field in (now.keys() | past.keys()) - _PARTIES)
