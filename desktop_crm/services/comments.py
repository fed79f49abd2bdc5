"""Working together on a record: comments with mentions, followers, the deal's team, and what came since one looked last.

When somebody looked is kept on this laptop: it is nobody else's business.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Final

from desktop_crm.domain.activities.mentions import mentioned
from desktop_crm.foundation.changes import Changes
from desktop_crm.foundation.errors import Refusal
from desktop_crm.foundation.ids import RowId
from desktop_crm.persistence.stores import comments as store
from desktop_crm.persistence.stores.comments import Colleague, Comment
from desktop_crm.persistence.tables import ROWS
from desktop_crm.persistence.unit_of_work import UnitOfWork
from desktop_crm.services.records import Created
from desktop_crm.services.workspace import Workspace

__all__ = ["Colleague", "Comment"]

_FOLLOWS: Final = uuid.UUID("0b6c52f4-6ad0-5d3b-8ab8-2f0d1d1a9d54")
SHOWN: Final = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Discussion:
    """A record as those see it who work on it. `news`: stamps of what others changed since the user looked last."""

    comments: tuple[Comment, ...]
    followers: tuple[Colleague, ...]
    following: bool
    team: tuple[Colleague, ...]
    users: dict[str, str]
    news: frozenset[str]
    me: str

    @property
    def unread(self) -> int:
        """How many comments the user has not seen."""
        return sum(one.unread for one in self.comments)


def discussion(workspace: Workspace, entity: str, record_id: str) -> Discussion:
    """Everything said and known about working on a record."""
    me = _me(workspace)
    with workspace.read() as session:
        seen = store.looked_at(session, entity, record_id, me)
        followers = store.followers(session, entity, record_id)
        stamps = (
            store.stamps_since(session, entity, record_id, workspace.author.user_id, seen) if seen is not None else ()
        )
        return Discussion(
            comments=store.of_record(session, entity, record_id, me),
            followers=followers,
            following=any(one.id == me for one in followers),
            team=store.deal_team(session, record_id) if entity == "opportunity" else (),
            users=store.users(session),
            news=frozenset(stamps),
            me=me,
        )


def look(workspace: Workspace, entity: str, record_id: str) -> None:
    """The user has seen the record as it stands now."""
    with workspace.database.writing() as connection:
        store.write_look(connection, entity, record_id, _me(workspace))


def say(workspace: Workspace, entity: str, record_id: str, text: str) -> Created:
    """Write a comment; its author follows the record from now on. Raises Refusal `value.required`, `record.missing`."""
    text = text.strip()
    if not text:
        raise Refusal("value.required", entity="comment", field="body")
    me = workspace.author.user_id
    with workspace.write("comment.say") as work:
        work.get(ROWS[entity], record_id)
        fields = {
            "entity": entity,
            "record_id": record_id,
            "body": text,
            "author_id": me,
            "written_at": workspace.clock.now(),
            "mentions": mentioned(text, store.users(work.session)) or None,
        }
        row_id = work.insert("comment", fields)
        if me:
            _set_following(work, entity, record_id, me, on=True)
    return Created(id=row_id, changes=work.changes)


def take_back(workspace: Workspace, comment_id: str) -> Changes:
    """Delete a comment of one's own. Raises Refusal `record.missing`, `comment.foreign`."""
    with workspace.write("comment.take_back") as work:
        author = work.get(ROWS["comment"], comment_id).field_value("author_id")
        if author not in {None, workspace.author.user_id}:
            raise Refusal("comment.foreign")
        work.delete("comment", comment_id)
    return work.changes


def follow(workspace: Workspace, entity: str, record_id: str, *, on: bool) -> Changes:
    """Follow a record, or no longer. Raises Refusal `record.missing`, `comment.nobody` before anybody signed in."""
    me = workspace.author.user_id
    if not me:
        raise Refusal("comment.nobody")
    with workspace.write("follower.set") as work:
        work.get(ROWS[entity], record_id)
        _set_following(work, entity, record_id, me, on=on)
    return work.changes


def for_me(workspace: Workspace, limit: int = SHOWN) -> tuple[Comment, ...]:
    """What others said to the user or about what the user follows, the newest first; nothing before anybody signed in."""
    me = workspace.author.user_id
    if not me:
        return ()
    with workspace.read() as session:
        return store.for_user(session, me, limit)


def _set_following(work: UnitOfWork, entity: str, record_id: str, user: str, *, on: bool) -> None:
    row_id = RowId(str(uuid.uuid5(_FOLLOWS, f"{entity} {record_id} {user}")))
    row = work.session.get(ROWS["follower"], row_id)
    if row is None and on:
        work.insert("follower", {"entity": entity, "record_id": record_id, "user_id": user}, row_id)
    elif row is not None and on and row.row_deleted is not None:
        work.restore("follower", row_id)
    elif not on:
        mine = [one.row_id for one in store.followers(work.session, entity, record_id) if one.id == user]
        for one in mine:
            work.delete("follower", one)


def _me(workspace: Workspace) -> str:
    return workspace.author.user_id or ""
