"""Signs that a connection is kept for show, in words and as a province's block. A sign is a reason to look, never a verdict."""

from collections.abc import Callable, Mapping, Sequence

from dashboard.boards.signs import FoundSign, SignBoard, Trace
from dashboard.charts.markup import tag
from dashboard.components.drawing import Node
from dashboard.components.frame import section
from dashboard.components.marks import evidence_href, provenance_badge
from dashboard.components.rows import FindingRow, empty, findings
from dashboard.components.sentences import capital, count_word, names
from dashboard.errors import NotFound
from dashboard.figures.formalism import Sign
from dashboard.formats import date, number
from dashboard.pages.parts.asked import instant_asked
from dashboard.pages.parts.measured import AGENCY_TIERS
from dashboard.periods import Grain
from dashboard.units import Unit
from dashboard.web import View

NBSP = "\u00a0"
TITLE = "Kết nối nhưng chưa dùng"
LIST = "/dau-hieu"


def sign_href(unit: str, rule: str) -> str:
    """Where a sign stands with its evidence."""
    return f"{LIST}/{unit}/{rule}"


def signs_of(view: View, unit: Unit) -> list[Node]:
    """The block of a province: each sign with what was measured and the way to its evidence; one calm sentence when there is none.

    Empty for a province of the past, which nobody judges any more, and while nothing was told that could be judged.
    """
    try:
        board = view.boards.signs(instant_asked(view))
    except NotFound:
        return []
    if not board.judged or not unit.valid(board.through):
        return []
    here = board.of(unit.key)
    aside = [one for one in board.dismissed if one.unit.key == unit.key]
    rows = [
        FindingRow("watch", one.rule.name_vi, f"{measured(one.sign)}. {when(one)}.", sign_href(unit.key, one.rule.key), "Căn cứ")
        for one in here
    ]
    drawn = (
        findings(rows)
        if rows
        else empty(f"Không dấu hiệu nào trong {number(len(board.rules))} quy tắc, xét đến hết {date(board.through)}.")
    )
    more = [tag("p", f"Còn {number(len(rows) - 5)} dấu hiệu khác.", class_="note")] if len(rows) > 5 else []
    put = [tag("p", f"{capital(count_word(len(aside)))} dấu hiệu đã được xem xét và bỏ qua.", class_="note")] if aside else []
    note = [tag("p", "Dấu hiệu là lý do để xem lại, không phải kết luận.", class_="note")] if rows else []
    beside = tag("span", *_simulated(here), tag("a", "Mọi dấu hiệu", href=LIST), class_="t0")
    return [section(TITLE, drawn, *more, *note, *put, beside=beside)]


def _simulated(signs: Sequence[FoundSign]) -> list[str]:
    return [provenance_badge("simulated"), " "] if any(one.provenance == "simulated" for one in signs) else []


def head(board: SignBoard) -> str:
    """`Bốn tỉnh, thành phố có dấu hiệu kết nối nhưng chưa dùng: Huế, …`; that there is none; or that nothing can be judged yet."""
    if not board.judged:
        return "Chưa có số liệu nào để xét việc kết nối có được dùng thật hay không"
    units = list(dict.fromkeys(one.unit.name_vi for one in board.standing))
    if not units:
        return f"Không tỉnh, thành phố nào trong {number(board.judged)} nơi có số liệu cho thấy dấu hiệu kết nối nhưng chưa dùng"
    who = f"{capital(count_word(len(units)))} tỉnh, thành phố có dấu hiệu kết nối nhưng chưa dùng"
    return f"{who}: {names([one.replace(' ', NBSP) for one in units])}" if len(units) <= 6 else who


def measured(sign: Sign) -> str:
    """What was measured, and the limit, in one sentence without its full stop."""
    return capital(_WORDS[sign.kind](sign))


def _share(value: float, decimals: int = 0) -> str:
    return f"{number(100 * value, decimals)}%"


_WORDS: Mapping[str, Callable[[Sign], str]] = {
    "silent": lambda one: f"{number(one.measured)} ngày làm việc liền không phát sinh; ngưỡng {number(one.limit)}",
    "hardly_used": lambda one: f"bằng {_share(one.measured, 1)} mức ở giữa của cả nước, tính theo số dân; ngưỡng {_share(one.limit)}",
    "period_end_spike": lambda one: f"những ngày cuối kỳ gấp {number(one.measured, 1)} lần phần chia đều; ngưỡng {number(one.limit)} lần",
    "paper_copies": lambda one: f"ít nhất {_share(one.measured)} văn bản điện tử vẫn kèm bản giấy; ngưỡng {_share(one.limit)}",
    "repeated_figures": lambda one: f"{number(one.measured)} kỳ liền báo cùng một số; ngưỡng {number(one.limit)}",
    "round_figures": lambda one: (
        f"tình cờ chỉ gặp nhiều số tròn như vậy với xác suất {_share(one.measured, 4)}; ngưỡng {_share(one.limit, 2)}"
    ),
    "idle_services": lambda one: f"ít nhất {_share(one.measured)} dịch vụ đã tích hợp không có hồ sơ; ngưỡng {_share(one.limit)}",
    "unused_signatures": lambda one: f"ít nhất {_share(one.measured)} chứng thư không được dùng để ký; ngưỡng {_share(one.limit)}",
    "unstaffed": lambda one: (
        f"{number(len(one.seen))} ngày gần đây không thấy ai sau quầy ít nhất {_share(one.measured)} giờ hành chính; "
        f"ngưỡng {_share(one.limit)}"
    ),
}


def when(one: FoundSign) -> str:
    """`Tháng 9/2026 đến tháng 10/2026`: from the first to the last period of the evidence; with the tier of agency when it is of one."""
    first, last = one.traces[0].period, one.traces[-1].period
    span = capital(first.label_vi) if first == last else f"{capital(first.label_vi)} đến {last.label_vi}"
    tier = dict(part.split("=", 1) for part in one.detail.split(",") if part).get("tier", "")
    return f"{span}, {AGENCY_TIERS.get(tier, tier).lower()}" if tier else span


def trace_words(one: FoundSign, trace: Trace) -> str:
    """The figure of a piece of evidence with what it counts."""
    kind, value = one.sign.kind, trace.value
    if kind == "period_end_spike":
        return f"{number(value, 1)} lần phần chia đều"
    if kind == "hardly_used":
        return f"{number(value, 1)} trên 100.000 dân"
    if kind in ("paper_copies", "idle_services", "unused_signatures", "unstaffed"):
        return f"{number(value, 1)}%"
    return number(value)


def trace_link(trace: Trace) -> str:
    """Way to the figure's own evidence; of a day without a record that there is none."""
    if not trace.figure:
        return "không có bản ghi nào trong ngày"
    words = "ngày này" if trace.period.grain is Grain.DAY else trace.period.label_vi
    return tag("a", f"Căn cứ {words}", href=evidence_href(trace.figure))
