"""Feeds that indicators name and that are not in this branch yet: goes when the document axis and the pushed feeds are merged."""

from dataclasses import replace
from datetime import date
from types import MappingProxyType

from dashboard.feeds import all_feeds as present
from dashboard.feeds.base import Feed, Rules
from dashboard.observations import Entry, Tally

_NAMES = {
    "document_axis": ("Trục liên thông văn bản", "Trục liên thông văn bản quốc gia"),
    "dossier_sync": ("Đồng bộ hồ sơ", "Cổng Dịch vụ công quốc gia"),
    "reporting_system": ("Hệ thống báo cáo", "Hệ thống thông tin báo cáo quốc gia"),
    "signature_issue": ("Chứng thư số", "Ban Cơ yếu Chính phủ"),
    "camera_health": ("Camera", "Hệ thống camera của trung tâm"),
}


def _nothing(_entry: Entry, _days_off: frozenset[date]) -> tuple[Tally, ...]:
    return ()


def all_feeds() -> MappingProxyType[str, Feed]:
    """The feeds there are, and stand-ins for those awaited."""
    found = dict(present())
    for key, (name, publisher) in _NAMES.items():
        rules = Rules(_nothing) if key == "document_axis" else None
        found.setdefault(
            key, replace(found["papi"], key=key, name_vi=name, publisher=publisher, provenance="official", every=None, rules=rules)
        )
    return MappingProxyType(found)
