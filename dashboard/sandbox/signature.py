"""XML-DSig as senders on the document axis put it on an envelope, with a test key: real mathematics, worthless as proof.

Enveloped signature over the whole message (W3C xmldsig-core1): exclusive canonicalisation, SHA-256, RSA. No certificate stands behind the
key, and its name says so; whoever checks trust must refuse it.
"""

import base64
import hashlib
from functools import cached_property
from typing import Final

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from lxml import etree

NAMESPACE: Final = "http://www.w3.org/2000/09/xmldsig#"
KEY_NAME: Final = "Khóa thử nghiệm mô phỏng"
_C14N: Final = "http://www.w3.org/2001/10/xml-exc-c14n#"
_ENVELOPED: Final = f"{NAMESPACE}enveloped-signature"
_SHA256: Final = "http://www.w3.org/2001/04/xmlenc#sha256"
_RSA_SHA256: Final = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"


class Signer:
    """Holds a test key, made when it is first used and never written anywhere."""

    def signed(self, message: bytes) -> bytes:
        """The message with a Signature as the last element of its header."""
        root = etree.fromstring(message)
        digest = base64.b64encode(hashlib.sha256(canonical(root)).digest()).decode()
        signature = etree.fromstring(_signature(digest, self._key_value))
        header = next(one for one in root.iter() if etree.QName(one).localname.lower() == "edxmlheader")
        header.append(signature)
        info = canonical(signature[0])
        value = self._key.sign(info, padding.PKCS1v15(), hashes.SHA256())
        signature[1].text = base64.b64encode(value).decode()
        return bytes(etree.tostring(root, encoding="UTF-8", xml_declaration=True))

    @cached_property
    def _key(self) -> rsa.RSAPrivateKey:
        return rsa.generate_private_key(public_exponent=65537, key_size=2048)

    @cached_property
    def _key_value(self) -> str:
        numbers = self._key.public_key().public_numbers()
        modulus, exponent = (base64.b64encode(one.to_bytes((one.bit_length() + 7) // 8, "big")).decode() for one in (numbers.n, numbers.e))
        return f"<RSAKeyValue><Modulus>{modulus}</Modulus><Exponent>{exponent}</Exponent></RSAKeyValue>"


def canonical(element: etree._Element) -> bytes:
    """Exclusive canonical form without comments."""
    return bytes(etree.tostring(element, method="c14n", exclusive=True, with_comments=False))


def _signature(digest: str, key_value: str) -> str:
    return (
        f'<Signature xmlns="{NAMESPACE}"><SignedInfo><CanonicalizationMethod Algorithm="{_C14N}"/>'
        f'<SignatureMethod Algorithm="{_RSA_SHA256}"/><Reference URI=""><Transforms><Transform Algorithm="{_ENVELOPED}"/>'
        f'<Transform Algorithm="{_C14N}"/></Transforms><DigestMethod Algorithm="{_SHA256}"/><DigestValue>{digest}</DigestValue></Reference>'
        f"</SignedInfo><SignatureValue/><KeyInfo><KeyName>{KEY_NAME}</KeyName><KeyValue>{key_value}</KeyValue></KeyInfo></Signature>"
    )
