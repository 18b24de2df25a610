"""Signatures on envelopes: what is right is right, whatever else is invalid for its own reason, and what is signed is what is read."""

import base64
import re
from datetime import UTC, datetime

import pytest
from lxml import etree

from dashboard.feeds.base import RowFault
from dashboard.feeds.verdicts import REASONS_VI, STATES
from dashboard.signatures import xmldsig
from dashboard.signatures.algorithms import Canonical
from dashboard.signatures.findings import Finding
from dashboard.signatures.trust import TrustList
from tests.messages import SIGNATURE, flat
from tests.signatures.made import AGENCY, AT, DS, ENVELOPED, EXCLUSIVE, INCLUSIVE, PEN, PERSON, check, message, trust

SHA1 = f"{DS}rsa-sha1"


def found(content: bytes, at: datetime = AT, whom: TrustList | None = None) -> Finding:
    """The one finding about a message."""
    (only,) = check(content, at, trust() if whom is None else whom)
    assert only.state in STATES
    assert only.reason in REASONS_VI
    return only


def test_a_message_without_a_signature_has_no_finding() -> None:
    assert check(message(), AT, trust()) == []
    assert check(message(signature="<Signature> </Signature>"), AT, trust()) == []
    assert check(flat(), AT, trust()) == []


@pytest.mark.parametrize(
    "pen",
    [
        PEN,
        PEN.but(holder=PERSON),
        PEN.but(transforms=(ENVELOPED,)),
        PEN.but(transforms=(ENVELOPED, INCLUSIVE)),
        PEN.but(canonicalisation=INCLUSIVE),
        PEN.but(canonicalisation=f"{INCLUSIVE}#WithComments"),
        PEN.but(canonicalisation="http://www.w3.org/2006/12/xml-c14n11"),
        PEN.but(method="http://www.w3.org/2001/04/xmldsig-more#rsa-sha512", digest_method="http://www.w3.org/2001/04/xmlenc#sha512"),
        PEN.but(place="edXMLEnvelope"),
    ],
)
def test_a_signature_by_the_book_is_valid(pen: object) -> None:
    assert isinstance(pen, type(PEN))
    for content in (message(), message(prefix=""), flat("edXMLEnvelope").replace(b"MessageHeader>", b"edXMLHeader>", 0)):
        if b"edXMLHeader" in content:
            one = found(pen.sign(content))
            assert (one.state, one.reason, one.sha1) == ("valid", "", False)
            assert one.signer is not None
            assert one.signer.kind == ("person" if pen.holder is PERSON else "agency")


def test_sha1_is_allowed_and_told() -> None:
    for pen in (PEN.but(method=SHA1), PEN.but(digest_method=f"{DS}sha1")):
        assert found(pen.sign(message())) == Finding("valid", "", found(PEN.sign(message())).signer, sha1=True)


def test_whitespace_comments_and_encodings_do_not_harm_a_signature() -> None:
    signed = PEN.sign(message().replace(b"<edXML:MessageHeader>", b"<!-- x -->\n  <edXML:MessageHeader>\n"))
    assert found(signed).state == "valid"
    assert found(signed.replace(b"<!-- x -->", b"<!-- another -->")).state == "valid", "comments are not signed"
    assert found(b"\xef\xbb\xbf" + signed).state == "valid"
    assert found(signed.decode().replace("UTF-8", "UTF-16").encode("utf-16")).state == "valid"
    wrapped = re.sub(rb"(<X509Certificate>)(.{64})", rb"\g<1>\n  \g<2>\n", signed)
    assert wrapped != signed
    assert found(wrapped).state == "valid", "what the key is told by is not signed"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"Paper>0<", b"Paper>1<"),
        (b"OrganId>000.00.00.H26<", b"OrganId>000.00.00.H27<"),
        (b"15:30:00", b"15:30:01"),
        (b"JVBERi1SSUVORy1UVQ", b"JVBERi1SSUVORy1UVg"),
        (b"</edXML:MessageHeader>", b"\n</edXML:MessageHeader>"),
        (b"<edXML:MessageHeader>", b"<?x y?><edXML:MessageHeader>"),
        (b"<edXML ", b'<edXML x="1" '),
    ],
)
def test_a_message_that_was_changed_is_invalid(old: bytes, new: bytes) -> None:
    signed = PEN.sign(message())
    assert old in signed
    assert found(signed.replace(old, new, 1)) == Finding("invalid", "digest")


