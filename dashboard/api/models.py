"""The shapes of the API's answers: what a figure is, not only its value."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

State = Literal["official", "published", "self_reported", "simulated", "late", "not_reported", "silent", "faulty"]


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
    form: Literal["official", "ratio", "median"] = Field(description="as given; a ratio of folded counts in per cent; a histogram's median")
    measures: list[str] = Field(description="what the value is read from: one measure, or numerator and denominator")
    numerator_where: str = Field(description="which cells of the numerator's measure count, as `channel=2`; empty: all")
    minimum: float = Field(description="below this denominator a unit is shown and not ranked")
    grain: Literal["day", "month", "year"]
    due_working_day: int
    fresh_hours: int | None = Field(description="hours of working days after which a feed that brings nothing new is late")
    tiers: list[str]
    agency_tiers: list[str] = Field(description="tiers of agency that `/values` can be asked for")
    source: str
    provenance: State
    latest_period: str | None = Field(description="null: no figure has come yet")
    late_days: int


class IndicatorsAnswer(_Answer):
    """All indicators."""

    data_version: int
    indicators: list[IndicatorAnswer]


class ValueAnswer(_Answer):
    """One figure; `value` null means that there is none, never zero: `state` says why."""

    unit: str
    name: str
    value: float | None
    numerator: float | None = Field(None, description="of a ratio; folded over the days, tiers and agencies asked for")
    denominator: float | None = Field(None, description="of a ratio, or how many a median was read from")
    rank: int | None = Field(description="among the units of the tier; our count; null below the indicator's minimum")
    state: State
    note: str = Field("", description="in Vietnamese: what is known of a value that is not there; what a sum over older borders lacks")
    late_days: int = Field(0, description="since when this unit's next day is overdue, in the newest period of a daily indicator")
    evidence: str | None


class TogetherAnswer(_Answer):
    """All units in one: counts are folded and then divided, rates are never averaged."""

    value: float | None
    numerator: float | None
    denominator: float | None


class PointAnswer(_Answer):
    """A period of the series."""

    period: str
    median: float | None
    together: TogetherAnswer | None


class BesideAnswer(_Answer):
    """A count that stands beside an indicator."""

    measure: str
    name: str
    total: float | None = Field(description="of all units; null for what is counted once in each unit and so has no sum")
    least: float = Field(description="of one unit")
    most: float


class ValuesAnswer(_Answer):
    """An indicator in a period."""

    indicator: str
    period: str
    through: str | None = Field(description="the last day with figures of a period that is not over")
    tier: str
    agency_tier: str | None
    boundaries: Literal["2020", "2025"]
    data_version: int
    as_of: str
    simulated: bool
    source: str
    late_days: int = Field(description="days since a newer period was due; 0 when none is")
    quiet_since: str | None = Field(description="since when a feed that should never rest has brought nothing")
    due: str = Field(description="when the figures of this period should be here")
    median: float | None = Field(description="of the units that are ranked")
    together: TogetherAnswer | None = Field(description="null where counts do not fold: official scores, people and services counted once")
    beside: list[BesideAnswer] = Field(description="counts that stand beside it in this period, those of which anything is known")
    series: list[PointAnswer]
    values: list[ValueAnswer]


class ConfirmationAnswer(_Answer):
    """A later, approved version of a province's workbook that says the same of a cell; `record` is where, for those who may see it."""

    submission: int
    version: int
    approved_at: str
    record: str | None


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
    confirmed: list[ConfirmationAnswer]


class CellAnswer(_Answer):
    """One observation that a count was added up from."""

    unit: str
    period: str
    detail: str
    value: float
    recorded_at: str
    run: int
    source: str
    record_number: str = Field(description="where in the source it stood: the record to ask for in the raw bytes")


class SumAnswer(_Answer):
    """One count of the formula: the measure, its sum, the observations in it, newest period first."""

    measure: str
    name: str
    kind: str
    value: float
    observations: list[CellAnswer]


class LedgerAnswer(_Answer):
    """An entry of an event feed's ledger: what is known of one document or receipt, under its keyed hash; no person's data."""

    subject: str = Field(description="keyed hash, 16 bytes in hex")
    known: dict[str, str | int | float | bool] = Field(description="name to value; `unit` is the unit that it was last said of")
    counts: list[str] = Field(description="the cells that it counts in: `<measure> <unit> <day> <detail> <value>`")
    run: int
    sha256: str
    record_number: str


class CorrectionAnswer(_Answer):
    """A value that took the place of another one; the earlier one is kept."""

    measure: str
    period: str
    detail: str
    before: float
    after: float
    recorded_at: str
    run: int
    after_due: bool = Field(description="whether the figures of its period were due by then")


class RecheckPartAnswer(_Answer):
    """One part of a published score by our counts: `rate` in per cent brings so many of its `most` points."""

    indicator: str
    numerator: float | None
    denominator: float | None
    rate: float
    points: float
    most: float
    note: str
    evidence: str


class RecheckAnswer(_Answer):
    """A published score against our counts. With `own` points the whole lies between `low` and `high`; `apart` says how far outside of
    that the published one is (0: it agrees). All null where nothing is compared, and `refused` says why, in Vietnamese."""

    own: float | None
    low: float | None
    high: float | None
    apart: float | None
    refused: str
    parts: list[RecheckPartAnswer]


class EvidenceAnswer(_Answer):
    """figure → formula → sums → observations → run → ledger entry → raw record, newest first."""

    figure: str
    indicator: str
    formula: str
    formula_note: str
    legal_basis: str
    unit: str
    period: str
    agency_tier: str | None
    value: float | None = Field(description="null where there is nothing to divide by, or where the counts cannot be (state `faulty`)")
    numerator: float | None
    denominator: float | None
    state: State
    source: str
    revisions: list[RevisionAnswer] = Field(description="of an official figure")
    sums: list[SumAnswer] = Field(description="of a computed one")
    records: list[RevisionAnswer] = Field(description="of a computed one: the newest observation with its raw row")
    corrections: list[CorrectionAnswer] = Field(description="of a computed one: values that took the place of others")
    ledger: list[LedgerAnswer] = Field(description="of a feed of events: the newest entries that it counts")
    lost: list[str] = Field(description="raw bytes that could not be read any more, in Vietnamese")
    recheck: RecheckAnswer | None = Field(None, description="of a published score: parts of it made again from counts, as a check")


class PushedRecord(_Answer):
    """What became of one record: its number (of the JSON list from 1, of the CSV file's lines with the head as 1)."""

    record: str
    state: Literal["accepted", "held"]
    reason: str = Field(description="why it is held back, in Vietnamese; empty when it is not")


class PushAnswer(_Answer):
    """What became of a push. `repeated`: this request was taken in before, and this is what became of it then."""

    feed: str
    run: int
    repeated: bool
    changed: int
    unchanged: int
    held: int
    records: list[PushedRecord]
