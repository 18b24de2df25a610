"""How long an operator waits: from the command to a usable sign-in page."""

import tempfile
import time
from pathlib import Path
from statistics import median

from tests.bench.row import Measure, Row
from tests.faults.whole import free_port, get, running


def _start(var: Path) -> float:
    """Seconds from the start of `app.py --demo` to a sign-in page that answers."""
    port = free_port()
    begun = time.monotonic()
    with running(port=port, variables={"DASHBOARD_VAR_DIR": str(var)}):
        status, _ = get(port, "/dang-nhap")
        took = time.monotonic() - begun
    if status != 200:
        raise RuntimeError(f"/dang-nhap answered {status}")
    return took


def first_start() -> Row:
    """With an empty `var/`: makes the database, loads `data/published`, makes the accounts."""
    with tempfile.TemporaryDirectory() as folder:
        return Row("first_start", _start(Path(folder) / "var"), "s", limit=60)


def later_start() -> Row:
    """The median of five starts with a `var/` that is in use already."""
    with tempfile.TemporaryDirectory() as folder:
        var = Path(folder) / "var"
        _start(var)
        return Row("later_start", median(_start(var) for _ in range(5)), "s", limit=6)


ROWS: dict[str, Measure] = {"first_start": first_start, "later_start": later_start}
