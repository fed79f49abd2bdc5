"""The administration page, asked over HTTP as a browser would: who comes in, what it shows, what it does, and what it refuses."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest

from desktop_crm.domain.schema.options import UserRole
from desktop_crm.foundation.clock import FixedClock
from desktop_crm.sync.protocol import SignIn
from desktop_crm.sync.server import desk, tables
from desktop_crm.sync.server.admin_views import PAGES
from desktop_crm.sync.server.core import Server
from desktop_crm.sync.server.second_factor import code_at, step_at
from desktop_crm.sync.server.store import Store
from tests.sync.listening import listening
from tests.sync.peers import BEGIN

PASSWORD = "long enough"
HOSTILE = '<script>alert("x")</script>'
VOID = {"meta", "link", "input", "br", "hr", "img"}


class Reader(HTMLParser):
    """Checks as it reads: every element is closed, every control has a name, every table a caption."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.wrong: list[str] = []
        self.found: dict[str, int] = {}
        self.language = ""

    def handle_starttag(self, tag, attrs):
        held = dict(attrs)
        self.found[tag] = self.found.get(tag, 0) + 1
        self.language = held.get("lang", self.language) if tag == "html" else self.language
        if tag in {"input", "select"} and held.get("type") != "hidden" and "label" not in self.open:
            self.wrong.append(f"{tag} {held.get('name')} has no label")
        if tag == "script" or any(name.startswith("on") for name in held):
            self.wrong.append("script")
        if tag == "img" or "style" in held:
            self.wrong.append("what the page's own policy forbids")
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        if not self.open or self.open.pop() != tag:
            self.wrong.append(f"{tag} closes what is not open")


def read(text: str) -> Reader:
    reader = Reader()
    reader.feed(text)
    assert reader.wrong == []
    assert reader.open == []
    assert reader.found["h1"] == reader.found["main"] == 1
    assert reader.found.get("table", 0) == reader.found.get("caption", 0)
    return reader


@pytest.fixture
def server():
    made = Server(Store("sqlite://"), FixedClock(BEGIN))
    made.people.add_user("minji", UserRole.ADMINISTRATOR, PASSWORD)
    made.people.add_user("junho", UserRole.MEMBER, PASSWORD)
    yield made
    made.store.close()


@pytest.fixture
def web(server):
    with listening(server) as client:
        client.headers["accept-language"] = "en-GB,en;q=0.8"
        yield client


def sign_in(web, user: str = "minji", **more: str):
    return web.post("/admin/sign-in", data={"user": user, "password": PASSWORD, **more})


def csrf(web) -> str:
    return re.search(r'name="csrf" value="([0-9a-f]+)"', web.get("/admin/people").text).group(1)


def act(web, what: str, **values: str):
    answer = web.post("/admin/act", data={"act": what, "csrf": csrf(web), **values})
    assert answer.status_code == 303, answer.text
    return web.get(f"/admin/{answer.headers['location'].removeprefix('./')}").text


def user_id(server, name: str) -> str:
    with server.store.reading() as books:
        return desk.person(books, name)["user_id"]


def test_only_administrators_come_in(server, web):
    for path in ("/admin/", "/admin/people", "/admin/log"):
        page = web.get(path)
        read(page.text)
        assert "password" in page.text
        assert "junho" not in page.text
    assert sign_in(web, "junho").status_code == 401
    assert web.post("/admin/sign-in", data={"user": "minji", "password": "wrong"}).status_code == 401
    assert web.get("/admin/people").text.count("junho") == 0
    answer = sign_in(web)
    assert answer.status_code == 303
    assert {"HttpOnly", "SameSite=strict", "Path=/admin"} <= set(answer.headers["set-cookie"].split("; "))
    assert "junho" in web.get("/admin/people").text
    with server.store.writing() as books:
        desk.set_role(books, server.clock, "junho", UserRole.ADMINISTRATOR)
        desk.set_role(books, server.clock, "minji", UserRole.MEMBER)
    assert "junho" not in web.get("/admin/people").text


def test_a_laptops_token_is_no_cookie_and_a_cookie_no_token(server, web):
    access = server.people.sign_in(SignIn(user="minji", password=PASSWORD, device="aa")).access
    assert "junho" not in web.get("/admin/people", headers={"cookie": f"crm_admin={access}"}).text
    sign_in(web)
    cookie = web.cookies.get("crm_admin")
    answer = web.post("/sync/v1/hello", headers={"authorization": f"Bearer {cookie}"}, content=b"{}")
    assert answer.status_code == 401


