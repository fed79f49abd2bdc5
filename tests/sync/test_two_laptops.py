"""What happens when two people change the same things apart: the real engine and the real server in one process."""

from __future__ import annotations

from decimal import Decimal

import pytest

from desktop_crm.foundation.errors import Refusal
from desktop_crm.sync.client.drive import ask
from desktop_crm.sync.protocol import Pull
from desktop_crm.sync.server.scopes import TEAM, Scopes
from tests.persistence.random_work import naive_beside, naive_totals, stored_beside, stored_totals
from tests.sync.peers import assert_level, team


def both_know(made, entity="account", **fields):
    row_id = made["a"].make(entity, **fields)
    made.settle()
    return row_id


def finish(steps, answer, protocol):
    """Carry the rest of a run."""
    try:
        question = steps.send(answer)
        while True:
            question = steps.send(ask(protocol, question))
    except StopIteration:
        return


def test_different_fields_of_one_record_are_merged_without_conflict():
    with team() as made:
        row = both_know(made, name="한빛", industry="철강")
        made["a"].set("account", row, industry="조선")
        made["b"].set("account", row, country="KR")
        assert_level(made)
        assert made["a"].read("account", row) == {"name": "한빛", "industry": "조선", "country": "KR"}
        assert made["a"].conflicts() == []


@pytest.mark.parametrize("order", [("a", "b"), ("b", "a")])
def test_of_two_edits_of_one_field_the_later_stands_and_the_other_is_kept_whoever_comes_first(order):
    with team() as made:
        row = both_know(made, name="한빛")
        made["a"].set("account", row, name="earlier")
        made.later()
        made["b"].set("account", row, name="later")
        made.sync(*order)
        assert_level(made)
        assert made["a"].read("account", row)["name"] == "later"
        for name in ("a", "b"):
            (conflict,) = made[name].conflicts()
            assert (conflict.before, conflict.kept, conflict.lost) == ("한빛", "later", "earlier")
            assert (conflict.kept_by, conflict.lost_by) == ("user-b", "user-a")


def test_the_same_value_twice_is_no_conflict():
    with team() as made:
        row = both_know(made, name="한빛")
        made["a"].set("account", row, name="same")
        made["b"].set("account", row, name="same")
        assert_level(made)
        assert made["a"].conflicts() == []


def test_only_the_last_of_several_offline_edits_is_kept_as_lost():
    with team() as made:
        row = both_know(made, name="한빛")
        for value in ("one", "two", "three"):
            made["a"].set("account", row, name=value)
            made.later()
        made["b"].set("account", row, name="other")
        assert_level(made)
        assert [(c.kept, c.lost) for c in made["a"].conflicts()] == [("other", "three")]


def test_an_edit_that_saw_the_newest_value_wins_from_a_laptop_whose_clock_is_behind():
    with team() as made:
        row = both_know(made, name="한빛")
        made.later(3600)
        made["a"].set("account", row, name="by a, an hour later")
        made.sync("a", "b")
        made.clock.at = made.clock.at.replace(hour=1)
        made["b"].set("account", row, name="by b, who saw it")
        assert_level(made)
        assert made["a"].read("account", row)["name"] == "by b, who saw it"
        assert made["a"].conflicts() == []


def test_a_clock_a_day_ahead_does_not_win_for_ever():
    with team() as made:
        row = both_know(made, name="한빛")
        now = made.clock.at
        made.clock.at = now.replace(day=now.day + 1)
        made["a"].set("account", row, name="from tomorrow")
        made.clock.at = now
        made.sync("a", "b")
        made["b"].set("account", row, name="b saw it")
        assert_level(made)
        assert made["a"].read("account", row)["name"] == "b saw it"


def test_amount_and_currency_are_merged_all_or_none():
    with team() as made:
        row = both_know(made, "opportunity", name="증설", amount=Decimal(50), currency="KRW")
        made["a"].set("opportunity", row, amount=Decimal(100))
        made.later()
        made["b"].set("opportunity", row, currency="USD")
        assert_level(made)
        stands = made["a"].read("opportunity", row)
        assert (stands["amount"], stands["currency"]) == ("50", "USD")
        assert {(c.field, c.lost) for c in made["a"].conflicts()} == {("amount", "100"), ("currency", "KRW")}


