"""Who may see and write what: private maps, roles, teams, territories and accounts shared by themselves. Real engine, real server."""

from __future__ import annotations

import pytest

from desktop_crm.foundation.errors import Refusal
from desktop_crm.sync.server import office
from desktop_crm.sync.server.scopes import TEAM
from tests.sync.peers import Team, assert_level, team

MAPS = ("stakeholder_map", "map_node", "map_edge", "map_tie", "map_evidence")


def people(made: Team, **teams: str) -> None:
    """Everybody has his row; `teams`: user to team."""
    first = next(iter(made.laptops.values()))
    with first.work() as work:
        for one in sorted(set(teams.values())):
            work.bulk("team", inserts=[{"id": one, "name": one}])
        for name, laptop in made.laptops.items():
            row = {"id": laptop.user_id, "name": name, "team_id": teams.get(name)}
            work.bulk("user", inserts=[{key: value for key, value in row.items() if value}])
    made.settle()


def a_map(made: Team, keeper: str = "a", **fields: object) -> tuple[str, str]:
    laptop = made[keeper]
    account = laptop.make("account", name="한빛")
    drawn = laptop.make("stakeholder_map", name="map", account_id=account, **fields)
    node = laptop.make("map_node", map_id=drawn, label="이정훈", note="says no to everything")
    laptop.make("map_evidence", map_id=drawn, node_id=node, body="he said so")
    return account, drawn


def parts(made: Team, name: str) -> int:
    return sum(len(made[name].rows(entity)) for entity in MAPS)


def test_a_private_map_reaches_the_laptops_of_the_account_team_alone():
    with team("a", "b", "c") as made:
        people(made)
        account, drawn = a_map(made, private=True, owner_id="user-a")
        made.settle()
        assert [parts(made, name) for name in "abc"] == [3, 0, 0]
        member = made["a"].make("account_member", account_id=account, user_id="user-b")
        made.settle()
        assert [parts(made, name) for name in "abc"] == [3, 3, 0]
        made["b"].set("map_node", next(iter(made["b"].rows("map_node"))), support="supporter")
        made.settle()
        assert next(iter(made["a"].rows("map_node").values()))["support"] == "supporter"
        made["a"].delete("account_member", member)
        made.settle()
        assert [parts(made, name) for name in "abc"] == [3, 0, 0]
        made["a"].set("stakeholder_map", drawn, private=False)
        assert_level(made)
        assert [parts(made, name) for name in "abc"] == [3, 3, 3]


def test_a_map_that_becomes_private_leaves_the_other_laptops_with_all_its_parts():
    with team("a", "b") as made:
        people(made)
        _, drawn = a_map(made)
        made.settle()
        assert parts(made, "b") == 3
        made["a"].set("stakeholder_map", drawn, private=True, owner_id="user-a")
        made.settle()
        assert (parts(made, "a"), parts(made, "b")) == (3, 0)
        with made["b"].database.read() as session:
            told = session.connection().exec_driver_sql(
                "SELECT count(*) FROM search_title JOIN search_kind USING (kind) WHERE entity='map_node'"
            )
            assert told.scalar() == 0


def test_the_account_owner_and_the_keepers_team_see_a_private_map_and_what_others_write_into_it_is_refused():
    with team("a", "b", "c", "d") as made:
        people(made, a="north", b="north")
        account, drawn = a_map(made, private=True, owner_id="user-a")
        made["a"].set("account", account, owner_id="user-c")
        made.settle()
        assert [parts(made, name) for name in "abcd"] == [3, 3, 3, 0]
        made["d"].make("map_node", map_id=drawn, label="smuggled")
        made.sync("d")
        assert [line.reason for line in made["d"].refused()] == ["sync.refused.scope"]
        assert len(made["a"].rows("map_node")) == 1


def test_conflicts_about_a_private_map_are_private_too():
    with team("a", "b", "c") as made:
        people(made)
        account, drawn = a_map(made, private=True, owner_id="user-a")
        made["a"].make("account_member", account_id=account, user_id="user-b")
        made.settle()
        made["a"].set("stakeholder_map", drawn, name="first")
        made.later()
        made["b"].set("stakeholder_map", drawn, name="second")
        made.settle()
        assert [len(made[name].conflicts()) for name in "abc"] == [1, 1, 0]


ROLES = [
    ("member", "product", {"name": "Pump"}, False),
    ("manager", "product", {"name": "Pump"}, True),
    ("member", "account", {"name": "한빛"}, True),
    ("marketing", "lead", {"name": "new"}, True),
    ("marketing", "quote", {"number": "Q-1", "status": "draft"}, False),
    ("manager", "user", {"name": "somebody", "role": "administrator"}, False),
    ("administrator", "user", {"name": "somebody", "role": "member"}, True),
    ("member", "workspace_setting", {"name": "x", "value": "1"}, False),
]


@pytest.mark.parametrize(("role", "entity", "fields", "may"), ROLES, ids=lambda value: str(value)[:20])
def test_a_role_writes_what_is_its_own(role, entity, fields, may):
    with team("a", "b") as made:
        made.roles = {"user-a": role, "user-b": "administrator"}
        made["a"].make(entity, **fields)
        made.settle()
        assert [line.reason for line in made["a"].refused()] == ([] if may else ["sync.refused.role"])
        assert len(made["b"].rows(entity)) == int(may)


def test_without_an_administrator_nobody_is_held_back():
    with team("a", "b") as made:
        made.roles = {"user-a": "member", "user-b": "manager"}
        made["a"].make("product", name="Pump")
        assert_level(made)
        assert len(made["b"].rows("product")) == 1


