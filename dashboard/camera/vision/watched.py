"""One camera as vision knows it between two looks. Nothing here waits for anything: looks come in, what they mean comes out."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final

from dashboard.camera.registry import Camera
from dashboard.camera.vision.health import UNCOUNTABLE, Health, Steady, is_same, judged, measured
from dashboard.camera.vision.looks import Look
from dashboard.camera.vision.people import Areas, Smooth, error_of, seen_in
from dashboard.camera.vision.reference import LEARNED_FROM, Reference
from dashboard.store.sightings import HealthSeen, ViewKept

ASKED_FOR: Final = 5
"""Looks that make a view which somebody asked for, now, while the hall is empty."""


@dataclass(frozen=True, slots=True)
class Sight:
    """What a look meant: how the picture is, whether that has just changed, who waits, whether a counter is staffed; and a view that was
    learned with it."""

    health: HealthSeen
    has_changed: bool
    learned: ViewKept | None = None


@dataclass
class Watched:
    """Memory of one camera. `view` is the one it should have, `said_at` the word that it rests on."""

    steady: Steady | None = None
    view: Reference | None = None
    said_at: datetime | None = None
    learned_at: datetime | None = None
    next_look: float = 0.0
    _last: Look | None = None
    _moved_at: datetime | None = None
    _smooth: Smooth = field(default_factory=Smooth)
    _learning: list[Look] = field(default_factory=list)
    _learning_for: datetime | None = None
    _areas: tuple[object, Areas] = (None, Areas())

    @classmethod
    def remembered(cls, health: HealthSeen | None, kept: ViewKept | None) -> "Watched":
        """As the store knows it, after a start; a state that this program does not know is forgotten."""
        steady = Steady(Health(health.state), health.since) if health and health.state in set(Health) else None
        made = cls(steady)
        if kept is not None:
            made.take_up(kept)
        return made

    def take_up(self, kept: ViewKept) -> None:
        """The view that stands in the store, unless it is the one at hand. Raises FigureError for one that cannot be read."""
        if kept.learned_at is None or kept.learned_at != self.learned_at:
            self.view = Reference.unpacked(kept.view, kept.sharpness, is_empty=kept.is_empty)
            self.said_at, self.learned_at = kept.said_at, kept.learned_at

    @property
    def is_in_doubt(self) -> bool:
        """Whether another look soon would tell more."""
        return self.steady is None or self.steady.is_in_doubt or self._learning_for is not None

    def see(self, camera: Camera, look: Look, at: datetime) -> Sight:
        """One more look, taken at that instant."""
        still_for = self._stillness(look, at)
        before = self.steady or Steady(Health.LIVE, at)
        found = judged(measured(look, self.view, still_for), before.state)
        self.steady = before.seen(found, at)
        has_changed = self.steady.state is not before.state or (self.steady.state is not Health.LIVE and self.steady.since != before.since)
        learned = self._learn(camera, look, found, at)
        return Sight(self._told(camera, look, at), has_changed, learned)

    def _stillness(self, look: Look, at: datetime) -> float:
        if self._last is None or not is_same(look, self._last):
            self._moved_at = at
        self._last = look
        return (at - (self._moved_at or at)).total_seconds()

    def _told(self, camera: Camera, look: Look, at: datetime) -> HealthSeen:
        assert self.steady is not None
        told = HealthSeen(camera.key, self.steady.state, self.steady.since, at)
        if self.steady.state in UNCOUNTABLE or self.steady.is_in_doubt:
            self._smooth = Smooth()
            return told
        seen = seen_in(look, self.view, self.areas(camera))
        count = None if seen.waiting is None else self._smooth.add(seen.waiting)
        return replace(told, waiting=count, waiting_error=None if count is None else error_of(count), is_staffed=seen.is_staffed)

    def areas(self, camera: Camera) -> Areas:
        """The zones of a camera, drawn once."""
        if self._areas[0] is not camera.zones:
            waiting, staff = ([one.polygon for one in camera.zones if one.kind == kind] for kind in ("waiting", "staff"))
            self._areas = (camera.zones, Areas(tuple(waiting), tuple(staff)))
        return self._areas[1]

    def _learn(self, camera: Camera, look: Look, found: Health, at: datetime) -> ViewKept | None:
        """Learns the view that somebody has just said to be right, or any one while there is none."""
        asked = camera.reference_at
        is_due = asked is not None and (self.said_at is None or asked > self.said_at)
        if not is_due and self.view is not None:
            return None
        if self._learning_for != asked:
            self._learning.clear()
        self._learning_for = asked if is_due else None
        if found in (Health.BLACK, Health.DARK, Health.COVERED) and not is_due:
            return None
        self._learning.append(look)
        if len(self._learning) < (ASKED_FOR if is_due else LEARNED_FROM):
            return None
        self.steady = Steady(Health.LIVE, at)
        return self._learned(camera.key, self._learning, asked if is_due else None)

    def _learned(self, key: str, looks: Sequence[Look], asked: datetime | None) -> ViewKept:
        self.view, self.said_at = Reference.learned(looks, is_empty=asked is not None), asked
        self._learning, self._learning_for = [], None
        return ViewKept(key, asked, self.view.is_empty, self.view.look.sharpness, self.view.packed())
