"""An archive of edXML messages as a province's years of traffic would be, as long as one likes, and what must be counted of it.

Documents of all provinces with the receiver's words about them; some are sent twice, some recalled, some come after what is said of them.
`python -m tests.bench.million FILE [MESSAGES]` writes one.
"""

import io
import sys
import tarfile
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path

from tests.loaded import units
from tests.messages import Document, status

FIRST, DAYS = date(2026, 6, 1), 150
_PAPER, _TWICE, _RECALLED, _DISORDER, _OFFICES = 10, 20, 50, 7, 90


@dataclass(frozen=True, slots=True)
class Written:
    """What was written: how many messages, and by measure what is to be counted of them."""

    messages: int
    counts: Mapping[str, int]


@cache
def _codes() -> tuple[str, ...]:
    """Agency codes of today's provinces."""
    return tuple(str(one.agency_code) for one in units().of_tier("province", FIRST) if one.agency_code)


@cache
def _days() -> tuple[date, ...]:
    return tuple(day for day in (FIRST + timedelta(days=one) for one in range(DAYS)) if day.weekday() < 5)


def of_document(number: int) -> list[bytes]:
    """The messages about one document, in the order in which they come."""
    codes = _codes()
    sender = f"000.00.{number % _OFFICES:02d}.{codes[number % len(codes)]}"
    receiver = f"000.00.00.{codes[(number + 7) % len(codes)]}"
    day = f"{_days()[number % len(_days())]:%Y/%m/%d}"
    name = f"{sender},{day},{number}/VP"
    sent = Document(
        sender, "Văn phòng", (receiver,), name, str(number), "VP", day, (f"{day} 09:30:00",), paper=str(int(number % _PAPER == 0))
    )
    told = [status(code, f"{day} {at}", receiver, name, sender) for code, at in (("01", "09:40:00"), ("03", "10:20:00"))]
    found = [*told, sent.xml()] if number % _DISORDER == 0 else [sent.xml(), *told]
    if number % _TWICE == 0:
        found.append(sent.xml())
    if number % _RECALLED == 0:
        recall = sent.but(business="1", target=name, stamps=(f"{day} 11:00:00",)).xml()
        found.insert(0 if number % (2 * _RECALLED) == 0 else len(found), recall)
    return found


def counted(number: int) -> Iterator[str]:
    """The measures in which a document counts."""
    yield "documents_received"
    yield "documents_accepted"
    if number % _RECALLED == 0:
        yield "documents_recalled"
        return
    yield "documents_sent"
    yield "documents_sent_on_time"
    if number % _PAPER:
        yield "documents_electronic"


def write(path: Path, messages: int) -> Written:
    """A tar.gz of at least so many messages: whole documents."""
    count, number = 0, 0
    counts: Counter[str] = Counter()
    with tarfile.open(path, "w:gz", compresslevel=1) as archive:
        while count < messages:
            for content in of_document(number):
                info = tarfile.TarInfo(f"{count}.xml")
                info.size = len(content)
                archive.addfile(info, io.BytesIO(content))
                archive.members = []  # type: ignore[attr-defined]  # it would remember every member
                count += 1
            counts.update(counted(number))
            number += 1
    return Written(count, dict(counts))


if __name__ == "__main__":
    target, *more = sys.argv[1:]
    print(write(Path(target), int(more[0]) if more else 1_000_000))
