"""One XML signature (W3C xmldsig-core1), verified in the tree that it stands in.

Strict where forgeries live: references point into this very document, an identifier that two elements bear names neither, transforms are
the enveloped signature and one canonicalisation, and nothing is fetched. Whoever asks hears which elements are covered, and has to see
for himself that these are what he reads.
"""

import base64
import binascii
import hashlib
import hmac
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

from cryptography.hazmat.primitives.asymmetric import rsa
from lxml import etree

from dashboard.signatures.algorithms import CANONICAL, DIGESTS, DSIG, ENVELOPED, METHODS, Canonical
from dashboard.signatures.certificates import LARGEST, RSA_BITS, PublicKey, certificate, checked, public_key
from dashboard.signatures.findings import SignatureFault

_NS: Final = f"{{{DSIG}}}"
_PREFIXES: Final = "{http://www.w3.org/2001/10/xml-exc-c14n#}InclusiveNamespaces"
_XML: Final = "{http://www.w3.org/XML/1998/namespace}"
_IDS: Final = frozenset(
    {"Id", "ID", "id", f"{_XML}id", "{http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-utility-1.0.xsd}Id"}
)
_DEFAULT: Final = Canonical(exclusive=False, with_comments=False)
_REFERENCES_MOST, _CERTIFICATES_MOST, _VALUE_LONGEST = 4, 6, 4096


@dataclass(frozen=True, slots=True)
class Signed:
    """A signature whose mathematics hold: the elements that it covers, the certificates that it brings (DER, the signer's first; none
    when it brings a bare key), and whether SHA-1 was used."""

    covered: tuple[etree._Element, ...]
    certificates: tuple[bytes, ...]
    sha1: bool


@dataclass(frozen=True, slots=True)
class _Reference:
    target: etree._Element
    enveloped: bool
    canonical: Canonical
    prefixes: tuple[str, ...]
    digest: str
    stated: bytes


def verify(signature: etree._Element, root: etree._Element) -> Signed:
    """Verifies a signature that stands in the tree of `root`, which is the same afterwards. Raises SignatureFault with the reason."""
    info, value, key_info = _parts(signature)
    listed = _children(info, "Reference")
    if not 1 <= len(listed) <= _REFERENCES_MOST:
        raise SignatureFault("references")
    references = [_reference(one, root) for one in listed]
    method = METHODS.get(_algorithm(info, "SignatureMethod"))
    if method is None:
        raise SignatureFault("algorithm")
    content = _canonical(info, _canonicalisation(_only(info, "CanonicalizationMethod")), root)
    key, certificates = _key(key_info)
    method.verify(key, _decoded(value, _VALUE_LONGEST), content)
    for one in references:
        _check(one, signature, root)
    weak = method.digest == "sha1" or any(one.digest == "sha1" for one in references)
    return Signed(tuple(one.target for one in references), certificates, weak)


def _parts(signature: etree._Element) -> tuple[etree._Element, etree._Element, etree._Element | None]:
    infos, values, keys = (_children(signature, name) for name in ("SignedInfo", "SignatureValue", "KeyInfo"))
    if len(infos) != 1 or len(values) != 1 or len(keys) > 1:
        raise SignatureFault("form")
    return infos[0], values[0], keys[0] if keys else None


def _children(parent: etree._Element, name: str) -> list[etree._Element]:
    return [child for child in parent if child.tag == _NS + name]


def _only(parent: etree._Element, name: str) -> etree._Element:
    found = _children(parent, name)
    if len(found) != 1:
        raise SignatureFault("form")
    return found[0]


def _algorithm(parent: etree._Element, name: str) -> str:
    return str(_only(parent, name).get("Algorithm", ""))


def _canonicalisation(element: etree._Element) -> Canonical:
    found = CANONICAL.get(element.get("Algorithm", ""))
    if found is None:
        raise SignatureFault("transform")
    return found


def _reference(reference: etree._Element, root: etree._Element) -> _Reference:
    transforms = _children(reference, "Transforms")
    if len(transforms) > 1:
        raise SignatureFault("form")
    steps = _children(transforms[0], "Transform") if transforms else []
    enveloped = bool(steps) and steps[0].get("Algorithm") == ENVELOPED
    rest = steps[1:] if enveloped else steps
    if len(rest) > 1:
        raise SignatureFault("transform")
    digest = DIGESTS.get(_algorithm(reference, "DigestMethod"))
    if digest is None:
        raise SignatureFault("algorithm")
    prefixes = tuple(str(one.get("PrefixList", "")) for step in rest for one in step if one.tag == _PREFIXES)
    canonical = _canonicalisation(rest[0]) if rest else _DEFAULT
    stated = _decoded(_only(reference, "DigestValue"), 128)
    return _Reference(_target(reference.get("URI"), root), enveloped, canonical, tuple(" ".join(prefixes).split()), digest, stated)


