"""Searching everything by words and filters: names, notes, mails, lines of quotes, texts of files; with the piece that was hit."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from desktop_crm.domain import text as plain_text
from desktop_crm.domain.asked import Asked, read, stem
from desktop_crm.domain.schema import REGISTRY
from desktop_crm.domain.snippets import Snippet, snippet
from desktop_crm.exchange.file_text import text_of
from desktop_crm.foundation.errors import Trouble
from desktop_crm.persistence.stores import full_text as store
from desktop_crm.persistence.stores.full_text import BY_ENTITY, Hit
from desktop_crm.services import blobs
from desktop_crm.services.search import find as find_named
from desktop_crm.services.workspace import Workspace

__all__ = [
    "Asked",
    "Found",
    "Result",
    "Unread",
    "asked",
    "in_texts",
    "keep_text",
    "next_unread",
    "read_files",
    "search",
]

OF_A_KIND = 40
FEW_SIGNS, ALIKE = 3, 74
FILES_AT_ONCE = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """One record that was found. `snippet` is the piece of its text that was hit; `title_hits` where in the title."""

    entity: str
    id: str
    title: str
    title_hits: tuple[tuple[int, int], ...]
    snippet: Snippet
    kind: str = ""
    at: datetime | None = None
    account: str = ""
    owner: str = ""
    stage: str = ""
    amount: Decimal | None = None
    currency: str = ""
    opens: tuple[str, str] = ("", "")
    """Entity and id of what is shown for it: of a comment its record."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What was read of the question and what answers it. `meant`: the words that were searched instead of those typed."""

    asked: Asked
    found: tuple[Found, ...] = ()
    meant: str = ""


def asked(workspace: Workspace, text: str) -> Asked:
    """What was typed, read with today's date."""
    return read(text, workspace.today())


def search(workspace: Workspace, text: str, limit: int = 200) -> Result:
    """Search everything. Words on the wrong keyboard layout and small typing errors are forgiven where nothing else is found."""
    question = asked(workspace, text)
    if question.empty:
        return Result(asked=question)
    found = _found(workspace, question)
    if found or not question.words:
        return Result(asked=question, found=found[:limit])
    for other in _otherwise(workspace, " ".join(question.words)):
        again = read(f"{other} {_filters(text, question)}", workspace.today())
        found = _found(workspace, again)
        if found:
            return Result(asked=again, found=found[:limit], meant=other)
    return Result(asked=question)


def in_texts(workspace: Workspace, text: str, limit: int) -> tuple[Found, ...]:
    """What holds the words in a long text, some of each kind; for the palette, which has found the names already."""
    question = asked(workspace, text)
    found = _found(workspace, question, limit, named=False) if question.words else ()
    return tuple(one for one in found if one.snippet.hits and not one.title_hits)[:limit]


@dataclass(frozen=True, slots=True, kw_only=True)
class Unread:
    """A file whose words were not read yet."""

    content: str
    name: str
    mime: str
    data: bytes


def next_unread(workspace: Workspace, passed: frozenset[str] = frozenset()) -> Unread | None:
    """The next file to read, apart from those that were passed over; one that lies on another laptop waits until it is here."""
    with workspace.read() as session:
        waiting = store.unread(session, FILES_AT_ONCE + len(passed))
    for content, name, mime in waiting:
        if content not in passed:
            try:
                return Unread(content=content, name=name, mime=mime, data=blobs.get(workspace, content))
            except Trouble:
                continue
    return None


def keep_text(workspace: Workspace, content: str, words: str) -> None:
    """Keep the words of a file on this laptop. Writes."""
    with workspace.database.writing() as connection:
        store.keep_text(connection, content, " ".join(words.split()))


def read_files(workspace: Workspace) -> int:
    """Read the words of all files that are here; how many were."""
    count = 0
    while (one := next_unread(workspace)) is not None:
        keep_text(workspace, one.content, text_of(one.name, one.mime, one.data))
        count += 1
    return count


def _found(
    workspace: Workspace, question: Asked, of_a_kind: int = OF_A_KIND, *, named: bool = True
) -> tuple[Found, ...]:
    entities = tuple(BY_ENTITY) if not question.kind else _kinds(question.kind)
    with workspace.read() as session:
        hits = store.find(session, question, workspace.author.user_id, entities, of_a_kind, named=named)
    words = [stem(word) for word in question.words]
    kind = question.kind.lower()
    made = [_one(hit, words) for hit in hits if not _is_kind(kind) or hit.kind == _KINDS[kind]]
    return tuple(sorted(made, key=lambda one: (not one.title_hits, list(BY_ENTITY).index(one.entity))))


_KINDS = {
    **{word: word for word in ("visit", "call", "mail", "meeting", "note")},
    "방문": "visit", "통화": "call", "메일": "mail", "회의": "meeting", "메모": "note",
}  # fmt: skip
_ENTITIES = {
    "계정": "account", "연락처": "contact", "영업기회": "opportunity", "견적": "quote", "계약": "contract", "활동": "activity",
    "할일": "task", "파일": "attachment", "file": "attachment", "문의": "ticket", "deal": "opportunity",
    "댓글": "comment",
}  # fmt: skip


def _is_kind(word: str) -> bool:
    return word in _KINDS


def _kinds(word: str) -> tuple[str, ...]:
    """The sources that a kind's word names; none for an unknown word."""
    small = word.lower()
    if _is_kind(small):
        return ("activity",)
    known = REGISTRY.find(small)
    entity = _ENTITIES.get(small) or (known.name if known is not None else "")
    return (entity,) if entity in BY_ENTITY else ()


def _one(hit: Hit, words: list[str]) -> Found:
    title = snippet(hit.title, words)
    return Found(
        entity=hit.entity,
        id=hit.id,
        title=title.text,
        title_hits=title.hits,
        snippet=snippet(hit.text, words) if hit.text.strip() else Snippet(text=""),
        kind=hit.kind,
        at=_moment(hit.at),
        account=hit.account if hit.entity != "account" else "",
        owner=hit.owner,
        stage=hit.stage,
        amount=Decimal(hit.amount) if hit.amount else None,
        currency=hit.currency,
        opens=(hit.entity, hit.id) if not hit.about else _pair(hit.about),
    )


def _pair(about: str) -> tuple[str, str]:
    entity, _, row_id = about.partition(" ")
    return entity, row_id


def _moment(at: str) -> datetime | None:
    if not at:
        return None
    found = datetime.fromisoformat(at)
    return found if found.tzinfo else found.astimezone()


def _otherwise(workspace: Workspace, words: str) -> list[str]:
    """What else the words may mean: another keyboard layout, and names that are spelt nearly so."""
    others = [one for one in plain_text.wordings(words) if one != words]
    if len(words) >= FEW_SIGNS:
        from rapidfuzz import fuzz, process

        first = words[:1]
        names = {hit.title for hit in find_named(workspace, first, 400)} | {
            hit.title for part in (words[:2], words[-2:]) for hit in find_named(workspace, part, 200)
        }
        near = process.extract(words, sorted(names), scorer=fuzz.WRatio, limit=3, score_cutoff=ALIKE)
        others += [name for name, _score, _place in near]
    return others


def _filters(text: str, question: Asked) -> str:
    """The filters of what was typed, without its words."""
    return " ".join(part for part in text.split() if ":" in part) if question.narrowed else ""
