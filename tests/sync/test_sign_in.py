"""People at the server's door: the second factor, lost laptops, long absences, and what is written down about it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from desktop_crm.domain.schema.options import UserRole
from desktop_crm.foundation.clock import FixedClock
from desktop_crm.foundation.errors import Refusal
from desktop_crm.sync.protocol import Hello, SignIn
from desktop_crm.sync.server import desk, tables
from desktop_crm.sync.server.core import Server
from desktop_crm.sync.server.second_factor import accepted_step, address, code_at, step_at
from desktop_crm.sync.server.store import Store
from tests.sync.peers import BEGIN

PASSWORD = "long enough"


@pytest.fixture
def server():
    made = Server(Store("sqlite://"), FixedClock(BEGIN))
    made.people.add_user("minji", UserRole.ADMINISTRATOR, PASSWORD)
    made.people.add_user("junho", UserRole.MEMBER, PASSWORD)
    yield made
    made.store.close()


def sign_in(server: Server, user: str = "junho", device: str = "aa", **more: str):
    return server.people.sign_in(SignIn(user=user, password=PASSWORD, device=device, **more))


def does(server: Server, act, *arguments, **options):
    with server.store.writing() as books:
        return act(books, server.clock, *arguments, **options)


def refused(said: str, act, *arguments, **options) -> None:
    with pytest.raises(Refusal) as caught:
        act(*arguments, **options)
    assert caught.value.code == said


def acts(server: Server) -> list[str]:
    with server.store.reading() as books:
        return [line["act"] for line in sorted(books.all(tables.audit), key=lambda line: line["id"])]


def test_codes_are_those_of_the_standard():
    """RFC 6238, appendix B, the last six digits of its eight."""
    secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
    told = {59: "287082", 1111111109: "081804", 1234567890: "005924", 2000000000: "279037"}
    assert {at: code_at(secret, at // 30) for at in told} == told
    assert address(secret, "민지").startswith("otpauth://totp/")


def test_a_code_is_asked_for_taken_once_and_forgiven_half_a_minute(server):
    secret = does(server, desk.set_second_factor, "junho", on=True)
    refused("server.code", sign_in, server)
    refused("server.code", sign_in, server, code="000000")
    now = server.clock.now()
    sign_in(server, code=code_at(secret, step_at(now)))
    refused("server.code", sign_in, server, code=code_at(secret, step_at(now)))
    server.clock.at += timedelta(seconds=60)
    assert accepted_step(f"{secret} {step_at(now)}", code_at(secret, step_at(now) + 1), server.clock.now()) is not None
    refused("server.code", sign_in, server, code=code_at(secret, step_at(now) + 9))
    does(server, desk.set_second_factor, "junho", on=False)
    sign_in(server)


def test_a_wrong_password_is_told_before_the_second_factor(server):
    does(server, desk.set_second_factor, "junho", on=True)
    ask = SignIn(user="junho", password="wrong", device="aa")
    refused("server.sign_in", server.people.sign_in, ask)


def test_a_lost_laptop_is_locked_out_at_once_and_for_good(server):
    tokens = sign_in(server, device="lost")
    other = sign_in(server, device="other")
    does(server, desk.set_revoked, "lost", revoked=True)
    refused("server.token", server.people.session, tokens.access)
    refused("server.sign_in_again", server.people.refresh, tokens.refresh)
    refused("server.device.revoked", sign_in, server, device="lost")
    server.people.session(other.access)
    does(server, desk.set_revoked, "lost", revoked=False)
    sign_in(server, device="lost")
    refused("server.device.unknown", does, server, desk.set_revoked, "nobody", revoked=True)


def test_a_user_is_signed_out_from_afar(server):
    tokens = sign_in(server)
    does(server, desk.sign_out, "junho")
    refused("server.sign_in_again", server.people.refresh, tokens.refresh)
    sign_in(server)


def test_a_laptop_out_of_touch_has_to_sign_in_again(server):
    does(server, desk.set_lock_days, 14)
    tokens = sign_in(server)
    server.clock.at += timedelta(days=10)
    tokens = server.people.refresh(tokens.refresh)
    talk = server.conversation(server.people.session(tokens.access))
    talk.hello(Hello(device="aa", app_v="1", schema_v=2))
    server.clock.at += timedelta(days=13)
    tokens = server.people.refresh(tokens.refresh)
    server.clock.at += timedelta(days=2)
    refused("server.sign_in_again", server.people.refresh, tokens.refresh)
    does(server, desk.set_lock_days, 0)
    server.people.refresh(tokens.refresh)


def test_somebody_who_is_disabled_is_out_and_his_row_says_so(server):
    tokens = sign_in(server)
    does(server, desk.set_disabled, "junho", disabled=True)
    refused("server.token", server.people.session, tokens.access)
    refused("server.sign_in", sign_in, server)
    with server.store.reading() as books:
        user = desk.person(books, "junho")
        assert books.rows("user", [user["user_id"]])[user["user_id"]].state.fields["active"] is False
    does(server, desk.set_disabled, "junho", disabled=False)
    sign_in(server)


def test_the_last_administrator_stays(server):
    refused("server.user.last", does, server, desk.set_role, "minji", UserRole.MEMBER)
    refused("server.user.last", does, server, desk.set_disabled, "minji", disabled=True)
    does(server, desk.set_role, "junho", UserRole.ADMINISTRATOR)
    does(server, desk.set_role, "minji", UserRole.MEMBER)
    tokens = sign_in(server)
    assert server.people.session(tokens.access).role == "administrator"
    refused("server.user.unknown", does, server, desk.set_role, "nobody", UserRole.MEMBER)


def test_what_happens_at_the_door_is_written_down_without_names_of_customers(server):
    refused("server.sign_in", server.people.sign_in, SignIn(user="junho", password="wrong", device="aa"))
    tokens = sign_in(server)
    server.people.refresh(tokens.refresh)
    newer = server.people.refresh(tokens.refresh)
    server.people.refresh(newer.refresh)
    refused("server.sign_in_again", server.people.refresh, tokens.refresh)
    does(server, desk.set_revoked, "aa", revoked=True)
    assert acts(server)[-4:] == ["sign_in.wrong", "sign_in.done", "token.stolen", "device.revoked"]
    with server.store.reading() as books:
        assert "junho" not in str(books.all(tables.audit))
