"""Who is looking. The gate sets it for each request; layouts, callbacks and the API read it."""

from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any, Literal

from dashboard.access.roles import FEED_SCOPE, GRANTS, SCOPES, Permission, Reach, Role
from dashboard.store.tickets import Ticket


@dataclass(frozen=True)
class Viewer:
    """A signed-in person, or a machine with a token.

    `role` is None for a service's token; `inside` holds the keys of the viewer's unit and all units in it; `scopes` is empty for a session.
    `wall` is the wall that a display belongs to, None for people. What a `simulated` one (a token) brings is simulated.
    `ticket` goes with what outlasts the request: a camera's picture.
    """

    person_id: int | None
    username: str
    display_name: str
    role: Role | None
    unit: str | None
    via: Literal["session", "token", "device"]
    scopes: frozenset[str] = frozenset()
    inside: frozenset[str] = frozenset()
    wall: str | None = None
    simulated: bool = False
    ticket: Ticket | None = field(default=None, repr=False, compare=False)

    def may(self, permission: Permission, unit: str | None = None) -> bool:
        """Whether the viewer holds the permission for that unit; without a unit: for every unit."""
        reach = self._reach(permission)
        return reach is Reach.EVERYWHERE or (reach is Reach.OWN_UNIT and unit is not None and unit in self.inside)

    def may_somewhere(self, permission: Permission) -> bool:
        """Whether there is any unit for which the viewer holds the permission."""
        return self._reach(permission) is not None

    def may_see_wall(self, wall: str) -> bool:
        """Whether the viewer may see that wall: people any wall, a display its own."""
        return self.may_somewhere(Permission.SEE_WALL) and self.wall in (None, wall)

    def may_push(self, feed: str) -> bool:
        """Whether the viewer is a machine that may post to that feed."""
        return f"feed:{feed}" in self.scopes

    def _reach(self, permission: Permission) -> Reach | None:
        if permission is Permission.PUSH:
            return Reach.EVERYWHERE if any(FEED_SCOPE.fullmatch(scope) for scope in self.scopes) else None
        granted = GRANTS[self.role].get(permission) if self.role else Reach.EVERYWHERE
        if self.via != "token":
            return granted
        opened = any(permission in SCOPES[scope] for scope in self.scopes if not FEED_SCOPE.fullmatch(scope))
        if permission is Permission.SEE_METRICS and opened:
            return Reach.EVERYWHERE
        return granted if opened else None

    @property
    def rights(self) -> tuple[object, ...]:
        """What decides what the viewer may see: who agree in it see the same, as long as nothing shown names them."""
        return self.role, self.unit, self.via, self.scopes, self.inside, self.wall


_PERSONAL = frozenset({"person_id", "username", "display_name", "ticket"})


class Watched(Viewer):
    """A viewer that remembers whether anybody asked who it is, instead of what it may do: what was made then is for that person alone."""

    was_named: bool

    @classmethod
    def of(cls, viewer: Viewer) -> "Watched":
        """The same viewer, watched."""
        made = object.__new__(cls)
        made.__dict__.update(viewer.__dict__, was_named=False)
        return made

    def __getattribute__(self, name: str) -> Any:
        """Every way to a name passes here."""
        if name in _PERSONAL:
            object.__getattribute__(self, "__dict__")["was_named"] = True
        return object.__getattribute__(self, name)


_viewer: ContextVar[Viewer | None] = ContextVar("viewer", default=None)


def current_viewer() -> Viewer:
    """The viewer of the request being answered; a LookupError outside of one means that code forgot the gate."""
    viewer = _viewer.get()
    if viewer is None:
        raise LookupError("no viewer: this code runs outside of a request, or behind an open address")
    return viewer


def viewer_if_known() -> Viewer | None:
    """The viewer, for what stands behind an open address that greets; None for a stranger."""
    return _viewer.get()


def actor() -> str:
    """Who is to be named in the audit: the viewer, or the command line."""
    viewer = _viewer.get()
    return viewer.username if viewer else "command line"


def set_viewer(viewer: Viewer | None) -> None:
    """For the gate, and for a page that is drawn under watch: says who asks, in the context of this request."""
    _viewer.set(viewer)
