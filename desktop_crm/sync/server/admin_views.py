"""What each page of the administration shows, read from the books in one snapshot. Ids, names of people and counts; no customer's record."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import func, select

from desktop_crm.domain.schema import REGISTRY
from desktop_crm.domain.schema.options import UserRole
from desktop_crm.foundation.errors import Refusal
from desktop_crm.i18n import formats, ntr, tr
from desktop_crm.i18n.error_texts import explain
from desktop_crm.i18n.labels import entity_label, field_label, option_label
from desktop_crm.sync.server import tables
from desktop_crm.sync.server.admin_html import Html, choice, field, form, table, text
from desktop_crm.sync.server.books import Books
from desktop_crm.sync.server.files import QUOTA
from desktop_crm.sync.server.office import scopes_of
from desktop_crm.sync.server.people import LOCK_DAYS
from desktop_crm.sync.server.reach import HOME, OF_A_TEAM

_NEWEST: Final = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """Whom a page is made for: his forms carry his word."""

    books: Books
    csrf: str

    def act(self, name: str, go: str, *parts: Html, about: str = "", **hidden: str) -> Html:
        """A form that does something."""
        return form("act", {"act": name, "csrf": self.csrf, **hidden}, parts, go, about)


def overview(view: View) -> list[Html]:
    books = view.books
    head = books.head()
    people, devices = books.all(tables.user), books.all(tables.device)
    kinds = [(entity_label(name, plural=True), _count(books, tables.ENTITIES[name])) for name in REGISTRY.names()]
    stored = books.connection.execute(
        select(func.count(), func.coalesce(func.sum(tables.blob_info.c.size), 0)).where(
            tables.blob_info.c.tenant_id == books.tenant
        )
    ).one()
    waits = books.one(tables.setting, name=LOCK_DAYS)
    room = books.one(tables.setting, name=QUOTA)
    facts = [
        (tr("Commits"), formats.number(head.seq)),
        (tr("Users"), formats.number(len(people))),
        (tr("Laptops"), formats.number(len(devices))),
        (tr("Changes in quarantine"), formats.number(_count(books, tables.quarantine))),
        (tr("Files"), f"{formats.number(stored[0])} · {formats.number(int(stored[1]) // 2**20)} MiB"),
    ]
    days = field("days", tr("Days"), kind="number", value=waits["value"] if waits else "0")
    territory = field("field", tr("Account field"), value=scopes_of(books).field, required=False)
    return [
        table(tr("How it stands"), (tr("What"), tr("Count")), facts),
        table(tr("Records"), (tr("What"), tr("Count")), [(k, formats.number(n)) for k, n in kinds if n]),
        _head(tr("Laptops out of touch")),
        _word(tr("After so many days without contact a laptop has to sign in again; 0 for never.")),
        view.act("lock_days", tr("Save"), days),
        _head(tr("Room for files")),
        _word(tr("How many MiB of files may be kept here; 0 for any number.")),
        view.act("quota", tr("Save"), field("mib", "MiB", kind="number", value=room["value"] if room else "0")),
        _head(tr("Territories")),
        _word(tr("The account field that names the territory; empty when everybody shares all accounts.")),
        view.act("territories", tr("Save"), territory),
    ]


def people(view: View) -> list[Html]:
    books = view.books
    rows = books.rows("user", [one["user_id"] for one in books.all(tables.user)])
    teams = _teams(books)
    lines = []
    for one in sorted(books.all(tables.user), key=lambda one: one["name"]):
        name, who = one["name"], one["user_id"]
        team = rows[who].state.fields.get("team_id") or "" if who in rows else ""
        lines.append(
            (
                name,
                view.act("role", tr("Save"), choice("role", tr("Role"), _roles(), one["role"]), about=name, user=who),
                view.act("team", tr("Save"), choice("team", tr("Team"), teams, team), about=name, user=who),
                tr("locked out") if one["disabled"] else tr("may sign in"),
                Html("").join(
                    (
                        view.act("sign_out", tr("Sign out everywhere"), about=name, user=who),
                        view.act("enable", tr("Let in"), about=name, user=who)
                        if one["disabled"]
                        else view.act("disable", tr("Lock out"), about=name, user=who),
                        view.act("factor_off", tr("No second factor"), about=name, user=who)
                        if one["totp"]
                        else view.act("factor_on", tr("Second factor"), about=name, user=who),
                    )
                ),
            )
        )
    new = (
        field("name", tr("User name")),
        field("password", tr("Password"), kind="password", complete="new-password"),
        choice("role", tr("Role"), _roles()),
    )
    heads = (tr("Name"), tr("Role"), tr("Team"), tr("State"), tr("Acts"))
    return [table(tr("Users"), heads, _html(lines)), _head(tr("Add a user")), view.act("add", tr("Add"), *new)]


def laptops(view: View) -> list[Html]:
    names = _names(view.books)
    lines = []
    for one in sorted(view.books.all(tables.device), key=lambda one: one["seen_at"], reverse=True):
        device = one["device_id"]
        act, go = ("let_in", tr("Let in")) if one["revoked"] else ("revoke", tr("Lock out"))
        state = tr("locked out") if one["revoked"] else tr("may sync")
        who = names.get(one["user_id"], "–")
        lines.append(
            (
                one["name"] or device,
                who,
                one["app_v"] or "–",
                _moment(one["seen_at"]),
                state,
                view.act(act, go, about=f"{one['name'] or device} {who}", device=device),
            )
        )
    heads = (tr("Laptop"), tr("User"), tr("Version"), tr("Last contact"), tr("State"), tr("Acts"))
    return [table(tr("Laptops"), heads, lines)]


def rights(view: View) -> list[Html]:
    books = view.books
    holders = [
        *_names(books).items(),
        *((f"{OF_A_TEAM}{key}", tr("Team {name}", name=n)) for key, n in _teams(books)[1:]),
    ]
    called = dict(holders)
    modes = (("r", tr("read")), ("rw", tr("read and write")), ("", tr("nothing")))
    words = dict(modes)
    granted = [
        (called.get(one["user_id"], one["user_id"]), one["scope"], words[one["mode"]])
        for one in books.all(tables.grant, revoked_seq=None)
    ]
    titles = books.rows("account", [one["account_id"] for one in books.all(tables.share)])
    shared = [
        (_title(titles, one["account_id"]), called.get(one["holder"], one["holder"]), words[one["mode"]])
        for one in books.all(tables.share)
        if one["holder"] != HOME
    ]
    who = choice("holder", tr("Who"), holders)
    how = choice("mode", tr("What is allowed"), modes)
    return [
        table(tr("Rights"), (tr("Who"), tr("Scope"), tr("What is allowed")), sorted(granted)),
        view.act("grant", tr("Save"), who, field("scope", tr("Scope"), value="team"), how),
        _word(tr("A scope is “team”, or “territory:” and a territory's name.")),
        table(tr("Accounts shared one by one"), (tr("Account"), tr("Who"), tr("What is allowed")), sorted(shared)),
        view.act("share", tr("Share"), field("account", tr("Account's ID")), who, how),
    ]


def quarantine(view: View) -> list[Html]:
    names = _names(view.books)
    lines = []
    for one in sorted(view.books.all(tables.quarantine), key=lambda one: one["at"], reverse=True)[:_NEWEST]:
        body = json.loads(one["body"])
        entity, fields = str(body.get("e", "")), body.get("f", {})
        known = entity in REGISTRY
        told = ", ".join(field_label(entity, name) for name in fields) if known else ", ".join(fields)
        lines.append(
            (
                _moment(one["at"]),
                names.get(one["user_id"], "–"),
                entity_label(entity) if known else entity,
                told,
                explain(Refusal(one["reason"])).happened,
            )
        )
    heads = (tr("When"), tr("User"), tr("Record"), tr("Fields"), tr("Why"))
    return [
        _word(tr("Changes that the server refused. Their authors see them in the sync centre, with what they typed.")),
        table(tr("Changes in quarantine"), heads, lines),
    ]


def log(view: View) -> list[Html]:
    names = _names(view.books)
    newest = sorted(view.books.all(tables.audit), key=lambda one: one["id"], reverse=True)[:_NEWEST]
    lines = [
        (_moment(one["at"]), names.get(one["user_id"], "–"), one["device"] or "–", one["act"], one["what"] or "–")
        for one in newest
    ]
    heads = (tr("When"), tr("User"), tr("Laptop"), tr("Act"), tr("What"))
    said = ntr("the newest {n} line", "the newest {n} lines", len(lines))
    return [table(tr("Log ({said})", said=said), heads, lines)]


PAGES: Final[dict[str, tuple[Callable[[], str], Callable[[View], list[Html]]]]] = {
    "": (lambda: tr("Overview"), overview),
    "people": (lambda: tr("Users"), people),
    "laptops": (lambda: tr("Laptops"), laptops),
    "rights": (lambda: tr("Rights"), rights),
    "quarantine": (lambda: tr("Quarantine"), quarantine),
    "log": (lambda: tr("Log"), log),
}


def _count(books: Books, which: Any) -> int:
    query = select(func.count()).select_from(which).where(which.c.tenant_id == books.tenant)
    if "_deleted" in which.c:
        query = query.where(which.c["_deleted"].is_(False))
    return int(books.connection.execute(query).scalar_one())


def _html(lines: Iterable[tuple[object, ...]]) -> list[tuple[object, ...]]:
    """Acts that stand side by side are HTML too."""
    return [(*line[:-1], Html(str(line[-1]))) for line in lines]


def _roles() -> list[tuple[str, str]]:
    return [(role.value, option_label("role", role.value)) for role in UserRole]


def _teams(books: Books) -> list[tuple[str, str]]:
    found = [(row_id, row.state.fields.get("name") or row_id) for row_id, row in _all_rows(books, "team").items()]
    return [("", tr("no team")), *sorted(found, key=lambda one: str(one[1]))]


def _all_rows(books: Books, entity: str) -> dict[str, Any]:
    table_of = tables.ENTITIES[entity]
    where = table_of.c.tenant_id == books.tenant
    ids = [row[0] for row in books.connection.execute(select(table_of.c.id).where(where))]
    return {key: row for key, row in books.rows(entity, ids).items() if not row.state.deleted}


def _names(books: Books) -> dict[str, str]:
    return {one["user_id"]: one["name"] for one in books.all(tables.user)}


def _title(rows: dict[str, Any], row_id: str) -> str:
    return str(rows[row_id].state.fields.get("name") or row_id) if row_id in rows else row_id


def _moment(moment: str) -> str:
    try:
        return formats.datetime(datetime.fromisoformat(moment))
    except ValueError:
        return "–"


def _head(word: str) -> Html:
    return Html(f"<h2>{text(word)}</h2>")


def _word(word: str) -> Html:
    return Html(f'<p class="quiet">{text(word)}</p>')