def test_a_changed_signature_is_invalid() -> None:
    signed = PEN.sign(message())
    value = re.search(rb"<SignatureValue>([^<]+)", signed)
    assert value is not None
    other = base64.b64encode(bytes(reversed(base64.b64decode(value[1]))))
    assert found(signed.replace(value[1], other)).reason == "value"
    assert found(signed.replace(value[1], b"%%%")).reason == "base64"
    assert found(signed.replace(value[1], b"A" * 20_000)).reason == "large"
    digest = re.search(rb"<DigestValue>([^<]+)", signed)
    assert digest is not None
    assert found(signed.replace(digest[1], base64.b64encode(bytes(32)))).reason == "value", "the digest is itself signed"


@pytest.mark.parametrize(
    ("pen", "state", "reason"),
    [
        (PEN.but(standing="expired"), "expired", "expired"),
        (PEN.but(standing="revoked"), "revoked", "revoked"),
        (PEN.but(standing="stranger"), "untrusted", "chain"),
        (PEN.but(key_info="<KeyName>x</KeyName>"), "untrusted", "no_key"),
        (PEN.but(key_info="<X509Data><X509Certificate>AAAA</X509Certificate></X509Data>"), "invalid", "certificate"),
        (PEN.but(key_info=PEN.certificate() * 7), "invalid", "certificate_large"),
        (PEN.but(uri="http://127.0.0.1:9/x.xml"), "invalid", "external"),
        (PEN.but(uri="file:///etc/passwd"), "invalid", "external"),
        (PEN.but(uri="cid:1"), "invalid", "external"),
        (PEN.but(uri=None), "invalid", "external"),
        (PEN.but(uri="#xpointer(/)"), "invalid", "external"),
        (PEN.but(uri="#nowhere"), "invalid", "identifier"),
        (PEN.but(transforms=(ENVELOPED, "http://www.w3.org/TR/1999/REC-xpath-19991116")), "invalid", "transform"),
        (PEN.but(transforms=(ENVELOPED, "http://www.w3.org/TR/1999/REC-xslt-19991116")), "invalid", "transform"),
        (PEN.but(transforms=(ENVELOPED, f"{DS}base64")), "invalid", "transform"),
        (PEN.but(transforms=(ENVELOPED, EXCLUSIVE, EXCLUSIVE)), "invalid", "transform"),
        (PEN.but(transforms=(EXCLUSIVE, ENVELOPED)), "invalid", "transform"),
        (PEN.but(transforms=(EXCLUSIVE,)), "invalid", "digest"),
        (PEN.but(canonicalisation="urn:x"), "invalid", "transform"),
        (PEN.but(method=f"{DS}hmac-sha1"), "invalid", "algorithm"),
        (PEN.but(method="http://www.w3.org/2001/04/xmldsig-more#rsa-md5"), "invalid", "algorithm"),
        (PEN.but(method="http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256"), "invalid", "key"),
        (PEN.but(digest_method="http://www.w3.org/2001/04/xmldsig-more#md5"), "invalid", "algorithm"),
    ],
)
def test_each_fault_has_its_name(pen: object, state: str, reason: str) -> None:
    assert isinstance(pen, type(PEN))
    one = found(pen.sign(message()))
    assert (one.state, one.reason, one.signer) == (state, reason, None)


def test_a_bare_key_proves_integrity_and_nothing_else() -> None:
    from dashboard.sandbox.signature import Signer
    from tests.signatures.made import authority

    signed = Signer(authority()).signed(message(), manner="bare")
    assert found(signed) == Finding("untrusted", "no_certificate")
    assert found(signed.replace(b"Paper>0<", b"Paper>1<")).state == "invalid"
    small = re.sub(rb"<Modulus>[^<]+", b"<Modulus>AAAAAAAAAAD7", signed)
    assert found(small).reason == "key"
    huge = re.sub(rb"<Exponent>[^<]+", b"<Exponent>" + base64.b64encode(b"\xff" * 900), signed)
    assert found(huge).reason == "key"


def test_a_certificate_is_judged_at_the_instant_of_sending() -> None:
    expired = PEN.but(standing="expired").sign(message())
    assert found(expired, datetime(2019, 6, 1, tzinfo=UTC)).state == "valid"
    assert found(expired, datetime(2017, 6, 1, tzinfo=UTC)).reason == "not_yet"
    revoked = PEN.but(standing="revoked").sign(message())
    assert found(revoked, datetime(2019, 9, 29, tzinfo=UTC)).state == "valid"


