"""Sign-in at an identity provider: a real one in a process of its own, and one that lies in every way that counts."""

from __future__ import annotations

import base64
import hashlib
import json
import sys
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from joserfc import jwt
from joserfc.jwk import OctKey, RSAKey

from desktop_crm.domain.schema.options import UserRole
from desktop_crm.foundation.clock import FixedClock, SystemClock
from desktop_crm.foundation.errors import Refusal, Trouble
from desktop_crm.services import records
from desktop_crm.services import sync as service
from desktop_crm.services.sync import ByBrowser
from desktop_crm.sync.protocol import BrowserSignIn
from desktop_crm.sync.server import desk, oidc, tables
from desktop_crm.sync.server.core import Server
from desktop_crm.sync.server.oidc import Doorway, Match, Provider, set_provider
from desktop_crm.sync.server.store import Store
from tests.support.identity_provider import identity_provider
from tests.support.terminal import PASSPHRASE, Laptop
from tests.sync.listening import listening
from tests.sync.peers import BEGIN

MINJI = "minji@example.com"


@pytest.fixture(scope="module")
def provider():
    with identity_provider() as made:
        made.knows("s-minji", email=MINJI, email_verified=True)
        made.knows("s-loose", email="junho@example.com", email_verified=False)
        made.knows("s-new", email="somin@example.com", email_verified=True)
        made.knows("s-far", email="far@elsewhere.com", email_verified=True)
        yield made


@pytest.fixture
def server(tmp_path, provider):
    made = Server(Store(f"sqlite:///{tmp_path / 'server.sqlite'}"), SystemClock())
    for name in (MINJI, "junho@example.com"):
        made.people.add_user(name, UserRole.MANAGER, "long enough")
    declare(made, provider, Match.EMAIL)
    yield made
    made.store.close()


def declare(server, provider, match, **more):
    with server.store.writing() as books:
        set_provider(
            books,
            server.clock,
            Provider(issuer=provider.address, client="crm", secret="known to both", match=match, **more),
        )


def test_a_laptop_joins_by_the_browser_and_syncs(server, provider, new_workspace):
    workspace, seen = new_workspace(), []
    made = records.create(workspace, "account", {"name": "한빛"})
    with listening(server) as client:
        report = service.join(
            workspace, str(client.base_url), "", "", browser=ByBrowser(provider.browser("s-minji", seen))
        )
        assert report.pushed == 1
        assert service.sync_now(workspace).refused == 0
    assert service.status(workspace).user == MINJI
    assert records.history(workspace, "account", made.id)
    asked = {name: held[0] for name, held in parse_qs(urlsplit(seen[0]).query).items()}
    assert (asked["response_type"], asked["code_challenge_method"], asked["client_id"]) == ("code", "S256", "crm")
    assert asked["redirect_uri"].startswith("http://127.0.0.1:")
    assert len({asked["state"], asked["nonce"], asked["code_challenge"]}) == 3


@pytest.mark.parametrize(
    ("subject", "code"),
    [("s-loose", "sync.browser.user"), ("s-new", "sync.browser.user"), ("", "sync.browser.refused")],
)
def test_who_is_nobody_here_stays_out_and_the_workspace_as_it_was(server, provider, new_workspace, subject, code):
    workspace = new_workspace()
    with listening(server) as client, pytest.raises(Refusal) as caught:
        service.join(workspace, str(client.base_url), "", "", browser=ByBrowser(provider.browser(subject)))
    assert caught.value.code == code
    assert not service.status(workspace).joined


def join(server, provider, workspace, subject):
    with listening(server) as client:
        service.join(workspace, str(client.base_url), "", "", browser=ByBrowser(provider.browser(subject)))


def test_the_policy_says_who_comes_in(server, provider, new_workspace):
    declare(server, provider, Match.CREATE, domains=("example.com",))
    join(server, provider, new_workspace("new"), "s-new")
    with server.store.reading() as books:
        made = desk.person(books, "somin@example.com")
    assert made["role"] == "member"
    with pytest.raises(Refusal) as caught:
        join(server, provider, new_workspace("far"), "s-far")
    assert caught.value.code == "sync.browser.user"
    declare(server, provider, Match.LINKED)
    join(server, provider, new_workspace("again"), "s-new")  # bound when he first came
    with pytest.raises(Refusal):
        join(server, provider, new_workspace("mail"), "s-minji")
    with server.store.writing() as books:
        oidc.link(books, server.clock, desk.person(books, MINJI)["user_id"], "s-minji")
    join(server, provider, new_workspace("bound"), "s-minji")


def test_a_bound_address_does_not_pass_to_another_account(server, provider, new_workspace):
    join(server, provider, new_workspace("one"), "s-minji")
    provider.knows("s-thief", email=MINJI, email_verified=True)
    with pytest.raises(Refusal) as caught:
        join(server, provider, new_workspace("two"), "s-thief")
    assert caught.value.code == "sync.browser.user"


