"""What was found about the signatures of documents: one row a document's message, in a table that only this program writes.

The messages themselves lose certificate and attachments at the door, so a signature can be checked once only, on the way in. What was
found is therefore a source of its own, with raw bytes of its own: read again, it says what it said, whatever is trusted by then. It is a
statement about the document made at the instant of its sending, so it may come before the document or twice, and of two messages about
one document the later counts. Of two findings about one message the one that knew more does.

No door takes such a table: from outside come messages, and this is none.
"""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from dashboard.errors import UnitUnknown
from dashboard.feeds.base import Context, Line, RowFault, Source, table
from dashboard.formats import HANOI
from dashboard.observations import Attribute, Entry, Event, Held, Parsed, Tally

# In the order of what is known: who finds somebody to trust knows more than who finds nobody, and a list of revocations is never too new.
STATES: Final = ("unsigned", "invalid", "untrusted", "expired", "valid", "revoked")
STATES_VI: Final[Mapping[str, str]] = {
    "unsigned": "không có chữ ký số",
    "invalid": "chữ ký không hợp lệ",
    "untrusted": "chưa rõ ai bảo đảm",
    "expired": "chứng thư không còn hiệu lực",
    "valid": "hợp lệ",
    "revoked": "chứng thư đã bị thu hồi",
}
REASONS_VI: Final[Mapping[str, str]] = {
    "": "",
    "algorithm": "thuật toán không được chấp nhận",
    "base64": "giá trị không phải base64",
    "certificate": "chứng thư không đọc được",
    "certificate_large": "chứng thư quá lớn hoặc quá nhiều",
    "chain": "không dẫn tới cơ quan chứng thực được tin cậy",
    "changed": "tệp PDF bị sửa sau khi ký",
    "coverage": "chữ ký không bao trùm nội dung được đọc",
    "critical": "chứng thư có ràng buộc không hiểu được",
    "digest": "nội dung đã khác với khi ký",
    "expired": "chứng thư hết hạn khi gửi",
    "external": "chữ ký tham chiếu ra ngoài bản tin",
    "form": "chữ ký không đúng cấu trúc",
    "identifier": "mã tham chiếu không có hoặc trùng nhau",
    "key": "khóa không được chấp nhận",
    "large": "chữ ký quá lớn",
    "many": "quá nhiều chữ ký",
    "no_certificate": "không kèm chứng thư",
    "no_key": "không kèm chứng thư hay khóa",
    "not_yet": "chứng thư chưa có hiệu lực khi gửi",
    "pdf": "chữ ký trong tệp PDF không đọc được",
    "references": "số tham chiếu không hợp lệ",
    "revoked": "chứng thư đã bị thu hồi khi gửi",
    "transform": "phép biến đổi không được chấp nhận",
    "usage": "chứng thư không dùng để ký",
    "value": "giá trị chữ ký sai",
}
COLUMNS: Final = ("document", "sent", "state", "reason", "sha1", "agency", "people")
_HEAD: Final = ",".join(COLUMNS).encode() + b"\n"
_PEOPLE_MOST: Final = 40
_HEX: Final = frozenset("0123456789abcdef")


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the signatures of one message are worth: `people` are keyed hashes of the persons whose signatures are valid."""

    state: str
    reason: str = ""
    sha1: bool = False
    agency: bool = False
    people: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Checked:
    """A verdict on a message: the document's key in the ledger, and its attribute `sent`, which says when it was sent, by whom."""

    document: str
    sent: str
    verdict: Verdict


def is_table(content: bytes) -> bool:
    """Whether bytes are such a table."""
    return content.startswith(_HEAD)


def written(rows: Iterable[Checked]) -> bytes:
    """Rows as such a table."""
    out = io.StringIO()
    lines = csv.writer(out, lineterminator="\n")
    lines.writerow(COLUMNS)
    for row in rows:
        one = row.verdict
        lines.writerow((row.document, row.sent, one.state, one.reason, int(one.sha1), int(one.agency), " ".join(one.people)))
    return out.getvalue().encode()


def parse(source: Source, context: Context) -> Parsed:
    """Statements about documents and about who signed. A row in doubt is held. Raises FeedError for what is no such table."""
    events: list[Event] = []
    held: list[Held] = []
    for line in table(source, frozenset(COLUMNS)):
        try:
            events += _events(line, context)
        except (RowFault, UnitUnknown) as fault:
            held.append(line.held(str(fault)))
    return Parsed((), tuple(held), tuple(events))


def _events(line: Line, context: Context) -> Iterator[Event]:
    fields = line.fields
    if line.surplus or fields["state"] not in STATES or fields["reason"] not in REASONS_VI:
        raise RowFault("dòng không phải là kết quả kiểm tra chữ ký số")
    at, unit, _ = moment(fields["sent"])
    people = fields["people"].split()
    if len(people) > _PEOPLE_MOST or any(len(one) != 32 or not _HEX.issuperset(one) for one in people):
        raise RowFault("dấu vết người ký không đúng dạng")
    key, flags = context.units.get(unit).key, "".join(name for name in ("sha1", "agency") if fields[name] == "1")
    said = f"{STATES.index(fields['state'])}|{fields['state']}|{flags}|{'person' if people else ''}"
    yield Event(fields["document"], key, at, {"verdict": said}, line.record)
    month = at.astimezone(HANOI).strftime("%Y-%m")
    for person in people:
        yield Event(f"signer|{key}|{person}|{month}", key, at, {"signing": fields["sent"]}, line.record)


def moment(text: str) -> tuple[datetime, str, str]:
    """Instant, unit and tier of an attribute such as `sent`. Raises RowFault."""
    try:
        at, unit, tier = text.split("|")
        return datetime.strptime(at, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC), unit, tier
    except ValueError:
        raise RowFault(f"thời điểm gửi “{text[:60]}” không đọc được") from None


def of_document(verdict: Attribute) -> Iterator[str]:
    """The measures in which a document with that verdict counts, beside those of its sending."""
    _, state, flags, person = str(verdict).split("|")
    yield "documents_checked"
    yield "documents_unsigned" if state == "unsigned" else f"documents_signature_{state}"
    if "sha1" in flags:
        yield "documents_signature_sha1"
    if state == "valid" and "agency" in flags:
        yield "documents_signed_by_agency"
    if state == "valid" and person:
        yield "documents_signed_by_person"


def of_signer(entry: Entry) -> Iterator[Tally]:
    """A person who signed counts once a month, in the unit and tier of the month's first signature."""
    at, unit, tier = moment(str(entry.attributes["signing"]))
    yield Tally("people_signed", unit, at.astimezone(HANOI).date(), f"tier={tier}", monthly=True)


def shown(fields: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """A row as a person reads it in the evidence."""
    row = dict(fields)
    if not row:
        return []
    return [
        ("Văn bản", row["document"]),
        ("Gửi", row["sent"]),
        ("Kết quả", STATES_VI.get(row["state"], row["state"])),
        ("Lý do", REASONS_VI.get(row["reason"], row["reason"])),
        ("Dùng SHA-1", "có" if row["sha1"] == "1" else "không"),
        ("Chữ ký cơ quan", "có" if row["agency"] == "1" else "không"),
        ("Số người ký", str(len(row["people"].split()))),
    ]
