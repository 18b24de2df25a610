"""`data/walls.toml`, read once and checked, and the clock's law: which scene stands when."""

import tomllib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from dashboard.errors import ConfigurationError
from dashboard.wall.kind import Parameters, SceneKind

SHORTEST, LONGEST = 5, 3600
"""Seconds of a scene: a shorter one cannot be read, a longer one is a picture, not a scene."""

_FILE = "data/walls.toml"


@dataclass(frozen=True)
class Scene:
    """One scene of a wall: its kind, how many seconds it stands, its kind's own fields."""

    kind: SceneKind
    seconds: float
    fields: Parameters


@dataclass(frozen=True)
class Wall:
    """A wall with its scenes in their order."""

    key: str
    name_vi: str
    scenes: tuple[Scene, ...]

    def cameras(self, listed: Sequence[str]) -> frozenset[str]:
        """Of the cameras that there are now, those that its scenes show, by key."""
        return frozenset(key for one in self.scenes if one.kind.looks_at for key in one.kind.looks_at(one.fields, listed))


@dataclass(frozen=True, slots=True)
class Position:
    """Where a wall stands: which scene (from 0), in which round since 1970, and how many seconds are left of it."""

    scene: int
    turn: int
    left: float


def position(durations: Sequence[float], now: datetime) -> Position:
    """The law that every display follows; `assets/wall.js` says the same in its own words, and a test holds them together."""
    turn, rest = divmod(now.timestamp(), sum(durations))
    for index, seconds in enumerate(durations):
        if rest < seconds:
            return Position(index, int(turn), seconds - rest)
        rest -= seconds
    return Position(len(durations) - 1, int(turn), 0.0)


class _Table(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    name_vi: Annotated[str, Field(min_length=1)]
    scenes: Annotated[tuple[dict[str, Any], ...], Field(min_length=1)]


class _Common(BaseModel):
    model_config = ConfigDict(extra="ignore")

    kind: str
    seconds: Annotated[float, Field(ge=SHORTEST, le=LONGEST)]


def load_walls(
    path: Path, kinds: Mapping[str, SceneKind], rankings: Mapping[str, object], cameras: Collection[str] = ()
) -> Mapping[str, Wall]:
    """All walls by key; `cameras` are the keys of those that there are or were. Raises ConfigurationError naming file, table and field."""
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"{path}: cannot be read ({error})") from error
    except tomllib.TOMLDecodeError as error:
        raise ConfigurationError(f"{_FILE}: not valid TOML: {error}") from error
    walls = {key: _wall(key, table, kinds) for key, table in raw.items()}
    return {key: _checked(wall, rankings, cameras) for key, wall in walls.items()}


def _wall(key: str, table: object, kinds: Mapping[str, SceneKind]) -> Wall:
    if not key.replace("-", "").isalnum() or not key.isascii():
        raise ConfigurationError(f"{_FILE}: [{key}]: a wall's key stands in its address: letters, digits and hyphens only")
    try:
        read = _Table.model_validate(table)
    except ValidationError as error:
        raise _fault(key, "", error) from error
    return Wall(key, read.name_vi, tuple(_scene(key, index, one, kinds) for index, one in enumerate(read.scenes)))


def _checked(wall: Wall, rankings: Mapping[str, object], cameras: Collection[str]) -> Wall:
    """The wall, once everything that it names is known."""
    for index, scene in enumerate(wall.scenes):
        where = f"{_FILE}: [{wall.key}] scenes.{index}"
        if scene.fields.ranking not in rankings:
            raise ConfigurationError(f"{where}.ranking: “{scene.fields.ranking}” is declared nowhere")
        if missing := set(scene.fields.named_cameras) - set(cameras):
            raise ConfigurationError(f"{where}.cameras: không có camera “{min(missing)}”")
    return wall


def _scene(wall: str, index: int, table: dict[str, Any], kinds: Mapping[str, SceneKind]) -> Scene:
    where = f"scenes.{index}."
    try:
        common = _Common.model_validate(table)
        kind = kinds.get(common.kind)
        if kind is None:
            raise ConfigurationError(f"{_FILE}: [{wall}] {where}kind: “{common.kind}” is none of {', '.join(sorted(kinds))}")
        own = {name: value for name, value in table.items() if name not in _Common.model_fields}
        return Scene(kind, common.seconds, kind.fields.model_validate(own))
    except ValidationError as error:
        raise _fault(wall, where, error) from error


def _fault(wall: str, where: str, error: ValidationError) -> ConfigurationError:
    first = error.errors(include_url=False)[0]
    return ConfigurationError(f"{_FILE}: [{wall}] {where}{'.'.join(str(part) for part in first['loc'])}: {first['msg']}")
