"""How much of a workbook is read, and what is said beyond it. Counted while reading, never believed of what a file says of itself."""

from typing import Final

from dashboard.errors import WorkbookError
from dashboard.formats import number

MOST_BYTES: Final = 20 * 2**20
"""Of the file as it arrives."""
MOST_UNPACKED: Final = 160 * 2**20
MOST_ENTRIES: Final = 2_000
MOST_RATIO: Final = 250
"""Unpacked by packed, of parts above `RATIO_FROM`: sheets of numbers come to 10–30, a bomb to a thousand."""
RATIO_FROM: Final = 4 * 2**20
MOST_ROWS: Final = 50_000
"""The longest table that makes sense is one of all communes of the country before 2025: 11,000 rows."""
MOST_COLUMNS: Final = 256
MOST_CELLS: Final = 1_000_000
MOST_CHARACTERS: Final = 20_000_000
MOST_MERGED: Final = 20_000
MOST_SHEETS: Final = 60
MOST_TEXT: Final = 32_767
"""Of one cell, as in Excel."""


def damaged(why: str = "") -> WorkbookError:
    """The error for a file that ends too early or holds what its format does not allow."""
    detail = f" ({why})" if why else ""
    return WorkbookError("damaged", f"tệp bị hỏng hoặc tải lên chưa hết{detail}: hãy mở lại, lưu lại rồi gửi lại")


def too_many_rows(sheet: str, rows: int) -> WorkbookError:
    """The error for a sheet that goes further down than any report can."""
    said = f"trang “{sheet}” có dữ liệu đến dòng {number(rows)}" if sheet else f"bảng có đến {number(rows)} dòng"
    return WorkbookError("too_large", f"{said}; đọc được nhiều nhất {number(MOST_ROWS)} dòng: hãy xóa phần thừa bên dưới bảng")


def too_many_columns(sheet: str, columns: int) -> WorkbookError:
    """The error for a sheet that goes further right than any report can."""
    said = f"trang “{sheet}” có dữ liệu đến cột thứ {number(columns)}"
    return WorkbookError("too_large", f"{said}; đọc được nhiều nhất {number(MOST_COLUMNS)} cột: hãy xóa phần thừa bên phải bảng")


def too_many_cells() -> WorkbookError:
    """The error for a workbook that holds more than any report can."""
    return WorkbookError("too_large", f"tệp có hơn {number(MOST_CELLS)} ô hoặc quá nhiều chữ: hãy chỉ gửi trang báo cáo")


def bomb() -> WorkbookError:
    """The error for an archive that would unpack to far more than it is."""
    return WorkbookError("bomb", "tệp nén bất thường: khi mở ra lớn hơn nhiều lần kích thước của nó, nên không được mở")


class Budget:
    """What one reading may still take in; counts cells and characters of all sheets together."""

    def __init__(self) -> None:
        """Nothing is spent yet."""
        self._cells = MOST_CELLS
        self._characters = MOST_CHARACTERS

    def spend(self, cells: int, characters: int = 0) -> None:
        """Take so much. Raises WorkbookError when there is not so much left."""
        self._cells -= cells
        self._characters -= characters
        if self._cells < 0 or self._characters < 0:
            raise too_many_cells()


def check_position(sheet: str, row: int, column: int) -> None:
    """Raises WorkbookError for a cell (row from 1, column from 0) that lies too far out."""
    if row > MOST_ROWS:
        raise too_many_rows(sheet, row)
    if column >= MOST_COLUMNS:
        raise too_many_columns(sheet, column + 1)
