"""From the bytes of a file to its tables; what kind of file it is, its content says and not its name."""

import zipfile
from pathlib import PurePath
from typing import Final

from dashboard.errors import WorkbookError
from dashboard.formats import number
from dashboard.workbooks import delimited, ods, xls, xlsx
from dashboard.workbooks.archive import opened
from dashboard.workbooks.calm import uncollected
from dashboard.workbooks.legacy import modernised
from dashboard.workbooks.limits import MOST_BYTES, Budget
from dashboard.workbooks.table import Table

_COMPOUND: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ZIP: Final = (b"PK\x03\x04", b"PK\x05\x06")
_OTHERS: Final = (
    (b"%PDF", "tệp là PDF, không đọc thành bảng được: hãy gửi tệp Excel gốc"),
    (b"{\\rtf", "tệp là văn bản RTF, không phải bảng tính: hãy gửi tệp Excel gốc"),
    (b"\xff\xd8\xff", "tệp là ảnh chụp, không đọc thành bảng được: hãy gửi tệp Excel gốc"),
    (b"\x89PNG", "tệp là ảnh chụp, không đọc thành bảng được: hãy gửi tệp Excel gốc"),
)
_MARKUP: Final = "tệp là trang web hoặc XML mang đuôi Excel: hãy mở bằng Excel, lưu lại dạng “Excel Workbook (*.xlsx)” rồi gửi lại"
_NOT_A_WORKBOOK: Final = "tệp không phải là bảng tính: cần .xlsx, .xls, .ods hoặc .csv"


@uncollected
def read_tables(content: bytes, name: str) -> tuple[Table, ...]:
    """The sheets that hold anything, in the order of the file; a text file is one table that bears its name.

    Texts written in legacy fonts (TCVN3, VNI) are made Unicode. Raises WorkbookError, whose text tells a person what to do: not a workbook,
    password, macros (which are never run), a bomb, too large, damaged or cut off, empty. Takes a second for 50,000 rows and bounded memory.
    """
    if len(content) > MOST_BYTES:
        raise WorkbookError("too_large", f"tệp lớn hơn {number(MOST_BYTES // 2**20)} MB: hãy chỉ gửi trang báo cáo")
    if not content.strip(b"\0\t\r\n "):
        raise WorkbookError("empty", "tệp trống, không có gì bên trong")
    tables = [table for table in _tables(content, PurePath(name).stem[:60] or "Bảng") if table.rows]
    if not tables:
        raise WorkbookError("empty", "tệp không có ô nào chứa dữ liệu")
    return tuple(modernised(table) for table in tables)


def _tables(content: bytes, name: str) -> list[Table]:
    budget = Budget()
    if content.startswith(_ZIP):
        with opened(content) as archive:
            return _in_archive(archive, budget)
    if content.startswith(_COMPOUND):
        return xls.read(content, budget)
    for start, words in _OTHERS:
        if content.startswith(start):
            raise WorkbookError("unknown", words)
    head = content[:512].lstrip(b"\xef\xbb\xbf\0 \t\r\n").lower()
    if head.startswith((b"<html", b"<!doctype", b"<table", b"<?xml", b"<meta", b"<head", b"<style")):
        raise WorkbookError("unknown", _MARKUP)
    return delimited.read(content, name, budget)


def _in_archive(archive: zipfile.ZipFile, budget: Budget) -> list[Table]:
    names = set(archive.namelist())
    if "content.xml" in names:
        return ods.read(archive, budget)
    if any(name.startswith("xl/") for name in names):
        return xlsx.read(archive, budget)
    if any(name.startswith("word/") for name in names):
        raise WorkbookError("unknown", "tệp là văn bản Word, không phải bảng tính: hãy gửi tệp Excel")
    raise WorkbookError("unknown", _NOT_A_WORKBOOK)
