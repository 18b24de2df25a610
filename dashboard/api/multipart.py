"""A multipart form (RFC 7578) whose body is in memory: its fields by name. Whatever is not whole is refused."""

import re

PARTS_MOST = 16

_BOUNDARY = re.compile(r";\s*boundary=(?:\"([^\"]{1,70})\"|([^\s;,\"]{1,70}))", re.IGNORECASE)
_NAME = re.compile(
    rb"^content-disposition:\s*form-data\b[^\r\n]*?[;\s]name=(?:\"([^\"\r\n]{1,100})\"|([^\s;\"]{1,100}))", re.IGNORECASE | re.MULTILINE
)
_ENCODED = re.compile(rb"^content-transfer-encoding:\s*(?!binary\b|8bit\b|7bit\b)", re.IGNORECASE | re.MULTILINE)


class FormFault(Exception):
    """Why a body is no form that can be read: a sentence in Vietnamese."""


def fields(content_type: str, body: bytes) -> dict[str, bytes]:
    """The first content of each field. Raises FormFault."""
    found = _BOUNDARY.search(content_type)
    if found is None:
        raise FormFault("biểu mẫu multipart thiếu boundary")
    delimiter = b"\r\n--" + (found[1] or found[2]).encode()
    # What stands before the first delimiter is a preamble and counts for nothing.
    _, *parts = (b"\r\n" + body).split(delimiter, PARTS_MOST + 1)
    if len(parts) > PARTS_MOST:
        raise FormFault(f"biểu mẫu có hơn {PARTS_MOST} phần")
    result: dict[str, bytes] = {}
    for part in parts:
        if part.startswith(b"--"):
            return result
        name, content = _part(part)
        result.setdefault(name, content)
    raise FormFault("biểu mẫu multipart bị cắt ngang")


def _part(part: bytes) -> tuple[str, bytes]:
    head, gap, content = part.partition(b"\r\n\r\n")
    named = _NAME.search(head)
    if not gap or named is None or head.split(b"\r\n", 1)[0].strip(b" \t"):
        raise FormFault("một phần của biểu mẫu multipart không đọc được")
    if _ENCODED.search(head):
        raise FormFault("một phần của biểu mẫu dùng Content-Transfer-Encoding không được nhận")
    return (named[1] or named[2]).decode("utf-8", "replace"), content
