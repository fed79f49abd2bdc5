"""Queries of the content library: its blocks with their use in issued proposals, and which of those were won or lost."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import text as sql
from sqlalchemy.orm import Session

from desktop_crm.persistence.stores.records import decode_fields, titles

_USE = (
    "SELECT DISTINCT p.id, p.number, p.name, p.proposal_state, s.kind FROM proposal_version v"
    " JOIN proposal p ON p.id=v.proposal_id LEFT JOIN opportunity o ON o.id=p.opportunity_id"
    " LEFT JOIN stage s ON s.id=o.stage_id WHERE v._deleted IS NULL AND p._deleted IS NULL"
    " AND instr(v.snapshot, :content)>0 ORDER BY p.number DESC, p.id"
)
_STATES = (
    "SELECT v.snapshot, p.id, p.proposal_state, s.kind FROM proposal_version v JOIN proposal p ON p.id=v.proposal_id"
    " LEFT JOIN opportunity o ON o.id=p.opportunity_id LEFT JOIN stage s ON s.id=o.stage_id"
    " WHERE v._deleted IS NULL AND p._deleted IS NULL"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class UsedIn:
    """A proposal that was issued with a block, and how it went: `won`, `lost` or `open`."""

    proposal_id: str
    number: str
    name: str
    outcome: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """A block of the library. `won`, `lost`: how many opportunities of proposals that used it."""

    id: str
    name: str
    kind: str
    language: str
    body: str
    industries: tuple[str, ...]
    products: tuple[str, ...]
    stage_id: str
    owner: str
    expires_on: date | None
    image: str
    pages: str
    won: int = 0
    lost: int = 0

    def expired(self, today: date) -> bool:
        """Whether its day has passed."""
        return self.expires_on is not None and self.expires_on < today


def outcome(state: str | None, stage: str | None) -> str:
    """How a proposal went: the stage of its opportunity says it, else what the customer answered."""
    if stage == "won" or (state == "accepted" and stage != "lost"):
        return "won"
    return "lost" if stage == "lost" or state == "rejected" else "open"


def used_in(session: Session, content_id: str) -> tuple[UsedIn, ...]:
    """The issued proposals that hold the block, the newest number first."""
    rows = session.execute(sql(_USE), {"content": f'"{content_id}"'})
    return tuple(
        UsedIn(proposal_id=row[0], number=row[1] or "", name=row[2] or "", outcome=outcome(row[3], row[4]))
        for row in rows
    )


def contents(session: Session) -> tuple[Content, ...]:
    """Every block by its title, with its effect."""
    rows = session.execute(sql("SELECT * FROM content_block WHERE _deleted IS NULL ORDER BY name, id")).mappings().all()
    people = titles(session, "user", {row["owner_id"] or "" for row in rows})
    issued = [(row[0] or "", row[1], outcome(row[2], row[3])) for row in session.execute(sql(_STATES))]
    return tuple(_content(row, people, issued) for row in rows)


def content(session: Session, content_id: str) -> Content | None:
    """One block, also without its effect; None when it is gone."""
    statement = sql("SELECT * FROM content_block WHERE id=:id AND _deleted IS NULL")
    row = session.execute(statement, {"id": content_id}).mappings().one_or_none()
    return None if row is None else _content(row, titles(session, "user", {row["owner_id"] or ""}), [])


def _content(row: Mapping[Any, Any], people: Mapping[str, str], issued: list[tuple[str, str, str]]) -> Content:
    ends = {proposal: end for snapshot, proposal, end in issued if f'"{row["id"]}"' in snapshot}
    return Content(
        id=row["id"],
        name=row["name"] or "",
        kind=row["content_kind"] or "text",
        language=row["language"] or "",
        body=row["body"] or "",
        industries=_words(row["industries"]),
        products=_words(row["products"]),
        stage_id=row["stage_id"] or "",
        owner=people.get(row["owner_id"] or "", ""),
        expires_on=date.fromisoformat(row["expires_on"]) if row["expires_on"] else None,
        image=row["image"] or "",
        pages=row["pages"] or "",
        won=sum(end == "won" for end in ends.values()),
        lost=sum(end == "lost" for end in ends.values()),
    )


def _words(text: str | None) -> tuple[str, ...]:
    return tuple(decode_fields("content_block", f'{{"industries":{text}}}')["industries"] or ()) if text else ()
