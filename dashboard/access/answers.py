"""Answers that the gate and the web program give themselves: redirects, RFC 9457 problems, pages with one sentence."""

import json
from collections.abc import Mapping
from http import HTTPStatus
from urllib.parse import quote

from starlette.responses import HTMLResponse, RedirectResponse, Response

from dashboard.access.roles import Kind
from dashboard.components.login_page import error_html

LOGIN = "/dang-nhap"

_WORDS: Mapping[int, tuple[str, str]] = {
    400: ("Yêu cầu không đọc được", "Trình duyệt đã gửi một yêu cầu mà hệ thống không đọc được. Hãy tải lại trang."),
    401: ("Chưa đăng nhập", "Hãy đăng nhập để xem trang này."),
    403: ("Không có quyền xem", "Tài khoản của bạn không được cấp quyền xem trang này."),
    404: ("Không có trang này", "Địa chỉ này không có trong hệ thống. Có thể đường dẫn đã bị gõ sai hoặc bị cắt mất một phần."),
    405: ("Không làm được như vậy", "Địa chỉ này không nhận loại yêu cầu vừa gửi."),
    413: ("Yêu cầu quá lớn", "Yêu cầu vừa gửi lớn hơn mức hệ thống nhận."),
    500: ("Hệ thống gặp lỗi", "Trang này chưa hiện được. Lỗi đã được ghi lại để người quản trị xử lý."),
    503: ("Tạm thời chưa phục vụ được", "Cơ sở dữ liệu đang không trả lời. Hãy thử lại sau ít phút."),
}


_GATEWAY_WORDS: Mapping[int, tuple[str, str]] = {
    401: ("15", "Sai X-SystemId hoặc X-SecretKey."),
    403: ("15", "Mã khóa này không được gửi vào Trục liên thông văn bản."),
    405: ("10", "Địa chỉ này chỉ nhận POST."),
    413: ("10", "Bản tin lớn hơn mức hệ thống nhận."),
    503: ("20", "Kho số liệu tạm thời không trả lời; bản tin chưa được nhận, hãy gửi lại."),
}


def words(status: int) -> tuple[str, str]:
    """Title and sentence in Vietnamese for a status."""
    return _WORDS.get(status, (f"Lỗi {status}", "Yêu cầu này không thực hiện được."))


def refusal(status: int, kind: Kind, sentence: str | None = None, headers: Mapping[str, str] | None = None) -> Response:
    """The answer that says no: a page for people, a problem document for machines; `sentence` replaces the usual one."""
    if kind is Kind.PAGE:
        return page(status, sentence, headers)
    if kind is Kind.GATEWAY:
        code, usual = _GATEWAY_WORDS.get(status, ("20", words(status)[1]))
        return gateway_answer(status, code, sentence or usual, headers=headers)
    return problem(status, sentence or words(status)[1], headers)


def page(status: int, sentence: str | None = None, headers: Mapping[str, str] | None = None, title: str | None = None) -> HTMLResponse:
    """A whole page with a title, a sentence and the way back to the overview; those given replace the usual ones."""
    usual_title, usual = words(status)
    return HTMLResponse(error_html(status, title or usual_title, sentence or usual, "/"), status, dict(headers or {}))


def problem(status: int, detail: str, headers: Mapping[str, str] | None = None, fields: Mapping[str, str] | None = None) -> Response:
    """A problem document of RFC 9457; `fields` says of each field of a form what is wrong with it."""
    body: dict[str, object] = {"type": "about:blank", "title": HTTPStatus(status).phrase, "status": status, "detail": detail}
    body |= {"fields": dict(fields)} if fields else {}
    return Response(json.dumps(body, ensure_ascii=False), status, dict(headers or {}), "application/problem+json")


def gateway_answer(
    status: int, code: str, sentence: str, document: str = "", state: str = "refused", headers: Mapping[str, str] | None = None
) -> Response:
    """The answer to a gateway of the document axis, in the shape that those of provinces read (seen in public code that speaks to one).

    `code` is 0 (done), 10 (unreadable), 15 (wrong key), 19 (not this sender), 20 (our fault, come again) or 22 (not as the standard says);
    `state` says it once more in words; `document` is the message's own identifier.
    """
    good = code == "0"
    details = {"docId": document or None, "status": "done" if good else "fail", "errorCode": code, "errorDesc": sentence}
    body = {"success": good, "code": code, "status": state, "message": sentence, "docId": document or None, "data": details}
    given = {"Cache-Control": "no-store", **(headers or {})}
    return Response(json.dumps(body, ensure_ascii=False), status, given, "application/json")


def to_login(path: str, query: bytes) -> RedirectResponse:
    """Sends a stranger to the login page, which sends back to where they wanted to go."""
    wanted = path + ("?" + query.decode("latin-1") if query else "")
    address = LOGIN if wanted == "/" else f"{LOGIN}?tiep={quote(wanted, safe='/')}"
    return RedirectResponse(address, HTTPStatus.SEE_OTHER)
