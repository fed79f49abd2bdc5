"""The daily audit: each side counts and hashes what it holds; a difference is mended by fetching again, and nothing typed is touched."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop_crm.sync.client import audit
from desktop_crm.sync.protocol import Digest, PullAnswer
from desktop_crm.sync.server import audit as server_audit
from desktop_crm.sync.server.scopes import TEAM
from tests.sync.peers import Laptop, Team, assert_level, team
from tests.sync.test_two_laptops import both_know

A_DAY = 86_400


def ours(laptop: Laptop) -> dict:
    return dict(audit.digests(laptop.database))


def theirs(made: Team) -> dict:
    from desktop_crm.domain.schema import REGISTRY

    with made.server.store.reading() as books:
        return server_audit.digests(books, [TEAM], REGISTRY.names())


def furnish(made: Team) -> str:
    """Values of every kind, deletions, a conflict, a field of one's own."""
    row = both_know(
        made,
        name="한빛 “전자”",
        tags=("vip", "가"),
        employees=8200,
        annual_revenue=Decimal("12.50"),
        annual_revenue_currency="KRW",
        x_grade="A",
    )
    made["a"].make("task", subject="견적", due_on=date(2026, 12, 1), done=False)
    made["b"].make("activity", subject="방문", occurred_at=datetime(2026, 11, 2, 5, 30, 1, 120000, tzinfo=UTC))
    gone = both_know(made, name="gone")
    made["a"].delete("account", gone)
    made["a"].set("account", row, industry="one", tags=())
    made.later()
    made["b"].set("account", row, industry="two", note="")
    made.settle()
    return row


def test_both_sides_of_a_level_team_compute_the_same():
    with team() as made:
        furnish(made)
        assert ours(made["a"]) == ours(made["b"]) == theirs(made)
        count, mixed = ours(made["a"])[TEAM]
        assert count >= 4
        assert len(mixed) == 16


def test_it_is_asked_once_a_day_and_not_on_the_day_of_joining():
    with team() as made:
        furnish(made)
        asked = []
        real = made.server.conversation

        def conversation(session):
            talk = real(session)
            pull = talk.pull

            def listened(message):
                asked.append(bool(message.audit))
                return pull(message)

            talk.pull = listened
            return talk

        made.server.conversation = conversation
        made.sync("a")
        assert asked == [False]
        made.later(A_DAY)
        assert made.sync("a").refetched == 0
        made.sync("a", "a")
        assert asked == [False, True, False, False]
        made.later(A_DAY)
        made.sync("a")
        assert asked[-1]


@pytest.mark.parametrize(
    "harm",
    [
        "UPDATE account SET name='bent' WHERE id='{row}'",
        "UPDATE account SET employees=employees+1 WHERE id='{row}'",
        "DELETE FROM account WHERE id='{row}'",
        "INSERT INTO task (id, subject, done, _clk, _scope, _seq, _extra) VALUES ('x','stray',0,'{{}}','team',3,'{{}}')",
    ],
)
def test_what_differs_is_fetched_again_and_what_waits_is_kept(harm):
    with team() as made:
        row = furnish(made)
        level = made["b"].all_rows()
        with made["a"].database.writing() as connection:
            for statement in harm.format(row=row).split("; "):
                connection.exec_driver_sql(statement)
        assert ours(made["a"]) != theirs(made)
        made.later(A_DAY)
        assert made.sync("a").refetched == 1
        assert made["a"].all_rows() == level
        assert ours(made["a"]) == theirs(made)
        made.later(A_DAY)
        assert made.sync("a").refetched == 0
        made["a"].set("account", row, country="KR")
        assert_level(made)


def test_nothing_is_compared_while_changes_wait():
    with team() as made:
        row = furnish(made)
        made.later(A_DAY)
        made["a"].set("account", row, country="KR")
        assert not audit.is_due(made["a"].database, made.clock.now())
        assert audit.compare(made["a"].database, {TEAM: (0, "")}, made.clock.now()) == []
        assert made.sync("a").refetched == 0
        assert made["a"].read("account", row)["country"] == "KR"
        assert_level(made)


def test_a_moment_that_cannot_be_read_or_lies_ahead_is_due():
    with team("a") as made:
        furnish_alone = made["a"].make("account", name="one")
        made.settle()
        assert furnish_alone
        now = made.clock.now()
        for told in ("", "yesterday", "2026-01-01", "2099-01-01T00:00:00+00:00"):
            with made["a"].database.writing() as connection:
                connection.exec_driver_sql("UPDATE sync_state SET value=? WHERE name='audited_at'", (told,))
            assert audit.is_due(made["a"].database, now)


def test_digests_come_with_the_last_page_alone_and_only_of_ones_scopes():
    assert PullAnswer(standing="ok", hw=(0, ""), now="").digests == {}
    with team() as made:
        furnish(made)
        with made.server.store.reading() as books:
            assert server_audit.digests(books, ["elsewhere"], ["account", "planet"]) == {"elsewhere": (0, "")}


@given(st.permutations([("account", "1", {"a": 1}), ("account", "2", {"a": None, "b": []}), ("task", "1", {})]))
def test_the_order_of_rows_and_fields_without_a_value_do_not_matter(rows):
    digest, plain = Digest(), Digest()
    for row in rows:
        digest.add(*row)
    for row in (("account", "1", {"a": 1}), ("account", "2", {}), ("task", "1", {})):
        plain.add(*row)
    assert digest.told() == plain.told()
    assert Digest().told() == (0, "")
