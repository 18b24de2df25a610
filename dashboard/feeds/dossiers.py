"""Dossiers of the portal as statements about subjects: what a dossier says of itself, and what progress updates say of it.

A dossier is known by its number (`<agency>-<yyMMdd>-<number>`); the code in it says whose it is. Of each thing that is known of it the
latest statement counts:

- A *dossier record* (DongBoHoSoMC) bears no time of its own. It is as late as the latest of its days (taken in, finished, handed over),
  so a record from before a change never undoes the change, however late it comes. Of two statuses of one instant the one further on
  counts. So a halt of which no progress update told ends with the dossier, not before.
- A *progress update* (CapNhatTienDoHoSoMC) bears the instant of its step, and is later than the record of the dossier that it moves.

What counts when: received, with a fee, paid, in step, working and paused on the day of its taking in; waiting on the day in its number;
finished and on time on the day on which it was finished, in +07:00. What is known from progress alone waits and counts nothing. After the
mergers a dossier of a province of before is finished by the province that took it over.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

from dashboard.errors import FeedError
from dashboard.feeds import dossier_days
from dashboard.feeds.agencies import agency, canonical
from dashboard.feeds.base import Context, RowFault, Source, excerpt_of_table
from dashboard.feeds.dossier_page import Record, keep, records, unreadable
from dashboard.formats import HANOI
from dashboard.observations import Attribute, Entry, Event, Held, Parsed, Tally
from dashboard.units import Unit

ORDER: Final = ("1", "2", "4", "6", "5", "8", "3", "7", "9", "10")
"""Statuses as far as they are along the way: of two that were told for one instant the later in this list counts."""
_CHANNELS: Final = dossier_days.CHANNELS
_UNTOLD: Final = "unknown"
"""Older one-stop systems do not tell the channel: such a dossier was received, and is in no channel."""
_DOSSIER: Final = frozenset({"MaHoSo", "TrangThaiHoSo", "NgayTiepNhan"})
_PROGRESS: Final = frozenset({"MaHoSo", "TrangThai", "ThoiDiemXuLy"})
_SEVERAL: Final = 3
_RETURNED: Final = "10"


@dataclass(frozen=True)
class Codes:
    """What the portal's codes mean here (`data/dossiers.toml`): status to bucket, and the payment codes that mean "paid online"."""

    bucket: Mapping[str, str]
    paid_online: frozenset[str]


def kept(content: bytes) -> bytes:
    """A page without persons; a table of days as it is."""
    return content if dossier_days.is_table(content) else keep(content)


def parse(codes: Codes, source: Source, context: Context) -> Parsed:
    """One event a record; a record in doubt is held under its number. Raises FeedError for a page that cannot be read, or of which no
    record has the fields that it must have."""
    if dossier_days.is_table(source.content):
        return dossier_days.parse(source, context)
    if (reason := unreadable(source.content)) is not None:
        raise FeedError(reason)
    found = records(source.content)
    _check_shape(found)
    events: list[Event] = []
    held: list[Held] = []
    for place, record in enumerate(found, 1):
        name = _name(place, record)
        try:
            events.append(_event(codes, record, context))
        except RowFault as fault:
            held.append(Held(name, str(fault), ", ".join(f"{field}={text}" for field, text in record.items())))
    return Parsed((), tuple(held), tuple(events))


def excerpt(source: Source, record: str) -> list[tuple[str, str]]:
    """The kept fields of one dossier of a page; empty when it is not there."""
    if dossier_days.is_table(source.content):
        return excerpt_of_table(source, record)
    if (reason := unreadable(source.content)) is not None:
        return [("(không đọc được)", reason)]
    found = enumerate(records(source.content), 1)
    return next((list(one.items()) for place, one in found if _name(place, one) == record), [])


def compose(fields: Mapping[str, str]) -> bytes:
    """A page of one record."""
    return keep(json.dumps([fields]).encode())


def _name(place: int, record: Record) -> str:
    number = record.get("MaHoSo", "")
    return number if "-" in number else f"bản ghi {place}"