def test_nobody_is_trusted_by_an_empty_list() -> None:
    assert found(PEN.sign(message()), whom=TrustList()) == Finding("untrusted", "chain")


def test_an_inclusive_form_is_that_of_the_standard() -> None:
    signed = PEN.but(canonicalisation=INCLUSIVE).sign(message())
    root = etree.fromstring(signed)
    info = next(root.iter(f"{{{DS}}}SignedInfo"))
    written = signed[signed.index(b"<SignedInfo>") : signed.index(b"</Signature>")]
    written = written[: written.index(b"</SignedInfo>") + len(b"</SignedInfo>")]
    names = b'<SignedInfo xmlns="%s" xmlns:edXML="http://www.mic.gov.vn/TBT/QCVN_102_2016">' % DS.encode()
    expected = re.sub(rb"<(\w+)([^<>]*)/>", rb"<\1\2></\1>", written.replace(b"<SignedInfo>", names))
    assert xmldsig._canonical(info, Canonical(exclusive=False, with_comments=False), root) == expected


PART = PEN.but(uri="#h", covered="edXMLHeader", transforms=(ENVELOPED, EXCLUSIVE))


def marked(content: bytes, name: bytes = b"edXML:edXMLHeader", mark: bytes = b"h") -> bytes:
    """The message with an identifier on one element."""
    return content.replace(b"<" + name + b">", b"<" + name + b' Id="' + mark + b'">', 1)


def test_a_part_in_which_all_that_is_read_stands_may_be_signed_alone() -> None:
    assert found(PART.sign(marked(message()))).state == "valid"
    body = PEN.but(uri="#h", covered="edXMLBody", transforms=(EXCLUSIVE,))
    assert found(body.sign(marked(message(), b"edXML:edXMLBody"))) == Finding("invalid", "coverage")
    head = PEN.but(uri="#h", covered="MessageHeader", transforms=(EXCLUSIVE,))
    assert found(head.sign(marked(message(), b"edXML:MessageHeader"))).reason == "coverage", "when and how it was sent is not signed"


def test_a_signed_part_that_was_put_aside_for_another_is_no_proof() -> None:
    signed = PART.sign(marked(message())).decode()
    header = re.search(r"<edXML:edXMLHeader Id=.*?</edXML:edXMLHeader>", signed, re.DOTALL)
    assert header is not None
    forged = re.sub(r"<Signature.*?</Signature>", "", header[0], flags=re.DOTALL).replace("Paper>0<", "Paper>1<")
    forged = forged.replace(' Id="h"', "")
    hidden = f"{forged}<hidden>{header[0]}</hidden>"
    for aside in (hidden, f"{forged}{header[0]}", f"<hidden>{header[0]}</hidden>{forged}"):
        one = found(signed.replace(header[0], aside).encode())
        assert (one.state, one.reason) in (("invalid", "coverage"), ("valid", "")), one
        # Valid only when the signed header is also the one that is read.
        from dashboard.feeds.edoc import Sent, read
        from dashboard.feeds.edxml import opened

        said = read(opened(signed.replace(header[0], aside).encode())).said
        assert isinstance(said, Sent)
        assert (one.state == "valid") == (said.paper is False), aside[:60]


def test_an_identifier_that_two_elements_bear_names_neither() -> None:
    signed = PART.sign(marked(message()))
    assert found(signed.replace(b"<edXML:edXMLBody>", b'<edXML:edXMLBody ID="h">')).reason == "identifier"


def test_a_signature_inside_its_own_wrapper_is_found() -> None:
    signed = PEN.sign(message(signature="<DigitalSignature/>"))
    assert found(signed).state == "valid"
    assert found(message(signature="<DigitalSignature>AAAA</DigitalSignature>")) == Finding("invalid", "form")
    assert found(message(signature=SIGNATURE)).state == "invalid"


def test_each_of_several_signatures_must_hold_and_too_many_are_refused() -> None:
    once = PEN.sign(message())
    twice = check(PEN.but(holder=PERSON).sign(once), AT, trust())
    assert [one.state for one in twice] == ["invalid", "valid"], "the second changed what the first signed"
    many = message(signature=SIGNATURE * 5)
    assert found(many) == Finding("invalid", "many")


def test_what_is_no_message_is_not_asked_about() -> None:
    with pytest.raises(RowFault):
        check(b"<a/>", AT, trust())
    assert AGENCY.person is None
