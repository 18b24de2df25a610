"""What the sandbox's gateways send: the same from the same seed, readable but for what is spoiled, and of nobody."""

import base64
import datetime as dt
import hashlib
import re

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from lxml import etree

from dashboard.feeds import document_axis
from dashboard.feeds.agencies import speaks_for
from dashboard.formats import HANOI
from dashboard.sandbox.country import Player
from dashboard.sandbox.edoc import CLERK, SIGNATORY
from dashboard.sandbox.malformed import WAYS
from dashboard.sandbox.signature import NAMESPACE, Signer, canonical
from dashboard.sandbox.traffic import Message
from tests.loaded import context
from tests.sandbox.stage import MEETING, TODAY, players, traffic

_SIGNATURE = re.compile(rb"<Signature .*</Signature>", re.DOTALL)


def _messages(player: Player, on: dt.date, steps: int = 400, seed: int = 7) -> list[Message]:
    one = traffic(player, on, seed)
    noon = dt.datetime.combine(on, dt.time(12), HANOI)
    return [message for step in range(steps) for message in one.next(noon + dt.timedelta(minutes=step))]


@pytest.mark.parametrize("on", [MEETING, TODAY])
def test_messages_follow_from_the_seed_and_everything_but_what_is_spoiled_is_understood(on: dt.date) -> None:
    player = players(on)[0]
    sent = _messages(player, on)
    assert {one.kind for one in sent} >= {"new", "status", "repeat", "malformed"}
    for message in sent:
        taken = document_axis.take("r", message.content, context())
        assert (taken.held is not None) == (message.kind == "malformed"), taken.held
        assert not taken.speaker or speaks_for(player.code, taken.speaker)
        assert {event.unit for event in taken.events} <= {player.unit}
    bare = [_SIGNATURE.sub(b"", one.content) for one in sent]
    again = _messages(player, on)
    # Signing writes the declaration in another way; what is said is the same.
    assert [_said(one.content) for one in sent] == [_said(one.content) for one in again]
    assert [_said(one) for one in bare] != [_said(one.content) for one in _messages(player, on, seed=8)]


def _said(content: bytes) -> bytes:
    return _SIGNATURE.sub(b"", content.split(b"?>")[-1]).strip()


def test_no_message_names_a_person() -> None:
    people = re.compile(r"<(?:edXML:)?(?:FullName|Staff|Signer)>([^<]*)<")
    found = {name for one in players()[:6] for message in _messages(one, TODAY, 40) for name in people.findall(message.content.decode())}
    assert found
    assert all(re.fullmatch(rf"{SIGNATORY} \d+|{CLERK}", name) for name in found), found
    for one in players()[:6]:
        for message in _messages(one, TODAY, 40):
            assert b"@" not in message.content
            assert not re.search(rb"<(?:edXML:)?(Email|Telephone|Mobile|OrganAdd)>", message.content)


def test_every_way_of_spoiling_is_held() -> None:
    sound = next(one.content for one in _messages(players()[0], TODAY) if one.kind == "new")
    reasons = {document_axis.take("r", way(sound), context()).held for way in WAYS}
    assert None not in reasons
    assert len(reasons) == len(WAYS)


def test_a_signature_verifies_and_does_not_survive_a_change() -> None:
    sound = next(one.content for one in _messages(players()[0], TODAY) if one.kind == "new" and b"<Signature" not in one.content)
    signed = Signer().signed(sound, manner="bare")
    assert _verifies(signed)
    assert not _verifies(signed.replace(b"Paper>0<", b"Paper>1<").replace(b"Paper>1<", b"Paper>9<"))
    (event,) = document_axis.take("r", signed, context()).events
    assert event.attributes["signed"] is True


def _verifies(message: bytes) -> bool:
    """XML-DSig by its own rules, with the key that the signature names."""
    root = etree.fromstring(message)
    signature = next(root.iter(f"{{{NAMESPACE}}}Signature"))
    info, value = signature[0], base64.b64decode(signature[1].text)
    modulus, exponent = (int.from_bytes(base64.b64decode(one.text), "big") for one in next(signature.iter(f"{{{NAMESPACE}}}RSAKeyValue")))
    signed_info = canonical(info)
    stated = base64.b64decode(next(info.iter(f"{{{NAMESPACE}}}DigestValue")).text)
    signature.getparent().remove(signature)
    rsa.RSAPublicNumbers(exponent, modulus).public_key().verify(value, signed_info, padding.PKCS1v15(), hashes.SHA256())
    return hashlib.sha256(canonical(root)).digest() == stated
