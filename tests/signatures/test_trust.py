"""Whom we trust: what lies in the folder, for as long as it holds, and nobody by a detour."""

import datetime as dt
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from dashboard.errors import ConfigurationError
from dashboard.sandbox.authority import Authority, Holder
from dashboard.signatures.certificates import signer
from dashboard.signatures.findings import SignatureFault
from dashboard.signatures.trust import TrustList, fingerprint

AT = dt.datetime(2026, 9, 10, tzinfo=dt.UTC)
YEAR = dt.timedelta(days=365)
CA = x509.BasicConstraints(ca=True, path_length=None)
SIGNS = x509.KeyUsage(True, False, False, False, False, False, False, False, False)
ISSUES = x509.KeyUsage(False, False, False, False, False, True, True, False, False)


@dataclass
class Issuer:
    """An authority of a test."""

    name: str
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))

    @property
    def subject(self) -> x509.Name:
        """Its name."""
        return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, self.name)])

    def issue(self, who: "Issuer", *extensions: tuple[Any, bool], begins: dt.datetime = AT - YEAR, ends: dt.datetime = AT + YEAR) -> bytes:
        """A certificate for another, or for itself."""
        made = x509.CertificateBuilder().subject_name(who.subject).issuer_name(self.subject).public_key(who.key.public_key())
        made = made.not_valid_before(begins).not_valid_after(ends).serial_number(len(who.name) + 1)
        for extension, critical in extensions:
            made = made.add_extension(extension, critical=critical)
        return made.sign(self.key, hashes.SHA256()).public_bytes(Encoding.DER)

    def revoke(self, serial: int, since: dt.datetime, signed_by: "Issuer | None" = None) -> bytes:
        """Its list of revocations."""
        made = x509.CertificateRevocationListBuilder().issuer_name(self.subject).last_update(since).next_update(since + YEAR)
        made = made.add_revoked_certificate(x509.RevokedCertificateBuilder().serial_number(serial).revocation_date(since).build())
        return made.sign((signed_by or self).key, hashes.SHA256()).public_bytes(Encoding.DER)


ROOT, MIDDLE, OTHER, LEAF = (Issuer(name) for name in ("root", "middle", "other", "leaf"))
ROOT_DER = ROOT.issue(ROOT, (CA, True), (ISSUES, True))
MIDDLE_DER = ROOT.issue(MIDDLE, (CA, True), (ISSUES, True))
LEAF_DER = MIDDLE.issue(LEAF, (SIGNS, True))


def listed(folder: Path, **files: bytes) -> TrustList:
    """The list of a folder with these files (`root_pem` is `root.pem`)."""
    for name, content in files.items():
        stem, _, suffix = name.rpartition("_")
        (folder / f"{stem}.{suffix}").write_bytes(content)
    return TrustList.load(folder)


def test_a_path_leads_through_what_the_signature_brings_to_what_lies_in_the_folder(tmp_path: Path) -> None:
    trust = listed(tmp_path, root_der=ROOT_DER)
    assert trust.standing([LEAF_DER, MIDDLE_DER], AT) == ("valid", "")
    assert trust.standing([LEAF_DER, ROOT_DER, MIDDLE_DER], AT) == ("valid", "")
    assert trust.standing([LEAF_DER], AT) == ("untrusted", "chain")
    assert trust.standing([ROOT.issue(LEAF)], AT) == ("valid", "")
    assert listed(tmp_path, middle_cer=MIDDLE_DER).standing([LEAF_DER], AT) == ("valid", "")


def test_what_lies_in_the_folder_is_trusted_itself_and_issues_nothing_it_may_not(tmp_path: Path) -> None:
    trust = listed(tmp_path, leaf_crt=LEAF_DER)
    assert trust.standing([LEAF_DER], AT) == ("valid", "")
    assert trust.standing([LEAF.issue(OTHER)], AT) == ("untrusted", "chain")


