"""`data/reports.toml`: the reports that provinces hand in as workbooks, read once and checked."""

import tomllib
from collections.abc import Mapping
from functools import cached_property, lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from dashboard.catalog import COUNTS, FOLDING, Catalog
from dashboard.declared import AgencyTier, Name
from dashboard.errors import ConfigurationError, NotFound
from dashboard.periods import Grain, Period
from dashboard.units import Tier, Unit, UnitRegistry

FILE: Final = "reports.toml"
TIER: Final = "tier"
"""The part of a cell's detail that says which tier of agencies it counts."""
GROUPED: Final = " / "
"""Between the head of a group of columns and that of one of them."""
MOST: Final = 1e9
"""Unless a column says otherwise: no count of one unit comes near, so a number beyond it is a slip."""
_STRICT: Final = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)
_TIER_OF: Final[Mapping[str, AgencyTier]] = {Tier.PROVINCE: "province", Tier.DISTRICT: "district", Tier.COMMUNE: "commune"}
TIERS_VI: Final[Mapping[AgencyTier, str]] = {
    "province": "Cơ quan cấp tỉnh",
    "district": "Cấp huyện",
    "commune": "Cấp xã",
    "central": "Trung ương",
}


class Column(BaseModel):
    """A column of figures; see the head of `data/reports.toml`. `arises`: it counts what happens in the period, so that nothing happening
    is a zero; not declared, but what the kind of its measure means."""

    model_config = _STRICT

    measure: Name
    title_vi: Name
    aliases: tuple[Name, ...] = ()
    detail: Annotated[str, Field(pattern=r"^([a-z_]+=[a-z0-9_]+(,[a-z_]+=[a-z0-9_]+)*)?$")] = ""
    part_of: str = ""
    rate_vi: str = ""
    minimum: float = 0.0
    maximum: float = MOST
    integer: bool = True
    adds: bool = True
    arises: bool = True
    help_vi: str = ""

    @cached_property
    def key(self) -> str:
        """What names it in a report: its measure, and the detail where there is one."""
        return f"{self.measure}[{self.detail}]" if self.detail else self.measure

    @property
    def leaf_vi(self) -> str:
        """Its head without that of its group."""
        return self.title_vi.rpartition(GROUPED)[2]


