"""The one table of access: who holds which permission, and which address asks for which. What is not here is refused."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum


class Role(StrEnum):
    """What a person, or a screen on a wall, is to this house."""

    ADMINISTRATOR = "administrator"
    WORKING_GROUP = "working_group"
    LEADER = "leader"
    PROVINCE = "province"
    """A province's person who hands in its reports."""
    PROVINCE_APPROVER = "province_approver"
    """A province's responsible person, who approves them as well."""
    WALL_DEVICE = "wall_device"


class Permission(StrEnum):
    """What may be asked for."""

    SEE_FIGURES = "see_figures"
    SEE_EVIDENCE = "see_evidence"
    """The raw rows of a source."""
    SEE_QUARANTINE = "see_quarantine"
    REPLAY = "replay"
    """Having sources asked now and kept bytes read again; putting held records right, and letting them go."""
    SEE_CAMERAS = "see_cameras"
    MANAGE_PEOPLE = "manage_people"
    """Accounts, tokens, and displays of walls: who and what may come in."""
    MANAGE_CAMERAS = "manage_cameras"
    """Adding, changing, trying and deleting cameras; seeing their addresses, never their passwords."""
    DOWNLOAD = "download"
    SEE_METRICS = "see_metrics"
    API_READ = "api_read"
    PUSH = "push"
    """Bringing records to a feed: machines only, each by the feeds in its token's scopes; no role holds it."""
    SIGN_OUT = "sign_out"
    SAVE_GROUPS = "save_groups"
    """Groups of units of one's own."""
    SHARE_GROUPS = "share_groups"
    """Groups that everybody sees."""
    REMOVE_GROUPS = "remove_groups"
    """Anybody's groups."""
    DISMISS_SIGNS = "dismiss_signs"
    """Putting a sign of formalism aside with a reason, and taking it up again."""
    SEE_SUBMISSIONS = "see_submissions"
    """Workbooks that a unit handed in: what was read of them, and what became of them."""
    HAND_IN = "hand_in"
    """Bringing a unit's workbooks, standing for what was read of them, and taking them back."""
    APPROVE = "approve"
    """Approving what others of the unit handed in, which makes figures of it; and returning it."""
    SEE_WALL = "see_wall"
    """A wall's scenes and the cameras in them; a display sees those of its own wall."""


UNIT_ROLES = frozenset({Role.PROVINCE, Role.PROVINCE_APPROVER})
"""Roles whose people belong to a unit, and no others."""


class Reach(StrEnum):
    """For which units a permission holds."""

    EVERYWHERE = "everywhere"
    OWN_UNIT = "own_unit"
    """The viewer's own unit and the units inside it."""


class Kind(StrEnum):
    """How an address is asked, and so how a refusal is worded: a page with a page, the others with RFC 9457 problems."""

    PAGE = "page"
    CALLBACK = "callback"
    API = "api"
    ASSET = "asset"
    WEBSOCKET = "websocket"
    GATEWAY = "gateway"
    """As gateways of the document axis ask: the key stands in X-SecretKey, and answers are worded as theirs."""


_STAYS = {Permission.SIGN_OUT: Reach.EVERYWHERE}
_WALL = {Permission.SEE_WALL: Reach.EVERYWHERE}
_READS = {
    **_STAYS,
    **dict.fromkeys((Permission.SEE_FIGURES, Permission.DOWNLOAD, Permission.API_READ, Permission.SAVE_GROUPS), Reach.EVERYWHERE),
}
_SEES_ALL = {
    **_READS,
    **dict.fromkeys((Permission.SEE_EVIDENCE, Permission.SEE_CAMERAS, Permission.SEE_SUBMISSIONS), Reach.EVERYWHERE),
}
_HANDS_IN = {
    **_READS,
    **dict.fromkeys((Permission.SEE_EVIDENCE, Permission.SEE_CAMERAS, Permission.SEE_SUBMISSIONS, Permission.HAND_IN), Reach.OWN_UNIT),
}

GRANTS: Mapping[Role, Mapping[Permission, Reach]] = {
    Role.ADMINISTRATOR: dict.fromkeys(set(Permission) - {Permission.PUSH}, Reach.EVERYWHERE),
    Role.WORKING_GROUP: {
        **_SEES_ALL,
        **_WALL,
        **dict.fromkeys(
            (Permission.SEE_QUARANTINE, Permission.REPLAY, Permission.SHARE_GROUPS, Permission.DISMISS_SIGNS), Reach.EVERYWHERE
        ),
    },
    Role.LEADER: {**_SEES_ALL, **_WALL},
    Role.PROVINCE: _HANDS_IN,
    Role.PROVINCE_APPROVER: {**_HANDS_IN, Permission.APPROVE: Reach.OWN_UNIT},
    Role.WALL_DEVICE: {**_STAYS, **_WALL},
}

