"""Every address of the server's own description: who may come in, in which tenant, and that nothing that is sent breaks it."""

from __future__ import annotations

import asyncio
import json
from datetime import timedelta

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from desktop_crm.domain.schema import REGISTRY
from desktop_crm.domain.schema.options import UserRole
from desktop_crm.foundation.clock import FixedClock
from desktop_crm.sync.protocol import OpKind, SignIn
from desktop_crm.sync.server import desk
from desktop_crm.sync.server.api import application
from desktop_crm.sync.server.core import Server
from desktop_crm.sync.server.openapi import ENDPOINTS, document
from desktop_crm.sync.server.store import Store
from tests.sync.peers import BEGIN

PASSWORD = "long enough"
DIGEST = "0" * 64
GOOD = {
    "/sync/v1/hello": {"device": "DEVICE", "app_v": "1", "schema_v": 2},
    "/sync/v1/push": {"hw": [0, ""], "schema_v": 2, "ops": []},
    "/sync/v1/pull": {"hw": [0, ""], "cursors": {}},
    "/sync/v1/snapshot": {"hw": [0, ""]},
    "/sync/v1/presence": {"entity": "account", "row": "none"},
    "/sync/v1/numbers": {"device": "DEVICE", "series": "Q", "count": 1},
}
SIGNED = [one for one in ENDPOINTS if one.signed and one.path != "/sync/v1/events"]
PEOPLE = ("member", "marketing", "manager", "administrator")
STRANGERS = ("nobody", "garbage", "over", "locked out", "lost laptop", "signed with another key")


class Company:
    """A server with two tenants, somebody of each role in both, and tokens that are not good any more."""

    def __init__(self) -> None:
        clock = FixedClock(BEGIN)
        self.server = Server(Store("sqlite://"), clock)
        self.server.store.prepare("acme")
        self.tokens: dict[tuple[str, str], str] = {}
        for tenant in ("main", "acme"):
            own = self.server.of(tenant)
            for role in PEOPLE:
                own.people.add_user(role, UserRole(role), PASSWORD)
                self.tokens[tenant, role] = self.token(tenant, role, f"{tenant}{role}")
        self.tokens["main", "nobody"] = ""
        self.tokens["main", "garbage"] = "x.y.z"
        clock.at -= timedelta(hours=1)
        self.tokens["main", "over"] = self.token("main", "member", "mainmember")
        clock.at += timedelta(hours=1)
        self.server.people.add_user("gone", UserRole.MANAGER, PASSWORD)
        self.tokens["main", "locked out"] = self.token("main", "gone", "gone")
        self.tokens["main", "lost laptop"] = self.token("main", "member", "lost")
        other = Server(Store("sqlite://"), clock)
        other.people.add_user("member", UserRole.ADMINISTRATOR, PASSWORD)
        ask = SignIn(user="member", password=PASSWORD, device="mainmember")
        self.tokens["main", "signed with another key"] = other.people.sign_in(ask).access
        other.store.close()
        with self.server.store.writing() as books:
            desk.set_disabled(books, clock, "gone", disabled=True)
            desk.set_revoked(books, clock, "lost", revoked=True)
        self.application = application(self.server)

    def token(self, tenant: str, name: str, device: str) -> str:
        return self.server.of(tenant).people.sign_in(SignIn(user=name, password=PASSWORD, device=device)).access

    def ask(self, method: str, path: str, token: str = "", body: bytes = b"", **headers: str) -> httpx.Response:
        sent = {**headers, **({"authorization": f"Bearer {token}"} if token else {})}

        async def asked() -> httpx.Response:
            wire = httpx.ASGITransport(self.application)
            async with httpx.AsyncClient(transport=wire, base_url="http://127.0.0.1") as client:
                return await client.request(method, path, content=body, headers=sent)

        return asyncio.run(asked())


@pytest.fixture(scope="module")
def company():
    made = Company()
    yield made
    made.server.store.close()


def body_of(path: str, device: str) -> bytes:
    return json.dumps(GOOD.get(path, {})).replace("DEVICE", device).encode()


@pytest.mark.parametrize("endpoint", SIGNED, ids=lambda one: f"{one.method} {one.path}")
@pytest.mark.parametrize("who", STRANGERS)
def test_no_stranger_comes_in(company, endpoint, who):
    path = endpoint.path.format(digest=DIGEST)
    for place in ("", "/t/acme", "/t/main"):
        answer = company.ask(endpoint.method, place + path, company.tokens["main", who], body_of(endpoint.path, "x"))
        assert answer.status_code == 401, (place, who)