def test_additions_to_a_set_win_over_removals_that_have_not_seen_them():
    with team() as made:
        row = both_know(made, name="한빛", tags=("x", "y"))
        made["a"].set("account", row, tags=("y",))
        made["b"].set("account", row, tags=("x", "y", "z"))
        assert_level(made)
        assert made["a"].read("account", row)["tags"] == ["y", "z"]
        made["a"].set("account", row, tags=("y", "z", "x"))
        made["b"].set("account", row, tags=("y", "z"))
        assert_level(made)
        assert made["a"].read("account", row)["tags"] == ["x", "y", "z"]
        assert made["a"].conflicts() == []


def test_lines_of_a_note_from_both_sides_stay():
    with team() as made:
        row = both_know(made, name="한빛", note="one\ntwo\nthree")
        made["a"].set("account", row, note="ONE\ntwo\nthree")
        made["b"].set("account", row, note="one\ntwo\nTHREE")
        made["b"].set("account", row, note="one\ntwo\nTHREE\nfour")
        assert_level(made)
        assert made["a"].read("account", row)["note"] == "ONE\ntwo\nTHREE\nfour"
        assert made["a"].conflicts() == []


def test_a_text_that_was_edited_on_while_it_was_merged_loses_nothing():
    with team() as made:
        row = both_know(made, name="한빛", note="one\ntwo\nthree\nfour")
        made["a"].set("account", row, note="ONE\ntwo\nthree\nfour")
        made["b"].set("account", row, note="one\ntwo\nthree\nFOUR")
        made.sync("a")
        laptop = made["b"]
        steps = laptop.engine.run()
        protocol = made.server.conversation(made.session(laptop))
        answer = protocol.push(steps.send(protocol.hello(next(steps))))
        laptop.set("account", row, note="one\ntwo\nTHREE\nFOUR")
        finish(steps, answer, protocol)
        assert_level(made)
        assert made["a"].read("account", row)["note"] == "ONE\ntwo\nTHREE\nFOUR"


def test_both_versions_of_a_line_stay_and_a_conflict_says_so():
    with team() as made:
        row = both_know(made, name="한빛", note="price 10k")
        made["a"].set("account", row, note="price 12k")
        made.later()
        made["b"].set("account", row, note="price 15k")
        assert_level(made)
        assert made["a"].read("account", row)["note"] == "price 12k\nprice 15k"
        assert len(made["a"].conflicts()) == 1


def test_an_edit_wins_over_a_deletion_that_had_not_seen_it_in_either_order():
    for order in (("a", "b"), ("b", "a")):
        with team() as made:
            row = both_know(made, name="한빛")
            made["a"].set("account", row, industry="철강")
            made["b"].delete("account", row)
            made.sync(*order)
            assert_level(made)
            assert made["b"].read("account", row) == {"name": "한빛", "industry": "철강"}
            assert [(c.field, c.kind) for c in made["b"].conflicts()] == [("_deleted", "delete")]


def test_a_deletion_that_has_seen_everything_stands_and_can_be_taken_back():
    with team() as made:
        row = both_know(made, name="한빛", tags=("x",))
        made["b"].set("account", row, industry="철강")
        made["b"].delete("account", row)
        assert_level(made)
        assert made["a"].read("account", row) is None
        with made["a"].work() as work:
            work.restore("account", row)
        assert_level(made)
        assert made["b"].read("account", row)["industry"] == "철강"
        made["b"].delete("account", row)
        assert_level(made)
        assert made["a"].read("account", row) is None


def test_a_child_made_meanwhile_revives_its_parent():
    with team() as made:
        row = both_know(made, name="한빛")
        made["a"].delete("account", row)
        made["b"].make("contact", name="이정훈", account_id=row)
        assert_level(made)
        assert made["a"].read("account", row) == {"name": "한빛"}
        assert [c.kind for c in made["a"].conflicts()] == ["delete"]


