"""What people do with a workbook: bring it, show what its columns mean, confirm what was read of it, approve it, return it, withdraw it.

Nothing becomes a figure until somebody confirmed what was read and another one approved it; then all of it lands, or nothing does.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from dashboard import ingest
from dashboard.errors import FeedError, NotFound, NotYours, OutOfTurn, PeriodError, UnitUnknown, WorkbookError
from dashboard.feeds import handed_in
from dashboard.feeds.base import Source
from dashboard.ingest import Desk, Sender
from dashboard.observations import Provenance
from dashboard.periods import Period
from dashboard.replays import inside
from dashboard.store import submission_book as book
from dashboard.store import submissions as kept
from dashboard.store.queries import provenances
from dashboard.store.raw import address
from dashboard.store.submission_book import Actor, Draft, Json, Submission
from dashboard.submissions import cleaning
from dashboard.submissions.form import REASON_LONGEST, REASON_SHORTEST
from dashboard.submissions.reading import Asked, Read, read, shown_by_hand
from dashboard.workbooks.reading import read_tables
from dashboard.workbooks.reports import Report
from dashboard.workbooks.titles import STAMP_VI, stamp_of

NAME_LONGEST = 120

_OPEN = ("draft", "waiting")
_PLACES = 5


@dataclass(frozen=True)
class Counter:
    """Where workbooks are handed in: the desk of ingest and the reports there are.

    `alone`: an office so small that who hands in may approve as well.
    """

    desk: Desk
    reports: Mapping[str, Report] = field(default_factory=dict)
    alone: bool = False

    def report(self, key: str) -> Report:
        """Raises NotFound."""
        try:
            return self.reports[key]
        except KeyError:
            raise NotFound(f"không có báo cáo “{key[:60]}”; đang có: {', '.join(self.reports)}") from None

    def asked(self, report: str, unit: str, period: str) -> Asked:
        """What a workbook is of. Raises NotFound for a report, unit or period that is not there or not over."""
        known, where = self.report(report), self._unit(unit)
        try:
            when = Period.parse(period)
        except PeriodError:
            raise NotFound(f"kỳ “{period[:40]}” không đọc được") from None
        if when.grain != known.period_grain:
            raise NotFound(f"{known.name_vi} không có kỳ {when.label_vi}")
        if not self.desk.units.get(where).valid(when.last_day):
            raise NotFound(f"{self.desk.units.get(where).full_name_vi} không có vào {when.label_vi}")
        return Asked(known, where, when)

    def _unit(self, key: str) -> str:
        try:
            found = self.desk.units.get(key)
        except UnitUnknown:
            raise NotFound(f"không có đơn vị “{key[:60]}”") from None
        if found.tier != "province":
            raise NotFound(f"{found.full_name_vi} không nộp báo cáo: báo cáo do tỉnh, thành phố nộp")
        return found.key

    def asked_in(self, name: str, content: bytes) -> Asked:
        """What a workbook says of itself that it is of. Raises WorkbookError when it cannot be read or says nothing; NotFound."""
        stamp = stamp_of(read_tables(content, name))
        if stamp is None:
            raise WorkbookError("unknown", f"tệp không có dòng “{STAMP_VI}” của mẫu: hãy chọn báo cáo và kỳ, hoặc dùng mẫu tải từ hệ thống")
        return self.asked(stamp.report, stamp.unit, str(stamp.period))


@dataclass(frozen=True, slots=True)
class Handed:
    """A workbook that was brought: its submission, and whether it is new; if not, the same bytes had been brought before."""

    submission: Submission
    is_new: bool


def bring(counter: Counter, asked: Asked, name: str, content: bytes, actor: Actor, *, simulated: bool = False) -> Handed:
    """Reads a workbook and keeps it as a draft. Raises WorkbookError for what cannot be read or names persons: then nothing is kept."""
    tables = read_tables(content, name)
    clean = cleaning.copied(tables)
    found = _read(counter, asked, name, clean)
    if named := cleaning.personal(found.texts):
        places = "; ".join(f"ô {place}: {words}" for place, words in named[:_PLACES])
        more = f" và {len(named) - _PLACES} ô khác" if len(named) > _PLACES else ""
        raise WorkbookError("personal", f"tệp có dữ liệu cá nhân ({places}{more}): hãy xóa rồi nộp lại. Tệp không được lưu")
    written = next((one.written_in for one in tables if one.written_in), "")
    found = replace(found, content=replace(found.content, written_in=written))
    provenance = _provenance(counter, asked.report, simulated=simulated)
    draft = _draft(asked, found, (tidy_name(name), address(content), counter.desk.raw.keep(clean), len(content)), provenance)
    return Handed(*kept.add(counter.desk.store, draft, found.content, actor))


def show_columns(counter: Counter, number: int, choices: Mapping[str, str], actor: Actor) -> Submission:
    """Reads a draft again as somebody showed: by report column the place of its header. Remembered for the next one of such headers.

    Raises NotFound, OutOfTurn, and WorkbookError for a choice that cannot be.
    """
    one = book.find(counter.desk.store, number)
    asked, content = counter.asked(one.report, one.unit, one.period), counter.desk.raw.read(one.sha256)
    mapping = shown_by_hand(asked, (one.file_name, content), choices)
    found = _read(counter, asked, one.file_name, content, mapping)
    draft = _draft(asked, found, (one.file_name, one.brought_sha256, one.sha256, one.size), one.provenance)
    return kept.read_again(counter.desk.store, number, draft, found.content, actor)


def confirm(counter: Counter, number: int, actor: Actor) -> Submission:
    """Somebody stands for what was read; it waits for the approval. Raises NotFound, OutOfTurn."""
    return kept.confirm(counter.desk.store, number, actor)


def approve(counter: Counter, number: int, actor: Actor) -> Submission:
    """Lands what was confirmed, in one transaction with the approval: run, evidence, sums, quarantine, signal.

    Raises NotFound, OutOfTurn, NotYours for who brought or confirmed it, and FeedError when it can no longer be taken in as it was
    confirmed: then nothing was landed and it waits still.
    """
    desk, one = counter.desk, book.find(counter.desk.store, number)
    if one.state != "waiting":
        raise OutOfTurn(f"bản nộp số {number} {book.STATES_VI[one.state]}, nên không duyệt được")
    _check_four_eyes(counter, one, actor)
    asked, content = counter.asked(one.report, one.unit, one.period), desk.raw.read(one.sha256)
    now = _read(counter, asked, one.file_name, content, one.mapping)
    if {each.key: each.value for each in now.content.figures} != {
        each.key: each.value for each in book.content_of(desk.store, number).figures
    }:
        raise FeedError("cách đọc tệp này đã đổi từ lúc xác nhận: hãy rút bản nộp và nộp lại tệp để xem lại")
    assert one.mapping is not None, "what waits has been read"
    pack = handed_in.pack(handed_in.Slip(one.report, one.unit, one.period, one.file_name, one.mapping), content)
    report = ingest.take(
        desk,
        replace(desk.feed(asked.report.feed), at_least=1),
        Source(source_name(one), pack),
        Sender(inside(desk, one.unit), one.provenance, None, one.unit),
        lambda connection, landing: kept.approve(connection, number, landing.run_id, actor),
    )
    if report.landing is None:
        raise FeedError(report.error or "không nhận được")
    return book.find(desk.store, number)


def hand_back(counter: Counter, number: int, reason: str, actor: Actor) -> Submission:
    """Returns what waits to whoever brought it. Raises NotFound, OutOfTurn; NotYours without a reason."""
    return kept.hand_back(counter.desk.store, number, _reason(reason), actor)


def withdraw(counter: Counter, number: int, reason: str, actor: Actor) -> Submission:
    """Takes back what was not approved. Raises NotFound, OutOfTurn."""
    return kept.withdraw(counter.desk.store, number, " ".join(reason.split())[:REASON_LONGEST], actor)


def source_name(one: Submission) -> str:
    """What runs and evidence call it: its own name each version, so that going back to an earlier figure says something new."""
    return f"{one.file_name} ({one.report} {one.unit} {one.period}, lần {one.version})"


def tidy_name(name: str) -> str:
    """A file's name without its folders and without what no name holds."""
    last = re.split(r"[/\\]", name)[-1]
    printable = "".join(letter for letter in last if letter.isprintable()).strip()
    stem, dot, ending = printable.rpartition(".")
    if not dot:
        return printable[:NAME_LONGEST] or "khong-ten"
    return f"{stem[: NAME_LONGEST - len(ending) - 1]}.{ending[:10]}"