SCOPES: Mapping[str, frozenset[Permission]] = {
    "read": frozenset({Permission.API_READ, Permission.SEE_FIGURES, Permission.SEE_EVIDENCE, Permission.DOWNLOAD}),
    "cameras": frozenset({Permission.SEE_CAMERAS}),
    "manage_cameras": frozenset({Permission.MANAGE_CAMERAS}),
    "hand_in": frozenset({Permission.API_READ, Permission.SEE_SUBMISSIONS, Permission.HAND_IN}),
    "approve": frozenset({Permission.API_READ, Permission.SEE_SUBMISSIONS, Permission.APPROVE}),
    "metrics": frozenset({Permission.SEE_METRICS}),
}
"""What a token's scope opens. A token bound to a person never opens more than the person's role does; metrics are the exception."""

FEED_SCOPE = re.compile(r"feed:[a-z0-9_]+")
"""Scope of a token that may push to one feed."""


@dataclass(frozen=True)
class Route:
    """A line of the table: an address pattern (`{name}` is one segment, `{name:path}` the rest), its methods, what it asks for.

    `permission` None means: open without login; `greets` then still tells the program who comes, when the gate knows.
    """

    pattern: str
    methods: frozenset[str]
    permission: Permission | None
    kind: Kind
    greets: bool = False
    regex: re.Pattern[str] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Compiles the pattern."""
        object.__setattr__(self, "regex", _compile(self.pattern))


def _compile(pattern: str) -> re.Pattern[str]:
    parts = re.split(r"(\{\w+(?::path)?\})", pattern)
    texts = (".+" if part.endswith(":path}") else "[^/]+" if part.startswith("{") else re.escape(part) for part in parts)
    return re.compile("".join(texts))


def _route(pattern: str, permission: Permission | None, kind: Kind, methods: str = "GET HEAD", greets: bool = False) -> Route:
    return Route(pattern, frozenset(methods.split()), permission, kind, greets)


_P = Permission

ROUTES: tuple[Route, ...] = (
    _route("/healthz", None, Kind.API),
    _route("/readyz", None, Kind.API),
    _route("/dang-nhap", None, Kind.PAGE, "GET HEAD POST"),
    _route("/assets/fonts/{file:path}", None, Kind.ASSET),
    _route("/assets/{file}.css", None, Kind.ASSET),
    _route("/assets/{file}.svg", None, Kind.ASSET),
    _route("/assets/{file}.ico", None, Kind.ASSET),
    _route("/assets/wall.js", None, Kind.ASSET),
    _route("/assets/wall-cameras.js", None, Kind.ASSET),
    _route("/assets/live.js", None, Kind.ASSET),
    _route("/wall/{wall}", None, Kind.PAGE),
    _route("/wall/{wall}/pairing", None, Kind.API, "GET POST", greets=True),
    _route("/wall/{wall}/state", _P.SEE_WALL, Kind.API),
    _route("/wall/{wall}/scene/{number}", _P.SEE_WALL, Kind.API),
    _route("/wall/{wall}/cameras", _P.SEE_WALL, Kind.API),
    _route("/wall/{wall}/camera/{camera}/still.jpg", _P.SEE_WALL, Kind.API),
    _route("/wall/{wall}/whep/{camera}", _P.SEE_WALL, Kind.API, "GET POST OPTIONS"),
    _route("/wall/{wall}/whep/{camera}/{session}", _P.SEE_WALL, Kind.API, "GET PATCH DELETE"),
    _route("/metrics", _P.SEE_METRICS, Kind.API),
    _route("/dang-xuat", _P.SIGN_OUT, Kind.PAGE, "POST"),
    _route("/", _P.SEE_FIGURES, Kind.PAGE),
    _route("/xep-hang", _P.SEE_FIGURES, Kind.PAGE),
    _route("/tinh/{unit}", _P.SEE_FIGURES, Kind.PAGE),
    _route("/nhom", _P.SEE_FIGURES, Kind.PAGE),
    _route("/nhom/luu", _P.SAVE_GROUPS, Kind.PAGE, "POST"),
    _route("/nhom/{group}/xoa", _P.SAVE_GROUPS, Kind.PAGE, "POST"),
    _route("/nhom/{group}", _P.SEE_FIGURES, Kind.PAGE),
    _route("/dau-hieu", _P.SEE_FIGURES, Kind.PAGE),
    _route("/dau-hieu/{unit}/{rule}", _P.SEE_FIGURES, Kind.PAGE),
    _route("/dau-hieu/{unit}/{rule}/bo-qua", _P.DISMISS_SIGNS, Kind.PAGE, "POST"),
    _route("/dau-hieu/{unit}/{rule}/mo-lai", _P.DISMISS_SIGNS, Kind.PAGE, "POST"),
    _route("/chi-tieu", _P.SEE_FIGURES, Kind.PAGE),
    _route("/chi-tieu/{indicator}", _P.SEE_FIGURES, Kind.PAGE),
    _route("/can-cu", _P.SEE_FIGURES, Kind.PAGE),
    _route("/can-cu/{figure:path}", _P.SEE_FIGURES, Kind.PAGE),
    _route("/nguon-so-lieu", _P.SEE_FIGURES, Kind.PAGE),
    _route("/nguon-so-lieu/{feed}", _P.SEE_FIGURES, Kind.PAGE),
    _route("/nguon-so-lieu/{feed}/doc-lai", _P.REPLAY, Kind.PAGE, "POST"),
    _route("/nguon-so-lieu/{feed}/lay-lai", _P.REPLAY, Kind.PAGE, "POST"),
    _route("/nguon-so-lieu/{feed}/sua", _P.REPLAY, Kind.PAGE, "POST"),
    _route("/nguon-so-lieu/{feed}/bo-qua", _P.REPLAY, Kind.PAGE, "POST"),
    _route("/quan-tri", _P.MANAGE_CAMERAS, Kind.PAGE),
    _route("/quan-tri/camera-moi", _P.MANAGE_CAMERAS, Kind.PAGE),
    _route("/quan-tri/camera/{camera}", _P.MANAGE_CAMERAS, Kind.PAGE),
    _route("/tu-kiem-tra", _P.SEE_SUBMISSIONS, Kind.PAGE),
    _route("/tu-kiem-tra/nop", _P.HAND_IN, Kind.PAGE, "POST"),
    _route("/tu-kiem-tra/{submission}", _P.SEE_SUBMISSIONS, Kind.PAGE),
    _route("/tu-kiem-tra/{submission}/cot", _P.HAND_IN, Kind.PAGE, "POST"),
    _route("/tu-kiem-tra/{submission}/xac-nhan", _P.HAND_IN, Kind.PAGE, "POST"),
    _route("/tu-kiem-tra/{submission}/rut", _P.HAND_IN, Kind.PAGE, "POST"),
    _route("/tu-kiem-tra/{submission}/duyet", _P.APPROVE, Kind.PAGE, "POST"),
    _route("/tu-kiem-tra/{submission}/tra-lai", _P.APPROVE, Kind.PAGE, "POST"),
    _route("/camera", _P.SEE_CAMERAS, Kind.PAGE),
    _route("/camera/{camera}/still.jpg", _P.SEE_CAMERAS, Kind.API),
    _route("/camera/{camera}/evidence.jpg", _P.SEE_CAMERAS, Kind.API),
    _route("/whep/{camera}", _P.SEE_CAMERAS, Kind.API, "GET POST OPTIONS"),
    _route("/whep/{camera}/{session}", _P.SEE_CAMERAS, Kind.API, "GET PATCH DELETE"),
    _route("/signal", _P.SEE_FIGURES, Kind.API),
    _route("/content", _P.SEE_FIGURES, Kind.API),
    _route("/_dash-layout", _P.SEE_FIGURES, Kind.CALLBACK),
    _route("/_dash-dependencies", _P.SEE_FIGURES, Kind.CALLBACK),
    _route("/_dash-update-component", _P.SEE_FIGURES, Kind.CALLBACK, "POST"),
    _route("/_dash-component-suites/{file:path}", _P.SEE_FIGURES, Kind.ASSET),
    _route("/assets/{file:path}", _P.SEE_FIGURES, Kind.ASSET),
    _route("/api/docs", _P.API_READ, Kind.PAGE),
    _route("/api/openapi.json", _P.API_READ, Kind.API),
    _route("/api/v1/units", _P.API_READ, Kind.API),
    _route("/api/v1/indicators", _P.API_READ, Kind.API),
    _route("/api/v1/groups", _P.API_READ, Kind.API),
    _route("/api/v1/signs", _P.API_READ, Kind.API),
    _route("/api/v1/targets", _P.API_READ, Kind.API),
    _route("/api/v1/values", _P.API_READ, Kind.API),
    _route("/api/v1/rankings", _P.API_READ, Kind.API),
    _route("/api/v1/rankings/{ranking}", _P.API_READ, Kind.API),
    _route("/api/v1/rankings/{ranking}/units/{unit}", _P.API_READ, Kind.API),
    _route("/api/v1/evidence/{figure:path}", _P.API_READ, Kind.API),
    _route("/api/v1/cameras", _P.SEE_CAMERAS, Kind.API),
    _route("/api/v1/cameras", _P.MANAGE_CAMERAS, Kind.API, "POST"),
    _route("/api/v1/cameras/{camera}", _P.MANAGE_CAMERAS, Kind.API, "GET HEAD PATCH DELETE"),
    _route("/api/v1/people", _P.MANAGE_PEOPLE, Kind.API, "GET HEAD POST"),
    _route("/api/v1/people/{username}", _P.MANAGE_PEOPLE, Kind.API, "PATCH"),
    _route("/api/v1/tokens", _P.MANAGE_PEOPLE, Kind.API, "GET HEAD POST"),
    _route("/api/v1/tokens/{name}", _P.MANAGE_PEOPLE, Kind.API, "DELETE"),
    _route("/api/v1/displays", _P.MANAGE_PEOPLE, Kind.API, "GET HEAD POST"),
    _route("/api/v1/displays/{name}", _P.MANAGE_PEOPLE, Kind.API, "DELETE"),
    _route("/api/v1/camera-trials", _P.MANAGE_CAMERAS, Kind.API, "POST"),
    _route("/api/v1/camera-discoveries", _P.MANAGE_CAMERAS, Kind.API, "POST"),
    _route("/api/v1/camera-streams", _P.MANAGE_CAMERAS, Kind.API, "POST"),
    _route("/api/v1/feeds", _P.API_READ, Kind.API),
    _route("/api/v1/feeds/{feed}", _P.PUSH, Kind.API, "POST"),
    _route("/api/v1/reports", _P.SEE_SUBMISSIONS, Kind.API),
    _route("/api/v1/reports/{report}/template", _P.SEE_SUBMISSIONS, Kind.API),
    _route("/api/v1/submissions", _P.SEE_SUBMISSIONS, Kind.API, "GET HEAD POST"),
    _route("/api/v1/submissions/{submission}", _P.SEE_SUBMISSIONS, Kind.API),
    _route("/api/v1/submissions/{submission}/file", _P.SEE_SUBMISSIONS, Kind.API),
    _route("/api/v1/submissions/{submission}/mapping", _P.HAND_IN, Kind.API, "POST"),
    _route("/api/v1/submissions/{submission}/confirm", _P.HAND_IN, Kind.API, "POST"),
    _route("/api/v1/submissions/{submission}/withdraw", _P.HAND_IN, Kind.API, "POST"),
    _route("/api/v1/submissions/{submission}/approve", _P.APPROVE, Kind.API, "POST"),
    _route("/api/v1/submissions/{submission}/return", _P.APPROVE, Kind.API, "POST"),
    _route("/tai-ve/{file:path}", _P.DOWNLOAD, Kind.API),
    _route("/v1/sendEdoc", _P.PUSH, Kind.GATEWAY, "POST"),
    _route("/v1/updateStatus", _P.PUSH, Kind.GATEWAY, "POST"),
)
"""First match counts, of address and method. `/can-cu` and `/api/v1/evidence` show anybody where a figure comes from; raw rows in them ask
for SEE_EVIDENCE of the row's unit, which only the page knows."""

