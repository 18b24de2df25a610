"""The PDFs in a message's attachments: base64, often of a zip. Only those in which a signature can stand are handed on."""

import base64
import binascii
import io
from collections.abc import Iterator
from typing import Final

from lxml import etree

from dashboard.errors import FeedError
from dashboard.feeds.archive import MEMBER_LARGEST, stream
from dashboard.feeds.edxml import local_name

PDFS_MOST: Final = 8
_HOLDERS: Final = ("{*}ContentTransferEncoded", "{*}Content")
_TEXT: Final = etree.XPath("string()")
"""All of an element's text: a comment may stand in the midst of it, and the tree keeps those."""
_ATTACHMENTS: Final = frozenset({"Attachment", "AttachmentEncoded"})
_PDF, _ZIP = b"%PDF-", b"PK\x03\x04"
# The first bytes of a PDF and of a zip in base64: whatever begins otherwise is not even decoded.
_HEADS: Final = ("JVBER", "UEsDB")
_MEMBERS_MOST: Final = 50
SIGNED: Final = b"/ByteRange"
"""Stands in every signature of a PDF, never compressed: it is filled in when all the rest is written."""


def signed_pdfs(root: etree._Element) -> Iterator[bytes]:
    """The attached PDFs that bear a signature, at most so many; what cannot be decoded is no PDF."""
    left = PDFS_MOST
    for element in root.iter(*_HOLDERS):
        if _is_attached(element):
            for pdf in _pdfs(str(_TEXT(element))):
                if left and SIGNED in pdf:
                    left -= 1
                    yield pdf


def _is_attached(element: etree._Element) -> bool:
    parent = element.getparent()
    return parent is not None and local_name(parent) in _ATTACHMENTS


def _pdfs(text: str) -> Iterator[bytes]:
    begin = text[:64].lstrip()
    if not begin.startswith(_HEADS):
        return
    try:
        content = base64.b64decode("".join(text.split()), validate=True)
    except (binascii.Error, ValueError):
        return
    if content.startswith(_PDF):
        yield content
    elif content.startswith(_ZIP):
        yield from _zipped(content)


def _zipped(content: bytes) -> Iterator[bytes]:
    try:
        for number, member in enumerate(stream("", io.BytesIO(content), len(content))):
            if number >= _MEMBERS_MOST:
                return
            if member.content.startswith(_PDF) and len(member.content) <= MEMBER_LARGEST:
                yield member.content
    except FeedError:
        return  # damaged, or a bomb: what was readable before is looked at