def _reason(text: str) -> str:
    reason = " ".join(text.split())
    if not REASON_SHORTEST <= len(reason) <= REASON_LONGEST:
        raise OutOfTurn(f"hãy nói lý do trả lại, từ {REASON_SHORTEST} đến {REASON_LONGEST} ký tự")
    return reason


def _check_four_eyes(counter: Counter, one: Submission, actor: Actor) -> None:
    """Raises NotYours for somebody who brought or confirmed it, unless this house lets one person do both."""
    own = [step for step in book.steps(counter.desk.store, [one.id])[one.id] if actor.is_same(step) and step.state in _OPEN]
    if own and not counter.alone:
        raise NotYours("người nộp hoặc xác nhận không tự duyệt bản nộp của mình: cần một người khác của đơn vị duyệt")


def _provenance(counter: Counter, report: Report, *, simulated: bool) -> Provenance:
    """Simulated when a sandbox brings it, and where the feed holds simulated figures: real and made-up ones never meet. A feed that holds
    nothing yet goes by the house: where others are played, this one is about to be."""
    holds = provenances(counter.desk.store)
    here = holds.get(report.feed, "simulated" if "simulated" in holds.values() else "self_reported")
    return "simulated" if simulated or here == "simulated" else "self_reported"


def _read(counter: Counter, asked: Asked, name: str, content: bytes, fixed: Json | None = None) -> Read:
    shown = kept.remembered(counter.desk.store, asked.unit, asked.report.key) if fixed is None else []
    return read(counter.desk, asked, (name, content), shown, fixed)


def _draft(asked: Asked, found: Read, file: tuple[str, str, str, int], provenance: Provenance) -> Draft:
    content = found.content
    return Draft(
        asked.report.key,
        asked.unit,
        str(asked.period),
        *file,
        provenance=provenance,
        mapping=found.mapping,
        fingerprint=found.fingerprint,
        figures=len(content.figures),
        errors=content.count("error"),
        warnings=content.count("warning"),
    )
