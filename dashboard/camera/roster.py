"""The list of cameras as the database rules it: seeded by `data/cameras.toml`, followed while it changes, written back as TOML.

Each process holds one `Roster`; its `cameras` is a `Cameras` whose list is always the one that was read last.
"""

import json
import threading
from collections.abc import Iterable, Iterator, Mapping, ValuesView
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

import structlog
from pydantic import SecretStr, ValidationError

from dashboard.camera import address
from dashboard.camera.hours import USUAL_HOURS, OfficeHours
from dashboard.camera.registry import FILE, Camera, Cameras, with_port
from dashboard.camera.vault import Vault
from dashboard.errors import Locked, StoreUnavailable
from dashboard.store import Store, camera_list
from dashboard.store.accounts import AuditEntry
from dashboard.store.camera_list import CameraRow

ADDRESSES: Final = ("url", "substream", "endpoint")
"""Fields of a camera that may hold what opens it."""
SEED: Final = f"data/{FILE}"

log = structlog.get_logger()


class _Live(Mapping[str, Camera]):
    """A mapping whose whole content is put in the place of the last one; whoever walks over it walks over one of them."""

    def __init__(self) -> None:
        self.now: Mapping[str, Camera] = MappingProxyType({})

    def __getitem__(self, key: str) -> Camera:
        return self.now[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self.now)

    def __len__(self) -> int:
        return len(self.now)

    def values(self) -> ValuesView[Camera]:
        """Of the present content, whatever comes after it."""
        return self.now.values()


@dataclass
class Roster:
    """The list of one database; `sandbox_port` stands for `{port}` in addresses. Safe to look at from many threads."""

    store: Store
    vault: Vault
    sandbox_port: int | None = None
    usual_hours: OfficeHours = USUAL_HOURS
    _live: _Live = field(default_factory=_Live)
    _version: int = -1
    _looking: threading.Lock = field(default_factory=threading.Lock)

    @property
    def cameras(self) -> Cameras:
        """The list, which follows the database as often as somebody looks."""
        return Cameras(self._live, self.usual_hours, self.look)

    def look(self) -> bool:
        """Reads the list when it has changed since the last look; True when it did. Raises StoreUnavailable."""
        with self._looking:
            version = camera_list.version(self.store)
            if version == self._version:
                return False
            rows = camera_list.listed(self.store)
            self._live.now = MappingProxyType({row.key: one for row in rows if (one := self._read(row)) is not None})
            self._version = version
            return True

    def ever_known(self) -> frozenset[str]:
        """The keys of all cameras that there are or were; none while the database is away."""
        try:
            return camera_list.ever_known(self.store)
        except StoreUnavailable:
            return frozenset()

    def begin(self, listed: Cameras) -> None:
        """Adds the cameras of a file that the database never knew, seals anew what an old key sealed, and looks.

        While the database is away there is nothing to show, and the next look comes soon enough.
        """
        try:
            seed(self.store, self.vault, listed)
            self._seal_anew()
            self.look()
        except StoreUnavailable as error:
            log.warning("the list of cameras cannot be read yet", error=str(error))

    def _read(self, row: CameraRow) -> Camera | None:
        try:
            return camera_of(row, self.vault, self.sandbox_port)
        except ValidationError as error:  # written by a newer program, or by hand
            log.error("a camera of the database cannot be read", camera=row.key, fields=[str(one["loc"]) for one in error.errors()])
            return None

    def _seal_anew(self) -> None:
        for row in camera_list.listed(self.store):
            if row.sealed is not None and self.vault.is_old(row.sealed):
                try:
                    text = self.vault.open(row.sealed, row.key)
                except Locked as error:
                    log.warning("a camera stays locked", camera=row.key, reason=str(error))
                    continue
                camera_list.reseal(self.store, row.key, row.sealed, self.vault.seal(text, row.key))


def seed(store: Store, vault: Vault, listed: Cameras) -> None:
    """Adds cameras that the database never knew. One whose password cannot be kept comes in without it, and switched off."""
    camera_list.seed(store, [_seeded(one, vault) for one in listed], AuditEntry(SEED, "cameras seeded"))


