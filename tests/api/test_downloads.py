"""Files for spreadsheets, opened as a spreadsheet would."""

import csv
import io
import zipfile
from dataclasses import replace

import httpx
import pytest
from python_calamine import CalamineWorkbook

from dashboard.api.downloads import sources, table
from dashboard.api.files import csv_file, excel_file, plain
from dashboard.observations import Observation, Parsed
from dashboard.periods import Period
from dashboard.store.write import land
from tests.loaded import Loaded, origin

CSV, EXCEL = "/tai-ve/xep-hang-766.csv", "/tai-ve/xep-hang-766.xlsx"


def sheets(answer: httpx.Response) -> dict[str, list[list[object]]]:
    book = CalamineWorkbook.from_filelike(io.BytesIO(answer.raise_for_status().content))
    return {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}  # type: ignore[misc]


@pytest.mark.parametrize("period", ["2025-10", "2025-10/ytd"])
def test_both_files_hold_the_figures_of_the_api(client: httpx.Client, period: str) -> None:
    rows = client.get("/api/v1/rankings/766", params={"period": period}).json()["rows"]
    head, *found = sheets(client.get(EXCEL, params={"ky": period}))["Xếp hạng"]
    text = client.get(CSV, params={"ky": period}).content.decode("utf-8-sig")
    lines = list(csv.DictReader(io.StringIO(text.split("\r\n\r\n")[0])))
    assert len(found) == len(lines) == 34
    for row, cells, line in zip(rows, found, lines, strict=True):
        named = dict(zip(head, cells, strict=True))
        assert (named["Hạng"], named["Tỉnh, thành phố"], named["Tổng điểm"]) == (row["rank"], row["name"], row["value"])
        assert (named["Thanh toán trực tuyến"], named["Mã định danh"]) == (row["components"]["online_payment"], row["agency_code"])
        assert [named["Hạng cao nhất khi điểm xê dịch"], named["Hạng thấp nhất khi điểm xê dịch"]] == row["rank_range"]
        assert (line["Hạng"], float(line["Tổng điểm"]), line["Tỉnh, thành phố"]) == (str(row["rank"]), row["value"], row["name"])
        assert named["Hạng thanh toán (tự tính)"] == row["component_ranks"]["online_payment"]


def test_the_sources_travel_in_the_files(client: httpx.Client) -> None:
    told = {str(name): str(text) for name, text in sheets(client.get(EXCEL))["Nguồn"]}
    assert told["Nguồn"] == "Cổng Dịch vụ công quốc gia"
    assert told["Kỳ"] == "tháng 10/2025"
    assert told["Trạng thái"] == "Công bố; chậm 352 ngày"
    assert "tự tính" in told["Ghi chú"]
    assert "±0,8" in told["Khoảng hạng"]
    text = client.get(CSV).content.decode("utf-8-sig")
    for words in ("Cổng Dịch vụ công quốc gia", "tháng 10/2025", "766/QĐ-TTg"):
        assert words in text.split("\r\n\r\n")[1]


def test_files_say_what_they_are(client: httpx.Client) -> None:
    answer = client.get(CSV)
    assert answer.content.startswith(b"\xef\xbb\xbf"), "spreadsheets take a file without the mark for another encoding"
    assert answer.headers["content-disposition"] == 'attachment; filename="xep-hang-766_2025-10.csv"'
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert 'filename="xep-hang-766_2025-10-ytd.xlsx"' in client.get(EXCEL, params={"ky": "2025-10/ytd"}).headers["content-disposition"]


def test_what_was_not_reported_is_an_empty_cell_and_a_zero_is_a_zero(moving: httpx.Client, loaded: Loaded) -> None:
    november = Period.parse("2025-11")
    cells = (Observation("index766_total", "ha_noi", november, 80.0), Observation("index766_progress", "ha_noi", november, 0.0))
    land(loaded.store, origin(), Parsed(cells))
    head, first, *rest = sheets(moving.get(EXCEL, params={"ky": "2025-11"}))["Xếp hạng"]
    hanoi = dict(zip(head, first, strict=True))
    assert (hanoi["Tiến độ giải quyết"], hanoi["Công khai, minh bạch"]) == (0.0, "")
    assert len(rest) == 33
    for row in rest:
        named = dict(zip(head, row, strict=True))
        assert named.pop("Mã định danh")
        assert named.pop("Tỉnh, thành phố")
        assert set(named.values()) == {""}
    lines = csv.reader(io.StringIO(moving.get(CSV, params={"ky": "2025-11"}).content.decode("utf-8-sig")))
    assert [[str(cell) for cell in row[3:5]] for row in rest] == [row[3:5] for row in list(lines)[2:35]]


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\rx"])
def test_no_text_is_a_formula_in_csv(text: str) -> None:
    assert plain(text) == f"'{text}"
    assert plain(f"a{text}") == f"a{text}"


def test_no_cell_and_no_head_of_a_table_is_a_formula_in_csv(published: Loaded) -> None:
    board = published.boards().ranking("766")
    evil = replace(board, rows=tuple(replace(row, unit=replace(row.unit, name_vi="=HYPERLINK(1)")) for row in board.rows))
    frame = table(evil).assign(**{"=1+1": -1.5, "b": None})
    head, first, *_ = csv.reader(io.StringIO(csv_file(frame, sources(evil)).decode("utf-8-sig")))
    assert "'=HYPERLINK(1)" in first
    assert head[-2:] == ["'=1+1", "b"]
    assert first[-2:] == ["-1.5", ""], "a number below zero is no formula"


def test_no_text_is_a_formula_in_excel(published: Loaded) -> None:
    board = published.boards().ranking("766")
    evil = replace(board, rows=tuple(replace(row, unit=replace(row.unit, name_vi="=1+1")) for row in board.rows))
    content = excel_file(table(evil), sources(evil), "Xếp hạng")
    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    assert {row[4] for row in book.get_sheet_by_name("Xếp hạng").to_python()[1:]} == {"=1+1"}
    assert b"<f>" not in _sheet_xml(content)
    assert len(table(evil)) == 34


def _sheet_xml(content: bytes) -> bytes:
    return zipfile.ZipFile(io.BytesIO(content)).read("xl/worksheets/sheet1.xml")
