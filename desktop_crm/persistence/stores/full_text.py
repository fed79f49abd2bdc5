"""Queries over whole texts: notes, mails, lines of quotes, texts of files. Each source is walked newest first until enough is found.

There is no index of long texts: a walk over a hundred thousand notes takes some tenths of a second, on the read lane. Names are
found by the index of `stores/search.py`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.orm import Session

from desktop_crm.domain.asked import ME, Asked, stem

LINES = (
    "(SELECT group_concat(coalesce(l.name,'')||' '||coalesce(l.spec,'')||' '||coalesce(l.remark,''), ' / ')"
    " FROM quote_line l WHERE l.quote_id=r.id AND l._deleted IS NULL)"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Where texts stand: SQL of the title, the text, the day, the amount; how its account and owner are reached."""

    entity: str
    title: str
    text: str
    at: str = "NULL"
    amount: str = "NULL"
    kind: str = "NULL"
    account: str = "r.account_id"
    stage: bool = False
    owner: str = "r.owner_id"


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    entity: str
    id: str
    title: str
    text: str
    kind: str
    at: str
    account: str
    owner: str
    stage: str
    amount: str
    currency: str


SOURCES = (
    Source(entity="account", title="r.name", text="r.note", account="r.id"),
    Source(
        entity="contact",
        title="r.name",
        text="coalesce(r.title,'')||' '||coalesce(r.department,'')",
        owner="a.owner_id",
    ),
    Source(entity="opportunity", title="r.name", text="r.note", at="r.opened_on", amount="r.amount", stage=True),
    Source(
        entity="quote",
        title="r.number||' '||coalesce(r.name,'')",
        text=f"coalesce({LINES},'')||' '||coalesce(r.remarks,'')",
        at="(SELECT max(v.issued_at) FROM quote_version v WHERE v.quote_id=r.id AND v._deleted IS NULL)",
        amount="r.grand_total",
    ),
    Source(entity="contract", title="r.name", text="NULL", at="r.start_date", amount="r.amount"),
    Source(entity="activity", title="r.subject", text="r.body", at="r.occurred_at", kind="r.kind"),
    Source(entity="task", title="r.subject", text="r.note", at="r.due_on"),
    Source(
        entity="attachment",
        title="r.name",
        text="coalesce(r.note,'')||' '||coalesce((SELECT f.text FROM file_text f WHERE f.content=r.content),'')",
        at="r.added_at",
    ),
    Source(entity="ticket", title="r.subject", text="NULL", at="r.opened_on"),
)
BY_ENTITY = {source.entity: source for source in SOURCES}


def find(session: Session, asked: Asked, me: str | None, entities: tuple[str, ...], limit: int) -> list[Hit]:
    """The newest of each kind that hold all words and pass all filters."""
    connection = session.connection()
    columns = {source.entity: _columns(connection, source.entity) for source in SOURCES}
    found: list[Hit] = []
    for source in SOURCES:
        if source.entity in entities and _fits(source, asked):
            found += _of(connection, source, asked, me, columns[source.entity], limit)
    return found


def unread(session: Session, limit: int) -> list[tuple[str, str, str]]:
    """Content, name and kind of files whose text was not read yet."""
    rows = session.connection().exec_driver_sql(
        "SELECT DISTINCT r.content, r.name, coalesce(r.mime,'') FROM attachment r WHERE r._deleted IS NULL"
        " AND r.content IS NOT NULL AND NOT EXISTS (SELECT 1 FROM file_text f WHERE f.content=r.content) LIMIT ?",
        (limit,),
    )
    return [(row[0], row[1] or "", row[2]) for row in rows]


def keep_text(connection: Connection, content: str, text: str) -> None:
    """The text of a file; empty for one that has none."""
    connection.exec_driver_sql("INSERT OR REPLACE INTO file_text (content, text) VALUES (?,?)", (content, text))


def _columns(connection: Connection, entity: str) -> set[str]:
    return {row[1] for row in connection.exec_driver_sql(f'PRAGMA table_info("{entity}")')}


def _fits(source: Source, asked: Asked) -> bool:
    """Whether a source can answer at all: a note has no amount, a contact no day."""
    money = asked.least is not None or asked.most is not None
    dated = asked.after is not None or asked.before is not None
    return not (
        (asked.stage and not source.stage) or (money and source.amount == "NULL") or (dated and source.at == "NULL")
    )


def _of(
    connection: Connection, source: Source, asked: Asked, me: str | None, columns: set[str], limit: int
) -> list[Hit]:
    where = ["r._deleted IS NULL"]
    named: dict[str, Any] = {"limit": limit}
    for number, word in enumerate(asked.words):
        where.append(f"(coalesce({source.title},'')||' '||coalesce({source.text},'')) LIKE :w{number} ESCAPE '\\'")
        named[f"w{number}"] = f"%{_plain(stem(word))}%"
    if asked.owner == ME:
        where.append(f"{source.owner}=:me")
        named["me"] = me or ""
    elif asked.owner:
        where.append("u.name LIKE :owner ESCAPE '\\'")
        named["owner"] = f"%{_plain(asked.owner)}%"
    if asked.account:
        where.append("a.name LIKE :account ESCAPE '\\'")
        named["account"] = f"%{_plain(asked.account)}%"
    if asked.stage:
        where.append("s.name LIKE :stage ESCAPE '\\'")
        named["stage"] = f"%{_plain(asked.stage)}%"
    if asked.least is not None:
        where.append(f"CAST({source.amount} AS REAL){'>' if asked.over else '>='}:least")
        named["least"] = float(asked.least)
    if asked.most is not None:
        where.append(f"CAST({source.amount} AS REAL){'<' if asked.under else '<='}:most")
        named["most"] = float(asked.most)
    _days(source, asked, where, named)
    stage = "LEFT JOIN stage s ON s.id=r.stage_id" if source.stage else ""
    currency = "r.currency" if "currency" in columns else "NULL"
    rows = connection.exec_driver_sql(
        f"SELECT r.id, {source.title}, {source.text}, {source.kind}, {source.at}, a.name, u.name,"
        f' {"s.name" if source.stage else "NULL"}, {source.amount}, {currency} FROM "{source.entity}" r'
        f" LEFT JOIN account a ON a.id={source.account} LEFT JOIN user u ON u.id={source.owner} {stage}"
        f" WHERE {' AND '.join(where)} ORDER BY {'r.id' if source.at == 'NULL' else source.at} DESC LIMIT :limit",
        named,
    )
    return [Hit(entity=source.entity, **_fields(row)) for row in rows]


def _fields(row: Any) -> dict[str, str]:
    names = ("id", "title", "text", "kind", "at", "account", "owner", "stage", "amount", "currency")
    return {name: "" if value is None else str(value) for name, value in zip(names, row, strict=True)}


def _days(source: Source, asked: Asked, where: list[str], named: dict[str, Any]) -> None:
    moments = source.entity in {"activity", "quote", "attachment"}
    for name, day, sign in (("after", asked.after, ">="), ("before", asked.before, "<")):
        if day is None:
            continue
        edge = day if name == "after" else day + timedelta(days=1)
        where.append(f"{source.at}{sign}:{name}")
        named[name] = _moment(edge) if moments else edge.isoformat()


def _moment(day: date) -> str:
    return datetime.combine(day, datetime.min.time()).astimezone().astimezone(UTC).isoformat().replace("+00:00", "Z")


def _plain(word: str) -> str:
    return word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
