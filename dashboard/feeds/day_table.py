"""Days that were counted elsewhere, one row a unit, tier and day: what went before the first message or dossier of an event feed.

Such a row enters the ledger as one subject that counts for many. So what arrives of the same day adds to it, a row that counts more
replaces it, and a recount of the ledger finds it again. It is a CSV file of exactly its columns, and holds nothing but keys, days and whole
numbers.
"""

import csv
import io
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

from dashboard.errors import UnitUnknown
from dashboard.feeds.base import Context, Line, RowFault, Source, reason_of, table
from dashboard.formats import HANOI
from dashboard.observations import Entry, Event, Held, Parsed, Tally

TIERS: Final = ("province", "district", "commune", "central")

_PLAIN: Final = re.compile(rb"[a-z0-9_,\n-]*")
_WHOLE: Final = re.compile(r"\d{1,9}", re.ASCII)


@dataclass(frozen=True)
class DayTable:
    """Such a table: its columns of counts, which of them are parts of which, and the measure and detail that a column counts in.

    `later` are columns that were added behind the others since: a table that was kept before them is still one.
    """

    counts: tuple[str, ...]
    within: tuple[tuple[str, str], ...]
    cell: Callable[[str], tuple[str, str]]
    later: tuple[str, ...] = ()

    @property
    def columns(self) -> tuple[str, ...]:
        """All of them, in their order."""
        return (*self.first_columns, *self.later)

    @property
    def first_columns(self) -> tuple[str, ...]:
        """Those that every such table has."""
        return ("unit", "day", "tier", *self.counts)

    def fits(self, content: bytes) -> bool:
        """Whether bytes are such a table: its head, and nothing in it in which a name could stand."""
        heads = tuple(",".join(one).encode() + b"\n" for one in (self.columns, self.first_columns))
        return content.startswith(heads) and _PLAIN.fullmatch(content) is not None

    def written(self, rows: Iterable[Mapping[str, object]]) -> bytes:
        """Rows by column as such a table; counts that are left out are 0."""
        out = io.StringIO()
        lines = csv.DictWriter(out, self.columns, restval=0, lineterminator="\n")
        lines.writeheader()
        lines.writerows(rows)
        return out.getvalue().encode()

    def parse(self, source: Source, context: Context) -> Parsed:
        """One event a row; a row in doubt is held. Raises FeedError for what is no such table."""
        events: list[Event] = []
        held: list[Held] = []
        for line in table(source, frozenset(self.first_columns)):
            try:
                events.append(self._event(line, context))
            except (RowFault, UnitUnknown) as fault:
                held.append(line.held(reason_of(fault)))
        return Parsed((), tuple(held), tuple(events))

    def tally(self, entry: Entry) -> Iterator[Tally]:
        """What such a row adds to the cells of its day."""
        known = entry.attributes
        day, tier = date.fromisoformat(str(known["counted_day"])), f"tier={known['counted_tier']}"
        for one in str(known["counted"]).split():
            column, stated, value = one.partition("=")
            if not stated:  # the sum of all
                continue
            measure, part = self.cell(column)
            yield Tally(measure, entry.unit, day, f"{part},{tier}" if part else tier, float(value))

    def _event(self, line: Line, context: Context) -> Event:
        if line.surplus:
            raise RowFault(f"dòng {'thừa' if line.surplus > 0 else 'thiếu'} {abs(line.surplus)} ô so với số cột")
        fields = line.fields
        unit, tier, day = context.units.get(fields["unit"]), fields["tier"], _day(fields["day"])
        if not unit.valid(day):
            raise RowFault(f"{unit.full_name_vi} không còn, hoặc chưa có, vào ngày {day:%d/%m/%Y}")
        if tier not in TIERS:
            raise RowFault(f"cấp “{tier}” không phải là {', '.join(TIERS)}")
        counts = {name: _count(name, fields.get(name, "0")) for name in (*self.counts, *self.later)}
        for part, whole in self.within:
            if counts[part] > counts[whole]:
                raise RowFault(f"{part} ({counts[part]}) lớn hơn {whole} ({counts[whole]})")
        # Of two texts of one instant the ledger takes the greater one: the sum in front makes that the row that counts more.
        told = " ".join([f"{sum(counts.values()):012}", *(f"{name}={value}" for name, value in counts.items() if value)])
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