def test_who_is_locked_out_or_whose_laptop_is_stays_out(server, provider, new_workspace):
    workspace = new_workspace()
    join(server, provider, workspace, "s-minji")
    with server.store.writing() as books:
        desk.set_revoked(books, server.clock, workspace.author.device_id, revoked=True)
    with pytest.raises(Refusal) as caught:
        join(server, provider, workspace, "s-minji")
    assert caught.value.code == "sync.device_revoked"
    with server.store.writing() as books:
        desk.set_disabled(books, server.clock, MINJI, disabled=True)
    with pytest.raises(Refusal) as caught:
        join(server, provider, new_workspace("other"), "s-minji")
    assert caught.value.code == "sync.sign_in"


def test_it_can_be_called_off_and_is_not_offered_everywhere(server, new_workspace):
    workspace, browser = new_workspace(), None
    browser = ByBrowser(lambda _address: browser.stop())
    with listening(server) as client:
        with pytest.raises(Refusal) as caught:
            service.join(workspace, str(client.base_url), "", "", browser=browser)
        assert caught.value.code == "sync.browser.stopped"
        with server.store.writing() as books:
            set_provider(books, server.clock, None)
        with pytest.raises(Refusal) as caught:
            service.join(workspace, str(client.base_url), "", "", browser=browser)
        assert caught.value.code == "sync.browser.off"


def test_an_answer_that_nobody_asked_for_is_not_taken(server, provider, new_workspace):
    workspace, answers = new_workspace(), []

    def show(address):
        back = parse_qs(urlsplit(address).query)["redirect_uri"][0]
        for query in ("?code=stolen&state=guessed", "?code=stolen", "elsewhere?code=stolen"):
            answers.append(httpx.get(back + query, trust_env=False).status_code)
        provider.browser("s-minji")(address)

    with listening(server) as client:
        service.join(workspace, str(client.base_url), "", "", browser=ByBrowser(show))
    assert answers == [404, 404, 404]
    assert service.status(workspace).user == MINJI


def test_the_terminal_signs_in_with_the_systems_browser(server, provider, tmp_path):
    laptop = Laptop.at(tmp_path / "laptop")
    laptop.run("init", laptop.workspace, "--name", "one", "--currency", "KRW")
    script = tmp_path / "browser.py"
    script.write_text(
        "import sys, httpx\nhttpx.post(sys.argv[1], data={'sub': 's-minji'}, follow_redirects=True, trust_env=False)\n"
    )
    with listening(server) as client:
        where = ("--workspace", laptop.workspace, "--json")
        browser = f"{sys.executable} {script} %s"
        done = laptop.run("sync", "--server", client.base_url, "--oidc", *where, BROWSER=browser)
        assert done.returncode == 0, done.stdout + done.stderr
        assert json.loads(done.stdout)["refused"] == []
        assert f"{provider.address}/oauth2/authorize" in done.stderr
        assert laptop.run("sync", "--oidc", "--user", "x", *where).returncode == 2
    assert PASSPHRASE not in done.stderr


# a provider that lies

KEY, OTHER = RSAKey.generate_key(2048, {"kid": "a"}), RSAKey.generate_key(2048, {"kid": "a"})
ISSUER = "https://id.example.com"
NOW = int(BEGIN.timestamp())
GOOD = {
    "iss": ISSUER, "aud": "crm", "sub": "s", "nonce": "n", "iat": NOW, "exp": NOW + 300,
    "email": MINJI, "email_verified": True,
}  # fmt: skip


class Lying:
    """Answers as told: claims, key, algorithm; checks the verifier as providers do."""

    def __init__(self) -> None:
        self.claims, self.key, self.algorithm = dict(GOOD), KEY, "RS256"
        self.described = {
            "issuer": ISSUER,
            "authorization_endpoint": f"{ISSUER}/ask",
            "token_endpoint": f"{ISSUER}/token",
            "jwks_uri": f"{ISSUER}/keys",
        }
        self.challenge = challenge("v")
        self.sent: dict[str, list[str]] = {}

    def answer(self, request):
        if request.url.path == "/token":
            self.sent = parse_qs(request.content.decode())
            self.header = request.headers.get("authorization", "")
            if challenge(self.sent["code_verifier"][0]) != self.challenge:
                return httpx.Response(400, json={"error": "invalid_grant"})
            token = jwt.encode({"alg": self.algorithm, "kid": "a"}, self.claims, self.key, algorithms=[self.algorithm])
            return httpx.Response(200, json={"id_token": token})
        if request.url.path == "/keys":
            public = KEY.as_dict(private=False)
            return httpx.Response(200, json={"keys": [{"kty": "oct", "k": "YWFh"}, {"kty": "new"}, public]})
        return httpx.Response(200, json=self.described)


