"""Signatures in a PDF (PAdES and its elder `adbe.pkcs7.detached`), by pyHanko: that the bytes are those that were signed, and that what
was added behind them is no more than further signatures. Whom to trust is asked of our own list, as for envelopes."""

import io
from datetime import datetime
from typing import Final

from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.diff_analysis import DiffResult, ModificationLevel
from pyhanko.sign.validation.errors import SignatureValidationError
from pyhanko.sign.validation.generic_cms import validate_sig_integrity
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature

from dashboard.signatures.envelope import judged
from dashboard.signatures.findings import Finding, SignatureFault
from dashboard.signatures.trust import TrustList

_MOST: Final = 8
# What damaged files make of a parser that believes them.
_BROKEN: Final = (
    PdfError,
    SignatureValidationError,
    ValueError,
    TypeError,
    KeyError,
    IndexError,
    AttributeError,
    AssertionError,
    NotImplementedError,
    RecursionError,
    OSError,
    ArithmeticError,
)


def check(pdf: bytes, at: datetime, trust: TrustList) -> list[Finding]:
    """A finding for each signature in a PDF; one when they cannot be read."""
    try:
        # Not strict: the office programs that most documents come from write both kinds of cross-reference tables.
        found = PdfFileReader(io.BytesIO(pdf), strict=False).embedded_regular_signatures
    except _BROKEN:
        return [Finding("invalid", "pdf")]
    if len(found) > _MOST:
        return [Finding("invalid", "many")]
    return [_checked(one, at, trust) for one in found]


def _checked(one: EmbeddedPdfSignature, at: datetime, trust: TrustList) -> Finding:
    try:
        return _judged(one, at, trust)
    except SignatureFault as fault:
        return Finding("invalid", str(fault))
    except _BROKEN:
        return Finding("invalid", "pdf")


def _judged(one: EmbeddedPdfSignature, at: datetime, trust: TrustList) -> Finding:
    certificate = one.signer_cert
    intact, valid = validate_sig_integrity(one.signer_info, certificate, "data", one.compute_digest())
    if not valid:
        raise SignatureFault("value")
    if not intact:
        raise SignatureFault("digest")
    one.compute_integrity_info()  # type: ignore[no-untyped-call]
    changed = one.diff_result
    # More than further signatures and the fields that they fill in: somebody wrote behind the signature.
    if not isinstance(changed, DiffResult) or changed.modification_level > ModificationLevel.FORM_FILLING:
        raise SignatureFault("changed")
    if not one.summarise_integrity_info()["docmdp_ok"]:
        raise SignatureFault("changed")
    chain = (certificate.dump(), *(other.dump() for other in one.other_embedded_certs[:6]))
    return judged(chain, one.md_algorithm == "sha1", at, trust)
