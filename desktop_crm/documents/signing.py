"""Signatures over finished documents: PAdES with a company's certificate, and what a file's signatures are worth.

Bytes in, bytes out; asks no network. The library is loaded when the first document is signed or a signature is met.
"""

from __future__ import annotations

import io
import logging
from datetime import datetime
from typing import Final, NamedTuple

from cryptography import x509
from cryptography.hazmat.primitives.serialization import pkcs12
from cryptography.x509.oid import NameOID

from desktop_crm.domain.quotes.verdicts import Signed
from desktop_crm.foundation.errors import Refusal

_FIELD: Final = "Signature1"


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


def signed(pdf: bytes, container: bytes, passphrase: str, *, reason: str = "") -> bytes:
    """The document with a PAdES signature appended; what was there before stays byte for byte. Raises Refusal `signing.container`."""
    certificate_of(container, passphrase)
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
    from pyhanko.sign import fields, signers

    signer = signers.SimpleSigner.load_pkcs12_data(container, [], passphrase.encode())
    if signer is None:
        raise Refusal("signing.container")
    what = signers.PdfSignatureMetadata(
        field_name=_FIELD, md_algorithm="sha256", subfilter=fields.SigSeedSubFilter.PADES, reason=reason or None
    )
    target = io.BytesIO()
    signers.PdfSigner(what, signer).sign_pdf(IncrementalPdfFileWriter(io.BytesIO(pdf)), output=target)
    return target.getvalue()


def signatures_of(pdf: bytes) -> tuple[Signed, ...]:
    """The signatures in a file, checked offline: whether each still holds for what it covers, and covers all of the file."""
    from asn1crypto import parser
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
        reader = PdfFileReader(io.BytesIO(pdf))
        for one in reader.embedded_signatures:
            status = validate_pdf_signature(one, ValidationContext(trust_roots=[], allow_fetching=False))
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
