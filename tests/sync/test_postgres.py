"""The same server on PostgreSQL, started here by an ordinary user: two laptops, and the cursor that loses nothing."""

from __future__ import annotations

import threading

import pytest

from desktop_crm.domain.schema.options import UserRole
from desktop_crm.foundation.clock import SystemClock
from desktop_crm.foundation.ids import new_id
from desktop_crm.sync.merge import RowState
from desktop_crm.sync.protocol import START, Operation, Pull, Push, SignIn
from desktop_crm.sync.server.books import FeedLine
from desktop_crm.sync.server.codec import StoredRow
from desktop_crm.sync.server.core import Server
from desktop_crm.sync.server.store import Store
from tests.support import postgres
from tests.sync.peers import assert_level, team

pytestmark = pytest.mark.skipif(postgres.BINARIES is None, reason="data absent: PostgreSQL is not installed")
WRITERS, PUSHES = 8, 25


@pytest.fixture(scope="module")
def cluster():
    with postgres.cluster() as url:
        yield url


@pytest.fixture
def url(cluster):
    return postgres.empty_database(cluster)


def test_two_laptops_meet_on_postgresql(url):
    with team("a", "b", url=url) as made:
        row = made["a"].make("account", name="한빛", tags=("vip",))
        made.settle()
        made["a"].set("account", row, name="earlier", employees=5)
        made.later()
        made["b"].set("account", row, name="later", tags=())
        made["b"].make("contact", name="이정훈", account_id=row)
        assert_level(made)
        assert made["a"].read("account", row)["name"] == "later"
        assert [c.lost for c in made["a"].conflicts()] == ["earlier"]


def test_values_of_every_kind_come_back_and_only_what_changed_is_written(url):
    store = Store(url)
    store.prepare()
    fields = {"name": '한빛 \\ "전자"\n%s', "employees": 2**62, "tags": ["vip", "중요"], "x_color": "파랑"}
    state = RowState(fields=fields, clocks={"": "s op"})
    with store.writing() as books:
        books.save_rows([StoredRow(entity="account", id=f"a{n}", state=state, scope="team", seq=n) for n in range(3)])
        books.save_rows([StoredRow(entity="user", id="u", state=RowState(fields={"active": True}, clocks={"": "s o"}))])
        rows = books.rows("account", ["a0", "a2", "a2", "nobody"])
        assert {key: row.state for key, row in rows.items()} == {"a0": state, "a2": state}
        assert books.rows("user", ["u"])["u"].state.fields == {"active": True}
        rows["a2"].state = RowState(fields={**fields, "employees": None, "note": "새 메모"}, clocks={"": "s op"})
        books.save_rows(rows.values())
        line = FeedLine(scope="team", entity="account", row_id="a2", seq=1, kind="row")
        books.move_feed([line])
        books.move_feed([line._replace(seq=5)])
    with store.reading() as books:
        assert books.rows("account", ["a2"])["a2"].state.fields == {
            "name": fields["name"],
            "tags": ["vip", "중요"],
            "x_color": "파랑",
            "note": "새 메모",
        }
        assert books.feed({"team": 0}, 9) == [line._replace(seq=5)]
    store.close()


def test_bad_values_are_refused_and_do_not_end_the_transaction(url):
    with team("a", url=url) as made:
        laptop = made["a"]
        good, bad = laptop.make("account", name="good"), laptop.make("account", name="a\0b")
        report = made.sync("a")
        assert (report.pushed, report.refused) == (1, 1)
        assert made.server_rows("account") == {good: {"name": "good"}}
        assert laptop.read("account", bad) is None


def test_eight_writers_and_one_reader_lose_nothing(url):
    """A sequence column would: commits become visible in another order than they took their numbers in."""
    server = Server(Store(url), SystemClock())
    server.people.add_user("minji", UserRole.MANAGER, "long enough")

    def talk(device):
        tokens = server.people.sign_in(SignIn(user="minji", password="long enough", device=device))
        return server.conversation(server.people.session(tokens.access))

    written: set[str] = set()
    lock, done = threading.Lock(), threading.Event()
    failures: list[BaseException] = []

    def write(number):
        try:
            conversation = talk(f"w{number}")
            for n in range(PUSHES):
                rows = [new_id() for _ in range(3)]
                stamp = f"{0x19000000000 + n:012x}0000-w{number}"
                ops = [
                    Operation(id=new_id(), stamp=stamp, entity="account", row=row, fields={"name": f"{number}/{n}"})
                    for row in rows
                ]
                conversation.push(Push(hw=START, schema_v=1, ops=ops))
                with lock:
                    written.update(rows)
        except BaseException as error:  # noqa: BLE001 - told by the test's own thread
            failures.append(error)

    delivered: list[str] = []

    def read():
        conversation, cursors, last = talk("reader"), {}, False
        while True:
            ending = done.is_set()
            page = conversation.pull(Pull(hw=START, cursors=cursors, limit=7))
            delivered.extend(row.id for row in page.rows if row.entity == "account")
            cursors = page.cursors
            if not page.more:
                if last:
                    return
                last = ending

    threads = [threading.Thread(target=write, args=(number,)) for number in range(WRITERS)]
    reader = threading.Thread(target=read)
    for thread in (*threads, reader):
        thread.start()
    for thread in threads:
        thread.join()
    done.set()
    reader.join()
    assert not failures
    assert len(written) == WRITERS * PUSHES * 3
    assert set(delivered) == written
    assert len(delivered) == len(written)
    with server.store.reading() as books:
        assert books.head().seq == WRITERS * PUSHES + 1
    server.store.close()
