"""The laptop's end of the line: bad addresses, bad servers, bad lines. Each ends in a coded error, and soon."""

from __future__ import annotations

import socket

import pytest
import zstandard

from desktop_crm.foundation.errors import Refusal, Trouble
from desktop_crm.sync.client.pinning import options
from desktop_crm.sync.client.transport import HttpTransport, checked_url
from desktop_crm.sync.protocol import Hello, SignIn, Tokens, pack
from desktop_crm.sync.server.serve import listen
from tests.sync.faulty import answering, http

HELLO = Hello(device="aa", app_v="1", schema_v=1)
GOOD = b'{"standing":"ok","server_id":"s","hw":[0,""],"now":""}'


def ask(url, **options):
    transport = HttpTransport(url, pause=lambda _seconds: None, **options)
    try:
        return transport.hello(HELLO)
    finally:
        transport.close()


@pytest.mark.parametrize(
    ("typed", "whole"),
    [
        ("https://crm.example.com/", "https://crm.example.com"),
        ("crm.example.com", "https://crm.example.com"),
        ("127.0.0.1:8765", "http://127.0.0.1:8765"),
        ("http://localhost:8765", "http://localhost:8765"),
        ("http://[::1]:8765", "http://[::1]:8765"),
        (" https://crm.example.com/team ", "https://crm.example.com/team"),
    ],
)
def test_addresses_are_made_whole(typed, whole):
    assert checked_url(typed) == whole


@pytest.mark.parametrize("url", ["http://crm.example.com", "http://192.168.0.5:8765", "http://localhost.evil.com"])
def test_plain_http_is_refused_beyond_this_machine(url):
    with pytest.raises(Refusal) as caught:
        checked_url(url)
    assert caught.value.code == "sync.plain_http"


@pytest.mark.parametrize("url", ["", "ftp://x", "https://", "https://u:p@x", "https://x:port", "https://x/?q=1"])
def test_what_is_no_address_is_refused(url):
    with pytest.raises(Refusal) as caught:
        checked_url(url)
    assert caught.value.code == "sync.url"


BAD = {
    "html": http(b"<html>Welcome to the hotel</html>"),
    "wrong json": http(b'{"hello": 1}'),
    "half json": http(GOOD[:20]),
    "no utf-8": http(b"\xff\xfe\x00"),
    "deep json": http(b"[" * 100_000),
    "bad zstd": http(b"garbage", "200 OK", "content-encoding: zstd"),
    "not found": http(b"nothing here", "404 Not Found"),
    "teapot": http(b'{"error": "teapot"}', "418 Teapot"),
}


@pytest.mark.parametrize("name", BAD)
def test_a_server_that_talks_garbage_is_named_as_such(name):
    with answering(BAD[name]) as url, pytest.raises(Trouble) as caught:
        ask(url)
    assert caught.value.code == "sync.server.garbage"


def test_an_answer_that_leads_elsewhere_is_a_network_that_wants_a_sign_in_first():
    elsewhere = http(b"", "302 Found", "location: https://elsewhere.example.com")
    with answering(elsewhere) as url, pytest.raises(Trouble) as caught:
        ask(url)
    assert caught.value.code == "sync.server.captive"


@pytest.mark.parametrize("data", [b"", b"nonsense\r\n\r\n", b"HTTP/1.1 200 OK\r\ncontent-le", http(GOOD)[:-5]])
def test_a_line_that_is_cut_is_tried_again_and_then_named(data):
    with answering(data) as url, pytest.raises(Trouble) as caught:
        ask(url)
    assert caught.value.code == "sync.server.cut"
    with answering(data, data, http(GOOD)) as url:
        assert ask(url).server_id == "s"


def test_nobody_there_is_named():
    with pytest.raises(Trouble) as caught:
        ask("http://127.0.0.1:9")
    assert caught.value.code == "sync.server.unreachable"


def test_a_busy_server_is_asked_again():
    with answering(http(b"", "503 Busy"), http(GOOD)) as url:
        assert ask(url).server_id == "s"
    with answering(http(b"", "503 Busy")) as url, pytest.raises(Trouble) as caught:
        ask(url)
    assert caught.value.code == "sync.server.busy"


def test_packed_answers_are_read():
    packed = zstandard.ZstdCompressor().compress(GOOD)
    with answering(http(packed, "200 OK", "content-encoding: zstd")) as url:
        assert ask(url).server_id == "s"


class Keys:
    def __init__(self):
        self.pair = ("old", "refresh")

    def access(self):
        return self.pair[0]

    def refresh(self):
        return self.pair[1]

    def keep(self, tokens):
        self.pair = (tokens.access, tokens.refresh)


TOKENS = Tokens(access="new", refresh="next", expires_in=1, user="u", name="n", role="member")


def test_tokens_that_are_over_are_renewed_once():
    keys = Keys()
    denied = http(b'{"error":"server.token"}', "401 Unauthorized")
    with answering(denied, http(pack(TOKENS)), http(GOOD)) as url:
        assert ask(url, credentials=keys).server_id == "s"
    assert keys.pair == ("new", "next")
    with answering(denied) as url, pytest.raises(Refusal) as caught:
        ask(url, credentials=keys)
    assert caught.value.code == "sync.sign_in_again"


def test_a_wrong_password_is_told_as_such():
    denied = http(b'{"error":"server.sign_in"}', "401 Unauthorized")
    with answering(denied) as url:
        transport = HttpTransport(url)
        with pytest.raises(Refusal) as caught:
            transport.sign_in(SignIn(user="u", password="wrong", device="aa"))
        transport.close()
    assert caught.value.code == "sync.sign_in"


def test_the_servers_lines_send_at_once():
    with listen("127.0.0.1", 0) as listening, socket.create_connection(listening.getsockname()):
        line, _ = listening.accept()
        with line:
            assert line.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY) != 0


def test_the_authorities_are_read_once_for_all_runs_and_anew_for_others(monkeypatch, tmp_path):
    def authorities(trust_env=True):
        return options("https://crm.example.com", "crm.example.com", "", trust_env=trust_env)[0]["verify"]

    monkeypatch.delenv("SSL_CERT_FILE", raising=False)
    monkeypatch.delenv("SSL_CERT_DIR", raising=False)
    known = authorities()
    assert authorities() is known
    monkeypatch.setenv("SSL_CERT_DIR", str(tmp_path))  # the company's own
    assert authorities() is not known
    assert authorities(trust_env=False) is known
