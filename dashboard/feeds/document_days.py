"""Days of the document axis that were counted elsewhere, one row a unit, tier and day (`day_table`)."""

from typing import Final

from dashboard.feeds.day_table import DayTable

HOURS: Final = (1, 2, 4, 8, 24, 48, 72, 168)
"""Upper bounds, inclusive, of the buckets of `acceptance_hours`; above the last there is `inf`."""
BUCKETS: Final = (*(f"{end:03d}" for end in HOURS), "inf")
WAITED: Final = tuple(f"acceptance_hours_{bucket}" for bucket in BUCKETS)
_COUNTS: Final = (
    "documents_sent",
    "documents_electronic",
    "documents_signed",
    "documents_sent_on_time",
    "documents_recalled",
    "documents_received",
    "documents_accepted",
    "documents_refused",
)
_CHECKED: Final = (
    "documents_checked",
    "documents_unsigned",
    "documents_signature_valid",
    "documents_signature_invalid",
    "documents_signature_untrusted",
    "documents_signature_expired",
    "documents_signature_revoked",
    "documents_signature_sha1",
    "documents_signed_by_agency",
    "documents_signed_by_person",
)
"""Columns that were added when signatures began to be checked; a table without them says nothing of checks."""
_WITHIN: Final = (
    ("documents_electronic", "documents_sent"),
    ("documents_signed", "documents_sent"),
    ("documents_sent_on_time", "documents_sent"),
    ("documents_accepted", "documents_received"),
    ("documents_refused", "documents_received"),
    ("documents_checked", "documents_sent"),
    ("documents_signed_by_agency", "documents_signature_valid"),
    ("documents_signed_by_person", "documents_signature_valid"),
    ("documents_signature_sha1", "documents_checked"),
)


def _cell(column: str) -> tuple[str, str]:
    measure, _, bucket = column.partition("_hours_")
    return (f"{measure}_hours", f"bucket={bucket}") if bucket else (measure, "")


TABLE: Final = DayTable((*_COUNTS, *WAITED), _WITHIN, _cell, later=_CHECKED)
is_table, written, parse, tally = TABLE.fits, TABLE.written, TABLE.parse, TABLE.tally
