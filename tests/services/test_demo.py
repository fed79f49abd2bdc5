"""The demo: as many records as promised, the same for the same seed, whole in its references, right in its sums."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from desktop_crm.domain.accounts.sums import Sums
from desktop_crm.domain.pipeline.stages import FIRST_STAGES
from desktop_crm.domain.quotes import versions
from desktop_crm.domain.quotes.readiness import obstacles
from desktop_crm.domain.schema import REGISTRY, FieldType
from desktop_crm.domain.schema.options import QuoteStatus
from desktop_crm.foundation.clock import FixedClock
from desktop_crm.foundation.errors import Refusal, Trouble
from desktop_crm.foundation.hlc import Stamp, stamp_time
from desktop_crm.i18n import speaking
from desktop_crm.persistence.stores.records import ListQuery, page
from desktop_crm.security.secrets import MemoryStore
from desktop_crm.services import demo, pipeline, quotes, records, search
from desktop_crm.services.demo import words
from desktop_crm.services.demo.dice import Dice, roman
from desktop_crm.services.quotes import approving
from desktop_crm.services.quotes.approval_rules import rule_book
from desktop_crm.services.workspace import Workspace

NOW = datetime(2026, 11, 23, 5, 0, tzinfo=UTC)
Rows = dict[str, dict[str, dict[str, Any]]]


def _all(workspace: Workspace) -> Rows:
    found: Rows = {}
    with workspace.read() as session:
        for entity in REGISTRY:
            rows = page(session, entity.name, ListQuery(sort="id", limit=1_000_000))
            found[entity.name] = {row.id: dict(row.fields) for row in rows}
    return found


@pytest.fixture(scope="module")
def full(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """The demo as it ships, read once."""
    from desktop_crm.services.workspace import init_workspace

    path = tmp_path_factory.mktemp("demo") / "demo.crm"
    made = init_workspace(path, name="demo", secrets=MemoryStore(), clock=FixedClock(at=NOW))
    report = demo.fill(made)
    yield made, report, _all(made)
    made.close()


def test_as_many_as_promised(full: Any) -> None:
    _, report, rows = full
    assert len(rows["account"]) == 300
    assert len(rows["contact"]) == 1500
    assert len(rows["opportunity"]) == 600
    assert len(rows["quote"]) >= 100
    assert len(rows["stakeholder_map"]) >= 15
    for entity in ("activity", "task", "contract", "order", "lead", "ticket", "user", "team", "product", "price_book"):
        assert rows[entity], entity
    counted = {entity: len(found) for entity, found in rows.items() if found and entity not in {"pipeline", "stage"}}
    assert dict(report.counts) == counted


def test_every_reference_leads_somewhere(full: Any) -> None:
    _, _, rows = full
    for entity in REGISTRY:
        for field in entity.references:
            for row_id, row in rows[entity.name].items():
                if row[field.name] is not None:
                    assert row[field.name] in rows[field.target or ""], (entity.name, field.name, row_id)


def test_every_value_is_one_the_registry_allows(full: Any) -> None:
    _, _, rows = full
    for entity in REGISTRY:
        for row in rows[entity.name].values():
            for field in entity.fields:
                value = row[field.name]
                assert value is not None or not field.required, (entity.name, field.name)
                if field.options is not None and value is not None:
                    assert value in set(field.options), (entity.name, field.name, value)
                if field.type is FieldType.MONEY and value is not None:
                    assert row[field.currency_field or ""], (entity.name, field.name)


def test_sums_are_what_adding_up_gives(full: Any) -> None:
    workspace, _, rows = full
    stages = {plan.id: plan for plan in FIRST_STAGES}
    naive: dict[tuple[str, str], list[Decimal]] = defaultdict(lambda: [Decimal(0)] * 3)
    for deal in rows["opportunity"].values():
        plan = stages[deal["stage_id"]]
        parts = {
            "open": (deal["amount"], deal["amount"] * plan.probability, Decimal(0)),
            "won": (Decimal(0), Decimal(0), deal["amount"]),
            "lost": (Decimal(0),) * 3,
        }[plan.kind.value]
        node = deal["account_id"]
        while node:
            naive[node, deal["currency"]] = [a + b for a, b in zip(naive[node, deal["currency"]], parts, strict=True)]
            node = rows["account"][node]["parent_id"]
    with workspace.read() as session:
        stored = session.connection().exec_driver_sql(
            "SELECT account_id, currency, open, weighted, won FROM account_total"
        )
        kept = {(row[0], row[1]): Sums(*map(Decimal, row[2:])) for row in stored}
    assert kept == {key: Sums(*sums) for key, sums in naive.items() if any(sums)}


def test_issued_versions_are_what_the_program_would_issue(full: Any) -> None:
    workspace, _, rows = full
    per_quote = defaultdict(list)
    for row in rows["quote_version"].values():
        frozen = versions.from_snapshot(row["snapshot"], row["snapshot_hash"])
        assert frozen.content.amounts.grand_total == row["grand_total"]
        assert not obstacles(frozen.content.draft)
        per_quote[row["quote_id"]].append(row["version"])
    assert all(sorted(found) == list(range(1, len(found) + 1)) for found in per_quote.values())
    assert max(map(len, per_quote.values())) >= 3
    issued = [key for key, row in rows["quote"].items() if row["status"] == "issued"]
    drafts = [key for key, row in rows["quote"].items() if row["status"] == "draft"]
    assert issued
    assert drafts
    for quote_id in issued[:3]:
        with pytest.raises(Refusal) as caught:
            quotes.issue(workspace, quote_id)
        assert caught.value.code == "quote.issue.unchanged"
        assert quotes.reprint(workspace, quote_id, None, "ko").startswith(b"%PDF")


def test_one_quote_has_forty_lines(full: Any) -> None:
    _, _, rows = full
    lines: dict[str, int] = defaultdict(int)
    for row in rows["quote_line"].values():
        lines[row["quote_id"]] += 1
    assert max(lines.values()) == len(words.PRODUCTS) == 40


def test_the_list_price_of_a_draft_is_the_total_of_its_lines(full: Any) -> None:
    workspace, _, rows = full
    from desktop_crm.domain.quotes.pricing import price

    for quote_id, row in list(rows["quote"].items())[::10]:
        assert price(quotes.open_quote(workspace, quote_id).draft).grand_total == row["grand_total"]


def test_next_number_follows_the_demo(new_workspace: Callable[..., Workspace]) -> None:
    workspace = new_workspace("next", clock=FixedClock(at=NOW))
    demo.fill(workspace, accounts=40)
    taken = {row["number"] for row in _all(workspace)["quote"].values()}
    account = next(iter(_all(workspace)["account"]))
    assert quotes.create(workspace, account_id=account).number not in taken


def test_deals_went_through_their_stages_at_their_hours(full: Any) -> None:
    workspace, _, rows = full
    won = next(key for key, row in rows["opportunity"].items() if row["stage_id"] == FIRST_STAGES[4].id)
    steps = pipeline.passages(workspace, won)
    assert len(steps) >= 5
    assert steps[0].at.date() == rows["opportunity"][won]["opened_on"]
    assert steps[-1].at.date() == rows["opportunity"][won]["close_date"]
    assert [step.at for step in steps] == sorted(step.at for step in steps)
    assert steps[-1].who == rows["user"][rows["opportunity"][won]["owner_id"]]["name"]


def test_stages_are_called_by_their_korean_names_in_every_language(new_workspace: Callable[..., Workspace]) -> None:
    workspace = new_workspace("english", clock=FixedClock(at=NOW))
    with speaking("en"):
        demo.fill(workspace, accounts=3)
    assert [stage.name for stage in pipeline.pipelines(workspace)[0].stages][:2] == ["발굴", "요구 확인"]


def test_nothing_was_written_in_the_future(full: Any) -> None:
    workspace, _, rows = full
    for entity in rows:
        for row_id in list(rows[entity])[:20]:
            for entry in records.history(workspace, entity, row_id):
                assert stamp_time(Stamp(entry.stamp)) <= NOW, (entity, row_id)


def test_bosses_stand_above_and_no_line_runs_in_a_circle(full: Any) -> None:
    _, _, rows = full
    nodes = rows["map_node"]
    for node in nodes.values():
        seen, boss = set(), node["reports_to_id"]
        while boss:
            assert boss not in seen
            seen.add(boss)
            assert nodes[boss]["map_id"] == node["map_id"]
            boss = nodes[boss]["reports_to_id"]
    for edge in rows["map_edge"].values():
        assert nodes[edge["source_id"]]["map_id"] == nodes[edge["target_id"]]["map_id"] == edge["map_id"]


def test_no_number_or_address_is_anyone_s(full: Any) -> None:
    _, _, rows = full
    assert all(row["email"].endswith(".example") for row in rows["contact"].values())
    assert all(row["mobile"].startswith("010-0") for row in rows["contact"].values())
    numbers = [row["business_registration_number"] for row in rows["account"].values()]
    assert all(number.startswith("0") for number in numbers if number)
    assert len({row["name"] for row in rows["account"].values()}) == 300


def test_the_demo_can_be_searched_and_opened_as_one_of_its_people(full: Any) -> None:
    workspace, report, _ = full
    assert search.find(workspace, "ㅎㅂㅈㅈ")[0].title.startswith("한빛전자")
    assert report.user_name == "김하늘"
    assert workspace.author.user_id == report.user_id


def test_the_same_seed_gives_the_same_records(new_workspace: Callable[..., Workspace]) -> None:
    worlds = []
    for name in ("one", "two"):
        workspace = new_workspace(name, clock=FixedClock(at=NOW))
        demo.fill(workspace, accounts=40)
        worlds.append(_all(workspace))
    assert worlds[0] == worlds[1]


def test_another_seed_gives_another_world(new_workspace: Callable[..., Workspace]) -> None:
    worlds = []
    for seed in (1, 2):
        workspace = new_workspace(str(seed), clock=FixedClock(at=NOW))
        demo.fill(workspace, accounts=20, seed=seed)
        worlds.append(_all(workspace)["contact"])
    assert worlds[0] != worlds[1]


def test_written_at_once_it_holds_the_same_records(
    new_workspace: Callable[..., Workspace], monkeypatch: pytest.MonkeyPatch
) -> None:
    lived, at_once = (new_workspace(name, clock=FixedClock(at=NOW)) for name in ("lived", "bulk"))
    demo.fill(lived, accounts=40)
    monkeypatch.setattr("desktop_crm.services.demo.writing._LIVED", 0)
    demo.fill(at_once, accounts=40)
    assert _all(lived) == _all(at_once)


@pytest.mark.parametrize("count", [1, 2, 7])
def test_the_smallest_demos_are_whole(new_workspace: Callable[..., Workspace], count: int) -> None:
    workspace = new_workspace(str(count), clock=FixedClock(at=NOW))
    report = demo.fill(workspace, accounts=count)
    assert report.counts["account"] == count


def test_progress_goes_up_to_the_end(new_workspace: Callable[..., Workspace]) -> None:
    told: list[float] = []
    demo.fill(new_workspace("progress", clock=FixedClock(at=NOW)), accounts=20, progress=told.append)
    assert told == sorted(told)
    assert told[-1] == 1.0


def test_a_file_that_could_not_be_filled_is_not_left_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full_disk(*_: object, **__: object) -> None:
        raise Trouble("disk.full", file="demo")

    monkeypatch.setattr("desktop_crm.services.demo.writing.fill", full_disk)
    with pytest.raises(Trouble):
        demo.make(tmp_path / "demo.crm", secrets=MemoryStore())
    assert list(tmp_path.iterdir()) == []


def test_registration_numbers_have_a_right_check_digit() -> None:
    dice = Dice(1, date(2026, 1, 1))
    for _ in range(200):
        digits = [int(sign) for sign in dice.registration_number() if sign.isdigit()]
        total = sum(digit * weight for digit, weight in zip(digits, (1, 3, 7, 1, 3, 7, 1, 3, 5), strict=False))
        assert (10 - (total + digits[8] * 5 // 10) % 10) % 10 == digits[9]


def test_ids_are_in_order_and_of_version_seven() -> None:
    dice = Dice(1, date(2026, 1, 1))
    ids = [dice.id() for _ in range(100)]
    assert ids == sorted(ids)
    assert all(len(one) == 36 and one[14] == "7" and one[19] in "89ab" for one in ids)


@pytest.mark.parametrize(("name", "latin"), [("한빛", "hanbit"), ("김하늘", "gimhaneul"), ("LG화학", "lghwahak")])
def test_names_in_latin_letters(name: str, latin: str) -> None:
    assert roman(name) == latin


@pytest.mark.long
@pytest.mark.timeout(900)
def test_a_hundred_thousand_accounts(new_workspace: Callable[..., Workspace]) -> None:
    workspace = new_workspace("large", clock=FixedClock(at=NOW))
    report = demo.fill(workspace, accounts=100_000)
    assert report.counts["account"] == 100_000


def test_a_large_discount_asks_the_manager_and_no_quote_that_is_there_does(workspace):
    report = demo.fill(workspace, accounts=40)
    assert report.counts["approval_rule"] == 1
    (rule,) = rule_book(workspace).rules
    assert [rule.name, len(rule.steps)] == ["할인 15% 초과", 1]
    own = [one for one in quotes.list_quotes(workspace) if one.status == QuoteStatus.DRAFT]
    assert own
    for one in own:
        assert approving.approval(workspace, one.id).needs == ()
    before = quotes.open_quote(workspace, own[0].id).draft
    quotes.save(workspace, before, replace(before, discount_percent=Decimal(30)))
    assert [need.rule.name for need in approving.approval(workspace, own[0].id).needs] == ["할인 15% 초과"]
