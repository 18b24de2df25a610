"""Cameras as every page shows them: only those that the viewer may see, and with the viewer's name across the picture."""

from dashboard.access.roles import Permission
from dashboard.boards.cameras import CameraBoard
from dashboard.charts.markup import tag
from dashboard.components.camera import Watcher, large
from dashboard.components.drawing import Node
from dashboard.components.frame import columns, section
from dashboard.formats import clock
from dashboard.pages.parts.digital import seen_by
from dashboard.sightings import FEED
from dashboard.units import Unit
from dashboard.web import View


def visible(view: View) -> tuple[CameraBoard, ...]:
    """The cameras that the viewer may see, in the order of the list."""
    return tuple(one for one in view.boards.cameras(view.viewer.role) if view.viewer.may(Permission.SEE_CAMERAS, one.camera.unit))


def watcher(view: View) -> Watcher:
    """The watermark: who, and since when."""
    return Watcher(view.viewer.display_name, clock(view.boards.now()))


def halls(view: View, unit: Unit) -> list[Node]:
    """The cameras of one unit and what they measure, two beside each other; nothing when the viewer may see none."""
    found = [one for one in visible(view) if one.camera.unit == unit.key]
    link = tag("a", "Mọi camera", href="/camera", class_="t0")
    drawn: list[Node] = [section("Trung tâm phục vụ hành chính công", large(one, watcher(view)), beside=link) for one in found]
    drawn += seen_by(view, unit, FEED, "Camera đo được") if drawn else []
    return [columns("halves", drawn[::2], drawn[1::2])] if drawn else []
