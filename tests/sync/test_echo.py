"""What a laptop gets back of its own push: rows that stand here just so are only placed, all others are laid out whole."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from unittest import mock

import pytest

from desktop_crm.persistence.arrivals import Arrivals
from tests.sync.peers import assert_level, team

EVERY_KIND = {
    "name": "한빛전자",
    "employees": 240,
    "annual_revenue": Decimal("12.50"),
    "annual_revenue_currency": "KRW",
    "tags": ("vip", "중요"),
    "note": '두 줄\n"따옴표"',
}


def place(laptop, entity, row_id):
    with laptop.database.read() as session:
        found = session.connection().exec_driver_sql(f'SELECT _scope, _seq FROM "{entity}" WHERE id=?', (row_id,))
        return tuple(found.one())


def whole(laptop):
    """The ids that were laid out whole while the block runs."""
    seen = []
    real = Arrivals._line

    def line(self, entity, row_id, *rest):
        if self.connection.engine is laptop.database._writer:
            seen.append(row_id)
        return real(self, entity, row_id, *rest)

    return mock.patch.object(Arrivals, "_line", line), seen


def test_an_echo_of_every_kind_of_value_is_only_placed():
    with team() as made:
        account = made["a"].make("account", **EVERY_KIND)
        task = made["a"].make("task", subject="전화", done=True, due_on=date(2026, 12, 1))
        call = made["a"].make("activity", subject="회의", occurred_at=datetime(2026, 11, 20, 9, 30, tzinfo=UTC))
        made.sync("a")
        made["a"].set("account", account, note="새 메모")
        made["a"].set("task", task, done=False)
        made["a"].set("activity", call, subject="전화 회의")
        patch, seen = whole(made["a"])
        with patch:
            made.sync("a")
        assert seen == []
        assert place(made["a"], "account", account) == place(made["a"], "task", task) == ("team", 2)
        assert_level(made)


@pytest.mark.parametrize(
    ("field", "bent"), [("name", "'bent'"), ("employees", "241"), ("annual_revenue", "'12.5'"), ("tags", "'[\"vip\"]'")]
)
def test_a_value_that_is_not_the_servers_is_set_right_under_the_same_clock(field, bent):
    with team() as made:
        account = made["a"].make("account", **EVERY_KIND)
        made.sync("a")
        made["a"].set("account", account, note="새 메모")
        with made["a"].database.writing() as connection:
            connection.exec_driver_sql(f"UPDATE account SET {field}={bent} WHERE id=?", (account,))
        made.sync("a")
        assert_level(made)


def test_a_value_that_the_server_does_not_have_goes():
    with team() as made:
        account = made["a"].make("account", name="한빛전자")
        made.sync("a")
        made["a"].set("account", account, note="새 메모")
        with made["a"].database.writing() as connection:
            connection.exec_driver_sql("UPDATE account SET country='KR' WHERE id=?", (account,))
        made.sync("a")
        assert made["a"].read("account", account) == {"name": "한빛전자", "note": "새 메모"}


def test_fields_of_ones_own_and_deletions_come_whole_and_right():
    with team() as made:
        account = made["a"].make("account", name="한빛전자", x_color="파랑")
        gone = made["a"].make("account", name="대성화학")
        made.sync("a")
        made["a"].set("account", account, x_color="빨강")
        made["a"].delete("account", gone)
        made.sync("a")
        assert made["a"].read("account", account) == {"name": "한빛전자", "x_color": "빨강"}
        assert made["a"].read("account", gone) is None
        assert_level(made)


def test_what_still_waits_is_laid_over_the_echo():
    with team() as made:
        account = made["a"].make("account", name="한빛전자")
        made.sync("a")
        made.sync("b")
        made["b"].set("account", account, phone="02-123-4567")
        made.sync("b")
        made["a"].set("account", account, note="새 메모")
        made.sync("a", "b")
        assert made["a"].read("account", account)["phone"] == "02-123-4567"
        assert_level(made)


def test_many_edits_are_journaled_whole_and_their_bases_forgotten():
    with team() as made:
        ids = [made["a"].make("account", name=f'이름 "{n}" 한빛') for n in range(30)]
        made.sync("a")
        with made["a"].work() as work:
            work.bulk("account", updates=[(one, {"note": "새\u2028메모 \\ 1"}) for one in ids])
        made.sync("a")
        with made["a"].database.read() as session:
            counted = "SELECT (SELECT count(*) FROM sync_base), (SELECT count(*) FROM sync_outbox), count(*) FROM sync_journal"
            assert tuple(session.connection().exec_driver_sql(counted).one()) == (0, 0, 60)
        server = made.server_rows("account")
        assert {row["note"] for row in server.values()} == {"새\u2028메모 \\ 1"}
        assert_level(made)
