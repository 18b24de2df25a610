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
    PROFILE = "profile"
    """H.264 of a kind that no browser decodes: ten bits, 4:2:2, 4:4:4, scalable."""
    UNTRUSTED = "untrusted"
    """Its certificate (rtsps) is signed by nobody whom this machine trusts, and is not the one that its address names."""
    UNCONNECTED = "unconnected"
    """It has a place in the list, and no address yet."""
    DISABLED = "disabled"
    """Somebody switched it off: nobody asks it."""
    LOCKED = "locked"
    """Its password is sealed by a key that this machine does not have."""
    VEIL_NOWHERE = "veil_nowhere"
    """A media server sends it, which shows it whole, while somebody may see it masked or blurred only; and we have no address to pull."""
    ENDLESS = "endless"
    """A media server shows it and names no session (go2rtc does so): nobody could end a look when the right to it ends."""

    VEIL_SLOW = "veil_slow"
    """Its picture is to be painted over before it is shown, and that does not keep up."""
    VEIL_FAILED = "veil_failed"
    """Its picture is to be painted over before it is shown, and nobody can."""


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
    State.PROFILE: "Luồng H.264 có profile lạ, chưa phát được",
    State.UNTRUSTED: "Chứng chỉ TLS của camera chưa được tin",
    State.UNCONNECTED: "Chưa kết nối",
    State.DISABLED: "Đã tắt",
    State.LOCKED: "Chưa mở được mật khẩu camera",
    State.ENDLESS: "Không chiếu: máy chủ hình không cho ngắt lượt xem",
    State.VEIL_NOWHERE: "Không chiếu: máy chủ hình không che, làm mờ được",
    State.VEIL_SLOW: "Dừng hình: không kịp che, làm mờ",
    State.VEIL_FAILED: "Dừng hình: chưa che, làm mờ được",
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
    State.PROFILE: "Đặt profile H.264 của camera là Main hoặc High, 8 bit, 4:2:0.",
    State.UNTRUSTED: "Ghi dấu vân tay chứng chỉ (#sha256=…) sau địa chỉ của camera này, hoặc cài cho camera một chứng chỉ được tin.",
    State.ENDLESS: "Máy chủ này không nêu phiên xem (Location) để ngắt khi hết quyền. Điền địa chỉ RTSP của nó và để hệ thống tự kéo hình.",
    State.VEIL_NOWHERE: "Điền địa chỉ RTSP để hệ thống tự kéo hình rồi che, làm mờ; hoặc để mọi vai trò thấy rõ camera này.",
}
"""What somebody has to do at the camera, or at its address; waiting cures none of these."""

NEEDS_HANDS: Final = frozenset(ADVICE)
FAULTS: Final = NEEDS_HANDS | {State.LOST, State.UNREACHABLE, State.SILENT, State.VEIL_SLOW, State.VEIL_FAILED}
"""No picture is to be expected now; the relay keeps trying."""

HELP: Final[Mapping[State, str]] = {
    State.LOST: "Hệ thống đang tự gọi lại. Nếu quá năm phút chưa có hình: kiểm tra nguồn điện và đường truyền của camera.",
    State.UNREACHABLE: "Kiểm tra nguồn điện, đường truyền và địa chỉ của camera. Hệ thống vẫn tự gọi lại.",
    State.SILENT: "Camera nhận lệnh nhưng không gửi hình: khởi động lại camera. Hệ thống vẫn tự gọi lại.",
    State.UNCONNECTED: "Ghi địa chỉ RTSP của camera này vào danh sách camera.",
    **ADVICE,
}
"""What to do about a camera without a picture, for whoever stands before its empty place."""