@pytest.mark.parametrize("language", ["ko", "en"])
@pytest.mark.parametrize("page", list(PAGES))
def test_every_page_can_be_read_in_both_languages(web, server, page, language):
    server.people.add_user(HOSTILE, UserRole.MEMBER, PASSWORD)
    server.people.sign_in(SignIn(user=HOSTILE, password=PASSWORD, device="bb", device_name=HOSTILE))
    sign_in(web)
    answer = web.get(f"/admin/{page}", headers={"accept-language": language})
    assert answer.status_code == 200
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    reader = read(answer.text)
    assert reader.language == language
    assert bool(re.search("[가-힣]", answer.text)) == (language == "ko")
    assert HOSTILE not in answer.text


def test_a_form_without_the_pages_own_word_does_nothing(server, web):
    sign_in(web)
    who = user_id(server, "junho")
    for word in ("", "0" * 64):
        answer = web.post("/admin/act", data={"act": "disable", "user": who, "csrf": word})
        assert answer.status_code == 401
    assert web.post("/admin/act", data={"act": "nothing", "csrf": csrf(web)}).status_code == 400
    assert "bad=" in web.post("/admin/act", data={"act": "disable", "csrf": csrf(web)}).headers["location"]
    assert web.post("/admin/act", content=b"\xff\xfe").status_code == 400
    with server.store.reading() as books:
        assert not books.one(tables.user, user_id=who)["disabled"]


def test_people_are_added_moved_and_locked_out(server, web):
    sign_in(web)
    assert "somin may sign in now" in act(web, "add", name="somin", password=PASSWORD, role="marketing")
    who = user_id(server, "somin")
    act(web, "role", user=who, role="manager")
    assert server.people.sign_in(SignIn(user="somin", password=PASSWORD, device="cc")).role == "manager"
    act(web, "disable", user=who)
    assert "locked out" in web.get("/admin/people").text
    act(web, "enable", user=who)
    act(web, "revoke", device="cc")
    assert "locked out" in web.get("/admin/laptops").text
    act(web, "let_in", device="cc")
    act(web, "sign_out", user=who)
    refused = act(web, "disable", user=user_id(server, "minji"))
    assert "is the only one who can look after people" in refused
    log = web.get("/admin/log").text
    for told in ("user.added", "user.role", "user.disabled", "device.revoked", "user.signed_out"):
        assert told in log


def test_the_second_factor_is_given_out_once(server, web):
    sign_in(web)
    told = act(web, "factor_on", user=user_id(server, "minji"))
    secret = re.search(r"secret=([A-Z2-7]+)", told).group(1)
    assert secret not in web.get("/admin/people").text
    web.post("/admin/sign-out")
    assert sign_in(web).status_code == 401
    assert sign_in(web, code=code_at(secret, step_at(server.clock.now()))).status_code == 303


def test_rights_and_settings_are_given(server, web):
    sign_in(web)
    who = user_id(server, "junho")
    assert "territory:KR" in act(web, "grant", holder=who, scope="territory:KR", mode="rw")
    assert "neither a user or team" in act(web, "grant", holder=who, scope="map:x", mode="rw")
    act(web, "share", account="nobody", holder=who, mode="r")
    act(web, "lock_days", days="14")
    assert 'value="14"' in web.get("/admin/").text
    assert "0 accounts moved" in act(web, "territories", field="country")
    assert (
        "bad=" in web.post("/admin/act", data={"act": "lock_days", "csrf": csrf(web), "days": "x"}).headers["location"]
    )


def test_each_tenant_has_its_own_page(server, web):
    server.store.prepare("acme")
    server.of("acme").people.add_user("others", UserRole.ADMINISTRATOR, PASSWORD)
    sign_in(web)
    assert "junho" in web.get("/admin/people").text
    assert "junho" not in web.get("/t/acme/admin/people").text
    answer = web.post("/t/acme/admin/sign-in", data={"user": "others", "password": PASSWORD})
    assert "Path=/t/acme/admin" in answer.headers["set-cookie"]
    page = web.get("/t/acme/admin/people").text
    assert "others" in page
    assert "junho" not in page
