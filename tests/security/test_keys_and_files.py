"""Keys, secrets and files beside the workspace."""

from __future__ import annotations

import unicodedata

import keyring
import keyring.backends.null
import pytest
from keyring.backend import KeyringBackend
from keyring.backends.chainer import ChainerBackend
from keyring.errors import KeyringError, PasswordDeleteError

from desktop_crm.foundation.errors import CrmError
from desktop_crm.security import content, keys
from desktop_crm.security.secrets import KeyringStore, MemoryStore


class Vault(KeyringBackend):
    """A keyring as an operating system has one, in memory."""

    priority = 1

    def __init__(self):
        self.held = {}
        self.locked = False

    def get_password(self, service, username):
        self.refuse_when_locked()
        return self.held.get((service, username))

    def set_password(self, service, username, password):
        self.refuse_when_locked()
        self.held[service, username] = password

    def delete_password(self, service, username):
        if (service, username) not in self.held:
            raise PasswordDeleteError(username)
        del self.held[service, username]

    def refuse_when_locked(self):
        if self.locked:
            raise KeyringError("locked")


@pytest.fixture
def vault():
    before = keyring.get_keyring()
    keyring.set_keyring(Vault())
    yield keyring.get_keyring()
    keyring.set_keyring(before)


def test_a_passphrase_gives_the_same_key_for_the_same_file_only():
    salt, other = keys.new_salt(), keys.new_salt()
    assert keys.derive("열려라 참깨!!", salt) == keys.derive("열려라 참깨!!", salt)
    assert keys.derive("열려라 참깨!!", salt) != keys.derive("열려라 참깨!!", other)
    assert keys.derive("열려라 참깨!!", salt) != keys.derive("열려라 참깨!?", salt)
    decomposed = unicodedata.normalize("NFD", "열려라 참깨!!")  # as some keyboards type it
    assert keys.derive(decomposed, salt) == keys.derive("열려라 참깨!!", salt)
    assert len(keys.derive("12345678", salt)) == keys.KEY_BYTES


def test_a_short_passphrase_is_refused():
    with pytest.raises(CrmError, match=r"passphrase\.too_short"):
        keys.check_new("1234567")
    keys.check_new("12345678")


@pytest.mark.parametrize("store", [MemoryStore, KeyringStore])
def test_a_key_is_kept_and_found_by_its_file(store, vault):
    secrets, salt = store(), keys.new_salt()
    key = keys.keep_new_key(secrets, salt)
    assert keys.find_key(secrets, salt) == key
    assert keys.find_key(secrets, keys.new_salt()) is None
    secrets.remove(f"workspace:{salt.hex()}")
    secrets.remove(f"workspace:{salt.hex()}")
    assert keys.find_key(secrets, salt) is None


def test_a_locked_keyring_is_a_trouble_when_writing_and_no_key_when_reading(vault):
    vault.locked = True
    with pytest.raises(CrmError, match=r"keyring\.absent"):
        keys.keep_new_key(KeyringStore(), keys.new_salt())
    assert keys.find_key(KeyringStore(), keys.new_salt()) is None


def test_a_keyring_that_keeps_nothing_is_never_trusted(vault):
    keyring.set_keyring(keyring.backends.null.Keyring())
    for act in (lambda s: s.get("a"), lambda s: s.put("a", "b"), lambda s: s.remove("a")):
        with pytest.raises(CrmError, match=r"keyring\.absent"):
            act(KeyringStore())


class PlainFile(Vault):
    """A backend that writes clear text to the disk."""


PlainFile.__module__ = "keyrings.alt.file"


def test_of_several_keyrings_only_a_safe_one_is_asked(vault, monkeypatch):
    plain = PlainFile()
    chain = ChainerBackend()
    monkeypatch.setattr(ChainerBackend, "backends", [plain, vault])
    keyring.set_keyring(chain)
    store = KeyringStore()
    store.put("a", "b")
    assert (store.get("a"), vault.held, plain.held) == ("b", {("desktop-crm", "a"): "b"}, {})
    store.remove("a")
    assert store.get("a") is None
    vault.locked = True
    with pytest.raises(CrmError, match=r"keyring\.absent"):
        store.put("a", "b")
    assert plain.held == {}
    monkeypatch.setattr(ChainerBackend, "backends", [plain])
    with pytest.raises(CrmError, match=r"keyring\.absent"):
        store.put("a", "b")
    assert plain.held == {}


@pytest.mark.parametrize("size", [0, 1, 5_000_000])
def test_a_sealed_file_comes_back_and_shows_nothing(size):
    key, plain = keys.new_key(), b"GEHEIM" * (size // 6) + b"x" * (size % 6)
    sealed = content.seal(key, "quote.pdf", plain)
    assert b"GEHEIM" not in sealed
    assert content.unseal(key, "quote.pdf", sealed) == plain
    assert content.seal(key, "quote.pdf", plain) != sealed


@pytest.mark.parametrize("place", [0, 11, 12, -1])
def test_a_flipped_byte_is_found(place):
    key = keys.new_key()
    sealed = bytearray(content.seal(key, "a", b"inhalt"))
    sealed[place] ^= 1
    with pytest.raises(CrmError, match=r"file\.damaged"):
        content.unseal(key, "a", bytes(sealed))


def test_another_key_another_name_and_a_stub_do_not_open():
    key = keys.new_key()
    sealed = content.seal(key, "a", b"inhalt")
    for wrong in ((keys.new_key(), "a", sealed), (key, "b", sealed), (key, "a", sealed[:20])):
        with pytest.raises(CrmError, match=r"file\.damaged"):
            content.unseal(*wrong)
