"""A multipart form (RFC 7578) whose body is in memory: its fields by name. Whatever is not whole is refused."""

import re
from dataclasses import dataclass
from urllib.parse import unquote_to_bytes

PARTS_MOST = 16

_BOUNDARY = re.compile(r";\s*boundary=(?:\"([^\"]{1,70})\"|([^\s;,\"]{1,70}))", re.IGNORECASE)
_NAME = re.compile(
    rb"^content-disposition:\s*form-data\b[^\r\n]*?[;\s]name=(?:\"([^\"\r\n]{1,100})\"|([^\s;\"]{1,100}))", re.IGNORECASE | re.MULTILINE
)
_FILE_NAME = re.compile(rb"[;\s]filename=\"([^\"\r\n]{0,400})\"", re.IGNORECASE)
_FILE_NAME_UTF8 = re.compile(rb"[;\s]filename\*=UTF-8''([A-Za-z0-9%._~!$&+^`|-]{0,900})", re.IGNORECASE)
_ENCODED = re.compile(rb"^content-transfer-encoding:\s*(?!binary\b|8bit\b|7bit\b)", re.IGNORECASE | re.MULTILINE)


class FormFault(Exception):
    """Why a body is no form that can be read: a sentence in Vietnamese."""


@dataclass(frozen=True, slots=True)
class Part:
    """A field's content; `file_name` is empty for one that is no file."""

    content: bytes
    file_name: str = ""


def fields(content_type: str, body: bytes) -> dict[str, bytes]:
    """The first content of each field. Raises FormFault."""
    return {name: part.content for name, part in parts(content_type, body).items()}


def parts(content_type: str, body: bytes) -> dict[str, Part]:
    """The first part of each field. Raises FormFault."""
    found = _BOUNDARY.search(content_type)
    if found is None:
        raise FormFault("biểu mẫu multipart thiếu boundary")
    delimiter = b"\r\n--" + (found[1] or found[2]).encode()
    # What stands before the first delimiter is a preamble and counts for nothing.
    _, *found_parts = (b"\r\n" + body).split(delimiter, PARTS_MOST + 1)
    if len(found_parts) > PARTS_MOST:
        raise FormFault(f"biểu mẫu có hơn {PARTS_MOST} phần")
    result: dict[str, Part] = {}
    for part in found_parts:
        if part.startswith(b"--"):
            return result
        name, content = _part(part)
        result.setdefault(name, content)
    raise FormFault("biểu mẫu multipart bị cắt ngang")


def _part(part: bytes) -> tuple[str, Part]:
    head, gap, content = part.partition(b"\r\n\r\n")
    named = _NAME.search(head)
    if not gap or named is None or head.split(b"\r\n", 1)[0].strip(b" \t"):
        raise FormFault("một phần của biểu mẫu multipart không đọc được")
    if _ENCODED.search(head):
        raise FormFault("một phần của biểu mẫu dùng Content-Transfer-Encoding không được nhận")
    return (named[1] or named[2]).decode("utf-8", "replace"), Part(content, _file_name(head))


def _file_name(head: bytes) -> str:
    """As RFC 5987 writes it, when it is written so; else as browsers do, in UTF-8 with %22 for a quotation mark."""
    if extended := _FILE_NAME_UTF8.search(head):
        return unquote_to_bytes(extended[1]).decode("utf-8", "replace")
    plain = _FILE_NAME.search(head)
    return plain[1].decode("utf-8", "replace").replace("%22", '"') if plain else ""
