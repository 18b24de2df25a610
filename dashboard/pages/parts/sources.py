"""Words and marks of the feeds: how each stands against its own limit, how long ago it spoke, how it went lately."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from dashboard.boards.sources import SourceBoard, SourceState
from dashboard.charts.markup import Markup, joined, tag
from dashboard.charts.sparkline import sparkline
from dashboard.components.marks import state_mark
from dashboard.feeds.base import Feed
from dashboard.formats import NOT_REPORTED, compact, moment, number
from dashboard.web import address

_ALL: dict[SourceState, str] = {
    "in_time": "mọi nguồn đều đúng hạn",
    "late": "nguồn nào cũng chậm cập nhật",
    "silent": "nguồn nào cũng im lặng quá hạn",
    "not_reported": "chưa nguồn nào có số liệu",
}
_SOME: dict[SourceState, str] = {
    "in_time": "đúng hạn",
    "late": "chậm cập nhật",
    "silent": "im lặng quá hạn",
    "not_reported": "chưa có số liệu",
}


def head(sources: Sequence[SourceBoard]) -> str:
    """`6 nguồn số liệu: 2 nguồn đúng hạn, 1 nguồn chậm cập nhật, 3 nguồn chưa có số liệu, 4 dòng đang bị giữ lại`."""
    if not sources:
        return "Chưa khai báo nguồn số liệu nào"
    counts = {state: sum(one.state == state for one in sources) for state in _SOME}
    there = [state for state, count in counts.items() if count]
    if len(sources) == 1:
        parts = [_SOME[there[0]]]
    elif len(there) == 1:
        parts = [_ALL[there[0]]]
    else:
        parts = [f"{number(counts[state])} nguồn {_SOME[state]}" for state in there]
    failing, held = sum(bool(one.failures) for one in sources), sum(one.held for one in sources)
    away = sum(one.unreached is not None for one in sources)
    parts += [f"{number(away)} nguồn không hỏi được"] if away else []
    parts += [f"{number(failing)} nguồn có tệp không đọc được"] if failing else []
    parts += [f"{number(held)} dòng đang bị giữ lại"] if held else []
    return f"{number(len(sources))} nguồn số liệu: {', '.join(parts)}"


def own_head(source: SourceBoard) -> str:
    """`Trục liên thông văn bản quốc gia: im lặng quá hạn, 4 dòng đang bị giữ lại`."""
    parts = [_SOME[source.state]]
    parts += ["không hỏi được"] if source.unreached else []
    parts += [f"{number(len(source.failures))} tệp không đọc được"] if source.failures else []
    parts += [f"{number(source.held)} dòng đang bị giữ lại"] if source.held else []
    return f"{source.feed.name_vi}: {', '.join(parts)}"


def span(length: timedelta) -> str:
    """`dưới 1 phút`, `42 phút`, `3 giờ 05 phút`, `12 ngày`: whole minutes, hours below two days."""
    minutes = int(length.total_seconds() // 60)
    if minutes < 1:
        return "dưới 1 phút"
    if minutes < 60:
        return f"{minutes}\u00a0phút"
    if minutes < 48 * 60:
        hours, rest = divmod(minutes, 60)
        return f"{hours}\u00a0giờ" + (f" {rest:02}\u00a0phút" if rest else "")
    return f"{number(minutes // (24 * 60))}\u00a0ngày"


def state_of(source: SourceBoard) -> Markup:
    """One of four looks, and a fifth mark beside it when a source could not be read."""
    state, fresh = source.state, source.freshness
    if state == "silent" and source.quiet is not None:
        looks = state_mark("watch", f"im lặng {span(source.quiet)} làm việc")
    elif state == "late":
        missing = f": thiếu {fresh.overdue.label_vi}" if fresh.overdue else ""
        looks = state_mark("late", f"chậm {number(source.late_days)} ngày{missing}")
    else:
        looks = state_mark("ok", "đúng hạn") if state == "in_time" else state_mark("silent", "chưa có số liệu")
    failing = state_mark("alarm", f"{number(len(source.failures))} tệp không đọc được") if source.failures else None
    asked = tag("small", answers(source.feed)) if source.state != "in_time" or source.failures or source.unreached else None
    return joined([looks, failing, _unreached(source), asked], between=" ")


def answers(feed: Feed) -> str:
    """Who answers for a feed, and how they are reached; that nobody was named says so."""
    if feed.answers is None:
        return "Chưa khai đầu mối trả lời"
    return ", ".join(filter(None, (f"Đầu mối: {feed.answers.office_vi}", feed.answers.contact_vi)))


def _unreached(source: SourceBoard) -> Markup | None:
    """That a system could not be read, how often in a row, and in small why."""
    turn = source.unreached
    if turn is None:
        return None
    times = f" {number(turn.failures)} lần liền" if turn.failures > 1 else ""
    return joined([state_mark("alarm", f"không hỏi được{times}"), tag("small", turn.error or "")])


def plan(source: SourceBoard, now: datetime) -> Markup:
    """How often the clock reads a feed, when it last did, and when it will; of a feed that is sent to us, that."""
    if source.feed.every is None:
        return tag("span", "tự gửi tới" if source.feed.is_pushed or source.feed.take else "chưa nối: không hỏi", class_="i3")
    turn, words = source.turn, [f"mỗi {span(source.feed.every)}"]
    if turn is None:
        return tag("span", words[0])
    words += [f"đọc lần cuối {moment(turn.ended_at)}"] if turn.ended_at else []
    if turn.begun_at is not None:
        words.append("đang đọc")
    elif source.asked is not None:
        words.append("đang chờ đọc theo yêu cầu")
    else:
        words.append(f"lần tới sau {span(turn.next_at - now)}" if turn.next_at > now else "sắp đọc")
    return tag("span", "; ".join(words))


def last_good(source: SourceBoard, now: datetime) -> Markup:
    """When it last brought something that could be read, and how long ago that is."""
    if source.last_good is None:
        return tag("span", NOT_REPORTED, class_="i3")
    return joined([moment(source.last_good), tag("small", f"{span(now - source.last_good)} trước")])


def limit(source: SourceBoard) -> Markup:
    """What it is measured against (minutes of office time, or its periods), and up to which period it has told."""
    own = f"{span(source.feed.silent_after)} làm việc" if source.feed.silent_after is not None else "theo kỳ"
    newest = f"đến {source.freshness.latest.label_vi}" if source.freshness.latest else NOT_REPORTED
    return joined([own, tag("small", newest)])


def course(source: SourceBoard) -> Markup:
    """What landed on each of the last thirty days, as a line and its sum in words."""
    total = sum(landed for _, landed in source.course)
    if not total:
        return tag("span", "không có gì mới", class_="i3")
    said = f"Số liệu mới mỗi ngày, 30 ngày: tổng cộng {number(total)}"
    return joined([sparkline([float(landed) for _, landed in source.course], said), tag("small", f"{compact(total)} số liệu")])


def of_source(key: str, **query: str | None) -> str:
    """The address of a feed's own page."""
    return address(f"/nguon-so-lieu/{key}", **query)
