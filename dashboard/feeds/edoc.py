"""What an edXML message says, whichever dialect it is written in: a document that was sent, or the status of one.

The pieces stand where QCVN 102:2016 puts them (`From`, `To`, `Bussiness` with the standard's own spelling); the older flat envelope
writes the type of document as plain text, `Time` for `Timestamp`, ISO dates and identifiers of its own, and has no `Bussiness` at all.
"""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone

from dashboard.feeds.base import RowFault
from dashboard.feeds.edxml import FIELD_LONGEST, Node
from dashboard.formats import HANOI

NEW, RECALL, UPDATE, REPLACE = range(4)
"""`BussinessDocType`."""

STATUSES = frozenset({"01", "02", "03", "04", "05", "06", "13", "15", "16"})
"""01 arrived, 02 refused, 03 accepted, 04 assigned, 05 in progress, 06 done; 13 recall asked for, 15 agreed to, 16 refused. Sources: three
public code bases that speak the protocol agree."""

URGENCIES = {"1": "urgent", "2": "very_urgent", "3": "express", "4": "express_timed"}
"""`Priority`: khẩn, thượng khẩn, hỏa tốc, hỏa tốc hẹn giờ; 0 and whatever else is met: ordinary. Source: a public code base with the
standard's field names."""

FIRST_YEAR, LAST_YEAR = 2000, 2099
_DAY = re.compile(r"(?:(?P<y>\d{4})[/-](?P<m>\d{1,2})[/-](?P<d>\d{1,2})|(?P<d2>\d{1,2})[/-](?P<m2>\d{1,2})[/-](?P<y2>\d{4}))", re.ASCII)
_CLOCK = re.compile(r"[T ](?P<h>\d{1,2}):(?P<min>\d{2})(?::(?P<s>\d{2})(?:[.,]\d{1,9})?)? ?(?P<zone>Z|[+-]\d{2}:?\d{2})?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Party:
    """An office as a message names it: its agency code and its name, both as written."""

    code: str
    name: str


@dataclass(frozen=True, slots=True)
class Sent:
    """A document on its way. `number` and `notation` are the two halves of its code, `targets` the documents that it recalls, updates or
    replaces, by their identifiers; `paper` is None when the message does not say whether a paper copy follows. `urgency` is empty for an
    ordinary one, None when the message does not say."""

    document: str
    signed_on: date
    sent_at: datetime
    business: int
    targets: tuple[str, ...]
    paper: bool | None
    signed: bool
    urgency: str | None = None


@dataclass(frozen=True, slots=True)
class Answered:
    """The status of a document that `owner` (an agency code, perhaps empty) had sent."""

    document: str
    owner: str
    status: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Message:
    """One message: who speaks, and what is said."""

    sender: Party
    said: Sent | Answered


def read(root: Node) -> Message:
    """The message in the kept part of an edXML tree. Raises RowFault, in Vietnamese, for what is missing or cannot be read."""
    header = root.find("MessageHeader")
    header = header if header.children else root
    sender = _party(header.first("From"))
    if not sender.code:
        raise RowFault("thiếu nơi gửi (From/OrganId)")
    status = header.first("StatusCode")
    return Message(sender, _answered(header, status.text) if status.name else _sent(root, header))


def identifier(root: Node) -> str:
    """The identifier by which a message's sender knows it: its own document's, else the one that it answers. Empty when there is none."""
    own = root.find("MessageHeader").first("DocumentId").text or root.first("DocumentId").text
    return own or root.find("ResponseFor").first("DocumentId").text


def word(said: Sent | Answered) -> str:
    """Which of its words a sender says of a document: sent, recalled, updated, replaced, or a status."""
    return f"status {said.status}" if isinstance(said, Answered) else f"document {said.business}"


def word_of_kept(root: Node) -> str:
    """The same of a message that could not be read whole."""
    status = root.find("StatusCode").text
    business = root.find("BussinessDocType", "BusinessDocType").text.lstrip("0")
    return f"status {status.zfill(2)}" if status else f"document {business or 0}"


def _party(node: Node) -> Party:
    # OrganName is the office itself; OrganizationInCharge is the one above it.
    return Party(_text(node, "OrganId"), _text(node, "OrganName"))


def _sent(root: Node, header: Node) -> Sent:
    if not any(_text(one, "OrganId") for one in header.all("To")):
        raise RowFault("thiếu nơi nhận (To/OrganId)")
    trace = root.find("TraceHeaderList")
    work = trace.find("Bussiness", "Business")
    signed_on = day(_text(header.first("PromulgationInfo"), "PromulgationDate"), "ngày ban hành")
    document = _text(header, "DocumentId") or _made_up(header, signed_on)
    kind = _business(work)
    return Sent(
        document,
        signed_on,
        _sending(trace),
        kind,
        _targets(work, kind, document),
        _paper(_text(work, "Paper")),
        bool(root.find("Signature", "DigitalSignature").name),
        _urgency(_text(header.first("OtherInfo"), "Priority")),
    )


def _urgency(text: str) -> str | None:
    return URGENCIES.get(text.lstrip("0"), "") if text else None


def _made_up(header: Node, signed_on: date) -> str:
    """An identifier in the standard's own form, for a message that brings none."""
    code = header.first("Code")
    number, notation = _text(code, "CodeNumber"), _text(code, "CodeNotation")
    if not number and not notation:
        raise RowFault("thiếu mã văn bản (DocumentId) và số, ký hiệu (Code)")
    return f"{_text(header.first('From'), 'OrganId')},{signed_on:%Y/%m/%d},{number}/{notation}"


def _sending(trace: Node) -> datetime:
    """The first of the stamps on the way: each machine that handed the message on put its own behind it."""
    texts = [_text(one, "Timestamp") or _text(one, "Time") for one in trace.all("TraceHeader")]
    stamps = [instant(text, "thời điểm gửi") for text in texts if text]
    if not stamps:
        raise RowFault("thiếu thời điểm gửi (TraceHeader/Timestamp)")
    return min(stamps)


def _business(work: Node) -> int:
    text = _text(work, "BussinessDocType") or _text(work, "BusinessDocType") or str(NEW)
    if text.lstrip("0") not in ("", "1", "2", "3"):
        raise RowFault(f"loại nghiệp vụ “{text}” không phải là 0, 1, 2 hoặc 3")
    return int(text)


def _targets(work: Node, kind: int, document: str) -> tuple[str, ...]:
    """A new document has no target, whatever its Bussiness says: templates leave old identifiers there."""
    if kind == NEW:
        return ()
    listed = (
        [one.text for one in work.first("ReplacementInfoList").walk() if one.name == "DocumentId" and one.text] if kind == REPLACE else []
    )
    named = listed or [_text(work, "DocumentId") or document]
    return tuple(dict.fromkeys(named))


def _paper(text: str) -> bool | None:
    if text not in ("", "0", "1"):
        raise RowFault(f"Paper “{text}” không phải là 0 hoặc 1")
    return None if not text else text == "1"


def _answered(header: Node, status: str) -> Answered:
    code = status.zfill(2)
    if code not in STATUSES:
        raise RowFault(f"mã trạng thái “{status}” không có trong quy chuẩn")
    answer = header.first("ResponseFor")
    owner = _text(answer, "OrganId")
    at = instant(_text(header, "Timestamp"), "thời điểm của trạng thái")
    document = _text(answer, "DocumentId")
    if not document:
        number = _text(answer, "Code")
        if not number or not owner:
            raise RowFault("không rõ trạng thái của văn bản nào (thiếu ResponseFor/DocumentId)")
        document = f"{owner},{day(_text(answer, 'PromulgationDate'), 'ngày ban hành'):%Y/%m/%d},{number}"
    return Answered(document, owner, code, at)


def _text(node: Node, name: str) -> str:
    text = node.first(name).text
    if len(text) > FIELD_LONGEST:
        raise RowFault(f"{name} dài hơn {FIELD_LONGEST} ký tự")
    return text


def day(text: str, what: str) -> date:
    """A day as messages write it: 2020/09/11, 2020-09-11, 11/09/2020; with a time and zone behind it, the day in +07:00. Raises
    RowFault."""
    found = _DAY.match(text)
    if found is None:
        raise RowFault(f"{what} “{text}” không đọc được" if text else f"thiếu {what}")
    if found.end() == len(text):
        return _day_of(found, text, what)
    return instant(text, what).astimezone(HANOI).date()


def instant(text: str, what: str) -> datetime:
    """An instant as messages write it, such as 2020/09/11 15:30:00 (in +07:00 unless it names a zone), in UTC. Raises RowFault."""
    found = _DAY.match(text)
    clock = _CLOCK.fullmatch(text, found.end()) if found else None
    if found is None or clock is None:
        raise RowFault(f"{what} “{text}” không đọc được" if text else f"thiếu {what}")
    when = _day_of(found, text, what)
    try:
        zone = _zone(clock["zone"])
        return datetime(when.year, when.month, when.day, int(clock["h"]), int(clock["min"]), int(clock["s"] or 0), tzinfo=zone).astimezone(
            UTC
        )
    except (ValueError, OverflowError):
        raise RowFault(f"{what} “{text}” không đọc được") from None


def _zone(text: str | None) -> timezone:
    if text is None:
        return timezone(timedelta(hours=7))
    if text == "Z":
        return UTC
    hours, minutes = int(text[1:3]), int(text[-2:])
    return timezone((1 if text[0] == "+" else -1) * timedelta(hours=hours, minutes=minutes))


def _day_of(found: re.Match[str], text: str, what: str) -> date:
    year, month, number = (int(found[name] or found[name + "2"]) for name in "ymd")
    try:
        when = date(year, month, number)
    except ValueError:
        raise RowFault(f"{what} “{text}” không đọc được") from None
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise RowFault(f"{what} “{text}” nằm ngoài các năm {FIRST_YEAR}–{LAST_YEAR}")
    return when
