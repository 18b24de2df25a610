"""The shapes of the API's answers: what a figure is, not only its value."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

State = Literal["official", "published", "self_reported", "simulated", "late", "not_reported", "silent"]


class _Answer(BaseModel):
    model_config = ConfigDict(frozen=True)


class UnitAnswer(_Answer):
    """An administrative unit; codes mean it only between `valid_from` and `valid_to`."""

    key: str
    tier: str
    name: str
    full_name: str
    name_en: str
    kind: str
    gso_code: str | None
    agency_code: str | None
    organ_id: str | None = Field(description="the agency code as the document axis writes it: `000.00.00.H05` for `H05`")
    region: str | None
    parent: str | None
    valid_from: str
    valid_to: str | None
    predecessors: list[str]
    successors: list[str]


class UnitsAnswer(_Answer):
    """Units of a tier on a day, in Vietnamese order: one page of them."""

    on: str
    tier: str
    total: int = Field(description="how many there are on all pages")
    next_offset: int | None = Field(description="`offset` of the next page; null on the last")
    units: list[UnitAnswer]


class IndicatorAnswer(_Answer):
    """What an indicator means."""

    key: str
    name: str
    name_en: str
    description: str
    formula: str
    formula_note: str
    legal_basis: str
    unit: str
    maximum: float
    better: Literal["higher", "lower"]
    grain: Literal["month", "year"]
    due_working_day: int
    tiers: list[str]
    source: str
    provenance: State
    latest_period: str | None
    late_days: int


class IndicatorsAnswer(_Answer):
    """All indicators."""

    data_version: int
    indicators: list[IndicatorAnswer]


class ValueAnswer(_Answer):
    """One figure; `value` null means not reported, never zero."""

    unit: str
    name: str
    value: float | None
    rank: int | None = Field(description="among the units of the tier; our count")
    state: State
    evidence: str | None


class ValuesAnswer(_Answer):
    """An indicator in a period."""

    indicator: str
    period: str
    tier: str
    boundaries: Literal["2020", "2025"]
    data_version: int
    as_of: str
    simulated: bool
    source: str
    late_days: int = Field(description="days since a newer period was due; 0 when none is")
    median: float | None
    values: list[ValueAnswer]


class RankingRow(_Answer):
    """One unit in a ranking. `rank` is as published where the ranking is given; component ranks are ours."""

    rank: int | None
    rank_range: tuple[int, int] | None = Field(description="if totals moved by the ranking's margin; an assumption, not a published figure")
    unit: str
    name: str
    agency_code: str | None
    value: float | None
    components: dict[str, float | None]
    component_ranks: dict[str, int | None]
    baseline_rank: int | None
    baseline_value: float | None
    state: State
    late_inputs: list[str]
    source: str
    evidence: str | None


class RankingAnswer(_Answer):
    """A ranking in a period, best first."""

    ranking: str
    name: str
    period: str
    baseline: str | None
    boundaries: Literal["2020", "2025"]
    data_version: int
    as_of: str
    simulated: bool
    late_days: int
    median: float | None
    rows: list[RankingRow]


class RevisionAnswer(_Answer):
    """One recorded value with the run that brought it; `record` is null where the viewer may not see raw rows."""

    value: float
    recorded_at: str
    run: int
    source: str
    sha256: str
    record_number: str
    record: dict[str, str] | None
    record_withheld: str | None


class EvidenceAnswer(_Answer):
    """figure → formula → observations → run → raw record, newest revision first."""

    figure: str
    indicator: str
    formula: str
    formula_note: str
    legal_basis: str
    unit: str
    period: str
    value: float
    state: State
    source: str
    revisions: list[RevisionAnswer]
