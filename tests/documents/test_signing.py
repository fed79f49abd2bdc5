"""Signatures over a quotation: they hold for the whole file, a changed byte is found, another passphrase opens nothing."""

from __future__ import annotations

import datetime as dt
import io

import pikepdf
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import pkcs12
from cryptography.x509.oid import NameOID

from desktop_crm.documents import quote_pdf, signing
from desktop_crm.documents.preview import page_pictures
from desktop_crm.documents.verify import verify
from desktop_crm.foundation.errors import CrmError, Refusal
from tests.documents.test_archive import issued
from tests.domain.quotes.samples import korean_draft

PASSPHRASE = "열려라 참깨"


def container(*, days=365, name="(주)온누리오토메이션"):
    """A certificate of one's own, as a company that tries it out would have."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = dt.datetime.now(dt.UTC)
    usage = x509.KeyUsage(True, True, False, False, False, False, False, False, False)
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(7)
        .not_valid_before(now - dt.timedelta(days=400))
        .not_valid_after(now + dt.timedelta(days=days))
        .add_extension(usage, critical=True)
        .sign(key, hashes.SHA256())
    )
    cipher = serialization.BestAvailableEncryption(PASSPHRASE.encode())
    return pkcs12.serialize_key_and_certificates(b"company", key, made, None, cipher)


@pytest.fixture(scope="module")
def pdf():
    return quote_pdf.render(issued(korean_draft()), "ko")


@pytest.fixture(scope="module")
def signed(pdf):
    return signing.signed(pdf, container(), PASSPHRASE)


def test_a_signed_quotation_is_whole_and_says_who_signed(pdf, signed):
    assert signed.startswith(pdf)
    report = verify(signed)
    assert report.intact
    (one,) = report.signatures
    assert (one.by, one.whole, one.trusted) == ("(주)온누리오토메이션", True, False)
    assert verify(pdf).signatures == ()


@pytest.mark.parametrize("place", [0.7, 0.99])
def test_a_changed_byte_is_found(signed, place):
    changed = bytearray(signed)
    changed[int(len(signed) * place)] ^= 1
    try:
        report = verify(bytes(changed))
    except CrmError:
        return
    assert not report.intact


def test_what_is_appended_after_the_signature_is_found(signed):
    assert not verify(signed + b"\n% more\n").intact


def test_a_signature_does_not_make_an_altered_page_genuine(pdf):
    altered = signing.signed(pdf + b"\n%x\n", container(), PASSPHRASE)
    assert not verify(pdf + b"\n%x\n").intact
    assert altered.startswith(pdf)


def test_another_passphrase_and_what_is_no_container_are_refused():
    for held, word in ((container(), "wrong"), (b"nothing", PASSPHRASE), (b"", "")):
        with pytest.raises(Refusal) as refused:
            signing.certificate_of(held, word)
        assert refused.value.code == "signing.container"
    assert signing.certificate_of(container(), PASSPHRASE).name == "(주)온누리오토메이션"


def test_the_signature_is_seen_on_the_last_page_and_nowhere_over_the_text(pdf):
    seen = signing.signed(pdf, container(), PASSPHRASE, said="전자서명: (주)온누리오토메이션, 2026-11-22")
    assert seen.startswith(pdf)
    report = verify(seen)
    assert report.intact
    assert report.signatures[0].whole
    with pikepdf.open(io.BytesIO(seen)) as document:
        *before, last = document.pages
        (field,) = last.Annots
        assert not any("/Annots" in page for page in before)
        assert [int(side) for side in field.Rect] == list(signing._PLACE)
        fonts = [one for one in document.objects if isinstance(one, pikepdf.Dictionary) and one.get("/Type") == "/Font"]
        assert all("/FontFile2" in one.FontDescriptor for one in fonts), "the field brings no face from the reader"
    plain, shown = (page_pictures(one, 1.0, len(before), 1)[0] for one in (pdf, seen))
    foot = (plain.height - signing._PLACE[3] - 1) * plain.width * 4
    assert plain.rgba[:foot] == shown.rgba[:foot]
    assert plain.rgba[foot:] != shown.rgba[foot:]
    assert not verify(seen[:-200] + b"x" + seen[-199:]).intact