@pytest.mark.parametrize(
    "middle",
    [
        ROOT.issue(MIDDLE),
        ROOT.issue(MIDDLE, (x509.BasicConstraints(ca=False, path_length=None), True)),
        ROOT.issue(MIDDLE, (CA, True), (SIGNS, True)),
        OTHER.issue(MIDDLE, (CA, True)),
        ROOT.issue(OTHER, (CA, True)),
        ROOT.issue(MIDDLE, (CA, True), (x509.NameConstraints([x509.DNSName("x")], None), True)),
        MIDDLE.issue(MIDDLE, (CA, True)),
    ],
)
def test_who_may_not_issue_is_no_step_of_a_path(tmp_path: Path, middle: bytes) -> None:
    assert listed(tmp_path, root_der=ROOT_DER).standing([LEAF_DER, middle], AT) == ("untrusted", "chain")


def test_a_root_that_allows_no_authority_below_it_is_obeyed(tmp_path: Path) -> None:
    strict = ROOT.issue(ROOT, (x509.BasicConstraints(ca=True, path_length=0), True))
    trust = listed(tmp_path, root_der=strict)
    assert trust.standing([ROOT.issue(LEAF)], AT)[0] == "valid"
    assert trust.standing([LEAF_DER, MIDDLE_DER], AT)[0] == "untrusted"


def test_a_certificate_for_something_else_does_not_sign(tmp_path: Path) -> None:
    trust = listed(tmp_path, root_der=ROOT_DER)
    assert trust.standing([ROOT.issue(LEAF, (ISSUES, True))], AT) == ("untrusted", "usage")
    unknown = x509.UnrecognizedExtension(x509.ObjectIdentifier("1.2.3.4"), b"x")
    assert trust.standing([ROOT.issue(LEAF, (unknown, True))], AT) == ("untrusted", "critical")
    assert trust.standing([ROOT.issue(LEAF, (unknown, False))], AT) == ("valid", "")


def test_all_of_a_path_must_be_valid_at_the_instant(tmp_path: Path) -> None:
    trust = listed(tmp_path, root_der=ROOT_DER)
    short = ROOT.issue(MIDDLE, (CA, True), ends=AT - dt.timedelta(days=1))
    assert trust.standing([LEAF_DER, short], AT) == ("expired", "expired")
    assert trust.standing([LEAF_DER, short], AT - dt.timedelta(days=2)) == ("valid", "")
    assert trust.standing([LEAF_DER, MIDDLE_DER], AT - 2 * YEAR) == ("expired", "not_yet")


def test_a_revocation_counts_from_its_day_and_only_from_who_issued(tmp_path: Path) -> None:
    serial = x509.load_der_x509_certificate(LEAF_DER).serial_number
    trust = listed(tmp_path, root_der=ROOT_DER, middle_crl=MIDDLE.revoke(serial, AT))
    assert trust.standing([LEAF_DER, MIDDLE_DER], AT) == ("revoked", "revoked")
    assert trust.standing([LEAF_DER, MIDDLE_DER], AT - dt.timedelta(days=1)) == ("valid", "")
    (tmp_path / "middle.crl").write_bytes(MIDDLE.revoke(serial, AT, signed_by=OTHER))
    assert TrustList.load(tmp_path).standing([LEAF_DER, MIDDLE_DER], AT) == ("valid", ""), "somebody else signed the list"
    middle = x509.load_der_x509_certificate(MIDDLE_DER).serial_number
    (tmp_path / "middle.crl").write_bytes(ROOT.revoke(middle, AT))
    assert TrustList.load(tmp_path).standing([LEAF_DER, MIDDLE_DER], AT) == ("revoked", "revoked")


def test_a_circle_of_issuers_ends(tmp_path: Path) -> None:
    circle = [OTHER.issue(MIDDLE, (CA, True)), MIDDLE.issue(OTHER, (CA, True))]
    assert listed(tmp_path, root_der=ROOT_DER).standing([LEAF_DER, *circle], AT) == ("untrusted", "chain")