def _seeded(camera: Camera, vault: Vault) -> CameraRow:
    try:
        return row_of(camera, vault, changed_by=SEED)
    except Locked as error:
        log.warning("a camera's password cannot be kept: it is switched off", camera=camera.key, reason=str(error))
        bare = {name: SecretStr(_without(getattr(camera, name).get_secret_value())) for name in ADDRESSES}
        return row_of(camera.model_copy(update={**bare, "enabled": False}), vault, changed_by=SEED)


def row_of(camera: Camera, vault: Vault, *, changed_by: str) -> CameraRow:
    """A camera as it is kept: addresses without what opens them, and that sealed. Raises Locked when there is a secret and no key."""
    urls = {name: getattr(camera, name).get_secret_value() for name in ADDRESSES}
    secret = {name: url for name, url in urls.items() if address.has_secret(url)}
    drawn = camera.model_dump(mode="json", include={"privacy_for", "masks", "zones"})
    return CameraRow(
        camera.key, camera.name_vi, camera.unit, camera.place_vi, camera.purpose_vi, camera.provenance,
        url=_without(urls["url"]), substream=_without(urls["substream"]), endpoint=_without(urls["endpoint"]),
        sealed=vault.seal(json.dumps(secret), camera.key) if secret else None,
        engine=camera.engine, hours=str(camera.hours or ""), privacy=camera.privacy,
        privacy_for=drawn["privacy_for"], masks=drawn["masks"], zones=drawn["zones"],
        reference_at=camera.reference_at, enabled=camera.enabled, version=camera.version, changed_by=changed_by,
    )  # fmt: skip


def _without(url: str) -> str:
    """What may stand in the database in the clear: no user, no password."""
    return address.bare(address.shown(url))


def camera_of(row: CameraRow, vault: Vault, sandbox_port: int | None) -> Camera:
    """A row as a camera; one whose password no key opens is locked. Raises ValidationError for a row that is none."""
    secret, locked = _opened(row, vault)
    fields = {name: getattr(row, name) for name in CameraRow.__dataclass_fields__ if name not in (*ADDRESSES, "sealed")}
    urls = {name: SecretStr(with_port(secret.get(name, getattr(row, name)), sandbox_port)) for name in ADDRESSES}
    return Camera.model_validate({**fields, **urls, "locked": locked})


def _opened(row: CameraRow, vault: Vault) -> tuple[Mapping[str, str], bool]:
    if row.sealed is None:
        return {}, False
    try:
        found: dict[str, str] = json.loads(vault.open(row.sealed, row.key))
    except Locked as error:
        log.warning("a camera's password cannot be opened", camera=row.key, reason=str(error))
        return {}, True
    return found, False


def as_toml(cameras: Iterable[Camera]) -> str:
    """The list as `data/cameras.toml` holds it, without what opens the cameras: that is left out, and said."""
    return "\n".join(_table(one) for one in cameras)


def _table(camera: Camera) -> str:
    urls = {name: getattr(camera, name).get_secret_value() for name in ADDRESSES}
    hidden = [name for name, url in urls.items() if address.has_secret(url)]
    fields: dict[str, object] = {name: getattr(camera, name) for name in ("name_vi", "unit", "place_vi", "purpose_vi")}
    fields |= {name: _without(url) for name, url in urls.items() if url}
    fields |= {"engine": camera.engine} if camera.engine != "own" else {}
    fields |= {"hours": str(camera.hours)} if camera.hours else {}
    fields |= {"privacy": camera.privacy} if camera.privacy != "open" else {}
    fields |= {"provenance": camera.provenance} | ({} if camera.enabled else {"enabled": False})
    if camera.reference_at is not None:
        fields["reference_at"] = camera.reference_at
    drawn = camera.model_dump(mode="json", include={"privacy_for", "masks", "zones"}, exclude_none=True)
    fields |= {name: value for name, value in drawn.items() if value}
    said = [f"# left out of {name}: user and password" for name in hidden]
    return "\n".join([f"[{camera.key}]", *said, *(f"{name} = {_toml(value)}" for name, value in fields.items())]) + "\n"


def _toml(value: object) -> str:
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{json.dumps(name)} = {_toml(one)}" for name, one in value.items()) + " }"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(_toml(one) for one in value) + "]"
    if isinstance(value, bool | int | float):
        return json.dumps(value)
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    return str(value)  # an instant, as TOML and ISO 8601 write it
