"""The signatures on an edXML envelope: verified, and held against what is read of the message.

A signature that is right says nothing about a message of which another part is read (signature wrapping). So each must cover the whole
message, or parts of it in which everything stands that is counted.
"""

from dataclasses import replace
from datetime import datetime
from typing import Final

from lxml import etree

from dashboard.feeds.base import RowFault
from dashboard.feeds.edoc import Message, Sent, read
from dashboard.feeds.edxml import SIGNATURES, Node, cut, local_name
from dashboard.signatures import xmldsig
from dashboard.signatures.algorithms import DSIG
from dashboard.signatures.certificates import signer
from dashboard.signatures.findings import Finding, SignatureFault
from dashboard.signatures.trust import TrustList

_MOST: Final = 4
_ATTACHED: Final = frozenset({"AttachmentEncoded", "Attachment", "Manifest"})
_SIGNATURE: Final = f"{{{DSIG}}}Signature"
_NAMES: Final = tuple(f"{{*}}{name}" for name in sorted(SIGNATURES))


def check(root: etree._Element, at: datetime, trust: TrustList) -> list[Finding]:
    """A finding for each signature on the envelope of a message, which stands as a tree with all that is signed (`edxml.tree`); none
    when there is none. `at` is the instant of sending."""
    found = _signatures(root)
    if len(found) > _MOST:
        return [Finding("invalid", "many")]
    return [_checked(one, root, at, trust) for one in found]


def _signatures(root: etree._Element) -> list[etree._Element]:
    """Whatever is called a signature, as the reader sees it, and every XML signature; none inside another, none in attachments."""
    found: list[etree._Element] = []
    for element in root.iter(*_NAMES):
        inside = any(above in found or local_name(above) in _ATTACHED for above in element.iterancestors())
        if not inside and (len(element) or (element.text or "").strip()):
            found.append(element)
    return [_inner(one) for one in found]


def _inner(element: etree._Element) -> etree._Element:
    """The XML signature that an element of another name only wraps."""
    wrapped = [child for child in element if child.tag == _SIGNATURE]
    return wrapped[0] if len(wrapped) == 1 and element.tag != _SIGNATURE else element


def _checked(signature: etree._Element, root: etree._Element, at: datetime, trust: TrustList) -> Finding:
    try:
        signed = xmldsig.verify(signature, root)
        if not _covers(signed.covered, root):
            return Finding("invalid", "coverage", sha1=signed.sha1)
        return judged(signed.certificates, signed.sha1, at, trust)
    except SignatureFault as fault:
        reason = str(fault)
        return Finding("untrusted" if reason == "no_key" else "invalid", reason)


def judged(certificates: tuple[bytes, ...], sha1: bool, at: datetime, trust: TrustList) -> Finding:
    """What a signature is worth whose mathematics hold. Raises SignatureFault for certificates that cannot be read."""
    if not certificates:
        return Finding("untrusted", "no_certificate", sha1=sha1)
    state, reason = trust.standing(certificates, at)
    return Finding(state, reason, signer(certificates[0]) if state == "valid" else None, sha1)


def _covers(covered: tuple[etree._Element, ...], root: etree._Element) -> bool:
    if any(one is root for one in covered):
        return True
    try:
        whole = _unsigned(read(cut(root)))
        parts = Node("edXML", "", tuple(node for one in covered for node in _as_branch(one)))
        return _unsigned(read(parts)) == whole
    except RowFault:
        return False


def _as_branch(element: etree._Element) -> tuple[Node, ...]:
    node = cut(element)
    return (node,) if node.children else ()


def _unsigned(message: Message) -> Message:
    said = message.said
    return replace(message, said=replace(said, signed=False)) if isinstance(said, Sent) else message
