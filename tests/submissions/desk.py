"""A counter over a real database and folder, and workbooks filled in as a province would."""

from collections.abc import Mapping
from pathlib import Path

from dashboard.periods import Period
from dashboard.sandbox.workbooks import REPORT, filled
from dashboard.store import Store
from dashboard.store.submission_book import Actor, Submission
from dashboard.submissions import deeds
from dashboard.submissions.deeds import Counter
from dashboard.workbooks.template import template
from tests.loaded import counter_over, reports, units

UNIT, PERIOD = "an_giang_2025", Period.parse("2026-10")
CLERK, CHIEF = Actor("nguoi.nop", None, "127.0.0.1"), Actor("nguoi.duyet", None, "127.0.0.1")
MEASURES = ("reporting_bodies", "reporting_bodies_connected", "case_files_processed", "case_files_electronic")
FIGURES: Mapping[str, Mapping[str, int]] = {
    "province": dict(zip(MEASURES, (24, 20, 5000, 3000), strict=True)),
    "commune": dict(zip(MEASURES, (408, 306, 20400, 5100), strict=True)),
}


def counter(store: Store, folder: Path, *, alone: bool = False) -> Counter:
    """Where workbooks are handed in."""
    return counter_over(store, folder / "raw", alone=alone)


def changed(**more: int) -> dict[str, dict[str, int]]:
    """The figures with some of the province's own offices changed."""
    return {"province": {**FIGURES["province"], **more}, "commune": dict(FIGURES["commune"])}


def workbook(
    counter: Counter, figures: Mapping[str, Mapping[str, int]] = FIGURES, unit: str = UNIT, period: Period = PERIOD, *, faulty: bool = False
) -> bytes:
    """A template of the report with figures in it."""
    report = reports()[REPORT]
    return filled(counter.desk, report, (unit, period), template(report, unit, period, units()), figures, faulty=faulty)


def brought(counter: Counter, content: bytes, name: str = "bao-cao.xlsx", actor: Actor = CLERK, unit: str = UNIT) -> Submission:
    """Brings a workbook for the usual period."""
    return deeds.bring(counter, counter.asked(REPORT, unit, str(PERIOD)), name, content, actor).submission


def approved(counter: Counter, content: bytes, name: str = "bao-cao.xlsx") -> Submission:
    """Brings, confirms and approves one."""
    one = brought(counter, content, name)
    deeds.confirm(counter, one.id, CLERK)
    return deeds.approve(counter, one.id, CHIEF)
