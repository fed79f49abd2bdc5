"""How well duplicates are found, on labelled data: `dev.py proof duplicates` prints the table, `weights` the counts behind the model.

`speed` and `window` time an audit over 100,000 accounts, alone and beside a window.

The threshold is chosen on FEBRL 3 and splink_fake_1000 alone; FEBRL 1 and the organisations of Chicago are only measured.
"""

from __future__ import annotations

import csv
import itertools
import math
import random
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from desktop_crm.domain.accounts.duplicates.audit import THRESHOLD, Audit, gather
from desktop_crm.domain.accounts.duplicates.comparing import HOW, Kind
from desktop_crm.domain.accounts.duplicates.profiles import Shape, Values
from tests.benchmarks.measure import Job, stopwatch
from tests.benchmarks.seeds import names

Find = Callable[..., Path]
TUNED_ON = ("febrl_dataset3", "splink_fake_1000")
LEAST = 0.95
"""Neither of the tuning sets may fall below this F1; the highest whole threshold that keeps to it is taken."""
THRESHOLDS = range(-6, 13)
AUDIT_SECONDS = 60.0
"""As long as an audit of 100,000 accounts may take."""
_DRAWN = 200_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Labelled:
    """Records in a comparable form, and for each the entity that it really is."""

    name: str
    shape: Shape
    records: dict[str, Values]
    truth: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """Of pairs of records: how many that were found are true, how many true ones were found."""

    precision: float
    recall: float

    @property
    def f1(self) -> float:
        return 2 * self.precision * self.recall / max(self.precision + self.recall, 1e-12)


