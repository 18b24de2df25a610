"""`data/*.toml`, read once and checked: what is measured, what figures mean, how units are ranked.

The texts are kept beside the objects, so that the store can remember them and `as_of` a past instant can use the definitions of its day.
"""

import hashlib
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from dashboard.errors import ConfigurationError, NotFound

FILES = ("measures.toml", "indicators.toml", "rankings.toml")

Kind = Literal["flow", "stock", "distinct", "histogram", "official", "fact"]
Tier = Literal["nation", "region", "province", "district", "commune", "department"]
Name = Annotated[str, Field(min_length=1)]


class _Table(BaseModel):
    """A table of a catalog file: unknown fields are an error, so that a slip of the pen is found at start."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    key: str


class Measure(_Table):
    """What feeds state; `least` and `most` bound a possible value.

    A month of a measure with `closes_day` 14 runs from the 15th of the month before to the 14th.
    """

    kind: Kind
    name_vi: Name
    least: float = 0.0
    most: float | None = None
    closes_day: Annotated[int, Field(ge=1, le=28)] | None = None


class Indicator(_Table):
    """What a figure means. An official one shows `measure` as given; others divide folded measures."""

    name_vi: Name
    short_vi: Name
    name_en: Name
    description_vi: Name
    formula_vi: Name
    formula_note_vi: str = ""
    basis_vi: Name
    measure: Name
    feed: Name
    better: Literal["higher", "lower"]
    unit_vi: Name
    maximum: Annotated[float, Field(gt=0)]
    scale_vi: str = ""
    decimals: Annotated[int, Field(ge=0, le=4)]
    grain: Literal["month", "year"]
    due_working_day: Annotated[int, Field(ge=1, le=260)]
    tiers: Annotated[tuple[Tier, ...], Field(min_length=1)]


class Ranking(_Table):
    """How units are ranked; `line`, `margin` and `steps` are configuration and the screen says so."""

    name_vi: Name
    name_en: Name
    kind: Literal["given"]
    tier: Tier
    indicator: Name
    rank_measure: Name
    components: tuple[str, ...]
    ties: Literal["1-2-2-4"]
    line: float
    margin: Annotated[float, Field(ge=0)]
    steps: tuple[float, float, float]
    basis_vi: Name


Entry = TypeVar("Entry", bound=_Table)


@dataclass(frozen=True)
class Catalog:
    """The checked tables of `data/`, by key, in the order of the files; `texts` are the files as read, `digest` their SHA-256."""

    measures: Mapping[str, Measure]
    indicators: Mapping[str, Indicator]
    rankings: Mapping[str, Ranking]
    texts: Mapping[str, str]
    digest: str

    @classmethod
    def load(cls, folder: Path) -> "Catalog":
        """The catalog in a folder. Raises ConfigurationError naming file, table and field."""
        return cls.parse({name: _text(folder / name) for name in FILES})

    @classmethod
    def parse(cls, texts: Mapping[str, str]) -> "Catalog":
        """The catalog in these texts, by file name. Raises ConfigurationError naming file, table and field."""
        catalog = cls(
            measures=_tables("measures.toml", texts["measures.toml"], Measure),
            indicators=_tables("indicators.toml", texts["indicators.toml"], Indicator),
            rankings=_tables("rankings.toml", texts["rankings.toml"], Ranking),
            texts=MappingProxyType(dict(texts)),
            digest=hashlib.sha256("\0".join(texts[name] for name in FILES).encode()).hexdigest(),
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
    try:
        raw = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigurationError(f"data/{name}: not valid TOML: {error}") from error
    return MappingProxyType({key: _table(name, key, fields, kind) for key, fields in raw.items()})


def _table(name: str, key: str, fields: object, kind: type[Entry]) -> Entry:
    if not isinstance(fields, dict):
        raise ConfigurationError(f"data/{name}: “{key}” stands outside a table")
    if "key" in fields:
        raise ConfigurationError(f"data/{name}: [{key}] key: a table's key is its heading")
    try:
        return kind.model_validate({"key": key, **fields})
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        field = ".".join(str(part) for part in first["loc"])
        raise ConfigurationError(f"data/{name}: [{key}] {field}: {first['msg']}") from error


def _check_references(catalog: Catalog) -> None:
    for measure in catalog.measures.values():
        if measure.most is not None and measure.most <= measure.least:
            raise ConfigurationError(f"data/measures.toml: [{measure.key}] most: {measure.most:g} is not above least, {measure.least:g}")
    for indicator in catalog.indicators.values():
        _check(indicator.measure in catalog.measures, "indicators.toml", indicator.key, "measure", indicator.measure)
    for ranking in catalog.rankings.values():
        _check(ranking.rank_measure in catalog.measures, "rankings.toml", ranking.key, "rank_measure", ranking.rank_measure)
        _check(ranking.indicator in catalog.indicators, "rankings.toml", ranking.key, "indicator", ranking.indicator)
        for key in ranking.components:
            _check(key in catalog.indicators, "rankings.toml", ranking.key, "components", key)


def _check(known: bool, name: str, table: str, field: str, key: str) -> None:
    if not known:
        raise ConfigurationError(f"data/{name}: [{table}] {field}: “{key}” is declared nowhere")
