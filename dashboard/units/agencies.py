"""Ministries and departments from their tables."""

from pathlib import Path

from dashboard import formats
from dashboard.units.draft import DAY, Draft, agency, slug
from dashboard.units.tables import rows
from dashboard.units.unit import Tier, Unit


def departments(draft: Draft, folder: Path) -> None:
    """The departments of provinces, by their agency codes."""
    for row in rows(folder / "agencies.csv", "agency_code", "name_vi", "full_name_vi", "name_en", "parent", "valid_from"):
        parent, code = draft.units.get(row.text("parent")), agency(row)
        if parent is None:
            raise row.fault(f"no unit has the key {row.text('parent')}")
        names = (row.text("name_vi"), row.text("full_name_vi"), row.text("name_en"))
        draft.add(
            Unit(
                slug(formats.plain(code)), Tier.DEPARTMENT, None, code, *names, "cơ quan", parent.region, parent.key, row.day("valid_from")
            ),
            row,
        )


def ministries(draft: Draft, folder: Path) -> None:
    """Ministries and agencies of their rank; each names the one that took most of its work when it ended."""
    columns = ("codename", "agency_code", "full_name_vi", "name_en", "kind", "valid_from", "valid_to", "successor")
    heirs = []
    for row in rows(folder / "ministries.csv", *columns):
        name, ended = row.text("full_name_vi"), row.day("valid_to") if row.fields["valid_to"] else None
        names = (name, name, row.text("name_en"), row.text("kind"))
        draft.add(Unit(row.text("codename"), Tier.MINISTRY, None, agency(row), *names, None, "vn", row.day("valid_from"), ended), row)
        if row.fields["successor"]:
            heirs.append(row)
    for row in heirs:
        old, new = draft.units[row.text("codename")], draft.units.get(row.text("successor"))
        if new is None or old.valid_to != new.valid_from - DAY:
            raise row.fault(f"{row.text('successor')} must begin on the day after {old.key} ends")
        draft.predecessors[new.key] = (*draft.predecessors.get(new.key, ()), old.key)
