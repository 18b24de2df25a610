"""`data/cameras.toml`, read once and checked: which cameras there are, where they hang, what for, and how they are reached."""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError

from dashboard.errors import ConfigurationError, NotFound
from dashboard.units import UnitRegistry

FILE = "cameras.toml"
_SANDBOX_PORT = "{port}"


class Camera(BaseModel):
    """One camera. `url` may hold a password, so it is never shown; an empty one is a camera that is not connected yet."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    key: Annotated[str, Field(pattern=r"^[a-z0-9_]+$")]
    name_vi: Annotated[str, Field(min_length=1)]
    unit: str
    place_vi: Annotated[str, Field(min_length=1)]
    purpose_vi: Annotated[str, Field(min_length=1)]
    url: SecretStr = SecretStr("")
    provenance: Literal["official", "simulated"]

    @property
    def is_connected(self) -> bool:
        """Whether there is an address to ask at all."""
        return bool(self.url.get_secret_value())


@dataclass(frozen=True)
class Cameras:
    """All cameras by key, in the order of the file."""

    by_key: Mapping[str, Camera]

    @classmethod
    def load(cls, folder: Path, units: UnitRegistry, sandbox_port: int) -> "Cameras":
        """The cameras of a folder; none when it has no such file. Raises ConfigurationError naming file, table and field.

        `{port}` in an address stands for the port of the sandbox on this machine.
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
        return iter(self.by_key.values())

    def get(self, key: str) -> Camera:
        """Raises NotFound."""
        try:
            return self.by_key[key]
        except KeyError:
            raise NotFound(f"không có camera “{key}”") from None

    def of_unit(self, unit: str) -> tuple[Camera, ...]:
        """The cameras of one unit."""
        return tuple(one for one in self if one.unit == unit)


NONE = Cameras(MappingProxyType({}))
"""A house without cameras."""


def _camera(key: str, fields: object, sandbox_port: int) -> Camera:
    if not isinstance(fields, dict):
        raise ConfigurationError(f"data/{FILE}: “{key}” stands outside a table")
    url = str(fields.get("url", "")).replace(_SANDBOX_PORT, str(sandbox_port))
    try:
        camera = Camera.model_validate({**fields, "key": key, "url": SecretStr(url)})
        parts = urlsplit(url)
        well_formed = not url or (parts.scheme == "rtsp" and parts.hostname is not None and parts.port != 0)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        raise ConfigurationError(f"data/{FILE}: [{key}] {'.'.join(str(part) for part in first['loc'])}: {first['msg']}") from None
    except ValueError:
        well_formed = False
    if not well_formed:
        raise ConfigurationError(f"data/{FILE}: [{key}] url: an address is rtsp://[user:password@]host[:port]/path")
    return camera
