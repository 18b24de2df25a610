"""`wall …`: displays of the video walls."""

from typing import Annotated

import typer

from dashboard.cli import rooms
from dashboard.formats import moment

wall_app = typer.Typer(no_args_is_help=True, help="Displays of the video walls.")


@wall_app.command("pair")
def pair(
    code: Annotated[str, typer.Argument(help="the code that the display shows")],
    name: Annotated[str | None, typer.Option(help="what the display is called; its wall and a number otherwise")] = None,
) -> None:
    """Lets in the display that shows this code."""
    from dashboard.access import displays

    with rooms.opened_store(rooms.read_settings()) as store:
        device = displays.admit(store, code, name)
    print(f"đã ghép {device.name}: tường {device.wall}, địa chỉ {device.address}")


@wall_app.command("list")
def list_displays() -> None:
    """Every display: name, wall, address, since when, last seen."""
    from dashboard.access import displays

    with rooms.opened_store(rooms.read_settings()) as store:
        for one in displays.all_displays(store):
            print("\t".join((one.name, one.wall, one.address, moment(one.created_at), moment(one.seen_at))))


@wall_app.command("revoke")
def revoke(name: Annotated[str, typer.Argument(help="what the display is called")]) -> None:
    """Shuts a display out; it shows a code again within seconds."""
    from dashboard.access import displays

    with rooms.opened_store(rooms.read_settings()) as store:
        displays.shut_out(store, name)
    print(f"đã thu hồi {name}")
