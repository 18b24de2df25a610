"""What a ranking says in words: who is ranked, against what, what is wrong with an input, what would lift a rank, why it changed."""

from collections.abc import Mapping, Sequence

from dashboard.boards.ranked import InputMark, RankedUnit, RankingBoard, RankStory, UnrankedUnit
from dashboard.catalog import Indicator
from dashboard.components.sentences import NBSP, against, capital, count_word, lowered, names
from dashboard.declared import GivenRanking
from dashboard.figures.rank_change import Cause, RankChange
from dashboard.figures.what_would_lift import Move, Way
from dashboard.formats import date, interval, moment, number, signed

UNITS = {"province": "tỉnh, thành phố", "ministry": "bộ, ngành", "commune": "xã, phường, đặc khu"}
CAUSES: Mapping[Cause, str] = {
    "own": "Tự thay đổi",
    "others": "Nơi khác thay đổi",
    "revisions": "Số cũ được sửa",
    "method": "Đổi cách tính",
}
_TREATED = {"carried": "", "worst": "tính 0 điểm", "excluded": "không xếp hạng"}


def units_word(board: RankingBoard) -> str:
    """`tỉnh, thành phố`, `bộ, ngành`, `xã, phường, đặc khu`."""
    return UNITS[board.tier]


def is_given(board: RankingBoard) -> bool:
    """Whether the source publishes the ranks."""
    return isinstance(board.ranking, GivenRanking)


def rank_word(board: RankingBoard) -> str:
    """`hạng`, `hạng trong vùng`, `hạng trong tỉnh`."""
    if board.group is None:
        return "hạng"
    return "hạng trong vùng" if board.group.tier == "region" else "hạng trong tỉnh"


def place_of(board: RankingBoard) -> str:
    """`cả nước`, `vùng Đồng bằng sông Hồng`, `tỉnh An Giang`."""
    if board.group is None:
        return "cả nước"
    return f"vùng {board.group.name_vi}" if board.group.tier == "region" else lowered(board.group.full_name_vi)


def head(board: RankingBoard) -> str:
    """`Xếp hạng 34 tỉnh, thành phố theo Bộ chỉ số 766`; of a group: `Xếp hạng trong vùng …: 6 tỉnh, thành phố …`."""
    start = "Xếp hạng" if board.group is None else f"Xếp hạng trong {place_of(board)}:"
    return f"{start} {number(len(board.rows))} {units_word(board)} theo {board.ranking.name_vi}"


def progress_head(board: RankingBoard) -> str:
    """`Tiến bộ theo Sử dụng thật, tháng 10/2026 so với tháng 9/2026`."""
    where = "" if board.group is None else f" trong {place_of(board)}"
    return f"Tiến bộ{where} theo {board.ranking.name_vi}, {board.period.label_vi} so với {against(board.baseline)}"


def mark_words(one: InputMark) -> str:
    """`Hồ sơ trực tuyến: chưa có số kỳ này, lấy số 9/2026`; `…: mẫu số 12 dưới 30, không xếp hạng`."""
    said = {
        "late": f"chưa có số kỳ này, lấy số {one.period.short_vi}" if one.treated == "carried" and one.period else "số liệu chậm",
        "missing": "chưa có số liệu",
        "too_few": f"mẫu số {number(one.of or 0)} dưới {number(one.indicator.minimum)}",
        "silent": "kết nối mà không phát sinh trong kỳ",
        "faulty": one.said,
    }[one.state]
    treated = _TREATED[one.treated]
    return f"{one.indicator.short_vi}: {said}{f', {treated}' if treated else ''}"


def reason(one: UnrankedUnit) -> str:
    """Why a unit is not ranked; a published ranking without its total has only one."""
    keeping = [mark_words(mark).removesuffix(", không xếp hạng") for mark in one.marks if mark.treated == "excluded"]
    return "; ".join(keeping) or "chưa báo cáo"


def marks_words(row: RankedUnit) -> str:
    """All that is wrong with a row's inputs; empty where nothing is."""
    return "; ".join(mark_words(mark) for mark in row.marks)


def points_words(points: float) -> str:
    """`20`, `7,69`: points of a weight, without decimals that say nothing."""
    return number(points) if points == int(points) else number(points, 2)


def value_words(indicator: Indicator, value: float) -> str:
    """`83,21%`, `5,2 giờ`."""
    written = number(value, indicator.decimals)
    return f"{written}%" if indicator.unit_vi == "%" else f"{written}{NBSP}{indicator.unit_vi}"


