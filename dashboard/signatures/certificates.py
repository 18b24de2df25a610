"""Certificates as signatures bring them: read within bounds, and told apart by whose they are.

Practice in Viet Nam, seen in public samples: the subject's UID (0.9.2342.19200300.100.1.1), sometimes its serialNumber or
organizationIdentifier, says what identifies the holder. `CCCD:`, `CMND:`, `HC:` are a person's papers; `MST:` (tax code) and `MNS:`
(code of a budget user) belong to organisations. A person's certificate may name the organisation too, an agency's never names a person's
papers. Certificates of the government's own authority often have no UID; then the common name tells.
"""

import re
from functools import lru_cache
from typing import Final, Literal
from unicodedata import normalize

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import NameOID

from dashboard.signatures.findings import SignatureFault, Signer

LARGEST: Final = 16 * 1024
"""Bytes of one certificate; those in use have two to four thousand."""
RSA_BITS: Final = range(1024, 8193)
_EXPONENT_LARGEST: Final = 2**33

PublicKey = rsa.RSAPublicKey | ec.EllipticCurvePublicKey

_PERSON: Final = re.compile(r"(?:CCCD|CMND|CMT|HC|PNOVN|IDCVN|PASVN)\W", re.ASCII)
_AGENCY: Final = re.compile(r"(?:MST|MNS|MDD|VATVN|NTRVN)\W", re.ASCII)
_PERSONAL: Final = (NameOID.GIVEN_NAME, NameOID.SURNAME, NameOID.TITLE)
_IDENTIFYING: Final = (NameOID.USER_ID, NameOID.SERIAL_NUMBER, NameOID.ORGANIZATION_IDENTIFIER)
_OFFICE: Final = re.compile(
    r"(?:ủy ban|uỷ ban|ubnd|hđnd|hội đồng|văn phòng|sở|bộ|cục|chi cục|tổng cục|vụ|phòng|ban|trung tâm|trường|viện|thanh tra|kho bạc"
    r"|chính phủ|tỉnh|thành phố|huyện|quận|xã|phường|thị trấn|công ty|tổng công ty|tập đoàn|ngân hàng|bảo hiểm|bệnh viện|liên đoàn)\b"
)


@lru_cache(maxsize=4096)
def certificate(der: bytes) -> x509.Certificate:
    """The certificate in these bytes. Raises SignatureFault for one that cannot be read or is larger than any in use."""
    if len(der) > LARGEST:
        raise SignatureFault("certificate_large")
    try:
        found = x509.load_der_x509_certificate(der)
        # Read now what is read lazily, so that a fault inside shows here and nowhere else.
        _ = (found.subject, found.issuer, found.extensions, found.not_valid_before_utc, found.not_valid_after_utc)
    except (ValueError, TypeError, UnsupportedAlgorithm, x509.InvalidVersion, x509.DuplicateExtension):
        raise SignatureFault("certificate") from None
    return found


@lru_cache(maxsize=4096)
def public_key(der: bytes) -> PublicKey:
    """The key of the certificate in these bytes. Raises SignatureFault for kinds and sizes that are not in use."""
    try:
        key = certificate(der).public_key()
    except (ValueError, UnsupportedAlgorithm):
        raise SignatureFault("key") from None
    return checked(key)


def checked(key: object) -> PublicKey:
    """The key, when it is of a kind and size in use: others are no proof, or only take time. Raises SignatureFault."""
    if isinstance(key, rsa.RSAPublicKey) and key.key_size in RSA_BITS and key.public_numbers().e < _EXPONENT_LARGEST:
        return key
    if isinstance(key, ec.EllipticCurvePublicKey) and 224 <= key.key_size <= 521:
        return key
    raise SignatureFault("key")


@lru_cache(maxsize=4096)
def signer(der: bytes) -> Signer:
    """Whose certificate it is. Raises SignatureFault."""
    subject = certificate(der).subject
    told = [text for oid in _IDENTIFYING for text in _texts(subject, oid)]
    papers = sorted(text for text in told if _PERSON.match(text + " "))
    if papers:
        return Signer("person", papers[0])
    whole = subject.rfc4514_string()
    if any(_texts(subject, oid) for oid in _PERSONAL):
        return Signer("person", whole)
    if any(_AGENCY.match(text + " ") for text in told):
        return Signer("agency", whole)
    return Signer(_by_name(subject), whole)


def _by_name(subject: x509.Name) -> Literal["person", "agency", "unknown"]:
    names = [text.lower() for text in _texts(subject, NameOID.COMMON_NAME)]
    within = {text.lower() for oid in (NameOID.ORGANIZATION_NAME, NameOID.ORGANIZATIONAL_UNIT_NAME) for text in _texts(subject, oid)}
    if any(_OFFICE.match(name) or name in within for name in names):
        return "agency"
    return "person" if names and within else "unknown"


def _texts(subject: x509.Name, oid: x509.ObjectIdentifier) -> list[str]:
    values = (one.value for one in subject.get_attributes_for_oid(oid))
    return [" ".join(normalize("NFC", value).split()) for value in values if isinstance(value, str) and value.strip()]
