"""What `data/facts.toml`, `targets.toml`, `groups.toml`, `rankings.toml` and `signs.toml` may declare."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

Name = Annotated[str, Field(min_length=1)]
Look = Literal["yes", "no", "pilot", "few"]
"""How a level is drawn; what no source says has a look of its own, which no level may take."""

Tier = Literal["nation", "region", "province", "district", "commune", "ministry", "department"]
AgencyTier = Literal["province", "district", "commune", "central"]
"""The tier of the agency that sent, received or reported, inside the unit that a figure belongs to: the part `tier=` of a cell's detail."""


class Table(BaseModel):
    """A table of a catalog file: unknown fields are an error, so that a slip of the pen is found at start."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    key: str


class Recheck(BaseModel):
    """A part of a published score that can be made again from counts: `points` times the rate of an indicator of ours.

    `note_vi` says in what the two differ by their making.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    indicator: Name
    points: Annotated[float, Field(gt=0)]
    note_vi: str = ""


class Level(Table):
    """One level of a fact: the number it is stored as, its word, its look, and what completes the sentence `5/7 tỉnh …`."""

    value: Annotated[float, Field(ge=0)]
    name_vi: Name
    look: Look
    said_vi: Name


class Fact(Table):
    """What a source may say of a unit on a day: one of some `levels`, a share in per cent, or a count.

    `role` says whether it tells of a connection or of a use; `of` names the connection that a use is the use of. `theme_vi` heads the
    facts that belong together.
    """

    name_vi: Name
    short_vi: Name
    theme_vi: Name
    role: Literal["connection", "use", "state"]
    of: str = ""
    form: Literal["level", "share", "count"]
    levels: tuple[Level, ...] = ()
    unit_vi: str = ""
    most: float | None = None
    tier: Literal["province", "nation"] = "province"
    feed: Name

    @model_validator(mode="after")
    def _levels_fit(self) -> "Fact":
        """Raises ValueError unless a fact has levels of rising, different numbers when it goes by levels, and none otherwise."""
        values = [level.value for level in self.levels]
        if (self.form == "level") != bool(values):
            raise ValueError("a fact of the form level has levels, others have none")
        if values != sorted(set(values)) or len({level.key for level in self.levels}) < len(values):
            raise ValueError("levels: keys differ, numbers rise")
        return self

    @property
    def highest(self) -> float | None:
        """The greatest number it may be stored as; None when there is no bound."""
        return self.levels[-1].value if self.levels else self.most

    def level(self, value: float) -> Level | None:
        """The level that a number stands for."""
        return next((level for level in self.levels if level.value == value), None)

    def level_called(self, key: str) -> Level | None:
        """The level of that key."""
        return next((level for level in self.levels if level.key == key), None)


class Target(Table):
    """A value to be reached by the end of a day by each unit of a group, or by every province without one; `indicator` (of agencies of
    `agency_tier`) tells how far it is."""

    name_vi: Name
    short_vi: Name
    indicator: str = ""
    agency_tier: Literal["", "province", "district", "commune", "central"] = ""
    value: Annotated[float, Field(gt=0)]
    unit_vi: Name
    given: date
    deadline: date
    group: str = ""
    set_by_vi: Name
    source_vi: Name

    @model_validator(mode="after")
    def _in_order(self) -> "Target":
        """Raises ValueError for a deadline before the day the target was given."""
        if self.deadline < self.given:
            raise ValueError("deadline: lies before the day it was given")
        return self


SignKind = Literal[
    "silent", "hardly_used", "period_end_spike", "paper_copies", "repeated_figures", "round_figures", "idle_services", "unused_signatures",
    "unstaffed",
]  # fmt: skip


class SignRule(Table):
    """A named rule that finds "connected, not used": what it means, how it judges, by which limits, and on what they rest.

    `count` is the measure that is judged; `part` what was done of it (documents without paper, services with a dossier). `figure` is the
    indicator whose evidence leads to its records. `grain` is that of the periods whose end is looked at, `limits` are fields of the rule
    of that kind in `figures/`; what is left out stands as it is there.
    """

    kind: SignKind
    name_vi: Name
    short_vi: Name
    meaning_vi: Name
    judged_vi: Name
    basis_vi: Name
    count: Name
    part: str = ""
    figure: Name
    grain: Literal["month", "quarter"] = "month"
    limits: Mapping[str, int | float] = {}


