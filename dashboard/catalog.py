"""`data/*.toml`, read once and checked: what is measured, what figures mean, how units are ranked, what was set as a target.

The texts are kept beside the objects, so that the store can remember them and `as_of` a past instant can use the definitions of its day.
"""

import hashlib
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Literal, TypeVar

from pydantic import Field, ValidationError, model_validator

from dashboard.declared import AgencyTier as AgencyTier
from dashboard.declared import ComputedRanking, Fact, GivenRanking, Group, Name, Ranking, Recheck, SignRule, Table, Target
from dashboard.declared import Tier as Tier
from dashboard.errors import ConfigurationError, NotFound

REQUIRED = ("measures.toml", "indicators.toml", "rankings.toml")
FILES = (*REQUIRED, "facts.toml", "targets.toml", "groups.toml", "signs.toml")
"""Those that are not required may be missing: a board without them has no facts, targets, groups or signs, as the catalogs had that were
stored before."""

Kind = Literal["flow", "stock", "distinct", "histogram", "official", "fact"]
Form = Literal["official", "ratio", "median"]
"""How an indicator's value comes about: as given, from two folded counts, or from a folded histogram."""

FOLDING = frozenset({"flow", "stock", "histogram"})
"""Kinds whose days make months, quarters and years."""

COUNTS = frozenset({"flow", "stock", "distinct"})
"""Kinds that a rate may be made of."""

Key = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]


class Measure(Table):
    """What feeds state; `least` and `most` bound a possible value.

    `details` are the names that may stand in a cell's detail. The cells of one unit and period are parts that do not overlap: never a
    total beside its parts, since readers add them up. A histogram's `buckets` are the upper ends of its buckets; one without end follows.
    A month of a measure with `closes_day` 14 runs from the 15th of the month before to the 14th.
    """

    kind: Kind
    name_vi: Name
    details: tuple[Key, ...] = ()
    buckets: tuple[Annotated[int, Field(gt=0)], ...] = ()
    least: float = 0.0
    most: float | None = None
    closes_day: Annotated[int, Field(ge=1, le=28)] | None = None


class Indicator(Table):
    """What a figure means: `measure` as given, or `numerator` of `denominator` in per cent, or the median of a `histogram`.

    `where` keeps the cells of the numerator whose detail says so (`channel=2`). Units whose denominator stays below `minimum` are shown
    and not ranked. `beside` are measures whose counts stand beside the figure. `due_working_day` says by when a period's figure is here,
    `fresh_hours` (of working days) after how long a feed that brings nothing new is late although no period is due. `rechecks` are parts
    of a published score that are made again from counts and stand beside it; its value stays as published.
    """

    name_vi: Name
    short_vi: Name
    name_en: Name
    description_vi: Name
    formula_vi: Name
    formula_note_vi: str = ""
    basis_vi: Name
    measure: str = ""
    numerator: str = ""
    where: Annotated[str, Field(pattern=r"^([a-z_]+=[a-z0-9_]+)?$")] = ""
    denominator: str = ""
    histogram: str = ""
    beside: tuple[str, ...] = ()
    rechecks: tuple[Recheck, ...] = ()
    minimum: Annotated[float, Field(ge=0)] = 0
    feed: Name
    better: Literal["higher", "lower"]
    unit_vi: Name
    maximum: Annotated[float, Field(gt=0)]
    scale_vi: str = ""
    decimals: Annotated[int, Field(ge=0, le=4)]
    grain: Literal["day", "month", "year"]
    due_working_day: Annotated[int, Field(ge=1, le=260)]
    fresh_hours: Annotated[int, Field(ge=1, le=2000)] | None = None
    tiers: Annotated[tuple[Tier, ...], Field(min_length=1)]
    agency_tiers: tuple[AgencyTier, ...] = ()

    @model_validator(mode="after")
    def _one_form(self) -> "Indicator":
        """Raises ValueError unless exactly one way of reading is declared."""
        named = {"measure": self.measure, "numerator": self.numerator, "denominator": self.denominator, "histogram": self.histogram}
        if {name for name, key in named.items() if key} not in ({"measure"}, {"numerator", "denominator"}, {"histogram"}):
            raise ValueError("declare either measure, or numerator and denominator, or histogram")
        if self.where and not self.numerator:
            raise ValueError("where belongs to a numerator")
        return self

    @property
    def form(self) -> Form:
        """How its value comes about."""
        return "official" if self.measure else "median" if self.histogram else "ratio"

    @property
    def measures(self) -> tuple[str, ...]:
        """The measures its value is read from; the last one says in which periods there is anything to read."""
        return (self.measure or self.histogram,) if self.form != "ratio" else tuple(dict.fromkeys((self.numerator, self.denominator)))

    @property
    def shown_grain(self) -> Literal["month", "year"]:
        """The grain a page opens with: a single day says little, its month more."""
        return "year" if self.grain == "year" else "month"