def test_two_legal_moves_that_close_a_circle_leave_the_first_and_report_the_second():
    with team() as made:
        one, two = both_know(made, name="one"), both_know(made, name="two")
        made["a"].set("account", one, parent_id=two)
        made["b"].set("account", two, parent_id=one)
        made.sync("a", "b")
        assert_level(made)
        assert made["b"].read("account", one)["parent_id"] == two
        assert "parent_id" not in made["b"].read("account", two)
        (conflict,) = made["a"].conflicts()
        assert (conflict.kind, conflict.row_id, conflict.lost, conflict.lost_by) == ("tree", two, one, "user-b")


def test_links_of_two_laptops_that_close_a_circle_stand_and_every_sum_is_right_on_both():
    """Owners may stand in a circle; sums that came in any order equal those of plain adding up."""
    with team() as made:
        stage = both_know(made, "stage", name="s", kind="open", probability=Decimal("0.5"))
        one, two = both_know(made, name="현대차"), both_know(made, name="기아")
        made["a"].make("hierarchy_link", hierarchy="ownership", account_id=two, parent_id=one, percent=Decimal("33.88"))
        made["b"].make("hierarchy_link", hierarchy="ownership", account_id=one, parent_id=two)
        made["a"].make("opportunity", name="d", account_id=one, stage_id=stage, amount=Decimal(40), currency="KRW")
        made["b"].make("contact", name="p", account_id=two)
        made["b"].make("contract", name="c", account_id=two, amount=Decimal(7), currency="KRW", status="active")
        made.sync("a", "b")
        made.settle()
        assert_level(made)
        for name in ("a", "b"):
            assert made[name].conflicts() == []
            with made[name].database.read() as session:
                beside = stored_beside(session)
                assert beside == naive_beside(session)
                assert stored_totals(session) == naive_totals(session)
            assert beside["ownership", one] == beside["ownership", two] == (1, None)
            assert beside["ownership", one, "KRW"] == (40, 20, 0, 0, 0, 7)


def test_two_accounts_that_swap_places_in_one_act_are_no_circle():
    with team() as made:
        one = both_know(made, name="one")
        two = both_know(made, name="two", parent_id=one)
        made["a"].set("account", one, parent_id=two)
        made["a"].set("account", two, parent_id=None)
        assert_level(made)
        assert made["b"].read("account", one)["parent_id"] == two
        assert made["b"].conflicts() == []


def test_two_versions_issued_from_one_draft_are_both_kept():
    with team() as made:
        quote = both_know(made, "quote", number="Q-1", status="draft")
        for name in ("a", "b"):
            made[name].make("quote_version", quote_id=quote, version=1, snapshot=f"by {name}", snapshot_hash=name)
            made[name].set("quote", quote, status="issued")
        assert_level(made)
        assert sorted(row["snapshot"] for row in made["a"].rows("quote_version").values()) == ["by a", "by b"]


def test_a_state_that_may_not_follow_is_refused_taken_back_and_shown():
    with team() as made:
        quote = both_know(made, "quote", number="Q-1", status="sent")
        made["a"].set("quote", quote, status="accepted")
        made.sync("a")
        made.later()
        made["b"].set("quote", quote, status="expired")
        assert_level(made)
        assert made["b"].read("quote", quote)["status"] == "accepted"
        assert [line.reason for line in made["b"].refused()] == ["sync.refused.state"]
        assert made["b"].refused()[0].fields == {"status": "expired"}


def test_a_key_used_twice_is_accepted_and_reported():
    with team() as made:
        made["a"].make("account", name="one", business_registration_number="123-45-67890")
        made["b"].make("account", name="two", business_registration_number="123-45-67890")
        assert_level(made)
        assert len(made["a"].rows("account")) == 2
        assert [(c.kind, c.field) for c in made["a"].conflicts()] == [("duplicate", "business_registration_number")]


