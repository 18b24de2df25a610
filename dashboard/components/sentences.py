"""The sentences at the head of pages, made by rules from the data; every wording is tested like arithmetic.

Names and figures hold together by no-break spaces. Numbers up to twelve that count things in a sentence are written as words.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from dashboard.boards.shapes import RankedUnit, RankingBoard
from dashboard.figures.explanation import Explanation
from dashboard.formats import number, score
from dashboard.periods import Grain, Period

NBSP = "\u00a0"
MOST_NAMED = 4
"""So many names are told; more are counted."""

LEAST_FALL = 3
"""A fall of fewer places is not told in a head."""

_WORDS = ("không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín", "mười", "mười một", "mười hai")


def count_word(count: int) -> str:
    """`ba`, `mười hai`, from thirteen on digits: `23`."""
    return _WORDS[count].replace(" ", NBSP) if 0 <= count < len(_WORDS) else number(count)


def place(name: str) -> str:
    """A name that does not break: `Thái Nguyên`."""
    return name.replace(" ", NBSP)


def names(each: Sequence[str]) -> str:
    """`Huế`, `Huế và Cao Bằng`, `Huế, Cao Bằng và Đà Nẵng`."""
    kept = [place(name) for name in each]
    return kept[0] if len(kept) == 1 else f"{', '.join(kept[:-1])} và{NBSP}{kept[-1]}" if kept else ""


def capital(words: str) -> str:
    """The first letter large, the rest as it is."""
    return words[:1].upper() + words[1:]


def against(period: Period | None) -> str:
    """A baseline beside a figure: `lũy kế`, `tháng 9/2026`; empty without one."""
    if period is None:
        return ""
    return "lũy kế" if period.grain is Grain.YEAR_TO_DATE else period.label_vi


@dataclass(frozen=True, slots=True)
class National:
    """What the head of the overview needs: `totals` and `falls` (places lost against the baseline) by name, best first."""

    period: str
    totals: tuple[tuple[str, float], ...]
    line: float
    falls: tuple[tuple[str, int], ...] = ()
    baseline: str = ""
    unreported: int = 0


def national(one: National) -> str:
    """`Tháng 10/2025: Bắc Ninh dẫn đầu với 91,52 điểm; ba nơi dưới 80. Thái Nguyên tụt 23 bậc so với lũy kế.`"""
    if not one.totals:
        return f"{capital(one.period)}: chưa tỉnh, thành phố nào có điểm."
    parts = [_leaders(one.totals), _below(one.totals, one.line)] if len(one.totals) > 1 else [_alone(*one.totals[0], one.line)]
    if one.unreported:
        parts.append(f"{count_word(one.unreported)} nơi chưa có điểm")
    return " ".join([f"{capital(one.period)}: {'; '.join(parts)}.", *_fallers(one)])


def national_head(board: RankingBoard) -> str:
    """The head of the overview for a ranking."""
    falls = tuple((row.unit.name_vi, -row.places) for row in board.rows if row.places is not None and row.places < 0)
    totals = tuple((row.unit.name_vi, row.total) for row in board.rows)
    return national(National(board.period.label_vi, totals, board.ranking.line, falls, against(board.baseline), len(board.unreported)))


def _leaders(totals: Sequence[tuple[str, float]]) -> str:
    best = max(total for _, total in totals)
    first = [name for name, total in totals if total == best]
    shown = f"với {score(best)}{NBSP}điểm"
    if len(first) == 1:
        return f"{place(first[0])} dẫn đầu {shown}"
    return f"{names(first) if len(first) <= MOST_NAMED else capital(count_word(len(first))) + ' nơi'} cùng dẫn đầu {shown}"


def _below(totals: Sequence[tuple[str, float]], line: float) -> str:
    below = [name for name, total in sorted(totals, key=lambda pair: pair[1]) if total < line]
    limit = _limit(line)
    if not below:
        return f"không nơi nào {limit}"
    if len(below) == len(totals):
        return f"cả {count_word(len(below))} nơi đều {limit}"
    return f"{names(below) if len(below) <= MOST_NAMED else count_word(len(below)) + ' nơi'} {limit}"


def _alone(name: str, total: float, line: float) -> str:
    """Where only one place has a total, nobody leads."""
    return f"mới có {place(name)} với {score(total)}{NBSP}điểm" + (f", {_limit(line)}" if total < line else "")


def _limit(line: float) -> str:
    return f"dưới{NBSP}{number(line, 0 if line == int(line) else 1)}"


def _fallers(one: National) -> list[str]:
    worst = max((places for _, places in one.falls), default=0)
    if not one.baseline or worst < LEAST_FALL:
        return []
    fallen = [name for name, places in one.falls if places == worst]
    who = names(fallen) + (" cùng" if len(fallen) > 1 else "")
    if len(fallen) > MOST_NAMED:
        who = f"{capital(count_word(len(fallen)))} nơi cùng"
    return [f"{who} tụt {number(worst)}{NBSP}bậc so với {one.baseline}."]


@dataclass(frozen=True, slots=True)
class Change:
    """A unit's change of rank.

    `driver` is the component whose difference from the country's change goes furthest that way; "" when none goes that way, None when
    the reasons are not known.
    """

    rank: int
    units: int
    before: int | None
    driver: str | None = None
    before_word: str = "lũy kế"


def change(one: Change) -> str:
    """`Tụt mười bậc, trước hết vì thanh toán trực tuyến`."""
    if one.before is None:
        return f"Hạng{NBSP}{one.rank} trong{NBSP}{one.units}, chưa có kỳ nào để so"
    lost = one.rank - one.before
    if lost == 0:
        return f"Dẫn đầu, như {one.before_word}" if one.rank == 1 else f"Giữ nguyên hạng{NBSP}{one.rank} như {one.before_word}"
    places = f"{count_word(abs(lost))}{NBSP}bậc"
    if lost > 0:
        return f"Tụt {places}{_reason(one, 'vì', 'nơi khác vượt lên, không nhóm nào kém mặt bằng')}"
    gained = f"Lên {places}" if one.rank > 1 else f"Lên dẫn đầu từ hạng{NBSP}{one.before}"
    return f"{gained}{_reason(one, 'nhờ', 'nơi khác lùi lại, không nhóm nào hơn mặt bằng')}"


def _reason(one: Change, word: str, others: str) -> str:
    if one.driver is None:
        return f" so với {one.before_word}"
    return f", trước hết {word} {one.driver}" if one.driver else f" vì {others}"


def province_head(row: RankedUnit, explanation: Explanation | None, units: int = 34, before_word: str = "lũy kế") -> str:
    """The head of a province's page."""
    if explanation is None or not explanation.parts:
        return change(Change(row.rank, units, row.before_rank, before_word=before_word))
    driver = explanation.driver
    name = lowered(row.components[driver.component].indicator.name_vi) if driver else ""
    return change(Change(row.rank, units, row.before_rank, name, before_word))