def _check_shape(found: list[Record]) -> None:
    """Raises FeedError when not one of several records is as records are: then it is not they that are at fault."""
    lacks = [_lacks(record) for record in found]
    if len(found) >= _SEVERAL and all(lacks):
        raise FeedError(f"cấu trúc trả lời đã đổi: không bản ghi nào có đủ {', '.join(sorted(frozenset[str]().union(*lacks)))}")


def _lacks(record: Record) -> frozenset[str]:
    """The fields that a record must have and has not; an empty one is there."""
    return (_PROGRESS if _is_progress(record) else _DOSSIER) - record.keys()


def _is_progress(record: Record) -> bool:
    return "ThoiDiemXuLy" in record


def _event(codes: Codes, record: Record, context: Context) -> Event:
    if lacks := _lacks(record):
        raise RowFault(f"thiếu {', '.join(sorted(lacks))}")
    number = _Number.read(record["MaHoSo"])
    if _is_progress(record):
        return _progress(codes, record, number, context)
    return _dossier(codes, record, number, context)


@dataclass(frozen=True, slots=True)
class _Number:
    """A dossier's number, taken apart."""

    text: str
    code: str
    registered: date

    @classmethod
    def read(cls, text: str) -> "_Number":
        code, _, rest = text.partition("-")
        try:
            day = datetime.strptime(rest[:6], "%y%m%d").replace(tzinfo=HANOI).date()
        except ValueError:
            raise RowFault("mã hồ sơ không có dạng <mã cơ quan>-<năm tháng ngày>-<số>") from None
        return cls(text, code, day)

    @property
    def key(self) -> str:
        """One name however the agency is written."""
        return f"dossier|{canonical(self.code)}|{self.text.partition('-')[2]}"


def _dossier(codes: Codes, record: Record, number: _Number, context: Context) -> Event:
    received = _moment(record, "NgayTiepNhan")
    on = received.date() if received else number.registered
    whose = agency(number.code, record.get("DonViXuLy", ""), on, context)
    ended, returned = _moment(record, "NgayKetThucXuLy"), _moment(record, "NgayTra")
    status = _status(codes, record["TrangThaiHoSo"])
    _check_days(codes, status, received, (ended, returned))
    attributes: dict[str, Attribute] = {
        "registered": f"{_utc(datetime.combine(number.registered, time(), HANOI))}|{whose.unit}|{whose.tier}",
        "status": _told(status, None, ""),
        "channel": _channel(record),
        "fee": record.get("DanhSachLePhi", "0") != "0",
        "payment": record.get("DuocThanhToanTrucTuyen", "0"),
    }
    if received:
        attributes["received"] = f"{_utc(received)}|{whose.unit}|{whose.tier}"
    if due := _moment(record, "NgayHenTra"):
        attributes["due"] = _utc(_end_of(due))
    for attribute, at in (("ended", ended), ("returned", returned)):
        if at:
            attributes[attribute] = f"{_utc(at)}|{_heir(whose.unit, at.date(), context)}"
    latest = max(at for at in (received, ended, returned, datetime.combine(number.registered, time(), HANOI)) if at)
    return Event(number.key, whose.unit, latest, attributes, number.text)


def _progress(codes: Codes, record: Record, number: _Number, context: Context) -> Event:
    at = _moment(record, "ThoiDiemXuLy")
    if at is None:
        raise RowFault("ThoiDiemXuLy trống")
    whose = agency(number.code, "", number.registered, context)
    unit = _heir(whose.unit, at.date(), context)
    status = _status(codes, record["TrangThai"])
    attributes: dict[str, Attribute] = {"status": _told(status, at, unit), "in_step": True}
    if codes.bucket[status] == "finished":
        attributes["returned" if status == _RETURNED else "ended"] = f"{_utc(at)}|{unit}"
    return Event(number.key, unit, at, attributes, number.text)


def _status(codes: Codes, code: str) -> str:
    code = code.lstrip("0")
    if code not in codes.bucket:
        raise RowFault(f"trạng thái “{code}” không có trong data/dossiers.toml")
    return code


def _check_days(codes: Codes, status: str, received: datetime | None, ends: tuple[datetime | None, ...]) -> None:
    bucket = codes.bucket[status]
    if received is None and bucket not in ("waiting", "not_counted"):
        raise RowFault(f"trạng thái {status} mà không có ngày tiếp nhận")
    if bucket == "finished" and not any(ends):
        raise RowFault(f"trạng thái {status} mà không có ngày kết thúc, ngày trả")
    if received and any(end and end < received for end in ends):
        raise RowFault("kết thúc trước khi tiếp nhận")


