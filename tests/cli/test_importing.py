"""Import, undo and export as scripts use them: real processes, exit codes, nothing but JSON on standard output."""

from __future__ import annotations

import csv
import json
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.exchange.books import row, xlsx
from tests.support.terminal import Laptop, environment

Data = Callable[..., Path]


@pytest.fixture
def laptop(tmp_path: Path) -> Laptop:
    machine = Laptop.at(tmp_path / "home")
    machine.run("init", machine.workspace, "--name", "Team 1", "--currency", "USD")
    return machine


def write(laptop: Laptop, name: str, text: str, encoding: str = "utf-8") -> Path:
    path = laptop.home / name
    path.write_bytes(text.encode(encoding))
    return path


def test_a_published_export_goes_in_and_comes_out(laptop: Laptop, data: Data) -> None:
    report = laptop.ask("import", data("crm-maven"))
    assert set(report) >= {"import_id", "files"}
    for file in report["files"]:
        assert set(file) >= {"path", "kind", "encoding", "rows", "created", "updated", "unchanged", "refused", "errors"}
        assert file["rows"] == file["created"] + file["updated"] + file["unchanged"] + file["refused"]
    kinds = {Path(file["path"]).name: file["kind"] for file in report["files"]}
    assert kinds == {
        "accounts.csv": "accounts",
        "data_dictionary.csv": None,
        "products.csv": "products",
        "sales_pipeline.csv": "opportunities",
        "sales_pipeline_dmy2_first2000.csv": "opportunities",
        "sales_pipeline_us-dates.csv": "opportunities",
        "sales_teams.csv": "users",
    }
    (group,) = report["open_references"]
    assert (group["value"], group["suggestion"], group["rows"]) == ("GTXPro", "GTX Pro", 1480)
    deals = laptop.export("opportunities")
    accounts = laptop.export("accounts")
    stages = Counter(deal["stage_id"] for deal in deals)
    assert sorted(stages.values()) == [500, 1589, 2473, 4238]
    won = stages.most_common(1)[0][0]
    assert sum(Decimal(deal["amount"]) for deal in deals if deal["stage_id"] == won) == 10_005_534
    assert sum(deal["account_id"] is None for deal in deals) == 1425
    assert len({account["parent_id"] for account in accounts} - {None}) == 7
    undone = laptop.ask("undo-import", report["import_id"])
    assert undone["kept"] == []
    assert laptop.export("opportunities") == laptop.export("accounts") == []


def test_bad_rows_are_listed_and_the_exit_code_is_still_0(laptop: Laptop) -> None:
    path = write(laptop, "a.csv", "account,employees\nAcme,1\nBeta,x\nGamma,3\nDelta,4\nEps,5\n")
    (file,) = laptop.ask("import", path)["files"]
    assert (file["created"], file["refused"]) == (4, 1)
    (error,) = file["errors"]
    assert (error["row"], error["column"], error["code"]) == (3, "employees", "import.cell.number")
    assert "x" in error["message"]


def test_what_was_only_guessed_of_a_file_is_said(laptop: Laptop) -> None:
    path = laptop.home / "a.csv"
    path.write_bytes("account,city\nAcme,Springfield\n한빛전자,서울\n".encode() + b"Ren\xe9,Paris\n")
    (file,) = laptop.ask("import", path, "--dry-run")["files"]
    assert file["encoding"] == "utf-8"
    (doubt,) = file["doubts"]
    assert (doubt["aspect"], doubt["code"], doubt["params"]) == ("encoding", "encoding.damaged", {"count": 1})
    for language, words in (("en_US.UTF-8", "not sure: 1 characters are broken"), ("ko_KR.UTF-8", "확실하지 않음:")):
        told = laptop.run("import", path, "--dry-run", "--workspace", laptop.workspace, LANG=language).stdout
        assert words in told
    path.write_bytes("account,city\nRené,Orléans\n".encode("cp1252"))
    (file,) = laptop.ask("import", path)["files"]
    assert [one["code"] for one in file["doubts"]] == ["encoding.fallback"]
    (clean,) = laptop.ask("import", write(laptop, "b.csv", "account,city\n한빛전자,서울\n"))["files"]
    assert clean["doubts"] == []
    dated = write(
        laptop, "c.csv", "opportunity,account,close_date\n증설,한빛전자,03/04/2026\n교체,한빛전자,05/06/2026\n"
    )
    (file,) = laptop.ask("import", dated, "--dry-run")["files"]
    assert [(one["code"], one["params"]) for one in file["doubts"]] == [
        ("dates.ambiguous", {"column": "close_date", "order": "M/D/Y"})
    ]


