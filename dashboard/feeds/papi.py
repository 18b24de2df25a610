"""PAPI, dimension 8 (e-governance), by province and year, 2018 to 2024, by the 63 provinces of that time.

One CSV of three sub-dimensions as published by CECODES, VFF-CRT, RTA and UNDP. An empty cell means that the survey did not publish it.
"""

from datetime import timedelta

from dashboard.feeds.base import Context, Feed, Line, RowFault, Source, compose_table, excerpt_of_table, figure, files, parse_table, period
from dashboard.observations import Observation, Parsed
from dashboard.periods import Period

COLUMNS = {
    "access_to_portals": "papi_portal_access",
    "access_to_internet": "papi_internet_access",
    "e_responsiveness": "papi_e_responsiveness",
}


def parse(source: Source, context: Context) -> Parsed:
    """Observations of three sub-dimensions; rows with an unknown unit, a bad year or a value out of bounds are held."""
    return parse_table(source, frozenset({"year", "gso_code", *COLUMNS}), lambda line: _row(line, context))


def _row(line: Line, context: Context) -> list[Observation]:
    year = _year(line.fields["year"])
    unit = context.units.resolve(line.fields["gso_code"], on=year.last_day, tier="province")
    cells = []
    for column, key in COLUMNS.items():
        if text := line.fields[column].strip():
            measure = context.catalog.measure(key)
            cells.append(Observation(key, unit.key, year, figure(text, measure), record=line.record))
    return cells


def _year(text: str) -> Period:
    year = period(text)
    if year.grain != "year":
        raise RowFault(f"năm “{text}” không đọc được")
    return year


FEED = Feed(
    key="papi",
    name_vi="PAPI, quản trị điện tử",
    publisher="CECODES, VFF-CRT, RTA và UNDP",
    provenance="published",
    every=timedelta(hours=1),
    fetch=files("published", "papi_egovernance_*.csv"),
    parse=parse,
    excerpt=excerpt_of_table,
    compose=compose_table,
)
