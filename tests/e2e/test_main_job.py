"""The main job, from an empty home to two laptops that agree: real files, real processes, a real server."""

from __future__ import annotations

import csv
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from desktop_crm.domain.schema.options import BuyingRole, EdgeKind
from desktop_crm.foundation.errors import Refusal
from desktop_crm.services import history, stakeholders
from desktop_crm.services.workspace import Workspace, open_workspace
from tests.support.terminal import PASSPHRASE, Laptop, Server, running

KINDS = ("accounts", "contacts", "opportunities", "products", "quotes", "activities")
WON = Decimal(10_005_534)


def test_the_main_job_from_an_empty_home(tmp_path: Path, data: Callable[..., Path]) -> None:
    minji, junho = Laptop.at(tmp_path / "minji"), Laptop.at(tmp_path / "junho")
    for laptop in (minji, junho):
        assert laptop.run("init", laptop.workspace, "--name", "Maven", "--currency", "USD").returncode == 0

    the_export_of_the_old_crm_comes_in(minji, data)
    an_account_moves_and_the_sums_follow(minji)
    drawn = a_map_is_drawn(minji)
    number = a_quote_of_forty_lines_is_issued(minji)

    with running(tmp_path) as server:
        first = synced(minji, server, "minji")
        assert first["conflicts"] == 0
        synced(junho, server, "junho")
        assert everything(junho) == everything(minji)
        assert junho.ask("quote", "show", number)["version"] == 1
        assert {"박서연", "김도윤"} <= {c["name"] for c in junho.export("contacts")}
        assert the_map(junho, drawn) == the_map(minji, drawn)

        both_work_offline_on_the_same_account(minji, junho)
        synced(minji, server, "minji")
        synced(junho, server, "junho")
        synced(minji, server, "minji")
        assert everything(junho) == everything(minji)
        both_values_of_the_conflict_are_kept(minji, junho)


def the_export_of_the_old_crm_comes_in(laptop: Laptop, data: Callable[..., Path]) -> None:
    names = ("accounts.csv", "products.csv", "sales_teams.csv", "sales_pipeline.csv")
    files = [data("crm-maven", name) for name in names]
    rehearsed = laptop.ask("import", *files, "--dry-run")
    assert laptop.export("accounts") == []
    done = laptop.ask("import", *files)
    counts = {Path(f["path"]).name: f for f in done["files"]}
    assert counts["accounts.csv"]["created"] == 85
    assert counts["sales_pipeline.csv"]["created"] == 8800
    assert [f["rows"] for f in rehearsed["files"]] == [f["rows"] for f in done["files"]]

    tree = laptop.ask("accounts", "tree")
    assert len(tree) == 85
    assert len({node["parent_id"] for node in tree if node["parent_id"]}) == 7
    deals = laptop.export("opportunities")
    assert len(deals) == 8800
    assert sum(d["account_id"] is None for d in deals) == 1425
    without = sum(Decimal(d["amount"]) for d in deals if d["account_id"] is None and is_won(laptop, d))
    assert sum((money(n["total"]["won"]) for n in tree if not n["parent_id"]), Decimal(0)) + without == WON

    again = laptop.ask("import", *files)
    assert all(f["created"] == f["updated"] == 0 for f in again["files"])


def is_won(laptop: Laptop, deal: dict[str, Any]) -> bool:
    stage = deal["stage_id"]
    if stage not in _STAGES:
        _STAGES[stage] = laptop.ask("get", "stage", stage)["kind"]
    return _STAGES[stage] == "won"


_STAGES: dict[str, str] = {}


def money(amounts: list[dict[str, str]], currency: str = "USD") -> Decimal:
    return sum((Decimal(a["amount"]) for a in amounts if a["currency"] == currency), Decimal(0))


def an_account_moves_and_the_sums_follow(laptop: Laptop) -> None:
    before = {n["id"]: n for n in laptop.ask("accounts", "tree")}
    parents = [n for n in before.values() if any(m["parent_id"] == n["id"] for m in before.values())]
    new_parent = parents[0]
    moved = next(
        n for n in before.values() if n["parent_id"] is None and n not in parents and money(n["total"]["won"]) > 0
    )
    laptop.ask("set", "account", moved["id"], f"parent_id={new_parent['id']}")

    after = {n["id"]: n for n in laptop.ask("accounts", "tree")}
    for name in ("open", "weighted", "won"):
        expected = money(new_parent["total"][name]) + money(moved["total"][name])
        assert money(after[new_parent["id"]]["total"][name]) == expected
    assert after[new_parent["id"]]["own"] == new_parent["own"]
    assert after[moved["id"]]["depth"] == new_parent["depth"] + 1

    refusal = laptop.refused("set", "account", new_parent["id"], f"parent_id={moved['id']}")
    assert refusal["code"] == "account.move.circle"
    assert {n["id"]: n for n in laptop.ask("accounts", "tree")} == after