def test_an_order_key_that_has_grown_too_long_is_rebalanced_and_the_order_stays():
    with team() as made:
        quote = both_know(made, "quote", number="Q-1")
        keys = ("a", "a" + "0" * 70, "b")
        rows = [made["a"].make("quote_line", quote_id=quote, name=key, order_key=key) for key in keys]
        assert_level(made)
        lines = made["b"].rows("quote_line")
        assert sorted(rows, key=lambda row: lines[row]["order_key"]) == rows
        assert max(len(lines[row]["order_key"]) for row in rows) <= 64


def test_fields_of_ones_own_and_of_newer_versions_travel():
    with team() as made:
        row = both_know(made, name="한빛", x_region="구미")
        made["b"].set("account", row, x_region="창원", x_new="1")
        assert_level(made)
        assert made["a"].read("account", row) == {"name": "한빛", "x_region": "창원", "x_new": "1"}


def test_a_workspace_that_began_alone_is_adopted_with_its_deleted_rows():
    with team() as made:
        laptop = made["a"]
        kept = laptop.make("account", name="한빛", tags=("vip",))
        gone = laptop.make("account", name="gone")
        laptop.delete("account", gone)
        assert laptop.waiting() == 0
        assert made.sync("a").pushed == 3
        with laptop.work() as work:
            work.restore("account", gone)
        laptop.set("account", kept, tags=())
        assert_level(made)
        assert made["b"].read("account", gone) == {"name": "gone"}
        assert made["b"].read("account", kept) == {"name": "한빛", "tags": []}


def test_remote_changes_are_in_the_history_with_their_author_and_in_the_sums():
    with team() as made:
        row = both_know(made, name="한빛")
        made["b"].set("account", row, industry="철강")
        made.sync("b", "a")
        with made["a"].database.read() as session:
            lines = session.connection().exec_driver_sql(
                "SELECT actor, cause, before, after FROM change WHERE row_id=? ORDER BY n DESC", (row,)
            )
            newest = lines.first()
        assert tuple(newest) == ("user-b", "sync", '{"industry":null}', '{"industry":"철강"}')


def test_a_server_restored_from_a_backup_gets_everything_again():
    with team() as made:
        row = both_know(made, name="한빛")
        connection = made.server.store.engine.raw_connection()
        backup = connection.driver_connection.serialize()
        made["a"].set("account", row, industry="철강")
        made["b"].make("contact", name="이정훈", account_id=row)
        made.settle()
        connection.driver_connection.deserialize(backup)
        made["a"].set("account", row, country="KR")
        report = made.sync("a")
        assert report.was_reset
        assert_level(made)
        assert made["b"].read("account", row) == {"name": "한빛", "industry": "철강", "country": "KR"}
        assert len(made["a"].rows("contact")) == 1
        assert made["a"].conflicts() == []
        connection.close()


def test_a_scope_that_is_taken_away_leaves_but_what_was_typed_is_kept_in_quarantine():
    with team() as made:
        row = both_know(made, name="한빛")
        made["b"].set("account", row, industry="철강")
        with made.server.store.writing() as books:
            books.revoke("user-b", TEAM)
        made.sync("b")
        assert made["b"].rows("account") == {}
        assert [(line.reason, line.fields) for line in made["b"].refused()] == [
            ("sync.refused.scope", {"industry": "철강"})
        ]
        with made.server.store.writing() as books:
            books.give("user-b", TEAM, "rw")
        assert_level(made)
        assert made["b"].read("account", row) == {"name": "한빛"}


