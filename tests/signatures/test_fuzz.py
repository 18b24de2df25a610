"""Whatever bytes come as a signature: a finding with a known name, in little time and memory, and never a valid one by chance."""

import base64
import re
import tracemalloc
from functools import cache

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree

from dashboard.feeds.base import RowFault
from dashboard.feeds.verdicts import REASONS_VI, STATES, Verdict
from dashboard.signatures.verifying import Verifier
from tests.feeds.test_edxml_fuzz import BOMBS, ODD
from tests.messages import SIGNATURE
from tests.signatures.made import AT, PEN, PERSON, message, trust
from tests.signatures.test_pdf import attached, signed

CALM = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
DIGITS = re.compile(rb"(?<=>)[A-Za-z0-9+/=]{40,}(?=<)")


def verdict(content: bytes) -> Verdict | None:
    """What is found; None for bytes that are no message."""
    try:
        found = Verifier(trust(), b"k" * 32).verdict(content, AT)
    except RowFault:
        return None
    assert found.state in STATES
    assert found.reason in REASONS_VI
    assert found.state == "valid" or (not found.agency and not found.people)
    return found


@cache
def good() -> tuple[bytes, ...]:
    """Messages whose signatures are valid."""
    part = PEN.but(uri="#h", covered="edXMLHeader")
    marked = message().replace(b"<edXML:edXMLHeader>", b'<edXML:edXMLHeader Id="h">', 1)
    return PEN.sign(message()), PEN.but(holder=PERSON).sign(message(prefix="")), part.sign(marked)


def plain(content: bytes) -> bytes:
    """A message as the standard's octets, less its signature: what a signature stands for. White space around it was never read."""
    root = etree.fromstring(content.strip())
    for one in root.iter("{http://www.w3.org/2000/09/xmldsig#}Signature"):
        parent = one.getparent()
        assert parent is not None
        parent.remove(one)
    return bytes(etree.tostring(root, method="c14n", with_comments=False))


@CALM
@given(st.integers(0, 2), st.data())
def test_a_signed_message_with_bytes_changed_is_never_valid_unless_it_says_the_same(which: int, data: st.DataObject) -> None:
    content = good()[which]
    changed = bytearray(content)
    for _ in range(data.draw(st.integers(1, 3))):
        place = data.draw(st.integers(0, len(changed) - 1))
        changed[place : place + data.draw(st.integers(0, 3))] = data.draw(st.binary(max_size=3))
    found = verdict(bytes(changed))
    if found is not None and found.state == "valid" and which < 2:
        assert plain(bytes(changed)) == plain(content)


@CALM
@given(st.data())
def test_odd_values_in_a_signature_are_found_invalid(data: st.DataObject) -> None:
    content = good()[0]
    spans = [found.span() for found in DIGITS.finditer(content)] + [
        found.span(1) for found in re.finditer(rb'Algorithm="([^"]*)"', content)
    ]
    begin, end = data.draw(st.sampled_from(spans))
    noise = data.draw(
        st.sampled_from([one.replace("<", "").replace("&", "").replace("\0", "") for one in ODD])
        | st.binary(max_size=2000).map(lambda raw: base64.b64encode(raw).decode())
    )
    found = verdict(content[:begin] + noise.replace('"', "").encode("utf-8", "surrogatepass") + content[end:])
    assert found is None or found.state != "valid" or noise.encode("utf-8", "surrogatepass") == content[begin:end]


@CALM
@given(st.binary(max_size=400))
def test_any_certificate_is_a_finding(noise: bytes) -> None:
    info = f"<X509Data><X509Certificate>{base64.b64encode(noise).decode()}</X509Certificate></X509Data>"
    found = verdict(PEN.but(key_info=info).sign(message()))
    assert found is not None
    assert found.state == "invalid"


@CALM
@given(st.data())
def test_a_certificate_with_bytes_changed_is_never_trusted(data: st.DataObject) -> None:
    text = PEN.certificate().removeprefix("<X509Data><X509Certificate>").removesuffix("</X509Certificate></X509Data>")
    der = bytearray(base64.b64decode(text))
    place = data.draw(st.integers(0, len(der) - 1))
    der[place] ^= data.draw(st.integers(1, 255))
    info = f"<X509Data><X509Certificate>{base64.b64encode(bytes(der)).decode()}</X509Certificate></X509Data>"
    found = verdict(PEN.but(key_info=info).sign(message()))
    assert found is not None
    assert found.state != "valid"


@settings(CALM, max_examples=60)
@given(st.data())
def test_a_signed_page_with_bytes_changed_is_never_valid(data: st.DataObject) -> None:
    page = bytearray(signed())
    inside = page.index(b"/Contents <"), page.index(b">", page.index(b"/Contents <"))
    place = data.draw(st.integers(0, len(page) - 1))
    page[place] ^= data.draw(st.integers(1, 255))
    found = verdict(attached(bytes(page)))
    # Behind the signature proper there is room that nobody fills; what stands in it is not signed.
    assert found is None or found.state != "valid" or inside[0] < place < inside[1]


@CALM
@given(st.binary(max_size=500))
def test_any_attachment_is_looked_at_and_left(noise: bytes) -> None:
    for head in (b"", b"%PDF-1.7 /ByteRange ", b"PK\x03\x04"):
        found = verdict(attached(head + noise))
        assert found is not None
        assert found.state in ("unsigned", "invalid")


@pytest.mark.parametrize("bomb", BOMBS.values(), ids=BOMBS.keys())
def test_a_bomb_is_no_message_or_one_without_a_signature(bomb: bytes) -> None:
    assert verdict(bomb) in (None, Verdict("unsigned"))


def test_a_signature_that_promises_two_gigabytes_costs_nothing() -> None:
    signature = SIGNATURE.replace("c2lnbmF0dXJl", "A" * 4_000_000)
    tracemalloc.start()
    try:
        found = verdict(message(signature=signature))
        assert tracemalloc.get_traced_memory()[1] < 60_000_000
    finally:
        tracemalloc.stop()
    assert found is not None
    assert found.state == "invalid"


def test_a_thousand_references_are_refused_before_they_are_followed() -> None:
    content = PEN.sign(message())
    (reference,) = re.findall(rb"<Reference URI.*?</Reference>", content, re.DOTALL)
    found = verdict(content.replace(reference, reference * 1000))
    assert found is not None
    assert found.reason == "references"
