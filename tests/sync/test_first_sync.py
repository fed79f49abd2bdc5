"""The first sync by a ready file: the same rows as by pages, interrupted anywhere, for nobody who may not read them."""

from __future__ import annotations

from datetime import timedelta

import pytest

from desktop_crm.domain.schema.options import UserRole
from desktop_crm.foundation.clock import FixedClock
from desktop_crm.persistence import snapshots as kept
from desktop_crm.persistence.stores import sync as store
from desktop_crm.sync.client import first
from desktop_crm.sync.client.drive import ask
from desktop_crm.sync.client.engine import RunReport
from desktop_crm.sync.client.stage import Stage
from desktop_crm.sync.client.transport import HttpTransport
from desktop_crm.sync.protocol import START, PartAnswer, SignIn, SnapshotAsk, SnapshotPart
from desktop_crm.sync.server import snapshots, tables
from desktop_crm.sync.server.core import Server
from desktop_crm.sync.server.scopes import Scopes
from desktop_crm.sync.server.store import Store
from desktop_crm.sync.server.tidying import tidy
from tests.sync.listening import listening
from tests.sync.peers import BEGIN, Laptop, Team, assert_level, team


@pytest.fixture(autouse=True)
def few_rows_are_worth_it(monkeypatch):
    monkeypatch.setattr(snapshots, "WORTH_IT", 10)
    monkeypatch.setattr(snapshots, "PART", 4_000)
    monkeypatch.setattr(first, "PART", 3_000)
    monkeypatch.setattr(first, "ROWS", 16)


def furnish(made: Team) -> str:
    a = made["a"]
    with a.work() as work:
        accounts = work.bulk("account", inserts=[{"name": f"Account {n:03}"} for n in range(60)])
    ids = sorted(a.rows("account"))
    assert accounts is None or accounts
    near = ids[41]
    for n, one in enumerate(ids[:20]):
        a.make("contact", account_id=one, name=f"Person {n}")
    a.make("activity", account_id=near, kind="meeting", subject="visit", occurred_at=BEGIN + timedelta(days=1))
    a.set("account", ids[0], tags=["vip", "old"])
    a.set("account", ids[0], tags=["vip"])
    a.delete("account", ids[-1])
    made.sync("a")
    return near


def steps_of(made: Team, name: str, told: list[tuple[Stage, int, int]]):
    laptop = made[name]
    steps = laptop.engine.run(tell=lambda stage, done, total, _changes: told.append((stage, done, total)))
    return steps, made.server.conversation(made.session(laptop))


def go_on(steps, talk, most: int | None = None) -> RunReport | None:
    """Answer so many questions, or all; what is left of a run that is cut off is thrown away."""
    try:
        question = next(steps)
        for _ in range(most) if most is not None else iter(int, 1):
            question = steps.send(ask(talk, question))
    except StopIteration as end:
        return end.value
    steps.close()
    return None


def test_the_file_brings_what_pages_bring(monkeypatch):
    with team("a", "b", "c") as made:
        furnish(made)
        told: list[tuple[Stage, int, int]] = []
        report = go_on(*steps_of(made, "b", told))
        assert report is not None
        assert {stage for stage, _, _ in told} == {Stage.FETCHING, Stage.LAYING}
        assert [done for stage, done, _ in told if stage is Stage.LAYING][-1] == told[-1][2] == 80
        monkeypatch.setattr(snapshots, "WORTH_IT", 10**9)
        with made.server.store.writing() as books:
            snapshots.forget_all(books)
        made.sync("c")
        assert made["b"].all_rows() == made["c"].all_rows()
        assert made["b"].rows("account")
        with made["b"].database.read() as b, made["c"].database.read() as c:
            for what in ("* FROM account", "plain FROM search_title", "* FROM account_tally", "* FROM sync_cursor"):
                question = f"SELECT {what}"
                assert set(b.connection().exec_driver_sql(question)) == set(c.connection().exec_driver_sql(question))
            assert b.connection().exec_driver_sql("SELECT count(*) FROM sync_snapshot").scalar_one() == 0
            assert store.read_cursors(b.connection())
        assert_level(made)


def test_a_run_that_is_cut_off_anywhere_goes_on_there():
    with team("a", "b1", "b2", "b3", "b4", "b5") as made:
        furnish(made)
        for questions in range(1, 6):
            name = f"b{questions}"
            steps, talk = steps_of(made, name, [])
            assert go_on(steps, talk, questions) is None
            with made[name].database.read() as session:
                begun = kept.begun(session.connection())
            asked = list[SnapshotPart]()
            real = talk.snapshot_part
            talk.snapshot_part = lambda part, real=real, asked=asked: (asked.append(part), real(part))[1]
            go_on(made[name].engine.run(), talk)
            if begun is not None and begun.got < begun.size:
                assert asked[0].first == begun.got
        assert_level(made)


def test_what_left_before_the_file_was_made_leaves_though_a_verdict_had_brought_it():
    with team("a", "b", scopes=Scopes("country")) as made:
        with made.server.store.writing() as books:
            books.give("user-a", "territory:KR", "rw")
        furnish(made)
        b = made["b"]
        row, stays = b.make("account", name="moves"), b.make("account", name="stays")
        assert go_on(*steps_of(made, "b", []), 2) is None
        for one in (row, stays):  # b may not write there: the server's row comes with the verdict
            b.set("account", one, country="KR")
        assert go_on(*steps_of(made, "b", []), 2) is None
        assert b.refused()
        assert b.read("account", row) == {"name": "moves"}
        made.sync("a")
        made["a"].set("account", row, country="KR")
        made.sync("a")
        told: list[tuple[Stage, int, int]] = []
        go_on(*steps_of(made, "b", told))
        assert Stage.LAYING in {stage for stage, _, _ in told}
        assert b.read("account", row) is None
        assert b.read("account", stays) == {"name": "stays"}


