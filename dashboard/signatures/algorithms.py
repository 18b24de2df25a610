"""The algorithms that XML signatures may use here (W3C xmldsig-core1, RFC 9231), and what each name means. What is not listed is refused:
HMAC, DSA and MD5 prove nothing to a third party."""

from dataclasses import dataclass
from functools import cache
from typing import Final, Literal

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

from dashboard.signatures.certificates import PublicKey
from dashboard.signatures.findings import SignatureFault

DSIG: Final = "http://www.w3.org/2000/09/xmldsig#"
ENVELOPED: Final = f"{DSIG}enveloped-signature"
_MORE: Final = "http://www.w3.org/2001/04/xmldsig-more#"
_MORE_2007: Final = "http://www.w3.org/2007/05/xmldsig-more#"
_ENC: Final = "http://www.w3.org/2001/04/xmlenc#"
_C14N: Final = "http://www.w3.org/TR/2001/REC-xml-c14n-20010315"
_C14N_11: Final = "http://www.w3.org/2006/12/xml-c14n11"
_EXCLUSIVE: Final = "http://www.w3.org/2001/10/xml-exc-c14n#"

DIGESTS: Final = {
    f"{DSIG}sha1": "sha1",
    f"{_ENC}sha256": "sha256",
    f"{_MORE}sha384": "sha384",
    f"{_ENC}sha512": "sha512",
}


@dataclass(frozen=True, slots=True)
class Canonical:
    """A canonicalisation: exclusive or inclusive, with comments or without. 1.1 differs from 1.0 in xml: attributes above a part only."""

    exclusive: bool
    with_comments: bool


CANONICAL: Final = {
    _C14N: Canonical(exclusive=False, with_comments=False),
    f"{_C14N}#WithComments": Canonical(exclusive=False, with_comments=True),
    _C14N_11: Canonical(exclusive=False, with_comments=False),
    f"{_C14N_11}#WithComments": Canonical(exclusive=False, with_comments=True),
    _EXCLUSIVE: Canonical(exclusive=True, with_comments=False),
    f"{_EXCLUSIVE}WithComments": Canonical(exclusive=True, with_comments=True),
}


@dataclass(frozen=True, slots=True)
class Method:
    """A signature method: the kind of key, and the hash."""

    kind: Literal["rsa", "pss", "ecdsa"]
    digest: str

    def verify(self, key: PublicKey, signature: bytes, content: bytes) -> None:
        """Raises SignatureFault unless that key signed that content."""
        try:
            self._verify(key, signature, content)
        except (InvalidSignature, ValueError, UnsupportedAlgorithm):
            raise SignatureFault("value") from None

    def _verify(self, key: PublicKey, signature: bytes, content: bytes) -> None:
        algorithm = _hash(self.digest)
        if isinstance(key, rsa.RSAPublicKey) and self.kind == "rsa":
            key.verify(signature, content, padding.PKCS1v15(), algorithm)
        elif isinstance(key, rsa.RSAPublicKey) and self.kind == "pss":
            key.verify(signature, content, padding.PSS(padding.MGF1(algorithm), algorithm.digest_size), algorithm)
        elif isinstance(key, ec.EllipticCurvePublicKey) and self.kind == "ecdsa":
            half = (key.key_size + 7) // 8
            if len(signature) != 2 * half:
                raise SignatureFault("value")
            r, s = int.from_bytes(signature[:half]), int.from_bytes(signature[half:])
            key.verify(encode_dss_signature(r, s), content, ec.ECDSA(algorithm))
        else:
            raise SignatureFault("key")


METHODS: Final = {
    f"{DSIG}rsa-sha1": Method("rsa", "sha1"),
    **{f"{_MORE}rsa-{name}": Method("rsa", name) for name in ("sha256", "sha384", "sha512")},
    **{f"{_MORE_2007}{name}-rsa-MGF1": Method("pss", name) for name in ("sha256", "sha384", "sha512")},
    **{f"{_MORE}ecdsa-{name}": Method("ecdsa", name) for name in ("sha256", "sha384", "sha512")},
}

_HASHES: Final[dict[str, type[hashes.SHA1 | hashes.SHA256 | hashes.SHA384 | hashes.SHA512]]] = {
    "sha1": hashes.SHA1,
    "sha256": hashes.SHA256,
    "sha384": hashes.SHA384,
    "sha512": hashes.SHA512,
}


@cache
def _hash(name: str) -> hashes.HashAlgorithm:
    return _HASHES[name]()
