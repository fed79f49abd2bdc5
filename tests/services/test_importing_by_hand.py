"""Mapping by hand: fields, fields of one's own, values, units, keys and defaults; kept for the next file of the same form."""

from __future__ import annotations

import json
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from desktop_crm.domain.schema.codec import encode
from desktop_crm.foundation.errors import Refusal
from desktop_crm.services import importing, records
from desktop_crm.services.importing import ImportReport
from desktop_crm.services.importing.units import unit_of
from desktop_crm.services.workspace import Workspace

Bring = Callable[..., ImportReport]


@pytest.fixture
def bring(workspace: Workspace, tmp_path: Path) -> Bring:
    def act(text: str, mapping: Any = None, kind: str | None = "accounts", name: str = "file.csv") -> ImportReport:
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        return importing.run(workspace, importing.inspect([path], kind, mapping))

    return act


def there(workspace: Workspace, entity: str = "account") -> dict[str, dict[str, Any]]:
    title = "name" if entity != "activity" else "subject"
    return {str(one.fields[title]): dict(one.fields) for one in records.list_rows(workspace, entity).records}


@pytest.mark.parametrize(
    ("column", "bare", "scale", "currency"),
    [
        ("매출액(백만원)", "매출액", "1000000", "KRW"),
        ("매출 (단위: 천원)", "매출", "1000", "KRW"),
        ("매출액 [억원]", "매출액", "100000000", "KRW"),
        ("매출액(원)", "매출액", "1", "KRW"),
        ("Revenue (USD thousand)", "Revenue", "1000", "USD"),
        ("Revenue ($M)", "Revenue", "1000000", "USD"),
        ("Revenue (in millions)", "Revenue", "1000000", None),
        ("매출액(추정)", "매출액(추정)", "1", None),
        ("매출액", "매출액", "1", None),
    ],
)
def test_units_in_the_names_of_columns(column: str, bare: str, scale: str, currency: str | None) -> None:
    unit = unit_of(column)
    assert (unit.bare, unit.scale, unit.currency) == (bare, Decimal(scale), currency)


def test_a_unit_in_the_name_multiplies_exactly(workspace: Workspace, bring: Bring) -> None:
    bring('회사명,매출액(백만원)\n한빛,"1,234.567891"\n가온,0.1\n')
    revenue = {name: fields["annual_revenue"] for name, fields in there(workspace).items()}
    assert revenue == {"한빛": Decimal(1234567891), "가온": Decimal(100_000)}
    bring("회사명,매출\n나래,0.3\n", {"매출": {"field": "annual_revenue", "scale": "1000", "currency": "USD"}})
    fields = there(workspace)["나래"]
    assert (fields["annual_revenue"], fields["annual_revenue_currency"]) == (Decimal(300), "USD")


def test_values_are_read_as_someone_says(workspace: Workspace, bring: Bring) -> None:
    deals = "opportunity_id,name,상태\n1,갑,진행중\n2,을,끝\n3,병,?\n"
    mapping = {"columns": {"상태": {"field": "stage_id", "values": {"진행중": "Engaging", "끝": "Won", "?": None}}}}
    report = bring(deals, mapping, "opportunities")
    assert report.total("refused") == 0
    stages = {row.id: row.fields["name"] for row in records.list_rows(workspace, "stage").records}
    assert {name: stages.get(one["stage_id"]) for name, one in there(workspace, "opportunity").items()} == {
        "갑": "Engaging",
        "을": "Won",
        "병": None,
    }
    mapping = {"columns": {"use": {"field": "active", "values": {"사용": "Y", "중지": "N"}}}}
    bring("product,use\nA,사용\nB,중지\nC,N\n", mapping, "products")
    assert {name: one["active"] for name, one in there(workspace, "product").items()} == {
        "A": True,
        "B": False,
        "C": False,
    }


