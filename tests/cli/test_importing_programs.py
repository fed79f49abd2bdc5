"""Exports of other programs come in by `desktop-crm import` without any mapping by hand, as many as their files hold."""

from __future__ import annotations

import csv
import json
from collections import Counter
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from desktop_crm.services import importing
from tests.cli.test_importing import Laptop, laptop

__all__ = ["laptop"]
Data = Callable[..., Path]


def files(report: dict[str, Any]) -> dict[str, tuple[str | None, int, int]]:
    """File name → kind, created, refused."""
    return {Path(one["path"]).name: (one["kind"], one["created"], one["refused"]) for one in report["files"]}


def published(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))


def test_northwind(laptop: Laptop, data: Data) -> None:
    report = laptop.ask("import", data("orders-northwind"))
    assert {name: got for name, got in files(report).items() if got[0]} == {
        "customers.csv": ("accounts", 91 - 24, 24),
        "employees.csv": ("users", 9, 0),
        "order-details.csv": ("order_lines", 2155, 0),
        "orders.csv": ("orders", 830 - 176, 176),
        "products.csv": ("products", 77, 0),
        "shippers.csv": ("accounts", 3, 0),
        "suppliers.csv": ("accounts", 29 - 9, 9),
    }
    for name in ("customers.csv", "suppliers.csv", "orders.csv"):
        (file,) = (one for one in report["files"] if Path(one["path"]).name == name)
        with data("orders-northwind", name).open(encoding="utf-8", newline="") as stream:
            lines = list(csv.reader(stream))
        torn = [number for number, cells in enumerate(lines, 1) if len(cells) > len(lines[0])]
        assert [one["row"] for one in file["errors"]] == torn, "addresses with a comma and without quotation marks"
    assert {one["code"] for file in report["files"] if not file["kind"] for one in file["errors"]} == {
        "import.file.kind_unknown"
    }
    accounts = {one["name"]: one for one in laptop.export("accounts")}
    assert accounts["Alfreds Futterkiste"]["x_external_id"] == "ALFKI"
    assert "Blauer See Delikatessen" in accounts
    assert "Berglunds snabbköp" in accounts
    users = {one["id"]: one for one in laptop.export("users")}
    bosses = Counter(users[one["manager_id"]]["name"] for one in users.values() if one["manager_id"])
    assert bosses == {"Andrew Fuller": 5, "Steven Buchanan": 3}
    prices = sum(Decimal(one["list_price"]) for one in laptop.export("products"))
    assert prices == sum(Decimal(one["unitPrice"]) for one in published(data("orders-northwind", "products.csv")))
    sold = {one["number"]: one for one in laptop.export("orders")}
    known = {
        one["x_external_id"]: row
        for row, one in {one["id"]: one for one in accounts.values()}.items()
        if one.get("x_external_id")
    }
    for row in published(data("orders-northwind", "orders.csv")):
        if row["orderID"] in sold:
            order = sold[row["orderID"]]
            assert order["ordered_on"] == row["orderDate"][:10]
            assert order["account_id"] == known.get(row["customerID"]), row
            assert order["owner_id"] in users
    lines = laptop.export("order_lines")
    sums = [
        Decimal(row["quantity"]) * Decimal(row["unit_price"]) * (100 - Decimal(row["discount_percent"]))
        for row in lines
    ]
    assert (len(lines), sum(sums) / 100) == (2155, Decimal("1265793.0395"))
    assert all(row["product_id"] for row in lines)
    numbers = {one["id"]: number for number, one in sold.items()}
    placed = Counter(numbers[row["order_id"]] for row in lines if row["order_id"])
    listed = Counter(row["orderID"] for row in published(data("orders-northwind", "order-details.csv")))
    assert placed == {number: count for number, count in listed.items() if number in sold}
    again = laptop.ask("import", data("orders-northwind", "order-details.csv"))["files"][0]
    assert again["created"] == len(lines) - sum(placed.values()), "those of orders that are not there stand alone"


def test_atomic_crm(laptop: Laptop, data: Data) -> None:
    path = data("crm-atomic", "contacts.csv")
    report = laptop.ask("import", path)
    assert files(report) == {"contacts.csv": ("contacts", 500, 0)}
    people = laptop.export("contacts")
    rows = published(path)
    assert {one["email"] for one in people} == {row["email_other"] for row in rows}
    assert sum(bool(one["phone"]) for one in people) == sum(bool(row["phone_work"]) for row in rows) == 274
    assert sum(" x" in (one["phone"] or "") for one in people) == sum(" x" in row["phone_work"] for row in rows) == 159
    assert sum(bool(one.get("x_phone_home")) for one in people) == sum(bool(row["phone_home"]) for row in rows)
    open_names = {group["value"] for group in report["open_references"] if group["field"] == "account_id"}
    assert open_names == {row["company_name"] for row in rows}
    assert len(open_names) == 55
    again = laptop.ask("import", path)["files"][0]
    assert (again["unchanged"], again["created"]) == (500, 0)


