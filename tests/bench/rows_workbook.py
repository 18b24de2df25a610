"""How long a person waits for the preview of the longest table that makes sense: all communes of the country before the mergers of 2025."""

import time
from collections.abc import Callable

from dashboard.periods import Period
from dashboard.workbooks import Unresolved, guess, preview, read_tables
from tests.bench.row import Measure, Row
from tests.loaded import units
from tests.workbooks.makers import HEADS, WRITERS, Cell, report

ROWS_OF_TABLE, TRIES, LIMIT = 11_000, 3, 1.0
MONTH = Period.parse("2025-05")


def measured(name: str) -> Callable[[], Row]:
    """From the bytes to what would be stored and all problems; the best of three, in time of the processor:
    machines are shared, and nothing here waits for anything else."""

    def measure() -> Row:
        content, wanted, known = WRITERS[name](_rows()), report(), units()
        spent = []
        for _ in range(TRIES):
            begun = time.process_time()
            tables = read_tables(content, name)
            mapping = guess(wanted, tables[0])
            assert not isinstance(mapping, Unresolved)
            found = preview(wanted, "vn", MONTH, tables, mapping, known)
            spent.append(time.process_time() - begun)
            assert len(found.rows) == ROWS_OF_TABLE
            assert not found.errors
        ending = name.rpartition(".")[2]
        return Row("workbook" if ending == "xlsx" else f"workbook_{ending}", min(spent), "s CPU", LIMIT)

    return measure


def _rows() -> list[list[Cell]]:
    """Communes and districts, by code and name, with figures and two columns that nobody reads."""
    rows: list[list[Cell]] = [[*HEADS[0], "Ghi chú", "Số thứ tự"]]
    places = [one for tier in ("commune", "district") for one in units().of_tier(tier, MONTH.last_day)]
    for order, one in enumerate(places[:ROWS_OF_TABLE]):
        rows.append([one.gso_code, one.full_name_vi, 4, 3, 100 + order, 80 + order, "đã chốt", order])
    return rows


ROWS: dict[str, Measure] = {
    "workbook": measured("xlsxwriter.xlsx"),
    "workbook_xls": measured("xlwt.xls"),
    "workbook_ods": measured("odfpy.ods"),
    "workbook_csv": measured("semicolons.csv"),
}
