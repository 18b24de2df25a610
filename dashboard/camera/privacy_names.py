"""How a veiled picture of a camera is called among processes: `ha_noi_1~blurred`. The open one bears the camera's own key."""

from typing import Final, cast

from dashboard.camera.registry import Privacy

MODES: Final[tuple[Privacy, ...]] = ("open", "masked", "blurred")
KIND: Final = "blurrer"
"""How those who veil pictures are called beside relays."""
_MARK: Final = "~"


def name_of(camera: str, mode: str) -> str:
    """The name of a camera's picture in a mode."""
    return camera if mode == "open" else f"{camera}{_MARK}{mode}"


def parts_of(name: str) -> tuple[str, Privacy] | None:
    """Camera and mode of a name; None for a mode that there is not."""
    camera, mark, mode = name.partition(_MARK)
    if mark and (mode not in MODES or mode == "open"):
        return None
    return camera, cast(Privacy, mode) if mark else "open"