def test_the_template_and_the_json_of_atomic_crm(laptop: Laptop, data: Data) -> None:
    report = laptop.ask(
        "import", data("crm-atomic", "contacts_export.csv"), data("crm-atomic", "import-sample-invalid-sale.json")
    )
    assert files(report) == {
        "contacts_export.csv": ("contacts", 2, 0),
        "import-sample-invalid-sale.json": ("accounts", 2, 0),
    }
    again = laptop.ask("import", data("crm-atomic", "import-sample-invalid-sale.json"), "--sheet", "contacts")
    assert files(again)["import-sample-invalid-sale.json"][:2] == ("contacts", 2)
    assert {one["x_company_id"] for one in laptop.export("contacts") if one.get("x_company_id")} == {"345"}


def test_orocrm(laptop: Laptop, data: Data) -> None:
    report = laptop.ask("import", data("crm-orocrm-demo"))
    assert files(report) == {
        "accounts.csv": ("contacts", 76, 0),
        "campaigns.csv": (None, 0, 0),
        "emails.csv": (None, 0, 0),
        "leads.csv": ("leads", 100, 0),
    }
    companies = {group["value"] for group in report["open_references"] if group["field"] == "account_id"}
    assert len(companies) == 49
    fixtures = laptop.ask("import", data("crm-orocrm-demo", "lead-opportunity-import"))
    assert files(fixtures) == {
        "export_template.csv": ("opportunities", 1, 0),
        "import_wrong_data.csv": ("contacts", 0, 1),
        "lead_export.csv": ("leads", 3, 0),
        "lead_import_exist_contact.csv": ("leads", 1, 1),
    }


def test_the_contacts_of_orocrm(laptop: Laptop, data: Data) -> None:
    report = laptop.ask("import", data("crm-orocrm-demo", "contact-import"))
    found = files(report)
    assert found["contact_with_duplicate_address_phone.csv"] == ("contacts", 4, 0)
    assert found["import_wrong_data.csv"] == ("contacts", 0, 1)
    people = laptop.export("contacts")
    assert {one["email"] for one in people} == {
        "ab@mmpoint.it", "mc@mmpoint.it", "rb@mmpoint.it", "sg@mmpoint.it", "JerryAColeman@armyspy.com",
    }  # fmt: skip


def test_salesforce_trees(laptop: Laptop, data: Data) -> None:
    report = laptop.ask("import", data("salesforce-sfdx", "ebikes-lwc"))
    assert files(report) == {
        "Accounts.json": ("accounts", 3, 0),
        "Product_Family__cs.json": (None, 0, 0),
        "Product__cs.json": ("products", 16, 0),
        "sample-data-plan.json": (None, 0, 0),
    }
    assert {one["category"] for one in laptop.export("products")} == {"Dynamo", "Fuse", "Electra", "Volt"}
    houses = laptop.ask("import", data("salesforce-sfdx", "dreamhouse-lwc"))
    assert files(houses)["contacts-data.json"] == ("contacts", 5, 0)
    assert files(houses)["brokers-data.json"] == ("contacts", 8, 0)
    names = {one["name"] for one in laptop.export("contacts")}
    assert {"Brad Holmes", "Caroline Kingsley"} <= names


@pytest.mark.parametrize("deep", [1, 2])
def test_a_tree_with_children_inside(tmp_path: Path, deep: int) -> None:
    def record(kind: str, name: str, **more: Any) -> dict[str, Any]:
        return {"attributes": {"type": kind, "referenceId": f"{name}Ref"}, **more}

    people = [record("Contact", "Ann", FirstName="Ann", LastName="Lee", Email="ann@example.com")]
    accounts = [record("Account", "Acme", Name="Acme", Contacts={"records": people})]
    if deep == 2:
        parent = record("Account", "Top", Name="Top", ChildAccounts={"records": accounts})
        accounts = [parent]
    path = tmp_path / "tree.json"
    path.write_text(json.dumps({"records": accounts}), encoding="utf-8")
    found = importing.inspect_file(path, sheet="Contact")
    assert found.kind == "contacts"
    (rows,) = importing.read_rows(importing.ImportPlan(files=(found,)))
    assert rows.rows[0].values["account_id"] == "Acme"
    tops = importing.inspect_file(path, sheet="Account")
    assert (tops.kind, tops.rows) == ("accounts", deep)
