"""Signatures over finished documents: PAdES with a company's certificate, and what a file's signatures are worth.

Bytes in, bytes out; asks no network. The library is loaded when the first document is signed or a signature is met.
"""

from __future__ import annotations

import io
import logging
import tempfile
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Final, NamedTuple

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding, pkcs12
from cryptography.x509.oid import NameOID

from desktop_crm.documents import fonts
from desktop_crm.documents.fonts import Face
from desktop_crm.documents.quote_pdf import ONE_AT_A_TIME
from desktop_crm.documents.sheet import Description, Ink, Sheet, Style
from desktop_crm.domain.quotes.verdicts import Signed
from desktop_crm.foundation.errors import Refusal

_FIELD: Final = "Signature1"
_PLACE: Final = (42, 11, 402, 27)
"""Where the signature is seen: left, bottom, right, top in points, below the foot of a page, where nothing else stands."""
_SAID: Final = Style(Face.REGULAR, 7.5, 10, Ink.SECONDARY)


class Root(NamedTuple):
    """A certificate whose word counts: whose it is, until when, its SHA-256, itself (DER)."""

    name: str
    until: datetime
    digest: str
    der: bytes


class Certificate(NamedTuple):
    """A certificate in words: whose it is, who made it, when it ends."""

    name: str
    issuer: str
    until: datetime


def certificate_of(container: bytes, passphrase: str) -> Certificate:
    """What a PKCS#12 container holds. Raises Refusal `signing.container` for a wrong passphrase, a broken file, or no key."""
    try:
        key, certificate, _ = pkcs12.load_key_and_certificates(container, passphrase.encode())
    except (ValueError, TypeError) as error:
        raise Refusal("signing.container") from error
    if key is None or certificate is None:
        raise Refusal("signing.container")
    until = certificate.not_valid_after_utc
    return Certificate(_name(certificate.subject), _name(certificate.issuer), until)


def signed(pdf: bytes, container: bytes, passphrase: str, *, reason: str = "", said: str = "") -> bytes:
    """The document with a PAdES signature appended; what was there before stays byte for byte. `said`: what stands in the
    signature's field at the foot of the last page; empty for a field nobody sees. Raises Refusal `signing.container`.
    """
    certificate_of(container, passphrase)
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
    from pyhanko.sign import fields, signers

    signer = signers.SimpleSigner.load_pkcs12_data(container, [], passphrase.encode())
    if signer is None:
        raise Refusal("signing.container")
    what = signers.PdfSignatureMetadata(
        field_name=_FIELD, md_algorithm="sha256", subfilter=fields.SigSeedSubFilter.PADES, reason=reason or None
    )
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
    target = io.BytesIO()
    if not said:
        signers.PdfSigner(what, signer).sign_pdf(writer, output=target)
        return target.getvalue()
    from pyhanko.pdf_utils.content import ImportedPdfPage
    from pyhanko.pdf_utils.layout import AxisAlignment as Axis
    from pyhanko.pdf_utils.layout import Margins, SimpleBoxLayoutRule
    from pyhanko.stamp import StaticStampStyle

    place = fields.SigFieldSpec(sig_field_name=_FIELD, on_page=-1, box=_PLACE)
    with tempfile.TemporaryDirectory() as folder:
        look = Path(folder) / "field.pdf"  # the library takes a page from a file alone
        look.write_bytes(_seen(said))
        layout = SimpleBoxLayoutRule(x_align=Axis.ALIGN_MIN, y_align=Axis.ALIGN_MIN, margins=Margins(0, 0, 0, 0))
        page = ImportedPdfPage(str(look))  # type: ignore[no-untyped-call]
        style = StaticStampStyle(background=page, background_layout=layout, border_width=0, background_opacity=1)
        signers.PdfSigner(what, signer, stamp_style=style, new_field_spec=place).sign_pdf(writer, output=target)
    return target.getvalue()


def _seen(said: str) -> bytes:
    """What stands in the field: one line in the documents' own face."""
    left, bottom, right, top = _PLACE
    with ONE_AT_A_TIME:
        said_of = Description(title=said, author="", subject="", language="ko-KR")
        sheet = Sheet(said_of, (right - left, top - bottom))
        sheet.box(0, 3, 2.5, top - bottom - 3, Ink.ACCENT)
        sheet.text(8, 11, fonts.fitted(said, _SAID.face, _SAID.size, right - left - 10), _SAID)
        return sheet.finished()


def roots_in(file: bytes) -> tuple[Root, ...]:
    """The certificates of a file (PEM with any number of them, or DER). Raises Refusal `signing.root`."""
    try:
        if b"-----BEGIN" in file:
            found = x509.load_pem_x509_certificates(file)
        else:
            found = [x509.load_der_x509_certificate(file)]
    except (ValueError, TypeError) as error:
        raise Refusal("signing.root") from error
    return tuple(
        Root(
            _name(one.subject),
            one.not_valid_after_utc,
            one.fingerprint(hashes.SHA256()).hex(),
            one.public_bytes(Encoding.DER),
        )
        for one in found
    )


def signatures_of(pdf: bytes, roots: Sequence[bytes] = ()) -> tuple[Signed, ...]:
    """The signatures in a file, checked offline: whether each still holds for what it covers, and covers all of the file; and
    whether the chain of its certificate leads to one of the `roots` (DER).
    """
    from asn1crypto import parser
    from asn1crypto.x509 import Certificate as Asn1Certificate
    from pyhanko.pdf_utils.misc import PdfReadError
    from pyhanko.pdf_utils.reader import PdfFileReader
    from pyhanko.sign.general import SigningError
    from pyhanko.sign.validation import validate_pdf_signature
    from pyhanko.sign.validation.errors import SignatureValidationError
    from pyhanko.sign.validation.status import SignatureCoverageLevel
    from pyhanko_certvalidator import ValidationContext

    quiet = logging.getLogger("pyhanko")
    before, quiet.disabled = quiet.disabled, True
    logging.getLogger("pyhanko_certvalidator").setLevel(logging.CRITICAL)
    logging.getLogger("pyhanko.sign").setLevel(logging.CRITICAL)
    found: list[Signed] = []
    try:
        trust_roots = [Asn1Certificate.load(one) for one in roots]
        reader = PdfFileReader(io.BytesIO(pdf))
        for one in reader.embedded_signatures:
            status = validate_pdf_signature(one, ValidationContext(trust_roots=trust_roots, allow_fetching=False))
            certificate = status.signing_cert
            at = status.signer_reported_dt
            raw = one.pkcs7_content
            clean = not any(raw[parser.peek(raw) :])  # room that was left over in the file, covered by no signature
            covered = status.coverage is SignatureCoverageLevel.ENTIRE_FILE
            found.append(
                Signed(
                    by=str(certificate.subject.native.get("common_name") or certificate.subject.human_friendly),
                    at=at.isoformat() if at is not None else "",
                    whole=bool(status.intact and status.valid and covered and clean),
                    trusted=bool(status.trusted),
                    issuer=str(certificate.issuer.native.get("common_name") or certificate.issuer.human_friendly),
                    own=certificate.self_issued,
                )
            )
    except (PdfReadError, SignatureValidationError, SigningError, ValueError, TypeError, KeyError) as error:
        found.append(Signed(by="", at="", whole=False, trusted=False))
        logging.getLogger(__name__).debug("a signature that cannot be read: %s", type(error).__name__)
    finally:
        quiet.disabled = before
    return tuple(found)


def _name(name: x509.Name) -> str:
    common = name.get_attributes_for_oid(NameOID.COMMON_NAME)
    return str(common[0].value) if common else name.rfc4514_string()
