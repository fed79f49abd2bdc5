"""Two laptops and a server as real processes: killed, cut off, lied to. Nothing is lost, nothing doubled, both sides level."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path

import pytest

from desktop_crm.domain.schema import REGISTRY
from desktop_crm.domain.schema.codec import encode
from desktop_crm.persistence.tables import ROWS
from desktop_crm.services import records
from desktop_crm.services.sync import account_of
from desktop_crm.services.workspace import open_workspace
from tests.support.terminal import PASSPHRASE, Laptop, Server, environment, running
from tests.sync.faulty import answering, http, proxy

PEOPLE = {"first": "minji", "second": "junho"}


@contextmanager
def opened(laptop):
    with open_workspace(laptop.workspace, passphrase=PASSPHRASE).closing() as workspace:
        yield workspace


def dump(laptop):
    """Every living record, as an export would give it."""
    with opened(laptop) as workspace, workspace.read() as session:
        return {
            entity.name: {
                row.id: {name: encode(entity.field(name), value) for name, value in row.field_values().items()}
                for row in session.query(ROWS[entity.name])
                if row.row_deleted is None
            }
            for entity in REGISTRY
        }


def make(laptop, entity, **fields):
    with opened(laptop) as workspace:
        return records.create(workspace, entity, fields).id


def make_many(laptop, count, start=0):
    with opened(laptop) as workspace, workspace.write("test") as work:
        return work.bulk("account", inserts=[{"name": f"account {n}"} for n in range(start, start + count)])


class Pair:
    """A server and two laptops that have joined it."""

    def __init__(self, root: Path, server: Server) -> None:
        self.server, self.laptops = server, {}
        for name, person in PEOPLE.items():
            laptop = Laptop.at(root / name)
            done = laptop.run("init", laptop.workspace, "--name", name, "--currency", "KRW")
            assert done.returncode == 0, done.stderr
            self.laptops[name] = laptop
            file = server.folder.parent / f"{person}.password"
            laptop.ask("sync", "--server", server.address, "--user", person, "--password-file", file)

    def __getitem__(self, name: str) -> Laptop:
        return self.laptops[name]

    def sync(self, *names: str) -> dict[str, object]:
        report = {}
        for name in names:
            report = self[name].ask("sync")
        return report

    def assert_level(self) -> dict[str, dict[str, dict[str, object]]]:
        self.sync("first", "second", "first", "second")
        one, two = dump(self["first"]), dump(self["second"])
        assert one == two
        return one


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    with running(tmp_path_factory.mktemp("server")) as made:
        yield made


@pytest.fixture
def pair(tmp_path, server):
    return Pair(tmp_path, server)


def test_offline_edits_of_both_laptops_meet_and_conflicts_are_listed_on_both(pair):
    row = make(pair["first"], "account", name="한빛전자")
    pair.sync("first", "second")
    pair["first"].ask("set", "account", row, "industry=전자", "name=한빛전자(주)")
    pair["second"].ask("set", "account", row, "country=KR", "name=한빛 전자")
    report = pair.sync("first", "second")
    assert set(report) >= {"pushed", "pulled", "conflicts", "cursor"}
    assert report["conflicts"] == 1
    level = pair.assert_level()["account"][row]
    assert (level["industry"], level["country"], level["name"]) == ("전자", "KR", "한빛 전자")
    for name in PEOPLE:
        (conflict,) = [one for one in pair[name].ask("conflicts") if one["id"] == row]
        told = {key: conflict[key] for key in ("entity", "field", "before", "kept", "lost", "kept_by", "lost_by")}
        assert told == {
            "entity": "account",
            "field": "name",
            "before": "한빛전자",
            "kept": "한빛 전자",
            "lost": "한빛전자(주)",
            "kept_by": "junho",
            "lost_by": "minji",
        }
    said = pair["first"].run("conflicts", "--workspace", pair["first"].workspace, LANG="ko_KR.UTF-8").stdout
    for part in (
        "계정: 한빛 전자 — 계정명",
        "이전 값: 한빛전자\n",
        "적용된 값: 한빛 전자  (junho · ",
        "적용되지 않은 값: 한빛전자(주)  (minji · ",
    ):
        assert part in said
    pair["first"].ask("conflicts", "--resolve", conflict["conflict_id"], "--keep", "lost")
    assert pair.assert_level()["account"][row]["name"] == "한빛전자(주)"
    assert [one for one in pair["second"].ask("conflicts") if one["id"] == row] == []


def test_two_legal_moves_that_close_a_circle_and_a_deletion_against_an_edit(pair):
    one, two = make(pair["first"], "account", name="one"), make(pair["first"], "account", name="two")
    pair.sync("first", "second")
    pair["first"].ask("set", "account", one, f"parent_id={two}")
    pair["second"].ask("set", "account", two, f"parent_id={one}")
    level = pair.assert_level()["account"]
    assert (level[one]["parent_id"], level[two]["parent_id"]) == (two, None)
    with opened(pair["first"]) as workspace:
        records.delete(workspace, "account", one)
    pair["second"].ask("set", "account", one, "industry=철강")
    assert pair.assert_level()["account"][one]["industry"] == "철강"


def test_a_file_that_came_in_on_the_first_laptop_takes_back_no_edit_when_it_comes_in_on_the_second(pair, tmp_path):
    source = tmp_path / "accounts.csv"
    source.write_text("account,industry,employees\nAcme,steel,5\nBeta,glass,6\n", encoding="utf-8")
    assert pair["first"].ask("import", source)["files"][0]["created"] == 2
    acme = next(one["id"] for one in pair["first"].ask("accounts", "tree") if one["name"] == "Acme")
    pair["first"].ask("set", "account", acme, "industry=chemicals")
    pair.sync("first", "second")

    for more in (("--dry-run",), ()):
        (file,) = pair["second"].ask("import", source, *more)["files"]
        assert (file["known"], file["updated"], file["unchanged"], file["kept"]) == (True, 0, 2, 1)
        told = {name: file["kept_values"][0][name] for name in ("row", "id", "field", "here", "file")}
        assert told == {"row": 2, "id": acme, "field": "industry", "here": "chemicals", "file": "steel"}
    assert pair["second"].ask("get", "account", acme)["industry"] == "chemicals"
    assert pair.assert_level()["account"][acme]["industry"] == "chemicals"

    (file,) = pair["second"].ask("import", source, "--overwrite")["files"]
    assert (file["updated"], file["replaced"]) == (1, 1)
    assert pair.assert_level()["account"][acme]["industry"] == "steel"


def start_sync(laptop):
    return subprocess.Popen(
        [sys.executable, "-m", "desktop_crm", "sync", "--json", "--workspace", str(laptop.workspace)],
        cwd=laptop.home,
        env=environment(laptop.home),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def count_of(level):
    return sum(1 for row in level["account"].values() if str(row["name"]).startswith("account "))


def test_the_server_is_killed_while_it_takes_a_push(tmp_path):
    chance = random.Random(7)
    with running(tmp_path) as server:
        pair = Pair(tmp_path, server)
        for round_ in range(2):
            make_many(pair["first"], 1500, start=1500 * round_)
            under_way = start_sync(pair["first"])
            time.sleep(0.9 + chance.random() * 0.8)
            server.stop(kill=True)
            under_way.wait(60)
            server.start()
        assert count_of(pair.assert_level()) == 3000


def test_the_laptop_is_killed_between_push_and_answer(tmp_path):
    """The proxy kills it as soon as the first, second, third answer comes by: after hello, after the push, after the pull."""
    with running(tmp_path) as server:
        pair = Pair(tmp_path, server)
        for answers in (1, 2, 3):
            make_many(pair["first"], 300, start=300 * (answers - 1))
            victims, seen = [], []

            def kill(data, victims=victims, seen=seen, answers=answers):
                seen.append(data)
                if len(seen) == answers:
                    os.kill(victims[0].pid, signal.SIGKILL)

            with proxy(server.address, answered=kill) as line:
                move(pair["first"], line.address)
                victims.append(start_sync(pair["first"]))
                assert victims[0].wait(60) == -signal.SIGKILL
            move(pair["first"], server.address)
        assert count_of(pair.assert_level()) == 900


def move(laptop, address):
    with opened(laptop) as workspace:
        account_of(workspace).move(address)


def test_a_line_that_is_cut_after_any_number_of_bytes_costs_nothing(tmp_path):
    with running(tmp_path) as server:
        pair = Pair(tmp_path, server)
        for round_, cut in enumerate((0, 40, 900, 4000)):
            make_many(pair["first"], 50, start=50 * round_)
            with proxy(server.address, cut_after=cut) as line:
                done = pair["first"].run(
                    "sync", "--server", line.address, "--workspace", pair["first"].workspace, "--json"
                )
                assert done.returncode in {0, 3}, done.stderr
                assert "Traceback" not in done.stderr
            done = pair["first"].run(
                "sync", "--server", server.address, "--workspace", pair["first"].workspace, "--json"
            )
            assert done.returncode == 0, done.stderr
        assert count_of(pair.assert_level()) == 200


def test_wrong_password_garbage_and_silence_end_in_a_clear_word_and_the_workspace_goes_on(pair, tmp_path):
    laptop = pair["first"]
    row = make(laptop, "account", name="kept")
    wrong = tmp_path / "wrong.password"
    wrong.write_text("not it\n")
    refused = laptop.refused("sync", "--server", pair.server.address, "--user", "minji", "--password-file", wrong)
    assert refused["code"] == "sync.sign_in"
    with answering(http(b"<html>hotel</html>")) as url:
        done = laptop.run("sync", "--server", url, "--workspace", laptop.workspace, "--json")
    assert (done.returncode, '"sync.server.garbage"' in done.stdout) == (3, True)
    done = laptop.run("sync", "--server", "http://crm.example.com", "--workspace", laptop.workspace, "--json")
    assert (done.returncode, '"sync.plain_http"' in done.stdout) == (1, True)
    assert laptop.ask("get", "account", row)["name"] == "kept"
    done = laptop.run("sync", "--server", pair.server.address, "--workspace", laptop.workspace, "--json")
    assert done.returncode == 0
    assert row in pair.assert_level()["account"]


def test_a_workspace_without_a_server_says_so(tmp_path):
    laptop = Laptop.at(tmp_path / "alone")
    laptop.run("init", laptop.workspace, "--name", "alone")
    assert laptop.refused("sync")["code"] == "sync.not_joined"
    assert laptop.ask("conflicts") == []


def test_the_server_stops_gracefully_and_leaves_nothing_in_its_log(tmp_path):
    with running(tmp_path) as server:
        server.process.send_signal(signal.SIGTERM)
        assert server.process.wait(15) in {0, -signal.SIGTERM}
        server.process = None
        log = (server.folder.parent / "server.log").read_text()
    assert "Traceback" not in log


def test_a_refused_change_is_named_with_its_field_its_reason_and_what_to_do(pair):
    order = make(pair["first"], "order", number="O-77", status="received")
    pair.sync("first", "second")
    pair["first"].ask("set", "order", order, "status=cancelled")
    pair.sync("first")
    pair["second"].ask("set", "order", order, "status=delivered")
    report = pair.sync("second")
    assert {"pushed", "pulled", "conflicts", "cursor", "refused"} <= set(report)
    (refused,) = report["refused"]
    assert {name: refused[name] for name in ("entity", "id", "field", "code")} == {
        "entity": "order",
        "id": order,
        "field": "status",
        "code": "sync.refused.state",
    }
    assert refused["message"]
    assert pair.sync("second")["refused"] == []
    pair["second"].ask("set", "order", order, "number=O-78")
    with opened(pair["second"]) as workspace, workspace.write("as an older version") as work:
        work.bulk("account", inserts=[{"name": "옛 계정", "employees": -3}])
    said = pair["second"].run("sync", "--workspace", pair["second"].workspace, LANG="ko_KR.UTF-8")
    assert (said.returncode, "옛 계정" in said.stdout or "“-3”" in said.stdout) == (0, True)
    assert "동기화 센터" in said.stdout