def lowered(name: str) -> str:
    """A component's name inside a sentence, up to its first comma: `công khai` of `Công khai, minh bạch`."""
    return (name[:1].lower() + name[1:]).split(",", maxsplit=1)[0]


def next_rank(rank: int, missing: float | None, ahead: float | None = None) -> str:
    """`Còn 0,17 điểm nữa tới hạng 20`; at the top (`missing` None) how far the next one is behind (`ahead`)."""
    if missing is not None:
        return f"Còn {score(missing)}{NBSP}điểm nữa tới hạng{NBSP}{rank}"
    if ahead is None:
        return "Đang dẫn đầu"
    return f"Đang dẫn đầu, hơn nơi kế tiếp {score(ahead)}{NBSP}điểm" if ahead > 0 else "Đang dẫn đầu cùng điểm với nơi kế tiếp"


@dataclass(frozen=True, slots=True)
class Course:
    """How a unit's total went beside the country's, and how many passed it or fell behind it."""

    name: str
    own: float
    country: float
    places: int
    overtook: int
    fell_behind: int


def course(one: Course) -> str:
    """`Lâm Đồng giảm ít hơn mặt bằng; hạng giảm vì sáu nơi vượt lên, chỉ bốn nơi lùi lại.`"""
    return f"{place(one.name)} {_beside(one.own, one.country)}; {_passing(one)}."


def why_sentence(name: str, explanation: Explanation) -> str:
    """The sentence over the reasons of a change."""
    total = explanation.total
    passing = (len(explanation.overtook), len(explanation.fell_behind))
    return course(Course(name, total.own, total.country, explanation.places, *passing))


def _beside(own: float, country: float) -> str:
    """Both are changes in points, compared as written, in hundredths."""
    own, country = round(own, 2), round(country, 2)
    if own == country:
        return "không đổi, như mặt bằng" if own == 0 else f"{'tăng' if own > 0 else 'giảm'} bằng mặt bằng"
    if own == 0:
        return f"giữ điểm khi mặt bằng {'giảm' if country < 0 else 'tăng'}"
    word = "tăng" if own > 0 else "giảm"
    if own * country <= 0:
        return f"{word} điểm khi mặt bằng {'không đổi' if country == 0 else 'tăng' if country > 0 else 'giảm'}"
    return f"{word} {'nhiều' if abs(own) > abs(country) else 'ít'} hơn mặt bằng"


def _passing(one: Course) -> str:
    up, back = f"{count_word(one.overtook)} nơi vượt lên", f"{count_word(one.fell_behind)} nơi lùi lại"
    if one.places == 0:
        return f"hạng giữ nguyên: {up}, {back}" if one.overtook or one.fell_behind else "hạng giữ nguyên"
    if one.places < 0:
        only = "chỉ " if one.fell_behind < one.overtook else ""
        return f"hạng giảm vì {up}" + (f", {only}{back}" if one.fell_behind else ", không nơi nào lùi lại")
    only = "chỉ " if one.overtook < one.fell_behind else ""
    return f"hạng tăng vì {back}" + (f", {only}{up}" if one.overtook else ", không nơi nào vượt lên")


def closeness(first: int, last: int, count: int, margin: float) -> str:
    """What a range of ranks means: `Bảy nơi hạng 9–15 cách nhau không quá 1,6 điểm; thứ tự có thể đổi khi số liệu đến muộn.`"""
    if count <= 1:
        return f"Không nơi nào cách dưới {number(margin, 1)}{NBSP}điểm: hạng này vững khi số liệu đến muộn."
    ranks = f"hạng{NBSP}{first}" if first == last else f"hạng{NBSP}{first}–{last}"
    within = f"không quá {number(2 * margin, 1)}{NBSP}điểm"
    return f"{capital(count_word(count))} nơi {ranks} cách nhau {within}; thứ tự có thể đổi khi số liệu đến muộn."
