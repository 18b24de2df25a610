"""The fields of the forms of `/tu-kiem-tra`, which the page draws and the door reads."""

from typing import Final

HERE: Final = "/tu-kiem-tra"
FILE: Final = "tep"
"""The file; also in a multipart form for machines."""
UNIT: Final = "don_vi"
REPORT: Final = "bao_cao"
"""Report and period together; empty: as the file says of itself."""
COLUMN: Final = "cot."
"""Before the key of a report's column, in the form that shows which header means it."""
REASON: Final = "ly_do"
REASON_SHORTEST: Final = 5
REASON_LONGEST: Final = 500
_BETWEEN: Final = "|"


def choice(report: str, period: str) -> str:
    """A report and a period as one choice of the form."""
    return f"{report}{_BETWEEN}{period}"


def chosen(text: str) -> tuple[str, str]:
    """Report and period of a choice; both empty for what is to be read from the file."""
    report, _, period = text.partition(_BETWEEN)
    return report, period
