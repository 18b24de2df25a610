"""Records of any system as cells of ours, by expressions that stand in `data/feeds.toml` (JMESPath, one record at a time).

What an expression gives is kept as text, and the result has the shape in which systems push: so it is checked by the same reader, and
whatever no expression asks for, persons' data among it, is never kept.
"""

import csv
import io
import json
import re
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Annotated, Any, Final, Literal

import jmespath
from jmespath.exceptions import JMESPathError
from lxml import etree
from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from dashboard.errors import FeedError
from dashboard.periods import Grain, Period

Format = Literal["json", "xml", "csv"]

_DAY = re.compile(r"(\d{4})-?(\d{2})-?(\d{2})(?!\d{3})")
_DEEPEST: Final = 60
_RECORDS: Final = 500_000


def _is_expression(text: str) -> str:
    try:
        jmespath.compile(text)
    except JMESPathError as error:
        raise ValueError(f"no JMESPath expression: {str(error).splitlines()[0]}") from None
    return text


Expression = Annotated[str, AfterValidator(_is_expression)]


class CellRow(BaseModel):
    """One cell of a record. `measure` is its key; the others are expressions: 'in quotes' they are themselves.

    `grain`: the period is the one of that kind in which the day lies that the expression gives. `when`: only records for which it is
    true. `decimal` is the mark before decimals in the source.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    measure: str
    unit: Expression
    period: Expression
    value: Expression
    detail: Mapping[str, Expression] = Field(default_factory=dict)
    grain: Literal["day", "month", "quarter", "year"] | None = None
    when: Expression | None = None
    decimal: Literal[".", ","] = "."


_GRAINS: Final[Mapping[str, Grain]] = {"day": Grain.DAY, "month": Grain.MONTH, "quarter": Grain.QUARTER, "year": Grain.YEAR}


def document(content: bytes, form: Format, delimiter: str = ",") -> Any:
    """An answer as objects: JSON as it is (numbers as the texts that were sent), XML as objects by element (attributes as `@name`, the text
    of an element that has others as `#text`, what is repeated as a list), CSV as a list of rows. Raises FeedError, in Vietnamese."""
    try:
        if form == "json":
            return json.loads(content.decode("utf-8-sig"), parse_float=str, parse_int=str, parse_constant=str)
        return _xml(content) if form == "xml" else _csv(content.decode("utf-8-sig"), delimiter)
    except (UnicodeDecodeError, json.JSONDecodeError, RecursionError, csv.Error) as error:
        raise FeedError(f"trả lời không phải {form.upper()} đúng quy cách ({error})") from None


def records(found: Any, where: str) -> list[Any]:
    """The records in a document. Raises FeedError when there is no list: the system's answers have changed their shape."""
    listed = jmespath.search(where, found) if where else found
    if isinstance(listed, dict):  # an XML element that is there once is no list
        listed = [listed]
    if not isinstance(listed, list):
        raise FeedError(f"không có danh sách bản ghi ở “{where}”: cấu trúc trả lời đã đổi")
    if len(listed) > _RECORDS:
        raise FeedError(f"{len(listed)} bản ghi trong một trả lời, nhiều hơn {_RECORDS}")
    return listed


def mapped(cells: tuple[CellRow, ...], found: list[Any]) -> list[dict[str, str | None]]:
    """The cells of records, as systems push them. Raises FeedError when several records have nothing that the cells ask for."""
    made = [one for record in found for one in _of_record(cells, record)]
    if len(found) >= 3 and made and all(one["unit"] is None or one["value"] is None for one in made):
        asked = ", ".join(sorted({cell.unit for cell in cells} | {cell.value for cell in cells}))
        raise FeedError(f"không bản ghi nào có {asked}: cấu trúc trả lời đã đổi")
    return made


def written(made: list[dict[str, str | None]]) -> bytes:
    """Cells as they are kept."""
    return json.dumps({"observations": made}, ensure_ascii=False, separators=(",", ":")).encode()


def compose(fields: Mapping[str, str]) -> bytes:
    """One cell, as it is kept."""
    return written([dict(fields)])


def _of_record(cells: tuple[CellRow, ...], record: Any) -> Iterator[dict[str, str | None]]:
    for cell in cells:
        if cell.when is not None and jmespath.search(cell.when, record) in (None, False, "", [], {}, "false", "0"):
            continue
        parts = {name: _text(record, expression) for name, expression in cell.detail.items()}
        yield {
            "measure": cell.measure,
            "unit": _text(record, cell.unit),
            "period": _period(_text(record, cell.period), cell.grain),
            "value": _decimal(_text(record, cell.value), cell.decimal),
            "detail": ",".join(f"{name}={value}" for name, value in parts.items()) or None,
        }


def _text(record: Any, expression: str) -> str | None:
    try:
        found = jmespath.search(expression, record)
    except JMESPathError as error:
        raise FeedError(f"biểu thức “{expression}” không dùng được cho bản ghi: {str(error).splitlines()[0]}") from None
    if found is None or isinstance(found, dict | list):
        return None
    return str(found).strip()[:300]


def _period(text: str | None, grain: str | None) -> str | None:
    """The period of a day; a text in which no day stands is left for the reader to hold."""
    day = _DAY.match(text) if text and grain else None
    if day is None or grain is None:
        return text
    try:
        return str(Period.of(_GRAINS[grain], date(*map(int, day.groups()))))
    except ValueError:
        return text


def _decimal(text: str | None, mark: str) -> str | None:
    return text.replace(".", "").replace(",", ".") if text and mark == "," else text


def _csv(text: str, delimiter: str) -> list[dict[str, str]]:
    if "\0" in text:
        raise FeedError("trả lời không phải CSV đúng quy cách (có ký tự không)")
    rows = csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    return [{str(name): "" if value is None else str(value) for name, value in row.items() if name is not None} for row in rows]


def _xml(content: bytes) -> Any:
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True, remove_pis=True
    )
    try:
        root = etree.fromstring(content, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise FeedError(f"trả lời không phải XML đúng quy cách ({str(error)[:120]})") from None
    if root.getroottree().docinfo.doctype:
        raise FeedError("trả lời XML có DTD: không nhận")
    return {_local(root.tag): _element(root, 0)}


def _element(node: Any, depth: int) -> Any:
    if depth > _DEEPEST:
        raise FeedError(f"trả lời XML lồng nhau sâu hơn {_DEEPEST} tầng")
    text = (node.text or "").strip()
    found: dict[str, Any] = {f"@{_local(name)}": value for name, value in node.attrib.items()}
    for child in node:
        name, value = _local(child.tag), _element(child, depth + 1)
        if name not in found:
            found[name] = value
        elif isinstance(found[name], list):
            found[name].append(value)
        else:
            found[name] = [found[name], value]
    if not found:
        return text
    return {**found, "#text": text} if text else found


def _local(name: Any) -> str:
    return str(name).rpartition("}")[2]
