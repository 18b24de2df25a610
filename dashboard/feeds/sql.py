"""Any database that SQLAlchemy reaches, as a row of `data/feeds.toml`: one question, a column that says how far it was read, the mapping.

The second place beside `store/` where SQLAlchemy is used: this is another system's database, which we only read, and never our own.
"""

import datetime as dt
import json
from collections.abc import Generator, Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from functools import partial
from typing import Annotated, Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import Connection, create_engine, text
from sqlalchemy.engine import RowMapping, make_url
from sqlalchemy.exc import ArgumentError, NoSuchModuleError, SQLAlchemyError
from sqlalchemy.pool import NullPool

from dashboard.errors import FeedError
from dashboard.feeds import asking, mapping, pushed, secrets
from dashboard.feeds.base import Context, Feed, Source
from dashboard.feeds.mapping import CellRow
from dashboard.observations import Parsed

_BATCH: Final = 5_000
_LONGEST: Final = 200
Words = Annotated[str, Field(min_length=1)]


class Sql(BaseModel):
    """How a database is asked. `address` refers to an SQLAlchemy URL, which holds a password.

    `watermark` names a column of the answer; its greatest value so far is `:since` in the next question, and `since_first` in the first
    one. Ask with `>=`: what is read twice changes nothing, and what was committed late is not missed.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: Literal["sql"]
    address: Words
    query: Words
    every_minutes: Annotated[float, Field(gt=0, le=44_640)] = 60
    watermark: str = ""
    since_first: str | int | dt.datetime | dt.date = ""
    timeout_seconds: Annotated[int, Field(ge=1, le=600)] = 60
    cells: Annotated[tuple[CellRow, ...], Field(min_length=1)]

    def secrets(self) -> list[tuple[str, str]]:
        """Fields that must be references, with what stands in them."""
        return [("address", self.address)]


def ask(row: Sql, source: str, mark: str | None) -> Generator[Source]:
    """All rows as one source, or those since the mark, some thousands a source; mapped already: other columns never leave this module.

    Raises FeedError.
    """
    address = secrets.found(row.address)
    try:
        engine = create_engine(_url(address), poolclass=NullPool)
    except ImportError as error:
        raise FeedError(f"không có trình điều khiển cho cơ sở dữ liệu này ({error.name})") from None
    try:
        with engine.connect() as connection:
            yield from _sources(row, source, connection, mark)
    except SQLAlchemyError as error:
        raise FeedError(f"cơ sở dữ liệu không trả lời, hoặc câu hỏi sai: {_said(error, address)}") from None
    finally:
        engine.dispose()


def _sources(row: Sql, source: str, connection: Connection, mark: str | None) -> Iterator[Source]:
    _be_modest(row, connection)
    asked = {"since": _read_mark(mark) if mark else row.since_first} if row.watermark else {}
    answer = connection.execution_options(stream_results=True).execute(text(row.query), asked)
    if row.watermark and row.watermark not in answer.keys():  # noqa: SIM118 — a result is no mapping
        raise FeedError(f"câu hỏi không cho cột “{row.watermark}”")
    if not row.watermark:  # all there is, as one source: half of it must not land without the other half
        yield Source(source, mapping.written(_cells(row, answer.mappings().all())))
        return
    reached = _read_mark(mark) if mark else None
    batches = answer.mappings().partitions(_BATCH)
    batch = next(batches, [])
    while True:
        following = next(batches, [])
        reached = _greater(reached, (one[row.watermark] for one in batch))
        told = None if following or reached is None else _write_mark(reached)
        yield Source(source, mapping.written(_cells(row, batch)), False, told, "bytes")
        if not following:
            return
        batch = following


def _cells(row: Sql, found: Sequence[RowMapping]) -> list[dict[str, str | None]]:
    return mapping.mapped(row.cells, [{name: _plain(value) for name, value in one.items()} for one in found])


def _be_modest(row: Sql, connection: Connection) -> None:
    """Where it can be said: nothing is changed, and nothing is asked for too long."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql("SET TRANSACTION READ ONLY")
        connection.execute(text("SELECT set_config('statement_timeout', :most, true)"), {"most": str(row.timeout_seconds * 1000)})
    elif connection.dialect.name == "sqlite":
        connection.exec_driver_sql("PRAGMA query_only = ON")


def _url(address: str) -> Any:
    try:
        url = make_url(address)
        url.get_dialect()
    except (ArgumentError, NoSuchModuleError):
        raise FeedError("địa chỉ cơ sở dữ liệu không đọc được") from None
    # The one driver of PostgreSQL that is installed here.
    return url.set(drivername="postgresql+psycopg") if url.drivername in ("postgresql", "postgres") else url


def _said(error: SQLAlchemyError, address: str) -> str:
    """The database's own first line, without what our address holds."""
    password = make_url(address).password
    line = next(iter(str(getattr(error, "orig", None) or error).strip().splitlines()), type(error).__name__)[:_LONGEST]
    return line.replace(str(password), "…") if password else line


def _greater(reached: Any, values: Iterator[Any]) -> Any:
    there = [one for one in (reached, *values) if one is not None]
    try:
        return max(there, default=None)
    except TypeError:
        raise FeedError("cột đánh dấu có giá trị không so sánh được với nhau") from None


def _plain(value: Any) -> Any:
    if isinstance(value, dt.datetime | dt.date):
        return value.isoformat()
    if isinstance(value, Decimal | int | float) and not isinstance(value, bool):
        return str(value)
    return value if value is None or isinstance(value, bool | str | dict | list) else str(value)


_KINDS: Final[dict[str, Any]] = {
    "datetime": (dt.datetime, dt.datetime.fromisoformat),
    "date": (dt.date, dt.date.fromisoformat),
    "int": (int, int),
    "number": ((float, Decimal), Decimal),
    "text": (str, str),
}


def _write_mark(value: Any) -> str:
    kind = next((name for name, (kinds, _) in _KINDS.items() if isinstance(value, kinds)), None)
    if kind is None:
        raise FeedError(f"cột đánh dấu có kiểu {type(value).__name__}: cần ngày giờ, số hoặc chữ")
    return json.dumps([kind, value.isoformat() if isinstance(value, dt.date) else str(value)])


def _read_mark(mark: str) -> Any:
    kind, value = json.loads(mark)
    return _KINDS[kind][1](value)


def parse(row: Sql, source: Source, context: Context) -> Parsed:
    """The cells of a batch of rows, each checked as pushed ones are. Raises FeedError."""
    return pushed.parse(frozenset(cell.measure for cell in row.cells), source, context)


def make(base: Feed, row: Sql) -> Feed:
    """The feed of a row."""
    own = replace(base, parse=partial(parse, row), at_least=0 if row.watermark else base.at_least, compose=mapping.compose)
    return asking.asked(own, row.address, row.every_minutes, partial(ask, row, base.publisher))
