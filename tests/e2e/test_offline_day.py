"""The day at a plant without a network: brief, visit, photo, quote and PDF, debrief, tasks; killed three times; then it all syncs.

Every process of the day runs with sockets that refuse to connect, and one that tried would fail the test.
"""

from __future__ import annotations

import io
import json
import os
import random
import signal
import subprocess
import sys
import threading
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from desktop_crm.services import pipeline, records, stakeholders, visits
from desktop_crm.services.workspace import open_workspace
from tests.e2e.test_main_job import synced
from tests.e2e.typing_window import TYPED
from tests.support.source_tree import ROOT
from tests.support.terminal import PASSPHRASE, PATIENCE, Laptop, environment, running

KINDS = (
    "account",
    "contact",
    "opportunity",
    "quote",
    "quote_line",
    "activity",
    "task",
    "attachment",
    "map_node",
    "map_evidence",
)
BLOCKED = """
import socket
def refuse(self, address, *rest):
    raise SystemExit("the day is offline")
socket.socket.connect = socket.socket.connect_ex = refuse
"""
NOTE = """예산은 2030-12-04 본부 회의에서 결정.
오재석 책임은 반대 — 자료를 2030-11-25까지 보내기로 약속.
정도윤 팀장이 최종 예산 승인을 한다고 함. 금액은 1억 6천 아래면 가능할 듯."""


@pytest.fixture
def offline(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "offline"
    folder.mkdir()
    (folder / "sitecustomize.py").write_text(BLOCKED, encoding="utf-8")
    monkeypatch.setattr("tests.support.terminal.ROOT", f"{folder}{os.pathsep}{ROOT}")


def test_the_whole_day_offline_and_then_two_laptops_agree(
    tmp_path: Path, offline: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    minji, junho = Laptop.at(tmp_path / "minji"), Laptop.at(tmp_path / "junho")
    for laptop in (minji, junho):
        assert laptop.run("init", laptop.workspace, "--name", "영업1팀", "--currency", "KRW").returncode == 0
    visit = the_morning(minji)

    minji.ask("visit", "brief", "한빛전자", "--pdf", minji.home / "brief.pdf", "--locale", "ko")
    assert (minji.home / "brief.pdf").read_bytes().startswith(b"%PDF")
    the_window_is_killed_while_one_types(minji, visit)
    in_the_hall(minji, visit)
    number = a_quote_is_changed_and_printed(minji)
    told = minji.ask("visit", "note", visit, NOTE)
    assert {one["what"] for one in told} == {"meeting", "support", "task", "buying_role", "amount"}
    for one in told:
        minji.ask("visit", "accept", visit, one["key"])
    day = everything(minji)
    assert [one["subject"] for one in day["task"]] == ["라인 3 도면", "자료를 보내기"]
    assert len(day["attachment"]) == 1
    assert sum(one["kind"] == "meeting" for one in day["activity"]) == 1

    monkeypatch.setattr("tests.support.terminal.ROOT", ROOT)  # the hotel has a network
    with running(tmp_path) as server:
        synced(minji, server, "minji")
        synced(junho, server, "junho")
        assert everything(junho) == day
        synced(minji, server, "minji")
        assert everything(minji) == day
        assert junho.ask("quote", "show", number)["version"] == 1


def the_morning(laptop: Laptop) -> str:
    with open_workspace(laptop.workspace, passphrase=PASSPHRASE).closing() as workspace:
        stage = next(one.id for one in pipeline.ensure_pipeline(workspace).pipeline.stages if one.kind == "open")
        account = records.create(workspace, "account", {"name": "한빛전자"}).id
        deal = {"name": "설비 증설 2027", "account_id": account, "stage_id": stage}
        deal_id = records.create(workspace, "opportunity", deal).id
        board = stakeholders.create_map(workspace, opportunity_id=deal_id).map_id
        for name in ("오재석", "정도윤"):
            contact = records.create(workspace, "contact", {"name": name, "account_id": account}).id
            stakeholders.add_person(workspace, board, contact_id=contact)
        return str(visits.plan(workspace, account, opportunity_id=deal_id).id)


def the_window_is_killed_while_one_types(laptop: Laptop, visit: str) -> None:
    """Three times, at a moment of chance after some saves: what the window said was saved is in the file, and nothing but what was typed."""
    chance = random.Random(9)
    before = "Arrived."
    laptop.ask("visit", "note", visit, before)
    for _ in range(3):
        said = said_before_the_kill(laptop, visit, saves=chance.randint(1, 4), more=chance.uniform(0.0, 0.5))
        now = laptop.ask("get", "activity", visit)["body"]
        assert now.startswith(said)
        typed = now.removeprefix(before)
        assert typed
        assert (TYPED * len(typed)).startswith(typed)
        before = now
    assert laptop.run("check", "--workspace", laptop.workspace).returncode == 0


def said_before_the_kill(laptop: Laptop, visit: str, *, saves: int, more: float) -> str:
    """Let the window be typed into until it said so many times that it saved, and some seconds more; what it said last."""
    command = (sys.executable, "-m", "tests.e2e.typing_window", str(laptop.workspace), visit)
    process = subprocess.Popen(
        command,
        cwd=laptop.home,
        env=environment(laptop.home, QT_QPA_PLATFORM="offscreen"),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
    )
    watch = threading.Timer(PATIENCE, process.kill)
    watch.start()
    assert process.stdout is not None
    said = [process.stdout.readline() for _ in range(saves)]
    watch.cancel()
    assert all(said), f"the window ended by itself or did not save {saves} times in {PATIENCE} s: {said}"
    threading.Timer(more, process.kill).start()
    rest, trouble = process.communicate(timeout=PATIENCE)
    assert process.returncode == (1 if os.name == "nt" else -signal.SIGKILL), trouble
    whole = [*said, *(line for line in rest.splitlines(keepends=True) if line.endswith("\n"))]
    return str(json.loads(whole[-1]))


def in_the_hall(laptop: Laptop, visit: str) -> None:
    out = io.BytesIO()
    Image.new("RGB", (3000, 2000), "teal").save(out, "JPEG")
    with open_workspace(laptop.workspace, passphrase=PASSPHRASE).closing() as workspace:
        visits.set_present(workspace, visit, ["오재석", "정도윤"])
        visits.attach_content(workspace, visit, "라인 3.jpg", out.getvalue())
        visits.promise(workspace, visit, "라인 3 도면", date(2030, 11, 20), ours=False)


def a_quote_is_changed_and_printed(laptop: Laptop) -> str:
    lines = laptop.home / "lines.csv"
    lines.write_text("name,quantity,unit_price\n진공 펌프,2,1250000\n", encoding="utf-8")
    number = str(laptop.ask("quote", "new", "--account", "한빛전자", "--lines", lines, "--currency", "KRW")["number"])
    laptop.ask("quote", "issue", number)
    laptop.ask("quote", "pdf", number, "--locale", "ko", "--output", laptop.home / "quote.pdf")
    assert (laptop.home / "quote.pdf").read_bytes().startswith(b"%PDF")
    return number


def everything(laptop: Laptop) -> dict[str, list[dict[str, Any]]]:
    """All records of the day, by kind and id."""
    with open_workspace(laptop.workspace, passphrase=PASSPHRASE).closing() as workspace:
        found = {kind: records.list_rows(workspace, kind, records.ListQuery(limit=500)).records for kind in KINDS}
        return {
            kind: sorted(({"id": one.id, **one.fields} for one in rows), key=lambda row: str(row["id"]))
            for kind, rows in found.items()
        }
