"""Which cameras there are, where they hang, what for, how they are reached, and what of their picture may be seen.

`data/cameras.toml` is read here and checked; `camera/roster.py` reads the same shape from the database, which rules once it was seeded.
"""

import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Any, Final, Literal

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    SecretStr,
    ValidationError,
    model_validator,
)

from dashboard.camera import address
from dashboard.camera.hours import USUAL_HOURS, OfficeHours
from dashboard.camera.states import State
from dashboard.errors import ConfigurationError, NotFound, PeriodError
from dashboard.units import UnitRegistry

FILE = "cameras.toml"
MOST_POINTS: Final = 24
MOST_AREAS: Final = 16
NAME_LONGEST, PURPOSE_LONGEST = 120, 300

Engine = Literal["own", "whep"]
"""Who pulls the camera: our relay, or a media server that speaks WHEP."""
Privacy = Literal["open", "masked", "blurred"]
"""What may be seen: the picture, the picture without its masked areas, or a blurred one (without its masked areas, too)."""
ZoneKind = Literal["waiting", "staff"]
Provenance = Literal["official", "simulated"]
Share = Annotated[float, Field(ge=0, le=1)]
Point = tuple[Share, Share]
"""Across and down, as shares of the picture's width and height."""
Polygon = Annotated[tuple[Point, ...], Field(min_length=3, max_length=MOST_POINTS)]
_NOT_IN_FILES: Final = frozenset({"key", "version", "changed_at", "changed_by", "locked"})


def _visible(text: str) -> str:
    if any(ord(letter) < 32 or 127 <= ord(letter) < 160 for letter in text):
        raise ValueError("Có ký tự không hiện được.")
    return text


Words = Annotated[str, Field(min_length=1, max_length=NAME_LONGEST), AfterValidator(_visible)]


class Zone(BaseModel):
    """An area where people wait, or where staff works; `capacity` is how many it is made for, None where nobody said."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name_vi: Annotated[Words, Field(max_length=60)]
    kind: ZoneKind
    polygon: Polygon
    capacity: Annotated[int | None, Field(ge=1, le=1000)] = None


def _hours(text: object) -> object:
    try:
        return (OfficeHours.parse(text) if text.strip() else None) if isinstance(text, str) else text
    except PeriodError as error:
        raise ValueError(str(error)) from None


class Camera(BaseModel):
    """One camera. `url`, `substream` (a smaller picture of the same) and `endpoint` (WHEP, for that engine) may hold passwords.

    `privacy` is for everybody, `privacy_for` names roles that see more or less. `hours` None: the house's usual ones. `reference_at` is
    when the view was last said to be the right one. `locked`: its password is sealed by a key that is not here.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    key: Annotated[str, Field(pattern=r"^[a-z0-9_]{1,60}$")]
    name_vi: Words
    unit: str
    place_vi: Words
    purpose_vi: Annotated[str, Field(min_length=1, max_length=PURPOSE_LONGEST), AfterValidator(_visible)]
    url: SecretStr = SecretStr("")
    substream: SecretStr = SecretStr("")
    engine: Engine = "own"
    endpoint: SecretStr = SecretStr("")
    hours: Annotated[OfficeHours | None, BeforeValidator(_hours)] = None
    privacy: Privacy = "open"
    privacy_for: Mapping[str, Privacy] = Field(default_factory=dict)
    masks: Annotated[tuple[Polygon, ...], Field(max_length=MOST_AREAS)] = ()
    zones: Annotated[tuple[Zone, ...], Field(max_length=MOST_AREAS)] = ()
    reference_at: AwareDatetime | None = None
    provenance: Provenance
    enabled: bool = True
    locked: bool = False
    version: int = 0
    changed_at: datetime | None = None
    changed_by: str = ""

    @model_validator(mode="after")
    def _named_once(self) -> "Camera":
        names = [zone.name_vi for zone in self.zones]
        if len(names) != len(set(names)):
            raise ValueError("Hai vùng trùng tên.")
        return self

    @property
    def is_open(self) -> bool:
        """Whether everybody may see it as it is."""
        return {self.privacy, *self.privacy_for.values()} == {"open"}

    @property
    def puller(self) -> Engine:
        """Who really pulls it: a media server sends the open picture, so one that is masked or blurred for anybody stays with us."""
        return self.engine if self.is_open else "own"

    @property
    def hindrance(self) -> State | None:
        """Why nobody may ask it for a picture, whoever looks; None when it may be asked."""
        if not self.enabled:
            return State.DISABLED
        if self.locked:
            return State.LOCKED
        if (self.endpoint if self.puller == "whep" else self.url).get_secret_value():
            return None
        return State.VEIL_NOWHERE if self.endpoint.get_secret_value() and not self.is_open else State.UNCONNECTED

    @property
    def is_connected(self) -> bool:
        """Whether there is anything to ask at all."""
        return self.hindrance is None

    @property
    def sends_small(self) -> bool:
        """Whether we are sent a smaller picture of it, too; of one that is veiled for whoever looks there is one size only."""
        return self.puller == "own" and bool(self.substream.get_secret_value())

    @property
    def way(self) -> tuple[object, ...]:
        """Everything that decides how it is pulled: when that changes it is pulled anew."""
        return self.engine, self.url, self.substream, self.endpoint, self.hindrance

    @property
    def veil(self) -> tuple[object, ...]:
        """Everything that decides who may see what of it: when that changes, nobody goes on looking as before."""
        return self.privacy, tuple(sorted(self.privacy_for.items())), self.masks

    def privacy_of(self, role: str | None) -> Privacy:
        """What somebody of that role may see; a machine, which has none, sees what everybody does."""
        return self.privacy_for.get(role, self.privacy) if role else self.privacy


