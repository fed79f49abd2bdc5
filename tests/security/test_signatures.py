"""Ed25519: what was signed is known again, anything else is not, and the published vector holds."""

from __future__ import annotations

import pytest

from desktop_crm.security import signatures


def test_a_signature_holds_for_its_text_and_its_key_alone():
    one, other = signatures.new_pair(), signatures.new_pair()
    signed = signatures.sign(one.private, "할인 12 %")
    assert signatures.is_signed(one.public, "할인 12 %", signed)
    assert not signatures.is_signed(one.public, "할인 13 %", signed)
    assert not signatures.is_signed(other.public, "할인 12 %", signed)
    flipped = ("0" if signed[0] != "0" else "1") + signed[1:]
    assert not signatures.is_signed(one.public, "할인 12 %", flipped)


@pytest.mark.parametrize("broken", ["", "zz", "00", "ff" * 64])
def test_what_is_no_signature_or_key_signs_nothing(broken):
    pair = signatures.new_pair()
    assert not signatures.is_signed(pair.public, "text", broken)
    assert not signatures.is_signed(broken, "text", signatures.sign(pair.private, "text"))


def test_the_first_vector_of_rfc_8032():
    private = "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60"
    public = "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"
    signature = "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b"
    assert signatures.sign(private, "") == signature
    assert signatures.is_signed(public, "", signature)
