"""One edXML message, opened without trust and cut down to what may be kept of it.

Format: QCVN 102:2016/BTTTT, and the older flat envelope of `http://www.go.vn/eDoc`. Elements are known by their local names, so that a
prefix, another one or none make no difference. Opening knows no DTD, no entity, no network, and bounds on size, elements and depth. Of
the tree only the elements of a list are taken over: who sent what to whom and when, never a person's name, address, phone, subject or
attachment. Reading and keeping both start from that cut, so that reading what was kept gives exactly what reading the original gave.
"""

import re
from codecs import BOM_UTF8, BOM_UTF16_BE, BOM_UTF16_LE
from collections.abc import Iterator
from dataclasses import dataclass
from unicodedata import normalize
from xml.sax.saxutils import escape

from lxml import etree

from dashboard.feeds.archive import MEMBER_LARGEST
from dashboard.feeds.base import RowFault

MESSAGE_LARGEST = MEMBER_LARGEST
"""Bytes of one message, its attachments in base64 included."""
FIELD_LONGEST = 300
OMITTED = "(đã lược)"
"""Stands where something was that is not kept."""

_ELEMENTS_MOST, _QUOTES_MOST, _DEPTH_MOST = 20_000, 100_000, 32
# libxml2 refuses texts of ten million bytes unless told otherwise; then it bounds nothing, but by then everything here is counted.
_TEXT_LARGE = 8 * 1024 * 1024
_TOO_DEEP = etree.XPath("boolean(" + "/*" * (_DEPTH_MOST + 1) + ")")
_DECLARED = re.compile(rb"<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([\w.:-]{1,40})")
# .NET writes "utf-16" over texts that it then stores as UTF-8.
_ENCODINGS = frozenset({b"utf-8", b"utf8", b"us-ascii", b"ascii", b"utf-16", b"unicode"})

_ROOTS = frozenset({"edxml", "edxmlenvelope"})
_BRANCHES = frozenset(
    {"edXML", "edXMLEnvelope", "EdXMLEnvelope", "edXMLHeader", "EdXMLHeader", "MessageHeader", "TraceHeaderList", "TraceHeader"}
    | {"From", "To", "ResponseFor", "PromulgationInfo", "OtherInfo", "Bussiness", "Business", "ReplacementInfoList", "ReplacementInfo"}
    | {"Code", "DocumentType"}  # branches in one dialect, leaves in the other
)
_LEAVES = frozenset(
    {"OrganId", "OrganName", "OrganizationInCharge", "DocumentId", "Code", "CodeNumber", "CodeNotation", "PromulgationDate"}
    | {"DocumentType", "Type", "TypeDetail", "TypeName", "DueDate", "Priority", "PageAmount", "PromulgationAmount", "SteeringType"}
    | {"StatusCode", "Timestamp", "Time", "BussinessDocType", "BusinessDocType", "Paper"}
)
SIGNATURES = frozenset({"Signature", "DigitalSignature"})
"""What builds call the signature on an envelope."""
_NAMES = frozenset({"OrganName", "OrganizationInCharge", "TypeName", "DocumentType"})
# An e-mail address, or what may be a phone number, in a field that is meant for an office's name.
_PERSONAL = re.compile(r"@|\d(?:[ .()-]{0,2}\d){7}")


@dataclass(frozen=True, slots=True)
class Node:
    """An element that is kept: its local name, its text (a leaf) or its children (a branch)."""

    name: str
    text: str = ""
    children: tuple["Node", ...] = ()

    def all(self, name: str) -> Iterator["Node"]:
        """The children of that name."""
        return (one for one in self.children if one.name == name)

    def first(self, *path: str) -> "Node":
        """The first child of that name, and so on down the path; an empty node when there is none."""
        node = self
        for name in path:
            for child in node.children:
                if child.name == name:
                    node = child
                    break
            else:
                return _NOTHING
        return node

    def find(self, *names: str) -> "Node":
        """The first node of one of these names at any depth, this one included; an empty node when there is none."""
        waiting = [self]
        while waiting:
            node = waiting.pop()
            if node.name in names:
                return node
            waiting.extend(reversed(node.children))
        return _NOTHING

    def walk(self) -> Iterator["Node"]:
        """This node and everything in it, in document order."""
        yield self
        for child in self.children:
            yield from child.walk()

    def leaves(self, above: str = "") -> Iterator[tuple[str, str]]:
        """Path and text of every leaf, in document order; the outer wrappings, which are the same everywhere, are left out of the path."""
        for child in self.children:
            path = above if child.name.lower() in _WRAPPINGS else f"{above}/{child.name}" if above else child.name
            if child.children:
                yield from child.leaves(path)
            else:
                yield path or child.name, child.text


_NOTHING = Node("")
_WRAPPINGS = _ROOTS | {"edxmlheader", "messageheader"}