Entry = TypeVar("Entry", bound=Table)


@dataclass(frozen=True)
class Catalog:
    """The checked tables of `data/`, by key, in the order of the files; `texts` are the files as read, `digest` their SHA-256."""

    measures: Mapping[str, Measure]
    indicators: Mapping[str, Indicator]
    rankings: Mapping[str, Ranking]
    facts: Mapping[str, Fact]
    targets: Mapping[str, Target]
    groups: Mapping[str, Group]
    signs: Mapping[str, SignRule]
    texts: Mapping[str, str]
    digest: str

    @classmethod
    def load(cls, folder: Path) -> "Catalog":
        """The catalog in a folder. Raises ConfigurationError naming file, table and field."""
        return cls.parse({name: _text(folder / name) for name in FILES if name in REQUIRED or (folder / name).exists()})

    @classmethod
    def parse(cls, texts: Mapping[str, str]) -> "Catalog":
        """The catalog in these texts, by file name. Raises ConfigurationError naming file, table and field."""
        facts = _tables("facts.toml", texts.get("facts.toml", ""), Fact)
        catalog = cls(
            measures=_with_facts(_tables("measures.toml", texts["measures.toml"], Measure), facts),
            indicators=_tables("indicators.toml", texts["indicators.toml"], Indicator),
            rankings=_rankings(texts["rankings.toml"]),
            facts=facts,
            targets=_tables("targets.toml", texts.get("targets.toml", ""), Target),
            groups=_tables("groups.toml", texts.get("groups.toml", ""), Group),
            signs=_tables("signs.toml", texts.get("signs.toml", ""), SignRule),
            texts=MappingProxyType(dict(texts)),
            digest=hashlib.sha256("\0".join(texts.get(name, "") for name in FILES).encode()).hexdigest(),
        )
        _check_references(catalog)
        return catalog

    def measure(self, key: str) -> Measure:
        """Raises NotFound."""
        return _found(self.measures, key, "đại lượng")

    def indicator(self, key: str) -> Indicator:
        """Raises NotFound."""
        return _found(self.indicators, key, "chỉ tiêu")

    def ranking(self, key: str) -> Ranking:
        """Raises NotFound."""
        return _found(self.rankings, key, "bảng xếp hạng")

    def fact(self, key: str) -> Fact:
        """Raises NotFound."""
        return _found(self.facts, key, "nội dung")


def _found(tables: Mapping[str, Entry], key: str, what: str) -> Entry:
    try:
        return tables[key]
    except KeyError:
        raise NotFound(f"không có {what} “{key}”") from None


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"{path}: cannot be read ({error})") from error


def _tables(name: str, text: str, kind: type[Entry]) -> Mapping[str, Entry]:
    return MappingProxyType({key: _table(name, key, fields, kind) for key, fields in _tables_as_read(name, text).items()})


def _rankings(text: str) -> Mapping[str, Ranking]:
    """Each ranking as one of its kind."""
    raw = _tables_as_read("rankings.toml", text)
    kinds: Mapping[object, type[Ranking]] = {"given": GivenRanking, "computed": ComputedRanking}
    kind_of = {key: fields.get("kind") if isinstance(fields, dict) else None for key, fields in raw.items()}
    for key, kind in kind_of.items():
        if kind not in kinds:
            raise ConfigurationError(f"data/rankings.toml: [{key}] kind: “{kind}” is neither given nor computed")
    return MappingProxyType({key: _table("rankings.toml", key, fields, kinds[kind_of[key]]) for key, fields in raw.items()})


def _tables_as_read(name: str, text: str) -> Mapping[str, object]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigurationError(f"data/{name}: not valid TOML: {error}") from error


def _table(name: str, key: str, fields: object, kind: type[Entry]) -> Entry:
    if not isinstance(fields, dict):
        raise ConfigurationError(f"data/{name}: “{key}” stands outside a table")
    if "key" in fields:
        raise ConfigurationError(f"data/{name}: [{key}] key: a table's key is its heading")
    try:
        return kind.model_validate({"key": key, **fields})
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        field = "".join(f" {part}" if index == 0 else f".{part}" for index, part in enumerate(first["loc"]))
        raise ConfigurationError(f"data/{name}: [{key}]{field}: {first['msg']}") from error


def _with_facts(measures: Mapping[str, Measure], facts: Mapping[str, Fact]) -> Mapping[str, Measure]:
    """Each fact is a measure of the same key. Raises ConfigurationError for a key that is one already."""
    if both := measures.keys() & facts.keys():
        raise ConfigurationError(f"data/facts.toml: [{min(both)}]: measures.toml declares a measure of that key")
    made = {key: Measure(key=key, kind="fact", name_vi=one.name_vi, details=("qualifier",), most=one.highest) for key, one in facts.items()}
    return MappingProxyType({**measures, **made})


