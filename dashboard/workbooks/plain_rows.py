"""Rows of .ods as the usual programs write them, taken by one grammar instead of element by element.

What the grammar does not take (notes at cells, formatted words, tables in tables) is left where it stands, for the parser to read.
"""

import html
import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import Final

from dashboard.workbooks.markup import local
from dashboard.workbooks.plain_sheet import has_only_tags

MARK: Final = "plain-rows"
"""The name of the element that stands in a document for rows taken out of it; its attribute says which."""
# Letters by their numbers, from 160 to 49,999: no signs of control and no halves of letters are among them.
_ENTITIES: Final = "&(?:amp|lt|gt|quot|apos|#(?:1[6-9][0-9]|[2-9][0-9]{2}|[1-9][0-9]{3}|[1-4][0-9]{4}));"
_LETTERS: Final = r"[^<>&\x00-\x08\x0b-\x1f]*+"
_TEXT: Final = f"{_LETTERS}(?:{_ENTITIES}{_LETTERS})*+"
_QUOTED: Final = rf'"[^"<>&\x00-\x1f]*+(?:{_ENTITIES}[^"<>&\x00-\x1f]*+)*+"'
_ATTRIBUTES: Final = rf"(?: [a-z][a-z0-9:-]*+={_QUOTED})*+"
_PARAGRAPH: Final = rf"<text:p(?: text:style-name={_QUOTED})?+(?:/>|>{_TEXT}</text:p>)"
_KIND: Final = "(?:covered-)?+table-cell"
_CELL: Final = rf"<table:{_KIND}{_ATTRIBUTES}(?: ?/>|>(?:{_PARAGRAPH})*+</table:{_KIND}>)"
_ROW: Final = rf"<table:table-row{_ATTRIBUTES}(?: ?/>|>(?:{_CELL})*+</table:table-row>)"
_ROWS: Final = re.compile(rf"(?:{_ROW}\s*+)++")
_ROW_BEGINS: Final = re.compile(r"<table:table-row([^>]*)>")
_ROW_ENDS: Final = "</table:table-row>"
_TAKEN_CELL: Final = re.compile(r"<table:(?:covered-)?table-cell([^>]*)>((?:<text:p[^>]*>[^<]*(?:</text:p>)?)*)")
_TAKEN_TEXT: Final = re.compile(r"<text:p[^>]*?(?:/>|>([^<]*)</text:p>)")
_ATTRIBUTE: Final = re.compile(r' ([a-z][a-z0-9:-]*)="([^"]*)"')
_NOTHING: Final[Mapping[str, str]] = MappingProxyType({})

PlainCell = tuple[str, str]
"""What a cell says of itself, as it stands there, and its paragraphs."""


def taken_out(content: bytes) -> tuple[bytes, list[str]]:
    """The document with a mark in the place of each run of plain rows, and those rows as they stood.

    Without comments, sections and instructions, a tag stands nowhere but where it is one. Raises ValueError for what is not UTF-8.
    """
    if not has_only_tags(content) or MARK.encode() in content or b"<table:table-row" not in content:
        return content, []
    runs: list[str] = []

    def mark(found: re.Match[str]) -> str:
        runs.append(found[0])
        return f'<{MARK} run="{len(runs) - 1}"/>'

    return _ROWS.sub(mark, content.decode("utf-8")).encode(), runs


def rows_of_run(run: str) -> Iterator[tuple[Mapping[str, str], list[PlainCell]]]:
    """The rows of a run: what each says of itself, and its cells."""
    for piece in run.split(_ROW_ENDS):
        for begins in _ROW_BEGINS.finditer(piece):
            cells = [] if begins[1].endswith("/") else _TAKEN_CELL.findall(piece, begins.end())
            yield described(begins[1]), cells


@lru_cache(maxsize=8192)
def described(said: str) -> Mapping[str, str]:
    """Attributes by their names without prefix, as the parser gives them; `fault` for a cell that holds an error value."""
    pairs = _ATTRIBUTE.findall(said)
    if not pairs:
        return _NOTHING
    found = {local(name): html.unescape(value) for name, value in pairs if not name.startswith("calcext:")}
    return found | {"fault": "1"} if ("calcext:value-type", "error") in pairs else found


def text_of(inner: str) -> str:
    """The text of a cell's paragraphs."""
    if inner.startswith("<text:p>") and inner.find("<", 1) == len(inner) - len("</text:p>"):
        text = inner[len("<text:p>") : -len("</text:p>")]
    else:
        text = "\n".join(_TAKEN_TEXT.findall(inner)) if inner else ""
    return html.unescape(text) if "&" in text else text
