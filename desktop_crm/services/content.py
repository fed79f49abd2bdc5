"""The content library: blocks with their files, which fit a proposal best, where they were used and with what effect."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from desktop_crm.foundation.changes import Changes
from desktop_crm.foundation.errors import Refusal, Trouble
from desktop_crm.persistence.stores import content as store
from desktop_crm.persistence.stores.content import Content, UsedIn
from desktop_crm.services import blobs, records
from desktop_crm.services.workspace import Workspace

__all__ = ["Content", "UsedIn"]

MOST_BYTES: Final = 20_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class ContentPage:
    """What the panel of a block shows. `page_count`: of its PDF; 0 where there is none, or where it is not here yet."""

    content: Content
    expired: bool
    used_in: tuple[UsedIn, ...]
    picture: bytes | None
    page_count: int

    @property
    def won(self) -> int:
        """Won deals it had a part in."""
        return sum(one.outcome == "won" for one in self.used_in)

    @property
    def lost(self) -> int:
        """Lost deals it had a part in."""
        return sum(one.outcome == "lost" for one in self.used_in)


def page(workspace: Workspace, content_id: str) -> ContentPage:
    """A block with its files and its use. Raises Refusal `record.missing`."""
    from desktop_crm.documents import preview

    with workspace.read() as session:
        found = store.content(session, content_id)
        used = store.used_in(session, content_id)
    if found is None:
        raise Refusal("record.missing", entity="content_block", id=content_id)
    pages = file_of(workspace, found.pages)
    return ContentPage(
        content=found,
        expired=found.expired(workspace.today()),
        used_in=used,
        picture=file_of(workspace, found.image),
        page_count=preview.page_count(pages) if pages is not None else 0,
    )


def fitting(
    workspace: Workspace, *, industry: str = "", language: str = "", products: Collection[str] = (), words: str = ""
) -> tuple[Content, ...]:
    """The blocks, those that fit best first; one in another language, for another industry or expired comes last."""
    today = workspace.today()
    with workspace.read() as session:
        found = store.contents(session)
    wanted = words.casefold().split()

    def rank(one: Content) -> tuple[int, int, str]:
        fits = 2 * bool(industry and industry in one.industries) + bool(set(products) & set(one.products))
        strange = 4 * one.expired(today) + 2 * bool(language and one.language and one.language != language)
        strange += bool(industry and one.industries and industry not in one.industries)
        return (strange, -fits, one.name)

    chosen = [one for one in found if all(word in f"{one.name} {one.body}".casefold() for word in wanted)]
    return tuple(sorted(chosen, key=rank))


def file_of(workspace: Workspace, digest: str) -> bytes | None:
    """A file by its hash; None where there is none, or where it did not come to this laptop yet."""
    if not digest:
        return None
    try:
        return blobs.get(workspace, digest)
    except Trouble as trouble:
        if trouble.code != "file.missing":
            raise
        return None


def set_file(workspace: Workspace, content_id: str, path: Path) -> Changes:
    """Give a block a picture (PNG or JPEG) or PDF pages, by what the file is.

    Raises Refusal `content.file`, `picture.unreadable`; Trouble `picture.file`.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        raise Trouble("picture.file", file=path.name, reason=str(error)[:120]) from error
    if len(content) > MOST_BYTES:
        raise Refusal("content.file", file=path.name)
    if content.startswith(b"%PDF"):
        from desktop_crm.documents import preview

        try:
            preview.page_count(content)
        except Trouble as trouble:
            raise Refusal("content.file", file=path.name) from trouble
        fields = {"pages": blobs.put(workspace, content, "application/pdf")}
    elif content.startswith((b"\x89PNG", b"\xff\xd8\xff")):
        from desktop_crm.documents import pictures

        fields = {"image": blobs.put(workspace, pictures.prepared(content), "image/png")}
    else:
        raise Refusal("content.file", file=path.name)
    return records.set_fields(workspace, "content_block", content_id, fields)


def take_away(workspace: Workspace, content_id: str, field: str) -> Changes:
    """Take the `image` or the `pages` away; the file stays for undo and for proposals that hold it."""
    return records.set_fields(workspace, "content_block", content_id, {field: None})
