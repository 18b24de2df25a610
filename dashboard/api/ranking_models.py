"""The shapes of the answers about rankings: rows with what is wrong with their inputs, definitions, and why a unit stands where it does."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from dashboard.api.models import State


class _Answer(BaseModel):
    model_config = ConfigDict(frozen=True)


class InputAnswer(_Answer):
    """What is wrong with one input, and what the ranking's rule made of it."""

    indicator: str
    state: Literal["late", "missing", "too_few", "silent", "faulty"]
    treated: Literal["carried", "worst", "excluded"]
    period: str | None = Field(description="of a late input: the earlier period whose value stands in")
    denominator: float | None = Field(description="of a rate of too few: of how many")
    note: str = Field(description="the same in Vietnamese")


class RankingRow(_Answer):
    """One unit in a ranking. `rank` is as published where the ranking is given; component ranks are ours."""

    rank: int | None = Field(description="null: not ranked, `inputs` and `reason` say why; anew within a group")
    rank_range: tuple[int, int] | None = Field(
        description="given: if totals moved by the ranking's margin, an assumption; computed: what small denominators leave open (90 %)"
    )
    country_rank: int | None = Field(description="the rank among all, where a group is ranked anew")
    unit: str
    name: str
    agency_code: str | None
    value: float | None
    components: dict[str, float | None]
    component_ranks: dict[str, int | None]
    points: dict[str, float | None] = Field(description="weighted points of each component of a computed ranking; they add up to `value`")
    baseline_rank: int | None
    baseline_value: float | None
    gain: float | None = Field(description="points gained since the baseline, by one method on both sides")
    gain_rank: int | None
    state: State
    late_inputs: list[str]
    missing_inputs: list[str] = Field(description="never told, silent, or faulty")
    inputs: list[InputAnswer]
    reason: str = Field(description="why it is not ranked, in Vietnamese; empty when it is")
    source: str
    evidence: str | None = Field(description="of the value, as known now; null by other borders than the period's")
    component_evidence: dict[str, str | None]


class RankingAnswer(_Answer):
    """A ranking in a period, best first, then those that are not ranked."""

    ranking: str
    name: str
    kind: Literal["given", "computed"]
    period: str
    through: str | None = Field(description="the last day with figures of a period that is not over")
    baseline: str | None
    baseline_shown_at: str | None = Field(description="the baseline is as it was shown then; null: as known now")
    method_changed: bool = Field(description="the baseline was computed by another definition")
    within: str | None = Field(description="the region or province whose units are ranked among themselves")
    boundaries: Literal["2020", "2025"]
    data_version: int
    as_of: str
    simulated: bool
    late_days: int
    median: float | None
    rows: list[RankingRow]


class PartAnswer(_Answer):
    """One component of a definition; weight and goalposts only where the ranking is computed."""

    indicator: str
    name: str
    weight: float | None
    low: float | None = Field(description="no points here and below (above where lower is better)")
    high: float | None = Field(description="all points here")
    better: Literal["higher", "lower"]
    minimum: float = Field(description="of a smaller denominator there is no rank")
    late: Literal["carried", "worst", "excluded"] | None
    missing: Literal["excluded", "worst"] | None


class DefinitionAnswer(_Answer):
    """How a ranking is made."""

    ranking: str
    name: str
    name_en: str
    kind: Literal["given", "computed"]
    tier: str
    agency_tier: str | None
    about: str
    basis: str
    line: float
    components: list[PartAnswer]


class DefinitionsAnswer(_Answer):
    """All rankings."""

    rankings: list[DefinitionAnswer]


class ContributionAnswer(_Answer):
    """What one component brings: its value, its points of at most `worth`, the median of all, and our rank in it."""

    indicator: str
    name: str
    value: float | None
    points: float | None
    worth: float
    median: float | None
    rank: int | None
    late_period: str | None
    evidence: str | None


class ScoreEvidenceAnswer(_Answer):
    """What a score of a ranking of our own rests on: its components' points add up to `value`, each with evidence of its own."""

    figure: str
    ranking: str
    name: str
    about: str
    basis: str
    unit: str
    unit_name: str
    period: str
    through: str | None = Field(description="the last day with figures of a period that is not over")
    data_version: int
    state: State
    source: str
    value: float
    rank: int
    contributions: list[ContributionAnswer]


class MovedAnswer(_Answer):
    """What one component did to the own part of a change."""

    indicator: str
    points: float
    places: int


class ChangeAnswer(_Answer):
    """A change of rank in whole places gained; the parts own, others, revisions and method add up to `places`, exactly."""

    before: int
    after: int
    places: int
    own: int
    others: int
    revisions: int
    method: int
    components: list[MovedAnswer] = Field(description="their places add up to `own`")
    note: str


class MoveAnswer(_Answer):
    """One indicator from its value to another; `cases` more of its numerator where it is a rate."""

    indicator: str
    now: float
    to: float
    points: float
    cases: int | None
    note: str


class WayAnswer(_Answer):
    """A set of moves, its effort (the share of what is missing that is closed, summed) and what comes of it."""

    effort: float
    rank: int
    value: float
    moves: list[MoveAnswer]


class ClimbAnswer(_Answer):
    """The cheapest ways to gain so many places, others as they stand; none: three moves are not enough."""

    places: int
    ways: list[WayAnswer]


class StoryAnswer(_Answer):
    """Why a unit of a computed ranking stands where it does."""

    ranking: str
    name: str
    about: str
    unit: str
    unit_name: str
    period: str
    baseline: str | None
    baseline_shown_at: str | None
    method_changed: bool
    as_of: str
    data_version: int
    simulated: bool
    rank: int
    rank_range: tuple[int, int]
    value: float
    contributions: list[ContributionAnswer]
    change: ChangeAnswer | None
    climbs: list[ClimbAnswer]
