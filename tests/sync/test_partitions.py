"""A PostgreSQL database divided by tenant: nothing is lost or seen by others, laptops go on, and a plan touches one partition."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import create_engine, text

from desktop_crm.foundation.errors import Refusal
from desktop_crm.sync.server import tables
from desktop_crm.sync.server.core import Server
from desktop_crm.sync.server.store import Store
from tests.support import postgres
from tests.sync.test_tenants import NEEDS_POSTGRES, cluster, plain_user, two_tenants, work_through

__all__ = ["cluster"]
TENANTS = [table.name for table in tables.METADATA.sorted_tables if "tenant_id" in table.c]


def content(store, tenant):
    with store.reading(tenant) as books:
        return {
            table.name: sorted(map(str, books.connection.execute(table.select().where(table.c.tenant_id == tenant))))
            for table in tables.METADATA.sorted_tables
            if "tenant_id" in table.c
        }


@NEEDS_POSTGRES
def test_a_database_with_two_companies_is_divided_and_goes_on(cluster):
    url = plain_user(postgres.empty_database(cluster))
    store = Store(url)
    one, two = two_tenants(store)
    work_through(one, "a")
    work_through(two, "b")
    before = {tenant: content(store, tenant) for tenant in ("main", "acme")}
    assert before["main"]["account"]
    assert store.divide() == len(TENANTS)
    assert {tenant: content(store, tenant) for tenant in ("main", "acme")} == before
    assert store.divide() == 0
    store.close()
    again = Store(url)
    server = Server(again, one.clock)  # brings the database up as it always does
    again.prepare("late")
    work_through(server.of("acme"), "c")
    with again.reading("acme") as books:
        lying = books.connection.execute(text("SELECT DISTINCT tableoid::regclass::text FROM account")).scalars().all()
        assert lying == ["account_t_acme"]
        plan = books.connection.exec_driver_sql(
            "EXPLAIN SELECT * FROM json_array_elements_text('[\"a\"]'::json) AS wanted (key)"
            " JOIN account AS found ON found.tenant_id = 'acme' AND found.id = wanted.key"
        ).all()
        made = books.connection.execute(text("SELECT to_regclass('account_t_late')")).scalar()
    said = "\n".join(row[0] for row in plan)
    assert re.findall(r"account_(?:t_\w+|rest)", said), said
    assert "account_t_main" not in said
    assert made is not None
    walls_stand(url)
    again.close()


def walls_stand(url):
    careless = create_engine(url.replace("postgresql://", "postgresql+psycopg://"))
    with careless.connect() as connection:
        for name in ("account", "account_t_main", "account_t_acme", "account_rest"):
            assert connection.execute(text(f"SELECT count(*) FROM {name}")).scalar_one() == 0
        connection.execute(text("SELECT set_config('crm.tenant', 'acme', false)"))
        assert connection.execute(text("SELECT count(*) FROM account_t_main")).scalar_one() == 0
        assert connection.execute(text("SELECT count(*) FROM account WHERE tenant_id = 'main'")).scalar_one() == 0
        assert connection.execute(text("SELECT count(*) FROM account")).scalar_one() > 0
    careless.dispose()


def test_sqlite_has_no_partitions():
    store = Store("sqlite://")
    store.prepare()
    with pytest.raises(Refusal) as caught:
        store.divide()
    assert caught.value.code == "server.partitions"
    store.close()
