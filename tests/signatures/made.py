"""Signed messages for tests: an authority of their own, and a pen that signs in whatever way a test wants."""

import base64
import hashlib
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cache
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.serialization import Encoding
from lxml import etree

from dashboard.feeds.edxml import tree
from dashboard.sandbox.authority import Authority, Holder, Standing
from dashboard.signatures import envelope
from dashboard.signatures.findings import Finding
from dashboard.signatures.trust import TrustList
from tests.messages import Document

AT = datetime(2026, 9, 10, 8, 30, tzinfo=UTC)
DS = "http://www.w3.org/2000/09/xmldsig#"
EXCLUSIVE = "http://www.w3.org/2001/10/xml-exc-c14n#"
INCLUSIVE = "http://www.w3.org/TR/2001/REC-xml-c14n-20010315"
ENVELOPED = f"{DS}enveloped-signature"
RSA_SHA256 = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"
SHA256 = "http://www.w3.org/2001/04/xmlenc#sha256"
AGENCY = Holder("UBND tỉnh Bắc Ninh (thử nghiệm)")
PERSON = Holder("UBND tỉnh Bắc Ninh (thử nghiệm)", 7)


@cache
def authority() -> Authority:
    """One for all tests: keys take long to make."""
    return Authority()


@cache
def trust() -> TrustList:
    """Trusts that authority, and knows whom it revoked."""
    from cryptography import x509

    revoked = x509.load_der_x509_crl(authority()._revocations([AGENCY.agency]))
    root = authority().root
    return TrustList({root.subject.public_bytes(): (root,)}, {root.subject.public_bytes(): (revoked,)})


def check(content: bytes, at: datetime, whom: TrustList) -> list[Finding]:
    """The findings about the envelope of a message."""
    return envelope.check(tree(content, as_signed=True), at, whom)


def message(**changes: Any) -> bytes:
    """A document's message without a signature."""
    return Document(**changes).xml()


@dataclass(frozen=True)
class Pen:
    """How a message is signed."""

    holder: Holder = AGENCY
    standing: Standing = "good"
    uri: str | None = ""
    transforms: tuple[str, ...] = (ENVELOPED, EXCLUSIVE)
    canonicalisation: str = EXCLUSIVE
    method: str = RSA_SHA256
    digest_method: str = SHA256
    key_info: str | None = None
    covered: str = ""  # local name of the element that the reference means; empty: the root
    place: str = "edXMLHeader"

    def but(self, **changes: Any) -> "Pen":
        """The same in another way."""
        return replace(self, **changes)

    def sign(self, content: bytes) -> bytes:
        """The message with a Signature at the end of its header."""
        root = etree.fromstring(content)
        header = _named(root, self.place)
        covered = _named(root, self.covered) if self.covered else root.getroottree()
        how = self.transforms[-1] if self.transforms and self.transforms[-1] != ENVELOPED else INCLUSIVE
        # A part is canonicalised where it stands; the signature is not there yet, as if it had been taken out.
        digest = hashlib.new(self._hash(self.digest_method).name, canonical(covered, how)).digest()
        signature = etree.fromstring(self._xml(base64.b64encode(digest).decode()))
        header.append(signature)
        value = authority().key.sign(canonical(signature[0], self.canonicalisation), padding.PKCS1v15(), self._hash(self.method))
        signature[1].text = base64.b64encode(value).decode()
        return bytes(etree.tostring(root, encoding="UTF-8", xml_declaration=True))

    def _hash(self, name: str) -> hashes.HashAlgorithm:
        return hashes.SHA1() if name.endswith("sha1") else hashes.SHA512() if name.endswith("sha512") else hashes.SHA256()

    def _xml(self, digest: str) -> str:
        steps = "".join(f'<Transform Algorithm="{one}"/>' for one in self.transforms)
        key = f"<KeyInfo>{self.certificate() if self.key_info is None else self.key_info}</KeyInfo>"
        uri = "" if self.uri is None else f' URI="{self.uri}"'
        return (
            f'<Signature xmlns="{DS}"><SignedInfo><CanonicalizationMethod Algorithm="{self.canonicalisation}"/>'
            f'<SignatureMethod Algorithm="{self.method}"/><Reference{uri}>{f"<Transforms>{steps}</Transforms>" if steps else ""}'
            f'<DigestMethod Algorithm="{self.digest_method}"/><DigestValue>{digest}</DigestValue></Reference></SignedInfo>'
            f"<SignatureValue/>{key}</Signature>"
        )

    def certificate(self) -> str:
        """The X509Data of the holder."""
        der = authority().issued(self.holder, self.standing).public_bytes(Encoding.DER)
        return f"<X509Data><X509Certificate>{base64.b64encode(der).decode()}</X509Certificate></X509Data>"


def canonical(element: Any, how: str) -> bytes:
    """Canonical octets, as the signer makes them; a part as a document of its own with the names in force there."""
    exclusive = how.startswith(EXCLUSIVE)
    element = etree.fromstring(etree.tostring(element, with_tail=False)) if isinstance(element, etree._Element) else element
    return bytes(etree.tostring(element, method="c14n", exclusive=exclusive, with_comments=False))


def _named(root: etree._Element, name: str) -> etree._Element:
    return next(one for one in root.iter(etree.Element) if etree.QName(one).localname == name)


PEN = Pen()
