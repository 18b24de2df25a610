"""XML-DSig as senders on the document axis put it on an envelope: signed by agencies and persons, and now and then as it must not be.

Enveloped signature over the whole message (W3C xmldsig-core1): exclusive canonicalisation, SHA-256 or SHA-1, RSA, with the certificate of
a simulated authority. Whoever trusts real ones only must refuse all of them.
"""

import base64
import hashlib
from dataclasses import dataclass, field
from typing import Final, Literal

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.serialization import Encoding
from lxml import etree

from dashboard.sandbox.authority import Authority, Holder, Standing

NAMESPACE: Final = "http://www.w3.org/2000/09/xmldsig#"
_C14N: Final = "http://www.w3.org/2001/10/xml-exc-c14n#"
_ENVELOPED: Final = f"{NAMESPACE}enveloped-signature"

Manner = Literal["agency", "person", "sha1", "tampered", "expired", "revoked", "stranger", "bare"]
"""How a message is signed: by an agency or a person as it should be; with an old hash; and changed afterwards, with a certificate that
ended, was revoked, is a stranger's, or is none."""
MANNERS: Final[tuple[tuple[Manner, int], ...]] = (
    ("agency", 600),
    ("person", 230),
    ("sha1", 50),
    ("tampered", 30),
    ("expired", 30),
    ("revoked", 20),
    ("stranger", 30),
    ("bare", 10),
)
_STANDINGS: Final[dict[Manner, Standing]] = {"expired": "expired", "revoked": "revoked", "stranger": "stranger"}


@dataclass(frozen=True, slots=True)
class _Algorithms:
    method: str
    digest: str
    name: Literal["sha1", "sha256"]

    def made(self) -> hashes.SHA1 | hashes.SHA256:
        return hashes.SHA1() if self.name == "sha1" else hashes.SHA256()


_SHA256: Final = _Algorithms("http://www.w3.org/2001/04/xmldsig-more#rsa-sha256", "http://www.w3.org/2001/04/xmlenc#sha256", "sha256")
_SHA1: Final = _Algorithms(f"{NAMESPACE}rsa-sha1", f"{NAMESPACE}sha1", "sha1")


@dataclass(frozen=True)
class Signer:
    """Signs for everybody, with certificates of one authority."""

    authority: Authority = field(default_factory=Authority)

    def signed(self, message: bytes, agency: str = "Cơ quan mô phỏng", manner: Manner = "agency", person: int = 1) -> bytes:
        """The message with a Signature as the last element of its header."""
        holder = Holder(agency, person if manner == "person" else None)
        certificate = None if manner == "bare" else self.authority.issued(holder, _STANDINGS.get(manner, "good"))
        algorithms = _SHA1 if manner == "sha1" else _SHA256
        root = etree.fromstring(message)
        digest = _base64(hashlib.new(algorithms.name, canonical(root)).digest())
        signature = etree.fromstring(_signature(algorithms, digest, self._key_info(certificate)))
        header = next(one for one in root.iter() if etree.QName(one).localname.lower() == "edxmlheader")
        header.append(signature)
        value = self.authority.key.sign(canonical(signature[0]), padding.PKCS1v15(), algorithms.made())
        signature[1].text = _base64(value)
        whole = bytes(etree.tostring(root, encoding="UTF-8", xml_declaration=True))
        return whole.replace(b"PageAmount>2<", b"PageAmount>3<") if manner == "tampered" else whole

    def _key_info(self, certificate: x509.Certificate | None) -> str:
        if certificate is not None:
            return f"<X509Data><X509Certificate>{_base64(certificate.public_bytes(Encoding.DER))}</X509Certificate></X509Data>"
        numbers = self.authority.key.public_key().public_numbers()
        modulus, exponent = (_base64(one.to_bytes((one.bit_length() + 7) // 8)) for one in (numbers.n, numbers.e))
        return f"<KeyValue><RSAKeyValue><Modulus>{modulus}</Modulus><Exponent>{exponent}</Exponent></RSAKeyValue></KeyValue>"


def canonical(element: etree._Element) -> bytes:
    """Exclusive canonical form without comments."""
    return bytes(etree.tostring(element, method="c14n", exclusive=True, with_comments=False))


def _base64(content: bytes) -> str:
    return base64.b64encode(content).decode()


def _signature(algorithms: _Algorithms, digest: str, key_info: str) -> str:
    return (
        f'<Signature xmlns="{NAMESPACE}"><SignedInfo><CanonicalizationMethod Algorithm="{_C14N}"/>'
        f'<SignatureMethod Algorithm="{algorithms.method}"/><Reference URI=""><Transforms><Transform Algorithm="{_ENVELOPED}"/>'
        f'<Transform Algorithm="{_C14N}"/></Transforms><DigestMethod Algorithm="{algorithms.digest}"/><DigestValue>{digest}</DigestValue>'
        f"</Reference></SignedInfo><SignatureValue/><KeyInfo>{key_info}</KeyInfo></Signature>"
    )
