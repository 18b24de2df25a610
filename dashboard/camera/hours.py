"""When the counters of a service centre are open, in one short notation: `T2-T6 07:30-11:30 13:30-17:00; T7 07:30-11:30`."""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Final

from dashboard.errors import PeriodError
from dashboard.formats import HANOI

USUAL: Final = "T2-T6 07:30-11:30 13:30-17:00"
_DAYS: Final = ("T2", "T3", "T4", "T5", "T6", "T7", "CN")
_SPAN = re.compile(r"([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-3]):([0-5]\d)", re.ASCII)
_LONGEST = 200


@dataclass(frozen=True)
class OfficeHours:
    """Per weekday (Monday 0) the spans in which counters are open, by the clock of Hà Nội; a span holds its start and not its end."""

    spans: tuple[tuple[tuple[time, time], ...], ...]
    text: str

    @classmethod
    def parse(cls, text: str) -> "OfficeHours":
        """The hours that a text says: days (`T2`, `T2-T6`, `CN`), then spans; `;` between groups. Raises PeriodError in Vietnamese."""
        week: list[tuple[tuple[time, time], ...]] = [()] * len(_DAYS)
        groups = [part.split() for part in text[: _LONGEST + 1].replace(",", " ").split(";") if part.strip()]
        if not groups or len(text) > _LONGEST:
            raise _fault(text)
        for first, *rest in groups:
            spans = tuple(_spans(rest, text))
            for day in _days(first, text):
                if week[day]:
                    raise _fault(text)
                week[day] = spans
        return cls(tuple(week), "; ".join(" ".join(group) for group in groups))

    def __str__(self) -> str:
        """As it was written, in one spacing."""
        return self.text

    def are_open(self, at: datetime, holidays: Collection[date] = ()) -> bool:
        """Whether counters should be staffed at an instant; on a day off never."""
        local = at.astimezone(HANOI)
        return local.date() not in holidays and any(start <= local.time() < end for start, end in self.spans[local.weekday()])


def _days(text: str, whole: str) -> range:
    first, dash, last = text.upper().partition("-")
    if first not in _DAYS or (dash and last not in _DAYS):
        raise _fault(whole)
    found = range(_DAYS.index(first), _DAYS.index(last if dash else first) + 1)
    if not found:
        raise _fault(whole)
    return found


def _spans(texts: list[str], whole: str) -> Iterator[tuple[time, time]]:
    before = time.min
    for text in texts:
        found = _SPAN.fullmatch(text)
        if found is None:
            raise _fault(whole)
        hours = [int(one) for one in found.groups()]
        start, end = time(hours[0], hours[1]), time(hours[2], hours[3])
        if not before <= start < end:
            raise _fault(whole)
        before = end
        yield start, end
    if before == time.min:
        raise _fault(whole)


def _fault(text: str) -> PeriodError:
    return PeriodError(f"“{text[:60]}” không phải là giờ làm việc: viết như {USUAL}; T7 07:30-11:30")


USUAL_HOURS: Final = OfficeHours.parse(USUAL)
