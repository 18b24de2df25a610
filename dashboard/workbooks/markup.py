"""XML of workbooks, read as a stream: no document types, no entities, no network, UTF-8 only."""

from collections.abc import Callable
from functools import lru_cache
from typing import Final, NoReturn
from xml.parsers import expat

from dashboard.workbooks.limits import damaged

Start = Callable[[str, dict[str, str]], None]
_PIECE: Final = 256 * 1024


@lru_cache(maxsize=1024)
def local(name: str) -> str:
    """A name without its prefix: writers choose prefixes as they like."""
    return name.rpartition(":")[2]


def scan(content: bytes, start: Start, end: Callable[[str], None] | None, text: Callable[[str], None]) -> None:
    """Call back for each element and text, whole pieces of text at a time. Raises WorkbookError for what is not well-formed, holds a
    document type or is not UTF-8; whatever a callback raises ends the reading."""
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler, parser.EndElementHandler, parser.CharacterDataHandler = start, end, text
    parser.XmlDeclHandler = _declared
    parser.StartDoctypeDeclHandler = _no_document_type
    try:
        for place in range(0, len(content), _PIECE):
            parser.Parse(content[place : place + _PIECE], place + _PIECE >= len(content))
        if not content:
            raise damaged()
    except expat.ExpatError as error:
        raise damaged() from error


def _declared(_version: str, encoding: str | None, _standalone: int) -> None:
    if encoding and encoding.lower() not in ("utf-8", "us-ascii"):
        raise damaged(f"bảng mã {encoding[:20]}")


def _no_document_type(*_: object) -> NoReturn:
    raise damaged("có khai báo DTD, không được phép")
