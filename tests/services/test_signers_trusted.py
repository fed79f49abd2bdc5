"""Who signed a file, and whose word counts for it: roots a workspace keeps, chains, self-made certificates."""

from __future__ import annotations

import datetime as dt

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, pkcs12
from cryptography.x509.oid import NameOID

from desktop_crm.documents import quote_pdf, signing
from desktop_crm.documents.verify import verify
from desktop_crm.foundation.errors import Refusal
from desktop_crm.i18n import speaking
from desktop_crm.i18n.verify_words import signature_words
from desktop_crm.services.quotes import trusting
from desktop_crm.services.quotes.verifying import verify_bytes
from tests.documents.test_archive import issued
from tests.documents.test_signing import PASSPHRASE, container
from tests.domain.quotes.samples import korean_draft


def name(text):
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def made(subject, issuer, key, by, *, authority):
    now = dt.datetime.now(dt.UTC)
    usage = x509.KeyUsage(not authority, not authority, False, False, False, authority, authority, False, False)
    return (
        x509.CertificateBuilder()
        .subject_name(name(subject))
        .issuer_name(name(issuer))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=2))
        .not_valid_after(now + dt.timedelta(days=300))
        .add_extension(x509.BasicConstraints(authority, None), critical=True)
        .add_extension(usage, critical=True)
        .sign(by, hashes.SHA256())
    )


@pytest.fixture(scope="module")
def signed():
    """A quotation signed by a company that an authority certified, the authority, and one signed on its own word."""
    authority, company = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
    root = made("한국루트", "한국루트", authority, authority, authority=True)
    leaf = made("(주)온누리오토메이션", "한국루트", company, authority, authority=False)
    cipher = serialization.BestAvailableEncryption(PASSPHRASE.encode())
    pdf = quote_pdf.render(issued(korean_draft()), "ko")
    kept = pkcs12.serialize_key_and_certificates(b"x", company, leaf, None, cipher)
    return signing.signed(pdf, kept, PASSPHRASE), root, signing.signed(pdf, container(), PASSPHRASE)


def test_a_signature_counts_when_its_chain_leads_to_a_root_that_is_kept(workspace, signed):
    pdf, root, _ = signed
    (alone,) = verify(pdf).signatures
    assert (alone.whole, alone.trusted, alone.own, alone.issuer) == (True, False, False, "한국루트")
    assert not verify_bytes(pdf, workspace).report.signatures[0].trusted
    kept = trusting.trust(workspace, root.public_bytes(Encoding.PEM))
    assert [one.name for one in kept] == ["한국루트"]
    assert trusting.trust(workspace, root.public_bytes(Encoding.DER)) == kept, "once"
    found = verify_bytes(pdf, workspace)
    assert found.report.signatures[0].trusted
    assert found.genuine
    assert trusting.distrust(workspace, kept[0].digest[:12]) == ()
    assert not verify_bytes(pdf, workspace).report.signatures[0].trusted


def test_another_root_of_the_same_name_does_not_count(workspace, signed):
    key = ec.generate_private_key(ec.SECP256R1())
    trusting.trust(workspace, made("한국루트", "한국루트", key, key, authority=True).public_bytes(Encoding.PEM))
    assert not verify_bytes(signed[0], workspace).report.signatures[0].trusted


def test_a_self_made_certificate_is_told_as_one(signed):
    (one,) = verify(signed[2]).signatures
    assert (one.own, one.trusted) == (True, False)
    with speaking("en"):
        words = {
            signature_words("A", "now", "B", whole=True, trusted=trusted, own=own)
            for trusted, own in ((True, False), (False, True), (False, False))
        }
        assert len(words) == 3
        assert any("nobody else vouches" in one for one in words)


def test_what_is_no_certificate_is_refused(workspace):
    for file in (b"", b"hello", b"-----BEGIN CERTIFICATE-----\nxx\n-----END CERTIFICATE-----\n"):
        with pytest.raises(Refusal) as told:
            trusting.trust(workspace, file)
        assert told.value.code == "signing.root"
    for digest in ("", "abc"):
        with pytest.raises(Refusal):
            trusting.distrust(workspace, digest)
