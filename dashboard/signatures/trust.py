"""Whom we trust: a folder of certificates (PEM or DER) and revocation lists. What lies there is trusted, nothing else is, and nothing is
fetched.

A path is judged at the instant of sending, not of looking: a document of last year does not become worthless when its signer's
certificate ends, and the same bytes under the same folder always give the same finding. Rules after RFC 5280, less what is not in use:
policies, name constraints, indirect and partial revocation lists. A critical extension that is not known here breaks the path.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from types import MappingProxyType
from typing import Final, TypeVar

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtensionOID

from dashboard.errors import ConfigurationError
from dashboard.signatures.certificates import certificate
from dashboard.signatures.findings import SignatureFault, State

FILES: Final = (".pem", ".crt", ".cer", ".der", ".crl")
_LONGEST: Final = 6
_REMEMBERED: Final = 8192
_KNOWN: Final = frozenset(
    {
        ExtensionOID.BASIC_CONSTRAINTS,
        ExtensionOID.KEY_USAGE,
        ExtensionOID.EXTENDED_KEY_USAGE,
        ExtensionOID.CERTIFICATE_POLICIES,
        ExtensionOID.SUBJECT_ALTERNATIVE_NAME,
        ExtensionOID.SUBJECT_KEY_IDENTIFIER,
        ExtensionOID.AUTHORITY_KEY_IDENTIFIER,
        ExtensionOID.CRL_DISTRIBUTION_POINTS,
        ExtensionOID.AUTHORITY_INFORMATION_ACCESS,
    }
)
_EVER: Final = datetime.max.replace(tzinfo=UTC)

Item = TypeVar("Item")
Extension = TypeVar("Extension", bound=x509.ExtensionType)
Revoked = Mapping[int, datetime]
"""Serial number to the instant from which a certificate counts no longer."""


@dataclass(frozen=True, slots=True)
class Ascent:
    """What was learned of a certificate once: whether a path leads to somebody trusted, from when to when all of it is valid, and since
    when a part of it is revoked."""

    fault: str
    begins: datetime = _EVER
    ends: datetime = _EVER
    revoked_at: datetime = _EVER


@dataclass(frozen=True)
class TrustList:
    """Trusted certificates by their subject, and revocation lists by their issuer."""

    anchors: Mapping[bytes, tuple[x509.Certificate, ...]] = field(default_factory=dict)
    lists: Mapping[bytes, tuple[x509.CertificateRevocationList, ...]] = field(default_factory=dict)
    _revoked: dict[bytes, Revoked] = field(default_factory=dict, compare=False, repr=False)
    _paths: dict[tuple[bytes, ...], Ascent] = field(default_factory=dict, compare=False, repr=False)

    @classmethod
    def load(cls, folder: Path) -> "TrustList":
        """What lies in a folder; one that is not there trusts nobody. Raises ConfigurationError naming a file that cannot be read."""
        anchors: dict[bytes, list[x509.Certificate]] = {}
        lists: dict[bytes, list[x509.CertificateRevocationList]] = {}
        for path in sorted(folder.iterdir()) if folder.is_dir() else ():
            if path.suffix.lower() in FILES and path.is_file():
                found, revoking = _read(path)
                for one in found:
                    anchors.setdefault(one.subject.public_bytes(), []).append(one)
                for other in revoking:
                    lists.setdefault(other.issuer.public_bytes(), []).append(other)
        return cls(_frozen(anchors), _frozen(lists))

    def standing(self, chain: Sequence[bytes], at: datetime) -> tuple[State, str]:
        """What a signer's certificate is worth at an instant, and why; `chain` is it and whatever else the signature brought (DER).

        Raises SignatureFault for a certificate that cannot be read.
        """
        key = tuple(chain)
        path = self._paths.get(key)
        if path is None:
            if len(self._paths) >= _REMEMBERED:
                self._paths.clear()
            path = self._paths[key] = self._path(chain)
        if path.fault:
            return "untrusted", path.fault
        if path.revoked_at <= at:
            return "revoked", "revoked"
        if not path.begins <= at <= path.ends:
            return "expired", "expired" if at > path.ends else "not_yet"
        return "valid", ""

    def _path(self, chain: Sequence[bytes]) -> Ascent:
        first, *others = (certificate(der) for der in chain)
        if fault := _fault_of_signer(first):
            return Ascent(fault)
        found = self._climb(first, others, _LONGEST)
        if found is None:
            return Ascent("chain")
        revoked = [self._revoked_at(one, issuer) for one, issuer in pairwise(found)]
        ends = min(one.not_valid_after_utc for one in found)
        return Ascent("", max(one.not_valid_before_utc for one in found), ends, min(revoked, default=_EVER))

    def _climb(self, one: x509.Certificate, others: Sequence[x509.Certificate], steps: int) -> list[x509.Certificate] | None:
        """The certificate and those above it, up to one that is trusted; None when none is reached."""
        if one in self.anchors.get(one.subject.public_bytes(), ()):
            return [one]
        for issuer in self.anchors.get(one.issuer.public_bytes(), ()):
            if _issued(issuer, one, _LONGEST - steps, is_anchor=True):
                return [one, issuer]
        for issuer in others if steps > 1 else ():
            if issuer is not one and issuer.subject == one.issuer and _issued(issuer, one, _LONGEST - steps, is_anchor=False):
                above = self._climb(issuer, [other for other in others if other is not issuer], steps - 1)
                if above is not None:
                    return [one, *above]
        return None

    def _revoked_at(self, one: x509.Certificate, issuer: x509.Certificate) -> datetime:
        return self._revoked_by(issuer).get(one.serial_number, _EVER)

    def _revoked_by(self, issuer: x509.Certificate) -> Revoked:
        """What an issuer's own lists revoke; a list that the issuer did not sign says nothing."""
        der = issuer.public_bytes(Encoding.DER)
        if der not in self._revoked:
            lists = [one for one in self.lists.get(issuer.subject.public_bytes(), ()) if _is_of(one, issuer)]
            found: dict[int, datetime] = {}
            for serial, since in (pair for one in lists for pair in _entries(one)):
                found[serial] = min(since, found.get(serial, since))
            self._revoked[der] = found
        return self._revoked[der]


