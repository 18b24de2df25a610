"""A workbook as a request brings it: the body itself, or a multipart form with the file in it. Whole, or not at all."""

from dataclasses import dataclass
from http import HTTPStatus
from typing import Final

from fastapi import HTTPException, Request
from starlette.requests import ClientDisconnect

from dashboard.api import multipart
from dashboard.api.bodies import BodyRefused, Room, whole
from dashboard.submissions.deeds import tidy_name
from dashboard.submissions.form import FILE
from dashboard.workbooks.limits import MOST_BYTES

_FORM: Final = "multipart/form-data"
_HEAD: Final = 64 * 1024
"""What the rest of a form may come to."""
_TOO_LARGE: Final = f"Tệp lớn hơn {MOST_BYTES // 2**20} MB nên không được nhận: hãy chỉ gửi trang báo cáo."
_REFUSED: Final[dict[str, tuple[HTTPStatus, str, dict[str, str] | None]]] = {
    "large": (HTTPStatus.REQUEST_ENTITY_TOO_LARGE, _TOO_LARGE, None),
    "slow": (HTTPStatus.REQUEST_TIMEOUT, "Tệp đến quá chậm nên bị dừng; chưa có gì được lưu.", None),
    "busy": (HTTPStatus.SERVICE_UNAVAILABLE, "Đang có nhiều tệp được tải lên cùng lúc: hãy thử lại sau ít giây.", {"Retry-After": "5"}),
}


@dataclass(frozen=True, slots=True)
class Upload:
    """A file with its name, and the other fields of the form."""

    name: str
    content: bytes
    fields: dict[str, str]


def new_room() -> Room:
    """What may be received of workbooks, one and all together."""
    return Room(MOST_BYTES + _HEAD, 8 * MOST_BYTES, 120.0)


async def upload(request: Request, room: Room) -> Upload:
    """What a request brings. Raises HTTPException: 400 cut off or no form, 408 too slow, 413 too large, 503 too many at one time."""
    given = request.headers.get("content-type", "")
    body = await _body(request, room)
    if given.partition(";")[0].strip().lower() != _FORM:
        return Upload("", _of_size(body), {})
    try:
        parts = multipart.parts(given, body)
    except multipart.FormFault as fault:
        raise HTTPException(HTTPStatus.BAD_REQUEST, f"Không đọc được yêu cầu: {fault}.") from None
    file = parts.pop(FILE, None)
    if file is None or not file.content:
        raise HTTPException(HTTPStatus.BAD_REQUEST, f"Chưa chọn tệp: trường “{FILE}” của biểu mẫu không có nội dung.")
    fields = {name: part.content.decode("utf-8", "replace")[:_HEAD] for name, part in parts.items()}
    return Upload(tidy_name(file.file_name), _of_size(file.content), fields)


def _of_size(content: bytes) -> bytes:
    if len(content) > MOST_BYTES:
        raise HTTPException(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, _TOO_LARGE)
    return content


async def _body(request: Request, room: Room) -> bytes:
    try:
        return await whole(request, room)
    except BodyRefused as refused:
        status, said, headers = _REFUSED[refused.why]
        raise HTTPException(status, said, headers) from None
    except ClientDisconnect:
        # Nobody is there to read it; but nothing of half a file may go on from here.
        raise HTTPException(HTTPStatus.BAD_REQUEST, "Kết nối bị ngắt giữa chừng; chưa có gì được lưu.") from None