def test_the_key_that_someone_chose_decides(workspace: Workspace, bring: Bring) -> None:
    text = "name,business_registration_number,city,phone\n한빛,1208147521,서울,1\n한빛,1208147522,부산,2\n"
    first = bring(text, {"keys": ["business_registration_number"]})
    assert (first.total("created"), first.total("refused")) == (2, 0)
    moved = text.replace("부산", "대전").replace("한빛,1208147522", "한빛전자,1208147522")
    second = bring(moved, {"keys": ["business_registration_number"]})
    assert (second.total("created"), second.total("updated"), second.total("unchanged")) == (0, 1, 1)
    assert there(workspace)["한빛전자"]["address_city"] == "대전"
    by_phone = bring("name,phone,city\n다른이름,2,인천\n새회사,,\n", {"keys": "phone"})
    assert (by_phone.total("created"), by_phone.total("updated")) == (1, 1)
    assert there(workspace)["다른이름"]["address_city"] == "인천"
    again = bring("name,phone,city\n다른이름,2,인천\n새회사,,\n", {"keys": "phone"})
    assert not again.changes


@pytest.mark.parametrize("key", ["industry", "parent_id", "id", "nothing", 5])
def test_a_key_that_cannot_decide_is_refused(tmp_path: Path, key: object) -> None:
    path = tmp_path / "a.csv"
    path.write_text("name,parent\n한빛,\n", encoding="utf-8")
    (file,) = importing.inspect([path], "accounts", {"keys": [key]}).files
    assert file.refusal is not None
    assert file.refusal.code == "import.mapping.key"


def test_defaults_fill_new_rows_only(workspace: Workspace, bring: Bring) -> None:
    records.create(workspace, "user", {"name": "김민준", "role": "member", "active": True})
    old = records.create(workspace, "account", {"name": "한빛", "country": "JP"}).id
    defaults = {
        "country": "KR",
        "owner_id": "김민준",
        "annual_revenue": "3억",
        "parent_id": "한빛",
        "x_source": "전시회",
    }
    text = "name,country\n한빛,\n가온,\n나래,US\n"
    report = bring(text, {"defaults": defaults})
    found = there(workspace)
    assert (found["한빛"]["country"], found["한빛"]["owner_id"]) == ("JP", None)
    assert {name: found[name]["country"] for name in ("가온", "나래")} == {"가온": "KR", "나래": "US"}
    assert found["가온"]["owner_id"] is not None
    assert (found["가온"]["annual_revenue"], found["가온"]["annual_revenue_currency"]) == (Decimal(300_000_000), "KRW")
    assert (found["가온"]["parent_id"], found["가온"]["x_source"]) == (old, "전시회")
    assert records.own_fields(workspace, "account") == {"x_source": "source"}
    assert not bring(text, {"defaults": defaults}).changes
    assert importing.undo_import(workspace, str(report.import_id)).removed == 2


@pytest.mark.parametrize(
    ("defaults", "code"),
    [
        ({"nothing": "1"}, "import.mapping.field"),
        ({"employees": "viele"}, "import.mapping.default"),
        ({"id": "1"}, "import.mapping.field"),
    ],
)
def test_a_default_that_cannot_be_read_is_refused(tmp_path: Path, defaults: dict[str, str], code: str) -> None:
    path = tmp_path / "a.csv"
    path.write_text("name,parent\n한빛,\n", encoding="utf-8")
    (file,) = importing.inspect([path], "accounts", {"defaults": defaults}).files
    assert file.refusal is not None
    assert file.refusal.code == code


@pytest.mark.parametrize("values", ["x", {"a": 1}, ["a"]])
def test_values_of_another_shape_are_refused(tmp_path: Path, values: object) -> None:
    path = tmp_path / "a.csv"
    path.write_text("name,industry\n한빛,a\n", encoding="utf-8")
    (file,) = importing.inspect([path], "accounts", {"industry": {"field": "industry", "values": values}}).files
    assert file.refusal is not None
    assert file.refusal.code == "import.mapping.wish"