def fingerprint(folder: Path) -> frozenset[tuple[str, int, int]]:
    """Names, times and sizes of what lies in the folder: changes when the list does."""
    try:
        found = [(path.name, path.stat()) for path in folder.iterdir() if path.suffix.lower() in FILES]
    except OSError:
        return frozenset()
    return frozenset((name, state.st_mtime_ns, state.st_size) for name, state in found)


def _frozen(found: Mapping[bytes, list[Item]]) -> Mapping[bytes, tuple[Item, ...]]:
    return MappingProxyType({name: tuple(ones) for name, ones in found.items()})


def _read(path: Path) -> tuple[list[x509.Certificate], list[x509.CertificateRevocationList]]:
    try:
        content = path.read_bytes()
        if b"-----BEGIN X509 CRL-----" in content:
            return [], [x509.load_pem_x509_crl(content)]
        if b"-----BEGIN CERTIFICATE-----" in content:
            return [certificate(one.public_bytes(Encoding.DER)) for one in x509.load_pem_x509_certificates(content)], []
        if path.suffix.lower() == ".crl":
            return [], [x509.load_der_x509_crl(content)]
        return [certificate(content)], []
    except OSError as error:
        raise ConfigurationError(f"{path}: cannot be read ({error.strerror})") from None
    except (ValueError, TypeError, UnsupportedAlgorithm, SignatureFault):
        raise ConfigurationError(f"{path}: neither a certificate nor a revocation list that can be read") from None


def _fault_of_signer(one: x509.Certificate) -> str:
    usage = _extension(one, x509.KeyUsage)
    if usage is not None and not (usage.digital_signature or usage.content_commitment):
        return "usage"
    return "" if _knows_critical(one) else "critical"


def _issued(issuer: x509.Certificate, one: x509.Certificate, below: int, *, is_anchor: bool) -> bool:
    """Whether it did, and might; `below` are the authorities between it and the signer."""
    limits, usage = _extension(issuer, x509.BasicConstraints), _extension(issuer, x509.KeyUsage)
    # An old root may say nothing of itself; that it lies in the folder says enough.
    may = limits.ca if limits is not None else is_anchor and issuer.subject == issuer.issuer
    if not may or (usage is not None and not usage.key_cert_sign) or not _knows_critical(issuer):
        return False
    if limits is not None and limits.path_length is not None and below > limits.path_length:
        return False
    try:
        one.verify_directly_issued_by(issuer)
    except (ValueError, TypeError, InvalidSignature, UnsupportedAlgorithm):
        return False
    return True


def _knows_critical(one: x509.Certificate) -> bool:
    return all(not extension.critical or extension.oid in _KNOWN for extension in one.extensions)


def _extension(one: x509.Certificate, kind: type[Extension]) -> Extension | None:
    return next((found.value for found in one.extensions if isinstance(found.value, kind)), None)


def _is_of(one: x509.CertificateRevocationList, issuer: x509.Certificate) -> bool:
    key = issuer.public_key()
    try:
        return isinstance(key, rsa.RSAPublicKey | ec.EllipticCurvePublicKey) and one.is_signature_valid(key)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        return False


def _entries(one: x509.CertificateRevocationList) -> Iterator[tuple[int, datetime]]:
    for entry in one:
        reasons = [found.value.reason for found in entry.extensions if isinstance(found.value, x509.CRLReason)]
        if x509.ReasonFlags.remove_from_crl not in reasons:
            yield entry.serial_number, entry.revocation_date_utc
