"""A server that is known by its fingerprint, over real TLS; and networks that answer in a server's place."""

from __future__ import annotations

import base64
import socket
import threading
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address

import pytest
import uvicorn
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from desktop_crm.domain.schema.options import UserRole
from desktop_crm.foundation.clock import SystemClock
from desktop_crm.foundation.errors import Refusal, Trouble
from desktop_crm.services import records
from desktop_crm.services import sync as service
from desktop_crm.services.sync_account import account_of
from desktop_crm.sync.client.news import NewsLine
from desktop_crm.sync.client.pinning import checked_pin, fingerprints
from desktop_crm.sync.client.transport import HttpTransport
from desktop_crm.sync.protocol import SignIn
from desktop_crm.sync.server.api import application
from desktop_crm.sync.server.core import Server
from desktop_crm.sync.server.store import Store
from tests.sync.faulty import answering, http

PASSWORD = "long enough"


def certificate(folder, name, key):
    """A certificate of one's own; its fingerprints."""
    who = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    made = (
        x509.CertificateBuilder()
        .subject_name(who)
        .issuer_name(who)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(datetime.now(UTC) - timedelta(days=1))
        .not_valid_after(datetime.now(UTC) + timedelta(days=9))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .sign(key, hashes.SHA256())
    )
    (folder / f"{name}.pem").write_bytes(
        key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()) + made.public_bytes(Encoding.PEM)
    )
    return fingerprints(made.public_bytes(Encoding.DER))


@contextmanager
def serving(server, pem):
    wire = socket.create_server(("127.0.0.1", 0))
    config = uvicorn.Config(application(server), log_level="critical", lifespan="off", ssl_certfile=str(pem))
    made = uvicorn.Server(config)
    thread = threading.Thread(target=made.run, kwargs={"sockets": [wire]})
    thread.start()
    try:
        yield f"https://127.0.0.1:{wire.getsockname()[1]}"
    finally:
        made.should_exit = True
        thread.join(15)
        wire.close()


@pytest.fixture
def server(tmp_path):
    made = Server(Store(f"sqlite:///{tmp_path / 'server.sqlite'}"), SystemClock())
    made.people.add_user("minji", UserRole.MANAGER, PASSWORD)
    yield made
    made.store.close()


def test_a_laptop_joins_by_the_fingerprint_and_refuses_another_server(server, new_workspace, tmp_path):
    key = ec.generate_private_key(ec.SECP256R1())
    own, of_key = certificate(tmp_path, "one", key)
    with serving(server, tmp_path / "one.pem") as url:
        with pytest.raises(Trouble) as caught:
            service.join(new_workspace("plain"), url, "minji", PASSWORD)
        assert caught.value.code == "sync.server.certificate"
        service.join(new_workspace("by certificate"), url, "minji", PASSWORD, pin=own)
        workspace = new_workspace("by key")
        records.create(workspace, "account", {"name": "한빛"})
        assert service.join(workspace, url, "minji", PASSWORD, pin=of_key).pushed == 1
        service.join(workspace, url, "minji", PASSWORD)  # signing in again goes on knowing it
    certificate(tmp_path, "renewed", key)
    with serving(server, tmp_path / "renewed.pem") as url:
        service.sync_now(workspace, url=url)  # the key outlives the certificate
    certificate(tmp_path, "between", ec.generate_private_key(ec.SECP256R1()))
    with serving(server, tmp_path / "between.pem") as url:
        before = server.metrics.told(head=0, streams=0)
        with pytest.raises(Refusal) as caught:
            service.sync_now(workspace, url=url)
        assert caught.value.code == "sync.pin.wrong"
        with pytest.raises(Refusal):
            service.join(new_workspace("third"), url, "minji", PASSWORD, pin=own)
        account = account_of(workspace)
        assert account.pin == of_key
        assert list(NewsLine(url, account, account.pin).tidings()) == []
        assert server.metrics.told(head=0, streams=0) == before  # nothing was asked, no token, no password
        account.know_by("")
        assert account_of(workspace).pin == ""


@pytest.mark.parametrize(
    "text",
    ["AB" * 32, ":".join(["ab"] * 32), "sha256 Fingerprint=" + ":".join(["AB"] * 32), " SHA256:" + "ab" * 32 + " ",
     "sha256/" + base64.b64encode(b"\xab" * 32).decode()],
)  # fmt: skip
def test_a_fingerprint_is_taken_as_tools_print_it(text):
    assert checked_pin(text) == "ab" * 32


@pytest.mark.parametrize("text", ["ab", "ab" * 20, "zz" * 32, base64.b64encode(b"short").decode(), "한글"])
def test_what_is_no_fingerprint_is_refused(text):
    with pytest.raises(Refusal) as caught:
        checked_pin(text)
    assert caught.value.code == "sync.pin.form"
    assert checked_pin("  ") == ""
    assert fingerprints(b"garbage") == ()


PORTAL = b"<html><body><form>Room number</form></body></html>"


@pytest.mark.parametrize(
    "answer",
    [
        http(PORTAL, "200 OK", "content-type: text/html; charset=utf-8"),
        http(b"", "302 Found", "location: https://portal.hotel.example/"),
        http(PORTAL, "511 Network Authentication Required"),
    ],
    ids=["page", "sent away", "511"],
)
def test_a_network_that_answers_in_the_servers_place_is_told(answer):
    with answering(answer) as url:
        line = HttpTransport(url)
        with pytest.raises(Trouble) as caught:
            line.sign_in(SignIn(user="minji", password=PASSWORD, device="aa"))
        line.close()
    assert caught.value.code == "sync.server.captive"


def test_a_broken_servers_page_is_no_portal():
    with answering(http(PORTAL, "404 Not Found", "content-type: text/html")) as url:
        line = HttpTransport(url)
        with pytest.raises(Trouble) as caught:
            line.sign_in(SignIn(user="minji", password=PASSWORD, device="aa"))
        line.close()
    assert caught.value.code == "sync.server.garbage"