def test_a_mapping_says_itself_whole_and_takes_itself_back(workspace: Workspace, tmp_path: Path) -> None:
    path = tmp_path / "deals.csv"
    path.write_text("opportunity_id,name,금액,일자,등급,상태\nA,갑,1.5,03/04/2017,x,진행중\n", encoding="utf-8")
    mapping = {
        "columns": {
            "금액": {"field": "amount", "scale": "1000", "currency": "USD"},
            "일자": {"field": "close_date", "date_order": "dmy"},
            "등급": {"field": "x_grade", "label": "고객 등급"},
            "상태": {"field": "stage_id", "values": {"진행중": "Engaging"}},
        },
        "keys": ["name"],
        "defaults": {"next_step": "전화"},
    }
    plan = importing.inspect([path], "opportunities", mapping)
    said = importing.as_wishes(plan.files[0])
    assert json.loads(json.dumps(said)) == said
    assert said["columns"] == mapping["columns"] | {"opportunity_id": "external_id", "name": "name"}
    again = importing.inspect([path], None, {"files": {"deals.csv": said}})
    assert importing.as_wishes(again.files[0]) == said
    importing.run(workspace, again)
    deal = there(workspace, "opportunity")["갑"]
    assert (deal["amount"], deal["currency"], encode(_field("close_date"), deal["close_date"])) == (
        Decimal(1500),
        "USD",
        "2017-04-03",
    )
    assert records.own_fields(workspace, "opportunity") == {"x_grade": "고객 등급"}
    assert deal["next_step"] == "전화"


def _field(name: str) -> Any:
    from desktop_crm.domain.schema import REGISTRY

    return REGISTRY["opportunity"].field(name)


def test_a_saved_mapping_is_used_for_the_next_file_of_its_form(workspace: Workspace, tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text("bezeichnung,ort,wert\nAcme,Bonn,2\n", encoding="utf-8")
    plan = importing.inspect([path])
    assert plan.usable == ()
    wishes = {
        "kind": "accounts",
        "columns": {"bezeichnung": "name", "wert": {"field": "annual_revenue", "scale": "1000"}},
    }
    mapped = importing.inspect([path], None, {"files": {"x.csv": wishes}})
    saved = importing.save_mapping(workspace, mapped.files[0], "  Vertrieb  Bonn ")
    assert (saved.name, saved.kind) == ("Vertrieb Bonn", "accounts")

    other = tmp_path / "y.csv"
    other.write_text("Ort,WERT,Bezeichnung\nKöln,3,Beta\n", encoding="utf-8")
    (file,) = importing.with_saved(workspace, importing.inspect([other])).files
    assert (file.mapping, file.entity, file.refusal) == ("Vertrieb Bonn", "account", None)
    fields = {column.column: column.field for column in file.columns}
    assert fields == {"Ort": "x_ort", "WERT": "annual_revenue", "Bezeichnung": "name"}
    same = tmp_path / "z.csv"
    same.write_text("ort,wert,bezeichnung\nKöln,3,Beta\n", encoding="utf-8")
    report = importing.run(workspace, importing.with_saved(workspace, importing.inspect([same])))
    assert report.files[0].mapping == "Vertrieb Bonn"
    assert there(workspace)["Beta"]["annual_revenue"] == Decimal(3000)
    assert importing.with_saved(workspace, importing.inspect([same], "contacts"), "contacts").files[0].mapping == ""

    importing.save_mapping(workspace, mapped.files[0], "Anders")
    assert [one.name for one in importing.saved_mappings(workspace)] == ["Anders"]
    importing.delete_mapping(workspace, "Anders")
    assert importing.with_saved(workspace, importing.inspect([same])).files[0].mapping == ""
    with pytest.raises(Refusal, match=r"import\.mapping\.unknown"):
        importing.delete_mapping(workspace, "Anders")
    with pytest.raises(Refusal, match=r"import\.mapping\.name"):
        importing.save_mapping(workspace, mapped.files[0], " ")