def a_map_is_drawn(laptop: Laptop) -> str:
    """The terminal has no map, so the services that the editor calls draw it; one step is taken back and done again."""
    account = laptop.export("accounts")[0]["id"]
    with opened(laptop) as workspace:
        drawn = stakeholders.open_map(workspace, account_id=account).map_id
        head = stakeholders.add_person(workspace, drawn, name="박서연").id
        user = stakeholders.add_person(workspace, drawn, name="김도윤", reports_to_id=head).id
        seat = stakeholders.add_placeholder(workspace, drawn, label="구매 담당", reports_to_id=head).id
        stakeholders.connect(workspace, drawn, user, head, EdgeKind.INFLUENCES, strength=2)
        stakeholders.set_fields(workspace, drawn, [head], {"buying_role": BuyingRole.ECONOMIC_BUYER, "influence": 9})
        with pytest.raises(Refusal, match=r"reports_to\.circle"):
            stakeholders.set_reports_to(workspace, drawn, [head], user)

        before = stakeholders.view(workspace, drawn)
        deleted = stakeholders.delete(workspace, drawn, [seat])
        assert len(stakeholders.view(workspace, drawn).nodes) == 2
        back = history.revert(workspace, deleted.tx_id)
        assert stakeholders.view(workspace, drawn) == before
        history.revert(workspace, back.changes.tx_id)
        assert len(stakeholders.view(workspace, drawn).nodes) == 2
    return drawn


def the_map(laptop: Laptop, map_id: str) -> object:
    with opened(laptop) as workspace:
        return stakeholders.view(workspace, map_id)


@contextmanager
def opened(laptop: Laptop) -> Iterator[Workspace]:
    with open_workspace(laptop.workspace, passphrase=PASSPHRASE).closing() as workspace:
        yield workspace


def a_quote_of_forty_lines_is_issued(laptop: Laptop) -> str:
    lines = laptop.home / "lines.csv"
    with lines.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["name", "spec", "unit", "quantity", "unit_price", "discount_percent", "section"])
        for n in range(40):
            section = "설비" if n < 25 else "용역"
            rows.writerow(
                [f"진공 펌프 {n + 1:02d}", f"VP-{200 + n}", "EA", n % 7 + 1, 1_250_000 + n * 1000, n % 3 * 5, section]
            )
    account = laptop.export("accounts")[0]["name"]
    made = laptop.ask("quote", "new", "--account", account, "--lines", lines, "--currency", "KRW")
    issued = laptop.ask("quote", "issue", made["number"])
    assert issued["version"] == 1
    assert issued["totals"] == made["totals"]

    korean, english = (pdf(laptop, made["number"], locale) for locale in ("ko", "en"))
    for words in ("견적서", "공급가액", "부가세", "합계", "일금", "진공 펌프 40", made["number"]):
        assert words in korean, words
    assert "QUOTATION" in english.upper()
    assert "진공 펌프 40" in english
    return str(made["number"])


def pdf(laptop: Laptop, number: str, locale: str) -> str:
    """The text a PDF reader finds; the second printing has the same bytes."""
    target, again = laptop.home / f"{locale}.pdf", laptop.home / f"{locale}-again.pdf"
    for file in (target, again):
        laptop.ask("quote", "pdf", number, "--locale", locale, "--output", file)
    assert target.read_bytes() == again.read_bytes()
    return subprocess.run(
        ["pdftotext", "-layout", target, "-"], capture_output=True, encoding="utf-8", check=True
    ).stdout


def synced(laptop: Laptop, server: Server, user: str) -> dict[str, Any]:
    done = laptop.ask(
        "sync", "--server", server.address, "--user", user, "--password-file", server.folder.parent / f"{user}.password"
    )
    assert set(done) >= {"pushed", "pulled", "conflicts", "cursor"}
    return done


def everything(laptop: Laptop) -> dict[str, list[dict[str, Any]]]:
    return {kind: sorted(laptop.export(kind), key=lambda row: row["id"]) for kind in KINDS}


def both_work_offline_on_the_same_account(minji: Laptop, junho: Laptop) -> None:
    account = minji.export("accounts")[0]["id"]
    minji.ask("set", "account", account, "industry=pharma", "employees=1200")
    junho.ask("set", "account", account, "industry=medical", "country=Korea")


def both_values_of_the_conflict_are_kept(minji: Laptop, junho: Laptop) -> None:
    account = minji.export("accounts")[0]["id"]
    row = minji.ask("get", "account", account)
    assert row["employees"] == 1200
    assert row["country"] == "Korea"
    for laptop in (minji, junho):
        conflict = next(c for c in laptop.ask("conflicts") if c["id"] == account)
        assert conflict["field"] == "industry"
        assert {conflict["kept"], conflict["lost"]} == {"pharma", "medical"}
        assert conflict["kept"] == row["industry"]


pytestmark = [pytest.mark.long, pytest.mark.timeout(1500)]  # some eighty processes
