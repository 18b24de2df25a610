"""An indicator's figures in words: the value with its unit, the counts beside it, what a gap is, the sentence at the head."""

from itertools import pairwise

from dashboard.boards.shapes import Absence, IndicatorBoard, IndicatorValue, Reading
from dashboard.catalog import Indicator, Measure
from dashboard.charts.markup import Markup, joined, tag
from dashboard.components.marks import Judgement, state_mark
from dashboard.components.sentences import capital
from dashboard.formats import NOT_REPORTED, date, number
from dashboard.periods import Grain

NBSP = "\u00a0"
AGENCY_TIERS = {"province": "Cấp tỉnh", "district": "Cấp huyện", "commune": "Cấp xã", "central": "Bộ, ngành"}
_ABSENT: dict[str, tuple[Judgement, str]] = {
    "silent": ("watch", "Kết nối mà không phát sinh"),
    "late": ("late", "Chậm"),
    "faulty": ("alarm", "Số liệu sai"),
    "not_reported": ("silent", "Chưa báo cáo"),
}


def with_unit(indicator: Indicator, value: float, is_open: bool = False) -> str:
    """`95,15%`, `5,2 giờ`, `hơn 168 giờ`, `16,55 điểm`."""
    written = number(value, 0 if is_open else indicator.decimals)
    tail = "%" if indicator.unit_vi == "%" else f"{NBSP}{indicator.unit_vi}"
    return f"{f'hơn{NBSP}' if is_open else ''}{written}{tail}"


def read(indicator: Indicator, one: Reading | None) -> str:
    """A reading's value with its unit; `––` where there is none."""
    return NOT_REPORTED if one is None or one.value is None else with_unit(indicator, one.value, one.is_open)


def bare(indicator: Indicator, one: Reading) -> str:
    """A value as it stands in a column whose head names the unit."""
    assert one.value is not None
    return f"hơn {number(one.value)}" if one.is_open else number(one.value, indicator.decimals)


def counts(indicator: Indicator, one: Reading | None) -> str:
    """`98 / 103`; of a median how many were counted; empty for an official figure."""
    if one is None or one.denominator is None:
        return ""
    if indicator.form == "median":
        return number(one.denominator)
    return f"{NOT_REPORTED if one.numerator is None else number(one.numerator)}{NBSP}/{NBSP}{number(one.denominator)}"


def under(words: str, early: bool = False) -> Markup:
    """What a phone, and when `early` a tablet too, shows under the first words of a cell instead of in a column of its own."""
    return tag("span", words, class_="under early t0 i2" if early else "under t0 i2")


def period_of(board: IndicatorBoard) -> str:
    """`tháng 11/2026, đến 22/11/2026` while the period is not over; `tháng 11/2026 (chốt ngày 14)` where its months close so."""
    label = board.period.label_vi
    if board.closes_day is not None and board.period.grain is not Grain.DAY:
        label = f"{label} (chốt{NBSP}ngày{NBSP}{board.closes_day})"
    return f"{label}, đến {date(board.through)}" if board.through else label


def briefly(board: IndicatorBoard) -> str:
    """`11/2026, đến 22/11` for a table's cell."""
    return f"{board.period.short_vi}, đến {board.through.day}/{board.through.month}" if board.through else board.period.short_vi


def absence(board: IndicatorBoard, one: Absence) -> Markup:
    """Mark and word of a gap, what is known of it, and the last value with its own period."""
    judgement, word = _ABSENT[one.state]
    notes = [one.said] if one.said else []
    if one.latest is not None:
        period, value = one.latest
        notes.append(f"{period.short_vi} {with_unit(board.indicator, value)}")
    said = tag("span", "; ".join(notes), class_="t0 i3") if notes else None
    return joined([state_mark(judgement, word), " ", said])


def head(board: IndicatorBoard) -> str:
    """`Tỷ lệ văn bản gửi đúng hạn, tháng 10/2026: cả nước 91,20%; cao nhất Hà Tĩnh 98,10%, thấp nhất Tây Ninh 71,00%`."""
    indicator, ranked = board.indicator, [one for one in board.values if one.rank is not None]
    start = f"{indicator.name_vi}, {period_of(board)}"
    together = board.together
    centre = "" if board.median is None else f"trung vị{NBSP}{_value(indicator, board.median)}"
    whole = f"cả{NBSP}nước{NBSP}{read(indicator, together)}" if together is not None and together.value is not None else centre
    if not board.values:
        return f"{start}: chưa có {_units(board)} nào có số liệu"
    if not ranked:
        return (
            f"{start}: {whole}; chưa nơi nào đủ {number(indicator.minimum)} để xếp hạng"
            if whole
            else f"{start}: chưa nơi nào đủ mẫu số để xếp hạng"
        )
    ends = [f"{one.unit.name_vi} {_value(indicator, one.value)}".replace(" ", NBSP) for one in (ranked[0], ranked[-1])]
    if len(board.values) == 1:
        return f"{start}: chỉ {ends[0]} có số liệu"
    words = ("cao nhất", "thấp nhất") if indicator.better == "higher" else ("thấp nhất", "cao nhất")
    if indicator.unit_vi == "giờ":
        words = ("nhanh nhất", "chậm nhất")
    return f"{start}: {whole}; {words[0]} {ends[0]}, {words[1]} {ends[1]}"


def tally(board: IndicatorBoard) -> str:
    """`31 tỉnh, thành phố; 2 kết nối mà không phát sinh; 1 chưa báo cáo`."""
    words = [f"{number(len(board.values))} {_units(board)}"]
    for state, (_, word) in _ABSENT.items():
        if few := sum(one.state == state for one in board.absent):
            words.append(f"{number(few)} {word[0].lower()}{word[1:]}")
    return capital("; ".join(words))


def rank_cell(one: IndicatorValue) -> str:
    """Our rank; empty for a unit of which too little was counted."""
    return "" if one.rank is None else str(one.rank)


def bucket_words(measure: Measure) -> tuple[str, ...]:
    """`đến 1`, `1–2`, …, `hơn 168`."""
    ends = measure.buckets
    return (f"đến {ends[0]}", *(f"{low}–{high}" for low, high in pairwise(ends)), f"hơn {ends[-1]}")


def _value(indicator: Indicator, value: float) -> str:
    """Points without their word: the sentence names the indicator."""
    return number(value, indicator.decimals) if indicator.unit_vi == "điểm" else with_unit(indicator, value)


def _units(board: IndicatorBoard) -> str:
    return "bộ, ngành" if board.agency_tier == "central" else "tỉnh, thành phố"
