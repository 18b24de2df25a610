"""What a row may say instead of figures, chosen from the template's lists: that nothing happened, or that there is none yet and why."""

from dataclasses import dataclass
from typing import Final

from dashboard import formats
from dashboard.workbooks.numbers import SHOWN, CellFault

NOTHING_VI: Final = "Không phát sinh"
"""Zero in all that happens in a period; what stands at its end is told as ever."""
ABSENT_VI: Final = "Chưa có số liệu"
STATES_VI: Final = (NOTHING_VI, ABSENT_VI)
REASONS_VI: Final = (
    "Chưa tổng hợp xong",
    "Hệ thống của đơn vị đang gặp sự cố",
    "Đơn vị mới thành lập hoặc vừa sắp xếp lại",
    "Đơn vị không có nhiệm vụ này",
    "Chờ đơn vị cấp dưới gửi số liệu",
)
"""No commas in them: the template's lists part their entries by these."""

_STATES: Final = {formats.same_text(one): one for one in STATES_VI}
_REASONS: Final = {formats.same_text(one): one for one in REASONS_VI}


@dataclass(frozen=True, slots=True)
class Told:
    """What a row says of itself: one of STATES_VI, or empty; one of REASONS_VI, or empty; the cell of the state."""

    state: str = ""
    reason: str = ""
    cell: str = ""

    @property
    def is_nothing(self) -> bool:
        """Whether nothing happened in the period."""
        return self.state == NOTHING_VI

    @property
    def is_absent(self) -> bool:
        """Whether there is no figure yet."""
        return self.state == ABSENT_VI


PLAIN: Final = Told()


def state_of(text: str) -> str:
    """One of STATES_VI, however it is spelt; empty for nothing. Raises CellFault."""
    return _one_of(text, _STATES, "state_unknown", "tình trạng")


def reason_of(text: str) -> str:
    """One of REASONS_VI, however it is spelt; empty for nothing. Raises CellFault."""
    return _one_of(text, _REASONS, "reason_unknown", "lý do")


def _one_of(text: str, known: dict[str, str], kind: str, what: str) -> str:
    if not text:
        return ""
    try:
        return known[formats.same_text(" ".join(text.split()))]
    except KeyError:
        listed = "”, “".join(known.values())
        raise CellFault(kind, f"“{text[:SHOWN]}” không phải là {what} trong danh sách: chọn “{listed}”, hoặc để trống") from None