_MACHINES = ("/api/", "/tai-ve/", "/_dash-", "/assets/", "/metrics", "/v1/", "/whep/", "/camera/", "/signal", "/content")


def find_route(path: str, routes: Iterable[Route] = ROUTES, method: str | None = None) -> Route | None:
    """The line of the table for a path, or None: the one for that method where several share a pattern, with all their methods when
    none of them takes it."""
    if routes is ROUTES and path in _PLAIN:  # a thousand open pages ask for the same few addresses in the same second
        return _PLAIN[path]
    first = next((route for route in routes if route.regex.fullmatch(path)), None)
    if first is None or method is None or method in first.methods:
        return first
    same = [route for route in routes if route.pattern == first.pattern]
    taken = next((route for route in same if method in route.methods), None)
    return taken or replace(first, methods=first.methods.union(*(route.methods for route in same)))


_SHARED = {pattern for pattern, count in Counter(route.pattern for route in ROUTES).items() if count > 1}
_PLAIN: dict[str, Route] = {}
_PLAIN.update(
    {one.pattern: one for one in ROUTES if "{" not in one.pattern and one.pattern not in _SHARED and find_route(one.pattern) is one}
)
"""Lines without variables, by their path, unless a line before them takes it or another method has a line of its own."""


def kind_of_stranger(path: str) -> Kind:
    """How to word the refusal of a path that is not in the table."""
    return Kind.API if path.startswith(_MACHINES) else Kind.PAGE
