"""What other systems push, as JSON or CSV, to `POST /api/v1/feeds/{feed}`; a feed that is a row of `data/feeds.toml` (`rows`).

JSON is a list of objects, or an object with such a list under `observations`; CSV has the same names as columns:
`measure`, `unit` (our key, a code or a name on the period's last day), `period`, `value`, and `detail` where the measure has parts.
"""

import json
import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from dashboard.errors import FeedError, UnitAmbiguous, UnitUnknown
from dashboard.feeds.base import Context, Line, RowFault, Source, excerpt_of_table, figure, period, reason_of, table
from dashboard.observations import Held, Observation, Parsed
from dashboard.periods import Period
from dashboard.units import Unit

COLUMNS = frozenset({"measure", "unit", "period", "value"})
_FIELDS = COLUMNS | {"detail"}
_period = lru_cache(maxsize=1024)(period)  # a push of a month's days names each of them a thousand times
_TWICE = " (lần hai)"
_DETAIL = re.compile(r"(?:[a-z_]+=[a-z0-9_]+(?:,[a-z_]+=[a-z0-9_]+)*)?")


def parse(measures: frozenset[str], source: Source, context: Context) -> Parsed:
    """Whole values of cells, one a record; a record in doubt, and the second one of a cell, is held. Raises FeedError for what is neither
    JSON nor CSV of the shape above.
    """
    observations: dict[tuple[str, str, Period, str], Observation] = {}
    held: list[Held] = []
    for line in _lines(source):
        try:
            one = _observation(line, measures, context)
            cell = (one.measure, one.unit, one.period, one.detail)
            if cell in observations:
                raise RowFault(f"đã có bản ghi {observations[cell].record} cho cùng ô số liệu trong lần gửi này")
            observations[cell] = one
        except (RowFault, UnitUnknown, UnitAmbiguous) as fault:
            held.append(line.held(reason_of(fault)))
    return Parsed(tuple(observations.values()), tuple(held))


def excerpt(source: Source, record: str) -> list[tuple[str, str]]:
    """The fields of one record; empty when there is no such record."""
    if not _is_json(source):
        return excerpt_of_table(source, record)
    return next((list(line.fields.items()) for line in _lines(source) if line.record == record), [])


def compose(fields: Mapping[str, str]) -> bytes:
    """A push of one record."""
    return json.dumps([fields], ensure_ascii=False).encode()


def _is_json(source: Source) -> bool:
    return source.content.lstrip()[:1] in (b"{", b"[")


def _lines(source: Source) -> list[Line]:
    if not _is_json(source):
        return table(source, COLUMNS)
    records = _json(source)
    return [Line(number, _texts(record)) for number, record in enumerate(records, 1)]


def _json(source: Source) -> list[Any]:
    try:
        # Numbers stay the texts that were sent: 90.1 is not to become 90.09999999999999 on its way into the evidence.
        found = json.loads(source.content.decode("utf-8"), parse_float=str, parse_int=str, parse_constant=str, object_pairs_hook=_object)
    except (UnicodeDecodeError, json.JSONDecodeError, RecursionError) as error:
        raise FeedError(f"{source.name}: không phải JSON đúng quy cách ({error})") from error
    records = found.get("observations") if isinstance(found, dict) else found
    if not isinstance(records, list):
        raise FeedError(f"{source.name}: cần một danh sách bản ghi, hoặc danh sách ấy trong “observations”")
    return records


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object of JSON; a name that stands in it twice keeps both values, since nobody knows which one was meant."""
    found: dict[str, Any] = {}
    for name, value in pairs:
        found[f"{name}{_TWICE}" if name in found else name] = value
    return found


def _texts(record: Any) -> dict[str, str]:
    if not isinstance(record, dict):
        return {"(không phải bản ghi)": str(record)[:200]}
    return {str(name)[:60]: "" if value is None else str(value) for name, value in record.items()}


def _observation(line: Line, measures: frozenset[str], context: Context) -> Observation:
    if line.surplus:
        raise RowFault(f"dòng {'thừa' if line.surplus > 0 else 'thiếu'} {abs(line.surplus)} ô so với số cột")
    if missing := sorted(COLUMNS - {name for name, text in line.fields.items() if text.strip()}):
        raise RowFault(f"thiếu {', '.join(missing)}")
    if twice := next((name for name in line.fields if name.endswith(_TWICE)), ""):
        raise RowFault(f"trường {twice.removesuffix(_TWICE)} có hai lần trong một bản ghi")
    if unknown := sorted(set(line.fields) - _FIELDS):
        raise RowFault(f"trường không biết: {', '.join(unknown)}")
    key = line.fields["measure"].strip()
    if key not in measures:
        raise RowFault(f"nguồn này không được gửi đại lượng “{key}”; được gửi: {', '.join(sorted(measures))}")
    when, detail = _period(line.fields["period"].strip()), line.fields.get("detail", "").strip()
    if not _DETAIL.fullmatch(detail):
        raise RowFault(f"chi tiết “{detail}” không đúng quy cách: viết ten=gia_tri,ten=gia_tri")
    value = figure(line.fields["value"], context.catalog.measure(key))
    ordered = ",".join(sorted(detail.split(","))) if detail else ""
    return Observation(key, _unit(line.fields["unit"].strip(), when, context).key, when, value, ordered, line.record)


def _unit(text: str, when: Period, context: Context) -> Unit:
    """By our own key, or by what the unit was called on the last day of the period. Raises RowFault, UnitUnknown, UnitAmbiguous."""
    try:
        unit = context.units.get(text)
    except UnitUnknown:
        return context.units.resolve(text, on=when.last_day)
    if not unit.valid(when.last_day):
        raise RowFault(f"{unit.full_name_vi} ({unit.key}) không còn, hoặc chưa có, vào {when.label_vi}")
    return unit