def test_a_dry_run_writes_nothing_and_gives_a_mapping_to_change(laptop: Laptop) -> None:
    path = write(laptop, "a.csv", "account,class\nAcme,A\n")
    report = laptop.ask("import", path, "--dry-run")
    assert report["import_id"] is None
    assert laptop.export("accounts") == []
    mapping = report["mapping"]
    assert mapping["files"]["a.csv"]["columns"] == {"account": "name", "class": "x_class"}
    mapping["files"]["a.csv"]["columns"]["class"] = "industry"
    file = write(laptop, "mapping.json", json.dumps(mapping))
    laptop.ask("import", path, "--mapping", file)
    assert laptop.export("accounts")[0]["industry"] == "A"


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("empty.csv", b"", "import.file.empty"),
        ("picture.csv", b"\x89PNG\r\n\x1a\n....", "import.file.binary"),
        ("book.xlsx", b"PK\x03\x04....", "import.file.damaged"),
        ("old.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1....", "import.file.damaged"),
        ("odd.csv", b"foo,bar\n1,2\n", "import.file.kind_unknown"),
    ],
)
def test_a_file_that_cannot_be_used_is_refused_with_exit_code_1(
    laptop: Laptop, name: str, content: bytes, code: str
) -> None:
    path = laptop.home / name
    path.write_bytes(content)
    assert laptop.refused("import", path)["code"] == code
    assert laptop.export("accounts") == []


def test_a_damaged_file_among_good_ones_ends_with_1_and_the_others_are_in(laptop: Laptop) -> None:
    folder = laptop.home / "files"
    folder.mkdir()
    (folder / "accounts.csv").write_text("name,employees\n한빛,5\n", encoding="utf-8")
    (folder / "notes.csv").write_text("foo,bar\n1,2\n", encoding="utf-8")
    assert laptop.run("import", folder, "--workspace", laptop.workspace).returncode == 0
    named = laptop.run("import", folder / "accounts.csv", folder / "notes.csv", "--workspace", laptop.workspace)
    assert named.returncode == 1
    (folder / "accounts.csv").write_text("name,employees\n한빛,6\n", encoding="utf-8")
    (folder / "broken.xlsx").write_bytes(b"PK\x03\x04....")
    done = laptop.run("import", folder, "--workspace", laptop.workspace, "--json")
    told = {Path(file["path"]).name: file for file in json.loads(done.stdout)["files"]}
    assert (done.returncode, told["accounts.csv"]["updated"]) == (1, 1)
    assert told["broken.xlsx"]["errors"][0]["code"] == "import.file.damaged"
    assert [account["employees"] for account in laptop.export("accounts")] == [6]


