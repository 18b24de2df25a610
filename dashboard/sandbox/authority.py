"""A certificate authority that is made when the play begins, and trusted for simulated messages only: its keys are written nowhere.

Real mathematics over made-up holders: agencies named as simulated, and persons that are nobody, with papers of zeros. Some certificates
have ended, some are revoked, and some were issued by a stranger of the same kind whom no list of trust names.
"""

import datetime as dt
from dataclasses import dataclass
from functools import cached_property
from hashlib import blake2b
from pathlib import Path
from typing import Final, Literal

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

NAME: Final = "Cơ quan chứng thực MÔ PHỎNG"
STRANGER: Final = "Cơ quan chứng thực lạ (mô phỏng)"
Standing = Literal["good", "expired", "revoked", "stranger"]

_BEGINS, _ENDS = dt.datetime(2018, 1, 1, tzinfo=dt.UTC), dt.datetime(2040, 1, 1, tzinfo=dt.UTC)
_ENDED, _REVOKED = dt.datetime(2019, 6, 30, tzinfo=dt.UTC), dt.datetime(2019, 9, 30, tzinfo=dt.UTC)
_UTC_TIME_LAST: Final = dt.datetime(2049, 12, 31, tzinfo=dt.UTC)


@dataclass(frozen=True, slots=True)
class Holder:
    """Whose certificate it is: an agency, or, with a number, one of its persons."""

    agency: str
    person: int | None = None

    @property
    def name(self) -> x509.Name:
        """As certificates in use name their holders."""
        told = [(NameOID.COUNTRY_NAME, "VN"), (NameOID.ORGANIZATION_NAME, self.agency[:64])]
        if self.person is None:
            told += [(NameOID.COMMON_NAME, self.agency[:64]), (NameOID.USER_ID, "MST:0000000000")]
        else:
            told += [(NameOID.COMMON_NAME, f"Người ký mô phỏng {self.person}"), (NameOID.USER_ID, f"CCCD:{self.person:012d}")]
        return x509.Name([x509.NameAttribute(oid, text) for oid, text in told])


class Authority:
    """Issues certificates over one key of all holders: making a key takes longer than all else here."""

    def issued(self, holder: Holder, standing: Standing = "good") -> x509.Certificate:
        """The certificate of a holder; the same each time it is asked for."""
        asked = (holder, standing)
        if asked not in self._issued:
            self._issued[asked] = self._made(holder, standing)
        return self._issued[asked]

    def publish(self, folder: Path, agencies: list[str]) -> None:
        """Puts its certificate and its list of revocations of these agencies into a folder, whole files in the place of old ones."""
        folder.mkdir(parents=True, exist_ok=True)
        for name, content in (("authority.pem", self.root.public_bytes(Encoding.PEM)), ("revoked.crl", self._revocations(agencies))):
            part = folder / f".{name}.part"
            part.write_bytes(content)
            part.replace(folder / name)

    @cached_property
    def key(self) -> rsa.RSAPrivateKey:
        """The key that all holders sign with."""
        return rsa.generate_private_key(public_exponent=65537, key_size=2048)

    @cached_property
    def root(self) -> x509.Certificate:
        """The authority's own certificate."""
        return self._root(NAME)

    @cached_property
    def _root_key(self) -> rsa.RSAPrivateKey:
        return rsa.generate_private_key(public_exponent=65537, key_size=2048)

    @cached_property
    def _issued(self) -> dict[tuple[Holder, Standing], x509.Certificate]:
        return {}

    def _root(self, name: str) -> x509.Certificate:
        subject = _authority(name)
        usage = x509.KeyUsage(False, False, False, False, False, True, True, False, False)
        made = self._builder(subject, subject, self._root_key).serial_number(x509.random_serial_number())
        made = made.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True).add_extension(usage, critical=True)
        return made.sign(self._root_key, hashes.SHA256())

    def _made(self, holder: Holder, standing: Standing) -> x509.Certificate:
        stranger = standing == "stranger"
        usage = x509.KeyUsage(True, True, False, False, False, False, False, False, False)
        made = self._builder(holder.name, _authority(STRANGER if stranger else NAME), self.key, _ENDED if standing == "expired" else _ENDS)
        made = made.serial_number(_serial(holder, standing)).add_extension(usage, critical=True)
        return made.sign(self.key if stranger else self._root_key, hashes.SHA256())

    def _builder(self, subject: x509.Name, issuer: x509.Name, key: rsa.RSAPrivateKey, ends: dt.datetime = _ENDS) -> x509.CertificateBuilder:
        made = x509.CertificateBuilder().subject_name(subject).issuer_name(issuer).public_key(key.public_key())
        return made.not_valid_before(_BEGINS).not_valid_after(ends)

    def _revocations(self, agencies: list[str]) -> bytes:
        made = x509.CertificateRevocationListBuilder().issuer_name(self.root.subject).last_update(_REVOKED).next_update(_UTC_TIME_LAST)
        for agency in agencies:
            serial = _serial(Holder(agency), "revoked")
            entry = x509.RevokedCertificateBuilder().serial_number(serial).revocation_date(_REVOKED).build()
            made = made.add_revoked_certificate(entry)
        return made.sign(self._root_key, hashes.SHA256()).public_bytes(Encoding.DER)


def _authority(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COUNTRY_NAME, "VN"), x509.NameAttribute(NameOID.COMMON_NAME, name)])


def _serial(holder: Holder, standing: Standing) -> int:
    """Known before the certificate is made, so that the list of revocations can be published first."""
    return int.from_bytes(blake2b(f"{holder.agency}|{holder.person}|{standing}".encode(), digest_size=12).digest()) | 1