@pytest.mark.parametrize("endpoint", SIGNED, ids=lambda one: f"{one.method} {one.path}")
@pytest.mark.parametrize("role", PEOPLE)
def test_everybody_comes_into_his_own_tenant_and_into_no_other(company, endpoint, role):
    path = endpoint.path.format(digest=DIGEST)
    good = {"GET": 404, "HEAD": 404, "PUT": 400}.get(endpoint.method, 200)
    good = 404 if endpoint.path == "/sync/v1/presence" else good  # there is no such record
    for mine, theirs in (("main", "acme"), ("acme", "main")):
        token, body = company.tokens[mine, role], body_of(endpoint.path, f"{mine}{role}")
        assert company.ask(endpoint.method, f"/t/{mine}{path}", token, body).status_code == good
        assert company.ask(endpoint.method, f"/t/{theirs}{path}", token, body).status_code == 401
        assert company.ask(endpoint.method, f"/t/nowhere{path}", token, body).status_code == 404


def test_events_are_for_those_who_are_signed_in(company):
    for token in ("", company.tokens["acme", "manager"], company.tokens["main", "over"]):
        assert company.ask("GET", "/sync/v1/events", token).status_code == 401


def test_the_description_says_what_there_is(company):
    told = company.ask("GET", "/openapi.json").json()
    assert told == json.loads(json.dumps(document()))
    named = {(method.upper(), path) for path, methods in told["paths"].items() for method in methods}
    routed = {
        (method, route.path)
        for route in company.application.routes
        if getattr(route, "methods", None)
        for method in route.methods
        if "/admin" not in route.path and not (method == "HEAD" and "blob" not in route.path)
    }
    assert named == routed
    assert told["components"]["schemas"]["Push"]["properties"]["ops"]["items"] == {
        "$ref": "#/components/schemas/Operation"
    }


LEAVES = st.none() | st.booleans() | st.integers(-(2**70), 2**70) | st.floats(allow_nan=False) | st.text(max_size=20)
ANYTHING = st.recursive(
    LEAVES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3)
)
WORDS = st.sampled_from(["", "a", "op", "account", "018bcfe568000000-aa", "\0", "main", "../..", "한", "x" * 300])
ENTITIES = st.sampled_from([*REGISTRY.names(), "nothing"])
FIELDS = st.sampled_from(
    sorted({field.name for entity in REGISTRY for field in entity.fields} | {"id", "_clk", "x_a", "x_m.money"})
)
OPERATIONS = st.fixed_dictionaries(
    {
        "i": WORDS | st.text(max_size=40),
        "h": WORDS | st.text(max_size=40),
        "e": ENTITIES,
        "r": WORDS | st.text(max_size=40),
    },
    optional={
        "k": st.sampled_from([kind.value for kind in OpKind]),
        "f": st.dictionaries(FIELDS | st.text(max_size=8), ANYTHING, max_size=4),
        "b": st.dictionaries(FIELDS | st.text(max_size=8), WORDS, max_size=4),
        "tx": WORDS,
    },
)
TOKENS = st.just([0, ""]) | st.tuples(st.integers(-(2**65), 2**65), WORDS)
BODIES = {
    "/sync/v1/push": st.fixed_dictionaries(
        {"hw": TOKENS, "schema_v": st.integers(-3, 9), "ops": st.lists(OPERATIONS, max_size=4)}
    ),
    "/sync/v1/pull": st.fixed_dictionaries(
        {"hw": TOKENS, "cursors": st.dictionaries(WORDS, st.integers(-(2**65), 2**65), max_size=3)},
        optional={"limit": st.integers(-(2**65), 2**65), "audit": st.lists(ENTITIES, max_size=3)},
    ),
    "/sync/v1/hello": st.fixed_dictionaries(
        {"device": st.just("mainmanager"), "app_v": st.text(max_size=60), "schema_v": st.integers(-3, 9)},
        optional={
            "hw": TOKENS,
            "server_id": WORDS,
            "history": WORDS | st.text(max_size=60),
            "protocol_v": st.integers(0, 3),
        },
    ),
    "/sync/v1/numbers": st.fixed_dictionaries(
        {"device": st.just("mainmanager"), "series": WORDS | st.text(max_size=90), "count": st.integers(-5, 2**65)},
        optional={"above": st.integers(-(2**65), 2**65)},
    ),
    "/auth/v1/refresh": st.fixed_dictionaries({"refresh": WORDS | st.text(max_size=60)}),
    "/auth/v1/sign-out": st.fixed_dictionaries({"refresh": WORDS | st.text(max_size=60)}),
}


@pytest.mark.parametrize("path", sorted(BODIES))
@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(data=st.data())
def test_nothing_that_is_sent_breaks_a_door(company, path, data):
    body = data.draw(BODIES[path] | ANYTHING)
    token = company.tokens["main", "manager"]
    company.server.gate._held.clear()
    answer = company.ask("POST", path, token, json.dumps(body).encode())
    assert answer.status_code < 500, (body, answer.text)
    if answer.status_code >= 400:
        assert answer.json()["error"].startswith("server.")