def test_a_sheet_of_a_workbook_can_be_named(laptop: Laptop) -> None:
    path = laptop.home / "book.xlsx"
    contacts = row("이름", "이메일") + row("김민준", "minjun@example.com")
    accounts = (
        row("거래처 목록")
        + row("회사명", "매출액", "설립연도")
        + row("한빛전자", 482000000, "<c t='e'><v>#REF!</v></c>")
    )
    path.write_bytes(xlsx(contacts, accounts + row("대한상사", 5, 1999), names=("연락처", "거래처")))
    (file,) = laptop.ask("import", path, "--dry-run")["files"]
    assert file["kind"] == "contacts"
    (file,) = laptop.ask("import", path, "--sheet", "거래처")["files"]
    assert (file["kind"], file["created"], file["refused"]) == ("accounts", 1, 1)
    (error,) = file["errors"]
    assert (error["row"], error["code"]) == (3, "import.cell.error")
    assert [account["name"] for account in laptop.export("accounts")] == ["대한상사"]
    assert laptop.refused("import", path, "--sheet", "Sheet7")["code"] == "import.sheet.unknown"
    mapping = write(laptop, "mapping.json", json.dumps({"files": {"book.xlsx": {"format": {"sheet": "연락처"}}}}))
    (file,) = laptop.ask("import", path, "--mapping", mapping)["files"]
    assert (file["kind"], file["created"]) == ("contacts", 1)


def test_wrong_use_ends_with_2_and_unknown_imports_with_1(laptop: Laptop) -> None:
    assert laptop.run("import", "--workspace", laptop.workspace).returncode == 2
    assert laptop.run("import", "x.csv", "--kind", "dragons", "--workspace", laptop.workspace).returncode == 2
    assert laptop.refused("import", laptop.home / "nowhere.csv")["code"] == "import.file.missing"
    assert laptop.refused("undo-import", "nope")["code"] == "import.unknown"


def test_an_export_comes_back_without_a_change(laptop: Laptop) -> None:
    text = '회사명,모회사,매출액,비고\n한빛전자(주),한빛그룹,"1,200","=1+1"\n한빛그룹,,5,"줄\n바꿈"\n'
    laptop.ask("import", write(laptop, "a.csv", text, "cp949"))
    before = laptop.export("accounts")
    target = laptop.home / "out.csv"
    laptop.ask("export", "accounts", "--format", "csv", "--output", target)
    with target.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert [row["name"] for row in rows] == [row["name"] for row in before]
    assert rows[0].keys() == before[0].keys()
    (file,) = laptop.ask("import", target)["files"]
    assert (file["unchanged"], file["updated"], file["created"], file["refused"]) == (2, 0, 0, 0)
    assert laptop.export("accounts") == before


def test_an_export_in_cp949_and_into_a_folder_that_is_not_there(laptop: Laptop) -> None:
    laptop.ask("import", write(laptop, "a.csv", "회사명,업종\n한빛,전자\n"))
    target = laptop.home / "out.csv"
    laptop.ask("export", "accounts", "--output", target, "--encoding", "cp949")
    assert "한빛" in target.read_text(encoding="cp949")
    arguments = ("export", "accounts", "--output", laptop.home / "no" / "out.csv", "--workspace", laptop.workspace)
    assert laptop.run(*arguments).returncode == 3


@pytest.mark.parametrize(("form", "encoding"), [("json", "utf-8"), ("csv", "utf-8")])
def test_an_export_to_standard_output_is_nothing_but_the_export(laptop: Laptop, form: str, encoding: str) -> None:
    laptop.ask("import", write(laptop, "a.csv", "회사명,업종\n한빛,전자\n"))
    target = laptop.home / "out"
    laptop.ask("export", "accounts", "--format", form, "--output", target)
    for json_too in ((), ("--json",)):
        done = laptop.run(
            "export", "accounts", "--format", form, "--output", "-", "--workspace", laptop.workspace, *json_too
        )
        assert (done.returncode, done.stderr) == (0, "")
        assert done.stdout == target.read_bytes().decode(encoding).replace("\r\n", "\n")
    assert not (laptop.home / "-").exists()


def test_text_for_people_names_the_import_and_its_undo(laptop: Laptop) -> None:
    path = write(laptop, "a.csv", "account,employees\nAcme,1\nBeta,x\nC,1\nD,2\nE,3\n")
    done = laptop.run("import", path, "--workspace", laptop.workspace)
    assert done.returncode == 0
    assert "undo-import" in done.stdout


