"""From the tables to units, in the order in which they tell of each other."""

from pathlib import Path

from dashboard.units import agencies, lower, provinces
from dashboard.units.draft import Draft, checked


def build(folder: Path) -> Draft:
    """Read every table of the folder; ConfigurationError names file and line of what is wrong."""
    draft = Draft()
    provinces.of_2020(draft, folder)
    before = dict(draft.bearers)
    provinces.renamed(draft, folder)
    provinces.of_2025(draft, folder)
    after, draft.bearers = draft.bearers, before
    old = lower.of_2020(draft, folder)
    draft.bearers = after
    lower.successions(draft, folder, old, lower.of_2025(draft, folder))
    agencies.departments(draft, folder)
    agencies.ministries(draft, folder)
    return checked(draft)
