"""The floor of one edit: SQLAlchemy's ORM on an encrypted file of 100,000 accounts, one field of one row, committed.

Same cipher, WAL, `synchronous=FULL`. The bare edit records nothing; the recorded one adds one row of JSON per edit, made by a
listener that looks only at what changed.
"""

from __future__ import annotations

import json
from pathlib import Path

import sqlcipher3.dbapi2
from sqlalchemy import create_engine, event, insert
from sqlalchemy.engine import Engine
from sqlalchemy.orm import DeclarativeBase, Session, mapped_column
from sqlalchemy.types import Integer, String

from tests.benchmarks.measure import stopwatch
from tests.benchmarks.seeds import names, parents

TEXTS = "name name_en stage owner phone email city addr industry source note site currency".split()
NUMBERS = "parent amount score created changed version".split()
KEY = "11" * 32


class Base(DeclarativeBase):
    pass


class Account(Base):
    __tablename__ = "account"
    id = mapped_column(Integer, primary_key=True)
    for _column in TEXTS:
        locals()[_column] = mapped_column(String)
    for _column in NUMBERS:
        locals()[_column] = mapped_column(Integer)


class Operation(Base):
    __tablename__ = "operation"
    id = mapped_column(Integer, primary_key=True)
    body = mapped_column(String)


class Recording(Session):
    """Writes what changed beside it."""


@event.listens_for(Recording, "before_flush")
def _record(session: Session, _context: object, _instances: object) -> None:
    rows = []
    for row in session.dirty:
        state, now = row._sa_instance_state, row.__dict__
        fields = {key: [old, now.get(key)] for key, old in state.committed_state.items()}
        rows.append({"body": json.dumps({"t": row.__tablename__, "id": now["id"], "f": fields}, ensure_ascii=False)})
    if rows:
        session.execute(insert(Operation.__table__), rows)


def engine(path: Path, count: int) -> Engine:
    """A fresh file of `count` accounts."""
    made = create_engine(f"sqlite+pysqlite:///{path}", module=sqlcipher3.dbapi2)

    @event.listens_for(made, "connect")
    def _open(connection, _record) -> None:
        connection.execute(f"PRAGMA key = \"x'{KEY}'\"")
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA foreign_keys = ON")

    Base.metadata.create_all(made)
    above = parents(count)
    same = dict.fromkeys(TEXTS, "서울 강남구 테헤란로 1")
    rows = [
        {**same, **dict.fromkeys(NUMBERS, 1), "id": n + 1, "name": name, "parent": above[n], "amount": n * 13}
        for n, name in enumerate(names(count))
    ]
    with made.begin() as connection:
        connection.execute(insert(Account.__table__), rows)
    return made


def edit(made: Engine, number: int, *, recorded: bool) -> float:
    """Seconds for one edit of another row each time, from reading it to the commit."""
    with (Recording if recorded else Session)(made) as session:
        with stopwatch() as seconds:
            session.get(Account, number * 37 % 100_000 + 1).amount = 1_000_000 + number
            session.commit()
        return seconds()