def test_a_deleted_account_that_leaves_takes_the_sum_of_a_deal_along_that_still_waits():
    with team() as made:
        row = both_know(made, name="한빛")
        made["a"].delete("account", row)
        made.settle()
        laptop = made["b"]
        protocol = made.server.conversation(made.session(laptop))
        steps = laptop.engine.run()
        answer = protocol.hello(next(steps))
        question = steps.send(answer)
        assert isinstance(question, Pull)  # what is typed now waits until the next run
        laptop.make("opportunity", name="d", account_id=row, amount=Decimal(748), currency="USD")
        with laptop.database.read() as session:
            assert stored_totals(session)[row, "USD"][0] == 748
        with made.server.store.writing() as books:
            books.revoke("user-b", TEAM)
        protocol = made.server.conversation(made.session(laptop))  # with the rights that are left
        finish(steps, ask(protocol, question), protocol)
        with laptop.database.read() as session:
            assert (len(laptop.rows("opportunity")), laptop.waiting()) == (1, 1)
            assert stored_totals(session) == naive_totals(session) == {}
            assert stored_beside(session) == naive_beside(session)


def test_a_scope_that_may_only_be_read_refuses_edits_and_shows_the_servers_row():
    with team() as made:
        row = both_know(made, name="한빛")
        with made.server.store.writing() as books:
            books.give("user-b", TEAM, "r")
        made["b"].set("account", row, name="changed", tags=("x",))
        made["b"].make("account", name="new")
        made.sync("b")
        assert made["b"].rows("account") == {row: {"name": "한빛"}}
        assert len(made["b"].refused()) == 2


def test_an_account_that_moves_to_another_territory_takes_its_people_along():
    with team("a", "b", "c", scopes=Scopes("country")) as made:
        with made.server.store.writing() as books:
            for user, scope in (("a", "KR"), ("a", "JP"), ("b", "KR"), ("c", "JP")):
                books.give(f"user-{user}", f"territory:{scope}", "rw")
        row = made["a"].make("account", name="한빛", country="KR")
        person = made["a"].make("contact", name="이정훈", account_id=row)
        made.settle()
        assert made["b"].read("contact", person) is not None
        assert made["c"].rows("contact") == {}
        made["a"].set("account", row, country="JP")
        made.settle()
        assert made["b"].rows("account") == made["b"].rows("contact") == {}
        assert made["c"].read("contact", person)["name"] == "이정훈"


def test_many_rows_leaving_without_a_change_of_rights_stop_the_run_and_ask():
    with team("a", "b", scopes=Scopes("country")) as made:
        with made.server.store.writing() as books:
            for user, scope in (("a", "KR"), ("a", "JP"), ("b", "KR")):
                books.give(f"user-{user}", f"territory:{scope}", "rw")
        rows = [made["a"].make("account", name=str(n), country="KR") for n in range(30)]
        made.settle()
        for row in rows:
            made["a"].set("account", row, country="JP")
        made.sync("a")
        with pytest.raises(Refusal) as caught:
            made.sync("b")
        assert caught.value.code == "sync.many_leaving"
        assert len(made["b"].rows("account")) == 30
        made.sync("b", let_leave=True)
        assert made["b"].rows("account") == {}


def test_a_new_server_gets_everything_that_any_laptop_holds():
    with team() as old, team() as new:
        row = both_know(old, name="한빛", tags=("vip",))
        old["b"].set("account", row, industry="철강")
        old.settle()
        gone = both_know(old, name="gone")
        old["a"].delete("account", gone)
        old.settle()
        laptops = dict(old.laptops)
        new.clock.at = old.clock.at
        theirs, new.laptops = new.laptops, laptops
        new.sync("a")
        assert new.server_rows("account") == {row: {"name": "한빛", "industry": "철강", "tags": ["vip"]}}
        assert_level(new)
        assert new["b"].conflicts() == []
        assert new["b"].read("account", gone) is None
        new.laptops = theirs


def test_a_number_outside_its_limits_is_refused_by_the_server_with_its_field():
    with team() as made:
        row = both_know(made, name="한빛", employees=10)
        with made["b"].work() as work:  # as an older version writes
            work.bulk("account", updates=[(row, {"employees": -5})])
        assert_level(made)
        assert made["b"].read("account", row)["employees"] == 10
        (line,) = made["b"].refused()
        assert (line.reason, line.fields) == ("value.below", {"employees": -5})
