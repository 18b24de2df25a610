"""The board of evidence: from a figure down to the row of the file it came from."""

from dashboard.boards.desk import Desk, Shown
from dashboard.boards.shapes import EvidenceBoard, Revision, figure_id
from dashboard.errors import FeedError, NotFound
from dashboard.feeds.base import Source
from dashboard.periods import Period
from dashboard.store.queries import Cell, Run, revisions, run


def evidence_board(desk: Desk, figure: str) -> EvidenceBoard:
    """Raises NotFound for what is no figure or has no value, UnitUnknown and PeriodError for its parts."""
    key, _, rest = figure.partition("/")
    unit_key, _, notation = rest.partition("/")
    indicator, unit, period = desk.catalog.indicator(key), desk.units.get(unit_key), Period.parse(notation)
    found = revisions(desk.store, indicator.measure, unit.key, str(period))
    if not found:
        raise NotFound(f"{indicator.name_vi}, {unit.name_vi}, {period.label_vi}: chưa có số liệu")
    stamp = desk.stamp(indicator, Shown(period, desk.periods(indicator, unit.tier)), found[:1])
    return EvidenceBoard(
        figure=figure_id(indicator.key, unit.key, period),
        indicator=indicator,
        unit=unit,
        period=period,
        stamp=stamp,
        state=stamp.provenance,
        revisions=tuple(_revision(desk, cell) for cell in found),
    )


def _revision(desk: Desk, cell: Cell) -> Revision:
    origin = run(desk.store, cell.run_id)
    try:
        return Revision(cell, origin, _excerpt(desk, origin, cell.record), "")
    except (NotFound, FeedError) as lost:
        return Revision(cell, origin, (), str(lost))


def _excerpt(desk: Desk, origin: Run, record: str) -> tuple[tuple[str, str], ...]:
    feed = desk.feeds.get(origin.feed)
    if feed is None:
        raise NotFound(f"nguồn {origin.feed} không còn được đọc")
    return tuple(feed.excerpt(Source(origin.source, desk.raw.read(origin.sha256)), record))