def _never(*_: object) -> bool:
    return False


@dataclass(frozen=True)
class Cameras:
    """All cameras by key, in the order of the list. A list of the database changes while it is held; one of a file does not.

    `look` asks the database whether the list has changed, and takes the new one; True when it did. May raise StoreUnavailable.
    """

    by_key: Mapping[str, Camera]
    usual_hours: OfficeHours = USUAL_HOURS
    look: Callable[[], bool] = _never

    @classmethod
    def load(cls, folder: Path, units: UnitRegistry, sandbox_port: int | None) -> "Cameras":
        """The cameras of a folder; none when it has no such file. Raises ConfigurationError naming file, table and field.

        `{port}` in an address stands for the port of the sandbox on this machine; it stays as it is when none is given.
        """
        path = folder / FILE
        if not path.exists():
            return cls(MappingProxyType({}))
        try:
            raw = tomllib.loads(path.read_text(encoding="utf-8"))
        except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
            raise ConfigurationError(f"data/{FILE}: cannot be read: {error}") from None
        found = {key: _camera(key, fields, sandbox_port) for key, fields in raw.items()}
        for one in found.values():
            if one.unit not in units:
                raise ConfigurationError(f"data/{FILE}: [{one.key}] unit: there is no unit “{one.unit}”")
        return cls(MappingProxyType(found))

    def __iter__(self) -> Iterator[Camera]:
        return iter(tuple(self.by_key.values()))

    def get(self, key: str) -> Camera:
        """Raises NotFound."""
        try:
            return self.by_key[key]
        except KeyError:
            raise NotFound(f"không có camera “{key}”") from None

    def of_unit(self, unit: str) -> tuple[Camera, ...]:
        """The cameras of one unit."""
        return tuple(one for one in self if one.unit == unit)

    def hours_of(self, camera: Camera) -> OfficeHours:
        """A camera's own hours, or the house's usual ones."""
        return camera.hours or self.usual_hours


NONE = Cameras(MappingProxyType({}))
"""A house without cameras."""


def with_port(url: str, sandbox_port: int | None) -> str:
    """An address with the sandbox's port in its place."""
    return url if sandbox_port is None else url.replace(address.SANDBOX_PORT, str(sandbox_port))


def _camera(key: str, fields: object, sandbox_port: int | None) -> Camera:
    if not isinstance(fields, dict):
        raise ConfigurationError(f"data/{FILE}: “{key}” stands outside a table")
    if foreign := sorted(_NOT_IN_FILES & fields.keys()):
        raise ConfigurationError(f"data/{FILE}: [{key}] {foreign[0]}: no field of this file")
    urls = {name: _address(key, name, fields, sandbox_port) for name in ("url", "substream", "endpoint")}
    try:
        return Camera.model_validate({**fields, "key": key, **urls})
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        raise ConfigurationError(f"data/{FILE}: [{key}] {'.'.join(str(part) for part in first['loc'])}: {first['msg']}") from None


def _address(key: str, name: str, fields: Mapping[str, Any], sandbox_port: int | None) -> SecretStr:
    url = str(fields.get(name, ""))
    schemes = address.WHEP if name == "endpoint" else address.RTSP
    if address.fault(url, schemes) is not None:
        raise ConfigurationError(f"data/{FILE}: [{key}] {name}: an address is {schemes[0]}://[user:password@]host[:port]/path")
    return SecretStr(with_port(url, sandbox_port))
