"""Days of the document axis that were counted elsewhere, one row a unit, tier and day: what went before the first message.

Such a row enters the ledger as one subject that counts for many. So messages of the same day add to it, a corrected row replaces it, and a
recount of the ledger finds it again. It is a CSV file of exactly these columns, and holds nothing but keys, days and whole numbers.
"""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

from dashboard.errors import UnitUnknown
from dashboard.feeds.base import Context, Line, RowFault, Source, reason_of, table
from dashboard.formats import HANOI
from dashboard.observations import Entry, Event, Held, Parsed, Tally

HOURS: Final = (1, 2, 4, 8, 24, 48, 72, 168)
"""Upper bounds, inclusive, of the buckets of `acceptance_hours`; above the last there is `inf`."""
BUCKETS: Final = (*(f"{end:03d}" for end in HOURS), "inf")
COUNTS: Final = (
    "documents_sent",
    "documents_electronic",
    "documents_signed",
    "documents_sent_on_time",
    "documents_recalled",
    "documents_received",
    "documents_accepted",
    "documents_refused",
)
WAITED: Final = tuple(f"acceptance_hours_{bucket}" for bucket in BUCKETS)
COLUMNS: Final = ("unit", "day", "tier", *COUNTS, *WAITED)
TIERS: Final = ("province", "district", "commune", "central")

_HEAD: Final = ",".join(COLUMNS).encode()
_PLAIN: Final = re.compile(rb"[a-z0-9_,\n-]*")
_WHOLE: Final = re.compile(r"\d{1,9}", re.ASCII)
_WITHIN: Final = (
    ("documents_electronic", "documents_sent"),
    ("documents_signed", "documents_sent"),
    ("documents_sent_on_time", "documents_sent"),
    ("documents_accepted", "documents_received"),
    ("documents_refused", "documents_received"),
)


def is_table(content: bytes) -> bool:
    """Whether bytes are such a table: its head, and nothing in it in which a name could stand."""
    return content.startswith(_HEAD + b"\n") and _PLAIN.fullmatch(content) is not None


def written(rows: Iterable[Mapping[str, object]]) -> bytes:
    """Rows by column as such a table; counts that are left out are 0."""
    out = io.StringIO()
    lines = csv.DictWriter(out, COLUMNS, restval=0, lineterminator="\n")
    lines.writeheader()
    lines.writerows(rows)
    return out.getvalue().encode()


def parse(source: Source, context: Context) -> Parsed:
    """One event a row; a row in doubt is held. Raises FeedError for what is no such table."""
    events: list[Event] = []
    held: list[Held] = []
    for line in table(source, frozenset(COLUMNS)):
        try:
            events.append(_event(line, context))
        except (RowFault, UnitUnknown) as fault:
            held.append(line.held(reason_of(fault)))
    return Parsed((), tuple(held), tuple(events))


def _event(line: Line, context: Context) -> Event:
    if line.surplus:
        raise RowFault(f"dòng {'thừa' if line.surplus > 0 else 'thiếu'} {abs(line.surplus)} ô so với số cột")
    fields = line.fields
    unit, tier, day = context.units.get(fields["unit"]), fields["tier"], _day(fields["day"])
    if not unit.valid(day):
        raise RowFault(f"{unit.full_name_vi} không còn, hoặc chưa có, vào ngày {day:%d/%m/%Y}")
    if tier not in TIERS:
        raise RowFault(f"cấp “{tier}” không phải là {', '.join(TIERS)}")
    counts = {name: _count(name, fields[name]) for name in (*COUNTS, *WAITED)}
    for part, whole in _WITHIN:
        if counts[part] > counts[whole]:
            raise RowFault(f"{part} ({counts[part]}) lớn hơn {whole} ({counts[whole]})")
    told = " ".join(f"{name}={value}" for name, value in counts.items() if value)
    after = datetime.combine(day + timedelta(days=1), time(), HANOI).astimezone(UTC)
    attributes = {"counted": told, "counted_day": day.isoformat(), "counted_tier": tier}
    return Event(f"counted|{unit.key}|{day}|{tier}", unit.key, after, attributes, line.record)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise RowFault(f"ngày “{text}” không đọc được") from None


def _count(name: str, text: str) -> int:
    if not _WHOLE.fullmatch(text):
        raise RowFault(f"{name}: “{text}” không phải là số đếm")
    return int(text)


def tally(entry: Entry) -> Iterator[Tally]:
    """What such a row adds to the cells of its day."""
    known = entry.attributes
    day, tier = date.fromisoformat(str(known["counted_day"])), f"tier={known['counted_tier']}"
    for one in str(known["counted"]).split():
        name, _, value = one.partition("=")
        measure, _, bucket = name.partition("_hours_")
        if bucket:
            yield Tally(f"{measure}_hours", entry.unit, day, f"bucket={bucket},{tier}", float(value))
        else:
            yield Tally(measure, entry.unit, day, tier, float(value))