def _channel(record: Record) -> str:
    channel = record.get("KenhThucHien", "").lstrip("0")
    if channel and channel not in _CHANNELS:
        raise RowFault(f"kênh thực hiện “{channel}” không phải là {', '.join(_CHANNELS)}")
    return channel or _UNTOLD


def _told(code: str, at: datetime | None, unit: str) -> str:
    """A status in one text that is the greater the further on it is; with the instant and unit of the step that led to it, if known."""
    place = ORDER.index(code) if code in ORDER else 0
    return f"{place:02}|{code}|{_utc(at) if at else ''}|{unit}"


def _moment(record: Record, name: str) -> datetime | None:
    """An instant in +07:00, or None. Raises RowFault for a text that is none."""
    text = record.get(name, "")
    if not text:
        return None
    try:
        return datetime.strptime(text.ljust(14, "0") if text.isdigit() else text, "%Y%m%d%H%M%S").replace(tzinfo=HANOI)
    except ValueError:
        raise RowFault(f"{name} “{text}” không đọc được: cần yyyyMMddHHmmss") from None


def _end_of(due: datetime) -> datetime:
    """A due day without a time of day means its end."""
    return due if due.time() != time() else due + timedelta(days=1)


def _heir(key: str, on: date, context: Context) -> str:
    """The unit that answers on a later day: the one that took over, if one did alone."""
    unit: Unit = context.units.get(key)
    while not unit.valid(on):
        heirs = context.units.successors(unit.key)
        if len(heirs) != 1 or on < heirs[0].valid_from:
            break
        unit = heirs[0]
    return unit.key


def _utc(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def tally(codes: Codes, entry: Entry, _days_off: frozenset[date]) -> tuple[Tally, ...]:
    """What one dossier adds to its days; nothing while it is known from progress updates alone."""
    known = entry.attributes
    if "counted" in known:
        return tuple(dossier_days.tally(entry))
    if "registered" not in known:
        return ()
    _, code, since, heir = str(known["status"]).split("|")
    bucket = codes.bucket.get(code, "not_counted")
    if bucket == "not_counted":
        return ()
    if bucket == "waiting" or "received" not in known:
        return (_on(known["registered"], "dossiers_waiting"),)
    counted = _of_received(codes, known, bucket)
    return (*counted, *_of_finished(known, since, heir)) if bucket == "finished" else tuple(counted)


def _of_received(codes: Codes, known: Mapping[str, Attribute], bucket: str) -> Iterator[Tally]:
    received = known["received"]
    yield _on(received, "dossiers_received", f"channel={known['channel']},")
    paid = known.get("fee") is True and known.get("payment") in codes.paid_online
    for measure, counts in (
        ("dossiers_status_synced", known.get("in_step") is True),
        ("dossiers_with_fee", known.get("fee") is True),
        ("dossiers_paid_online", paid),
        ("dossiers_working", bucket == "working"),
        ("dossiers_paused", bucket == "paused"),
    ):
        if counts:
            yield _on(received, measure)


def _of_finished(known: Mapping[str, Attribute], since: str, heir: str) -> Iterator[Tally]:
    """On the day that the record names; else on that of the step that finished it."""
    ended = known.get("ended") or known.get("returned") or f"{since}|{heir}"
    at, _, unit = str(ended).partition("|")
    if not at:  # a status that meant something else when it was told: its day is not known
        return
    tier = str(known["received"]).rpartition("|")[2]
    day = datetime.fromisoformat(at).astimezone(HANOI).date()
    yield Tally("dossiers_finished", unit, day, f"tier={tier}")
    if "due" in known and at <= str(known["due"]):
        yield Tally("dossiers_on_time", unit, day, f"tier={tier}")


def _on(moment: Attribute, measure: str, part: str = "") -> Tally:
    at, unit, tier = str(moment).split("|")
    return Tally(measure, unit, datetime.fromisoformat(at).astimezone(HANOI).date(), f"{part}tier={tier}")