def test_edits_made_while_it_runs_stand():
    with team("a", "b") as made:
        furnish(made)
        b = made["b"]
        talk = made.server.conversation(made.session(b))
        typed: list[str] = []

        def tell(stage, _done, _total, changes):
            ids = sorted(changes.rows("account"))
            if stage is Stage.LAYING and ids and not typed:
                b.set("account", ids[0], name="typed meanwhile")
                typed.append(ids[0])

        steps = b.engine.run(tell=tell)
        go_on(steps, talk)
        assert b.rows("account")[typed[0]]["name"] == "typed meanwhile"
        assert_level(made)
        assert made["a"].rows("account")[typed[0]]["name"] == "typed meanwhile"


def test_the_account_of_tomorrows_visit_comes_first():
    with team("a", "b") as made:
        near = furnish(made)
        pieces = []
        steps = made["b"].engine.run(tell=lambda stage, _d, _t, changes: pieces.append((stage, changes)))
        go_on(steps, made.server.conversation(made.session(made["b"])))
        laid = [changes for stage, changes in pieces if stage is Stage.LAYING]
        assert near in laid[0].rows("account")
        assert laid[0].rows("activity")


def test_death_between_two_pieces_repeats_and_loses_nothing():
    with team("a", "b") as made:
        furnish(made)
        b = made["b"]

        def die(stage, done, _total, _changes):
            if stage is Stage.LAYING and done > 30:
                raise RuntimeError("died")

        steps = b.engine.run(tell=die)
        with pytest.raises(RuntimeError, match="died"):
            go_on(steps, made.server.conversation(made.session(b)))
        with b.database.read() as session:
            begun = kept.begun(session.connection())
        assert begun is not None
        assert begun.laid == 32
        made.clock.at += timedelta(days=3)  # the order of the rows stays that of the first day
        told: list[tuple[Stage, int, int]] = []
        go_on(*steps_of(made, "b", told))
        assert [stage for stage, _, _ in told].count(Stage.FETCHING) == 0
        assert told[0] == (Stage.LAYING, 48, 80)
        assert_level(made)


def test_bytes_that_are_not_the_file_are_thrown_away_and_pages_go_on():
    with team("a", "b") as made:
        furnish(made)
        b = made["b"]
        talk = made.server.conversation(made.session(b))
        real = talk.snapshot_part

        def altered(message):
            data = bytearray(real(message).data)
            data[5] ^= 1
            return PartAnswer(data=bytes(data))

        talk.snapshot_part = altered
        with pytest.raises(Exception, match="garbage"):
            go_on(b.engine.run(), talk)
        assert not b.rows("account")
        talk.snapshot_part = lambda _message: PartAnswer()  # gone meanwhile
        assert go_on(b.engine.run(), talk) is not None
        assert_level(made)


def test_a_file_is_for_those_alone_who_may_read_all_of_it():
    with team("a", "b") as made:
        furnish(made)
        a, b = made["a"], made["b"]
        offered = made.server.conversation(made.session(a)).snapshot(SnapshotAsk(hw=START))
        part = SnapshotPart(id=offered.id, first=0, last=99)
        assert len(made.server.conversation(made.session(b)).snapshot_part(part).data) == 100
        with made.server.store.writing() as books:
            books.revoke(b.user_id, "team")
        poorer = made.server.conversation(made.session(b))
        assert poorer.snapshot_part(part).data == b""
        assert poorer.snapshot(SnapshotAsk(hw=START)).id == ""
        again = made.server.conversation(made.session(a)).snapshot(SnapshotAsk(hw=START))
        assert again.id == offered.id
        made.clock.at += timedelta(hours=7)
        a.make("account", name="new")
        made.sync("a")
        assert made.server.conversation(made.session(a)).snapshot(SnapshotAsk(hw=START)).id != offered.id
        made.clock.at += timedelta(days=2)
        tidy(made.server)
        with made.server.store.reading() as books:
            assert not books.all(tables.snapshot)
            assert not books.all(tables.snapshot_part)


def test_it_goes_over_http_in_ranges():
    server = Server(Store("sqlite://"), FixedClock(BEGIN))
    server.people.add_user("minji", UserRole.MEMBER, "long enough")
    laptop = Laptop("m", server.clock)
    with laptop.work() as work:
        work.bulk("account", inserts=[{"name": f"Account {n}"} for n in range(200)])

    class Tokens:
        def __init__(self) -> None:
            self.held = server.people.sign_in(SignIn(user="minji", password="long enough", device=laptop.device))

        def access(self) -> str:
            return self.held.access

        def refresh(self) -> str:
            return self.held.refresh

        def keep(self, tokens) -> None:
            self.held = tokens

    with listening(server) as client:
        transport = HttpTransport(str(client.base_url), Tokens(), pause=lambda _seconds: None)
        try:
            go_on(laptop.engine.run(), transport)
            offered = transport.snapshot(SnapshotAsk(hw=START))
            assert offered.rows == 200 + 1
            data = b"".join(
                transport.snapshot_part(SnapshotPart(id=offered.id, first=n, last=n + 2_499)).data
                for n in range(0, offered.size, 2_500)
            )
            assert len(data) == offered.size
            assert transport.snapshot_part(SnapshotPart(id="0" * 64, first=0, last=9)).data == b""
        finally:
            transport.close()
    laptop.database.close()
    server.store.close()