def test_pem_and_der_are_read_and_a_file_that_is_neither_is_named(tmp_path: Path) -> None:
    pem = x509.load_der_x509_certificate(ROOT_DER).public_bytes(Encoding.PEM)
    both = listed(tmp_path, both_pem=pem + x509.load_der_x509_certificate(MIDDLE_DER).public_bytes(Encoding.PEM))
    assert len(both.anchors) == 2
    (tmp_path / "README.md").write_text("x")
    seen = fingerprint(tmp_path)
    assert TrustList.load(tmp_path).anchors.keys() == both.anchors.keys()
    for content in (b"", b"hello", LEAF_DER[:-5], b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"):
        (tmp_path / "bad.crt").write_bytes(content)
        with pytest.raises(ConfigurationError, match=r"bad\.crt"):
            TrustList.load(tmp_path)
    assert fingerprint(tmp_path) != seen
    assert TrustList.load(tmp_path / "nowhere") == TrustList()
    assert fingerprint(tmp_path / "nowhere") == frozenset()


def test_a_huge_certificate_is_refused() -> None:
    huge = ROOT.issue(LEAF, (x509.UnrecognizedExtension(x509.ObjectIdentifier("1.2.3.4"), b"x" * 20_000), False))
    with pytest.raises(SignatureFault, match="certificate_large"):
        TrustList().standing([huge], AT)


def named(*parts: tuple[x509.ObjectIdentifier, str]) -> bytes:
    """A certificate of a holder with that name."""
    made = x509.CertificateBuilder().subject_name(x509.Name([x509.NameAttribute(oid, text) for oid, text in parts]))
    made = made.issuer_name(ROOT.subject).public_key(ROOT.key.public_key()).serial_number(1)
    return made.not_valid_before(AT - YEAR).not_valid_after(AT).sign(ROOT.key, hashes.SHA256()).public_bytes(Encoding.DER)


CN, ORG, UID, SN = NameOID.COMMON_NAME, NameOID.ORGANIZATION_NAME, NameOID.USER_ID, NameOID.SERIAL_NUMBER


@pytest.mark.parametrize(
    ("parts", "kind"),
    [
        (((CN, "Nguyễn Thị Thử"), (UID, "CCCD:000000000001")), "person"),
        (((CN, "Nguyễn Thị Thử"), (ORG, "UBND tỉnh A"), (UID, "MST:0100000000"), (UID, "CMND:000000001")), "person"),
        (((CN, "Nguyễn Thị Thử"), (SN, "HC:B0000001")), "person"),
        (((CN, "Nguyễn Thị Thử"), (NameOID.TITLE, "Chủ tịch")), "person"),
        (((CN, "Nguyễn Thị Thử"), (ORG, "UBND tỉnh A")), "person"),
        (((CN, "Sở Y tế"), (ORG, "UBND thành phố A"), (UID, "MST:0400000000"), (UID, "MNS:1000000")), "agency"),
        (((CN, "UBND tỉnh A"), (ORG, "Chính phủ")), "agency"),
        (((CN, "Đoàn A"), (ORG, "Đoàn A")), "agency"),
        (((CN, "gateway-01"),), "unknown"),
        (((ORG, "UBND tỉnh A"),), "unknown"),
    ],
)
def test_persons_and_agencies_are_told_apart(parts: tuple[tuple[x509.ObjectIdentifier, str], ...], kind: str) -> None:
    assert signer(named(*parts)).kind == kind


def test_a_person_is_the_same_under_another_certificate() -> None:
    papers = (UID, "CCCD:000000000001")
    one, other = named((CN, "Nguyễn Thị Thử"), papers), named((CN, "NGUYEN THI THU"), (ORG, "UBND tỉnh A"), papers)
    assert signer(one).identity == signer(other).identity == "CCCD:000000000001"


def test_the_sandboxs_authority_is_as_it_says(tmp_path: Path) -> None:
    authority = Authority()
    authority.publish(tmp_path, ["A"])
    trust = TrustList.load(tmp_path)
    for standing, state in (("good", "valid"), ("expired", "expired"), ("revoked", "revoked"), ("stranger", "untrusted")):
        made = authority.issued(Holder("A"), standing).public_bytes(Encoding.DER)  # type: ignore[arg-type]
        assert trust.standing([made], AT)[0] == state
    assert signer(authority.issued(Holder("A")).public_bytes(Encoding.DER)).kind == "agency"
    assert signer(authority.issued(Holder("A", 3)).public_bytes(Encoding.DER)).kind == "person"
