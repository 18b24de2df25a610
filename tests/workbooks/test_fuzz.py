"""Damaged and made-up bytes of every format: a table or the documented error, never anything else, in bounded time and memory."""

import io
import struct
import zipfile
from xml.sax.saxutils import escape, quoteattr

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dashboard.errors import WorkbookError
from dashboard.workbooks import guess, preview, read_tables
from dashboard.workbooks.headers import Mapping
from tests.loaded import units
from tests.workbooks.makers import OCTOBER, UNIT, WRITERS, Rows, by_odfpy, by_openpyxl, by_xlwt, changed_archive, report

ROWS: Rows = (
    ("Đơn vị", "Cơ quan, đơn vị / Phải báo cáo", "Cơ quan, đơn vị / Đã kết nối", "Hồ sơ công việc / Đã xử lý", "Hồ sơ công việc điện tử"),
    ("Xã Bình Lư", 4, 3, 2.5, "1.234"),
    ("Xã Sin Suối Hồ", None, True, "x", 12),
)
WHOLE = {name: write(ROWS) for name, write in WRITERS.items()}
ALL = settings(max_examples=25)


def read(content: bytes) -> None:
    """Reads, and goes on to the preview as far as it gets."""
    try:
        tables = read_tables(content, "a.xlsx")
    except WorkbookError:
        return
    found = guess(report(), tables[0])
    if isinstance(found, Mapping):
        for one in preview(report(), UNIT, OCTOBER, tables, found, units()).problems:
            assert one.text_vi


@st.composite
def mutated(draw: st.DrawFn, whole: bytes) -> bytes:
    """Bytes changed, left out, doubled or cut off in a few places."""
    content = bytearray(whole)
    for _ in range(draw(st.integers(1, 6))):
        place = draw(st.integers(0, max(len(content) - 1, 0)))
        match draw(st.integers(0, 4)):
            case 0:
                content[place : place + 1] = draw(st.binary(min_size=1, max_size=4))
            case 1:
                del content[place : place + draw(st.integers(1, 200))]
            case 2:
                content[place:place] = content[place : place + draw(st.integers(1, 200))]
            case 3:
                content[place : place + 4] = struct.pack("<I", draw(st.sampled_from([0, 1, 0x7FFFFFFF, 0xFFFFFFFF, 0xFFFE, 0x10000])))
            case _:
                del content[place:]
    return bytes(content)


@pytest.mark.parametrize("name", WRITERS)
@ALL
@given(st.data())
def test_mutated_files_give_a_table_or_the_documented_error(name: str, data: st.DataObject) -> None:
    read(data.draw(mutated(WHOLE[name])))


@ALL
@given(st.binary(max_size=400))
def test_bytes_of_nobody_do_too(content: bytes) -> None:
    read(content)
    for start in (b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"\xff\xfe", b"\xef\xbb\xbf", b"sep=;\n"):
        read(start + content)


PARTS = [
    ("openpyxl.xlsx", "xl/worksheets/sheet1.xml"),
    ("xlsxwriter.xlsx", "xl/sharedStrings.xml"),
    ("openpyxl.xlsx", "xl/workbook.xml"),
    ("openpyxl.xlsx", "xl/styles.xml"),
    ("openpyxl.xlsx", "xl/_rels/workbook.xml.rels"),
    ("odfpy.ods", "content.xml"),
]


@pytest.mark.parametrize(("name", "part"), PARTS)
@ALL
@given(st.data())
def test_a_part_may_be_damaged_inside_a_sound_archive(name: str, part: str, data: st.DataObject) -> None:
    whole = zipfile.ZipFile(io.BytesIO(WHOLE[name])).read(part)
    read(changed_archive(WHOLE[name], {part: data.draw(mutated(whole))}))


VALUES = st.one_of(
    st.integers(-(2**40), 2**40).map(str), st.text(max_size=6), st.sampled_from(["1E400", "nan", "-1", "A1", "1:1", "XFD1048576"])
)


@ALL
@given(st.lists(st.tuples(st.sampled_from(["r", "s", "t", "x"]), VALUES), max_size=4), VALUES, st.sampled_from(["v", "is", "f", "x:v"]))
def test_cells_of_xlsx_with_any_attributes(attributes: list[tuple[str, str]], value: str, kind: str) -> None:
    said = "".join(f" {name}={quoteattr(text)}" for name, text in dict(attributes).items())
    sheet = f'<worksheet xmlns:x="a"><sheetData><row r="1"><c{said}><{kind}>{escape(value)}</{kind}></c></row></sheetData></worksheet>'
    read(changed_archive(by_openpyxl(ROWS), {"xl/worksheets/sheet1.xml": sheet.encode("utf-8", "replace")}))


NAMES = [
    "office:value",
    "office:value-type",
    "office:date-value",
    "table:number-columns-repeated",
    "table:number-rows-spanned",
    "table:formula",
]


@ALL
@given(st.lists(st.tuples(st.sampled_from(NAMES), VALUES | st.sampled_from(["float", "date", "string", "boolean"])), max_size=5))
def test_cells_of_ods_with_any_attributes(attributes: list[tuple[str, str]]) -> None:
    with zipfile.ZipFile(io.BytesIO(by_odfpy(ROWS))) as archive:
        content = archive.read("content.xml").decode()
    said = "".join(f" {name}={quoteattr(text)}" for name, text in dict(attributes).items())
    place = content.index("<table:table-cell")
    read(
        changed_archive(
            by_odfpy(ROWS), {"content.xml": f"{content[:place]}<table:table-cell{said}/>{content[place:]}".encode("utf-8", "replace")}
        )
    )


KINDS = [0x0006, 0x0018, 0x00FC, 0x00FD, 0x0203, 0x0207, 0x041E, 0x00E0, 0x00E5]


@ALL
@given(st.data())
def test_records_of_xls_with_any_body(data: st.DataObject) -> None:
    """The stream inside the compound file, record by record: what a mutation of the whole file seldom reaches."""
    content = bytearray(by_xlwt(ROWS))
    start = content.index(struct.pack("<HHHH", 0x0809, 16, 0x0600, 0x0005))
    places: list[tuple[int, int]] = []
    while start + 4 < len(content) and len(places) < 400:
        _, length = struct.unpack_from("<HH", content, start)
        places.append((start, length))
        start += 4 + length
    for _ in range(data.draw(st.integers(1, 4))):
        place, length = data.draw(st.sampled_from(places))
        body = data.draw(st.binary(min_size=0, max_size=max(length, 1)))
        content[place + 4 : place + 4 + len(body)] = body
        if data.draw(st.booleans()):
            content[place : place + 2] = struct.pack("<H", data.draw(st.sampled_from(KINDS)))
    read(bytes(content))