def move_words(indicator: Indicator, move: Move, case: str) -> str:
    """`thêm 412 hồ sơ nộp trực tuyến (64,10% lên 66,20%)`; without counts `thời gian tiếp nhận từ 5,2 xuống 4,0 giờ`."""
    up = move.to > move.now
    now, to = (value_words(indicator, value) for value in (move.now, move.to))
    course = f"{now} {'lên' if up else 'xuống'} {to}"
    if move.cases is None or not case:
        return f"{lowered(indicator.name_vi)} từ {course}"
    return f"{'thêm' if up else 'bớt'} {number(move.cases)}{NBSP}{case} ({course})"


def way_words(story: RankStory, way: Way) -> str:
    """The moves of a way in one line."""
    return "; ".join(
        move_words(story.row.components[move.indicator].indicator, move, story.cases.get(move.indicator, "")) for move in way.moves
    )


def places_words(places: int) -> str:
    """`lên ba bậc`, `xuống 14 bậc`, `không đổi`."""
    if places == 0:
        return "không đổi"
    return f"{'lên' if places > 0 else 'xuống'} {count_word(abs(places))}{NBSP}bậc"


def change_head(story: RankStory) -> str:
    """`Vì sao hạng thay đổi: 12 thành 9`, `Hạng không đổi: 9`, or that there is nothing to compare with."""
    change = story.change
    if change is None:
        return "Vì sao hạng thay đổi"
    return f"Vì sao hạng thay đổi: {change.before} thành {change.after}" if change.places else f"Hạng không đổi: {change.after}"


def change_sentence(story: RankStory, change: RankChange) -> str:
    """`Lên ba bậc so với tháng 9/2026: tự thay đổi +4, nơi khác thay đổi −1.`"""
    parts = [f"{CAUSES[cause].lower()}{NBSP}{signed(places, 0)}" for cause, places in change.parts.items() if places]
    start = f"{capital(places_words(change.places))} so với {against(story.board.baseline)}"
    if not parts:
        return f"{start}: không nguyên nhân nào làm đổi hạng."
    return f"{start}: {', '.join(parts)}."


def compared_words(board: RankingBoard) -> str:
    """As what the baseline stands: as it was shown then, or as it is known now."""
    past = board.compared
    if past is None:
        return ""
    if past.shown_at is None:
        return "Bảng không lưu bản đã hiện của kỳ trước, nên so với kỳ trước theo số liệu biết hiện nay."
    method = " Cách tính từ đó đã đổi." if past.method_changed else ""
    return f"So với bảng {past.period.label_vi} như đã hiện lúc {moment(past.shown_at)}.{method}"


def no_comparison(board: RankingBoard) -> str:
    """Why nothing is said of a change."""
    if board.baseline is None:
        return "Không có kỳ trước để so, hoặc kỳ trước theo địa giới cũ: không so hạng qua ngày sáp nhập."
    return f"Chưa được xếp hạng {against(board.baseline)}."


def range_words(board: RankingBoard, row: RankedUnit) -> str:
    """What the range of a computed rank means."""
    first, last = row.range
    if first == last:
        return "Hạng này vững: số đếm đủ lớn để 90% số lần thử lại đều cho cùng một hạng."
    inside = sum(first <= one.rank <= last for one in board.rows)
    said = f"Khoảng {interval(first, last)}: trong 90% số lần thử lại với số đếm này, hạng nằm trong khoảng đó"
    return f"{said}. {capital(count_word(inside))} nơi đứng trong khoảng; mẫu số càng nhỏ, khoảng càng rộng."


def period_words(board: RankingBoard) -> str:
    """`tháng 11/2026, đến 22/11/2026` while the period is not over."""
    return f"{board.period.label_vi}, đến {date(board.through)}" if board.through else board.period.label_vi


def gainers(rows: Sequence[RankedUnit]) -> str:
    """`Tăng nhiều nhất: Huế +3,20; giảm nhiều nhất: Sơn La −1,10.`"""
    known = sorted((row for row in rows if row.gain is not None), key=lambda row: row.gain_rank or 0)
    if not known:
        return ""
    first, last = known[0], known[-1]
    up = f"{'Tăng nhiều nhất' if (first.gain or 0) > 0 else 'Giảm ít nhất'}: {names([first.unit.name_vi])} {_gained(first)}"
    return f"{up}; {'giảm nhiều nhất' if (last.gain or 0) < 0 else 'tăng ít nhất'}: {names([last.unit.name_vi])} {_gained(last)}."


def _gained(row: RankedUnit) -> str:
    gain = row.gain or 0.0
    return f"{signed(gain)}{NBSP}điểm"
