"""Our verification and signxml's agree: on what either of them signed, and on what was changed afterwards."""

import re
from collections.abc import Callable

import pytest
from cryptography.hazmat.primitives.serialization import Encoding
from lxml import etree
from signxml.algorithms import CanonicalizationMethod, DigestAlgorithm, SignatureMethod
from signxml.exceptions import SignXMLException
from signxml.signer import XMLSigner
from signxml.verifier import SignatureConfiguration, XMLVerifier

from tests.signatures.made import AGENCY, AT, DS, ENVELOPED, EXCLUSIVE, INCLUSIVE, PEN, PERSON, Pen, authority, check, message, trust

# An inclusive canonical form of SignedInfo under a default namespace is not here: lxml's is wrong in place, which signxml uses. See
# `test_an_inclusive_form_is_that_of_the_standard`.
PENS = {
    "exclusive": PEN,
    "inclusive": PEN.but(transforms=(ENVELOPED, INCLUSIVE)),
    "sha1": PEN.but(method=f"{DS}rsa-sha1", digest_method=f"{DS}sha1"),
    "person": PEN.but(holder=PERSON),
    "part": PEN.but(uri="#h", covered="edXMLHeader"),
    "md5": PEN.but(method="http://www.w3.org/2001/04/xmldsig-more#rsa-md5"),
    "external": PEN.but(uri="http://127.0.0.1:9/"),
}
CHANGES: dict[str, Callable[[bytes], bytes]] = {
    "nothing": lambda content: content,
    "paper": lambda content: content.replace(b"Paper>0<", b"Paper>1<"),
    "space": lambda content: content.replace(b"</edXML:MessageHeader>", b" </edXML:MessageHeader>"),
    "comment": lambda content: content.replace(b"</edXML:MessageHeader>", b"<!-- x --></edXML:MessageHeader>"),
    "value": lambda content: re.sub(rb"(<SignatureValue>)(....)", rb"\g<1>AAAA", content),
    "digest": lambda content: re.sub(rb"(<DigestValue>)(....)", rb"\g<1>AAAA", content),
    "no certificate": lambda content: re.sub(rb"<X509Data>.*</X509Data>", b"", content),
    "another algorithm": lambda content: content.replace(b"rsa-sha256", b"rsa-sha512"),
    "attachment": lambda content: content.replace(b"JVBERi1SSUVORy1UVQ", b"JVBERi1SSUVORy1UVg"),
}


def theirs(content: bytes) -> bool:
    """Whether signxml finds a signature by one of our holders right."""
    config = SignatureConfiguration(
        signature_methods=frozenset(SignatureMethod), digest_algorithms=frozenset(DigestAlgorithm), expect_references=True
    )
    for holder in (AGENCY, PERSON):
        pem = authority().issued(holder).public_bytes(Encoding.PEM).decode()
        try:
            XMLVerifier().verify(content, x509_cert=pem, expect_config=config, id_attribute="Id")
            return True
        except (SignXMLException, ValueError, etree.LxmlError):
            continue
    return False


def ours(content: bytes) -> bool:
    """Whether we do."""
    return all(one.state == "valid" for one in check(content, AT, trust()))


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES.keys())
@pytest.mark.parametrize("pen", PENS.values(), ids=PENS.keys())
def test_both_say_the_same_of_what_we_signed(pen: Pen, change: Callable[[bytes], bytes]) -> None:
    content = message().replace(b"<edXML:edXMLHeader>", b'<edXML:edXMLHeader Id="h">', 1)
    signed = change(pen.sign(content))
    if "X509Data" not in signed.decode():
        assert not ours(signed), "a signature without a certificate says nothing to us"
        return
    assert ours(signed) == theirs(signed)


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES.keys())
@pytest.mark.parametrize("how", [EXCLUSIVE, INCLUSIVE, f"{EXCLUSIVE}WithComments"])
def test_both_say_the_same_of_what_signxml_signed(how: str, change: Callable[[bytes], bytes]) -> None:
    made = XMLSigner(c14n_algorithm=CanonicalizationMethod(how), signature_algorithm="rsa-sha256", digest_algorithm="sha256")
    certificate = authority().issued(AGENCY).public_bytes(Encoding.PEM).decode()
    root = made.sign(etree.fromstring(message()), key=authority().key, cert=certificate, always_add_key_value=False)
    changed = change(etree.tostring(root))
    if how.endswith("WithComments") and change is CHANGES["comment"]:
        assert ours(changed), "a reference to the whole document leaves comments out (xmldsig-core1, 4.4.3.3); signxml does not"
        return
    assert ours(changed) == theirs(changed)
    if change is CHANGES["nothing"]:
        assert ours(changed)
