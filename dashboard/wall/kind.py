"""What a kind of scene is, and what it is given to draw itself."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Annotated, Generic, TypeVar

from pydantic import BaseModel, ConfigDict, Field

from dashboard.boards import Boards
from dashboard.charts.markup import Markup


class Parameters(BaseModel):
    """A scene's own fields in `data/walls.toml`; every scene shows one ranking."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    ranking: Annotated[str, Field(min_length=1)] = "766"

    @property
    def named_cameras(self) -> tuple[str, ...]:
        """Keys of cameras that stand in these fields; each must be, or have been, one."""
        return ()


Own = TypeVar("Own", bound=Parameters, covariant=True)


@dataclass(frozen=True)
class Sight(Generic[Own]):
    """One look at a scene: the figures, its fields, and how many times the wall has gone round since 1970.

    `turn` lets a scene show something else at each round; the same turn is the same picture on every display. `base` is the address
    under which the display reached this program, for codes that phones read; empty where there is none.
    """

    boards: Boards
    fields: Own
    turn: int
    base: str = ""


@dataclass(frozen=True)
class SceneKind:
    """A kind of scene: every module in `wall/scenes/` holds one, named SCENE.

    `title` stands in the wall's row of scenes. `draw` is plain synchronous code, run in a thread; it may raise NotFound and UnitUnknown
    for what is not there, StoreUnavailable while nothing is known. `looks_at` tells, from the fields and the keys of all cameras that there
    are now, which the scene shows: a display may look at these, and at no others.
    """

    key: str
    title: str
    draw: Callable[[Sight[Parameters]], Markup]
    fields: type[Parameters] = Parameters
    looks_at: Callable[[Parameters, Sequence[str]], tuple[str, ...]] | None = None