def _check_references(catalog: Catalog) -> None:
    _check_declared(catalog)
    for measure in catalog.measures.values():
        if measure.most is not None and measure.most <= measure.least:
            raise ConfigurationError(f"data/measures.toml: [{measure.key}] most: {measure.most:g} is not above least, {measure.least:g}")
        if (measure.kind == "histogram") != bool(measure.buckets) or list(measure.buckets) != sorted(set(measure.buckets)):
            raise ConfigurationError(f"data/measures.toml: [{measure.key}] buckets: a histogram has rising buckets, others have none")
    for indicator in catalog.indicators.values():
        _check_indicator(catalog, indicator)
    for ranking in catalog.rankings.values():
        for key in ranking.component_keys:
            _check(key in catalog.indicators, "rankings.toml", ranking.key, "components", key)
        if isinstance(ranking, GivenRanking):
            _check(ranking.rank_measure in catalog.measures, "rankings.toml", ranking.key, "rank_measure", ranking.rank_measure)
            _check(ranking.indicator in catalog.indicators, "rankings.toml", ranking.key, "indicator", ranking.indicator)
        if isinstance(ranking, ComputedRanking):
            _check_computed(catalog, ranking)


def _check_computed(catalog: Catalog, ranking: ComputedRanking) -> None:
    """Its indicators are counted, of its tier and tier of agency, and its goalposts lie on their scale."""
    for place, part in enumerate(ranking.components):
        one, where = catalog.indicators[part.indicator], f"data/rankings.toml: [{ranking.key}] components.{place}"
        if one.form == "official":
            raise ConfigurationError(f"{where}.indicator: “{one.key}” is a published score, and nothing is computed over it")
        if one.shown_grain != "month" or (ranking.tier == "province" and "province" not in one.tiers):
            raise ConfigurationError(f"{where}.indicator: “{one.key}” has no months of the tier {ranking.tier}")
        if ranking.agency_tier is not None and ranking.agency_tier not in one.agency_tiers:
            raise ConfigurationError(f"{where}.indicator: “{one.key}” is not counted by agencies of the tier {ranking.agency_tier}")
        if part.high > one.maximum:
            raise ConfigurationError(f"{where}.high: {part.high:g} is above the maximum of “{one.key}”, {one.maximum:g}")


def _check_indicator(catalog: Catalog, one: Indicator) -> None:
    """Its measures are declared, of a kind that fits its form, and a detail it asks for may stand in the numerator's cells."""
    for field in ("measure", "numerator", "denominator", "histogram"):
        if key := getattr(one, field):
            _check(key in catalog.measures, "indicators.toml", one.key, field, key)
            kind = catalog.measures[key].kind
            fits = kind == "histogram" if field == "histogram" else kind in ("official", "fact") if field == "measure" else kind in COUNTS
            if not fits:
                raise ConfigurationError(f"data/indicators.toml: [{one.key}] {field}: “{key}” is of the kind {kind}")
    for key in one.beside:
        _check(key in catalog.measures, "indicators.toml", one.key, "beside", key)
    for part in one.rechecks:
        known = catalog.indicators.get(part.indicator)
        _check(known is not None and known.form == "ratio", "indicators.toml", one.key, "rechecks", part.indicator)
    name = one.where.partition("=")[0]
    _check(not name or name in catalog.measures[one.numerator].details, "indicators.toml", one.key, "where", name)


def _check(known: bool, name: str, table: str, field: str, key: str) -> None:
    if not known:
        raise ConfigurationError(f"data/{name}: [{table}] {field}: “{key}” is declared nowhere")


def _check_declared(catalog: Catalog) -> None:
    """Facts, targets and groups name what there is, and no figure could be meant by two names."""
    for fact in catalog.facts.values():
        _check(not fact.of or fact.of in catalog.facts, "facts.toml", fact.key, "of", fact.of)
        if fact.key in catalog.indicators:
            raise ConfigurationError(f"data/facts.toml: [{fact.key}]: indicators.toml declares an indicator of that key")
    for target in catalog.targets.values():
        _check(not target.group or target.group in catalog.groups, "targets.toml", target.key, "group", target.group)
        _check(not target.indicator or target.indicator in catalog.indicators, "targets.toml", target.key, "indicator", target.indicator)
    for rule in catalog.signs.values():
        _check(rule.figure in catalog.indicators, "signs.toml", rule.key, "figure", rule.figure)
        for field, key in (("count", rule.count), ("part", rule.part)):
            _check(not key or key in catalog.measures, "signs.toml", rule.key, field, key)