def _target(uri: str | None, root: etree._Element) -> etree._Element:
    if uri is None or not (uri == "" or uri.startswith("#")) or uri.startswith("#xpointer("):
        raise SignatureFault("external")
    if uri == "":
        return root
    found = [one for one in root.iter(etree.Element) if any(one.get(name) == uri[1:] for name in _IDS)]
    if len(found) != 1:
        raise SignatureFault("identifier")
    return found[0]


def _check(one: _Reference, signature: etree._Element, root: etree._Element) -> None:
    with _without(signature) if one.enveloped else _as_it_is(signature):
        # A reference by URI leaves comments out, whatever its transform says of them (xmldsig-core1, 4.4.3.3).
        content = _canonical(one.target, Canonical(one.canonical.exclusive, with_comments=False), root, one.prefixes)
    if not hmac.compare_digest(hashlib.new(one.digest, content, usedforsecurity=False).digest(), one.stated):
        raise SignatureFault("digest")


@contextmanager
def _without(signature: etree._Element) -> Iterator[None]:
    """The tree as it was before the signature was put into it; the text behind the signature stays."""
    parent = signature.getparent()
    if parent is None:
        raise SignatureFault("form")
    place, tail = parent.index(signature), signature.tail
    before = signature.getprevious()
    old = (before.tail if before is not None else parent.text) or ""
    parent.remove(signature)
    signature.tail = None
    _set_text(parent, before, old + (tail or ""))
    try:
        yield
    finally:
        _set_text(parent, before, old)
        parent.insert(place, signature)
        signature.tail = tail


@contextmanager
def _as_it_is(_: etree._Element) -> Iterator[None]:
    yield


def _set_text(parent: etree._Element, before: etree._Element | None, text: str) -> None:
    if before is not None:
        before.tail = text or None
    else:
        parent.text = text or None


def _canonical(element: etree._Element, how: Canonical, root: etree._Element, prefixes: Sequence[str] = ()) -> bytes:
    """The octets that are signed: of the root with what stands around it, of any other element with the names that are in force there."""
    if element is not root and not how.exclusive and any(_bears_xml_names(above) for above in element.iterancestors()):
        raise SignatureFault("transform")  # they would be taken over, which the two versions of the standard do differently
    listed = list(prefixes) if how.exclusive and prefixes else None
    try:
        whole = element.getroottree() if element is root else _alone(element)
        return bytes(
            etree.tostring(whole, method="c14n", exclusive=how.exclusive, with_comments=how.with_comments, inclusive_ns_prefixes=listed)
        )
    except (etree.LxmlError, ValueError):
        raise SignatureFault("transform") from None


def _alone(element: etree._Element) -> etree._ElementTree:
    """A part as a tree of its own, with the names that are in force where it stands.

    lxml's canonical form of a part in place is wrong for a default namespace that is declared above it: inner elements lose it.
    """
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=True, collect_ids=False)
    return etree.fromstring(etree.tostring(element, with_tail=False), parser).getroottree()


def _bears_xml_names(element: etree._Element) -> bool:
    return any(name.startswith(_XML) for name in element.attrib)


def _key(key_info: etree._Element | None) -> tuple[PublicKey, tuple[bytes, ...]]:
    """The key, and the certificates with the one that holds it first. Raises SignatureFault when there is neither."""
    if key_info is None:
        raise SignatureFault("no_key")
    texts = [one for data in _children(key_info, "X509Data") for one in _children(data, "X509Certificate")]
    if len(texts) > _CERTIFICATES_MOST:
        raise SignatureFault("certificate_large")
    if texts:
        ders = tuple(dict.fromkeys(_decoded(one, LARGEST) for one in texts))
        first = _signers(ders)
        return public_key(first), (first, *(one for one in ders if one != first))
    values = [one for value in _children(key_info, "KeyValue") for one in _children(value, "RSAKeyValue")]
    if len(values) != 1:
        raise SignatureFault("no_key")
    modulus, exponent = (int.from_bytes(_decoded(_only(values[0], name), 2048)) for name in ("Modulus", "Exponent"))
    if modulus.bit_length() not in RSA_BITS:
        raise SignatureFault("key")
    try:
        return checked(rsa.RSAPublicNumbers(exponent, modulus).public_key()), ()
    except ValueError:
        raise SignatureFault("key") from None


def _signers(ders: Sequence[bytes]) -> bytes:
    """Of a chain in whatever order the signer's own certificate: the one that issued none of the others."""
    issuers = {certificate(one).issuer for one in ders if certificate(one).issuer != certificate(one).subject}
    return next((one for one in ders if certificate(one).subject not in issuers), ders[0])


def _decoded(element: etree._Element, most: int) -> bytes:
    """The base64 of an element. Raises SignatureFault for what is none, or longer than it may be."""
    text = element.text or ""
    if len(element) or len(text) > 2 * most:
        raise SignatureFault("form" if len(element) else "large")
    try:
        return base64.b64decode("".join(text.split()), validate=True)
    except (binascii.Error, ValueError):
        raise SignatureFault("base64") from None
