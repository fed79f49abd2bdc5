"""What a user may read and write at this moment: his own grants and his team's, accounts shared with him, private maps.

Asked anew for each request, so that a right that was taken back ends with the next contact.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from sqlalchemy import and_, literal_column, or_, select

from desktop_crm.sync.server import tables
from desktop_crm.sync.server.books import Books
from desktop_crm.sync.server.scopes import PRIVATE, SHARED
from desktop_crm.sync.server.session import READ_WRITE

OF_A_TEAM: Final = "team:"
"""Whom a grant or a share is for, when it is for everybody of a team: this and the team's id."""
HOME: Final = ""
"""In place of a holder: the line says in which scope the shared account would lie otherwise; who may see that may see the account."""


def reach(books: Books, user_id: str) -> dict[str, str]:
    """Every scope the user may read ("r") or also write ("rw")."""
    holders = [user_id, *(f"{OF_A_TEAM}{team}" for team in teams_of(books, [user_id]))]
    held: dict[str, str] = {}
    for holder in holders:
        _add(held, books.grants(holder).items())
    _add(held, list(_shared(books, holders, held)))
    _add(held, ((f"{PRIVATE}{one}", READ_WRITE) for one in _private_maps(books, user_id)))
    return held


def teams_of(books: Books, users: Iterable[str]) -> list[str]:
    """The teams of these users."""
    table = tables.ENTITIES["user"]
    where = and_(table.c.tenant_id == books.tenant, table.c.id.in_(sorted(users)), table.c.team_id.is_not(None))
    return sorted({row[0] for row in books.connection.execute(select(table.c.team_id).where(where))})


def _add(held: dict[str, str], more: Iterable[tuple[str, str]]) -> None:
    for scope, mode in more:
        if held.get(scope) != READ_WRITE:
            held[scope] = mode


def _shared(books: Books, holders: list[str], held: dict[str, str]) -> Iterable[tuple[str, str]]:
    for line in books.all(tables.share):
        if line["holder"] == HOME and line["mode"] in held:
            yield f"{SHARED}{line['account_id']}", held[line["mode"]]
        elif line["holder"] in holders:
            yield f"{SHARED}{line['account_id']}", line["mode"]


def _private_maps(books: Books, user_id: str) -> list[str]:
    """Maps that the user is on the team of: as keeper, as owner or member of the account, or as one of a team with keeper or owner."""
    maps, account, people = (tables.ENTITIES[name] for name in ("stakeholder_map", "account", "user"))
    member = tables.ENTITIES["account_member"]
    same = and_(account.c.tenant_id == maps.c.tenant_id, account.c.id == maps.c.account_id)
    query = (
        select(maps.c.id, maps.c.account_id, maps.c.owner_id, account.c.owner_id)
        .select_from(maps.outerjoin(account, same))
        .where(maps.c.tenant_id == books.tenant, literal_column("stakeholder_map.private"))
    )
    found = books.connection.execute(query).all()
    if not found:
        return []
    my_team = teams_of(books, [user_id])
    where = and_(people.c.tenant_id == books.tenant, or_(people.c.id == user_id, people.c.team_id.in_(my_team)))
    mates = {row[0] for row in books.connection.execute(select(people.c.id).where(where))} | {user_id}
    where = and_(member.c.tenant_id == books.tenant, member.c.user_id == user_id, member.c["_deleted"].is_(False))
    mine = {row[0] for row in books.connection.execute(select(member.c.account_id).where(where))}
    return [map_id for map_id, account_id, keeper, owner in found if {keeper, owner} & mates or account_id in mine]