def labelled(find: Find, name: str) -> Labelled:
    """One of the four data sets."""
    with find("dedupe", f"{name}.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, skipinitialspace=True))
    if name.startswith("febrl"):
        made = [
            (
                f"{row['given_name']} {row['surname']}",
                f"{row['street_number']} {row['address_1']} {row['address_2']}",
                row["suburb"],
                row["postcode"],
                row["date_of_birth"],
                row["soc_sec_id"],
            )
            for row in rows
        ]
        shape: Shape = (Kind.PERSON, Kind.ADDRESS, Kind.PLACE, Kind.POSTCODE, Kind.DAY, Kind.IDENTIFIER)
        truth = [row["rec_id"].split("-")[1] for row in rows]
    elif name.startswith("splink"):
        made = [(f"{row['first_name']} {row['surname']}", row["dob"], row["city"], row["email"]) for row in rows]
        shape = (Kind.PERSON, Kind.DAY, Kind.PLACE, Kind.MAIL)
        truth = [row["cluster"] for row in rows]
    else:
        made = [(row["Site name"], row["Address"], row["Zip"], row["Phone"]) for row in rows]
        shape = (Kind.COMPANY, Kind.ADDRESS, Kind.POSTCODE, Kind.TELEPHONE)
        truth = [row["True Id"] for row in rows]
    return Labelled(name=name, shape=shape, records=prepared(shape, made), truth=tuple(truth))


def prepared(shape: Shape, rows: Iterable[Sequence[str]]) -> dict[str, Values]:
    """Raw values made comparable."""
    return {
        str(place): tuple(
            tuple(value for value in (HOW[kind][0](raw),) if value) for kind, raw in zip(shape, row, strict=True)
        )
        for place, row in enumerate(rows)
    }


def audited(data: Labelled) -> Audit:
    """All its pairs compared."""
    audit = Audit(data.shape, data.records)
    while audit.advance(50_000):
        pass
    return audit


def score(audit: Audit, truth: Sequence[str], threshold: float = THRESHOLD) -> Score:
    """Pairs within the sets that come out, against the true ones."""
    found = list(range(len(truth)))
    for members, _ in gather(audit.bits, threshold):
        for one in members:
            found[one] = members[0]
    right, all_found, all_true = _pairs(zip(found, truth, strict=True)), _pairs(found), _pairs(truth)
    return Score(precision=right / max(all_found, 1), recall=right / all_true)


def _pairs(labels: Iterable[object]) -> int:
    return sum(count * (count - 1) // 2 for count in Counter(labels).values())


def chosen(scores: dict[int, Sequence[Score]]) -> int:
    """The highest threshold at which none of the tuning sets falls below what is asked."""
    return max(threshold for threshold, some in scores.items() if min(one.f1 for one in some) >= LEAST)


def table(find: Find) -> None:
    """What `dev.py proof duplicates` prints."""
    tuning = [(data, audited(data)) for data in (labelled(find, name) for name in TUNED_ON)]
    scores = {t: [score(audit, data.truth, t) for data, audit in tuning] for t in THRESHOLDS}
    print("threshold  " + "  ".join(f"F1 {name}" for name in TUNED_ON))
    for threshold, some in scores.items():
        print(
            f"{threshold:>6} bits  "
            + "  ".join(f"{one.f1:>{len(name) + 3}.4f}" for name, one in zip(TUNED_ON, some, strict=True))
        )
    print(f"chosen: {chosen(scores)} bits (the program has {THRESHOLD:g})\n")
    print(f"{'data':38} {'rows':>6} {'compared':>9} {'precision':>9} {'recall':>7} {'F1':>7}")
    for name in (*TUNED_ON, "febrl_dataset1", "chicago_organisations_with_true_ids"):
        data = labelled(find, name)
        audit = audited(data)
        got = score(audit, data.truth)
        print(
            f"{name:38} {len(data.truth):>6} {audit.compared:>9} {got.precision:>9.4f} {got.recall:>7.4f} {got.f1:>7.4f}"
        )


def many(count: int) -> dict[str, dict[str, str]]:
    """Accounts as they may be in a large workspace: names, and for some of them the other values; no duplicate is put in."""
    chance = random.Random(5)
    streets = (
        "강남대로 테헤란로 세종대로 을지로 종로 판교로 역삼로 서초로 마포대로 여의대로 가산로 성수로 한강로".split()
    )
    found = {}
    for place, name in enumerate(names(count)):
        fields = {"name": name}
        if chance.random() < 0.6:
            fields["phone"] = f"02-{chance.randrange(10_000):04d}-{chance.randrange(10_000):04d}"
        if chance.random() < 0.5:
            fields["website"] = f"https://www.c{chance.randrange(count)}.co.kr"
        if chance.random() < 0.5:
            fields["business_registration_number"] = f"{chance.randrange(10**10):010d}"
        if chance.random() < 0.6:
            fields["address_line"] = f"{chance.choice(streets)} {chance.randrange(600)}"
            fields["address_city"] = chance.choice(("서울", "부산", "대구", "인천", "성남"))
            fields["address_postcode"] = f"{chance.randrange(2000, 60_000):05d}"
        found[str(place)] = fields
    return found


def speed(count: int = 100_000) -> None:
    """Seconds of an audit over so many accounts, in this process."""
    raw = many(count)
    began = time.perf_counter()
    audit = audited_whole(raw)
    print(f"{count} accounts: {audit.compared} pairs, {len(audit.sets())} sets, {time.perf_counter() - began:.1f} s")


def audited_whole(raw: Mapping[str, Mapping[str, str]]) -> Audit:
    """An audit of accounts with these fields, run to its end."""
    from desktop_crm.domain.accounts.duplicates.profiles import profile, shape_of

    audit = Audit(shape_of("account"), {key: profile("account", fields) for key, fields in raw.items()})
    while audit.advance(50_000):
        pass
    return audit


@contextmanager
def auditing(_folder: Path, floors_alone: bool, *, count: int) -> Iterator[Job]:
    """The audit from fields to sets; the floor is the time that the goal names."""
    raw = {} if floors_alone else many(count)

    def ours(_: int) -> float:
        with stopwatch() as seconds:
            audited_whole(raw).sets()
        return seconds()

    yield Job(ours=None if floors_alone else ours, floor=lambda _: AUDIT_SECONDS, rounds=3, warm_up=0)


def window(count: int = 100_000) -> None:
    """The audit as the page runs it, on a real workspace: seconds until its result is kept, and the longest the window waited."""
    import tempfile

    from PySide6.QtCore import QEventLoop, QTimer
    from PySide6.QtWidgets import QApplication

    from desktop_crm.foundation.settings import Settings
    from desktop_crm.security.secrets import MemoryStore
    from desktop_crm.services.workspace import init_workspace
    from desktop_crm.ui.runtime.audit_runner import AuditRunner
    from desktop_crm.ui.runtime.context import connected

    app = QApplication([])
    with tempfile.TemporaryDirectory() as folder:
        workspace = init_workspace(Path(folder) / "w.crm", name="Benchmark", secrets=MemoryStore())
        with workspace.write("benchmark.fill") as work:
            work.bulk("account", inserts=list(many(count).values()))
        context = connected(workspace, Settings(Path(folder) / "settings.json"))
        runner, gaps, last = AuditRunner(context), list[float](), time.perf_counter()
        beat = QTimer()

        def beats() -> None:
            nonlocal last
            now = time.perf_counter()
            gaps.append(now - last)
            last = now

        beat.timeout.connect(beats)
        loop = QEventLoop()
        runner.finished.connect(loop.quit)
        beat.start(4)
        began = last = time.perf_counter()
        runner.start("account")
        loop.exec()
        seconds = time.perf_counter() - began
        beat.stop()
        gaps.sort()
        late = sum(gap > 1 / 60 for gap in gaps)
        print(
            f"{count} accounts: {seconds:.1f} s beside the window; it waited {gaps[-1] * 1000:.1f} ms at most, "
            f"p99 {gaps[int(len(gaps) * 0.99)] * 1000:.1f} ms, {late} of {len(gaps)} beats were over a frame late"
        )
        context.lanes.stop()
        workspace.close()
    app.quit()


def weights(find: Find) -> None:
    """m and u of every level, counted on the tuning sets: what the numbers of `weighing` stand on."""
    for name in TUNED_ON:
        data = labelled(find, name)
        records = list(data.records.values())
        groups: dict[str, list[int]] = defaultdict(list)
        for place, truth in enumerate(data.truth):
            groups[truth].append(place)
        chance = random.Random(1)
        same = [pair for some in groups.values() for pair in itertools.combinations(some, 2)]
        drawn = [(chance.randrange(len(records)), chance.randrange(len(records))) for _ in range(_DRAWN)]
        other = [(one, two) for one, two in drawn if data.truth[one] != data.truth[two]]
        for place, kind in enumerate(data.shape):
            met, unmet = (
                Counter(
                    HOW[kind][1](records[one][place][0], records[two][place][0])
                    for one, two in pairs
                    if records[one][place] and records[two][place]
                )
                for pairs in (same, other)
            )
            for level in sorted({*met, *unmet}):
                m, u = met[level] / met.total(), max(unmet[level], 1) / unmet.total()
                bits = math.log2(max(m, 1e-6) / u)
                print(f"{name:18} {kind.value:12} level {level}: m {m:.4f}  u {u:.6f}  {bits:+.1f} bits")


if __name__ == "__main__":
    from tests.conftest import shared_data

    {"weights": lambda: weights(shared_data), "speed": speed, "window": window}.get(
        "".join(sys.argv[1:2]), lambda: table(shared_data)
    )()
