"""Boards made by hand for tests and for the gallery of states; the October figures come from data/published."""

import csv
import datetime as dt
from statistics import median

from dashboard.boards.shapes import (
    ComponentFigure,
    IndicatorBoard,
    IndicatorValue,
    Point,
    RankedUnit,
    RankingBoard,
    Reading,
    Stamp,
    figure_id,
)
from dashboard.catalog import Catalog
from dashboard.declared import GivenRanking
from dashboard.figures.explanation import country_changes
from dashboard.figures.freshness import Freshness
from dashboard.figures.ranking import heat, rank_range, ranks
from dashboard.formats import plain
from dashboard.periods import Period
from dashboard.settings import CHECKOUT
from dashboard.units import Tier, Unit

OCTOBER, TO_OCTOBER = Period.parse("2025-10"), Period.parse("2025-10/ytd")
CATALOG = Catalog.load(CHECKOUT / "data")


def _given() -> GivenRanking:
    found = CATALOG.ranking("766")
    assert isinstance(found, GivenRanking)
    return found


RANKING = _given()
_COLUMNS = dict(
    zip(
        RANKING.components,
        (
            "cong_khai_minh_bach_18",
            "tien_do_giai_quyet_20",
            "dvc_truc_tuyen_12",
            "thanh_toan_truc_tuyen_10",
            "muc_do_hai_long_18",
            "so_hoa_ho_so_22",
        ),
        strict=True,
    )
)
_PUBLISHED = CHECKOUT / "data" / "published" / "dvcqg_766_provinces_2025-10.csv"


def unit(name: str, code: str | None = None) -> Unit:
    """A province of that name."""
    key = plain(name).replace(" ", "_") or "unit"
    return Unit(key, Tier.PROVINCE, code, "H01", name, f"Tỉnh {name}", name, "tỉnh", None, None, dt.date(2025, 7, 1))


def stamp(late_days: int = 0, provenance: str = "published") -> Stamp:
    """The stamp of the published figures."""
    return Stamp(OCTOBER, "Cổng Dịch vụ công quốc gia", provenance, late_days, None)  # type: ignore[arg-type]


def component(key: str, value: float | None, centre: float | None, rank: int | None = 1, before: float | None = None) -> ComponentFigure:
    """A component beside its median."""
    indicator = CATALOG.indicator(key)
    steps = 0 if value is None or centre is None else heat(value, centre, indicator.maximum, RANKING.steps)
    return ComponentFigure(indicator, value, centre, rank, steps, before, figure_id(key, "unit", OCTOBER))


def october() -> RankingBoard:
    """The 34 provinces of October 2025 against the year to date, as published."""
    with _PUBLISHED.open(encoding="utf-8", newline="") as file:
        lines = list(csv.DictReader(file))
    halves = {wanted: {line["gso_code"]: line for line in lines if line["period"].startswith(wanted)} for wanted in ("2025-10", "2025-YTD")}
    now, before = halves["2025-10"], halves["2025-YTD"]
    totals = {code: float(line["tong_100"]) for code, line in now.items()}
    tables = [{code: {key: float(line[_COLUMNS[key]]) for key in _COLUMNS} for code, line in half.items()} for half in (now, before)]
    rows = tuple(_row(code, now, before, totals) for code in sorted(totals, key=lambda code: int(now[code]["xep_hang"])))
    indicator = CATALOG.indicator(RANKING.indicator)
    country = country_changes(tables[0], tables[1], RANKING.components)
    centre = median(totals.values())
    return RankingBoard(RANKING, indicator, OCTOBER, (OCTOBER, TO_OCTOBER), TO_OCTOBER, rows, (), centre, country, (), stamp(), 1, None)


def _row(code: str, now: dict[str, dict[str, str]], before: dict[str, dict[str, str]], totals: dict[str, float]) -> RankedUnit:
    province = unit(now[code]["ten"].removeprefix("UBND ").removeprefix("tỉnh ").removeprefix("Thành phố ").removeprefix("TP "), code)
    return RankedUnit(
        province,
        int(now[code]["xep_hang"]),
        rank_range(totals, code, RANKING.margin),
        totals[code],
        int(before[code]["xep_hang"]),
        float(before[code]["tong_100"]),
        {key: _october_component(key, code, now, before) for key in RANKING.components},
        figure_id(RANKING.indicator, province.key, OCTOBER),
        totals[code] < RANKING.line,
    )


def _october_component(key: str, code: str, now: dict[str, dict[str, str]], before: dict[str, dict[str, str]]) -> ComponentFigure:
    column = {each: float(line[_COLUMNS[key]]) for each, line in now.items()}
    return component(key, column[code], median(column.values()), ranks(column)[code], float(before[code][_COLUMNS[key]]))


def indicator_board() -> IndicatorBoard:
    """Three provinces of one indicator, median 16."""
    indicator = CATALOG.indicator(RANKING.components[-1])
    named = (("Hà Tĩnh", 20.68), ("Lâm Đồng", 16.0), ("Tây Ninh", 11.68))
    values = tuple(
        IndicatorValue(unit(name), value, place, figure_id(indicator.key, unit(name).key, OCTOBER), Reading(value))
        for place, (name, value) in enumerate(named, start=1)
    )
    return IndicatorBoard(
        indicator=indicator,
        period=OCTOBER,
        periods=(OCTOBER,),
        agency_tier=None,
        agency_tiers=(),
        values=values,
        absent=(),
        median=16.0,
        together=None,
        series=(Point(OCTOBER, 16.0, None),),
        courses={},
        freshness=Freshness(OCTOBER, None, None),
        stamp=stamp(),
        due=OCTOBER.end,
        through=None,
        data_version=1,
        boundaries="2025",
        readable=("2025",),
    )