def test_an_account_is_handed_over_by_its_owner_or_a_manager():
    with team("a", "b", "c") as made:
        made.roles = {"user-a": "member", "user-b": "member", "user-c": "administrator"}
        row = made["a"].make("account", name="한빛", owner_id="user-a")
        made.settle()
        made["b"].set("account", row, owner_id="user-b")
        made["b"].set("account", row, industry="철강")
        made.settle()
        assert [line.fields for line in made["b"].refused()] == [{"owner_id": "user-b"}]
        assert made["a"].read("account", row) == {"name": "한빛", "owner_id": "user-a", "industry": "철강"}
        made["a"].set("account", row, owner_id="user-b")
        assert_level(made)
        assert made["c"].read("account", row)["owner_id"] == "user-b"


def test_a_private_map_is_opened_by_its_keeper_or_a_manager():
    with team("a", "b", "c") as made:
        made.roles = {"user-a": "member", "user-b": "member", "user-c": "administrator"}
        account, drawn = a_map(made, private=True, owner_id="user-a")
        made["a"].make("account_member", account_id=account, user_id="user-b")
        made.settle()
        made["b"].set("stakeholder_map", drawn, private=False)
        made.settle()
        assert [line.reason for line in made["b"].refused()] == ["sync.refused.role"]
        assert made["b"].read("stakeholder_map", drawn)["private"] is True


def test_territories_teams_and_shares_are_given_and_taken_back():
    with team("a", "b", "c") as made:
        people(made, b="korea")
        korea = made["a"].make("account", name="한빛", country="KR")
        japan = made["a"].make("account", name="日立", country="JP")
        made["a"].make("contact", name="이정훈", account_id=korea)
        made.settle()
        store, clock = made.server.store, made.clock
        with store.writing() as books:
            assert office.set_territories(books, clock, "country") == 2
            for scope in ("KR", "JP"):
                office.grant(books, "user-a", f"territory:{scope}", "rw")
            office.grant(books, "team:korea", "territory:KR", "r")
        made.settle()
        assert set(made["b"].rows("account")) == {korea}
        assert len(made["b"].rows("contact")) == 1
        assert made["c"].rows("account") == made["c"].rows("contact") == {}
        with store.writing() as books:
            office.share(books, clock, korea, "user-c", "rw")
        made["c"].make("account", name="made by c")
        made.settle()
        assert set(made["c"].rows("account")) >= {korea}
        assert len(made["c"].rows("contact")) == 1
        assert set(made["b"].rows("account")) >= {korea}
        assert set(made["a"].rows("account")) >= {korea, japan}
        made["c"].set("account", korea, industry="철강")
        made["b"].set("account", korea, industry="not allowed")
        made.settle()
        assert made["a"].read("account", korea)["industry"] == "철강"
        made["a"].set("account", korea, country="JP")
        made.settle()
        assert korea not in made["b"].rows("account")
        assert korea in made["c"].rows("account")
        with store.writing() as books:
            office.share(books, clock, korea, "user-c", "")
        made.settle()
        assert korea not in made["c"].rows("account")
        assert made["a"].read("account", korea)["country"] == "JP"


@pytest.mark.parametrize(
    ("holder", "scope", "mode"), [("nobody", TEAM, "r"), ("user-a", "map:x", "r"), ("user-a", TEAM, "write")]
)
def test_a_right_that_makes_no_sense_is_refused(holder, scope, mode):
    with team("a") as made:
        people(made)
        with pytest.raises(Refusal) as caught, made.server.store.writing() as books:
            office.grant(books, holder, scope, mode)
        assert caught.value.code == "server.grant"
        with pytest.raises(Refusal), made.server.store.writing() as books:
            office.share(books, made.clock, "no such account", "user-a", "r")


def test_a_comment_lies_where_its_record_lies_and_follows_it():
    with team("a", "b", "c") as made:
        people(made)
        account, drawn = a_map(made, private=True, owner_id="user-a")
        node = next(iter(made["a"].rows("map_node")))
        made["a"].make("comment", entity="stakeholder_map", record_id=drawn, body="hush", author_id="user-a")
        made["a"].make("follower", entity="map_node", record_id=node, user_id="user-a")
        made["a"].make("comment", entity="account", record_id=account, body="all may read", author_id="user-a")
        made.settle()
        assert [len(made[name].rows("comment")) for name in "abc"] == [2, 1, 1]
        assert [len(made[name].rows("follower")) for name in "abc"] == [1, 0, 0]
        made["a"].set("stakeholder_map", drawn, private=False)
        assert_level(made)
        assert [len(made[name].rows("comment")) for name in "abc"] == [2, 2, 2]
        assert [len(made[name].rows("follower")) for name in "abc"] == [1, 1, 1]
        made["a"].set("stakeholder_map", drawn, private=True)
        made.settle()
        assert [len(made[name].rows("comment")) for name in "abc"] == [2, 1, 1]


def test_a_comment_is_its_authors():
    with team("a", "b", "c") as made:
        made.roles = {"user-a": "member", "user-b": "member", "user-c": "administrator"}
        account = made["a"].make("account", name="한빛")
        comment = made["a"].make("comment", entity="account", record_id=account, body="mine", author_id="user-a")
        made.settle()
        made["b"].set("comment", comment, body="his words")
        made["b"].make("comment", entity="account", record_id=account, body="in his name", author_id="user-a")
        made["b"].make("comment", entity="account", record_id=account, body="answer", author_id="user-b")
        made.settle()
        assert [line.reason for line in made["b"].refused()] == ["sync.refused.role"] * 2
        assert sorted(row["body"] for row in made["a"].rows("comment").values()) == ["answer", "mine"]
