"""What may be true of a camera, and how it is said to people."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final


class State(StrEnum):
    """The state of a camera as its relay sees it; each has a sentence of its own."""

    IDLE = "idle"
    """Nobody looks, so nobody asks the camera."""
    CONNECTING = "connecting"
    LIVE = "live"
    LOST = "lost"
    """It played, and then stopped: nothing for five seconds, or the connection broke."""
    UNREACHABLE = "unreachable"
    REFUSED = "refused"
    MISSING = "missing"
    """The address knows no such stream."""
    SILENT = "silent"
    """It accepted everything and sent nothing."""
    GARBAGE = "garbage"
    CODEC = "codec"
    """H.265, which many cameras send as their main stream."""
    OTHER_CODEC = "other_codec"
    BFRAMES = "bframes"
    HEADLESS = "headless"
    """Key frames come without the parameter sets (SPS, PPS) that a decoder begins with, and the description has none either."""
    UNCONNECTED = "unconnected"
    """It has a place in the list, and no address yet."""
    DISABLED = "disabled"
    """Somebody switched it off: nobody asks it."""
    LOCKED = "locked"
    """Its password is sealed by a key that this machine does not have."""


SENTENCES: Final[Mapping[State, str]] = {
    State.IDLE: "Chưa có người xem",
    State.CONNECTING: "Đang kết nối",
    State.LIVE: "Trực tiếp",
    State.LOST: "Mất tín hiệu",
    State.UNREACHABLE: "Không gọi được camera",
    State.REFUSED: "Camera từ chối mật khẩu",
    State.MISSING: "Camera không có luồng này",
    State.SILENT: "Camera không gửi hình",
    State.GARBAGE: "Camera trả lời sai giao thức",
    State.CODEC: "Luồng H.265, chưa phát được",
    State.OTHER_CODEC: "Luồng không phải H.264, chưa phát được",
    State.BFRAMES: "Luồng có khung B, chưa phát được",
    State.HEADLESS: "Luồng thiếu SPS/PPS, chưa phát được",
    State.UNCONNECTED: "Chưa kết nối",
    State.DISABLED: "Đã tắt",
    State.LOCKED: "Chưa mở được mật khẩu camera",
}
"""For the tile and for problem answers."""

ADVICE: Final[Mapping[State, str]] = {
    State.REFUSED: "Sửa tên và mật khẩu trong địa chỉ của camera này.",
    State.MISSING: "Sửa đường dẫn luồng trong địa chỉ của camera này.",
    State.GARBAGE: "Kiểm tra địa chỉ: nơi trả lời không phải là một camera RTSP.",
    State.CODEC: "Bật luồng phụ H.264 trên camera, rồi dùng địa chỉ của luồng ấy.",
    State.OTHER_CODEC: "Đặt mã hóa của camera là H.264, hoặc dùng địa chỉ của luồng phụ H.264.",
    State.BFRAMES: "Tắt khung B (B-frame) trong cài đặt mã hóa của camera.",
    State.HEADLESS: "Bật gửi SPS/PPS theo từng khung hình chính (I-frame) trong cài đặt mã hóa của camera.",
}
"""What somebody has to do at the camera, or at its address; waiting cures none of these."""

NEEDS_HANDS: Final = frozenset(ADVICE)
FAULTS: Final = NEEDS_HANDS | {State.LOST, State.UNREACHABLE, State.SILENT}
"""No picture is to be expected now; the relay keeps trying."""