def opened(content: bytes) -> Node:
    """What is kept of a message. Raises RowFault, in Vietnamese, for what is no XML, no edXML, or more than one message may be."""
    return cut(tree(content))


def cut(root: etree._Element) -> Node:
    """What is kept of a message, or of a part of one, that stands as a tree."""
    return _cut(root, local_name(root))


def tree(content: bytes, *, as_signed: bool = False) -> etree._Element:
    """The whole of a message, within the bounds of one; raises as `opened` does.

    `as_signed` leaves comments and processing instructions where they stand, for signatures are made over them.
    """
    if len(content) > MESSAGE_LARGEST:
        raise RowFault(f"bản tin {len(content)} byte lớn hơn mức nhận {MESSAGE_LARGEST} byte")
    text = _as_utf8(content)
    if b"<!DOCTYPE" in text or b"<!ENTITY" in text:
        raise RowFault("bản tin có khai báo DTD hoặc thực thể: không được nhận")
    if text.count(b"<") > 2 * _ELEMENTS_MOST or text.count(b'"') + text.count(b"'") > _QUOTES_MOST:
        raise RowFault(f"bản tin có quá nhiều phần tử hoặc thuộc tính (hơn {_ELEMENTS_MOST} phần tử)")
    root = _tree(text, as_signed)
    if _TOO_DEEP(root):
        raise RowFault(f"các phần tử lồng nhau quá {_DEPTH_MOST} tầng")
    if local_name(root).lower() not in _ROOTS:
        raise RowFault("phần tử gốc không phải là edXML")
    return root


def written(node: Node) -> bytes:
    """The kept part as XML again, in UTF-8; `opened` reads it back as the same node."""
    out = ['<?xml version="1.0" encoding="UTF-8"?>\n']
    _write(node, out)
    return "".join(out).encode()


def scrubbed(name: str, text: str) -> str:
    """The text of a field as it may be kept: NFC, printable, single spaces, bounded, without what looks like a person's address or
    phone."""
    plain = " ".join(normalize("NFC", text[: 4 * FIELD_LONGEST]).split())
    if not plain.isprintable():
        plain = " ".join(normalize("NFC", "".join(filter(str.isprintable, plain))).split())
    plain = plain[: FIELD_LONGEST + 1].rstrip()
    if "@" in plain or (name in _NAMES and _PERSONAL.search(plain)):
        return OMITTED
    return plain


def _as_utf8(content: bytes) -> bytes:
    """The text in UTF-8 and nothing else: an encoding in which markup could hide from the checks is refused."""
    if content.startswith((BOM_UTF16_LE, BOM_UTF16_BE, b"<\0", b"\0<")):
        little = content.startswith((BOM_UTF16_LE, b"<\0"))
        try:
            content = content.decode("utf-16-le" if little else "utf-16-be").removeprefix("\ufeff").encode()
        except UnicodeError:
            raise RowFault("bản tin không phải là văn bản UTF-16 đọc được") from None
    text = content.removeprefix(BOM_UTF8).lstrip()
    declared = _DECLARED.match(text)
    if declared and declared[1].lower() not in _ENCODINGS:
        raise RowFault(f"bảng mã “{declared[1].decode()}” không được nhận: cần UTF-8")
    return text


def _tree(text: bytes, as_signed: bool) -> etree._Element:
    parser = etree.XMLParser(
        encoding="utf-8",
        resolve_entities=False,
        load_dtd=False,
        no_network=True,
        huge_tree=len(text) > _TEXT_LARGE,
        remove_comments=not as_signed,
        remove_pis=not as_signed,
        collect_ids=False,
    )
    try:
        return etree.fromstring(text, parser)
    except etree.XMLSyntaxError as error:
        # The parser's own words may quote what stood there.
        raise RowFault(f"không phải XML đọc được (dòng {error.lineno or 1})") from None
    except ValueError:
        raise RowFault("không phải XML đọc được (dòng 1)") from None


def local_name(element: etree._Element) -> str:
    """An element's name without its namespace; empty for a comment or a processing instruction."""
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def _cut(element: etree._Element, name: str) -> Node:
    children = []
    for child in element:
        local = local_name(child)
        if local in _BRANCHES and len(child):
            branch = _cut(child, local)
            if branch.children:
                children.append(branch)
        elif local in _LEAVES:
            children.append(Node(local, scrubbed(local, child.text or "")))
        elif local in SIGNATURES and "".join(child.itertext()).strip():
            children.append(Node(local, OMITTED))
    return Node(name, "", tuple(children))


def _write(node: Node, out: list[str]) -> None:
    out.append(f"<{node.name}>")
    if node.text:
        out.append(escape(node.text))
    for child in node.children:
        _write(child, out)
    out.append(f"</{node.name}>")
