"""The published 766 scores over HTTP: which months are asked for, and how an answer is kept so that its month stands in it.

`GET <address>?nam=2025&thang=10&luyke=0` (1: the year to date) gives a JSON list of rows, or an object with such a list under `data`, with
the names of the portal's own board (TEN, MA_COQUAN, LOAI_COQUAN, CKMB … TONG_SCORE, ROW_STT). No interface is published; the names of the
rows are those of the files of October 2025, the parameters are ours and stand here alone. A month not published yet is an empty list.
"""

import json
import os
from collections.abc import Callable, Generator, Iterator, Mapping
from datetime import date, datetime, timedelta
from typing import Any, Final

import httpx

from dashboard.errors import FeedError
from dashboard.feeds import asking, secrets
from dashboard.feeds.base import Line, Source
from dashboard.formats import HANOI
from dashboard.periods import Grain, Period

ADDRESS: Final = "env:DVCQG_766_ADDRESS"
FIRST_MONTH: Final = "DVCQG_766_FIRST_MONTH"
"""From which month on a store that holds none asks; the last three without it."""
EVERY_MINUTES: Final = 6 * 60
PERIOD: Final = "period"
_HEAD: Final = b'{"period":'
_TIMEOUT: Final = 60.0
_MOST_ROWS: Final = 20_000


def ask(source: str, mark: str | None, today: Callable[[], date] = lambda: datetime.now(HANOI).date()) -> Generator[Source]:
    """Each month from the last that was published on (that one again: it may have been corrected), and its year to date.

    Ends with the first month that is not published. Raises FeedError.
    """
    with asking.client(_TIMEOUT) as client:
        for month in _months(mark, today()):
            if not _rows((answer := _asked(client, month)).content):
                return
            to_date = Period.of(Grain.YEAR_TO_DATE, month.last_day)
            if _rows((whole := _asked(client, to_date)).content):
                yield Source(source, _kept(to_date, whole.content), whole.simulated, None, "bytes")
            yield Source(source, _kept(month, answer.content), answer.simulated, str(month), "bytes")


def is_answer(content: bytes) -> bool:
    """Whether bytes are such an answer, and not a table file."""
    return content.startswith(_HEAD)


def lines(source: Source) -> list[Line]:
    """The rows of an answer, numbered from 1, each with its period. Raises FeedError for what is no such answer."""
    try:
        whole = json.loads(source.content.decode("utf-8"), parse_float=str, parse_int=str, parse_constant=str)
    except (UnicodeDecodeError, json.JSONDecodeError, RecursionError) as error:
        raise FeedError(f"{source.name}: không phải JSON đúng quy cách ({error})") from None
    found = _listed(whole.get("answer"))
    if found is None or len(found) > _MOST_ROWS:
        raise FeedError(f"{source.name}: cần một danh sách dòng, nhiều nhất {_MOST_ROWS}")
    return [Line(number, {PERIOD: str(whole[PERIOD]), **_texts(row)}) for number, row in enumerate(found, 1)]


def compose(fields: Mapping[str, str]) -> bytes:
    """An answer of one row."""
    row = {name: text for name, text in fields.items() if name != PERIOD}
    return _kept(Period.parse(fields[PERIOD]), json.dumps([row], ensure_ascii=False).encode())


def _asked(client: httpx.Client, one: Period) -> asking.Answer:
    last = one.last_day
    asked = {"nam": str(last.year), "thang": str(last.month), "luyke": str(int(one.grain is Grain.YEAR_TO_DATE))}
    return asking.ask(client, client.build_request("GET", httpx.URL(secrets.found(ADDRESS)).copy_merge_params(asked)))


def _rows(content: bytes) -> bool:
    """Whether there are any; what cannot be read is for its reader to find out."""
    try:
        return _listed(json.loads(content)) != []
    except (UnicodeDecodeError, json.JSONDecodeError, RecursionError):
        return True


def _listed(found: Any) -> list[Any] | None:
    listed = found.get("data") if isinstance(found, dict) else found
    return listed if isinstance(listed, list) else None


def _kept(one: Period, content: bytes) -> bytes:
    """An answer as it came, with the month that it answers for, which it does not tell itself."""
    return _HEAD + json.dumps(str(one)).encode() + b',"answer":' + content + b"}"


def _texts(row: Any) -> dict[str, str]:
    if not isinstance(row, dict):
        return {"(không phải bản ghi)": str(row)[:200]}
    return {str(name)[:60]: "" if value is None else str(value)[:500] for name, value in row.items()}


def _months(mark: str | None, today: date) -> Iterator[Period]:
    """Months that are over, oldest first."""
    over = _before(Period.of(Grain.MONTH, today))
    month = Period.parse(mark or os.environ.get(FIRST_MONTH, "") or str(_before(_before(over))))
    while month <= over:
        yield month
        month = Period.of(Grain.MONTH, month.end_day)


def _before(month: Period) -> Period:
    return Period.of(Grain.MONTH, month.first_day - timedelta(days=1))
