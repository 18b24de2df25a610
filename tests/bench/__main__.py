"""`make bench [ROWS=startup,api]`: measures, prints a table, writes `var/bench.jsonl`.

A module `rows_<name>.py` in this package holds `ROWS: dict[str, Callable[[], Row]]`; nothing else has to be edited to add one.
`ROWS=` takes names of modules and of rows. Ends with 1 when a limit is not kept, with 2 when nothing has the name asked for.
"""

import argparse
import importlib
import json
import os
import pkgutil
import sys
from collections.abc import Iterator
from pathlib import Path

from rich.console import Console
from rich.table import Table

from tests import bench
from tests.bench.row import Measure, Row


def all_rows() -> dict[str, dict[str, Measure]]:
    """Every row by module name and row name."""
    modules = [info.name for info in pkgutil.iter_modules(bench.__path__) if info.name.startswith("rows_")]
    return {name.removeprefix("rows_"): importlib.import_module(f"{bench.__name__}.{name}").ROWS for name in modules}


def chosen(wanted: set[str], rows: dict[str, dict[str, Measure]]) -> Iterator[tuple[str, Measure]]:
    """The rows to measure: those named, or all when none is. Raises SystemExit(2) for a name that nothing has."""
    known = set(rows) | {name for module in rows.values() for name in module}
    if wanted - known:
        print(f"lỗi: không có phép đo {', '.join(sorted(wanted - known))}; có: {', '.join(sorted(known))}", file=sys.stderr)
        raise SystemExit(2)
    for module, members in rows.items():
        for name, measure in members.items():
            if not wanted or wanted & {module, name}:
                yield name, measure


def main() -> int:
    """Measures what is asked for."""
    parser = argparse.ArgumentParser(prog="tests.bench")
    parser.add_argument("--rows", default="", help="names of modules or rows, with commas between; all when empty")
    wanted = {name.strip() for name in parser.parse_args().rows.split(",") if name.strip()}
    console = Console()
    measured = []
    for name, measure in chosen(wanted, all_rows()):
        with console.status(f"đo {name} …"):
            measured.append(measure())
    _write(measured)
    console.print(_table(measured))
    return 0 if all(row.ok for row in measured) else 1


def _write(rows: list[Row]) -> None:
    target = Path(os.environ.get("DASHBOARD_VAR_DIR") or "var") / "bench.jsonl"
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text("".join(json.dumps(row.as_line(), ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")


def _table(rows: list[Row]) -> Table:
    table = Table("Phép đo", "Giá trị", "Đơn vị", "So với", "Tỷ lệ", "Giới hạn", "Đạt")
    for row in rows:
        baseline = "" if row.baseline is None else f"{row.baseline:.3g}"
        ratio = "" if row.ratio is None else f"{row.ratio:.3f}"
        sign = "≤" if row.better == "lower" else "≥"
        table.add_row(row.row, f"{row.value:.4g}", row.unit, baseline, ratio, f"{sign} {row.limit:g}", "có" if row.ok else "KHÔNG")
    return table


if __name__ == "__main__":
    sys.exit(main())
