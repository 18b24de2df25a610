"""A page of the portal's dossier sync as bytes: its envelope, and the few fields of a record that may be kept.

Envelope (from public code of one-stop systems): `{"error_code": "00" or 0, "result": [...]}`, where some builds send the list as a text. A
record names persons, phones and addresses in a dozen fields; what is not in the list below never leaves this module.
"""

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from dashboard.errors import FeedError
from dashboard.feeds.edxml import OMITTED, scrubbed

SUCCESS: Final = ("00", "0")
"""Both are met: "00", and the number 0."""

Record = Mapping[str, str]

_CODE = re.compile(r"\d{1,3}", re.ASCII)
_MOMENT = re.compile(r"\d{8}(\d{6})?", re.ASCII)
_KEPT: Final[Mapping[str, re.Pattern[str]]] = {
    "MaHoSo": re.compile(r"[A-Z0-9.]{1,40}-\d{6}-\d{1,8}", re.ASCII),
    "TrangThaiHoSo": _CODE,
    "NgayTiepNhan": _MOMENT,
    "NgayHenTra": _MOMENT,
    "NgayKetThucXuLy": _MOMENT,
    "NgayTra": _MOMENT,
    "KenhThucHien": _CODE,
    "DuocThanhToanTrucTuyen": _CODE,
    "TrangThai": _CODE,
    "ThoiDiemXuLy": _MOMENT,
}
_OFFICE: Final = "DonViXuLy"
_FEES: Final = "DanhSachLePhi"
_AMOUNTS: Final = ("Gia", "SoTien", "MucLePhi")
# A person's name in the place of an office's cannot be told by its letters: only what begins as an office does is kept.
_BEGINS = re.compile(
    r"(ubnd|ủy ban|uỷ ban|hđnd|sở|bộ|cục|tổng cục|chi cục|ban|phòng|văn phòng|trung tâm|bộ phận|công an|bảo hiểm|chi nhánh|thanh tra"
    r"|kho bạc|viện|đội|hạt|trạm|trường|thuế|hải quan|ngân hàng|quỹ)\b",
    re.IGNORECASE,
)
_PERSON_AFTER = re.compile(r"\s*[-–(:;,/].*", re.DOTALL)


def answer(content: bytes) -> Mapping[str, Any]:
    """The envelope of a page; a bare list counts as a result. Raises FeedError, in Vietnamese, for what is no such thing."""
    try:
        found = json.loads(content.decode("utf-8-sig"), parse_float=str, parse_int=str, parse_constant=str)
    except (UnicodeDecodeError, json.JSONDecodeError, RecursionError) as error:
        raise FeedError(f"trả lời không phải JSON đúng quy cách ({type(error).__name__})") from None
    if isinstance(found, list):
        return {"error_code": "00", "result": found}
    if not isinstance(found, dict) or "error_code" not in found:
        raise FeedError("trả lời không có “error_code”: cấu trúc đã đổi")
    return found


def result(said: Mapping[str, Any]) -> list[Any]:
    """The records of an envelope that says success. Raises FeedError."""
    if str(said["error_code"]) not in SUCCESS:
        raise FeedError(f"hệ thống trả lời mã lỗi {_short(said['error_code'])}")
    found = said.get("result")
    if isinstance(found, str) and found.strip():
        try:
            found = json.loads(found, parse_float=str, parse_int=str, parse_constant=str)
        except (json.JSONDecodeError, RecursionError):
            raise FeedError("“result” là chữ mà không phải JSON") from None
    if not isinstance(found or [], list):
        raise FeedError("“result” không phải là danh sách: cấu trúc đã đổi")
    return found or []


def records(content: bytes) -> list[Record]:
    """What may be kept of each record of a page, by field; a field that was left out has no text. Raises FeedError."""
    return [_kept(one) for one in result(answer(content))]


def keep(content: bytes) -> bytes:
    """What may be kept of a page: of one that cannot be read nothing but the reason."""
    try:
        found: Sequence[Record] = records(content)
    except FeedError as error:
        return _bytes({"unreadable": str(error), "length": len(content)})
    return _bytes({"error_code": "00", "result": [_again(one) for one in found]})


def unreadable(content: bytes) -> str | None:
    """Why a page was not read of which only the reason was kept."""
    try:
        found = json.loads(content)
    except (UnicodeDecodeError, json.JSONDecodeError, RecursionError):
        return None
    return scrubbed("", str(found["unreadable"])) if isinstance(found, dict) and "unreadable" in found else None


def _kept(one: Any) -> Record:
    if not isinstance(one, dict):
        return {}
    fields = {name: _fits(str(one[name]).strip(), form) for name, form in _KEPT.items() if one.get(name) is not None}
    if one.get(_OFFICE):
        fields[_OFFICE] = _office(str(one[_OFFICE]))
    if _FEES in one:
        fields[_FEES] = str(_fees(one[_FEES]))
    return fields


def _again(record: Record) -> dict[str, object]:
    """A record as it is written down; reading it gives the same one."""
    return {name: int(text) if name == _FEES else text for name, text in record.items()}


def _fits(text: str, form: re.Pattern[str]) -> str:
    text = text.upper()
    return text if not text or form.fullmatch(text) else OMITTED


def _office(text: str) -> str:
    """An office's name without what may follow it; nothing of what does not begin as one does."""
    name = scrubbed("OrganName", _PERSON_AFTER.sub("", text[:200]))
    return name if _BEGINS.match(name) else OMITTED


def _fees(listed: Any) -> int:
    """How many fees a dossier bears that are more than nothing; kept ones are that number already."""
    if isinstance(listed, str) and listed.isdigit() and len(listed) < 4:
        return int(listed)
    if not isinstance(listed, list):
        return 0
    return min(999, sum(_costs(one) for one in listed))


def _costs(fee: Any) -> bool:
    if not isinstance(fee, dict):
        return False
    amounts = [str(fee[name]) for name in _AMOUNTS if fee.get(name) is not None]
    return not amounts or any(text.strip("0., ") for text in amounts)


def _short(code: Any) -> str:
    text = str(code)
    return f"“{text}”" if re.fullmatch(r"[A-Za-z0-9_-]{1,12}", text) else "không đọc được"


def _bytes(said: Mapping[str, object]) -> bytes:
    return json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
