"""`export …`: what the database rules, written as the files of `data/` hold it."""

from pathlib import Path
from typing import Annotated

import typer

from dashboard.cli import rooms
from dashboard.errors import ConfigurationError

export_app = typer.Typer(no_args_is_help=True, help="What the database rules, as files of data/.")


@export_app.callback()
def of_what() -> None:
    """One command for each file."""


@export_app.command("cameras")
def export_cameras(out: Annotated[Path | None, typer.Option(help="write to this file; otherwise to the terminal")] = None) -> None:
    """The list of cameras as data/cameras.toml holds it; users and passwords are left out, and a line says where."""
    settings = rooms.read_settings()
    from dashboard.camera.roster import as_toml

    definitions = rooms.read_definitions(settings)
    with rooms.opened_store(settings) as store:
        text = as_toml(rooms.roster(settings, store, definitions.units, for_file=True).cameras)
    if out is None:
        print(text, end="")
        return
    try:
        out.write_text(text, encoding="utf-8")
    except OSError as error:
        raise ConfigurationError(f"{out}: cannot be written: {error.strerror}") from None
    print(f"đã ghi {out}")
