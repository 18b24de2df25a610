"""The shapes of the API that rules the list of cameras. Names of fields are those of `data/cameras.toml`."""

from datetime import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, SecretStr

from dashboard.camera import address
from dashboard.camera.registry import Camera, Engine, Polygon, Privacy, Provenance, Zone
from dashboard.camera.states import State

_SHOWN = "as it may be seen: `user:***` in the place of what opens it"


class CameraDraft(BaseModel):
    """What is to be said of a camera; what is left out stays as it is. Each field's own rules answer 422 with `fields`."""

    model_config = ConfigDict(extra="forbid")

    key: str | None = Field(None, description="of a new camera; the unit's with a number otherwise")
    name_vi: str | None = Field(None, description="name on screen")
    unit: str | None = Field(None, description="key of the unit it belongs to")
    place_vi: str | None = Field(None, description="service centre, and where in it")
    purpose_vi: str | None = Field(None, description="what for; shown under the picture")
    url: str | None = Field(None, description="rtsp(s)://host[:port]/path; empty: not connected")
    user: str | None = Field(None, description="name at the camera; empty: none")
    password: SecretStr | None = Field(None, description="taken in and never given out; left out, it stays while host and user do")
    substream: str | None = Field(None, description="a smaller stream of the same picture")
    engine: str | None = Field(None, description="`own`, or `whep` for a media server that holds the camera")
    endpoint: str | None = Field(None, description="of the engine `whep`: http(s)://…")
    hours: str | None = Field(None, description="T2-T6 07:30-11:30 13:30-17:00; empty: the usual ones")
    privacy: str | None = Field(None, description="`open`, `masked` or `blurred`")
    privacy_for: dict[str, str] | None = Field(None, description="role to mode, where a role sees more or less")
    masks: list[Any] | None = Field(None, description="polygons that nobody sees, in shares of width and height")
    zones: list[Any] | None = Field(None, description="named polygons: `waiting` or `staff`, and how many they are made for")
    reference_at: datetime | None = Field(None, description="when the view was said to be the right one")
    provenance: str | None = Field(None, description="`official` or `simulated`")
    enabled: bool | None = Field(None, description="false: nobody asks it for a picture")
    version: int | None = Field(None, description="the version that was read; another one's change answers 409")

    def said(self) -> dict[str, Any]:
        """Only what was said, the password as text."""
        fields = self.model_dump(exclude_unset=True, exclude={"version"})
        return fields | ({"password": self.password.get_secret_value()} if self.password else {})


class CameraRecord(BaseModel):
    """A camera as it is kept, without what opens it."""

    key: str
    name_vi: str
    unit: str
    place_vi: str
    purpose_vi: str
    url: str = Field(description=_SHOWN)
    substream: str = Field(description=_SHOWN)
    engine: Engine
    endpoint: str = Field(description=_SHOWN)
    hours: str
    privacy: Privacy
    privacy_for: dict[str, Privacy]
    masks: list[Polygon]
    zones: list[Zone]
    reference_at: datetime | None
    provenance: Provenance
    enabled: bool
    hindrance: State | None = Field(description="why nobody can be shown a picture now, whoever asks")
    version: int
    changed_at: datetime | None
    changed_by: str


class TrialAnswer(BaseModel):
    """What came of one try at one address."""

    state: State
    said: str
    advice: str
    codec: str
    width: int
    height: int
    fps: float | None
    kbps: int | None
    jpeg: str = Field(description="the first picture, base64; empty: none")


class TrialsAnswer(BaseModel):
    """Of the main address, and of the smaller stream when that was asked for and could be tried."""

    url: TrialAnswer
    substream: TrialAnswer | None = None

    def without_pictures(self) -> "TrialsAnswer":
        """The same in words alone."""
        url, small = self.url.model_copy(update={"jpeg": ""}), self.substream
        return TrialsAnswer(url=url, substream=small and small.model_copy(update={"jpeg": ""}))


class DeviceAnswer(BaseModel):
    """A camera that answered on the relay's network."""

    address: str
    host: str
    name: str
    model: str
    place: str


class DevicesAnswer(BaseModel):
    """Who answered."""

    devices: list[DeviceAnswer]


class StreamsQuestion(BaseModel):
    """Where to ask for streams by ONVIF, and as whom."""

    model_config = ConfigDict(extra="forbid")

    address: str = Field(max_length=200, description="host[:port], or the address that discovery gave")
    user: str = Field("", max_length=100)
    password: SecretStr = SecretStr("")
    key: str | None = Field(None, description="a camera that there is: its password is used when host and user are the same", max_length=60)


class StreamAnswer(BaseModel):
    """One stream that a camera says it has."""

    name: str
    url: str
    codec: str
    width: int
    height: int
    fps: int
    snapshot: str
    is_elsewhere: bool = Field(description="it names another machine than the one that was asked")


class StreamsAnswer(BaseModel):
    """The streams; `said` is why there are none."""

    state: State
    said: str
    streams: list[StreamAnswer]


def record_of(camera: Camera) -> CameraRecord:
    """A camera as it may be answered."""
    same = ("key", "name_vi", "unit", "place_vi", "purpose_vi", "engine", "privacy", "reference_at", "provenance", "enabled", "version")
    fields = {name: getattr(camera, name) for name in (*same, "changed_at", "changed_by", "hindrance")}
    urls = {name: address.shown(getattr(camera, name).get_secret_value()) for name in ("url", "substream", "endpoint")}
    drawn = {"masks": list(camera.masks), "zones": list(camera.zones), "privacy_for": dict(camera.privacy_for)}
    return CameraRecord(**fields, **urls, **drawn, hours=str(camera.hours or ""))
