"""A held record, put right by hand: it goes through its feed's parser as a source of one record, and stands in evidence as what it is.

A correction is a replay of the run that held the record, with other bytes: so it speaks for no more units than the sender might, is of the
same provenance, and what was said since then stands.
"""

from collections.abc import Mapping
from dataclasses import replace

from dashboard import ingest
from dashboard.errors import FeedError, NotFound
from dashboard.feeds.base import Feed, Source
from dashboard.ingest import Desk, Sender
from dashboard.replays import inside
from dashboard.store import decisions
from dashboard.store.accounts import AuditEntry
from dashboard.store.queries import HeldRecord, Run, run
from dashboard.store.sources import held_record


def correct(desk: Desk, feed: Feed, number: int, fields: Mapping[str, str], entry: AuditEntry) -> int:
    """Takes in an open record of a feed's quarantine with other fields; the run that did it.

    Raises NotFound for one that is not there or not open, FeedError, in Vietnamese, when the record is still in doubt: then it stays held.
    """
    record = held_record(desk.store, feed.key, number)
    if record is None or record.released_at is not None:
        raise NotFound(f"nguồn {feed.name_vi} không giữ bản ghi số {number}")
    origin = run(desk.store, record.run_id)
    source = Source(origin.source, _composed(desk, feed, record, origin, fields))
    if origin.provenance is None:
        raise FeedError("không rõ số liệu ấy là thật hay mô phỏng, nên không nhận")
    # One record is not a whole source, and nothing else is to be expected of it.
    alone = replace(feed, at_least=0)
    try:
        held = ingest.preview(desk, alone, source).held
    except FeedError as error:
        raise FeedError(f"vẫn chưa nhận được: {error}") from None
    if held:
        raise FeedError(f"vẫn chưa nhận được: {held[0].reason}")
    sender = Sender(inside(desk, origin.spoke_for), origin.provenance, None, origin.spoke_for, origin.replay_of or origin.id)
    report = ingest.take(desk, alone, source, sender)
    if report.landing is None or report.held:
        raise FeedError(f"vẫn chưa nhận được: {report.error or report.held[0].reason}")
    decisions.corrected(desk.store, number, report.landing.run_id, entry)
    return report.landing.run_id


def _composed(desk: Desk, feed: Feed, record: HeldRecord, origin: Run, fields: Mapping[str, str]) -> bytes:
    """The record as its feed would read it, with the fields that were changed. Raises FeedError."""
    if feed.compose is None:
        raise FeedError(f"bản ghi của nguồn {feed.name_vi} không sửa tay được: hãy gửi lại bản đúng")
    known = dict(feed.excerpt(Source(origin.source, desk.raw.read(origin.sha256)), record.record))
    if not known:
        raise FeedError("bản gốc không còn, nên không sửa được")
    if strange := sorted(fields.keys() - known.keys()):
        raise FeedError(f"bản ghi không có trường {', '.join(strange)}")
    return feed.compose({**known, **fields})
