"""Searching a hundred thousand notes by words: ours, with every kind of record, filters and snippets, and bare full text."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from desktop_crm.domain.schema.options import ActivityKind
from desktop_crm.persistence import search
from desktop_crm.security.secrets import MemoryStore
from desktop_crm.services import full_text
from desktop_crm.services.workspace import Workspace, init_workspace
from tests.benchmarks.floors import texts as floor
from tests.benchmarks.measure import Job, stopwatch
from tests.benchmarks.seeds import names

NOTES = 100_000
_WORDS = (
    "예산은 10월에 확정 다음 주 수요일까지 시연 일정을 보냅니다 전력 용량 충분 배관 교체 납기 4주 서보 모터 브레이크 부착 "
    "검수 기준 합의 유지보수 계약 갱신 담당자 변경 라인 증설 검토 현장 실사 안전 점검 pump valve schedule drawing"
).split()


def notes(count: int) -> Iterator[str]:
    """The same notes in every run: some forty words, a company's name among them."""
    chance = random.Random(11)
    for name in names(count):
        yield " ".join([*chance.choices(_WORDS, k=20), name, *chance.choices(_WORDS, k=20)])


def queries(count: int) -> list[str]:
    """Rare words, frequent ones, and both together."""
    rare = [name.split()[0].lower() for name in names(count)[:: max(count // 40, 1)] if name[0] >= "가"]
    return [one for name in rare for one in (name, "납기", f"{name} 납기", "브레이크 시연")]


def filled(path: Path, count: int) -> Workspace:
    """A workspace of notes."""
    workspace = init_workspace(path, name="bench", currency="KRW", secrets=MemoryStore())
    with workspace.write("benchmark.notes") as work:
        rows = [
            {"kind": ActivityKind.NOTE, "subject": f"회의 {n}", "body": body, "occurred_at": workspace.clock.now()}
            for n, body in enumerate(notes(count))
        ]
        work.bulk("activity", inserts=rows)
    with workspace.database.writing() as connection:
        search.rebuild(connection)
    return workspace


@contextmanager
def searched(folder: Path, floors_alone: bool, *, count: int = NOTES) -> Iterator[Job]:
    file, asked = floor.build(folder / "floor.sqlite", notes(count)), queries(count)

    def below(n: int) -> float:
        with stopwatch() as seconds:
            floor.find(file, asked[n % len(asked)])
        return seconds()

    try:
        if floors_alone:
            yield Job(ours=None, floor=below, rounds=40, warm_up=5)
            return
        workspace = filled(folder / "ours.crm", count)
        try:

            def ours(n: int) -> float:
                with stopwatch() as seconds:
                    found = full_text.search(workspace, asked[n % len(asked)]).found
                assert len(found) == len(floor.find(file, asked[n % len(asked)])) or " " in asked[n % len(asked)]
                return seconds()

            yield Job(ours=ours, floor=below, rounds=40, warm_up=5)
        finally:
            workspace.close()
    finally:
        file.close()