class Report(BaseModel):
    """A report; see the head of `data/reports.toml`. `tiered`: its measures are counted by tier of agencies."""

    model_config = _STRICT

    key: Name
    name_vi: Name
    feed: Name
    grain: Literal["month", "quarter", "year"]
    rows: Literal["units", "tiers", "province"]
    due_working_day: Annotated[int, Field(ge=1, le=260)]
    basis_vi: Name
    note_vi: tuple[Name, ...] = ()
    columns: Annotated[tuple[Column, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _columns_fit(self) -> "Report":
        """Raises ValueError for a column named twice, a part of nothing, or bounds that are none."""
        keys = [column.key for column in self.columns]
        if len(set(keys)) < len(keys):
            raise ValueError("columns: one stands twice")
        for column in self.columns:
            if column.part_of and (column.part_of not in keys or column.part_of == column.key):
                raise ValueError(f"columns: {column.key} is a part of “{column.part_of}”, which is no other column")
            if column.minimum >= column.maximum:
                raise ValueError(f"columns: {column.key}: minimum is not below maximum")
        return self

    def column(self, key: str) -> Column:
        """The column of that key. Raises NotFound."""
        try:
            return self._by_key[key]
        except KeyError:
            raise NotFound(f"báo cáo “{self.key}” không có cột “{key}”") from None

    @cached_property
    def _by_key(self) -> dict[str, Column]:
        return {column.key: column for column in self.columns}

    @property
    def period_grain(self) -> Grain:
        """Of its periods."""
        return Grain(self.grain)


def load_reports(folder: Path, catalog: Catalog) -> Mapping[str, Report]:
    """The reports in a folder, by key, in the order of the file; none when there is no such file. Raises ConfigurationError naming file,
    table and field."""
    path = folder / FILE
    if not path.exists():
        return MappingProxyType({})
    try:
        return parse_reports(path.read_text(encoding="utf-8"), catalog)
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"{path}: cannot be read ({error})") from error


def parse_reports(text: str, catalog: Catalog) -> Mapping[str, Report]:
    """The reports in a text. Raises ConfigurationError naming file, table and field."""
    try:
        tables = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigurationError(f"data/{FILE}: not valid TOML: {error}") from error
    reports = {key: _report(key, fields) for key, fields in tables.items()}
    for report in reports.values():
        _check(report, catalog)
    return MappingProxyType({key: _by_kinds(report, catalog) for key, report in reports.items()})


def _report(key: str, fields: object) -> Report:
    if not isinstance(fields, dict) or "key" in fields:
        raise ConfigurationError(f"data/{FILE}: [{key}]: a table without the field key; its heading is its key")
    try:
        return Report.model_validate({"key": key, **fields})
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = ".".join(str(one) for one in first["loc"])
        raise ConfigurationError(f"data/{FILE}: [{key}] {where}: {first['msg']}") from error


def _check(report: Report, catalog: Catalog) -> None:
    """Its measures are counts, and their cells are told apart as this report tells them."""
    for column in report.columns:
        where = f"data/{FILE}: [{report.key}] columns: {column.key}"
        if column.measure not in catalog.measures:
            raise ConfigurationError(f"{where} is declared nowhere")
        measure = catalog.measures[column.measure]
        if measure.kind not in COUNTS:
            raise ConfigurationError(f"{where} is of the kind {measure.kind}: reports bring counts")
        if column.adds != (measure.kind in FOLDING):
            raise ConfigurationError(f"{where}: adds = {str(measure.kind in FOLDING).lower()} is what the kind {measure.kind} means")
        if report.rows != "province" and TIER not in measure.details:
            raise ConfigurationError(f"{where} is not counted by tier, which rows = “{report.rows}” needs")
        said = {part.partition("=")[0] for part in column.detail.split(",") if part}
        if not said <= set(measure.details) or (TIER in said and report.rows != "province"):
            raise ConfigurationError(f"{where}: detail “{column.detail}” does not fit the measure's cells")


def _by_kinds(report: Report, catalog: Catalog) -> Report:
    """With what the kinds of its measures mean."""
    columns = [one.model_copy(update={"arises": catalog.measures[one.measure].kind != "stock"}) for one in report.columns]
    return report.model_copy(update={"columns": tuple(columns)})


def tier_of(unit: Unit) -> AgencyTier:
    """The tier of the agencies of a unit: those of a ministry or of the nation are central."""
    return _TIER_OF.get(unit.tier, "central")


@lru_cache(maxsize=1024)
def detail_of(detail: str, tier: AgencyTier | None) -> str:
    """The detail of a cell: that of its column and its tier, the parts in order."""
    parts = [*detail.split(","), f"{TIER}={tier}" if tier else ""]
    return ",".join(sorted(part for part in parts if part))


def units_to_report(report: Report, unit: str, period: Period, units: UnitRegistry) -> tuple[Unit, ...]:
    """The units that have a row of their own, on the last day of the period: the province first, then its districts and communes.

    Raises UnitUnknown for a key that nobody bears.
    """
    own, day = units.get(unit), period.last_day
    if report.rows != "units":
        return (own,)
    tiers = (Tier.PROVINCE, Tier.DISTRICT, Tier.COMMUNE)
    return (own, *(one for tier in tiers for one in units.of_tier(tier, day, within=own.key)))


def tiers_to_report(unit: str, period: Period, units: UnitRegistry) -> tuple[AgencyTier, ...]:
    """The tiers of agencies in a unit on the last day of the period, from above."""
    found: list[AgencyTier] = [tier_of(units.get(unit))]
    for tier, said in ((Tier.DISTRICT, "district"), (Tier.COMMUNE, "commune")):
        if units.of_tier(tier, period.last_day, within=unit):
            found.append(said)  # type: ignore[arg-type]
    return tuple(found)