def rows_there(laptop: Laptop, kind: str) -> int:
    return len(laptop.export(kind))


@pytest.mark.parametrize("patience", [1.2, 2.2, 3.4])
def test_an_import_killed_at_any_moment_is_there_whole_or_not_at_all(
    laptop: Laptop, data: Data, patience: float
) -> None:
    laptop.ask("import", data("crm-maven", "products.csv"))
    command: list[Any] = [
        sys.executable,
        "-m",
        "desktop_crm",
        "import",
        data("crm-maven"),
        "--workspace",
        laptop.workspace,
    ]
    process = subprocess.Popen(
        list(map(str, command)), env=environment(laptop.home), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    with suppress(subprocess.TimeoutExpired):
        process.wait(patience)
    process.send_signal(signal.SIGKILL)
    process.wait(10)
    assert rows_there(laptop, "products") == 7
    assert (rows_there(laptop, "accounts"), rows_there(laptop, "opportunities")) in {(0, 0), (85, 8800)}
    again = laptop.ask("import", data("crm-maven"))
    assert (rows_there(laptop, "accounts"), rows_there(laptop, "opportunities")) == (85, 8800)
    assert again["import_id"]


def test_refused_rows_are_mended_and_imported_again_by_a_saved_mapping(laptop: Laptop) -> None:
    path = write(laptop, "a.csv", "bezeichnung,mitarbeiter\nAcme,x\nBeta,2\n")
    columns = {"bezeichnung": "name", "mitarbeiter": "employees"}
    mapping = write(laptop, "m.json", json.dumps({"kind": "accounts", "columns": columns}))
    target = laptop.home / "errors.csv"
    report = laptop.ask("import", path, "--mapping", mapping, "--errors", target, "--save-mapping", "Bonn")
    assert report["errors_files"] == [str(target)]
    assert [one["name"] for one in laptop.ask("mappings")] == ["Bonn"]
    target.write_text(target.read_text(encoding="utf-8").replace("Acme,x", "Acme,3"), encoding="utf-8")
    (file,) = laptop.ask("import", target)["files"]
    assert (file["created"], file["refused"], file["mapping"]) == (1, 0, "Bonn")
    assert laptop.refused("import", path, "--no-saved")["code"] == "import.file.kind_unknown"
    assert laptop.ask("mappings", "--delete", "Bonn") == []
    assert laptop.refused("mappings", "--delete", "Bonn")["code"] == "import.mapping.unknown"


def test_a_dry_run_says_of_every_row_what_would_become_of_it(laptop: Laptop) -> None:
    laptop.ask("import", write(laptop, "accounts.csv", "name,industry\nAcme,steel\n"))
    path = write(laptop, "accounts.csv", "name,industry,employees\nAcme,glass,\nBeta,,x\nGamma,wood,3\n")
    rows = laptop.ask("import", path, "--dry-run", "--rows")["preview"]
    assert [(row["row"], row["state"]) for row in rows] == [(2, "changed"), (3, "refused"), (4, "new")]
    assert rows[0]["changes"] == {"industry": ["steel", "glass"]}
    assert rows[1]["errors"][0]["column"] == "employees"


def test_a_register_of_subsidiaries_says_that_its_companies_come_first(laptop: Laptop) -> None:
    path = write(laptop, "owners.csv", "subsidiary,shareholder,share\n구미전자,한빛전자,60\n한빛전자,한빛그룹,40\n")
    here = ("--workspace", laptop.workspace)
    assert "--kind accounts" in laptop.run("import", path, "--dry-run", *here).stdout
    for name in ("한빛그룹", "한빛전자", "구미전자"):
        write(laptop, "names.csv", f"account,country\n{name},KR\n")
        laptop.ask("import", laptop.home / "names.csv", "--kind", "accounts")
    assert "--kind accounts" not in laptop.run("import", path, "--kind", "hierarchy_links", *here).stdout
    assert {row["percent"] for row in laptop.export("hierarchy_links")} == {"60", "40"}
