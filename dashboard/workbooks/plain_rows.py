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

MARK: Final = "plain-rows"
"""The name of the element that stands in a document for rows taken out of it; its attribute says which."""
_ENTITIES: Final = "&(?:amp|lt|gt|quot|apos);"
_LETTERS: Final = r"[^<>&\x00-\x08\x0b-\x1f]*+"
_TEXT: Final = f"{_LETTERS}(?:{_ENTITIES}{_LETTERS})*+"
_QUOTED: Final = rf'"[^"<>&\x00-\x1f]*+(?:{_ENTITIES}[^"<>&\x00-\x1f]*+)*+"'
_ATTRIBUTES: Final = rf"(?: [a-z][a-z0-9:-]*+={_QUOTED})*+"
_PARAGRAPH: Final = rf"<text:p(?: text:style-name={_QUOTED})?+(?:/>|>{_TEXT}</text:p>)"
_KIND: Final = "(?:covered-)?+table-cell"
_CELL: Final = rf"<table:{_KIND}{_ATTRIBUTES}(?: ?/>|>(?:{_PARAGRAPH})*+</table:{_KIND}>)"
_ROW: Final = rf"<table:table-row{_ATTRIBUTES}(?: ?/>|>(?:{_CELL})*+</table:table-row>)"
_ROWS: Final = re.compile(rf"(?:{_ROW}\s*+)++")
_TAKEN_ROW: Final = re.compile(r"<table:table-row([^>]*?) ?(?:/>|>(.*?)</table:table-row>)", re.DOTALL)
_TAKEN_CELL: Final = re.compile(r"<table:(?:covered-)?table-cell([^>]*?) ?(?:/>|>(.*?)</table:(?:covered-)?table-cell>)", re.DOTALL)
_TAKEN_TEXT: Final = re.compile(r"<text:p[^>]*?(?:/>|>([^<]*)</text:p>)")
_ATTRIBUTE: Final = re.compile(r' ([a-z][a-z0-9:-]*)="([^"]*)"')
_NOTHING: Final[Mapping[str, str]] = MappingProxyType({})

PlainCell = tuple[Mapping[str, str], str]
"""What a cell says of itself, by names without prefix, and its text."""


def taken_out(content: bytes) -> tuple[bytes, list[str]]:
    """The document with a mark in the place of each run of plain rows, and those rows as they stood.

    Without comments, sections and instructions, a tag stands nowhere but where it is one. Raises ValueError for what is not UTF-8.
    """
    if b"<!" in content or content.count(b"<?") > 1 or MARK.encode() in content or b"<table:table-row" not in content:
        return content, []
    runs: list[str] = []

    def mark(found: re.Match[str]) -> str:
        runs.append(found[0])
        return f'<{MARK} run="{len(runs) - 1}"/>'

    return _ROWS.sub(mark, content.decode("utf-8")).encode(), runs


def rows_of_run(run: str) -> Iterator[tuple[Mapping[str, str], Iterator[PlainCell]]]:
    """The rows of a run: what each says of itself, and its cells."""
    for said, cells in _TAKEN_ROW.findall(run):
        yield described(said), ((described(about), _text(inner)) for about, inner in _TAKEN_CELL.findall(cells))


@lru_cache(maxsize=4096)
def described(said: str) -> Mapping[str, str]:
    """Attributes by their names without prefix, as the parser gives them; `fault` for a cell that holds an error value."""
    if not said:
        return _NOTHING
    pairs = _ATTRIBUTE.findall(said)
    found = {local(name): html.unescape(value) for name, value in pairs if not name.startswith("calcext:")}
    return found | {"fault": "1"} if ("calcext:value-type", "error") in pairs else found


def _text(inner: str) -> str:
    if inner.startswith("<text:p>") and inner.find("<", 1) == len(inner) - len("</text:p>"):
        text = inner[len("<text:p>") : -len("</text:p>")]
    else:
        text = "\n".join(_TAKEN_TEXT.findall(inner)) if inner else ""
    return html.unescape(text) if "&" in text else text
