"""What the template lets be typed or chosen at each cell, with a word before and a word after a slip; and what it lights up."""

from collections.abc import Mapping
from typing import Any, Final

from dashboard.formats import number
from dashboard.workbooks.headers import REASON_VI, STATE_VI
from dashboard.workbooks.reports import MOST, Column
from dashboard.workbooks.states import ABSENT_VI, REASONS_VI, STATES_VI

_WORDS_LONGEST: Final = 255
_TITLE_LONGEST: Final = 32

Rule = Mapping[str, Any]
"""As XlsxWriter takes it."""


def figures(column: Column, whole: Column | None, whole_cell: str) -> Rule:
    """Of a figure: a number within its bounds, and a part no larger than its whole once that is typed (`whole_cell`: `$D9`, of the first
    row)."""
    most = int(column.maximum) if column.integer else column.maximum
    bounds = f"từ {number(column.minimum)} {'trở lên' if column.maximum >= MOST else f'đến {number(column.maximum)}'}"
    within = f", không lớn hơn “{whole.leaf_vi}”" if whole else ""
    words = f"{column.leaf_vi}: cần số{' nguyên' if column.integer else ''} {bounds}{within}. Để trống nếu chưa có số liệu."
    return {
        "validate": "integer" if column.integer else "decimal",
        "criteria": "between",
        "minimum": int(column.minimum) if column.integer else column.minimum,
        "maximum": f'=IF(N({whole_cell})=0,IF({whole_cell}="",{most},0),MIN({whole_cell},{most}))' if whole else most,
        "input_title": column.leaf_vi[:_TITLE_LONGEST],
        "input_message": (column.help_vi or column.title_vi)[:_WORDS_LONGEST],
        "error_title": "Số không hợp lệ",
        "error_message": words[:_WORDS_LONGEST],
    }


def state() -> Rule:
    """Of what a row may say instead of figures."""
    told = f"“{STATES_VI[0]}”: số 0 cho mọi việc trong kỳ. “{ABSENT_VI}”: chưa báo cáo được, kèm lý do. Đã nhập số thì để trống."
    return _chosen(STATES_VI, STATE_VI, told)


def reason() -> Rule:
    """Of why there is no figure yet."""
    return _chosen(REASONS_VI, REASON_VI, f"Chỉ chọn khi tình trạng là “{ABSENT_VI}”.")


def _chosen(entries: tuple[str, ...], title: str, told: str) -> Rule:
    return {
        "validate": "list",
        "source": list(entries),
        "input_title": title[:_TITLE_LONGEST],
        "input_message": told[:_WORDS_LONGEST],
        "error_title": "Không có trong danh sách",
        "error_message": f"{title}: hãy bấm mũi tên bên phải ô và chọn một dòng trong danh sách, hoặc để trống."[:_WORDS_LONGEST],
    }