class Group(Table):
    """Units that are looked at together, of one tier and in the order of the table; `on` is the day that the group belongs to."""

    name_vi: Name
    note_vi: str = ""
    on: date | None = None
    units: Annotated[tuple[str, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _each_once(self) -> "Group":
        """Raises ValueError for a unit named twice."""
        if len(set(self.units)) < len(self.units):
            raise ValueError("units: one is named twice")
        return self


class Ranking(Table):
    """How units of a tier are ranked; `line` (below it a total is lit) and `steps` (of the heat table) are configuration, as screens say.

    `about_vi` says in a sentence or two whose ranking it is and how it comes about.
    """

    name_vi: Name
    name_en: Name
    kind: Literal["given", "computed"]
    tier: Tier
    ties: Literal["1-2-2-4"]
    line: float
    steps: tuple[float, float, float]
    basis_vi: Name
    about_vi: str = ""

    @property
    def component_keys(self) -> tuple[str, ...]:
        """The indicators that it is made of, in the order of the table."""
        raise NotImplementedError


class GivenRanking(Ranking):
    """One that its source publishes: `rank_measure` holds the rank, `indicator` the total; `margin` gives the range of a rank."""

    kind: Literal["given"]
    indicator: Name
    rank_measure: Name
    components: tuple[str, ...]
    margin: Annotated[float, Field(ge=0)]

    @property
    def component_keys(self) -> tuple[str, ...]:
        """The indicators of its groups of points."""
        return self.components


class RankingPart(BaseModel):
    """One indicator of a computed ranking: its weight, the goalposts `low` < `high` in its own unit, what its lateness does.

    Direction and least denominator are the indicator's. `late` (an earlier value is there): "carried" counts it with a mark, "worst" gives
    no points, "excluded" no rank; `missing` (there is none) is "excluded" or "worst". `more_vi` names a case of the numerator
    ("hồ sơ nộp trực tuyến") where its measure does not.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    indicator: Name
    weight: Annotated[float, Field(gt=0)]
    low: Annotated[float, Field(ge=0)]
    high: Annotated[float, Field(gt=0)]
    late: Literal["carried", "worst", "excluded"] = "carried"
    missing: Literal["excluded", "worst"] = "excluded"
    more_vi: str = ""

    @model_validator(mode="after")
    def _goalposts_apart(self) -> "RankingPart":
        """Raises ValueError unless the goalposts are apart."""
        if self.low >= self.high:
            raise ValueError(f"low: {self.low:g} is not below high, {self.high:g}")
        return self


class ComputedRanking(Ranking):
    """One of our own: points between fixed goalposts, weighted (`figures.computed_ranking`); scores have `decimals` and go up to 100.

    `agency_tier` reads the components by agencies of one tier (all folded when empty; ministries are read by `central`). A late value is
    carried over `reach` periods at the most.
    """

    kind: Literal["computed"]
    agency_tier: AgencyTier | None = None
    components: Annotated[tuple[RankingPart, ...], Field(min_length=1)]
    decimals: Annotated[int, Field(ge=0, le=4)] = 2
    reach: Annotated[int, Field(ge=0, le=12)] = 2
    about_vi: Name

    @property
    def component_keys(self) -> tuple[str, ...]:
        """Its indicators."""
        return tuple(one.indicator for one in self.components)

    @model_validator(mode="after")
    def _each_once(self) -> "ComputedRanking":
        """Raises ValueError for an indicator named twice, and for ministries by any agencies but the central ones."""
        if len(set(self.component_keys)) < len(self.components):
            raise ValueError("components: an indicator is named twice")
        if self.tier not in ("province", "ministry"):
            raise ValueError("tier: counts are there for provinces and ministries")
        if (self.tier == "ministry") != (self.agency_tier == "central"):
            raise ValueError("agency_tier: ministries are read by central agencies, and nobody else is")
        return self