def challenge(verifier):
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()


@pytest.fixture
def lying():
    liar, clock = Lying(), FixedClock(BEGIN)
    server = Server(Store("sqlite://"), clock)
    server.people.add_user(MINJI, UserRole.MEMBER, "long enough")
    with server.store.writing() as books:
        set_provider(books, clock, Provider(issuer=ISSUER, client="crm", secret="hush"))
    liar.server = server
    wire = httpx.MockTransport(liar.answer)
    liar.door = Doorway(server.store, clock, server.people, "main", lambda: httpx.Client(transport=wire))
    yield liar
    server.store.close()


def ask(lying, **more):
    return lying.door.sign_in(
        BrowserSignIn(
            **{"code": "c", "verifier": "v", "nonce": "n", "back": "http://127.0.0.1:1/", "device": "aa"} | more
        )
    )


def test_a_good_token_is_taken_and_the_secret_goes_to_the_provider_alone(lying):
    assert lying.door.offer().address == f"{ISSUER}/ask"
    assert ask(lying).name == MINJI
    assert base64.b64decode(lying.header.removeprefix("Basic ")) == b"crm:hush"
    assert "client_secret" not in lying.sent
    lying.server.clock.at += timedelta(minutes=11)
    lying.claims |= {"exp": NOW + 900}
    lying.described["token_endpoint_auth_methods_supported"] = ["client_secret_post"]
    assert ask(lying).name == MINJI
    assert (lying.header, lying.sent["client_secret"]) == ("", ["hush"])
    lying.claims |= {"aud": ["crm", "other"], "azp": "crm"}
    assert ask(lying).name == MINJI


@pytest.mark.parametrize(
    "lie",
    [
        {"iss": "https://id.example.com.evil"}, {"aud": "another"}, {"aud": ["crm", "another"]}, {"azp": "another"},
        {"nonce": "old"}, {"nonce": None}, {"exp": NOW - 90}, {"exp": None}, {"iat": NOW + 900}, {"sub": ""}, {"sub": None},
        {"sub": 7}, {"sub": "s" * 300},
    ],
    ids=str,
)  # fmt: skip
def test_a_token_that_is_not_for_us_is_refused(lying, lie):
    lying.claims |= lie
    lying.claims = {name: value for name, value in lying.claims.items() if value is not None}
    with pytest.raises(Refusal) as caught:
        ask(lying)
    assert caught.value.code == "server.oidc.refused"
    with lying.server.store.reading() as books:
        assert books.all(tables.identity) == books.all(tables.device) == []


def test_a_foreign_key_a_shared_secret_and_a_wrong_verifier_are_refused(lying):
    lying.key = OTHER
    with pytest.raises(Refusal):
        ask(lying)
    lying.key, lying.algorithm = OctKey.import_key("a" * 32, {"kid": "a"}), "HS256"
    with pytest.raises(Refusal):
        ask(lying)
    lying.key, lying.algorithm = KEY, "RS256"
    for wrong in ({"verifier": "guessed"}, {"verifier": ""}, {"code": "c" * 4000}, {"nonce": "n2"}):
        with pytest.raises(Refusal):
            ask(lying, **wrong)
    assert ask(lying).name == MINJI


@pytest.mark.parametrize(
    "lie", [{"issuer": "https://other.example.com"}, {"token_endpoint": "http://id.example.com/t"}, {"jwks_uri": 5}]
)
def test_a_provider_that_describes_itself_wrongly_is_not_asked(lying, lie):
    lying.described |= lie
    with pytest.raises(Trouble) as caught:
        ask(lying)
    assert caught.value.code == "server.oidc.provider"
    assert lying.sent == {}


def test_the_description_is_asked_for_anew_after_a_while(lying):
    lying.door.offer()
    lying.described["authorization_endpoint"] = f"{ISSUER}/moved"
    assert lying.door.offer().address == f"{ISSUER}/ask"
    lying.server.clock.at += timedelta(minutes=11)
    assert lying.door.offer().address == f"{ISSUER}/moved"


@pytest.mark.parametrize(
    "bad",
    [
        {"issuer": "http://id.example.com"},
        {"client": ""},
        {"match": Match.CREATE},
        {"issuer": "ftp://x"},
        {"issuer": "["},
    ],
)
def test_settings_that_would_leave_a_door_open_are_refused(lying, bad):
    with pytest.raises(Refusal) as caught, lying.server.store.writing() as books:
        set_provider(books, lying.server.clock, Provider(**{"issuer": ISSUER, "client": "crm"} | bad))
    assert caught.value.code == "server.oidc.settings"
